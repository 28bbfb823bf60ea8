package org.remora.apps;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.remora.topology.BadGraphException;
import org.remora.topology.Plan;
import org.remora.topology.PlanRequest;
import org.remora.topology.Planner;
import org.remora.topology.Tolerance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code remora plan chart}: tolerance against degree, for choosing a degree. */
@Command(
    name = "chart",
    description = "Plans for several degrees and draws what is certified and refuted against them.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100)
final class PlanChartCommand extends PlanTask {
  @Spec private CommandSpec spec;

  @Mixin private PlanOutput output;

  @Option(names = "--nodes", required = true, paramLabel = "N", description = "How many nodes.")
  private int nodes;

  @Option(
      names = "--degrees",
      split = ",",
      paramLabel = "D",
      defaultValue = "4,6,8,12,16,24,32",
      description = "The degrees to try (default ${DEFAULT-VALUE}).")
  private List<Integer> degrees = new ArrayList<>();

  @Option(
      names = "--chart",
      required = true,
      paramLabel = "FILE.svg",
      description = "Where to draw.")
  private Path file = Path.of("chart.svg");

  @Override
  int run() {
    List<Integer> x = new ArrayList<>();
    List<Integer> certified = new ArrayList<>();
    List<Integer> refuted = new ArrayList<>();
    List<Integer> universal = new ArrayList<>();
    PrintWriter out = spec.commandLine().getOut();
    StringBuilder rows = new StringBuilder();
    for (int degree : degrees.stream().sorted().distinct().toList()) {
      Plan plan =
          Planner.plan(
              PlanRequest.of(nodes, degree).withSeed(output.seed()).withEffort(output.effort()));
      Tolerance t = plan.tolerance();
      x.add(degree);
      certified.add(t.certified());
      refuted.add(t.refuted());
      universal.add(t.universal());
      rows.append(
          String.format(
              "degree %d: survives any %d crashes (%s), some %d stop it%n",
              degree, t.certified(), t.certifiedBy().text(), t.refuted()));
    }
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(560)
            .title("Crashes survived among " + nodes + " nodes")
            .xAxisTitle("links a node")
            .yAxisTitle("crashes")
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
    chart.addSeries("no graph survives more", x, universal);
    chart.addSeries("shown to be fatal", x, refuted);
    chart.addSeries("certified", x, certified);
    PlanOutput.write(file, svg(chart));
    if (output.isJson()) {
      out.println(
          PlanOutput.object(
              generator -> {
                generator.writeNumberField("nodes", nodes);
                generator.writeArrayFieldStart("degrees");
                for (int i = 0; i < x.size(); i++) {
                  generator.writeStartObject();
                  generator.writeNumberField("degree", x.get(i));
                  generator.writeNumberField("certified", certified.get(i));
                  generator.writeNumberField("refuted", refuted.get(i));
                  generator.writeNumberField("universal", universal.get(i));
                  generator.writeEndObject();
                }
                generator.writeEndArray();
              }));
    } else {
      out.print(rows);
    }
    out.flush();
    return Main.HOLDS;
  }

  static String svg(Chart<?, ?> chart) {
    System.setProperty("java.awt.headless", "true");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      VectorGraphicsEncoder.saveVectorGraphic(chart, bytes, VectorGraphicsFormat.SVG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (LinkageError | InternalError e) {
      throw new BadGraphException("a chart needs a Java runtime with fonts", e);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
