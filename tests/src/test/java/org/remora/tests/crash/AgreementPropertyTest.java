package org.remora.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.remora.apps.Execution;
import org.remora.apps.Scenario;
import org.remora.crash.CrashAlgorithm;

/**
 * Agreement, validity, and termination once the schedule turns fair, over random schedules, crash
 * plans, leaders and competing proposers.
 */
class AgreementPropertyTest {
  @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
  void holdsOverSmallWorlds(
      @ForAll CrashAlgorithm algorithm,
      @ForAll @IntRange(min = 1, max = 4) int processes,
      @ForAll @IntRange(min = 1, max = 5) int memories,
      @ForAll @IntRange(min = 0, max = 400) int adversarialEvents,
      @ForAll long seed) {
    Scenario scenario = Scenario.of(algorithm, processes, memories, adversarialEvents, seed);
    assertThat(Execution.of(scenario).violation()).as(scenario.toString()).isEmpty();
  }

  @Property(tries = 12_000)
  void holdsOverManySchedules(@ForAll CrashAlgorithm algorithm, @ForAll long seed) {
    check(Scenario.random(algorithm, seed));
  }

  private static void check(Scenario scenario) {
    String violation = Execution.of(scenario).violation();
    if (!violation.isEmpty()) {
      throw new AssertionError(violation + "\n" + scenario);
    }
  }
}
