package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.remora.crash.ConsensusObjects;
import org.remora.crash.HybridCoin;
import org.remora.crash.HybridInstance;
import org.remora.crash.Instance;
import org.remora.crash.Neighbourhoods;
import org.remora.memory.Clock;
import org.remora.memory.ProcessSet;
import org.remora.memory.Value;
import org.remora.sim.Fault;

/** Draws scenarios of Hybrid Ben-Or over graphs. */
final class HybridDraw implements Draw {
  private static final long UNSTABLE_NANOS = 30 * Clock.DELAY_NANOS;
  private static final int NODES_MAX = 6;

  /** Up to here everybody may toss its own coin, and objects be made of registers. */
  private static final int FEW = 8;

  @Override
  public Scenario random(long seed, Given given) {
    SplittableRandom random = new SplittableRandom(seed);
    int nodes = 1 + random.nextInt(NODES_MAX);
    Neighbourhoods graph = given.graph();
    if (graph == null) {
      graph = graph(given.processes() == null ? nodes : given.processes(), random);
    }
    return Draw.fixed(of(graph, random.split(), seed, given), given);
  }

  private static Scenario of(
      Neighbourhoods graph, SplittableRandom random, long seed, Given given) {
    int nodes = graph.processes();
    int[] order = Draw.shuffled(nodes, random);
    List<Integer> crashed = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    boolean fixed = !given.processCrashes().isEmpty() || !given.memoryCrashes().isEmpty();
    Integer wanted = given.faultyProcesses();
    if (wanted == null && given.faultyMemories() == null && !fixed) {
      int tries = random.nextInt(nodes + 1);
      for (int i = 0; i < tries; i++) {
        crashed.add(order[i]);
        if (!suffices(graph, crashed)) {
          crashed.remove(crashed.size() - 1);
        }
      }
    }
    for (int i = 0; wanted != null && i < wanted; i++) {
      crashed.add(order[i]);
    }
    for (int p : crashed) {
      faults.add(
          random.nextBoolean()
              ? new Fault.ProcessCrash(p, random.nextLong(UNSTABLE_NANOS))
              : new Fault.ProcessCrashAfter(p, random.nextInt(40)));
    }
    int memoryCrashes = given.faultyMemories() == null ? 0 : given.faultyMemories();
    int[] memories = Draw.shuffled(nodes, random);
    for (int i = 0; i < memoryCrashes; i++) {
      faults.add(new Fault.MemoryCrash(memories[i], random.nextLong(UNSTABLE_NANOS)));
    }
    faults.addAll(Draw.crashes(given.processCrashes(), given.memoryCrashes()));
    crashed.addAll(given.processCrashes().keySet());
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
    int survivor = Draw.lowestCorrect(nodes, crashed, given.byzantine());
    int values = 1 + random.nextInt(nodes);
    List<Scenario.Proposal> proposals = new ArrayList<>();
    for (int p = 1; p <= nodes; p++) {
      boolean silent = p != survivor && random.nextInt(5) == 0;
      proposals.add(
          silent
              ? Scenario.Proposal.NONE
              : new Scenario.Proposal(Value.of("v" + (1 + random.nextInt(values))), 0, 0));
    }
    boolean few = nodes <= FEW;
    return new Scenario(
        algorithm(
            graph,
            given.objects() != null
                ? given.objects()
                : few && random.nextBoolean()
                    ? ConsensusObjects.REGISTERS
                    : ConsensusObjects.COMPARE_AND_SWAP,
            given.sharedCoin() != null ? given.sharedCoin() : !few || random.nextBoolean(),
            seed),
        nodes,
        nodes,
        random.nextInt(4) == 0 ? 0 : 10 + random.nextInt(800),
        seed,
        Draw.latency(random),
        faults,
        given.byzantine(),
        List.of(),
        proposals,
        Draw.tearing(random, 4),
        List.of());
  }

  static AgreeAlgorithm.Hybrid algorithm(
      Neighbourhoods graph, ConsensusObjects objects, boolean sharedCoin, long seed) {
    return new AgreeAlgorithm.Hybrid(
        graph,
        HybridInstance.of(Instance.of(1), graph)
            .with(objects)
            .with(sharedCoin ? HybridCoin.shared(seed) : HybridCoin.LOCAL),
        objects,
        sharedCoin);
  }

  /** Whether those who have not crashed speak for a majority. */
  private static boolean suffices(Neighbourhoods graph, List<Integer> crashed) {
    TreeSet<Integer> alive = new TreeSet<>();
    for (int p = 1; p <= graph.processes(); p++) {
      alive.add(p);
    }
    crashed.forEach(alive::remove);
    ProcessSet speakers = ProcessSet.of(alive.stream().mapToInt(p -> p).toArray());
    return 2 * graph.spokenFor(speakers) > graph.processes();
  }

  /** Rather sparse, so that neighbourhoods differ; not always connected. */
  private static Neighbourhoods graph(int nodes, SplittableRandom random) {
    double density = random.nextInt(3) == 0 ? 0.5 : 0.25;
    List<TreeSet<Integer>> neighbours = new ArrayList<>();
    for (int p = 1; p <= nodes; p++) {
      neighbours.add(new TreeSet<>());
    }
    for (int p = 1; p <= nodes; p++) {
      for (int q = 1; q < p; q++) {
        if (random.nextDouble() < density) {
          neighbours.get(p - 1).add(q);
          neighbours.get(q - 1).add(p);
        }
      }
    }
    return graph(neighbours);
  }

  static Neighbourhoods graph(List<? extends Set<Integer>> neighbours) {
    return Neighbourhoods.of(
        neighbours.stream()
            .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new));
  }

  /** Who has which neighbours, as edges {@code 1-2,2-3}. */
  static String text(Neighbourhoods graph) {
    StringBuilder text = new StringBuilder();
    for (int p = 1; p <= graph.processes(); p++) {
      for (int i = 0; i < graph.size(p); i++) {
        int q = graph.member(p, i);
        if (q > p) {
          text.append(text.isEmpty() ? "" : ",").append(p).append('-').append(q);
        }
      }
    }
    return text.toString();
  }

  /** The neighbourhoods that edges such as {@code 1-2,2-3} give. */
  static @Nullable Neighbourhoods parse(int nodes, String edges) {
    List<TreeSet<Integer>> neighbours = new ArrayList<>();
    for (int p = 1; p <= nodes; p++) {
      neighbours.add(new TreeSet<>());
    }
    for (String edge : edges.isEmpty() ? new String[0] : edges.split(",", -1)) {
      if (!edge.matches("\\d{1,5}-\\d{1,5}")) {
        return null;
      }
      int dash = edge.indexOf('-');
      int p = Integer.parseInt(edge.substring(0, dash));
      int q = Integer.parseInt(edge.substring(dash + 1));
      if (p < 1 || q < 1 || p > nodes || q > nodes || p == q) {
        return null;
      }
      neighbours.get(p - 1).add(q);
      neighbours.get(q - 1).add(p);
    }
    return graph(neighbours);
  }
}
