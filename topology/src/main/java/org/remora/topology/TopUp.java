package org.remora.topology;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** Adds edges at random where nodes have fewer than they may: that never lowers a tolerance. */
final class TopUp {
  private static final int ROUNDS_MAX = 60;
  private static final int SCAN_MAX = 1_500;

  private TopUp() {}

  /**
   * Adds edges until nothing more fits or luck runs out.
   *
   * @param budgets the largest degree of each node
   * @param zone the zone of each node, within which no edge is added; empty for none
   */
  static CompactGraph fill(CompactGraph graph, int[] budgets, int[] zone, SeedStream chance) {
    int n = graph.nodes();
    int[] missing = new int[n];
    int ends = 0;
    for (int v = 0; v < n; v++) {
      missing[v] = Math.max(0, budgets[v] - graph.degree(v));
      ends += missing[v];
    }
    EdgeList added = new EdgeList(16);
    Set<Long> taken = new HashSet<>();
    int idle = 0;
    for (int round = 0; round < ROUNDS_MAX && ends > 1 && idle < 5; round++) {
      int[] stubs = stubs(missing, ends, chance);
      int before = added.size();
      for (int i = 0; i + 1 < stubs.length; i += 2) {
        join(graph, stubs[i], stubs[i + 1], zone, missing, taken, added);
      }
      ends -= 2 * (added.size() - before);
      idle = added.size() == before ? idle + 1 : 0;
    }
    scan(graph, zone, missing, taken, added);
    if (added.size() == 0) {
      return graph;
    }
    added.addAll(graph.edgeList());
    return CompactGraph.of(n, added);
  }

  private static int[] stubs(int[] missing, int ends, SeedStream chance) {
    int[] order = chance.permutation(ends);
    int[] stubs = new int[ends];
    int next = 0;
    for (int v = 0; v < missing.length; v++) {
      for (int i = 0; i < missing[v]; i++) {
        stubs[order[next++]] = v;
      }
    }
    return stubs;
  }

  /** Tries every pair of the few nodes that are left. */
  private static void scan(
      CompactGraph graph, int[] zone, int[] missing, Set<Long> taken, EdgeList added) {
    int[] open = new int[missing.length];
    int count = 0;
    for (int v = 0; v < missing.length; v++) {
      if (missing[v] > 0) {
        open[count++] = v;
      }
    }
    open = Arrays.copyOf(open, Math.min(count, SCAN_MAX));
    for (int i = 0; i < open.length; i++) {
      for (int j = i + 1; j < open.length; j++) {
        join(graph, open[i], open[j], zone, missing, taken, added);
      }
    }
  }

  private static void join(
      CompactGraph graph,
      int a,
      int b,
      int[] zone,
      int[] missing,
      Set<Long> taken,
      EdgeList added) {
    if (a != b
        && missing[a] > 0
        && missing[b] > 0
        && (zone.length == 0 || zone[a] != zone[b])
        && !graph.hasEdge(a, b)
        && taken.add(EdgeList.key(a, b))) {
      added.add(a, b);
      missing[a]--;
      missing[b]--;
    }
  }
}
