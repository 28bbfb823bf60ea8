package org.remora.tests.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.remora.crash.Omega;
import org.remora.crash.ScriptedOmega;
import org.remora.crash.log.Configuration;
import org.remora.crash.log.LogMutation;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicaListener;
import org.remora.crash.log.ReplicatedLog;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;
import org.remora.sim.SimWorld;
import org.remora.sim.history.Linearizability;
import org.remora.sim.history.Operation;
import org.remora.sim.history.Specification;

/** A scenario as it went. */
final class LogRun {
  final LogScenario scenario;
  final SimWorld world;
  final Journal journal = new Journal();
  final List<Journal.Machine> machines = new ArrayList<>();
  final List<Replica> replicas = new ArrayList<>();
  private final List<Client> clients = new ArrayList<>();
  private final List<Operation<Long, Long>> history = new ArrayList<>();
  private final List<Runnable> failures = new ArrayList<>();
  private long time;

  int changed;
  int behind;
  int restored;
  int leftBehind;
  int leaders;
  int ended;
  boolean stuck;
  private final long[] lastBehind;

  private LogRun(LogScenario scenario) {
    this.scenario = scenario;
    world = scenario.world().build();
    lastBehind = new long[scenario.processes() + 1];
  }

  /** A word that is read, or exchanged for one that was never there: both answer what it was. */
  record Exchange() implements Specification<Long, Long, Long> {
    static final long READ = 0;

    @Override
    public Long initial() {
      return 0L;
    }

    @Override
    public Outcome<Long, Long> apply(Long state, Long input) {
      return new Outcome<>(input == READ ? state : input, state);
    }
  }

  static LogRun of(LogScenario scenario) {
    return of(scenario, null, 400_000);
  }

  /** A mutant may never end; what matters is what it does before. */
  static LogRun ofMutant(LogScenario scenario, LogMutation mutation) {
    return of(scenario, mutation, 30_000);
  }

  private static LogRun of(LogScenario scenario, LogMutation mutation, long eventsMax) {
    LogRun run = new LogRun(scenario);
    run.world.defineEverywhere(ReplicatedLog.region(scenario.settings(), scenario.processes()));
    SplittableRandom random = new SplittableRandom(scenario.seed() + 17);
    for (int p = 1; p <= scenario.processes(); p++) {
      ProcessContext process = run.world.process(p);
      Omega omega = ScriptedOmega.start(process, 1, scenario.omegas().get(p - 1));
      Journal.Machine machine = run.journal.new Machine(p);
      run.machines.add(machine);
      Replica replica =
          mutation == null
              ? ReplicatedLog.join(
                  process, omega, machine, scenario.settings(), scenario.begin(), run.new Watch(p))
              : ReplicatedLog.join(
                  process,
                  omega,
                  machine,
                  scenario.settings(),
                  scenario.begin(),
                  run.new Watch(p),
                  mutation);
      run.replicas.add(replica);
      for (int c = 0; c < scenario.outstanding(); c++) {
        Client client = run.new Client(p, replica, random.split());
        run.clients.add(client);
        process.execute(client::next);
      }
    }
    for (LogScenario.PlannedChange planned : scenario.changes()) {
      ProcessContext process = run.world.process(planned.process());
      process.execute(() -> process.clock().after(planned.nanos(), () -> run.change(planned)));
    }
    SimWorld.End end =
        run.world.run(() -> !run.journal.violations.isEmpty() || run.isDone(), eventsMax);
    run.clients.forEach(Client::close);
    run.failures.forEach(Runnable::run);
    run.judge(end, mutation != null);
    return run;
  }

  private final class Watch implements ReplicaListener {
    private final int process;

    Watch(int process) {
      this.process = process;
    }

    @Override
    public void behind(long applied) {
      behind++;
      lastBehind[process] = world.events();
    }

    @Override
    public void configurationChanged(Configuration configuration) {
      changed++;
    }

    @Override
    public void restored(long index) {
      restored++;
    }

    @Override
    public void leftBehind(int replica, long applied) {
      leftBehind++;
    }

    @Override
    public void leaderChanged(int leader, long proposal) {
      leaders++;
    }
  }

  /** Asks for a change, again if its session ends. */
  @SuppressWarnings("FutureReturnValueIgnored")
  private void change(LogScenario.PlannedChange planned) {
    replicas
        .get(planned.process() - 1)
        .change(planned.change())
        .whenComplete(
            (changed, failed) -> {
              if (failed != null) {
                world.process(planned.process()).execute(() -> change(planned));
              }
            });
  }

  private boolean isDone() {
    for (Client client : clients) {
      if (!client.isDone() && world.alive().contains(client.process)) {
        return false;
      }
    }
    for (int p = 1; p <= machines.size(); p++) {
      if (world.alive().contains(p) && machines.get(p - 1).size() < journal.applied.size()) {
        return false;
      }
    }
    return true;
  }

  private void judge(SimWorld.End end, boolean mutant) {
    if (end == SimWorld.End.LIMIT && journal.violations.isEmpty() && !mutant) {
      // Whoever knew what the ring no longer holds may have crashed: allowed if nobody who lives
      // finds what it misses, and not all were waited for.
      stuck = leftBehind > 0;
      for (int p = 1; p <= replicas.size(); p++) {
        stuck &= !world.alive().contains(p) || lastBehind[p] > world.events() - 50_000;
      }
      if (!stuck) {
        journal.violations.add(
            "no progress: applied "
                + machines.stream().map(Journal.Machine::size).toList()
                + " alive "
                + world.alive()
                + " clients "
                + clients.stream().map(c -> c.process + ":" + c.left).toList());
      }
    }
    Optional<?> window = Linearizability.check(new Exchange(), history);
    window.ifPresent(w -> journal.violations.add("not linearizable: " + w));
  }

  private void unanswered(int process, long input, long called) {
    journal
        .before(input)
        .ifPresent(
            before ->
                history.add(
                    new Operation<>(process, "word", input, before, called, Operation.NEVER - 1)));
  }

  /** Does one thing after the other with the register, until it has done enough. */
  private final class Client {
    private final int process;
    private final Replica replica;
    private final SplittableRandom random;
    private int left = scenario.commandsPerClient();
    private boolean busy;
    private long input;
    private long called;

    Client(int process, Replica replica, SplittableRandom random) {
      this.process = process;
      this.replica = replica;
      this.random = random;
    }

    boolean isDone() {
      return left == 0 && !busy;
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    void next() {
      if (left == 0) {
        return;
      }
      left--;
      busy = true;
      called = ++time;
      input = random.nextInt(4) == 0 ? Exchange.READ : called;
      CompletableFuture<Value> answer;
      if (input == Exchange.READ) {
        answer = replica.read(Value.EMPTY);
      } else {
        Value command = Value.ofWord(called);
        journal.appended.add(command);
        answer =
            replica
                .append(command)
                .thenApply(
                    value -> {
                      if (!journal.contains(command)) {
                        journal.violations.add("acknowledged, not applied: " + command);
                      }
                      return value;
                    });
      }
      answer.whenComplete(
          (value, failed) -> {
            busy = false;
            if (failed == null) {
              history.add(new Operation<>(process, "word", input, value.word(), called, ++time));
            } else {
              ended++;
              long failedInput = input;
              long failedCall = called;
              failures.add(() -> unanswered(process, failedInput, failedCall));
            }
            world.process(process).execute(this::next);
          });
    }

    /** What is under way has no answer; but whether it took effect, and on what, is known. */
    void close() {
      if (busy) {
        unanswered(process, input, called);
      }
    }
  }

  String violation() {
    return journal.violations.isEmpty() ? "" : journal.violations.get(0) + "\n" + scenario;
  }
}
