package org.remora.apps;

import java.util.ArrayList;
import java.util.List;

/**
 * What a cell of the table rests on: runs, and the command that repeats them.
 *
 * @param shows what they show, in words
 * @param command the words of the command
 * @param code the code it exits with
 */
record Evidence(String shows, List<String> command, int code) {
  Evidence {
    command = List.copyOf(command);
  }

  /** A line split into its words, and more words. */
  static List<String> words(String line, Object... more) {
    List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
    for (Object word : more) {
      words.add(word.toString());
    }
    return words;
  }
}
