package org.remora.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.MethodSelector;
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
  /** The machine that breaks nothing passes: it is the breaches that the suite notices. */
  @Test
  void withoutABreachAllPass() {
    Outcomes outcomes =
        run(
            Breach.NONE,
            List.of(
                selectClass(BrokenMachineConformance.Memories.class),
                selectClass(BrokenMachineConformance.Processes.class)));
    assertThat(outcomes.failed).isEmpty();
    assertThat(outcomes.passed).hasSizeGreaterThan(25);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyBreachIsNoticed(Breach breach) {
    List<MethodSelector> tests = new ArrayList<>();
    for (String name : breach.noticedBy()) {
      tests.add(selectMethod(suiteOf(name), name));
    }
    assertThat(run(breach, tests).failed).containsExactlyInAnyOrder(breach.noticedBy());
  }

  private static Class<?> suiteOf(String test) {
    return namesOf(MemoryConformance.class).contains(test)
        ? BrokenMachineConformance.Memories.class
        : BrokenMachineConformance.Processes.class;
  }

  private static Outcomes run(Breach breach, List<? extends DiscoverySelector> tests) {
    Outcomes outcomes = new Outcomes();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(tests)
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            .configurationParameter(BrokenMachineConformance.BREACH, breach.name())
            .build();
    LauncherFactory.create().execute(request, outcomes);
    return outcomes;
  }

  /** No test of the suite is without a breach that shows that it bites. */
  @Test
  void everyTestHasItsBreach() {
    Set<String> tests = namesOf(MemoryConformance.class);
    tests.addAll(namesOf(ProcessConformance.class));
    Set<String> bitten = new TreeSet<>();
    Arrays.stream(Breach.values()).forEach(breach -> bitten.addAll(List.of(breach.noticedBy())));
    assertThat(bitten).containsExactlyElementsOf(tests);
  }

  private static Set<String> namesOf(Class<?> suite) {
    return Stream.of(suite.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Test.class))
        .map(Method::getName)
        .collect(Collectors.toCollection(TreeSet::new));
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
