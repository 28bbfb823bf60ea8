package org.remora.tests;

import org.junit.jupiter.api.Nested;
import org.remora.socket.LocalMachine;

/** The conformance suite on memories in this JVM, with and without callers that run the loops. */
final class LocalConformanceTest {
  private static TestMachine local(int processes, int memories, boolean callerRuns) {
    LocalMachine.Settings settings = LocalMachine.of(processes, memories);
    return new RunningTestMachine(
        (callerRuns ? settings.callerRuns() : settings).build(), callerRuns, 0);
  }

  @Nested
  final class Memories extends MemoryConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return local(processes, memories, false);
    }

    @Override
    protected int rounds() {
      return 2_000;
    }
  }

  @Nested
  final class MemoriesWhereCallersRun extends MemoryConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return local(processes, memories, true);
    }
  }

  @Nested
  final class Processes extends ProcessConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return local(processes, memories, false);
    }

    @Override
    protected int machines() {
      return 20;
    }
  }

  @Nested
  final class ProcessesWhereCallersRun extends ProcessConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return local(processes, memories, true);
    }

    @Override
    protected int machines() {
      return 20;
    }
  }
}
