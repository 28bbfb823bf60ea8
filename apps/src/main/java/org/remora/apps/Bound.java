package org.remora.apps;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How many faults were survived at several sizes, and the formula that says the same.
 *
 * @param size what a size counts: {@code n} processes, {@code m} memories or {@code n+m} of both
 * @param fault the letter of the faults: {@code f}
 * @param points what was seen, by size
 */
record Bound(String size, String fault, List<Point> points) {
  private static final int FACTOR_MAX = 4;

  Bound {
    points = List.copyOf(points);
  }

  /**
   * What was seen at one size.
   *
   * @param size the size
   * @param survived the most faults that every run survived
   * @param refused the fewest of which a run did not; null if there are none left to fail
   * @param safe whether no run up to the first that failed was unsafe
   * @param evidence the runs
   */
  record Point(
      int size, int survived, @Nullable Integer refused, boolean safe, List<Evidence> evidence) {
    Point {
      evidence = List.copyOf(evidence);
    }
  }

  /**
   * The factor k for which at every size s, ⌊(s − 1)/k⌋ faults were survived and one more was not;
   * 0 if none fits or none was survived.
   */
  int factor() {
    for (int k = 1; k <= FACTOR_MAX; k++) {
      int factor = k;
      if (survivedAny() && points.stream().allMatch(p -> p.survived == (p.size - 1) / factor)) {
        return factor;
      }
    }
    return 0;
  }

  /**
   * {@code n ≥ 2f+1}, {@code none}, or, if no such formula fits, what was survived at each size.
   */
  String formula() {
    int factor = factor();
    if (factor > 0) {
      return size + " ≥ " + (factor == 1 ? "" : factor) + fault + "+1";
    }
    return survivedAny()
        ? points.stream().map(p -> p.survived + " of " + p.size).collect(Collectors.joining(", "))
        : "none";
  }

  /**
   * Whether at every size exactly as many were survived as s ≥ k·f + 1 promises, and no run was
   * unsafe; k = 0 promises none.
   */
  boolean keeps(int factor) {
    return points.stream()
        .allMatch(p -> p.safe && p.survived == (factor == 0 ? 0 : (p.size - 1) / factor));
  }

  /** What was seen at a size, if it was looked at. */
  @Nullable Point at(int wanted) {
    return points.stream().filter(p -> p.size == wanted).findFirst().orElse(null);
  }

  private boolean survivedAny() {
    return points.stream().anyMatch(p -> p.survived > 0);
  }
}
