package org.remora.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An adversary's order, recorded and repeated. */
class ChoiceTest {
  private static SimWorld.Settings world(long seed) {
    return SimWorld.of(3, 3)
        .seed(seed)
        .latency(Latency.uniform(500, 1_500))
        .faults(List.of(new Fault.MemoryCrash(2, 3_000), new Fault.BrokenWays(50)));
  }

  @Property(tries = 200)
  void recordedChoicesRepeatTheRun(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 80) int events) {
    List<Choice> choices = new ArrayList<>();
    List<TraceEvent> recorded =
        Scenes.allToAll(world(seed).adversarial(events).recordChoices(choices::add));
    assertThat(choices).isNotEmpty();
    List<Choice> parsed = choices.stream().map(c -> Choice.parse(c.toString())).toList();
    assertThat(parsed).isEqualTo(choices);
    assertThat(Scenes.allToAll(world(seed).choices(parsed))).isEqualTo(recorded);

    List<TraceEvent> contention =
        Scenes.contention(world(seed).adversarial(events).recordChoices(choices::add));
    List<Choice> second = choices.subList(parsed.size(), choices.size());
    assertThat(Scenes.contention(world(seed).choices(second))).isEqualTo(contention);
  }

  @Test
  void theChosenWayComesFirstAndTimeOrdersTheRest() {
    List<Integer> order = new ArrayList<>();
    SimWorld world =
        SimWorld.of(3, 0).choices(List.of(Choice.parse("p1>p3"), Choice.parse("p3+1"))).build();
    for (int p = 1; p <= 3; p++) {
      int self = p;
      for (int i = 1; i <= 2; i++) {
        int number = 10 * p + i;
        world.process(p).clock().after(i * 1_000L, () -> order.add(number));
      }
      world.process(p).execute(() -> order.add(self));
    }
    world.run(() -> false, 100);
    // No message is in flight: that choice is skipped. Of process 3, one event is due before.
    assertThat(order).containsExactly(31, 1, 2, 3, 11, 21, 12, 22, 32);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "p", "p1~p2", "m1", "p1~m2+", "p1>p2+-1", "p1 ", "fault+x", "p12345"})
  void whatNamesNoChoiceIsRefused(String text) {
    assertThatThrownBy(() -> Choice.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a choice: " + text);
  }

  @Test
  void anAdversaryAndChoicesExcludeEachOther() {
    assertThatThrownBy(
            () -> SimWorld.of(1, 1).adversarial(5).choices(List.of(new Choice(-1, 0))).build())
        .isInstanceOf(IllegalStateException.class);
  }
}
