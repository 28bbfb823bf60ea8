package org.remora.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.remora.memory.Clock;
import org.remora.sim.Fault;

/**
 * The worlds in which an algorithm is to hold: how many processes and memories, and how many of
 * them fail and how. Immutable; each method that takes a bound returns other worlds.
 *
 * <p>Bounds on faults are functions of n or m, such as {@link #minority}: crashed and Byzantine
 * processes together are no more than the larger of the two bounds.
 */
public final class Worlds {
  /** Beyond this an adversary no longer chooses between single messages. */
  static final int PROCESSES_MAX = 64;

  /** Faults begin, and slow memories are slow, before this. */
  static final long UNSTABLE_NANOS = 100 * Clock.DELAY_NANOS;

  /** The most submissions or effects before a crash that is counted by them. */
  static final int COUNTED_MAX = 100;

  /** The most that a slow memory adds to a flight. */
  static final long SLOW_NANOS = 20 * Clock.DELAY_NANOS;

  private static final List<Flights> FLIGHTS = List.of(Flights.values());

  int processesMin;
  int processesMax;
  int memoriesMin;
  int memoriesMax;
  IntUnaryOperator crashes = none();
  IntUnaryOperator byzantine = none();
  List<Behaviour> behaviours = List.of();
  IntUnaryOperator memoryCrashes = none();
  int adversarialMax = 200;
  boolean troubledWays;

  private Worlds() {}

  /**
   * Worlds of so many processes and memories in which nothing fails, with adversarial orders of up
   * to 200 events.
   */
  public static Worlds of(int processes, int memories) {
    return new Worlds().processes(processes, processes).memories(memories, memories);
  }

  /** Nobody. */
  public static IntUnaryOperator none() {
    return count -> 0;
  }

  /** Fewer than half: ⌊(count − 1)/2⌋. */
  public static IntUnaryOperator minority() {
    return count -> (count - 1) / 2;
  }

  /** All but one. */
  public static IntUnaryOperator allButOne() {
    return count -> count - 1;
  }

  /** From {@code min} to {@code max} processes; at most 64. */
  public Worlds processes(int min, int max) {
    require(min >= 1 && min <= max && max <= PROCESSES_MAX, "1 to 64 processes, min ≤ max");
    return with(
        other -> {
          other.processesMin = min;
          other.processesMax = max;
        });
  }

  /** From {@code min} to {@code max} memories. */
  public Worlds memories(int min, int max) {
    require(min >= 0 && min <= max, "no fewer than 0 memories, min ≤ max");
    return with(
        other -> {
          other.memoriesMin = min;
          other.memoriesMax = max;
        });
  }

  /** Of n processes up to so many crash. */
  public Worlds crashes(IntUnaryOperator most) {
    return with(other -> other.crashes = most);
  }

  /** Of n processes up to so many are Byzantine, each with one of these behaviours. */
  public Worlds byzantine(IntUnaryOperator most, List<Behaviour> chosenFrom) {
    require(!chosenFrom.isEmpty(), "no behaviour to choose from");
    return with(
        other -> {
          other.byzantine = most;
          other.behaviours = List.copyOf(chosenFrom);
        });
  }

  /** Of m memories up to so many crash. */
  public Worlds memoryCrashes(IntUnaryOperator most) {
    return with(other -> other.memoryCrashes = most);
  }

  /** An adversary orders up to so many events before time does; in some worlds none. */
  public Worlds adversarial(int eventsMax) {
    require(eventsMax >= 0, "a number of events");
    return with(other -> other.adversarialMax = eventsMax);
  }

  /** In some worlds a memory is slow for a while, or operations end as unknown. */
  public Worlds troubledWays() {
    return with(other -> other.troubledWays = true);
  }

  private Worlds with(Consumer<Worlds> change) {
    Worlds other = new Worlds();
    other.processesMin = processesMin;
    other.processesMax = processesMax;
    other.memoriesMin = memoriesMin;
    other.memoriesMax = memoriesMax;
    other.crashes = crashes;
    other.byzantine = byzantine;
    other.behaviours = behaviours;
    other.memoryCrashes = memoryCrashes;
    other.adversarialMax = adversarialMax;
    other.troubledWays = troubledWays;
    change.accept(other);
    return other;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException(what);
    }
  }

  /**
   * The plan of a seed. Somebody is Byzantine in three of four, if anybody may be, and process 1
   * more often than the others: in most algorithms it can do the most harm.
   */
  public Plan draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = between(random, processesMin, processesMax);
    int m = between(random, memoriesMin, memoriesMax);
    Flights flights = FLIGHTS.get(random.nextInt(FLIGHTS.size()));
    int events =
        adversarialMax == 0 || random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(adversarialMax);
    int byzantineMax = Math.min(n, byzantine.applyAsInt(n));
    int crashesMax = Math.min(n, crashes.applyAsInt(n));
    int[] victims = shuffled(random, n);
    SortedMap<Integer, Behaviour> liars = new TreeMap<>();
    if (byzantineMax > 0 && random.nextInt(4) > 0) {
      if (random.nextInt(3) == 0) {
        toFront(victims, 1);
      }
      for (int i = 1 + random.nextInt(byzantineMax); i > 0; i--) {
        liars.put(victims[i - 1], behaviours.get(random.nextInt(behaviours.size())));
      }
    }
    List<Fault> faults = new ArrayList<>();
    int crashesLeft = Math.min(crashesMax, Math.max(byzantineMax, crashesMax) - liars.size());
    for (int i = random.nextInt(crashesLeft + 1); i > 0; i--) {
      faults.add(processCrash(random, victims[liars.size() + i - 1]));
    }
    int[] memories = shuffled(random, m);
    for (int i = random.nextInt(Math.min(m, memoryCrashes.applyAsInt(m)) + 1); i > 0; i--) {
      faults.add(memoryCrash(random, memories[i - 1]));
    }
    if (troubledWays && m > 0 && random.nextInt(3) == 0) {
      faults.add(
          new Fault.SlowMemory(
              1 + random.nextInt(m),
              0,
              1 + random.nextLong(UNSTABLE_NANOS),
              1 + random.nextLong(SLOW_NANOS)));
    }
    if (troubledWays && random.nextInt(5) == 0) {
      faults.add(new Fault.BrokenWays(1 + random.nextInt(200)));
    }
    return new Plan(n, m, seed, flights, Order.adversarial(events), faults, liars);
  }

  private static int between(SplittableRandom random, int min, int max) {
    return min + random.nextInt(max - min + 1);
  }

  private static int[] shuffled(SplittableRandom random, int count) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      numbers[i] = numbers[j];
      numbers[j] = i + 1;
    }
    return numbers;
  }

  private static void toFront(int[] numbers, int number) {
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] == number) {
        numbers[i] = numbers[0];
        numbers[0] = number;
      }
    }
  }

  private static Fault processCrash(SplittableRandom random, int process) {
    return random.nextBoolean()
        ? new Fault.ProcessCrash(process, random.nextLong(UNSTABLE_NANOS))
        : new Fault.ProcessCrashAfter(process, random.nextInt(COUNTED_MAX));
  }

  private static Fault memoryCrash(SplittableRandom random, int memory) {
    return random.nextBoolean()
        ? new Fault.MemoryCrash(memory, random.nextLong(UNSTABLE_NANOS))
        : new Fault.MemoryCrashAfter(memory, random.nextInt(COUNTED_MAX));
  }

  /** Whether a plan keeps these worlds' numbers and bounds. */
  public boolean contains(Plan plan) {
    int n = plan.processes();
    int m = plan.memories();
    long crashed = plan.faults().stream().mapToInt(Plan::victim).filter(p -> p > 0).count();
    long memoriesCrashed =
        plan.faults().stream()
            .filter(f -> f instanceof Fault.MemoryCrash || f instanceof Fault.MemoryCrashAfter)
            .count();
    int liars = plan.byzantine().size();
    int byzantineMax = byzantine.applyAsInt(n);
    int crashesMax = crashes.applyAsInt(n);
    return n >= processesMin
        && n <= processesMax
        && m >= memoriesMin
        && m <= memoriesMax
        && liars <= byzantineMax
        && crashed <= crashesMax
        && liars + crashed <= Math.max(byzantineMax, crashesMax)
        && memoriesCrashed <= memoryCrashes.applyAsInt(m);
  }
}
