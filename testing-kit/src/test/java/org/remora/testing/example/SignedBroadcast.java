package org.remora.testing.example;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.remora.memory.Clock;
import org.remora.memory.LegalChange;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.memory.WriteOnceRegisters;
import org.remora.testing.Program;

// TESTING: begin algorithm
/** Process 1 tells the others a value. It may be Byzantine, and must not tell two. */
record SignedBroadcast(boolean careful) implements Program {
  @Override
  public List<Region> regions(int n, int m) {
    return IntStream.rangeClosed(1, n).mapToObj(p -> copyOf(p, n)).toList();
  }

  /** The one register that process p writes. */
  private static Region copyOf(int p, int n) {
    return Region.of(p, "copy" + p, 1, 128, Permission.soleWriter(p, n), LegalChange.NEVER)
        .withNotation(Signed::text);
  }

  @Override
  public void start(ProcessContext process, Value input, Consumer<Value> decide) {
    Part part = new Part(process, new WriteOnceRegisters(process), decide);
    if (process.self() == 1) {
      part.copyAndLook(Signed.by(process, input));
    } else {
      part.await();
    }
  }

  private final class Part {
    private final ProcessContext process;
    private final WriteOnceRegisters registers;
    private final Consumer<Value> decide;
    private int looks;
    private boolean contradicted;

    Part(ProcessContext process, WriteOnceRegisters registers, Consumer<Value> decide) {
      this.process = process;
      this.registers = registers;
      this.decide = decide;
    }

    /** Reads the register of process 1 until there is something in it that it has signed. */
    void await() {
      registers.read(
          copyOf(1, process.processes()),
          0,
          (outcome, register) -> {
            Signed signed = Signed.read(process, register);
            if (signed == null) {
              process.clock().after(2 * Clock.DELAY_NANOS, this::await);
            } else {
              copyAndLook(signed);
            }
          });
    }

    /** Shows the others what was read, and looks whether they have read something else. */
    void copyAndLook(Signed mine) {
      Runnable decision = () -> decide.accept(mine.value());
      if (careful) {
        copy(mine, () -> look(mine, decision));
      } else {
        look(mine, () -> copy(mine, decision)); // the bug
      }
    }

    private void copy(Signed mine, Runnable then) {
      Region own = copyOf(process.self(), process.processes());
      registers.write(own, 0, mine.encode(), outcome -> then.run());
    }

    private void look(Signed mine, Runnable then) {
      for (int p = 1; p <= process.processes(); p++) {
        registers.read(
            copyOf(p, process.processes()),
            0,
            (outcome, register) -> {
              Signed other = Signed.read(process, register);
              contradicted |= other != null && !other.value().equals(mine.value());
              if (++looks == process.processes() && !contradicted) {
                then.run();
              }
            });
      }
    }
  }
}
// TESTING: end algorithm
