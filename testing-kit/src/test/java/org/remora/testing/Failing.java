package org.remora.testing;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Tests that fail, which {@link ReportingTest} runs. */
final class Failing {
  static final Trial TRIAL =
      Trial.of(() -> new Echo(true))
          .worlds(Worlds.of(3, 0).processes(2, 5).crashes(Worlds.allButOne()))
          .require(Requirement.termination());

  private Failing() {}

  static class OverSeeds {
    @TrialTest(runs = 200, diagrams = "target/diagrams")
    void terminates(Trials trials) {
      trials.check(TRIAL);
    }
  }

  static class OneSeed {
    @TrialTest(seed = 4)
    void terminates(Trials trials) {
      trials.check(TRIAL);
    }
  }

  static class OverPlans {
    @Property(tries = 200)
    @AddLifecycleHook(MinimalCounterexample.class)
    void terminates(@ForAll("plans") Plan plan) {
      TRIAL.check(plan);
    }

    @Provide
    Arbitrary<Plan> plans() {
      return Plans.in(TRIAL.worlds());
    }
  }
}
