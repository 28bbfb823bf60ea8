package org.remora.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.remora.sim.Choice;

/**
 * Makes a counterexample smaller, in three steps. First the shape, while an adversary still orders
 * the events: a plan that is simpler in one respect is tried with the same seed and a few others.
 * Then the order: what the adversary chose is written down, and choices are left out as long as the
 * same requirement breaks [Zeller 2002, ddmin]. At last every simpler plan once more, until none of
 * them breaks it.
 */
final class Shrinker {
  /** How many other seeds a simpler shape is tried with. */
  private static final int OTHER_SEEDS = 100;

  /** The most events of all runs together: half a minute or so. */
  private static final long EVENTS_MAX = 50_000_000;

  private final Trial trial;
  private final Counterexample found;
  private final int runsMax;
  private Counterexample best;
  private int runs;
  private long events;

  Shrinker(Counterexample found) {
    this.found = found;
    trial = found.trial();
    runsMax = trial.shrinkRunsMax();
    best = found;
  }

  Counterexample shrink() {
    simplify(true);
    writeDown();
    leaveOut();
    while (foundShorter()) {
      writeDown();
      leaveOut();
    }
    boolean minimal = simplify(false);
    return new Counterexample(
        trial,
        best.plan(),
        best.requirement(),
        best.wrong(),
        best.cause(),
        found.drawn(),
        minimal,
        runs);
  }

  /** Takes simpler plans until none fails; false if that took too many runs. */
  private boolean simplify(boolean withOtherSeeds) {
    SplittableRandom seeds = new SplittableRandom(best.plan().seed());
    for (boolean simplified = true; simplified; ) {
      simplified = false;
      for (Plan simpler : Simpler.than(best.plan(), trial.worlds())) {
        if (exhausted()) {
          return false;
        }
        if (fails(simpler) || (withOtherSeeds && failsWithAnotherSeed(simpler, seeds))) {
          simplified = true;
          break;
        }
      }
    }
    return true;
  }

  private boolean failsWithAnotherSeed(Plan plan, SplittableRandom seeds) {
    // An order that is written down says more than what some other seed draws.
    boolean sameShape = plan.withOrder(best.plan().order()).equals(best.plan());
    for (int i = 0; !sameShape && i < OTHER_SEEDS && runs < runsMax / 2 && !exhausted(); i++) {
      if (fails(plan.withSeed(seeds.nextLong(1_000_000_000)))) {
        return true;
      }
    }
    return false;
  }

  /** Replaces the adversary by what it chose. */
  private void writeDown() {
    if (best.plan().order() instanceof Order.Adversarial) {
      List<Choice> choices = new ArrayList<>();
      Run.of(trial, best.plan(), choices::add, null);
      fails(best.plan().withOrder(Order.of(choices)));
    }
  }

  /** Leaves out runs of choices, from the end on, shorter and shorter ones. */
  private void leaveOut() {
    if (!(best.plan().order() instanceof Order.Chosen chosen)) {
      return;
    }
    for (int length = Math.max(1, chosen.choices().size() / 2); length >= 1; length /= 2) {
      int end = choices().size();
      while (end > 0 && !exhausted()) {
        int begin = Math.max(0, end - length);
        List<Choice> choices = choices();
        boolean left = fails(best.plan().withOrder(Order.of(Simpler.later(choices, begin, end))));
        if (!left && !exhausted()) {
          fails(best.plan().withOrder(Order.of(Simpler.without(choices, begin, end))));
        }
        end = begin;
      }
    }
  }

  /** Whether an adversary of some seed breaks it in fewer events than there are choices. */
  private boolean foundShorter() {
    Plan plan = best.plan();
    int length = choices().size();
    SplittableRandom seeds = new SplittableRandom(plan.seed());
    for (int i = 0; length > 4 && i < 5 * OTHER_SEEDS && runs < 3L * runsMax / 4; i++) {
      Order shorter = Order.adversarial(length / 2 + seeds.nextInt(length / 2));
      if (exhausted() || fails(plan.withOrder(shorter).withSeed(seeds.nextLong(1_000_000_000)))) {
        return !exhausted();
      }
    }
    return false;
  }

  private List<Choice> choices() {
    return best.plan().order() instanceof Order.Chosen chosen ? chosen.choices() : List.of();
  }

  private boolean exhausted() {
    return runs >= runsMax || events >= EVENTS_MAX;
  }

  /** Whether a plan breaks the same requirement; then it is the best so far. */
  private boolean fails(Plan plan) {
    Run run = trial.run(plan);
    runs++;
    events += run.world().events();
    Counterexample other = trial.judge(run);
    if (other == null || !other.requirement().equals(found.requirement())) {
      return false;
    }
    best = other;
    return true;
  }
}
