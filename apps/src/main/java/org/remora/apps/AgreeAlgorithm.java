package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.HybridInstance;
import org.remora.crash.Instance;
import org.remora.crash.Neighbourhoods;
import org.remora.crash.Omega;
import org.remora.memory.Machine;
import org.remora.memory.ProcessContext;
import org.remora.memory.ProcessSet;

/** An algorithm as {@code agree} runs it: led by Ω, or over a graph and without a leader. */
sealed interface AgreeAlgorithm {
  /** What the command calls Hybrid Ben-Or. */
  String HYBRID = "hybrid-ben-or";

  /** What the command calls it. */
  String commandName();

  /** Defines the regions at every memory. */
  void define(Machine machine);

  /** Lets one process take part; Ω begins only if it is needed. */
  Consensus join(ProcessContext process, Supplier<? extends Omega> omega);

  /** Defines the regions and lets every process take part, each with its Ω if that is needed. */
  List<Consensus> install(Machine machine, IntFunction<? extends Omega> omegas);

  /** Whether the detector of Ω must send messages, not to depend on memories alone. */
  boolean countsProcesses();

  /** Why so many crashes of processes are refused from the start; empty if they are not. */
  String brokenProcessBound(int processes, int crashes);

  /**
   * Which bound is broken once these have crashed; empty if none is. A run need not heed it: the
   * crashes may come after the decision.
   */
  String brokenBound(
      int processes,
      int memories,
      NavigableSet<Integer> crashedProcesses,
      NavigableSet<Integer> crashedMemories);

  /**
   * An algorithm that Ω leads.
   *
   * @param algorithm which
   */
  record Led(CrashAlgorithm algorithm) implements AgreeAlgorithm {
    private static final Instance INSTANCE = Instance.of(1);

    @Override
    public String commandName() {
      return algorithm.commandName();
    }

    @Override
    public void define(Machine machine) {
      algorithm.region(INSTANCE, machine.processes()).ifPresent(machine::defineEverywhere);
    }

    @Override
    public Consensus join(ProcessContext process, Supplier<? extends Omega> omega) {
      return algorithm.join(process, omega.get(), INSTANCE);
    }

    @Override
    public List<Consensus> install(Machine machine, IntFunction<? extends Omega> omegas) {
      List<Omega> all = new ArrayList<>();
      for (int p = 1; p <= machine.processes(); p++) {
        all.add(omegas.apply(p));
      }
      return algorithm.install(machine, all, INSTANCE);
    }

    @Override
    public boolean countsProcesses() {
      return algorithm.countsProcesses();
    }

    @Override
    public String brokenProcessBound(int processes, int crashes) {
      boolean majority = algorithm.countsProcesses() && !algorithm.usesMemories();
      String consequence;
      if (processes < crashes + 1) {
        consequence = "nobody is left to decide";
      } else if (majority && processes < 2 * crashes + 1) {
        consequence = "no majority is left to answer";
      } else {
        return "";
      }
      return String.format(
          "%s needs n >= %s processes: with %d of %d crashed %s",
          commandName(), majority ? "2f+1" : "f+1", crashes, processes, consequence);
    }

    @Override
    public String brokenBound(
        int processes,
        int memories,
        NavigableSet<Integer> crashedProcesses,
        NavigableSet<Integer> crashedMemories) {
      int crashes = crashedProcesses.size() + crashedMemories.size();
      if (!algorithm.usesMemories()) {
        return "";
      }
      if (algorithm.countsProcesses()) {
        return processes + memories >= 2 * crashes + 1
            ? ""
            : String.format(
                "%s needs n+m >= 2f+1 agents: %d of %d processes and %d of %d memories crashed",
                commandName(),
                crashedProcesses.size(),
                processes,
                crashedMemories.size(),
                memories);
      }
      return memories >= 2 * crashedMemories.size() + 1
          ? ""
          : String.format(
              "%s needs m >= 2f+1 memories: %d of %d crashed",
              commandName(), crashedMemories.size(), memories);
    }
  }

  /**
   * Hybrid Ben-Or.
   *
   * @param graph the graph
   * @param instance the instance over it
   */
  record Hybrid(Neighbourhoods graph, HybridInstance instance) implements AgreeAlgorithm {
    @Override
    public String commandName() {
      return HYBRID;
    }

    @Override
    public void define(Machine machine) {
      instance.define(machine);
    }

    @Override
    public Consensus join(ProcessContext process, Supplier<? extends Omega> omega) {
      return instance.join(process);
    }

    @Override
    public List<Consensus> install(Machine machine, IntFunction<? extends Omega> omegas) {
      return instance.install(machine);
    }

    @Override
    public boolean countsProcesses() {
      return true;
    }

    @Override
    public String brokenProcessBound(int processes, int crashes) {
      return processes > crashes
          ? ""
          : String.format(
              "%s: with all %d processes crashed nobody is left to decide", HYBRID, processes);
    }

    @Override
    public String brokenBound(
        int processes,
        int memories,
        NavigableSet<Integer> crashedProcesses,
        NavigableSet<Integer> crashedMemories) {
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
              HYBRID, speakers.length, processes, spokenFor);
    }

    private boolean reachesAll(int process, NavigableSet<Integer> crashedMemories) {
      return IntStream.range(0, graph.size(process))
          .noneMatch(i -> crashedMemories.contains(graph.member(process, i)));
    }
  }
}
