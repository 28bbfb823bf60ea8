package org.remora.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Costs;
import org.remora.memory.Value;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/**
 * Every process learns the decision, however it takes part, and callers cannot harm an instance.
 */
class LearningTest {
  private static final long EVENTS_MAX = 20_000;

  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void aProcessThatProposesNothingLearns(CrashAlgorithm algorithm) {
    Cluster cluster = new Cluster(algorithm, SimWorld.of(3, 3)).watch();
    cluster.propose(1, "red");

    assertThat(cluster.run(EVENTS_MAX)).isEqualTo(SimWorld.End.DONE);
    assertThat(cluster.decisions.values()).containsOnly(Value.of("red"));
  }

  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void aProcessThatProposesLateGetsWhatWasDecided(CrashAlgorithm algorithm) {
    Cluster cluster = new Cluster(algorithm, SimWorld.of(3, 3));
    cluster.propose(1, "red");
    cluster.watch(1);
    cluster.world.run(() -> false, EVENTS_MAX);

    CompletableFuture<Value> late = cluster.part(3).propose(Value.of("blue"));
    cluster.world.run(late::isDone, EVENTS_MAX);

    assertThat(late).isCompletedWithValue(Value.of("red"));
  }

  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void aLeaderWithoutAProposalDecidesAnother(CrashAlgorithm algorithm) {
    Cluster cluster = new Cluster(algorithm, SimWorld.of(3, 3)).watch();
    cluster.propose(3, "green");

    assertThat(cluster.run(EVENTS_MAX)).isEqualTo(SimWorld.End.DONE);
    assertThat(cluster.decisions.values()).containsOnly(Value.of("green"));
  }

  /** p1 decides, its messages are lost with it; p2 and p3 propose nothing, and must learn it. */
  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void aDecisionOutlivesItsDeciderThoughNobodyElseProposes(CrashAlgorithm algorithm) {
    Cluster cluster =
        new Cluster(
            algorithm,
            SimWorld.of(3, 3)
                .faults(
                    List.of(
                        new Fault.SlowLink(1, 2, 2_000, Long.MAX_VALUE, Long.MAX_VALUE / 4),
                        new Fault.SlowLink(1, 3, 2_000, Long.MAX_VALUE, Long.MAX_VALUE / 4))),
            new ScriptedOmega.Change(20 * Cluster.DELAY, 2));
    cluster.propose(1, "red");
    cluster.watch(1);
    cluster.world.run(() -> cluster.decisions.containsKey(1), EVENTS_MAX);
    cluster.world.crashProcess(1);
    cluster.watch(2);
    cluster.watch(3);

    assertThat(cluster.run(EVENTS_MAX)).isEqualTo(SimWorld.End.DONE);
    assertThat(cluster.decisions.values()).containsOnly(Value.of("red"));
  }

  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void anInstanceThatNobodyUsesIsSilent(CrashAlgorithm algorithm) {
    Cluster cluster = new Cluster(algorithm, SimWorld.of(3, 3));

    assertThat(cluster.world.run(() -> false, EVENTS_MAX)).isEqualTo(SimWorld.End.QUIESCENT);
    assertThat(cluster.world.costs()).isEqualTo(Costs.NONE);
  }

  @ParameterizedTest
  @EnumSource(CrashAlgorithm.class)
  void everythingIsSilentOnceAllHaveDecided(CrashAlgorithm algorithm) {
    Cluster cluster = new Cluster(algorithm, SimWorld.of(3, 3)).watch();
    cluster.propose(1, "red");
    cluster.propose(2, "blue");
    cluster.run(EVENTS_MAX);

    assertThat(cluster.world.run(() -> false, EVENTS_MAX)).isEqualTo(SimWorld.End.QUIESCENT);
  }

  @Test
  void aCancelledOrTimedOutCallerHarmsNobody() {
    Cluster cluster = new Cluster(CrashAlgorithm.PROTECTED_MEMORY_PAXOS, SimWorld.of(2, 3)).watch();
    CompletableFuture<Value> cancelled = cluster.part(1).propose(Value.of("red"));
    CompletableFuture<Value> timedOut =
        cluster.part(1).decision().orTimeout(1, TimeUnit.NANOSECONDS);
    assertThatThrownBy(timedOut::join)
        .hasCauseInstanceOf(java.util.concurrent.TimeoutException.class);
    cancelled.cancel(true);

    assertThat(cluster.run(EVENTS_MAX)).isEqualTo(SimWorld.End.DONE);
    assertThat(cluster.decisions.values()).containsOnly(Value.of("red"));
    assertThat(cluster.part(1).decision()).isCompletedWithValue(Value.of("red"));
  }

  @Test
  void aSecondProposalOfAProcessDoesNotCount() {
    Cluster cluster = new Cluster(CrashAlgorithm.PROTECTED_MEMORY_PAXOS, SimWorld.of(2, 3)).watch();
    cluster.propose(1, "red");
    cluster.propose(1, "blue");
    cluster.run(EVENTS_MAX);

    assertThat(cluster.decisions.values()).containsOnly(Value.of("red"));
  }

  @Test
  void aValueTooLargeIsRefusedBeforeAnythingIsSent() {
    Cluster cluster = new Cluster(CrashAlgorithm.PROTECTED_MEMORY_PAXOS, SimWorld.of(2, 3));
    byte[] bytes = new byte[65_537];

    assertThatThrownBy(() -> cluster.part(1).propose(Value.of(bytes)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a value of 65537 bytes is proposed; the instance is bounded to 65536");
    cluster.world.run(() -> false, EVENTS_MAX);
    assertThat(cluster.world.costs()).isEqualTo(Costs.NONE);
  }

  @Test
  void theLargestAndTheEmptyValueAreDecided() {
    for (int length : new int[] {0, 65_536}) {
      for (CrashAlgorithm algorithm : CrashAlgorithm.values()) {
        Cluster cluster = new Cluster(algorithm, SimWorld.of(3, 3)).watch();
        Value value = Value.of(new byte[length]);
        cluster.part(1).propose(value);
        assertThat(cluster.run(EVENTS_MAX)).isEqualTo(SimWorld.End.DONE);
        assertThat(cluster.decisions.values()).containsOnly(value);
      }
    }
  }
}
