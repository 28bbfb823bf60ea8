package org.remora.tests.bench;

import java.util.concurrent.TimeUnit;
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
import org.remora.topology.Plan;
import org.remora.topology.PlanRequest;
import org.remora.topology.Planner;

/**
 * A whole plan for 100,000 nodes in a fresh JVM of 1 GB: graph, seed certificate, bounds on the
 * eigenvalues, attack, and the search for groups that share no memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(value = 5, jvmArgsAppend = "-Xmx1g")
public class PlannerBenchmark {
  /** How many links a node may have. */
  @Param({"8", "16", "32"})
  public int degree = 16;

  /** Plans. */
  @Benchmark
  public Plan plan() {
    return Planner.plan(PlanRequest.of(100_000, degree));
  }
}
