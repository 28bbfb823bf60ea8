package org.remora.apps;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

/** {@code remora plan grow}: adds nodes to a plan with few rewirings. */
@Command(
    name = "grow",
    description = "Adds nodes to a JSON plan, rewiring little and keeping its seed certificate.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100)
final class PlanGrowCommand extends PlanTask {
  @Spec private CommandSpec spec;

  @Mixin private PlanOutput output;

  @Parameters(paramLabel = "FILE", description = "The plan, as JSON.")
  private Path file = Path.of("plan.json");

  @Option(
      names = "--add",
      split = ",",
      required = true,
      paramLabel = "NODE[:ZONE]",
      description = "The new nodes' names, with their zones if the plan has zones.")
  private List<String> added = new ArrayList<>();

  @Override
  int run() {
    long start = System.nanoTime();
    Plan plan = GraphFiles.read(file).plan();
    if (plan == null) {
      throw new BadGraphException("only JSON plans can grow");
    }
    List<String> labels = new ArrayList<>();
    @Nullable List<String> zones = plan.zones() == null ? null : new ArrayList<>();
    for (String item : added) {
      int colon = zones == null ? -1 : item.lastIndexOf(':');
      if (zones != null && colon < 0) {
        throw new BadGraphException("the plan has zones: name a node as NODE:ZONE, not " + item);
      }
      labels.add(colon < 0 ? item : item.substring(0, colon));
      if (zones != null) {
        zones.add(item.substring(colon + 1));
      }
    }
    Plan grown = PlanChange.grow(plan, labels, zones, output.seed(), output.effort());
    output.save(grown);
    output.print(spec, grown, (System.nanoTime() - start) / 1e9);
    return Main.HOLDS;
  }
}
