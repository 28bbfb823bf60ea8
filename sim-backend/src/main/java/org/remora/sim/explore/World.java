package org.remora.sim.explore;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/**
 * The states of an explored world and what can happen in each.
 *
 * <p>A state is an array: the node of every process, the content of every memory, the process that
 * stepped last and how often that changed (both 0 unless it is bounded), and, sorted, all that is
 * in flight.
 *
 * <h2>Which orders need not be tried</h2>
 *
 * An effect is an event of its memory, everything else is an event of one process. Two events of
 * different owners, neither of which causes the other, commute: in either order they lead to the
 * same state, with the same answers and messages. Two neighbours that commute may be swapped
 * without any process, memory or decision noticing. {@link LazyOrders} makes the most of that,
 * where no crash is an event of its own. Where crashes are, what is left, of all executions, are
 * those of this form:
 *
 * <ol>
 *   <li><b>All processes start first</b>, in the order of their numbers. A start depends on nothing
 *       before it, and what it emits may take effect as late as one likes.
 *   <li><b>An effect is followed at once by the arrival of its answer, or by another effect at the
 *       same memory.</b> Take the last effect that is not. It commutes with whatever comes next,
 *       which is not the arrival of its answer and not an effect at its memory, so move it on until
 *       it meets one of these; if it meets none, nobody ever hears of it, and the execution reaches
 *       the same decisions without it. It never comes to stand between an effect and what had to
 *       follow that at once, so this ends. The contents that a memory goes through stay the same,
 *       and that of an effect dropped at the end is seen where the same effect does get its answer.
 *   <li>If only one other request is pending at the memory, and in the present content the two
 *       <b>commute</b> ({@link MemoryAutomaton#commute} tries it), then the effect need not come
 *       before that one without its answer: swapped, it moves on as above.
 * </ol>
 *
 * <p>A state in which all processes that live have decided is not left: a process decides once.
 *
 * <p><b>Crashes.</b> Take an execution with crashes and leave the crashes out: let the process emit
 * its last step to the end, and let it take no further step; let the memory's requests and answers
 * stay in flight for ever. All others see the same, and every decision is still made. So a world
 * without crashes, where nothing needs ever arrive, has every decision of the world in which any
 * number of processes crash anywhere and any number of memories as well; and so it is for what
 * memories hold. Crashes as events of their own are there for those who do not want to rest on this
 * argument: a process crashes within any step, between any two emissions (a crash between two steps
 * commutes with all events of others, so it may as well follow the step before); a memory at any
 * time.
 */
final class World {
  /** Told each state that follows, and by which events; or that a property broke. */
  interface Sink {
    void next(int[] state, int[] events);

    void broken(String property, int[] events);
  }

  /** What limits the world. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record Bounds(
      int[] expiriesMax,
      int processCrashesMax,
      int memoryCrashesMax,
      int switchesMax,
      int decisionsMax,
      int depthMax) {}

  private static final int NONE = -1;

  /** Estimates of the memory that the parts of the automata take. */
  private static final int NODE_BYTES = 1_000;

  private static final int STEP_BYTES = 150;
  private static final int CONTENT_BYTES = 4_000;

  final int processes;
  final int memories;
  final Bounds bounds;
  final Interner<InFlight> inFlight;
  final Traits traits;
  final ProcessAutomaton[] automata;
  final MemoryAutomaton memory;
  final Properties properties;
  final Adversary adversary;

  final Heedless heedless;

  /** Whether something was left out because it takes more events than an execution may have. */
  volatile boolean cut;

  /** About how much memory the deliveries take that were computed. */
  final LongAdder deliveriesBytes = new LongAdder();

  /** Where in a state what is in flight begins. */
  final int head;

  World(
      int memories,
      Bounds bounds,
      Interner<InFlight> inFlight,
      Traits traits,
      ProcessAutomaton[] automata,
      MemoryAutomaton memory,
      Properties properties,
      Adversary adversary) {
    processes = automata.length;
    this.memories = memories;
    this.bounds = bounds;
    this.inFlight = inFlight;
    this.traits = traits;
    this.automata = automata;
    this.memory = memory;
    this.properties = properties;
    this.adversary = adversary;
    head = processes + memories + 2;
    heedless = new Heedless(this);
  }

  /** About how much memory the automata take, all that is known of their nodes included. */
  long bytes() {
    long bytes = deliveriesBytes.sum() + (long) CONTENT_BYTES * memory.size();
    for (ProcessAutomaton automaton : automata) {
      bytes += (long) NODE_BYTES * automaton.size() + (long) STEP_BYTES * automaton.steps();
    }
    return bytes;
  }

  /** Checks what was assumed of the processes. */
  void check() {
    heedless.check();
  }

  /** The request by which the adversary changes a permission at a memory. */
  InFlight.Request change(int memoryNumber, int move) {
    Adversary.Move change = adversary.moves.get(move);
    return new InFlight.Request(change.process(), memoryNumber, move, change.operation());
  }

  /** The event that the adversary makes a move at a memory. */
  int event(int memoryNumber, int move) {
    return adversary.moves.get(move).isChange()
        ? Events.of(Events.CHANGE, inFlight.number(change(memoryNumber, move)))
        : Events.of(Events.MOVE, memoryNumber, move);
  }

  /** The processes of the adversary take no step that is not one of its moves. */
  int[] initial() {
    int[] initial = new int[head];
    adversary.processes.forEach(p -> initial[p - 1] = automata[p - 1].crashed(null).id());
    return initial;
  }

  ProcessAutomaton.Node node(int[] state, int process) {
    return automata[process - 1].node(state[process - 1]);
  }

  MemoryAutomaton.Content content(int[] state, int memoryNumber) {
    return memory.content(state[processes + memoryNumber - 1]);
  }

  boolean memoryCrashed(int[] state, int memoryNumber) {
    return state[processes + memoryNumber - 1] == MemoryAutomaton.CRASHED;
  }

  SortedMap<Integer, Value> decisions(int[] state) {
    SortedMap<Integer, Value> decisions = new TreeMap<>();
    for (int p = 1; p <= processes; p++) {
      Value decision = node(state, p).decision();
      if (decision != null) {
        decisions.put(p, decision);
      }
    }
    return decisions;
  }

  /** The index of something in flight; negative if it is not in flight. */
  int indexOf(int[] state, int number) {
    return Arrays.binarySearch(state, head, state.length, number);
  }

  /** What is in flight. */
  int[] allInFlight(int[] state) {
    return Arrays.copyOfRange(state, head, state.length);
  }

  /**
   * Tells all that can happen.
   *
   * @param orders of this world, and of the thread that asks
   */
  void expand(int[] state, LazyOrders orders, Sink sink) {
    for (int p = 1; p <= processes; p++) {
      if (state[p - 1] == 0) {
        step(state, p, ProcessAutomaton.START, NONE, new int[] {Events.of(Events.START, p)}, sink);
        return;
      }
    }
    if (isSettled(state)) {
      return;
    }
    if (bounds.processCrashesMax == 0 && bounds.memoryCrashesMax == 0) {
      orders.expand(state, sink);
      return;
    }
    for (int i = head; i < state.length; i++) {
      if (i > head && state[i] == state[i - 1]) {
        continue; // the second of two equal messages
      }
      if (inFlight.get(state[i]) instanceof InFlight.Request request) {
        effect(state, i, request, new int[0], sink);
      } else {
        int[] events = {Events.of(Events.ARRIVAL, state[i])};
        step(state, receiver(state[i]), state[i], i, events, sink);
      }
    }
    for (int p = 1; p <= processes; p++) {
      expire(state, p, sink);
    }
    crashMemories(state, sink);
  }

  private boolean isSettled(int[] state) {
    for (int p = 1; p <= processes; p++) {
      ProcessAutomaton.Node node = node(state, p);
      if (node.decisions() < bounds.decisionsMax && !node.crashed()) {
        return false;
      }
    }
    return true;
  }

  /** The process at which an answer or a message arrives. */
  int receiver(int number) {
    return Traits.process(traits.of(number));
  }

  private void expire(int[] state, int process, Sink sink) {
    ProcessAutomaton.Node node = node(state, process);
    if (node.crashed() || node.expiries() >= bounds.expiriesMax[process - 1]) {
      return;
    }
    for (int timers = node.timers(); timers != 0; timers &= timers - 1) {
      int slot = Integer.numberOfTrailingZeros(timers);
      int input = ProcessAutomaton.expiry(slot);
      // One that changes nothing must not use up the bound: what it leaves out would be left out.
      if (!automata[process - 1].step(node, input).isIdle()) {
        int[] events = {Events.of(Events.EXPIRY, process, slot)};
        step(state, process, input, NONE, events, sink);
      }
    }
  }

  /** A request takes effect, and its answer arrives at once or another effect comes first. */
  private void effect(int[] state, int index, InFlight.Request request, int[] before, Sink sink) {
    int number = state[index];
    int at = request.memory();
    MemoryAutomaton.Content content = content(state, at);
    // Without an adversary there is one.
    MemoryAutomaton.Effect effect = memory.effects(content, number)[0];
    int[] events = append(before, Events.of(Events.EFFECT, number));
    String violated = effect.next().violated();
    if (violated != null) {
      sink.broken(violated, events);
      return;
    }
    int[] after = takeEffect(state, index, effect);
    if (!node(state, request.process()).crashed()) {
      int arrived = indexOf(after, effect.answer());
      step(
          after,
          request.process(),
          effect.answer(),
          arrived,
          append(events, Events.of(Events.ARRIVAL, effect.answer())),
          sink);
    } else if (before.length > 0) {
      // Nobody waits for the answer: the memory's other events are all that it can matter to.
      sink.next(after, events);
    }
    int others = 0;
    int other = NONE;
    for (int i = head; i < state.length; i++) {
      if (i != index && isRequestAt(state[i], at)) {
        others++;
        other = state[i];
      }
    }
    if (others == 0 || (others == 1 && memory.commute(content, number, other))) {
      return;
    }
    for (int i = head; i < after.length; i++) {
      if (inFlight.get(after[i]) instanceof InFlight.Request next && next.memory() == at) {
        effect(after, i, next, events, sink);
      }
    }
  }

  /** Whether all these signatures have been made. */
  boolean haveSigned(int[] state, List<String> signatures) {
    if (signatures.isEmpty()) {
      return true;
    }
    for (String signature : signatures) {
      boolean made = false;
      for (int p = 1; p <= processes && !made; p++) {
        made = node(state, p).signed().contains(signature);
      }
      if (!made) {
        return false;
      }
    }
    return true;
  }

  private boolean isRequestAt(int number, int memoryNumber) {
    long its = traits.of(number);
    return Traits.isRequest(its) && Traits.memory(its) == memoryNumber;
  }

  private void crashMemories(int[] state, Sink sink) {
    int crashed = 0;
    for (int m = 1; m <= memories; m++) {
      crashed += memoryCrashed(state, m) ? 1 : 0;
    }
    for (int m = 1; m <= memories && crashed < bounds.memoryCrashesMax; m++) {
      if (!memoryCrashed(state, m)) {
        sink.next(crashMemory(state, m), new int[] {Events.of(Events.MEMORY_CRASH, m)});
      }
    }
  }

  /** What has taken effect may still be answered, or not. */
  int[] crashMemory(int[] state, int memoryNumber) {
    int[] after = state.clone();
    after[processes + memoryNumber - 1] = MemoryAutomaton.CRASHED;
    int length = head;
    for (int i = head; i < state.length; i++) {
      if (!isRequestAt(state[i], memoryNumber)) {
        after[length++] = state[i];
      }
    }
    return Arrays.copyOf(after, length);
  }

  /** The state after an effect, its answer in flight if there is somebody to hear it. */
  int[] takeEffect(int[] state, int index, MemoryAutomaton.Effect effect) {
    InFlight.Request request = (InFlight.Request) inFlight.get(state[index]);
    boolean heard = !node(state, request.process()).crashed();
    int[] after;
    if (heard) {
      after = state.clone();
      after[index] = effect.answer();
    } else {
      after = new int[state.length - 1];
      System.arraycopy(state, 0, after, 0, index);
      System.arraycopy(state, index + 1, after, index, after.length - index);
    }
    after[processes + request.memory() - 1] = effect.next().id();
    Arrays.sort(after, head, after.length);
    return after;
  }

  private void step(int[] state, int process, int input, int consumed, int[] events, Sink sink) {
    ProcessAutomaton automaton = automata[process - 1];
    ProcessAutomaton.Node node = node(state, process);
    ProcessAutomaton.Step step = automaton.step(node, input);
    if (step.failure() != null) {
      sink.broken(failure(process, step), events);
      return;
    }
    tell(
        state, stepped(state, process, step, consumed, step.emitted().length, false), events, sink);
    int crashed = 0;
    for (int p = 1; p <= processes; p++) {
      crashed += node(state, p).crashed() ? 1 : 0;
    }
    if (crashed < bounds.processCrashesMax) {
      // After no emission at all it is as if it had crashed after the step before.
      int first = input == ProcessAutomaton.START ? 0 : 1;
      for (int emitted = first; emitted <= step.emitted().length; emitted++) {
        int[] after = stepped(state, process, step, consumed, emitted, true);
        int[] cut = new int[events.length + 1];
        System.arraycopy(events, 0, cut, 0, events.length - 1);
        cut[events.length - 1] = Events.of(Events.PROCESS_CRASH, process, emitted);
        cut[events.length] = events[events.length - 1];
        tell(state, after, cut, sink);
      }
    }
  }

  void tell(int[] before, int @Nullable [] after, int[] events, Sink sink) {
    if (after == null) {
      return;
    }
    String broken = brokenBetween(before, after);
    if (broken == null) {
      sink.next(after, events);
    } else {
      sink.broken(broken, events);
    }
  }

  static String failure(int process, ProcessAutomaton.Step step) {
    return "process " + process + " threw " + step.failure();
  }

  /** The property that a decision between two states breaks; null if there is none. */
  @Nullable String brokenBetween(int[] before, int[] after) {
    for (int p = 1; p <= processes; p++) {
      Value decision = node(after, p).decision();
      if (before[p - 1] != after[p - 1]
          && decision != null
          && !Objects.equals(decision, node(before, p).decision())) {
        return properties.brokenBy(decisions(after));
      }
    }
    return null;
  }

  /**
   * The state after a step of which so much was emitted; null if it is beyond the bound on
   * switches.
   */
  int @Nullable [] stepped(
      int[] state,
      int process,
      ProcessAutomaton.Step step,
      int consumed,
      int emitted,
      boolean crashes) {
    ProcessAutomaton.Node before = node(state, process);
    ProcessAutomaton.Node next = step.next();
    if (crashes) {
      boolean decided = step.decidedAfter() >= 0 && step.decidedAfter() <= emitted;
      next = automata[process - 1].crashed(decided ? next.decision() : before.decision());
    }
    int[] after = new int[state.length + emitted];
    System.arraycopy(state, 0, after, 0, head);
    after[process - 1] = next.id();
    if (!mayStep(after, process)) {
      return null;
    }
    int length = head;
    for (int i = head; i < state.length; i++) {
      if (i != consumed && !(crashes && isFor(state[i], process))) {
        after[length++] = state[i];
      }
    }
    for (int i = 0; i < emitted; i++) {
      if (arrives(state, step.emitted()[i], crashes ? process : 0)) {
        after[length++] = step.emitted()[i];
      }
    }
    Arrays.sort(after, head, length);
    return length == after.length ? after : Arrays.copyOf(after, length);
  }

  /** Notes who steps; false if that is beyond the bound on switches. */
  boolean mayStep(int[] state, int process) {
    if (bounds.switchesMax < Integer.MAX_VALUE) {
      int last = state[head - 2];
      if (last != process && last != 0 && ++state[head - 1] > bounds.switchesMax) {
        return false;
      }
      state[head - 2] = process;
    }
    return true;
  }

  /** Whether it goes to a process and to nobody else. */
  private boolean isFor(int number, int process) {
    long its = traits.of(number);
    return !Traits.isRequest(its) && Traits.process(its) == process;
  }

  /** Whether it goes to somebody other than the processes of the adversary, which take no step. */
  boolean isHeard(int number) {
    long its = traits.of(number);
    return Traits.isRequest(its) || !adversary.isByzantine(Traits.process(its));
  }

  /** Whether what is emitted has somewhere to go. */
  private boolean arrives(int[] state, int number, int crashing) {
    long its = traits.of(number);
    if (Traits.isRequest(its)) {
      return !memoryCrashed(state, Traits.memory(its));
    }
    int to = Traits.process(its);
    return to != crashing && !node(state, to).crashed();
  }

  private static int[] append(int[] events, int event) {
    int[] longer = Arrays.copyOf(events, events.length + 1);
    longer[events.length] = event;
    return longer;
  }
}
