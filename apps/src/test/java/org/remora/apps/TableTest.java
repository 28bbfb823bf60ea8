package org.remora.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table is what its evidence shows, and the evidence repeats. */
class TableTest {
  /** Few, but enough for every bound: whoever is past it is stuck within the first ten seeds. */
  private static final Laboratory LAB = new Laboratory(1, 24);

  @ParameterizedTest
  @CsvSource({
    "paxos, n ≥ 2f+1, -, 2",
    "cheap-quorum, n ≥ f+1, m ≥ 2f+1, 2",
  })
  void anAlgorithmIsMeasuredAndItsEvidenceRepeats(
      String algorithm, String processes, String memories, double delays) {
    Measurement row = Measurement.of(claim(algorithm), LAB);
    assertThat(row.holds()).isTrue();
    assertThat(row.processes().formula()).isEqualTo(processes);
    assertThat(row.memories() == null ? "-" : row.memories().formula()).isEqualTo(memories);
    assertThat(row.delaysMin()).isEqualTo(delays);
    assertThat(row.evidence()).hasSizeGreaterThan(15);
    row.evidence().forEach(TableTest::repeats);
  }

  @Test
  void oneProcessTooManyDisagreesWithoutTheBound() {
    Evidence found =
        LAB.breaks(
            "check --algorithm robust-backup --processes 2 --memories 1 --mutation"
                + " too-few-processes",
            "n = 2f");
    assertThat(found).isNotNull();
    assertThat(found.shows()).startsWith("n = 2f: disagreement {1=");
    repeats(found);
  }

  /** A table that only looks at what survives would believe anything. */
  @Test
  void aBrokenAlgorithmDoesNotKeepItsClaim() {
    Bound.Point point =
        LAB.raise(
            "m = 4",
            4,
            4,
            200,
            f ->
                List.of(
                    "check --algorithm disk-paxos --processes 2 --memories 4 --mutation"
                        + " keep-own-value --faulty-memories "
                        + f));
    assertThat(point.safe()).isFalse();
    assertThat(new Bound("m", "f", List.of(point)).keeps(2)).isFalse();
  }

  @Test
  void theReportNamesEveryField() throws Exception {
    List<Measurement> rows = List.of(Measurement.of(claim("disk-paxos"), LAB));
    TableReport report = new TableReport(1, rows, List.of(), 0.5, true);
    assertThat(report.text())
        .contains("disk-paxos  crash   n ≥ f+1    m ≥ 2f+1  4       disagrees at m = 2f")
        .contains("remora check --algorithm disk-paxos --exhaustive");
    assertThat(report.json())
        .contains(
            "\"algorithm\":\"disk-paxos\",\"processes\":3,\"memories\":3,\"faults\":\"crash\"")
        .contains(
            "\"processCrashes\":{\"formula\":\"n ≥ f+1\",\"survived\":2,\"refused\":null",
            "\"memoryCrashes\":{\"formula\":\"m ≥ 2f+1\",\"survived\":1,\"refused\":2",
            "\"byzantineProcesses\":{\"formula\":\"none\",\"survived\":0,\"refused\":1",
            "\"delays\":4,",
            "\"beyondBoundDisagrees\":true,",
            "\"exhausted\":true,\"holds\":true");
  }

  /** All of it, as users run it. */
  @Tag("campaign")
  @Test
  void theWholeTableHoldsAndAllEvidenceRepeats() throws Exception {
    Ran table = Ran.remora("table --json --evidence");
    assertThat(table.code()).as(table.err()).isZero();
    for (Claim claim : Claim.all()) {
      assertThat(table.out()).contains("{\"algorithm\":\"" + claim.algorithm() + "\"");
    }
    List<Evidence> evidence = evidence(table.out());
    assertThat(evidence).hasSizeGreaterThan(200);
    evidence.forEach(TableTest::repeats);
  }

  private static List<Evidence> evidence(String json) throws Exception {
    List<Evidence> all = new ArrayList<>();
    try (var parser =
        new com.fasterxml.jackson.core.JsonFactory().createParser(new StringReader(json))) {
      while (parser.nextToken() != null) {
        if ("shows".equals(parser.currentName())) {
          String shows = parser.nextTextValue();
          parser.nextFieldName();
          String command = parser.nextTextValue();
          parser.nextFieldName();
          int code = parser.nextIntValue(-1);
          List<String> words = Evidence.words(command);
          all.add(new Evidence(shows, words.subList(1, words.size()), code));
        }
      }
    }
    return all;
  }

  private static void repeats(Evidence evidence) {
    Ran ran = Ran.of(evidence.command().toArray(String[]::new));
    assertThat(ran.code()).as("%s", evidence).isEqualTo(evidence.code());
  }

  private static Claim claim(String algorithm) {
    return Claim.all().stream()
        .filter(claim -> claim.algorithm().equals(algorithm))
        .findFirst()
        .orElseThrow();
  }
}
