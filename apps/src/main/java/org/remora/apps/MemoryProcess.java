package org.remora.apps;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.remora.socket.Endpoint;
import org.remora.socket.MemoryHost;
import org.remora.socket.PreSharedKeys;

/** A memory host in a JVM of its own, for benchmarks. It ends with the JVM that started it. */
public final class MemoryProcess implements AutoCloseable {
  /** As much as three hosts on a small machine may have each. */
  private static final List<String> JVM_OPTIONS =
      List.of("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-Djava.net.preferIPv4Stack=true");

  static final String KEY_FILE = "group.key";

  private final Process process;
  private final Endpoint endpoint;

  private MemoryProcess(Process process, Endpoint endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /**
   * Hosts a memory until its standard input ends; prints where.
   *
   * @param args its number, where to listen, and the file with the group's key, in hexadecimal
   */
  public static void main(String[] args) throws IOException {
    byte[] key = HexFormat.of().parseHex(Files.readString(Path.of(args[2])).trim());
    try (MemoryHost host =
        MemoryHost.of(
                Integer.parseInt(args[0]), Endpoint.parse(args[1]), PreSharedKeys.ofGroup(key))
            .start()) {
      System.out.println(host.endpoint());
      while (System.in.read() >= 0) {
        // Only the end counts.
      }
    }
  }

  /**
   * Starts the hosts of memories 1, 2, … and waits until they listen.
   *
   * @param directory for the key and, if they listen on Unix-domain sockets, those
   */
  static List<MemoryProcess> startAll(int count, Path directory, boolean unix, byte[] key)
      throws IOException {
    Path keyFile = directory.resolve(KEY_FILE);
    Files.writeString(keyFile, HexFormat.of().formatHex(key));
    List<Process> started = new ArrayList<>();
    for (int memory = 1; memory <= count; memory++) {
      String listen = unix ? "unix:" + directory.resolve("memory-" + memory) : "tcp:127.0.0.1:0";
      started.add(start(MemoryProcess.class, String.valueOf(memory), listen, keyFile.toString()));
    }
    List<MemoryProcess> hosts = new ArrayList<>();
    for (Process each : started) {
      hosts.add(new MemoryProcess(each, Endpoint.parse(firstLine(each))));
    }
    return hosts;
  }

  /** Where it listens. */
  Endpoint endpoint() {
    return endpoint;
  }

  /** Ends it. */
  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Starts a program of this class path in a JVM of its own. */
  static Process start(Class<?> program, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    command.add("-cp");
    command.add(System.getProperty("java.class.path", ""));
    command.add(program.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static String firstLine(Process process) throws IOException {
    // Not closed: what it holds open is the other's standard output.
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    String line = reader.readLine();
    if (line == null) {
      throw new IOException("a memory host did not start");
    }
    return line;
  }

  /** Where something may listen: a port that was free a moment ago, or a path. */
  static Endpoint address(Path directory, boolean unix, String name) throws IOException {
    if (unix) {
      return Endpoint.unix(directory.resolve(name));
    }
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Endpoint.tcp("127.0.0.1", socket.getLocalPort());
    }
  }
}
