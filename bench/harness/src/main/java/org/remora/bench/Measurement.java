package org.remora.bench;

import java.util.Locale;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What one closed loop showed.
 *
 * @param outstanding how many commands were under way together
 * @param bytes of one command
 * @param perSecond commands a second
 * @param p50 the median latency, in microseconds
 * @param p99 the 99th percentile, in microseconds
 * @param p999 the 99.9th percentile, in microseconds
 * @param max the longest latency, in microseconds
 * @param failed how many commands failed
 */
public record Measurement(
    int outstanding,
    int bytes,
    double perSecond,
    double p50,
    double p99,
    double p999,
    double max,
    long failed) {
  private static final String MARK = "measured";

  static Measurement of(
      int outstanding, int bytes, Histogram latencies, double seconds, long failed) {
    return new Measurement(
        outstanding,
        bytes,
        latencies.getTotalCount() / seconds,
        micros(latencies.getValueAtPercentile(50)),
        micros(latencies.getValueAtPercentile(99)),
        micros(latencies.getValueAtPercentile(99.9)),
        micros(latencies.getMaxValue()),
        failed);
  }

  private static double micros(long nanos) {
    return nanos / 1e3;
  }

  /** The line that a worker prints. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%s %d %d %.3f %.3f %.3f %.3f %.3f %d",
        MARK,
        outstanding,
        bytes,
        perSecond,
        p50,
        p99,
        p999,
        max,
        failed);
  }

  /** Reads a line back; nothing if it is another one: what runs in a worker may print, too. */
  static Optional<Measurement> parse(String line) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 9 || !parts[0].equals(MARK)) {
      return Optional.empty();
    }
    return Optional.of(
        new Measurement(
            Integer.parseInt(parts[1]),
            Integer.parseInt(parts[2]),
            Double.parseDouble(parts[3]),
            Double.parseDouble(parts[4]),
            Double.parseDouble(parts[5]),
            Double.parseDouble(parts[6]),
            Double.parseDouble(parts[7]),
            Long.parseLong(parts[8])));
  }
}
