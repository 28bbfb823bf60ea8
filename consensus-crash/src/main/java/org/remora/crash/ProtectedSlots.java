package org.remora.crash;

import java.util.List;
import java.util.function.Consumer;
import org.remora.memory.Lane;
import org.remora.memory.LegalChange;
import org.remora.memory.Outcome;
import org.remora.memory.OwnSlot;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;

/**
 * The steps of Protected Memory Paxos at one memory [ABGMZ19, algorithm 6]: the memory as an
 * acceptor. Its region holds a slot per process; everyone reads it, exactly one process writes, and
 * any process may make itself that one.
 *
 * <p>A slot is two registers written in turn ({@link OwnSlot}): on a memory that tears, a write
 * that a revocation cuts off must not take the number with it that the slot promised before. A
 * rival with a lower number would pass by unseen. What a slot accepted under an earlier number may
 * stay readable beside its newest content; to adopt it is safe, as any accepted value is.
 */
final class ProtectedSlots {
  private final int self;
  private final int processes;
  private final Region region;
  private final OwnSlot own;

  ProtectedSlots(ProcessContext process, Instance instance) {
    self = process.self();
    processes = process.processes();
    region = region(instance, processes);
    own = new OwnSlot(process, region);
  }

  /** The region that every memory holds; process 1 is its first writer. */
  static Region region(Instance instance, int processes) {
    return Region.of(
            instance.region(),
            "slots",
            OwnSlot.REGISTERS * processes,
            Slot.bytes(instance.valueBytes()),
            Permission.soleWriter(1, processes),
            new LegalChange.SoleWriterForOneself(processes))
        .withNotation(register -> Slot.decode(register).toString());
  }

  /** Makes this process the sole writer. */
  void takePermission(Lane lane, Runnable taken) {
    // The policy grants it to everyone, so there is no nak to handle.
    lane.changePermission(region, Permission.soleWriter(self, processes), outcome -> taken.run());
  }

  /** Writes the own slot; a nak means that a rival has taken the permission. */
  void write(Lane lane, Slot slot, Runnable written, Runnable refused) {
    own.write(lane, slot.encode(), outcome -> (outcome == Outcome.ACK ? written : refused).run());
  }

  /** Reads the slots of all processes, in one operation. */
  void read(Lane lane, Consumer<List<Slot>> read, Runnable refused) {
    lane.readRange(
        region,
        0,
        OwnSlot.REGISTERS * processes,
        (outcome, slots) -> {
          if (outcome == Outcome.ACK) {
            read.accept(slots.stream().map(Slot::decode).toList());
          } else {
            // Everyone may read, so the region is not there at all; but slots that were not read
            // must never pass for empty ones.
            refused.run();
          }
        });
  }
}
