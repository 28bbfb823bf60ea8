package org.remora.tests;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The conformance suite on a broken machine; {@link ConformanceBitesTest} runs it and wants it to
 * fail. Nothing else may pick it up.
 */
final class BrokenMachineConformance {
  /** The configuration parameter that names the breach. */
  static final String BREACH = "remora.breach";

  private BrokenMachineConformance() {}

  @ExtendWith(BreachOfThisRun.class)
  static final class Memories extends MemoryConformance {
    private final Breach breach;

    Memories(Breach breach) {
      this.breach = breach;
    }

    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new BrokenMachine(breach, processes, memories, seed);
    }

    @Override
    protected int machines() {
      return 50;
    }

    @Override
    protected int rounds() {
      return 5;
    }
  }

  @ExtendWith(BreachOfThisRun.class)
  static final class Processes extends ProcessConformance {
    private final Breach breach;

    Processes(Breach breach) {
      this.breach = breach;
    }

    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new BrokenMachine(breach, processes, memories, seed);
    }
  }

  static final class BreachOfThisRun implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Breach.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context.getConfigurationParameter(BREACH, Breach::valueOf).orElseThrow();
    }
  }
}
