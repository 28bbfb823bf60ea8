package org.remora.topology;

import java.util.Arrays;

/**
 * A set of survivors that Hybrid Ben-Or cannot work with, and so a refutation of a tolerance.
 *
 * <p>Hybrid Ben-Or ends if and only if the correct processes S and their neighbours are a majority:
 * |N[S]| &gt; n/2 [ABCGPT18]. A witness is an S with |N[S]| &le; n/2, so the crash of the other n −
 * |S| processes stops the algorithm.
 */
public final class Witness {
  private final int[] survivors;

  /**
   * Takes the survivors, nodes counted from 0.
   *
   * @param survivors distinct nodes, in any order; copied
   */
  public Witness(int... survivors) {
    this.survivors = survivors.clone();
    Arrays.sort(this.survivors);
  }

  /** The survivors in ascending order, a copy. */
  public int[] survivors() {
    return survivors.clone();
  }

  /** How many survive. */
  public int size() {
    return survivors.length;
  }

  /** How many crashes this witness shows to be fatal in a graph of {@code nodes} nodes. */
  public int crashes(int nodes) {
    return nodes - survivors.length;
  }

  /**
   * Checks from the edges alone, in time O(n + |S|·d), that the survivors are distinct nodes and
   * reach no majority.
   */
  public boolean refutes(CompactGraph graph) {
    for (int i = 0; i < survivors.length; i++) {
      if (survivors[i] < 0
          || survivors[i] >= graph.nodes()
          || (i > 0 && survivors[i] == survivors[i - 1])) {
        return false;
      }
    }
    int reached = 0;
    for (boolean covered : graph.closedNeighbourhood(survivors)) {
      reached += covered ? 1 : 0;
    }
    return reached <= graph.nodes() / 2;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Witness witness && Arrays.equals(survivors, witness.survivors);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(survivors);
  }

  @Override
  public String toString() {
    return "Witness" + Arrays.toString(survivors);
  }
}
