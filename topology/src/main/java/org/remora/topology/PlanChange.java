package org.remora.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds nodes to a plan and takes nodes out, rewiring little.
 *
 * <p>In a plan of random layers a new node enters each permutation behind a uniform node: at most
 * one edge is removed and two are added per permutation, and the law of the layers stays what it
 * was, so the seed certificate holds for the new graph as for a fresh one. The change must be
 * decided without looking at the edges. In other plans a new node is put into the middle of random
 * edges (Singla et al., Jellyfish, 2012), and only the certificates that need no origin remain.
 */
public final class PlanChange {
  private PlanChange() {}

  /**
   * Adds nodes.
   *
   * @param plan the plan that stands
   * @param labels the names of the new nodes
   * @param zones the names of their zones; null if and only if the plan has none
   * @param seed fresh chance for their places
   * @param effort how hard to work on the new certificates
   * @throws BadGraphException if a name is taken or the zones do not fit
   */
  public static Plan grow(
      Plan plan, List<String> labels, @Nullable List<String> zones, Seed seed, Effort effort) {
    Set<String> all = new LinkedHashSet<>(plan.labels());
    for (String label : labels) {
      if (!all.add(label)) {
        throw new BadGraphException("there is a node '" + label + "' already");
      }
    }
    if (all.size() > PlanRequest.NODES_MAX) {
      throw new BadGraphException("a plan is for at most " + PlanRequest.NODES_MAX + " nodes");
    }
    Zones before = plan.zones();
    Zones after = null;
    if (before != null) {
      if (zones == null || zones.size() != labels.size()) {
        throw new BadGraphException("each new node needs a zone, as the plan has zones");
      }
      List<String> each = new ArrayList<>(before.perNode());
      each.addAll(zones);
      after = Zones.of(each);
    } else if (zones != null) {
      throw new BadGraphException("the plan has no zones, so new nodes cannot have one");
    }
    int[] oldToNew = new int[plan.labels().size()];
    Arrays.setAll(oldToNew, v -> v);
    Construction.Change change = new Construction.Grow(labels.size(), seed);
    return change(plan, List.copyOf(all), after, oldToNew, change, seed, effort);
  }

  /**
   * Takes nodes out.
   *
   * @param plan the plan that stands
   * @param labels the names of the nodes to take out
   * @param seed fresh chance for the edges that close the gaps
   * @param effort how hard to work on the new certificates
   * @throws BadGraphException if a name is unknown or fewer than three nodes would be left
   */
  public static Plan shrink(Plan plan, List<String> labels, Seed seed, Effort effort) {
    Set<String> gone = new HashSet<>(labels);
    List<Integer> removed = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    List<String> keptZones = new ArrayList<>();
    Zones before = plan.zones();
    int[] oldToNew = new int[plan.labels().size()];
    for (int v = 0; v < oldToNew.length; v++) {
      if (gone.remove(plan.labels().get(v))) {
        oldToNew[v] = -1;
        removed.add(v);
      } else {
        oldToNew[v] = kept.size();
        kept.add(plan.labels().get(v));
        if (before != null) {
          keptZones.add(before.name(v));
        }
      }
    }
    if (!gone.isEmpty()) {
      throw new BadGraphException("there is no node '" + gone.iterator().next() + "'");
    }
    if (kept.size() < 3) {
      throw new BadGraphException("a plan needs at least 3 nodes");
    }
    Zones zones = before == null ? null : Zones.of(keptZones);
    Construction.Change change = new Construction.Shrink(removed);
    return change(plan, kept, zones, oldToNew, change, seed, effort);
  }

  private static Plan change(
      Plan plan,
      List<String> labels,
      @Nullable Zones zones,
      int[] oldToNew,
      Construction.Change change,
      Seed seed,
      Effort effort) {
    SeedStream chance = new SeedStream(seed, "top-up");
    int[] budgets = new int[labels.size()];
    Arrays.fill(budgets, Math.min(plan.degree(), labels.size() - 1));
    CompactGraph wired;
    Construction origin;
    if (plan.construction() instanceof Construction.RandomLayers layers) {
      List<Construction.Change> changes = new ArrayList<>(layers.changes());
      changes.add(change);
      Construction.RandomLayers next =
          new Construction.RandomLayers(
              layers.seed(),
              layers.initialNodes(),
              layers.permutations(),
              layers.matchings(),
              layers.choices(),
              changes);
      wired = relayered(plan, layers, next, zones, oldToNew, budgets);
      origin = next;
    } else {
      wired = rewired(plan, labels.size(), zones, oldToNew, chance);
      origin = new Construction.Other("a change of: " + plan.construction().name());
    }
    int[] zoneOf = zones == null ? new int[0] : zones.raw();
    CompactGraph graph = TopUp.fill(wired, budgets, zoneOf, chance);
    return Planner.assess(
        labels,
        graph,
        plan.degree(),
        origin,
        zones,
        plan.queuePairs(),
        seed.derive("coins"),
        effort);
  }

  /** The new layers, and of the other edges of the old graph those that still fit. */
  private static CompactGraph relayered(
      Plan plan,
      Construction.RandomLayers before,
      Construction.RandomLayers after,
      @Nullable Zones zones,
      int[] oldToNew,
      int[] budgets) {
    EdgeList edges = Planner.outer(Layers.replay(after).edges(), zones);
    CompactGraph layered = CompactGraph.of(budgets.length, edges);
    int[] room = new int[budgets.length];
    for (int v = 0; v < room.length; v++) {
      room[v] = budgets[v] - layered.degree(v);
    }
    CompactGraph old = CompactGraph.of(plan.graph().nodes(), Layers.replay(before).edges());
    EdgeList all = plan.graph().edgeList();
    for (int i = 0; i < all.size(); i++) {
      int a = oldToNew[all.from(i)];
      int b = oldToNew[all.to(i)];
      if (a >= 0
          && b >= 0
          && !old.hasEdge(all.from(i), all.to(i))
          && !layered.hasEdge(a, b)
          && room[a] > 0
          && room[b] > 0) {
        room[a]--;
        room[b]--;
        edges.add(a, b);
      }
    }
    return CompactGraph.of(budgets.length, edges);
  }

  /** Keeps what is left and puts each new node into the middle of random edges. */
  private static CompactGraph rewired(
      Plan plan, int nodes, @Nullable Zones zones, int[] oldToNew, SeedStream chance) {
    EdgeList left = new EdgeList(plan.graph().edges());
    EdgeList all = plan.graph().edgeList();
    int next = 0;
    for (int i = 0; i < all.size(); i++) {
      int a = oldToNew[all.from(i)];
      int b = oldToNew[all.to(i)];
      if (a >= 0 && b >= 0) {
        left.add(a, b);
      }
    }
    for (int to : oldToNew) {
      next = Math.max(next, to + 1);
    }
    CompactGraph graph = CompactGraph.of(nodes, left);
    for (int x = next; x < nodes; x++) {
      graph = inserted(graph, x, plan.degree() / 2, zones, chance);
    }
    return graph;
  }

  private static CompactGraph inserted(
      CompactGraph graph, int x, int count, @Nullable Zones zones, SeedStream chance) {
    EdgeList edges = graph.edgeList();
    Set<Integer> taken = new HashSet<>(List.of(x));
    Set<Long> cut = new HashSet<>();
    for (int tries = 0; cut.size() < count && tries < 200 * count; tries++) {
      int i = chance.below(edges.size());
      int a = edges.from(i);
      int b = edges.to(i);
      boolean apart =
          zones == null || (zones.zone(a) != zones.zone(x) && zones.zone(b) != zones.zone(x));
      if (apart && !taken.contains(a) && !taken.contains(b)) {
        taken.add(a);
        taken.add(b);
        cut.add(EdgeList.key(a, b));
      }
    }
    EdgeList kept = new EdgeList(edges.size() + count);
    for (int i = 0; i < edges.size(); i++) {
      if (cut.contains(EdgeList.key(edges.from(i), edges.to(i)))) {
        kept.add(edges.from(i), x);
        kept.add(edges.to(i), x);
      } else {
        kept.add(edges.from(i), edges.to(i));
      }
    }
    return CompactGraph.of(graph.nodes(), kept);
  }
}
