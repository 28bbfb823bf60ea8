package org.remora.tests.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remora.crash.log.LogMutation;
import org.remora.sim.SimulationException;

/**
 * Without any one of the rules of safety, random schedules find something wrong. The first seeds
 * only save time: those before them find nothing. The rules that are not here are in {@link
 * LogDirectedTest}: they take a schedule that chance hardly ever draws.
 */
class LogMutationTest {
  private static final int SCHEDULES_MAX = 20_000;

  @ParameterizedTest
  @CsvSource({
    "DECIDE_ON_MINORITY, 1",
    "READ_BEFORE_PERMISSION, 1",
    "IGNORE_HIGHER_PROPOSAL, 11900",
    "ADOPT_LOWEST, 1120",
    "ADOPT_FIRST, 8040",
    "OVERLOOK_BEING_BEHIND, 230",
    "TRUST_ANY_CLAIM, 80",
    "FORGET_STRAGGLERS, 5400",
    "REUSE_UNDECIDED, 10",
    "READ_BEFORE_ADOPTED, 190",
    "APPLY_AGAIN, 1",
    "FORGET_SESSIONS, 1",
  })
  void isCaught(LogMutation mutation, long first) {
    long seed = first;
    while (seed < first + SCHEDULES_MAX && !isViolated(LogScenario.random(seed), mutation)) {
      seed++;
    }
    assertThat(seed).as("schedules without a violation").isLessThan(first + SCHEDULES_MAX);
  }

  private static boolean isViolated(LogScenario scenario, LogMutation mutation) {
    try {
      return !LogRun.ofMutant(scenario, mutation).violation().isEmpty();
    } catch (SimulationException selfCheck) {
      return true; // the mutant noticed itself that something is wrong
    }
  }
}
