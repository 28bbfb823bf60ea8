package org.remora.crash;

import java.util.SortedMap;
import java.util.TreeMap;
import org.remora.memory.Lane;
import org.remora.memory.ProcessContext;
import org.remora.memory.ProcessSet;
import org.remora.memory.Value;

/**
 * Aligned Paxos [ABGMZ19, section 5.2]: processes and memories are agents alike, and a decision
 * needs a majority of all n + m of them, in any mix: it outlives all memories with most processes,
 * or most processes with most memories. 2 delays in the common case.
 *
 * <pre>
 * attempt at p:
 *   phase 1 (unless this is p1's very first attempt):
 *     ask every process agent to prepare;  at every memory agent in parallel:
 *       change the permission: sole writer p;  write slot[p] = (proposal, –, ⊥);  read every slot
 *     wait for a majority of all agents;  a rejection, a nak or a higher minProposal → give up
 *     current ← the value of the highest accepted proposal found, if there is one
 *   phase 2:
 *     ask every process agent to accept current;  at every memory agent that finished phase 1:
 *       write slot[p] = (proposal, proposal, current)
 *     a rejection or a nak → give up;  a majority of all agents accepted: decide current
 * </pre>
 *
 * <p>Two majorities share an agent. If it is a process, its acceptor keeps the promise; if it is a
 * memory, the argument of {@link ProtectedMemoryPaxos} holds at it. Numbers are unique across both.
 */
final class AlignedPaxos extends SingleDecree {
  private final Acceptors acceptors;
  private final ProtectedSlots slots;

  AlignedPaxos(ProcessContext process, Omega omega, Instance instance, SafetyRules rules) {
    super(process, omega, instance, rules);
    acceptors = new Acceptors(process, instance);
    slots = new ProtectedSlots(process, instance);
  }

  @Override
  void started() {
    acceptors.start();
  }

  @Override
  Attempt newAttempt(long proposal) {
    return new AgentsAttempt(proposal);
  }

  private final class AgentsAttempt extends Attempt implements Acceptors.Proposer {
    private final int quorum = rules.quorum(process.processes() + process.memories());

    private ProcessSet promised = ProcessSet.none();

    /** The lanes where phase 1 has ended, by memory. */
    private final SortedMap<Integer, Lane> prepared = new TreeMap<>();

    private Slot highest = Slot.NONE;

    /** ⊥ until phase 2 has begun. */
    private Value current = Value.BOTTOM;

    private ProcessSet accepted = ProcessSet.none();
    private int acks;

    AgentsAttempt(long proposal) {
      super(proposal);
    }

    @Override
    public long proposal() {
      return proposal;
    }

    @Override
    void begin(boolean omitsPhase1) {
      if (omitsPhase1) {
        current = input();
        lanes().forEach(each -> each.begin(this::accept));
        acceptors.accept(this, current);
      } else {
        lanes().forEach(each -> each.begin(this::prepare));
        acceptors.prepare(this);
      }
    }

    private void prepare(Lane lane) {
      if (rules.takesPermissionBeforeReading()) {
        takePermission(lane, () -> announce(lane, () -> read(lane, () -> prepared(lane))));
      } else {
        read(lane, () -> takePermission(lane, () -> announce(lane, () -> prepared(lane))));
      }
    }

    private void takePermission(Lane lane, Runnable then) {
      slots.takePermission(lane, unlessOver(then));
    }

    private void announce(Lane lane, Runnable then) {
      slots.write(lane, Slot.promised(proposal), unlessOver(then), this::giveUp);
    }

    private void read(Lane lane, Runnable then) {
      slots.read(
          lane,
          read -> {
            if (!isOver() && read.stream().noneMatch(slot -> isOutrunBy(slot.minProposal()))) {
              found(Slot.highest(read));
              then.run();
            }
          },
          this::giveUp);
    }

    private void prepared(Lane lane) {
      if (current.isBottom()) {
        prepared.put(lane.number(), lane);
        choose();
      } else if (rules.acceptsOnlyWherePrepared()) {
        accept(lane);
      }
    }

    @Override
    public void promised(int from, Slot slot) {
      if (!isOver() && current.isBottom()) {
        promised = promised.union(ProcessSet.of(from));
        found(slot);
        choose();
      }
    }

    private void found(Slot slot) {
      if (current.isBottom() && slot.acceptedProposal() > highest.acceptedProposal()) {
        highest = slot;
      }
    }

    private void choose() {
      if (promised.size() + prepared.size() < quorum) {
        return;
      }
      current = rules.choose(highest, input());
      if (current.isBottom()) {
        end();
        return;
      }
      if (rules.acceptsOnlyWherePrepared()) {
        prepared.values().forEach(this::accept);
      } else {
        lanes().forEach(each -> each.begin(lane -> takePermission(lane, () -> accept(lane))));
      }
      // What follows depends on none of these any more.
      prepared.clear();
      promised = ProcessSet.none();
      highest = Slot.NONE;
      acceptors.accept(this, current);
    }

    private void accept(Lane lane) {
      slots.write(
          lane,
          Slot.accepted(proposal, current),
          unlessOver(
              () -> {
                acks++;
                decideOnQuorum();
              }),
          this::giveUp);
    }

    @Override
    public void accepted(int from) {
      if (!isOver()) {
        accepted = accepted.union(ProcessSet.of(from));
        decideOnQuorum();
      }
    }

    @Override
    void forget() {
      prepared.clear();
      promised = ProcessSet.none();
      highest = Slot.NONE;
      current = Value.BOTTOM;
      accepted = ProcessSet.none();
      acks = 0;
    }

    private void decideOnQuorum() {
      if (accepted.size() + acks >= quorum) {
        decide(current);
      }
    }

    @Override
    public void rejected(long minProposal) {
      numbers.seen(minProposal);
      giveUp();
    }

    private Runnable unlessOver(Runnable step) {
      return () -> {
        if (!isOver()) {
          step.run();
        }
      };
    }
  }
}
