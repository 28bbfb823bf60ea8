package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remora.memory.ProcessSet;

class GroupFileTest {
  private static final String GOOD =
      """
      key-file: group.key
      memories:
        - listen: tcp:127.0.0.1:7101
        - listen: unix:memory-2
          bytes-max: 1000000
        - listen: tcp:127.0.0.1:7103
          spare: true
      replicas:
        - listen: tcp:127.0.0.1:7201
          clients: tcp:127.0.0.1:7301
      log:
        ring: 256
        window: 8
      """;

  @TempDir private Path folder;

  @Test
  void tellsWhoTakesPart() throws IOException {
    GroupFile file = GroupFile.read(file(GOOD));

    assertThat(file.group().memories()).hasSize(3);
    assertThat(file.members().memories()).isEqualTo(ProcessSet.of(1, 2));
    assertThat(file.members().replicas()).isEqualTo(ProcessSet.of(1));
    assertThat(file.log().ring()).isEqualTo(256);
    assertThat(file.clients()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "window: 8            | window: 800          | :12: 1 <= window <= ring",
        "window: 8            | window: many         | :13: window is a number, not many",
        "bytes-max: 1000000   | bytes: 1             | :5: unknown key bytes; known: bytes-max,",
        "key-file: group.key  | other: x             | :1: unknown key other; known: key-file,",
        "key-file: group.key  | tls: x               | :1: keys with values are expected",
        "ring: 256            | rings: 256           | :12: unknown key rings; known: entry-bytes,",
        "spare: true          | spare: yes           | :7: spare: true or false, not yes",
        "tcp:127.0.0.1:7103   | tcp:127.0.0.1        | :6: listen: an address is tcp:HOST:PORT",
        "tcp:127.0.0.1:7301   | unix:clients         | :10: clients: clients come over PORT",
        "clients: tcp         | spare: true #        | :9: clients is missing",
        "key-file: group.key  | key-file: 'group.key | :14: found unexpected end of stream",
        "replicas:            | others:              | :8: unknown key others",
      })
  void tellsTheLineOfTheMistake(String good, String bad, String message) throws IOException {
    Path file = file(GOOD.replace(good, bad));

    Ran ran = Ran.remora("client --group", file.toString(), "status");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains(message).hasLineCount(1);
  }

  @Test
  void aKeyThatIsTooShort() throws IOException {
    Path file = file(GOOD);
    Files.writeString(folder.resolve("group.key"), "00ff\n");

    Ran ran = Ran.remora("replica --number 1 --group", file.toString());

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("group.key: a key of 2 bytes").hasLineCount(1);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("group.yaml"), text);
  }
}
