package org.remora.apps;

import static org.remora.apps.WorldOptions.check;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.Mutation;
import org.remora.crash.CrashAlgorithm;
import org.remora.sim.explore.Explorer;

/** The small world of which {@code check --exhaustive} explores every execution. */
abstract class ExploredWorld {
  private static final int PROCESSES_MAX = 4;
  private static final int MEMORIES_MAX = 5;

  private final String name;
  private final int processes;
  private final int memories;

  private ExploredWorld(String name, int processes, int memories) {
    this.name = name;
    this.processes = processes;
    this.memories = memories;
  }

  /** What is explored: an algorithm, or a part of one. */
  String name() {
    return name;
  }

  int processes() {
    return processes;
  }

  int memories() {
    return memories;
  }

  /** Whether timers expire so often only as {@link #explorer} is told. */
  boolean boundsRetries() {
    return false;
  }

  /** To explore it, with so many timers that expire at each process, where that is bounded. */
  abstract Explorer explorer(int retries);

  /** The world that options ask for. */
  static ExploredWorld of(HuntOptions options) {
    WorldOptions world = options.world();
    AgreeAlgorithm runs = world.smallest();
    @Nullable String mutation = options.mutation();
    if (runs instanceof AgreeAlgorithm.Crash) {
      CrashAlgorithm algorithm = Names.constant(CrashAlgorithm.class, world.algorithm());
      int processes = processes(world, 2);
      check(
          options.faultyProcesses(processes - 1) == null,
          "--faulty-processes: --exhaustive explores all that could happen instead");
      int memories = memories(world, processes, algorithm.usesMemories() ? 1 : 0);
      Set<Integer> crashed = world.processCrashes(processes).keySet();
      check(crashed.size() < processes, "nobody is left to decide");
      return new ExploredWorld(algorithm.commandName(), processes, memories) {
        @Override
        boolean boundsRetries() {
          return true;
        }

        @Override
        Explorer explorer(int retries) {
          return Rivals.explorer(
                  algorithm,
                  processes,
                  memories,
                  crashed,
                  mutation == null
                      ? null
                      : Names.constant(org.remora.crash.Mutation.class, mutation))
              .expiriesMax(retries);
        }
      };
    }
    check(
        world.processCrashes(PROCESSES_MAX).isEmpty(),
        "--crash-process: where processes are Byzantine, --exhaustive lets any of them crash");
    if (runs instanceof AgreeAlgorithm.Byzantine byzantine) {
      @Nullable Mutation broken =
          mutation == null ? null : Names.constant(Mutation.class, mutation);
      if (byzantine.algorithm() == ByzantineAlgorithm.ROBUST_BACKUP) {
        return robustBackup(options, broken);
      } else if (byzantine.algorithm() == ByzantineAlgorithm.PREFERENTIAL_PAXOS) {
        return preferentialPaxos(options, broken);
      } else if (byzantine.algorithm() == ByzantineAlgorithm.CHEAP_QUORUM) {
        return cheapQuorum(options, broken);
      }
    }
    throw new BadInputException(
        "--exhaustive: the worlds of "
            + world.algorithm()
            + " are not small enough to be explored; those of cheap-quorum are, parts of"
            + " robust-backup and preferential-paxos, and the algorithms for crashes; --runs runs"
            + " random executions");
  }

  /** The broadcast with Byzantine senders, or the links above it. */
  private static ExploredWorld robustBackup(HuntOptions options, @Nullable Mutation mutation) {
    boolean few = mutation == Mutation.TOO_FEW_PROCESSES;
    int processes = processes(options.world(), few ? 4 : 3);
    int memories = memories(options.world(), processes, 1);
    int byzantine = faulty(options, processes, few ? 2 : 1);
    check(byzantine > 0, "--faulty-processes: explored are the worlds of a Byzantine sender");
    if (mutation == Mutation.HISTORY_UNCHECKED) {
      check(processes == 3 && byzantine == 1, "--exhaustive explores links of 3 processes");
      return new ExploredWorld("robust-backup (its links)", processes, memories) {
        @Override
        Explorer explorer(int retries) {
          return new LinksWorld(memories, mutation).history();
        }
      };
    }
    return new ExploredWorld("robust-backup (its broadcast)", processes, memories) {
      @Override
      Explorer explorer(int retries) {
        BroadcastWorld world = new BroadcastWorld(processes, byzantine, memories, mutation);
        if (mutation == Mutation.COMPARE_SIGNATURES) {
          world.signsTwice();
        } else if (mutation == Mutation.SIGN_WITHOUT_DOMAIN) {
          world.othersSend();
        }
        return world.explorer();
      }
    };
  }

  /** What a process adopts from a Byzantine one. */
  private static ExploredWorld preferentialPaxos(HuntOptions options, @Nullable Mutation mutation) {
    int processes = processes(options.world(), 3);
    int memories = memories(options.world(), processes, 1);
    check(
        processes == 3 && faulty(options, processes, 1) == 1,
        "--exhaustive explores preferential-paxos among 3 processes, one of them Byzantine");
    return new ExploredWorld("preferential-paxos (what is adopted)", processes, memories) {
      @Override
      Explorer explorer(int retries) {
        return new LinksWorld(memories, mutation).preference();
      }
    };
  }

  private static ExploredWorld cheapQuorum(HuntOptions options, @Nullable Mutation mutation) {
    int processes = processes(options.world(), 2);
    int memories = memories(options.world(), processes, 1);
    int byzantine = faulty(options, processes, processes > 2 ? 1 : 0);
    check(byzantine <= 1, "--faulty-processes: explored are the worlds of at most one");
    return new ExploredWorld(ByzantineAlgorithm.CHEAP_QUORUM.commandName(), processes, memories) {
      @Override
      Explorer explorer(int retries) {
        CheapQuorumWorld world = new CheapQuorumWorld(processes, memories, byzantine, mutation);
        return (mutation == Mutation.STOP_SERVING ? world.serving() : world).explorer();
      }
    };
  }

  private static int faulty(HuntOptions options, int processes, int otherwise) {
    @Nullable Integer given = options.faultyProcesses(processes - 1);
    int faulty = given == null ? otherwise : given;
    check(faulty < processes, "nobody is left to decide");
    return faulty;
  }

  private static int processes(WorldOptions world, int otherwise) {
    @Nullable Integer given = world.processes(true);
    int processes = given == null ? otherwise : given;
    check(
        processes <= PROCESSES_MAX,
        String.format(
            "--exhaustive: at most %d processes and %d memories", PROCESSES_MAX, MEMORIES_MAX));
    return processes;
  }

  private static int memories(WorldOptions world, int processes, int otherwise) {
    @Nullable Integer given = world.memories(processes);
    int memories = given == null ? otherwise : given;
    check(
        memories <= MEMORIES_MAX,
        String.format(
            "--exhaustive: at most %d processes and %d memories", PROCESSES_MAX, MEMORIES_MAX));
    return memories;
  }
}
