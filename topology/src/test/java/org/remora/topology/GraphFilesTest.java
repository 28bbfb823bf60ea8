package org.remora.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphFilesTest {
  @TempDir private Path folder;

  private static Plan zoned() {
    List<String> labels = new ArrayList<>();
    List<String> zones = new ArrayList<>();
    for (int v = 0; v < 30; v++) {
      labels.add(v == 4 ? "a, \"b\" & <c>" : "node-" + v);
      zones.add("rack " + v % 6);
    }
    return Planner.plan(
        PlanRequest.of(30, 4)
            .withLabels(labels)
            .withZones(Zones.of(zones))
            .withSeed(Graphs.seed(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan.csv", "plan.dot", "plan.graphml", "plan.json"})
  void whatIsWrittenIsReadBack(String name) {
    Plan plan = zoned();
    Path file = folder.resolve(name);
    GraphFiles.write(plan, file);
    GraphFiles.GraphFile read = GraphFiles.read(file);
    assertThat(read.graph().edges()).isEqualTo(plan.graph().edges());
    assertThat(read.labels()).containsExactlyInAnyOrderElementsOf(plan.labels());
    EdgeList edges = read.graph().edgeList();
    Zones zones = read.zones();
    assertThat(zones).isNotNull();
    for (int i = 0; i < edges.size(); i++) {
      int a = plan.labels().indexOf(read.labels().get(edges.from(i)));
      int b = plan.labels().indexOf(read.labels().get(edges.to(i)));
      assertThat(plan.graph().hasEdge(a, b)).isTrue();
      assertThat(zones.name(edges.from(i))).isEqualTo("rack " + a % 6);
    }
    if (name.endsWith("json")) {
      assertThat(read.plan()).isEqualTo(plan);
    }
  }

  @Test
  void everyKindOfPlanSurvivesJson() {
    Plan random = Planner.plan(PlanRequest.of(101, 5).withSeed(Graphs.seed(2)));
    Plan grown = PlanChange.grow(random, List.of("x"), null, Graphs.seed(3), Effort.standard());
    Plan shrunk = PlanChange.shrink(grown, List.of("7", "9"), Graphs.seed(4), Effort.standard());
    Plan polarity = Planner.plan(PlanRequest.of(183, 14).withSeed(Graphs.seed(5)));
    Plan large = Planner.plan(PlanRequest.of(3_000, 6).withSeed(Graphs.seed(6)));
    for (Plan plan : List.of(random, grown, shrunk, polarity, large)) {
      Path file = folder.resolve("plan.json");
      GraphFiles.write(plan, file);
      assertThat(GraphFiles.read(file).plan()).isEqualTo(plan);
    }
  }

  private BadGraphException reading(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    return org.assertj.core.api.Assertions.catchThrowableOfType(
        BadGraphException.class, () -> GraphFiles.read(file));
  }

  @Test
  void badCsvIsNamedByLine() throws IOException {
    assertThat(reading("a.csv", "x,y\n1,2\n"))
        .hasMessage("a.csv: line 1: the header must start with node_a,node_b");
    assertThat(reading("a.csv", "node_a,node_b\n1,2\n\n3,3\n"))
        .hasMessage("a.csv: line 4: node 3 is linked to itself");
    assertThat(reading("a.csv", "node_a,node_b\n1,2\n2,1\n"))
        .hasMessage("a.csv: line 3: the link 2 - 1 comes twice");
    assertThat(reading("a.csv", "node_a,node_b\n1\n"))
        .hasMessage("a.csv: line 2: a row has 2 values as the header has, not 1");
    assertThat(reading("a.csv", "node_a,node_b\n\"1,2\n"))
        .hasMessage("a.csv: line 2: a quote is not closed");
    assertThat(reading("a.csv", "node_a,node_b,rack_a,rack_b\n1,2,a,b\n1,3,c,b\n"))
        .hasMessage("a.csv: line 3: node 1 is in zone a and in zone c");
    assertThat(reading("a.csv", "")).hasMessageStartingWith("a.csv: line 1: the header");
    assertThat(reading("a.csv", "node_a,node_b\n")).hasMessage("a.csv: the graph has no nodes");
  }

  @Test
  void otherBadFilesAreNamedByLineToo() throws IOException {
    assertThat(reading("a.json", "{\n\"schema\": \"remora-plan/1\",\n oops }"))
        .hasMessageStartingWith("a.json: line 3: ");
    assertThat(reading("a.json", "{\"schema\": \"other\"}")).hasMessageContaining("remora-plan/1");
    assertThat(reading("a.json", "{\"schema\": \"remora-plan/1\", \"nodes\": \"x\"}"))
        .hasMessage("a.json: plan file: 'nodes' must be a whole number");
    assertThat(reading("a.json", "[1, 2")).isNotNull();
    assertThat(reading("a.json", "")).isNotNull();
    assertThat(reading("a.dot", "graph {\n a -- b;\n b -- ;\n}\n")).hasMessageContaining("line 3");
    assertThat(reading("a.dot", "graph { a -- a; }")).hasMessageContaining("linked to itself");
    assertThat(reading("a.graphml", "<graphml>\n<graph>\n<node id=\"1\">\n</graphml>"))
        .hasMessageStartingWith("a.graphml: line 4: ");
    assertThat(reading("a.graphml", "<!DOCTYPE x><graphml/>"))
        .hasMessageContaining("document type");
    String edge = "<graphml>\n<graph>\n<node id=\"a\"/>\n<edge source=\"a\" target=\"";
    assertThat(reading("a.graphml", edge + "z\"/></graph></graphml>"))
        .hasMessage("a.graphml: line 4: unknown node z");
    assertThat(reading("a.graphml", edge + "a\"/></graph></graphml>"))
        .hasMessage("a.graphml: line 4: node a is linked to itself");
    assertThat(reading("a.txt", "")).hasMessageContaining(".csv, .dot, .graphml or .json");
    assertThatThrownBy(() -> GraphFiles.read(folder.resolve("none.csv")))
        .isInstanceOf(BadGraphException.class)
        .hasMessageContaining("no such file");
  }

  @Test
  void isolatedNodesSurviveCsv() throws IOException {
    Path file = folder.resolve("a.csv");
    Files.writeString(file, "\uFEFFnode_a,node_b\r\n 1 , 2 \r\nlonely,\r\n");
    GraphFiles.GraphFile read = GraphFiles.read(file);
    assertThat(read.labels()).containsExactly("1", "2", "lonely");
    assertThat(read.graph().degree(2)).isZero();
    Plan plan =
        Planner.audit(
            read.labels(), read.graph(), null, QueuePairs.ANY, Graphs.seed(1), Effort.standard());
    assertThat(plan.tolerance().exact()).hasValue(1);
    GraphFiles.write(plan, file);
    assertThat(GraphFiles.read(file).graph()).isEqualTo(read.graph());
  }

  @Test
  void picturesAreWellFormed() throws Exception {
    Path file = folder.resolve("plan.svg");
    Files.writeString(file, GraphPicture.svg(zoned()));
    javax.xml.parsers.DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(file.toFile());
    Plan large = Planner.plan(PlanRequest.of(501, 4).withSeed(Graphs.seed(1)));
    assertThatThrownBy(() -> GraphPicture.svg(large)).hasMessageContaining("500");
  }
}
