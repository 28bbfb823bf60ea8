package org.remora.crash.log;

/**
 * What leaders have said of decisions: "all entries up to d are decided" by the leader of term b.
 *
 * <p>An entry of index i ≤ d holds the decided batch if its proposal is at least b. For i was
 * decided under a proposal b0 ≤ b: by that leader itself, or before its term, and its number is
 * higher than that of every decision it knew of. And whatever is proposed for i under a number of
 * b0 or above is what b0 decided. An entry of a lower proposal may be something else: it may be
 * that the leader found another memory's entry to be the newest, and its own has not arrived here.
 *
 * <p>Kept are the claims that no other one covers, a bounded number of them.
 */
final class Claims {
  private static final int KEPT_MAX = 8;

  private final LogRules rules;
  private final long[] proposals = new long[KEPT_MAX];
  private final long[] decided = new long[KEPT_MAX];
  private int size;

  Claims(LogRules rules) {
    this.rules = rules;
  }

  /** Takes note of a claim. */
  void add(long proposal, long upTo) {
    for (int i = 0; i < size; i++) {
      if (proposals[i] <= proposal && decided[i] >= upTo) {
        return;
      }
    }
    for (int i = size - 1; i >= 0; i--) {
      if (proposals[i] >= proposal && decided[i] <= upTo) {
        remove(i);
      }
    }
    if (size == KEPT_MAX) {
      int lowest = 0;
      for (int i = 1; i < size; i++) {
        lowest = decided[i] < decided[lowest] ? i : lowest;
      }
      remove(lowest);
    }
    proposals[size] = proposal;
    decided[size++] = upTo;
  }

  /** Whether an entry of that proposal holds what was decided for the index. */
  boolean decides(long index, long proposal) {
    for (int i = 0; i < size; i++) {
      if (decided[i] >= index && rules.mayTrustClaim(proposals[i], proposal)) {
        return true;
      }
    }
    return false;
  }

  /** The highest index that is said to be decided. */
  long highest() {
    long highest = 0;
    for (int i = 0; i < size; i++) {
      highest = Math.max(highest, decided[i]);
    }
    return highest;
  }

  /** Forgets what is of no use to a replica that has learned all up to {@code index}. */
  void learned(long index) {
    for (int i = size - 1; i >= 0; i--) {
      if (decided[i] <= index) {
        remove(i);
      }
    }
  }

  private void remove(int i) {
    size--;
    proposals[i] = proposals[size];
    decided[i] = decided[size];
  }
}
