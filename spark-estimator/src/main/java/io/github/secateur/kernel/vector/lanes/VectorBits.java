package io.github.secateur.kernel.vector.lanes;

/**
 * How long vectors may be: as long as the machine has them, or what the system property {@code
 * secateur.vectorBits} allows. The results have the same bits; tests and measurements see shorter
 * vectors than those of the machine so.
 */
public final class VectorBits {

  /** The system property that bounds the length of vectors. */
  public static final String PROPERTY = "secateur.vectorBits";

  private VectorBits() {}

  /**
   * Returns the most bits of a vector, by the system property.
   *
   * @throws IllegalArgumentException if the property is set to something else than 128, 256 or 512
   */
  public static int most() {
    return most(System.getProperty(PROPERTY));
  }

  static int most(String property) {
    if (property == null) {
      return Integer.MAX_VALUE;
    }
    return switch (property) {
      case "128" -> 128;
      case "256" -> 256;
      case "512" -> 512;
      default ->
          throw new IllegalArgumentException(
              "system property "
                  + PROPERTY
                  + " must be 128, 256 or 512, found \""
                  + property
                  + "\"");
    };
  }
}
