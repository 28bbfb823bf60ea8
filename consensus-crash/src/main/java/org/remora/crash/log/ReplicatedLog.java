package org.remora.crash.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.remora.crash.Omega;
import org.remora.memory.Machine;
import org.remora.memory.ProcessContext;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;

/**
 * Puts a replicated log on a machine [Mu20]: n ≥ f_P + 1 processes, m ≥ 2·f_M + 1 memories.
 *
 * <p>Safe whatever Ω says and however slow anything is. It goes on while a majority of the memories
 * lives, and a replica that is not left behind; a process that comes back after a crash may use its
 * number again if everything that it had in flight has ended, and its state is gone otherwise.
 */
public final class ReplicatedLog {
  private ReplicatedLog() {}

  /** The region that every memory must hold. */
  public static Region region(LogSettings settings, int processes) {
    return new Layout(settings, processes).region;
  }

  /** All processes and all memories. */
  public static Configuration everybody(int processes, int memories) {
    return new Configuration(0, ProcessSet.all(processes), ProcessSet.all(memories));
  }

  /**
   * Lets one process take part. The region must be defined at every memory, and all must begin with
   * equal settings, save the timing, and an equal configuration.
   *
   * @param listener is told what happens
   */
  public static Replica join(
      ProcessContext process,
      Omega omega,
      StateMachine machine,
      LogSettings settings,
      Configuration begin,
      ReplicaListener listener) {
    return join(process, omega, machine, settings, begin, listener, LogRules.KEPT);
  }

  /** As above, with everybody as the members. */
  public static Replica join(
      ProcessContext process, Omega omega, StateMachine machine, LogSettings settings) {
    return join(
        process,
        omega,
        machine,
        settings,
        everybody(process.processes(), process.memories()),
        new ReplicaListener() {});
  }

  /** As above, with a rule of safety broken. */
  public static Replica join(
      ProcessContext process,
      Omega omega,
      StateMachine machine,
      LogSettings settings,
      Configuration begin,
      ReplicaListener listener,
      LogMutation mutation) {
    return join(process, omega, machine, settings, begin, listener, mutation.rules());
  }

  /**
   * Defines the region at every memory of a machine and lets every process take part.
   *
   * @param omegas Ω at processes 1, 2, …
   * @param machines makes the state machine of process 1, 2, …
   * @return the replicas of processes 1, 2, …
   */
  public static List<Replica> install(
      Machine machine,
      List<? extends Omega> omegas,
      IntFunction<? extends StateMachine> machines,
      LogSettings settings) {
    machine.defineEverywhere(region(settings, machine.processes()));
    List<Replica> replicas = new ArrayList<>();
    for (int p = 1; p <= machine.processes(); p++) {
      replicas.add(join(machine.process(p), omegas.get(p - 1), machines.apply(p), settings));
    }
    return replicas;
  }

  private static Replica join(
      ProcessContext process,
      Omega omega,
      StateMachine machine,
      LogSettings settings,
      Configuration begin,
      ReplicaListener listener,
      LogRules rules) {
    if (process.memories() == 0) {
      throw new IllegalArgumentException("a log needs memories");
    }
    LogCore core =
        new LogCore(
            process,
            Objects.requireNonNull(omega),
            Objects.requireNonNull(machine),
            settings,
            begin,
            Objects.requireNonNull(listener),
            rules);
    process.execute(core::start);
    return new Replica(process, core, settings);
  }
}
