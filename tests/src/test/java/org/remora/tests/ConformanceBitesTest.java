package org.remora.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * A suite that catches nothing is broken: every breach of a promise fails the test that it must.
 */
final class ConformanceBitesTest {
  @ParameterizedTest
  @EnumSource
  void everyBreachIsNoticed(Breach breach) {
    Outcomes outcomes = new Outcomes();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(
                selectClass(BrokenMachineConformance.Memories.class),
                selectClass(BrokenMachineConformance.Processes.class))
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            .configurationParameter(BrokenMachineConformance.BREACH, breach.name())
            .build();
    LauncherFactory.create().execute(request, outcomes);
    assertThat(outcomes.failed.size() + outcomes.passed.size()).isGreaterThan(25);
    if (breach == Breach.NONE) {
      assertThat(outcomes.failed).isEmpty();
    } else {
      assertThat(outcomes.failed).contains(breach.noticedBy());
    }
  }

  /** No test of the suite is without a breach that shows that it bites. */
  @Test
  void everyTestHasItsBreach() {
    Set<String> tests = new TreeSet<>();
    for (Class<?> suite : new Class<?>[] {MemoryConformance.class, ProcessConformance.class}) {
      Stream.of(suite.getDeclaredMethods())
          .filter(method -> method.isAnnotationPresent(Test.class))
          .forEach(method -> tests.add(method.getName()));
    }
    Set<String> bitten = new TreeSet<>();
    Arrays.stream(Breach.values()).forEach(breach -> bitten.addAll(List.of(breach.noticedBy())));
    assertThat(bitten).containsExactlyElementsOf(tests);
  }

  private static final class Outcomes implements TestExecutionListener {
    final Set<String> failed = new TreeSet<>();
    final Set<String> passed = new TreeSet<>();

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (test.getSource().orElse(null) instanceof MethodSource method) {
        boolean successful = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
        (successful ? passed : failed).add(method.getMethodName());
      }
    }
  }
}
