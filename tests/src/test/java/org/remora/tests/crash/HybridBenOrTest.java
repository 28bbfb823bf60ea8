package org.remora.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.remora.crash.Consensus;
import org.remora.crash.ConsensusObjects;
import org.remora.crash.HybridCoin;
import org.remora.crash.HybridInstance;
import org.remora.crash.Instance;
import org.remora.crash.Mutation;
import org.remora.crash.Neighbourhoods;
import org.remora.memory.ProcessSet;
import org.remora.memory.Value;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/** Agreement, validity and termination over random schedules, graphs and crashes; mutations. */
class HybridBenOrTest {
  private static final int SCHEDULES = 8_000;
  private static final int HUNT_MAX = 60_000;

  @Test
  void holdsOverRandomSchedules() {
    int several = 0;
    for (long seed = 1; seed <= SCHEDULES; seed++) {
      HybridScenario scenario = HybridScenario.random(seed);
      HybridRun run = scenario.run();
      assertThat(run.violation()).as(scenario.toString()).isEmpty();
      several += run.world.delays() > 30 ? 1 : 0;
    }
    // Not all of them decide in the first round.
    assertThat(several).isGreaterThan(SCHEDULES / 20);
  }

  @ParameterizedTest
  @CsvSource({"DECIDE_ON_HALF, 4", "OVERWRITE_OBJECTS, 4", "SKIP_PHASE_P, 5", "INVENT_VALUES, 4"})
  void aMutationIsCaught(Mutation mutation, int nodes) {
    hunt(mutation, seed -> HybridScenario.random(nodes, seed));
  }

  /** Two triangles: in each, three processes speak nine times for three. */
  @Test
  void countingMessagesIsCaught() {
    hunt(Mutation.COUNT_MESSAGES, seed -> HybridScenario.over(SmallGraph.twoTriangles(), seed));
  }

  private static void hunt(Mutation mutation, LongFunction<HybridScenario> scenarios) {
    long seed = 1;
    while (seed <= HUNT_MAX && holds(scenarios.apply(seed).runMutant(mutation))) {
      seed++;
    }
    assertThat(seed).as("schedules without a violation").isLessThanOrEqualTo(HUNT_MAX);
  }

  private static boolean holds(HybridRun run) {
    return run.agreement() && run.validity();
  }

  /** Whoever learns an id from an object can read the bytes, also if the proposer has crashed. */
  @ParameterizedTest
  @EnumSource(ConsensusObjects.class)
  void aCrashedProposersValueIsFound(ConsensusObjects objects) {
    for (int submissions = 1; submissions <= 12; submissions++) {
      // Process 2, the middle of a path, proposes and crashes; the others have proposed nothing
      // that differs.
      HybridRun run =
          HybridRun.of(
              HybridInstance.of(Instance.of(1), Neighbourhoods.of(new int[][] {{2}, {1, 3}, {2}}))
                  .with(objects),
              SimWorld.of(3, 3).faults(List.of(new Fault.ProcessCrashAfter(2, submissions))),
              List.of("left", "middle", "right"),
              1_000_000);
      assertThat(run.violation()).as("after %d", submissions).isEmpty();
    }
  }

  @Test
  void aProcessWithoutAProposalTakesTheFirstItHearsOf() {
    HybridRun run =
        HybridRun.of(
            HybridInstance.of(Instance.of(1), Neighbourhoods.complete(4)),
            SimWorld.of(4, 4),
            List.of("", "", "only", ""),
            100_000);
    assertThat(run.violation()).isEmpty();
    assertThat(run.decisions).containsOnlyKeys(1, 2, 3, 4).containsValue("only");
  }

  @Test
  void equalBytesOfDifferentProposersAreOneValue() {
    HybridRun run =
        HybridRun.of(
            HybridInstance.of(Instance.of(1), Neighbourhoods.of(new int[5][0])),
            SimWorld.of(5, 5),
            List.of("a", "a", "a", "a", "a"),
            10_000);
    assertThat(run.violation()).isEmpty();
    // One round: write, swap, message, swap, message.
    assertThat(run.world.delays()).isEqualTo(8);
  }

  @Test
  void beyondTheLastRoundItFailsLoudly() {
    // Two halves that never agree but by chance: no edge, two values, one round.
    HybridInstance instance =
        HybridInstance.of(Instance.of(1), Neighbourhoods.of(new int[2][0])).withRounds(1);
    SimWorld world = SimWorld.of(2, 2).build();
    List<Consensus> parts = instance.install(world);
    CompletableFuture<Value> left = parts.get(0).propose(Value.of("left"));
    CompletableFuture<Value> right = parts.get(1).propose(Value.of("right"));
    assertThat(world.run(() -> false, 10_000)).isEqualTo(SimWorld.End.QUIESCENT);
    assertThat(right).isCompletedExceptionally();
    assertThatThrownBy(left::join)
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("no decision in 1 rounds");
  }

  @Test
  void badGraphsAndSizesAreRefused() {
    assertThatThrownBy(() -> Neighbourhoods.of(new int[][] {{2}, {}}))
        .hasMessage("process 1 has a neighbour 2, not it 1");
    assertThatThrownBy(() -> Neighbourhoods.of(new int[][] {{1}}))
        .hasMessage("process 1 has a neighbour twice, or itself: 1");
    assertThatThrownBy(() -> Neighbourhoods.of(new int[][] {{3}, {}}))
        .hasMessage("process 1 of 2 has a neighbour 3");
    assertThatThrownBy(() -> Neighbourhoods.of(new int[0][]))
        .hasMessage("a graph has at least one process");
    HybridInstance instance = HybridInstance.of(Instance.of(1), Neighbourhoods.complete(3));
    assertThatThrownBy(() -> instance.install(SimWorld.of(3, 2).build()))
        .hasMessage("a graph of 3 processes, on a machine of 3 processes and 2 memories");
    assertThatThrownBy(() -> instance.withRounds(0)).hasMessageContaining("no region has room");
    assertThatThrownBy(
            () -> instance.with(ConsensusObjects.REGISTERS).withRounds(Integer.MAX_VALUE))
        .hasMessageContaining("no region has room");
  }

  @Test
  void neighbourhoodsKnowWhomTheySpeakFor() {
    Neighbourhoods path = Neighbourhoods.of(new int[][] {{2}, {1, 3}, {2, 4}, {3}});
    assertThat(path.spokenFor(ProcessSet.of(1))).isEqualTo(2);
    assertThat(path.spokenFor(ProcessSet.of(1, 2))).isEqualTo(3);
    assertThat(path.spokenFor(ProcessSet.of(2, 3))).isEqualTo(4);
    assertThat(path.spokenFor(ProcessSet.none())).isZero();
  }

  @ParameterizedTest
  @EnumSource(ConsensusObjects.class)
  void theSharedCoinEndsWhatTheLocalOneHardlyCould(ConsensusObjects objects) {
    List<String> proposals = IntStream.rangeClosed(1, 24).mapToObj(p -> "v" + p).toList();
    HybridRun run =
        HybridRun.of(
            HybridInstance.of(Instance.of(1), Neighbourhoods.of(new int[24][0]))
                .with(objects)
                .with(HybridCoin.shared(7)),
            SimWorld.of(24, 24),
            proposals,
            1_000_000);
    assertThat(run.violation()).isEmpty();
  }
}
