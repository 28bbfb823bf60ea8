package org.remora.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/**
 * An algorithm, the worlds in which it is to hold, and what is to hold. Immutable: each method that
 * sets something returns another trial. A trial with the same settings and the same plan has the
 * same outcome, always.
 *
 * <pre>{@code
 * static final Trial TRIAL =
 *     Trial.of(MyAlgorithm::new)
 *         .worlds(Worlds.of(3, 3).byzantine(Worlds.minority(), Behaviours.all()))
 *         .require(Requirement.agreement(), Requirement.termination());
 * }</pre>
 */
public final class Trial {
  /** How many events a run has unless it is said: {@value}. */
  public static final long EVENTS_DEFAULT = 100_000;

  private Supplier<? extends Program> programs;
  private Worlds worlds = Worlds.of(3, 3);
  private List<Requirement> requirements = List.of(Requirement.agreement());
  private BiFunction<Plan, Integer, Value> inputs = (plan, process) -> Value.of("v" + process);
  private long eventsMax = EVENTS_DEFAULT;
  private int shrinkRunsMax = 5_000;

  private Trial(Supplier<? extends Program> programs) {
    this.programs = Objects.requireNonNull(programs);
  }

  private Trial(Trial other) {
    programs = other.programs;
    worlds = other.worlds;
    requirements = other.requirements;
    inputs = other.inputs;
    eventsMax = other.eventsMax;
    shrinkRunsMax = other.shrinkRunsMax;
  }

  /** A trial of an algorithm, of which each run gets an object of its own. */
  public static Trial of(Supplier<? extends Program> programs) {
    return new Trial(programs);
  }

  /** In these worlds; 3 processes, 3 memories and no fault by default. */
  public Trial worlds(Worlds others) {
    Trial trial = new Trial(this);
    trial.worlds = Objects.requireNonNull(others);
    return trial;
  }

  /** These are to hold; agreement by default. */
  public Trial require(Requirement... others) {
    Trial trial = new Trial(this);
    trial.requirements = List.of(others);
    return trial;
  }

  /** What each process proposes; v1, v2, … by default. */
  public Trial inputs(BiFunction<Plan, Integer, Value> others) {
    Trial trial = new Trial(this);
    trial.inputs = Objects.requireNonNull(others);
    return trial;
  }

  /** The most events of a run, if not all correct processes have decided before. */
  public Trial eventsMax(long others) {
    require(others >= 1);
    Trial trial = new Trial(this);
    trial.eventsMax = others;
    return trial;
  }

  /** The most runs that shrinking may take; 5,000 by default. */
  public Trial shrinkRunsMax(int others) {
    require(others >= 1);
    Trial trial = new Trial(this);
    trial.shrinkRunsMax = others;
    return trial;
  }

  /** The same trial of another algorithm. */
  public Trial with(Supplier<? extends Program> others) {
    Trial trial = new Trial(this);
    trial.programs = Objects.requireNonNull(others);
    return trial;
  }

  private static void require(boolean positive) {
    if (!positive) {
      throw new IllegalArgumentException("at least 1");
    }
  }

  Program newProgram() {
    return programs.get();
  }

  Value input(Plan plan, int process) {
    return inputs.apply(plan, process);
  }

  long eventsMax() {
    return eventsMax;
  }

  int shrinkRunsMax() {
    return shrinkRunsMax;
  }

  /** Its worlds. */
  public Worlds worlds() {
    return worlds;
  }

  /**
   * The plan of a text, such as a counterexample prints.
   *
   * @throws IllegalArgumentException if it is none, or names a behaviour that this trial's worlds
   *     do not have
   */
  public Plan parse(String text) {
    List<Behaviour> known = new ArrayList<>(worlds.behaviours);
    known.addAll(Behaviours.all());
    return PlanText.parse(text, known);
  }

  /** Runs a plan. */
  public Run run(Plan plan) {
    return Run.of(this, plan, null, null);
  }

  /** Runs a plan; what is wrong with the run, as it came, if anything is. */
  public Optional<Counterexample> counterexample(Plan plan) {
    return Optional.ofNullable(judge(run(plan)));
  }

  @Nullable Counterexample judge(Run run) {
    Throwable thrown = run.thrown();
    if (thrown != null) {
      return Counterexample.found(this, run.plan(), "nothing throws", thrown.toString(), thrown);
    }
    for (Requirement requirement : requirements) {
      String wrong = requirement.broken(run);
      if (wrong != null) {
        return Counterexample.found(this, run.plan(), requirement.name(), wrong, null);
      }
    }
    return null;
  }

  /**
   * Runs a plan, for properties.
   *
   * @throws CounterexampleError if something is wrong with the run; not shrunk
   */
  public void check(Plan plan) {
    counterexample(plan)
        .ifPresent(
            found -> {
              throw new CounterexampleError(found);
            });
  }

  /**
   * Runs the plans of so many seeds, from {@code from} on.
   *
   * @return the first counterexample, shrunk; empty if there was none
   */
  public Optional<Counterexample> hunt(long from, long runs) {
    for (long seed = from; seed < from + runs; seed++) {
      Optional<Counterexample> found = counterexample(worlds.draw(seed));
      if (found.isPresent()) {
        return Optional.of(found.get().shrunk());
      }
    }
    return Optional.empty();
  }
}
