package io.github.secateur.engine;

/**
 * Reshape, identity, inactive dropout: the value is the input's, in the same memory. Its gradient
 * passes through.
 */
class PassThroughStep extends OperatorStep {

  PassThroughStep(Binding binding) {
    super(binding);
  }

  @Override
  void forward(Frame frame) {}

  @Override
  final void backward(Frame frame) {
    for (int i = 0; i < contributions.length; i++) {
      passGradient(frame, i);
    }
  }
}
