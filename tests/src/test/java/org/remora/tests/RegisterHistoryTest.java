package org.remora.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** The checker of atomicity agrees with trying every order. */
final class RegisterHistoryTest {
  @Test
  void aNewValueThenAnOldOneIsNoticed() {
    RegisterHistory history = new RegisterHistory();
    RegisterHistory.Operation write = history.write(1);
    history.read().ended(1);
    assertThat(history.isAtomic()).isTrue();
    history.read().ended(0);
    write.ended();
    assertThat(history.isAtomic()).isFalse();
  }

  @Test
  void aValueOutOfThinAirIsNoticed() {
    RegisterHistory history = new RegisterHistory();
    history.read().ended(3);
    assertThat(history.isAtomic()).isFalse();
  }

  @Property(tries = 5_000, shrinking = ShrinkingMode.OFF)
  void agreesWithTryingEveryOrder(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    RegisterHistory history = new RegisterHistory();
    List<Step> all = new ArrayList<>();
    List<Step> open = new ArrayList<>();
    long values = 0;
    long time = 0;
    while (all.size() < 6 || (!open.isEmpty() && random.nextInt(4) > 0)) {
      if (all.size() < 6 && (open.isEmpty() || random.nextBoolean())) {
        boolean write = random.nextInt(2) == 0;
        long value = write ? ++values : 0;
        RegisterHistory.Operation operation = write ? history.write(value) : history.read();
        Step step = new Step(operation, write, ++time);
        step.value = value;
        open.add(step);
        all.add(step);
      } else {
        Step step = open.remove(random.nextInt(open.size()));
        step.end = ++time;
        if (step.write) {
          step.operation.ended();
        } else {
          step.value = random.nextLong(values + 1);
          step.operation.ended(step.value);
        }
      }
    }
    all.removeIf(step -> !step.write && step.end == Long.MAX_VALUE);
    assertThat(history.isAtomic()).as("%s", history).isEqualTo(hasOrder(all, 0));
  }

  /** Whether the rest can take effect in some order that respects time, the register at value. */
  private static boolean hasOrder(List<Step> rest, long value) {
    if (rest.stream().allMatch(step -> step.end == Long.MAX_VALUE)) {
      return true; // what never ended need not have happened
    }
    for (Step first : rest) {
      boolean early = rest.stream().allMatch(other -> first.begin < other.end);
      if (early && (first.write || first.value == value)) {
        List<Step> others = new ArrayList<>(rest);
        others.remove(first);
        if (hasOrder(others, first.write ? first.value : value)) {
          return true;
        }
      }
    }
    return false;
  }

  private static final class Step {
    final RegisterHistory.Operation operation;
    final boolean write;
    final long begin;
    long end = Long.MAX_VALUE;
    long value;

    Step(RegisterHistory.Operation operation, boolean write, long begin) {
      this.operation = operation;
      this.write = write;
      this.begin = begin;
    }
  }
}
