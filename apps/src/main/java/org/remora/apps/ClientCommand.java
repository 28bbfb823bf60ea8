package org.remora.apps;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.remora.apps.store.StoreClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code remora client} command: talks to the replicas of the key-value store. */
@Command(
    name = "client",
    description = "Asks the replicas of a key-value store, one after another until one answers.",
    sortOptions = false,
    sortSynopsis = false,
    usageHelpWidth = 100,
    synopsisSubcommandLabel = "ACTION",
    footer = {
      "",
      "Exit code: 0 if it was done, 1 if a key had no value or not the expected one, or no replica"
          + " answered."
    })
final class ClientCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--group",
      required = true,
      paramLabel = "FILE.yaml",
      description = "Who takes part, and where.")
  private Path group = Path.of("group.yaml");

  @Option(
      names = "--replica",
      paramLabel = "P",
      defaultValue = "1",
      description = "Which replica to ask first (default ${DEFAULT-VALUE}).")
  private int replica;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long to go on until one answers (default ${DEFAULT-VALUE}).")
  private int patience;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Prints this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  ClientCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "what? put, get, cas, delete, members, status or token; see --help");
  }

  private interface Action {
    int act(StoreClient client) throws StoreClient.NoAnswerException, InterruptedException;
  }

  private int ask(Action action) {
    GroupFile file = GroupFile.read(group);
    if (patience < 1) {
      throw new BadInputException("--patience is at least 1, not " + patience);
    }
    int first = file.number("--replica", replica, file.clients().size()) - 1;
    try {
      return action.act(
          new StoreClient(file.clients(), first, Duration.ofSeconds(patience), file.ofClient()));
    } catch (StoreClient.NoAnswerException e) {
      spec.commandLine().getErr().println("remora client: " + e.getMessage());
      return Main.FAILS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.FAILS;
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private int changed(StoreClient.Changed changed) {
    if (!changed.done()) {
      out().println("not done; the value is " + changed.before());
    }
    return changed.done() ? Main.HOLDS : Main.FAILS;
  }

  @Command(name = "put", description = "Gives a key a value.")
  int put(
      @Parameters(paramLabel = "KEY") String key, @Parameters(paramLabel = "VALUE") String value) {
    return ask(client -> changed(client.set(key, value)));
  }

  @Command(name = "get", description = "Prints the value of a key.")
  int get(@Parameters(paramLabel = "KEY") String key) {
    return ask(
        client -> {
          Optional<String> found = client.get(key);
          found.ifPresentOrElse(
              out()::println,
              () -> spec.commandLine().getErr().println("remora client: no value for " + key));
          return found.isPresent() ? Main.HOLDS : Main.FAILS;
        });
  }

  @Command(name = "delete", description = "Takes the value of a key away.")
  int delete(@Parameters(paramLabel = "KEY") String key) {
    return ask(client -> changed(client.set(key, null)));
  }

  @Command(name = "cas", description = "Gives a key a value if it has the expected one.")
  int cas(
      @Parameters(paramLabel = "KEY") String key,
      @Parameters(paramLabel = "EXPECTED", description = "The empty text: no value.")
          String expected,
      @Parameters(paramLabel = "VALUE") String value) {
    @Nullable String had = expected.isEmpty() ? null : expected;
    return ask(client -> changed(client.setIf(key, had, value)));
  }

  @Command(
      name = "members",
      description =
          "Changes who takes part: add-replica, remove-replica, add-memory, remove-memory.")
  int members(
      @Parameters(paramLabel = "CHANGE") String change,
      @Parameters(paramLabel = "NUMBER") int number) {
    return ask(
        client -> {
          out().println(client.change(change, number));
          return Main.HOLDS;
        });
  }

  @Command(
      name = "token",
      description = "Prints what an HTTP client sends: Authorization: Bearer TOKEN.")
  int token() {
    String token = GroupFile.read(group).ofClient().token();
    if (token == null) {
      throw new BadInputException("this group uses certificates: a client shows client.p12");
    }
    out().println(token);
    return Main.HOLDS;
  }

  @Command(name = "status", description = "Prints the status of every replica, a JSON object each.")
  int status() {
    int count = GroupFile.read(group).clients().size();
    return ask(
        client -> {
          int answered = 0;
          for (int i = 0; i < count; i++) {
            Optional<String> status = client.status(i);
            answered += status.isPresent() ? 1 : 0;
            out().println(status.orElse("{\"replica\":" + (i + 1) + ",\"health\":\"NO_ANSWER\"}"));
          }
          return answered > 0 ? Main.HOLDS : Main.FAILS;
        });
  }
}
