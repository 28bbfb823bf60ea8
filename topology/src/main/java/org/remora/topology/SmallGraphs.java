package org.remora.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Graphs that are written down rather than drawn: circulants, bipartite and named ones. */
final class SmallGraphs {
  private SmallGraphs() {}

  /** Node v joined to v ± offset for every offset. */
  static CompactGraph circulant(int n, int... offsets) {
    EdgeList edges = new EdgeList(n * offsets.length);
    for (int v = 0; v < n; v++) {
      for (int offset : offsets) {
        edges.add(v, (v + offset) % n);
      }
    }
    return CompactGraph.of(n, edges);
  }

  /**
   * Offsets for a circulant of degree d, or d − 1 where n and d are odd: the antipode for odd d,
   * and distinct uniform others.
   */
  static int[] randomOffsets(int n, int d, SeedStream chance) {
    int choices = (n - 1) / 2;
    int pairs = Math.min(d / 2, choices);
    int[] shuffled = chance.permutation(choices);
    boolean antipode = d % 2 == 1 && n % 2 == 0;
    int[] offsets = new int[pairs + (antipode ? 1 : 0)];
    for (int i = 0; i < pairs; i++) {
      offsets[i] = shuffled[i] + 1;
    }
    if (antipode) {
      offsets[pairs] = n / 2;
    }
    return offsets;
  }

  /** The nearest neighbours on a ring: degree 2·pairs. */
  static CompactGraph ring(int n, int pairs) {
    int[] offsets = new int[pairs];
    for (int i = 0; i < pairs; i++) {
      offsets[i] = i + 1;
    }
    return circulant(n, offsets);
  }

  /** Every node of the first a joined to every one of the other b. */
  static CompactGraph completeBipartite(int a, int b) {
    EdgeList edges = new EdgeList(a * b);
    for (int v = 0; v < a; v++) {
      for (int u = 0; u < b; u++) {
        edges.add(v, a + u);
      }
    }
    return CompactGraph.of(a + b, edges);
  }

  /** 2^dimension nodes, joined when one bit apart. */
  static CompactGraph hypercube(int dimension) {
    EdgeList edges = new EdgeList(8);
    for (int v = 0; v < 1 << dimension; v++) {
      for (int bit = 0; bit < dimension; bit++) {
        if ((v & 1 << bit) == 0) {
          edges.add(v, v | 1 << bit);
        }
      }
    }
    return CompactGraph.of(1 << dimension, edges);
  }

  static CompactGraph petersen() {
    EdgeList edges = new EdgeList(15);
    for (int i = 0; i < 5; i++) {
      edges.add(i, (i + 1) % 5);
      edges.add(5 + i, 5 + (i + 2) % 5);
      edges.add(i, 5 + i);
    }
    return CompactGraph.of(10, edges);
  }

  /** Five pentagons and five pentagrams (Robertson's drawing). */
  static CompactGraph hoffmanSingleton() {
    EdgeList edges = new EdgeList(175);
    for (int h = 0; h < 5; h++) {
      for (int j = 0; j < 5; j++) {
        edges.add(5 * h + j, 5 * h + (j + 1) % 5);
        edges.add(25 + 5 * h + j, 25 + 5 * h + (j + 2) % 5);
        for (int i = 0; i < 5; i++) {
          edges.add(5 * h + j, 25 + 5 * i + (h * i + j) % 5);
        }
      }
    }
    return CompactGraph.of(50, edges);
  }

  /** The Paley graph of a prime power q ≡ 1 mod 4: degree (q − 1)/2. */
  static CompactGraph paley(int q) {
    PrimePowerField field = new PrimePowerField(q);
    EdgeList edges = new EdgeList(q * (q - 1) / 4);
    for (int a = 0; a < q; a++) {
      for (int x = 1; x < q; x++) {
        edges.add(a, field.plus(a, field.times(x, x)));
      }
    }
    return CompactGraph.of(q, edges);
  }

  /** The named graphs of exactly n nodes and degree at most d, by name. */
  static Map<String, CompactGraph> named(int n, int d) {
    Map<String, CompactGraph> found = new LinkedHashMap<>();
    List<Integer> orders = new ArrayList<>();
    for (int q = 2; q + 1 <= d && 2 * PolarityGraph.nodes(q) <= n; q++) {
      if (PrimePowerField.isPrimePower(q) && 2 * PolarityGraph.nodes(q) == n) {
        orders.add(q);
      }
    }
    for (int q : orders) {
      found.put("incidence of the projective plane of order " + q, PolarityGraph.incidence(q));
    }
    if (n == 10 && d >= 3) {
      found.put("Petersen", petersen());
    }
    if (n == 50 && d >= 7) {
      found.put("Hoffman-Singleton", hoffmanSingleton());
    }
    if (n % 4 == 1 && d >= (n - 1) / 2 && PrimePowerField.isPrimePower(n)) {
      found.put("Paley", paley(n));
    }
    int dimension = Integer.numberOfTrailingZeros(n);
    if (n == 1 << dimension && d >= dimension) {
      found.put("hypercube", hypercube(dimension));
    }
    return found;
  }
}
