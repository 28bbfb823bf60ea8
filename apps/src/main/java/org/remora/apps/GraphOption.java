package org.remora.apps;

import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.remora.crash.Neighbourhoods;
import org.remora.topology.BadGraphException;
import org.remora.topology.CompactGraph;
import org.remora.topology.GraphFiles;

/** Reads the graph that {@code --graph} names. */
final class GraphOption {
  private GraphOption() {}

  /** The neighbourhoods of the file's nodes, which become processes 1, 2, … in its order. */
  static Neighbourhoods read(String file) {
    try {
      return neighbourhoods(GraphFiles.read(Path.of(file)).graph());
    } catch (BadGraphException | InvalidPathException e) {
      throw new BadInputException("--graph: " + e.getMessage());
    } catch (UncheckedIOException e) {
      throw new BadInputException("--graph: cannot read " + file);
    }
  }

  private static Neighbourhoods neighbourhoods(CompactGraph graph) {
    int[][] neighbours = new int[graph.nodes()][];
    for (int node = 0; node < graph.nodes(); node++) {
      neighbours[node] = new int[graph.degree(node)];
      for (int i = 0; i < neighbours[node].length; i++) {
        neighbours[node][i] = graph.neighbour(node, i) + 1;
      }
    }
    return Neighbourhoods.of(neighbours);
  }
}
