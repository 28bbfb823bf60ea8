package org.remora.topology;

/**
 * Where the eigenvalues of a graph's Laplacian are, but for the 0 of the constant vector.
 *
 * @param low at most the smallest of them
 * @param high at least the largest of them
 * @param method how that was proved: {@code cholesky}, or {@code growth-of-random-vectors}
 * @param failureLog2 log2 of the chance that it is wrong; minus infinity when there is none
 * @param lambda for a regular graph a bound on the second largest magnitude of an eigenvalue of the
 *     adjacency matrix, the λ of the expander literature; for others the same for the matrix with
 *     loops that even the degrees out
 */
public record Spectrum(double low, double high, String method, double failureLog2, double lambda) {

  static Spectrum of(CompactGraph graph, SpectrumBounds bounds) {
    double d = graph.maxDegree();
    double lambda = Math.max(Math.abs(d - bounds.low()), Math.abs(bounds.high() - d));
    return new Spectrum(bounds.low(), bounds.high(), bounds.method(), bounds.failureLog2(), lambda);
  }
}
