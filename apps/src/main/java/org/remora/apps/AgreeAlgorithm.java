package org.remora.apps;

import java.util.List;
import java.util.stream.Stream;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineInstance;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.Instance;
import org.remora.crash.Omega;
import org.remora.memory.Machine;
import org.remora.memory.ProcessContext;

/** An algorithm as the command runs it, for crash faults or for Byzantine ones. */
sealed interface AgreeAlgorithm {
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
  Consensus join(ProcessContext process, Omega omega);

  /** All of them, those for crash faults first. */
  static List<AgreeAlgorithm> all() {
    return Stream.<AgreeAlgorithm>concat(
            Stream.of(CrashAlgorithm.values()).map(Crash::new),
            Stream.of(ByzantineAlgorithm.values()).map(Byzantine::new))
        .toList();
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
    public Consensus join(ProcessContext process, Omega omega) {
      return algorithm.join(process, omega, INSTANCE);
    }
  }

  /** One for Byzantine faults. */
  record Byzantine(ByzantineAlgorithm algorithm) implements AgreeAlgorithm {
    /** The instance for so many processes. */
    static ByzantineInstance instance(int processes) {
      return ByzantineInstance.of(1, processes);
    }

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
      return ByzantineInstance.VALUE_BYTES_DEFAULT;
    }

    @Override
    public void define(Machine machine) {
      algorithm.regions(instance(machine.processes())).forEach(machine::defineEverywhere);
    }

    @Override
    public Consensus join(ProcessContext process, Omega omega) {
      return algorithm.join(process, omega, instance(process.processes()));
    }
  }
}
