package org.remora.verbs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Coin;
import org.remora.memory.Costs;
import org.remora.memory.Links;
import org.remora.memory.Machine;
import org.remora.memory.Memory;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.remora.verbs.channel.ChannelLinks;
import org.remora.verbs.channel.PeerAuthentication;
import org.remora.verbs.channel.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of a group whose memories and other processes are in other JVMs, on this machine or
 * others: reads and writes are one-sided, messages go over channels ({@link ChannelLinks}). It
 * connects to all of them, and again whenever a connection breaks, for as long as it runs: that
 * some cannot be reached is what algorithms are made to live with.
 *
 * <p>As a {@link Machine} it holds this one process. A region that it defines is defined at the
 * memory's host, if that lets this process, before whatever is submitted after; all processes of a
 * group may define the same.
 *
 * <p>Methods are called from any thread.
 */
public final class VerbsNode implements ProcessContext, Machine, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VerbsNode.class);
  private static final long CLOSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

  private final Group group;
  private final VerbsProcess process;
  private final ChannelLinks links;

  private VerbsNode(Settings settings) throws IOException {
    group = settings.group;
    InetSocketAddress listening = group.processes().get(settings.self - 1);
    InetAddress card = settings.card == null ? listening.getAddress() : settings.card;
    if (card == null) {
      throw new IOException("no address: " + listening);
    }
    SplittableRandom random =
        settings.seed == null ? new SplittableRandom() : new SplittableRandom(settings.seed);
    process =
        new VerbsProcess(
            settings.self,
            group.processes().size(),
            card,
            group.memories(),
            this::channel,
            settings.authentication(),
            random,
            settings.signer,
            VerbsMachine.SPINS);
    Transport transport = settings.transport;
    try {
      links =
          ChannelLinks.open(
              transport == null ? Transport.rdma(card) : transport,
              settings.self,
              group.processes().size(),
              listening,
              settings.authentication(),
              process::execute,
              ChannelLinks.Settings.DEFAULT);
    } catch (IOException | RuntimeException e) {
      process.abandon();
      throw e;
    }
  }

  /**
   * Where the members of a group listen.
   *
   * @param processes where processes 1, 2, … take messages
   * @param memories where memories 1, 2, … are hosted, by a {@link MemoryHost} each
   */
  public record Group(List<InetSocketAddress> processes, List<InetSocketAddress> memories) {
    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if there is no process
     */
    public Group {
      processes = List.copyOf(processes);
      memories = List.copyOf(memories);
      if (processes.isEmpty()) {
        throw new IllegalArgumentException("a group has a process");
      }
    }
  }

  /** The settings of process {@code self} of a group, to be completed and started. */
  public static Settings of(int self, Group group) {
    return new Settings(self, group);
  }

  /** The settings of a process. Not thread-safe. */
  public static final class Settings {
    private final int self;
    private final Group group;
    private @Nullable PeerAuthentication authentication;
    private @Nullable InetAddress card;
    private @Nullable Transport transport;
    private @Nullable Long seed;
    private @Nullable Signer signer;

    private Settings(int self, Group group) {
      this.self = Objects.checkIndex(self - 1, group.processes().size()) + 1;
      this.group = group;
    }

    /** An address of the card for the memories; by default where the process takes messages. */
    public Settings card(InetAddress address) {
      card = Objects.requireNonNull(address);
      return this;
    }

    /** What messages go over; by default the same card. */
    public Settings transport(Transport messages) {
      transport = Objects.requireNonNull(messages);
      return this;
    }

    /**
     * How this process makes sure of the other processes and the memories' hosts, which are the
     * members after them, and they of it. There is no default: name {@link PeerAuthentication#none}
     * to believe every name, on a network of one's own.
     */
    public Settings authentication(PeerAuthentication how) {
      authentication = Objects.requireNonNull(how);
      return this;
    }

    private PeerAuthentication authentication() {
      PeerAuthentication known = authentication;
      if (known == null) {
        throw new IllegalStateException("members have to be made sure of: set the authentication");
      }
      return known;
    }

    /** The seed of the coin; another one each time by default. */
    public Settings seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** What signs; nothing by default. */
    public Settings signer(Signer signer) {
      this.signer = Objects.requireNonNull(signer);
      return this;
    }

    /**
     * A process with these settings, running; it connects by itself.
     *
     * @throws IllegalStateException if the {@link #authentication} is not set
     * @throws IOException if there is no card at the address, verbs cannot be used at all, or the
     *     process cannot listen where the group says
     */
    public VerbsNode start() throws IOException {
      VerbsNode node = new VerbsNode(this);
      node.process.start();
      node.links.start(group.processes());
      return node;
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
  public ProcessContext process(int number) {
    if (number != self()) {
      throw new IndexOutOfBoundsException("process " + number + " is not here; " + self() + " is");
    }
    return this;
  }

  @Override
  public Memory memory(int number) {
    return process.memory(number);
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
    return process.signer();
  }

  @Override
  public void execute(Runnable task) {
    process.execute(task);
  }

  /**
   * Defines a region at a memory, as soon as its host is reached; to no effect if the very same is
   * defined there. Whatever this process submits after is executed after. That the host refused is
   * logged; {@link #defineAt} tells.
   */
  @Override
  public void define(int memory, Region region) {
    var unused = defineAt(memory, region);
  }

  /**
   * As {@link #define}.
   *
   * @return completes when the host has it; exceptionally if it refuses: there is a different one
   *     of that id, this process may not define any, or there are too many
   */
  public CompletableFuture<Void> defineAt(int memory, Region region) {
    var unused = Wire.encode(region); // a policy that cannot travel is the caller's to know
    CompletableFuture<Void> defined = new CompletableFuture<>();
    process.define(memory, region, defined);
    return defined;
  }

  /** What this process has spent so far. */
  public Costs costsSoFar() {
    return process.costs.sum();
  }

  /**
   * The work requests that this process has posted so far.
   *
   * @throws IllegalStateException unless called on its event loop
   */
  public WorkRequests workRequests() {
    process.loop().check();
    return process.workRequests();
  }

  /**
   * What a callback threw; empty if none did. A program that throws is broken; its process stops as
   * if crashed.
   */
  public Optional<Throwable> failure() {
    return process.failure();
  }

  /** Crashes it now: it takes no step after the callback that runs, if one does. */
  public void crash() {
    process.loop().stop();
  }

  /**
   * Stops it after the callback that runs, waits a bounded time for its threads to end, and gives
   * back what the card lent. Without effect the second time.
   */
  @Override
  public void close() {
    process.loop().stop();
    try {
      if (!process.loop().join(CLOSE_NANOS_MAX)) {
        LOG.warn("process {} is still in a callback; its thread is interrupted", self());
        process.loop().interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    links.close();
  }

  /** A channel that counts what it carries, and is silent once the process has stopped. */
  private Links channel(VerbsProcess owner, int number) {
    Links channel = links.links(number);
    return new Links() {
      @Override
      public void send(int to, Value message) {
        owner.loop().check();
        if (owner.loop().isStopped()) {
          return;
        }
        if (to != owner.self()) {
          owner.costs.messages(1, message.length());
        }
        channel.send(to, message);
      }

      @Override
      public void broadcast(Value message) {
        for (int to = 1; to <= owner.processes(); to++) {
          send(to, message);
        }
      }

      @Override
      public void onReceive(Receiver receiver) {
        owner.loop().check();
        channel.onReceive(receiver);
      }
    };
  }
}
