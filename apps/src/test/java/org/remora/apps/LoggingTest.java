package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remora.socket.Endpoint;

/** What an operator sees on standard error. */
class LoggingTest {
  @Test
  void aMemoryLogsWhomItRefuses(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("key"), "00112233445566778899aabbccddeeff");
    Process memory =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx64m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "memory",
                    "--number",
                    "1",
                    "--listen",
                    "tcp:127.0.0.1:0",
                    "--key-file",
                    directory.resolve("key").toString()))
            .start();
    try {
      BufferedReader out = memory.inputReader(StandardCharsets.UTF_8);
      Endpoint endpoint = Endpoint.parse(out.readLine().substring("memory 1 listens at ".length()));
      try (Socket stranger = new Socket()) {
        stranger.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port()));
        OutputStream to = stranger.getOutputStream();
        to.write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        to.flush();
        String logged = memory.errorReader(StandardCharsets.UTF_8).readLine();
        assertThat(logged).contains(" WARN memory 1: somebody unproven sent ");
      }
    } finally {
      memory.destroyForcibly().waitFor();
    }
  }
}
