package org.remora.sim.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.RegionTable;
import org.remora.memory.Value;

/**
 * Memories as an automaton: from each content, an operation leads to a content and an answer. The
 * region table of production computes it, made anew and brought there by the operations that lead
 * there. All memories hold the same regions, and so share the automaton.
 *
 * <p><b>The adversary's writes.</b> A register is <em>wild</em> while the adversary may write it.
 * One of its writes commutes with every event but a read of the register and a change of the
 * region's permission at this memory; moved on until just before such an event, only the last write
 * to each register matters, and one that never meets such an event is seen by nobody. So the
 * adversary writes just before a read, what that read sees, and just before the region is taken
 * from it, what then remains. In between, what a wild register holds is of no account, and the
 * content leaves it out. That is why one operation may have several effects.
 */
final class MemoryAutomaton {
  private final List<Region> regions;
  private final RegionTable.Enforcement enforcement;
  private final Interner<InFlight> inFlight;
  private final Traits traits;
  private final Properties properties;
  private final Adversary adversary;
  private final Interner<List<Integer>> answers = new Interner<>();
  private final Map<Object, Content> contents = new HashMap<>();
  private volatile Content[] byId = new Content[64];

  MemoryAutomaton(
      List<Region> regions,
      RegionTable.Enforcement enforcement,
      Interner<InFlight> inFlight,
      Traits traits,
      Properties properties,
      Adversary adversary) {
    this.regions = regions;
    this.enforcement = enforcement;
    this.inFlight = inFlight;
    this.traits = traits;
    this.properties = properties;
    this.adversary = adversary;
    content(table(null), new Step(null, new int[0], 0), new TreeSet<>());
    // What a crashed memory holds is of no account.
    byId[1] = new Content(1, new Step(null, new int[0], 0), new TreeSet<>(), null, new Memo<>());
    contents.put("crashed", byId[1]);
  }

  /** The number of the content of a memory that has crashed. */
  static final int CRASHED = 1;

  /**
   * How a content was reached first.
   *
   * @param before from which
   * @param moves by which writes of the adversary, as far as they are still to be seen
   * @param request and then by which request
   */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record Step(@Nullable Content before, int[] moves, int request) {}

  /**
   * What a memory holds.
   *
   * @param id its number; 0: the initial content
   * @param reached how it was reached first
   * @param written the registers that were ever written, as numbers of region and register
   * @param violated the property that it breaks
   * @param effects of requests
   */
  record Content(
      int id,
      Step reached,
      SortedSet<Long> written,
      @Nullable String violated,
      Memo<Effects> effects) {}

  /**
   * An effect of a request.
   *
   * @param next what the memory holds then
   * @param answer the number of the answer
   * @param moves what the adversary wrote just before, by the numbers of its moves
   * @param needs the signatures that it needed for that
   */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record Effect(Content next, int answer, int[] moves, List<String> needs) {}

  /** All effects of a request, and a number that stands for their answers. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record Effects(Effect[] all, int answers) {}

  private record Key(List<Permission> permissions, List<Value> written) {}

  Content content(int id) {
    return byId[id];
  }

  synchronized int size() {
    return contents.size();
  }

  /** All effects that a request may have; one, if the adversary has no say in it. */
  Effect[] effects(Content from, int request) {
    return found(from, request).all;
  }

  /** A number that is the same where a request has the same effects but for the contents. */
  int answers(Content from, int request) {
    return found(from, request).answers;
  }

  private Effects found(Content from, int request) {
    Effects known = from.effects.find(request);
    return known != null ? known : from.effects.get(request, r -> compute(from, r));
  }

  /** The effect of a request if the adversary's last writes were these of its moves. */
  Effect effect(Content from, int request, Set<Integer> holds) {
    for (Effect effect : effects(from, request)) {
      if (Arrays.stream(effect.moves).allMatch(holds::contains)) {
        return effect;
      }
    }
    throw new IllegalStateException("the adversary's registers hold something else");
  }

  /**
   * Whether two requests have the same effects and answers in either order. It is asked of the very
   * content at which they are about to be swapped, so that nothing rests on a rule about which
   * kinds of operations commute.
   */
  boolean commute(Content at, int one, int other) {
    if (traits.areIndependent(one, other)) {
      return true;
    }
    Effect[] first = effects(at, one);
    Effect[] second = effects(at, other);
    if (first.length > 1 || second.length > 1) {
      return false;
    }
    Effect[] firstThen = effects(first[0].next, other);
    Effect[] secondThen = effects(second[0].next, one);
    return firstThen.length == 1
        && secondThen.length == 1
        && firstThen[0].next.id == secondThen[0].next.id
        && first[0].answer == secondThen[0].answer
        && second[0].answer == firstThen[0].answer;
  }

  private synchronized Effects compute(Content from, int request) {
    InFlight.Request submitted = (InFlight.Request) inFlight.get(request);
    Effect[] all =
        choices(from, submitted).stream()
            .map(moves -> compute(from, request, submitted, moves))
            .toArray(Effect[]::new);
    return new Effects(all, answers.number(Arrays.stream(all).map(Effect::answer).toList()));
  }

  private Effect compute(
      Content from, int request, InFlight.Request submitted, List<Integer> moves) {
    RegionTable table = table(from);
    SortedSet<Long> written = new TreeSet<>(from.written);
    moves.forEach(move -> apply(move, table, written));
    Operation.Result result = submitted.operation().apply(table, submitted.process());
    note(submitted.operation(), written);
    int region = submitted.operation().region();
    int[] lasting = moves.stream().mapToInt(m -> m).filter(m -> !isWild(table, region)).toArray();
    List<String> needs =
        moves.stream().flatMap(m -> adversary.moves.get(m).needs().stream()).distinct().toList();
    int answer =
        inFlight.number(
            new InFlight.Answer(
                submitted.process(),
                submitted.memory(),
                submitted.slot(),
                submitted.operation(),
                result));
    return new Effect(
        content(table, new Step(from, lasting, request), written),
        answer,
        moves.stream().mapToInt(m -> m).toArray(),
        needs);
  }

  /** What the adversary may have written last to the registers that an operation depends on. */
  private List<List<Integer>> choices(Content from, InFlight.Request submitted) {
    Operation operation = submitted.operation();
    int region = operation.region();
    SortedSet<Integer> registers = adversary.registers(region);
    RegionTable table = table(from);
    if (registers.isEmpty() || !isWild(table, region)) {
      return List.of(List.of());
    }
    if (operation instanceof Operation.Read read) {
      registers.removeIf(r -> r < read.first() || r >= read.first() + read.count());
    } else if (operation instanceof Operation.Change) {
      operation.apply(table, submitted.process());
      if (isWild(table, region)) {
        return List.of(List.of());
      }
    } else if (!adversary.isByzantine(submitted.process())) {
      throw new IllegalStateException(
          "process " + submitted.process() + " writes to a region that the adversary writes to");
    }
    List<List<Integer>> choices = List.of(List.of());
    for (int register : registers) {
      List<List<Integer>> longer = new ArrayList<>();
      for (List<Integer> choice : choices) {
        for (int move : adversary.writes(region, register)) {
          List<Integer> extended = new ArrayList<>(choice);
          extended.add(move);
          longer.add(extended);
        }
      }
      choices = longer;
    }
    return choices;
  }

  /** Whether the adversary may write a region. */
  private boolean isWild(RegionTable table, int region) {
    return !adversary.registers(region).isEmpty()
        && (enforcement == RegionTable.Enforcement.IGNORED
            || adversary.processes.stream().anyMatch(table.permission(region)::mayWrite));
  }

  private void apply(int number, RegionTable table, SortedSet<Long> written) {
    Adversary.Move move = adversary.moves.get(number);
    Operation.Write write = (Operation.Write) move.operation();
    if (!write.value().isBottom()) {
      write.apply(table, move.process());
      note(write, written);
    }
  }

  private static void note(Operation operation, SortedSet<Long> written) {
    if (operation instanceof Operation.Write write) {
      written.add(register(write.region(), write.register()));
    } else if (operation instanceof Operation.Swap swap) {
      written.add(register(swap.region(), swap.register()));
    }
  }

  private static long register(int region, int register) {
    return (long) region << 32 | register;
  }

  private Content content(RegionTable table, Step reached, SortedSet<Long> writtenByAll) {
    List<Permission> permissions = new ArrayList<>();
    for (Region region : regions) {
      permissions.add(table.permission(region.id()));
    }
    SortedSet<Long> written = new TreeSet<>(writtenByAll);
    written.removeIf(at -> isWild(table, (int) (at >> 32)));
    List<Value> values = new ArrayList<>();
    for (long at : written) {
      Value value = table.peek((int) (at >> 32), (int) at);
      // A refused write leaves the register as it was.
      if (!value.isBottom()) {
        values.add(Value.ofWord(at));
        values.add(value);
      }
    }
    Key key = new Key(permissions, values);
    Content known = contents.get(key);
    if (known != null) {
      return known;
    }
    int id = contents.size();
    Content content = new Content(id, reached, written, properties.brokenBy(table), new Memo<>());
    contents.put(key, content);
    Content[] all = byId;
    if (id == all.length) {
      all = Arrays.copyOf(all, 2 * all.length);
    }
    all[id] = content;
    byId = all;
    return content;
  }

  private RegionTable table(@Nullable Content content) {
    RegionTable table = new RegionTable(enforcement);
    regions.forEach(table::define);
    Deque<Step> steps = new ArrayDeque<>();
    for (Content at = content; at != null && at.reached.before != null; at = at.reached.before) {
      steps.addFirst(at.reached);
    }
    for (Step step : steps) {
      for (int move : step.moves) {
        apply(move, table, new TreeSet<>());
      }
      InFlight.Request request = (InFlight.Request) inFlight.get(step.request);
      request.operation().apply(table, request.process());
    }
    return table;
  }
}
