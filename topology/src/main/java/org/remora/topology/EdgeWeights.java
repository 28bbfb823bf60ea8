package org.remora.topology;

/**
 * Edge weights that make the spectrum of a Laplacian narrower, for graphs of uneven degrees.
 *
 * <p>Haemers' inequality holds for every weighting of the edges, so any weights are sound and good
 * ones certify more (fastest distributed linear averaging: Xiao and Boyd 2004). A subgradient
 * method on log(high/low) starts from the better of equal weights and 1/max(degree); where it is
 * stopped decides how much is gained, never whether the certificate is right.
 */
final class EdgeWeights {
  private static final int KRYLOV = 48;

  private EdgeWeights() {}

  /** A Laplacian of the graph with improved weights, deterministic in its arguments. */
  static Laplacian improve(CompactGraph graph, int iterations) {
    double[] start =
        Lanczos.randomStart(graph.nodes(), new SeedStream(new Seed("00"), "edge-weights"));
    double[] even = new double[graph.rawTargets().length];
    double[] local = new double[even.length];
    int[] offsets = graph.rawOffsets();
    int[] targets = graph.rawTargets();
    for (int v = 0; v < graph.nodes(); v++) {
      for (int i = offsets[v]; i < offsets[v + 1]; i++) {
        even[i] = 1.0 / graph.maxDegree();
        local[i] = 1.0 / Math.max(graph.degree(v), graph.degree(targets[i]));
      }
    }
    double[] weights = rho(graph, local, start) < rho(graph, even, start) ? local : even;
    double[] best = weights.clone();
    double bestRho = Double.POSITIVE_INFINITY;
    double[] gradient = new double[weights.length];
    for (int k = 0; k < iterations; k++) {
      Laplacian laplacian = new Laplacian(graph, weights);
      Lanczos spectrum = new Lanczos(laplacian, start, KRYLOV, true);
      double low = spectrum.low();
      double high = spectrum.high();
      double rho = (high - low) / (high + low);
      if (rho < bestRho) {
        bestRho = rho;
        best = weights.clone();
      }
      double[] slow = spectrum.vector(low);
      double[] fast = spectrum.vector(high);
      double length = 0;
      double size = 0;
      for (int v = 0; v < graph.nodes(); v++) {
        for (int i = offsets[v]; i < offsets[v + 1]; i++) {
          double across = fast[v] - fast[targets[i]];
          double along = slow[v] - slow[targets[i]];
          gradient[i] = across * across / high - along * along / low;
          length += gradient[i] * gradient[i];
          size += weights[i] * weights[i];
        }
      }
      double step = 0.25 * Math.sqrt(size / length) / (4 + 0.4 * k);
      for (int i = 0; i < weights.length; i++) {
        weights[i] = Math.max(0, weights[i] - step * gradient[i]);
      }
      symmetrize(graph, weights);
      for (int v = 0; v < start.length; v++) {
        start[v] = 0.1 * start[v] + slow[v] + fast[v];
      }
    }
    return new Laplacian(graph, best);
  }

  private static double rho(CompactGraph graph, double[] weights, double[] start) {
    Lanczos spectrum = new Lanczos(new Laplacian(graph, weights), start, KRYLOV, true);
    return (spectrum.high() - spectrum.low()) / (spectrum.high() + spectrum.low());
  }

  /** Gives both directions of an edge the very same number. */
  private static void symmetrize(CompactGraph graph, double[] weights) {
    int[] offsets = graph.rawOffsets();
    int[] targets = graph.rawTargets();
    int[] next = offsets.clone();
    // Rows are sorted, so the edges back to v from larger nodes come up in the order of v.
    for (int v = 0; v < graph.nodes(); v++) {
      for (int i = offsets[v]; i < offsets[v + 1]; i++) {
        int u = targets[i];
        if (u > v) {
          weights[next[u]++] = weights[i];
        }
      }
    }
  }
}
