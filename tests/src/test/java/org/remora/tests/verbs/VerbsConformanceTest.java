package org.remora.tests.verbs;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.remora.tests.MemoryConformance;
import org.remora.tests.ProcessConformance;
import org.remora.tests.TestMachine;

/** The conformance suite over verbs. */
@Tag("soft-roce")
final class VerbsConformanceTest {
  @Nested
  final class Memories extends MemoryConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new VerbsTestMachine(processes, memories);
    }

    @Override
    protected int rounds() {
      return Integer.getInteger("remora.soft-roce.rounds", 200);
    }
  }

  @Nested
  final class Processes extends ProcessConformance {
    @Override
    protected TestMachine machine(int processes, int memories, long seed) {
      return new VerbsTestMachine(processes, memories);
    }
  }
}
