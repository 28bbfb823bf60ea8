package org.remora.topology;

import java.util.Arrays;

/**
 * Estimates of the extreme eigenvalues of a Laplacian on the vectors orthogonal to the constant
 * one. They converge from inside and so prove nothing: they only tell the certificates where to
 * look.
 */
final class Lanczos {
  private final int steps;
  private final double[] alpha;
  private final double[] beta;
  private final double[][] basis;

  /**
   * Runs {@code stepsMax} steps from {@code start}.
   *
   * @param reorthogonalize whether to keep the basis orthogonal (and so in memory): slower, needed
   *     for vectors and for more than a hundred steps or so
   */
  Lanczos(Laplacian laplacian, double[] start, int stepsMax, boolean reorthogonalize) {
    int n = laplacian.nodes();
    int max = Math.min(stepsMax, n - 1);
    alpha = new double[max];
    beta = new double[max];
    basis = new double[reorthogonalize ? max : 0][];
    double[] previous = new double[n];
    double[] q = start.clone();
    double[] next = new double[n];
    center(q);
    scale(q, 1 / norm(q));
    int done = 0;
    while (done < max) {
      if (reorthogonalize) {
        basis[done] = q.clone();
      }
      laplacian.apply(q, next);
      alpha[done] = dot(q, next);
      double before = done == 0 ? 0 : beta[done - 1];
      for (int v = 0; v < n; v++) {
        next[v] -= alpha[done] * q[v] + before * previous[v];
      }
      center(next);
      for (int pass = 0; reorthogonalize && pass < 2; pass++) {
        for (int j = 0; j <= done; j++) {
          subtract(next, dot(next, basis[j]), basis[j]);
        }
      }
      double length = norm(next);
      beta[done++] = length;
      if (length < 1e-9 * Math.max(1, laplacian.maxDegree())) {
        break;
      }
      scale(next, 1 / length);
      double[] spare = previous;
      previous = q;
      q = next;
      next = spare;
    }
    steps = done;
  }

  /** A start vector of normal numbers. */
  static double[] randomStart(int n, SeedStream chance) {
    double[] start = new double[n];
    double[] pair = new double[2];
    for (int v = 0; v < n; v++) {
      if (v % 2 == 0) {
        chance.nextGaussians(pair);
      }
      start[v] = pair[v % 2];
    }
    return start;
  }

  /** The estimate of the smallest eigenvalue, never below it (rounding aside). */
  double low() {
    return extreme(1);
  }

  /** The estimate of the largest eigenvalue, never above it (rounding aside). */
  double high() {
    return -extreme(-1);
  }

  /** The smallest eigenvalue of {@code sign·T} by counting signs of pivots (Sturm). */
  private double extreme(int sign) {
    double radius = 0;
    for (int i = 0; i < steps; i++) {
      radius = Math.max(radius, Math.abs(alpha[i]) + 2 * Math.abs(beta[i]));
      radius = Math.max(radius, Math.abs(alpha[i]) + Math.abs(i == 0 ? 0 : beta[i - 1]) + beta[i]);
    }
    double below = -radius - 1;
    double above = radius + 1;
    for (int i = 0; i < 100 && above - below > 1e-14 * radius; i++) {
      double middle = (below + above) / 2;
      if (hasEigenvalueBelow(sign, middle)) {
        above = middle;
      } else {
        below = middle;
      }
    }
    return (below + above) / 2;
  }

  private boolean hasEigenvalueBelow(int sign, double x) {
    double pivot = 1;
    for (int i = 0; i < steps; i++) {
      double off = i == 0 ? 0 : beta[i - 1];
      pivot = sign * alpha[i] - x - off * off / pivot;
      if (pivot < 0) {
        return true;
      }
      if (pivot == 0) {
        pivot = 1e-300;
      }
    }
    return false;
  }

  /** A vector that goes with the estimate {@code value}; needs the basis. */
  double[] vector(double value) {
    double[] y = new double[steps];
    Arrays.fill(y, 1);
    for (int round = 0; round < 3; round++) {
      y = solveShifted(y, value + 1e-10 * (1 + Math.abs(value)));
      scale(y, 1 / norm(y));
    }
    double[] x = new double[basis[0].length];
    for (int j = 0; j < steps; j++) {
      subtract(x, -y[j], basis[j]);
    }
    return x;
  }

  /** Solves (T − shift)·x = b, elimination with row exchanges. */
  private double[] solveShifted(double[] b, double shift) {
    double[] main = new double[steps];
    double[] upper = new double[steps];
    double[] second = new double[steps];
    double[] x = b.clone();
    for (int i = 0; i < steps; i++) {
      main[i] = alpha[i] - shift;
      upper[i] = i + 1 < steps ? beta[i] : 0;
    }
    for (int i = 0; i + 1 < steps; i++) {
      double lower = beta[i];
      if (Math.abs(lower) > Math.abs(main[i])) {
        double ratio = main[i] / lower;
        double nextMain = main[i + 1];
        double nextUpper = upper[i + 1];
        main[i] = lower;
        main[i + 1] = upper[i] - ratio * nextMain;
        upper[i + 1] = -ratio * nextUpper;
        upper[i] = nextMain;
        second[i] = nextUpper;
        double swap = x[i];
        x[i] = x[i + 1];
        x[i + 1] = swap - ratio * x[i];
      } else {
        double pivot = main[i] == 0 ? 1e-300 : main[i];
        double ratio = lower / pivot;
        main[i + 1] -= ratio * upper[i];
        x[i + 1] -= ratio * x[i];
      }
    }
    for (int i = steps - 1; i >= 0; i--) {
      double rest = x[i];
      if (i + 1 < steps) {
        rest -= upper[i] * x[i + 1];
      }
      if (i + 2 < steps) {
        rest -= second[i] * x[i + 2];
      }
      x[i] = rest / (main[i] == 0 ? 1e-300 : main[i]);
    }
    return x;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  private static void scale(double[] a, double factor) {
    for (int i = 0; i < a.length; i++) {
      a[i] *= factor;
    }
  }

  private static void subtract(double[] a, double factor, double[] b) {
    for (int i = 0; i < a.length; i++) {
      a[i] -= factor * b[i];
    }
  }

  private static void center(double[] a) {
    double sum = 0;
    for (double x : a) {
      sum += x;
    }
    double mean = sum / a.length;
    for (int i = 0; i < a.length; i++) {
      a[i] -= mean;
    }
  }
}
