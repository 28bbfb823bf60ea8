package org.remora.apps;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** What a series of failovers took. */
final class FailoverReport {
  private static final int BAR_MAX = 50;

  private final List<FailoverBench.Failover> failovers;
  private final long termsAtStart;

  /**
   * Of some failovers.
   *
   * @param termsAtStart how many terms were led before the first leader had settled; 1 is calm
   */
  FailoverReport(List<FailoverBench.Failover> failovers, long termsAtStart) {
    this.failovers = List.copyOf(failovers);
    this.termsAtStart = termsAtStart;
  }

  private double[] millis(ToLongFunction<FailoverBench.Failover> part) {
    double[] sorted = failovers.stream().mapToDouble(f -> part.applyAsLong(f) / 1e6).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
  }

  /** For people. */
  String text() {
    StringBuilder text = new StringBuilder();
    line(text, "%-34s %8s %8s %8s %8s%n", "milliseconds", "min", "median", "90 %", "max");
    row(text, "detection", millis(FailoverBench.Failover::detection));
    row(text, "takeover", millis(FailoverBench.Failover::takeover));
    double[] total = millis(FailoverBench.Failover::total);
    row(text, "last append to first of the new", total);
    text.append(System.lineSeparator());
    Map<Long, Integer> histogram = new TreeMap<>();
    for (double each : total) {
      histogram.merge((long) each, 1, Integer::sum);
    }
    int most = histogram.values().stream().mapToInt(Integer::intValue).max().orElse(1);
    histogram.forEach(
        (millis, count) ->
            line(
                text,
                "%6d..%-6d ms %5d %s%n",
                millis,
                millis + 1,
                count,
                "#".repeat(Math.max(1, BAR_MAX * count / Math.max(most, BAR_MAX)))));
    line(
        text,
        "%n%d kills; %d term%s led until the first leader had settled%n",
        failovers.size(),
        termsAtStart,
        termsAtStart == 1 ? "" : "s");
    return text.toString();
  }

  private static void row(StringBuilder text, String name, double[] sorted) {
    line(
        text,
        "%-34s %8.2f %8.2f %8.2f %8.2f%n",
        name,
        sorted[0],
        at(sorted, 0.5),
        at(sorted, 0.9),
        sorted[sorted.length - 1]);
  }

  private static void line(StringBuilder text, String pattern, Object... values) {
    text.append(String.format(Locale.ROOT, pattern, values));
  }

  /** The same as one JSON object, with each failover. */
  String json() {
    return PlanOutput.object(
        generator -> {
          generator.writeNumberField("kills", failovers.size());
          generator.writeNumberField("termsAtStart", termsAtStart);
          double[] total = millis(FailoverBench.Failover::total);
          generator.writeNumberField("medianMillis", at(total, 0.5));
          generator.writeNumberField("maxMillis", total[total.length - 1]);
          generator.writeNumberField(
              "detectionMedianMillis", at(millis(FailoverBench.Failover::detection), 0.5));
          generator.writeNumberField(
              "takeoverMedianMillis", at(millis(FailoverBench.Failover::takeover), 0.5));
          generator.writeArrayFieldStart("failovers");
          for (FailoverBench.Failover each : failovers) {
            generator.writeStartObject();
            generator.writeNumberField("detectionMillis", each.detection() / 1e6);
            generator.writeNumberField("takeoverMillis", each.takeover() / 1e6);
            generator.writeEndObject();
          }
          generator.writeEndArray();
        });
  }
}
