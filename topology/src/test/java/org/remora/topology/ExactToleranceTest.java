package org.remora.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExactToleranceTest {

  @Test
  void equalsBruteForceOnThousandsOfSmallGraphs() {
    SeedStream chance = Graphs.chance(1);
    for (int i = 0; i < 3_000; i++) {
      CompactGraph graph = Graphs.random(3 + chance.below(9), 5 + chance.below(70), chance);
      ExactTolerance.Result result = ExactTolerance.of(graph);
      assertThat(result.isExact()).isTrue();
      assertThat(result.witness().refutes(graph)).isTrue();
      assertThat(result.lower())
          .as("%s of %s", graph, graph.toGraph())
          .isEqualTo(Graphs.tolerance(graph))
          .isEqualTo(Graphs.dual(graph));
    }
  }

  @Test
  void theAttackFindsTheExactToleranceOfSmallGraphs() {
    SeedStream chance = Graphs.chance(2);
    int missed = 0;
    for (int i = 0; i < 200; i++) {
      CompactGraph graph = Graphs.random(6 + chance.below(10), 30, chance);
      Witness witness = AdversarySearch.search(graph, 20_000, chance);
      assertThat(witness.refutes(graph)).isTrue();
      missed += witness.crashes(graph.nodes()) > Graphs.tolerance(graph) + 1 ? 1 : 0;
    }
    assertThat(missed).isLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "petersen, 10, 3, 8",
    "hypercube4, 16, 4, 13",
    "incidence3, 26, 4, 22",
    "polarity5, 31, 6, 27",
    "hoffmanSingleton, 50, 7, 45",
    "polarity7, 57, 8, 52",
    "hypercube6, 64, 6, 51",
    "paley13, 13, 6, 12",
    "cliques, 64, 7, 31"
  })
  void knownValues(String name, int nodes, int degree, int tolerance) {
    CompactGraph graph = known(name);
    assertThat(graph.nodes()).isEqualTo(nodes);
    assertThat(graph.maxDegree()).isEqualTo(degree);
    ExactTolerance.Result result = ExactTolerance.of(graph);
    assertThat(result.isExact()).isTrue();
    assertThat(result.lower()).isEqualTo(tolerance);
  }

  private static CompactGraph known(String name) {
    return switch (name) {
      case "petersen" -> SmallGraphs.petersen();
      case "hypercube4" -> SmallGraphs.hypercube(4);
      case "hypercube6" -> SmallGraphs.hypercube(6);
      case "incidence3" -> PolarityGraph.incidence(3);
      case "polarity5" -> PolarityGraph.of(5, 31);
      case "polarity7" -> PolarityGraph.of(7, 57);
      case "hoffmanSingleton" -> SmallGraphs.hoffmanSingleton();
      case "paley13" -> SmallGraphs.paley(13);
      case "cliques" -> cliques();
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Eight complete graphs of eight nodes. */
  private static CompactGraph cliques() {
    EdgeList edges = new EdgeList(8);
    for (int a = 0; a < 64; a++) {
      for (int b = a + 1; b < 64; b++) {
        if (a / 8 == b / 8) {
          edges.add(a, b);
        }
      }
    }
    return CompactGraph.of(64, edges);
  }

  @Test
  void ringsTolerateTheirFormula() {
    for (int n = 8; n <= 24; n++) {
      for (int pairs = 1; 2 * pairs <= n / 2; pairs++) {
        assertThat(ExactTolerance.of(SmallGraphs.ring(n, pairs)).lower())
            .isEqualTo((n + 1) / 2 + 2 * pairs - 1);
      }
    }
  }

  @Test
  void aStoppedSearchStillBounds() {
    CompactGraph graph = Graphs.regular(64, 4, 3);
    ExactTolerance.Result stopped = ExactTolerance.of(graph, (visited, below) -> visited < 200_000);
    ExactTolerance.Result whole = ExactTolerance.of(graph);
    assertThat(stopped.isExact()).isFalse();
    assertThat(whole.isExact()).isTrue();
    assertThat(whole.lower()).isBetween(stopped.lower(), stopped.upper());
    assertThat(stopped.lower()).isGreaterThanOrEqualTo(31);
  }

  @Test
  void moreThan128NodesAreRefused() {
    assertThatThrownBy(() -> ExactTolerance.of(SmallGraphs.ring(129, 1)))
        .isInstanceOf(BadGraphException.class)
        .hasMessageContaining("128");
  }
}
