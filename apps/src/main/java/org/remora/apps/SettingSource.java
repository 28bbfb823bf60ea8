package org.remora.apps;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where a setting may come from. Each kind tells a mistake in its own way. */
interface SettingSource {
  /** Whether it says anything about a key. */
  boolean has(String key);

  /**
   * The text at a key that it has, as {@code parser} reads it.
   *
   * @throws BadInputException if that refuses it, by an {@link IllegalArgumentException}
   */
  <T> T value(String key, Function<String, T> parser);

  /** The file that is named at a key that it has. */
  Path path(String key);

  /** The options of a command line, by their names without dashes. */
  final class Options implements SettingSource {
    private final Map<String, String> options = new LinkedHashMap<>();

    /** Takes an option; null if it was not given. */
    Options with(String key, @Nullable String value) {
      if (value != null) {
        options.put(key, value);
      }
      return this;
    }

    @Override
    public boolean has(String key) {
      return options.containsKey(key);
    }

    @Override
    public <T> T value(String key, Function<String, T> parser) {
      String text = options.getOrDefault(key, "");
      try {
        return parser.apply(text);
      } catch (NumberFormatException e) {
        throw new BadInputException("--" + key + ": a number, not " + text);
      } catch (IllegalArgumentException e) {
        throw new BadInputException("--" + key + ": " + e.getMessage());
      }
    }

    @Override
    public Path path(String key) {
      return value(key, Path::of);
    }
  }
}
