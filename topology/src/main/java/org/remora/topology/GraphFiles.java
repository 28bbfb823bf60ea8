package org.remora.topology;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jgrapht.Graph;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.Pseudograph;
import org.jgrapht.nio.Attribute;
import org.jgrapht.nio.AttributeType;
import org.jgrapht.nio.DefaultAttribute;
import org.jgrapht.nio.ImportException;
import org.jgrapht.nio.dot.DOTExporter;
import org.jgrapht.nio.dot.DOTImporter;
import org.jgrapht.nio.graphml.GraphMLExporter;
import org.jgrapht.nio.graphml.SimpleGraphMLImporter;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * Graph files: JSON plans, CSV edge lists, DOT and GraphML, told apart by the file's name.
 *
 * <p>CSV has the header {@code node_a,node_b} or {@code node_a,node_b,rack_a,rack_b} and a row for
 * each link; a row with only {@code node_a} names a node without links. DOT and GraphML carry zones
 * in the node attribute {@code zone}. All files are UTF-8.
 */
public final class GraphFiles {
  private static final String ZONE = "zone";

  private GraphFiles() {}

  /**
   * What a file holds.
   *
   * @param labels the nodes' names
   * @param graph the links
   * @param zones the zone of each node, null if the file has none
   * @param plan the whole plan, null unless the file is a JSON plan
   */
  public record GraphFile(
      List<String> labels, CompactGraph graph, @Nullable Zones zones, @Nullable Plan plan) {
    /** Copies the list. */
    public GraphFile {
      labels = List.copyOf(labels);
    }
  }

  /**
   * Reads a file.
   *
   * @throws BadGraphException with one line, the number of the wrong line in it where one is wrong
   * @throws UncheckedIOException if reading fails
   */
  public static GraphFile read(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      return read(name, Files.readString(file, StandardCharsets.UTF_8));
    } catch (BadGraphException e) {
      throw new BadGraphException(name + ": " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new BadGraphException(file + ": there is no such file", e);
    } catch (CharacterCodingException e) {
      throw new BadGraphException(name + ": the file is not UTF-8", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes a row of a CSV file. */
  @FunctionalInterface
  public interface RowReader {
    /**
     * Takes a row.
     *
     * @param line the row's number in the file, from 1
     * @param header the first row
     * @param row as many values as the header has
     */
    void row(int line, List<String> header, List<String> row);
  }

  /**
   * Reads any CSV file that has a header.
   *
   * @throws BadGraphException with one line, the number of the wrong line in it
   * @throws UncheckedIOException if reading fails
   */
  public static void readCsv(Path file, RowReader reader) {
    String name = String.valueOf(file.getFileName());
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      Csv csv = new Csv(in);
      List<String> header = csv.next();
      if (header == null) {
        throw new BadGraphException(name + ": the file is empty");
      }
      for (List<String> row = csv.next(); row != null; row = csv.next()) {
        if (row.size() != header.size()) {
          throw new BadGraphException(
              name
                  + ": line "
                  + csv.line()
                  + ": a row has "
                  + header.size()
                  + " values as the header has, not "
                  + row.size());
        }
        reader.row(csv.line(), header, row);
      }
    } catch (NoSuchFileException e) {
      throw new BadGraphException(file + ": there is no such file", e);
    } catch (CharacterCodingException e) {
      throw new BadGraphException(name + ": the file is not UTF-8", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GraphFile read(String name, String text) throws IOException {
    return switch (kind(name)) {
      case "json" -> {
        Plan plan = PlanJson.read(new StringReader(text));
        yield new GraphFile(plan.labels(), plan.graph(), plan.zones(), plan);
      }
      case "csv" -> readCsv(text);
      case "dot" -> readDot(text);
      default -> readGraphMl(text);
    };
  }

  /**
   * Writes a plan in the form that the file's name asks for; only JSON keeps the certificates.
   *
   * @throws BadGraphException if the name's ending is unknown
   * @throws UncheckedIOException if writing fails
   */
  public static void write(Plan plan, Path file) {
    String kind = kind(String.valueOf(file.getFileName()));
    try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      switch (kind) {
        case "json" -> PlanJson.write(plan, out);
        case "csv" -> writeCsv(plan, out);
        case "dot" -> writeDot(plan, out);
        default -> writeGraphMl(plan, out);
      }
    } catch (NoSuchFileException e) {
      throw new BadGraphException(file + ": there is no such folder", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a file of this name can be read and written. */
  public static boolean isKnown(Path file) {
    try {
      return !kind(String.valueOf(file.getFileName())).isEmpty();
    } catch (BadGraphException e) {
      return false;
    }
  }

  private static String kind(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    String ending = lower.substring(lower.lastIndexOf('.') + 1);
    return switch (ending) {
      case "json", "csv", "dot", "graphml" -> ending;
      case "gv" -> "dot";
      case "xml" -> "graphml";
      default ->
          throw new BadGraphException(
              "a graph file's name ends in .csv, .dot, .graphml or .json, not '" + name + "'");
    };
  }

  /** Collects named nodes and links and says what is wrong with one. */
  private static final class Collector {
    private final Map<String, Integer> index = new LinkedHashMap<>();
    private final Map<String, String> zoneOf = new LinkedHashMap<>();
    private final Set<Long> links = new HashSet<>();
    private final EdgeList edges = new EdgeList(64);

    int node(String label) {
      if (label.isEmpty()) {
        throw new BadGraphException("a node has no name");
      }
      return index.computeIfAbsent(label, unused -> index.size());
    }

    void link(String a, String b) {
      int from = node(a);
      int to = node(b);
      if (from == to) {
        throw new BadGraphException("node " + a + " is linked to itself");
      }
      if (!links.add(EdgeList.key(from, to))) {
        throw new BadGraphException("the link " + a + " - " + b + " comes twice");
      }
      edges.add(from, to);
    }

    void zone(String label, String zone) {
      String before = zoneOf.putIfAbsent(label, zone);
      if (before != null && !before.equals(zone)) {
        throw new BadGraphException(
            "node " + label + " is in zone " + before + " and in zone " + zone);
      }
    }

    GraphFile file() {
      if (index.isEmpty()) {
        throw new BadGraphException("the graph has no nodes");
      }
      List<String> labels = new ArrayList<>(index.keySet());
      Zones zones = null;
      if (!zoneOf.isEmpty()) {
        List<String> each = new ArrayList<>();
        for (String label : labels) {
          String zone = zoneOf.get(label);
          if (zone == null) {
            throw new BadGraphException("node " + label + " has no zone, others have");
          }
          each.add(zone);
        }
        zones = Zones.of(each);
      }
      return new GraphFile(labels, CompactGraph.of(labels.size(), edges), zones, null);
    }
  }

  private static GraphFile readCsv(String text) throws IOException {
    Csv csv = new Csv(new BufferedReader(new StringReader(text)));
    List<String> header = csv.next();
    if (header == null
        || header.size() < 2
        || !header.subList(0, 2).equals(List.of("node_a", "node_b"))) {
      throw csv.error("the header must start with node_a,node_b");
    }
    int rackA = header.indexOf("rack_a");
    int rackB = header.indexOf("rack_b");
    Collector collector = new Collector();
    for (List<String> row = csv.next(); row != null; row = csv.next()) {
      if (row.size() != header.size()) {
        throw csv.error(
            "a row has " + header.size() + " values as the header has, not " + row.size());
      }
      try {
        addRow(collector, row, rackA, rackB);
      } catch (BadGraphException e) {
        throw csv.error(String.valueOf(e.getMessage()));
      }
    }
    return collector.file();
  }

  private static void addRow(Collector collector, List<String> row, int rackA, int rackB) {
    String a = row.get(0);
    String b = row.get(1);
    if (b.isEmpty()) {
      int unused = collector.node(a);
    } else {
      collector.link(a, b);
    }
    if (rackA >= 0 && !row.get(rackA).isEmpty()) {
      collector.zone(a, row.get(rackA));
    }
    if (rackB >= 0 && !b.isEmpty() && !row.get(rackB).isEmpty()) {
      collector.zone(b, row.get(rackB));
    }
  }

  private static void writeCsv(Plan plan, Writer out) throws IOException {
    Zones zones = plan.zones();
    out.write(zones == null ? "node_a,node_b\n" : "node_a,node_b,rack_a,rack_b\n");
    EdgeList edges = plan.graph().edgeList();
    for (int i = 0; i < edges.size(); i++) {
      int a = edges.from(i);
      int b = edges.to(i);
      out.write(Csv.quote(plan.labels().get(a)) + ',' + Csv.quote(plan.labels().get(b)));
      if (zones != null) {
        out.write(',' + Csv.quote(zones.name(a)) + ',' + Csv.quote(zones.name(b)));
      }
      out.write('\n');
    }
    for (int v = 0; v < plan.graph().nodes(); v++) {
      if (plan.graph().degree(v) == 0) {
        out.write(Csv.quote(plan.labels().get(v)) + ',');
        out.write(zones == null ? "\n" : ',' + Csv.quote(zones.name(v)) + ",\n");
      }
    }
  }

  private static Graph<String, DefaultEdge> empty() {
    // Loops and duplicates are let in so that they can be named.
    return new Pseudograph<>(DefaultEdge.class);
  }

  private static GraphFile readDot(String text) {
    Map<String, String> zoneOf = new LinkedHashMap<>();
    DOTImporter<String, DefaultEdge> importer = new DOTImporter<>();
    importer.setVertexFactory(id -> id);
    importer.addVertexAttributeConsumer(
        (key, value) -> {
          if (key.getSecond().equals(ZONE)) {
            zoneOf.put(key.getFirst(), value.getValue());
          }
        });
    Graph<String, DefaultEdge> graph = empty();
    try {
      importer.importGraph(graph, new StringReader(text));
    } catch (ImportException | IllegalArgumentException e) {
      throw malformed("DOT", e);
    }
    return collect(graph, zoneOf);
  }

  private static GraphFile readGraphMl(String text) {
    if (text.contains("<!DOCTYPE")) {
      throw new BadGraphException("GraphML with a document type is not read");
    }
    try {
      GraphMlCheck.check(text);
    } catch (SAXException | IOException e) {
      throw malformed("GraphML", e);
    }
    // The importer makes its own vertices: keep the file's names beside them.
    Map<Integer, String> names = new LinkedHashMap<>();
    Map<Integer, String> zoneOf = new LinkedHashMap<>();
    SimpleGraphMLImporter<Integer, DefaultEdge> importer = new SimpleGraphMLImporter<>();
    importer.setSchemaValidation(false);
    importer.addVertexAttributeConsumer(
        (key, value) -> {
          if (key.getSecond().equals("ID")) {
            names.put(key.getFirst(), value.getValue());
          } else if (key.getSecond().equals(ZONE)) {
            zoneOf.put(key.getFirst(), value.getValue());
          }
        });
    int[] next = new int[1];
    Graph<Integer, DefaultEdge> graph = new Pseudograph<>(() -> next[0]++, DefaultEdge::new, false);
    try {
      importer.importGraph(graph, new StringReader(text));
    } catch (ImportException | IllegalArgumentException e) {
      throw malformed("GraphML", e);
    }
    Map<String, String> zoneOfName = new LinkedHashMap<>();
    Graph<String, DefaultEdge> named = empty();
    for (int vertex : graph.vertexSet()) {
      String name = names.getOrDefault(vertex, Integer.toString(vertex + 1));
      named.addVertex(name);
      String zone = zoneOf.get(vertex);
      if (zone != null) {
        zoneOfName.put(name, zone);
      }
    }
    for (DefaultEdge edge : graph.edgeSet()) {
      int source = graph.getEdgeSource(edge);
      int target = graph.getEdgeTarget(edge);
      named.addEdge(
          names.getOrDefault(source, Integer.toString(source + 1)),
          names.getOrDefault(target, Integer.toString(target + 1)));
    }
    return collect(named, zoneOfName);
  }

  private static GraphFile collect(Graph<String, DefaultEdge> graph, Map<String, String> zoneOf) {
    Collector collector = new Collector();
    for (String label : graph.vertexSet()) {
      int unused = collector.node(label);
    }
    for (DefaultEdge edge : graph.edgeSet()) {
      collector.link(graph.getEdgeSource(edge), graph.getEdgeTarget(edge));
    }
    zoneOf.forEach(collector::zone);
    return collector.file();
  }

  /** One line, with the number of the wrong line if anybody along the way knew it. */
  private static BadGraphException malformed(String form, Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SAXParseException at) {
        return new BadGraphException(
            "line " + at.getLineNumber() + ": " + firstLine(at.getMessage()), e);
      }
    }
    return new BadGraphException("malformed " + form + ": " + firstLine(e.getMessage()), e);
  }

  private static String firstLine(@Nullable String text) {
    return text == null ? "unreadable" : text.lines().findFirst().orElse("unreadable");
  }

  private static Map<String, Attribute> attributes(
      Plan plan, Map<String, Integer> index, String v) {
    Zones zones = plan.zones();
    Integer node = index.get(v);
    return zones == null || node == null
        ? Map.of()
        : Map.of(ZONE, DefaultAttribute.createAttribute(zones.name(node)));
  }

  private static Map<String, Integer> index(Plan plan) {
    Map<String, Integer> index = new LinkedHashMap<>();
    for (String label : plan.labels()) {
      index.put(label, index.size());
    }
    return index;
  }

  private static void writeDot(Plan plan, Writer out) {
    Map<String, Integer> index = index(plan);
    DOTExporter<String, DefaultEdge> exporter =
        new DOTExporter<>(v -> '"' + v.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
    exporter.setVertexAttributeProvider(v -> attributes(plan, index, v));
    exporter.exportGraph(plan.toGraph(), out);
  }

  private static void writeGraphMl(Plan plan, Writer out) {
    Map<String, Integer> index = index(plan);
    GraphMLExporter<String, DefaultEdge> exporter = new GraphMLExporter<>(v -> v);
    exporter.setVertexAttributeProvider(v -> attributes(plan, index, v));
    if (plan.zones() != null) {
      exporter.registerAttribute(
          ZONE, GraphMLExporter.AttributeCategory.NODE, AttributeType.STRING);
    }
    exporter.exportGraph(plan.toGraph(), out);
  }
}
