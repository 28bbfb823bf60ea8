package org.remora.topology;

import java.util.Arrays;
import java.util.List;

/**
 * The permutations and matchings behind a random graph, as they are after every change.
 *
 * <p>The law stays uniform: a new element enters a permutation behind a uniform element or as a
 * cycle of its own (the Chinese-restaurant step) and leaves by being spliced out; a matching's
 * steps are in {@link #growMatching} and {@link #shrinkMatching}. So what was certified for fresh
 * layers of n nodes holds for grown and shrunk ones. Proof: docs/TOPOLOGY.md.
 */
final class Layers {
  private static final int NOBODY = -1;

  private int nodes;
  private final int[][] permutations;
  private final int[][] matchings;

  private Layers(int nodes, int[][] permutations, int[][] matchings) {
    this.nodes = nodes;
    this.permutations = permutations;
    this.matchings = matchings;
  }

  /** Draws the layers and replays every change. */
  static Layers replay(Construction.RandomLayers origin) {
    int[][] permutations = new int[origin.permutations()][];
    int[][] matchings = new int[origin.matchings()][];
    for (int layer = 0; layer < permutations.length + matchings.length; layer++) {
      int choice = origin.choices().isEmpty() ? 1 : origin.choices().get(layer);
      boolean permutation = layer < permutations.length;
      int[] drawn = candidate(origin.seed(), origin.initialNodes(), permutation, layer, choice);
      if (permutation) {
        permutations[layer] = drawn;
      } else {
        matchings[layer - permutations.length] = drawn;
      }
    }
    Layers layers = new Layers(origin.initialNodes(), permutations, matchings);
    for (Construction.Change change : origin.changes()) {
      layers.apply(change);
    }
    return layers;
  }

  /** The given candidate for a layer: images of a permutation, or partners in a matching. */
  static int[] candidate(Seed seed, int n, boolean permutation, int layer, int choice) {
    int[] order = new SeedStream(seed, "layer " + layer + " candidate " + choice).permutation(n);
    if (permutation) {
      return order;
    }
    int[] partner = new int[n];
    for (int i = 0; i + 1 < n; i += 2) {
      partner[order[i]] = order[i + 1];
      partner[order[i + 1]] = order[i];
    }
    if (n % 2 == 1) {
      partner[order[n - 1]] = NOBODY;
    }
    return partner;
  }

  int nodes() {
    return nodes;
  }

  /** The layers' images and partners, for comparing. */
  String describe() {
    return Arrays.deepToString(permutations) + Arrays.deepToString(matchings);
  }

  /** All edges of all layers; fixed points are left out, duplicates are not. */
  EdgeList edges() {
    EdgeList edges = new EdgeList(nodes * (permutations.length + matchings.length));
    for (int[] image : permutations) {
      for (int v = 0; v < nodes; v++) {
        if (image[v] != v) {
          edges.add(v, image[v]);
        }
      }
    }
    for (int[] partner : matchings) {
      for (int v = 0; v < nodes; v++) {
        if (partner[v] > v) {
          edges.add(v, partner[v]);
        }
      }
    }
    return edges;
  }

  private void apply(Construction.Change change) {
    if (change instanceof Construction.Grow grow) {
      if (nodes + (long) grow.count() > PlanRequest.NODES_MAX) {
        throw new BadGraphException("a plan is for at most " + PlanRequest.NODES_MAX + " nodes");
      }
      SeedStream chance = new SeedStream(grow.seed(), "grow");
      for (int i = 0; i < permutations.length; i++) {
        permutations[i] = Arrays.copyOf(permutations[i], nodes + grow.count());
      }
      for (int i = 0; i < matchings.length; i++) {
        matchings[i] = Arrays.copyOf(matchings[i], nodes + grow.count());
      }
      for (int k = 0; k < grow.count(); k++) {
        for (int[] image : permutations) {
          int after = chance.below(nodes + 1);
          image[nodes] = after == nodes ? nodes : image[after];
          image[after] = nodes;
        }
        for (int[] partner : matchings) {
          growMatching(partner, chance);
        }
        nodes++;
      }
    } else if (change instanceof Construction.Shrink shrink) {
      shrink(shrink.nodes());
    }
  }

  /**
   * Adds node x. If somebody is left out, x becomes their partner. If not, one of the nodes + 1
   * equally likely things happens: x is left out, or takes node u from its partner, who is left
   * out.
   */
  private void growMatching(int[] partner, SeedStream chance) {
    int x = nodes;
    if (nodes % 2 == 1) {
      int alone = leftOut(partner);
      partner[alone] = x;
      partner[x] = alone;
      return;
    }
    int u = chance.below(nodes + 1);
    if (u == x) {
      partner[x] = NOBODY;
    } else {
      partner[partner[u]] = NOBODY;
      partner[u] = x;
      partner[x] = u;
    }
  }

  private void shrink(List<Integer> gone) {
    boolean[] removed = new boolean[nodes];
    int left = nodes;
    for (int v : gone) {
      if (v < 0 || v >= nodes || removed[v]) {
        throw new BadGraphException("cannot remove node " + (v + 1) + " of " + nodes);
      }
      for (int[] image : permutations) {
        splice(image, v, removed);
      }
      for (int[] partner : matchings) {
        shrinkMatching(partner, v, removed, left);
      }
      removed[v] = true;
      left--;
    }
    int[] rank = new int[nodes];
    int kept = 0;
    for (int v = 0; v < nodes; v++) {
      rank[v] = removed[v] ? NOBODY : kept++;
    }
    for (int[][] kind : new int[][][] {permutations, matchings}) {
      for (int i = 0; i < kind.length; i++) {
        int[] compact = new int[kept];
        for (int v = 0; v < nodes; v++) {
          if (!removed[v]) {
            compact[rank[v]] = kind[i][v] == NOBODY ? NOBODY : rank[kind[i][v]];
          }
        }
        kind[i] = compact;
      }
    }
    nodes = kept;
  }

  /** Joins what comes before v in its cycle to what comes after. */
  private void splice(int[] image, int v, boolean[] removed) {
    for (int u = 0; u < nodes; u++) {
      if (!removed[u] && image[u] == v) {
        image[u] = image[v];
        return;
      }
    }
  }

  /** Undoes a growth step: v's partner is left out, or joins who was left out before. */
  private void shrinkMatching(int[] partner, int v, boolean[] removed, int left) {
    int widow = partner[v];
    if (left % 2 == 0) {
      partner[widow] = NOBODY;
      return;
    }
    if (widow == NOBODY) {
      return;
    }
    for (int u = 0; u < nodes; u++) {
      if (!removed[u] && partner[u] == NOBODY) {
        partner[u] = widow;
        partner[widow] = u;
        return;
      }
    }
  }

  private int leftOut(int[] partner) {
    for (int v = 0; v < nodes; v++) {
      if (partner[v] == NOBODY) {
        return v;
      }
    }
    throw new IllegalStateException("an odd matching leaves somebody out");
  }
}
