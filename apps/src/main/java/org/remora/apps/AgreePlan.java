package org.remora.apps;

import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.remora.byzantine.ByzantineConsensus;
import org.remora.crash.Consensus;
import org.remora.memory.Value;

/**
 * What a run of agreement is asked to do.
 *
 * @param algorithm the algorithm
 * @param backend where it runs
 * @param processes the number of processes
 * @param memories the number of memories
 * @param proposals what processes 1, 2, … propose; those beyond the end propose nothing
 * @param priorities the priorities of what they propose; 0 beyond the end
 * @param byzantine which processes are Byzantine, and what they do
 * @param processCrashes when which processes crash, in thousandths of the backend's unit of time
 * @param memoryCrashes when which memories crash, likewise
 * @param seed the seed of all chance
 */
record AgreePlan(
    AgreeAlgorithm algorithm,
    Backend backend,
    int processes,
    int memories,
    List<Value> proposals,
    List<Integer> priorities,
    NavigableMap<Integer, AgreeBehaviour> byzantine,
    NavigableMap<Integer, Long> processCrashes,
    NavigableMap<Integer, Long> memoryCrashes,
    long seed) {
  AgreePlan {
    proposals = List.copyOf(proposals);
    priorities = List.copyOf(priorities);
    byzantine = Collections.unmodifiableNavigableMap(new TreeMap<>(byzantine));
    processCrashes = Collections.unmodifiableNavigableMap(new TreeMap<>(processCrashes));
    memoryCrashes = Collections.unmodifiableNavigableMap(new TreeMap<>(memoryCrashes));
  }

  /** Where an algorithm runs. */
  enum Backend {
    /** The simulator, in virtual time. */
    SIM("delays"),
    /** Threads of this JVM, in real time. */
    LOCAL("milliseconds"),
    /** Processes of this JVM, and memories behind sockets on loopback, in real time. */
    SOCKET("milliseconds"),
    /** Processes of this JVM, and memories behind an RDMA card, in real time. */
    VERBS("milliseconds");

    private final String crashUnit;

    Backend(String crashUnit) {
      this.crashUnit = crashUnit;
    }

    /** What crash times are in. */
    String crashUnit() {
      return crashUnit;
    }
  }

  /** What process {@code number} proposes; ⊥ if nothing. */
  Value proposal(int number) {
    return number <= proposals.size() ? proposals.get(number - 1) : Value.BOTTOM;
  }

  /** The priority of what process {@code number} proposes. */
  int priority(int number) {
    return number <= priorities.size() ? priorities.get(number - 1) : 0;
  }

  /** Lets process {@code number} propose, or ask for the decision if it proposes nothing. */
  CompletableFuture<Value> propose(int number, Consensus part) {
    Value proposal = proposal(number);
    if (proposal.isBottom()) {
      return part.decision();
    }
    return part instanceof ByzantineConsensus byzantinePart
        ? byzantinePart.propose(proposal, priority(number))
        : part.propose(proposal);
  }

  /**
   * Which bound on the processes the crashes break, and why there is one; empty if they break none.
   */
  String brokenProcessBound() {
    NavigableMap<Integer, Object> faulty = new TreeMap<>(byzantine);
    faulty.putAll(processCrashes);
    int crashes = faulty.size();
    boolean majority = algorithm.countsProcesses() && !algorithm.mixesAgents();
    String consequence;
    if (processes < crashes + 1) {
      consequence = "nobody is left to decide";
    } else if (majority && processes < 2 * crashes + 1) {
      consequence = "no majority is left to answer";
    } else {
      return "";
    }
    return String.format(
        "%s needs n >= %s processes: with %d of %d %s %s",
        algorithm.commandName(),
        majority ? "2f+1" : "f+1",
        crashes,
        processes,
        byzantine.isEmpty() ? "crashed" : "faulty",
        consequence);
  }

  /**
   * Which other bound is broken once these have crashed; empty if none is. A run need not heed it:
   * the crashes may come after the decision.
   */
  String brokenBound(
      NavigableSet<Integer> processesCrashed, NavigableSet<Integer> memoriesCrashed) {
    if (algorithm instanceof AgreeAlgorithm.Hybrid hybrid) {
      return hybrid.brokenBound(processesCrashed, memoriesCrashed);
    }
    int crashedProcesses = processesCrashed.size();
    int crashedMemories = memoriesCrashed.size();
    int crashes = crashedProcesses + crashedMemories;
    if (!algorithm.usesMemories()) {
      return "";
    }
    if (algorithm.mixesAgents()) {
      return processes + memories >= 2 * crashes + 1
          ? ""
          : String.format(
              "%s needs n+m >= 2f+1 agents: %d of %d processes and %d of %d memories crashed",
              algorithm.commandName(), crashedProcesses, processes, crashedMemories, memories);
    }
    return memories >= 2 * crashedMemories + 1
        ? ""
        : String.format(
            "%s needs m >= 2f+1 memories: %d of %d crashed",
            algorithm.commandName(), crashedMemories, memories);
  }
}
