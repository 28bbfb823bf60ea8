package org.remora.tests.byzantine;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineConsensus;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.Certificate;
import org.remora.byzantine.CheapQuorumRegisters;
import org.remora.byzantine.Mutation;
import org.remora.byzantine.Signed;
import org.remora.byzantine.Statement;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Clock;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.sim.Latency;
import org.remora.sim.SimWorld;

/**
 * A Byzantine leader that shows A to process 2 alone, completes whatever proof of A it can, and
 * then shows B to process 3, which joins late. If n − 1 were all, process 2 would decide A, and
 * process 3 would have a proof of B.
 */
final class SplitLeader {
  private static final Value A = Value.of("A");
  private static final Value B = Value.of("B");

  private final SimWorld world;
  private final ByzantineInstance instance;
  private final ProcessContext leader;
  private final Map<Integer, Value> decisions = new TreeMap<>();

  SplitLeader(long seed, @Nullable Mutation mutation) {
    world =
        SimWorld.of(3, 1)
            .seed(seed)
            .latency(Latency.uniform(Clock.DELAY_NANOS / 2, 2 * Clock.DELAY_NANOS))
            .build();
    instance =
        ByzantineInstance.of(1, 3)
            .withTiming(
                new ByzantineInstance.Timing(
                    2_000, 16_000, 300_000, ByzantineInstance.Timing.DEFAULT.paxos()));
    leader = world.process(1);
    ByzantineAlgorithm.FAST_AND_ROBUST.regions(instance).forEach(world::defineEverywhere);
    leader.execute(
        () -> {
          show(A);
          complete();
        });
    join(2, seed, mutation);
    leader.execute(() -> leader.clock().after(150_000, () -> show(B)));
    world
        .process(3)
        .execute(() -> world.process(3).clock().after(170_000, () -> join(3, seed, mutation)));
    world.run(() -> decisions.size() == 2, 60_000);
  }

  boolean agreement() {
    return decisions.values().stream().distinct().count() <= 1;
  }

  private void join(int number, long seed, @Nullable Mutation mutation) {
    ProcessContext process = world.process(number);
    ScriptedOmega omega =
        ScriptedOmega.start(process, 1, List.of(new ScriptedOmega.Change(0, 2 + (int) (seed % 2))));
    ByzantineConsensus part =
        mutation == null
            ? ByzantineAlgorithm.FAST_AND_ROBUST.join(process, omega, instance)
            : ByzantineAlgorithm.FAST_AND_ROBUST.join(process, omega, instance, mutation);
    part.propose(Value.of("v" + number)).thenAccept(value -> decisions.put(number, value));
  }

  private void show(Value value) {
    Signed proposal = new Signed(value, sign(Statement.Kind.LEADER_VALUE, value));
    leader
        .memory(1)
        .write(
            CheapQuorumRegisters.leaderRegion(instance),
            CheapQuorumRegisters.LEADER_VALUE,
            proposal.encode(),
            outcome -> {});
    write(
        CheapQuorumRegisters.VALUE,
        new Signed(proposal.encode(), sign(Statement.Kind.COPY, value)).encode());
  }

  /** Writes a proof of A by itself and process 2, once that has signed. */
  private void complete() {
    leader
        .memory(1)
        .read(
            CheapQuorumRegisters.region(instance, 2),
            CheapQuorumRegisters.VALUE,
            (outcome, register) -> {
              Signed copy = Signed.decode(register, 10_000);
              if (copy == null) {
                leader.clock().after(2_000, this::complete);
                return;
              }
              SortedMap<Integer, Value> signatures = new TreeMap<>();
              signatures.put(1, sign(Statement.Kind.COPY, A));
              signatures.put(2, copy.signature());
              write(CheapQuorumRegisters.PROOF, new Certificate(A, signatures).encode());
            });
  }

  private void write(int register, Value content) {
    Region own = CheapQuorumRegisters.region(instance, 1);
    leader.memory(1).write(own, register, content, outcome -> {});
  }

  private Value sign(Statement.Kind kind, Value value) {
    return leader
        .signer()
        .sign(
            new Statement(kind, instance.number(), CheapQuorumRegisters.LEADER, 0, value).encode());
  }
}
