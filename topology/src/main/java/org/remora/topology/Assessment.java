package org.remora.topology;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * All that is known of a graph's tolerance: certificates below, witnesses above.
 *
 * @param tolerance the best of it
 * @param certificates every certificate that was tried
 * @param witness survivors that reach no majority
 * @param split two groups that share no memory
 * @param spectrum where the eigenvalues are
 */
public record Assessment(
    Tolerance tolerance,
    List<Certificate> certificates,
    Witness witness,
    Split split,
    Spectrum spectrum) {

  private static final int QUICK_SPECTRUM_NODES = 20_000;

  /** Copies the list. */
  public Assessment {
    certificates = List.copyOf(certificates);
  }

  /**
   * Assesses a graph: the attack in a second thread, everything else in the caller's.
   *
   * @param graph any graph of at least three nodes
   * @param origin how it came to be; certificates that rest on the origin are tried only then
   * @param coins chance for certificates and attack, drawn independently of the graph
   * @param effort how hard to work
   */
  public static Assessment of(CompactGraph graph, Construction origin, Seed coins, Effort effort) {
    requireSize(graph);
    CompletableFuture<Witness> attack =
        CompletableFuture.supplyAsync(
            () -> {
              effort.listener().accept("looking for survivors that reach no majority");
              SeedStream chance = new SeedStream(coins, "attack");
              return AdversarySearch.search(graph, effort.attackSteps(graph), chance);
            });
    CompletableFuture<Split> parted =
        attack.thenApplyAsync(
            found -> {
              effort.listener().accept("looking for two groups that share no memory");
              long steps = Math.max(20_000L, Math.min(20L * graph.nodes(), 2_000_000L));
              return SplitSearch.search(graph, found, steps, new SeedStream(coins, "split"));
            });
    try {
      return assess(graph, origin, coins, effort, attack, parted);
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static Assessment assess(
      CompactGraph graph,
      Construction origin,
      Seed coins,
      Effort effort,
      CompletableFuture<Witness> attack,
      CompletableFuture<Split> parted) {
    int n = graph.nodes();
    List<Certificate> certificates = new ArrayList<>(simple(graph, origin));
    effort.listener().accept("bounding the eigenvalues");
    SpectrumBounds bounds = spectrum(graph, coins, 1);
    certificates.addAll(spectral(graph, bounds));
    if (isWorthWeighting(graph, effort)) {
      effort.listener().accept("weighting the edges");
      certificates.add(weighted(graph));
    }
    OptionalInt exact = OptionalInt.empty();
    Witness witness;
    if (n <= effort.exactNodesMax()) {
      effort.listener().accept("solving exactly");
      ExactTolerance.Result result = ExactTolerance.of(graph, effort.exact());
      certificates.add(Certificate.sure(Certificate.Kind.EXACT, result.lower()));
      witness = larger(result.witness(), attack.join());
      exact = result.isExact() ? OptionalInt.of(result.lower()) : exact;
    } else {
      witness = attack.join();
    }
    Split split = parted.join();
    return of(graph, certificates, witness, split, Spectrum.of(graph, bounds), exact);
  }

  /** Puts the parts together and checks that no certificate contradicts a witness. */
  private static Assessment of(
      CompactGraph graph,
      List<Certificate> certificates,
      Witness witness,
      Split split,
      Spectrum spectrum,
      OptionalInt exact) {
    int n = graph.nodes();
    Certificate best = best(certificates);
    Tolerance tolerance =
        new Tolerance(
            best.tolerance(),
            best.kind(),
            witness.crashes(n),
            split.crashes(n),
            UniversalBound.tolerance(n, graph.maxDegree()),
            exact);
    if (!witness.refutes(graph)
        || !split.separates(graph)
        || tolerance.certified() >= tolerance.refuted()) {
      throw new IllegalStateException("a certificate and a witness contradict each other");
    }
    return new Assessment(tolerance, certificates, witness, split, spectrum);
  }

  /** The certificate with the largest tolerance; one without chance wins a tie. */
  static Certificate best(List<Certificate> certificates) {
    return certificates.stream()
        .max(
            Comparator.comparingInt(Certificate::tolerance)
                .thenComparing(c -> -c.failureLog2())
                .thenComparing(Certificate::kind))
        .orElseThrow();
  }

  /** The certificates that need no search: sizes, connectivity, and the origin's own. */
  static List<Certificate> simple(CompactGraph graph, Construction origin) {
    int n = graph.nodes();
    List<Certificate> found = new ArrayList<>();
    found.add(Certificate.sure(Certificate.Kind.MAJORITY, (n + 1) / 2 - 1));
    found.add(Certificate.sure(Certificate.Kind.CONNECTIVITY, Connectivity.tolerance(graph)));
    found.add(Certificate.sure(Certificate.Kind.DEGREE, Connectivity.degreeTolerance(graph)));
    if (origin instanceof Construction.RandomLayers layers && layers.seed().carriesCertificate()) {
      found.add(
          new Certificate(
              Certificate.Kind.SEED, seedTolerance(graph, layers), SeedCertificate.FAILURE_LOG2));
    }
    if (origin instanceof Construction.Polarity polarity && contains(graph, polarity.order())) {
      found.add(
          Certificate.sure(Certificate.Kind.POLARITY, polarityTolerance(n, polarity.order())));
    }
    return found;
  }

  /**
   * What the seed certifies, by drawing the layers anew and counting the edges that are missing.
   */
  private static int seedTolerance(CompactGraph graph, Construction.RandomLayers origin) {
    Layers layers = Layers.replay(origin);
    if (layers.nodes() != graph.nodes()) {
      throw new BadGraphException(
          "the seed gives " + layers.nodes() + " nodes, the graph has " + graph.nodes());
    }
    CompactGraph drawn = CompactGraph.of(layers.nodes(), layers.edges());
    int lost = 0;
    for (int v = 0; v < drawn.nodes(); v++) {
      for (int i = 0; i < drawn.degree(v); i++) {
        int u = drawn.neighbour(v, i);
        lost += v < u && !graph.hasEdge(v, u) ? 1 : 0;
      }
    }
    return new SeedCertificate(graph.nodes(), origin.permutations(), origin.matchings())
        .tolerance(origin.choiceBits(), lost);
  }

  /** What ER_q certifies for a part of n of its points. */
  static int polarityTolerance(int n, int q) {
    double rhoSquared = (double) q / ((q + 1) * (q + 1));
    return HaemersBound.tolerance(n, PolarityGraph.nodes(q), rhoSquared * (1 + 0x1.0p-50));
  }

  private static boolean contains(CompactGraph graph, int q) {
    // The planner takes the smallest order that is enough, so a much larger one is no claim of its.
    if (q > 1_000
        || !PrimePowerField.isPrimePower(q)
        || PolarityGraph.nodes(q) < graph.nodes()
        || PolarityGraph.nodes(q) > 5 * graph.nodes() + 100) {
      return false;
    }
    CompactGraph part = PolarityGraph.of(q, graph.nodes());
    for (int v = 0; v < part.nodes(); v++) {
      for (int i = 0; i < part.degree(v); i++) {
        if (!graph.hasEdge(v, part.neighbour(v, i))) {
          return false;
        }
      }
    }
    return true;
  }

  /** Bounds on the eigenvalues; a higher patience gives tighter ones where chance is used. */
  static SpectrumBounds spectrum(CompactGraph graph, Seed coins, double patience) {
    Laplacian laplacian = new Laplacian(graph);
    if (graph.nodes() <= DefiniteCheck.NODES_MAX) {
      return DefiniteCheck.of(laplacian);
    }
    int steps = graph.nodes() <= QUICK_SPECTRUM_NODES ? 400 : 200;
    return GrowthCheck.of(laplacian, (int) (steps * patience), new SeedStream(coins, "spectrum"));
  }

  /** What bounds on the eigenvalues certify. */
  static List<Certificate> spectral(CompactGraph graph, SpectrumBounds bounds) {
    int n = graph.nodes();
    double chance = bounds.failureLog2();
    int haemers = HaemersBound.tolerance(n, bounds);
    int quotient = QuotientTest.tolerance(n, graph.maxDegree(), bounds, haemers);
    return List.of(
        new Certificate(Certificate.Kind.PAPER, HaemersBound.paperTolerance(n, bounds), chance),
        new Certificate(Certificate.Kind.HAEMERS, haemers, chance),
        new Certificate(Certificate.Kind.QUOTIENT, quotient, chance));
  }

  private static boolean isWorthWeighting(CompactGraph graph, Effort effort) {
    return graph.nodes() <= effort.weightsNodesMax() && graph.isConnected();
  }

  /** What optimised weights certify. */
  static Certificate weighted(CompactGraph graph) {
    int iterations = Math.max(20, Math.min(150, 60_000 / graph.nodes()));
    Laplacian laplacian = EdgeWeights.improve(graph, iterations);
    SpectrumBounds bounds = DefiniteCheck.of(laplacian);
    return Certificate.sure(
        Certificate.Kind.WEIGHTED, HaemersBound.tolerance(graph.nodes(), bounds));
  }

  private static Witness larger(Witness a, Witness b) {
    return a.size() >= b.size() ? a : b;
  }

  private static void requireSize(CompactGraph graph) {
    if (graph.nodes() < 3) {
      throw new BadGraphException("a plan needs at least 3 nodes, not " + graph.nodes());
    }
  }
}
