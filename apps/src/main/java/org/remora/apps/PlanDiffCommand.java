package org.remora.apps;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.remora.topology.GraphFiles;
import org.remora.topology.PlanDiff;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code remora plan diff}: what to add and remove to get from one graph to another. */
@Command(
    name = "diff",
    description = "Lists what to add and what to remove to get from one graph file to another.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100)
final class PlanDiffCommand extends PlanTask {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "A", description = "What stands: any graph file.")
  private Path before = Path.of("");

  @Parameters(index = "1", paramLabel = "B", description = "What is to be: any graph file.")
  private Path after = Path.of("");

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  int run() {
    PlanDiff diff = PlanDiff.between(GraphFiles.read(before), GraphFiles.read(after));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          PlanOutput.object(
              generator -> {
                texts(generator, "nodesAdded", diff.nodesAdded());
                texts(generator, "nodesRemoved", diff.nodesRemoved());
                links(generator, "linksAdded", diff.linksAdded());
                links(generator, "linksRemoved", diff.linksRemoved());
              }));
    } else {
      diff.nodesRemoved().forEach(node -> out.println("- node " + node));
      diff.nodesAdded().forEach(node -> out.println("+ node " + node));
      diff.linksRemoved().forEach(link -> out.println("- " + link.a() + "," + link.b()));
      diff.linksAdded().forEach(link -> out.println("+ " + link.a() + "," + link.b()));
    }
    out.flush();
    return Main.HOLDS;
  }

  private static void texts(JsonGenerator generator, String name, List<String> texts)
      throws IOException {
    generator.writeArrayFieldStart(name);
    for (String text : texts) {
      generator.writeString(text);
    }
    generator.writeEndArray();
  }

  private static void links(JsonGenerator generator, String name, List<PlanDiff.Link> links)
      throws IOException {
    generator.writeArrayFieldStart(name);
    for (PlanDiff.Link link : links) {
      generator.writeStartArray();
      generator.writeString(link.a());
      generator.writeString(link.b());
      generator.writeEndArray();
    }
    generator.writeEndArray();
  }
}
