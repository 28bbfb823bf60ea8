package org.remora.topology;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of comma-separated values with quotes as in RFC 4180, but no line breaks inside a value. */
final class Csv {
  private final BufferedReader in;
  private int line;

  Csv(BufferedReader in) {
    this.in = in;
  }

  /** The number of the row read last, from 1. */
  int line() {
    return line;
  }

  /** The next row that is not blank, or null at the end. */
  @Nullable List<String> next() throws IOException {
    String text = in.readLine();
    line++;
    while (text != null && text.isBlank()) {
      text = in.readLine();
      line++;
    }
    if (text == null) {
      return null;
    }
    return split(line == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text);
  }

  private List<String> split(String text) {
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    boolean wasQuoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        value.append('"');
        i++;
      } else if (c == '"' && (quoted || value.toString().isBlank())) {
        if (!quoted) {
          value.setLength(0);
        }
        quoted = !quoted;
        wasQuoted = true;
      } else if (c == ',' && !quoted) {
        values.add(wasQuoted ? value.toString() : value.toString().trim());
        value.setLength(0);
        wasQuoted = false;
      } else if (!wasQuoted || quoted || !Character.isWhitespace(c)) {
        value.append(c);
      }
    }
    if (quoted) {
      throw error("a quote is not closed");
    }
    values.add(wasQuoted ? value.toString() : value.toString().trim());
    return values;
  }

  BadGraphException error(String what) {
    return new BadGraphException("line " + line + ": " + what);
  }

  /** A value as it is written. */
  static String quote(String value) {
    boolean plain = value.equals(value.trim()) && !value.isEmpty();
    for (int i = 0; i < value.length() && plain; i++) {
      plain = ",\"\r\n".indexOf(value.charAt(i)) < 0;
    }
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}
