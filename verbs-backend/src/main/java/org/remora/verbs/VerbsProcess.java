package org.remora.verbs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Coin;
import org.remora.memory.CostCounter;
import org.remora.memory.FramedMemory;
import org.remora.memory.Links;
import org.remora.memory.Memory;
import org.remora.memory.ProcessContext;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.remora.verbs.channel.PeerAuthentication;
import org.remora.verbs.nic.Card;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.ConnectionEvent;
import org.remora.verbs.nic.Connections;
import org.remora.verbs.nic.ProtectionDomain;
import org.remora.verbs.nic.QueuePair;
import org.remora.verbs.nic.Wakeup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process whose memories are behind the card. */
final class VerbsProcess implements ProcessContext {
  private static final Logger LOG = LoggerFactory.getLogger(VerbsProcess.class);
  private static final int CONNECT_MILLIS = 5_000;
  private static final long CONNECT_NANOS_MAX = TimeUnit.SECONDS.toNanos(20);

  /** As often as a reader meets a register that is being written before it counts as torn. */
  private static final int READS_MAX = 64;

  final CostCounter costs = new CostCounter();
  private final VerbsMachine machine;
  private final int self;
  private final int processes;
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
  private final Map<Long, VerbsWay> waysById = new HashMap<>();
  private final Map<Integer, VerbsLinks> channels = new ConcurrentHashMap<>();
  private final RdmaLoop loop;
  private volatile @Nullable Throwable failure;

  /**
   * Connects to every memory; the loop waits for {@link #start}.
   *
   * @throws IOException if a memory cannot be reached
   */
  VerbsProcess(
      VerbsMachine machine,
      int self,
      Card card,
      List<InetSocketAddress> hosts,
      int processes,
      PeerAuthentication authentication,
      SplittableRandom random,
      @Nullable Signer signer,
      int spins)
      throws IOException {
    this.machine = machine;
    this.self = self;
    this.processes = processes;
    this.authentication = authentication;
    this.random = random;
    ways = new VerbsWay[hosts.size()];
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
    try {
      for (int i = 0; i < ways.length; i++) {
        ways[i] = connect(i + 1, hosts.get(i));
        waysById.put(ways[i].connectionId(), ways[i]);
        memories.add(new FramedMemory(ways[i], READS_MAX));
      }
    } catch (IOException e) {
      giveBack();
      loop.abandon();
      throw e;
    }
  }

  private VerbsWay connect(int memory, InetSocketAddress host) throws IOException {
    long id = connections.resolveAddress(host, CONNECT_MILLIS);
    QueuePair control = null;
    Mailbox mailbox = null;
    try {
      await(id, ConnectionEvent.Type.ADDRESS_RESOLVED, host);
      connections.resolveRoute(id, CONNECT_MILLIS);
      await(id, ConnectionEvent.Type.ROUTE_RESOLVED, host);
      control = QueuePair.ofConnection(id, domain, queue, Mailbox.SLOTS, Mailbox.SLOTS, 0);
      mailbox = new Mailbox(domain, control, memory, 0);
      mailbox.postAll();
      Handshake.Hello hello = new Handshake.Hello(self, memory, Handshake.nonce());
      connections.connect(id, control, hello.encode());
      Value hostNonce =
          Handshake.challenged(await(id, ConnectionEvent.Type.ESTABLISHED, host).privateData());
      if (hostNonce == null) {
        throw new IOException(host + " is no memory's host");
      }
      prove(hello, hostNonce, control, mailbox, id, host);
      return new VerbsWay(memory, this, domain, queue, buffers, connections, id, control, mailbox);
    } catch (IOException e) {
      connections.destroy(id, control);
      if (mailbox != null) {
        mailbox.close();
      }
      throw e;
    }
  }

  /**
   * Proves to the host of a memory who this process is, and has it prove itself.
   *
   * <p>Its answer is the first message that arrives at all: a host tells nothing before it is asked
   * for reads and writes, and so the other connections are quiet, too.
   */
  private void prove(
      Handshake.Hello hello,
      Value hostNonce,
      QueuePair control,
      Mailbox mailbox,
      long id,
      InetSocketAddress host)
      throws IOException {
    ByteBuffer out = ByteBuffer.allocate(Wire.BYTES_MAX);
    Handshake.put(
        out,
        Handshake.PROVE,
        authentication.prove(
            Handshake.transcript(true, hello, hostNonce, control.number(), control.peerNumber())));
    mailbox.send(out.flip());
    Value proof = null;
    boolean sent = false;
    long deadline = System.nanoTime() + CONNECT_NANOS_MAX;
    while (proof == null || !sent) {
      ConnectionEvent event = connections.next();
      if (event != null && event.id() == id) {
        throw new IOException(host + " does not believe that this is process " + self);
      }
      int count = queue.poll();
      for (int i = 0; i < count; i++) {
        long work = queue.workRequest(i);
        int slot = WorkId.index(work);
        if (WorkId.owner(work) != hello.memory() || queue.status(i) != CompletionQueue.SUCCESS) {
          throw new IOException("cannot connect to " + host + ": status " + queue.status(i));
        } else if (WorkId.kind(work) == WorkId.SENT) {
          mailbox.sent(slot);
          sent = true;
        } else if (proof == null) {
          proof = proof(mailbox.received(slot, queue.bytes(i)), host);
          mailbox.release(slot);
        }
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("cannot connect to " + host + ": no proof");
      }
      if (count == 0) {
        LockSupport.parkNanos(50_000);
      }
    }
    Value said =
        Handshake.transcript(false, hello, hostNonce, control.number(), control.peerNumber());
    if (!authentication.verify(processes + hello.memory(), said, proof)) {
      throw new IOException(host + " does not prove that it hosts memory " + hello.memory());
    }
  }

  private static Value proof(ByteBuffer message, InetSocketAddress host) throws IOException {
    try {
      return Handshake.take(message, Handshake.PROVEN);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException(host + " is no memory's host", e);
    }
  }

  /** Waits for the next event of a connection, which has to be of one kind. */
  private ConnectionEvent await(long id, ConnectionEvent.Type expected, InetSocketAddress host)
      throws IOException {
    long deadline = System.nanoTime() + CONNECT_NANOS_MAX;
    while (System.nanoTime() < deadline) {
      ConnectionEvent event = connections.next();
      if (event == null) {
        Wakeup.await(new int[] {connections.fd()}, 100);
      } else if (event.id() == id && event.type() == expected) {
        return event;
      } else if (event.id() == id) {
        throw new IOException(
            "cannot connect to " + host + ": " + event.type() + " " + event.status());
      }
      // Another connection's can only be its end, which its queue pair will show.
    }
    throw new IOException("cannot connect to " + host + ": no answer");
  }

  private void giveBack() {
    try {
      for (VerbsWay way : waysById.values()) {
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

  int randomSequence() {
    return random.nextInt(1 << 24);
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
    return machine.processes();
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
    return channel(channel);
  }

  VerbsLinks channel(int channel) {
    // Made by its first message, if that is there before the receiver.
    return channels.computeIfAbsent(channel, c -> new VerbsLinks(this, c));
  }

  VerbsProcess peer(int number) {
    return machine.verbs(number);
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
        if (way != null && event.type() != ConnectionEvent.Type.TIMEWAIT_EXIT) {
          way.die(event.type().toString());
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
