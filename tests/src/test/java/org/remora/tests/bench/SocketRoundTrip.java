package org.remora.tests.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.remora.memory.LegalChange;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.socket.Endpoint;
import org.remora.socket.MemoryHost;
import org.remora.socket.PreSharedKeys;
import org.remora.socket.SocketProcess;

/**
 * How long a majority of three memory hosts, each in a JVM of its own, takes to acknowledge one
 * write to each, beside a bare TCP echo whose server is in a JVM of its own too. All in one run, in
 * turns, so that what else the machine does meanwhile meets both.
 *
 * <p>Arguments: {@code looks=N} of the process, {@code unix=true}, {@code rounds=N}, {@code
 * seconds=N} of each turn, {@code outstanding=N}.
 */
public final class SocketRoundTrip {
  private static final int BYTES = 64;
  private static final int SAMPLES_MAX = 4_000_000;
  private static final byte[] SECRET = "a secret of the benchmark".getBytes(StandardCharsets.UTF_8);
  private static final Region LOG =
      Region.of(
          1,
          "log",
          4_096,
          1_024,
          Permission.soleWriter(1, 1),
          new LegalChange.SoleWriterForOneself(1));

  private SocketRoundTrip() {}

  /** Runs it, or one of the servers that it starts. */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("host")) {
      MemoryHost host =
          MemoryHost.of(
                  Integer.parseInt(args[1]), Endpoint.parse(args[2]), PreSharedKeys.ofGroup(SECRET))
              .start();
      System.out.println(host.endpoint());
      waitForTheEnd();
    } else if (args[0].equals("echo")) {
      echo();
    } else {
      measure(args);
    }
  }

  /** A server ends with the process that started it. */
  private static void waitForTheEnd() throws IOException {
    while (System.in.read() >= 0) {}
    System.exit(0);
  }

  private static void echo() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      System.out.println(server.getLocalPort());
      try (Socket socket = server.accept()) {
        socket.setTcpNoDelay(true);
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        byte[] buffer = new byte[65_536];
        for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
          out.write(buffer, 0, n);
        }
      }
    }
  }

  private static String option(String[] args, String name, String otherwise) {
    for (String arg : args) {
      if (arg.startsWith(name + "=")) {
        return arg.substring(name.length() + 1);
      }
    }
    return otherwise;
  }

  private static void measure(String[] args) throws Exception {
    int looks = Integer.parseInt(option(args, "looks", "30"));
    boolean unix = Boolean.parseBoolean(option(args, "unix", "false"));
    int rounds = Integer.parseInt(option(args, "rounds", "5"));
    int outstanding = Integer.parseInt(option(args, "outstanding", "1"));
    long turnNanos =
        TimeUnit.MILLISECONDS.toNanos(
            (long) (1_000 * Double.parseDouble(option(args, "seconds", "1.5"))));
    List<Process> servers = new ArrayList<>();
    Path directory = Files.createTempDirectory("remora");
    try {
      List<Endpoint> memories = new ArrayList<>();
      for (int memory = 1; memory <= 3; memory++) {
        String listen = unix ? "unix:" + directory.resolve("m" + memory) : "tcp:127.0.0.1:0";
        memories.add(Endpoint.parse(start(servers, "host", Integer.toString(memory), listen)));
      }
      int echoPort = Integer.parseInt(start(servers, "echo"));
      Samples echo = new Samples();
      Samples onLoop = new Samples();
      Samples fromOutside = new Samples();
      Samples onCaller = new Samples();
      Endpoint here = Endpoint.tcp("127.0.0.1", 0);
      SocketProcess.Group group = new SocketProcess.Group(List.of(here), memories);
      SocketProcess.Settings settings =
          SocketProcess.of(1, group, PreSharedKeys.ofGroup(SECRET)).looks(looks);
      try (Echo echoes = new Echo(echoPort)) {
        for (int round = -2; round < rounds; round++) {
          boolean keep = round >= 0;
          echoes.run(turnNanos, outstanding, echo, keep);
          try (SocketProcess process = settings.start()) {
            Writer writer = new Writer(process);
            writer.onLoop(turnNanos, outstanding, onLoop, keep);
            writer.fromOutside(turnNanos, outstanding, fromOutside, keep);
          }
          try (SocketProcess process =
              SocketProcess.of(1, group, PreSharedKeys.ofGroup(SECRET))
                  .looks(looks)
                  .callerRuns()
                  .start()) {
            new Writer(process).fromOutside(turnNanos, outstanding, onCaller, keep);
          }
        }
      }
      double floor = echo.print("bare TCP echo", 0);
      onLoop.print("3 hosts, from the event loop", floor);
      fromOutside.print("3 hosts, handed in", floor);
      onCaller.print("3 hosts, on the caller", floor);
    } finally {
      for (Process server : servers) {
        server.destroyForcibly();
      }
    }
  }

  private static String start(List<Process> servers, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=4", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(SocketRoundTrip.class.getName());
    command.addAll(List.of(args));
    Process server =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    servers.add(server);
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
    String line = reader.readLine();
    if (line == null) {
      throw new IOException("a server did not start");
    }
    return line;
  }

  /** Times, in nanoseconds. */
  private static final class Samples {
    private final long[] nanos = new long[SAMPLES_MAX];
    private int count;
    private long time;

    void add(long sample) {
      if (count < nanos.length) {
        nanos[count++] = sample;
      }
    }

    double print(String name, double floor) {
      Arrays.sort(nanos, 0, count);
      double median = nanos[count / 2] / 1e3;
      System.out.printf(
          Locale.ROOT,
          "%-30s p50 %6.1f µs  p99 %7.1f µs  %8.0f/s%s%n",
          name,
          median,
          nanos[(int) (count * 0.99)] / 1e3,
          count / (time / 1e9),
          floor > 0 ? String.format(Locale.ROOT, "  %.2f of the echo", median / floor) : "");
      return median;
    }
  }

  /** An echo client: one thread writes, another reads, as in the peers' comparison. */
  private static final class Echo implements AutoCloseable {
    private final Socket socket;

    Echo(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
    }

    void run(long turnNanos, int outstanding, Samples samples, boolean keep) throws Exception {
      Semaphore room = new Semaphore(outstanding);
      long[] starts = new long[outstanding];
      long end = System.nanoTime() + turnNanos;
      boolean[] ended = {false};
      int[] issued = {0};
      Object lock = new Object();
      Thread reader =
          new Thread(
              () -> {
                try {
                  InputStream in = socket.getInputStream();
                  byte[] buffer = new byte[BYTES];
                  int next = 0;
                  while (true) {
                    synchronized (lock) {
                      if (ended[0] && next == issued[0]) {
                        return;
                      }
                    }
                    for (int got = 0; got < BYTES; ) {
                      got += in.read(buffer, got, BYTES - got);
                    }
                    if (buffer[0] == 1) {
                      return;
                    }
                    if (keep) {
                      samples.add(System.nanoTime() - starts[next % outstanding]);
                    }
                    next++;
                    room.release();
                  }
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      reader.start();
      byte[] command = new byte[BYTES];
      OutputStream out = socket.getOutputStream();
      long begin = System.nanoTime();
      int sent = 0;
      while (System.nanoTime() < end) {
        room.acquire();
        starts[sent++ % outstanding] = System.nanoTime();
        out.write(command);
      }
      room.acquire(outstanding);
      if (keep) {
        samples.time += System.nanoTime() - begin;
      }
      command[0] = 1;
      out.write(command);
      reader.join();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Writes to each memory; a write has ended when a majority has acknowledged it. */
  private static final class Writer {
    private final SocketProcess process;
    private final Memory[] memories = new Memory[3];
    private final Value command = Value.of(new byte[BYTES]);
    private int register;

    Writer(SocketProcess process) {
      this.process = process;
      for (int memory = 1; memory <= 3; memory++) {
        memories[memory - 1] = process.memory(memory);
        process.define(memory, LOG);
      }
    }

    private void write(Consumer<Long> done) {
      long start = System.nanoTime();
      int[] acks = {0};
      register = register + 1 & LOG.registers() - 1;
      for (Memory memory : memories) {
        memory.write(
            LOG,
            register,
            command,
            outcome -> {
              if (outcome != Outcome.ACK) {
                throw new IllegalStateException(outcome.toString());
              }
              if (++acks[0] == 2) {
                done.accept(System.nanoTime() - start);
              }
            });
      }
    }

    void onLoop(long turnNanos, int outstanding, Samples samples, boolean keep) throws Exception {
      long begin = System.nanoTime();
      Semaphore ended = new Semaphore(0);
      process.execute(
          () -> {
            for (int i = 0; i < outstanding; i++) {
              next(begin + turnNanos, samples, keep, ended);
            }
          });
      ended.acquire(outstanding);
      if (keep) {
        samples.time += System.nanoTime() - begin;
      }
    }

    private void next(long end, Samples samples, boolean keep, Semaphore ended) {
      write(
          nanos -> {
            if (keep) {
              samples.add(nanos);
            }
            if (System.nanoTime() < end) {
              next(end, samples, keep, ended);
            } else {
              ended.release();
            }
          });
    }

    void fromOutside(long turnNanos, int outstanding, Samples samples, boolean keep)
        throws Exception {
      Semaphore room = new Semaphore(outstanding);
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < turnNanos) {
        room.acquire();
        long start = System.nanoTime();
        process.execute(
            () ->
                write(
                    nanos -> {
                      if (keep) {
                        samples.add(System.nanoTime() - start);
                      }
                      room.release();
                    }));
      }
      room.acquire(outstanding);
      if (keep) {
        samples.time += System.nanoTime() - begin;
      }
    }
  }
}
