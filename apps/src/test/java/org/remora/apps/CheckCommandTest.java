package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CheckCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }

  private int check(String command) {
    return run(("check --algorithm " + command).split(" ", -1));
  }

  @Test
  void anExhaustedWorldIsReported() {
    assertThat(check("disk-paxos --exhaustive --memories 2 --json")).isEqualTo(Main.HOLDS);
    assertThat(out.toString())
        .contains("\"states\":290,")
        .containsPattern("\"revisits\":368,\"schedules\":\\d+,\"peakBytes\":\\d+,")
        .contains("\"exhausted\":true,\"violations\":0,\"property\":null,\"schedule\":null");
  }

  @Test
  void aMutationIsFoundAndReplays(@TempDir Path folder) throws Exception {
    Path picture = folder.resolve("x.svg");
    String mutant = "disk-paxos --exhaustive --mutation skip-final-read";
    assertThat(check(mutant + " --trace " + picture)).isEqualTo(Main.FAILS);
    assertThat(Files.readString(picture)).contains("<svg").contains("decides v1");
    assertThat(out.toString()).contains("agreement is broken").contains("decides v2");
    Matcher schedule = Pattern.compile("--replay '([^']+)'").matcher(out.toString());
    assertThat(schedule.find()).isTrue();
    String[] again = ("check --algorithm " + mutant + " --replay X").split(" ", -1);
    again[again.length - 1] = schedule.group(1);
    out.getBuffer().setLength(0);
    assertThat(run(again)).isEqualTo(Main.FAILS);
    assertThat(out.toString()).startsWith("agreement is broken").contains("decides v2");
    // Another rule broken: the same order of events, but nobody has decided at its end.
    again[5] = "decide-on-minority";
    out.getBuffer().setLength(0);
    assertThat(run(again)).isEqualTo(Main.HOLDS);
    assertThat(out.toString()).startsWith("nothing is wrong");
  }

  @Test
  void theBroadcastIsExplored(@TempDir Path folder) throws Exception {
    Path picture = folder.resolve("x.svg");
    String mutant = "robust-backup --exhaustive --mutation deliver-without-l2";
    assertThat(check(mutant + " --trace " + picture)).isEqualTo(Main.FAILS);
    assertThat(Files.readString(picture)).contains("<svg");
    assertThat(out.toString())
        .startsWith("robust-backup (its broadcast), 3 processes, 1 memories: ")
        .contains("totality is broken");
    Matcher schedule = Pattern.compile("--replay '([^']+)'").matcher(out.toString());
    assertThat(schedule.find()).isTrue();
    String[] again = ("check --algorithm " + mutant + " --replay X").split(" ", -1);
    again[again.length - 1] = schedule.group(1);
    assertThat(run(again)).isEqualTo(Main.FAILS);
  }

  @Test
  void cheapQuorumIsExploredWithAByzantineLeader() {
    assertThat(check("cheap-quorum --exhaustive --faulty-processes 1 --json"))
        .isEqualTo(Main.HOLDS);
    assertThat(out.toString()).contains("\"retries\":null,\"states\":", "\"exhausted\":true");
  }

  @Test
  void whatFollowsABeginningIsExplored() {
    List<String> words =
        new ArrayList<>(List.of("check", "--algorithm", "protected-memory-paxos", "--exhaustive"));
    words.addAll(List.of("--processes", "3", "--crash-process", "1@0", "--after", "p2 p2>m1"));
    assertThat(run(words.toArray(String[]::new))).isEqualTo(Main.HOLDS);
    assertThat(out.toString()).contains("exhausted").contains("no violation");
  }

  @Test
  void theLowerBoundIsShown() {
    assertThat(check("protected-memory-paxos --exhaustive --ignore-permissions --json"))
        .isEqualTo(Main.FAILS);
    assertThat(out.toString()).contains("\"property\":\"agreement\"");
  }

  @Test
  void aDepthThatCutsOffIsSaid() {
    assertThat(check("protected-memory-paxos --exhaustive --depth 9")).isEqualTo(Main.HOLDS);
    assertThat(out.toString()).contains("not exhausted").contains("no violation");
  }

  @Test
  void randomExecutionsAreRunAndAFindNamesItsSeed() {
    assertThat(check("paxos --runs 50 --json")).isEqualTo(Main.HOLDS);
    assertThat(out.toString()).contains("\"runs\":50,\"violations\":0");
    out.getBuffer().setLength(0);
    assertThat(check("paxos --runs 20000 --mutation keep-own-value")).isEqualTo(Main.FAILS);
    Matcher seed = Pattern.compile("--seed (\\d+)").matcher(out.toString());
    assertThat(seed.find()).isTrue();
    assertThat(check("paxos --runs 1 --mutation keep-own-value --seed " + seed.group(1)))
        .isEqualTo(Main.FAILS);
  }

  @ParameterizedTest
  @CsvSource({
    "x, unknown algorithm x",
    "paxos --mutation x, unknown mutation x",
    "paxos --exhaustive --runs 5, --runs does not go with --exhaustive",
    "paxos --depth 5, need --exhaustive",
    "disk-paxos --exhaustive --memories 0, needs at least one memory",
    "paxos --exhaustive --replay p9, cannot happen after",
    "paxos --replay p9, no scenario has p9",
    "paxos --exhaustive --seed 5, --seed: --exhaustive explores all",
    "paxos --exhaustive --after p9, --after: \"p9\" cannot happen after",
    "paxos --after p1, need --exhaustive",
    "paxos --exhaustive --faulty-processes 1, explores all that could happen instead",
    "paxos --exhaustive --crash-process 1@1, --crash-process: --exhaustive explores all",
    "cheap-quorum --exhaustive --retries 1, expires as often as it likes",
    "cheap-quorum --exhaustive --processes 3 --faulty-processes 2, at most one",
    "robust-backup --exhaustive --faulty-processes 0, the worlds of a Byzantine sender",
    "fast-and-robust --exhaustive, not small enough to be explored",
    "hybrid-ben-or --exhaustive, not small enough to be explored",
    "hybrid-ben-or --exhaustive --mutation skip-phase-p, not small enough to be explored",
    "robust-backup --exhaustive --processes 1, nobody is left to decide",
    "paxos --exhaustive --processes 5, at most 4 processes and 5 memories",
    "paxos --mutation panic-without-revoking, unknown mutation panic-without-revoking; known: skip",
    "cheap-quorum --mutation skip-phase-1, unknown mutation skip-phase-1; known: panic-without",
    "paxos --byzantine 1:liar, need --processes",
    "paxos --processes 3 --byzantine 1:silent, unknown behaviour silent; known: liar",
    "disk-paxos --faulty-memories 1, need --memories",
    "paxos --processes 3 --faulty-processes 3, --faulty-processes is a number from 0 to 2",
    "paxos --processes 2 --byzantine 1:liar --crash-process 2@1, nobody is left to decide",
    "paxos --processes 3 --byzantine 1:liar --faulty-processes 1, they do not go with",
    "hybrid-ben-or --degree 4, --degree needs --processes",
  })
  void badInputIsOneLine(String command, String line) {
    assertThat(check(command)).isEqualTo(Main.BAD_INPUT);
    assertThat(err.toString()).startsWith("remora check: ").contains(line).hasLineCount(1);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void everyAlgorithmIsSampled(String algorithm) {
    assertThat(check(algorithm + " --runs 3 --json")).isEqualTo(Main.HOLDS);
    assertThat(out.toString())
        .startsWith("{\"algorithm\":\"" + algorithm + "\",\"mutation\":null,\"runs\":3,")
        .contains("\"violations\":0,", "\"property\":null,\"seed\":null,\"schedule\":null,");
  }

  static List<String> algorithms() {
    return AgreeAlgorithm.names();
  }

  @ParameterizedTest
  @CsvSource({
    "robust-backup --byzantine 1:lie-in-history --processes 3 --mutation history-unchecked",
    "fast-and-robust --processes 3 --memories 3 --mutation panic-without-revoking",
    "protected-memory-paxos --processes 2 --memories 3 --ignore-permissions",
    "hybrid-ben-or --mutation count-messages",
    "aligned-paxos --processes 3 --memories 3 --byzantine 2:liar",
  })
  void whatIsBrokenIsFoundAndItsSeedAndItsLineReplay(String broken) {
    assertThat(check(broken + " --runs 20000")).isEqualTo(Main.FAILS);
    Matcher found = Pattern.compile("--seed (\\d+)\n.*--replay '([^']+)'").matcher(out.toString());
    assertThat(found.find()).as(out.toString()).isTrue();
    assertThat(check(broken + " --runs 1 --seed " + found.group(1))).isEqualTo(Main.FAILS);
    List<String> replay = new ArrayList<>(List.of(("check --algorithm " + broken).split(" ")));
    replay.add("--replay");
    replay.add(found.group(2));
    out.getBuffer().setLength(0);
    assertThat(run(replay.toArray(String[]::new))).isEqualTo(Main.FAILS);
    assertThat(out.toString()).contains("disagreement");
  }

  @Test
  void aSampledCounterexampleIsDrawn(@TempDir Path folder) throws Exception {
    Path picture = folder.resolve("x.svg");
    assertThat(check("paxos --processes 3 --byzantine 3:liar --trace " + picture))
        .isEqualTo(Main.FAILS);
    assertThat(Files.readString(picture)).contains("<svg").contains("decides lie1");
  }

  @Test
  void aRunThatIsStuckIsAViolation() {
    assertThat(
            check(
                "robust-backup --processes 3 --memories 3 --byzantine 2:silent --crash-process 3@0"
                    + " --events 50000 --runs 1"))
        .isEqualTo(Main.FAILS);
    assertThat(out.toString()).contains("no termination (LIMIT), decided {}");
  }
}
