package org.remora.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.remora.memory.LegalChange;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.sim.Fault;
import org.remora.sim.WildBehaviour;

/** What counterexamples shrink to. */
class ShrinkingTest {
  private static Counterexample found(Trial trial) {
    return trial.hunt(1, 2_000).orElseThrow();
  }

  @Test
  void aCrashThatIsWaitedFor() {
    Counterexample found =
        found(
            Trial.of(() -> new Echo(true))
                .worlds(
                    Worlds.of(3, 0)
                        .processes(2, 6)
                        .memories(0, 3)
                        .crashes(Worlds.allButOne())
                        .memoryCrashes(Worlds.minority()))
                .require(Requirement.termination()));
    assertThat(found.minimal()).isTrue();
    assertThat(found.requirement()).isEqualTo("termination");
    assertThat(found.wrong()).contains("have not decided", "QUIESCENT");
    Plan plan = found.plan();
    assertThat(plan.processes()).isEqualTo(2);
    assertThat(plan.memories()).isZero();
    assertThat(plan.order()).isEqualTo(new Order.InTime());
    assertThat(plan.flights()).isEqualTo(Flights.ONE_DELAY);
    assertThat(plan.faults()).hasSize(1);
    assertThat(plan.faults().get(0))
        .isIn(
            new Fault.ProcessCrash(1, 0),
            new Fault.ProcessCrash(2, 0),
            new Fault.ProcessCrashAfter(1, 0),
            new Fault.ProcessCrashAfter(2, 0));
  }

  @Test
  void messagesOfTwoFaces() {
    Counterexample found =
        found(
            Trial.of(Echo::new)
                .worlds(
                    Worlds.of(4, 0)
                        .processes(2, 5)
                        .byzantine(
                            Worlds.minority(), List.of(Behaviours.STOPS, Behaviours.TWO_FACED))));
    assertThat(found.minimal()).isTrue();
    assertThat(found.plan().byzantine()).hasSize(1).containsValue(Behaviours.TWO_FACED);
    assertThat(found.plan().processes()).isEqualTo(3);
  }

  @Test
  void anExceptionIsAlwaysWrong() {
    Counterexample found =
        found(
            Trial.of(Echo::new)
                .worlds(Worlds.of(3, 0).byzantine(Worlds.minority(), Behaviours.all()))
                .require());
    assertThat(found.requirement()).isEqualTo("nothing throws");
    assertThat(found.cause()).hasMessageStartingWith("an empty message from");
    assertThat(found.plan().byzantine()).hasSize(1).containsValue(Behaviours.GARBLES);
    assertThatThrownBy(() -> found.trial().check(found.plan()))
        .isInstanceOf(CounterexampleError.class)
        .hasCause(found.cause());
  }

  @Test
  void aByzantineProcessThatThrowsCrashes() {
    List<Consumer<Assault>> throwers =
        List.of(
            ShrinkingTest::fail,
            assault -> assault.process().clock().after(5, () -> fail(assault)),
            assault ->
                assault
                    .process()
                    .links(1, Value::toString)
                    .onReceive((from, message) -> fail(assault)),
            assault ->
                assault
                    .process()
                    .memory(1)
                    .changePermission(
                        Region.of(1, "none", 1, 1, Permission.open(3), LegalChange.NEVER),
                        Permission.open(3),
                        outcome -> fail(assault)));
    for (int i = 0; i < throwers.size(); i++) {
      Trial trial = Trial.of(Echo::new).require(Requirement.agreement(), Requirement.termination());
      Plan plan = Plan.of(3, 1, 1).withByzantine(2, Behaviour.of("throws", throwers.get(i)));
      Run run = trial.run(plan);
      assertThat(trial.counterexample(plan)).isEmpty();
      run.world().run(() -> false, 1_000);
      assertThat(run.world().alive().contains(2)).isFalse();
      assertThat(run.world().alive().size()).isEqualTo(2);
    }
  }

  private static void fail(Assault assault) {
    throw new IllegalStateException("process " + assault.process().self());
  }

  @Test
  void aBehaviourOfOnesOwn() {
    Behaviour liar =
        Behaviour.of(
            "tells-each-another",
            assault -> {
              for (int to = 1; to <= assault.process().processes(); to++) {
                assault
                    .process()
                    .links(1, Value::toString)
                    .send(to, to % 2 == 0 ? assault.input() : assault.other());
              }
            });
    Trial trial =
        Trial.of(Echo::new)
            .worlds(
                Worlds.of(5, 0)
                    .byzantine(n -> 1, List.of(Behaviours.wild(WildBehaviour.SILENT), liar)));
    Counterexample found = found(trial);
    assertThat(found.plan().byzantine()).containsValue(liar);
    assertThat(trial.parse(found.plan().toString())).isEqualTo(found.plan());
    assertThat(found.report())
        .contains(
            "agreement is broken", "minimal: nothing can be left out", "again  -Dremora.plan=");
  }

  @Test
  void tooFewRunsToShrinkAreSaid() {
    Counterexample found =
        found(
            Trial.of(() -> new Echo(true))
                .worlds(Worlds.of(6, 0).processes(2, 6).crashes(Worlds.allButOne()))
                .require(Requirement.termination())
                .shrinkRunsMax(2));
    assertThat(found.minimal()).isFalse();
    assertThat(found.report()).contains("perhaps not minimal: gave up (");
  }

  @Test
  void validityKnowsTheInputs() {
    Trial trial =
        Trial.of(Echo::new)
            .worlds(Worlds.of(3, 0))
            .inputs((plan, p) -> Value.of("input " + p))
            .require(Requirement.validity(), Requirement.agreement(), Requirement.termination());
    assertThat(trial.hunt(1, 200)).isEmpty();
    Run run = trial.run(Plan.of(3, 0, 1));
    assertThat(run.decisions()).hasSize(3).containsEntry(2, List.of(Value.of("input 1")));
    Trial other = trial.require(Requirement.holds("never", r -> r.decision(1) == null));
    assertThat(other.counterexample(Plan.of(3, 0, 1)).orElseThrow().report())
        .startsWith("never is broken: decided: {1=[input 1]")
        .doesNotContain("drawn");
  }

  @Test
  void boundsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> Worlds.of(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Worlds.of(65, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Worlds.of(3, 1).memories(2, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Worlds.of(3, 1).byzantine(n -> 1, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Behaviour.of("Two Words", assault -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Trial.of(Echo::new).eventsMax(0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
