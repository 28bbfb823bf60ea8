package org.remora.apps;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.remora.bench.Contender;
import org.remora.bench.Measurement;
import org.remora.bench.Run;

/** What the rounds of a benchmark showed: a row for each contender under each load. */
final class BenchResult {
  private final List<Row> rows = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  /**
   * A contender under one load.
   *
   * @param median of every figure, over the rounds that worked
   * @param p50Min the lowest median latency of a round
   * @param p50Max the highest
   */
  private record Row(Contender contender, Measurement median, double p50Min, double p50Max) {
    boolean isOfLoad(Measurement other) {
      return median.bytes() == other.bytes() && median.outstanding() == other.outstanding();
    }
  }

  /** Of the runs of each contender, in order. */
  BenchResult(List<Contender> contenders, List<List<Run>> runs) {
    for (int i = 0; i < contenders.size(); i++) {
      Contender contender = contenders.get(i);
      List<List<Measurement>> good = new ArrayList<>();
      for (Run run : runs.get(i)) {
        run.failure()
            .ifPresentOrElse(
                why -> failures.add(contender.name() + ": " + why),
                () -> good.add(run.measurements()));
      }
      int loads = good.isEmpty() ? 0 : good.get(0).size();
      for (int load = 0; load < loads; load++) {
        int at = load;
        rows.add(row(contender, good.stream().map(measured -> measured.get(at)).toList()));
      }
    }
  }

  private static Row row(Contender contender, List<Measurement> rounds) {
    Measurement first = rounds.get(0);
    double[] p50 = sorted(rounds, Measurement::p50);
    Measurement median =
        new Measurement(
            first.outstanding(),
            first.bytes(),
            median(rounds, Measurement::perSecond),
            median(rounds, Measurement::p50),
            median(rounds, Measurement::p99),
            median(rounds, Measurement::p999),
            median(rounds, Measurement::max),
            rounds.stream().mapToLong(Measurement::failed).sum());
    return new Row(contender, median, p50[0], p50[p50.length - 1]);
  }

  private static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
    double[] sorted = sorted(rounds, figure);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static double[] sorted(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
    double[] values = rounds.stream().mapToDouble(figure).toArray();
    Arrays.sort(values);
    return values;
  }

  /** Whether every round of every contender worked, its replicas agreed and no command failed. */
  boolean isComplete() {
    return failures.isEmpty() && rows.stream().allMatch(row -> row.median.failed() == 0);
  }

  /** The loads in the order in which they were measured. */
  private List<Measurement> loads() {
    List<Measurement> loads = new ArrayList<>();
    for (Row row : rows) {
      if (loads.stream().noneMatch(row::isOfLoad)) {
        loads.add(row.median);
      }
    }
    return loads;
  }

  /** A table for each load, for people. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Measurement load : loads()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%d outstanding, %d bytes: latency in µs%n" + "%-20s %9s %17s %9s %11s %9s  %s%n",
              load.outstanding(),
              load.bytes(),
              "",
              "p50",
              "of rounds",
              "p99",
              "a second",
              "failed",
              "path"));
      for (Row row : rows) {
        if (row.isOfLoad(load)) {
          text.append(
              String.format(
                  Locale.ROOT,
                  "%-20s %9.1f %17s %9.1f %11.0f %9d  %s%n",
                  row.contender.name(),
                  row.median.p50(),
                  String.format(Locale.ROOT, "%.1f..%.1f", row.p50Min, row.p50Max),
                  row.median.p99(),
                  row.median.perSecond(),
                  row.median.failed(),
                  row.contender.path()));
        }
      }
      text.append(System.lineSeparator());
    }
    failures.forEach(failure -> text.append(failure).append(System.lineSeparator()));
    return text.toString();
  }

  /** The same as one JSON object. */
  String json() {
    return PlanOutput.object(
        generator -> {
          generator.writeStringField("java", System.getProperty("java.runtime.version"));
          generator.writeStringField("os", System.getProperty("os.name"));
          generator.writeNumberField("cores", Runtime.getRuntime().availableProcessors());
          generator.writeArrayFieldStart("rows");
          for (Row row : rows) {
            generator.writeStartObject();
            generator.writeStringField("name", row.contender.name());
            generator.writeStringField("path", row.contender.path());
            generator.writeNumberField("outstanding", row.median.outstanding());
            generator.writeNumberField("bytes", row.median.bytes());
            generator.writeNumberField("p50Micros", row.median.p50());
            generator.writeNumberField("p50MicrosMin", row.p50Min);
            generator.writeNumberField("p50MicrosMax", row.p50Max);
            generator.writeNumberField("p99Micros", row.median.p99());
            generator.writeNumberField("p999Micros", row.median.p999());
            generator.writeNumberField("maxMicros", row.median.max());
            generator.writeNumberField("perSecond", row.median.perSecond());
            generator.writeNumberField("failed", row.median.failed());
            generator.writeEndObject();
          }
          generator.writeEndArray();
          generator.writeArrayFieldStart("failures");
          for (String failure : failures) {
            generator.writeString(failure);
          }
          generator.writeEndArray();
        });
  }

  /** Median latency over throughput, a line for each contender and size, as an SVG picture. */
  String plot() {
    XYChart chart =
        new XYChartBuilder()
            .width(1100)
            .height(700)
            .title("Appends to a replicated log")
            .xAxisTitle("a second")
            .yAxisTitle("median latency, µs")
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    Map<String, List<Row>> lines = new LinkedHashMap<>();
    for (Row row : rows) {
      lines
          .computeIfAbsent(
              row.contender.name() + ", " + row.median.bytes() + " bytes",
              line -> new ArrayList<>())
          .add(row);
    }
    lines.forEach(
        (line, points) ->
            chart.addSeries(
                line,
                points.stream().map(row -> row.median.perSecond()).toList(),
                points.stream().map(row -> row.median.p50()).toList()));
    return PlanChartCommand.svg(chart);
  }
}
