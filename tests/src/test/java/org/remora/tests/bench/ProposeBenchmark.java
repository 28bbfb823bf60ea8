package org.remora.tests.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.Instance;
import org.remora.crash.Omega;
import org.remora.memory.Value;
import org.remora.socket.LocalMachine;

/**
 * One propose of Protected Memory Paxos on 3 local memories, two processes, the leader proposes:
 * from another thread, which waits for the decision, and on the leader's own event loop; beside the
 * floor of the former, a task handed to the event loop and waited for. Each decision is an instance
 * of its own, installed before.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 8)
@Measurement(iterations = 12)
@Fork(2)
public class ProposeBenchmark {
  /** The decisions of one measurement: the score is the time of all of them. */
  static final int DECISIONS = 10_000;

  private static final Value VALUE =
      Value.of("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");

  /** Whether a thread outside runs the loop itself. */
  @Param({"false", "true"})
  public boolean callerRuns;

  private LocalMachine machine;
  private final List<Consensus> leaders = new ArrayList<>();

  /** A leader that never changes: the detector's cost is not what is measured. */
  private static final class FirstLeads implements Omega {
    @Override
    public int leader() {
      return 1;
    }

    @Override
    public void onChange(Runnable listener) {}
  }

  /** Installs the instances. */
  @Setup(Level.Iteration)
  public void install() {
    LocalMachine.Settings settings = LocalMachine.of(2, 3);
    machine = (callerRuns ? settings.callerRuns() : settings).build();
    leaders.clear();
    List<Omega> omegas = List.of(new FirstLeads(), new FirstLeads());
    for (int i = 1; i <= DECISIONS; i++) {
      leaders.add(
          CrashAlgorithm.PROTECTED_MEMORY_PAXOS.install(machine, omegas, Instance.of(i)).get(0));
    }
    CompletableFuture<Void> settled = new CompletableFuture<>();
    machine.process(1).execute(() -> settled.complete(null));
    settled.join();
  }

  /** Ends the threads. */
  @TearDown(Level.Iteration)
  public void close() {
    machine.close();
  }

  /** Propose from a thread of the application, one after the other. */
  @Benchmark
  public void fromAnotherThread() {
    for (Consensus leader : leaders) {
      leader.propose(VALUE).join();
    }
  }

  /** Propose on the leader's event loop, each when the one before is decided. */
  @Benchmark
  public void onTheEventLoop() {
    CompletableFuture<Void> all = new CompletableFuture<>();
    machine.process(1).execute(() -> next(0, all));
    all.join();
  }

  /** The floor: a task handed to the event loop, and its end waited for. */
  @Benchmark
  public void handOff() {
    for (int i = 0; i < DECISIONS; i++) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      machine.process(1).execute(() -> done.complete(null));
      done.join();
    }
  }

  private void next(int index, CompletableFuture<Void> all) {
    if (index == leaders.size()) {
      all.complete(null);
    } else {
      leaders.get(index).propose(VALUE).thenAccept(value -> next(index + 1, all));
    }
  }
}
