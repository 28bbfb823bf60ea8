package org.remora.tests.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README shows the example that is compiled here, and what it prints. */
class ReadmeTest {
  private static final Path TOP = Path.of("").toAbsolutePath().getParent();

  @Test
  void showsTheExampleAsItIsCompiled() throws IOException {
    List<String> lines =
        Files.readAllLines(
            TOP.resolve("tests/src/test/java/org/remora/tests/local/ReadmeExample.java"));
    List<String> example =
        lines
            .subList(lines.indexOf("    // README: begin") + 1, lines.indexOf("    // README: end"))
            .stream()
            .map(line -> line.isEmpty() ? line : line.substring(4))
            .toList();

    assertThat(example.stream().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(10);
    assertThat(readme()).contains("```java\n" + String.join("\n", example) + "\n```");
  }

  @Test
  void showsWhatTheExamplePrints() throws Exception {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      ReadmeExample.run();
    } finally {
      System.setOut(console);
    }

    String output = printed.toString(StandardCharsets.UTF_8).strip();
    assertThat(output).isIn("decided: red and red", "decided: blue and blue");
    assertThat(readme()).contains("decided: red and red");
  }

  private static String readme() throws IOException {
    return Files.readString(TOP.resolve("README.md"));
  }
}
