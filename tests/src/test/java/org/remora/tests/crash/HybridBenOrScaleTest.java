package org.remora.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remora.crash.HybridCoin;
import org.remora.crash.HybridInstance;
import org.remora.crash.Instance;
import org.remora.crash.Neighbourhoods;
import org.remora.memory.Clock;
import org.remora.sim.Fault;
import org.remora.sim.Latency;
import org.remora.sim.SimWorld;

/** Thousands of processes over sparse graphs of degree 16, nine out of ten of them crashed. */
@Tag("campaign")
class HybridBenOrScaleTest {
  private static final int DEGREE = 16;

  @ParameterizedTest
  @CsvSource({
    "1000, constant, 2",
    "1000, constant, 1000",
    "1000, random, 1000",
    "10000, constant, 2",
    "10000, constant, 100",
    "10000, random, 2",
  })
  void decidesThoughNineOfTenHaveCrashed(
      int nodes, String latency, int values, TestReporter reporter) {
    SplittableRandom random = new SplittableRandom(nodes);
    List<Fault> faults = new ArrayList<>();
    for (int p = 1; p <= nodes; p++) {
      if (p % 10 != 0) {
        // Half of them never do anything, the others crash within the first rounds.
        faults.add(new Fault.ProcessCrash(p, random.nextBoolean() ? 0 : random.nextInt(20_000)));
      }
    }
    List<String> proposals =
        IntStream.rangeClosed(1, nodes).mapToObj(p -> "v" + p % values).toList();
    long start = System.nanoTime();
    HybridRun run =
        HybridRun.of(
            HybridInstance.of(Instance.of(1), permutations(nodes, random))
                .with(HybridCoin.shared(nodes)),
            SimWorld.of(nodes, nodes)
                .seed(1)
                .latency(
                    latency.equals("constant")
                        ? Latency.ONE_DELAY
                        : Latency.uniform(Clock.DELAY_NANOS / 2, 3 * Clock.DELAY_NANOS / 2))
                .faults(faults),
            proposals,
            Long.MAX_VALUE);
    Runtime runtime = Runtime.getRuntime();
    reporter.publishEntry(
        "run",
        String.format(
            "n=%d %s, %d values: %.0f delays, %,d events, %.1f s, %,d MB in use, %s",
            nodes,
            latency,
            values,
            run.world.delays(),
            run.world.events(),
            (System.nanoTime() - start) / 1e9,
            (runtime.totalMemory() - runtime.freeMemory()) >> 20,
            run.world.costs()));
    assertThat(run.violation()).isEmpty();
    assertThat(run.decisions).hasSizeGreaterThanOrEqualTo(nodes / 10);
  }

  /** The union of random cycles: every process has at most 16 neighbours, nearly all exactly. */
  private static Neighbourhoods permutations(int nodes, SplittableRandom random) {
    List<TreeSet<Integer>> neighbours = new ArrayList<>();
    for (int p = 1; p <= nodes; p++) {
      neighbours.add(new TreeSet<>());
    }
    for (int cycle = 0; cycle < DEGREE / 2; cycle++) {
      int[] order = IntStream.rangeClosed(1, nodes).toArray();
      for (int i = nodes - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swap = order[i];
        order[i] = order[j];
        order[j] = swap;
      }
      for (int i = 0; i < nodes; i++) {
        int a = order[i];
        int b = order[(i + 1) % nodes];
        neighbours.get(a - 1).add(b);
        neighbours.get(b - 1).add(a);
      }
    }
    return Neighbourhoods.of(
        neighbours.stream()
            .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new));
  }
}
