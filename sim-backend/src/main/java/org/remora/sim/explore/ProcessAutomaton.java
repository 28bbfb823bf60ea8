package org.remora.sim.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/**
 * One process as an automaton: from where it stands, each input leads to where it stands next and
 * emits what is in flight thereafter. A step is computed once, by a process made anew that is fed
 * all the inputs which lead there, and then the new one.
 */
final class ProcessAutomaton {
  /** The input with which it begins; inputs from 0 on are numbers of what was in flight. */
  static final int START = Integer.MIN_VALUE;

  private final int self;
  private final int processes;
  private final int memories;
  private final Rules rules;
  private final Program program;
  private final Interner<InFlight> inFlight;
  private final Map<Object, Node> nodes = new HashMap<>();
  private volatile Node[] byId = new Node[64];
  private long steps;

  /**
   * What holds for all processes.
   *
   * @param decisionsMax how often each decides at most
   * @param countsExpiries whether nodes that differ in the number of past expiries only differ
   */
  record Rules(int decisionsMax, boolean countsExpiries) {}

  ProcessAutomaton(
      int self,
      int processes,
      int memories,
      Rules rules,
      Program program,
      Interner<InFlight> inFlight) {
    this.rules = rules;
    this.self = self;
    this.processes = processes;
    this.memories = memories;
    this.program = program;
    this.inFlight = inFlight;
    // The first node: nothing has happened.
    node("start", new Node(0, null, 0, 0, 0, null, 0, List.of(), false));
  }

  /** The input that timer {@code slot} expires. */
  static int expiry(int slot) {
    return -1 - slot;
  }

  /** The timer that expires with an input. */
  static int expiring(int input) {
    return -1 - input;
  }

  /** A way to get to a node: the last input and the length. */
  record Link(@Nullable Node before, int input, int depth) {}

  /** The shortest way to a node that is known. */
  static final class Origin {
    private volatile Link link;

    Origin(Link link) {
      this.link = link;
    }

    Link link() {
      return link;
    }
  }

  /**
   * Where a process stands.
   *
   * @param id its number; 0: it has not started
   * @param origin how it is reached
   * @param timers the timers that are set, as bits
   * @param expiries how many have expired so far
   * @param decision what was decided last
   * @param decisions how often it has decided
   * @param signed the names of the signatures that it has made
   * @param crashed whether it takes no step any more
   * @param steps the steps that were computed
   * @param deliveries what can be delivered to it, by what there is to deliver
   * @param heedless whether it no longer heeds what a read returns, by read
   */
  record Node(
      int id,
      Origin origin,
      int timers,
      int expiries,
      @Nullable Value decision,
      int decisions,
      List<String> signed,
      boolean crashed,
      Memo<Step> steps,
      Deliveries deliveries,
      Memo<Heedless.Verdict> heedless) {
    Node(
        int id,
        @Nullable Node before,
        int input,
        int timers,
        int expiries,
        @Nullable Value decision,
        int decisions,
        List<String> signed,
        boolean crashed) {
      this(
          id,
          new Origin(new Link(before, input, before == null ? 0 : before.origin.link.depth + 1)),
          timers,
          expiries,
          decision,
          decisions,
          signed,
          crashed,
          new Memo<>(),
          new Deliveries(),
          new Memo<>());
    }

    /**
     * Notes a way to get here. The shortest is kept: to compute a step, the inputs on the way are
     * fed again. There is no circle in it, for the depth of a node is more than that of the node
     * before was when they were linked, and depths never grow.
     */
    void reachedFrom(Node from, int by) {
      int depth = from.origin.link.depth + 1;
      if (depth < origin.link.depth) {
        origin.link = new Link(from, by, depth);
      }
    }
  }

  /**
   * A step.
   *
   * @param next where the process stands after it
   * @param emitted the numbers of what it emitted, in order
   * @param decidedAfter after how many of those it decided; −1 if it did not decide in this step
   * @param isIdle whether it changes nothing at all
   * @param failure what it threw
   */
  @SuppressWarnings("ArrayRecordComponent") // steps are not compared
  record Step(
      Node next, int[] emitted, int decidedAfter, boolean isIdle, @Nullable String failure) {

    /** Whether nobody else notices it. */
    boolean isSilent() {
      return emitted.length == 0 && decidedAfter < 0 && failure == null;
    }
  }

  Node node(int id) {
    return byId[id];
  }

  synchronized int size() {
    return nodes.size();
  }

  synchronized long steps() {
    return steps;
  }

  Step step(Node from, int input) {
    return from.steps.get(input, i -> compute(from, i));
  }

  /** The node of a process that crashed after it decided {@code decision}, or nothing. */
  synchronized Node crashed(@Nullable Value decision) {
    Object key = decision == null ? "crashed" : decision;
    Node known = nodes.get(key);
    return known != null
        ? known
        : node(key, new Node(nodes.size(), null, 0, 0, 0, decision, 0, List.of(), true));
  }

  private synchronized Step compute(Node from, int input) {
    steps++;
    RecordingProcess process = new RecordingProcess(self, processes, memories, rules.decisionsMax);
    for (int past : history(from)) {
      feed(process, past);
    }
    process.takeEmitted();
    int before = process.decisions();
    try {
      feed(process, input);
    } catch (RuntimeException e) {
      return new Step(from, new int[0], -1, false, e.toString());
    }
    int[] emitted = process.takeEmitted().stream().mapToInt(inFlight::number).toArray();
    boolean counts = rules.countsExpiries && input < 0 && input != START;
    int expiries = from.expiries + (counts ? 1 : 0);
    Object key =
        HeapDigest.of(process.roots())
            .<Object>map(digest -> new Key(digest, expiries))
            .orElseGet(() -> List.of(from.id, input));
    Node next = nodes.get(key);
    if (next == null) {
      next =
          node(
              key,
              new Node(
                  nodes.size(),
                  from,
                  input,
                  process.timers(),
                  expiries,
                  process.decision(),
                  process.decisions(),
                  process.signed(),
                  false));
    } else {
      next.reachedFrom(from, input);
    }
    boolean decides = before < process.decisions();
    return new Step(
        next,
        emitted,
        decides ? process.decidedAfter() : -1,
        emitted.length == 0 && isSame(from, key),
        null);
  }

  private record Key(String digest, int expiries) {}

  /** Whether the key is that of {@code from}, expiries aside. */
  private boolean isSame(Node from, Object key) {
    Node same = key instanceof Key k ? nodes.get(new Key(k.digest, from.expiries)) : null;
    return same != null && same.id == from.id;
  }

  private Node node(Object key, Node node) {
    nodes.put(key, node);
    Node[] all = byId;
    if (node.id == all.length) {
      all = Arrays.copyOf(all, 2 * all.length);
    }
    all[node.id] = node;
    byId = all;
    return node;
  }

  private void feed(RecordingProcess process, int input) {
    if (input == START) {
      process.start(program);
    } else if (input < 0) {
      process.expired(expiring(input));
    } else if (inFlight.get(input) instanceof InFlight.Answer answer) {
      process.answered(answer);
    } else {
      process.received((InFlight.Message) inFlight.get(input));
    }
  }

  private static Iterable<Integer> history(Node node) {
    Deque<Integer> inputs = new ArrayDeque<>();
    Link link = node.origin.link;
    for (Node before = link.before; before != null; before = link.before) {
      inputs.addFirst(link.input);
      link = before.origin.link;
    }
    return new ArrayList<>(inputs);
  }
}
