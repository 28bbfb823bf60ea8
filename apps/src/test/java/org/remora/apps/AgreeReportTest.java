package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.remora.crash.CrashAlgorithm;
import org.remora.memory.Costs;
import org.remora.memory.Value;

/** What no correct algorithm shows: a report must show it all the same. */
class AgreeReportTest {
  @Test
  void aDisagreement() {
    AgreeReport report = report(Map.of(1, "red", 2, "blue"));
    assertThat(report.agreement()).isFalse();
    assertThat(report.holds()).isFalse();
    assertThat(AgreeText.render(report, "again"))
        .contains("  decision   red and blue, the first after 2 delays")
        .contains("  agreement  BROKEN: different values were decided");
    assertThat(Ran.flat(AgreeJson.render(report))).containsEntry("agreement", false);
  }

  @Test
  void aDecisionThatNobodyProposed() {
    AgreeReport report = report(Map.of(1, "green", 2, "green"));
    assertThat(report.validity()).isFalse();
    assertThat(report.holds()).isFalse();
    assertThat(AgreeText.render(report, "again"))
        .contains("  validity   BROKEN: a value that nobody proposed was decided");
    assertThat(Ran.flat(AgreeJson.render(report))).containsEntry("validity", false);
  }

  @Test
  void aDecisionOfSome() {
    AgreeReport report = report(Map.of(2, "red"));
    assertThat(report.holds()).isFalse();
    assertThat(AgreeText.render(report, "again"))
        .contains(
            "  decision   red, after 2 delays; some never decide: no decision within 5 delays");
  }

  private static AgreeReport report(Map<Integer, String> decided) {
    NavigableMap<Integer, AgreeReport.Decision> decisions = new TreeMap<>();
    decided.forEach(
        (p, value) -> decisions.put(p, new AgreeReport.Decision(Value.of(value), 2_000)));
    AgreePlan plan =
        new AgreePlan(
            new AgreeAlgorithm.Crash(CrashAlgorithm.PAXOS),
            AgreePlan.Backend.SIM,
            2,
            0,
            List.of(Value.of("red"), Value.of("blue")),
            List.of(),
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            0);
    return new AgreeReport(
        plan, decisions, new TreeMap<>(), new TreeSet<>(), new TreeSet<>(), Costs.NONE, "5 delays");
  }
}
