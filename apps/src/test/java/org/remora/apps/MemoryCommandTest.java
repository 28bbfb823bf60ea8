package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remora.memory.LegalChange;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.socket.Endpoint;
import org.remora.socket.PreSharedKeys;
import org.remora.socket.SocketProcess;

final class MemoryCommandTest {
  private static final Region SLOTS =
      Region.of(0, "slots", 4, 64, Permission.open(1), LegalChange.NEVER);
  private static final String SECRET = "00112233445566778899aabbccddeeff";

  @Test
  void hostsAMemoryUntilItIsInterrupted(@TempDir Path directory) throws Exception {
    Path key = Files.writeString(directory.resolve("key"), SECRET + "\n");
    Path config =
        Files.writeString(
            directory.resolve("memory.conf"),
            "# the first memory\nnumber = 1\nlisten = tcp:127.0.0.1:0 # any port\nkey-file = "
                + key
                + "\n");
    StringWriter out = new StringWriter();
    CompletableFuture<Integer> code = new CompletableFuture<>();
    Thread command =
        new Thread(
            () ->
                code.complete(
                    Main.run(
                        new PrintWriter(out),
                        new PrintWriter(new StringWriter()),
                        "memory",
                        "--json",
                        "--config",
                        config.toString())));
    command.start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (out.toString().indexOf('\n') < 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      assertThat(code).isNotDone();
      LockSupport.parkNanos(1_000_000);
    }
    Endpoint endpoint = Endpoint.parse((String) Ran.flat(out.toString()).get("listen"));
    try (SocketProcess process =
        SocketProcess.of(
                1,
                new SocketProcess.Group(List.of(Endpoint.tcp("127.0.0.1", 0)), List.of(endpoint)),
                PreSharedKeys.ofGroup(HexFormat.of().parseHex(SECRET)))
            .start()) {
      process.define(1, SLOTS);
      CompletableFuture<Outcome> written = new CompletableFuture<>();
      process.execute(() -> process.memory(1).write(SLOTS, 0, Value.of("x"), written::complete));
      assertThat(written.get(30, TimeUnit.SECONDS)).isEqualTo(Outcome.ACK);
    }
    command.interrupt();
    command.join(30_000);
    assertThat(command.isAlive()).isFalse();
    assertThat(Ran.flat(out.toString().lines().toList().get(1)))
        .containsEntry("operations", 2L)
        .containsEntry("admitted", 1L)
        .containsEntry("malformed", 0L);
  }

  @Test
  void mistakesAreToldInOneLine(@TempDir Path directory) throws Exception {
    Path key = Files.writeString(directory.resolve("key"), "0011");
    Path config = Files.writeString(directory.resolve("conf"), "number = 1\n\nlisten tcp:x:1\n");
    for (String[] mistake :
        new String[][] {
          {"memory", "--number is needed"},
          {"memory --number 1", "--listen is needed"},
          {"memory --number 0 --listen tcp:127.0.0.1:0", "--number"},
          {"memory --number 1 --listen nowhere", "tcp:HOST:PORT"},
          {"memory --number 1 --listen tcp:127.0.0.1:0", "--key-file"},
          {"memory --number 1 --listen tcp:127.0.0.1:0 --key-file " + key, "16"},
          {"memory --number 1 --listen tcp:127.0.0.1:0 --key-file none", "no such file"},
          {"memory --config " + config, "line 3"},
          {"memory --number 1 --transport pigeons", "sockets or verbs"},
          {"memory --number 1 --processes 2", "--processes is for --transport verbs"},
          {"memory --number 1 --transport verbs --processes 2", "--listen is needed"},
          {"memory --number 1 --transport verbs --listen 127.0.0.1:0", "--processes is needed"},
          {"memory --number 1 --transport verbs --processes 2 --listen here", "HOST:PORT"},
          {"memory --transport verbs --store x", "--store is not for --transport verbs"},
          // No RDMA card has that address, or there is none at all.
          {
            "memory --number 1 --transport verbs --processes 2 --listen 192.0.2.1:0 --trust-everybody",
            "remora devices"
          },
          {"memory --number 1 --transport verbs --processes 2 --listen 192.0.2.1:0", "--members"},
          {
            "memory --number 1 --transport verbs --processes 2 --listen 192.0.2.1:0 --members none",
            "--private-key is needed"
          },
          {
            "memory --number 1 --transport verbs --processes 2 --listen 192.0.2.1:0 --key-file "
                + key,
            "16"
          },
          {"memory --number 1 --listen tcp:127.0.0.1:0 --trust-everybody", "--transport verbs"}
        }) {
      Ran ran = Ran.remora(mistake[0]);
      assertThat(ran.code()).as(mistake[0]).isEqualTo(Main.BAD_INPUT);
      assertThat(ran.err().lines()).as(mistake[0]).hasSize(1);
      assertThat(ran.err()).as(mistake[0]).contains(mistake[1]);
    }
  }
}
