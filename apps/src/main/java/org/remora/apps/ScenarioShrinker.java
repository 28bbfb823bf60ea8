package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.remora.crash.ScriptedOmega;
import org.remora.sim.Choice;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/**
 * Makes a scenario that goes wrong smaller as long as it goes wrong. First its shape: fewer
 * adversarial events, faults, Byzantine processes, changes of leader and proposals, no latencies,
 * no torn registers. Then its schedule: what the adversary chose is written down event by event,
 * and events are left out, or happen later, until none can be [Zeller 2002, ddmin]. Deterministic,
 * and bounded in how much it runs.
 */
final class ScenarioShrinker {
  private static final int RUNS_MAX = 4_000;

  /** The most events of all runs together: a few seconds. */
  private static final long EVENTS_MAX = 20_000_000;

  private final Hunt hunt;
  private final boolean unsafe;
  private Scenario smallest;
  private int runs;
  private long events;

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
      shrinker.writeDown();
      shrinker.leaveOut();
    } while (!before.equals(shrinker.smallest) && !shrinker.isSpent());
    return shrinker.smallest;
  }

  private boolean isSpent() {
    return runs >= RUNS_MAX || events >= EVENTS_MAX;
  }

  /** Puts what the adversary chose in its place: the same execution. */
  private void writeDown() {
    if (smallest.adversarialEvents() > 0) {
      List<Choice> choices = new ArrayList<>();
      hunt.record(smallest, choices::add);
      if (!choices.isEmpty()) {
        attempt(smallest.withChoices(choices));
      }
    }
  }

  /** Leaves runs of events out of the order, from the end on, shorter and shorter ones. */
  private void leaveOut() {
    for (int length = Math.max(1, smallest.choices().size() / 2); length >= 1; length /= 2) {
      int end = smallest.choices().size();
      while (end > 0 && !isSpent()) {
        int begin = Math.max(0, end - length);
        if (!attempt(smallest.withChoices(later(smallest.choices(), begin, end)))) {
          attempt(smallest.withChoices(without(smallest.choices(), begin, end)));
        }
        end = Math.min(begin, smallest.choices().size());
      }
    }
  }

  /** What would have happened by these choices stays in flight, before what follows on its way. */
  private static List<Choice> later(List<Choice> choices, int begin, int end) {
    List<Choice> left = new ArrayList<>(choices);
    for (int i = end - 1; i >= begin; i--) {
      Choice out = left.remove(i);
      for (int j = i; j < left.size(); j++) {
        Choice other = left.get(j);
        if (other.way() == out.way() && other.rank() >= out.rank()) {
          left.set(j, other.withRank(other.rank() + 1));
        }
      }
    }
    return left;
  }

  /** The other choices as they stand: perhaps of other events. */
  private static List<Choice> without(List<Choice> choices, int begin, int end) {
    List<Choice> left = new ArrayList<>(choices);
    left.subList(begin, end).clear();
    return left;
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
    if (smaller.equals(smallest) || isSpent()) {
      return false;
    }
    runs++;
    Execution execution = hunt.run(smaller);
    events += execution.events();
    boolean wrong = unsafe ? !execution.unsafe().isEmpty() : !execution.violation().isEmpty();
    if (wrong) {
      smallest = smaller;
    }
    return wrong;
  }
}
