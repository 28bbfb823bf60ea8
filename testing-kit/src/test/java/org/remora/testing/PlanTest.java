package org.remora.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remora.memory.ProcessSet;
import org.remora.sim.Choice;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

class PlanTest {
  private static final Worlds ALL =
      Worlds.of(1, 1)
          .processes(1, 7)
          .memories(0, 5)
          .crashes(Worlds.allButOne())
          .byzantine(Worlds.minority(), Behaviours.all())
          .memoryCrashes(Worlds.minority())
          .troubledWays();
  private static final Trial TRIAL = Trial.of(Echo::new).worlds(ALL);

  @Property(tries = 1_000)
  void whatASeedDrawsKeepsTheBoundsAndItsText(@ForAll long seed) {
    Plan plan = ALL.draw(seed);
    assertThat(ALL.contains(plan)).isTrue();
    assertThat(ALL.draw(seed)).isEqualTo(plan);
    assertThat(TRIAL.parse(plan.toString())).isEqualTo(plan);
  }

  @Property(tries = 300)
  void whatJqwikDrawsKeepsTheBoundsAndItsText(@ForAll("plans") Plan plan) {
    assertThat(ALL.contains(plan)).isTrue();
    assertThat(TRIAL.parse(plan.toString())).isEqualTo(plan);
    assertThat(Simpler.than(plan, ALL)).allMatch(ALL::contains).doesNotContain(plan);
  }

  @Provide
  Arbitrary<Plan> plans() {
    return Plans.in(ALL);
  }

  @Test
  void everythingIsDrawn() {
    Set<String> seen = new TreeSet<>();
    for (long seed = 1; seed <= 2_000; seed++) {
      Plan plan = ALL.draw(seed);
      seen.add("n=" + plan.processes());
      seen.add("m=" + plan.memories());
      seen.add(plan.flights().toString());
      seen.add(plan.order().getClass().getSimpleName());
      plan.faults().forEach(fault -> seen.add(fault.getClass().getSimpleName()));
      plan.byzantine().values().forEach(behaviour -> seen.add(behaviour.name()));
      seen.add(plan.byzantine().size() + " Byzantine");
      seen.add(plan.correct().size() + " correct");
    }
    assertThat(seen)
        .contains("n=1", "n=7", "m=0", "m=5", "one-delay", "uneven", "heavy-tailed")
        .contains("InTime", "Adversarial", "3 Byzantine", "1 correct", "7 correct")
        .contains("ProcessCrash", "ProcessCrashAfter", "MemoryCrash", "MemoryCrashAfter")
        .contains("SlowMemory", "BrokenWays")
        .containsAll(Behaviours.all().stream().map(Behaviour::name).toList());
  }

  @Test
  void everyFaultHasAText() {
    Plan plan =
        Plan.of(3, 2, -5)
            .withFlights(Flights.HEAVY_TAILED)
            .withOrder(Order.of(List.of(Choice.parse("p1~m2+1"), Choice.parse("p3>p2"))))
            .withFaults(
                List.of(
                    new Fault.ProcessCrash(1, 4_000),
                    new Fault.ProcessCrashAfter(2, 7),
                    new Fault.MemoryCrash(1, 5),
                    new Fault.MemoryCrashAfter(2, 0),
                    new Fault.SlowMemory(1, 2, 3, 4),
                    new Fault.SlowLink(1, 2, 3, 4, 5),
                    new Fault.Partition(ProcessSet.of(1, 3), 6, 7),
                    new Fault.BrokenWays(8)))
            .withByzantine(3, Behaviours.STALE);
    assertThat(plan.toString())
        .isEqualTo(
            "n=3 m=2 seed=-5 flights=heavy-tailed order=p1~m2+1,p3>p2 faults=p1@4000,p2#7,m1@5,m2#0,"
                + "slow:m1+4:2-3,slow:p1>p2+5:3-4,cut:1.3:6-7,broken:8 byzantine=p3:stale");
    assertThat(TRIAL.parse(plan.toString())).isEqualTo(plan);
    assertThat(plan.correct()).isEmpty();
    assertThat(Removal.ofProcess(plan, 1).toString())
        .isEqualTo(
            "n=2 m=2 seed=-5 flights=heavy-tailed order=p2>p1 faults=p1#7,m1@5,m2#0,slow:m1+4:2-3,"
                + "cut:2:6-7,broken:8 byzantine=p2:stale");
    assertThat(Removal.ofMemory(plan, 1).toString())
        .isEqualTo(
            "n=3 m=1 seed=-5 flights=heavy-tailed order=p1~m1+1,p3>p2 faults=p1@4000,p2#7,m1#0,"
                + "slow:p1>p2+5:3-4,cut:1.3:6-7,broken:8 byzantine=p3:stale");
    assertThat(plan.world().build()).isInstanceOf(SimWorld.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "n=3; a plan has all of the fields",
        "n=3 n=3; no field of a plan, or one twice: n=3",
        "rubbish; no field of a plan, or one twice: rubbish",
        "n=3 m=1 seed=1 flights=none order=in-time faults=- byzantine=-; unknown flights: none",
        "n=3 m=1 seed=1 flights=uneven order=x faults=- byzantine=-; not a choice: x",
        "n=3 m=1 seed=1 flights=uneven order=in-time faults=x byzantine=-; not part of a plan: x",
        "n=3 m=1 seed=1 flights=uneven order=in-time faults=p1@ byzantine=-; not part of a plan: p1@",
        "n=3 m=1 seed=1 flights=uneven order=in-time faults=- byzantine=p1:x; unknown behaviour x",
        "n=3 m=1 seed=1 flights=uneven order=in-time faults=- byzantine=p4:stale; a plan of 3",
        "n=x m=1 seed=1 flights=uneven order=in-time faults=- byzantine=-; For input string: \"x\"",
      })
  void whatIsNoPlanIsRefused(String text, String message) {
    assertThatThrownBy(() -> TRIAL.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
