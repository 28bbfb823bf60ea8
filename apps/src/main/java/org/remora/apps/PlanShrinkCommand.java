package org.remora.apps;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.remora.topology.BadGraphException;
import org.remora.topology.GraphFiles;
import org.remora.topology.Plan;
import org.remora.topology.PlanChange;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code remora plan shrink}: takes nodes out of a plan with few rewirings. */
@Command(
    name = "shrink",
    description =
        "Takes nodes out of a JSON plan, rewiring little and keeping its seed certificate.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100)
final class PlanShrinkCommand extends PlanTask {
  @Spec private CommandSpec spec;

  @Mixin private PlanOutput output;

  @Parameters(paramLabel = "FILE", description = "The plan, as JSON.")
  private Path file = Path.of("plan.json");

  @Option(
      names = "--remove",
      split = ",",
      required = true,
      paramLabel = "NODE",
      description = "The names of the nodes to take out, chosen without looking at the links.")
  private List<String> removed = new ArrayList<>();

  @Override
  int run() {
    long start = System.nanoTime();
    Plan plan = GraphFiles.read(file).plan();
    if (plan == null) {
      throw new BadGraphException("only JSON plans can shrink");
    }
    Plan less = PlanChange.shrink(plan, removed, output.seed(), output.effort());
    output.save(less);
    output.print(spec, less, (System.nanoTime() - start) / 1e9);
    return Main.HOLDS;
  }
}
