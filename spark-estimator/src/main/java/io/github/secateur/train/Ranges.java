package io.github.secateur.train;

/** Cuts work on an array into ranges that may be worked on at the same time. */
interface Ranges {
  /** What is done with the values [from, to). */
  interface Work {
    void on(int from, int to);
  }

  /** No cut. */
  Ranges WHOLE = (length, work) -> work.on(0, length);

  /**
   * Works on the ranges of an array, which do not overlap, and returns when all are done.
   *
   * @param length of the array
   * @param work must give the same result however the array is cut
   */
  void forEach(int length, Work work);
}
