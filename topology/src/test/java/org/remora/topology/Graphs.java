package org.remora.topology;

import java.util.Arrays;
import java.util.List;

/** Graphs for tests, and the slow and obvious way to judge them. */
final class Graphs {
  private static final String SEED = "000102030405060708090a0b0c0d0e0f";

  private Graphs() {}

  static Seed seed(long number) {
    return new Seed(SEED + String.format("%016x", number));
  }

  static SeedStream chance(long number) {
    return new SeedStream(seed(number), "test");
  }

  /** Each edge with the chance {@code percent}. */
  static CompactGraph random(int n, int percent, SeedStream chance) {
    EdgeList edges = new EdgeList(8);
    for (int a = 0; a < n; a++) {
      for (int b = a + 1; b < n; b++) {
        if (chance.below(100) < percent) {
          edges.add(a, b);
        }
      }
    }
    return CompactGraph.of(n, edges);
  }

  static Construction.RandomLayers layers(int n, int permutations, int matchings, long seed) {
    return new Construction.RandomLayers(
        seed(seed), n, permutations, matchings, List.of(), List.of());
  }

  /** A union of random layers of degree d, topped up. */
  static CompactGraph regular(int n, int d, long seed) {
    CompactGraph graph = CompactGraph.of(n, Layers.replay(layers(n, d / 2, d % 2, seed)).edges());
    int[] budgets = new int[n];
    Arrays.fill(budgets, d);
    return TopUp.fill(graph, budgets, new int[0], chance(seed));
  }

  /** The closed neighbourhoods as bit sets; n ≤ 30. */
  static int[] closed(CompactGraph graph) {
    int[] closed = new int[graph.nodes()];
    for (int v = 0; v < closed.length; v++) {
      closed[v] = 1 << v;
      for (int i = 0; i < graph.degree(v); i++) {
        closed[v] |= 1 << graph.neighbour(v, i);
      }
    }
    return closed;
  }

  /** |N[set]| for every set, by its bits; n ≤ 20. */
  static int[] reach(CompactGraph graph) {
    int[] closed = closed(graph);
    int[] union = new int[1 << graph.nodes()];
    for (int set = 1; set < union.length; set++) {
      union[set] = union[set & (set - 1)] | closed[Integer.numberOfTrailingZeros(set)];
    }
    return union;
  }

  /** The tolerance by the definition: the largest f all of whose sets of survivors are enough. */
  static int tolerance(CompactGraph graph) {
    int n = graph.nodes();
    int[] reach = reach(graph);
    int largest = 0;
    for (int set = 0; set < reach.length; set++) {
      if (Integer.bitCount(reach[set]) <= n / 2) {
        largest = Math.max(largest, Integer.bitCount(set));
      }
    }
    return n - largest - 1;
  }

  /** The tolerance by duality: min |N[T]| − 1 over the sets T of ⌈n/2⌉ nodes. */
  static int dual(CompactGraph graph) {
    int n = graph.nodes();
    int[] reach = reach(graph);
    int least = n;
    for (int set = 0; set < reach.length; set++) {
      if (Integer.bitCount(set) == (n + 1) / 2) {
        least = Math.min(least, Integer.bitCount(reach[set]));
      }
    }
    return least - 1;
  }
}
