package org.remora.tests;

import org.junit.jupiter.api.Nested;
import org.remora.socket.SocketMachine;

/** The conformance suite on memories and links behind sockets. */
final class SocketConformanceTest {
  @Nested
  final class Memories extends MemoryConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new SocketTestMachine(SocketMachine.of(processes, memories), false);
    }

    @Override
    protected int rounds() {
      return 100;
    }
  }

  @Nested
  final class Processes extends ProcessConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new SocketTestMachine(SocketMachine.of(processes, memories), false);
    }
  }

  @Nested
  final class ProcessesWhereCallersRun extends ProcessConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new SocketTestMachine(SocketMachine.of(processes, memories), true);
    }
  }
}
