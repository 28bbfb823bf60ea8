package org.remora.apps;

import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.remora.crash.Neighbourhoods;
import org.remora.topology.BadGraphException;
import org.remora.topology.CompactGraph;
import org.remora.topology.Effort;
import org.remora.topology.GraphFiles;
import org.remora.topology.Plan;
import org.remora.topology.PlanRequest;
import org.remora.topology.Planner;
import org.remora.topology.Seed;

/** The graph that {@code --graph} or {@code --degree} names. */
final class GraphOption {
  /** What {@code remora plan --seed} calls it: any will do where the graph is judged by runs. */
  private static final Seed SEED = Seed.parse("1");

  /** Not much: what a graph survives is seen when it runs, or known exactly of small ones. */
  private static final Effort EFFORT =
      new Effort(24, (visited, below) -> true, 10_000, 100, line -> {});

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

  /**
   * The graph that the planner makes for so many nodes of a degree, the same each time. Where there
   * may be as many links as there can be, there are.
   */
  static Neighbourhoods plan(int nodes, int degree) {
    return degree == nodes - 1
        ? Neighbourhoods.complete(nodes)
        : neighbourhoods(planned(nodes, degree).graph());
  }

  /** That graph, and what is known of it. */
  static Plan planned(int nodes, int degree) {
    try {
      return Planner.plan(PlanRequest.of(nodes, degree).withSeed(SEED).withEffort(EFFORT));
    } catch (BadGraphException e) {
      throw new BadInputException("--degree: " + e.getMessage());
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
