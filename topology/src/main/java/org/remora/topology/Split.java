package org.remora.topology;

import java.util.Arrays;

/**
 * Two groups of the same size that share no memory: what no consensus algorithm survives.
 *
 * <p>If N[A] and N[B] are disjoint, no memory can be reached by both groups. When all others crash
 * at the start and messages between the groups are late, A cannot tell that B lives, nor B that A
 * does; an algorithm that survives n − |A| crashes would let each group decide its own input. So no
 * algorithm survives n − |A| crashes on this graph. Proof: docs/TOPOLOGY.md.
 */
public final class Split {
  private final int[] left;
  private final int[] right;

  /**
   * Takes two groups of nodes, counted from 0; the larger one is cut to the size of the smaller.
   *
   * @param left distinct nodes
   * @param right distinct nodes
   */
  public Split(int[] left, int[] right) {
    int size = Math.min(left.length, right.length);
    this.left = Arrays.copyOf(left, size);
    this.right = Arrays.copyOf(right, size);
    Arrays.sort(this.left);
    Arrays.sort(this.right);
  }

  /** One group, ascending, a copy. */
  public int[] left() {
    return left.clone();
  }

  /** The other group, ascending, a copy. */
  public int[] right() {
    return right.clone();
  }

  /** How many nodes each group has. */
  public int size() {
    return left.length;
  }

  /** How many crashes this shows to be fatal to every algorithm, in a graph of so many nodes. */
  public int crashes(int nodes) {
    return nodes - left.length;
  }

  /** Checks from the edges alone that the groups are sets of nodes that share no memory. */
  public boolean separates(CompactGraph graph) {
    if (!areNodes(left, graph.nodes()) || !areNodes(right, graph.nodes())) {
      return false;
    }
    boolean[] a = graph.closedNeighbourhood(left);
    boolean[] b = graph.closedNeighbourhood(right);
    for (int v = 0; v < a.length; v++) {
      if (a[v] && b[v]) {
        return false;
      }
    }
    return true;
  }

  private static boolean areNodes(int[] sorted, int nodes) {
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] < 0 || sorted[i] >= nodes || (i > 0 && sorted[i] == sorted[i - 1])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Split split
        && Arrays.equals(left, split.left)
        && Arrays.equals(right, split.right);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(left) + Arrays.hashCode(right);
  }

  @Override
  public String toString() {
    return "Split" + Arrays.toString(left) + Arrays.toString(right);
  }
}
