package org.remora.crash;

import java.util.SortedMap;
import java.util.TreeMap;
import org.remora.memory.Lane;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/**
 * Protected Memory Paxos [ABGMZ19, section 5.1]: n ≥ f_P + 1 processes, m ≥ 2·f_M + 1 memories, and
 * a decision after 2 delays in the common case.
 *
 * <pre>
 * attempt at p:
 *   unless this is p1's very first:
 *     on every memory in parallel:
 *       change the permission: sole writer p
 *       write slot[p] = (proposal, –, ⊥)                 nak → give up
 *       read slot[q] for every q
 *     wait until a majority finished all three
 *     a slot with minProposal > proposal                 → give up
 *     current ← the value of the highest accepted proposal read, if there is one
 *   on every memory in parallel: write slot[p] = (proposal, proposal, current)   nak → give up
 *   wait for a majority of acks: decide current
 * </pre>
 *
 * <p>Why the leader needs no read after its last write: to have a rival is to have lost the
 * permission, and then the write naks. Say p's write at proposal b was acknowledged by a majority,
 * and let q begin phase 1 with b' > b. The two majorities share a memory. There p wrote before q
 * took the permission, else p had been refused; so q, which reads after it took it, finds (b, b, v)
 * in p's slot or a value accepted under a number between, which by induction is v too.
 *
 * <p>Phase 2 runs at a memory only after phase 1 has ended there, at those beyond the first
 * majority as well, and a higher number read there ends the attempt like any other.
 */
final class ProtectedMemoryPaxos extends SingleDecree {
  private final ProtectedSlots slots;

  ProtectedMemoryPaxos(ProcessContext process, Omega omega, Instance instance, SafetyRules rules) {
    super(process, omega, instance, rules);
    slots = new ProtectedSlots(process, instance);
  }

  @Override
  Attempt newAttempt(long proposal) {
    return new MemoryAttempt(proposal);
  }

  private final class MemoryAttempt extends Attempt {
    private final int quorum = rules.quorum(process.memories());

    /** The lanes where phase 1 has ended, by memory. */
    private final SortedMap<Integer, Lane> prepared = new TreeMap<>();

    private Slot highest = Slot.NONE;
    private Value current = Value.BOTTOM;
    private int acks;

    MemoryAttempt(long proposal) {
      super(proposal);
    }

    @Override
    void begin(boolean omitsPhase1) {
      if (omitsPhase1) {
        current = input();
        lanes().forEach(each -> each.begin(this::accept));
      } else {
        lanes().forEach(each -> each.begin(this::prepare));
      }
    }

    private void prepare(Lane lane) {
      Runnable write = () -> announce(lane, () -> read(lane, () -> prepared(lane)));
      if (rules.takesPermissionBeforeReading()) {
        slots.takePermission(lane, unlessOver(write));
      } else {
        read(
            lane,
            () ->
                slots.takePermission(lane, unlessOver(() -> announce(lane, () -> prepared(lane)))));
      }
    }

    private void announce(Lane lane, Runnable then) {
      slots.write(lane, Slot.promised(proposal), unlessOver(then), this::giveUp);
    }

    private void read(Lane lane, Runnable then) {
      slots.read(
          lane,
          read -> {
            if (isOver() || read.stream().anyMatch(slot -> isOutrunBy(slot.minProposal()))) {
              return;
            }
            Slot found = Slot.highest(read);
            if (current.isBottom() && found.acceptedProposal() > highest.acceptedProposal()) {
              highest = found;
            }
            then.run();
          },
          this::giveUp);
    }

    private void prepared(Lane lane) {
      if (!current.isBottom()) {
        if (rules.acceptsOnlyWherePrepared()) {
          accept(lane);
        }
        return;
      }
      prepared.put(lane.number(), lane);
      if (prepared.size() < quorum) {
        return;
      }
      current = rules.choose(highest, input());
      if (current.isBottom()) {
        end();
      } else if (rules.acceptsOnlyWherePrepared()) {
        prepared.values().forEach(this::accept);
      } else {
        lanes()
            .forEach(each -> each.begin(l -> slots.takePermission(l, unlessOver(() -> accept(l)))));
      }
      // What follows depends on neither any more.
      prepared.clear();
      highest = Slot.NONE;
    }

    private void accept(Lane lane) {
      slots.write(
          lane,
          Slot.accepted(proposal, current),
          unlessOver(
              () -> {
                if (++acks == quorum) {
                  decide(current);
                }
              }),
          this::giveUp);
    }

    @Override
    void forget() {
      prepared.clear();
      highest = Slot.NONE;
      current = Value.BOTTOM;
      acks = 0;
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
