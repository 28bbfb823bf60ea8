package org.remora.apps;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.Report;
import org.remora.memory.Clock;
import org.remora.memory.Costs;
import org.remora.memory.Value;

/** Writes a report for people: one screen, whatever the size of the run. */
final class AgreeText {
  private static final int ROWS_MAX = 12;
  private static final int VALUE_CHARS_MAX = 32;

  private final AgreeReport report;
  private final AgreePlan plan;
  private final boolean virtual;
  private final StringBuilder text = new StringBuilder();

  private AgreeText(AgreeReport report) {
    this.report = report;
    plan = report.plan();
    virtual = plan.backend() == AgreePlan.Backend.SIM;
  }

  /**
   * The report as text.
   *
   * @param repeat the command that runs the same again
   */
  static String render(AgreeReport report, String repeat) {
    return new AgreeText(report).render(repeat);
  }

  private String render(String repeat) {
    line(
        String.format(
            "%s, %s, %s, %s",
            plan.algorithm().commandName(),
            count(plan.processes(), "process", "processes"),
            count(plan.memories(), "memory", "memories"),
            where(plan.backend())));
    line("");
    table();
    line("");
    entry("decision", decision());
    boolean vacuous = report.decisions().isEmpty();
    entry(
        "agreement",
        !report.agreement()
            ? "BROKEN: different values were decided"
            : vacuous ? "holds: nobody decided" : "holds: no two differ");
    entry(
        "validity",
        !report.validity()
            ? "BROKEN: a value that nobody proposed was decided"
            : vacuous
                ? "holds: nobody decided"
                : plan.byzantine().isEmpty()
                    ? "holds: only what was proposed"
                    : "holds: with a Byzantine process any value may be decided");
    if (!report.paths().isEmpty()) {
      entry("paths", paths());
    }
    entry("cost", costs());
    if (!plan.processCrashes().isEmpty() || !plan.memoryCrashes().isEmpty()) {
      entry("crashed", crashes());
    }
    // Real threads run otherwise each time; the seed is that of the coins.
    entry(virtual ? "repeat" : "again", repeat);
    return text.toString();
  }

  /** How many took which path, and why the fast one was left. */
  private String paths() {
    Map<String, Integer> counts = new TreeMap<>();
    for (Report ran : report.paths().values()) {
      String panic = ran.panic() == null ? "" : " after panic (" + shown(ran.panic()) + ")";
      counts.merge(shown(ran.path()) + panic, 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .map(e -> e.getValue() + " " + e.getKey())
        .collect(Collectors.joining(", "));
  }

  private String decision() {
    if (report.decisions().isEmpty()) {
      return "none: " + report.reason();
    }
    String values =
        report.decisions().values().stream()
            .map(decision -> shown(decision.value()))
            .distinct()
            .collect(Collectors.joining(" and "));
    String times =
        report.decisions().size() == 1
            ? after(report.firstNanos())
            : "the first " + after(report.firstNanos()) + ", the last " + after(report.lastNanos());
    return values
        + ", "
        + times
        + (report.termination() ? "" : "; some never decide: " + report.reason());
  }

  private void table() {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"process", "proposed", "decided", "when"});
    boolean all = plan.processes() <= ROWS_MAX;
    int shown = all ? plan.processes() : ROWS_MAX - 1;
    for (int p = 1; p <= shown; p++) {
      rows.add(row(p));
    }
    int[] widths = new int[3];
    for (String[] row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], chars(row[column]));
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder("  ");
      for (int column = 0; column < widths.length; column++) {
        line.append(row[column]).append(" ".repeat(widths[column] - chars(row[column]) + 2));
      }
      line(line.append(row[3]).toString());
    }
    if (!all) {
      long decided = report.decisions().tailMap(shown + 1).size();
      line(
          String.format(
              "  … and %,d more, of which %,d decided%s",
              plan.processes() - shown,
              decided,
              decided == 0 ? "" : ", the last " + after(report.lastNanos())));
    }
  }

  private String[] row(int process) {
    AgreeReport.Decision decision = report.decisions().get(process);
    Value proposal = plan.proposal(process);
    List<String> when = new ArrayList<>();
    if (decision != null) {
      when.add(after(decision.nanos()));
    }
    AgreeBehaviour behaviour = plan.byzantine().get(process);
    if (behaviour != null) {
      when.add("Byzantine: " + behaviour.commandName());
    }
    if (report.crashedProcesses().contains(process)) {
      when.add("crashed " + at(plan.processCrashes(), process));
    }
    return new String[] {
      Integer.toString(process),
      proposal.isBottom() ? "–" : shown(proposal),
      decision == null ? "–" : shown(decision.value()),
      when.isEmpty() ? "never" : String.join(", ", when)
    };
  }

  private String after(long nanos) {
    return virtual
        ? "after " + counted(decimal(nanos, (int) Clock.DELAY_NANOS), "delay", "delays")
        : String.format("after %,d µs", nanos / 1_000);
  }

  private String at(NavigableMap<Integer, Long> times, int number) {
    String time = decimal(times.getOrDefault(number, 0L), 1_000);
    return virtual ? "at delay " + time : "at " + time + " ms";
  }

  private String costs() {
    Costs costs = report.costs();
    List<String> parts = new ArrayList<>();
    parts.add(count(costs.memoryWrites(), "memory write", "memory writes"));
    parts.add(count(costs.memoryReads(), "read", "reads"));
    parts.add(count(costs.permissionChanges(), "permission change", "permission changes"));
    if (costs.compareAndSwaps() > 0) {
      parts.add(count(costs.compareAndSwaps(), "compare-and-swap", "compare-and-swaps"));
    }
    parts.add(count(costs.messages(), "message", "messages"));
    if (costs.signatures() + costs.verifications() > 0) {
      parts.add(count(costs.signatures(), "signature", "signatures"));
      parts.add(count(costs.verifications(), "verification", "verifications"));
    }
    parts.add(count(costs.bytes(), "byte", "bytes"));
    return String.join(", ", parts)
        + (virtual || plan.algorithm() instanceof AgreeAlgorithm.Hybrid
            ? ""
            : "; heartbeats included");
  }

  private String crashes() {
    List<String> parts = new ArrayList<>();
    parts.addAll(crashes("process", plan.processCrashes(), report.crashedProcesses()::contains));
    parts.addAll(crashes("memory", plan.memoryCrashes(), report.crashedMemories()::contains));
    String happened = parts.isEmpty() ? "nobody" : listed(parts);
    parts.clear();
    parts.addAll(
        crashes("process", plan.processCrashes(), p -> !report.crashedProcesses().contains(p)));
    parts.addAll(
        crashes("memory", plan.memoryCrashes(), m -> !report.crashedMemories().contains(m)));
    return parts.isEmpty() ? happened : happened + "; planned after the end: " + listed(parts);
  }

  private List<String> crashes(
      String what, NavigableMap<Integer, Long> times, Predicate<Integer> included) {
    return times.keySet().stream()
        .filter(included)
        .map(number -> what + " " + number + " " + at(times, number))
        .toList();
  }

  private static String listed(List<String> parts) {
    String list = parts.stream().limit(ROWS_MAX).collect(Collectors.joining(", "));
    return parts.size() <= ROWS_MAX ? list : list + ", … (" + parts.size() + ")";
  }

  private void entry(String name, String content) {
    line(String.format("  %-11s%s", name, content));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  /** A value as people can read it, whatever it is: cut if long, without control characters. */
  static String shown(Value value) {
    String whole = value.asText();
    boolean printable =
        whole
            .codePoints()
            .noneMatch(
                c -> {
                  int type = Character.getType(c);
                  return type == Character.CONTROL
                      || type == Character.FORMAT
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR;
                });
    if (!printable) {
      return value.toString();
    }
    return chars(whole) <= VALUE_CHARS_MAX
        ? whole
        : whole.substring(0, whole.offsetByCodePoints(0, VALUE_CHARS_MAX - 1)) + "…";
  }

  /** A constant as people read it: {@code no-value-in-time}. */
  static String shown(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String where(AgreePlan.Backend backend) {
    return switch (backend) {
      case SIM -> "simulated";
      case LOCAL -> "on local threads";
      case SOCKET -> "over sockets";
      case VERBS -> "on verbs";
    };
  }

  /** What the command line calls a backend. */
  static String name(AgreePlan.Backend backend) {
    return backend.name().toLowerCase(Locale.ROOT);
  }

  /** A number of parts of a unit as a decimal number of units, without needless zeros. */
  static String decimal(long parts, int partsPerUnit) {
    return BigDecimal.valueOf(parts)
        .divide(BigDecimal.valueOf(partsPerUnit))
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String count(long number, String one, String many) {
    return counted(String.format("%,d", number), one, many);
  }

  private static String counted(String number, String one, String many) {
    return number + " " + (number.equals("1") ? one : many);
  }

  private static int chars(@Nullable String text) {
    return text == null ? 0 : text.codePointCount(0, text.length());
  }
}
