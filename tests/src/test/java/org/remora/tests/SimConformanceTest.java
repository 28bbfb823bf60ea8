package org.remora.tests;

import org.junit.jupiter.api.Nested;
import org.remora.sim.Latency;
import org.remora.sim.SimWorld;

/** The conformance suite on simulated worlds. */
final class SimConformanceTest {
  /** Every flight takes one delay. */
  @Nested
  final class Common {
    @Nested
    final class Memories extends SimMemories {
      @Override
      SimWorld.Settings settings(int processes, int memories) {
        return SimWorld.of(processes, memories);
      }
    }

    @Nested
    final class Processes extends SimProcesses {
      @Override
      SimWorld.Settings settings(int processes, int memories) {
        return SimWorld.of(processes, memories);
      }
    }
  }

  /** Flights take as long as chance will have it. */
  @Nested
  final class Uneven {
    @Nested
    final class Memories extends SimMemories {
      @Override
      SimWorld.Settings settings(int processes, int memories) {
        return SimWorld.of(processes, memories).latency(Latency.uniform(100, 5_000));
      }
    }

    @Nested
    final class Processes extends SimProcesses {
      @Override
      SimWorld.Settings settings(int processes, int memories) {
        return SimWorld.of(processes, memories).latency(Latency.uniform(100, 5_000));
      }
    }
  }

  /** An adversary chooses the order. */
  @Nested
  final class Adversarial {
    @Nested
    final class Memories extends SimMemories {
      @Override
      SimWorld.Settings settings(int processes, int memories) {
        return SimWorld.of(processes, memories).adversarial(1_000);
      }
    }

    @Nested
    final class Processes extends SimProcesses {
      @Override
      SimWorld.Settings settings(int processes, int memories) {
        return SimWorld.of(processes, memories).adversarial(1_000);
      }
    }
  }

  /** Registers tear, and are reached through frames. */
  @Nested
  final class Framed {
    @Nested
    final class Memories extends SimMemories {
      @Override
      SimWorld.Settings settings(int processes, int memories) {
        return SimWorld.of(processes, memories)
            .latency(Latency.uniform(100, 5_000))
            .tearing(SimWorld.Tearing.FRAMED);
      }
    }

    @Nested
    final class AdversarialMemories extends SimMemories {
      @Override
      SimWorld.Settings settings(int processes, int memories) {
        return SimWorld.of(processes, memories).adversarial(1_000).tearing(SimWorld.Tearing.FRAMED);
      }
    }

    @Nested
    final class Processes extends SimProcesses {
      @Override
      SimWorld.Settings settings(int processes, int memories) {
        return SimWorld.of(processes, memories).adversarial(1_000).tearing(SimWorld.Tearing.FRAMED);
      }
    }
  }

  private abstract static class SimMemories extends MemoryConformance {
    abstract SimWorld.Settings settings(int processes, int memories);

    @Override
    protected final TestMachine machine(int processes, int memories, long seed) {
      return new SimTestMachine(settings(processes, memories), seed);
    }

    @Override
    protected int machines() {
      return 300;
    }

    @Override
    protected int rounds() {
      return 5;
    }
  }

  private abstract static class SimProcesses extends ProcessConformance {
    abstract SimWorld.Settings settings(int processes, int memories);

    @Override
    protected final TestMachine machine(int processes, int memories, long seed) {
      return new SimTestMachine(settings(processes, memories), seed);
    }

    @Override
    protected int machines() {
      return 20;
    }
  }
}
