package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.BareParts;
import org.remora.byzantine.BroadcastRegisters;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.Certificate;
import org.remora.byzantine.Finding;
import org.remora.byzantine.Mutation;
import org.remora.byzantine.Signed;
import org.remora.byzantine.Statement;
import org.remora.crash.Instance;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.sim.explore.Adversary;
import org.remora.sim.explore.Explorer;
import org.remora.sim.explore.IdealSignature;
import org.remora.sim.explore.Property;

/**
 * A small world of the broadcast: the first f processes are Byzantine and may put either of two
 * messages that process 1 signed, every L1 of theirs over one of them, and every L2 that can be
 * made of these and of the L1 that the correct have made, into their registers at any memory at any
 * time. What the correct processes deliver from process 1 is their decision.
 */
public final class BroadcastWorld {
  static final Value A = Value.of("A");
  static final Value B = Value.of("B");

  private final ByzantineInstance instance;
  private final int memories;
  private final @Nullable Mutation mutation;
  private int briefLooks;
  private boolean others;
  private boolean signsTwice;
  private boolean active;

  /** A world in which the first {@code faults} processes are Byzantine. */
  public BroadcastWorld(int processes, int faults, int memories, @Nullable Mutation mutation) {
    instance = instance(processes, faults);
    this.memories = memories;
    this.mutation = mutation;
  }

  /** Timers are not told apart by how long they wait. */
  static ByzantineInstance instance(int processes, int faults) {
    return new ByzantineInstance(
        1,
        processes,
        faults,
        8,
        1,
        new ByzantineInstance.Timing(1, 1, 1, new Instance.Timing(1, 1, 1, 1)));
  }

  /** So many brief looks come before one at all regions; none unless this is called. */
  public BroadcastWorld briefLooks(int looks) {
    briefLooks = looks;
    return this;
  }

  /** The first correct process broadcasts B as its own message. */
  public BroadcastWorld othersSend() {
    others = true;
    return this;
  }

  /** Totality is to hold against an adversary that goes on, not against a silent one only. */
  public BroadcastWorld active() {
    active = true;
    return this;
  }

  /** The Byzantine sender signs one message only, in two ways: whoever finds it guilty is wrong. */
  public BroadcastWorld signsTwice() {
    signsTwice = true;
    return this;
  }

  /** To explore it. */
  public Explorer explorer() {
    List<Region> regions = new ArrayList<>();
    for (int p = 1; p <= instance.processes(); p++) {
      regions.add(BroadcastRegisters.region(instance, p));
    }
    int correct = instance.processes() - instance.faults();
    Explorer explorer =
        Explorer.of(
                instance.processes(),
                memories,
                (process, decide) -> {
                  boolean sends = others && process.self() == instance.faults() + 1;
                  Supplier<List<Finding>> findings =
                      BareParts.broadcast(
                          process,
                          instance,
                          mutation,
                          briefLooks,
                          sends ? B : Value.BOTTOM,
                          decide);
                  if (signsTwice) {
                    acquit(process, findings);
                  }
                })
            .regions(regions)
            .adversary(adversary())
            .expiriesUnbounded()
            .properties(properties(correct));
    return memories > 1 ? explorer.memoriesAlike() : explorer;
  }

  private List<Property> properties(int correct) {
    List<Property> properties = new ArrayList<>();
    properties.add(Property.agreement());
    properties.add(Property.validity(messages()));
    Predicate<SortedMap<Integer, Value>> one = delivered -> !delivered.isEmpty();
    Predicate<SortedMap<Integer, Value>> all = delivered -> delivered.size() == correct;
    properties.add(
        active
            ? Property.leadsToWhatever("totality", one, all)
            : Property.leadsTo("totality", one, all));
    messages().forEach(message -> properties.add(Property.sometimesDecided(message)));
    properties.add(Property.sometimes("all deliver", delivered -> delivered.size() == correct));
    return properties;
  }

  private List<Value> messages() {
    return signsTwice ? List.of(A) : List.of(A, B);
  }

  /** Looks at the findings again and again: there must be none. */
  private static void acquit(ProcessContext process, Supplier<List<Finding>> findings) {
    process
        .clock()
        .after(
            1,
            () -> {
              if (!findings.get().isEmpty()) {
                throw new IllegalStateException("an innocent sender is found guilty");
              }
              acquit(process, findings);
            });
  }

  private Adversary adversary() {
    Integer[] byzantine = new Integer[instance.faults()];
    for (int p = 1; p <= byzantine.length; p++) {
      byzantine[p - 1] = p;
    }
    Adversary adversary = Adversary.of(byzantine);
    int at = BroadcastRegisters.register(instance, 1, 1);
    for (int b : byzantine) {
      Region own = BroadcastRegisters.region(instance, b);
      for (Value message : messages()) {
        Value statement = statement(Statement.Kind.VALUE, message);
        Value value = new Signed(message, IdealSignature.of(1, statement)).encode();
        adversary = adversary.mayWrite(b, own, at + BroadcastRegisters.VALUE, value, List.of());
        if (signsTwice) {
          Value other = new Signed(message, IdealSignature.other(1, statement)).encode();
          adversary = adversary.mayWrite(b, own, at + BroadcastRegisters.VALUE, other, List.of());
        }
        adversary =
            adversary.mayWrite(
                b, own, at + BroadcastRegisters.L1, signature(b, message), List.of());
        for (SortedMap<Integer, Value> makers : quorums(message)) {
          List<Value> needs = new ArrayList<>();
          makers.forEach(
              (p, signature) -> {
                if (p > instance.faults()) {
                  needs.add(signature);
                }
              });
          adversary =
              adversary.mayWrite(
                  b,
                  own,
                  at + BroadcastRegisters.L2,
                  new Certificate(message, makers).encode(),
                  needs);
        }
      }
    }
    return adversary;
  }

  private Value signature(int process, Value message) {
    return IdealSignature.of(process, statement(Statement.Kind.L1, message));
  }

  private Value statement(Statement.Kind kind, Value message) {
    return BareParts.statement(instance, mutation, kind, 1, 1, message);
  }

  /** The L1 of every n − f processes. */
  private List<SortedMap<Integer, Value>> quorums(Value message) {
    List<SortedMap<Integer, Value>> quorums = new ArrayList<>();
    for (int set = 0; set < 1 << instance.processes(); set++) {
      if (Integer.bitCount(set) == BareParts.quorum(instance)) {
        SortedMap<Integer, Value> makers = new TreeMap<>();
        for (int p = 1; p <= instance.processes(); p++) {
          if ((set & (1 << (p - 1))) != 0) {
            makers.put(p, signature(p, message));
          }
        }
        quorums.add(makers);
      }
    }
    return quorums;
  }
}
