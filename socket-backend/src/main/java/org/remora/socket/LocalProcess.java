package org.remora.socket;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Coin;
import org.remora.memory.CostCounter;
import org.remora.memory.Links;
import org.remora.memory.Memory;
import org.remora.memory.ProcessContext;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process of a local machine. */
final class LocalProcess implements ProcessContext {
  private static final Logger LOG = LoggerFactory.getLogger(LocalMachine.class);

  /** What a message takes in an inbox besides its payload, about. */
  private static final int MESSAGE_BYTES = 64;

  final EventLoop loop;
  final CostCounter costs = new CostCounter();
  private final LocalMachine machine;
  private final int self;
  private final List<Memory> memories = new ArrayList<>();
  private final Map<Integer, LocalLinks> channels = new ConcurrentHashMap<>();
  private final Coin coin;
  private final @Nullable Signer signer;
  private volatile @Nullable Throwable failure;

  /** The bytes sent to each process so far, by this one. */
  private final long[] sent;

  /** Whether messages to a process were dropped already: that is logged once. */
  private final boolean[] dropped;

  /** The bytes from each process that this one's program has received so far. */
  private final AtomicLongArray taken;

  private final long inboxBytesMax;
  private final boolean callerRuns;

  LocalProcess(
      LocalMachine machine,
      int self,
      SplittableRandom random,
      @Nullable Signer signer,
      int processes,
      List<LocalMemory> memories,
      long inboxBytesMax,
      boolean callerRuns) {
    this.machine = machine;
    this.self = self;
    this.inboxBytesMax = inboxBytesMax;
    this.callerRuns = callerRuns;
    sent = new long[processes + 1];
    dropped = new boolean[processes + 1];
    taken = new AtomicLongArray(processes + 1);
    loop = new EventLoop("remora-process-" + self, this::failed);
    coin = new LocalCoin(random, loop);
    this.signer = signer == null ? null : new CountingSigner(signer, costs, loop);
    for (LocalMemory memory : memories) {
      this.memories.add(new LocalMemoryWay(self, loop, costs, memory));
    }
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
    return memories.size();
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
      throw new IllegalStateException("this machine was built without a signer");
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
    if (callerRuns) {
      loop.execute(item);
    } else {
      loop.put(item);
    }
  }

  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  LocalProcess peer(int number) {
    return machine.local(number);
  }

  LocalLinks channel(int channel) {
    // Made by its first message, if that is there before the receiver.
    return channels.computeIfAbsent(channel, c -> new LocalLinks(this, c));
  }

  /**
   * Puts a message into a peer's inbox, unless more of this process's messages lie there than a
   * peer that runs ever leaves: then it is dropped, as by a link to a crashed process. Counted per
   * sender, so that a flood harms nobody's messages but the flooder's.
   */
  void send(LocalProcess to, int channel, Value message) {
    int bytes = message.length() + MESSAGE_BYTES;
    int receiver = to.self;
    if (sent[receiver] - to.taken.get(self) > inboxBytesMax) {
      if (!dropped[receiver] && !to.loop.isStopped()) {
        dropped[receiver] = true;
        LOG.warn(
            "process {} drops messages to process {}: over {} bytes of its earlier ones wait there",
            self,
            receiver,
            inboxBytesMax);
      }
      return;
    }
    sent[receiver] += bytes;
    to.loop.put(new LocalLinks.Message(to, channel, self, message));
  }

  /** The program is about to receive a message. */
  void took(int from, Value message) {
    taken.lazySet(from, taken.getPlain(from) + message.length() + MESSAGE_BYTES);
  }

  private void failed(Throwable bug) {
    failure = bug;
    LOG.error("process {} stops as if crashed: its program threw", self, bug);
  }
}
