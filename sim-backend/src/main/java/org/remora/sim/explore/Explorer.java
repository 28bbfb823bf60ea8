package org.remora.sim.explore;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.remora.memory.Region;
import org.remora.memory.RegionTable;

/**
 * Explores every execution of a small world: all orders in which requests take effect at memories,
 * answers and messages arrive, timers expire, processes crash in the middle of a step and memories
 * crash, asynchronously: anything may take for ever.
 *
 * <p>The processes run the classes of production. Executions that differ only in the order of
 * events that commute are represented by one of them; {@code World} says which, and why nothing is
 * lost. Without crashes as events the world already covers every crash; see there and {@code
 * LazyOrders}. Byzantine processes are an {@link Adversary}.
 *
 * <p>Whatever the number of workers, an exhausted world gives the same numbers, and so does one
 * that is cut off at a depth but for the transitions. Which violation is found first, if there are
 * several, is the same each time with one worker only.
 *
 * <p>Not thread-safe; each setting returns this.
 */
public final class Explorer {
  private final int processes;
  private final int memories;
  private final Program program;
  private List<Region> regions = List.of();
  private RegionTable.Enforcement enforcement = RegionTable.Enforcement.ENFORCED;
  private List<Property> properties = List.of();
  private final int[] expiriesMax;
  private Adversary adversary = Adversary.NONE;
  private int decisionsMax = 1;
  private int processCrashesMax;
  private int memoryCrashesMax;
  private boolean memoriesAlike;
  private int switchesMax = Integer.MAX_VALUE;
  private int depthMax = Integer.MAX_VALUE;
  private long statesMax = Long.MAX_VALUE;
  private long bytesMax = 1L << 30;
  private int workers = Runtime.getRuntime().availableProcessors();
  private Consumer<Progress> progress = seen -> {};
  private String beginning = "";

  private Explorer(int processes, int memories, Program program) {
    if (processes < 1 || memories < 0) {
      throw new IllegalArgumentException(
          "a world has at least one process and no negative number of memories, not "
              + processes
              + " and "
              + memories);
    }
    this.processes = processes;
    this.memories = memories;
    this.program = Objects.requireNonNull(program);
    expiriesMax = new int[processes];
  }

  /** The limits of a search. */
  record Limits(int workers, long bytesMax, long statesMax, int depthMax) {}

  /** A world of so many processes, which all run {@code program}, and memories. */
  public static Explorer of(int processes, int memories, Program program) {
    return new Explorer(processes, memories, program);
  }

  /** The regions that every memory holds; none by default. */
  public Explorer regions(List<Region> regions) {
    this.regions = List.copyOf(regions);
    return this;
  }

  /** Whether permissions have an effect; they have by default. */
  public Explorer enforcement(RegionTable.Enforcement enforcement) {
    this.enforcement = Objects.requireNonNull(enforcement);
    return this;
  }

  /** What must hold; nothing by default. */
  public Explorer properties(List<Property> properties) {
    this.properties = List.copyOf(properties);
    return this;
  }

  /**
   * How many timers of any one process expire at most; 0 by default. Idle expiries do not count.
   */
  public Explorer expiriesMax(int expiries) {
    Arrays.fill(expiriesMax, expiries);
    return this;
  }

  /** All timers expire as often as they like: for programs that look again and again. */
  public Explorer expiriesUnbounded() {
    return expiriesMax(Integer.MAX_VALUE);
  }

  /** What Byzantine processes do; they do not run the program. */
  public Explorer adversary(Adversary adversary) {
    this.adversary = Objects.requireNonNull(adversary);
    return this;
  }

  /**
   * How often each process decides at most; once by default. Properties are about the last
   * decisions. An execution ends when all processes have decided so often.
   */
  public Explorer decisionsMax(int decisions) {
    decisionsMax = decisions;
    return this;
  }

  /** How many timers of process {@code process} expire at most. */
  public Explorer expiriesMax(int process, int expiries) {
    expiriesMax[process - 1] = expiries;
    return this;
  }

  /**
   * How many processes and memories crash at most, as events of their own; none by default. Not
   * together with an adversary.
   */
  public Explorer crashesMax(int processCrashes, int memoryCrashes) {
    processCrashesMax = processCrashes;
    memoryCrashesMax = memoryCrashes;
    return this;
  }

  /**
   * Explores only one of several states that differ in nothing but the numbers of the memories. It
   * is checked that the program treats all memories alike; if it does not, {@link #run} throws. Has
   * no effect where processes crash as events of their own.
   */
  public Explorer memoriesAlike() {
    return memoriesAlike(true);
  }

  /** Whether to use that all memories have equal roles, as {@link #memoriesAlike()}. */
  public Explorer memoriesAlike(boolean alike) {
    memoriesAlike = alike;
    return this;
  }

  /** How often the process that steps may change; unbounded by default. */
  public Explorer switchesMax(int switches) {
    switchesMax = switches;
    return this;
  }

  /** The most events in an execution, at most 32,767; unbounded by default. */
  public Explorer depthMax(int events) {
    if (events > Short.MAX_VALUE) {
      throw new IllegalArgumentException("a depth is at most " + Short.MAX_VALUE);
    }
    depthMax = events;
    return this;
  }

  /** After about how many states to give up; unbounded by default. */
  public Explorer statesMax(long states) {
    statesMax = states;
    return this;
  }

  /**
   * How many bytes it may take; 1 GiB, some 20 million states, by default. Counted are the table of
   * states, what waits to be explored, and, by an estimate, the automata of processes and memories.
   * When they are used up, the search ends, not exhausted.
   */
  public Explorer bytesMax(long bytes) {
    bytesMax = bytes;
    return this;
  }

  /** The number of threads; all cores by default. */
  public Explorer workers(int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException("at least one worker, not " + workers);
    }
    this.workers = workers;
    return this;
  }

  /** Who is told, about once a second, how far it has come. */
  public Explorer progress(Consumer<Progress> progress) {
    this.progress = Objects.requireNonNull(progress);
    return this;
  }

  /**
   * Explores only the executions that begin like this: all that can follow, and nothing else. For
   * what lies too deep to be come upon; such a search says nothing of the rest of the world.
   *
   * @param schedule as a {@link Counterexample} has it; by default empty: the whole world
   */
  public Explorer after(String schedule) {
    beginning = schedule.strip();
    return this;
  }

  /**
   * Explores.
   *
   * @throws IllegalArgumentException if no execution of this world begins as it should
   */
  public Report run() {
    World world = world();
    Execution begun = new Execution(world, null);
    happen(world, begun, beginning);
    Symmetry symmetry = new Symmetry(world, !memoriesAlike || processCrashesMax > 0);
    Search search =
        new Search(
            world, symmetry, new Limits(workers, bytesMax, statesMax, depthMax), begun, progress);
    search.run();
    symmetry.check();
    Search.Found found = search.found();
    if (found == null) {
      // What was left out for a reason that does not hold could have been a violation. One that was
      // found is an execution all the same.
      world.check();
    }
    Optional<Counterexample> violation =
        found == null ? Optional.empty() : Optional.of(shrunk(world, found));
    long processStates = 0;
    long processSteps = 0;
    for (ProcessAutomaton automaton : world.automata) {
      processStates += automaton.size();
      processSteps += automaton.steps();
    }
    return new Report(
        search.states(),
        search.transitions(),
        search.revisits(),
        search.schedules(),
        search.depth(),
        search.exhausted(),
        violation,
        world.properties.neverSeen(),
        processStates,
        processSteps,
        world.memory.size(),
        search.nanos(),
        search.peakBytes(),
        search.tableBytes(),
        search.countedBytes(),
        workers);
  }

  /**
   * Runs one execution again.
   *
   * @param schedule as a {@link Counterexample} has it
   * @return what it breaks, if it still does, and its trace
   * @throws IllegalArgumentException if it is not an execution of this world
   */
  public Counterexample replay(String schedule) {
    World world = world();
    Tracer tracer = new Tracer(world, program, regions);
    Execution execution = new Execution(world, tracer);
    happen(world, execution, schedule.strip());
    execution.end();
    return counterexample(execution, tracer);
  }

  private static void happen(World world, Execution execution, String schedule) {
    for (String event : schedule.isEmpty() ? new String[0] : schedule.split("\\s+", -1)) {
      int parsed = ScheduleText.parse(world, execution.state(), event);
      if (parsed < 0 || !execution.happen(parsed)) {
        throw new IllegalArgumentException(
            "\"" + event + "\" cannot happen after \"" + execution.schedule() + "\"");
      }
    }
  }

  World world() {
    if (!adversary.processes.isEmpty() && processCrashesMax + memoryCrashesMax > 0) {
      throw new IllegalStateException("an adversary and crashes as events of their own at once");
    }
    Interner<InFlight> inFlight = new Interner<>();
    Traits traits = new Traits(inFlight);
    Properties checked = new Properties(properties);
    ProcessAutomaton[] automata = new ProcessAutomaton[processes];
    for (int p = 1; p <= processes; p++) {
      automata[p - 1] =
          new ProcessAutomaton(
              p,
              processes,
              memories,
              new ProcessAutomaton.Rules(decisionsMax, expiriesMax[p - 1] < Integer.MAX_VALUE),
              program,
              inFlight);
    }
    return new World(
        memories,
        new World.Bounds(
            expiriesMax.clone(),
            processCrashesMax,
            memoryCrashesMax,
            switchesMax,
            decisionsMax,
            depthMax),
        inFlight,
        traits,
        automata,
        new MemoryAutomaton(regions, enforcement, inFlight, traits, checked, adversary),
        checked,
        adversary);
  }

  private Counterexample shrunk(World world, Search.Found found) {
    Tracer tracer = new Tracer(world, program, regions);
    return counterexample(Execution.of(world, Shrinker.shrink(world, found), tracer), tracer);
  }

  private static Counterexample counterexample(Execution execution, Tracer tracer) {
    String broken = execution.broken();
    return new Counterexample(broken == null ? "" : broken, execution.schedule(), tracer.trace());
  }
}
