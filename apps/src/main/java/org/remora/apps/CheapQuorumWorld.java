package org.remora.apps;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.Abort;
import org.remora.byzantine.BareParts;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.Certificate;
import org.remora.byzantine.CheapQuorumRegisters;
import org.remora.byzantine.Mutation;
import org.remora.byzantine.Signed;
import org.remora.byzantine.Statement;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.sim.explore.Adversary;
import org.remora.sim.explore.Explorer;
import org.remora.sim.explore.IdealSignature;
import org.remora.sim.explore.Property;

/**
 * A small world of Cheap Quorum with at most one Byzantine process: the leader, who signs two
 * values, or a follower. It may put each signed value, its copy of each, and every proof of
 * unanimity for which the correct have signed, and panic, into its registers at any memory at any
 * time, or leave them torn, and ask for every change of permission that is legal. Patience may run
 * out at any time.
 *
 * <p>A process's decision is how Cheap Quorum ended for it: {@code A|-} decided A, {@code A|A:2}
 * decided A and aborted with a proof of it, {@code -|B:0} aborted with a bare B.
 */
public final class CheapQuorumWorld {
  private static final Value A = Value.of("A");
  private static final Value B = Value.of("B");

  private final ByzantineInstance instance;
  private final int processes;
  private final int memories;
  private final int byzantine;
  private final @Nullable Mutation mutation;
  private boolean serving;

  /**
   * A world.
   *
   * @param byzantine which process is Byzantine; 0 for none
   */
  public CheapQuorumWorld(int processes, int memories, int byzantine, @Nullable Mutation mutation) {
    instance = BroadcastWorld.instance(processes, byzantine == 0 ? 0 : 1);
    this.processes = processes;
    this.memories = memories;
    this.byzantine = byzantine;
    this.mutation = mutation;
  }

  /** Whether all end up having aborted, if one has, is checked too. */
  public CheapQuorumWorld serving() {
    serving = true;
    return this;
  }

  /** To explore it. */
  public Explorer explorer() {
    List<Region> regions = new ArrayList<>();
    regions.add(CheapQuorumRegisters.leaderRegion(instance));
    for (int p = 1; p <= processes; p++) {
      regions.add(CheapQuorumRegisters.region(instance, p));
    }
    List<Property> properties = new ArrayList<>();
    properties.add(Property.always("agreement", outcomes -> decided(outcomes).size() <= 1));
    properties.add(Property.always("whoever aborts carries the decision", this::carriesDecision));
    properties.add(
        Property.always("one proof of unanimity", outcomes -> aborted(outcomes, ":2").size() <= 1));
    if (serving) {
      int correct = processes - (byzantine == 0 ? 0 : 1);
      properties.add(
          Property.leadsTo(
              "who has decided serves",
              outcomes -> abortedCount(outcomes) > 0,
              outcomes -> abortedCount(outcomes) == correct));
    }
    properties.add(Property.sometimes("the fast path is left", o -> !aborted(o, "").isEmpty()));
    properties.add(Property.sometimes("a process decides", o -> !decided(o).isEmpty()));
    boolean several = processes - instance.faults() > 1;
    if (several) {
      properties.add(Property.sometimes("one decides and one aborts", CheapQuorumWorld::isMixed));
    }
    if (byzantine == 1) {
      properties.add(Property.sometimes("A is decided", o -> decided(o).contains("A")));
      properties.add(Property.sometimes("B is decided", o -> decided(o).contains("B")));
      if (several) {
        properties.add(
            Property.sometimes("both values are aborted with", o -> aborted(o, ":1").size() == 2));
      }
    }
    Explorer explorer =
        Explorer.of(processes, memories, this::start)
            .regions(regions)
            .adversary(byzantine == 0 ? Adversary.of() : adversary())
            .expiriesUnbounded()
            .decisionsMax(2)
            .properties(properties);
    return memories > 1 ? explorer.memoriesAlike() : explorer;
  }

  private void start(ProcessContext process, Consumer<Value> decide) {
    BareParts.cheapQuorum(
        process, instance, mutation, process.self() == 1 ? A : B, new Outcome(decide));
  }

  /** How it ended for one process. */
  private static final class Outcome implements BareParts.CheapQuorumListener {
    private final Consumer<Value> decide;
    private String decided = "-";

    Outcome(Consumer<Value> decide) {
      this.decide = decide;
    }

    @Override
    public void decided(Value value) {
      decided = text(value);
      decide.accept(Value.of(decided + "|-"));
    }

    @Override
    public void aborted(@Nullable Abort abort, boolean proven) {
      if (abort == null || !proven) {
        throw new IllegalStateException("no evidence for " + abort);
      }
      decide.accept(Value.of(decided + "|" + text(abort.value()) + ":" + abort.priority()));
    }
  }

  /** If the leader decided, with its signature at least; if a follower did, with a proof. */
  private boolean carriesDecision(SortedMap<Integer, Value> outcomes) {
    for (var outcome : outcomes.entrySet()) {
      String decision = text(outcome.getValue()).substring(0, 1);
      if (!decision.equals("-")) {
        boolean byLeader = outcome.getKey() == CheapQuorumRegisters.LEADER;
        for (Value other : outcomes.values()) {
          String abort = text(other).substring(2);
          if (!abort.equals("-")
              && !abort.equals(decision + ":2")
              && !(byLeader && abort.equals(decision + ":1"))) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static Set<String> decided(SortedMap<Integer, Value> outcomes) {
    TreeSet<String> decided = new TreeSet<>();
    outcomes.values().forEach(outcome -> decided.add(text(outcome).substring(0, 1)));
    decided.remove("-");
    return decided;
  }

  /** The values that were aborted with, with a priority that ends so. */
  private static Set<String> aborted(SortedMap<Integer, Value> outcomes, String priority) {
    TreeSet<String> aborted = new TreeSet<>();
    for (Value outcome : outcomes.values()) {
      String abort = text(outcome).substring(2);
      if (!abort.equals("-") && abort.endsWith(priority)) {
        aborted.add(abort.substring(0, 1));
      }
    }
    return aborted;
  }

  private static long abortedCount(SortedMap<Integer, Value> outcomes) {
    return outcomes.values().stream().filter(o -> !text(o).endsWith("|-")).count();
  }

  private static boolean isMixed(SortedMap<Integer, Value> outcomes) {
    return outcomes.values().stream().anyMatch(o -> text(o).endsWith("|-"))
        && outcomes.values().stream().anyMatch(o -> text(o).startsWith("-"));
  }

  private static String text(Value value) {
    return new String(value.toBytes(), StandardCharsets.US_ASCII);
  }

  private Adversary adversary() {
    Region leader = CheapQuorumRegisters.leaderRegion(instance);
    Region own = CheapQuorumRegisters.region(instance, byzantine);
    Adversary adversary =
        Adversary.of(byzantine)
            .mayChange(byzantine, leader, Permission.readOnly(processes))
            .mayWrite(
                byzantine, own, CheapQuorumRegisters.PANIC, Value.of(new byte[] {1}), List.of());
    for (Value value : byzantine == 1 ? List.of(A, B) : List.of(A)) {
      Value signature = signature(1, Statement.Kind.LEADER_VALUE, value);
      Signed signed = new Signed(value, signature);
      List<Value> leaders = byzantine == 1 ? List.of() : List.of(signature);
      if (byzantine == 1) {
        adversary =
            adversary.mayWrite(
                1, leader, CheapQuorumRegisters.LEADER_VALUE, signed.encode(), List.of());
      }
      Value copy = signature(byzantine, Statement.Kind.COPY, value);
      adversary =
          adversary.mayWrite(
              byzantine,
              own,
              CheapQuorumRegisters.VALUE,
              new Signed(signed.encode(), copy).encode(),
              leaders);
      for (int set = 0; set < 1 << processes; set++) {
        if (Integer.bitCount(set) == BareParts.unanimity(processes, mutation)) {
          SortedMap<Integer, Value> signers = new TreeMap<>();
          List<Value> needs = new ArrayList<>();
          for (int p = 1; p <= processes; p++) {
            if ((set & (1 << (p - 1))) != 0) {
              signers.put(p, signature(p, Statement.Kind.COPY, value));
              if (p != byzantine) {
                needs.add(signature(p, Statement.Kind.COPY, value));
              }
            }
          }
          adversary =
              adversary.mayWrite(
                  byzantine,
                  own,
                  CheapQuorumRegisters.PROOF,
                  new Certificate(value, signers).encode(),
                  needs);
        }
      }
    }
    return adversary;
  }

  private Value signature(int process, Statement.Kind kind, Value value) {
    return IdealSignature.of(
        process,
        BareParts.statement(instance, mutation, kind, CheapQuorumRegisters.LEADER, 0, value));
  }
}
