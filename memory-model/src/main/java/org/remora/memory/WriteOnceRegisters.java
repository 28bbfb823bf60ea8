package org.remora.memory;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Registers that are each written once, by a process that may be Byzantine, and kept on a majority
 * of memories that crash (m ≥ 2·f_M + 1) [ABGMZ19, section 4.1].
 *
 * <p>A Byzantine writer may put different values on different memories, or overwrite. A read
 * returns v if v is the only value besides ⊥ that a majority answered, and ⊥ otherwise. For a
 * correct writer that is a regular register: a read that begins after the write has ended returns
 * its value, since any two majorities share a memory; a read during the write returns it or ⊥.
 * Different readers of a Byzantine writer's register may read different values.
 *
 * <p>A region must be defined at every memory. Used on the event loop only.
 */
public final class WriteOnceRegisters {
  private final List<Memory> memories;
  private final int majority;

  /** The write-once registers as {@code process} reaches them. */
  public WriteOnceRegisters(ProcessContext process) {
    IntFunction<Memory> memory = process::memory;
    memories = IntStream.rangeClosed(1, process.memories()).mapToObj(memory).toList();
    majority = Quorum.majority(memories.size());
  }

  /**
   * Writes a register; a correct process does so once. Completes with ACK when a majority
   * acknowledged, with NAK at the first refusal before that.
   */
  public void write(Region region, int register, Value value, Memory.Completion completion) {
    Write write = new Write(region, register, value, completion);
    memories.forEach(write::submit);
  }

  /**
   * Reads a register. Completes with ACK and a value or ⊥ when a majority answered, with NAK at the
   * first refusal before that.
   */
  public void read(Region region, int register, Memory.ReadCompletion completion) {
    Read read = new Read(region, register, completion);
    memories.forEach(read::submit);
  }

  /** A write in progress. */
  private final class Write {
    private final Region region;
    private final int register;
    private final Value value;
    private final Memory.Completion completion;
    private int acks;
    private boolean ended;

    Write(Region region, int register, Value value, Memory.Completion completion) {
      this.region = region;
      this.register = register;
      this.value = value;
      this.completion = completion;
    }

    void submit(Memory memory) {
      memory.write(region, register, value, outcome -> answered(memory, outcome));
    }

    private void answered(Memory memory, Outcome outcome) {
      if (ended) {
        return;
      }
      switch (outcome) {
        case ACK -> acks++;
        case NAK -> ended = true;
        // The same value once more: repeating a write-once write is harmless.
        case UNKNOWN -> submit(memory);
      }
      if (acks == majority) {
        ended = true;
      }
      if (ended) {
        completion.completed(outcome);
      }
    }
  }

  /** A read in progress. */
  private final class Read {
    private final Region region;
    private final int register;
    private final Memory.ReadCompletion completion;
    private int answers;
    private @Nullable Value only;
    private boolean contradicted;
    private boolean ended;

    Read(Region region, int register, Memory.ReadCompletion completion) {
      this.region = region;
      this.register = register;
      this.completion = completion;
    }

    void submit(Memory memory) {
      memory.read(region, register, (outcome, value) -> answered(memory, outcome, value));
    }

    private void answered(Memory memory, Outcome outcome, Value value) {
      if (ended) {
        return;
      }
      switch (outcome) {
        case ACK -> count(value);
        case NAK -> {
          ended = true;
          completion.completed(Outcome.NAK, Value.BOTTOM);
        }
        case UNKNOWN -> submit(memory);
      }
    }

    private void count(Value value) {
      answers++;
      if (!value.isBottom()) {
        contradicted |= only != null && !only.equals(value);
        only = value;
      }
      if (answers == majority) {
        ended = true;
        completion.completed(Outcome.ACK, only == null || contradicted ? Value.BOTTOM : only);
      }
    }
  }
}
