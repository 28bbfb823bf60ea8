package org.remora.sim;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who may write to a region after a change of permission, as the text of the operation in a trace
 * tells it.
 *
 * @param region the name of the region
 * @param processes the numbers of the processes, as written
 */
record WriteHolders(String region, List<String> processes) {
  private static final Pattern TEXT =
      Pattern.compile("permission (.*) R\\{[0-9,]*} W\\{([0-9,]*)} RW\\{([0-9,]*)}");

  /** Takes the text apart; null if it is of another operation. */
  static @Nullable WriteHolders of(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    List<String> processes =
        Stream.of(matcher.group(2), matcher.group(3))
            .flatMap(set -> Arrays.stream(set.split(",")))
            .filter(process -> !process.isEmpty())
            .toList();
    return new WriteHolders(matcher.group(1), processes);
  }

  /** The one process that may write; 0 if it is none or several. */
  int sole() {
    return processes.size() == 1 ? Integer.parseInt(processes.get(0)) : 0;
  }

  /** For people: {@code p2 writes}. */
  @Override
  public String toString() {
    return switch (processes.size()) {
      case 0 -> "nobody writes";
      case 1 -> "p" + processes.get(0) + " writes";
      default -> "p" + String.join(", p", processes) + " write";
    };
  }
}
