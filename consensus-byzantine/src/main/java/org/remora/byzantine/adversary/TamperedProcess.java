package org.remora.byzantine.adversary;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Coin;
import org.remora.memory.Links;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Signer;
import org.remora.memory.Value;

/**
 * A process whose writes and signatures are tampered with on the way: what runs on it is correct,
 * and what the others see is not. Used on the event loop only.
 */
public final class TamperedProcess implements ProcessContext {
  private final ProcessContext process;
  private final Tampering tampering;

  /** A process like {@code process}, but for the tampering. */
  public TamperedProcess(ProcessContext process, Tampering tampering) {
    this.process = process;
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
  public int self() {
    return process.self();
  }

  @Override
  public int processes() {
    return process.processes();
  }

  @Override
  public int memories() {
    return process.memories();
  }

  @Override
  public Memory memory(int number) {
    return new TamperedMemory(process.memory(number));
  }

  @Override
  public Links links(int channel, Function<Value, String> notation) {
    return process.links(channel, notation);
  }

  @Override
  public Clock clock() {
    return process.clock();
  }

  @Override
  public Coin coin() {
    return process.coin();
  }

  @Override
  public Signer signer() {
    return tampering.signer(process.signer());
  }

  @Override
  public void execute(Runnable task) {
    process.execute(task);
  }

  private final class TamperedMemory implements Memory {
    private final Memory memory;

    TamperedMemory(Memory memory) {
      this.memory = memory;
    }

    @Override
    public int number() {
      return memory.number();
    }

    @Override
    public void read(Region region, int register, ReadCompletion completion) {
      memory.read(region, register, completion);
    }

    @Override
    public void readRange(Region region, int first, int count, RangeCompletion completion) {
      memory.readRange(region, first, count, completion);
    }

    @Override
    public void write(Region region, int register, Value value, Completion completion) {
      Value tampered = tampering.write(number(), region, register, value);
      if (tampered == null || tampered.isBottom() || tampered.length() > region.registerBytes()) {
        process.execute(() -> completion.completed(Outcome.ACK));
      } else {
        memory.write(region, register, tampered, completion);
      }
    }

    @Override
    public void compareAndSwap(
        Region region, int register, long expected, long desired, WordCompletion completion) {
      memory.compareAndSwap(region, register, expected, desired, completion);
    }

    @Override
    public boolean supportsCompareAndSwap() {
      return memory.supportsCompareAndSwap();
    }

    @Override
    public void changePermission(Region region, Permission permission, Completion completion) {
      memory.changePermission(region, permission, completion);
    }
  }
}
