package org.remora.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.remora.memory.Machine;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;

/** The algorithms for crash faults: what each needs, and how it is put on a machine. */
public enum CrashAlgorithm {
  /** Paxos over messages: n ≥ 2·f_P + 1. */
  PAXOS(false, true) {
    @Override
    SingleDecree create(ProcessContext process, Omega omega, Instance instance, SafetyRules rules) {
      return new Paxos(process, omega, instance, rules);
    }

    @Override
    public Optional<Region> region(Instance instance, int processes) {
      return Optional.empty();
    }
  },

  /** Disk Paxos [GL03]: n ≥ f_P + 1, m ≥ 2·f_M + 1, static permissions. */
  DISK_PAXOS(true, false) {
    @Override
    SingleDecree create(ProcessContext process, Omega omega, Instance instance, SafetyRules rules) {
      return new DiskPaxos(process, omega, instance, rules);
    }

    @Override
    public Optional<Region> region(Instance instance, int processes) {
      return Optional.of(DiskPaxos.region(instance, processes));
    }
  },

  /** Protected Memory Paxos [ABGMZ19]: n ≥ f_P + 1, m ≥ 2·f_M + 1, two delays. */
  PROTECTED_MEMORY_PAXOS(true, false) {
    @Override
    SingleDecree create(ProcessContext process, Omega omega, Instance instance, SafetyRules rules) {
      return new ProtectedMemoryPaxos(process, omega, instance, rules);
    }

    @Override
    public Optional<Region> region(Instance instance, int processes) {
      return Optional.of(ProtectedSlots.region(instance, processes));
    }
  },

  /** Aligned Paxos [ABGMZ19]: a majority of the n + m agents alive, two delays. */
  ALIGNED_PAXOS(true, true) {
    @Override
    SingleDecree create(ProcessContext process, Omega omega, Instance instance, SafetyRules rules) {
      return new AlignedPaxos(process, omega, instance, rules);
    }

    @Override
    public Optional<Region> region(Instance instance, int processes) {
      return Optional.of(ProtectedSlots.region(instance, processes));
    }
  };

  private final boolean usesMemories;
  private final boolean countsProcesses;

  CrashAlgorithm(boolean usesMemories, boolean countsProcesses) {
    this.usesMemories = usesMemories;
    this.countsProcesses = countsProcesses;
  }

  /** The name that the command uses: {@code protected-memory-paxos}. */
  public String commandName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether memories are among the agents whose majority decides. */
  public boolean usesMemories() {
    return usesMemories;
  }

  /**
   * Whether processes are among the agents whose majority decides; if not, one that lives is
   * enough, and if so, Ω must not depend on memories alone.
   */
  public boolean countsProcesses() {
    return countsProcesses;
  }

  /** The region that every memory must hold for an instance, if there is one. */
  public abstract Optional<Region> region(Instance instance, int processes);

  abstract SingleDecree create(
      ProcessContext process, Omega omega, Instance instance, SafetyRules rules);

  /**
   * Lets one process take part in an instance. Its {@link #region} must be defined at every memory,
   * and every process must take part with an equal {@code instance}.
   */
  public Consensus join(ProcessContext process, Omega omega, Instance instance) {
    return join(process, omega, instance, SafetyRules.KEPT);
  }

  /** As {@link #join}, with a rule of safety broken. */
  public Consensus join(ProcessContext process, Omega omega, Instance instance, Mutation mutation) {
    return join(process, omega, instance, mutation.rules());
  }

  /**
   * Defines an instance's region at every memory of a machine and lets every process take part.
   *
   * @param omegas Ω at processes 1, 2, …
   * @return the consensus at processes 1, 2, …
   */
  public List<Consensus> install(Machine machine, List<? extends Omega> omegas, Instance instance) {
    region(instance, machine.processes()).ifPresent(machine::defineEverywhere);
    List<Consensus> parts = new ArrayList<>();
    for (int p = 1; p <= machine.processes(); p++) {
      parts.add(join(machine.process(p), omegas.get(p - 1), instance));
    }
    return parts;
  }

  private Consensus join(
      ProcessContext process, Omega omega, Instance instance, SafetyRules rules) {
    SingleDecree part = create(process, omega, instance, rules);
    part.start();
    return part;
  }
}
