package org.remora.sim.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remora.memory.LegalChange;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;

/** The memory that an exploration takes is bounded by a setting, and what a search reports. */
class BudgetTest {
  /** What two workers put on their stacks before they tell the budget. */
  private static final long UNTOLD = 2 * 20_000;

  private static final Region REGION =
      Region.of(1, "region", 4, 8, Permission.open(2), LegalChange.NEVER);

  /** Two processes that write and read three registers of two memories, all at once. */
  private static Explorer explorer() {
    return Explorer.of(
            2,
            2,
            (process, decide) -> {
              List<Value> seen = new ArrayList<>();
              for (int memory = 1; memory <= 2; memory++) {
                for (int register = 0; register < 3; register++) {
                  int at = register;
                  var way = process.memory(memory);
                  way.write(
                      REGION,
                      register,
                      Value.ofWord(process.self()),
                      outcome ->
                          way.read(
                              REGION,
                              at,
                              (read, value) -> {
                                seen.add(value);
                                if (seen.size() == 6) {
                                  decide.accept(Value.ofWord(seen.hashCode()));
                                }
                              }));
                }
              }
            })
        .regions(List.of(REGION))
        .workers(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {100_000, 300_000, 3_000_000})
  void whatIsTakenStaysWithinTheBound(long bytesMax) {
    Report report = explorer().bytesMax(bytesMax).run();
    assertThat(report.exhausted()).isFalse();
    assertThat(report.states()).isPositive();
    assertThat(report.tableBytes()).isPositive().isLessThanOrEqualTo(bytesMax);
    assertThat(report.countedBytes()).isLessThanOrEqualTo(bytesMax + UNTOLD);
  }

  /** More memory, more states. */
  @Test
  void aLargerBoundSeesMore() {
    long few = explorer().bytesMax(100_000).run().states();
    long more = explorer().bytesMax(3_000_000).run().states();
    assertThat(more).isGreaterThan(few);
  }

  @Test
  void theBudgetGivesOnlyWhatThereIs() {
    Budget budget = new Budget(100);
    assertThat(budget.take(60)).isTrue();
    assertThat(budget.take(60)).isFalse();
    assertThat(budget.take(40)).isTrue();
    assertThat(budget.count(-50)).isTrue();
    assertThat(budget.take(50)).isTrue();
    assertThat(budget.count(1)).isFalse();
    assertThat(budget.most()).isEqualTo(100);
  }

  /** Each fingerprint is new once, however often the table grows, and none is lost. */
  @Test
  void theTableKeepsWhatWasAdded() {
    Fingerprints table = new Fingerprints(new Budget(Long.MAX_VALUE), true);
    for (int round = 0; round < 2; round++) {
      for (long i = 1; i <= 100_000; i++) {
        long fingerprint = Fingerprints.mix(i);
        assertThat(table.has(fingerprint)).isEqualTo(round == 1);
        assertThat(table.add(fingerprint, 7))
            .isEqualTo(round == 0 ? Fingerprints.Added.NEW : Fingerprints.Added.SEEN);
      }
    }
    assertThat(table.add(Fingerprints.mix(5), 6)).isEqualTo(Fingerprints.Added.NEARER);
    // 8 bytes and 2 for the depth, in slots of which between a half and three quarters are taken.
    assertThat(table.bytes()).isBetween(100_000L * 10 * 4 / 3, 100_000L * 10 * 2 + 100_000);
  }

  @Test
  void aReportHasAllThatWasSeen() {
    Report report = explorer().statesMax(20_000).workers(1).run();
    assertThat(report.exhausted()).isFalse();
    assertThat(report.states()).isGreaterThanOrEqualTo(20_000);
    assertThat(report.transitions()).isEqualTo(report.states() - 1 + report.revisits());
    assertThat(report.schedules()).isPositive().isLessThan(report.transitions());
    assertThat(report.revisits()).isPositive();
    assertThat(report.depth()).isPositive();
    assertThat(report.peakBytes()).isGreaterThan(report.tableBytes());
    assertThat(report.nanos()).isPositive();
    assertThat(report.ratePerWorker()).isPositive();
  }

  @Test
  void progressHasARateAndAnEstimate() {
    Progress progress = new Progress(3_000, 2_000_000_000L, 0.25);
    assertThat(progress.rate()).isEqualTo(1_500);
    assertThat(progress.nanosLeft()).isEqualTo(6e9);
    assertThat(new Progress(0, 0, 0).rate()).isZero();
    assertThat(new Progress(0, 0, 0).nanosLeft()).isInfinite();
  }
}
