package org.remora.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.Instance;
import org.remora.crash.Mutation;
import org.remora.crash.Omega;
import org.remora.crash.ScriptedOmega;
import org.remora.crash.ScriptedOmega.Change;
import org.remora.memory.Clock;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/**
 * The one rule that random schedules rarely test: a write that an earlier attempt left in flight
 * must not land over the write of the attempt that decided. The execution, in delays:
 *
 * <ul>
 *   <li>0: p1 writes (3,3,v1) to all disks; it is slow, and very slow to disk 2.
 *   <li>2: p2 begins ballot 4, sees nothing, accepts v2 on disk 1 alone, and crashes.
 *   <li>14: p1 has seen ballot 4, gives up, begins ballot 6, finds v2 on disk 1, and decides v2
 *       with disks 1 and 2, while disk 3 is slow. Nobody hears of it in time.
 *   <li>201: the first write lands on disk 2, over (6,6,v2).
 *   <li>300: p3 asks disks 2 and 3, where (3,3,v1) is the highest that was accepted.
 * </ul>
 */
class StragglerTest {
  private static final long DELAY = Clock.DELAY_NANOS;
  private static final long FOREVER = 1_000_000 * DELAY;

  @Test
  void landsHarmlesslyWhenTheNextAttemptAwaitsIt() {
    Map<Integer, Value> decisions =
        run((process, omega) -> CrashAlgorithm.DISK_PAXOS.join(process, omega, Instance.of(1)));

    assertThat(decisions).containsKey(3);
    assertThat(decisions.values().stream().distinct()).hasSize(1);
  }

  @Test
  void parts_the_processes_if_it_is_forgotten() {
    Map<Integer, Value> decisions =
        run(
            (process, omega) ->
                CrashAlgorithm.DISK_PAXOS.join(
                    process, omega, Instance.of(1), Mutation.FORGET_STRAGGLERS));

    assertThat(decisions).containsEntry(1, Value.of("v2")).containsEntry(3, Value.of("v1"));
  }

  private interface Join {
    Consensus join(ProcessContext process, Omega omega);
  }

  private static Map<Integer, Value> run(Join join) {
    SimWorld world =
        SimWorld.of(3, 3)
            .faults(
                List.of(
                    slow(1, 0, 1, 10),
                    slow(2, 0, 1, 200),
                    slow(3, 0, 1, 10),
                    // Three writes and three reads of phase 1, and one write of phase 2.
                    new Fault.ProcessCrashAfter(2, 7),
                    slow(3, 13, 290, 10_000),
                    slow(1, 290, 10_000, 10_000),
                    new Fault.SlowLink(1, 3, 0, FOREVER, FOREVER)))
            .build();
    CrashAlgorithm.DISK_PAXOS.region(Instance.of(1), 3).ifPresent(world::defineEverywhere);
    Map<Integer, Value> decisions = new TreeMap<>();
    List<List<Change>> leaders =
        List.of(List.of(), List.of(new Change(2 * DELAY, 2)), List.of(new Change(300 * DELAY, 3)));
    for (int p = 1; p <= 3; p++) {
      int self = p;
      ProcessContext process = world.process(p);
      // p3 knows no leader at first, p2 takes itself for the leader at 2 delays.
      Consensus consensus =
          join.join(process, ScriptedOmega.start(process, p == 1 ? 1 : 0, leaders.get(p - 1)));
      consensus.propose(Value.of("v" + p)).thenAccept(value -> decisions.put(self, value));
    }
    world.run(() -> decisions.containsKey(3), 5_000);
    return decisions;
  }

  private static Fault slow(int memory, long since, long until, long delays) {
    return new Fault.SlowMemory(memory, since * DELAY, until * DELAY, delays * DELAY);
  }
}
