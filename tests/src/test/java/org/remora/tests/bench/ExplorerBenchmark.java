package org.remora.tests.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.remora.apps.Rivals;
import org.remora.crash.CrashAlgorithm;
import org.remora.sim.explore.Report;

/**
 * States a second of one worker: Protected Memory Paxos with 2 processes and 3 memories, one retry
 * of process 1, from the beginning, the computation of the automata included. Look at the secondary
 * result {@code states}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(1)
public class ExplorerBenchmark {
  /** Whether states that differ in the numbers of memories only are one. */
  @Param({"true", "false"})
  public boolean symmetry = true;

  /** The states that were seen, a second. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Counter {
    /** How many. */
    public long states;
  }

  /** Explores up to a million states. */
  @Benchmark
  public Report explore(Counter counter) {
    Report report =
        Rivals.explorer(CrashAlgorithm.PROTECTED_MEMORY_PAXOS, 2, 3, null)
            .expiriesMax(1, 1)
            .memoriesAlike(symmetry)
            .workers(1)
            .statesMax(1_000_000)
            .run();
    counter.states += report.states();
    return report;
  }
}
