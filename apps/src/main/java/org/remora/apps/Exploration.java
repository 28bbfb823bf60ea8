package org.remora.apps;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.sim.SpaceTimeDiagram;
import org.remora.sim.TraceEvent;
import org.remora.sim.explore.Counterexample;
import org.remora.sim.explore.Explorer;
import org.remora.sim.explore.Report;

/**
 * Every execution of a small world, for {@code check}: explores them, and reports.
 *
 * @param algorithm the name of the algorithm
 * @param mutation the rule that is broken; null for none
 * @param processes the number of processes
 * @param memories the number of memories
 * @param retries how many timers expire at each process; null if as many as they like
 * @param out where the report goes
 * @param json whether it is for programs
 * @param trace where to draw what goes wrong; null for nowhere
 */
record Exploration(
    String algorithm,
    @Nullable String mutation,
    int processes,
    int memories,
    @Nullable Integer retries,
    PrintWriter out,
    boolean json,
    @Nullable Path trace) {
  /** Explores; the code to exit with. */
  int run(Explorer explorer) throws IOException {
    Report report;
    try {
      report = explorer.run();
    } catch (IllegalArgumentException e) {
      throw new BadInputException("--after: " + e.getMessage());
    }
    Optional<Counterexample> violation = report.violation();
    if (violation.isPresent()) {
      draw(violation.get());
    }
    if (json) {
      out.print(json(report));
    } else {
      print(report);
    }
    // A world in which nothing happens proves nothing, unless it was cut off.
    boolean vacuous = report.exhausted() && !report.neverSeen().isEmpty();
    return violation.isPresent() || vacuous ? Main.FAILS : Main.HOLDS;
  }

  /** Runs the one execution of a schedule; the code to exit with. */
  int replay(Explorer explorer, String schedule) throws IOException {
    Counterexample again;
    try {
      again = explorer.replay(schedule);
    } catch (IllegalArgumentException e) {
      throw new BadInputException("--replay: " + e.getMessage());
    }
    draw(again);
    boolean holds = again.property().isEmpty();
    out.println(holds ? "nothing is wrong" : again.property() + " is broken");
    print(again);
    return holds ? Main.HOLDS : Main.FAILS;
  }

  private void print(Report report) {
    out.printf(
        "%s, %d processes, %d memories%s: %,d states, %,d transitions, %s, %.1f s%n",
        algorithm,
        processes,
        memories,
        retries == null ? "" : ", " + retries + " retries",
        report.states(),
        report.transitions(),
        report.exhausted() ? "exhausted" : "not exhausted",
        report.nanos() / 1e9);
    if (report.violation().isPresent()) {
      Counterexample found = report.violation().get();
      out.println(found.property() + " is broken; again with --replay '" + found.schedule() + "'");
      print(found);
    } else {
      out.println("no violation");
      report.neverSeen().forEach(name -> out.println("never seen: " + name));
    }
  }

  private void print(Counterexample example) {
    for (TraceEvent event : example.trace()) {
      boolean message =
          event.kind() == TraceEvent.Kind.SEND || event.kind() == TraceEvent.Kind.RECEIVE;
      String between =
          (event.process() > 0 ? "p" + event.process() : "")
              + (event.peer() > 0 ? (message ? " > p" : " m") + event.peer() : "");
      out.printf(
          "  %3d  %-7s  %-13s  %s%s%n",
          event.nanos() / Clock.DELAY_NANOS,
          between.strip(),
          event.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          event.text(),
          event.outcome().isEmpty() ? "" : "  → " + event.outcome());
    }
  }

  private String json(Report report) throws IOException {
    return JsonText.of(
        object -> {
          object.writeStringField("algorithm", algorithm);
          object.writeStringField("mutation", mutation);
          object.writeNumberField("processes", processes);
          object.writeNumberField("memories", memories);
          object.writeFieldName("retries");
          if (retries == null) {
            object.writeNull();
          } else {
            object.writeNumber(retries);
          }
          object.writeNumberField("states", report.states());
          object.writeNumberField("transitions", report.transitions());
          object.writeNumberField("revisits", report.revisits());
          object.writeNumberField("schedules", report.schedules());
          object.writeNumberField("peakBytes", report.peakBytes());
          object.writeBooleanField("exhausted", report.exhausted());
          object.writeNumberField("violations", report.violation().isPresent() ? 1 : 0);
          object.writeStringField(
              "property", report.violation().map(Counterexample::property).orElse(null));
          object.writeStringField(
              "schedule", report.violation().map(Counterexample::schedule).orElse(null));
          object.writeNumberField("seconds", Math.round(report.nanos() / 1e6) / 1e3);
        });
  }

  private void draw(Counterexample example) throws IOException {
    if (trace != null) {
      Files.writeString(
          trace, SpaceTimeDiagram.render(example.property(), processes, memories, example.trace()));
    }
  }
}
