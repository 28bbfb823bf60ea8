package org.remora.testing;

import java.util.ArrayList;
import java.util.List;
import org.remora.sim.Choice;
import org.remora.sim.Fault;

/** The plans that are one step simpler than a plan. */
final class Simpler {
  private Simpler() {}

  static List<Plan> than(Plan plan, Worlds worlds) {
    List<Plan> simpler = inShape(plan, worlds);
    simpler.addAll(inOrder(plan));
    simpler.removeIf(each -> !worlds.contains(each) || each.equals(plan));
    return simpler;
  }

  /** Simpler but for the order of events. */
  static List<Plan> inShape(Plan plan, Worlds worlds) {
    List<Plan> simpler = new ArrayList<>();
    int n = plan.processes();
    int m = plan.memories();
    for (Flights flights : Flights.values()) {
      if (flights.compareTo(plan.flights()) < 0) {
        simpler.add(plan.withFlights(flights));
      }
    }
    for (int p = n; n > 1 && p >= 1; p--) {
      simpler.add(Removal.ofProcess(plan, p));
    }
    for (int memory = m; memory >= 1; memory--) {
      simpler.add(Removal.ofMemory(plan, memory));
    }
    if (plan.faults().size() > 1) {
      simpler.add(plan.withFaults(List.of()));
    }
    for (int i = 0; i < plan.faults().size(); i++) {
      List<Fault> fewer = new ArrayList<>(plan.faults());
      Fault fault = fewer.remove(i);
      simpler.add(plan.withFaults(fewer));
      for (Fault milder : milder(fault)) {
        List<Fault> others = new ArrayList<>(plan.faults());
        others.set(i, milder);
        simpler.add(plan.withFaults(others));
      }
    }
    plan.byzantine()
        .forEach(
            (process, behaviour) -> {
              simpler.add(plan.withoutByzantine(process));
              for (Behaviour other : worlds.behaviours) {
                if (other.name().equals(behaviour.name())) {
                  break;
                }
                simpler.add(plan.withByzantine(process, other));
              }
            });
    simpler.removeIf(each -> !worlds.contains(each));
    return simpler;
  }

  private static List<Plan> inOrder(Plan plan) {
    List<Plan> simpler = new ArrayList<>();
    if (plan.order() instanceof Order.Adversarial adversarial) {
      simpler.add(plan.withOrder(new Order.InTime()));
      simpler.add(plan.withOrder(Order.adversarial(adversarial.events() / 2)));
      simpler.add(plan.withOrder(Order.adversarial(adversarial.events() - 1)));
    } else if (plan.order() instanceof Order.Chosen chosen) {
      for (int i = chosen.choices().size() - 1; i >= 0; i--) {
        Choice choice = chosen.choices().get(i);
        simpler.add(plan.withOrder(Order.of(later(chosen.choices(), i, i + 1))));
        simpler.add(plan.withOrder(Order.of(without(chosen.choices(), i, i + 1))));
        if (choice.rank() > 0) {
          List<Choice> others = new ArrayList<>(chosen.choices());
          others.set(i, choice.withRank(choice.rank() - 1));
          simpler.add(plan.withOrder(Order.of(others)));
        }
      }
    }
    return simpler;
  }

  /**
   * The order without these choices, of the other events: what would have happened by them is in
   * flight for longer, in front of what comes after it on the same way.
   */
  static List<Choice> later(List<Choice> choices, int begin, int end) {
    List<Choice> left = new ArrayList<>(choices);
    for (int i = end - 1; i >= begin; i--) {
      Choice out = left.remove(i);
      for (int j = i; j < left.size(); j++) {
        Choice other = left.get(j);
        if (other.way() == out.way() && other.rank() >= out.rank()) {
          left.set(j, other.withRank(other.rank() + 1));
        }
      }
    }
    return left;
  }

  /** The order without these choices, the others as they stand: perhaps of other events. */
  static List<Choice> without(List<Choice> choices, int begin, int end) {
    List<Choice> left = new ArrayList<>(choices);
    left.subList(begin, end).clear();
    return left;
  }

  /** The same fault at once, or half as far away. */
  private static List<Fault> milder(Fault fault) {
    List<Fault> milder = new ArrayList<>();
    if (fault instanceof Fault.ProcessCrash crash) {
      for (long nanos : smaller(crash.nanos())) {
        milder.add(new Fault.ProcessCrash(crash.process(), nanos));
      }
    } else if (fault instanceof Fault.ProcessCrashAfter crash) {
      for (long count : smaller(crash.submissions())) {
        milder.add(new Fault.ProcessCrashAfter(crash.process(), count));
      }
    } else if (fault instanceof Fault.MemoryCrash crash) {
      for (long nanos : smaller(crash.nanos())) {
        milder.add(new Fault.MemoryCrash(crash.memory(), nanos));
      }
    } else if (fault instanceof Fault.MemoryCrashAfter crash) {
      for (long count : smaller(crash.effects())) {
        milder.add(new Fault.MemoryCrashAfter(crash.memory(), count));
      }
    }
    return milder;
  }

  private static long[] smaller(long number) {
    return number == 0 ? new long[0] : number == 1 ? new long[] {0} : new long[] {0, number / 2};
  }
}
