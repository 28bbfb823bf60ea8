package org.remora.topology;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How a graph sits in its zones.
 *
 * @param innerEdges edges with both ends in one zone
 * @param neighboursInOneZoneMax the most neighbours that one node has in one foreign zone
 * @param neighboursInOneZoneIdeal what the even spread would be: ⌈max degree / (zones − 1)⌉
 * @param lossesSurvived Hybrid Ben-Or ends after the loss of any this many zones
 * @param lossesFatal the loss of some this many zones stops it; one more than {@code
 *     lossesSurvived} when both are known exactly, 0 if none is known
 */
public record ZoneReport(
    int innerEdges,
    int neighboursInOneZoneMax,
    int neighboursInOneZoneIdeal,
    int lossesSurvived,
    int lossesFatal) {

  /**
   * Measures a graph. The losses of one and of two zones are tried all; more are certified by the
   * tolerance against the sizes of the largest zones, and refuted by losing zones greedily.
   *
   * @param certified crashes that the graph is known to tolerate
   */
  public static ZoneReport of(CompactGraph graph, Zones zones, int certified) {
    int inner = 0;
    int most = 0;
    int count = zones.names().size();
    Map<Integer, Integer> perZone = new HashMap<>();
    for (int v = 0; v < graph.nodes(); v++) {
      perZone.clear();
      for (int i = 0; i < graph.degree(v); i++) {
        int u = graph.neighbour(v, i);
        if (zones.zone(u) == zones.zone(v)) {
          inner += u > v ? 1 : 0;
        } else {
          most = Math.max(most, perZone.merge(zones.zone(u), 1, Integer::sum));
        }
      }
    }
    int ideal = count < 2 ? 0 : (graph.maxDegree() + count - 2) / (count - 1);
    int fatal = fatalUpToTwo(graph, zones);
    int survived = fatal == 0 ? Math.min(2, count) : fatal - 1;
    int[] sizes = zones.sizes();
    Arrays.sort(sizes);
    int lost = 0;
    for (int k = 1; k <= count && fatal == 0; k++) {
      lost += sizes[count - k];
      if (lost <= certified) {
        survived = Math.max(survived, k);
      }
    }
    if (fatal == 0) {
      fatal = fatalGreedy(graph, zones);
    }
    return new ZoneReport(inner, most, ideal, survived, fatal);
  }

  /** The least number of zones up to two whose loss is fatal, 0 if no two are. */
  private static int fatalUpToTwo(CompactGraph graph, Zones zones) {
    int count = zones.names().size();
    int limit = graph.nodes() - graph.nodes() / 2;
    // A node is unreached when all that it can reach is lost: it counts for that set of zones.
    int[] one = new int[count];
    Map<Long, Integer> two = new HashMap<>();
    for (int v = 0; v < graph.nodes(); v++) {
      int a = zones.zone(v);
      int b = -1;
      boolean more = false;
      for (int i = 0; i < graph.degree(v) && !more; i++) {
        int z = zones.zone(graph.neighbour(v, i));
        if (z != a && b < 0) {
          b = z;
        }
        more = z != a && z != b;
      }
      if (!more && b < 0) {
        one[a]++;
      } else if (!more) {
        two.merge(EdgeList.key(a, b), 1, Integer::sum);
      }
    }
    for (int z = 0; z < count; z++) {
      if (one[z] >= limit) {
        return 1;
      }
    }
    for (int a = 0; a < count; a++) {
      for (int b = a + 1; b < count; b++) {
        if (one[a] + one[b] + two.getOrDefault(EdgeList.key(a, b), 0) >= limit) {
          return 2;
        }
      }
    }
    return 0;
  }

  /** Loses the zone that leaves the fewest reached, again and again, until that is fatal. */
  private static int fatalGreedy(CompactGraph graph, Zones zones) {
    int count = zones.names().size();
    if (count > 64) {
      return 0;
    }
    boolean[] lost = new boolean[count];
    for (int k = 1; k <= count; k++) {
      int worst = -1;
      int fewest = Integer.MAX_VALUE;
      for (int z = 0; z < count; z++) {
        if (!lost[z]) {
          lost[z] = true;
          int reached = reached(graph, zones, lost);
          lost[z] = false;
          if (reached < fewest) {
            fewest = reached;
            worst = z;
          }
        }
      }
      lost[worst] = true;
      if (fewest <= graph.nodes() / 2) {
        return k;
      }
    }
    return 0;
  }

  /** How many nodes the survivors of a loss of zones reach. */
  static int reached(CompactGraph graph, Zones zones, boolean[] lost) {
    int reached = 0;
    for (int v = 0; v < graph.nodes(); v++) {
      boolean hit = !lost[zones.zone(v)];
      for (int i = 0; i < graph.degree(v) && !hit; i++) {
        hit = !lost[zones.zone(graph.neighbour(v, i))];
      }
      reached += hit ? 1 : 0;
    }
    return reached;
  }
}
