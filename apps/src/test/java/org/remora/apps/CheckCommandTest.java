package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remora.crash.CrashAlgorithm;

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
        .contains("\"states\":334,")
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
  })
  void badInputIsOneLine(String command, String line) {
    assertThat(check(command)).isEqualTo(Main.BAD_INPUT);
    assertThat(err.toString()).startsWith("remora check: ").contains(line).hasLineCount(1);
  }

  @Test
  void theTableIsMeasured() {
    assertThat(run("table", "--json", "--evidence")).isEqualTo(Main.HOLDS);
    for (CrashAlgorithm algorithm : CrashAlgorithm.values()) {
      assertThat(out.toString()).contains("\"algorithm\":\"" + algorithm.commandName() + "\"");
    }
    // The claims: paxos 2f+1, the others f+1 of the processes; a minority of the memories.
    assertThat(out.toString())
        .contains("\"memories\":0,\"processCrashes\":{\"survived\":1,\"refused\":2")
        .contains("\"processCrashes\":{\"survived\":2,\"refused\":null")
        .contains("\"memoryCrashes\":{\"survived\":1,\"refused\":2")
        .contains("\"memoryCrashes\":{\"survived\":2,\"refused\":3")
        .contains("\"delays\":4");
  }

  @Test
  void theEvidenceOfTheTableRepeats() {
    assertThat(run("table", "--evidence")).isEqualTo(Main.HOLDS);
    int repeated = 0;
    for (String line : out.toString().lines().toList()) {
      Matcher command =
          Pattern.compile("(survives|stuck|every execution): remora (.*)").matcher(line);
      if (command.find()) {
        int code = run(command.group(2).split(" ", -1));
        // More crashes of processes than a majority outlives are refused as bad input.
        assertThat(code == Main.HOLDS).as(line).isEqualTo(!command.group(1).equals("stuck"));
        repeated++;
      }
    }
    assertThat(repeated).isGreaterThan(12);
  }
}
