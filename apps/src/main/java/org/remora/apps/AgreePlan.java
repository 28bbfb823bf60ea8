package org.remora.apps;

import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
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
    AgreeAlgorithm algorithm,
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
    return algorithm.brokenProcessBound(processes, processCrashes.size());
  }
}
