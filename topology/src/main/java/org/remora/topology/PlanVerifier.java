package org.remora.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * Recomputes every claim of a plan from its edges alone, trusting nothing else in it.
 *
 * <p>Where a certificate rests on the seed, the layers are drawn anew and looked for among the
 * edges; where it rests on coins, fresh ones are drawn, with more patience than the planner had. A
 * verifier cannot see whether a seed was drawn at random or picked among many: that stays an
 * assumption, and is named as one.
 */
public final class PlanVerifier {
  /**
   * One claim and what became of it.
   *
   * @param claim what the plan says
   * @param confirmed whether the recomputation bears it out
   * @param finding what was found, for people
   */
  public record Check(String claim, boolean confirmed, String finding) {}

  private final Plan plan;
  private final Seed coins;
  private final Effort effort;
  private final List<Check> checks = new ArrayList<>();

  private PlanVerifier(Plan plan, Seed coins, Effort effort) {
    this.plan = plan;
    this.coins = coins;
    this.effort = effort;
  }

  /** Checks every claim; the plan stands if all are confirmed. */
  public static List<Check> verify(Plan plan, Seed coins, Effort effort) {
    PlanVerifier verifier = new PlanVerifier(plan, coins, effort);
    verifier.run();
    return List.copyOf(verifier.checks);
  }

  /** Whether every check is confirmed. */
  public static boolean allConfirmed(List<Check> checks) {
    return checks.stream().allMatch(Check::confirmed);
  }

  private void run() {
    CompactGraph graph = plan.graph();
    int n = graph.nodes();
    Tolerance tolerance = plan.tolerance();
    check(
        "no node has more than " + plan.degree() + " links",
        graph.maxDegree() <= plan.degree(),
        "the most are " + graph.maxDegree());
    Witness witness = plan.assessment().witness();
    check(
        tolerance.refuted() + " crashes can stop it",
        witness.refutes(graph) && witness.crashes(n) == tolerance.refuted(),
        "a witness of " + witness.size() + " survivors");
    Split split = plan.assessment().split();
    check(
        "no algorithm survives any " + tolerance.impossible() + " crashes",
        split.separates(graph) && split.crashes(n) == tolerance.impossible(),
        "two groups of " + split.size() + " that share no memory");
    int universal = UniversalBound.tolerance(n, graph.maxDegree());
    check(
        "no graph of this degree tolerates more than " + tolerance.universal(),
        universal == tolerance.universal(),
        "recomputed: " + universal);
    certificates();
    zones();
    if (plan.queuePairs().budget() > 0) {
      check(
          "the links fit " + plan.queuePairs().budget() + " queue pairs",
          plan.queuePairs().allows(graph),
          "the busiest card needs " + plan.queuePairs().needed(graph));
    }
  }

  private void certificates() {
    CompactGraph graph = plan.graph();
    List<Certificate> claimed = plan.assessment().certificates();
    List<Certificate> found = new ArrayList<>();
    try {
      found.addAll(Assessment.simple(graph, plan.construction()));
    } catch (BadGraphException e) {
      check(
          "the graph comes from " + plan.construction().name(),
          false,
          String.valueOf(e.getMessage()));
    }
    effort.listener().accept("bounding the eigenvalues anew");
    SpectrumBounds bounds = Assessment.spectrum(graph, coins, 1.5);
    Spectrum spectrum = plan.assessment().spectrum();
    check(
        "eigenvalues within " + spectrum.low() + " to " + spectrum.high(),
        spectrum.low() <= bounds.low() && bounds.high() <= spectrum.high(),
        "recomputed: within " + bounds.low() + " to " + bounds.high());
    double lambda = Spectrum.of(graph, bounds).lambda();
    check(
        "lambda is at most " + spectrum.lambda(),
        lambda <= spectrum.lambda(),
        "recomputed: " + lambda);
    found.addAll(Assessment.spectral(graph, bounds));
    for (Certificate claim : claimed) {
      certificate(claim, found);
    }
    Tolerance tolerance = plan.tolerance();
    if (tolerance.exact().isPresent()
        && claimed.stream().noneMatch(c -> c.kind() == Certificate.Kind.EXACT)) {
      check("the tolerance is known exactly", false, "no certificate says so");
    }
    boolean held =
        claimed.stream()
            .anyMatch(
                c -> c.kind() == tolerance.certifiedBy() && c.tolerance() >= tolerance.certified());
    check(
        "any " + tolerance.certified() + " crashes are survived",
        held,
        "by the certificate '" + tolerance.certifiedBy().text() + "'");
  }

  private void certificate(Certificate claim, List<Certificate> found) {
    int recomputed = -1;
    double failure = Double.NEGATIVE_INFINITY;
    if (claim.kind() == Certificate.Kind.EXACT) {
      exact(claim);
      return;
    }
    if (claim.kind() == Certificate.Kind.WEIGHTED
        && plan.graph().nodes() <= DefiniteCheck.NODES_MAX) {
      effort.listener().accept("weighting the edges anew");
      recomputed = Assessment.weighted(plan.graph()).tolerance();
    }
    for (Certificate other : found) {
      if (other.kind() == claim.kind()) {
        recomputed = other.tolerance();
        failure = other.failureLog2();
      }
    }
    check(
        "certificate " + claim.kind().text() + ": " + claim.tolerance(),
        recomputed >= claim.tolerance() && failure <= claim.failureLog2(),
        recomputed < 0 ? "it does not apply" : "recomputed: " + recomputed);
  }

  private void exact(Certificate claim) {
    if (plan.graph().nodes() > ExactTolerance.NODES_MAX) {
      check("certificate exact: " + claim.tolerance(), false, "the graph is too large for it");
      return;
    }
    effort.listener().accept("solving exactly anew");
    ExactTolerance.Result result = ExactTolerance.of(plan.graph(), effort.exact());
    check(
        "certificate exact: " + claim.tolerance(),
        result.lower() >= claim.tolerance(),
        "recomputed: " + result.lower() + " to " + result.upper());
    if (plan.tolerance().exact().isPresent()) {
      int exact = plan.tolerance().exact().getAsInt();
      check(
          "the tolerance is exactly " + exact,
          result.isExact() && result.lower() == exact,
          "recomputed: " + result.lower() + " to " + result.upper());
    }
  }

  private void zones() {
    Zones zones = plan.zones();
    ZoneReport claimed = plan.zoneReport();
    if (zones == null || claimed == null) {
      return;
    }
    ZoneReport found = ZoneReport.of(plan.graph(), zones, plan.tolerance().certified());
    check(
        "what it says of zones: any "
            + claimed.lossesSurvived()
            + " may be lost, "
            + claimed.innerEdges()
            + " links within one",
        found.equals(claimed),
        "recomputed: any " + found.lossesSurvived() + ", " + found.innerEdges() + " links");
  }

  private void check(String claim, boolean confirmed, String finding) {
    checks.add(new Check(claim, confirmed, finding));
  }
}
