package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code remora agree} for Byzantine faults, in the simulator and on threads. */
class AgreeByzantineTest {
  private static final String FR = "agree --algorithm fast-and-robust ";

  @Test
  void theReport() {
    assertThat(Ran.remora(FR + "--propose red,blue,green --seed 42"))
        .isEqualTo(
            new Ran(
                0,
                """
                fast-and-robust, 3 processes, 3 memories, simulated

                  process  proposed  decided  when
                  1        red       red      after 2 delays
                  2        blue      red      after 14 delays
                  3        green     red      after 14 delays

                  decision   red, the first after 2 delays, the last after 14 delays
                  agreement  holds: no two differ
                  validity   holds: only what was proposed
                  paths      3 fast
                  cost       21 memory writes, 144 reads, 0 permission changes, 0 messages, 4 signatures, 8 verifications, 2,055 bytes
                  repeat     remora agree --algorithm fast-and-robust --propose red,blue,green --seed 42
                """,
                ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "silent",
        "flood",
        "replay",
        "random",
        "crash-late",
        "equivocate",
        "forge",
        "panic-early",
        "panic-late",
        "false-unanimity",
        "stale-replay",
        "lie-in-history",
        "betray",
        "collude"
      })
  void anyBehaviourIsTolerated(String behaviour) {
    for (String process : new String[] {"1:", "3:"}) {
      Ran ran = Ran.remora(FR + "--json --seed 7 --byzantine " + process + behaviour);
      assertThat(ran.code()).as(ran.toString()).isZero();
      assertThat(Ran.flat(ran.out())).containsEntry("agreement", true);
    }
  }

  @Test
  void theReportNamesPathsAndPanics() {
    assertThat(Ran.remora(FR + "--seed 1 --byzantine 3:silent").out())
        .contains("Byzantine: silent")
        .contains("1 fast after panic (", "1 backup after panic (");
  }

  @Test
  void prioritiesCount() {
    Ran ran =
        Ran.remora(
            "agree --algorithm preferential-paxos --json --propose a,b,c --priorities 1,9,9"
                + " --seed 1");
    assertThat(ran.code()).isZero();
    assertThat(Ran.flat(ran.out()).get("decisions.1")).isIn("b", "c");
  }

  @Test
  void cheapQuorumMayAbort() {
    Ran ran = Ran.remora("agree --algorithm cheap-quorum --seed 1 --byzantine 1:silent");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("none: cheap-quorum was left: no-value-in-time");
  }

  @ParameterizedTest
  @ValueSource(strings = {"robust-backup", "fast-and-robust"})
  void onThreads(String algorithm) {
    Ran ran =
        Ran.remora(
            "agree --backend local --json --timeout 60 --byzantine 3:silent --algorithm "
                + algorithm);
    assertThat(ran.code()).as(ran.toString()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --byzantine 1          | --byzantine is a process and a behaviour, such as 3:silent, not 1
          --byzantine 4:silent   | --byzantine is a number from 1 to 3, not 4
          --byzantine 1:nice     | --byzantine: unknown behaviour nice; known: silent, flood
          --byzantine 1:silent --byzantine 1:flood | --byzantine: process 1 is given twice
          --byzantine 1:silent --crash-process 2@1 | fast-and-robust needs n >= 2f+1 processes: with 2 of 3 faulty no majority
          --priorities 1         | --priorities: fast-and-robust knows none
          --processes 26         | --processes is a number from 1 to 25, not 26
          """)
  void badInput(String arguments, String message) {
    Ran ran = Ran.remora(FR + arguments);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("remora agree: " + message);
  }
}
