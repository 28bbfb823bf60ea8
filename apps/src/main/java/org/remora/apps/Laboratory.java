package org.remora.apps;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.Costs;
import org.remora.sim.Latency;

/**
 * Runs commands and notes what they show. What it runs is the command that the evidence names, from
 * its words on.
 *
 * @param seed the seed of the first run of everything
 * @param runs how many seeds every number of faults must be survived with
 */
record Laboratory(long seed, int runs) {
  /** Byzantine processes make work. */
  private static final int BYZANTINE_SHARE = 6;

  /** What has no decision after so many times the events of the longest with one, is stuck. */
  private static final long STUCK_FACTOR = 10;

  private static final long STUCK_EVENTS_MIN = 20_000;

  /** How many seeds are tried for a run that goes wrong. */
  private static final long HUNT_MAX = 20_000;

  /**
   * Raises the faults of a kind until some run fails.
   *
   * @param what the size, in words
   * @param size how many there are that could fail
   * @param faultsMax the most that may
   * @param count how many seeds must be survived
   * @param lines the commands for so many faults, without seeds: all must be survived
   */
  Bound.Point raise(String what, int size, int faultsMax, int count, Lines lines) {
    List<Evidence> evidence = new ArrayList<>();
    long longest = 0;
    for (int faults = 0; faults <= faultsMax; faults++) {
      List<Evidence> survived = new ArrayList<>();
      for (String line : lines.of(faults)) {
        List<String> words = Evidence.words(line);
        // What is longer than all before has time to be; what never ends must end some day.
        if (faults > 0) {
          words.addAll(
              Evidence.words("--events", Math.max(STUCK_EVENTS_MIN, STUCK_FACTOR * longest)));
        }
        Hunt hunt = hunt(words);
        Hunt.Sample sample = hunt.sample(seed, count);
        longest = Math.max(longest, sample.eventsMax());
        if (sample.failure().isPresent()) {
          Hunt.Failure failure = sample.failure().get();
          evidence.add(
              new Evidence(
                  what + ", " + of(faults) + ": " + failure.property(),
                  once(words, failure.seed()),
                  Main.FAILS));
          Execution again = hunt.run(hunt.scenario(failure.seed()));
          return new Bound.Point(size, faults - 1, faults, again.unsafe().isEmpty(), evidence);
        }
        survived.add(
            new Evidence(what + ", " + shows(faults, sample), campaign(words, count), Main.HOLDS));
      }
      evidence = survived;
    }
    return new Bound.Point(size, faultsMax, null, true, evidence);
  }

  /** How many seeds every number of faults of a kind must be survived with. */
  int runs(boolean byzantine) {
    return byzantine ? Math.max(1, runs / BYZANTINE_SHARE) : runs;
  }

  /** The commands for so many faults. */
  interface Lines {
    /** Them, without seeds. */
    List<String> of(int faults);
  }

  private static String of(int faults) {
    return faults + (faults == 1 ? " fault" : " faults");
  }

  private static String shows(int faults, Hunt.Sample sample) {
    return String.format(
        "%s: %s",
        of(faults),
        sample.aborted() == 0
            ? "all of " + sample.runs() + " runs decide"
            : sample.decided()
                + " of "
                + sample.runs()
                + " runs decide, in the others somebody leaves");
  }

  /** So many runs, all of which must hold: null if one does not. */
  @Nullable Evidence survives(String line, int count, String what) {
    List<String> words = Evidence.words(line);
    Hunt.Sample sample = hunt(words).sample(seed, count);
    return sample.failure().isPresent()
        ? null
        : new Evidence(
            what + ": all of " + sample.runs() + " runs decide",
            campaign(words, count),
            Main.HOLDS);
  }

  /** Looks for a run that goes wrong; null if none does. */
  @Nullable Evidence breaks(String line, String what) {
    List<String> words = Evidence.words(line);
    Hunt.Sample sample = hunt(words).sample(seed, HUNT_MAX);
    return sample
        .failure()
        .map(
            failure ->
                new Evidence(
                    what + ": " + failure.property(), once(words, failure.seed()), Main.FAILS))
        .orElse(null);
  }

  /**
   * An instance that nothing happens to.
   *
   * @param report how it went
   * @param evidence the command
   */
  record Agreed(AgreeReport report, Evidence evidence) {
    /** The delays until the first decision. */
    double delays() {
      return (double) report.firstNanos() / Clock.DELAY_NANOS;
    }

    /** What it took, in words. */
    static String costs(Costs costs) {
      return String.format(
          "%d reads, %d writes, %d permission changes, %d messages, %d signatures",
          costs.memoryReads(),
          costs.memoryWrites(),
          costs.permissionChanges(),
          costs.messages(),
          costs.signatures());
    }
  }

  /** Runs one instance. */
  Agreed agree(String line) {
    List<String> words = Evidence.words(line, "--seed", seed);
    AgreePlan plan =
        AgreeCommand.plan(
            WorldOptions.parse(words.subList(1, words.size())), AgreePlan.Backend.SIM);
    AgreeReport report = SimAgreement.run(plan, Latency.ONE_DELAY, null);
    String shows =
        report.decisions().isEmpty()
            ? "no decision: " + report.reason()
            : AgreeText.decimal(report.firstNanos(), (int) Clock.DELAY_NANOS)
                + " delays, "
                + Agreed.costs(report.costs());
    return new Agreed(report, new Evidence(shows, words, report.holds() ? Main.HOLDS : Main.FAILS));
  }

  private static Hunt hunt(List<String> words) {
    return HuntOptions.parse(words.subList(1, words.size())).hunt();
  }

  private List<String> campaign(List<String> words, int count) {
    List<String> all = new ArrayList<>(words);
    Collections.addAll(all, "--runs", Integer.toString(count));
    Collections.addAll(all, "--seed", Long.toString(seed));
    return all;
  }

  private static List<String> once(List<String> words, long failing) {
    List<String> all = new ArrayList<>(words);
    Collections.addAll(all, "--runs", "1", "--seed", Long.toString(failing));
    return all;
  }

  /** One value for each of so many processes, the same. */
  static String unanimous(int processes) {
    return IntStream.rangeClosed(1, processes)
        .mapToObj(p -> "red")
        .collect(Collectors.joining(","));
  }
}
