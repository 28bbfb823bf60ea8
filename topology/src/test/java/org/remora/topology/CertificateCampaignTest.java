package org.remora.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No certificate may ever exceed the exact tolerance, and no witness fall below it. */
@Tag("campaign")
class CertificateCampaignTest {

  @Test
  void onRandomGraphs() {
    SeedStream chance = Graphs.chance(71);
    for (int i = 0; i < 20_000; i++) {
      CompactGraph graph = Graphs.random(4 + chance.below(11), 10 + chance.below(70), chance);
      int truth = Graphs.tolerance(graph);
      assertThat(ExactTolerance.of(graph).lower()).isEqualTo(truth);
      for (Certificate certificate :
          Assessment.spectral(graph, DefiniteCheck.of(new Laplacian(graph)))) {
        assertThat(certificate.tolerance()).isLessThanOrEqualTo(truth);
      }
      if (graph.isConnected()) {
        assertThat(Assessment.weighted(graph).tolerance()).isLessThanOrEqualTo(truth);
      }
    }
  }

  @Test
  void onUnionsOfRandomLayers() {
    for (int i = 0; i < 150; i++) {
      int n = 24 + i % 30;
      int d = 3 + i % 7;
      Construction.RandomLayers origin = Graphs.layers(n, d / 2, d % 2, i);
      CompactGraph graph = Graphs.regular(n, d, i);
      Assessment assessment =
          Assessment.of(graph, origin, Graphs.seed(i), Effort.standard().attack(50_000));
      assertThat(assessment.tolerance().exact()).isPresent();
      int truth = assessment.tolerance().exact().getAsInt();
      for (Certificate certificate : assessment.certificates()) {
        assertThat(certificate.tolerance()).isLessThanOrEqualTo(truth);
      }
      assertThat(assessment.tolerance().refuted()).isEqualTo(truth + 1);
    }
  }

  /** The enclosure of random vectors against that of Cholesky. */
  @Test
  void onSpectra() {
    for (int i = 0; i < 60; i++) {
      CompactGraph graph = Graphs.regular(200 + 20 * i, 3 + i % 9, i);
      SpectrumBounds sure = DefiniteCheck.of(new Laplacian(graph));
      SpectrumBounds likely = GrowthCheck.of(new Laplacian(graph), 250, Graphs.chance(i));
      assertThat(likely.low()).isLessThanOrEqualTo(sure.low() + 1e-8);
      assertThat(likely.high()).isGreaterThanOrEqualTo(sure.high() - 1e-8);
    }
  }
}
