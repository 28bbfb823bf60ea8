package org.remora.topology;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph over racks of equal size from a graph of racks: every edge between two racks becomes a
 * uniform matching of their nodes (a random lift: Bilu and Linial 2006, Valadarsky et al. 2016).
 *
 * <p>No node has a neighbour in its own rack, and it has exactly one in every rack that its own is
 * joined to, so cables run in bundles. The seed certificate does not cover lifts; their eigenvalues
 * do.
 */
final class RackLift {
  private RackLift() {}

  /** Whether all zones have the same size. */
  static boolean fits(Zones zones) {
    int[] sizes = zones.sizes();
    for (int size : sizes) {
      if (size != sizes[0]) {
        return false;
      }
    }
    return sizes.length >= 3;
  }

  /** Lifts graphs of racks, one after the other; each adds its degree. */
  static CompactGraph of(Zones zones, List<CompactGraph> bases, SeedStream chance) {
    int[] sizes = zones.sizes();
    int[][] members = new int[sizes.length][sizes[0]];
    int[] filled = new int[sizes.length];
    for (int v = 0; v < zones.nodes(); v++) {
      members[zones.zone(v)][filled[zones.zone(v)]++] = v;
    }
    EdgeList edges = new EdgeList(zones.nodes() * 4);
    Map<Long, int[]> orders = new HashMap<>();
    Map<Long, Integer> copies = new HashMap<>();
    for (CompactGraph base : bases) {
      EdgeList racks = base.edgeList();
      for (int i = 0; i < racks.size(); i++) {
        long pair = EdgeList.key(racks.from(i), racks.to(i));
        int[] order = orders.computeIfAbsent(pair, unused -> chance.permutation(sizes[0]));
        // Racks joined once more get the same matching moved on by one: no edge comes twice.
        int shift = copies.merge(pair, 1, Integer::sum) - 1;
        for (int k = 0; k < order.length; k++) {
          int partner = order[(k + shift) % order.length];
          edges.add(members[racks.from(i)][k], members[racks.to(i)][partner]);
        }
      }
    }
    return CompactGraph.of(zones.nodes(), edges);
  }
}
