package org.remora.apps;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.ByzantineConsensus;
import org.remora.byzantine.Report;
import org.remora.byzantine.RotatingOmega;
import org.remora.byzantine.keys.Ed25519;
import org.remora.byzantine.keys.Ed25519Signer;
import org.remora.byzantine.keys.Membership;
import org.remora.byzantine.keys.PrivateKey;
import org.remora.crash.Consensus;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.Omega;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.ProcessContext;
import org.remora.memory.RunningMachine;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.remora.socket.LocalMachine;
import org.remora.socket.SocketMachine;
import org.remora.verbs.VerbsMachine;

/** Runs agreement on a backend in real time. */
final class RunningAgreement {
  /** Long enough for a decision of Paxos over trusted links, on a machine that is not idle. */
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final AgreePlan plan;
  private final RunningMachine machine;
  private final HeartbeatOmega.Settings detector;
  private final NavigableMap<Integer, AgreeReport.Decision> decisions = new TreeMap<>();
  private final NavigableMap<Integer, Report> paths = new TreeMap<>();
  private final NavigableSet<Integer> aborted = new TreeSet<>();
  private final NavigableSet<Integer> crashedProcesses = new TreeSet<>();
  private final NavigableSet<Integer> crashedMemories = new TreeSet<>();

  /** What the processes' threads tell this one. */
  private final BlockingQueue<Decided> news = new LinkedBlockingQueue<>();

  private RunningAgreement(AgreePlan plan, RunningMachine machine) {
    this.plan = plan;
    this.machine = machine;
    HeartbeatOmega.Settings settings = HeartbeatOmega.Settings.DEFAULT;
    detector = plan.algorithm().countsProcesses() ? settings.withMessages() : settings;
  }

  private record Decided(int process, @Nullable Value value, long nanos, @Nullable Report path) {}

  private record Crash(long nanos, Runnable happen) {}

  /**
   * Runs until every process that lives has decided, or the time is up.
   *
   * @param card the address of the card, for verbs
   * @throws BadInputException if the backend is not to be had here
   */
  static AgreeReport run(AgreePlan plan, Duration timeout, @Nullable InetAddress card)
      throws InterruptedException {
    try (RunningMachine machine = machine(plan, card)) {
      return new RunningAgreement(plan, machine).run(timeout);
    } catch (IOException e) {
      throw new BadInputException(
          "no " + AgreeText.name(plan.backend()) + " backend here: " + e.getMessage());
    }
  }

  private static RunningMachine machine(AgreePlan plan, @Nullable InetAddress card)
      throws IOException {
    int processes = plan.processes();
    int memories = plan.memories();
    @Nullable IntFunction<Signer> signers =
        plan.algorithm() instanceof AgreeAlgorithm.Byzantine ? signers(processes) : null;
    switch (plan.backend()) {
      case SOCKET -> {
        SocketMachine.Settings settings = SocketMachine.of(processes, memories).seed(plan.seed());
        return (signers == null ? settings : settings.signers(signers)).build();
      }
      case VERBS -> {
        VerbsMachine.Settings settings =
            VerbsMachine.of(processes, memories, Objects.requireNonNull(card)).seed(plan.seed());
        return (signers == null ? settings : settings.signers(signers)).build();
      }
      default -> {
        LocalMachine.Settings settings = LocalMachine.of(processes, memories).seed(plan.seed());
        return (signers == null ? settings : settings.signers(signers)).build();
      }
    }
  }

  /** Signers with keys that nobody has after the run. */
  private static IntFunction<Signer> signers(int processes) {
    List<PrivateKey> keys = Stream.generate(PrivateKey::generate).limit(processes).toList();
    Membership membership = new Membership(keys.stream().map(PrivateKey::publicKey).toList());
    Ed25519 implementation = Ed25519.best();
    return p -> new Ed25519Signer(implementation, p, keys.get(p - 1), membership);
  }

  private AgreeReport run(Duration timeout) throws InterruptedException {
    machine.defineEverywhere(HeartbeatOmega.region(plan.processes()));
    plan.algorithm().define(machine);
    List<Crash> crashes = crashes();
    // What crashes at 0 never does anything.
    crash(crashes, 0);

    long start = System.nanoTime();
    for (int p = 1; p <= plan.processes(); p++) {
      ProcessContext process = machine.process(p);
      process.execute(() -> take(process, start));
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
        paths,
        crashedProcesses,
        crashedMemories,
        machine.costs(),
        timeout.toSeconds() + " s");
  }

  /** On the process's event loop. */
  private void take(ProcessContext process, long start) {
    Omega omega = omega(process);
    AgreeBehaviour behaviour = plan.byzantine().get(process.self());
    if (behaviour != null) {
      behaviour.start(
          AgreeBehaviour.Target.alone(
              plan.algorithm(), process, omega, plan.proposal(process.self())));
      return;
    }
    Consensus part = plan.algorithm().join(process, omega);
    var unused =
        plan.propose(process.self(), part)
            .whenComplete(
                (value, aborted) -> {
                  long nanos = System.nanoTime() - start;
                  if (part instanceof ByzantineConsensus told) {
                    var unusedReport =
                        told.report()
                            .thenAccept(
                                path -> news.add(new Decided(process.self(), value, nanos, path)));
                  } else {
                    news.add(new Decided(process.self(), value, nanos, null));
                  }
                });
  }

  /** Heartbeats in memory are fine for crashes; a Byzantine process could keep its own going. */
  private Omega omega(ProcessContext process) {
    if (plan.algorithm() instanceof AgreeAlgorithm.Hybrid) {
      return ScriptedOmega.start(process, 1, List.of()); // nobody asks it
    }
    return plan.algorithm() instanceof AgreeAlgorithm.Byzantine
        ? RotatingOmega.start(process, TURN_NANOS)
        : HeartbeatOmega.start(process, detector);
  }

  private void note(Decided decided) {
    if (decided.value == null) {
      aborted.add(decided.process);
    } else {
      decisions.put(decided.process, new AgreeReport.Decision(decided.value, decided.nanos));
    }
    if (decided.path != null) {
      paths.put(decided.process, decided.path);
    }
  }

  private boolean allDecided() {
    return IntStream.rangeClosed(1, plan.processes())
        .allMatch(
            p ->
                decisions.containsKey(p)
                    || aborted.contains(p)
                    || plan.byzantine().containsKey(p)
                    || crashedProcesses.contains(p));
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
