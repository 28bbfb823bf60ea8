package org.remora.byzantine.adversary;

import java.util.List;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineInstance;
import org.remora.crash.Omega;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/**
 * What a Byzantine process is up against.
 *
 * @param algorithm what the correct processes run
 * @param instance the instance
 * @param process the Byzantine process
 * @param omega Ω as it may use it
 * @param input the value that it would like to be decided
 * @param other another one
 * @param accomplices all Byzantine processes, this one included: they use each other's keys, so on
 *     a machine with an event loop per process this list may only hold this one
 */
public record Attack(
    ByzantineAlgorithm algorithm,
    ByzantineInstance instance,
    ProcessContext process,
    Omega omega,
    Value input,
    Value other,
    List<ProcessContext> accomplices) {
  /** An attack of one process on its own. */
  public static Attack alone(
      ByzantineAlgorithm algorithm,
      ByzantineInstance instance,
      ProcessContext process,
      Omega omega,
      Value input,
      Value other) {
    return new Attack(algorithm, instance, process, omega, input, other, List.of(process));
  }
}
