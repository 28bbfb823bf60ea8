package org.remora.topology;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jgrapht.Graph;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleGraph;
import org.jspecify.annotations.Nullable;

/**
 * A graph of shared-memory links and what is known of it. Immutable.
 *
 * @param labels the nodes' names; node i of {@code graph} is called {@code labels.get(i)}
 * @param graph the links
 * @param degree how many links a node was allowed
 * @param construction how the graph came to be
 * @param assessment what it tolerates, and why
 * @param zones the zone of each node, or null
 * @param zoneReport how the graph sits in its zones, null without zones
 * @param queuePairs what the links cost a network card
 */
public record Plan(
    List<String> labels,
    CompactGraph graph,
    int degree,
    Construction construction,
    Assessment assessment,
    @Nullable Zones zones,
    @Nullable ZoneReport zoneReport,
    QueuePairs queuePairs) {

  /**
   * Checks that the parts fit together.
   *
   * @throws BadGraphException if a name comes twice or the numbers of nodes differ
   */
  public Plan {
    labels = List.copyOf(labels);
    if (labels.size() != graph.nodes() || new HashSet<>(labels).size() != labels.size()) {
      throw new BadGraphException("a plan needs a name of its own for each node");
    }
    if (zones != null && zones.nodes() != labels.size()) {
      throw new BadGraphException("a plan needs a zone for each node or none at all");
    }
  }

  /** The graph as a JGraphT graph whose vertices are the nodes' names. */
  public Graph<String, DefaultEdge> toGraph() {
    Graph<String, DefaultEdge> named = new SimpleGraph<>(DefaultEdge.class);
    for (String label : labels) {
      named.addVertex(label);
    }
    EdgeList edges = graph.edgeList();
    for (int i = 0; i < edges.size(); i++) {
      named.addEdge(labels.get(edges.from(i)), labels.get(edges.to(i)));
    }
    return named;
  }

  /** How many crashes are survived and how many are not. */
  public Tolerance tolerance() {
    return assessment.tolerance();
  }

  /** What a reader should know besides the numbers, one line each. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    int fewer = 0;
    for (int v = 0; v < graph.nodes(); v++) {
      fewer += graph.degree(v) < degree ? 1 : 0;
    }
    if (graph.maxDegree() == degree && fewer > 0) {
      notes.add(
          fewer
              + (fewer == 1 ? " node has" : " nodes have")
              + " fewer than "
              + degree
              + " links"
              + (graph.nodes() % 2 * (degree % 2) == 1 ? " (nodes times degree is odd)" : ""));
    } else if (graph.maxDegree() < degree) {
      notes.add("no node needs more than " + graph.maxDegree() + " links");
    }
    if (construction instanceof Construction.RandomLayers layers) {
      notes.add(
          layers.seed().carriesCertificate()
              ? "the seed certificate assumes that the seed was drawn at random, once"
              : "the seed was picked by hand: it certifies nothing");
    }
    if (!graph.isConnected()) {
      notes.add("the graph is not connected");
    }
    return notes;
  }
}
