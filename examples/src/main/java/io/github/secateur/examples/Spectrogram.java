package io.github.secateur.examples;

import java.util.Arrays;

/**
 * Sound as an image: how loud each band of frequencies is in each short frame of time, as a
 * logarithm. Bands are as wide as ears hear them (the mel scale).
 */
final class Spectrogram {
  /** Frames of one clip: longer clips are cut, shorter ones are filled with silence. */
  static final int FRAMES = 64;

  /** Bands of frequencies. */
  static final int BANDS = 32;

  private static final int WINDOW = 512;
  private static final int STEP = 256;
  private static final double LOWEST = 80;
  private static final double HIGHEST = 8_000;

  private Spectrogram() {}

  /**
   * Returns the spectrogram of a clip: FRAMES × BANDS values, row-major, of mean 0 and deviation 1.
   *
   * @param samples of a mono recording
   * @param rate samples per second
   */
  static double[] of(short[] samples, int rate) {
    double[] image = new double[FRAMES * BANDS];
    double[] real = new double[WINDOW];
    double[] imaginary = new double[WINDOW];
    for (int frame = 0; frame < FRAMES; frame++) {
      Arrays.fill(imaginary, 0);
      for (int i = 0; i < WINDOW; i++) {
        int at = frame * STEP + i;
        double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / WINDOW);
        real[i] = at < samples.length ? hann * samples[at] / 32_768.0 : 0;
      }
      fourier(real, imaginary);
      for (int band = 0; band < BANDS; band++) {
        int first = bin(band, rate);
        int end = Math.max(first + 1, bin(band + 1, rate));
        double power = 0;
        for (int bin = first; bin < end; bin++) {
          power += real[bin] * real[bin] + imaginary[bin] * imaginary[bin];
        }
        image[frame * BANDS + band] = Math.log10(power / (end - first) + 1e-6);
      }
    }
    return standardized(image);
  }

  /** Returns the first frequency of a band, as the number of a value of the Fourier transform. */
  private static int bin(int band, int rate) {
    double low = mel(LOWEST);
    double mel = low + (mel(HIGHEST) - low) * band / BANDS;
    return (int) Math.round(700 * (Math.pow(10, mel / 2595) - 1) * WINDOW / rate);
  }

  private static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }

  /** Transforms in place (Cooley and Tukey 1965); the length is a power of two. */
  private static void fourier(double[] real, double[] imaginary) {
    int n = real.length;
    int bits = Integer.numberOfTrailingZeros(n);
    for (int i = 0; i < n; i++) {
      int j = Integer.reverse(i) >>> (Integer.SIZE - bits);
      if (i < j) {
        double swapped = real[i];
        real[i] = real[j];
        real[j] = swapped;
        swapped = imaginary[i];
        imaginary[i] = imaginary[j];
        imaginary[j] = swapped;
      }
    }
    for (int half = 1; half < n; half *= 2) {
      for (int k = 0; k < half; k++) {
        double cos = Math.cos(Math.PI * k / half);
        double sin = -Math.sin(Math.PI * k / half);
        for (int i = k; i < n; i += 2 * half) {
          int j = i + half;
          double x = real[j] * cos - imaginary[j] * sin;
          double y = real[j] * sin + imaginary[j] * cos;
          real[j] = real[i] - x;
          imaginary[j] = imaginary[i] - y;
          real[i] += x;
          imaginary[i] += y;
        }
      }
    }
  }

  private static double[] standardized(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0);
    double deviation = Math.sqrt(variance) + 1e-9;
    return Arrays.stream(values).map(v -> (v - mean) / deviation).toArray();
  }
}
