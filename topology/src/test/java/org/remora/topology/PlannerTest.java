package org.remora.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jgrapht.Graph;
import org.jgrapht.graph.DefaultEdge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {

  private static PlanRequest request(int n, int d, long seed) {
    return PlanRequest.of(n, d).withSeed(Graphs.seed(seed));
  }

  private static void assertSound(Plan plan) {
    Tolerance t = plan.tolerance();
    assertThat(plan.graph().maxDegree()).isLessThanOrEqualTo(plan.degree());
    assertThat(t.certified()).isLessThan(t.refuted());
    assertThat(t.refuted()).isLessThanOrEqualTo(t.impossible());
    assertThat(t.certified()).isLessThanOrEqualTo(t.universal());
    List<PlanVerifier.Check> checks = PlanVerifier.verify(plan, Graphs.seed(99), Effort.standard());
    assertThat(checks).allMatch(PlanVerifier.Check::confirmed);
  }

  @ParameterizedTest
  @CsvSource({"24, 4, 19", "24, 6, 21", "32, 8, 29", "57, 8, 52", "183, 14, 171"})
  void reachesTheFiguresToBeat(int n, int d, int tolerance) {
    Plan plan = Planner.plan(request(n, d, 1));
    assertThat(plan.tolerance().certified()).isGreaterThanOrEqualTo(tolerance);
    assertSound(plan);
  }

  @Test
  void planIsSoundForEverySmallSizeAndDegree() {
    for (int n = 3; n <= 12; n++) {
      for (int d = 2; d < n; d++) {
        Plan plan = Planner.plan(request(n, d, n * 100L + d));
        assertSound(plan);
        assertThat(plan.tolerance().exact()).hasValue(Graphs.tolerance(plan.graph()));
        if (d >= n / 2 && n % 4 != 3) {
          assertThat(plan.tolerance().certified()).isEqualTo(n - 1);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "65, 3",
    "66, 3",
    "80, 9",
    "101, 5",
    "150, 16",
    "151, 7",
    "200, 2",
    "500, 23",
    "999, 4",
    "2100, 6",
    "5000, 11"
  })
  void planIsSoundForLargerOnes(int n, int d) {
    assertSound(Planner.plan(request(n, d, n + d)));
  }

  @Test
  void theSameSeedGivesTheSamePlan() {
    assertThat(Planner.plan(request(300, 7, 5))).isEqualTo(Planner.plan(request(300, 7, 5)));
    assertThat(Planner.plan(request(300, 7, 5)).graph())
        .isNotEqualTo(Planner.plan(request(300, 7, 6)).graph());
  }

  /** Part of the format sha256-ctr-1: if this changes, old plans no longer verify. */
  @Test
  void theGeneratorIsPinned() {
    SeedStream stream = new SeedStream(new Seed("000102030405060708090a0b0c0d0e0f"), "layer");
    assertThat(List.of(stream.nextInt(), stream.nextInt(), stream.below(10), stream.below(1000)))
        .isEqualTo(PINNED);
    Layers layers = Layers.replay(Graphs.layers(5, 1, 1, 7));
    assertThat(layers.describe()).isEqualTo(PINNED_LAYERS);
  }

  private static final List<Integer> PINNED = List.of(-722968619, 554509678, 5, 995);
  private static final String PINNED_LAYERS = "[[1, 0, 2, 4, 3]][[-1, 2, 1, 4, 3]]";

  @Test
  void aHandPickedSeedCertifiesNothing() {
    Plan plan = Planner.plan(PlanRequest.of(300, 8).withSeed(Seed.parse("7")));
    assertThat(plan.assessment().certificates()).noneMatch(c -> c.kind() == Certificate.Kind.SEED);
    assertThat(plan.notes()).anyMatch(note -> note.contains("picked by hand"));
    assertSound(plan);
  }

  @Test
  void planForFindsTheSmallestDegree() {
    Plan plan = Planner.planFor(request(1000, 2, 3), 900, 40);
    assertThat(plan.tolerance().certified()).isGreaterThanOrEqualTo(900);
    Plan less = Planner.plan(request(1000, plan.degree() - 1, 3));
    assertThat(less.tolerance().certified()).isLessThan(900);
    assertThatThrownBy(() -> Planner.planFor(request(1000, 2, 3), 999, 10))
        .isInstanceOf(BadGraphException.class)
        .hasMessageContaining("no degree up to 10");
  }

  @Test
  void zonesAreKeptApart() {
    for (int[] shape : new int[][] {{8, 3, 6}, {24, 8, 8}, {20, 10, 12}, {3, 50, 6}}) {
      List<String> zones = new ArrayList<>();
      for (int v = 0; v < shape[0] * shape[1]; v++) {
        zones.add("rack" + v % shape[0]);
      }
      Plan plan = Planner.plan(request(zones.size(), shape[2], 17).withZones(Zones.of(zones)));
      assertSound(plan);
      ZoneReport report = plan.zoneReport();
      assertThat(report).isNotNull();
      assertThat(report.innerEdges()).isZero();
      assertThat(report.lossesSurvived()).isGreaterThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"21, 5, 4, 1", "5, 30, 8, 2", "12, 25, 6, 1", "9, 12, 11, 2"})
  void anEvenSpreadIsEven(int racks, int size, int degree, int most) {
    List<String> zones = new ArrayList<>();
    for (int v = 0; v < racks * size; v++) {
      zones.add("rack" + v / size);
    }
    Plan plan =
        Planner.plan(request(zones.size(), degree, 23).withZones(Zones.of(zones)).withEvenSpread());
    assertSound(plan);
    assertThat(plan.zoneReport()).isNotNull();
    assertThat(plan.zoneReport().innerEdges()).isZero();
    assertThat(plan.zoneReport().neighboursInOneZoneMax()).isLessThanOrEqualTo(most);
    assertThat(plan.graph().minDegree()).isGreaterThanOrEqualTo(degree - 1);
  }

  @Test
  void zoneLossesAgreeWithTryingThem() {
    SeedStream chance = Graphs.chance(51);
    for (int i = 0; i < 200; i++) {
      int n = 6 + chance.below(8);
      CompactGraph graph = Graphs.random(n, 25, chance);
      List<String> names = new ArrayList<>();
      for (int v = 0; v < n; v++) {
        names.add("z" + chance.below(5));
      }
      Zones zones = Zones.of(names);
      ZoneReport report = ZoneReport.of(graph, zones, Graphs.tolerance(graph));
      int[] reach = Graphs.reach(graph);
      int fewest = Integer.MAX_VALUE;
      for (int lost = 0; lost < 1 << zones.names().size(); lost++) {
        int survivors = 0;
        for (int v = 0; v < n; v++) {
          survivors |= (lost >> zones.zone(v) & 1) == 0 ? 1 << v : 0;
        }
        if (Integer.bitCount(reach[survivors]) <= n / 2) {
          fewest = Math.min(fewest, Integer.bitCount(lost));
        }
      }
      assertThat(report.lossesSurvived()).isLessThan(fewest);
      assertThat(report.lossesFatal()).isGreaterThanOrEqualTo(fewest);
      if (fewest <= 3) {
        assertThat(report.lossesSurvived()).isEqualTo(fewest - 1);
      }
    }
  }

  @Test
  void budgetsOfSingleNodesAreKept() {
    List<Integer> budgets = new ArrayList<>();
    for (int v = 0; v < 300; v++) {
      budgets.add(v % 3 == 0 ? 12 : 6);
    }
    Plan plan = Planner.plan(request(300, 12, 8).withBudgets(budgets));
    assertSound(plan);
    int ends = 0;
    for (int v = 0; v < 300; v++) {
      assertThat(plan.graph().degree(v)).isLessThanOrEqualTo(budgets.get(v));
      ends += plan.graph().degree(v);
    }
    assertThat(ends).isGreaterThan(300 * 8 - 30);
  }

  @Test
  void growthKeepsTheCertificateAndRewiresLittle() {
    Plan before = Planner.plan(request(400, 8, 9));
    List<String> names = List.of("a", "b", "c");
    Plan after = PlanChange.grow(before, names, null, Graphs.seed(10), Effort.standard());
    assertSound(after);
    assertThat(after.graph().nodes()).isEqualTo(403);
    assertThat(after.tolerance().certifiedBy()).isEqualTo(Certificate.Kind.SEED);
    assertThat(after.tolerance().certified())
        .isEqualTo(new SeedCertificate(403, 4, 0).tolerance(0, 0));
    PlanDiff diff = PlanDiff.between(before, after);
    assertThat(diff.nodesAdded()).isEqualTo(names);
    // Three nodes in four permutations, and a few edges that make up for coincidences.
    assertThat(diff.linksRemoved().size()).isLessThanOrEqualTo(3 * 4 + 6);
    assertThat(diff.linksAdded().size()).isLessThanOrEqualTo(3 * 8 + 6);

    Plan back = PlanChange.shrink(after, names, Graphs.seed(11), Effort.standard());
    assertSound(back);
    assertThat(back.labels()).isEqualTo(before.labels());
    assertThat(back.tolerance().certified()).isEqualTo(before.tolerance().certified());
    assertThat(PlanDiff.between(before, before).isEmpty()).isTrue();
  }

  @Test
  void oddDegreesAndZonesGrowToo() {
    List<String> zones = new ArrayList<>();
    for (int v = 0; v < 301; v++) {
      zones.add("z" + v % 20);
    }
    Plan before = Planner.plan(request(301, 7, 12).withZones(Zones.of(zones)));
    Plan after =
        PlanChange.grow(
            before, List.of("x", "y"), List.of("z0", "new"), Graphs.seed(13), Effort.standard());
    assertSound(after);
    assertThat(after.zoneReport()).isNotNull();
    assertThat(after.zoneReport().innerEdges()).isZero();
    Plan back = PlanChange.shrink(after, List.of("17", "x"), Graphs.seed(14), Effort.standard());
    assertSound(back);
  }

  @Test
  void otherPlansAreRewired() {
    Plan before = Planner.plan(request(183, 14, 15));
    assertThat(before.construction()).isInstanceOf(Construction.Polarity.class);
    Plan after = PlanChange.grow(before, List.of("x"), null, Graphs.seed(16), Effort.standard());
    assertSound(after);
    assertThat(after.graph().degree(183)).isGreaterThanOrEqualTo(12);
    assertThat(after.tolerance().certified()).isGreaterThan(150);
    Plan less = PlanChange.shrink(before, List.of("5", "6"), Graphs.seed(16), Effort.standard());
    assertSound(less);
  }

  @Test
  void changesRefuseWhatDoesNotFit() {
    Plan plan = Planner.plan(request(80, 6, 18));
    assertThatThrownBy(
            () -> PlanChange.grow(plan, List.of("3"), null, Graphs.seed(1), Effort.standard()))
        .hasMessageContaining("'3' already");
    assertThatThrownBy(
            () -> PlanChange.shrink(plan, List.of("81"), Graphs.seed(1), Effort.standard()))
        .hasMessageContaining("no node '81'");
  }

  @Test
  void badRequestsAreRefusedWithOneLine() {
    assertThatThrownBy(() -> PlanRequest.of(2, 2)).hasMessageContaining("3 to 100000");
    assertThatThrownBy(() -> PlanRequest.of(10, 10)).hasMessageContaining("below the number");
    assertThatThrownBy(() -> PlanRequest.of(10, 1)).hasMessageContaining("at least 2");
    assertThatThrownBy(() -> PlanRequest.of(10, 4).withQueuePairs(new QueuePairs(8, 24)))
        .hasMessageContaining("at most degree 3");
    assertThatThrownBy(() -> PlanRequest.of(50_000, 20_000))
        .hasMessageContaining("with 50000 nodes at most degree 800");
    assertThatThrownBy(() -> PlanRequest.of(10, 4).withEvenSpread())
        .hasMessageContaining("even spread");
  }

  /** A verifier must notice every lie. */
  @Test
  void liesAreFound() {
    Plan plan = Planner.plan(request(150, 8, 19));
    Assessment a = plan.assessment();
    Tolerance t = a.tolerance();
    Tolerance more =
        new Tolerance(
            t.certified() + 1,
            t.certifiedBy(),
            t.refuted(),
            t.impossible(),
            t.universal(),
            t.exact());
    assertRefused(
        plan, new Assessment(more, a.certificates(), a.witness(), a.split(), a.spectrum()));
    for (int i = 0; i < a.certificates().size(); i++) {
      List<Certificate> certificates = new ArrayList<>(a.certificates());
      Certificate c = certificates.get(i);
      certificates.set(i, new Certificate(c.kind(), c.tolerance() + 1, c.failureLog2()));
      assertRefused(plan, new Assessment(t, certificates, a.witness(), a.split(), a.spectrum()));
    }
    assertRefused(
        plan, new Assessment(t, a.certificates(), new Witness(1, 2, 3), a.split(), a.spectrum()));
    int[] all = new int[75];
    for (int v = 0; v < 75; v++) {
      all[v] = v;
    }
    assertRefused(
        plan, new Assessment(t, a.certificates(), a.witness(), new Split(all, all), a.spectrum()));
    Spectrum narrow =
        new Spectrum(
            a.spectrum().low() * 1.001,
            a.spectrum().high(),
            a.spectrum().method(),
            a.spectrum().failureLog2(),
            a.spectrum().lambda());
    assertRefused(plan, new Assessment(t, a.certificates(), a.witness(), a.split(), narrow));
    // Another seed does not give these edges.
    Construction.RandomLayers origin = Graphs.layers(150, 4, 0, 20);
    Plan other = new Plan(plan.labels(), plan.graph(), 8, origin, a, null, null, plan.queuePairs());
    assertThat(
            PlanVerifier.allConfirmed(
                PlanVerifier.verify(other, Graphs.seed(1), Effort.standard())))
        .isFalse();
  }

  private static void assertRefused(Plan plan, Assessment lie) {
    Plan lying =
        new Plan(
            plan.labels(),
            plan.graph(),
            plan.degree(),
            plan.construction(),
            lie,
            plan.zones(),
            plan.zoneReport(),
            plan.queuePairs());
    assertThat(
            PlanVerifier.allConfirmed(
                PlanVerifier.verify(lying, Graphs.seed(1), Effort.standard())))
        .isFalse();
  }

  @Test
  void jGraphTGraphsGoInAndComeOut() {
    Plan plan = Planner.plan(request(20, 4, 22));
    Graph<String, DefaultEdge> graph = plan.toGraph();
    assertThat(graph.vertexSet()).containsExactlyElementsOf(plan.labels());
    assertThat(CompactGraph.copyOf(graph)).isEqualTo(plan.graph());
    assertThat(CompactGraph.copyOf(plan.graph().toGraph())).isEqualTo(plan.graph());
    Set<String> names = new HashSet<>(graph.vertexSet());
    assertThat(names).hasSize(20);
  }

  @Test
  void graphsThatAreNoneAreRefused() {
    assertThatThrownBy(() -> CompactGraph.ofEdges(3, new int[] {0}, new int[] {0}))
        .hasMessageContaining("linked to itself");
    assertThatThrownBy(() -> CompactGraph.ofEdges(3, new int[] {0}, new int[] {3}))
        .hasMessageContaining("unknown node 4");
    assertThatThrownBy(() -> CompactGraph.ofEdges(3, new int[] {0, 1}, new int[] {1, 0}))
        .hasMessageContaining("twice: 1 - 2");
  }

  /** Groups that a split parts are found by brute force to be no larger than possible. */
  @Test
  void splitsAreWhatTheySay() {
    SeedStream chance = Graphs.chance(61);
    for (int i = 0; i < 100; i++) {
      CompactGraph graph = Graphs.random(6 + chance.below(6), 20, chance);
      Witness witness = AdversarySearch.search(graph, 5_000, chance);
      Split split = SplitSearch.search(graph, witness, 20_000, chance);
      assertThat(split.separates(graph)).isTrue();
      int[] reach = Graphs.reach(graph);
      int best = 0;
      for (int a = 1; a < reach.length; a++) {
        for (int b = a + 1; b < reach.length && Integer.bitCount(a) > best; b++) {
          if ((reach[a] & reach[b]) == 0) {
            best = Math.max(best, Math.min(Integer.bitCount(a), Integer.bitCount(b)));
          }
        }
      }
      assertThat(split.size()).isLessThanOrEqualTo(best);
      assertThat(graph.nodes() - best).isGreaterThan(Graphs.tolerance(graph));
    }
  }
}
