package org.remora.topology;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Plans as JSON, schema {@value #SCHEMA}. Nodes are numbered from 1; links are one flat list, two
 * numbers each. The fields are described in docs/TOPOLOGY.md.
 */
public final class PlanJson {
  /** The version of the schema that is written and read. */
  public static final String SCHEMA = "remora-plan/1";

  private static final JsonFactory JSON = new JsonFactory();

  private PlanJson() {}

  /**
   * Writes a plan, links and all, and closes the writer.
   *
   * @throws UncheckedIOException if writing fails
   */
  public static void write(Plan plan, Writer out) {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      writeSummary(plan, json);
      writeGraph(plan, json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes the fields that describe a plan, without its links and sets of nodes, into an object
   * that is open already.
   *
   * @throws IOException if writing fails
   */
  public static void writeSummary(Plan plan, JsonGenerator json) throws IOException {
    Tolerance tolerance = plan.tolerance();
    Spectrum spectrum = plan.assessment().spectrum();
    json.writeStringField("schema", SCHEMA);
    json.writeNumberField("nodes", plan.graph().nodes());
    json.writeNumberField("degree", plan.degree());
    json.writeNumberField("edges", plan.graph().edges());
    json.writeNumberField("lambda", spectrum.lambda());
    json.writeObjectFieldStart("spectrum");
    json.writeNumberField("low", spectrum.low());
    json.writeNumberField("high", spectrum.high());
    json.writeStringField("method", spectrum.method());
    writeLog2(json, spectrum.failureLog2());
    json.writeEndObject();
    json.writeObjectFieldStart("tolerance");
    json.writeNumberField("certified", tolerance.certified());
    json.writeStringField("certifiedBy", tolerance.certifiedBy().text());
    json.writeNumberField("refuted", tolerance.refuted());
    json.writeNumberField("impossible", tolerance.impossible());
    json.writeNumberField("universal", tolerance.universal());
    if (tolerance.exact().isPresent()) {
      json.writeNumberField("exact", tolerance.exact().getAsInt());
    } else {
      json.writeNullField("exact");
    }
    json.writeEndObject();
    json.writeArrayFieldStart("certificates");
    for (Certificate certificate : plan.assessment().certificates()) {
      json.writeStartObject();
      json.writeStringField("kind", certificate.kind().text());
      json.writeNumberField("tolerance", certificate.tolerance());
      writeLog2(json, certificate.failureLog2());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("construction");
    writeConstruction(plan.construction(), json);
    json.writeEndObject();
    json.writeObjectFieldStart("queuePairs");
    json.writeNumberField("perLink", plan.queuePairs().perLink());
    json.writeNumberField("budget", plan.queuePairs().budget());
    json.writeNumberField("needed", plan.queuePairs().needed(plan.graph()));
    json.writeEndObject();
    ZoneReport report = plan.zoneReport();
    if (report != null) {
      json.writeObjectFieldStart("zoneReport");
      json.writeNumberField("innerEdges", report.innerEdges());
      json.writeNumberField("neighboursInOneZoneMax", report.neighboursInOneZoneMax());
      json.writeNumberField("neighboursInOneZoneIdeal", report.neighboursInOneZoneIdeal());
      json.writeNumberField("lossesSurvived", report.lossesSurvived());
      json.writeNumberField("lossesFatal", report.lossesFatal());
      json.writeEndObject();
    }
  }

  private static void writeLog2(JsonGenerator json, double log2) throws IOException {
    if (log2 == Double.NEGATIVE_INFINITY) {
      json.writeNullField("failureLog2");
    } else {
      json.writeNumberField("failureLog2", log2);
    }
  }

  private static void writeConstruction(Construction construction, JsonGenerator json)
      throws IOException {
    if (construction instanceof Construction.RandomLayers layers) {
      json.writeStringField("family", "random-layers");
      json.writeStringField("generator", Construction.RandomLayers.GENERATOR);
      json.writeStringField("seed", layers.seed().hex());
      json.writeNumberField("initialNodes", layers.initialNodes());
      json.writeNumberField("permutations", layers.permutations());
      json.writeNumberField("matchings", layers.matchings());
      writeNumbers(json, "choices", layers.choices().stream().mapToInt(c -> c).toArray(), 0);
      json.writeArrayFieldStart("changes");
      for (Construction.Change change : layers.changes()) {
        json.writeStartObject();
        if (change instanceof Construction.Grow grow) {
          json.writeNumberField("grow", grow.count());
          json.writeStringField("seed", grow.seed().hex());
        } else if (change instanceof Construction.Shrink shrink) {
          writeNumbers(json, "shrink", shrink.nodes().stream().mapToInt(v -> v).toArray(), 1);
        }
        json.writeEndObject();
      }
      json.writeEndArray();
    } else if (construction instanceof Construction.Polarity polarity) {
      json.writeStringField("family", "polarity");
      json.writeNumberField("order", polarity.order());
    } else {
      json.writeStringField("family", "other");
      json.writeStringField("name", construction.name());
    }
  }

  private static void writeGraph(Plan plan, JsonGenerator json) throws IOException {
    if (!plan.labels().equals(PlanRequest.numbered(plan.graph().nodes()))) {
      writeTexts(json, "labels", plan.labels());
    }
    Zones zones = plan.zones();
    if (zones != null) {
      writeTexts(json, "zones", zones.perNode());
    }
    writeNumbers(json, "witness", plan.assessment().witness().survivors(), 1);
    json.writeObjectFieldStart("split");
    writeNumbers(json, "left", plan.assessment().split().left(), 1);
    writeNumbers(json, "right", plan.assessment().split().right(), 1);
    json.writeEndObject();
    EdgeList edges = plan.graph().edgeList();
    int[] ends = new int[2 * edges.size()];
    for (int i = 0; i < edges.size(); i++) {
      ends[2 * i] = edges.from(i);
      ends[2 * i + 1] = edges.to(i);
    }
    writeNumbers(json, "links", ends, 1);
  }

  private static void writeTexts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static void writeNumbers(JsonGenerator json, String name, int[] numbers, int base)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (int number : numbers) {
      json.writeNumber(number + base);
    }
    json.writeEndArray();
  }

  /**
   * Reads a plan. What it claims is not checked here: see {@link PlanVerifier}.
   *
   * @throws BadGraphException with one line if it is no plan
   * @throws UncheckedIOException if reading fails
   */
  public static Plan read(Reader in) {
    try (JsonParser parser = JSON.createParser(in)) {
      return plan(JsonTree.read(parser));
    } catch (JsonProcessingException e) {
      throw new BadGraphException(
          "line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Plan plan(JsonTree tree) {
    if (!tree.text("schema").equals(SCHEMA)) {
      throw new BadGraphException("plan file: only schema " + SCHEMA + " is known");
    }
    int nodes = tree.whole("nodes");
    if (nodes < 3 || nodes > PlanRequest.NODES_MAX) {
      throw new BadGraphException("plan file: 'nodes' must be 3 to " + PlanRequest.NODES_MAX);
    }
    CompactGraph graph = graph(tree, nodes);
    if (tree.whole("edges") != graph.edges()) {
      throw new BadGraphException("plan file: 'edges' differs from the number of links");
    }
    List<String> labels = tree.has("labels") ? tree.texts("labels") : PlanRequest.numbered(nodes);
    Zones zones = tree.has("zones") ? Zones.of(tree.texts("zones")) : null;
    JsonTree queuePairs = tree.object("queuePairs");
    return new Plan(
        labels,
        graph,
        tree.whole("degree"),
        construction(tree.object("construction")),
        assessment(tree),
        zones,
        zones == null ? null : zoneReport(tree.object("zoneReport")),
        new QueuePairs(queuePairs.whole("perLink"), queuePairs.whole("budget")));
  }

  private static CompactGraph graph(JsonTree tree, int nodes) {
    int[] ends = tree.wholes("links", 1);
    int[] from = new int[ends.length / 2];
    int[] to = new int[ends.length / 2];
    for (int i = 0; i < from.length; i++) {
      from[i] = ends[2 * i];
      to[i] = ends[2 * i + 1];
    }
    return CompactGraph.ofEdges(nodes, from, to);
  }

  private static Assessment assessment(JsonTree tree) {
    JsonTree tolerance = tree.object("tolerance");
    JsonTree spectrum = tree.object("spectrum");
    JsonTree split = tree.object("split");
    List<Certificate> certificates = new ArrayList<>();
    for (JsonTree certificate : tree.objects("certificates")) {
      certificates.add(
          new Certificate(
              Certificate.Kind.of(certificate.text("kind")),
              certificate.whole("tolerance"),
              certificate.log2("failureLog2")));
    }
    return new Assessment(
        new Tolerance(
            tolerance.whole("certified"),
            Certificate.Kind.of(tolerance.text("certifiedBy")),
            tolerance.whole("refuted"),
            tolerance.whole("impossible"),
            tolerance.whole("universal"),
            tolerance.has("exact")
                ? OptionalInt.of(tolerance.whole("exact"))
                : OptionalInt.empty()),
        certificates,
        new Witness(tree.wholes("witness", 1)),
        new Split(split.wholes("left", 1), split.wholes("right", 1)),
        new Spectrum(
            spectrum.real("low"),
            spectrum.real("high"),
            spectrum.text("method"),
            spectrum.log2("failureLog2"),
            tree.real("lambda")));
  }

  private static Construction construction(JsonTree tree) {
    String family = tree.text("family");
    if (family.equals("polarity")) {
      return new Construction.Polarity(tree.whole("order"));
    }
    if (!family.equals("random-layers")) {
      return new Construction.Other(tree.text("name"));
    }
    if (!tree.text("generator").equals(Construction.RandomLayers.GENERATOR)) {
      throw new BadGraphException("plan file: unknown generator " + tree.text("generator"));
    }
    List<Construction.Change> changes = new ArrayList<>();
    for (JsonTree change : tree.objects("changes")) {
      changes.add(change(change));
    }
    return new Construction.RandomLayers(
        new Seed(tree.text("seed")),
        tree.whole("initialNodes"),
        tree.whole("permutations"),
        tree.whole("matchings"),
        boxed(tree.wholes("choices", 0)),
        changes);
  }

  private static Construction.Change change(JsonTree tree) {
    return tree.has("grow")
        ? new Construction.Grow(tree.whole("grow"), new Seed(tree.text("seed")))
        : new Construction.Shrink(boxed(tree.wholes("shrink", 1)));
  }

  private static List<Integer> boxed(int[] numbers) {
    List<Integer> list = new ArrayList<>(numbers.length);
    for (int number : numbers) {
      list.add(number);
    }
    return list;
  }

  private static @Nullable ZoneReport zoneReport(JsonTree tree) {
    return new ZoneReport(
        tree.whole("innerEdges"),
        tree.whole("neighboursInOneZoneMax"),
        tree.whole("neighboursInOneZoneIdeal"),
        tree.whole("lossesSurvived"),
        tree.whole("lossesFatal"));
  }
}
