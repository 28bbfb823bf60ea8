package org.remora.crash;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Lane;
import org.remora.memory.LegalChange;
import org.remora.memory.Outcome;
import org.remora.memory.OwnSlot;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * Disk Paxos [GL03]: n ≥ f_P + 1 processes, m ≥ 2·f_M + 1 memories with static permissions, and a
 * decision after 4 delays in the common case.
 *
 * <pre>
 * ballot at p; its block (mbal, bal, inp) is written only by p:
 *   phase 1 (unless this is p1's very first ballot):
 *     on every memory: write the own block with the new mbal, then read every block
 *     wait for a majority of memories; a block with a higher mbal → give up
 *     inp ← that of the block with the highest bal, if there is one;  bal ← mbal
 *   phase 2:
 *     on every memory: write the own block, then read every block
 *     wait for a majority of memories; a block with a higher mbal → give up
 *     decide inp
 * </pre>
 *
 * <p>Of two ballots, at a memory that both ask, one writes its mbal before the other reads: whoever
 * reads second sees the rival, and the lower gives up or the higher adopts. The read after the
 * write in phase 2 is what Protected Memory Paxos replaces by a permission.
 */
final class DiskPaxos extends SingleDecree {
  private final Region region;

  /**
   * Where this process's blocks go. A rival that finds neither the old block nor the new, while one
   * overwrites the other, would take the ballot for one that never began.
   */
  private final OwnSlot ownSlot;

  /** The block that this process wrote last: bal and inp stay from ballot to ballot. */
  private Slot own = Slot.NONE;

  DiskPaxos(ProcessContext process, Omega omega, Instance instance, SafetyRules rules) {
    super(process, omega, instance, rules);
    region = region(instance, process.processes());
    ownSlot = new OwnSlot(process, region);
  }

  /** The region that every memory holds: a slot for the block of each process, open to all. */
  static Region region(Instance instance, int processes) {
    return Region.of(
            instance.region(),
            "blocks",
            OwnSlot.REGISTERS * processes,
            Slot.bytes(instance.valueBytes()),
            Permission.open(processes),
            LegalChange.NEVER)
        .withNotation(register -> Slot.decode(register).toString());
  }

  @Override
  Attempt newAttempt(long proposal) {
    return new Ballot(proposal);
  }

  private final class Ballot extends Attempt {
    private Slot highest = own;

    /** The newest phase: whatever still arrives for an earlier one can only end the ballot. */
    private @Nullable Phase phase;

    Ballot(long proposal) {
      super(proposal);
    }

    @Override
    void begin(boolean omitsPhase1) {
      if (omitsPhase1) {
        phase2(input());
      } else {
        own = new Slot(proposal, own.acceptedProposal(), own.value());
        begin(new Phase(true, this::endPhase1));
      }
    }

    private void begin(Phase next) {
      phase = next;
      next.begin();
    }

    private void endPhase1() {
      Value current = rules.choose(highest, input());
      highest = Slot.NONE;
      if (current.isBottom()) {
        end();
      } else {
        phase2(current);
      }
    }

    private void phase2(Value current) {
      own = Slot.accepted(proposal, current);
      begin(new Phase(rules.readsInPhase2(), () -> decide(current)));
    }

    @Override
    void forget() {
      highest = Slot.NONE;
      phase = null;
    }

    /** Writes the own block to every memory and reads the others there, at a majority. */
    private final class Phase {
      private final Value block = own.encode();
      private final boolean reads;
      private final Runnable end;
      private int finished;

      Phase(boolean reads, Runnable end) {
        this.reads = reads;
        this.end = end;
      }

      void begin() {
        // At a memory that is still at phase 1, phase 2 begins when the operation there has ended.
        lanes().forEach(each -> each.begin(this::write));
      }

      private void write(Lane lane) {
        ownSlot.write(
            lane,
            block,
            outcome -> {
              if (!isOver()) {
                if (reads) {
                  read(lane);
                } else {
                  finished(Slot.NONE);
                }
              }
            });
      }

      private void read(Lane lane) {
        lane.readRange(
            region,
            0,
            OwnSlot.REGISTERS * process.processes(),
            (outcome, registers) -> {
              if (isOver() || outcome != Outcome.ACK) {
                return;
              }
              List<Slot> blocks = registers.stream().map(Slot::decode).toList();
              if (blocks.stream().noneMatch(block -> isOutrunBy(block.minProposal()))) {
                finished(Slot.highest(blocks));
              }
            });
      }

      private void finished(Slot found) {
        if (phase != this) {
          return;
        }
        if (found.acceptedProposal() > highest.acceptedProposal()) {
          highest = found;
        }
        if (++finished == rules.quorum(process.memories())) {
          finished = 0;
          end.run();
        }
      }
    }
  }
}
