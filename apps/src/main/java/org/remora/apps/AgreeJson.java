package org.remora.apps;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.Finding;
import org.remora.byzantine.Report;
import org.remora.crash.Neighbourhoods;
import org.remora.memory.Clock;
import org.remora.memory.Costs;

/** Writes a report as one JSON object, on one line. */
final class AgreeJson {
  private static final JsonFactory JSON = new JsonFactory();

  private AgreeJson() {}

  static String render(AgreeReport report) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(report, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.append('\n').toString();
  }

  private static void write(AgreeReport report, JsonGenerator json) throws IOException {
    AgreePlan plan = report.plan();
    boolean virtual = plan.backend() == AgreePlan.Backend.SIM;
    String reason = report.reason();
    json.writeStartObject();
    json.writeStringField("algorithm", plan.algorithm().commandName());
    json.writeStringField("backend", AgreeText.name(plan.backend()));
    json.writeNumberField("processes", plan.processes());
    json.writeNumberField("memories", plan.memories());
    json.writeNumberField("connectionsOfMemory", Connections.most(plan));
    if (plan.algorithm() instanceof AgreeAlgorithm.Hybrid hybrid) {
      graph(hybrid, json);
    }
    json.writeNumberField("seed", plan.seed());
    json.writeObjectFieldStart("proposals");
    for (int p = 1; p <= plan.proposals().size(); p++) {
      json.writeStringField(Integer.toString(p), plan.proposal(p).asText());
    }
    json.writeEndObject();
    json.writeObjectFieldStart("decisions");
    for (int p = 1; p <= plan.processes(); p++) {
      AgreeReport.Decision decision = report.decisions().get(p);
      json.writeStringField(
          Integer.toString(p), decision == null ? null : decision.value().asText());
    }
    json.writeEndObject();
    if (!plan.byzantine().isEmpty()) {
      json.writeObjectFieldStart("byzantine");
      for (var behaviour : plan.byzantine().entrySet()) {
        json.writeStringField(
            Integer.toString(behaviour.getKey()), behaviour.getValue().commandName());
      }
      json.writeEndObject();
    }
    if (plan.algorithm() instanceof AgreeAlgorithm.Byzantine) {
      paths(report, json);
    }
    json.writeBooleanField("agreement", report.agreement());
    json.writeBooleanField("validity", report.validity());
    json.writeStringField("reason", reason.isEmpty() ? null : reason);
    times(
        report,
        "delays",
        virtual,
        nanos -> AgreeText.decimal(nanos, (int) Clock.DELAY_NANOS),
        json);
    times(report, "elapsedMicros", !virtual, nanos -> Long.toString(nanos / 1_000), json);
    counts(report.costs(), json);
    json.writeObjectFieldStart("crashed");
    crashed("processes", report.crashedProcesses(), plan.processCrashes(), json);
    crashed("memories", report.crashedMemories(), plan.memoryCrashes(), json);
    json.writeEndObject();
    json.writeEndObject();
  }

  /** What Hybrid Ben-Or runs over, and with. */
  private static void graph(AgreeAlgorithm.Hybrid hybrid, JsonGenerator json) throws IOException {
    Neighbourhoods graph = hybrid.graph();
    int ends = 0;
    int degree = 0;
    for (int p = 1; p <= graph.processes(); p++) {
      ends += graph.size(p) - 1;
      degree = Math.max(degree, graph.size(p) - 1);
    }
    json.writeObjectFieldStart("graph");
    json.writeNumberField("nodes", graph.processes());
    json.writeNumberField("edges", ends / 2);
    json.writeNumberField("degree", degree);
    json.writeEndObject();
    json.writeStringField("objects", hybrid.objectsName());
    json.writeStringField("coin", hybrid.coinName());
  }

  /** Which path decided at each process, and why the fast one was left. */
  private static void paths(AgreeReport report, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("paths");
    for (var entry : report.paths().entrySet()) {
      Report ran = entry.getValue();
      json.writeObjectFieldStart(Integer.toString(entry.getKey()));
      json.writeStringField("decidedBy", AgreeText.shown(ran.path()));
      json.writeStringField("panic", ran.panic() == null ? null : AgreeText.shown(ran.panic()));
      NavigableMap<Integer, String> caught = new TreeMap<>();
      for (Finding finding : ran.findings()) {
        caught.merge(
            finding.process(), AgreeText.shown(finding.guilt()), (one, other) -> one + " " + other);
      }
      json.writeObjectFieldStart("caught");
      for (var guilty : caught.entrySet()) {
        json.writeStringField(Integer.toString(guilty.getKey()), guilty.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /** When the first and the last process decided; null on a backend that counts otherwise. */
  private static void times(
      AgreeReport report,
      String field,
      boolean counted,
      LongFunction<String> inUnits,
      JsonGenerator json)
      throws IOException {
    if (!counted) {
      json.writeNullField(field);
      return;
    }
    boolean decided = !report.decisions().isEmpty();
    json.writeObjectFieldStart(field);
    number("first", decided ? inUnits.apply(report.firstNanos()) : null, json);
    number("last", decided ? inUnits.apply(report.lastNanos()) : null, json);
    json.writeEndObject();
  }

  private static void number(String field, @Nullable String number, JsonGenerator json)
      throws IOException {
    json.writeFieldName(field);
    if (number == null) {
      json.writeNull();
    } else {
      json.writeNumber(number);
    }
  }

  private static void counts(Costs costs, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("counts");
    json.writeNumberField("memoryReads", costs.memoryReads());
    json.writeNumberField("memoryWrites", costs.memoryWrites());
    json.writeNumberField("compareAndSwaps", costs.compareAndSwaps());
    json.writeNumberField("permissionChanges", costs.permissionChanges());
    json.writeNumberField("messages", costs.messages());
    json.writeNumberField("signatures", costs.signatures());
    json.writeNumberField("verifications", costs.verifications());
    json.writeNumberField("bytes", costs.bytes());
    json.writeEndObject();
  }

  /** When each of those crashed. */
  private static void crashed(
      String field,
      NavigableSet<Integer> those,
      NavigableMap<Integer, Long> times,
      JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (int number : those) {
      long time = times.getOrDefault(number, 0L);
      number(Integer.toString(number), AgreeText.decimal(time, 1_000), json);
    }
    json.writeEndObject();
  }
}
