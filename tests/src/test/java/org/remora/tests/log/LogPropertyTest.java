package org.remora.tests.log;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Over random executions: all replicas apply prefixes of one sequence, every command once; what was
 * acknowledged is in it; reads and commands together are linearizable; and once the schedule turns
 * fair everything is answered and everybody catches up.
 */
class LogPropertyTest {
  private static final long SCHEDULES = Long.getLong("remora.campaign.schedules", 100_000);

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void holds(@ForAll long seed) {
    check(LogScenario.random(seed));
  }

  @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
  void holdsWhileMembersChange(@ForAll long seed) {
    check(LogScenario.withChanges(seed));
  }

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void holdsAmongRivals(@ForAll long seed) {
    check(LogScenario.rivals(seed));
  }

  /** The same seeds every time: what the property is about does happen. */
  @Test
  void whatCanHappenDoes() {
    int wrapped = 0;
    int behind = 0;
    int restored = 0;
    int leftBehind = 0;
    int sessionsEnded = 0;
    int changed = 0;
    int stuck = 0;
    for (long seed = 1; seed <= 120; seed++) {
      LogScenario scenario =
          seed % 3 == 0 ? LogScenario.withChanges(seed) : LogScenario.random(seed);
      LogRun run = check(scenario);
      wrapped += run.journal.highestIndex > 4L * scenario.settings().ring() ? 1 : 0;
      behind += run.behind > 0 ? 1 : 0;
      restored += run.restored > 0 ? 1 : 0;
      leftBehind += run.leftBehind > 0 ? 1 : 0;
      sessionsEnded += run.ended > 0 ? 1 : 0;
      changed += run.changed > 0 ? 1 : 0;
      stuck += run.stuck ? 1 : 0;
    }
    assertThat(wrapped).as("rings that wrapped around twice").isGreaterThan(40);
    assertThat(behind).as("replicas behind").isGreaterThan(20);
    assertThat(restored).as("snapshots installed").isGreaterThan(10);
    assertThat(leftBehind).as("replicas left behind").isGreaterThan(20);
    assertThat(sessionsEnded).as("sessions ended").isGreaterThan(3);
    assertThat(changed).as("memberships changed").isGreaterThan(20);
    assertThat(stuck).as("all that knew have crashed").isLessThan(4);
  }

  @Test
  @Tag("campaign")
  void holdsOverManySchedules() {
    int stuck = 0;
    for (long seed = 1; seed <= SCHEDULES; seed++) {
      LogScenario scenario =
          switch ((int) (seed % 4)) {
            case 0 -> LogScenario.withChanges(seed);
            case 1 -> LogScenario.rivals(seed);
            default -> LogScenario.random(seed);
          };
      stuck += check(scenario).stuck ? 1 : 0;
    }
    assertThat(stuck).isLessThan((int) (1 + SCHEDULES / 100));
  }

  private static LogRun check(LogScenario scenario) {
    LogRun run = LogRun.of(scenario);
    assertThat(run.violation()).isEmpty();
    return run;
  }
}
