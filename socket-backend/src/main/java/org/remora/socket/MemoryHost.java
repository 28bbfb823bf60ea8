package org.remora.socket;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A memory behind a socket: what an RDMA card is where there is one. It serves regions, permissions
 * and policies to processes that prove who they are, and runs nothing of any application.
 *
 * <p>One thread does it all. So of two connections of one process the newer is admitted only after
 * the last operation of the older: once a process is told that its new connection stands, nothing
 * that it sent over the old one takes effect any more. On that rests {@link
 * org.remora.memory.Outcome#UNKNOWN}.
 *
 * <p>A host that is started again has lost its contents. It says so by another {@link
 * #incarnation}, and processes that knew the former take it for a crashed memory.
 *
 * <p>Methods are called from any thread.
 */
public final class MemoryHost implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryHost.class);
  private static final long CLOSE_MILLIS_MAX = 5_000;
  private static final long HANDSHAKE_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
  private static final long SWEEP_MILLIS = 500;
  private static final int ACCEPTS_AT_ONCE_MAX = 64;

  final int number;
  final Security security;
  final Settings settings;
  final HostMemory memory;
  final long incarnation;
  final HostCounters counters = new HostCounters();
  private final Endpoint endpoint;
  private final ServerSocketChannel listener;
  private final Sockets sockets;
  private final Thread thread;
  private volatile boolean closing;

  // The thread's.

  /** All connections, the oldest first. */
  private final Set<HostConnection> connections = new LinkedHashSet<>();

  /** The one live connection of each process. */
  private final Map<Integer, HostConnection> live = new HashMap<>();

  private long nextSweep;

  private MemoryHost(Settings settings) throws IOException {
    this.settings = settings;
    number = settings.number;
    security = settings.security;
    memory = new HostMemory(settings.regionsMax, settings.bytesMax, settings.frameBytesMax);
    incarnation = Handshake.unique();
    listener = settings.listen.listen();
    try {
      endpoint = settings.listen.of(listener);
      sockets = new Sockets();
      sockets.register(listener, SelectionKey.OP_ACCEPT, this::accept);
    } catch (IOException e) {
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
   */
  public void define(Region region) {
    memory.define(region);
  }

  /** What it has seen so far. */
  public HostCounts counts() {
    return counters.counts();
  }

  /**
   * Ends it: it answers nothing any more, and its contents are gone. Without effect the second
   * time.
   */
  @Override
  public void close() {
    closing = true;
    sockets.selector.wakeup();
    try {
      thread.join(CLOSE_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      int idle = 0;
      while (!closing) {
        if (sockets.look()) {
          idle = 0;
          sockets.process();
          sockets.flush();
        } else if (++idle > settings.looks) {
          idle = 0;
          sockets.await(connections.size() > live.size() ? SWEEP_MILLIS : 0);
        } else {
          Thread.onSpinWait();
        }
        if (connections.size() > live.size()) {
          sweep();
        }
      }
    } catch (IOException e) {
      LOG.error("memory {} ends: its selector failed", number, e);
    } finally {
      sockets.close();
      try {
        endpoint.removeFile();
      } catch (IOException e) {
        LOG.warn("memory {}: {} is left behind", number, endpoint, e);
      }
    }
  }

  private void accept(SelectionKey key) {
    for (int i = 0; i < ACCEPTS_AT_ONCE_MAX; i++) {
      try {
        SocketChannel channel = listener.accept();
        if (channel == null) {
          return;
        }
        counters.accepted();
        if (!makeRoom()) {
          counters.refused();
          channel.close();
          continue;
        }
        channel.configureBlocking(false);
        Endpoint.tune(channel);
        connections.add(
            new HostConnection(this, sockets, Pipes.accepted(channel, sockets, security)));
      } catch (IOException e) {
        LOG.warn("memory {}: accepting a connection failed: {}", number, e.toString());
        return;
      }
    }
  }

  /** Room for one more connection: the oldest that has not proven itself goes. */
  private boolean makeRoom() {
    if (connections.size() < settings.connectionsMax) {
      return true;
    }
    for (HostConnection connection : connections) {
      if (!connection.isOpen()) {
        connection.close("too many connections", null);
        return true;
      }
    }
    return false;
  }

  /** Closes what has not proven itself in time. */
  private void sweep() {
    long now = System.nanoTime();
    if (now - nextSweep < 0) {
      return;
    }
    nextSweep = now + TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS);
    List<HostConnection> late = new ArrayList<>();
    for (HostConnection connection : connections) {
      if (!connection.isOpen() && now - connection.since > HANDSHAKE_NANOS_MAX) {
        late.add(connection);
      }
    }
    late.forEach(connection -> connection.close("no handshake in time", null));
  }

  /**
   * Makes a connection the live one of its process. The fence: the older one is closed here, on the
   * thread that executes operations, before the newer is told that it stands; of the older nothing
   * is executed from now on.
   */
  void admit(HostConnection connection, int process) {
    HostConnection older = live.put(process, connection);
    if (older != null) {
      counters.superseded();
      older.close("a newer connection of process " + process + " took its place", null);
      live.put(process, connection);
    }
    counters.admitted();
  }

  void closed(HostConnection connection, int process) {
    connections.remove(connection);
    live.remove(process, connection);
  }

  /** Counts, by the host's thread alone; anybody may look. */
  static final class HostCounters {
    private final AtomicLongArray counts = new AtomicLongArray(6);

    void accepted() {
      add(0);
    }

    void admitted() {
      add(1);
    }

    void refused() {
      add(2);
    }

    void malformed() {
      add(3);
    }

    void superseded() {
      add(4);
    }

    void operation() {
      add(5);
    }

    HostCounts counts() {
      return new HostCounts(
          counts.get(0), counts.get(1), counts.get(2), counts.get(3), counts.get(4), counts.get(5));
    }

    private void add(int index) {
      counts.lazySet(index, counts.getPlain(index) + 1);
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
    private int looks;
    @Nullable ProcessSet definers;

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
     * How often the thread looks for work before it waits in the system, 0 by default: more is for
     * hosts with a core of their own.
     */
    public Settings looks(int times) {
      if (times < 0) {
        throw new IllegalArgumentException("not a negative number: " + times);
      }
      looks = times;
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
