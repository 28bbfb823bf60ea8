package org.remora.topology;

import java.util.Arrays;

/**
 * The exact crash tolerance of Hybrid Ben-Or on a graph of up to 128 nodes, by branch and bound.
 *
 * <p>Hybrid Ben-Or survives every f crashes if and only if every set S of n − f processes has
 * |N[S]| &gt; n/2 [ABCGPT18]. So the tolerance is n − 1 − |S| for the largest S with |N[S]| &le;
 * ⌊n/2⌋, and that is what is searched for here.
 */
public final class ExactTolerance {
  /** The largest graph this class takes. */
  public static final int NODES_MAX = 128;

  /** Told now and then how the search goes; may be slow work's only way to stop early. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called about every 100,000 visited subproblems.
     *
     * @param visited subproblems visited so far
     * @param provenBelow the tolerance is at most this
     * @return whether to go on
     */
    boolean goOn(long visited, int provenBelow);
  }

  /**
   * What the search found: {@code lower <= tolerance <= upper}, equal when it was not stopped.
   *
   * @param lower crashes that are survived for certain
   * @param upper the tolerance is at most this; {@code witness} proves it
   * @param witness a largest set of survivors that reaches no majority
   * @param visited how many subproblems were visited
   */
  public record Result(int lower, int upper, Witness witness, long visited) {
    /** Whether the tolerance is known exactly. */
    public boolean isExact() {
      return lower == upper;
    }
  }

  private static final int UNIT = 1 << 20;
  private static final int PROGRESS_EVERY = 100_000;

  private final int n;
  private final long[] closedLow;
  private final long[] closedHigh;
  private final Progress progress;
  private final long[] costs;
  private final int[] shares;
  private final int[] prices;

  private int best;
  private long bestLow;
  private long bestHigh;
  private long visited;
  private boolean stopped;
  private long usefulLow;
  private long usefulHigh;

  private ExactTolerance(CompactGraph graph, Progress progress) {
    this.n = graph.nodes();
    this.progress = progress;
    this.closedLow = new long[n];
    this.closedHigh = new long[n];
    this.costs = new long[n];
    this.shares = new int[n];
    this.prices = new int[n];
    for (int v = 0; v < n; v++) {
      mark(v, v);
      for (int i = 0; i < graph.degree(v); i++) {
        mark(v, graph.neighbour(v, i));
      }
    }
  }

  private void mark(int v, int u) {
    if (u < 64) {
      closedLow[v] |= 1L << u;
    } else {
      closedHigh[v] |= 1L << (u - 64);
    }
  }

  /**
   * Searches until it knows.
   *
   * @throws BadGraphException if the graph has more than {@link #NODES_MAX} nodes
   */
  public static Result of(CompactGraph graph) {
    return of(graph, (visited, below) -> true);
  }

  /**
   * Searches until it knows or {@code progress} stops it; then the bounds reached so far are given.
   *
   * @throws BadGraphException if the graph has more than {@link #NODES_MAX} nodes
   */
  public static Result of(CompactGraph graph, Progress progress) {
    if (graph.nodes() > NODES_MAX) {
      throw new BadGraphException(
          "exact tolerance is for at most " + NODES_MAX + " nodes, not " + graph.nodes());
    }
    // A good first set makes the bound bite from the start; its quality decides nothing else.
    SeedStream chance = new SeedStream(new Seed("00"), "exact-start");
    Witness start = AdversarySearch.search(graph, 2_000L * graph.nodes(), chance);
    ExactTolerance search = new ExactTolerance(graph, progress);
    return search.run(start);
  }

  private Result run(Witness start) {
    best = start.size();
    for (int v : start.survivors()) {
      if (v < 64) {
        bestLow |= 1L << v;
      } else {
        bestHigh |= 1L << (v - 64);
      }
    }
    long allLow = n >= 64 ? -1L : (1L << n) - 1;
    long allHigh = n <= 64 ? 0 : n == 128 ? -1L : (1L << (n - 64)) - 1;
    int open = explore(allLow, allHigh, 0, 0, n / 2);
    int largest = Math.max(best, open);
    return new Result(n - 1 - largest, n - 1 - best, new Witness(members()), visited);
  }

  private int[] members() {
    int[] members = new int[best];
    int count = 0;
    for (int v = 0; v < n; v++) {
      if ((v < 64 ? bestLow >>> v : bestHigh >>> (v - 64)) << 63 != 0) {
        members[count++] = v;
      }
    }
    return members;
  }

  /**
   * Explores all sets S of candidates whose closed neighbourhood adds at most {@code budget} nodes
   * to the covered ones.
   *
   * @return 0 if all were explored, else an upper bound on the size of those that were not
   */
  private int explore(long candLow, long candHigh, long covLow, long covHigh, int budget) {
    int bound = bound(candLow, candHigh, covLow, covHigh, budget);
    if (bound <= best) {
      return 0;
    }
    if (stopped) {
      return bound;
    }
    if (++visited % PROGRESS_EVERY == 0 && !progress.goOn(visited, n - 1 - best)) {
      stopped = true;
      return bound;
    }
    long low = usefulLow;
    long high = usefulHigh;
    int pivot = pivot();
    if (pivot < 0) {
      // Every remaining candidate is free: together they are the best set here.
      best = bound;
      bestLow = low;
      bestHigh = high;
      return 0;
    }
    int open = 0;
    if (budget > 0) {
      long bitLow = pivot < 64 ? 1L << pivot : 0;
      long bitHigh = pivot < 64 ? 0 : 1L << (pivot - 64);
      open = explore(low, high, covLow | bitLow, covHigh | bitHigh, budget - 1);
    }
    int other =
        explore(low & ~closedLow[pivot], high & ~closedHigh[pivot], covLow, covHigh, budget);
    return Math.max(open, other);
  }

  /** The uncovered node that most candidates of the last bound would cover, −1 if there is none. */
  private int pivot() {
    int pivot = -1;
    for (int u = 0; u < n; u++) {
      if (shares[u] > 0 && (pivot < 0 || shares[u] > shares[pivot])) {
        pivot = u;
      }
    }
    return pivot;
  }

  /** Counts for each uncovered node the candidates that would cover it. */
  private void share(long candLow, long candHigh, long covLow, long covHigh) {
    for (int u = 0; u < n; u++) {
      boolean covered = ((u < 64 ? covLow >>> u : covHigh >>> (u - 64)) & 1) != 0;
      shares[u] =
          covered
              ? 0
              : Long.bitCount(candLow & closedLow[u]) + Long.bitCount(candHigh & closedHigh[u]);
      prices[u] = shares[u] == 0 ? 0 : UNIT / shares[u];
    }
  }

  /**
   * How large S can be at most: each node not yet covered costs 1, shared evenly among the
   * candidates that would cover it; a set S pays at least the sum of its members' shares, so the
   * cheapest members that fit the budget bound its size. Shares are rounded down.
   *
   * <p>A candidate too dear for any S larger than the best one is no use: the others are left in
   * {@link #usefulLow} and {@link #usefulHigh}, and the bound is taken again with them alone.
   */
  private int bound(long candLow, long candHigh, long covLow, long covHigh, int budget) {
    usefulLow = candLow;
    usefulHigh = candHigh;
    while (true) {
      share(usefulLow, usefulHigh, covLow, covHigh);
      int free = 0;
      int priced = 0;
      long low = usefulLow;
      long high = usefulHigh;
      while ((low | high) != 0) {
        int v;
        if (low != 0) {
          v = Long.numberOfTrailingZeros(low);
          low &= low - 1;
        } else {
          v = 64 + Long.numberOfTrailingZeros(high);
          high &= high - 1;
        }
        int price = cost(closedLow[v] & ~covLow, closedHigh[v] & ~covHigh);
        if (price == 0) {
          free++;
        } else {
          costs[priced++] = (long) price << 8 | v;
        }
      }
      Arrays.sort(costs, 0, priced);
      long purse = (long) budget * UNIT;
      int affordable = 0;
      long limit = purse;
      while (affordable < priced && costs[affordable] >>> 8 <= purse) {
        // A member beyond these must leave room for as many of the cheapest as are needed.
        limit = free + affordable + 1 <= best ? purse - (costs[affordable] >>> 8) : limit;
        purse -= costs[affordable++] >>> 8;
      }
      if (free + affordable <= best) {
        return free + affordable;
      }
      int kept = priced;
      while (kept > 0 && costs[kept - 1] >>> 8 > limit) {
        drop((int) costs[--kept] & 0xff);
      }
      if (kept == priced) {
        return free + affordable;
      }
    }
  }

  private void drop(int v) {
    if (v < 64) {
      usefulLow &= ~(1L << v);
    } else {
      usefulHigh &= ~(1L << (v - 64));
    }
  }

  private int cost(long restLow, long restHigh) {
    int cost = 0;
    for (long bits = restLow; bits != 0; bits &= bits - 1) {
      cost += prices[Long.numberOfTrailingZeros(bits)];
    }
    for (long bits = restHigh; bits != 0; bits &= bits - 1) {
      cost += prices[64 + Long.numberOfTrailingZeros(bits)];
    }
    return cost;
  }
}
