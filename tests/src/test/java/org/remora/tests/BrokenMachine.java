package org.remora.tests;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.remora.memory.Clock;
import org.remora.memory.Coin;
import org.remora.memory.ForwardingProcess;
import org.remora.memory.LegalChange;
import org.remora.memory.Links;
import org.remora.memory.Machine;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.RegionTable;
import org.remora.memory.Value;
import org.remora.sim.Latency;
import org.remora.sim.SimWorld;

/** A simulated world that breaks one promise: what the conformance suite must not let through. */
final class BrokenMachine implements TestMachine, Machine {
  private final Breach breach;
  private final SimTestMachine test;
  private final Machine world;
  private final Map<Integer, BrokenProcess> processes = new HashMap<>();

  /** The regions as a sound host would judge them, per memory. */
  private final List<RegionTable> judges = new ArrayList<>();

  BrokenMachine(Breach breach, int processes, int memories, long seed) {
    this.breach = breach;
    SimWorld.Settings settings =
        SimWorld.of(processes, memories).latency(Latency.uniform(100, 5_000));
    switch (breach) {
      case PERMISSIONS_ARE_IGNORED, PERMISSIONS_ARE_IGNORED_IN_A_RACE ->
          settings.enforcement(RegionTable.Enforcement.IGNORED);
      case REGISTERS_TEAR -> settings.tearing(SimWorld.Tearing.BARE);
      default -> {}
    }
    test = new SimTestMachine(settings, seed);
    world = test.machine();
    for (int memory = 1; memory <= memories; memory++) {
      judges.add(new RegionTable());
    }
    if (breach == Breach.EARLY_MESSAGES_ARE_DROPPED) {
      for (int process = 1; process <= processes; process++) {
        world.process(process).links(3, Value::toString).onReceive((from, message) -> {});
      }
    }
  }

  @Override
  public Machine machine() {
    return this;
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    test.await(what, condition);
  }

  @Override
  public void settle() {
    test.settle();
  }

  @Override
  public void crashProcess(int process) {
    if (breach != Breach.CRASHED_PROCESSES_GO_ON) {
      test.crashProcess(process);
    }
  }

  @Override
  public void crashMemory(int memory) {
    switch (breach) {
      case CRASHED_MEMORIES_ANSWER -> {}
      case A_CRASHED_MEMORY_BLOCKS_ALL -> {
        for (int each = 1; each <= memories(); each++) {
          test.crashMemory(each);
        }
      }
      default -> test.crashMemory(memory);
    }
  }

  @Override
  public boolean runsInParallel() {
    return false;
  }

  @Override
  public void close() {
    test.close();
  }

  @Override
  public int processes() {
    return world.processes();
  }

  @Override
  public int memories() {
    return world.memories() + (breach == Breach.MACHINES_MISCOUNT ? 1 : 0);
  }

  @Override
  public ProcessContext process(int number) {
    return processes.computeIfAbsent(number, n -> new BrokenProcess(world.process(n)));
  }

  @Override
  public void define(int memory, Region region) {
    judges.get(memory - 1).define(region);
    Permission open = Permission.open(processes());
    LegalChange anything = (requester, current, requested) -> true;
    Region held =
        switch (breach) {
          case WRITES_LAND_AFTER_THE_CHECK, REFUSED_WRITES_LAND, REFUSED_READS_SHOW_THE_VALUE ->
              with(region, open, LegalChange.NEVER);
          case ANY_CHANGE_IS_LEGAL, REFUSED_CHANGES_ARE_MADE, FORGED_POLICIES_ARE_BELIEVED ->
              with(region, region.initial(), anything);
          case REVOCATION_CAN_BE_UNDONE ->
              region.legalChange() instanceof LegalChange.RevokeOnly
                  ? with(region, region.initial(), anything)
                  : region;
          default -> region;
        };
    world.define(memory, held);
    if (breach == Breach.MEMORIES_SHARE_THEIR_REGIONS) {
      for (int other = 1; other <= memories(); other++) {
        int at = other;
        quietly(() -> world.define(at, held)); // the first definition stands
      }
    }
  }

  private static Region with(Region region, Permission initial, LegalChange legalChange) {
    return new Region(
        region.id(),
        region.name(),
        region.registers(),
        region.registerBytes(),
        region.words(),
        initial,
        legalChange,
        region.notation());
  }

  private final class BrokenProcess extends ForwardingProcess {
    private final Map<Integer, Links> channels = new HashMap<>();
    private int tasks;

    BrokenProcess(ProcessContext process) {
      super(process);
    }

    @Override
    public Memory memory(int number) {
      return new BrokenWay(this, process.memory(number), judges.get(number - 1));
    }

    @Override
    public Links links(int channel, Function<Value, String> notation) {
      int mixed = breach == Breach.CHANNELS_ARE_MIXED_UP ? 1 : channel;
      Links links =
          channels.computeIfAbsent(
              channel, c -> new BrokenLinks(this, process.links(mixed, notation)));
      return breach == Breach.LINKS_ARE_NEW_EACH_TIME
          ? new BrokenLinks(this, process.links(mixed, notation))
          : links;
    }

    @Override
    public Clock clock() {
      return new BrokenClock(process.clock());
    }

    @Override
    public Coin coin() {
      return breach == Breach.COINS_ARE_BIASED ? new BiasedCoin() : process.coin();
    }

    @Override
    public void execute(Runnable task) {
      tasks++;
      if (breach == Breach.TASKS_RUN_AT_ONCE) {
        task.run();
      } else if (breach != Breach.TASKS_ARE_LOST || tasks % 500 != 0) {
        process.execute(task);
      }
    }
  }

  /** Most breaches sit on the way to a memory. */
  private final class BrokenWay implements Memory {
    private final BrokenProcess process;
    private final Memory way;
    private final RegionTable judge;

    BrokenWay(BrokenProcess process, Memory way, RegionTable judge) {
      this.process = process;
      this.way = way;
      this.judge = judge;
    }

    @Override
    public int number() {
      return way.number();
    }

    @Override
    public boolean supportsCompareAndSwap() {
      return true;
    }

    @Override
    public void read(Region region, int register, ReadCompletion completion) {
      beforeSending(region);
      ReadCompletion seen =
          (outcome, value) -> complete(() -> completion.completed(outcome, broken(value)));
      switch (breach) {
        case COMPLETIONS_RUN_INSIDE_THE_CALL -> completion.completed(Outcome.NAK, Value.BOTTOM);
        case BOUNDS_ARE_NOT_CHECKED -> quietly(() -> way.read(region, register, seen));
        case READS_ARE_STALE -> readStale(region, register, seen);
        case REFUSED_WRITES_LAND, WRITES_LAND_AFTER_THE_CHECK, REFUSED_READS_SHOW_THE_VALUE ->
            way.read(
                region,
                register,
                (outcome, value) -> {
                  Outcome judged =
                      judge.read(process.self(), region.id(), register) == null
                          ? Outcome.NAK
                          : outcome;
                  boolean shown =
                      judged == Outcome.ACK || breach == Breach.REFUSED_READS_SHOW_THE_VALUE;
                  seen.completed(judged, shown ? value : Value.BOTTOM);
                });
        default -> way.read(region, register, seen);
      }
    }

    private Value broken(Value value) {
      if (breach == Breach.EMPTY_READS_AS_BOTTOM && value.length() == 0) {
        return Value.BOTTOM;
      }
      return breach == Breach.BOTTOM_READS_AS_EMPTY && value.isBottom() ? Value.EMPTY : value;
    }

    private void readStale(Region region, int register, ReadCompletion completion) {
      String key = number() + " " + region.id() + " " + register;
      Value before = lastRead.get(key);
      way.read(
          region,
          register,
          (outcome, value) -> {
            lastRead.put(key, value);
            completion.completed(outcome, before == null ? value : before);
          });
    }

    @Override
    public void readRange(Region region, int first, int count, RangeCompletion completion) {
      beforeSending(region);
      RangeCompletion seen =
          (outcome, values) ->
              complete(
                  () -> {
                    List<Value> shown = new ArrayList<>(values.stream().map(this::broken).toList());
                    if (breach == Breach.RANGES_ARE_REVERSED) {
                      Collections.reverse(shown);
                    }
                    completion.completed(outcome, shown);
                  });
      switch (breach) {
        case COMPLETIONS_RUN_INSIDE_THE_CALL -> completion.completed(Outcome.NAK, List.of());
        case BOUNDS_ARE_NOT_CHECKED -> quietly(() -> way.readRange(region, first, count, seen));
        case REFUSED_WRITES_LAND, WRITES_LAND_AFTER_THE_CHECK, REFUSED_READS_SHOW_THE_VALUE ->
            way.readRange(
                region,
                first,
                count,
                (outcome, values) -> {
                  boolean allowed =
                      judge.readRange(process.self(), region.id(), first, count) != null;
                  seen.completed(allowed ? outcome : Outcome.NAK, allowed ? values : List.of());
                });
        default -> way.readRange(region, first, count, seen);
      }
    }

    @Override
    public void write(Region region, int register, Value value, Completion completion) {
      beforeSending(region);
      Completion seen = outcome -> complete(() -> completion.completed(outcome));
      switch (breach) {
        case COMPLETIONS_RUN_INSIDE_THE_CALL -> completion.completed(Outcome.NAK);
        case BOUNDS_ARE_NOT_CHECKED -> quietly(() -> way.write(region, register, value, seen));
        case WRITES_LAND_AFTER_THE_CHECK -> {
          // Checked here, landing later.
          Outcome judged = judge.write(process.self(), region.id(), register, value);
          if (judged == Outcome.ACK) {
            way.write(region, register, value, seen);
          } else {
            way.read(region, register, (outcome, read) -> seen.completed(Outcome.NAK));
          }
        }
        case REFUSED_WRITES_LAND, REFUSED_READS_SHOW_THE_VALUE ->
            way.write(
                region,
                register,
                value,
                outcome ->
                    seen.completed(judge.write(process.self(), region.id(), register, value)));
        default -> way.write(region, register, value, seen);
      }
    }

    @Override
    public void compareAndSwap(
        Region region, int register, long expected, long desired, WordCompletion completion) {
      beforeSending(region);
      WordCompletion seen =
          (outcome, before) -> complete(() -> completion.completed(outcome, before));
      switch (breach) {
        case COMPLETIONS_RUN_INSIDE_THE_CALL -> completion.completed(Outcome.NAK, 0);
        case BOUNDS_ARE_NOT_CHECKED ->
            quietly(() -> way.compareAndSwap(region, register, expected, desired, seen));
        case SWAPS_TAKE_TWO_STEPS ->
            way.read(
                region,
                register,
                (outcome, value) -> {
                  if (outcome == Outcome.ACK && value.word() == expected) {
                    way.write(
                        region,
                        register,
                        Value.ofWord(desired),
                        written -> seen.completed(written, expected));
                  } else {
                    seen.completed(outcome, value.word());
                  }
                });
        default -> way.compareAndSwap(region, register, expected, desired, seen);
      }
    }

    @Override
    public void changePermission(Region region, Permission permission, Completion completion) {
      beforeSending(region);
      int self = process.self();
      Completion seen = outcome -> complete(() -> completion.completed(outcome));
      switch (breach) {
        case COMPLETIONS_RUN_INSIDE_THE_CALL -> completion.completed(Outcome.NAK);
        case WRITES_LAND_AFTER_THE_CHECK, REFUSED_WRITES_LAND, REFUSED_READS_SHOW_THE_VALUE ->
            way.changePermission(
                region,
                permission,
                outcome -> seen.completed(judge.changePermission(self, region.id(), permission)));
        case REFUSED_CHANGES_ARE_MADE ->
            way.changePermission(
                region,
                permission,
                outcome -> seen.completed(judge.changePermission(self, region.id(), permission)));
        case CHANGES_ARE_ONLY_ACKNOWLEDGED ->
            way.read(
                region,
                0,
                (outcome, value) ->
                    seen.completed(judge.changePermission(self, region.id(), permission)));
        case FORGED_POLICIES_ARE_BELIEVED -> {
          if (region.legalChange().isLegal(self, region.initial(), permission)) {
            way.changePermission(region, permission, seen);
          } else {
            way.read(region, 0, (outcome, value) -> seen.completed(Outcome.NAK));
          }
        }
        default -> way.changePermission(region, permission, seen);
      }
    }

    private void beforeSending(Region region) {
      if (!judge.has(region.id(), 0)) {
        if (breach == Breach.UNKNOWN_REGIONS_ARE_MADE) {
          define(number(), region);
        } else if (breach == Breach.UNKNOWN_REGIONS_THROW) {
          throw new IllegalStateException("no region " + region.id());
        }
      }
    }

    private void complete(Runnable completion) {
      switch (breach) {
        case COMPLETIONS_ARE_LOST -> {
          if (Math.floorMod(++completionsOfAll, 400) != 0) {
            completion.run();
          }
        }
        case COMPLETIONS_RUN_TWICE -> {
          completion.run();
          completion.run();
        }
        case COMPLETIONS_RUN_ELSEWHERE -> runElsewhere(completion);
        default -> completion.run();
      }
    }
  }

  private final Map<String, Value> lastRead = new HashMap<>();
  private int completionsOfAll;

  private static void quietly(Runnable submission) {
    try {
      submission.run();
    } catch (IllegalArgumentException | IndexOutOfBoundsException unnoticed) {
      // as the breach has it
    }
  }

  private static void runElsewhere(Runnable callback) {
    List<Throwable> thrown = new ArrayList<>();
    Thread thread = new Thread(callback, "elsewhere");
    thread.setUncaughtExceptionHandler((t, e) -> thrown.add(e));
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (!thrown.isEmpty()) {
      throw new AssertionError(thrown.get(0));
    }
  }

  private final class BrokenLinks implements Links {
    private final BrokenProcess process;
    private final Links links;
    private int sent;
    private Receiver receiver = (from, message) -> {};

    BrokenLinks(BrokenProcess process, Links links) {
      this.process = process;
      this.links = links;
      if (breach == Breach.MESSAGES_TO_ONESELF_COME_AT_ONCE) {
        links.onReceive((from, message) -> receiver.received(from, message));
      }
    }

    @Override
    public void send(int to, Value message) {
      sent++;
      if (breach == Breach.MESSAGES_TO_ONESELF_COME_AT_ONCE && to == process.self()) {
        receiver.received(to, message);
      } else if (breach != Breach.MESSAGES_ARE_LOST || sent % 20 != 0) {
        links.send(to, message);
      }
      if (breach == Breach.MESSAGES_COME_TWICE && sent % 20 == 0) {
        links.send(to, message);
      }
    }

    @Override
    public void broadcast(Value message) {
      for (int to = 1; to <= process.processes(); to++) {
        if (breach != Breach.BROADCASTS_LEAVE_ONESELF_OUT || to != process.self()) {
          send(to, message);
        }
      }
    }

    @Override
    public void onReceive(Receiver newReceiver) {
      receiver = newReceiver;
      links.onReceive(
          breach == Breach.SENDERS_ARE_FORGED
              ? (from, message) -> newReceiver.received(1, message)
              : newReceiver);
    }
  }

  private static final class BiasedCoin implements Coin {
    @Override
    public boolean flip() {
      return true;
    }

    @Override
    public long below(long bound) {
      return bound - 1;
    }
  }

  private final class BrokenClock implements Clock {
    private final Clock clock;

    BrokenClock(Clock clock) {
      this.clock = clock;
    }

    @Override
    public long now() {
      return clock.now();
    }

    @Override
    public Timer after(long delayNanos, Runnable expiry) {
      Timer timer =
          clock.after(breach == Breach.TIMERS_ARE_EARLY ? delayNanos / 2 : delayNanos, expiry);
      return breach == Breach.CANCELLED_TIMERS_EXPIRE ? () -> {} : timer;
    }
  }
}
