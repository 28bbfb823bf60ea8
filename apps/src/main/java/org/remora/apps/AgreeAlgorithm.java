package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineInstance;
import org.remora.crash.Consensus;
import org.remora.crash.ConsensusObjects;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.HybridInstance;
import org.remora.crash.Instance;
import org.remora.crash.Mutation;
import org.remora.crash.Neighbourhoods;
import org.remora.crash.Omega;
import org.remora.crash.adversary.Liar;
import org.remora.memory.Machine;
import org.remora.memory.ProcessContext;
import org.remora.memory.ProcessSet;

/** An algorithm as the command runs it, for crash faults or for Byzantine ones. */
sealed interface AgreeAlgorithm {
  /** Two enumerations of broken rules go by the same name. */
  Class<org.remora.byzantine.Mutation> BYZANTINE_RULES = org.remora.byzantine.Mutation.class;

  /** The name on the command line. */
  String commandName();

  /** Whether it needs memories, or can use them. */
  boolean usesMemories();

  /** Whether processes are among the agents whose majority decides. */
  boolean countsProcesses();

  /** Whether processes and memories make up a majority together. */
  boolean mixesAgents();

  /** The most bytes of a proposal. */
  int valueBytes();

  /** Defines what an instance needs at every memory. */
  void define(Machine machine);

  /** Lets a process take part. */
  default Consensus join(ProcessContext process, Omega omega) {
    return join(process, omega, null);
  }

  /** Lets a process take part, with a rule of {@link #mutations} broken; null for none. */
  Consensus join(ProcessContext process, Omega omega, @Nullable String mutation);

  /** The rules that can be broken, for checking checkers. */
  List<String> mutations();

  /** What a Byzantine process can do to it. */
  List<AgreeBehaviour> behaviours();

  /** The names of all of them, those for crash faults first. */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    Stream.of(CrashAlgorithm.values()).map(CrashAlgorithm::commandName).forEach(names::add);
    names.add(Hybrid.NAME);
    Stream.of(ByzantineAlgorithm.values()).map(ByzantineAlgorithm::commandName).forEach(names::add);
    return names;
  }

  /**
   * One that Ω leads, for so many processes: any but Hybrid Ben-Or, which needs a graph instead.
   */
  static AgreeAlgorithm led(String name, int processes) {
    return Stream.<AgreeAlgorithm>concat(
            Stream.of(CrashAlgorithm.values()).map(Crash::new),
            Stream.of(ByzantineAlgorithm.values())
                .map(each -> new Byzantine(each, ByzantineInstance.of(1, processes))))
        .filter(each -> each.commandName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** One for crash faults. */
  record Crash(CrashAlgorithm algorithm) implements AgreeAlgorithm {
    private static final Instance INSTANCE = Instance.of(1);

    @Override
    public String commandName() {
      return algorithm.commandName();
    }

    @Override
    public boolean usesMemories() {
      return algorithm.usesMemories();
    }

    @Override
    public boolean countsProcesses() {
      return algorithm.countsProcesses();
    }

    @Override
    public boolean mixesAgents() {
      return algorithm.usesMemories() && algorithm.countsProcesses();
    }

    @Override
    public int valueBytes() {
      return INSTANCE.valueBytes();
    }

    @Override
    public void define(Machine machine) {
      algorithm.region(INSTANCE, machine.processes()).ifPresent(machine::defineEverywhere);
    }

    @Override
    public Consensus join(ProcessContext process, Omega omega, @Nullable String mutation) {
      return mutation == null
          ? algorithm.join(process, omega, INSTANCE)
          : algorithm.join(process, omega, INSTANCE, Names.constant(Mutation.class, mutation));
    }

    @Override
    public List<String> mutations() {
      return Names.all(Mutation.class);
    }

    @Override
    public List<AgreeBehaviour> behaviours() {
      return List.of(new AgreeBehaviour.Lying(Liar.TO_THE_LED));
    }
  }

  /**
   * Hybrid Ben-Or, for crash faults, over a graph.
   *
   * @param graph the graph
   * @param instance the instance over it
   * @param objects what its consensus objects are made of
   * @param sharedCoin whether its coin is shared; if not, every process has its own
   */
  record Hybrid(
      Neighbourhoods graph, HybridInstance instance, ConsensusObjects objects, boolean sharedCoin)
      implements AgreeAlgorithm {
    static final String NAME = "hybrid-ben-or";

    @Override
    public String commandName() {
      return NAME;
    }

    @Override
    public boolean usesMemories() {
      return true;
    }

    /** One that lives may speak for a majority. */
    @Override
    public boolean countsProcesses() {
      return false;
    }

    @Override
    public boolean mixesAgents() {
      return false;
    }

    @Override
    public int valueBytes() {
      return Instance.VALUE_BYTES_DEFAULT;
    }

    @Override
    public void define(Machine machine) {
      instance.define(machine);
    }

    /** It has no leader. */
    @Override
    public Consensus join(ProcessContext process, Omega omega, @Nullable String mutation) {
      return mutation == null
          ? instance.join(process)
          : instance.join(process, Names.constant(Mutation.class, mutation));
    }

    @Override
    public List<String> mutations() {
      return Names.all(Mutation.class);
    }

    @Override
    public List<AgreeBehaviour> behaviours() {
      return List.of(new AgreeBehaviour.Lying(Liar.TO_HYBRID_BEN_OR));
    }

    /** What the consensus objects are made of, as the command line says it. */
    String objectsName() {
      return objects == ConsensusObjects.COMPARE_AND_SWAP ? "cas" : "registers";
    }

    /** The coin, as the command line says it. */
    String coinName() {
      return sharedCoin ? "shared" : "local";
    }

    /** Whether too few are left to be heard, and why; empty if not. */
    String brokenBound(
        NavigableSet<Integer> crashedProcesses, NavigableSet<Integer> crashedMemories) {
      int processes = graph.processes();
      // Whose memory does not answer waits for ever, and speaks for nobody.
      int[] speakers =
          IntStream.rangeClosed(1, processes)
              .filter(p -> !crashedProcesses.contains(p) && reachesAll(p, crashedMemories))
              .toArray();
      int spokenFor = graph.spokenFor(ProcessSet.of(speakers));
      return 2 * spokenFor > processes
          ? ""
          : String.format(
              "%s needs |N[S]| > n/2: S, those that live and all whose memories live, has %d of %d"
                  + " processes, N[S] %d",
              NAME, speakers.length, processes, spokenFor);
    }

    private boolean reachesAll(int process, NavigableSet<Integer> crashedMemories) {
      return IntStream.range(0, graph.size(process))
          .noneMatch(i -> crashedMemories.contains(graph.member(process, i)));
    }
  }

  /**
   * One for Byzantine faults.
   *
   * @param algorithm the algorithm
   * @param instance the instance
   */
  record Byzantine(ByzantineAlgorithm algorithm, ByzantineInstance instance)
      implements AgreeAlgorithm {
    @Override
    public String commandName() {
      return algorithm.commandName();
    }

    @Override
    public boolean usesMemories() {
      return true;
    }

    @Override
    public boolean countsProcesses() {
      return true;
    }

    @Override
    public boolean mixesAgents() {
      return false;
    }

    @Override
    public int valueBytes() {
      return instance.valueBytes();
    }

    @Override
    public void define(Machine machine) {
      algorithm.regions(instance).forEach(machine::defineEverywhere);
    }

    @Override
    public Consensus join(ProcessContext process, Omega omega, @Nullable String mutation) {
      return mutation == null
          ? algorithm.join(process, omega, instance)
          : algorithm.join(process, omega, instance, Names.constant(BYZANTINE_RULES, mutation));
    }

    @Override
    public List<String> mutations() {
      return Names.all(BYZANTINE_RULES);
    }

    @Override
    public List<AgreeBehaviour> behaviours() {
      return AgreeBehaviour.all();
    }
  }
}
