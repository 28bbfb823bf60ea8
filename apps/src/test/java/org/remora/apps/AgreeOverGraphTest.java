package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code remora agree --algorithm hybrid-ben-or}, over a path of five nodes. */
class AgreeOverGraphTest {
  @TempDir private Path folder;
  private String path = "";

  @BeforeEach
  void writePath() throws IOException {
    path = file("path.csv", "node_a,node_b\na,b\nb,c\nc,d\nd,e\n");
  }

  @ParameterizedTest
  @CsvSource({"cas, shared", "cas, local", "registers, shared", "registers, local"})
  void decidesThoughAllButTwoCrash(String objects, String coin) {
    Ran ran =
        agree(
            "--graph",
            path,
            "--objects",
            objects,
            "--coin",
            coin,
            "--propose",
            "x,y,x,y,x",
            "--crash-process",
            "1@0",
            "--crash-process",
            "3@2",
            "--crash-process",
            "5@0",
            "--seed",
            "3");
    assertThat(ran.code()).as(ran.toString()).isZero();
    assertThat(ran.out())
        .startsWith("hybrid-ben-or, 5 processes, 5 memories, simulated\n")
        .contains("agreement  holds: no two differ", "validity   holds: only what was proposed");
  }

  @Test
  void beyondWhatTheGraphSurvivesItRunsAndSaysWhyItIsStuck() {
    Ran ran =
        agree(
            "--graph",
            path,
            "--crash-process",
            "2@0",
            "--crash-process",
            "3@0",
            "--crash-process",
            "4@0",
            "--crash-process",
            "5@0");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out())
        .contains(
            "decision   none: hybrid-ben-or needs |N[S]| > n/2: S, those that live and all whose"
                + " memories live, has 1 of 5 processes, N[S] 2\n");
  }

  @Test
  void aMemoryThatCrashesStopsItsNeighbours() {
    assertThat(agree("--graph", path, "--crash-memory", "3@0").code()).isZero();
    Ran ran = agree("--graph", path, "--crash-memory", "2@0", "--crash-memory", "4@0");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("has 0 of 5 processes, N[S] 0\n");
  }

  @Test
  void withoutAGraphAllShareMemoryWithAll() {
    Ran ran =
        agree(
            "--processes",
            "4",
            "--crash-process",
            "1@0",
            "--crash-process",
            "2@0",
            "--crash-process",
            "3@0",
            "--json");
    assertThat(ran.code()).as(ran.toString()).isZero();
    assertThat(ran.json())
        .containsEntry("algorithm", "hybrid-ben-or")
        .containsEntry("processes", 4L)
        .containsEntry("memories", 4L);
  }

  @Test
  void theReportNamesGraphObjectsAndCoin() {
    Ran ran = agree("--graph", path, "--objects", "registers", "--coin", "local", "--json");
    assertThat(ran.json())
        .containsEntry("graph.nodes", 5L)
        .containsEntry("graph.edges", 4L)
        .containsEntry("graph.degree", 2L)
        .containsEntry("connectionsOfMemory", 3L)
        .containsEntry("objects", "registers")
        .containsEntry("coin", "local");
    assertThat(agree("--processes", "12", "--degree", "4", "--propose", "x", "--json").json())
        .containsEntry("graph.degree", 4L)
        .containsEntry("objects", "cas")
        .containsEntry("coin", "shared");
  }

  @Test
  void onThreads() {
    Ran ran = agree("--graph", path, "--backend", "local", "--crash-process", "3@0");
    assertThat(ran.code()).as(ran.toString()).isZero();
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    String[] options = {"--graph", path, "--seed", "9", "--latency", "uniform", "--json"};
    assertThat(agree(options)).isEqualTo(agree(options));
  }

  @Test
  void badInputIsOneLine() throws IOException {
    assertThat(agree("--graph", path, "--processes", "4").err())
        .isEqualTo("remora agree: --processes 4: the graph has 5 nodes\n");
    assertThat(agree("--graph", path, "--memories", "3").err())
        .isEqualTo("remora agree: --memories 3: hybrid-ben-or has one memory per process, 5\n");
    assertThat(agree("--graph", folder.resolve("none.csv").toString()).err())
        .startsWith("remora agree: --graph: ")
        .endsWith("none.csv: there is no such file\n");
    assertThat(agree("--graph", file("bad.csv", "node_a,node_b\na\n")).err())
        .startsWith("remora agree: --graph: bad.csv: ")
        .contains("2");
    assertThat(agree("--objects", "sand").err())
        .isEqualTo("remora agree: --objects sand: known are cas, registers\n");
    assertThat(agree("--coin", "euro").err())
        .isEqualTo("remora agree: --coin euro: known are shared, local\n");
    assertThat(agree("--processes", "1", "--crash-process", "1@0").err())
        .isEqualTo(
            "remora agree: hybrid-ben-or needs n >= f+1 processes: with 1 of 1 crashed nobody is left to decide\n");
    Ran other = Ran.of("agree", "--algorithm", "paxos", "--graph", path);
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err())
        .isEqualTo("remora agree: --graph is for hybrid-ben-or, not for paxos\n");
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  private static Ran agree(String... options) {
    List<String> words = new ArrayList<>(List.of("agree", "--algorithm", "hybrid-ben-or"));
    words.addAll(List.of(options));
    return Ran.of(words.toArray(String[]::new));
  }
}
