package org.remora.socket;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Coin;
import org.remora.memory.CostCounter;
import org.remora.memory.Costs;
import org.remora.memory.Links;
import org.remora.memory.Machine;
import org.remora.memory.Memory;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of a group whose memories and other processes are behind sockets. It connects to all
 * of them, and again whenever a connection breaks, for as long as it runs: that some cannot be
 * reached is what algorithms are made to live with.
 *
 * <p>As a {@link Machine} it holds this one process. A region that it defines is defined at the
 * memory's host, if that lets this process, before whatever is submitted after; all processes of a
 * group may define the same.
 *
 * <p>The process's event loop waits in the selector of its sockets and reads them itself: between
 * network and algorithm no thread stands. Methods are called from any thread.
 */
public final class SocketProcess implements ProcessContext, Machine, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SocketProcess.class);
  private static final long CLOSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

  private final Settings settings;
  private final int self;
  private final Group group;
  private final long session = Handshake.unique();
  private final EventLoop loop;
  private final Network network;
  private final CostCounter costs = new CostCounter();
  private final Endpoint listening;
  private final List<RemoteMemory> memories = new ArrayList<>();

  /** The way to each process; null to oneself. */
  private final List<@Nullable LinkSender> senders = new ArrayList<>();

  private final List<LinkReceiver.Peer> peers = new ArrayList<>();
  private final Map<Integer, SocketLinks> channels = new ConcurrentHashMap<>();
  private final Coin coin;
  private final @Nullable Signer signer;
  private final AtomicLong malformed = new AtomicLong();
  private volatile @Nullable Throwable failure;

  private SocketProcess(Settings settings, ServerSocketChannel listener) throws IOException {
    this.settings = settings;
    self = settings.self;
    group = settings.group;
    network = new Network(self, settings.looks);
    loop = new EventLoop("remora-process-" + self, this::failed, network);
    network.listen(listener, this);
    listening = group.processes().get(self - 1).of(listener);
    SplittableRandom random =
        settings.seed == null ? new SplittableRandom() : new SplittableRandom(settings.seed);
    coin = new LocalCoin(random, loop);
    Signer given = settings.signer;
    signer = given == null ? null : new CountingSigner(given, costs, loop);
    for (int memory = 1; memory <= group.memories().size(); memory++) {
      memories.add(
          new RemoteMemory(
              this, memory, group.memories().get(memory - 1), settings.memoryBytesMax));
    }
    for (int process = 1; process <= group.processes().size(); process++) {
      peers.add(new LinkReceiver.Peer(process));
      senders.add(
          process == self
              ? null
              : new LinkSender(this, process, group.processes().get(process - 1), session));
    }
  }

  /** Where the members of a group listen. */
  public record Group(List<Endpoint> processes, List<Endpoint> memories) {
    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if there is no process, or more of either than numbers
     */
    public Group {
      processes = List.copyOf(processes);
      memories = List.copyOf(memories);
      if (processes.isEmpty()
          || processes.size() > Identity.NUMBER_MAX
          || memories.size() > Identity.NUMBER_MAX) {
        throw new IllegalArgumentException(
            "1.." + Identity.NUMBER_MAX + " processes and no more memories are a group");
      }
    }
  }

  /** The settings of process {@code self} of a group, to be completed and started. */
  public static Settings of(int self, Group group, Security security) {
    return new Settings(self, group, security);
  }

  @Override
  public int self() {
    return self;
  }

  @Override
  public int processes() {
    return group.processes().size();
  }

  @Override
  public int memories() {
    return memories.size();
  }

  @Override
  public ProcessContext process(int number) {
    if (number != self) {
      throw new IndexOutOfBoundsException("process " + number + " is not here; " + self + " is");
    }
    return this;
  }

  @Override
  public Memory memory(int number) {
    return memories.get(number - 1);
  }

  @Override
  public Links links(int channel, Function<Value, String> notation) {
    return channel(channel);
  }

  @Override
  public Clock clock() {
    return loop;
  }

  @Override
  public Coin coin() {
    return coin;
  }

  @Override
  public Signer signer() {
    Signer known = signer;
    if (known == null) {
      throw new IllegalStateException("this process was started without a signer");
    }
    return known;
  }

  @Override
  public void execute(Runnable task) {
    Objects.requireNonNull(task);
    Inbox.Item item =
        new Inbox.Item() {
          @Override
          void run() {
            task.run();
          }
        };
    if (settings.callerRuns) {
      loop.execute(item);
    } else {
      loop.put(item);
    }
  }

  /**
   * Lets the calling thread do the process's work: it sends, receives and runs what there is, and
   * if there is nothing, waits for it, so many nanoseconds at most; 0 to look only. For a thread
   * that has nothing else to do until its answers come: between it and the network no other thread
   * stands, and what it hands in between two calls goes out together, with the next.
   *
   * <p>One thread at a time can do so; for another, and at the first call of a row, this may return
   * at once. When no further call comes, the process's own thread goes on, after a millisecond at
   * most. Callbacks then run under whatever locks the caller holds.
   *
   * @return whether there was anything to run
   * @throws IllegalStateException if it is called by a callback of this process
   */
  public boolean poll(long nanosMax) {
    if (nanosMax < 0) {
      throw new IllegalArgumentException("not a negative time: " + nanosMax);
    }
    return loop.help(nanosMax);
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
    RemoteMemory there = memories.get(memory - 1);
    var unused = Wire.encode(region); // a policy that cannot travel is the caller's to know
    CompletableFuture<Void> defined = new CompletableFuture<>();
    execute(() -> there.define(region, defined));
    return defined;
  }

  /** Where this process listens. */
  public Endpoint endpoint() {
    return listening;
  }

  /** What this process has spent so far. */
  public Costs costsSoFar() {
    return costs.sum();
  }

  /** How many connections were closed for what no correct process sends. */
  public long malformedConnections() {
    return malformed.get();
  }

  /**
   * What a callback threw; empty if none did. A program that throws is broken; its process stops as
   * if crashed.
   */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** Crashes it now: it takes no step after the callback that runs, if one does. */
  public void crash() {
    loop.stop();
  }

  /**
   * Stops it after the callback that runs, waits a bounded time for its thread to end, and closes
   * its sockets. Without effect the second time.
   */
  @Override
  public void close() {
    loop.stop();
    try {
      if (!loop.join(CLOSE_NANOS_MAX)) {
        LOG.warn("process {} is still in a callback; its thread is interrupted", self);
        loop.interrupt();
      }
      if (!loop.joinHelper(CLOSE_NANOS_MAX)) {
        LOG.warn("process {} is still in a callback on a thread that polls", self);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    network.sockets.close();
    try {
      group.processes().get(self - 1).removeFile();
    } catch (IOException e) {
      LOG.warn("process {}: {} is left behind", self, listening, e);
    }
  }

  // For the rest of this package.

  EventLoop loop() {
    return loop;
  }

  Network network() {
    return network;
  }

  Security security() {
    return settings.security;
  }

  CostCounter costs() {
    return costs;
  }

  long session() {
    return session;
  }

  int messageBytesMax() {
    return settings.messageBytesMax;
  }

  long linkBytesMax() {
    return settings.linkBytesMax;
  }

  LinkSender sender(int to) {
    return Objects.requireNonNull(senders.get(to - 1));
  }

  LinkReceiver.Peer peer(int number) {
    return peers.get(number - 1);
  }

  void arrived(int channel, int from, Value message) {
    if (!loop.isStopped()) {
      channel(channel).arrived(from, message);
    }
  }

  void countMalformed() {
    malformed.incrementAndGet();
  }

  /** Whether every memory and process is connected; on the event loop. */
  boolean isConnected() {
    for (RemoteMemory memory : memories) {
      if (!memory.isConnected()) {
        return false;
      }
    }
    for (LinkSender sender : senders) {
      if (sender != null && !sender.isConnected()) {
        return false;
      }
    }
    return true;
  }

  private SocketLinks channel(int channel) {
    // Made by its first message, if that is there before the receiver.
    return channels.computeIfAbsent(channel, c -> new SocketLinks(this, c));
  }

  private void begin() {
    memories.forEach(RemoteMemory::start);
    for (LinkSender sender : senders) {
      if (sender != null) {
        sender.start();
      }
    }
    network.tick(loop);
  }

  private void failed(Throwable bug) {
    failure = bug;
    LOG.error("process {} stops as if crashed: its program threw", self, bug);
  }

  /** The settings of a process. Not thread-safe. */
  public static final class Settings {
    private static final int LOOKS = 30;

    private final int self;
    private final Group group;
    private final Security security;
    private @Nullable Long seed;
    private @Nullable Signer signer;
    private boolean callerRuns;
    private int messageBytesMax = 16 << 20;
    private long linkBytesMax = 64L << 20;
    private long memoryBytesMax = 64L << 20;
    private int looks = LOOKS;

    private Settings(int self, Group group, Security security) {
      this.self = Objects.checkIndex(self - 1, group.processes().size()) + 1;
      this.group = group;
      this.security = Objects.requireNonNull(security);
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
     * Lets a thread of the application that calls {@link ProcessContext#execute} run the task
     * itself if the event loop is idle, under the conditions of {@link
     * LocalMachine.Settings#callerRuns}. What arrives is still read by the process's own thread.
     */
    public Settings callerRuns() {
      callerRuns = true;
      return this;
    }

    /** How long a message may be, 16 MiB by default; the same in all of a group. */
    public Settings messageBytesMax(int bytes) {
      messageBytesMax = Math.toIntExact(positive(bytes));
      return this;
    }

    /**
     * How many bytes of messages to one process are kept until it has them, and how many of one
     * sender wait for a receiver to be set, 64 MiB by default; what comes beyond is dropped.
     */
    public Settings linkBytesMax(long bytes) {
      linkBytesMax = positive(bytes);
      return this;
    }

    /**
     * How many bytes of operations on one memory may wait for its connection, 64 MiB by default;
     * operations beyond never end, as on a crashed memory.
     */
    public Settings memoryBytesMax(long bytes) {
      memoryBytesMax = positive(bytes);
      return this;
    }

    /**
     * How often the event loop looks at its sockets before it waits in the system, {@value #LOOKS}
     * by default, each taking about a microsecond: more is faster where cores are idle, and slower
     * where they are not.
     */
    public Settings looks(int times) {
      if (times < 0) {
        throw new IllegalArgumentException("not a negative number: " + times);
      }
      looks = times;
      return this;
    }

    /**
     * A process with these settings, running; it connects by itself.
     *
     * @throws IOException if it cannot listen where the group says
     */
    public SocketProcess start() throws IOException {
      return start(group.processes().get(self - 1).listen());
    }

    /** The same, with a listener that is there already. */
    SocketProcess start(ServerSocketChannel listener) throws IOException {
      SocketProcess process;
      try {
        process = new SocketProcess(this, listener);
      } catch (IOException | RuntimeException e) {
        listener.close();
        throw e;
      }
      process.loop.put(
          new Inbox.Item() {
            @Override
            void run() {
              process.begin();
            }
          });
      process.loop.start();
      return process;
    }

    private static long positive(long number) {
      if (number < 1) {
        throw new IllegalArgumentException("a positive number, not " + number);
      }
      return number;
    }
  }
}
