package org.remora.tests.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's replicated map, as three processes that reach each other over sockets. */
class ReplicatedMapTest {
  private static final Path TOP = Path.of("").toAbsolutePath().getParent();

  private final List<Process> processes = new ArrayList<>();

  @TempDir private Path directory;

  @AfterEach
  void end() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void isOneMapInThreeProcessesAlsoWhenOneIsKilled() throws Exception {
    for (int self = 1; self <= 3; self++) {
      processes.add(start(self));
    }

    assertThat(ask(1, "colour=red")).isEqualTo("was null");
    assertThat(ask(3, "colour")).isEqualTo("is red");
    assertThat(ask(2, "colour=blue")).isEqualTo("was red");

    // With the replica goes its memory.
    processes.get(0).destroyForcibly().waitFor();

    assertThat(ask(2, "colour")).isEqualTo("is blue");
    assertThat(ask(3, "shape=round")).isEqualTo("was null");
    assertThat(ask(2, "shape")).isEqualTo("is round");
  }

  @Test
  void isWhatTheReadmeShows() throws IOException {
    List<String> lines =
        Files.readAllLines(
            TOP.resolve("tests/src/test/java/org/remora/tests/log/ReplicatedMap.java"));
    List<String> example =
        lines.subList(lines.indexOf("// README: begin") + 1, lines.indexOf("// README: end"));

    assertThat(Files.readString(TOP.resolve("README.md")))
        .contains("```java\n" + String.join("\n", example) + "\n```");
  }

  private Process start(int self) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            ReplicatedMap.class.getName(),
            Integer.toString(self),
            directory.toString(),
            "a secret of the three")
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The surefire time-out of the test bounds the wait. */
  private String ask(int self, String line) throws IOException {
    Process process = processes.get(self - 1);
    PrintWriter in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    in.println(line);
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    return out.readLine();
  }
}
