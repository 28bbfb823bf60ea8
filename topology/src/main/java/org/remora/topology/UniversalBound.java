package org.remora.topology;

/**
 * What no graph of so many nodes and so large a degree can exceed.
 *
 * <p>Take S uniform among the sets of s nodes. A node of degree at most d misses S and its
 * neighbourhood with a chance of at least C(n−d−1, s)/C(n, s). If n times that is more than ⌈n/2⌉ −
 * 1, some S leaves ⌈n/2⌉ nodes unreached, so the crash of the other n − s nodes is fatal: the
 * tolerance is at most n − s − 1. Derived for this library; proof in docs/TOPOLOGY.md.
 */
final class UniversalBound {
  private UniversalBound() {}

  /** The largest tolerance any graph of n nodes and largest degree d can have. */
  static int tolerance(int n, int d) {
    int missing = (n + 1) / 2 - 1;
    int largest = 0;
    // ln of C(n−d−1, s)/C(n, s), from one s to the next; rounded down.
    double ln = 0;
    for (int s = 1; s <= n - d - 1; s++) {
      ln += StrictMath.log((double) (n - d - s) / (n - s + 1));
      if (n * StrictMath.exp(ln - 1e-12 * s) * (1 - 1e-12) > missing) {
        largest = s;
      } else {
        break;
      }
    }
    return n - largest - 1;
  }
}
