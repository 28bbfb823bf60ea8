package org.remora.tests;

import static org.remora.tests.SocketTransport.TCP;
import static org.remora.tests.SocketTransport.TCP_TLS;
import static org.remora.tests.SocketTransport.UNIX;
import static org.remora.tests.SocketTransport.UNIX_TLS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.remora.socket.SocketMachine;

/** The conformance suites on memories and links behind sockets, over each transport. */
final class SocketConformanceTest {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

  private static TestMachine over(SocketMachine.Settings settings, boolean callerRuns) {
    try {
      return new RunningTestMachine(
          (callerRuns ? settings.callerRuns() : settings).build(), callerRuns, PAUSE_NANOS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  abstract static class Memories extends MemoryConformance {
    private final SocketTransport transport;

    Memories(SocketTransport transport) {
      this.transport = transport;
    }

    @Override
    protected final TestMachine machine(int processes, int memories, long seed) {
      return over(transport.machine(processes, memories), false);
    }

    @Override
    protected final int rounds() {
      return 50;
    }
  }

  abstract static class Processes extends ProcessConformance {
    private final SocketTransport transport;
    private final boolean callerRuns;

    Processes(SocketTransport transport, boolean callerRuns) {
      this.transport = transport;
      this.callerRuns = callerRuns;
    }

    @Override
    protected final TestMachine machine(int processes, int memories, long seed) {
      return over(transport.machine(processes, memories), callerRuns);
    }
  }

  @Nested
  final class MemoriesOverTcp extends Memories {
    MemoriesOverTcp() {
      super(TCP);
    }
  }

  @Nested
  final class MemoriesOverUnixSockets extends Memories {
    MemoriesOverUnixSockets() {
      super(UNIX);
    }
  }

  @Nested
  final class MemoriesOverTcpAndTls extends Memories {
    MemoriesOverTcpAndTls() {
      super(TCP_TLS);
    }
  }

  @Nested
  final class MemoriesOverUnixSocketsAndTls extends Memories {
    MemoriesOverUnixSocketsAndTls() {
      super(UNIX_TLS);
    }
  }

  @Nested
  final class ProcessesOverTcp extends Processes {
    ProcessesOverTcp() {
      super(TCP, false);
    }
  }

  @Nested
  final class ProcessesOverUnixSockets extends Processes {
    ProcessesOverUnixSockets() {
      super(UNIX, false);
    }
  }

  @Nested
  final class ProcessesOverTcpAndTls extends Processes {
    ProcessesOverTcpAndTls() {
      super(TCP_TLS, false);
    }
  }

  @Nested
  final class ProcessesOverUnixSocketsAndTls extends Processes {
    ProcessesOverUnixSocketsAndTls() {
      super(UNIX_TLS, false);
    }
  }

  @Nested
  final class ProcessesWhereCallersRun extends Processes {
    ProcessesWhereCallersRun() {
      super(TCP, true);
    }
  }
}
