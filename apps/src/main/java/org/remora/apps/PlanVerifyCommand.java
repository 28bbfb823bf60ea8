package org.remora.apps;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.remora.topology.BadGraphException;
import org.remora.topology.Effort;
import org.remora.topology.ExactTolerance;
import org.remora.topology.GraphFiles;
import org.remora.topology.Plan;
import org.remora.topology.PlanVerifier;
import org.remora.topology.Seed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code remora plan verify}: recomputes all that a plan claims from its edges alone. */
@Command(
    name = "verify",
    description = {
      "Recomputes every claim of a JSON plan from its edges alone.",
      "Exits with 1 if one cannot be confirmed."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100)
final class PlanVerifyCommand extends PlanTask {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The plan, as JSON.")
  private Path file = Path.of("plan.json");

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--exact-seconds",
      paramLabel = "S",
      defaultValue = "600",
      description = "An exact tolerance not confirmed within S seconds is not (default 600).")
  private int exactSeconds;

  @Override
  int run() {
    long start = System.nanoTime();
    Plan plan = GraphFiles.read(file).plan();
    if (plan == null) {
      throw new BadGraphException(
          file.getFileName() + " claims nothing: only JSON plans can be verified");
    }
    Effort effort =
        Effort.standard()
            .tell(PlanOutput::progress)
            .solve(
                ExactTolerance.NODES_MAX,
                (visited, below) -> System.nanoTime() - start < exactSeconds * 1_000_000_000L);
    List<PlanVerifier.Check> checks = PlanVerifier.verify(plan, Seed.random(), effort);
    boolean confirmed = PlanVerifier.allConfirmed(checks);
    double seconds = (System.nanoTime() - start) / 1e9;
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(object(checks, confirmed, seconds));
    } else {
      for (PlanVerifier.Check check : checks) {
        out.println(
            (check.confirmed() ? "confirmed  " : "REFUTED    ")
                + check.claim()
                + " ("
                + check.finding()
                + ")");
      }
      for (String note : plan.notes()) {
        out.println("note: " + note);
      }
      out.println(
          String.format(
              Locale.ROOT,
              confirmed
                  ? "all %d claims confirmed, %.2f seconds"
                  : "not all of %d claims confirmed, %.2f seconds",
              checks.size(),
              seconds));
    }
    out.flush();
    return confirmed ? Main.HOLDS : Main.FAILS;
  }

  private static String object(List<PlanVerifier.Check> checks, boolean confirmed, double seconds) {
    return PlanOutput.object(
        generator -> {
          generator.writeBooleanField("confirmed", confirmed);
          generator.writeArrayFieldStart("checks");
          for (PlanVerifier.Check check : checks) {
            generator.writeStartObject();
            generator.writeStringField("claim", check.claim());
            generator.writeBooleanField("confirmed", check.confirmed());
            generator.writeStringField("finding", check.finding());
            generator.writeEndObject();
          }
          generator.writeEndArray();
          generator.writeNumberField("seconds", seconds);
        });
  }
}
