package org.remora.byzantine.adversary;

import org.jspecify.annotations.Nullable;
import org.remora.memory.ForwardingMemory;
import org.remora.memory.ForwardingProcess;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Signer;
import org.remora.memory.Value;

/**
 * A process whose writes and signatures are tampered with on the way: what runs on it is correct,
 * and what the others see is not. Used on the event loop only.
 */
public final class TamperedProcess extends ForwardingProcess {
  private final Tampering tampering;

  /** A process like {@code process}, but for the tampering. */
  public TamperedProcess(ProcessContext process, Tampering tampering) {
    super(process);
    this.tampering = tampering;
  }

  /** What is done to the operations of the process. */
  public interface Tampering {
    /**
     * What is written in place of {@code value}; null writes nothing, and the program is told that
     * it was written.
     */
    default @Nullable Value write(int memory, Region region, int register, Value value) {
      return value;
    }

    /** What the process signs and verifies with in place of {@code honest}. */
    default Signer signer(Signer honest) {
      return honest;
    }
  }

  @Override
  public Memory memory(int number) {
    return new TamperedMemory(process.memory(number));
  }

  @Override
  public Signer signer() {
    return tampering.signer(process.signer());
  }

  private final class TamperedMemory extends ForwardingMemory {
    TamperedMemory(Memory memory) {
      super(memory);
    }

    @Override
    public void write(Region region, int register, Value value, Completion completion) {
      Value tampered = tampering.write(number(), region, register, value);
      if (tampered == null || !region.holds(tampered)) {
        process.execute(() -> completion.completed(Outcome.ACK));
      } else {
        super.write(region, register, tampered, completion);
      }
    }
  }
}
