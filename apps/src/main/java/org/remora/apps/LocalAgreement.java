package org.remora.apps;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.remora.crash.Consensus;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.Instance;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;
import org.remora.socket.LocalMachine;

/** Runs agreement on threads of this JVM, in real time. */
final class LocalAgreement {
  private final AgreePlan plan;
  private final LocalMachine machine;
  private final HeartbeatOmega.Settings detector;
  private final NavigableMap<Integer, AgreeReport.Decision> decisions = new TreeMap<>();
  private final NavigableSet<Integer> crashedProcesses = new TreeSet<>();
  private final NavigableSet<Integer> crashedMemories = new TreeSet<>();

  /** What the processes' threads tell this one. */
  private final BlockingQueue<Decided> news = new LinkedBlockingQueue<>();

  private LocalAgreement(AgreePlan plan, LocalMachine machine) {
    this.plan = plan;
    this.machine = machine;
    HeartbeatOmega.Settings settings = HeartbeatOmega.Settings.DEFAULT;
    detector = plan.algorithm().countsProcesses() ? settings.withMessages() : settings;
  }

  private record Decided(int process, AgreeReport.Decision decision) {}

  private record Crash(long nanos, Runnable happen) {}

  /** Runs until every process that lives has decided, or the time is up. */
  static AgreeReport run(AgreePlan plan, Duration timeout) throws InterruptedException {
    try (LocalMachine machine =
        LocalMachine.of(plan.processes(), plan.memories()).seed(plan.seed()).build()) {
      return new LocalAgreement(plan, machine).run(timeout);
    }
  }

  private AgreeReport run(Duration timeout) throws InterruptedException {
    machine.defineEverywhere(HeartbeatOmega.region(plan.processes()));
    Instance instance = Instance.of(1);
    plan.algorithm().region(instance, plan.processes()).ifPresent(machine::defineEverywhere);
    List<Crash> crashes = crashes();
    // What crashes at 0 never does anything.
    crash(crashes, 0);

    long start = System.nanoTime();
    for (int p = 1; p <= plan.processes(); p++) {
      ProcessContext process = machine.process(p);
      process.execute(() -> take(process, instance, start));
    }
    while (!allDecided()) {
      long now = System.nanoTime() - start;
      crash(crashes, now);
      long left = timeout.toNanos() - now;
      if (left <= 0) {
        break;
      }
      long next = crashes.isEmpty() ? left : Math.min(left, crashes.get(0).nanos - now);
      @Nullable Decided decided = news.poll(next, TimeUnit.NANOSECONDS);
      if (decided != null) {
        note(decided);
      }
    }
    // Of a process that crashed, nobody waited for the decision; it counts all the same.
    news.forEach(this::note);
    for (int p = 1; p <= plan.processes(); p++) {
      machine
          .failure(p)
          .ifPresent(
              bug -> {
                throw new IllegalStateException(bug);
              });
    }
    return new AgreeReport(
        plan,
        decisions,
        crashedProcesses,
        crashedMemories,
        machine.costs(),
        timeout.toSeconds() + " s");
  }

  /** On the process's event loop. */
  private void take(ProcessContext process, Instance instance, long start) {
    Consensus part =
        plan.algorithm().join(process, HeartbeatOmega.start(process, detector), instance);
    Value proposal = plan.proposal(process.self());
    var unused =
        (proposal.isBottom() ? part.decision() : part.propose(proposal))
            .thenAccept(
                value -> {
                  long nanos = System.nanoTime() - start;
                  news.add(new Decided(process.self(), new AgreeReport.Decision(value, nanos)));
                });
  }

  private void note(Decided decided) {
    decisions.put(decided.process, decided.decision);
  }

  private boolean allDecided() {
    return IntStream.rangeClosed(1, plan.processes())
        .allMatch(p -> decisions.containsKey(p) || crashedProcesses.contains(p));
  }

  private List<Crash> crashes() {
    List<Crash> crashes = new ArrayList<>();
    plan.processCrashes()
        .forEach(
            (p, at) ->
                crashes.add(
                    new Crash(
                        nanos(at),
                        () -> {
                          machine.crashProcess(p);
                          crashedProcesses.add(p);
                        })));
    plan.memoryCrashes()
        .forEach(
            (m, at) ->
                crashes.add(
                    new Crash(
                        nanos(at),
                        () -> {
                          machine.crashMemory(m);
                          crashedMemories.add(m);
                        })));
    crashes.sort(Comparator.comparingLong(Crash::nanos));
    return crashes;
  }

  /** Lets those crashes happen that are due, and takes them off the list. */
  private static void crash(List<Crash> crashes, long now) {
    while (!crashes.isEmpty() && crashes.get(0).nanos <= now) {
      crashes.remove(0).happen.run();
    }
  }

  private static long nanos(long thousandthsOfMillisecond) {
    return TimeUnit.MICROSECONDS.toNanos(thousandthsOfMillisecond);
  }
}
