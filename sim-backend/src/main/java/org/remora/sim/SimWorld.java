package org.remora.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Costs;
import org.remora.memory.FramedMemory;
import org.remora.memory.Machine;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.RegionTable;

/**
 * A deterministic world of processes, memories and links in virtual time. A message is in flight
 * for one latency; an operation on a memory for two, the request and the answer, and takes effect
 * between them, atomically, under the permission of that moment.
 *
 * <p>Install programs through {@link #process}, then {@link #run} the world. All of it belongs to
 * one thread.
 */
public final class SimWorld implements Machine {
  private static final int ADVERSARY_SEES_MAX = 64;

  private final Settings settings;
  private final SplittableRandom random;
  private final Schedule schedule;
  private final boolean oneEventPerBroadcast;
  private final List<SimProcess> processes = new ArrayList<>();
  private final List<SimMemory> memories = new ArrayList<>();
  private long now;
  private long scheduled;
  private long happened;
  private long lastId;

  private SimWorld(Settings settings) {
    this.settings = settings;
    random = new SplittableRandom(settings.seed);
    // The same draw for both: a world that repeats an adversary's choices is the same world.
    schedule =
        !settings.reorders()
            ? new Schedule.Timed()
            : settings.adversarialEvents > 0
                ? new Schedule.Adversarial(
                    random.split(), settings.adversarialEvents, settings.choiceListener)
                : chosen(random.split(), settings.choices);
    boolean copiesDiffer =
        settings.faults.stream()
            .anyMatch(
                f ->
                    f instanceof Fault.SlowLink
                        || f instanceof Fault.Partition
                        || f instanceof Fault.ProcessCrashAfter);
    oneEventPerBroadcast = settings.latency.isConstant() && !settings.reorders() && !copiesDiffer;
    for (int memory = 1; memory <= settings.memories; memory++) {
      memories.add(new SimMemory(this, memory));
    }
    for (int process = 1; process <= settings.processes; process++) {
      processes.add(new SimProcess(this, process, random.split()));
    }
    for (Fault fault : settings.faults) {
      arm(fault);
    }
  }

  private static Schedule chosen(SplittableRandom unused, List<Choice> choices) {
    return new Schedule.Chosen(choices);
  }

  /** The settings of a world of so many processes and memories, to be completed and built. */
  public static Settings of(int processes, int memories) {
    return new Settings(processes, memories);
  }

  @Override
  public int processes() {
    return processes.size();
  }

  @Override
  public int memories() {
    return memories.size();
  }

  @Override
  public SimProcess process(int number) {
    return processes.get(number - 1);
  }

  @Override
  public void define(int memory, Region region) {
    memory(memory)
        .table
        .define(settings.tearing == Tearing.FRAMED ? FramedMemory.framed(region) : region);
  }

  /** The nanoseconds of virtual time that have passed. */
  public long now() {
    return now;
  }

  /** The delays that have passed. */
  public double delays() {
    return (double) now / Clock.DELAY_NANOS;
  }

  /** The number of events that have happened. */
  public long events() {
    return happened;
  }

  /** The processes that have not crashed. */
  public ProcessSet alive() {
    return ProcessSet.of(
        processes.stream().filter(p -> !p.crashed()).mapToInt(SimProcess::self).toArray());
  }

  /** Whether a memory has crashed. */
  public boolean memoryCrashed(int number) {
    return memory(number).crashed;
  }

  /** The permission of a region at a memory now, for checkers. */
  public Permission permission(int memory, Region region) {
    return memory(memory).table.permission(region.id());
  }

  /** What all processes together have spent so far. */
  public Costs costs() {
    return processes.stream().map(SimProcess::costs).reduce(Costs.NONE, Costs::plus);
  }

  /** Crashes a process now. */
  public void crashProcess(int number) {
    process(number).crash();
  }

  /** Crashes a memory now. */
  public void crashMemory(int number) {
    memory(number).crash();
  }

  /** Marks a moment in the trace, such as a decision of {@code process}. */
  public void mark(int process, String text) {
    if (traces()) {
      trace(TraceEvent.Kind.MARK, process, 0, 0, text, "");
    }
  }

  /**
   * Lets events happen until {@code done} holds, nothing is left to happen, or {@code eventsMax}
   * more have happened.
   *
   * @throws SimulationException if a program throws, an assertion that fails included, unless its
   *     process is one that {@linkplain Settings#crashOnThrow crashes} then; it names the seed
   */
  public End run(BooleanSupplier done, long eventsMax) {
    for (long left = eventsMax; !done.getAsBoolean(); left--) {
      if (left == 0) {
        return End.LIMIT;
      }
      Event event = schedule.next();
      if (event == null) {
        return End.QUIESCENT;
      }
      now = Math.max(now, event.time);
      happened++;
      try {
        event.happen();
      } catch (RuntimeException | AssertionError e) {
        throw new SimulationException(settings.seed, happened, e);
      }
    }
    return End.DONE;
  }

  /** Why a run ended. */
  public enum End {
    /** What it waited for holds. */
    DONE,
    /** Nothing is left that could happen. */
    QUIESCENT,
    /** As many events have happened as were allowed. */
    LIMIT
  }

  /** How registers behave when one is read beside a write. */
  public enum Tearing {
    /** Every register is atomic. */
    NONE,
    /** Registers over 8 bytes tear, and processes reach them through {@link FramedMemory}. */
    FRAMED,
    /** Registers over 8 bytes tear, unprotected: for checking checkers only. */
    BARE
  }

  Settings settings() {
    return settings;
  }

  SplittableRandom random() {
    return random;
  }

  SimMemory memory(int number) {
    return memories.get(number - 1);
  }

  long nextId() {
    return ++lastId;
  }

  boolean oneEventPerBroadcast() {
    return oneEventPerBroadcast;
  }

  /**
   * Whether every copy of a broadcast is on the schedule from the start. An adversary then chooses
   * among all of them; beyond {@value #ADVERSARY_SEES_MAX} processes that would be too many, and it
   * chooses among broadcasts, each of which visits its receivers in a random order.
   */
  boolean adversarySeesCopies() {
    return settings.reorders() && processes.size() <= ADVERSARY_SEES_MAX;
  }

  /** Whether the order of broadcasts' copies does not follow from their times. */
  boolean shufflesCopies() {
    return settings.reorders();
  }

  /** Puts an event on the schedule. */
  void schedule(Event event, long time) {
    schedule(event, time, nextOrder());
  }

  /** Puts an event on the schedule in a place among those of its time that was taken before. */
  void schedule(Event event, long time, long order) {
    event.time = time;
    event.order = order;
    schedule.add(event);
  }

  /** Takes a place among events of the same time, behind all that were taken before. */
  long nextOrder() {
    return scheduled++;
  }

  /** Takes an event that shall not happen off the schedule. */
  void unschedule(Event event) {
    schedule.remove(event);
  }

  /** The number of events to come. */
  int pending() {
    return schedule.size();
  }

  /** The time so much after another, or the end of time. */
  static long later(long time, long nanos) {
    long later = time + nanos;
    return later < 0 ? Long.MAX_VALUE : later;
  }

  /** When something that is sent now between a process and a memory arrives. */
  long memoryArrival(int memory) {
    long arrival = later(now, settings.latency.draw(random));
    for (Fault fault : settings.delayingFaults) {
      if (fault instanceof Fault.SlowMemory slow
          && slow.memory() == memory
          && slow.since() <= now
          && now < slow.until()) {
        arrival = later(arrival, slow.nanos());
      }
    }
    return arrival;
  }

  /** When a message that is sent now arrives. */
  long messageArrival(int from, int to) {
    long arrival = later(now, settings.latency.draw(random));
    for (Fault fault : settings.delayingFaults) {
      if (fault instanceof Fault.SlowLink slow
          && slow.from() == from
          && slow.to() == to
          && slow.since() <= now
          && now < slow.until()) {
        arrival = later(arrival, slow.nanos());
      }
      if (fault instanceof Fault.Partition partition
          && partition.side().contains(from) != partition.side().contains(to)
          && partition.since() <= now
          && now < partition.until()) {
        arrival = Math.max(arrival, partition.until());
      }
    }
    return arrival;
  }

  boolean traces() {
    return settings.trace != null;
  }

  void trace(TraceEvent.Kind kind, int process, int peer, long id, String text, String outcome) {
    Consumer<TraceEvent> trace = settings.trace;
    if (trace != null) {
      trace.accept(new TraceEvent(now, kind, process, peer, id, text, outcome));
    }
  }

  /** Sets a fault up; what it names is looked up here, not in the middle of the run. */
  private void arm(Fault fault) {
    if (fault instanceof Fault.ProcessCrash crash) {
      SimProcess process = process(crash.process());
      schedule(new FaultEvent(process::crash), crash.nanos());
    } else if (fault instanceof Fault.MemoryCrash crash) {
      SimMemory memory = memory(crash.memory());
      schedule(new FaultEvent(memory::crash), crash.nanos());
    } else if (fault instanceof Fault.ProcessCrashAfter crash) {
      process(crash.process()).crashAfter(crash.submissions());
    } else if (fault instanceof Fault.MemoryCrashAfter crash) {
      memory(crash.memory()).crashAfter(crash.effects());
    } else if (fault instanceof Fault.SlowLink slow) {
      process(slow.from());
      process(slow.to());
    } else if (fault instanceof Fault.SlowMemory slow) {
      memory(slow.memory());
    } else if (fault instanceof Fault.Partition partition) {
      partition.side().stream().forEach(this::process);
    }
  }

  private static final class FaultEvent extends Event {
    private final Runnable fault;

    FaultEvent(Runnable fault) {
      super(0);
      this.fault = fault;
    }

    @Override
    void happen() {
      fault.run();
    }
  }

  /** The settings of a world. Not thread-safe; {@link #build} may be called more than once. */
  public static final class Settings implements Cloneable {
    final int processes;
    final int memories;
    long seed;
    Latency latency = Latency.ONE_DELAY;
    int adversarialEvents;
    ProcessSet crashOnThrow = ProcessSet.none();
    List<Choice> choices = List.of();
    @Nullable Consumer<Choice> choiceListener;
    List<Fault> faults = List.of();
    List<Fault> delayingFaults = List.of();
    int brokenPerMille;
    Tearing tearing = Tearing.NONE;
    RegionTable.Enforcement enforcement = RegionTable.Enforcement.ENFORCED;
    @Nullable Consumer<TraceEvent> trace;

    private Settings(int processes, int memories) {
      if (processes < 1 || memories < 0) {
        throw new IllegalArgumentException(
            "a world has at least one process and no negative number of memories, not "
                + processes
                + " and "
                + memories);
      }
      this.processes = processes;
      this.memories = memories;
    }

    /** The seed of all chance in the world; 0 by default. */
    public Settings seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** The latencies; exactly one delay by default. */
    public Settings latency(Latency latency) {
      this.latency = Objects.requireNonNull(latency);
      return this;
    }

    /**
     * Lets an adversary choose the order of the first {@code events} events, without regard to
     * time; then the run turns fair. 0 by default: in the order of time from the start.
     */
    public Settings adversarial(int events) {
      if (events < 0) {
        throw new IllegalArgumentException("a number of events, not " + events);
      }
      adversarialEvents = events;
      return this;
    }

    /**
     * Repeats choices, such as an adversary made in another world of the same settings: events
     * happen in this order, then in the order of time. A choice for which nothing is in flight is
     * skipped. None by default; does not go with {@link #adversarial}.
     */
    public Settings choices(List<Choice> choices) {
      this.choices = List.copyOf(choices);
      return this;
    }

    /** Gives every choice of the adversary to {@code listener}; none by default. */
    public Settings recordChoices(Consumer<Choice> listener) {
      choiceListener = Objects.requireNonNull(listener);
      return this;
    }

    /** Whether events happen in another order than that of time. */
    boolean reorders() {
      return adversarialEvents > 0 || !choices.isEmpty();
    }

    /** What goes wrong; nothing by default. */
    public Settings faults(List<Fault> faults) {
      this.faults = List.copyOf(faults);
      delayingFaults =
          this.faults.stream()
              .filter(
                  f ->
                      f instanceof Fault.SlowLink
                          || f instanceof Fault.SlowMemory
                          || f instanceof Fault.Partition)
              .toList();
      brokenPerMille =
          this.faults.stream()
              .filter(Fault.BrokenWays.class::isInstance)
              .mapToInt(f -> ((Fault.BrokenWays) f).perMille())
              .max()
              .orElse(0);
      return this;
    }

    /**
     * These processes crash when their program throws, and the run goes on: what a Byzantine
     * process does to itself is nobody's mistake. None by default.
     */
    public Settings crashOnThrow(ProcessSet processes) {
      crashOnThrow = Objects.requireNonNull(processes);
      return this;
    }

    /** Whether registers tear; they do not by default. */
    public Settings tearing(Tearing tearing) {
      this.tearing = Objects.requireNonNull(tearing);
      return this;
    }

    /** Whether permissions have an effect; they have by default. */
    public Settings enforcement(RegionTable.Enforcement enforcement) {
      this.enforcement = Objects.requireNonNull(enforcement);
      return this;
    }

    /** Gives every event to {@code trace}; none by default. */
    public Settings trace(Consumer<TraceEvent> trace) {
      this.trace = Objects.requireNonNull(trace);
      return this;
    }

    /**
     * A world with these settings.
     *
     * @throws IndexOutOfBoundsException if a fault names a process or memory that there is not
     * @throws IllegalStateException if both an adversary and choices are to order the events
     */
    public SimWorld build() {
      if (adversarialEvents > 0 && !choices.isEmpty()) {
        throw new IllegalStateException("either an adversary or choices order the events");
      }
      try {
        return new SimWorld((Settings) clone());
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
