package org.remora.byzantine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.remora.crash.Omega;
import org.remora.memory.Machine;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;

/** The algorithms for Byzantine faults: what each needs, and how it is put on a machine. */
public enum ByzantineAlgorithm {
  /** Robust Backup [ABGMZ19]: n ≥ 2·f + 1, m ≥ 2·f_M + 1. */
  ROBUST_BACKUP(false, true) {
    @Override
    Part create(
        ProcessContext process, Omega omega, ByzantineInstance instance, SafetyRules rules) {
      return new RobustBackup(process, omega, instance, rules);
    }
  },

  /** Preferential Paxos [ABGMZ19]: decides one of the f + 1 inputs of highest priority. */
  PREFERENTIAL_PAXOS(false, true) {
    @Override
    Part create(
        ProcessContext process, Omega omega, ByzantineInstance instance, SafetyRules rules) {
      return new PreferentialPaxos(process, omega, instance, PriorityRule.CLAIMED, rules);
    }
  },

  /**
   * Cheap Quorum [ABGMZ19]: two delays, or its promise ends with an {@link AbortedException}. No
   * consensus by itself: some may decide where others abort.
   */
  CHEAP_QUORUM(true, false) {
    @Override
    Part create(
        ProcessContext process, Omega omega, ByzantineInstance instance, SafetyRules rules) {
      return new FastAndRobust(process, omega, instance, false, rules);
    }
  },

  /** Fast &amp; Robust [ABGMZ19]: n ≥ 2·f + 1, m ≥ 2·f_M + 1, two delays in the common case. */
  FAST_AND_ROBUST(true, true) {
    @Override
    Part create(
        ProcessContext process, Omega omega, ByzantineInstance instance, SafetyRules rules) {
      return new FastAndRobust(process, omega, instance, true, rules);
    }
  };

  private final boolean fast;
  private final boolean decidesAlways;

  ByzantineAlgorithm(boolean fast, boolean decidesAlways) {
    this.fast = fast;
    this.decidesAlways = decidesAlways;
  }

  /** The name that the command uses: {@code fast-and-robust}. */
  public String commandName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether it decides after 2 delays in the common case. */
  public boolean isFast() {
    return fast;
  }

  /** Whether all correct processes decide in the end; if not, they may abort. */
  public boolean decidesAlways() {
    return decidesAlways;
  }

  /** The regions that every memory must hold for an instance. */
  public List<Region> regions(ByzantineInstance instance) {
    List<Region> regions = new ArrayList<>();
    if (fast) {
      regions.add(CheapQuorumRegisters.leaderRegion(instance));
    }
    for (int p = 1; p <= instance.processes(); p++) {
      if (fast) {
        regions.add(CheapQuorumRegisters.region(instance, p));
      }
      if (decidesAlways) {
        regions.add(BroadcastRegisters.region(instance, p));
      }
    }
    return regions;
  }

  abstract Part create(
      ProcessContext process, Omega omega, ByzantineInstance instance, SafetyRules rules);

  /**
   * Lets one process take part in an instance. Its {@link #regions} must be defined at every
   * memory, and every process must take part with an equal {@code instance}.
   *
   * @throws IllegalArgumentException unless n ≥ 2·f + 1, or if the process is of another n
   * @throws IllegalStateException if the process has no signer
   */
  public ByzantineConsensus join(ProcessContext process, Omega omega, ByzantineInstance instance) {
    return join(process, omega, instance, SafetyRules.KEPT);
  }

  /** As {@link #join}, with a rule broken. */
  public ByzantineConsensus join(
      ProcessContext process, Omega omega, ByzantineInstance instance, Mutation mutation) {
    return join(process, omega, instance, mutation.rules());
  }

  /**
   * As {@link #join} for a Byzantine process that runs the algorithm but for a deviation: for
   * adversaries only. The bound on faults is not checked.
   */
  public ByzantineConsensus join(
      ProcessContext process, Omega omega, ByzantineInstance instance, Deviation deviation) {
    return join(
        process,
        omega,
        instance,
        new SafetyRules() {
          @Override
          void checkBound(ByzantineInstance unchecked) {}

          @Override
          Deviation deviation() {
            return deviation;
          }
        });
  }

  /**
   * Defines an instance's regions at every memory of a machine and lets every process take part.
   *
   * @param omegas Ω at processes 1, 2, …
   * @return the consensus at processes 1, 2, …
   * @throws IllegalArgumentException as {@link #join}; nothing is defined then
   */
  public List<ByzantineConsensus> install(
      Machine machine, List<? extends Omega> omegas, ByzantineInstance instance) {
    instance.checkBound();
    regions(instance).forEach(machine::defineEverywhere);
    List<ByzantineConsensus> parts = new ArrayList<>();
    for (int p = 1; p <= machine.processes(); p++) {
      parts.add(join(machine.process(p), omegas.get(p - 1), instance));
    }
    return parts;
  }

  private ByzantineConsensus join(
      ProcessContext process, Omega omega, ByzantineInstance instance, SafetyRules rules) {
    rules.checkBound(instance);
    if (process.processes() != instance.processes()) {
      throw new IllegalArgumentException(
          "an instance of "
              + instance.processes()
              + " processes on a machine of "
              + process.processes());
    }
    Part part = create(process, omega, instance, rules);
    process.execute(part::begin);
    return part;
  }
}
