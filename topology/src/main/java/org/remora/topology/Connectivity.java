package org.remora.topology;

import java.util.Arrays;

/**
 * What connectivity alone certifies: if no fewer than κ nodes separate the graph, a set T of ⌈n/2⌉
 * nodes has κ more in its closed neighbourhood, or all there are.
 */
final class Connectivity {
  private Connectivity() {}

  /** The tolerance by connectivity up to two; that of a ring exactly. */
  static int tolerance(CompactGraph graph) {
    int n = graph.nodes();
    int t = (n + 1) / 2;
    int separators = !graph.isConnected() ? 0 : hasCutNode(graph) ? 1 : 2;
    return Math.min(n, t + separators) - 1;
  }

  /**
   * What degrees certify: a node outside N[T], |T| = ⌈n/2⌉, has all its neighbours among the other
   * ⌊n/2⌋ − 1 nodes outside T, so only nodes of degree below ⌊n/2⌋ can be missed.
   */
  static int degreeTolerance(CompactGraph graph) {
    int n = graph.nodes();
    int t = (n + 1) / 2;
    int low = 0;
    for (int v = 0; v < n; v++) {
      low += graph.degree(v) < n - t ? 1 : 0;
    }
    return Math.max(n - low, t) - 1;
  }

  /**
   * Whether some node's loss disconnects a connected graph (lowest points, Hopcroft and Tarjan).
   */
  private static boolean hasCutNode(CompactGraph graph) {
    int n = graph.nodes();
    int[] number = new int[n];
    int[] lowest = new int[n];
    int[] parent = new int[n];
    int[] next = new int[n];
    Arrays.fill(parent, -1);
    int time = 1;
    int rootChildren = 0;
    number[0] = lowest[0] = time++;
    int v = 0;
    while (v >= 0) {
      if (next[v] < graph.degree(v)) {
        int u = graph.neighbour(v, next[v]++);
        if (number[u] == 0) {
          parent[u] = v;
          number[u] = lowest[u] = time++;
          rootChildren += v == 0 ? 1 : 0;
          v = u;
        } else if (u != parent[v]) {
          lowest[v] = Math.min(lowest[v], number[u]);
        }
      } else {
        int up = parent[v];
        if (up >= 0) {
          lowest[up] = Math.min(lowest[up], lowest[v]);
          if (up != 0 && lowest[v] >= number[up]) {
            return true;
          }
        }
        v = up;
      }
    }
    return rootChildren > 1;
  }
}
