package org.remora.topology;

import java.util.Arrays;

/**
 * Looks for two large groups that share no memory.
 *
 * <p>Every node's memory is given to one of two sides; a process belongs to a side's group when
 * every memory it can reach is on that side. Annealing over the sides. The result is an upper bound
 * on what any algorithm survives; that no larger groups exist is not claimed.
 */
final class SplitSearch {
  private final CompactGraph graph;
  private final int n;
  private final boolean[] side;
  private final int[] reach;
  private final int[] group = new int[2];
  private double energy;
  private long random;

  private SplitSearch(CompactGraph graph, long random) {
    this.graph = graph;
    this.n = graph.nodes();
    this.side = new boolean[n];
    this.reach = new int[n];
    this.random = random | 1;
  }

  /** Searches for {@code steps} steps, starting from what {@code start}'s survivors reach. */
  static Split search(CompactGraph graph, Witness start, long steps, SeedStream chance) {
    SplitSearch search = new SplitSearch(graph, chance.nextLong());
    return search.run(graph.closedNeighbourhood(start.survivors()), steps);
  }

  private int below(int bound) {
    random ^= random >>> 12;
    random ^= random << 25;
    random ^= random >>> 27;
    return (int) ((((random * 0x2545F4914F6CDD1DL) >>> 32) * bound) >>> 32);
  }

  private Split run(boolean[] start, long steps) {
    for (int v = 0; v < n; v++) {
      count(v, 1);
    }
    for (int v = 0; v < n; v++) {
      if (start[v]) {
        flip(v);
      }
    }
    boolean[] best = side.clone();
    int bestSize = Math.min(group[0], group[1]);
    double temperature = 0.6;
    double factor = StrictMath.pow(0.05 / 0.6, 1.0 / 256);
    long stage = Math.max(1, steps / 256);
    for (long step = 1; step <= steps; step++) {
      int v = below(n);
      double before = energy();
      flip(v);
      double worse = energy() - before;
      if (worse > 0 && below(1 << 30) >= StrictMath.exp(-worse / temperature) * (1 << 30)) {
        flip(v);
      } else if (Math.min(group[0], group[1]) > bestSize && (n < 5_000 || step % n == 0)) {
        bestSize = Math.min(group[0], group[1]);
        best = side.clone();
      }
      if (step % stage == 0) {
        temperature *= factor;
      }
    }
    if (Math.min(group[0], group[1]) > bestSize) {
      best = side.clone();
    }
    return groups(best);
  }

  private double energy() {
    return energy + 0.5 * Math.abs(group[0] - group[1]);
  }

  /** Adds or takes away what v contributes: a member is worth most, a near miss a little. */
  private void count(int v, int sign) {
    int size = graph.degree(v) + 1;
    int minority = Math.min(reach[v], size - reach[v]);
    energy -= sign * (minority == 0 ? 1 : minority == 1 ? 0.4 : minority == 2 ? 0.15 : 0);
    if (reach[v] == 0) {
      group[0] += sign;
    } else if (reach[v] == size) {
      group[1] += sign;
    }
  }

  private void flip(int v) {
    int change = side[v] ? -1 : 1;
    side[v] = !side[v];
    shift(v, change);
    for (int i = 0; i < graph.degree(v); i++) {
      shift(graph.neighbour(v, i), change);
    }
  }

  private void shift(int v, int change) {
    count(v, -1);
    reach[v] += change;
    count(v, 1);
  }

  private Split groups(boolean[] sides) {
    int[][] members = new int[2][n];
    int[] size = new int[2];
    for (int v = 0; v < n; v++) {
      boolean whole = true;
      for (int i = 0; i < graph.degree(v) && whole; i++) {
        whole = sides[graph.neighbour(v, i)] == sides[v];
      }
      if (whole) {
        int s = sides[v] ? 1 : 0;
        members[s][size[s]++] = v;
      }
    }
    return new Split(Arrays.copyOf(members[0], size[0]), Arrays.copyOf(members[1], size[1]));
  }
}
