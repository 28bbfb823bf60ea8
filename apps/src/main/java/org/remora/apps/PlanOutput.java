package org.remora.apps;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.remora.topology.BadGraphException;
import org.remora.topology.Certificate;
import org.remora.topology.Effort;
import org.remora.topology.ExactTolerance;
import org.remora.topology.GraphFiles;
import org.remora.topology.GraphPicture;
import org.remora.topology.Plan;
import org.remora.topology.PlanJson;
import org.remora.topology.Seed;
import org.remora.topology.Spectrum;
import org.remora.topology.Tolerance;
import org.remora.topology.ZoneReport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What all commands that end with a plan have in common: effort, chance and output. */
final class PlanOutput {

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Where to write the plan: .json keeps the certificates; .csv, .dot, .graphml.")
  private @Nullable Path file;

  @Option(
      names = "--picture",
      paramLabel = "FILE.svg",
      description = "Where to draw the graph, for at most 500 nodes.")
  private @Nullable Path picture;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Replays a plan: at least 32 hexadecimal digits that were drawn at random. Anything"
              + " shorter works too, but certifies nothing.")
  private @Nullable String seed;

  @Option(
      names = "--exact-nodes",
      paramLabel = "N",
      defaultValue = "64",
      description = "Solve graphs of up to N nodes exactly, at most 128 (default 64).")
  private int exactNodes;

  @Option(
      names = "--exact-seconds",
      paramLabel = "S",
      defaultValue = "0",
      description =
          "Give the exact search up after S seconds and report the bounds it has (default: after"
              + " 20 million subproblems).")
  private int exactSeconds;

  @Option(
      names = "--attack-steps",
      paramLabel = "K",
      defaultValue = "0",
      description = "Steps of the search for survivors that reach no majority (default: by size).")
  private long attackSteps;

  Seed seed() {
    return seed == null ? Seed.random() : Seed.parse(seed);
  }

  boolean isJson() {
    return json;
  }

  Effort effort() {
    Effort effort = Effort.standard().tell(PlanOutput::progress).attack(attackSteps);
    ExactTolerance.Progress limit = effort.exact();
    if (exactSeconds > 0) {
      long start = System.nanoTime();
      limit = (visited, below) -> System.nanoTime() - start < exactSeconds * 1_000_000_000L;
    }
    ExactTolerance.Progress goOn = limit;
    return effort.solve(
        exactNodes,
        (visited, below) -> {
          if (visited % 5_000_000 == 0) {
            progress(
                "solving exactly: "
                    + visited / 1_000_000
                    + " million subproblems, at most "
                    + below);
          }
          return goOn.goOn(visited, below);
        });
  }

  /** Tells a person at a terminal what is being done. */
  static void progress(String line) {
    if (isTerminal()) {
      System.err.println(line + " …");
    }
  }

  /** From Java 22 on there is a console always, and it knows whether it is a terminal. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** Writes the files that were asked for. */
  void save(Plan plan) {
    if (file != null) {
      GraphFiles.write(plan, file);
    }
    if (picture != null) {
      write(picture, GraphPicture.svg(plan));
    }
  }

  static void write(Path target, String text) {
    try {
      Files.writeString(target, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BadGraphException("cannot write " + target, e);
    }
  }

  void print(CommandSpec spec, Plan plan, double seconds) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          object(
              generator -> {
                PlanJson.writeSummary(plan, generator);
                generator.writeNumberField("seconds", seconds);
              }));
    } else {
      text(out, plan, seconds);
    }
    out.flush();
  }

  /** Writes fields of an object. */
  interface Fields {
    void write(JsonGenerator generator) throws IOException;
  }

  static String object(Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
      generator.writeStartObject();
      fields.write(generator);
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void text(PrintWriter out, Plan plan, double seconds) {
    Tolerance t = plan.tolerance();
    int n = plan.graph().nodes();
    line(
        out,
        "%d nodes, %d links, at most %d a node",
        n,
        plan.graph().edges(),
        plan.graph().maxDegree());
    line(out, "built as   %s", plan.construction().name());
    if (t.exact().isPresent()) {
      line(out, "survives   any %d crashes, exactly", t.exact().getAsInt());
    } else {
      line(
          out,
          "survives   any %d crashes (%.3f of all), by the certificate '%s'%s",
          t.certified(),
          t.certified() / (double) n,
          t.certifiedBy().text(),
          chance(plan.assessment().certificates(), t.certifiedBy()));
    }
    line(
        out,
        "stopped by some %d crashes: %d survivors are known that reach no majority",
        t.refuted(),
        n - t.refuted());
    if (t.impossible() < n) {
      line(
          out,
          "impossible for any algorithm from %d crashes on: two groups of %d share no memory",
          t.impossible(),
          n - t.impossible());
    }
    line(out, "no graph of this degree survives more than %d", t.universal());
    StringBuilder all = new StringBuilder();
    for (Certificate c : plan.assessment().certificates()) {
      all.append(all.length() == 0 ? "" : ", ")
          .append(c.kind().text())
          .append(' ')
          .append(c.tolerance());
    }
    line(out, "certificates: %s", all);
    Spectrum s = plan.assessment().spectrum();
    line(
        out,
        "Laplacian eigenvalues within %.6f and %.6f (%s), lambda at most %.6f",
        s.low(),
        s.high(),
        s.method(),
        s.lambda());
    ZoneReport zones = plan.zoneReport();
    if (zones != null) {
      line(
          out,
          "zones      any %d may be lost%s; %d links within a zone; at most %d neighbours in one"
              + " foreign zone (even spread: %d)",
          zones.lossesSurvived(),
          zones.lossesFatal() > 0 ? ", some " + zones.lossesFatal() + " are fatal" : "",
          zones.innerEdges(),
          zones.neighboursInOneZoneMax(),
          zones.neighboursInOneZoneIdeal());
    }
    line(
        out,
        "queue pairs at the busiest card: %d%s",
        plan.queuePairs().needed(plan.graph()),
        plan.queuePairs().budget() > 0 ? " of " + plan.queuePairs().budget() : "");
    for (String note : plan.notes()) {
      line(out, "note: %s", note);
    }
    line(out, "%.2f seconds", seconds);
  }

  private static String chance(List<Certificate> certificates, Certificate.Kind kind) {
    for (Certificate c : certificates) {
      if (c.kind() == kind && c.failureLog2() != Double.NEGATIVE_INFINITY) {
        return String.format(Locale.ROOT, ", wrong with a chance of 2^%.0f", c.failureLog2());
      }
    }
    return "";
  }

  private static void line(PrintWriter out, String pattern, Object... values) {
    out.println(String.format(Locale.ROOT, pattern, values));
  }
}
