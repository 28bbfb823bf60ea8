package org.remora.byzantine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.remora.memory.Costs;
import org.remora.memory.Links;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;
import org.remora.sim.SimWorld;

/** What messages with a history cost, however long it has become. */
class TrustedLinksTest {
  private static final int MESSAGES = 1_000;

  @Test
  void theCostOfAMessageDoesNotGrowWithItsHistory() {
    SimWorld world = SimWorld.of(3, 1).build();
    ByzantineInstance instance = ByzantineInstance.of(1, 3).withBroadcastsMax(MESSAGES + 10);
    for (int p = 1; p <= 3; p++) {
      world.defineEverywhere(BroadcastRegisters.region(instance, p));
    }
    List<Costs> costs = new ArrayList<>();
    List<Long> delays = new ArrayList<>();
    for (int p = 1; p <= 3; p++) {
      ProcessContext process = world.process(p);
      SafetyRules rules = SafetyRules.KEPT;
      TrustedLinks links =
          new TrustedLinks(
              process,
              instance,
              new Signatures(p, process.signer(), 1, rules),
              new Findings(),
              rules,
              replayed ->
                  new PingPong(
                      replayed,
                      () -> {
                        // Every replica counts too; only the real one's turn is a turn.
                        if (replayed.self() == process.self() && process.self() == 1) {
                          costs.add(world.costs());
                          delays.add(world.now());
                        }
                      }));
      process.execute(
          () -> {
            links.start();
            if (process.self() == 1) {
              links.local(Value.of("go"));
            }
          });
    }
    world.run(() -> costs.size() == MESSAGES, 5_000_000);

    assertThat(costs).hasSize(MESSAGES);
    assertThat(perMessage(costs, 900, 999)).isEqualTo(perMessage(costs, 100, 199));
    assertThat(delays.get(999) - delays.get(900)).isEqualTo(delays.get(199) - delays.get(100));
  }

  private static List<Long> perMessage(List<Costs> costs, int from, int to) {
    Costs first = costs.get(from);
    Costs last = costs.get(to);
    return List.of(
        last.memoryReads() - first.memoryReads(),
        last.memoryWrites() - first.memoryWrites(),
        last.signatures() - first.signatures(),
        last.verifications() - first.verifications(),
        last.bytes() - first.bytes());
  }

  /** Processes 1 and 2 send each other a counter back and forth; 3 watches. */
  private static final class PingPong implements Protocol {
    private final Links links;

    PingPong(ReplayedProcess process, Runnable turn) {
      links = process.links(1, Value::toString);
      links.onReceive(
          (from, message) -> {
            turn.run();
            links.send(from, Value.ofWord(message.word() + 1));
          });
    }

    @Override
    public boolean local(Value what) {
      links.send(2, Value.ofWord(0));
      return true;
    }
  }
}
