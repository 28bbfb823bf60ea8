package org.remora.topology;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jgrapht.Graph;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleGraph;

/**
 * An undirected simple graph in compressed rows: the form in which this package computes.
 *
 * <p>Nodes are {@code 0..nodes()-1}; the neighbours of a node are sorted. An instance never changes
 * and may be read by any number of threads. Memory: {@code 4·(n + 1 + 2·edges)} bytes.
 */
public final class CompactGraph {
  private final int[] offsets;
  private final int[] targets;

  private CompactGraph(int[] offsets, int[] targets) {
    this.offsets = offsets;
    this.targets = targets;
  }

  /**
   * Builds a graph from pairs of ends.
   *
   * @param nodes how many nodes there are, at least 1
   * @param from one end of each edge
   * @param to the other end of each edge, as many as {@code from}
   * @throws BadGraphException if an end is unknown, an edge joins a node to itself, or comes twice
   */
  public static CompactGraph ofEdges(int nodes, int[] from, int[] to) {
    EdgeList edges = new EdgeList(from.length);
    for (int i = 0; i < from.length; i++) {
      requireNode(nodes, from[i]);
      requireNode(nodes, to[i]);
      if (from[i] == to[i]) {
        throw new BadGraphException("node " + (from[i] + 1) + " is linked to itself");
      }
      edges.add(from[i], to[i]);
    }
    CompactGraph graph = of(nodes, edges);
    if (graph.edges() != from.length) {
      throw new BadGraphException("an edge comes twice: " + edges.firstDuplicate());
    }
    return graph;
  }

  private static void requireNode(int nodes, int node) {
    if (node < 0 || node >= nodes) {
      throw new BadGraphException("unknown node " + (node + 1) + " of " + nodes);
    }
  }

  /** Builds a graph from a list, dropping loops and duplicates without a word. */
  static CompactGraph of(int nodes, EdgeList edges) {
    if (nodes < 1) {
      throw new BadGraphException("a graph needs at least one node");
    }
    int[] counts = new int[nodes + 1];
    for (int i = 0; i < edges.size(); i++) {
      if (edges.from(i) != edges.to(i)) {
        counts[edges.from(i) + 1]++;
        counts[edges.to(i) + 1]++;
      }
    }
    for (int v = 0; v < nodes; v++) {
      counts[v + 1] += counts[v];
    }
    int[] fill = Arrays.copyOf(counts, nodes);
    int[] rows = new int[counts[nodes]];
    for (int i = 0; i < edges.size(); i++) {
      int a = edges.from(i);
      int b = edges.to(i);
      if (a != b) {
        rows[fill[a]++] = b;
        rows[fill[b]++] = a;
      }
    }
    return new CompactGraph(counts, rows).sortedAndUnique();
  }

  private CompactGraph sortedAndUnique() {
    int n = nodes();
    int[] newOffsets = new int[n + 1];
    int kept = 0;
    for (int v = 0; v < n; v++) {
      Arrays.sort(targets, offsets[v], offsets[v + 1]);
      int previous = -1;
      for (int i = offsets[v]; i < offsets[v + 1]; i++) {
        if (targets[i] != previous) {
          previous = targets[i];
          targets[kept++] = previous;
        }
      }
      newOffsets[v + 1] = kept;
    }
    return new CompactGraph(newOffsets, Arrays.copyOf(targets, kept));
  }

  /**
   * Takes a JGraphT graph over; node i is the i-th vertex of {@code graph.vertexSet()}.
   *
   * <p>Directions and weights are ignored: a link of shared memory joins both its ends.
   *
   * @throws BadGraphException if the graph is empty, or has a loop or a duplicate edge
   */
  public static <V, E> CompactGraph copyOf(Graph<V, E> graph) {
    Map<V, Integer> index = new HashMap<>();
    for (V vertex : graph.vertexSet()) {
      index.put(vertex, index.size());
    }
    int[] from = new int[graph.edgeSet().size()];
    int[] to = new int[from.length];
    int i = 0;
    for (E edge : graph.edgeSet()) {
      from[i] = index.getOrDefault(graph.getEdgeSource(edge), -1);
      to[i++] = index.getOrDefault(graph.getEdgeTarget(edge), -1);
    }
    return ofEdges(index.size(), from, to);
  }

  /** A JGraphT copy whose vertices are the numbers {@code 0..nodes()-1}. */
  public Graph<Integer, DefaultEdge> toGraph() {
    Graph<Integer, DefaultEdge> graph = new SimpleGraph<>(DefaultEdge.class);
    for (int v = 0; v < nodes(); v++) {
      graph.addVertex(v);
    }
    for (int v = 0; v < nodes(); v++) {
      for (int i = 0; i < degree(v); i++) {
        if (v < neighbour(v, i)) {
          graph.addEdge(v, neighbour(v, i));
        }
      }
    }
    return graph;
  }

  /** How many nodes the graph has. */
  public int nodes() {
    return offsets.length - 1;
  }

  /** How many edges the graph has, each counted once. */
  public int edges() {
    return targets.length / 2;
  }

  /** How many neighbours {@code node} has. */
  public int degree(int node) {
    return offsets[node + 1] - offsets[node];
  }

  /**
   * The {@code i}-th neighbour of {@code node}, in ascending order, {@code 0 <= i < degree(node)}.
   */
  public int neighbour(int node, int i) {
    return targets[offsets[node] + i];
  }

  /** The largest degree. */
  public int maxDegree() {
    int max = 0;
    for (int v = 0; v < nodes(); v++) {
      max = Math.max(max, degree(v));
    }
    return max;
  }

  /** The smallest degree. */
  public int minDegree() {
    int min = Integer.MAX_VALUE;
    for (int v = 0; v < nodes(); v++) {
      min = Math.min(min, degree(v));
    }
    return min;
  }

  /** Whether every node has the same degree. */
  public boolean isRegular() {
    return minDegree() == maxDegree();
  }

  /** Whether {@code a} and {@code b} are neighbours. */
  public boolean hasEdge(int a, int b) {
    return Arrays.binarySearch(targets, offsets[a], offsets[a + 1], b) >= 0;
  }

  /** Whether every node can be reached from every other. */
  public boolean isConnected() {
    boolean[] seen = new boolean[nodes()];
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    queue.add(0);
    seen[0] = true;
    int count = 1;
    while (!queue.isEmpty()) {
      int v = queue.remove();
      for (int i = offsets[v]; i < offsets[v + 1]; i++) {
        if (!seen[targets[i]]) {
          seen[targets[i]] = true;
          count++;
          queue.add(targets[i]);
        }
      }
    }
    return count == nodes();
  }

  /**
   * Marks the closed neighbourhood N[set]: the members and all their neighbours.
   *
   * @throws BadGraphException if a member is no node of this graph
   */
  boolean[] closedNeighbourhood(int[] set) {
    boolean[] covered = new boolean[nodes()];
    for (int v : set) {
      requireNode(nodes(), v);
      covered[v] = true;
      for (int i = offsets[v]; i < offsets[v + 1]; i++) {
        covered[targets[i]] = true;
      }
    }
    return covered;
  }

  /** The edges, each once with the smaller end first, in ascending order. */
  EdgeList edgeList() {
    EdgeList list = new EdgeList(edges());
    for (int v = 0; v < nodes(); v++) {
      for (int i = offsets[v]; i < offsets[v + 1]; i++) {
        if (v < targets[i]) {
          list.add(v, targets[i]);
        }
      }
    }
    return list;
  }

  /** Row starts, shared for speed: not to be written. */
  int[] rawOffsets() {
    return offsets;
  }

  /** Row contents, shared for speed: not to be written. */
  int[] rawTargets() {
    return targets;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CompactGraph graph
        && Arrays.equals(offsets, graph.offsets)
        && Arrays.equals(targets, graph.targets);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(offsets) + Arrays.hashCode(targets);
  }

  @Override
  public String toString() {
    return "CompactGraph[nodes=" + nodes() + ", edges=" + edges() + "]";
  }
}
