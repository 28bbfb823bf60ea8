package org.remora.memory;

/**
 * A register that one process overwrites and others rely on, on memories that may tear: there a
 * register reads as ⊥ while it is overwritten, or for good ({@link FramedMemory}), and what was
 * acknowledged must not be gone meanwhile. So a slot is {@value #REGISTERS} registers of the
 * region, those of process p at 2(p − 1) and after it, which their owner writes in turn; whoever
 * reads takes the newer content of the two.
 *
 * <p>Used on the event loop only.
 */
public final class OwnSlot {
  /** The registers of one slot. */
  public static final int REGISTERS = 2;

  private final Region region;
  private final int self;

  /** Which of the two to write next on each memory: never the one last acknowledged there. */
  private final int[] next;

  /** The slot of {@code process} in a region of {@value #REGISTERS} registers for each process. */
  public OwnSlot(ProcessContext process, Region region) {
    this.region = region;
    self = process.self();
    next = new int[process.memories() + 1];
  }

  /** Writes the slot at the memory of {@code lane}, as {@link Lane#write}. */
  public void write(Lane lane, Value value, Memory.Completion completion) {
    int memory = lane.number();
    lane.write(
        region,
        REGISTERS * (self - 1) + next[memory],
        value,
        outcome -> {
          // A completion that the lane drops has been counted by nobody: then the same register
          // may be written again.
          if (outcome == Outcome.ACK) {
            next[memory] = 1 - next[memory];
          }
          completion.completed(outcome);
        });
  }
}
