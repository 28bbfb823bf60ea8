package org.remora.testing;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/** What every run must show. That no correct process throws is always required. */
public interface Requirement {
  /** Its name: a counterexample shrinks to one that breaks a requirement of the same name. */
  String name();

  /** What is wrong with a run; null if nothing is. */
  @Nullable String broken(Run run);

  /** A requirement of one's own; {@code broken} says what is wrong, or null. */
  static Requirement of(String name, Function<Run, @Nullable String> broken) {
    Objects.requireNonNull(name);
    Objects.requireNonNull(broken);
    return new Requirement() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public @Nullable String broken(Run run) {
        return broken.apply(run);
      }
    };
  }

  /** A requirement of one's own of which there is nothing more to say than the decisions. */
  static Requirement holds(String name, Predicate<Run> condition) {
    return of(name, run -> condition.test(run) ? null : "decided: " + run.decisions());
  }

  /**
   * No two decisions differ, of processes that are not Byzantine; those that crash later count, and
   * so does whoever decides twice.
   */
  static Requirement agreement() {
    return holds(
        "agreement",
        run -> run.decisions().values().stream().flatMap(List::stream).distinct().count() <= 1);
  }

  /** Weak validity: if no process is Byzantine, what is decided is some process's input. */
  static Requirement validity() {
    return holds(
        "validity",
        run ->
            !run.plan().byzantine().isEmpty()
                || run.decisions().values().stream()
                    .flatMap(List::stream)
                    .allMatch(value -> isInput(run, value)));
  }

  private static boolean isInput(Run run, Value value) {
    return IntStream.rangeClosed(1, run.plan().processes())
        .anyMatch(p -> run.input(p).equals(value));
  }

  /**
   * Every correct process decides, once the order of events is that of time: within the events that
   * the trial allows.
   */
  static Requirement termination() {
    return of(
        "termination",
        run -> {
          List<Integer> undecided =
              run.plan().correct().stream().filter(p -> run.decision(p) == null).toList();
          return undecided.isEmpty()
              ? null
              : "processes "
                  + undecided
                  + " have not decided after "
                  + run.world().events()
                  + " events ("
                  + run.end()
                  + "), decided: "
                  + run.decisions();
        });
  }
}
