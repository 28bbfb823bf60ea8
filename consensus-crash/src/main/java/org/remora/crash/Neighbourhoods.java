package org.remora.crash;

import java.util.Arrays;
import org.remora.memory.ProcessSet;

/**
 * The graph along whose edges processes share memory, as everybody's closed neighbourhood: N[p] is
 * process p and its neighbours. Memory q is process q's own, and open to N[q].
 */
public final class Neighbourhoods {
  /** N[p] at p − 1, in increasing order. */
  private final int[][] closed;

  private Neighbourhoods(int[][] closed) {
    this.closed = closed;
  }

  /**
   * The neighbourhoods that the neighbours of processes 1, 2, … give.
   *
   * @throws IllegalArgumentException if there is no process, if a neighbour is not a process, is
   *     the process itself or is named twice, or if one process has another for a neighbour that
   *     does not have it
   */
  public static Neighbourhoods of(int[]... neighbours) {
    int processes = neighbours.length;
    check(processes > 0, "a graph has at least one process");
    int[][] closed = new int[processes][];
    for (int p = 1; p <= processes; p++) {
      int[] sorted = Arrays.copyOf(neighbours[p - 1], neighbours[p - 1].length + 1);
      sorted[sorted.length - 1] = p;
      Arrays.sort(sorted);
      for (int i = 0; i < sorted.length; i++) {
        check(
            sorted[i] >= 1 && sorted[i] <= processes,
            "process " + p + " of " + processes + " has a neighbour " + sorted[i]);
        check(
            i == 0 || sorted[i] != sorted[i - 1],
            "process " + p + " has a neighbour twice, or itself: " + sorted[i]);
      }
      closed[p - 1] = sorted;
    }
    Neighbourhoods graph = new Neighbourhoods(closed);
    for (int p = 1; p <= processes; p++) {
      for (int q : closed[p - 1]) {
        check(
            graph.memberOf(q, p) >= 0, "process " + p + " has a neighbour " + q + ", not it " + p);
      }
    }
    return graph;
  }

  /** Everybody is everybody's neighbour. */
  public static Neighbourhoods complete(int processes) {
    int[] all = new int[processes];
    Arrays.setAll(all, i -> i + 1);
    int[][] closed = new int[processes][];
    Arrays.fill(closed, all);
    return new Neighbourhoods(closed);
  }

  /** The number of processes, and of memories. */
  public int processes() {
    return closed.length;
  }

  /** How many processes speak for process {@code process}: those of N[process]. */
  public int size(int process) {
    return closed[process - 1].length;
  }

  /** The {@code index}-th member of N[process], from 0, in increasing order. */
  public int member(int process, int index) {
    return closed[process - 1][index];
  }

  /** Where in N[process] {@code member} stands, from 0; negative if it is not in it. */
  int memberOf(int process, int member) {
    return Arrays.binarySearch(closed[process - 1], member);
  }

  /** N[process] as a set. */
  ProcessSet set(int process) {
    return ProcessSet.of(closed[process - 1]);
  }

  /**
   * How many processes the given ones speak for: |N[S]|. They decide if it is more than half of
   * all.
   */
  public int spokenFor(ProcessSet speakers) {
    boolean[] spokenFor = new boolean[processes()];
    speakers.stream()
        .forEach(
            p -> {
              for (int q : closed[p - 1]) {
                spokenFor[q - 1] = true;
              }
            });
    int count = 0;
    for (boolean each : spokenFor) {
      count += each ? 1 : 0;
    }
    return count;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
