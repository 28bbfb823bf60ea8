package org.remora.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which zone (rack, power feed, switch) each node is in.
 *
 * <p>Immutable.
 */
public final class Zones {
  private final List<String> names;
  private final int[] zoneOf;

  private Zones(List<String> names, int[] zoneOf) {
    this.names = List.copyOf(names);
    this.zoneOf = zoneOf;
  }

  /** Takes the name of each node's zone, in the order of the nodes. */
  public static Zones of(List<String> zonePerNode) {
    Map<String, Integer> index = new LinkedHashMap<>();
    int[] zoneOf = new int[zonePerNode.size()];
    for (int v = 0; v < zoneOf.length; v++) {
      String name = zonePerNode.get(v);
      zoneOf[v] = index.computeIfAbsent(name, unused -> index.size());
    }
    return new Zones(new ArrayList<>(index.keySet()), zoneOf);
  }

  /** The zones' names in order of first appearance. */
  public List<String> names() {
    return names;
  }

  /** How many nodes are placed. */
  public int nodes() {
    return zoneOf.length;
  }

  /** The zone of a node, as an index into {@link #names()}. */
  public int zone(int node) {
    return zoneOf[node];
  }

  /** The name of a node's zone. */
  public String name(int node) {
    return names.get(zoneOf[node]);
  }

  /** Each node's zone by name: what {@link #of} takes. */
  public List<String> perNode() {
    List<String> list = new ArrayList<>(zoneOf.length);
    for (int zone : zoneOf) {
      list.add(names.get(zone));
    }
    return list;
  }

  int[] raw() {
    return zoneOf.clone();
  }

  /** The sizes of the zones. */
  int[] sizes() {
    int[] sizes = new int[names.size()];
    for (int zone : zoneOf) {
      sizes[zone]++;
    }
    return sizes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Zones zones && perNode().equals(zones.perNode());
  }

  @Override
  public int hashCode() {
    return perNode().hashCode();
  }

  @Override
  public String toString() {
    return "Zones[nodes=" + zoneOf.length + ", zones=" + names.size() + "]";
  }
}
