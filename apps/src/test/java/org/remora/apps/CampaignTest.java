package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code remora campaign}: it goes on where it stopped, and what it finds replays. */
class CampaignTest {
  private static final String TWO = "campaign --algorithm paxos --algorithm cheap-quorum ";

  @TempDir private Path folder;

  static List<String> algorithms() {
    return AgreeAlgorithm.names();
  }

  @Test
  void stoppedAndResumedItComesToTheSame() throws IOException {
    Path whole = folder.resolve("whole.json");
    Path parts = folder.resolve("parts.json");
    Ran uninterrupted = Ran.remora(TWO + "--runs 3 --json --state", whole.toString());
    assertThat(uninterrupted.code()).isZero();

    Ran first = Ran.remora(TWO + "--runs 1 --state", parts.toString());
    assertThat(first.code()).isZero();
    // Stopped by the clock, somewhere, perhaps before anything has run.
    Ran second = Ran.remora(TWO + "--hours 0.00003 --runs 2 --state", parts.toString());
    assertThat(second.code()).isZero();
    Ran last = Ran.remora(TWO + "--runs 3 --json --state", parts.toString());

    assertThat(last).isEqualTo(uninterrupted);
    assertThat(parts).hasSameTextualContentAs(whole);
    assertThat(last.out())
        .contains("{\"algorithm\":\"paxos\",\"configurations\":3,\"runs\":9,\"decided\":9,")
        .contains("{\"algorithm\":\"cheap-quorum\",\"configurations\":32,\"runs\":96,")
        .contains("\"violations\":0");
    // Nothing is left to run, and nothing is run twice.
    assertThat(Ran.remora(TWO + "--runs 3 --json --state", parts.toString())).isEqualTo(last);
  }

  @Test
  void aStateLeftBehindInTheMiddleOfAConfigurationGoesOnThere() throws IOException {
    Path state = folder.resolve("state.json");
    Ran.remora("campaign --algorithm paxos --runs 5 --state", state.toString());
    CampaignState read = CampaignState.read(state);
    assertThat(read.configurations()).hasSize(3);
    CampaignState behind = new CampaignState();
    read.configurations()
        .forEach(
            (options, progress) -> {
              if (options.equals("--algorithm paxos")) {
                Hunt hunt = HuntOptions.parse(Evidence.words(options)).hunt();
                CampaignState.Progress earlier =
                    CampaignState.Progress.from(1).plus(hunt.one(1)).plus(hunt.one(2));
                behind.put(options, earlier);
              }
            });
    behind.write(state);
    Ran.remora("campaign --algorithm paxos --runs 5 --state", state.toString());
    assertThat(CampaignState.read(state).configurations()).isEqualTo(read.configurations());
  }

  @Test
  void aPlantedMistakeIsReducedToASeedAndALineThatReplays() {
    Ran ran = Ran.remora("campaign --algorithm disk-paxos --runs 250 --mutation keep-own-value");
    assertThat(ran.code()).isEqualTo(Main.FAILS);
    List<String> commands =
        ran.lines().stream().filter(line -> line.startsWith("  remora check ")).toList();
    assertThat(commands).hasSizeBetween(2, 24);
    for (String command : commands) {
      // In quotes stands the scenario, with blanks.
      Matcher words = Pattern.compile("'([^']*)'|(\\S+)").matcher(command.strip());
      List<String> args =
          words
              .results()
              .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
              .skip(1)
              .toList();
      Ran again = Ran.of(args.toArray(String[]::new));
      assertThat(again.code()).as(command).isEqualTo(Main.FAILS);
      assertThat(again.out()).contains("disagreement");
    }
  }

  @Test
  void whatItFindsStaysFound() {
    Path state = folder.resolve("state.json");
    String[] line = {"--state", state.toString()};
    String mutant = "campaign --algorithm paxos --mutation keep-own-value --seed 60 ";
    Ran first = Ran.remora(mutant + "--runs 300", line);
    assertThat(first.code()).isEqualTo(Main.FAILS);
    Ran summary = Ran.remora(mutant + "--hours 0", line);
    assertThat(summary).isEqualTo(first);
    assertThat(Ran.remora(mutant + "--hours 0 --json", line).out())
        .contains("\"failures\":[{\"options\":\"--algorithm paxos")
        .contains("\"schedule\":\"processes=");
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void everyConfigurationIsOneOfCheck(String algorithm) {
    assertThat(CampaignConfigurations.of(algorithm))
        .hasSizeGreaterThan(2)
        .doesNotHaveDuplicates()
        .allSatisfy(
            options -> {
              Hunt hunt = HuntOptions.parse(Evidence.words(options)).hunt();
              assertThat(hunt.algorithm()).isEqualTo(algorithm);
              assertThat(hunt.scenario(1).processes()).isPositive();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "--hours x, '--hours is a number such as 8 or 0.5, not x'",
    "--runs 0, '--runs is a number from 1 to 999,999,999, not 0'",
    "--algorithm raft, unknown algorithm raft; known: paxos",
    "--algorithm paxos --mutation x, unknown mutation x; known: skip-phase-1",
  })
  void badInput(String options, String message) {
    Ran ran = Ran.remora("campaign " + options);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("remora campaign: " + message).hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "[]",
        "{}",
        "{\"campaign\":\"remora-campaign/9\"}",
        "{\"campaign\":\"remora-campaign/1\",\"configurations\":[{\"options\":\"x\",\"next\":\"y\"}]}"
      })
  void aFileThatIsNoStateIsRefusedAndLeftAlone(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("state.json"), content);
    Ran ran = Ran.remora("campaign --algorithm paxos --runs 1 --state", file.toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("remora campaign: --state: ").hasLineCount(1);
    assertThat(file).hasContent(content);
  }

  /**
   * A nightly run: {@code remora.campaign.schedules} over a hundred seeds of each configuration.
   */
  @Tag("campaign")
  @Test
  void everythingHolds() {
    long seeds = Math.max(1, Long.getLong("remora.campaign.schedules", 100_000) / 100);
    Ran ran = Ran.remora("campaign --runs " + seeds);
    assertThat(ran.code()).as(ran.out()).isZero();
  }
}
