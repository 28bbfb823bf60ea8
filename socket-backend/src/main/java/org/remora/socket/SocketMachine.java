package org.remora.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Costs;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.RunningMachine;
import org.remora.memory.Signer;

/**
 * Processes and memory hosts in this JVM that talk over sockets of this computer: the same code as
 * between computers, to try and to test on.
 *
 * <p>The methods are called from any thread. {@link #close} ends the threads.
 */
public final class SocketMachine implements RunningMachine {
  private static final long CONNECT_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);
  private static final byte[] SECRET =
      "within this machine alone".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private final List<MemoryHost> hosts = new ArrayList<>();
  private final List<SocketProcess> processes = new ArrayList<>();

  private SocketMachine() {}

  /** The settings of a machine of so many processes and memories, to be completed and built. */
  public static Settings of(int processes, int memories) {
    return new Settings(processes, memories);
  }

  @Override
  public int processes() {
    return processes.size();
  }

  @Override
  public int memories() {
    return hosts.size();
  }

  @Override
  public ProcessContext process(int number) {
    return processes.get(number - 1);
  }

  @Override
  public void define(int memory, Region region) {
    MemoryHost host = hosts.get(memory - 1);
    if (!host.memory.define(region)) {
      throw new IllegalArgumentException("region " + region.id() + " is defined already");
    }
  }

  /** Crashes a process now: it takes no step after the callback that runs there, if one does. */
  @Override
  public void crashProcess(int number) {
    processes.get(number - 1).crash();
  }

  /** Crashes a memory now: its host ends. */
  @Override
  public void crashMemory(int number) {
    hosts.get(number - 1).close();
  }

  /** What a callback of process {@code number} threw; empty if none did. */
  @Override
  public Optional<Throwable> failure(int number) {
    return processes.get(number - 1).failure();
  }

  /** What process {@code number} has spent so far. */
  @Override
  public Costs costs(int number) {
    return processes.get(number - 1).costsSoFar();
  }

  /** The host of memory {@code number}. */
  public MemoryHost host(int number) {
    return hosts.get(number - 1);
  }

  /** Stops every process and every host, and waits a bounded time for the threads to end. */
  @Override
  public void close() {
    processes.forEach(SocketProcess::crash);
    processes.forEach(SocketProcess::close);
    hosts.forEach(MemoryHost::close);
  }

  private void awaitConnections() throws IOException {
    long deadline = System.nanoTime() + CONNECT_NANOS_MAX;
    try {
      for (SocketProcess process : processes) {
        while (!isConnected(process)) {
          if (System.nanoTime() > deadline) {
            throw new IOException("the sockets of this machine do not connect");
          }
          Thread.sleep(1);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while connecting", e);
    }
  }

  private static boolean isConnected(SocketProcess process) throws InterruptedException {
    CountDownLatch looked = new CountDownLatch(1);
    boolean[] connected = {false};
    process.execute(
        () -> {
          connected[0] = process.isConnected();
          looked.countDown();
        });
    return looked.await(CONNECT_NANOS_MAX, TimeUnit.NANOSECONDS) && connected[0];
  }

  /** The settings of a machine. Not thread-safe. */
  public static final class Settings {
    private final int processes;
    private final int memories;
    private @Nullable Path directory;
    private Function<Identity, Security> security = identity -> PreSharedKeys.ofGroup(SECRET);
    private @Nullable Long seed;
    private @Nullable IntFunction<Signer> signers;
    private boolean callerRuns;

    private Settings(int processes, int memories) {
      if (processes < 1 || memories < 0) {
        throw new IllegalArgumentException(
            "a machine has at least one process and no negative number of memories, not "
                + processes
                + " and "
                + memories);
      }
      this.processes = processes;
      this.memories = memories;
    }

    /** Unix-domain sockets in this directory; TCP on the loopback address by default. */
    public Settings unixSockets(Path inDirectory) {
      directory = Objects.requireNonNull(inDirectory);
      return this;
    }

    /** The security of each member; a pre-shared key by default. */
    public Settings security(Function<Identity, Security> ofMember) {
      security = Objects.requireNonNull(ofMember);
      return this;
    }

    /** The seed of the coins; another one each time by default. */
    public Settings seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** What makes the signer of each process; none by default. */
    public Settings signers(IntFunction<Signer> ofProcess) {
      signers = Objects.requireNonNull(ofProcess);
      return this;
    }

    /** As {@link SocketProcess.Settings#callerRuns}. */
    public Settings callerRuns() {
      callerRuns = true;
      return this;
    }

    /**
     * A machine with these settings, running and connected.
     *
     * @throws IOException if that fails
     */
    public SocketMachine build() throws IOException {
      SocketMachine machine = new SocketMachine();
      List<ServerSocketChannel> listeners = new ArrayList<>();
      try {
        List<Endpoint> memoryEndpoints = new ArrayList<>();
        for (int memory = 1; memory <= memories; memory++) {
          MemoryHost host =
              MemoryHost.of(
                      memory, endpoint("memory-" + memory), security.apply(Identity.memory(memory)))
                  .start();
          machine.hosts.add(host);
          memoryEndpoints.add(host.endpoint());
        }
        List<Endpoint> processEndpoints = new ArrayList<>();
        for (int process = 1; process <= processes; process++) {
          Endpoint wanted = endpoint("process-" + process);
          ServerSocketChannel listener = wanted.listen();
          listeners.add(listener);
          processEndpoints.add(wanted.of(listener));
        }
        SocketProcess.Group group = new SocketProcess.Group(processEndpoints, memoryEndpoints);
        for (int process = 1; process <= processes; process++) {
          machine.processes.add(settings(process, group).start(listeners.get(process - 1)));
        }
        machine.awaitConnections();
        return machine;
      } catch (IOException | RuntimeException e) {
        machine.close();
        for (ServerSocketChannel listener : listeners) {
          listener.close();
        }
        throw e;
      }
    }

    private SocketProcess.Settings settings(int process, SocketProcess.Group group) {
      SocketProcess.Settings settings =
          SocketProcess.of(process, group, security.apply(Identity.process(process)));
      Long givenSeed = seed;
      if (givenSeed != null) {
        settings.seed(givenSeed + process);
      }
      IntFunction<Signer> givenSigners = signers;
      if (givenSigners != null) {
        settings.signer(givenSigners.apply(process));
      }
      return callerRuns ? settings.callerRuns() : settings;
    }

    private Endpoint endpoint(String name) {
      Path in = directory;
      return in == null
          ? Endpoint.tcp(InetAddress.getLoopbackAddress().getHostAddress(), 0)
          : Endpoint.unix(in.resolve(name));
    }
  }
}
