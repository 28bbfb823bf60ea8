package org.remora.apps;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A map in a YAML file that knows the lines of its keys, for telling mistakes. */
final class YamlMap implements SettingSource {
  private final Path file;
  private final Node node;
  private final Map<String, Node> values = new LinkedHashMap<>();

  private YamlMap(Path file, Node node, Set<String> known) {
    this.file = file;
    this.node = node;
    if (!(node instanceof MappingNode map)) {
      throw mistake(node, "keys with values are expected");
    }
    for (NodeTuple entry : map.getValue()) {
      String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
      if (!known.contains(key)) {
        throw mistake(
            entry.getKeyNode(),
            "unknown key " + key + "; known: " + String.join(", ", new TreeSet<>(known)));
      }
      if (values.put(key, entry.getValueNode()) != null) {
        throw mistake(entry.getKeyNode(), key + " is there twice");
      }
    }
  }

  /**
   * The map that a file is.
   *
   * @throws BadInputException that names the line, if it cannot be read, is none, or has other keys
   */
  static YamlMap read(Path file, Set<String> known) {
    try (Reader reader = Files.newBufferedReader(file)) {
      Optional<Node> root =
          new Compose(LoadSettings.builder().setLabel(file.toString()).build())
              .composeReader(reader);
      return new YamlMap(
          file, root.orElseThrow(() -> new BadInputException(file + " is empty")), known);
    } catch (MarkedYamlEngineException e) {
      throw new BadInputException(
          file
              + e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("")
              + ": "
              + e.getProblem());
    } catch (IOException | YamlEngineException e) {
      throw new BadInputException("cannot read " + file + ": " + e.getMessage());
    }
  }

  @Override
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** The maps of the list at a key, at least one. */
  List<YamlMap> list(String key, Set<String> known) {
    if (!(value(key) instanceof SequenceNode list) || list.getValue().isEmpty()) {
      throw mistake(value(key), key + " is a list");
    }
    List<YamlMap> maps = new ArrayList<>();
    list.getValue().forEach(each -> maps.add(new YamlMap(file, each, known)));
    return maps;
  }

  /** The map at a key. */
  YamlMap map(String key, Set<String> known) {
    return new YamlMap(file, value(key), known);
  }

  /** The text at a key, as {@code parser} reads it; what that refuses is a mistake. */
  @Override
  public <T> T value(String key, Function<String, T> parser) {
    Node found = value(key);
    if (!(found instanceof ScalarNode scalar)) {
      throw mistake(found, key + " is a single value");
    }
    try {
      return parser.apply(scalar.getValue());
    } catch (NumberFormatException e) {
      throw mistake(found, key + " is a number, not " + scalar.getValue());
    } catch (IllegalArgumentException e) {
      throw mistake(found, key + ": " + e.getMessage());
    }
  }

  /** The file that is named at a key; it is looked for beside this one. */
  @Override
  public Path path(String key) {
    return value(key, file.toAbsolutePath()::resolveSibling);
  }

  /** The number at a key, at least 1; {@code standard} if it is not there. */
  int number(String key, int standard) {
    return has(key)
        ? value(
            key,
            text -> {
              int number = Integer.parseInt(text);
              if (number < 1) {
                throw new IllegalArgumentException("at least 1, not " + number);
              }
              return number;
            })
        : standard;
  }

  private Node value(String key) {
    Node found = values.get(key);
    if (found == null) {
      throw mistake(node, key + " is missing");
    }
    return found;
  }

  /** A mistake in this map as a whole. */
  BadInputException mistake(String what) {
    return mistake(node, what);
  }

  private BadInputException mistake(Node at, String what) {
    return new BadInputException(
        file
            + at.getStartMark().map(Mark::getLine).map(line -> ":" + (line + 1)).orElse("")
            + ": "
            + what);
  }
}
