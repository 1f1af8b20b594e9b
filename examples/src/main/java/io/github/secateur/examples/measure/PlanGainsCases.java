package io.github.secateur.examples.measure;

import io.github.secateur.examples.Messages;
import io.github.secateur.nn.Network;
import java.util.List;

/** The networks that {@link PlanGains} compares. */
final class PlanGainsCases {

  /**
   * A network to train.
   *
   * @param letter names it on the command line
   * @param name says what it is
   * @param text whether it reads messages; otherwise images of 28×28 pixels
   */
  record Case(String letter, String name, boolean text, Network network) {}

  private PlanGainsCases() {}

  static List<Case> all() {
    return List.of(
        new Case("a", "MLP 784-256-128-10", false, mlp()),
        new Case("b", "CNN", false, head(blocks(pixels(), false))),
        new Case("c", "CNN behind pooling", false, head(blocks(pixels().avgPool2d(2), false))),
        new Case("d", "CNN, both blocks frozen", false, head(blocks(pixels(), true))),
        new Case("e", "residual, frozen stem", false, residual()),
        new Case("f", "sparse text, width 2^18", true, text()));
  }

  private static Network pixels() {
    return Network.image(28, 28, 1).scale(1f / 255);
  }

  private static Network mlp() {
    return pixels().flatten().dense(256).relu().dense(128).relu().dense(10);
  }

  private static Network blocks(Network front, boolean freeze) {
    Network first = front.conv2d(32, 3);
    Network second = (freeze ? first.frozen() : first).relu().maxPool2d(2).conv2d(64, 3);
    return (freeze ? second.frozen() : second).relu().maxPool2d(2);
  }

  private static Network head(Network front) {
    return front.flatten().dense(128).relu().dense(10);
  }

  private static Network residual() {
    return pixels()
        .conv2d(32, 3)
        .frozen()
        .relu()
        .maxPool2d(2)
        .residual(branch -> branch.conv2d(32, 3).relu().conv2d(32, 3))
        .relu()
        .maxPool2d(2)
        .flatten()
        .dense(64)
        .relu()
        .dense(10);
  }

  private static Network text() {
    return Network.input(Messages.WIDTH).dense(64).relu().dense(2);
  }
}
