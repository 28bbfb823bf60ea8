package org.remora.topology;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to plan for. Immutable; the {@code with} methods give changed copies.
 *
 * @param labels the nodes' names, in order, all different
 * @param degree how many links a node may have
 * @param budgets the same for each node, none above {@code degree}; empty when all are alike
 * @param zones the zone of each node, or null
 * @param evenSpread whether a node's neighbours must be spread evenly over the other zones, even if
 *     another graph is certified for more; needs zones of one size
 * @param seed what all chance is drawn from
 * @param queuePairs what the network cards can hold
 * @param effort how hard to work
 */
public record PlanRequest(
    List<String> labels,
    int degree,
    List<Integer> budgets,
    @Nullable Zones zones,
    boolean evenSpread,
    Seed seed,
    QueuePairs queuePairs,
    Effort effort) {

  /** The largest number of links a plan is made for. */
  public static final int LINKS_MAX = 20_000_000;

  /** The largest number of nodes a plan is made for. */
  public static final int NODES_MAX = 100_000;

  /**
   * Checks the request.
   *
   * @throws BadGraphException with one line that says what is wrong
   */
  public PlanRequest {
    labels = List.copyOf(labels);
    budgets = List.copyOf(budgets);
    int n = labels.size();
    if (n < 3 || n > NODES_MAX) {
      throw new BadGraphException("a plan is for 3 to " + NODES_MAX + " nodes, not " + n);
    }
    if (degree < 2) {
      throw new BadGraphException("the degree must be at least 2, not " + degree);
    }
    if (degree >= n) {
      throw new BadGraphException(
          "the degree must be below the number of nodes: " + degree + " is not below " + n);
    }
    if (!budgets.isEmpty() && budgets.size() != n) {
      throw new BadGraphException("there must be one degree budget for each node");
    }
    for (int budget : budgets) {
      if (budget < 1 || budget > degree) {
        throw new BadGraphException(
            "a node's degree budget must be from 1 to " + degree + ", not " + budget);
      }
    }
    if (zones != null && zones.nodes() != n) {
      throw new BadGraphException(
          "the zones are for " + zones.nodes() + " nodes, the plan is for " + n);
    }
    if (zones != null && zones.names().size() < 2) {
      throw new BadGraphException("a plan with zones needs at least two of them");
    }
    if (evenSpread && (zones == null || !RackLift.fits(zones))) {
      throw new BadGraphException("an even spread needs three zones or more, all of one size");
    }
    if ((long) n * degree > 2L * LINKS_MAX) {
      throw new BadGraphException(
          "a plan is for at most "
              + LINKS_MAX
              + " links: with "
              + n
              + " nodes at most degree "
              + 2L * LINKS_MAX / n);
    }
    if (degree > queuePairs.degreeMax()) {
      throw new BadGraphException(
          "degree "
              + degree
              + " needs "
              + (long) degree * queuePairs.perLink()
              + " queue pairs, the budget is "
              + queuePairs.budget()
              + ": at most degree "
              + queuePairs.degreeMax());
    }
  }

  /** A plan for nodes named 1 to {@code nodes}, with a fresh seed and standard effort. */
  public static PlanRequest of(int nodes, int degree) {
    return new PlanRequest(
        numbered(nodes),
        degree,
        List.of(),
        null,
        false,
        Seed.random(),
        QueuePairs.ANY,
        Effort.standard());
  }

  /** The names 1 to {@code nodes}. */
  public static List<String> numbered(int nodes) {
    List<String> labels = new ArrayList<>(Math.max(nodes, 0));
    for (int v = 1; v <= nodes; v++) {
      labels.add(Integer.toString(v));
    }
    return labels;
  }

  /** The same with named nodes. */
  public PlanRequest withLabels(List<String> other) {
    return new PlanRequest(other, degree, budgets, zones, evenSpread, seed, queuePairs, effort);
  }

  /** The same with another degree; budgets of single nodes are kept. */
  public PlanRequest withDegree(int other) {
    return new PlanRequest(labels, other, budgets, zones, evenSpread, seed, queuePairs, effort);
  }

  /** The same with a budget for each node. */
  public PlanRequest withBudgets(List<Integer> other) {
    return new PlanRequest(labels, degree, other, zones, evenSpread, seed, queuePairs, effort);
  }

  /** The same with zones. */
  public PlanRequest withZones(Zones other) {
    return new PlanRequest(labels, degree, budgets, other, evenSpread, seed, queuePairs, effort);
  }

  /** The same with neighbours spread evenly over the other zones. */
  public PlanRequest withEvenSpread() {
    return new PlanRequest(labels, degree, budgets, zones, true, seed, queuePairs, effort);
  }

  /** The same with another seed. */
  public PlanRequest withSeed(Seed other) {
    return new PlanRequest(labels, degree, budgets, zones, evenSpread, other, queuePairs, effort);
  }

  /** The same with other queue pairs. */
  public PlanRequest withQueuePairs(QueuePairs other) {
    return new PlanRequest(labels, degree, budgets, zones, evenSpread, seed, other, effort);
  }

  /** The same with another effort. */
  public PlanRequest withEffort(Effort other) {
    return new PlanRequest(labels, degree, budgets, zones, evenSpread, seed, queuePairs, other);
  }

  int nodes() {
    return labels.size();
  }

  /** The budget of each node. */
  int[] budgetOfEach() {
    int[] each = new int[labels.size()];
    for (int v = 0; v < each.length; v++) {
      each[v] = budgets.isEmpty() ? degree : budgets.get(v);
    }
    return each;
  }

  int[] zoneOfEach() {
    return zones == null ? new int[0] : zones.raw();
  }
}
