package org.remora.tests.byzantine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remora.byzantine.ByzantineAlgorithm;

/**
 * The same properties over very many schedules: seeds 1 to {@code remora.campaign.schedules}, by
 * default 100,000, of each algorithm. A failure names its seed.
 */
@Tag("campaign")
class AgreementCampaignTest {
  private static final long SCHEDULES = Long.getLong("remora.campaign.schedules", 100_000);

  @ParameterizedTest
  @EnumSource(ByzantineAlgorithm.class)
  void holds(ByzantineAlgorithm algorithm) {
    for (long seed = 1; seed <= SCHEDULES; seed++) {
      assertThat(Execution.of(Scenario.random(algorithm, seed)).violation()).isEmpty();
    }
  }
}
