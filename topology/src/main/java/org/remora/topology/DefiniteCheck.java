package org.remora.topology;

/**
 * Proves bounds on the eigenvalues of a Laplacian by two Cholesky factorisations.
 *
 * <p>If Cholesky's method in floating point runs through on a symmetric matrix M, in whatever order
 * it adds, then M + E = RᵀR with |E(i,j)| ≤ γ·√(M(i,i)·M(j,j)), γ = (n+1)u/(1 − 2(n+1)u), so M has
 * no eigenvalue below −γ·trace(M) (Demmel 1989; Higham, Accuracy and Stability, theorem 10.7). With
 * J the matrix of ones, M = L − a·I + (κ/n)·J and M = b·I − L give the interval. The entries of M
 * are themselves rounded; that error is bounded by the largest row sum and added.
 */
final class DefiniteCheck {
  /** The largest matrix, for time: n³/3 multiplications, about a second at 2,000 rows. */
  static final int NODES_MAX = 2_000;

  private static final double U = 0x1.0p-53;
  private static final double[] WIDENINGS = {1e-9, 1e-7, 1e-5, 1e-3, 1e-2, 5e-2};

  private DefiniteCheck() {}

  /** Proves bounds as close to the estimates of Lanczos as the method allows. */
  static SpectrumBounds of(Laplacian laplacian) {
    SeedStream chance = new SeedStream(new Seed("00"), "dense-spectrum");
    double[] start = Lanczos.randomStart(laplacian.nodes(), chance);
    Lanczos guess = new Lanczos(laplacian, start, 300, true);
    double scale = Math.max(guess.high(), 1);
    double low = 0;
    for (double widening : WIDENINGS) {
      double a = guess.low() - widening * scale;
      if (a <= 0) {
        break;
      }
      double error = errorIfFactorised(laplacian, a, 1);
      if (error >= 0) {
        low = Math.max(0, a - error);
        break;
      }
    }
    double high = 2 * laplacian.maxDegree() * (1 + 0x1.0p-40);
    for (double widening : WIDENINGS) {
      double b = guess.high() + widening * scale;
      double error = b < high ? errorIfFactorised(laplacian, b, -1) : -1;
      if (error >= 0) {
        high = Math.min(high, b + error);
        break;
      }
    }
    return new SpectrumBounds(low, high, "cholesky", Double.NEGATIVE_INFINITY);
  }

  /**
   * Factorises sign·(L − shift·I), with the constant vector moved out of the way for sign = 1.
   *
   * @return how far below 0 the smallest eigenvalue can be, or −1 if the factorisation broke down
   */
  private static double errorIfFactorised(Laplacian laplacian, double shift, int sign) {
    CompactGraph graph = laplacian.graph();
    int n = graph.nodes();
    int[] offsets = graph.rawOffsets();
    double constant = sign > 0 ? 2 * (shift + laplacian.maxDegree()) / n : 0;
    double[][] rows = new double[n][n];
    double trace = 0;
    double rowMax = 0;
    for (int v = 0; v < n; v++) {
      double[] row = rows[v];
      for (int u = v; u < n; u++) {
        row[u] = constant;
      }
      row[v] += sign * (laplacian.degree(v) - shift);
      for (int i = offsets[v]; i < offsets[v + 1]; i++) {
        int u = graph.rawTargets()[i];
        if (u > v) {
          row[u] -= sign * laplacian.weight(i);
        }
      }
      trace += row[v];
      rowMax = Math.max(rowMax, 2 * laplacian.degree(v) + shift + n * constant);
    }
    if (!factorise(rows)) {
      return -1;
    }
    double gamma = (n + 1) * U / (1 - 2 * (n + 1) * U);
    return 1.01 * (gamma * trace + (4 + graph.maxDegree()) * U * rowMax) + 1e-290;
  }

  /** Cholesky on the upper triangle, in place, four pivots at a time; false if a pivot fails. */
  static boolean factorise(double[][] rows) {
    int n = rows.length;
    for (int k = 0; k < n; k += 4) {
      int end = Math.min(k + 4, n);
      for (int p = k; p < end; p++) {
        double[] pivotRow = rows[p];
        for (int q = k; q < p; q++) {
          subtract(pivotRow, rows[q][p], rows[q], p);
        }
        if (!(pivotRow[p] > 0)) {
          return false;
        }
        double root = Math.sqrt(pivotRow[p]);
        pivotRow[p] = root;
        for (int j = p + 1; j < n; j++) {
          pivotRow[j] /= root;
        }
      }
      if (end - k == 4) {
        for (int i = end; i < n; i++) {
          subtractFour(rows[i], rows[k], rows[k + 1], rows[k + 2], rows[k + 3], i);
        }
      }
    }
    return true;
  }

  private static void subtract(double[] row, double factor, double[] pivotRow, int from) {
    for (int j = from; j < row.length; j++) {
      row[j] -= factor * pivotRow[j];
    }
  }

  private static void subtractFour(
      double[] row, double[] p0, double[] p1, double[] p2, double[] p3, int i) {
    double f0 = p0[i];
    double f1 = p1[i];
    double f2 = p2[i];
    double f3 = p3[i];
    for (int j = i; j < row.length; j++) {
      row[j] -= f0 * p0[j] + f1 * p1[j] + f2 * p2[j] + f3 * p3[j];
    }
  }
}
