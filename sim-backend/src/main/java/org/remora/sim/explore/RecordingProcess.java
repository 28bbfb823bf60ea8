package org.remora.sim.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Coin;
import org.remora.memory.Links;
import org.remora.memory.Memory;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Signer;
import org.remora.memory.Value;

/**
 * A process that does nothing but run its program, input by input, and record what that emits. Its
 * clock stands still and its coin shows heads, so that the program is a function of its inputs.
 */
final class RecordingProcess implements ProcessContext, Clock, Coin, HeapDigest.Fixture {
  private final int self;
  private final int processes;
  private final List<Way> ways = new ArrayList<>();
  private final TreeMap<Integer, Channel> channels = new TreeMap<>();
  private final TreeMap<Integer, Function<Value, String>> notations = new TreeMap<>();
  private final List<@Nullable Alarm> alarms = new ArrayList<>();

  /** By slot: the class of what the timers there call. */
  private final List<Class<?>> kinds = new ArrayList<>();

  private final Queue<Runnable> tasks = new ArrayDeque<>();

  /** The names of the signatures that it has made. */
  private final TreeSet<String> signed = new TreeSet<>();

  private final int decisionsMax;

  /** What this step has emitted. */
  private List<InFlight> emitted = new ArrayList<>();

  private @Nullable Value decision;
  private int decisions;
  private int decidedAfter;

  RecordingProcess(int self, int processes, int memories, int decisionsMax) {
    this.decisionsMax = decisionsMax;
    this.self = self;
    this.processes = processes;
    for (int memory = 1; memory <= memories; memory++) {
      ways.add(new Way(memory));
    }
  }

  void start(Program program) {
    program.start(this, this::decide);
    runTasks();
  }

  void answered(InFlight.Answer answer) {
    Consumer<Operation.Result> completion =
        ways.get(answer.memory() - 1).take(answer.operation(), answer.slot());
    completion.accept(answer.result());
    runTasks();
  }

  void received(InFlight.Message message) {
    channel(message.channel()).received(message);
    runTasks();
  }

  void expired(int slot) {
    Alarm alarm = alarms.get(slot);
    if (alarm == null) {
      throw new IllegalStateException("no timer " + slot);
    }
    alarm.cancel();
    alarm.expiry.run();
    runTasks();
  }

  /** What was emitted since this was called last. */
  List<InFlight> takeEmitted() {
    List<InFlight> taken = emitted;
    emitted = new ArrayList<>();
    return taken;
  }

  /** Its last decision. */
  @Nullable Value decision() {
    return decision;
  }

  /** How often it has decided. */
  int decisions() {
    return decisions;
  }

  /** The names of the signatures that it has made, in their order. */
  List<String> signed() {
    return List.copyOf(signed);
  }

  /** How much of the step's emissions had been emitted when it decided. */
  int decidedAfter() {
    return decidedAfter;
  }

  /** How traces write the messages of each channel. */
  Map<Integer, Function<Value, String>> notations() {
    return notations;
  }

  /** The timers that are set, as a set of bits. */
  int timers() {
    int bits = 0;
    for (int slot = 0; slot < alarms.size(); slot++) {
      if (alarms.get(slot) != null) {
        bits |= 1 << slot;
      }
    }
    return bits;
  }

  /** All from where the program can go on: what it does next is a function of these. */
  List<@Nullable Object> roots() {
    List<@Nullable Object> roots = new ArrayList<>();
    for (Way way : ways) {
      roots.add(way.completions);
    }
    for (Channel channel : channels.values()) {
      roots.add(channel.number);
      roots.add(channel.receiver);
      roots.add(new ArrayList<>(channel.early));
    }
    for (Alarm alarm : alarms) {
      roots.add(alarm == null ? null : alarm.expiry);
    }
    roots.add(kinds);
    roots.add(decision);
    roots.add(decisions);
    roots.add(signed);
    return roots;
  }

  private void decide(Value value) {
    if (decisions == decisionsMax) {
      throw new IllegalStateException("decided " + decision + ", and then " + value);
    }
    decision = value;
    decisions++;
    decidedAfter = emitted.size();
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
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
    return ways.size();
  }

  @Override
  public Memory memory(int number) {
    return ways.get(number - 1);
  }

  @Override
  public Links links(int channel, Function<Value, String> notation) {
    notations.put(channel, notation);
    return channel(channel);
  }

  @Override
  public Clock clock() {
    return this;
  }

  @Override
  public Coin coin() {
    return this;
  }

  @Override
  public Signer signer() {
    return new IdealSignature.OfProcess(self, signed);
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public long now() {
    return 0;
  }

  @Override
  public Timer after(long delayNanos, Runnable expiry) {
    // A timer of one kind takes a slot of that kind, whatever other timers are set.
    int slot = 0;
    while (slot < alarms.size()
        && (alarms.get(slot) != null || kinds.get(slot) != expiry.getClass())) {
      slot++;
    }
    if (slot == alarms.size()) {
      alarms.add(null);
      kinds.add(expiry.getClass());
    }
    Alarm alarm = new Alarm(slot, expiry);
    alarms.set(slot, alarm);
    return alarm;
  }

  @Override
  public boolean flip() {
    return true;
  }

  @Override
  public long below(long bound) {
    return 0;
  }

  @Override
  public String identity() {
    return "process";
  }

  private Channel channel(int number) {
    return channels.computeIfAbsent(number, Channel::new);
  }

  private final class Alarm implements Timer, HeapDigest.Fixture {
    private final int slot;
    private final Runnable expiry;

    Alarm(int slot, Runnable expiry) {
      this.slot = slot;
      this.expiry = expiry;
    }

    @Override
    public void cancel() {
      if (isSet()) {
        alarms.set(slot, null);
      }
    }

    @SuppressWarnings("ReferenceEquality") // this timer, not one like it
    private boolean isSet() {
      return alarms.get(slot) == this;
    }

    @Override
    public String identity() {
      return isSet() ? "timer " + slot : "no timer";
    }
  }

  private final class Channel implements Links, HeapDigest.Fixture {
    private final int number;
    private final Queue<InFlight.Message> early = new ArrayDeque<>();
    private @Nullable Receiver receiver;

    Channel(int number) {
      this.number = number;
    }

    @Override
    public void send(int to, Value message) {
      emitted.add(new InFlight.Message(self, to, number, message));
    }

    @Override
    public void broadcast(Value message) {
      for (int to = 1; to <= processes; to++) {
        send(to, message);
      }
    }

    @Override
    public void onReceive(Receiver newReceiver) {
      receiver = newReceiver;
      for (InFlight.Message message = early.poll(); message != null; message = early.poll()) {
        InFlight.Message first = message;
        execute(() -> newReceiver.received(first.from(), first.value()));
      }
    }

    void received(InFlight.Message message) {
      if (receiver == null) {
        early.add(message);
      } else {
        receiver.received(message.from(), message.value());
      }
    }

    @Override
    public String identity() {
      return "channel " + number;
    }
  }

  private final class Way implements Memory, HeapDigest.Fixture {
    private final int number;

    /**
     * What awaits the operations in flight: by what they are and not by when they were submitted,
     * and of equal ones by slot.
     */
    private final TreeMap<String, TreeMap<Integer, Object>> completions = new TreeMap<>();

    Way(int number) {
      this.number = number;
    }

    @Override
    public int number() {
      return number;
    }

    @Override
    public void read(Region region, int register, ReadCompletion completion) {
      region.checkRegisters(register, 1);
      submit(new Operation.Read(region.id(), register, 1, false), completion);
    }

    @Override
    public void readRange(Region region, int first, int count, RangeCompletion completion) {
      region.checkRegisters(first, count);
      submit(new Operation.Read(region.id(), first, count, true), completion);
    }

    @Override
    public void write(Region region, int register, Value value, Completion completion) {
      region.checkRegisters(register, 1);
      region.checkValue(value);
      submit(new Operation.Write(region.id(), register, value), completion);
    }

    @Override
    public void compareAndSwap(
        Region region, int register, long expected, long desired, WordCompletion completion) {
      region.checkRegisters(register, 1);
      if (!region.words()) {
        throw new IllegalArgumentException(region.name() + " is not a region of words");
      }
      submit(new Operation.Swap(region.id(), register, expected, desired), completion);
    }

    @Override
    public boolean supportsCompareAndSwap() {
      return true;
    }

    @Override
    public void changePermission(Region region, Permission permission, Completion completion) {
      submit(new Operation.Change(region.id(), permission), completion);
    }

    private void submit(Operation operation, Object completion) {
      TreeMap<Integer, Object> equal =
          completions.computeIfAbsent(operation.key(), key -> new TreeMap<>());
      int slot = 0;
      while (equal.containsKey(slot)) {
        slot++;
      }
      equal.put(slot, completion);
      emitted.add(new InFlight.Request(self, number, slot, operation));
    }

    /** Takes the completion of an operation, which is in flight no longer. */
    Consumer<Operation.Result> take(Operation operation, int slot) {
      TreeMap<Integer, Object> equal = completions.getOrDefault(operation.key(), new TreeMap<>());
      Object completion = equal.remove(slot);
      if (equal.isEmpty()) {
        completions.remove(operation.key());
      }
      if (completion instanceof Completion plain) {
        return result -> plain.completed(result.outcome());
      }
      if (completion instanceof ReadCompletion read) {
        return result ->
            read.completed(
                result.outcome(),
                result.values().isEmpty() ? Value.BOTTOM : result.values().get(0));
      }
      if (completion instanceof RangeCompletion range) {
        return result -> range.completed(result.outcome(), result.values());
      }
      if (completion instanceof WordCompletion swap) {
        return result -> swap.completed(result.outcome(), result.word());
      }
      throw new IllegalStateException("nothing in flight, but an answer to " + operation);
    }

    @Override
    public String identity() {
      return "memory " + number;
    }
  }
}
