package org.remora.tests.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.remora.crash.Neighbourhoods;

/**
 * A graph of at most 8 nodes as a set of edges in bits, small enough for every question to be
 * answered by trying everything: the oracle beside what is clever elsewhere. Sets of nodes are bits
 * too, node p being bit p − 1.
 */
record SmallGraph(int nodes, int edges) {
  /** Of all connected graphs of so many nodes one of each isomorphism class. */
  static List<SmallGraph> connected(int nodes) {
    List<SmallGraph> found = new ArrayList<>();
    List<int[]> permutations = permutations(nodes);
    boolean[] seen = new boolean[1 << pairs(nodes)];
    for (int edges = 0; edges < seen.length; edges++) {
      SmallGraph graph = new SmallGraph(nodes, edges);
      if (!seen[edges] && graph.isConnected()) {
        found.add(graph);
        permutations.forEach(each -> seen[graph.renamed(each).edges] = true);
      }
    }
    return found;
  }

  static SmallGraph random(int nodes, SplittableRandom random) {
    int edges = random.nextInt(1 << pairs(nodes));
    // Rather sparse, so that neighbourhoods differ.
    return new SmallGraph(nodes, random.nextInt(3) == 0 ? edges : edges & random.nextInt());
  }

  static SmallGraph twoTriangles() {
    return new SmallGraph(
        6, edge(1, 2) | edge(1, 3) | edge(2, 3) | edge(4, 5) | edge(4, 6) | edge(5, 6));
  }

  /** N[p] as bits. */
  int closed(int node) {
    int set = 1 << (node - 1);
    for (int other = 1; other <= nodes; other++) {
      if (other != node && (edges & edge(node, other)) != 0) {
        set |= 1 << (other - 1);
      }
    }
    return set;
  }

  /** N[S] as bits. */
  int spokenFor(int set) {
    int spokenFor = 0;
    for (int node = 1; node <= nodes; node++) {
      if ((set & 1 << (node - 1)) != 0) {
        spokenFor |= closed(node);
      }
    }
    return spokenFor;
  }

  /** Whether consensus ends if exactly these nodes live. */
  boolean suffices(int alive) {
    return 2 * Integer.bitCount(spokenFor(alive)) > nodes;
  }

  /** f(G): the most crashes that are survived whichever nodes they hit. */
  int tolerance() {
    int worst = 0;
    for (int set = 0; set < 1 << nodes; set++) {
      if (!suffices(set)) {
        worst = Math.max(worst, Integer.bitCount(set));
      }
    }
    return nodes - 1 - worst;
  }

  boolean isConnected() {
    int reached = 1;
    for (int before = 0; before != reached; ) {
      before = reached;
      reached = spokenFor(reached);
    }
    return reached == (1 << nodes) - 1;
  }

  Neighbourhoods neighbourhoods() {
    int[][] neighbours = new int[nodes][];
    for (int node = 1; node <= nodes; node++) {
      neighbours[node - 1] =
          members(closed(node) & ~(1 << (node - 1))).stream().mapToInt(each -> each).toArray();
    }
    return Neighbourhoods.of(neighbours);
  }

  static List<Integer> members(int set) {
    List<Integer> members = new ArrayList<>();
    for (int node = 1; node <= Integer.SIZE - 1; node++) {
      if ((set & 1 << (node - 1)) != 0) {
        members.add(node);
      }
    }
    return members;
  }

  private SmallGraph renamed(int[] names) {
    int renamed = 0;
    for (int a = 1; a <= nodes; a++) {
      for (int b = a + 1; b <= nodes; b++) {
        if ((edges & edge(a, b)) != 0) {
          renamed |= edge(names[a - 1], names[b - 1]);
        }
      }
    }
    return new SmallGraph(nodes, renamed);
  }

  private static int pairs(int nodes) {
    return nodes * (nodes - 1) / 2;
  }

  private static int edge(int a, int b) {
    int low = Math.min(a, b) - 1;
    int high = Math.max(a, b) - 1;
    return 1 << (high * (high - 1) / 2 + low);
  }

  private static List<int[]> permutations(int nodes) {
    List<int[]> found = new ArrayList<>();
    permute(new int[nodes], 0, 0, found);
    return found;
  }

  private static void permute(int[] names, int next, int used, List<int[]> found) {
    if (next == names.length) {
      found.add(names.clone());
    }
    for (int name = 1; next < names.length && name <= names.length; name++) {
      if ((used & 1 << name) == 0) {
        names[next] = name;
        permute(names, next + 1, used | 1 << name, found);
      }
    }
  }
}
