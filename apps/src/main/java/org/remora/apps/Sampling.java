package org.remora.apps;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.remora.sim.SpaceTimeDiagram;
import org.remora.sim.TraceEvent;

/** Random executions for {@code check}: runs them, and reports. */
final class Sampling {
  private final Hunt hunt;
  private final PrintWriter out;
  private final boolean json;
  private final @Nullable Path trace;

  /**
   * Prepares the runs.
   *
   * @param trace where to draw what goes wrong; null for nowhere
   */
  Sampling(Hunt hunt, PrintWriter out, boolean json, @Nullable Path trace) {
    this.hunt = hunt;
    this.out = out;
    this.json = json;
    this.trace = trace;
  }

  /** Runs as many seeds, or until one fails; the code to exit with. */
  int run(long seed, int runs, Consumer<Long> progress) throws IOException {
    long begin = System.nanoTime();
    Hunt.Sample sample = hunt.sample(seed, runs, progress);
    Optional<Hunt.Failure> failure = sample.failure();
    @Nullable Scenario shrunk =
        failure.isEmpty()
            ? null
            : ScenarioShrinker.shrink(hunt, hunt.scenario(failure.get().seed()));
    double seconds = Math.round((System.nanoTime() - begin) / 1e6) / 1e3;
    if (shrunk != null) {
      draw(shrunk);
    }
    if (json) {
      out.print(
          JsonText.of(
              object -> {
                object.writeStringField("algorithm", hunt.algorithm());
                object.writeStringField("mutation", hunt.mode().mutation());
                object.writeNumberField("runs", sample.runs());
                object.writeNumberField("violations", failure.isEmpty() ? 0 : 1);
                object.writeNumberField("decided", sample.decided());
                object.writeNumberField("aborted", sample.aborted());
                object.writeStringField(
                    "property", failure.map(Hunt.Failure::property).orElse(null));
                object.writeFieldName("seed");
                if (failure.isEmpty()) {
                  object.writeNull();
                } else {
                  object.writeNumber(failure.get().seed());
                }
                object.writeStringField(
                    "schedule", shrunk == null ? null : ScenarioText.of(shrunk));
                object.writeNumberField("seconds", seconds);
              }));
    } else {
      out.printf("%s: %,d random executions, %.1f s%n", hunt.algorithm(), sample.runs(), seconds);
      if (sample.aborted() > 0) {
        out.printf("%,d of them left without a decision at some process%n", sample.aborted());
      }
      if (failure.isEmpty() || shrunk == null) {
        out.println("no violation");
      } else {
        out.println(
            failure.get().property() + "; again with --runs 1 --seed " + failure.get().seed());
        out.println(
            "shrunk to what cannot be left out; again with --replay '"
                + ScenarioText.of(shrunk)
                + "'");
      }
    }
    return failure.isEmpty() ? Main.HOLDS : Main.FAILS;
  }

  /** Runs one scenario again; the code to exit with. */
  int replay(String text) throws IOException {
    Scenario scenario = ScenarioText.parse(hunt.algorithm(), text);
    Execution execution = draw(scenario);
    String violation = hunt.violation(execution);
    if (json) {
      out.print(
          JsonText.of(
              object -> {
                object.writeStringField("algorithm", hunt.algorithm());
                object.writeStringField("mutation", hunt.mode().mutation());
                object.writeNumberField("runs", 1);
                object.writeNumberField("violations", violation.isEmpty() ? 0 : 1);
                object.writeStringField("property", violation.isEmpty() ? null : violation);
                object.writeStringField("schedule", ScenarioText.of(scenario));
              }));
    } else {
      out.println(violation.isEmpty() ? "nothing is wrong" : violation);
    }
    return violation.isEmpty() ? Main.HOLDS : Main.FAILS;
  }

  /** Runs a scenario, and draws it if that is wanted. */
  private Execution draw(Scenario scenario) throws IOException {
    if (trace == null) {
      return hunt.run(scenario);
    }
    List<TraceEvent> events = new ArrayList<>();
    Execution execution = hunt.run(scenario, events::add);
    Files.writeString(
        trace,
        SpaceTimeDiagram.render(
            hunt.algorithm() + ", seed " + scenario.seed(),
            scenario.processes(),
            scenario.memories(),
            events));
    return execution;
  }
}
