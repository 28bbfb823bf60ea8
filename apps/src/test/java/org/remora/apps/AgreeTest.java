package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code remora agree} in the simulator. */
class AgreeTest {
  private static final String PMP = "agree --algorithm protected-memory-paxos ";
  private static final String README = PMP + "--processes 2 --memories 3 --propose red,blue ";

  @Test
  void theReport() {
    assertThat(Ran.remora(README + "--seed 42"))
        .isEqualTo(
            new Ran(
                0,
                """
                protected-memory-paxos, 2 processes, 3 memories, simulated

                  process  proposed  decided  when
                  1        red       red      after 2 delays
                  2        blue      red      after 3 delays

                  decision   red, the first after 2 delays, the last after 3 delays
                  agreement  holds: no two differ
                  validity   holds: only what was proposed
                  cost       3 memory writes, 0 reads, 0 permission changes, 2 messages, 86 bytes
                  repeat     remora agree --algorithm protected-memory-paxos --processes 2 --memories 3 --propose red,blue --seed 42
                """,
                ""));
  }

  @Test
  void theReportWithCrashes() {
    assertThat(
            Ran.remora(
                README + "--crash-process 1@1.5 --crash-memory 3@0 --crash-memory 1@50 --seed 42"))
        .isEqualTo(
            new Ran(
                0,
                """
                protected-memory-paxos, 2 processes, 3 memories, simulated

                  process  proposed  decided  when
                  1        red       –        crashed at delay 1.5
                  2        blue      red      after 19.5 delays

                  decision   red, after 19.5 delays
                  agreement  holds: no two differ
                  validity   holds: only what was proposed
                  cost       7 memory writes, 2 reads, 3 permission changes, 2 messages, 172 bytes
                  crashed    process 1 at delay 1.5, memory 3 at delay 0; planned after the end: memory 1 at delay 50
                  repeat     remora agree --algorithm protected-memory-paxos --processes 2 --memories 3 --propose red,blue --crash-process 1@1.5 --crash-memory 3@0 --crash-memory 1@50 --seed 42
                """,
                ""));
  }

  @Test
  void theReportWithoutADecision() {
    Ran ran = Ran.remora(README + "--crash-memory 1@0 --crash-memory 2@1 --seed 42");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.lines())
        .contains(
            "  1        red       –        never",
            "  2        blue      –        never",
            "  decision   none: protected-memory-paxos needs m >= 2f+1 memories: 2 of 3 crashed",
            "  agreement  holds: nobody decided",
            "  crashed    memory 1 at delay 0, memory 2 at delay 1");
  }

  @Test
  void theJsonObject() {
    Map<String, Object> json = Ran.remora(README + "--json --crash-memory 3@1 --seed -7").json();
    assertThat(json)
        .containsEntry("algorithm", "protected-memory-paxos")
        .containsEntry("backend", "sim")
        .containsEntry("processes", 2L)
        .containsEntry("memories", 3L)
        .containsEntry("seed", -7L)
        .containsEntry("proposals.1", "red")
        .containsEntry("proposals.2", "blue")
        .containsEntry("decisions.1", "red")
        .containsEntry("decisions.2", "red")
        .containsEntry("agreement", true)
        .containsEntry("validity", true)
        .containsEntry("reason", null)
        .containsEntry("delays.first", 2L)
        .containsEntry("delays.last", 3L)
        .containsEntry("elapsedMicros", null)
        .containsEntry("counts.memoryReads", 0L)
        .containsEntry("counts.memoryWrites", 3L)
        .containsEntry("counts.compareAndSwaps", 0L)
        .containsEntry("counts.permissionChanges", 0L)
        .containsEntry("counts.messages", 2L)
        .containsEntry("counts.signatures", 0L)
        .containsEntry("counts.verifications", 0L)
        .containsEntry("counts.bytes", 86L)
        .containsEntry("crashed.memories.3", 1L)
        .hasSize(25);
  }

  @Test
  void theJsonObjectWithoutADecision() {
    Ran ran = Ran.remora(README + "--json --crash-memory 1@0 --crash-memory 2@0.25");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.lines()).hasSize(1);
    assertThat(ran.json())
        .containsEntry("decisions.1", null)
        .containsEntry("decisions.2", null)
        .containsEntry("agreement", true)
        .containsEntry("validity", true)
        .containsEntry("delays.first", null)
        .containsEntry("delays.last", null)
        .containsEntry("crashed.memories.2", 0.25)
        .containsEntry("reason", "protected-memory-paxos needs m >= 2f+1 memories: 2 of 3 crashed");
  }

  @ParameterizedTest
  @CsvSource({"paxos,2", "disk-paxos,4", "protected-memory-paxos,2", "aligned-paxos,2"})
  void theFirstDecisionComesAfter(String algorithm, long delays) {
    Ran ran = Ran.remora("agree --json --algorithm " + algorithm);
    assertThat(ran.code()).isZero();
    assertThat(ran.json())
        .containsEntry("delays.first", delays)
        .containsEntry("delays.last", delays + 1)
        .containsEntry("processes", 3L)
        .containsEntry("memories", algorithm.equals("paxos") ? 0L : 3L)
        .containsEntry("decisions.3", "v1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"disk-paxos", "protected-memory-paxos"})
  void allButOneProcessMayCrash(String algorithm) {
    for (String time : List.of("0", "0.5", "1", "1.5", "2", "2.5", "3", "4", "7")) {
      Ran ran =
          Ran.remora(
              "agree --json --processes 4 --crash-memory 2@1 --algorithm "
                  + algorithm
                  + " --crash-process 1@T --crash-process 2@T --crash-process 4@T"
                      .replace("T", time));
      assertThat(ran.code()).as("%s at %s", algorithm, time).isZero();
      assertThat(ran.json().get("decisions.3")).isIn("v1", "v2", "v3", "v4");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --algorithm disk-paxos --crash-memory 1@0 --crash-memory 3@0 | disk-paxos needs m >= 2f+1 memories: 2 of 3 crashed
          --algorithm disk-paxos --memories 1 --crash-memory 1@1 | disk-paxos needs m >= 2f+1 memories: 1 of 1 crashed
          --algorithm protected-memory-paxos --memories 2 --crash-memory 1@1 | protected-memory-paxos needs m >= 2f+1 memories: 1 of 2 crashed
          --algorithm aligned-paxos --crash-process 2@0 --crash-memory 1@0 --crash-memory 3@0 | aligned-paxos needs n+m >= 2f+1 agents: 1 of 3 processes and 2 of 3 memories crashed
          --algorithm paxos --propose red --crash-process 1@0 | whoever proposed crashed too early to be heard, and nobody else proposed
          """)
  void withoutADecision(String flags, String reason) {
    Ran ran = Ran.remora("agree --json " + flags);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.json()).containsEntry("reason", reason).containsEntry("delays.first", null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--algorithm aligned-paxos --crash-memory 1@0 --crash-memory 2@0",
        "--algorithm aligned-paxos --processes 4 --memories 1 --crash-memory 1@0"
            + " --crash-process 3@0",
        "--algorithm aligned-paxos --processes 2 --memories 3 --crash-process 1@0"
            + " --crash-memory 1@0",
        "--algorithm aligned-paxos --memories 0",
        "--algorithm paxos --processes 5 --crash-process 1@0 --crash-process 2@0",
        "--algorithm paxos --processes 1",
        "--algorithm protected-memory-paxos --crash-memory 1@3 --crash-memory 2@3",
        "--algorithm paxos --memories 3 --crash-memory 1@0 --crash-memory 2@0 --crash-memory 3@0",
        "--algorithm disk-paxos --latency uniform --seed 5",
        "--algorithm aligned-paxos --latency heavy-tailed --crash-process 1@1 --seed 5",
        "--algorithm paxos --processes 1000 --memories 1000 --latency uniform --seed 5",
      })
  void decides(String flags) {
    assertThat(Ran.remora("agree " + flags).code()).isZero();
  }

  @Test
  void whoProposesNothingLearns() {
    assertThat(Ran.remora(PMP + "--json --propose red").json())
        .containsEntry("decisions.1", "red")
        .containsEntry("decisions.2", "red")
        .containsEntry("decisions.3", "red")
        .containsEntry("proposals.1", "red")
        .doesNotContainKey("proposals.2");
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    String command = "agree --algorithm disk-paxos --latency heavy-tailed --crash-process 1@2 ";
    Ran first = Ran.remora(command + "--seed 11");
    assertThat(Ran.remora(command + "--seed 11")).isEqualTo(first);
    assertThat(Ran.remora(command + "--seed 12").lines().subList(0, 9))
        .isNotEqualTo(first.lines().subList(0, 9));
  }

  @Test
  void aSeedThatWasDrawnIsTold() {
    Ran first = Ran.remora("agree --algorithm paxos --latency uniform");
    String repeat =
        first.lines().get(first.lines().size() - 1).replaceAll(".* repeat +remora ", "");
    assertThat(Ran.remora(repeat)).isEqualTo(first);
  }

  @Test
  void valuesMayHoldAnythingButCommas() {
    Ran ran = Ran.remora(PMP + "--seed 1 --propose", " grün 日本 , it's,--json");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("  1         grün 日本    grün 日本   after 2 delays\n")
        .contains("\n  2         it's     ")
        .endsWith("--propose ' grün 日本 , it'\\''s,--json'\n");
    assertThat(Ran.remora(PMP + "--json --propose", "a\"b\\\n\u0001\u001b,@x").json())
        .containsEntry("decisions.1", "a\"b\\\n\u0001\u001b")
        .containsEntry("proposals.2", "@x");
  }

  @Test
  void nothingThatAValueHoldsReachesTheTerminal() {
    Ran ran = Ran.remora(PMP + "--propose", "\u001b[31mred\n\u202egnp\u009b");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).doesNotContain("\u001b", "\u202e", "\u009b").contains("0x1b5b33316d");
  }

  @Test
  void theReportFitsAScreen() {
    Ran ran = Ran.remora(PMP + "--processes 1000 --propose", "x".repeat(65_536));
    assertThat(ran.lines()).hasSizeLessThan(25).allMatch(line -> line.length() < 200);
    assertThat(ran.out()).contains("… and 989 more, of which 989 decided, the last after 3 delays");
  }

  @Test
  void theNumbersOfOtherCountriesStayOut() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Ran.remora(PMP + "--processes 1000").out())
          .startsWith("protected-memory-paxos, 1,000");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aTraceAsPicture(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("run.svg");
    String flags = "--crash-process 1@1.5 --crash-memory 3@0 --seed 1 --trace ";
    Ran ran = Ran.remora(README + flags + file);
    assertThat(ran.code()).isZero();
    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    assertThat(file).content().contains("protected-memory-paxos, seed 1").contains("decides red");

    byte[] first = Files.readAllBytes(file);
    assertThat(Ran.remora(README + flags + file)).isEqualTo(ran);
    assertThat(file).hasBinaryContent(first);
  }

  @Test
  void aTraceAsLines(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("run.jsonl");
    assertThat(Ran.remora(README + "--trace " + file).code()).isZero();
    List<Map<String, Object>> events = Files.readAllLines(file).stream().map(Ran::flat).toList();
    assertThat(events).allMatch(event -> event.containsKey("delays"));
    assertThat(events)
        .filteredOn(event -> "mark".equals(event.get("event")))
        .extracting(event -> event.get("process"), event -> event.get("text"))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1L, "decides red"),
            org.assertj.core.groups.Tuple.tuple(2L, "decides red"));
  }

  @Test
  void help() {
    Ran ran = Ran.remora("agree --help");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("Examples:", "--algorithm=NAME", "--crash-memory=M@TIME", "aligned-paxos")
        .doesNotContain("\u001b");
    assertThat(Ran.remora("--help").out()).contains("agree");
  }
}
