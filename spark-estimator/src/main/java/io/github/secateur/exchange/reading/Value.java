package io.github.secateur.exchange.reading;

/** What a name of the file stands for. */
sealed interface Value permits Constant, Flow, Value.Unknown {

  /** The value of an operator that cannot be read, or of one behind it. */
  record Unknown() implements Value {}
}
