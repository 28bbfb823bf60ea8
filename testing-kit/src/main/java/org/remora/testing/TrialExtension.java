package org.remora.testing;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Gives a {@link TrialTest} its {@link Trials}. */
public final class TrialExtension implements ParameterResolver {
  /** Made by JUnit. */
  public TrialExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Trials.class;
  }

  @Override
  public Trials resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TrialTest test =
        AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), TrialTest.class)
            .orElseThrow(() -> new IllegalStateException("Trials are for methods with @TrialTest"));
    String plan = System.getProperty(Counterexample.PLAN_PROPERTY, "");
    long seed = Long.getLong("remora.seed", test.seed());
    long from = seed != 0 ? seed : Long.getLong("remora.from", test.from());
    long runs = seed != 0 ? 1 : Long.getLong("remora.runs", test.runs());
    String diagrams =
        Objects.requireNonNull(System.getProperty("remora.diagrams", test.diagrams()));
    String name =
        context.getRequiredTestClass().getSimpleName()
            + "-"
            + context.getRequiredTestMethod().getName();
    return new Trials(
        from,
        runs,
        plan.isEmpty() ? null : plan,
        diagrams.isEmpty() ? null : Path.of(diagrams, name + ".svg"));
  }
}
