package org.remora.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.remora.sim.SpaceTimeDiagram;
import org.remora.sim.TraceEvent;

/**
 * A plan under which something is wrong.
 *
 * @param trial whose it is
 * @param plan the plan
 * @param requirement the name of what is broken
 * @param wrong what is wrong
 * @param cause what was thrown, if that is what is wrong
 * @param drawn the plan that it was shrunk from; the same if it was not
 * @param minimal whether every {@linkplain #simpler simpler} plan was run and none breaks the same
 *     requirement
 * @param runs how many runs that took
 */
public record Counterexample(
    Trial trial,
    Plan plan,
    String requirement,
    String wrong,
    @Nullable Throwable cause,
    Plan drawn,
    boolean minimal,
    int runs) {
  /** The system property that names a plan to run again. */
  public static final String PLAN_PROPERTY = "remora.plan";

  /** Checks for null. */
  public Counterexample {
    Objects.requireNonNull(trial);
    Objects.requireNonNull(plan);
    Objects.requireNonNull(requirement);
    Objects.requireNonNull(wrong);
    Objects.requireNonNull(drawn);
  }

  static Counterexample found(
      Trial trial, Plan plan, String requirement, String wrong, @Nullable Throwable cause) {
    return new Counterexample(trial, plan, requirement, wrong, cause, plan, false, 0);
  }

  /**
   * A counterexample to the same requirement from which nothing can be left out, if so many runs as
   * the trial allows for it suffice.
   */
  public Counterexample shrunk() {
    return new Shrinker(this).shrink();
  }

  /**
   * The plans that are one step simpler, with the same seed: one fault less, a crash earlier, one
   * Byzantine process less or with a simpler behaviour, a process or memory less, simpler flights,
   * half of the adversary, one choice of the order less (what it chose happens in its time) or of
   * an event due earlier. Only those that are in the trial's worlds.
   */
  public List<Plan> simpler() {
    return Simpler.than(plan, trial.worlds());
  }

  /** For people: what is wrong, under which plan, and how to see it again. */
  public String report() {
    String found =
        requirement
            + " is broken: "
            + wrong
            + "\n  under  "
            + plan
            + "\n  again  -D"
            + PLAN_PROPERTY
            + "='"
            + plan
            + "'";
    if (drawn.equals(plan) && runs == 0) {
      return found;
    }
    return found
        + "\n  drawn  "
        + drawn
        + (minimal ? "\n  minimal: nothing can be left out" : "\n  perhaps not minimal: gave up")
        + " ("
        + runs
        + " runs)";
  }

  /** What happens under the plan. */
  public List<TraceEvent> trace() {
    List<TraceEvent> trace = new ArrayList<>();
    Run.of(trial, plan, null, trace::add);
    return trace;
  }

  /** What happens under the plan, as a space-time diagram in SVG. */
  public String diagram() {
    return SpaceTimeDiagram.render(
        requirement + " is broken: " + plan, plan.processes(), plan.memories(), trace());
  }

  @Override
  public String toString() {
    return report();
  }
}
