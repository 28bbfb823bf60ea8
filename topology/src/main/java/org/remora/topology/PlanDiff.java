package org.remora.topology;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What has to be done to get from one plan to another.
 *
 * @param nodesAdded names that only the later plan has
 * @param nodesRemoved names that only the earlier plan has
 * @param linksAdded links that only the later plan has
 * @param linksRemoved links that only the earlier plan has
 */
public record PlanDiff(
    List<String> nodesAdded,
    List<String> nodesRemoved,
    List<Link> linksAdded,
    List<Link> linksRemoved) {

  /**
   * A link by its ends' names, in the order of the plan it comes from.
   *
   * @param a one end
   * @param b the other end
   */
  public record Link(String a, String b) {
    /** The same link with its ends in alphabetical order, for comparing. */
    Link sorted() {
      return a.compareTo(b) <= 0 ? this : new Link(b, a);
    }
  }

  /** Copies the lists. */
  public PlanDiff {
    nodesAdded = List.copyOf(nodesAdded);
    nodesRemoved = List.copyOf(nodesRemoved);
    linksAdded = List.copyOf(linksAdded);
    linksRemoved = List.copyOf(linksRemoved);
  }

  /** Compares two plans by the names of their nodes. */
  public static PlanDiff between(Plan earlier, Plan later) {
    return new PlanDiff(
        minus(later.labels(), earlier.labels()),
        minus(earlier.labels(), later.labels()),
        minus(links(later), links(earlier)),
        minus(links(earlier), links(later)));
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return nodesAdded.isEmpty()
        && nodesRemoved.isEmpty()
        && linksAdded.isEmpty()
        && linksRemoved.isEmpty();
  }

  private static List<Link> links(Plan plan) {
    EdgeList edges = plan.graph().edgeList();
    List<Link> links = new ArrayList<>(edges.size());
    for (int i = 0; i < edges.size(); i++) {
      links.add(
          new Link(plan.labels().get(edges.from(i)), plan.labels().get(edges.to(i))).sorted());
    }
    return links;
  }

  private static <T> List<T> minus(List<T> all, List<T> without) {
    Set<T> gone = new HashSet<>(without);
    List<T> rest = new ArrayList<>();
    for (T item : all) {
      if (!gone.contains(item)) {
        rest.add(item);
      }
    }
    return rest;
  }
}
