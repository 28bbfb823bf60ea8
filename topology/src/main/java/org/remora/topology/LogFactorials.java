package org.remora.topology;

/**
 * Natural logarithms of factorials and double factorials, with a bound on their error.
 *
 * <p>ln k! is summed from {@link StrictMath#log}, which is within 1 ulp, with Neumaier's
 * compensation: the compensated sum of k terms errs by at most 2 roundings of the result plus the
 * terms' own errors, so every entry is within {@link #RELATIVE_ERROR} of the truth.
 */
final class LogFactorials {
  /** Each value x handed out is within {@code RELATIVE_ERROR·x} of the exact logarithm. */
  static final double RELATIVE_ERROR = 0x1.0p-49;

  private final double[] factorial;
  private final double[] doubleFactorial;

  /** Prepares the logarithms of 0! to {@code max}!. */
  LogFactorials(int max) {
    factorial = new double[max + 1];
    doubleFactorial = new double[max + 2];
    double sum = 0;
    double lost = 0;
    double[] sums = new double[2];
    double[] losts = new double[2];
    for (int k = 1; k <= max; k++) {
      double term = StrictMath.log(k);
      double next = sum + term;
      lost += Math.abs(sum) >= term ? (sum - next) + term : (term - next) + sum;
      sum = next;
      factorial[k] = sum + lost;

      int odd = k & 1;
      next = sums[odd] + term;
      losts[odd] +=
          Math.abs(sums[odd]) >= term ? (sums[odd] - next) + term : (term - next) + sums[odd];
      sums[odd] = next;
      doubleFactorial[k + 1] = sums[odd] + losts[odd];
    }
  }

  /** ln k!. */
  double factorial(int k) {
    return factorial[k];
  }

  /** ln k!!, where (−1)!! = 0!! = 1. */
  double doubleFactorial(int k) {
    return doubleFactorial[k + 1];
  }
}
