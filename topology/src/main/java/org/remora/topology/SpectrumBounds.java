package org.remora.topology;

/**
 * An interval that holds every eigenvalue of a Laplacian but the 0 of the constant vector.
 *
 * @param low at most the smallest of them
 * @param high at least the largest of them
 * @param method how the interval was proved
 * @param failureLog2 log2 of the chance that the interval is wrong, over the coins of the method;
 *     minus infinity when there is no chance in it
 */
record SpectrumBounds(double low, double high, String method, double failureLog2) {

  /** ρ = (high − low)/(high + low), rounded up; 1 where it says nothing. */
  double rho() {
    if (low <= 0) {
      return 1;
    }
    return Math.min(1, (high - low) / (high + low) * (1 + 0x1.0p-48) + 0x1.0p-1000);
  }
}
