package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
  @TempDir private Path folder;

  @Test
  void measuresOurLogBesideTheFloors() throws IOException {
    Path plot = folder.resolve("bench.svg");

    Ran ran =
        Ran.remora(
            "bench log --over local,unix --rounds 1 --warm-up 0 --seconds 0.1 --outstanding 1"
                + " --bytes 64 --plot",
            plot.toString());

    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.out())
        .contains("1 outstanding, 64 bytes")
        .contains("floor: hand-off")
        .contains("floor: TCP echo")
        .contains("Remora, local");
    assertThat(Files.readString(plot)).contains("<svg");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bench lag | unknown benchmark lag; known: log, failover",
        "bench log --bytes 7 | --bytes is in 8..32768",
        "bench log --over air | unknown way air; known: local, unix, tcp",
        "bench failover --kills 0 | --kills is in 1..10000, --misses in 1..1000",
        "bench failover --heartbeat-micros 1 | --heartbeat-micros is in 100..1000000",
        "bench log --outstanding 0 | --outstanding is in 1..4096",
        "bench log --against raft | unknown peer raft; known: all, microraft,",
      })
  void badInputIsToldInOneLine(String command, String message) {
    Ran ran = Ran.remora(command);

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains(message).hasLineCount(1);
  }
}
