package org.remora.apps;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The root of the {@code remora} command. */
@Command(
    name = "remora",
    description = "Agreement over remote memories.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AgreeCommand.class,
      BenchCommand.class,
      CampaignCommand.class,
      CheckCommand.class,
      ClientCommand.class,
      DevicesCommand.class,
      MemoryCommand.class,
      PlanCommand.class,
      ReplicaCommand.class,
      TableCommand.class
    },
    footer = {"", "remora COMMAND --help explains a command."})
public final class Main implements Runnable {
  /** Done, and all properties hold. */
  static final int HOLDS = 0;

  /** It ran, but there is no decision, or a property is broken. */
  static final int FAILS = 1;

  /** Bad usage or bad input. */
  static final int BAD_INPUT = 2;

  private static final int ERROR_CHARS_MAX = 300;

  /** Run for long, and are watched: what their libraries log goes to standard error. */
  private static final List<String> LOGGING = List.of("memory", "replica");

  private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

  @Spec private CommandSpec spec;

  private Main() {}

  /**
   * Runs the command and exits with its code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(run(utf8(FileDescriptor.out), utf8(FileDescriptor.err), args));
  }

  /** Runs the command; the code to exit with. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    // Numbers look the same for everybody.
    Locale.setDefault(Locale.ROOT);
    if (args.length > 0 && LOGGING.contains(args[0]) && System.getProperty(LOG_LEVEL) == null) {
      // Read when the first logger is made: nothing has made one yet, if this is the JVM's command.
      System.setProperty(LOG_LEVEL, "info");
    }
    int code =
        new CommandLine(new Main())
            .setOut(out)
            .setErr(err)
            // A proposal may well begin with @.
            .setExpandAtFiles(false)
            .setParameterExceptionHandler(Main::badUsage)
            .setExecutionExceptionHandler(Main::failed)
            .execute(args);
    if (out.checkError()) {
      error(err, "remora", "standard output cannot be written");
      return BAD_INPUT;
    }
    return code;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? See --help");
  }

  /** One line, not picocli's whole usage text, in which the line would drown. */
  private static int badUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String message = e.getMessage();
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> arguments = unmatched.getUnmatched();
      if (unmatched.isUnknownOption()) {
        message = "unknown option " + arguments.get(0) + "; see --help";
      } else if (!command.getSubcommands().isEmpty()) {
        message =
            "unknown command "
                + arguments.get(0)
                + "; known: "
                + String.join(", ", command.getSubcommands().keySet());
      } else {
        message = "unexpected argument " + arguments.get(0) + "; see --help";
      }
    }
    error(command.getErr(), command.getCommandSpec().qualifiedName(), message);
    return BAD_INPUT;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    String name = command.getCommandSpec().qualifiedName();
    if (e instanceof BadInputException) {
      error(command.getErr(), name, e.getMessage());
      return BAD_INPUT;
    }
    error(command.getErr(), name, "this is a bug: " + e);
    return FAILS;
  }

  /** Whatever the message quotes, it stays one line. */
  private static void error(PrintWriter err, String command, @Nullable String message) {
    String line = String.valueOf(message).replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?");
    if (line.length() > ERROR_CHARS_MAX) {
      line = line.substring(0, ERROR_CHARS_MAX) + "…";
    }
    err.println(command + ": " + line);
    err.flush();
  }

  /** UTF-8 wherever it runs: what a script reads must not depend on the locale. */
  private static PrintWriter utf8(FileDescriptor file) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(file), StandardCharsets.UTF_8));
  }

  /** The version that the build wrote into the manifest. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"remora " + (version == null ? "(not packaged)" : version)};
    }
  }
}
