package org.remora.apps;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.remora.apps.store.StoreServer;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.log.LoggingListener;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicatedLog;
import org.remora.memory.Region;
import org.remora.socket.SocketProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code remora replica} command: a replica of a key-value store on the replicated log. */
@Command(
    name = "replica",
    description = "Runs a replica of a key-value store until it is told to end.",
    sortOptions = false,
    sortSynopsis = false,
    usageHelpWidth = 100,
    footer = {
      "",
      "Ends at the end of its standard input if --until-input-ends, else at a signal, and hands its"
          + " leadership over before.",
      "Exit code: 0 if it ended because it was told to, 1 if it failed."
    })
final class ReplicaCommand implements Callable<Integer> {
  private static final long CLOSE_SECONDS_MAX = 5;

  @Spec private CommandSpec spec;

  @Option(
      names = "--group",
      required = true,
      paramLabel = "FILE.yaml",
      description = "Who takes part, and where.")
  private Path group = Path.of("group.yaml");

  @Option(
      names = "--number",
      required = true,
      paramLabel = "P",
      description = "Which replica of the group this one is, from 1.")
  private int number;

  @Option(
      names = "--until-input-ends",
      description = "Ends with its standard input, for a parent that must not leave it behind.")
  private boolean untilInputEnds;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Prints this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  ReplicaCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    GroupFile file = GroupFile.read(group);
    SocketProcess.Group members = file.group();
    int self = file.number("--number", number, members.processes().size());
    PrintWriter out = spec.commandLine().getOut();
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    try (SocketProcess process =
        SocketProcess.of(self, members, file.security()).callerRuns().start()) {
      Region heartbeats = HeartbeatOmega.region(process.processes());
      process.defineEverywhere(heartbeats);
      process.defineEverywhere(ReplicatedLog.region(file.log(), process.processes()));
      Replica replica =
          ReplicatedLog.join(
              process,
              HeartbeatOmega.start(process, file.heartbeats()),
              StoreServer.machine(),
              file.log(),
              file.members(),
              new LoggingListener(self));
      try (StoreServer server =
          new StoreServer(replica, file.log(), file.clients().get(self - 1))) {
        say(
            out,
            "replica "
                + self
                + " at "
                + members.processes().get(self - 1)
                + ", clients at "
                + server.address());
        endAtSignal(end, ended);
        if (untilInputEnds) {
          endWithInput(end);
        }
        while (!end.await(1, TimeUnit.SECONDS)) {
          if (process.failure().isPresent()) {
            say(spec.commandLine().getErr(), "replica " + self + ": " + process.failure().get());
            return Main.FAILS;
          }
        }
        replica.close().get(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
        return Main.HOLDS;
      } catch (ExecutionException | TimeoutException e) {
        say(spec.commandLine().getErr(), "replica " + self + " did not end in good order: " + e);
        return Main.FAILS;
      }
    } catch (IOException e) {
      throw new BadInputException(String.valueOf(e.getMessage()));
    } finally {
      ended.countDown();
    }
  }

  private static void endAtSignal(CountDownLatch end, CountDownLatch ended) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  end.countDown();
                  try {
                    if (!ended.await(2 * CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
                      Runtime.getRuntime().halt(Main.FAILS);
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "remora-end"));
  }

  private static void endWithInput(CountDownLatch end) {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Only the end counts.
                }
              } catch (IOException e) {
                // As good as its end.
                end.countDown();
              }
              end.countDown();
            },
            "remora-input");
    watch.setDaemon(true);
    watch.start();
  }

  private static void say(PrintWriter to, String line) {
    synchronized (to) {
      to.println(line);
      to.flush();
    }
  }
}
