package org.remora.testing;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * Goes on where jqwik's shrinking ends: when a property that calls {@link Trial#check} has failed,
 * the counterexample's order of events is shrunk too, and the failure reports that. Put it on a
 * property or its class: {@code @AddLifecycleHook(MinimalCounterexample.class)}.
 */
public final class MinimalCounterexample implements AroundPropertyHook {
  /** Made by jqwik. */
  public MinimalCounterexample() {}

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) {
    PropertyExecutionResult result = property.execute();
    Throwable thrown = result.throwable().orElse(null);
    return thrown instanceof CounterexampleError error
        ? result.mapToFailed(new CounterexampleError(error.counterexample().shrunk()))
        : result;
  }
}
