package org.remora.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** What a failing test of a user says, and how it is run again. */
class ReportingTest {
  private static List<String> failures(Class<?> tests) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    PrintStream console = System.out;
    // jqwik prints, and a failure that is wanted should alarm nobody.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    try {
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build(),
              listener);
    } finally {
      System.setOut(console);
    }
    TestExecutionSummary summary = listener.getSummary();
    assertThat(summary.getTestsFoundCount()).isEqualTo(1);
    return summary.getFailures().stream()
        .map(
            failure -> {
              TestIdentifier test = failure.getTestIdentifier();
              assertThat(test.isTest()).isTrue();
              return String.valueOf(failure.getException().getMessage());
            })
        .toList();
  }

  private static String with(String property, String value, Class<?> tests) {
    System.setProperty(property, value);
    try {
      return String.join("", failures(tests));
    } finally {
      System.clearProperty(property);
    }
  }

  @Test
  void overSeeds() throws IOException {
    Path diagram = Path.of("target", "diagrams", "OverSeeds-terminates.svg");
    Files.deleteIfExists(diagram);
    List<String> failures = failures(Failing.OverSeeds.class);
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0))
        .startsWith("termination is broken: processes [")
        .contains("\n  under  n=2 m=0 seed=", "\n  drawn  ", "minimal: nothing can be left out");
    assertThat(Files.readString(diagram)).startsWith("<svg").contains("termination is broken");
  }

  @Test
  void overPlansTheOrderShrinksToo() {
    List<String> failures = failures(Failing.OverPlans.class);
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0))
        .startsWith("termination is broken: processes [")
        .contains("\n  under  n=2 m=0 seed=", "order=in-time", "minimal: nothing can be left out");
  }

  @Test
  void aSeedIsRunAgain() {
    // The first that fails, found with all of them.
    String drawn = with("remora.from", "1", Failing.OverSeeds.class);
    String seed = drawn.substring(drawn.indexOf("\n  drawn  "));
    seed = seed.substring(seed.indexOf("seed=") + 5, seed.indexOf(" flights"));
    assertThat(with("remora.seed", seed, Failing.OverSeeds.class)).isEqualTo(drawn);
    // And one that does not.
    String other = Long.toString(Long.parseLong(seed) - 1);
    assertThat(with("remora.seed", other, Failing.OverSeeds.class)).isEmpty();
    assertThat(with("remora.runs", other, Failing.OverSeeds.class)).isEmpty();
  }

  @Test
  void theAnnotationNamesASeed() {
    boolean fails = Failing.TRIAL.counterexample(Failing.TRIAL.worlds().draw(4)).isPresent();
    assertThat(failures(Failing.OneSeed.class)).hasSize(fails ? 1 : 0);
  }

  @Test
  void aPlanIsRunAgain() {
    String plan = "n=2 m=0 seed=7 flights=one-delay order=in-time faults=p1@0 byzantine=-";
    assertThat(with("remora.plan", plan, Failing.OverSeeds.class))
        .contains("under  " + plan)
        .doesNotContain("drawn");
    assertThat(with("remora.plan", plan.replace("p1@0", "-"), Failing.OverSeeds.class)).isEmpty();
    assertThat(with("remora.plan", "n=2", Failing.OverSeeds.class))
        .contains("a plan has all of the fields");
  }
}
