package org.remora.topology;

/**
 * The orthogonal polarity graph ER_q (Erdős, Rényi 1962; Brown 1966): the points of the projective
 * plane over the field of q elements, two joined when their dot product is 0.
 *
 * <p>It has q² + q + 1 nodes of degree q + 1, or q for the q + 1 points orthogonal to themselves.
 * Counting those loops, the square of its adjacency matrix is q·I + J, so its eigenvalues are q + 1
 * and ±√q and ρ = √q/(q + 1) exactly.
 */
final class PolarityGraph {
  private PolarityGraph() {}

  /** How many nodes ER_q has. */
  static int nodes(int q) {
    return q * q + q + 1;
  }

  /** The smallest prime power q with at least {@code nodes} points and q + 1 ≤ degree, or 0. */
  static int smallestOrder(int nodes, int degree) {
    for (int q = 2; q + 1 <= degree; q++) {
      if (nodes(q) >= nodes && PrimePowerField.isPrimePower(q)) {
        return q;
      }
    }
    return 0;
  }

  /**
   * ER_q without its last points, so that {@code nodes} are left; self-orthogonal ones go first.
   */
  static CompactGraph of(int q, int nodes) {
    PrimePowerField field = new PrimePowerField(q);
    int all = nodes(q);
    int[] rank = new int[all];
    int kept = 0;
    int loops = 0;
    for (int p = 0; p < all; p++) {
      if (isSelfOrthogonal(field, q, p)) {
        rank[p] = all - 1 - loops++;
      } else {
        rank[p] = kept++;
      }
    }
    EdgeList edges = new EdgeList(all * (q + 1) / 2);
    for (int p = 0; p < all; p++) {
      for (int i = 0; i <= q; i++) {
        int other = orthogonal(field, q, p, i);
        if (other > p && rank[p] < nodes && rank[other] < nodes) {
          edges.add(rank[p], rank[other]);
        }
      }
    }
    return CompactGraph.of(nodes, edges);
  }

  /**
   * The points and lines of the plane, joined when incident: 2(q² + q + 1) nodes of degree q + 1.
   */
  static CompactGraph incidence(int q) {
    PrimePowerField field = new PrimePowerField(q);
    int all = nodes(q);
    EdgeList edges = new EdgeList(all * (q + 1));
    for (int p = 0; p < all; p++) {
      for (int i = 0; i <= q; i++) {
        edges.add(p, all + orthogonal(field, q, p, i));
      }
    }
    return CompactGraph.of(2 * all, edges);
  }

  // Points: (1, y, z) is y·q + z; (0, 1, z) is q² + z; (0, 0, 1) is q² + q.

  private static boolean isSelfOrthogonal(PrimePowerField field, int q, int point) {
    for (int i = 0; i <= q; i++) {
      if (orthogonal(field, q, point, i) == point) {
        return true;
      }
    }
    return false;
  }

  /** The i-th of the q + 1 points orthogonal to a point. */
  private static int orthogonal(PrimePowerField field, int q, int point, int i) {
    int a = point < q * q ? 1 : 0;
    int b = point < q * q ? point / q : point < q * q + q ? 1 : 0;
    int c = point < q * q ? point % q : point < q * q + q ? point - q * q : 1;
    if (c != 0) {
      int over = field.minus(field.inverse(c));
      if (i < q) {
        // (1, i, z) with a + b·i + c·z = 0.
        return i * q + field.times(over, field.plus(a, field.times(b, i)));
      }
      // (0, 1, z) with b + c·z = 0.
      return q * q + field.times(over, b);
    }
    if (i == q) {
      return q * q + q;
    }
    if (b != 0) {
      // (1, y, i) with a + b·y = 0.
      return field.times(field.minus(field.inverse(b)), a) * q + i;
    }
    return q * q + i;
  }
}
