package org.remora.sim.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.remora.sim.history.RegisterSpecification.CompareAndSwap;
import org.remora.sim.history.RegisterSpecification.Input;
import org.remora.sim.history.RegisterSpecification.Read;
import org.remora.sim.history.RegisterSpecification.Write;

class LinearizabilityTest {
  private static final RegisterSpecification REGISTER = new RegisterSpecification();

  private static Operation<Input, Long> op(
      int process, Input input, long output, long called, long returned) {
    return new Operation<>(process, "x", input, output, called, returned);
  }

  private static Operation<Input, Long> write(int process, long value, long called, long returned) {
    return op(process, new Write(value), 0, called, returned);
  }

  private static Operation<Input, Long> read(int process, long value, long called, long returned) {
    return op(process, new Read(), value, called, returned);
  }

  private static Optional<Linearizability.Window<Long, Input, Long>> check(
      List<Operation<Input, Long>> history) {
    return Linearizability.check(REGISTER, history);
  }

  @Test
  void aReadBesideAWriteMaySeeItOrNot() {
    assertThat(check(List.of(write(1, 5, 0, 10), read(2, 0, 1, 2), read(2, 5, 3, 4)))).isEmpty();
  }

  /** The new-old inversion, which makes a regular register no atomic one. */
  @Test
  void aReadAfterAReadDoesNotGoBack() {
    List<Operation<Input, Long>> before = List.of(write(1, 3, -9, -8), read(2, 3, -7, -6));
    List<Operation<Input, Long>> wrong =
        List.of(write(1, 5, 0, 10), read(2, 5, 1, 2), read(3, 3, 3, 4));
    List<Operation<Input, Long>> history = new ArrayList<>(before);
    history.addAll(wrong);
    history.add(read(1, 5, 20, 21));
    Linearizability.Window<Long, Input, Long> window = check(history).orElseThrow();
    assertThat(window.object()).isEqualTo("x");
    assertThat(window.states()).containsExactly(3L);
    assertThat(window.operations())
        .containsExactly(write(1, 5, 0, Operation.NEVER), read(2, 5, 1, 2), read(3, 3, 3, 4));
  }

  @Test
  void aStaleReadIsFound() {
    assertThat(check(List.of(write(1, 5, 0, 1), read(2, 0, 2, 3)))).isPresent();
  }

  @Test
  void aWriteThatNeverReturnedMayTakeEffectLateOrNever() {
    Operation<Input, Long> lost = write(1, 5, 0, Operation.NEVER);
    assertThat(check(List.of(lost, read(2, 0, 2, 3), read(2, 5, 4, 5)))).isEmpty();
    assertThat(check(List.of(lost, read(2, 0, 2, 3)))).isEmpty();
    assertThat(check(List.of(lost, read(2, 5, 2, 3), read(2, 0, 4, 5)))).isPresent();
  }

  @Test
  void ofTwoSwapsOneSucceeds() {
    Input swap = new CompareAndSwap(0, 1);
    assertThat(check(List.of(op(1, swap, 0, 0, 5), op(2, swap, 1, 1, 4)))).isEmpty();
    assertThat(check(List.of(op(1, swap, 0, 0, 5), op(2, swap, 0, 1, 4)))).isPresent();
  }

  @Test
  void objectsAreCheckedApart() {
    List<Operation<Input, Long>> history = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      history.add(new Operation<>(i, "object " + i, new Write(1), 0L, i, 1_000));
      history.add(new Operation<>(i, "object " + i, new Read(), 1L, i + 1, 1_000));
    }
    assertThat(check(history)).isEmpty();
    history.add(new Operation<>(1, "object 3", new Read(), 0L, 1_001, 1_002));
    assertThat(check(history).orElseThrow().object()).isEqualTo("object 3");
  }

  /** Long histories are no problem as long as not too much is in flight together. */
  @Test
  void longHistoriesAreChecked() {
    List<Operation<Input, Long>> history = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      history.add(write(1, i, 10L * i, 10L * i + 6));
      history.add(read(2, i, 10L * i + 5, 10L * i + 8));
      history.add(read(3, i, 10L * i + 5, 10L * i + 9));
    }
    assertThat(check(history)).isEmpty();
    history.add(read(4, 7, 19_991, 19_992));
    assertThat(check(history)).isPresent();
  }

  @Property(tries = 6_000)
  void agreesWithTheNaiveOracle(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int operations) {
    java.util.SplittableRandom random = new java.util.SplittableRandom(seed);
    List<Operation<Input, Long>> history = new ArrayList<>();
    for (int i = 0; i < operations; i++) {
      long called = random.nextInt(12);
      long returned = random.nextInt(6) == 0 ? Operation.NEVER : called + 1 + random.nextInt(8);
      Input input =
          switch (random.nextInt(3)) {
            case 0 -> new Read();
            case 1 -> new Write(random.nextInt(3));
            default -> new CompareAndSwap(random.nextInt(3), random.nextInt(3));
          };
      history.add(op(i, input, input instanceof Write ? 0 : random.nextInt(3), called, returned));
    }
    assertThat(check(history).isEmpty()).isEqualTo(naive(history, 0L));
  }

  /** Tries every order. */
  private static boolean naive(List<Operation<Input, Long>> left, long state) {
    if (left.stream().noneMatch(Operation::isComplete)) {
      return true;
    }
    for (Operation<Input, Long> first : left) {
      boolean mayBeFirst = left.stream().noneMatch(other -> other.returned() <= first.called());
      Specification.Outcome<Long, Long> outcome = REGISTER.apply(state, first.input());
      if (mayBeFirst && (!first.isComplete() || outcome.output().equals(first.output()))) {
        List<Operation<Input, Long>> rest = new ArrayList<>(left);
        rest.remove(first);
        if (naive(rest, outcome.state())) {
          return true;
        }
      }
    }
    return false;
  }
}
