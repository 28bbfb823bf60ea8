package org.remora.apps;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.remora.memory.Machine;
import org.remora.memory.Permission;
import org.remora.memory.ProcessContext;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;

/** Counts the processes that a memory is open to: each takes a connection of its network card. */
final class Connections {
  private Connections() {}

  /** The most processes that may read or write at one memory when an algorithm begins. */
  static int most(AgreePlan plan) {
    Counted counted = new Counted(plan.processes(), plan.memories(), new TreeMap<>());
    plan.algorithm().define(counted);
    return counted.open.values().stream().mapToInt(Set::size).max().orElse(0);
  }

  /** A machine that only looks at what is defined. */
  private record Counted(int processes, int memories, Map<Integer, Set<Integer>> open)
      implements Machine {
    @Override
    public ProcessContext process(int number) {
      throw new IndexOutOfBoundsException("only regions are defined here");
    }

    @Override
    public void define(int memory, Region region) {
      Permission permission = region.initial();
      Set<Integer> processesThere = open.computeIfAbsent(memory, unused -> new TreeSet<>());
      Stream.of(permission.read(), permission.write(), permission.readWrite())
          .flatMapToInt(ProcessSet::stream)
          .forEach(processesThere::add);
    }
  }
}
