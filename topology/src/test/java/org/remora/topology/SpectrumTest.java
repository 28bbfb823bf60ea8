package org.remora.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.junit.jupiter.api.Test;

class SpectrumTest {

  /** All eigenvalues of the Laplacian, ascending, by another library. */
  private static double[] eigenvalues(CompactGraph graph) {
    int n = graph.nodes();
    DMatrixRMaj matrix = new DMatrixRMaj(n, n);
    for (int v = 0; v < n; v++) {
      matrix.set(v, v, graph.degree(v));
      for (int i = 0; i < graph.degree(v); i++) {
        matrix.set(v, graph.neighbour(v, i), -1);
      }
    }
    EigenDecomposition_F64<DMatrixRMaj> solver = DecompositionFactory_DDRM.eig(n, false, true);
    assertThat(solver.decompose(matrix)).isTrue();
    double[] values = new double[n];
    Arrays.setAll(values, i -> solver.getEigenvalue(i).getReal());
    Arrays.sort(values);
    return values;
  }

  @Test
  void choleskyEnclosesTheTruthTightly() {
    SeedStream chance = Graphs.chance(11);
    for (int i = 0; i < 150; i++) {
      CompactGraph graph = Graphs.random(4 + chance.below(60), 10 + chance.below(60), chance);
      double[] truth = eigenvalues(graph);
      SpectrumBounds bounds = DefiniteCheck.of(new Laplacian(graph));
      assertThat(bounds.low()).isLessThanOrEqualTo(Math.max(0, truth[1]) + 1e-10);
      assertThat(bounds.high()).isGreaterThanOrEqualTo(truth[truth.length - 1] - 1e-10);
      if (truth[1] > 1e-3) {
        assertThat(bounds.low()).isCloseTo(truth[1], within(1e-6));
        assertThat(bounds.high()).isCloseTo(truth[truth.length - 1], within(1e-6));
      }
    }
  }

  @Test
  void randomVectorsThatDoNotGrowEncloseTheTruth() {
    for (int seed = 0; seed < 12; seed++) {
      CompactGraph graph = Graphs.regular(150 + 40 * seed, 3 + seed % 6, seed);
      double[] truth = eigenvalues(graph);
      SpectrumBounds bounds = GrowthCheck.of(new Laplacian(graph), 300, Graphs.chance(100 + seed));
      assertThat(bounds.low()).isLessThanOrEqualTo(truth[1]);
      assertThat(bounds.high()).isGreaterThanOrEqualTo(truth[truth.length - 1]);
      double width = truth[truth.length - 1] - truth[1];
      assertThat(bounds.high() - bounds.low()).isLessThan(1.01 * width);
    }
  }

  /** A ring's eigenvalues crowd at the ends, where Lanczos' estimate is far inside the truth. */
  @Test
  void randomVectorsShowWhatLanczosMisses() {
    CompactGraph graph = SmallGraphs.ring(3_000, 1);
    double truth = 2 - 2 * Math.cos(2 * Math.PI / 3_000);
    Lanczos guess =
        new Lanczos(new Laplacian(graph), Lanczos.randomStart(3_000, Graphs.chance(5)), 80, false);
    SpectrumBounds bounds = GrowthCheck.of(new Laplacian(graph), 400, Graphs.chance(6));
    assertThat(guess.low()).isGreaterThan(50 * truth);
    assertThat(bounds.low()).isLessThanOrEqualTo(truth);
    assertThat(bounds.high()).isGreaterThanOrEqualTo(4);
  }

  @Test
  void aBridgeBetweenTwoExpandersIsSeen() {
    CompactGraph half = Graphs.regular(1_500, 8, 21);
    EdgeList edges = half.edgeList();
    EdgeList both = half.edgeList();
    for (int i = 0; i < edges.size(); i++) {
      both.add(1_500 + edges.from(i), 1_500 + edges.to(i));
    }
    both.add(0, 1_500);
    CompactGraph graph = CompactGraph.of(3_000, both);
    SpectrumBounds bounds = GrowthCheck.of(new Laplacian(graph), 400, Graphs.chance(7));
    // The truth is below 4/1500: a cut of one edge.
    assertThat(bounds.low()).isLessThan(4.0 / 1_500);
  }

  @Test
  void choleskyRefusesAnIndefiniteMatrix() {
    assertThat(DefiniteCheck.factorise(new double[][] {{1, 2}, {0, 1}})).isFalse();
    assertThat(DefiniteCheck.factorise(new double[][] {{2, 1}, {0, 2}})).isTrue();
    assertThat(DefiniteCheck.factorise(new double[][] {{0}})).isFalse();
  }

  @Test
  void polarityGraphsHaveTheirClosedForm() {
    for (int q : new int[] {2, 3, 4, 5, 7, 8, 9, 11, 13, 16}) {
      int n = PolarityGraph.nodes(q);
      CompactGraph graph = PolarityGraph.of(q, n);
      assertThat(graph.edges()).isEqualTo(q * (q + 1) * (q + 1) / 2);
      assertThat(graph.maxDegree()).isEqualTo(q + 1);
      assertThat(graph.minDegree()).isEqualTo(q);
      // Two points have exactly one common neighbour, counting loops.
      SeedStream chance = Graphs.chance(q);
      for (int i = 0; i < 200; i++) {
        int a = chance.below(n);
        int b = chance.below(n);
        if (a != b) {
          int common = 0;
          for (int v = 0; v < n; v++) {
            common += adjacent(graph, q, a, v) && adjacent(graph, q, b, v) ? 1 : 0;
          }
          assertThat(common).isEqualTo(1);
        }
      }
    }
  }

  private static boolean adjacent(CompactGraph graph, int q, int a, int b) {
    return a == b ? graph.degree(a) == q : graph.hasEdge(a, b);
  }

  /** Every certificate against brute force: none may promise more than is true. */
  @Test
  void noSpectralCertificateExceedsTheTruth() {
    SeedStream chance = Graphs.chance(31);
    for (int i = 0; i < 400; i++) {
      CompactGraph graph = Graphs.random(5 + chance.below(8), 20 + chance.below(60), chance);
      int n = graph.nodes();
      int truth = Graphs.tolerance(graph);
      SpectrumBounds bounds = DefiniteCheck.of(new Laplacian(graph));
      for (Certificate certificate : Assessment.spectral(graph, bounds)) {
        assertThat(certificate.tolerance())
            .as("%s %s", certificate, graph)
            .isLessThanOrEqualTo(truth);
      }
      assertThat(Connectivity.tolerance(graph)).isLessThanOrEqualTo(truth);
      assertThat(Connectivity.degreeTolerance(graph)).isLessThanOrEqualTo(truth);
      assertThat(UniversalBound.tolerance(n, graph.maxDegree())).isGreaterThanOrEqualTo(truth);
      if (graph.isConnected() && i % 10 == 0) {
        assertThat(Assessment.weighted(graph).tolerance()).isLessThanOrEqualTo(truth);
      }
    }
  }

  @Test
  void weightsHelpUnevenGraphs() {
    int n = 200;
    int[] budgets = new int[n];
    Arrays.setAll(budgets, v -> v % 2 == 0 ? 6 : 10);
    CompactGraph base = Graphs.regular(n, 6, 41);
    CompactGraph graph = TopUp.fill(base, budgets, new int[0], Graphs.chance(41));
    SpectrumBounds even = DefiniteCheck.of(new Laplacian(graph));
    SpectrumBounds better = DefiniteCheck.of(EdgeWeights.improve(graph, 150));
    int before = HaemersBound.tolerance(n, even);
    int after = HaemersBound.tolerance(n, better);
    assertThat(after).isGreaterThanOrEqualTo(before + 8);
    assertThat(after)
        .isLessThan(AdversarySearch.search(graph, 200_000, Graphs.chance(1)).crashes(n));
  }

  @Test
  void graphsWithoutEdgesAreJudgedToo() {
    CompactGraph graph = CompactGraph.of(9, new EdgeList(1));
    Assessment assessment =
        Assessment.of(graph, new Construction.Other("none"), Graphs.seed(1), Effort.standard());
    assertThat(assessment.tolerance().exact()).hasValue(4);
    assertThat(assessment.tolerance().impossible()).isEqualTo(5);
  }
}
