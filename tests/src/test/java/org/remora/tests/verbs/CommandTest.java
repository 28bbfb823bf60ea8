package org.remora.tests.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that use a card, as they are typed. */
@Tag("soft-roce")
class CommandTest {
  private static final String MAIN = "org.remora.apps.Main";

  @ParameterizedTest
  @ValueSource(
      strings = {"protected-memory-paxos", "aligned-paxos", "disk-paxos", "fast-and-robust"})
  void agree(String algorithm) throws Exception {
    try (Jvm jvm =
        Jvm.start(
            MAIN,
            "agree",
            "--backend",
            "verbs",
            "--address",
            Pair.address(),
            "--algorithm",
            algorithm,
            "--processes",
            3,
            "--memories",
            3,
            "--propose",
            "red,blue,green",
            "--timeout",
            100,
            "--json")) {
      String json = jvm.await("{");
      assertThat(jvm.awaitEnd()).isZero();
      assertThat(json)
          .contains("\"algorithm\":\"" + algorithm + "\"")
          .contains("\"backend\":\"verbs\"")
          .contains("\"agreement\":true", "\"validity\":true")
          .containsPattern("\"decisions\":\\{\"1\":\"(\\w+)\",\"2\":\"\\1\",\"3\":\"\\1\"\\}");
    }
  }

  @Test
  void aCrashedMemoryAndAnAddressOfNoCard() throws Exception {
    try (Jvm jvm =
            Jvm.start(
                MAIN,
                "agree",
                "--backend",
                "verbs",
                "--address",
                Pair.address(2),
                "--algorithm",
                "protected-memory-paxos",
                "--processes",
                2,
                "--memories",
                3,
                "--crash-memory",
                "3@0",
                "--crash-process",
                "1@0",
                "--timeout",
                100,
                "--json");
        Jvm none =
            Jvm.start(
                MAIN,
                "agree",
                "--backend",
                "verbs",
                "--address",
                "192.0.2.1",
                "--algorithm",
                "paxos",
                "--json")) {
      assertThat(jvm.await("{")).contains("\"agreement\":true").contains("\"1\":null,\"2\":\"");
      assertThat(jvm.awaitEnd()).isZero();
      assertThat(none.awaitEnd()).isEqualTo(2);
    }
  }

  @Test
  void devices() throws Exception {
    try (Jvm people = Jvm.start(MAIN, "devices");
        Jvm machines = Jvm.start(MAIN, "devices", "--json")) {
      assertThat(people.await("rxe0: ")).contains("queue pairs", "atomics: yes");
      assertThat(people.await("  port 1: active, Ethernet")).contains("::ffff:" + Pair.address());
      assertThat(people.await("lockable memory: ")).isEqualTo("unlimited");
      assertThat(people.awaitEnd()).isZero();
      assertThat(machines.await("{\"ready\":true,"))
          .contains("\"name\":\"rxe0\"", "::ffff:" + Pair.address(), "\"problems\":[]");
      assertThat(machines.awaitEnd()).isZero();
    }
  }

  /** The memories of KillTest are such ones, too; this one is told to end. */
  @Test
  void memory(@TempDir Path directory) throws Exception {
    Path key = Files.writeString(directory.resolve("key"), "00112233445566778899aabbccddeeff");
    try (Jvm jvm =
        Jvm.start(
            MAIN,
            "memory",
            "--transport",
            "verbs",
            "--number",
            1,
            "--processes",
            2,
            "--key-file",
            key,
            "--listen",
            Pair.address(3) + ":0",
            "--json")) {
      assertThat(jvm.await("{"))
          .startsWith("\"memory\":1,\"listen\":\"" + Pair.address(3) + ":")
          .contains("\"incarnation\":\"");
      jvm.terminate();
      assertThat(jvm.await("{")).contains("\"admitted\":0", "\"permissionChanges\":0");
      jvm.awaitEnd();
    }
  }
}
