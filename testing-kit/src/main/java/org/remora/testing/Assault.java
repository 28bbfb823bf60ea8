package org.remora.testing;

import java.util.List;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * What a Byzantine process has to work with.
 *
 * @param process the process itself: its memories, links, clock, coin and signer
 * @param program the algorithm that the correct processes run
 * @param regions its regions
 * @param input the input that it would have if it were correct
 * @param other another one
 * @param accomplices all Byzantine processes, this one included: they may use each other's keys
 */
public record Assault(
    ProcessContext process,
    Program program,
    List<Region> regions,
    Value input,
    Value other,
    List<ProcessContext> accomplices) {
  /** Copies the lists. */
  public Assault {
    regions = List.copyOf(regions);
    accomplices = List.copyOf(accomplices);
  }

  /** Runs the algorithm, on whatever process, with whatever input. */
  public void run(ProcessContext on, Value with) {
    program.start(on, with, decision -> {});
  }
}
