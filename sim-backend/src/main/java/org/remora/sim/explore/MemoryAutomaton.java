package org.remora.sim.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 */
final class MemoryAutomaton {
  private final List<Region> regions;
  private final RegionTable.Enforcement enforcement;
  private final Interner<InFlight> inFlight;
  private final Properties properties;
  private final Map<Object, Content> contents = new HashMap<>();
  private volatile Content[] byId = new Content[64];

  MemoryAutomaton(
      List<Region> regions,
      RegionTable.Enforcement enforcement,
      Interner<InFlight> inFlight,
      Properties properties) {
    this.regions = regions;
    this.enforcement = enforcement;
    this.inFlight = inFlight;
    this.properties = properties;
    content(table(null), null, 0, new TreeSet<>());
    // What a crashed memory holds is of no account.
    byId[1] = new Content(1, null, 0, new TreeSet<>(), null, new Memo<>());
    contents.put("crashed", byId[1]);
  }

  /** The number of the content of a memory that has crashed. */
  static final int CRASHED = 1;

  /**
   * What a memory holds.
   *
   * @param id its number; 0: the initial content
   * @param before from which it was reached first
   * @param request by which request
   * @param written the registers that were ever written, as numbers of region and register
   * @param violated the property that it breaks
   */
  record Content(
      int id,
      @Nullable Content before,
      int request,
      SortedSet<Long> written,
      @Nullable String violated,
      Memo<Effect> effects) {}

  /** The effect of a request: what the memory holds then, and the number of the answer. */
  record Effect(Content next, int answer) {}

  private record Key(List<Permission> permissions, List<Value> written) {}

  Content content(int id) {
    return byId[id];
  }

  synchronized int size() {
    return contents.size();
  }

  Effect effect(Content from, int request) {
    return from.effects.get(request, r -> compute(from, r));
  }

  /**
   * Whether two requests have the same effects and answers in either order. It is asked of the very
   * content at which they are about to be swapped, so that nothing rests on a rule about which
   * kinds of operations commute.
   */
  boolean commute(Content at, int one, int other) {
    Effect first = effect(at, one);
    Effect firstThen = effect(first.next, other);
    Effect second = effect(at, other);
    Effect secondThen = effect(second.next, one);
    return firstThen.next.id == secondThen.next.id
        && first.answer == secondThen.answer
        && second.answer == firstThen.answer;
  }

  private synchronized Effect compute(Content from, int request) {
    InFlight.Request submitted = (InFlight.Request) inFlight.get(request);
    RegionTable table = table(from);
    Operation.Result result = submitted.operation().apply(table, submitted.process());
    SortedSet<Long> written = new TreeSet<>(from.written);
    if (submitted.operation() instanceof Operation.Write write) {
      written.add(register(write.region(), write.register()));
    } else if (submitted.operation() instanceof Operation.Swap swap) {
      written.add(register(swap.region(), swap.register()));
    }
    int answer =
        inFlight.number(
            new InFlight.Answer(submitted.process(), submitted.memory(), submitted.slot(), result));
    return new Effect(content(table, from, request, written), answer);
  }

  private static long register(int region, int register) {
    return (long) region << 32 | register;
  }

  private Content content(
      RegionTable table, @Nullable Content before, int request, SortedSet<Long> written) {
    List<Permission> permissions = new ArrayList<>();
    for (Region region : regions) {
      permissions.add(table.permission(region.id()));
    }
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
    Content content =
        new Content(id, before, request, written, properties.brokenBy(table), new Memo<>());
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
    Deque<InFlight.Request> requests = new ArrayDeque<>();
    for (Content at = content; at != null && at.before != null; at = at.before) {
      requests.addFirst((InFlight.Request) inFlight.get(at.request));
    }
    requests.forEach(r -> r.operation().apply(table, r.process()));
    return table;
  }
}
