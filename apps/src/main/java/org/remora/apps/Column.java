package org.remora.apps;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One way for processes to share what they know, and what is possible that way: a column of the
 * comparison.
 *
 * @param name the name of the column
 * @param forCrashes what was measured of the algorithm for crashes
 * @param forByzantine of the one for Byzantine faults; null if there is none here
 * @param sparse what a sparse graph survives; null if processes share all memories
 * @param scale how it grows
 */
record Column(
    String name,
    Measurement forCrashes,
    @Nullable Measurement forByzantine,
    @Nullable Bound sparse,
    Scale scale) {
  /** Nodes and links of each in the graphs that are small enough for their exact tolerance. */
  private static final int[][] GRAPHS = {{16, 4}, {24, 4}};

  /**
   * How a way of sharing grows.
   *
   * @param sizes what was run, from small to large
   * @param survived a run in which most of the largest crashed; null if there is none
   */
  record Scale(List<Size> sizes, @Nullable Evidence survived) {
    private static final int[] SIZES = {50, 200, 1_000};
    private static final int DEGREE = 16;
    private static final int SURVIVED_RUNS = 3;

    Scale {
      sizes = List.copyOf(sizes);
    }

    /**
     * One size.
     *
     * @param processes the number of processes
     * @param connections to how many of them a memory is open, at most
     * @param agreed the run
     */
    record Size(int processes, int connections, Laboratory.Agreed agreed) {}

    /** Runs an algorithm in larger and larger worlds. */
    static Scale of(Claim claim, Laboratory lab) {
      List<Size> sizes =
          IntStream.of(SIZES).boxed().toList().parallelStream()
              .map(
                  n -> {
                    Laboratory.Agreed agreed =
                        lab.agree(
                            "agree --algorithm "
                                + claim.algorithm()
                                + " --processes "
                                + n
                                + (claim.isOverGraph() ? " --degree " + DEGREE : "")
                                + " --propose red");
                    return new Size(n, Connections.most(agreed.report().plan()), agreed);
                  })
              .toList();
      int most = SIZES[SIZES.length - 1];
      Evidence survived =
          claim.isOverGraph()
              ? lab.survives(
                  String.format(
                      "check --algorithm %s --processes %d --degree %d --faulty-processes %d",
                      claim.algorithm(), most, DEGREE, most / 10 * 9),
                  SURVIVED_RUNS,
                  String.format(
                      "%,d of %,d processes crash, degree %d", most / 10 * 9, most, DEGREE))
              : null;
      return new Scale(sizes, survived);
    }

    /** How many connections a memory has: as many as processes, or the same number at any size. */
    String formula() {
      if (sizes.stream().allMatch(size -> size.connections == 0)) {
        return "0";
      } else if (sizes.stream().allMatch(size -> size.connections == size.processes)) {
        return "n";
      }
      List<String> each = new ArrayList<>();
      sizes.forEach(size -> each.add(Integer.toString(size.connections)));
      return String.join(", ", each.stream().distinct().toList());
    }

    /** How many crash in the run in which most of the largest do. */
    int crashes() {
      return largest().processes / 10 * 9;
    }

    Size largest() {
      return sizes.get(sizes.size() - 1);
    }

    boolean holds(Claim claim) {
      return sizes.stream().allMatch(size -> size.agreed.report().holds())
          && (survived != null || !claim.isOverGraph());
    }
  }

  /** The columns, from what was measured of each algorithm. */
  static List<Column> of(List<Measurement> rows, Laboratory lab) {
    return List.of(
        of("shared memory", rows, "disk-paxos", "robust-backup", lab),
        of("message passing", rows, "paxos", null, lab),
        of("RDMA, full", rows, "protected-memory-paxos", "fast-and-robust", lab),
        of("RDMA, sparse", rows, AgreeAlgorithm.Hybrid.NAME, null, lab));
  }

  private static Column of(
      String name,
      List<Measurement> rows,
      String crash,
      @Nullable String byzantine,
      Laboratory lab) {
    Measurement forCrashes = row(rows, crash);
    return new Column(
        name,
        forCrashes,
        byzantine == null ? null : row(rows, byzantine),
        forCrashes.claim().isOverGraph() ? sparse(lab) : null,
        Scale.of(forCrashes.claim(), lab));
  }

  private static Measurement row(List<Measurement> rows, String algorithm) {
    return rows.stream()
        .filter(row -> row.claim().algorithm().equals(algorithm))
        .findFirst()
        .orElseThrow();
  }

  /**
   * What sparse graphs survive: as many crashes as their exact tolerance, wherever the seeds place
   * them, and not one more where it hurts most.
   */
  private static Bound sparse(Laboratory lab) {
    List<Bound.Point> points = new ArrayList<>();
    for (int[] graph : GRAPHS) {
      int n = graph[0];
      var assessment = GraphOption.planned(n, graph[1]).assessment();
      int tolerated = assessment.tolerance().certified();
      String world = String.format(" --processes %d --degree %d", n, graph[1]);
      Evidence survived =
          lab.survives(
              "check --algorithm hybrid-ben-or" + world + " --faulty-processes " + tolerated,
              lab.runs(false),
              String.format("%d of %d processes crash, degree %d", tolerated, n, graph[1]));
      StringBuilder crashes = new StringBuilder();
      List<Integer> survivors = Arrays.stream(assessment.witness().survivors()).boxed().toList();
      for (int node = 0; node < n; node++) {
        if (!survivors.contains(node)) {
          crashes.append(" --crash-process ").append(node + 1).append("@0");
        }
      }
      Laboratory.Agreed stuck = lab.agree("agree --algorithm hybrid-ben-or" + world + crashes);
      List<Evidence> evidence = new ArrayList<>();
      if (survived != null) {
        evidence.add(survived);
      }
      evidence.add(stuck.evidence());
      points.add(
          new Bound.Point(
              n,
              survived == null ? 0 : tolerated,
              stuck.report().termination() ? null : n - survivors.size(),
              stuck.report().agreement(),
              evidence));
    }
    return new Bound("n", "f", points);
  }

  /** How many crashes it survives: of a sparse graph, what was survived at the largest sizes. */
  String crashTolerance() {
    if (sparse == null) {
      return forCrashes.processes().formula();
    }
    Bound.Point exact = sparse.points().get(sparse.points().size() - 1);
    return String.format(
        "%d of %d%s",
        exact.survived(),
        exact.size(),
        scale.survived() == null
            ? ""
            : String.format(", %,d of %,d", scale.crashes(), scale.largest().processes()));
  }

  /** What is left of n in Byzantine processes. */
  String byzantineTolerance() {
    if (forByzantine != null) {
      return forByzantine.processes().formula();
    }
    Bound liars = forCrashes.byzantine();
    return liars == null ? "not measured" : liars.formula();
  }

  /** All that the cells of this column rest on, beyond what the rows of its algorithms do. */
  List<Evidence> evidence() {
    List<Evidence> all = new ArrayList<>();
    if (sparse != null) {
      sparse.points().forEach(point -> all.addAll(point.evidence()));
    }
    scale.sizes().forEach(size -> all.add(size.agreed().evidence()));
    if (scale.survived() != null) {
      all.add(scale.survived());
    }
    return all;
  }

  boolean holds() {
    return scale.holds(forCrashes.claim())
        && (sparse == null || sparse.points().stream().allMatch(p -> p.safe() && p.survived() > 0));
  }
}
