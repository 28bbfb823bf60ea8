package org.remora.topology;

/**
 * Tolerances that follow from an interval holding the eigenvalues of a Laplacian.
 *
 * <p>Haemers (1995): for disjoint sets S, T with no edge between them, |S||T| ≤ ρ²·(n − |S|)(n −
 * |T|), ρ = (high − low)/(high + low). With |T| = ⌈n/2⌉ this bounds |S|, and a tolerance of f fails
 * only if such an S of n − f nodes exists.
 */
final class HaemersBound {
  private HaemersBound() {}

  /** The tolerance that Haemers' inequality certifies. */
  static int tolerance(int n, SpectrumBounds bounds) {
    double rho = bounds.rho();
    return tolerance(n, n, rho * rho * (1 + 0x1.0p-50));
  }

  /**
   * The same for a graph of {@code n} nodes that is an induced subgraph of one of {@code whole}
   * nodes with the given ρ²: non-adjacent sets stay so in the whole.
   */
  static int tolerance(int n, int whole, double rhoSquared) {
    int t = (n + 1) / 2;
    int largest = 0;
    for (int low = 0, high = n; low <= high; ) {
      int s = (low + high) >>> 1;
      // Both sides are below 2^53 before the factor, so only the product with rho² is rounded.
      boolean possible =
          (double) ((long) s * t)
              <= rhoSquared * ((long) (whole - s) * (whole - t)) * (1 + 0x1.0p-50);
      if (possible) {
        largest = s;
        low = s + 1;
      } else {
        high = s - 1;
      }
    }
    largest = Math.min(largest, n - t);
    return n - largest - 1;
  }

  /**
   * The paper's own formula [ABCGPT18], f &lt; (1 − 1/(2(1 + h)))·n, with the vertex expansion h =
   * (1 − ρ²)/(1 + ρ²) that the same inequality gives for every set of at most half the nodes.
   */
  static int paperTolerance(int n, SpectrumBounds bounds) {
    double rho = bounds.rho();
    double expansion = (1 - rho * rho) / (1 + rho * rho) * (1 - 0x1.0p-48);
    double limit = (1 - 1 / (2 * (1 + expansion))) * n * (1 - 0x1.0p-48);
    return Math.max((int) Math.ceil(limit) - 1, 0);
  }
}
