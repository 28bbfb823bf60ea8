package org.remora.tests.verbs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.remora.tests.MemoryConformance;
import org.remora.tests.ProcessConformance;
import org.remora.tests.RunningTestMachine;
import org.remora.tests.TestMachine;
import org.remora.verbs.VerbsMachine;

/** The conformance suite over verbs. */
@Tag("soft-roce")
final class VerbsConformanceTest {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static TestMachine over(int processes, int memories) {
    try {
      return new RunningTestMachine(
          VerbsMachine.of(processes, memories, InetAddress.getByName(Pair.address())).build(),
          false,
          PAUSE_NANOS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Nested
  final class Memories extends MemoryConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return over(processes, memories);
    }

    @Override
    protected int rounds() {
      return Integer.getInteger("remora.soft-roce.rounds", 200);
    }
  }

  @Nested
  final class Processes extends ProcessConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return over(processes, memories);
    }
  }
}
