package org.remora.verbs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Coin;
import org.remora.memory.CostCounter;
import org.remora.memory.FramedMemory;
import org.remora.memory.Links;
import org.remora.memory.Memory;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.remora.verbs.channel.PeerAuthentication;
import org.remora.verbs.nic.Card;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.ConnectionEvent;
import org.remora.verbs.nic.Connections;
import org.remora.verbs.nic.ProtectionDomain;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process whose memories are behind the card. It connects to all of them, and again whenever a
 * connection breaks, for as long as it runs.
 */
final class VerbsProcess implements ProcessContext {
  private static final Logger LOG = LoggerFactory.getLogger(VerbsProcess.class);

  /** Of packets, which nobody else may know: not of the process's seed. */
  private static final SecureRandom SEQUENCES = new SecureRandom();

  /** As often as a reader meets a register that is being written before it counts as torn. */
  private static final int READS_MAX = 64;

  /** What carries this process's messages. */
  @FunctionalInterface
  interface Post {
    /** A channel of the process; asked for once. */
    Links channel(VerbsProcess process, int channel);
  }

  final CostCounter costs = new CostCounter();
  private final int self;
  private final int processes;
  private final InetAddress address;
  private final Post post;
  private final PeerAuthentication authentication;
  private final SplittableRandom random;
  private final Coin coin;
  private final @Nullable Signer signer;
  private final Connections connections = Connections.open();
  private final ProtectionDomain domain;
  private final CompletionQueue queue;
  private final BufferPool buffers;
  private final VerbsWay[] ways;
  private final List<Memory> memories = new ArrayList<>();

  /** By the id of their connection. */
  private final Map<Long, VerbsWay> waysById = new HashMap<>();

  private final Map<Integer, Links> channels = new ConcurrentHashMap<>();
  private final RdmaLoop loop;
  private volatile @Nullable Throwable failure;

  /**
   * A process that connects from {@link #start} on.
   *
   * @param address of the card
   * @param authentication how it makes sure of the memories' hosts, and they of it
   * @throws IOException if there is no card at the address, or verbs cannot be used at all
   */
  VerbsProcess(
      int self,
      int processes,
      InetAddress address,
      List<InetSocketAddress> hosts,
      Post post,
      PeerAuthentication authentication,
      SplittableRandom random,
      @Nullable Signer signer,
      int spins)
      throws IOException {
    this.self = self;
    this.processes = processes;
    this.address = address;
    this.post = post;
    this.authentication = authentication;
    this.random = random;
    ways = new VerbsWay[hosts.size()];
    Card card = connections.cardAt(address);
    domain = ProtectionDomain.of(card);
    queue = CompletionQueue.of(card, 64 + hosts.size() * (256 + 2 * Mailbox.SLOTS));
    buffers = new BufferPool(domain);
    loop =
        new RdmaLoop(
            "remora-process-" + self, new Serving(), connections, queue, spins, this::failed);
    SplittableRandom thrown = random.split();
    coin =
        new Coin() {
          @Override
          public boolean flip() {
            loop.check();
            return thrown.nextBoolean();
          }

          @Override
          public long below(long bound) {
            loop.check();
            return thrown.nextLong(bound);
          }
        };
    this.signer = signer == null ? null : counting(signer);
    for (int i = 0; i < ways.length; i++) {
      ways[i] = new VerbsWay(i + 1, this, buffers, hosts.get(i));
      memories.add(new FramedMemory(ways[i], READS_MAX));
    }
  }

  // What the ways ask for.

  WayConnection connect(InetSocketAddress host, int memory, int generation) throws IOException {
    WayConnection begun =
        new WayConnection(
            connections,
            address,
            host,
            new Handshake.Hello(self, memory, Handshake.nonce()),
            processes + memory,
            authentication,
            generation);
    waysById.put(begun.id(), ways[memory - 1]);
    return begun;
  }

  void advance(WayConnection connection, ConnectionEvent event) throws IOException {
    connection.advance(event, domain, queue);
  }

  void close(WayConnection connection) throws IOException {
    waysById.remove(connection.id());
    connection.close();
  }

  long jitter(long bound) {
    return random.nextLong(bound);
  }

  int randomSequence() {
    return SEQUENCES.nextInt(1 << 24);
  }

  private void giveBack() {
    try {
      for (VerbsWay way : ways) {
        way.close();
      }
      buffers.close();
      queue.close();
      domain.close();
      connections.close();
    } catch (IOException e) {
      LOG.warn("process {}: not all is given back", self, e);
    }
  }

  /** Gives back what a process has that is never started. */
  void abandon() {
    giveBack();
    try {
      loop.abandon();
    } catch (IOException e) {
      LOG.warn("process {}: not all is given back", self, e);
    }
  }

  void start() {
    loop.start();
    loop.put(
        () -> {
          for (VerbsWay way : ways) {
            way.connect();
          }
        });
  }

  RdmaLoop loop() {
    return loop;
  }

  /**
   * Waits until every memory was reached once.
   *
   * @throws IOException if one was not before the deadline; it says why
   */
  void awaitMemories(long deadlineNanos) throws IOException {
    for (VerbsWay way : ways) {
      try {
        way.reached().get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new IOException(
            "process " + self + " does not reach memory " + way.number() + ": " + way.trouble());
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("while connecting");
      }
    }
  }

  /** Defines a region at the host of a memory. */
  void define(int memory, Region region, CompletableFuture<Void> defined) {
    VerbsWay way = ways[memory - 1];
    execute(() -> way.define(region, defined));
  }

  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  WorkRequests workRequests() {
    WorkRequests sum = new WorkRequests(0, 0, 0, 0);
    for (VerbsWay way : ways) {
      sum = sum.plus(way.workRequests());
    }
    return sum;
  }

  private void failed(Throwable bug) {
    failure = bug;
    LOG.error("process {} stops as if crashed", self, bug);
  }

  private Signer counting(Signer counted) {
    return new Signer() {
      @Override
      public Value sign(Value message) {
        loop.check();
        costs.signature();
        return counted.sign(message);
      }

      @Override
      public boolean verify(int process, Value message, Value signature) {
        loop.check();
        costs.verification();
        return counted.verify(process, message, signature);
      }
    };
  }

  @Override
  public int self() {
    return self;
  }

  @Override
  public int processes() {
    return processes;
  }

  @Override
  public int memories() {
    return ways.length;
  }

  @Override
  public Memory memory(int number) {
    return memories.get(number - 1);
  }

  @Override
  public Links links(int channel, Function<Value, String> notation) {
    return channels.computeIfAbsent(channel, c -> post.channel(this, c));
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
      throw new IllegalStateException("this machine was built without a signer");
    }
    return known;
  }

  @Override
  public void execute(Runnable task) {
    loop.put(Objects.requireNonNull(task));
  }

  private final class Serving implements RdmaLoop.Service {
    @Override
    public boolean poll() throws IOException {
      boolean worked = false;
      ConnectionEvent event = connections.next();
      if (event != null) {
        worked = true;
        VerbsWay way = waysById.get(event.id());
        if (way != null) {
          way.event(event);
        }
      }
      int count = queue.poll();
      // The queue's batch is looked at before the completions run: they may not poll.
      for (int i = 0; i < count && !loop.isStopped(); i++) {
        long work = queue.workRequest(i);
        VerbsWay way = ways[WorkId.owner(work) - 1];
        if (WorkId.kind(work) == WorkId.DATA) {
          way.dataCompleted(work, queue.status(i));
        } else {
          way.controlCompleted(work, queue.status(i), queue.bytes(i));
        }
      }
      return worked || count > 0;
    }

    @Override
    public void flush() {
      for (VerbsWay way : ways) {
        way.flushAll();
      }
    }

    @Override
    public void ended() {
      giveBack();
    }
  }
}
