package org.remora.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A memory behind a socket: what an RDMA card is where there is one. It serves regions, permissions
 * and policies to processes that prove who they are, and runs nothing of any application.
 *
 * <p>Each connection has a thread that waits in its socket: of all ways that were measured the one
 * with the shortest round trip. Of two connections of one process the newer is admitted only after
 * the last operation of the older: once a process is told that its new connection stands, nothing
 * that it sent over the old one takes effect any more. On that rests {@link
 * org.remora.memory.Outcome#UNKNOWN}.
 *
 * <p>A host that is started again has lost its contents, unless it is {@link Settings#durable}. It
 * says so by another {@link #incarnation}, and processes that knew the former take it for a crashed
 * memory.
 *
 * <p>Methods are called from any thread.
 */
public final class MemoryHost implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryHost.class);
  private static final long CLOSE_MILLIS_MAX = 5_000;
  private static final long HANDSHAKE_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
  private static final long SWEEP_MILLIS = 500;
  private static final int ACCEPTS_AT_ONCE_MAX = 64;

  /** As much as one connection reads or writes in one call of the system. */
  private static final int SCRATCH_BYTES = 64 * 1024;

  final int number;
  final Security security;
  final Settings settings;
  final HostMemory memory;
  final long incarnation;
  final Counters counters = new Counters();
  private final Endpoint endpoint;
  private final ServerSocketChannel listener;
  private final Selector selector;
  private final Thread thread;

  /** All connections, the oldest first; guarded by itself. */
  private final Set<HostConnection> connections = new LinkedHashSet<>();

  /** The place of each process. */
  private final Map<Integer, Seat> seats = new ConcurrentHashMap<>();

  private volatile boolean closing;

  private MemoryHost(Settings settings) throws IOException {
    this.settings = settings;
    number = settings.number;
    security = settings.security;
    memory = new HostMemory(settings.regionsMax, settings.bytesMax, settings.frameBytesMax);
    listener = settings.listen.listen();
    try {
      Durability durability = settings.durability;
      incarnation = durability == null ? Handshake.unique() : memory.recover(durability, number);
      endpoint = settings.listen.of(listener);
      selector = Selector.open();
      listener.register(selector, SelectionKey.OP_ACCEPT);
    } catch (IOException | RuntimeException e) {
      memory.close();
      listener.close();
      throw e;
    }
    thread = new Thread(this::run, "remora-memory-" + number);
    thread.setDaemon(true);
  }

  /** The settings of a host of memory {@code number}, to be completed and started. */
  public static Settings of(int number, Endpoint listen, Security security) {
    return new Settings(number, listen, security);
  }

  /** The number of the memory. */
  public int number() {
    return number;
  }

  /** Where it listens, with the port that the system chose. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Changes when the contents were lost. */
  public long incarnation() {
    return incarnation;
  }

  /**
   * Defines a region, as the host; to no effect if the very same is there.
   *
   * @throws IllegalArgumentException if another of that id is there, or this one breaks a bound
   * @throws UncheckedIOException if it cannot be kept
   */
  public void define(Region region) {
    memory.define(region);
    try {
      memory.settle();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it has seen so far. */
  public HostCounts counts() {
    return counters.counts();
  }

  /**
   * Ends it: it answers nothing any more, and its contents are gone unless kept. Without effect the
   * second time.
   */
  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    try {
      thread.join(CLOSE_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closing) {
        selector.select(sweep() ? SWEEP_MILLIS : 0);
        selector.selectedKeys().clear();
        accept();
      }
    } catch (IOException e) {
      LOG.error("memory {} takes no connections any more", number, e);
    } finally {
      end();
    }
  }

  private void end() {
    closing = true;
    for (HostConnection connection : all()) {
      connection.close("the host ends", null);
    }
    awaitEnds();
    memory.close();
    try {
      listener.close();
      selector.close();
      endpoint.removeFile();
    } catch (IOException e) {
      LOG.warn("memory {}: something is left behind at {}", number, endpoint, e);
    }
  }

  /** Nothing is executed any more, and nothing more is put into the journal. */
  private void awaitEnds() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS_MAX / 2);
    while (!all().isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(100_000);
    }
  }

  private void accept() {
    for (int i = 0; i < ACCEPTS_AT_ONCE_MAX && !closing; i++) {
      try {
        SocketChannel channel = listener.accept();
        if (channel == null) {
          return;
        }
        counters.accepted.increment();
        if (makeRoom()) {
          serve(channel);
        } else {
          counters.refused.increment();
          channel.close();
        }
      } catch (IOException e) {
        LOG.warn("memory {}: accepting a connection failed: {}", number, e.toString());
        return;
      }
    }
  }

  private void serve(SocketChannel channel) throws IOException {
    channel.configureBlocking(true);
    Endpoint.tune(channel);
    HostConnection connection =
        new HostConnection(
            this, Pipes.accepted(channel, ByteBuffer.allocateDirect(SCRATCH_BYTES), security));
    synchronized (connections) {
      connections.add(connection);
    }
    Thread server = new Thread(connection, "remora-memory-" + number + "-connection");
    server.setDaemon(true);
    server.start();
  }

  /** Room for one more connection: the oldest that has not proven itself goes. */
  private boolean makeRoom() {
    List<HostConnection> now = all();
    if (now.size() < settings.connectionsMax) {
      return true;
    }
    for (HostConnection connection : now) {
      if (!connection.isProven()) {
        connection.close("too many connections", null);
        ended(connection);
        return true;
      }
    }
    return false;
  }

  /** Closes what has not proven itself in time; true if something still may. */
  private boolean sweep() {
    long now = System.nanoTime();
    boolean open = false;
    for (HostConnection connection : all()) {
      if (!connection.isProven()) {
        open = true;
        if (now - connection.since > HANDSHAKE_NANOS_MAX) {
          connection.close("no handshake in time", null);
        }
      }
    }
    return open;
  }

  private List<HostConnection> all() {
    synchronized (connections) {
      return new ArrayList<>(connections);
    }
  }

  /**
   * Makes a connection the live one of its process, on the connection's thread, before the process
   * is told that it stands. The older one executes nothing from here on: it does so only under the
   * lock of the seat, and as long as the seat is its own.
   */
  Seat admit(HostConnection connection, int process) {
    Seat seat = seats.computeIfAbsent(process, Seat::new);
    HostConnection older;
    boolean stood;
    synchronized (seat) {
      older = seat.live;
      // Asked here: once the seat is taken, the older may find that out and close by itself.
      stood = older != null && !older.isClosed();
      seat.live = connection;
    }
    if (older != null && stood) {
      counters.superseded.increment();
      older.close("a newer connection took its place", null);
    }
    counters.admitted.increment();
    return seat;
  }

  /** The thread of a connection ends. */
  void ended(HostConnection connection) {
    synchronized (connections) {
      connections.remove(connection);
    }
  }

  /** The place of one process: the one connection whose operations are executed. */
  static final class Seat {
    final int process;
    private @Nullable HostConnection live;

    Seat(int process) {
      this.process = process;
    }

    /** Under this object's lock. */
    boolean isLive(HostConnection connection) {
      return connection.equals(live);
    }
  }

  /** Counted by the threads of the connections. */
  static final class Counters {
    final LongAdder accepted = new LongAdder();
    final LongAdder admitted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder superseded = new LongAdder();
    final LongAdder operations = new LongAdder();

    HostCounts counts() {
      return new HostCounts(
          accepted.sum(),
          admitted.sum(),
          refused.sum(),
          malformed.sum(),
          superseded.sum(),
          operations.sum());
    }
  }

  /** The settings of a host. Not thread-safe. */
  public static final class Settings {
    private final int number;
    private final Endpoint listen;
    private final Security security;
    private int regionsMax = 1_024;
    private long bytesMax = 1L << 30;
    private int connectionsMax = 256;
    int frameBytesMax = 16 << 20;
    @Nullable ProcessSet definers;
    private @Nullable Durability durability;

    private Settings(int number, Endpoint listen, Security security) {
      this.number = Identity.memory(number).number();
      this.listen = Objects.requireNonNull(listen);
      this.security = Objects.requireNonNull(security);
    }

    /** Who may define regions; every process that proves itself by default. */
    public Settings definers(ProcessSet processes) {
      definers = Objects.requireNonNull(processes);
      return this;
    }

    /**
     * Keeps the contents, with their permissions and incarnation, beyond the end of the host;
     * nothing is kept by default.
     */
    public Settings durable(Durability kept) {
      durability = Objects.requireNonNull(kept);
      return this;
    }

    /** How many regions there may be, 1,024 by default. */
    public Settings regionsMax(int regions) {
      regionsMax = positive(regions);
      return this;
    }

    /** How many bytes all regions may hold together, 1 GiB by default. */
    public Settings bytesMax(long bytes) {
      bytesMax = positive(bytes);
      return this;
    }

    /** How many connections there may be at once, 256 by default. */
    public Settings connectionsMax(int connections) {
      connectionsMax = positive(connections);
      return this;
    }

    /** How long a frame may be, 16 MiB by default. */
    public Settings frameBytesMax(int bytes) {
      if (bytes < 1_024) {
        throw new IllegalArgumentException("frames of at least 1024 bytes, not " + bytes);
      }
      frameBytesMax = bytes;
      return this;
    }

    /**
     * A host with these settings, running.
     *
     * @throws IOException if it cannot listen there
     */
    public MemoryHost start() throws IOException {
      MemoryHost host = new MemoryHost(this);
      host.thread.start();
      return host;
    }

    private static int positive(int number) {
      positive((long) number);
      return number;
    }

    private static long positive(long number) {
      if (number < 1) {
        throw new IllegalArgumentException("a positive number, not " + number);
      }
      return number;
    }
  }
}
