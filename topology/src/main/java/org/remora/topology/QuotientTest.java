package org.remora.topology;

/**
 * A stronger spectral certificate: eigenvalue interlacing for the quotient by (T, B, S).
 *
 * <p>Suppose S and T, of s and t nodes, have no edge between them; let B be the other b nodes, x
 * the mean number of edges from a node of T into B, and y from a node of S. The quotient of the
 * Laplacian by the three parts has the eigenvalue 0 and two others ν with sum x(1 + t/b) + y(1 +
 * s/b) and product xy·n/b; interlacing puts both into [low, high]. Counting edges also asks x ≤ Δ,
 * y ≤ Δ and xt + ys ≤ Δb for the largest degree Δ. If no (x, y) satisfies all this, no such S, T
 * exist. For fixed x every condition is linear in y; intervals of x are cut in half until each is
 * excluded with the coefficients taken at their most permissive. Derived for this library; proof in
 * docs/TOPOLOGY.md.
 */
final class QuotientTest {
  private static final int CUTS_MAX = 20_000;
  private static final double SLACK = 1e-9;

  private final double low;
  private final double high;
  private final double delta;
  private final double s;
  private final double t;
  private final double b;
  private final double n;
  private int cuts;

  private QuotientTest(int n, int s, SpectrumBounds bounds, int maxDegree) {
    this.n = n;
    this.s = s;
    int half = (n + 1) / 2;
    this.t = half;
    this.b = n - this.s - this.t;
    this.low = bounds.low();
    this.high = bounds.high();
    this.delta = maxDegree;
  }

  /** The tolerance that the test certifies; at least {@code known}, which is certified already. */
  static int tolerance(int n, int maxDegree, SpectrumBounds bounds, int known) {
    if (bounds.low() <= 0) {
      return known;
    }
    // known < f ≤ n − 1; f is certified when sets of s = n − f survivors are impossible.
    int good = known;
    int bad = n;
    while (bad - good > 1) {
      int f = (good + bad) >>> 1;
      if (new QuotientTest(n, n - f, bounds, maxDegree).isImpossible()) {
        good = f;
      } else {
        bad = f;
      }
    }
    return good;
  }

  private boolean isImpossible() {
    if (b < 0.5) {
      // No room for B: S and T would be the whole graph, in pieces, or more than it.
      return b < -0.5 || low > 0;
    }
    return excluded(0, delta);
  }

  private boolean excluded(double x1, double x2) {
    if (noY(x1, x2)) {
      return true;
    }
    if (++cuts > CUTS_MAX || x2 - x1 <= 1e-7 * delta) {
      return false;
    }
    double middle = (x1 + x2) / 2;
    return excluded(x1, middle) && excluded(middle, x2);
  }

  /** Whether no y goes with any x in [x1, x2]. */
  private boolean noY(double x1, double x2) {
    double ys = 1 + s / b;
    double xs = 1 + t / b;
    double slack = SLACK * (1 + high + delta) * (1 + xs + ys);
    double least = Math.max(0, (2 * low - x2 * xs - slack) / ys);
    double most = Math.min(delta, (2 * high - x1 * xs + slack) / ys);
    if (s > 0) {
      most = Math.min(most, (delta * b - x1 * t + slack) / s);
    }
    for (double end : new double[] {low, high}) {
      // (ν1 − end)(ν2 − end) ≥ 0: y·(x·n/b − end·ys) ≥ end·x·xs − end².
      double factor = x2 * n / b - end * ys + slack;
      double right = end * x1 * xs - end * end - slack * (1 + end);
      if (factor > 0) {
        least = Math.max(least, right / factor);
      } else if (right > 0) {
        return true;
      } else if (factor < 0) {
        most = Math.min(most, right / factor);
      }
    }
    return least > most + slack;
  }
}
