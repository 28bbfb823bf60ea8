package org.remora.topology;

/**
 * What the random seed alone certifies, before a graph is drawn from it.
 *
 * <p>Let t = ⌈n/2⌉. A tolerance of f = n − s holds unless there are disjoint sets S and T of s and
 * t nodes with no edge between them. For one pair (S, T) the chance that one uniform permutation or
 * matching has no edge between them is an exact sum; layers are independent; and the union bound
 * over all n!/(s!·t!·(n−s−t)!) pairs gives
 *
 * <pre>Pr[some bad pair] ≤ n!/(s! t! (n−s−t)!) · Pperm(s,t)^permutations · Pmatch(s,t)^matchings.
 * </pre>
 *
 * <p>The certificate is the largest f for which this is at most 2^−64. Derived for this library and
 * proved in docs/TOPOLOGY.md. Everything is computed in logarithms; the direction of rounding is
 * upwards: the sum of the magnitudes of all terms times 2^-46, far above the error of the
 * logarithms and of their sums, is added before the comparison.
 */
final class SeedCertificate {
  /** The failure probability of a certificate, as a power of two. */
  static final int FAILURE_LOG2 = -64;

  private static final double ROUNDING = 0x1.0p-46;
  private static final double LN2 = 0.6931471805599453;

  private final int n;
  private final int permutations;
  private final int matchings;
  private final LogFactorials ln;

  /** For graphs of {@code n} nodes made of so many layers; matchings leave one out if n is odd. */
  SeedCertificate(int n, int permutations, int matchings) {
    this.n = n;
    this.permutations = permutations;
    this.matchings = matchings;
    this.ln = new LogFactorials(n + 2);
  }

  /**
   * The certified tolerance.
   *
   * @param choiceBits what choosing among candidates cost: the failure probability asked for is
   *     2^-(64 + choiceBits)
   * @param lostEdges how many edges of the layers are missing from the graph; a pair without edges
   *     in the graph becomes one without edges in the layers when one end of each leaves S, or T
   */
  int tolerance(double choiceBits, int lostEdges) {
    int t = (n + 1) / 2;
    int fromS = tolerance(t, choiceBits) - lostEdges;
    int fromT = lostEdges < t ? tolerance(t - lostEdges, choiceBits) : 0;
    return Math.max(t - 1, Math.max(fromS, fromT));
  }

  /** The largest n − s for which no pair of s and {@code t} nodes is without edges. */
  private int tolerance(int t, double choiceBits) {
    // Any majority of survivors needs no edges at all.
    int known = n / 2 + 1;
    int unknown = 0;
    while (known - unknown > 1) {
      int s = (known + unknown) >>> 1;
      if (failureLog2(s, t) <= FAILURE_LOG2 - choiceBits) {
        known = s;
      } else {
        unknown = s;
      }
    }
    return n - known;
  }

  /** An upper bound on log2 of the chance that some bad pair of these sizes exists. */
  double failureLog2(int s, int t) {
    int r = n - s - t;
    if (r < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    double[] parts = {ln.factorial(n), -ln.factorial(s), -ln.factorial(t), -ln.factorial(r)};
    double sum = 0;
    double magnitude = 0;
    for (double part : parts) {
      sum += part;
      magnitude += Math.abs(part);
    }
    if (permutations > 0) {
      sum += permutations * permutation(s, t, r);
      magnitude += permutations * 12 * ln.factorial(n);
    }
    if (matchings > 0) {
      sum += matchings * matching(s, t, r);
      magnitude += matchings * 12 * ln.factorial(n);
    }
    return sum == Double.NEGATIVE_INFINITY ? sum : (sum + magnitude * ROUNDING) / LN2;
  }

  /**
   * ln of the chance that a uniform permutation maps nothing of S into T nor of T into S. With k
   * members of T mapped out of T: C(t,k) choices of them, r!/(r−k)! images for them, t!/k! images
   * for the rest; then S maps into what is left of S ∪ R, (s+r−k)!/(r−k)!, and R anywhere, r!.
   */
  private double permutation(int s, int t, int r) {
    int terms = Math.min(t, r) + 1;
    double[] logs = new double[terms];
    double common = 2 * ln.factorial(t) + 2 * ln.factorial(r) - ln.factorial(n);
    for (int k = 0; k < terms; k++) {
      logs[k] =
          common
              - 2 * ln.factorial(k)
              - ln.factorial(t - k)
              - 2 * ln.factorial(r - k)
              + ln.factorial(s + r - k);
    }
    return logOfSum(logs, terms);
  }

  /**
   * ln of the chance that a uniform matching joins nothing of S to T. With k members of T matched
   * into R: C(t,k)·C(r,k)·k! ways, (t−k−1)!! to match the rest of T, (s+r−k−1)!! to match the
   * others. For odd n one more node stands for "left out", in R.
   */
  private double matching(int s, int t, int rest) {
    int r = rest + (n & 1);
    int total = s + t + r;
    double[] logs = new double[Math.min(t, r) + 1];
    int terms = 0;
    double common = ln.factorial(t) + ln.factorial(r) - ln.doubleFactorial(total - 1);
    for (int k = t & 1; k <= Math.min(t, r); k += 2) {
      logs[terms++] =
          common
              - ln.factorial(k)
              - ln.factorial(t - k)
              - ln.factorial(r - k)
              + ln.doubleFactorial(t - k - 1)
              + ln.doubleFactorial(s + r - k - 1);
    }
    return logOfSum(logs, terms);
  }

  private static double logOfSum(double[] logs, int terms) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < terms; i++) {
      max = Math.max(max, logs[i]);
    }
    if (max == Double.NEGATIVE_INFINITY) {
      return max;
    }
    double sum = 0;
    for (int i = 0; i < terms; i++) {
      sum += StrictMath.exp(logs[i] - max);
    }
    return Math.min(0, max + StrictMath.log(sum));
  }
}
