package org.remora.apps;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A command as it went: its exit code and what it printed. */
record Ran(int code, String out, String err) {
  /** Runs the command; words are separated by blanks. */
  static Ran remora(String line) {
    return of(line.split(" "));
  }

  static Ran of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Ran(code, out.toString(), err.toString());
  }

  /** As {@link #remora}, with further words that may hold blanks. */
  static Ran remora(String line, String... more) {
    return of(Stream.concat(Stream.of(line.split(" ")), Stream.of(more)).toArray(String[]::new));
  }

  /** The printed object, flat: {@code counts.messages} → 2. */
  Map<String, Object> json() {
    return flat(out);
  }

  static Map<String, Object> flat(String text) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Deque<String> path = new ArrayDeque<>();
    try (JsonParser json = new JsonFactory().createParser(text)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        String prefix = path.isEmpty() ? "" : path.peek();
        switch (token) {
          case START_OBJECT ->
              path.push(json.currentName() == null ? "" : prefix + json.currentName() + ".");
          case END_OBJECT -> path.pop();
          case FIELD_NAME -> {}
          case VALUE_NUMBER_INT -> fields.put(prefix + json.currentName(), json.getLongValue());
          case VALUE_NUMBER_FLOAT -> fields.put(prefix + json.currentName(), json.getDoubleValue());
          case VALUE_STRING -> fields.put(prefix + json.currentName(), json.getText());
          case VALUE_TRUE, VALUE_FALSE ->
              fields.put(prefix + json.currentName(), json.getBooleanValue());
          case VALUE_NULL -> fields.put(prefix + json.currentName(), null);
          default -> throw new IllegalArgumentException(token + " in " + text);
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(text, e);
    }
    return fields;
  }

  List<String> lines() {
    return out.lines().toList();
  }
}
