package org.remora.sim.explore;

import java.util.List;
import java.util.Optional;

/**
 * What an exploration has seen. If it was exhausted, {@code states}, {@code transitions} and {@code
 * revisits} are functions of the world alone: a change of them is a change of what is covered.
 *
 * @param states different states, the initial one included
 * @param transitions how often one state was seen to follow another; one may be several events: see
 *     {@link Explorer}
 * @param revisits how many of those led to a state seen before
 * @param schedules how many executions were followed to their end: until nothing could happen, or
 *     nothing that does not lead to a state seen before. With several workers it depends on who
 *     comes where first
 * @param depth the most events on the way to a state
 * @param exhausted whether every state was seen: no bound on depth, states or memory cut anything
 *     off, and no violation ended the search
 * @param violation the first violation that was found
 * @param neverSeen the properties that hold in no state seen, though they should in some
 * @param processStates in how many different states the processes were, together
 * @param processSteps how many steps of processes were computed
 * @param contents how many different contents the memories had
 * @param nanos how long it took
 * @param peakBytes the most memory that the JVM was seen to use
 * @param tableBytes what the table of states took
 * @param countedBytes the most that was counted against {@link Explorer#bytesMax}
 * @param workers how many threads searched
 */
public record Report(
    long states,
    long transitions,
    long revisits,
    long schedules,
    int depth,
    boolean exhausted,
    Optional<Counterexample> violation,
    List<String> neverSeen,
    long processStates,
    long processSteps,
    long contents,
    long nanos,
    long peakBytes,
    long tableBytes,
    long countedBytes,
    int workers) {
  /** States a second and worker. */
  public double ratePerWorker() {
    return states * 1e9 / nanos / workers;
  }
}
