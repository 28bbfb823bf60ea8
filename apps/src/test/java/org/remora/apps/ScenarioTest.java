package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.remora.sim.Choice;

/** Scenarios as drawn from seeds, as lines, and as shrunk. */
class ScenarioTest {
  static List<String> algorithms() {
    return AgreeAlgorithm.names();
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void aLineReplaysItsScenario(String algorithm) {
    Hunt hunt = hunt("--algorithm " + algorithm);
    for (long seed = 1; seed <= 300; seed++) {
      Scenario drawn = hunt.scenario(seed);
      String line = ScenarioText.of(drawn);
      Scenario parsed = ScenarioText.parse(algorithm, line);
      assertThat(ScenarioText.of(parsed)).isEqualTo(line);
      if (seed <= 5) {
        Execution one = hunt.run(drawn);
        Execution two = hunt.run(parsed);
        assertThat(two.decisions()).isEqualTo(one.decisions());
        assertThat(two.events()).isEqualTo(one.events());
        assertThat(two.costs()).isEqualTo(one.costs());
      }
    }
  }

  @Test
  void whatIsGivenIsNotDrawn() {
    Hunt hunt =
        hunt(
            "--algorithm fast-and-robust --processes 5 --memories 3 --byzantine 2:forge"
                + " --crash-process 4@1.5 --crash-memory 1@0 --latency wide --adversarial 7"
                + " --propose a,b");
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(ScenarioText.of(hunt.scenario(seed)))
          .startsWith("processes=5 memories=3 faults=2 patience=")
          .contains(
              " seed=" + seed + " adversarial=7 latency=wide ",
              " crash=p4@1500 crash=m1@0 ",
              " byzantine=2:forge ",
              "propose=1:a@")
          .doesNotContain("propose=3");
    }
  }

  @Test
  void asManyFailAsIsAskedFor() {
    Hunt crash = hunt("--algorithm disk-paxos --processes 4 --memories 5 --faulty-processes 3");
    Hunt byzantine =
        hunt(
            "--algorithm robust-backup --processes 7 --memories 5 --faulty-processes 3"
                + " --faulty-memories 2");
    for (long seed = 1; seed <= 50; seed++) {
      assertThat(ScenarioText.of(crash.scenario(seed)).split("crash=p", -1)).hasSize(4);
      assertThat(ScenarioText.of(crash.scenario(seed))).doesNotContain("crash=m");
      assertThat(byzantine.scenario(seed).byzantine()).hasSize(3);
      assertThat(ScenarioText.of(byzantine.scenario(seed)).split("crash=m", -1)).hasSize(3);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "paxos, keep-own-value, 60000",
    "disk-paxos, skip-final-read, 60000",
    "hybrid-ben-or, skip-phase-p, 20000",
    "fast-and-robust, panic-without-revoking, 20000",
  })
  void shrinkingKeepsWhatIsWrongAndLeavesNothingElse(String algorithm, String rule, long seeds) {
    Hunt hunt = hunt("--algorithm " + algorithm + " --mutation " + rule);
    long seed = hunt.sample(1, seeds).failure().orElseThrow().seed();
    Scenario failing = hunt.scenario(seed);
    Scenario shrunk = ScenarioShrinker.shrink(hunt, failing);
    assertThat(hunt.run(shrunk).unsafe()).isNotEmpty();
    assertThat(ScenarioShrinker.shrink(hunt, shrunk)).isEqualTo(shrunk);
    // Of the schedule no event can be left out, and the line holds it.
    assertThat(shrunk.adversarialEvents()).isZero();
    for (int i = 0; i < shrunk.choices().size(); i++) {
      List<Choice> fewer = new ArrayList<>(shrunk.choices());
      fewer.remove(i);
      assertThat(hunt.run(shrunk.withChoices(fewer)).unsafe()).isEmpty();
    }
    Scenario parsed = ScenarioText.parse(algorithm, ScenarioText.of(shrunk));
    assertThat(ScenarioText.of(parsed)).isEqualTo(ScenarioText.of(shrunk));
    assertThat(hunt.run(parsed).unsafe()).isEqualTo(hunt.run(shrunk).unsafe());
    // Without the mutation it was the rule, not the scenario.
    Hunt kept = hunt("--algorithm " + algorithm);
    assertThat(kept.run(shrunk).unsafe()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "processes=3",
        "processes=0 memories=0",
        "processes=3 memories=0 processes=3",
        "processes=3 memories=0 crash=p4@1",
        "processes=3 memories=0 crash=m1@1",
        "processes=3 memories=0 crash=p1",
        "processes=3 memories=0 lead=1:5>9",
        "processes=3 memories=0 lead=1:9>1,5>2",
        "processes=3 memories=0 lead=4:9>1",
        "processes=3 memories=0 propose=1:%zz@0",
        "processes=3 memories=0 latency=slow",
        "processes=3 memories=0 byzantine=1:equivocate",
        "processes=3 memories=0 seed=99999999999999999999",
        "processes=3 memories=0 slow=m1:0-9+9",
        "processes=3 memories=0 broken=1000",
        "processes=3 memories=0 nonsense",
        "processes=3 memories=0 order=p1,q",
        "processes=3 memories=0 adversarial=5 order=p1",
      })
  void whatIsNoScenarioIsRefused(String line) {
    assertThatThrownBy(() -> ScenarioText.parse("paxos", line))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("no scenario has ");
  }

  private static Hunt hunt(String options) {
    return HuntOptions.parse(Evidence.words(options)).hunt();
  }
}
