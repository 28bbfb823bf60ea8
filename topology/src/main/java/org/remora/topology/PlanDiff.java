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
    return between(
        earlier.labels(), links(earlier.labels(), earlier.graph()),
        later.labels(), links(later.labels(), later.graph()));
  }

  /** Compares what two files hold by the names of the nodes. */
  public static PlanDiff between(GraphFiles.GraphFile earlier, GraphFiles.GraphFile later) {
    return between(
        earlier.labels(), links(earlier.labels(), earlier.graph()),
        later.labels(), links(later.labels(), later.graph()));
  }

  private static PlanDiff between(
      List<String> earlier, List<Link> earlierLinks, List<String> later, List<Link> laterLinks) {
    return new PlanDiff(
        minus(later, earlier),
        minus(earlier, later),
        minus(laterLinks, earlierLinks),
        minus(earlierLinks, laterLinks));
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return nodesAdded.isEmpty()
        && nodesRemoved.isEmpty()
        && linksAdded.isEmpty()
        && linksRemoved.isEmpty();
  }

  private static List<Link> links(List<String> labels, CompactGraph graph) {
    EdgeList edges = graph.edgeList();
    List<Link> links = new ArrayList<>(edges.size());
    for (int i = 0; i < edges.size(); i++) {
      links.add(new Link(labels.get(edges.from(i)), labels.get(edges.to(i))).sorted());
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
