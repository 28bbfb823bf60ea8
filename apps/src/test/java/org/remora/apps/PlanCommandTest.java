package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {
  @TempDir private Path folder;
  private String out = "";
  private String err = "";

  private int remora(String... args) {
    Ran ran = Ran.of(args);
    out = ran.out();
    err = ran.err();
    return ran.code();
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void aPlanIsMadeVerifiedGrownAndCompared() throws IOException {
    assertThat(
            remora("plan", "--nodes", "70", "--degree", "6", "--json", "--output", file("a.json")))
        .isZero();
    assertThat(out)
        .contains("\"nodes\":70", "\"degree\":6", "\"edges\":", "\"lambda\":", "\"seconds\":")
        .contains("\"tolerance\":{\"certified\":", "\"impossible\":", "\"exact\":null")
        .hasLineCount(1);
    assertThat(remora("plan", "verify", file("a.json"))).isZero();
    assertThat(out).contains("claims confirmed").doesNotContain("REFUTED");
    assertThat(remora("plan", "grow", file("a.json"), "--add", "x,y", "--output", file("b.json")))
        .isZero();
    assertThat(remora("plan", "verify", file("b.json"), "--json")).isZero();
    assertThat(out).contains("\"confirmed\":true");
    assertThat(remora("plan", "diff", file("a.json"), file("b.json"))).isZero();
    assertThat(out).contains("+ node x", "+ node y", "\n- ", "\n+ ");
    assertThat(remora("plan", "shrink", file("b.json"), "--remove", "x", "--output", file("c.csv")))
        .isZero();
    assertThat(Files.readString(folder.resolve("c.csv"))).startsWith("node_a,node_b\n");
    assertThat(remora("plan", "--graph", file("c.csv"), "--failures", "40")).isZero();
    assertThat(remora("plan", "--graph", file("c.csv"), "--failures", "69")).isOne();
  }

  @Test
  void aPlanThatClaimsTooMuchIsRefused() throws IOException {
    assertThat(remora("plan", "--nodes", "30", "--degree", "4", "--output", file("a.json")))
        .isZero();
    String plan = Files.readString(folder.resolve("a.json"));
    Files.writeString(
        folder.resolve("b.json"), plan.replaceFirst("\"universal\" : \\d+", "\"universal\" : 29"));
    assertThat(remora("plan", "verify", file("b.json"))).isOne();
    assertThat(out).contains("REFUTED");
  }

  @Test
  void zonesAndBudgetsComeFromAFile() throws IOException {
    StringBuilder zones = new StringBuilder("node,zone,degree\n");
    for (int v = 0; v < 40; v++) {
      zones.append("n").append(v).append(",r").append(v % 8).append(v < 20 ? ",4\n" : ",6\n");
    }
    Files.writeString(folder.resolve("zones.csv"), zones);
    assertThat(
            remora(
                "plan",
                "--zones",
                file("zones.csv"),
                "--output",
                file("a.dot"),
                "--picture",
                file("a.svg")))
        .isZero();
    assertThat(out).contains("0 links within a zone", "at most 6 a node");
    assertThat(Files.readString(folder.resolve("a.svg"))).startsWith("<svg");
    assertThat(remora("plan", "--graph", file("a.dot"))).isZero();
    assertThat(out).contains("0 links within a zone");
  }

  @Test
  void theSmallestDegreeIsFound() {
    assertThat(remora("plan", "--nodes", "24", "--failures", "19", "--json")).isZero();
    assertThat(out).contains("\"degree\":4,");
  }

  @Test
  void aChartIsDrawn() throws IOException {
    assertThat(
            remora("plan", "chart", "--nodes", "40", "--degrees", "3,4", "--chart", file("c.svg")))
        .isZero();
    assertThat(Files.readString(folder.resolve("c.svg"))).contains("<svg");
    assertThat(out).contains("degree 3: ", "degree 4: ");
  }

  @Test
  void badInputIsOneLineAndTwo() throws IOException {
    refused("needs --nodes", "plan");
    refused("needs --degree", "plan", "--nodes", "10");
    refused("10 is not below 10", "plan", "--nodes", "10", "--degree", "10");
    refused("3 to 100000 nodes", "plan", "--nodes", "1000000000", "--degree", "4");
    refused("3 to 100000 nodes", "plan", "--nodes", "-5", "--degree", "4");
    refused("no such file", "plan", "--graph", file("none.csv"));
    refused("name ends in", "plan", "--nodes", "9", "--degree", "2", "--output", file("a.txt"));
    refused(
        "a seed is",
        "plan",
        "--nodes",
        "9",
        "--degree",
        "2",
        "--seed",
        "more than fifteen, no hex");
    refused(
        "at most degree 2", "plan", "--nodes", "9", "--degree", "4", "--queue-pair-budget", "2");
    Files.writeString(folder.resolve("bad.csv"), "node_a,node_b\na,b\nb,b\n");
    refused("bad.csv: line 3: node b is linked to itself", "plan", "--graph", file("bad.csv"));
    refused("claims nothing", "plan", "verify", csv());
    Files.writeString(folder.resolve("zones.csv"), "node,zone\na,1\na,2\n");
    refused(
        "zones.csv: line 3: node a comes twice",
        "plan",
        "--zones",
        file("zones.csv"),
        "--degree",
        "2");
    refused("unknown option --wat", "plan", "--wat");
  }

  private String csv() throws IOException {
    Files.writeString(folder.resolve("good.csv"), "node_a,node_b\na,b\nb,c\n");
    return file("good.csv");
  }

  private void refused(String message, String... args) {
    assertThat(remora(args)).isEqualTo(2);
    assertThat(err).contains(message).hasLineCount(1);
    assertThat(out).isEmpty();
  }
}
