package org.remora.topology;

/**
 * The Laplacian of a graph, each edge with a weight: L = Σ w(u,v)·(e_u − e_v)(e_u − e_v)ᵀ.
 *
 * <p>Weights are positive or zero; one per direction of an edge, in the order of the graph's rows,
 * the same in both. With all weights 1 none are stored.
 */
final class Laplacian {
  private final CompactGraph graph;
  private final double[] weights;
  private final double[] degrees;
  private final double maxDegree;

  /** The plain Laplacian. */
  Laplacian(CompactGraph graph) {
    this(graph, new double[0]);
  }

  Laplacian(CompactGraph graph, double[] weights) {
    this.graph = graph;
    this.weights = weights;
    int[] offsets = graph.rawOffsets();
    degrees = new double[graph.nodes()];
    double max = 0;
    for (int v = 0; v < degrees.length; v++) {
      if (weights.length == 0) {
        degrees[v] = graph.degree(v);
      } else {
        for (int i = offsets[v]; i < offsets[v + 1]; i++) {
          degrees[v] += weights[i];
        }
      }
      max = Math.max(max, degrees[v]);
    }
    maxDegree = max;
  }

  CompactGraph graph() {
    return graph;
  }

  int nodes() {
    return degrees.length;
  }

  boolean isWeighted() {
    return weights.length > 0;
  }

  double weight(int index) {
    return weights.length == 0 ? 1 : weights[index];
  }

  double degree(int node) {
    return degrees[node];
  }

  /** The largest sum of weights at one node. */
  double maxDegree() {
    return maxDegree;
  }

  /** y = L·x. */
  void apply(double[] x, double[] y) {
    int[] offsets = graph.rawOffsets();
    int[] targets = graph.rawTargets();
    for (int v = 0; v < degrees.length; v++) {
      double sum = degrees[v] * x[v];
      if (weights.length == 0) {
        for (int i = offsets[v]; i < offsets[v + 1]; i++) {
          sum -= x[targets[i]];
        }
      } else {
        for (int i = offsets[v]; i < offsets[v + 1]; i++) {
          sum -= weights[i] * x[targets[i]];
        }
      }
      y[v] = sum;
    }
  }
}
