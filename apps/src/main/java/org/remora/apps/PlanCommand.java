package org.remora.apps;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.remora.topology.BadGraphException;
import org.remora.topology.Effort;
import org.remora.topology.GraphFiles;
import org.remora.topology.Plan;
import org.remora.topology.PlanRequest;
import org.remora.topology.Planner;
import org.remora.topology.QueuePairs;
import org.remora.topology.Zones;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code remora plan}: makes a plan of shared-memory links, or audits a graph that stands. */
@Command(
    name = "plan",
    description = {
      "Plans the links of shared memory for a cluster, and certifies how many crashes it survives.",
      "With --graph, audits a graph that stands."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    footer = {
      "",
      "Exit code: 0 if the plan is made (and as many crashes as --failures are certified), 1 if it",
      "is certified for fewer, 2 for bad usage or bad input.",
      "",
      "Examples:",
      "  A plan, with all its certificates:",
      "    remora plan --nodes 1000 --degree 16 --output plan.json",
      "  The smallest degree that is certified to survive any 900 crashes:",
      "    remora plan --nodes 1000 --failures 900",
      "  What a graph that stands survives:",
      "    remora plan --graph cables.csv",
      "  Recompute all that a plan claims:",
      "    remora plan verify plan.json",
      "  Three more nodes, and what to rewire for them:",
      "    remora plan grow plan.json --add a,b,c --output next.json",
      "    remora plan diff plan.json next.json",
    },
    subcommands = {
      PlanVerifyCommand.class,
      PlanDiffCommand.class,
      PlanGrowCommand.class,
      PlanShrinkCommand.class,
      PlanChartCommand.class
    })
final class PlanCommand extends PlanTask {
  private static final int DEGREE_MAX = 512;

  @Spec private CommandSpec spec;

  @Mixin private PlanOutput output;

  @Option(names = "--nodes", paramLabel = "N", description = "How many nodes, 3 to 100000.")
  private @Nullable Integer nodes;

  @Option(names = "--degree", paramLabel = "D", description = "How many links a node may have.")
  private @Nullable Integer degree;

  @Option(
      names = "--failures",
      paramLabel = "F",
      description =
          "How many crashes must be survived; without --degree the smallest that is enough.")
  private @Nullable Integer failures;

  @Option(
      names = "--zones",
      paramLabel = "FILE",
      description =
          "CSV with the header node,zone[,degree]: links stay out of a node's own zone; degree"
              + " limits the links of single nodes.")
  private @Nullable Path zoneFile;

  @Option(
      names = "--even-spread",
      description =
          "Spread each node's neighbours evenly over the other zones, which must be of one size,"
              + " even if that is certified for less.")
  private boolean evenSpread;

  @Option(names = "--graph", paramLabel = "FILE", description = "The graph to audit.")
  private @Nullable Path graphFile;

  @Option(
      names = "--queue-pairs-per-link",
      paramLabel = "Q",
      defaultValue = "1",
      description = "Queue pairs of one link: permission contexts times I/O threads (default 1).")
  private int queuePairsPerLink;

  @Option(
      names = "--queue-pair-budget",
      paramLabel = "B",
      defaultValue = "0",
      description = "How many queue pairs a network card may hold.")
  private int queuePairBudget;

  @Override
  int run() {
    long start = System.nanoTime();
    Plan plan = graphFile == null ? make() : audit(graphFile);
    output.save(plan);
    output.print(spec, plan, (System.nanoTime() - start) / 1e9);
    boolean enough = failures == null || plan.tolerance().certified() >= failures;
    return enough && plan.queuePairs().allows(plan.graph()) ? Main.HOLDS : Main.FAILS;
  }

  private QueuePairs queuePairs() {
    return new QueuePairs(queuePairsPerLink, queuePairBudget);
  }

  private Plan audit(Path file) {
    if (nodes != null || degree != null) {
      throw new BadGraphException("--graph goes without --nodes and --degree");
    }
    GraphFiles.GraphFile read = GraphFiles.read(file);
    Zones zones = read.zones();
    if (zoneFile != null) {
      zones = ZoneFile.read(zoneFile).zonesFor(read.labels());
    }
    return Planner.audit(
        read.labels(), read.graph(), zones, queuePairs(), output.seed(), output.effort());
  }

  private Plan make() {
    Effort effort = output.effort();
    if (evenSpread && zoneFile == null) {
      throw new BadGraphException("--even-spread needs --zones");
    }
    List<String> labels;
    @Nullable ZoneFile file = zoneFile == null ? null : ZoneFile.read(zoneFile);
    if (file != null) {
      labels = file.labels();
      if (nodes != null && nodes != labels.size()) {
        throw new BadGraphException(
            "--nodes " + nodes + ", but the zones file names " + labels.size() + " nodes");
      }
    } else if (nodes != null) {
      labels = PlanRequest.numbered(Math.min(nodes, PlanRequest.NODES_MAX + 1));
    } else {
      throw new BadGraphException("needs --nodes, --zones or --graph");
    }
    PlanRequest request =
        new PlanRequest(
            labels,
            degree(file, labels.size()),
            List.of(),
            null,
            false,
            output.seed(),
            queuePairs(),
            effort);
    if (file != null) {
      if (file.hasZones()) {
        request = request.withZones(file.zonesFor(labels));
        request = evenSpread ? request.withEvenSpread() : request;
      }
      List<Integer> budgets = file.budgets(request.degree());
      Set<Integer> distinct = new HashSet<>(budgets);
      if (distinct.size() > 1 || !distinct.contains(request.degree())) {
        request = request.withBudgets(new ArrayList<>(budgets));
      }
    }
    if (failures != null && degree == null) {
      int most = Math.min(DEGREE_MAX, queuePairs().degreeMax());
      return Planner.planFor(request, failures, most);
    }
    return Planner.plan(request);
  }

  private int degree(@Nullable ZoneFile file, int count) {
    if (degree != null) {
      return degree;
    }
    if (file != null && file.largestBudget() > 0) {
      return file.largestBudget();
    }
    if (failures != null) {
      return Math.min(2, count - 1);
    }
    if (queuePairBudget > 0) {
      return Math.min(queuePairs().degreeMax(), count - 1);
    }
    throw new BadGraphException("needs --degree, or --failures to find one");
  }
}
