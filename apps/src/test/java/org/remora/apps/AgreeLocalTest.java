package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code remora agree} on local threads. */
class AgreeLocalTest {
  private static final String LOCAL = "agree --json --backend local --timeout 60 --algorithm ";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "paxos",
        "disk-paxos",
        "protected-memory-paxos",
        "aligned-paxos",
        "paxos --crash-process 1@0",
        "disk-paxos --crash-process 1@0 --crash-process 2@0 --crash-memory 1@0",
        "protected-memory-paxos --crash-process 1@0 --crash-process 3@0 --crash-memory 2@0",
        "protected-memory-paxos --crash-process 1@0.2",
        "aligned-paxos --crash-memory 1@0 --crash-memory 2@0",
        "aligned-paxos --processes 5 --memories 2 --crash-process 1@0 --crash-memory 1@0"
            + " --crash-memory 2@0",
      })
  void decides(String flags) {
    Ran ran = Ran.remora(LOCAL + flags);
    assertThat(ran.code()).as(ran.toString()).isZero();
    Map<String, Object> json = ran.json();
    assertThat(json)
        .containsEntry("backend", "local")
        .containsEntry("agreement", true)
        .containsEntry("validity", true)
        .containsEntry("reason", null)
        .containsEntry("delays", null);
    assertThat((Long) json.get("elapsedMicros.first"))
        .isPositive()
        .isLessThanOrEqualTo((Long) json.get("elapsedMicros.last"));
  }

  @Test
  void givesUp() {
    Ran ran =
        Ran.remora(
            "agree --json --backend local --timeout 1 --algorithm protected-memory-paxos"
                + " --crash-memory 1@0 --crash-memory 2@0");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.json())
        .containsEntry("decisions.1", null)
        .containsEntry("elapsedMicros.first", null)
        .containsEntry("reason", "protected-memory-paxos needs m >= 2f+1 memories: 2 of 3 crashed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"protected-memory-paxos --crash-process 1@0.2", "fast-and-robust"})
  void decidesOverSockets(String flags) {
    Ran ran = Ran.remora("agree --backend socket --timeout 60 --algorithm " + flags);
    assertThat(ran.code()).as(ran.toString()).isZero();
    assertThat(ran.lines().get(0)).endsWith(", over sockets");
  }

  @Test
  void theReport() {
    Ran ran = Ran.remora("agree --backend local --algorithm paxos --propose red --seed 3");
    assertThat(ran.lines().get(0)).isEqualTo("paxos, 3 processes, 0 memories, on local threads");
    assertThat(ran.lines().get(3)).matches("  1        red       red      after [\\d,]+ µs");
    assertThat(ran.lines().get(10)).contains("; heartbeats included");
    assertThat(ran.lines().get(11))
        .isEqualTo(
            "  again      remora agree --backend local --algorithm paxos --propose red --seed 3");
  }
}
