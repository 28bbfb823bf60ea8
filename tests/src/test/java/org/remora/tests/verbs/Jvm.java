package org.remora.tests.verbs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A program in a JVM of its own, which is talked to by lines, and killed without a word. */
final class Jvm implements AutoCloseable {
  private static final long SECONDS_MAX = 120;

  /** What stands for the end of its output. */
  private static final String END = "\0";

  private final Process process;
  private final PrintWriter in;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private Jvm(Process process) {
    this.process = process;
    in = new PrintWriter(process.getOutputStream(), false, StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "lines of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  static Jvm start(Class<?> program, Object... arguments) throws IOException {
    return start(program.getName(), arguments);
  }

  static Jvm start(String program, Object... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx128m",
                "-Dremora.rdma.address=" + Pair.address(),
                "-cp",
                System.getProperty("java.class.path"),
                program));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new Jvm(new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // Closed with the process, which was killed: the end all the same.
      lines.add("its output broke off: " + e.getMessage());
    } finally {
      lines.add(END);
    }
  }

  void say(String line) {
    in.println(line);
    in.flush();
  }

  /** The rest of the next line that begins so; others before it are passed over. */
  String await(String prefix) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while (true) {
      String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null || line.equals(END)) {
        throw new AssertionError(
            (line == null ? "no line" : "the end, and no line") + " that begins with " + prefix);
      }
      if (line.startsWith(prefix)) {
        return line.substring(prefix.length());
      }
    }
  }

  /** Waits for its own end; its exit code. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end");
    }
    return process.exitValue();
  }

  /** Asks it to end, as an operator does. */
  void terminate() {
    process.destroy();
  }

  /** By the signal that cannot be caught. */
  void kill() throws InterruptedException {
    int code = process.destroyForcibly().waitFor();
    if (code != 128 + 9) {
      throw new AssertionError("it had ended before, with " + code);
    }
  }

  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
