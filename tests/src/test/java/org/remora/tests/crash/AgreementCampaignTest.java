package org.remora.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remora.apps.Execution;
import org.remora.apps.Scenario;
import org.remora.crash.CrashAlgorithm;

/**
 * The same properties over very many schedules: seeds 1 to {@code remora.campaign.schedules}, by
 * default 100,000, of each algorithm. A failure names its seed.
 */
@Tag("campaign")
class AgreementCampaignTest {
  private static final long SCHEDULES = Long.getLong("remora.campaign.schedules", 100_000);

  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void holds(CrashAlgorithm algorithm) {
    for (long seed = 1; seed <= SCHEDULES; seed++) {
      Scenario scenario = Scenario.random(algorithm, seed);
      assertThat(Execution.of(scenario).violation()).as(scenario.toString()).isEmpty();
    }
  }
}
