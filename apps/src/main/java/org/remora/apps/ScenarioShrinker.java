package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.remora.crash.ScriptedOmega;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/**
 * Makes a scenario that goes wrong smaller as long as it goes wrong: fewer adversarial events,
 * faults, Byzantine processes, changes of leader and proposals, no latencies, no torn registers.
 * Deterministic, and bounded in how much it runs.
 */
final class ScenarioShrinker {
  private static final int RUNS_MAX = 2_000;

  private final Hunt hunt;
  private final boolean unsafe;
  private Scenario smallest;
  private int runs;

  private ScenarioShrinker(Hunt hunt, Scenario failing) {
    this.hunt = hunt;
    smallest = failing;
    unsafe = !hunt.run(failing).unsafe().isEmpty();
  }

  /** What remains of a scenario that goes wrong, in the same way: unsafe, or stuck. */
  static Scenario shrink(Hunt hunt, Scenario failing) {
    ScenarioShrinker shrinker = new ScenarioShrinker(hunt, failing);
    Scenario before;
    do {
      before = shrinker.smallest;
      shrinker.pass();
    } while (!before.equals(shrinker.smallest) && shrinker.runs < RUNS_MAX);
    return shrinker.smallest;
  }

  private void pass() {
    fewerAdversarialEvents();
    dropFaults();
    dropByzantine();
    dropChanges();
    simplifyProposals();
    attempt(smallest.with(LatencyKind.CONSTANT));
    attempt(smallest.with(SimWorld.Tearing.NONE));
  }

  /** What happens until then is the same, so fewer are found by halving the step. */
  private void fewerAdversarialEvents() {
    for (int step = smallest.adversarialEvents(); step > 0; step /= 2) {
      while (smallest.adversarialEvents() >= step
          && attempt(smallest.withAdversarial(smallest.adversarialEvents() - step))) {}
    }
  }

  private void dropFaults() {
    for (int i = smallest.faults().size() - 1; i >= 0; i--) {
      List<Fault> fewer = new ArrayList<>(smallest.faults());
      fewer.remove(i);
      attempt(smallest.withFaults(fewer));
    }
  }

  private void dropByzantine() {
    for (int process : List.copyOf(smallest.byzantine().keySet())) {
      NavigableMap<Integer, AgreeBehaviour> fewer = new TreeMap<>(smallest.byzantine());
      fewer.remove(process);
      attempt(smallest.withByzantine(fewer));
    }
  }

  /** The last one stays: somebody must lead for ever for a decision to be due. */
  private void dropChanges() {
    for (int p = 0; p < smallest.omegas().size(); p++) {
      for (int i = smallest.omegas().get(p).size() - 2; i >= 0; i--) {
        List<List<ScriptedOmega.Change>> fewer = new ArrayList<>(smallest.omegas());
        List<ScriptedOmega.Change> changes = new ArrayList<>(fewer.get(p));
        changes.remove(i);
        fewer.set(p, changes);
        attempt(smallest.withOmegas(fewer));
      }
    }
  }

  /** At once, and none if it is not because of them that something would be decided. */
  private void simplifyProposals() {
    for (int p = 0; p < smallest.proposals().size(); p++) {
      Scenario.Proposal proposal = smallest.proposals().get(p);
      if (!proposal.value().isBottom()) {
        replace(p, new Scenario.Proposal(proposal.value(), 0, proposal.priority()));
        if (unsafe) {
          replace(p, Scenario.Proposal.NONE);
        }
      }
    }
  }

  private void replace(int index, Scenario.Proposal proposal) {
    List<Scenario.Proposal> others = new ArrayList<>(smallest.proposals());
    others.set(index, proposal);
    attempt(smallest.withProposals(others));
  }

  /** Whether a scenario goes wrong as well; if so, it is the smallest now. */
  private boolean attempt(Scenario smaller) {
    if (smaller.equals(smallest) || runs >= RUNS_MAX) {
      return false;
    }
    runs++;
    Execution execution = hunt.run(smaller);
    boolean wrong = unsafe ? !execution.unsafe().isEmpty() : !execution.violation().isEmpty();
    if (wrong) {
      smallest = smaller;
    }
    return wrong;
  }
}
