package org.remora.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.remora.memory.ProcessSet;
import org.remora.sim.Choice;
import org.remora.sim.Fault;

/** A plan without one process or one memory; those above it have a number one less. */
final class Removal {
  private static final Pattern PROCESS = Pattern.compile("p(\\d+)");
  private static final Pattern MEMORY = Pattern.compile("m(\\d+)");

  private Removal() {}

  static Plan ofProcess(Plan plan, int gone) {
    SortedMap<Integer, Behaviour> byzantine = new TreeMap<>();
    plan.byzantine()
        .forEach(
            (process, behaviour) -> {
              if (process != gone) {
                byzantine.put(below(gone).applyAsInt(process), behaviour);
              }
            });
    return new Plan(
        plan.processes() - 1,
        plan.memories(),
        plan.seed(),
        plan.flights(),
        order(plan.order(), PROCESS, gone),
        faults(plan.faults(), gone, 0),
        byzantine);
  }

  static Plan ofMemory(Plan plan, int gone) {
    return new Plan(
        plan.processes(),
        plan.memories() - 1,
        plan.seed(),
        plan.flights(),
        order(plan.order(), MEMORY, gone),
        faults(plan.faults(), 0, gone),
        plan.byzantine());
  }

  /** What comes of a number when {@code gone} is removed: 0 of that one. */
  private static IntUnaryOperator below(int gone) {
    return number -> gone == 0 || number < gone ? number : number == gone ? 0 : number - 1;
  }

  private static List<Fault> faults(List<Fault> faults, int process, int memory) {
    List<Fault> left = new ArrayList<>();
    for (Fault fault : faults) {
      Fault renumbered = renumbered(fault, below(process), below(memory));
      if (renumbered != null) {
        left.add(renumbered);
      }
    }
    return left;
  }

  private static @Nullable Fault renumbered(
      Fault fault, IntUnaryOperator process, IntUnaryOperator memory) {
    if (fault instanceof Fault.ProcessCrash crash) {
      int p = process.applyAsInt(crash.process());
      return p == 0 ? null : new Fault.ProcessCrash(p, crash.nanos());
    }
    if (fault instanceof Fault.ProcessCrashAfter crash) {
      int p = process.applyAsInt(crash.process());
      return p == 0 ? null : new Fault.ProcessCrashAfter(p, crash.submissions());
    }
    if (fault instanceof Fault.MemoryCrash crash) {
      int m = memory.applyAsInt(crash.memory());
      return m == 0 ? null : new Fault.MemoryCrash(m, crash.nanos());
    }
    if (fault instanceof Fault.MemoryCrashAfter crash) {
      int m = memory.applyAsInt(crash.memory());
      return m == 0 ? null : new Fault.MemoryCrashAfter(m, crash.effects());
    }
    if (fault instanceof Fault.SlowMemory slow) {
      int m = memory.applyAsInt(slow.memory());
      return m == 0 ? null : new Fault.SlowMemory(m, slow.since(), slow.until(), slow.nanos());
    }
    if (fault instanceof Fault.SlowLink slow) {
      int from = process.applyAsInt(slow.from());
      int to = process.applyAsInt(slow.to());
      return from == 0 || to == 0
          ? null
          : new Fault.SlowLink(from, to, slow.since(), slow.until(), slow.nanos());
    }
    if (fault instanceof Fault.Partition cut) {
      int[] side = cut.side().stream().map(process).filter(p -> p > 0).toArray();
      return new Fault.Partition(ProcessSet.of(side), cut.since(), cut.until());
    }
    return fault;
  }

  private static Order order(Order order, Pattern kind, int gone) {
    if (!(order instanceof Order.Chosen chosen)) {
      return order;
    }
    List<Choice> left = new ArrayList<>();
    for (Choice choice : chosen.choices()) {
      // The text of a choice names its ends.
      Matcher ends = kind.matcher(choice.toString());
      boolean[] lost = {false};
      String renumbered =
          ends.replaceAll(
              end -> {
                int number = below(gone).applyAsInt(Integer.parseInt(end.group(1)));
                lost[0] |= number == 0;
                return end.group().charAt(0) + Integer.toString(number);
              });
      if (!lost[0]) {
        left.add(Choice.parse(renumbered));
      }
    }
    return Order.of(left);
  }
}
