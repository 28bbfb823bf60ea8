package org.remora.crash.log;

import org.remora.memory.LegalChange;
import org.remora.memory.OwnSlot;
import org.remora.memory.Permission;
import org.remora.memory.Region;

/**
 * The registers of the log's region at every memory. All read, exactly one process writes, and any
 * process may make itself that one.
 *
 * <pre>
 *   0        2                2n      2n + 2              2n + 2S
 *   +--------+--------+-------+--------+--------+---------+
 *   | p1's   | p2's   |  ...  | A    B | A    B |  ...    |
 *   | slot   | slot   |       | pos. 0 | pos. 1 |         |
 *   +--------+--------+-------+--------+--------+---------+
 * </pre>
 *
 * <p>A slot is two registers that its owner writes in turn; a position of the ring is two registers
 * so that the same index can be written again, under a higher proposal, without touching what it
 * holds: on a memory that tears, a write that is cut off leaves its register torn for good. Index i
 * lies at position i mod S.
 */
final class Layout {
  final Region region;
  final int positions;
  private final int slots;

  Layout(LogSettings settings, int processes) {
    positions = settings.positions();
    slots = OwnSlot.REGISTERS * processes;
    region =
        Region.of(
                settings.id(),
                "log",
                slots + 2 * positions,
                Math.max(Promise.BYTES, Entry.HEADER_BYTES + settings.entryBytes()),
                Permission.soleWriter(1, processes),
                new LegalChange.SoleWriterForOneself(processes))
            .withNotation(
                value -> {
                  Promise promise = Promise.decode(value);
                  Entry entry = Entry.decode(value);
                  return String.valueOf(promise != null ? promise : entry);
                });
  }

  int slotRegisters() {
    return slots;
  }

  /** The first of the two registers of a process's slot. */
  int slotOf(int process) {
    return OwnSlot.REGISTERS * (process - 1);
  }

  int position(long index) {
    return (int) (index % positions);
  }

  /** Register A of an index; B is the next. */
  int registerOf(long index) {
    return slots + 2 * position(index);
  }

  /** How many entries from {@code index} on lie in a row, at most {@code max}. */
  int inARow(long index, int max) {
    return Math.min(max, positions - position(index));
  }
}
