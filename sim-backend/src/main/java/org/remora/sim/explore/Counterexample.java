package org.remora.sim.explore;

import java.util.List;
import org.remora.sim.TraceEvent;

/**
 * An execution that breaks a property, from which no event can be left out.
 *
 * @param property what it breaks
 * @param schedule the execution in one line, for {@link Explorer#replay}
 * @param trace the execution, for diagrams
 */
public record Counterexample(String property, String schedule, List<TraceEvent> trace) {}
