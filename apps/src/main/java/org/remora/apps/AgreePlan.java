package org.remora.apps;

import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.remora.crash.CrashAlgorithm;
import org.remora.memory.Value;

/**
 * What a run of agreement is asked to do.
 *
 * @param algorithm the algorithm
 * @param backend where it runs
 * @param processes the number of processes
 * @param memories the number of memories
 * @param proposals what processes 1, 2, … propose; those beyond the end propose nothing
 * @param processCrashes when which processes crash, in thousandths of the backend's unit of time
 * @param memoryCrashes when which memories crash, likewise
 * @param seed the seed of all chance
 */
record AgreePlan(
    CrashAlgorithm algorithm,
    Backend backend,
    int processes,
    int memories,
    List<Value> proposals,
    NavigableMap<Integer, Long> processCrashes,
    NavigableMap<Integer, Long> memoryCrashes,
    long seed) {
  AgreePlan {
    proposals = List.copyOf(proposals);
    processCrashes = Collections.unmodifiableNavigableMap(new TreeMap<>(processCrashes));
    memoryCrashes = Collections.unmodifiableNavigableMap(new TreeMap<>(memoryCrashes));
  }

  /** Where an algorithm runs. */
  enum Backend {
    /** The simulator, in virtual time. */
    SIM("delays"),
    /** Threads of this JVM, in real time. */
    LOCAL("milliseconds");

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

  /**
   * Which bound on the processes the crashes break, and why there is one; empty if they break none.
   */
  String brokenProcessBound() {
    int crashes = processCrashes.size();
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
        algorithm.commandName(), majority ? "2f+1" : "f+1", crashes, processes, consequence);
  }

  /**
   * Which other bound is broken once so many have crashed; empty if none is. A run need not heed
   * it: the crashes may come after the decision.
   */
  String brokenBound(int crashedProcesses, int crashedMemories) {
    int crashes = crashedProcesses + crashedMemories;
    if (!algorithm.usesMemories()) {
      return "";
    }
    if (algorithm.countsProcesses()) {
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
