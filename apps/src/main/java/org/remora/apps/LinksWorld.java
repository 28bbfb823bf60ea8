package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.BareParts;
import org.remora.byzantine.BroadcastRegisters;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.Certificate;
import org.remora.byzantine.Mutation;
import org.remora.byzantine.Signed;
import org.remora.byzantine.Statement;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.sim.explore.Adversary;
import org.remora.sim.explore.Explorer;
import org.remora.sim.explore.IdealSignature;
import org.remora.sim.explore.Property;

/**
 * Small worlds of trusted links among three processes, of which process 1 is Byzantine and T-sends
 * one message: an honest one or a lie. It may put either, its L1 over it, and every L2 that can be
 * made of that and of the L1 that the correct have made, into its registers at any time.
 */
public final class LinksWorld {
  private static final Value A = Value.of("A");
  private static final Value B = Value.of("B");
  private static final int PROCESSES = 3;

  private final ByzantineInstance instance = BroadcastWorld.instance(PROCESSES, 1);
  private final int memories;
  private final @Nullable Mutation mutation;

  /** Worlds of so many memories. */
  public LinksWorld(int memories, @Nullable Mutation mutation) {
    this.memories = memories;
    this.mutation = mutation;
  }

  /**
   * Process 1 sends its input A to all, as its protocol says, or A to process 2 and B to process 3.
   * What is received is the decision.
   */
  public Explorer history() {
    Value honest = BareParts.linksMessage(A, List.of(A, A, A));
    Value lie = BareParts.linksMessage(A, List.of(A, A, B));
    return explorer(
        Explorer.of(
            PROCESSES,
            memories,
            (process, decide) -> BareParts.links(process, instance, mutation, decide)),
        instance,
        List.of(honest, lie),
        List.of(Property.agreement(), Property.sometimesDecided(A)));
  }

  /**
   * Process 1 proposes A to Preferential Paxos, honestly, or B with a priority for which there is
   * no evidence. What a process adopts is the decision. It adopts the first input that it receives:
   * f is set to 2, as what is checked here rests on no majority.
   */
  public Explorer preference() {
    ByzantineInstance first = BroadcastWorld.instance(PROCESSES, 2);
    return explorer(
        Explorer.of(
            PROCESSES,
            memories,
            (process, decide) -> BareParts.preference(process, first, mutation, decide)),
        first,
        List.of(BareParts.preferenceMessage(A, 0), BareParts.preferenceMessage(B, 1)),
        List.of(
            Property.always(
                "a priority without evidence counts for nothing",
                adopted -> !adopted.containsValue(B)),
            Property.sometimesDecided(A)));
  }

  private Explorer explorer(
      Explorer world, ByzantineInstance instance, List<Value> messages, List<Property> properties) {
    List<Region> regions = new ArrayList<>();
    for (int p = 1; p <= PROCESSES; p++) {
      regions.add(BroadcastRegisters.region(instance, p));
    }
    world
        .regions(regions)
        .adversary(adversary(instance, messages))
        .expiriesUnbounded()
        .properties(properties);
    return memories > 1 ? world.memoriesAlike() : world;
  }

  private Adversary adversary(ByzantineInstance instance, List<Value> messages) {
    Region own = BroadcastRegisters.region(instance, 1);
    int at = BroadcastRegisters.register(instance, 1, 1);
    Adversary adversary = Adversary.of(1);
    for (Value message : messages) {
      Value signature = signature(1, Statement.Kind.VALUE, message);
      adversary =
          adversary
              .mayWrite(
                  1,
                  own,
                  at + BroadcastRegisters.VALUE,
                  new Signed(message, signature).encode(),
                  List.of())
              .mayWrite(
                  1,
                  own,
                  at + BroadcastRegisters.L1,
                  signature(1, Statement.Kind.L1, message),
                  List.of());
      for (int set = 1; set < 1 << PROCESSES; set++) {
        if (Integer.bitCount(set) != BareParts.quorum(instance)) {
          continue;
        }
        SortedMap<Integer, Value> makers = new TreeMap<>();
        List<Value> needs = new ArrayList<>();
        for (int p = 1; p <= PROCESSES; p++) {
          if ((set & (1 << (p - 1))) == 0) {
            continue;
          }
          makers.put(p, signature(p, Statement.Kind.L1, message));
          if (p > 1) {
            needs.add(signature(p, Statement.Kind.L1, message));
          }
        }
        adversary =
            adversary.mayWrite(
                1,
                own,
                at + BroadcastRegisters.L2,
                new Certificate(message, makers).encode(),
                needs);
      }
    }
    return adversary;
  }

  private Value signature(int process, Statement.Kind kind, Value message) {
    return IdealSignature.of(process, BareParts.statement(instance, mutation, kind, 1, 1, message));
  }
}
