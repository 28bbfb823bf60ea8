package org.remora.tests.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.remora.crash.Omega;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicatedLog;
import org.remora.crash.log.StateMachine;
import org.remora.memory.Value;
import org.remora.socket.LocalMachine;

/**
 * Appends of 64 bytes to a replicated log of 3 replicas over 3 memories of this JVM, from a thread
 * of the application: one at a time, and with 64 outstanding; beside the floor, a task handed to
 * the leader's event loop and waited for.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class LogBenchmark {
  static final int OUTSTANDING = 64;
  static final int BURST = 64 * 1024;

  static final Value COMMAND =
      Value.of("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");

  LocalMachine machine;
  Replica leader;

  /** A leader that never changes: the detector's cost is not what is measured. */
  private static final class FirstLeads implements Omega {
    @Override
    public int leader() {
      return 1;
    }

    @Override
    public void onChange(Runnable listener) {}
  }

  /** Counts. */
  static final class Counter implements StateMachine {
    private long count;

    @Override
    public Value apply(long index, Value command) {
      count++;
      return Value.EMPTY;
    }

    @Override
    public Value query(Value question) {
      return Value.ofWord(count);
    }

    @Override
    public Value snapshot() {
      return Value.ofWord(count);
    }

    @Override
    public void restore(Value snapshot) {
      count = snapshot.word();
    }
  }

  /** Starts the replicas. */
  @Setup(Level.Trial)
  public void install() {
    machine = LocalMachine.of(3, 3).build();
    List<Omega> omegas = List.of(new FirstLeads(), new FirstLeads(), new FirstLeads());
    List<Replica> replicas =
        new ArrayList<>(
            ReplicatedLog.install(machine, omegas, p -> new Counter(), LogSettings.of(1)));
    leader = replicas.get(0);
    leader.append(COMMAND).join();
  }

  /** Ends the threads. */
  @TearDown(Level.Trial)
  public void close() {
    machine.close();
  }

  /** One outstanding: every append waits for the one before. */
  @Benchmark
  @BenchmarkMode({Mode.SampleTime, Mode.AverageTime})
  public Value one() {
    return leader.append(COMMAND).join();
  }

  /** 64 outstanding. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OperationsPerInvocation(BURST)
  public void many() throws InterruptedException {
    Semaphore room = new Semaphore(OUTSTANDING);
    for (int i = 0; i < BURST; i++) {
      room.acquire();
      leader.append(COMMAND).thenRun(room::release);
    }
    room.acquire(OUTSTANDING);
  }

  /** The floor: a task handed to the leader's event loop, and waited for. */
  @Benchmark
  @BenchmarkMode({Mode.SampleTime, Mode.AverageTime})
  public Value handOff() {
    CompletableFuture<Value> done = new CompletableFuture<>();
    machine.process(1).execute(() -> done.complete(Value.EMPTY));
    return done.join();
  }
}
