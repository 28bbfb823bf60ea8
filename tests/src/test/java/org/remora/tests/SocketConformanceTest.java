package org.remora.tests;

import org.junit.jupiter.api.Nested;

/** The conformance suites on memories and links behind sockets, over each transport. */
final class SocketConformanceTest {
  @Nested
  final class MemoriesOverTcp extends MemoryConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new SocketTestMachine(SocketTransport.TCP.machine(processes, memories), false);
    }

    @Override
    protected int rounds() {
      return 50;
    }
  }

  @Nested
  final class ProcessesOverTcp extends ProcessConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new SocketTestMachine(SocketTransport.TCP.machine(processes, memories), false);
    }
  }

  @Nested
  final class MemoriesOverUnixSockets extends MemoryConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new SocketTestMachine(SocketTransport.UNIX.machine(processes, memories), false);
    }

    @Override
    protected int rounds() {
      return 50;
    }
  }

  @Nested
  final class ProcessesOverUnixSockets extends ProcessConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new SocketTestMachine(SocketTransport.UNIX.machine(processes, memories), false);
    }
  }

  @Nested
  final class MemoriesOverTcpAndTls extends MemoryConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new SocketTestMachine(SocketTransport.TCP_TLS.machine(processes, memories), false);
    }

    @Override
    protected int rounds() {
      return 50;
    }
  }

  @Nested
  final class ProcessesOverTcpAndTls extends ProcessConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new SocketTestMachine(SocketTransport.TCP_TLS.machine(processes, memories), false);
    }
  }

  @Nested
  final class MemoriesOverUnixSocketsAndTls extends MemoryConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new SocketTestMachine(SocketTransport.UNIX_TLS.machine(processes, memories), false);
    }

    @Override
    protected int rounds() {
      return 50;
    }
  }

  @Nested
  final class ProcessesOverUnixSocketsAndTls extends ProcessConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new SocketTestMachine(SocketTransport.UNIX_TLS.machine(processes, memories), false);
    }
  }

  @Nested
  final class ProcessesWhereCallersRun extends ProcessConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new SocketTestMachine(SocketTransport.TCP.machine(processes, memories), true);
    }
  }
}
