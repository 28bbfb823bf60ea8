package org.remora.verbs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Costs;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.RunningMachine;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.remora.verbs.channel.PeerAuthentication;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes of this JVM and memories behind an RDMA card, all on one machine: every read and write
 * is one-sided and goes through the card, every permission is enforced by it. Messages between the
 * processes stay in this JVM.
 *
 * <p>The methods are called from any thread. {@link #close} ends the threads and gives back what
 * the card lent.
 */
public final class VerbsMachine implements RunningMachine {
  private static final Logger LOG = LoggerFactory.getLogger(VerbsMachine.class);
  private static final long CLOSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);
  private static final long CONNECT_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

  /**
   * As many rounds as a card takes for an answer. With fewer processors than threads, spinning is
   * in the way.
   */
  static final int SPINS = Runtime.getRuntime().availableProcessors() > 4 ? 2_000 : 50;

  /** Of memories 1, 2, …, unless others host them. */
  private final List<MemoryHost> hosts = new ArrayList<>();

  private final int memories;
  private final List<VerbsProcess> processes = new ArrayList<>();
  private final Map<List<Integer>, VerbsLinks> links = new ConcurrentHashMap<>();

  private VerbsMachine(Settings settings) throws IOException {
    memories = settings.memories;
    try {
      List<InetSocketAddress> addresses = new ArrayList<>(settings.hosts);
      IntFunction<PeerAuthentication> authentication = settings.authentication();
      for (int memory = settings.hosts.size() + 1; memory <= settings.memories; memory++) {
        MemoryHost host =
            MemoryHost.of(memory, settings.processes, new InetSocketAddress(settings.address, 0))
                .authentication(authentication.apply(settings.processes + memory))
                .start();
        hosts.add(host);
        addresses.add(host.address());
      }
      SplittableRandom random =
          settings.seed == null ? new SplittableRandom() : new SplittableRandom(settings.seed);
      for (int process = 1; process <= settings.processes; process++) {
        processes.add(
            new VerbsProcess(
                process,
                settings.processes,
                settings.address,
                addresses,
                this::links,
                authentication.apply(process),
                random.split(),
                settings.signers == null ? null : settings.signers.apply(process),
                SPINS));
      }
    } catch (IOException e) {
      processes.forEach(VerbsProcess::abandon);
      processes.clear();
      close();
      throw e;
    }
  }

  /**
   * The settings of a machine whose memories are hosted elsewhere, by a {@link MemoryHost} each, in
   * other JVMs or on other machines.
   *
   * @param hosts where memories 1, 2, … are
   * @param address of an RDMA card of this machine
   */
  public static Settings of(int processes, List<InetSocketAddress> hosts, InetAddress address) {
    Settings settings = new Settings(processes, hosts.size(), address);
    settings.hosts = List.copyOf(hosts);
    return settings;
  }

  /**
   * The settings of a machine of so many processes and memories at an address of an RDMA card of
   * this machine, to be completed and built.
   */
  public static Settings of(int processes, int memories, InetAddress address) {
    return new Settings(processes, memories, address);
  }

  @Override
  public int processes() {
    return processes.size();
  }

  @Override
  public int memories() {
    return memories;
  }

  @Override
  public ProcessContext process(int number) {
    return verbs(number);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if others host the memories: they define their regions
   */
  @Override
  public void define(int memory, Region region) {
    host(memory).define(region);
  }

  private MemoryHost host(int memory) {
    if (memory >= 1 && memory <= memories && hosts.isEmpty()) {
      throw new IllegalStateException("memory " + memory + " is hosted elsewhere");
    }
    return hosts.get(memory - 1);
  }

  /** Crashes a process now: it takes no step after the callback that runs there, if one does. */
  @Override
  public void crashProcess(int number) {
    verbs(number).loop().stop();
  }

  /**
   * Crashes a memory now: its host ends, and answers nothing any more.
   *
   * @throws IllegalStateException if others host the memories
   */
  @Override
  public void crashMemory(int number) {
    host(number).close();
  }

  /** What a callback of process {@code number} threw; empty if none did. */
  @Override
  public Optional<Throwable> failure(int number) {
    return verbs(number).failure();
  }

  /** What process {@code number} has spent so far. */
  @Override
  public Costs costs(int number) {
    return verbs(number).costs.sum();
  }

  /**
   * The work requests that process {@code number} has posted so far.
   *
   * @throws IllegalStateException unless called on that process's event loop
   */
  public WorkRequests workRequests(int number) {
    verbs(number).loop().check();
    return verbs(number).workRequests();
  }

  /**
   * Stops every process after the callback that runs there, then every memory, and waits a bounded
   * time for the threads to end. Without effect the second time.
   */
  @Override
  public void close() {
    processes.forEach(process -> process.loop().stop());
    long deadline = System.nanoTime() + CLOSE_NANOS_MAX;
    try {
      for (VerbsProcess process : processes) {
        if (!process.loop().join(deadline - System.nanoTime())) {
          LOG.warn("process {} is still in a callback; its thread is interrupted", process.self());
          process.loop().interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    hosts.forEach(MemoryHost::close);
  }

  VerbsProcess verbs(int number) {
    return processes.get(number - 1);
  }

  VerbsLinks links(VerbsProcess process, int channel) {
    // Made by its first message, if that is there before the receiver.
    return links.computeIfAbsent(
        List.of(process.self(), channel), unused -> new VerbsLinks(this, process, channel));
  }

  /** The settings of a machine. Not thread-safe; {@link #build} may be called more than once. */
  public static final class Settings {
    private final int processes;
    private final int memories;
    private final InetAddress address;
    private List<InetSocketAddress> hosts = List.of();
    private @Nullable Long seed;
    private @Nullable IntFunction<Signer> signers;
    private @Nullable IntFunction<PeerAuthentication> authentication;

    private Settings(int processes, int memories, InetAddress address) {
      if (processes < 1 || memories < 0) {
        throw new IllegalArgumentException(
            "a machine has at least one process and no negative number of memories, not "
                + processes
                + " and "
                + memories);
      }
      this.processes = processes;
      this.memories = memories;
      this.address = Objects.requireNonNull(address);
    }

    /** The seed of the coins; another one each time by default. */
    public Settings seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** What makes the signer of each process; none by default. */
    public Settings signers(IntFunction<Signer> signers) {
      this.signers = Objects.requireNonNull(signers);
      return this;
    }

    /**
     * How processes and memories' hosts make sure of each other when they connect. A machine that
     * hosts all of its memories draws a secret by default, which nobody outside has. One whose
     * memories are hosted elsewhere has no default: name {@link PeerAuthentication#none} to trust
     * everybody on the network.
     *
     * @param members what makes the side of member 1, 2, …, of which the processes come first and
     *     the memories' hosts that are of this machine after them
     */
    public Settings authentication(IntFunction<PeerAuthentication> members) {
      this.authentication = Objects.requireNonNull(members);
      return this;
    }

    private IntFunction<PeerAuthentication> authentication() {
      if (authentication != null) {
        return authentication;
      }
      if (!hosts.isEmpty()) {
        throw new IllegalStateException(
            "hosts elsewhere have to be made sure of: set the authentication");
      }
      byte[] drawn = new byte[32];
      new SecureRandom().nextBytes(drawn);
      Value secret = Value.of(drawn);
      return member -> PeerAuthentication.ofGroup(member, secret);
    }

    /**
     * A machine with these settings, running. Memories of its own are connected then; those of
     * other hosts are silent until they are reached.
     *
     * @throws IllegalStateException if the memories are hosted elsewhere and the {@link
     *     #authentication} is not set
     * @throws IOException if there is no card at the address, or verbs cannot be used at all
     */
    public VerbsMachine build() throws IOException {
      VerbsMachine machine = new VerbsMachine(this);
      machine.processes.forEach(VerbsProcess::start);
      if (hosts.isEmpty()) {
        long deadline = System.nanoTime() + CONNECT_NANOS_MAX;
        try {
          for (VerbsProcess process : machine.processes) {
            process.awaitMemories(deadline);
          }
        } catch (IOException e) {
          machine.close();
          throw e;
        }
      }
      return machine;
    }
  }
}
