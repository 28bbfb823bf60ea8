package org.remora.crash;

import org.remora.memory.ProcessContext;
import org.remora.memory.ProcessSet;
import org.remora.memory.Value;

/**
 * Paxos over messages [Lamport 1998]: n ≥ 2·f_P + 1 processes, no memories, and a decision after 2
 * delays with a stable leader, which leaves phase 1 out in its very first ballot, else after 4.
 *
 * <pre>
 * ballot at p:
 *   phase 1 (unless this is p1's very first ballot):
 *     ask all acceptors to prepare;  wait for a majority of promises;  a rejection → give up
 *     current ← the value of the highest accepted proposal promised with, if there is one
 *   phase 2:
 *     ask all acceptors to accept current;  a rejection → give up
 *     wait for a majority to have accepted: decide current
 * </pre>
 */
final class Paxos extends SingleDecree {
  private final Acceptors acceptors;

  Paxos(ProcessContext process, Omega omega, Instance instance, SafetyRules rules) {
    super(process, omega, instance, rules);
    acceptors = new Acceptors(process, instance);
  }

  @Override
  void started() {
    acceptors.start();
  }

  @Override
  Attempt newAttempt(long proposal) {
    return new Ballot(proposal);
  }

  private final class Ballot extends Attempt implements Acceptors.Proposer {
    private final int quorum = rules.quorum(process.processes());

    /** Processes, not messages: who answers twice counts once. */
    private ProcessSet promised = ProcessSet.none();

    private ProcessSet accepted = ProcessSet.none();
    private Slot highest = Slot.NONE;
    private Value current = Value.BOTTOM;

    Ballot(long proposal) {
      super(proposal);
    }

    @Override
    public long proposal() {
      return proposal;
    }

    @Override
    void begin(boolean omitsPhase1) {
      if (omitsPhase1) {
        phase2(input());
      } else {
        acceptors.prepare(this);
      }
    }

    @Override
    public void promised(int from, Slot slot) {
      if (isOver() || !current.isBottom()) {
        return;
      }
      promised = promised.union(ProcessSet.of(from));
      if (slot.acceptedProposal() > highest.acceptedProposal()) {
        highest = slot;
      }
      if (promised.size() == quorum) {
        Value chosen = rules.choose(highest, input());
        if (chosen.isBottom()) {
          end();
        } else {
          phase2(chosen);
        }
      }
    }

    private void phase2(Value chosen) {
      current = chosen;
      highest = Slot.NONE;
      acceptors.accept(this, chosen);
    }

    @Override
    public void accepted(int from) {
      if (isOver()) {
        return;
      }
      accepted = accepted.union(ProcessSet.of(from));
      if (accepted.size() == quorum) {
        decide(current);
      }
    }

    @Override
    void forget() {
      promised = ProcessSet.none();
      accepted = ProcessSet.none();
      highest = Slot.NONE;
      current = Value.BOTTOM;
    }

    @Override
    public void rejected(long minProposal) {
      numbers.seen(minProposal);
      giveUp();
    }
  }
}
