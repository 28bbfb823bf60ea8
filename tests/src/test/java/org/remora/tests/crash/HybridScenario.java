package org.remora.tests.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.remora.crash.ConsensusObjects;
import org.remora.crash.HybridCoin;
import org.remora.crash.HybridInstance;
import org.remora.crash.Instance;
import org.remora.crash.Mutation;
import org.remora.memory.Clock;
import org.remora.sim.Fault;
import org.remora.sim.Latency;
import org.remora.sim.SimWorld;

/**
 * One random execution of Hybrid Ben-Or, all of it drawn from a seed: the graph, who proposes what,
 * who crashes at which point, within what the graph survives, and how the schedule runs before it
 * turns fair.
 */
record HybridScenario(
    SmallGraph graph,
    int alive,
    ConsensusObjects objects,
    HybridCoin coin,
    List<String> proposals,
    List<Fault> faults,
    Latency latency,
    int adversarialEvents,
    SimWorld.Tearing tearing,
    long seed) {
  private static final long EVENTS_MAX = 3_000_000;
  private static final long MUTANT_EVENTS_MAX = 5_000;
  private static final long UNSTABLE_NANOS = 30 * Clock.DELAY_NANOS;

  static HybridScenario random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SmallGraph graph = SmallGraph.random(1 + random.nextInt(6), random);
    return of(graph, random.split(), seed);
  }

  static HybridScenario random(int nodes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return of(SmallGraph.random(nodes, random), random.split(), seed);
  }

  static HybridScenario over(SmallGraph graph, long seed) {
    return of(graph, new SplittableRandom(seed), seed);
  }

  private static HybridScenario of(SmallGraph graph, SplittableRandom random, long seed) {
    int nodes = graph.nodes();
    int everybody = (1 << nodes) - 1;
    int alive = everybody;
    for (int tries = random.nextInt(nodes + 1); tries > 0; tries--) {
      int fewer = alive & ~(1 << random.nextInt(nodes));
      alive = graph.suffices(fewer) ? fewer : alive;
    }
    List<Fault> faults = new ArrayList<>();
    for (int p : SmallGraph.members(everybody & ~alive)) {
      faults.add(
          random.nextBoolean()
              ? new Fault.ProcessCrash(p, random.nextLong(UNSTABLE_NANOS))
              : new Fault.ProcessCrashAfter(p, random.nextInt(40)));
    }
    if (random.nextInt(5) == 0) {
      faults.add(new Fault.BrokenWays(1 + random.nextInt(300)));
    }
    if (random.nextInt(3) == 0) {
      faults.add(
          new Fault.SlowMemory(
              1 + random.nextInt(nodes),
              0,
              random.nextLong(UNSTABLE_NANOS),
              random.nextLong(20 * Clock.DELAY_NANOS)));
    }
    int survivor = SmallGraph.members(alive).get(0);
    int values = 1 + random.nextInt(nodes);
    List<String> proposals = new ArrayList<>();
    for (int p = 1; p <= nodes; p++) {
      boolean silent = p != survivor && random.nextInt(5) == 0;
      proposals.add(silent ? "" : "value " + (1 + random.nextInt(values)));
    }
    Latency latency =
        switch (random.nextInt(3)) {
          case 0 -> Latency.ONE_DELAY;
          case 1 -> Latency.uniform(Clock.DELAY_NANOS / 2, 3 * Clock.DELAY_NANOS);
          default -> Latency.heavyTailed(Clock.DELAY_NANOS / 2);
        };
    return new HybridScenario(
        graph,
        alive,
        random.nextBoolean() ? ConsensusObjects.COMPARE_AND_SWAP : ConsensusObjects.REGISTERS,
        random.nextBoolean() ? HybridCoin.LOCAL : HybridCoin.shared(random.nextLong()),
        List.copyOf(proposals),
        List.copyOf(faults),
        latency,
        random.nextInt(4) == 0 ? 0 : 10 + random.nextInt(800),
        random.nextInt(4) == 0 ? SimWorld.Tearing.FRAMED : SimWorld.Tearing.NONE,
        seed);
  }

  HybridRun run() {
    return HybridRun.of(instance(), world(), proposals, EVENTS_MAX);
  }

  HybridRun runMutant(Mutation mutation) {
    HybridInstance instance = instance();
    return HybridRun.of(
        instance,
        world(),
        proposals,
        process -> instance.join(process, mutation),
        MUTANT_EVENTS_MAX);
  }

  private HybridInstance instance() {
    return HybridInstance.of(Instance.of(1), graph.neighbourhoods()).with(objects).with(coin);
  }

  private SimWorld.Settings world() {
    return SimWorld.of(graph.nodes(), graph.nodes())
        .seed(seed)
        .latency(latency)
        .adversarial(adversarialEvents)
        .faults(faults)
        .tearing(tearing);
  }

  @Override
  public String toString() {
    return "seed="
        + seed
        + " "
        + graph
        + " alive="
        + SmallGraph.members(alive)
        + " "
        + objects
        + " proposals="
        + proposals
        + " faults="
        + faults
        + " adversarial="
        + adversarialEvents
        + " tearing="
        + tearing;
  }
}
