package org.remora.apps;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Command lines as a person can paste them into a shell. */
final class CommandLineText {
  private static final int CHARS_MAX = 300;
  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]");

  /** How the command was called, as the script that starts it says. */
  private static final String NAME = System.getProperty("remora.name", "remora");

  private CommandLineText() {}

  /** The command with these words, unless it is too long for a line or a terminal chokes on it. */
  static Optional<String> of(List<String> words) {
    String command = line(words);
    return command.length() <= CHARS_MAX && !CONTROL.matcher(command).find()
        ? Optional.of(command)
        : Optional.empty();
  }

  /** The command with these words, however long. */
  static String line(List<String> words) {
    return words.stream()
        .map(CommandLineText::quoted)
        .collect(Collectors.joining(" ", NAME + " ", ""));
  }

  /** A word as a shell reads it. */
  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
