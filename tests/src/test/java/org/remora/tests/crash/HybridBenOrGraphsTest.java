package org.remora.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remora.crash.ConsensusObjects;
import org.remora.crash.HybridCoin;
import org.remora.crash.HybridInstance;
import org.remora.crash.Instance;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/**
 * On every connected graph of up to 6 nodes: it decides with every crash set of the size that the
 * graph tolerates, and for every set that refutes one more it gets stuck. Counts are pinned, so
 * that a silent loss of coverage fails.
 */
class HybridBenOrGraphsTest {
  private static final int[] MOMENTS = {0, 3, 6};
  private static final long EVENTS_MAX = 2_000_000;

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 0",
    "2, 1, 2, 0",
    "3, 2, 6, 0",
    "4, 6, 30, 6",
    "5, 21, 155, 18",
    "6, 112, 1644, 208",
  })
  void endsExactlyWithinTheTolerance(int nodes, int graphs, int crashSets, int witnesses) {
    List<SmallGraph> all = SmallGraph.connected(nodes);
    assertThat(all).hasSize(graphs);
    int survived = 0;
    int stuck = 0;
    for (SmallGraph graph : all) {
      int tolerance = graph.tolerance();
      int everybody = (1 << nodes) - 1;
      for (int alive = 1; alive <= everybody; alive++) {
        int crashes = nodes - Integer.bitCount(alive);
        if (crashes == tolerance) {
          assertThat(graph.suffices(alive)).isTrue();
          decides(graph, everybody & ~alive);
          survived++;
        } else if (crashes == tolerance + 1 && !graph.suffices(alive)) {
          isStuck(graph, everybody & ~alive);
          stuck++;
        }
      }
    }
    assertThat(survived).isEqualTo(crashSets);
    assertThat(stuck).isEqualTo(witnesses);
  }

  private static void decides(SmallGraph graph, int crashed) {
    for (int moment : MOMENTS) {
      ConsensusObjects objects =
          moment == 3 ? ConsensusObjects.REGISTERS : ConsensusObjects.COMPARE_AND_SWAP;
      HybridCoin coin = moment == 6 ? HybridCoin.shared(crashed) : HybridCoin.LOCAL;
      HybridRun run = run(graph, crashed, moment, objects, coin);
      assertThat(run.violation()).as("%s crashed %s", graph, SmallGraph.members(crashed)).isEmpty();
    }
  }

  private static void isStuck(SmallGraph graph, int crashed) {
    for (int moment : MOMENTS) {
      HybridRun run =
          run(graph, crashed, moment, ConsensusObjects.COMPARE_AND_SWAP, HybridCoin.LOCAL);
      assertThat(run.agreement()).as("%s crashed %s", graph, SmallGraph.members(crashed)).isTrue();
      assertThat(run.validity()).isTrue();
      if (moment == 0) {
        assertThat(run.end).isEqualTo(SimWorld.End.QUIESCENT);
        assertThat(run.decisions).isEmpty();
      }
    }
  }

  private static HybridRun run(
      SmallGraph graph, int crashed, int moment, ConsensusObjects objects, HybridCoin coin) {
    List<Fault> faults = new ArrayList<>();
    for (int p : SmallGraph.members(crashed)) {
      faults.add(new Fault.ProcessCrash(p, moment * Cluster.DELAY));
    }
    List<String> proposals = new ArrayList<>();
    for (int p = 1; p <= graph.nodes(); p++) {
      proposals.add(p % 2 == 0 ? "even" : "odd");
    }
    return HybridRun.of(
        HybridInstance.of(Instance.of(1), graph.neighbourhoods()).with(objects).with(coin),
        SimWorld.of(graph.nodes(), graph.nodes()).seed(crashed).faults(faults),
        proposals,
        EVENTS_MAX);
  }
}
