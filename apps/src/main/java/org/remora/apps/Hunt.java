package org.remora.apps;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.remora.memory.RegionTable;
import org.remora.sim.Choice;
import org.remora.sim.TraceEvent;

/**
 * Random executions of one configuration, one per seed: what is given stays, all else is drawn.
 *
 * @param algorithm the name of the algorithm
 * @param given what is not drawn
 * @param mode how the scenarios are run
 */
record Hunt(String algorithm, Given given, Execution.Mode mode) {
  private static final long EVENTS_MAX = 200_000;
  private static final long EVENTS_MAX_OF_MUTANTS = 3_000;
  private static final long HYBRID_EVENTS_MAX = 100_000_000;
  private static final long BYZANTINE_EVENTS_MAX = 3_000_000;
  private static final long BYZANTINE_EVENTS_MAX_OF_MUTANTS = 40_000;

  /** How many seeds are run, at least and at most, before it is looked whether one has failed. */
  private static final int CHUNK_MIN = 4;

  private static final int CHUNK_MAX = 256;

  /**
   * A seed that fails.
   *
   * @param seed the seed
   * @param property what is wrong, in words
   */
  record Failure(long seed, String property) {}

  /**
   * How runs of consecutive seeds went.
   *
   * @param runs how many ran
   * @param decided in how many everybody who had to has decided
   * @param aborted in how many somebody left without a decision, where that may be
   * @param eventsMax the most events of one that did not fail
   * @param failure the first that failed
   */
  record Sample(long runs, long decided, long aborted, long eventsMax, Optional<Failure> failure) {
    static final Sample NONE = new Sample(0, 0, 0, 0, Optional.empty());

    /** Those of this and then those of another. */
    Sample plus(Sample later) {
      return new Sample(
          runs + later.runs,
          decided + later.decided,
          aborted + later.aborted,
          Math.max(eventsMax, later.eventsMax),
          failure.isPresent() ? failure : later.failure);
    }
  }

  /** After how many events a run is given up: a mutant may well never decide. */
  static long eventsMax(String algorithm, boolean mutant) {
    if (algorithm.equals(AgreeAlgorithm.Hybrid.NAME)) {
      return mutant ? EVENTS_MAX_OF_MUTANTS : HYBRID_EVENTS_MAX;
    }
    boolean byzantine = Draw.of(algorithm) instanceof ByzantineDraw;
    return mutant
        ? byzantine ? BYZANTINE_EVENTS_MAX_OF_MUTANTS : EVENTS_MAX_OF_MUTANTS
        : byzantine ? BYZANTINE_EVENTS_MAX : EVENTS_MAX;
  }

  /** The scenario of a seed. */
  Scenario scenario(long seed) {
    return Draw.of(algorithm).random(seed, given);
  }

  /** Runs a scenario in this hunt's mode. */
  Execution run(Scenario scenario) {
    return Execution.of(scenario, mode, null);
  }

  /** Runs a scenario in this hunt's mode, and tells what happens. */
  Execution run(Scenario scenario, Consumer<TraceEvent> trace) {
    return Execution.of(scenario, mode, trace);
  }

  /** Runs a scenario, and tells the order that its adversary draws. */
  void record(Scenario scenario, Consumer<Choice> choices) {
    Execution unused = Execution.record(scenario, mode, choices);
  }

  /**
   * What is wrong with an execution; empty if nothing is. Of one that is meant to go wrong, only
   * what is unsafe, unless it is meant to get stuck.
   */
  String violation(Execution execution) {
    boolean kept =
        mode.mutation() == null && mode.enforcement() == RegionTable.Enforcement.ENFORCED;
    return kept || isOfTermination(mode.mutation()) ? execution.violation() : execution.unsafe();
  }

  /** Whether breaking a rule makes processes wait for ever rather than disagree. */
  static boolean isOfTermination(@Nullable String mutation) {
    return Names.of(org.remora.byzantine.Mutation.STOP_SERVING).equals(mutation);
  }

  /** Runs the seeds from {@code first} on until so many have run or one fails, on all cores. */
  Sample sample(long first, long count) {
    return sample(first, count, seed -> {});
  }

  /** As {@link #sample(long, long)}, and tells from time to time how many have run. */
  Sample sample(long first, long count, Consumer<Long> progress) {
    Sample sum = Sample.NONE;
    while (sum.runs < count && sum.failure.isEmpty()) {
      long from = first + sum.runs;
      long chunkMax = Math.max(CHUNK_MIN, Math.min(CHUNK_MAX, sum.runs));
      long until = from + Math.min(chunkMax, count - sum.runs);
      LongFunction<Sample> one = this::one;
      Sample[] chunk =
          LongStream.range(from, until).parallel().mapToObj(one).toArray(Sample[]::new);
      // In the order of the seeds, so that it does not matter which core was faster.
      for (int i = 0; i < chunk.length && sum.failure.isEmpty(); i++) {
        sum = sum.plus(chunk[i]);
      }
      progress.accept(sum.runs);
    }
    return sum;
  }

  /** Runs one seed. */
  Sample one(long seed) {
    Execution execution = run(scenario(seed));
    String violation = violation(execution);
    boolean holds = violation.isEmpty();
    boolean decided = holds && execution.termination() && execution.aborts() == 0;
    return new Sample(
        1,
        decided ? 1 : 0,
        holds && execution.aborts() > 0 ? 1 : 0,
        holds ? execution.events() : 0,
        holds ? Optional.empty() : Optional.of(new Failure(seed, violation.strip())));
  }
}
