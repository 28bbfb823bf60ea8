package org.remora.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a graph of shared-memory links for a cluster and certifies what it tolerates.
 *
 * <p>The choice: with degrees of at least half the nodes a bipartite or a ring graph that tolerates
 * all but one crash; up to 64 nodes the best of searched circulants, named and random graphs by
 * exact tolerance; polarity graphs or unions of random permutations or matchings, whichever
 * certifies more. With zones: random layers without edges inside zones, or a lift of a graph of
 * racks, whichever certifies more. All methods are deterministic in their arguments, may be called
 * from any thread, and use one more thread for the attack.
 */
public final class Planner {
  private static final int CIRCULANTS = 120;
  private static final int SMALL_NODES_MAX = 64;
  private static final int FINALISTS = 3;
  private static final int COMPARED_NODES_MAX = 1_000;

  private Planner() {}

  /** A graph and how it came to be. */
  private record Built(CompactGraph graph, Construction origin) {}

  /**
   * Plans.
   *
   * @throws BadGraphException if the request cannot be met; the message is one line
   */
  public static Plan plan(PlanRequest request) {
    Plan best = null;
    for (Built built : candidates(request)) {
      Plan plan = assess(request, built);
      if (best == null || plan.tolerance().certified() > best.tolerance().certified()) {
        best = plan;
      }
      if (request.zones() == null && plan.tolerance().exact().isPresent()) {
        // The candidates after this one were broken by as many crashes as this one was.
        break;
      }
    }
    if (best == null) {
      throw new IllegalStateException("no construction fits");
    }
    return best;
  }

  /**
   * Finds the smallest degree whose plan is certified to tolerate {@code failures} crashes.
   *
   * @param request what to plan for; its degree is where the search starts
   * @param degreeMax where the search ends
   * @throws BadGraphException if no degree up to {@code degreeMax} is enough
   */
  public static Plan planFor(PlanRequest request, int failures, int degreeMax) {
    int n = request.nodes();
    if (failures > n - 1) {
      throw new BadGraphException("of " + n + " nodes at most " + (n - 1) + " may crash");
    }
    for (int d = request.degree(); d <= Math.min(degreeMax, n - 1); d++) {
      if (UniversalBound.tolerance(n, d) >= failures && promises(n, d) >= failures) {
        Plan plan = plan(request.withDegree(d));
        if (plan.tolerance().certified() >= failures) {
          return plan;
        }
      }
    }
    throw new BadGraphException(
        "no degree up to " + degreeMax + " is certified to tolerate " + failures + " crashes");
  }

  /** What can be hoped for before drawing anything; small graphs are tried in earnest. */
  private static int promises(int n, int d) {
    if (n <= 200 || d >= n / 2) {
      return n;
    }
    return Math.max(seedTolerance(n, d), polarityTolerance(n, d));
  }

  /** Audits a graph that stands: everything but the certificates that rest on an origin. */
  public static Plan audit(
      List<String> labels,
      CompactGraph graph,
      @Nullable Zones zones,
      QueuePairs queuePairs,
      Seed coins,
      Effort effort) {
    Construction origin = new Construction.Other("given");
    return assess(labels, graph, graph.maxDegree(), origin, zones, queuePairs, coins, effort);
  }

  private static Plan assess(PlanRequest request, Built built) {
    Seed coins = request.seed().derive("coins");
    return assess(
        request.labels(),
        built.graph(),
        request.degree(),
        built.origin(),
        request.zones(),
        request.queuePairs(),
        coins,
        request.effort());
  }

  static Plan assess(
      List<String> labels,
      CompactGraph graph,
      int degree,
      Construction origin,
      @Nullable Zones zones,
      QueuePairs queuePairs,
      Seed coins,
      Effort effort) {
    Assessment assessment = Assessment.of(graph, origin, coins, effort);
    ZoneReport report =
        zones == null ? null : ZoneReport.of(graph, zones, assessment.tolerance().certified());
    return new Plan(labels, graph, degree, origin, assessment, zones, report, queuePairs);
  }

  private static List<Built> candidates(PlanRequest request) {
    int n = request.nodes();
    int d = request.degree();
    if (!request.budgets().isEmpty()) {
      return List.of(layers(request, smallest(request.budgetOfEach())));
    }
    if (request.zones() != null && request.evenSpread()) {
      return List.of(lift(request, request.zones()));
    }
    if (request.zones() != null) {
      List<Built> zoned = new ArrayList<>(List.of(layers(request, d)));
      if (RackLift.fits(request.zones())) {
        zoned.add(lift(request, request.zones()));
      }
      return zoned;
    }
    if (d >= n / 2) {
      return List.of(dense(request));
    }
    if (n <= SMALL_NODES_MAX) {
      return small(request);
    }
    if (d == 2) {
      return List.of(new Built(SmallGraphs.ring(n, 1), new Construction.Other("ring")));
    }
    int polarity = polarityTolerance(n, d);
    if (polarity > 0 && n <= COMPARED_NODES_MAX) {
      return List.of(polarity(request), layers(request, d));
    }
    return List.of(
        polarity > 0 && polarity >= seedTolerance(n, d) ? polarity(request) : layers(request, d));
  }

  private static int smallest(int[] budgets) {
    return Arrays.stream(budgets).min().orElseThrow();
  }

  /**
   * With d ≥ ⌊n/2⌋: the fewest links for which every node is reached from every half, which is what
   * a tolerance of n − 1 needs. Where n·⌊n/2⌋ is odd and d = ⌊n/2⌋ one node stays short, and with
   * it the tolerance, of the best, as it must for every such graph.
   */
  private static Built dense(PlanRequest request) {
    int n = request.nodes();
    int h = n / 2;
    if (n % 2 == 0 || (h % 2 == 1 && request.degree() > h)) {
      return new Built(
          SmallGraphs.completeBipartite(h, n - h), new Construction.Other("complete bipartite"));
    }
    if (h % 2 == 0) {
      return new Built(
          SmallGraphs.ring(n, h / 2), new Construction.Other("ring of near neighbours"));
    }
    CompactGraph ring = SmallGraphs.ring(n, (h - 1) / 2);
    // Node v and its near-antipode v + h: a matching of all but one.
    EdgeList edges = ring.edgeList();
    for (int v = 0; v < h; v++) {
      edges.add(v, v + h);
    }
    return new Built(
        CompactGraph.of(n, edges), new Construction.Other("ring of near neighbours with chords"));
  }

  private static int seedTolerance(int n, int d) {
    int permutations = new SeedCertificate(n, d / 2, d % 2).tolerance(0, 0);
    return n % 2 == 1
        ? permutations
        : Math.max(permutations, new SeedCertificate(n, 0, d).tolerance(0, 0));
  }

  private static int polarityTolerance(int n, int d) {
    int q = PolarityGraph.smallestOrder(n, d);
    return q == 0 ? 0 : Assessment.polarityTolerance(n, q);
  }

  private static Built polarity(PlanRequest request) {
    int q = PolarityGraph.smallestOrder(request.nodes(), request.degree());
    CompactGraph graph = PolarityGraph.of(q, request.nodes());
    return new Built(fill(request, graph), new Construction.Polarity(q));
  }

  private static CompactGraph fill(PlanRequest request, CompactGraph graph) {
    return TopUp.fill(
        graph,
        request.budgetOfEach(),
        request.zoneOfEach(),
        new SeedStream(request.seed(), "top-up"));
  }

  /** Random layers of the given degree, topped up to the budgets. */
  private static Built layers(PlanRequest request, int d) {
    int n = request.nodes();
    int permutations = d / 2;
    int matchings = d % 2;
    // Decided before anything is drawn, so it costs the certificate nothing.
    if (n % 2 == 0
        && new SeedCertificate(n, 0, d).tolerance(0, 0)
            > new SeedCertificate(n, permutations, matchings).tolerance(0, 0)) {
      permutations = 0;
      matchings = d;
    }
    List<Integer> choices =
        request.zones() == null
            ? List.of()
            : choices(request.zones(), request.seed(), permutations, matchings);
    Construction.RandomLayers origin =
        new Construction.RandomLayers(
            request.seed(), n, permutations, matchings, choices, List.of());
    EdgeList edges = outer(Layers.replay(origin).edges(), request.zones());
    return new Built(fill(request, CompactGraph.of(n, edges)), origin);
  }

  /** The edges that do not stay within one zone. */
  static EdgeList outer(EdgeList edges, @Nullable Zones zones) {
    if (zones == null) {
      return edges;
    }
    EdgeList kept = new EdgeList(edges.size());
    for (int i = 0; i < edges.size(); i++) {
      if (zones.zone(edges.from(i)) != zones.zone(edges.to(i))) {
        kept.add(edges.from(i), edges.to(i));
      }
    }
    return kept;
  }

  /** For each layer the candidate with the fewest edges inside zones, of as many as time allows. */
  private static List<Integer> choices(Zones zones, Seed seed, int permutations, int matchings) {
    int n = zones.nodes();
    int layers = permutations + matchings;
    int tries = (int) Math.max(4, Math.min(2_000, 5_000_000L / ((long) n * layers)));
    List<Integer> choices = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      int best = 1;
      int fewest = Integer.MAX_VALUE;
      for (int choice = 1; choice <= tries && fewest > 0; choice++) {
        int[] image = Layers.candidate(seed, n, layer < permutations, layer, choice);
        int inner = 0;
        for (int v = 0; v < n; v++) {
          inner += image[v] >= 0 && zones.zone(v) == zones.zone(image[v]) ? 1 : 0;
        }
        if (inner < fewest) {
          fewest = inner;
          best = choice;
        }
      }
      choices.add(best);
    }
    return choices;
  }

  /**
   * A lift of complete graphs of racks while the degree allows, and of a planned one for the rest.
   */
  private static Built lift(PlanRequest request, Zones zones) {
    int racks = zones.names().size();
    int d = request.degree();
    List<CompactGraph> bases = new ArrayList<>();
    int rest = d;
    while (rest >= racks - 1) {
      bases.add(complete(racks));
      rest -= racks - 1;
    }
    if (rest >= 2) {
      PlanRequest rackRequest =
          PlanRequest.of(racks, rest)
              .withSeed(request.seed().derive("racks"))
              .withEffort(Effort.standard().attack(20_000));
      bases.add(candidates(rackRequest).get(0).graph());
    }
    CompactGraph lifted = RackLift.of(zones, bases, new SeedStream(request.seed(), "lift"));
    return new Built(
        fill(request, lifted), new Construction.Other("lift of a graph of " + racks + " racks"));
  }

  private static CompactGraph complete(int n) {
    EdgeList edges = new EdgeList(n * n / 2);
    for (int a = 0; a < n; a++) {
      for (int b = a + 1; b < n; b++) {
        edges.add(a, b);
      }
    }
    return CompactGraph.of(n, edges);
  }

  /** Up to 64 nodes: a quick attack ranks many graphs, the few best are assessed in earnest. */
  private static List<Built> small(PlanRequest request) {
    int n = request.nodes();
    int d = request.degree();
    List<Built> all = new ArrayList<>();
    for (Map.Entry<String, CompactGraph> named : SmallGraphs.named(n, d).entrySet()) {
      all.add(new Built(named.getValue(), new Construction.Other(named.getKey())));
    }
    if (PolarityGraph.smallestOrder(n, d) > 0) {
      all.add(polarity(request));
    }
    SeedStream chance = new SeedStream(request.seed(), "circulants");
    for (int i = 0; i < CIRCULANTS; i++) {
      int[] offsets = SmallGraphs.randomOffsets(n, d, chance);
      Arrays.sort(offsets);
      CompactGraph graph = fill(request, SmallGraphs.circulant(n, offsets));
      all.add(new Built(graph, new Construction.Other("circulant " + Arrays.toString(offsets))));
    }
    if (d > 2) {
      all.add(layers(request, d));
    }
    request.effort().listener().accept("ranking " + all.size() + " graphs by a quick attack");
    int[] fatal = new int[all.size()];
    for (int i = 0; i < fatal.length; i++) {
      SeedStream attack = new SeedStream(request.seed(), "ranking " + i);
      fatal[i] = AdversarySearch.search(all.get(i).graph(), 400L * n, attack).crashes(n);
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < fatal.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparing(i -> -fatal[i]));
    List<Built> finalists = new ArrayList<>();
    for (int i : order.subList(0, Math.min(4 * FINALISTS, order.size()))) {
      SeedStream attack = new SeedStream(request.seed(), "final " + i);
      fatal[i] = AdversarySearch.search(all.get(i).graph(), 6_000L * n, attack).crashes(n);
    }
    List<Integer> last = new ArrayList<>(order.subList(0, Math.min(4 * FINALISTS, order.size())));
    last.sort(Comparator.comparing(i -> -fatal[i]));
    int best = fatal[last.get(0)];
    for (int i : last) {
      if (fatal[i] == best && finalists.size() < FINALISTS) {
        finalists.add(all.get(i));
      }
    }
    return finalists;
  }
}
