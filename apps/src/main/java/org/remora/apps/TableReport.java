package org.remora.apps;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The table, measured, for people and for programs.
 *
 * @param seed the seed of the runs
 * @param rows what was measured of each algorithm
 * @param columns the comparison
 * @param seconds how long it took
 * @param evidence whether to name the runs behind every cell
 */
record TableReport(
    long seed, List<Measurement> rows, List<Column> columns, double seconds, boolean evidence) {
  /** Whether every algorithm does what it is claimed to. */
  boolean holds() {
    return rows.stream().allMatch(Measurement::holds) && columns.stream().allMatch(Column::holds);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    List<String[]> cells = new ArrayList<>();
    cells.add(
        new String[] {
          "algorithm", "faults", "processes", "memories", "delays", "the bound forced off"
        });
    rows.forEach(row -> cells.add(cells(row)));
    lines(cells, i -> i == 0 ? List.of() : note(rows.get(i - 1)), text);
    text.append('\n');
    List<String[]> comparison = new ArrayList<>();
    comparison.add(row("", Column::name));
    comparison.add(row("crash tolerance", Column::crashTolerance));
    comparison.add(row("Byzantine tolerance", Column::byzantineTolerance));
    comparison.add(row("round trips", c -> roundTrips(c.forCrashes())));
    comparison.add(
        row("  Byzantine", c -> c.forByzantine() == null ? "–" : roundTrips(c.forByzantine())));
    comparison.add(row("connections a memory", c -> c.scale().formula()));
    comparison.add(
        row("largest run", c -> String.format("n = %,d", c.scale().largest().processes())));
    lines(comparison, i -> List.of(), text);
    text.append('\n');
    for (Column column : columns) {
      Measurement byzantine = column.forByzantine();
      text.append(
          String.format(
              "%s: %s%s%n",
              column.name(),
              column.forCrashes().claim().algorithm(),
              byzantine == null
                  ? "; one process that lies about the decision breaks it"
                  : ", for Byzantine faults " + byzantine.claim().algorithm()));
      if (column.scale().survived() != null) {
        text.append("    ").append(column.scale().survived().shows()).append('\n');
      }
      if (evidence) {
        column.evidence().forEach(each -> line(each, text));
      }
    }
    return text.toString();
  }

  private String[] cells(Measurement row) {
    Bound agents = row.agents();
    Bound memories = row.memories();
    String note = row.claim().byzantine() && mayLeave(row) ? ", or leaves" : "";
    return new String[] {
      row.claim().algorithm(),
      row.claim().byzantine() ? "Byzantine" : "crash",
      agents == null ? row.processes().formula() + note : agents.formula(),
      agents != null ? agents.formula() : memories == null ? "–" : memories.formula(),
      range(row),
      row.forced() == null
          ? "–"
          : "disagrees at " + row.forced().shows().replaceFirst(" and .*", "")
    };
  }

  /** Whether somebody left without a decision in a run that counts as survived. */
  private static boolean mayLeave(Measurement row) {
    return row.processes().points().stream()
        .flatMap(point -> point.evidence().stream())
        .anyMatch(each -> each.shows().contains("leaves"));
  }

  private List<String> note(Measurement row) {
    List<String> notes = new ArrayList<>();
    if (!row.holds()) {
      notes.add("    does not do what it is claimed to");
    }
    if (evidence) {
      StringBuilder lines = new StringBuilder();
      row.evidence().forEach(each -> line(each, lines));
      lines.toString().lines().forEach(notes::add);
    }
    return notes;
  }

  private static void line(Evidence each, StringBuilder text) {
    text.append("    ")
        .append(each.shows())
        .append("\n      ")
        .append(CommandLineText.line(each.command()))
        .append('\n');
  }

  private static String range(Measurement row) {
    String least = shown(row.delaysMin());
    String most = shown(row.delaysMax());
    return least.equals(most) ? least : least + "–" + most;
  }

  private static String roundTrips(Measurement row) {
    return shown(row.delaysMin() / 2);
  }

  private static String shown(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  private String[] row(String name, Function<Column, String> cell) {
    List<String> cells = new ArrayList<>();
    cells.add(name);
    columns.forEach(column -> cells.add(cell.apply(column)));
    return cells.toArray(String[]::new);
  }

  /** Rows in columns as wide as their widest cell, each with notes below. */
  private static void lines(
      List<String[]> rows, Function<Integer, List<String>> notes, StringBuilder text) {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].codePointCount(0, row[i].length()));
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder();
      String[] row = rows.get(r);
      for (int i = 0; i < row.length; i++) {
        int chars = row[i].codePointCount(0, row[i].length());
        line.append(row[i]).append(" ".repeat(widths[i] - chars + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
      notes.apply(r).forEach(note -> text.append(note).append('\n'));
    }
  }

  String json() throws IOException {
    return JsonText.of(
        object -> {
          object.writeNumberField("seed", seed);
          object.writeBooleanField("holds", holds());
          object.writeArrayFieldStart("rows");
          for (Measurement row : rows) {
            json(row, object);
          }
          object.writeEndArray();
          object.writeArrayFieldStart("columns");
          for (Column column : columns) {
            json(column, object);
          }
          object.writeEndArray();
          object.writeNumberField("seconds", Math.round(seconds * 1e3) / 1e3);
        });
  }

  private void json(Measurement row, JsonGenerator object) throws IOException {
    object.writeStartObject();
    object.writeStringField("algorithm", row.claim().algorithm());
    object.writeNumberField("processes", Measurement.PROCESSES);
    object.writeNumberField("memories", !row.claim().usesMemories() ? 0 : Measurement.MEMORIES);
    object.writeStringField("faults", row.claim().byzantine() ? "byzantine" : "crash");
    bound(
        row.claim().byzantine() ? "byzantineProcesses" : "processCrashes",
        row.processes(),
        Measurement.PROCESSES,
        object);
    bound("memoryCrashes", row.memories(), Measurement.MEMORIES, object);
    bound("agentCrashes", row.agents(), Measurement.PROCESSES + Measurement.MEMORIES, object);
    if (!row.claim().byzantine()) {
      bound("byzantineProcesses", row.byzantine(), Measurement.PROCESSES, object);
    }
    object.writeBooleanField("mayLeave", row.claim().byzantine() && mayLeave(row));
    object.writeNumberField("delays", number(row.delaysMin()));
    object.writeNumberField("delaysMax", number(row.delaysMax()));
    object.writeBooleanField("beyondBoundDisagrees", row.forced() != null);
    if (row.explored() != null) {
      object.writeNumberField("statesExplored", row.explored().states());
      object.writeBooleanField("exhausted", row.explored().exhausted());
    }
    object.writeBooleanField("holds", row.holds());
    evidence(row.evidence(), object);
    object.writeEndObject();
  }

  private void json(Column column, JsonGenerator object) throws IOException {
    Measurement byzantine = column.forByzantine();
    object.writeStartObject();
    object.writeStringField("column", column.name());
    object.writeStringField("algorithm", column.forCrashes().claim().algorithm());
    object.writeStringField(
        "byzantineAlgorithm", byzantine == null ? null : byzantine.claim().algorithm());
    object.writeStringField("crashTolerance", column.crashTolerance());
    object.writeStringField("byzantineTolerance", column.byzantineTolerance());
    object.writeNumberField("roundTrips", number(column.forCrashes().delaysMin() / 2));
    object.writeFieldName("byzantineRoundTrips");
    if (byzantine == null) {
      object.writeNull();
    } else {
      object.writeNumber(number(byzantine.delaysMin() / 2));
    }
    object.writeArrayFieldStart("scale");
    for (Column.Scale.Size size : column.scale().sizes()) {
      object.writeStartObject();
      object.writeNumberField("processes", size.processes());
      object.writeNumberField("connectionsOfMemory", size.connections());
      object.writeNumberField("delays", number(size.agreed().delays()));
      object.writeEndObject();
    }
    object.writeEndArray();
    object.writeBooleanField("holds", column.holds());
    evidence(column.evidence(), object);
    object.writeEndObject();
  }

  private void evidence(List<Evidence> all, JsonGenerator object) throws IOException {
    if (!evidence) {
      return;
    }
    object.writeArrayFieldStart("evidence");
    for (Evidence each : all) {
      object.writeStartObject();
      object.writeStringField("shows", each.shows());
      object.writeStringField("command", CommandLineText.line(each.command()));
      object.writeNumberField("exitCode", each.code());
      object.writeEndObject();
    }
    object.writeEndArray();
  }

  /** A bound: what holds at one size, and what was seen at all. */
  private static void bound(String field, @Nullable Bound bound, int size, JsonGenerator object)
      throws IOException {
    if (bound == null) {
      object.writeNullField(field);
      return;
    }
    object.writeObjectFieldStart(field);
    object.writeStringField("formula", bound.formula());
    Bound.Point at = bound.at(size);
    if (at != null) {
      point(at, object);
    }
    object.writeArrayFieldStart("sizes");
    for (Bound.Point point : bound.points()) {
      object.writeStartObject();
      object.writeNumberField("size", point.size());
      point(point, object);
      object.writeEndObject();
    }
    object.writeEndArray();
    object.writeEndObject();
  }

  private static void point(Bound.Point point, JsonGenerator object) throws IOException {
    object.writeNumberField("survived", point.survived());
    if (point.refused() == null) {
      object.writeNullField("refused");
    } else {
      object.writeNumberField("refused", point.refused());
    }
  }

  private static BigDecimal number(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros();
  }
}
