package org.remora.topology;

/**
 * Bounds the eigenvalues of a large Laplacian by watching three random vectors not grow.
 *
 * <p>Let M = L + (c/n)·J, whose eigenvalues are those of L with the 0 of the constant vector moved
 * to c, and B = (M − c·I)/w. The vectors x_j = T_j(B)·x_0 follow Chebyshev's recurrence. If some
 * eigenvalue of M were at least w·cosh φ away from c, then the component of x_k along its unit
 * eigenvector v would be at least cosh(kφ)·|v·x_0| in magnitude. For a normal random x_0 and any
 * fixed v, |v·x_0| &lt; s has a chance below s·√(2/π), for three independent ones the cube of it.
 * So if all three |x_k| are below cosh(kφ)·(s − E), no such eigenvalue exists but for that chance.
 *
 * <p>E is what rounding can hide. Each computed step errs by a vector of norm at most η_j, which
 * later steps multiply by U_{k−j}; relative to cosh(kφ) that is at most e^{−(j−1)φ}/sinh φ, so E is
 * the sum of η_j·e^{−(j−1)φ}/sinh φ. Unlike the usual bound for Lanczos' method (Kuczyński and
 * Woźniakowski 1992) this one holds for the arithmetic that is used. Proof: docs/TOPOLOGY.md.
 *
 * <p>The coins must be independent of the graph.
 */
final class GrowthCheck {
  private static final double U = 0x1.0p-53;
  private static final int BLOCK = 256;

  /** (s·√(2/π))³ &lt; 2^-64. */
  private static final double SMALLEST_COMPONENT = 4e-7;

  private static final double FAILURE_LOG2 = -64;

  /**
   * How far a drawn vector can be from an ideal normal one, but for a chance below 2^-100: more
   * than ten of 10^6 numbers would have to be among the rare ones that err by up to 1e-8.
   */
  private static final double DRAWN_ERROR = 4e-8;

  private final Laplacian laplacian;
  private final int n;
  private final double center;
  private final double width;
  private final double[] norms;

  private GrowthCheck(Laplacian laplacian, double center, double width, int steps) {
    this.laplacian = laplacian;
    this.n = laplacian.nodes();
    this.center = center;
    this.width = width;
    this.norms = new double[steps + 1];
  }

  /** Bounds with {@code steps} products by the matrix; more steps give a narrower interval. */
  static SpectrumBounds of(Laplacian laplacian, int steps, SeedStream chance) {
    int n = laplacian.nodes();
    double[] start = Lanczos.randomStart(n, chance);
    Lanczos guess = new Lanczos(laplacian, start, Math.min(steps / 2, 80), false);
    double low = Math.max(0, guess.low());
    double high = guess.high();
    double center = (low + high) / 2;
    double width = Math.max((high - low) / 2, 1e-3 * center);
    GrowthCheck check = new GrowthCheck(laplacian, center, width, steps);
    check.run(steps, chance);
    double reach = width * StrictMath.cosh(check.angle()) * (1 + 1e-12);
    return new SpectrumBounds(
        Math.max(0, center - reach), center + reach, "growth-of-random-vectors", FAILURE_LOG2);
  }

  private void run(int steps, SeedStream chance) {
    double[] previous = new double[3 * n];
    double[] pair = new double[2];
    for (int i = 0; i < 3 * n; i++) {
      if (i % 2 == 0) {
        chance.nextGaussians(pair);
      }
      previous[i] = pair[i % 2];
    }
    norms[0] = norm(previous);
    double[] current = new double[3 * n];
    step(previous, current, 1);
    norms[1] = norm(current);
    for (int j = 2; j <= steps; j++) {
      step(current, previous, 2);
      norms[j] = norm(previous);
      double[] swap = previous;
      previous = current;
      current = swap;
    }
  }

  /** out = factor·B·x − out, where out is 0 before the first step. */
  private void step(double[] x, double[] out, int factor) {
    int[] offsets = laplacian.graph().rawOffsets();
    int[] targets = laplacian.graph().rawTargets();
    double[] means = means(x);
    double a = factor / width;
    double m0 = center * means[0];
    double m1 = center * means[1];
    double m2 = center * means[2];
    boolean weighted = laplacian.isWeighted();
    for (int v = 0; v < n; v++) {
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      for (int i = offsets[v]; i < offsets[v + 1]; i++) {
        int u = 3 * targets[i];
        if (weighted) {
          double weight = laplacian.weight(i);
          s0 += weight * x[u];
          s1 += weight * x[u + 1];
          s2 += weight * x[u + 2];
        } else {
          s0 += x[u];
          s1 += x[u + 1];
          s2 += x[u + 2];
        }
      }
      double diagonal = laplacian.degree(v) - center;
      int w = 3 * v;
      out[w] = a * (diagonal * x[w] - s0 + m0) - out[w];
      out[w + 1] = a * (diagonal * x[w + 1] - s1 + m1) - out[w + 1];
      out[w + 2] = a * (diagonal * x[w + 2] - s2 + m2) - out[w + 2];
    }
  }

  /** The means of the three vectors, summed in blocks so that few roundings meet one number. */
  private double[] means(double[] x) {
    double[] sums = new double[3];
    for (int from = 0; from < n; from += BLOCK) {
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      for (int v = 3 * from; v < 3 * Math.min(n, from + BLOCK); v += 3) {
        s0 += x[v];
        s1 += x[v + 1];
        s2 += x[v + 2];
      }
      sums[0] += s0;
      sums[1] += s1;
      sums[2] += s2;
    }
    return new double[] {sums[0] / n, sums[1] / n, sums[2] / n};
  }

  /** At least the largest norm of the three vectors. */
  private double norm(double[] x) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    for (int v = 0; v < 3 * n; v += 3) {
      s0 += x[v] * x[v];
      s1 += x[v + 1] * x[v + 1];
      s2 += x[v + 2] * x[v + 2];
    }
    return Math.sqrt(Math.max(s0, Math.max(s1, s2))) * (1 + 1e-9);
  }

  /** The smallest angle φ (within 1%) for which the three vectors did not grow enough. */
  private double angle() {
    double angle = 1e-3;
    while (!excludes(angle)) {
      angle *= 1.01;
      if (angle > 10) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return angle;
  }

  private boolean excludes(double angle) {
    int steps = norms.length - 1;
    int roundings = laplacian.graph().maxDegree() + BLOCK + n / BLOCK + 20;
    double unit = 1.01 * roundings * U;
    double perNorm = 4 * (laplacian.maxDegree() + center) / width;
    double hidden = DRAWN_ERROR + 1e-12 * norms[0];
    for (int j = 1; j <= steps; j++) {
      double error = unit * (perNorm * norms[j - 1] + (j > 1 ? norms[j - 2] : 0));
      hidden += error * StrictMath.exp(-(j - 1) * angle) / StrictMath.sinh(angle);
    }
    return norms[steps] < StrictMath.cosh(steps * angle) * (SMALLEST_COMPONENT - hidden) * 0.999;
  }
}
