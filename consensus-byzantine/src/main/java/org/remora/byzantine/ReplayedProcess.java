package org.remora.byzantine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Coin;
import org.remora.memory.Links;
import org.remora.memory.Memory;
import org.remora.memory.ProcessContext;
import org.remora.memory.Signer;
import org.remora.memory.Value;

/**
 * A process on which an algorithm over messages runs as a deterministic state machine: what it is
 * given are events, what it makes are outputs, and it sees nothing else. So every process can run
 * the algorithm of every other on the history that the other tells, and see whether it sends what
 * the other sent.
 *
 * <p>The clock stands still, and the coin shows one side: an algorithm that uses them for nothing
 * but to choose how long to wait is none the worse, since how long a wait really takes is decided
 * where the algorithm really runs. Used on the event loop only.
 */
final class ReplayedProcess implements ProcessContext {
  private final int self;
  private final int processes;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  // Trees, whose order follows from what is in them: so that explorers can tell states apart.
  private final Map<Integer, Channel> channels = new TreeMap<>();
  private final Map<Integer, Runnable> timers = new TreeMap<>();
  private final List<Alarm> alarms = new ArrayList<>();
  private final List<HistoryMessage.Output> outputs = new ArrayList<>();
  private int timersSet;

  /** A timer that was set since {@link #takeAlarms} was called last. */
  record Alarm(int timer, long nanos) {}

  ReplayedProcess(int self, int processes) {
    this.self = self;
    this.processes = processes;
  }

  /** Runs what waits to be run: the end of every event. */
  void settle() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** A message of the algorithm has come. */
  void receive(int from, int channel, Value payload) {
    Channel receiving = channels.get(channel);
    if (receiving != null && receiving.receiver != null) {
      receiving.receiver.received(from, payload);
    }
    settle();
  }

  /** A timer expires; false if it is not set. */
  boolean expire(int timer) {
    Runnable expiry = timers.remove(timer);
    if (expiry == null) {
      return false;
    }
    expiry.run();
    settle();
    return true;
  }

  /** What was sent since the last call. */
  List<HistoryMessage.Output> takeOutputs() {
    List<HistoryMessage.Output> taken = List.copyOf(outputs);
    outputs.clear();
    return taken;
  }

  /** The timers that were set since the last call. */
  List<Alarm> takeAlarms() {
    List<Alarm> taken = List.copyOf(alarms);
    alarms.clear();
    return taken;
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
    return 0;
  }

  @Override
  public Memory memory(int number) {
    throw new IndexOutOfBoundsException("an algorithm that is replayed uses messages only");
  }

  @Override
  public Links links(int channel, Function<Value, String> notation) {
    return channels.computeIfAbsent(channel, Channel::new);
  }

  @Override
  public Clock clock() {
    return new StandingClock();
  }

  @Override
  public Coin coin() {
    return new OneSidedCoin();
  }

  @Override
  public Signer signer() {
    throw new IllegalStateException("an algorithm that is replayed signs nothing");
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  private final class Channel implements Links {
    private final int number;
    private @Nullable Receiver receiver;

    Channel(int number) {
      this.number = number;
    }

    @Override
    public void send(int to, Value message) {
      outputs.add(new HistoryMessage.Output(to, number, message));
    }

    @Override
    public void broadcast(Value message) {
      outputs.add(new HistoryMessage.Output(0, number, message));
    }

    @Override
    public void onReceive(Receiver newReceiver) {
      receiver = newReceiver;
    }
  }

  private final class StandingClock implements Clock {
    @Override
    public long now() {
      return 0;
    }

    @Override
    public Timer after(long delayNanos, Runnable expiry) {
      int timer = ++timersSet;
      timers.put(timer, expiry);
      alarms.add(new Alarm(timer, delayNanos));
      return () -> timers.remove(timer);
    }
  }

  private static final class OneSidedCoin implements Coin {
    @Override
    public boolean flip() {
      return true;
    }

    @Override
    public long below(long bound) {
      return bound - 1;
    }
  }
}
