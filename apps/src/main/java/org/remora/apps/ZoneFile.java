package org.remora.apps;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.remora.topology.BadGraphException;
import org.remora.topology.GraphFiles;
import org.remora.topology.Zones;

/**
 * A CSV file with the header {@code node,zone}, {@code node,degree} or {@code node,zone,degree}.
 */
final class ZoneFile {
  private final Map<String, String> zones = new LinkedHashMap<>();
  private final Map<String, Integer> degrees = new LinkedHashMap<>();
  private final Set<String> names = new LinkedHashSet<>();

  private ZoneFile() {}

  /** Reads; a wrong line is named by its number. */
  static ZoneFile read(Path path) {
    ZoneFile file = new ZoneFile();
    String name = String.valueOf(path.getFileName());
    GraphFiles.readCsv(
        path,
        (line, header, row) -> {
          if (!header.get(0).equals("node") || header.size() < 2) {
            throw new BadGraphException(
                name + ": line 1: the header must be node,zone[,degree] or node,degree");
          }
          try {
            file.add(header, row);
          } catch (BadGraphException e) {
            throw new BadGraphException(name + ": line " + line + ": " + e.getMessage(), e);
          }
        });
    if (file.names.isEmpty()) {
      throw new BadGraphException(name + ": it names no nodes");
    }
    return file;
  }

  private void add(List<String> header, List<String> row) {
    String node = row.get(0);
    if (node.isEmpty()) {
      throw new BadGraphException("a node has no name");
    }
    if (!names.add(node)) {
      throw new BadGraphException("node " + node + " comes twice");
    }
    for (int i = 1; i < header.size(); i++) {
      switch (header.get(i)) {
        case "zone" -> zones.put(node, row.get(i));
        case "degree" -> degrees.put(node, degree(row.get(i)));
        default -> throw new BadGraphException("unknown column '" + header.get(i) + "'");
      }
    }
  }

  private static int degree(String text) {
    if (!text.matches("[0-9]{1,6}")) {
      throw new BadGraphException("a degree is a whole number, not '" + text + "'");
    }
    return Integer.parseInt(text);
  }

  List<String> labels() {
    return List.copyOf(names);
  }

  boolean hasZones() {
    return !zones.isEmpty();
  }

  /** The zones of the given nodes. */
  Zones zonesFor(List<String> nodes) {
    List<String> each = new ArrayList<>();
    for (String node : nodes) {
      @Nullable String zone = zones.get(node);
      if (zone == null) {
        throw new BadGraphException("the zones file does not name node " + node);
      }
      each.add(zone);
    }
    return Zones.of(each);
  }

  /** How many links each node may have; {@code otherwise} where the file has no such column. */
  List<Integer> budgets(int otherwise) {
    List<Integer> budgets = new ArrayList<>();
    for (String label : names) {
      budgets.add(Math.min(degrees.getOrDefault(label, otherwise), otherwise));
    }
    return budgets;
  }

  /** The largest degree in the file, 0 if it has none. */
  int largestBudget() {
    int most = 0;
    for (int degree : degrees.values()) {
      most = Math.max(most, degree);
    }
    return most;
  }
}
