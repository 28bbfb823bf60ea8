package org.remora.sim.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What can happen in a state, where nothing happens sooner than it must.
 *
 * <p>Call an arrival at a process <em>silent</em> if the process emits and decides nothing in that
 * step. Any event but a silent arrival and the effect of a read is an <em>anchor</em>: an effect
 * that may change a memory, an arrival that is not silent, the expiry of a timer. Take any
 * execution and let its events move towards the end as long as each commutes with what it passes:
 *
 * <ul>
 *   <li>A silent arrival moves until the next event is one of its process without which it would
 *       not be silent or with which it does not commute. All others are indifferent to it.
 *   <li>The effect of a read moves until the next event is the arrival of its answer or an effect
 *       at its memory that it does not commute with. It changes nothing.
 *   <li>Any other effect moves likewise: so what follows it at once is the arrival of its answer,
 *       or there is some other request at its memory, pending, that it does not commute with.
 *   <li>What moves to the end is noticed by nobody, and may be left out.
 *   <li>Of silent arrivals in a row that commute, one order is enough.
 * </ul>
 *
 * <p>Which effects commute at every content {@link Traits#areIndependent} says: those at different
 * registers do, unless one of them changes a permission.
 *
 * <p>What precedes the first anchor then is either, if the anchor is an effect, the effects of
 * reads at the same memory that it does not commute with, without their answers: {@link #early}.
 * Or, if it is an event of a process, silent arrivals at that process of which none could as well
 * come after it, each fused with the effect that it answers unless that has happened before: a
 * {@link Delivery}. One of these two is a step of this search. In a delivery all effects of reads
 * come before the other effects, and of those no two that do not commute are in it; the execution
 * in which they come in another order is found too, as an early effect and then a delivery.
 *
 * <p>The next step is found by the same argument, so by induction every decision of every execution
 * is found. So is every content of a memory that anybody notices: by a decision or an answer that
 * is not silent, or by a request there that would go differently before.
 *
 * <p>Reads that their process does not heed any more ({@link Heedless}) come before nothing.
 *
 * <p>Deliveries are functions of the process's node and of what there is to deliver; they are
 * computed once.
 *
 * <p>Each thread has its own.
 */
final class LazyOrders {
  private static final int NONE = -1;
  private static final int[] NO_NUMBERS = {};

  /** Estimates of the memory that a row of deliveries takes, and each of them. */
  private static final int ROW_BYTES = 100;

  private static final int DELIVERY_BYTES = 300;

  private final World world;

  /** What there is to deliver, as it is collected. */
  private int[] row = new int[64];

  /** By memory: the requests by which the adversary changes permissions. */
  private final int[][] changes;

  LazyOrders(World world) {
    this.world = world;
    changes = new int[world.memories][];
    for (int m = 1; m <= world.memories; m++) {
      List<Integer> numbers = new ArrayList<>();
      for (int move = 0; move < world.adversary.moves.size(); move++) {
        if (world.adversary.moves.get(move).isChange()) {
          numbers.add(world.inFlight.number(world.change(m, move)));
        }
      }
      changes[m - 1] = numbers.stream().mapToInt(n -> n).toArray();
    }
  }

  void expand(int[] state, World.Sink sink) {
    for (int p = 1; p <= world.processes; p++) {
      if (!world.node(state, p).crashed()) {
        deliver(state, p, sink);
      }
    }
    for (int i = world.head; i < state.length; i++) {
      long traits = world.traits.of(state[i]);
      if (Traits.isRequest(traits) && !Traits.isReadRequest(traits)) {
        early(state, state[i], sink);
      }
    }
    for (int m = 1; m <= world.memories; m++) {
      for (int change : changes[m - 1]) {
        early(state, change, sink);
      }
    }
  }

  private static boolean isRead(InFlight.Request request) {
    return request.operation() instanceof Operation.Read;
  }

  // ---- Effects before their answers arrive ----

  /** A request takes effect, after reads that it does not commute with. */
  private void early(int[] state, int number, World.Sink sink) {
    long its = world.traits.of(number);
    int at = Traits.memory(its);
    int[] before = NO_NUMBERS;
    boolean conflicts = false;
    for (int i = world.head; i < state.length; i++) {
      int other = state[i];
      long traits = world.traits.of(other);
      if (Traits.isRequest(traits)
          && Traits.memory(traits) == at
          && other != number
          && !world.traits.areIndependent(number, other)) {
        boolean reads = Traits.isReadRequest(traits);
        if (!reads || !isHeedless(state, other, Traits.process(traits))) {
          conflicts = true;
          if (reads) {
            before = append(before, other);
          }
        }
      }
    }
    if (conflicts) {
      early(state, number, at, before, 0, NO_NUMBERS, sink);
    }
  }

  /** Only who looks again and again leaves reads behind: elsewhere it is not worth the asking. */
  private boolean isHeedless(int[] state, int number, int process) {
    return world.bounds.expiriesMax()[process - 1] == Integer.MAX_VALUE
        && world.heedless.is(process, world.node(state, process), number);
  }

  private void early(
      int[] state, int number, int at, int[] reads, int from, int[] before, World.Sink sink) {
    MemoryAutomaton.Content content = world.content(state, at);
    for (MemoryAutomaton.Effect effect : world.memory.effects(content, number)) {
      boolean changes = effect.next().id() != content.id();
      int index = world.indexOf(state, number);
      // A read commutes with what changes nothing; and a change that nobody asked for is none then.
      if (!world.haveSigned(state, effect.needs())
          || (!changes && (before.length > 0 || index < 0))) {
        continue;
      }
      int kind = index < 0 ? Events.CHANGE : Events.EFFECT;
      int[] events = concat(before, events(at, effect, Events.of(kind, number)));
      String violated = effect.next().violated();
      if (violated != null) {
        sink.broken(violated, events);
        return;
      }
      int[] after;
      if (index < 0) {
        after = state.clone();
        after[world.processes + at - 1] = effect.next().id();
      } else {
        after = world.takeEffect(state, index, effect);
      }
      sink.next(after, events);
    }
    for (int i = from; i < reads.length; i++) {
      int index = world.indexOf(state, reads[i]);
      for (MemoryAutomaton.Effect effect : world.memory.effects(content, reads[i])) {
        if (world.haveSigned(state, effect.needs())) {
          int[] events = concat(before, events(at, effect, Events.of(Events.EFFECT, reads[i])));
          int[] after = world.takeEffect(state, index, effect);
          early(after, number, at, reads, i + 1, events, sink);
        }
      }
    }
  }

  /** The adversary's writes, and an effect. */
  private static int[] events(int at, MemoryAutomaton.Effect effect, int event) {
    int[] moves = effect.moves();
    int[] events = new int[moves.length + 1];
    for (int i = 0; i < moves.length; i++) {
      events[i] = Events.of(Events.MOVE, at, moves[i]);
    }
    events[moves.length] = event;
    return events;
  }

  // ---- Deliveries ----

  /**
   * Arrivals at a process of which the last, or the expiry after them, does not go unnoticed.
   *
   * @param taken the numbers of all that arrived, as it was in flight, in order of numbers
   * @param requests the requests that take effect before, and may change something
   * @param choices which of their effects they have
   * @param needs the signatures that the adversary needs for it
   * @param events all that happens, in its order
   * @param step the last step
   * @param added the numbers of what it emits, to whoever is there, in order of numbers
   * @param expires whether that is the expiry of a timer
   */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record Delivery(
      int[] taken,
      int[] requests,
      int[] choices,
      List<String> needs,
      int[] events,
      ProcessAutomaton.Step step,
      int[] added,
      boolean expires) {}

  /** Something that can arrive: an answer or a message in flight, or a request's answer. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  private record Offer(int number, InFlight.Request request, MemoryAutomaton.Effect[] effects) {
    int choices() {
      return effects.length == 0 ? 1 : effects.length;
    }

    /** The adversary's moves, the effect and the arrival. */
    int events(int choice) {
      return effects.length == 0 ? 1 : effects[choice].moves().length + 2;
    }

    int arriving(int choice) {
      return effects.length == 0 ? number : effects[choice].answer();
    }

    /** Whether the adversary can always choose it, and it is a read. */
    boolean needsNothing(int choice) {
      return isEffect() && isRead(request) && effects[choice].needs().isEmpty();
    }

    boolean isEffect() {
      return effects.length > 0;
    }
  }

  /** Some offers that were taken, silently, one after the other. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  private record Chain(
      int[] taken,
      int[] choices,
      int events,
      ProcessAutomaton.Node beforeLast,
      ProcessAutomaton.Node end) {
    boolean has(int offer) {
      return Arrays.stream(taken).anyMatch(t -> t == offer);
    }

    Chain with(int offer, int choice, int more, ProcessAutomaton.Node next) {
      return new Chain(append(taken, offer), append(choices, choice), events + more, end, next);
    }
  }

  private void deliver(int[] state, int process, World.Sink sink) {
    if (row.length < 2 * state.length) {
      row = new int[4 * state.length];
    }
    int length = 0;
    for (int i = world.head; i < state.length; i++) {
      long traits = world.traits.of(state[i]);
      if (Traits.process(traits) == process) {
        row[length++] = state[i];
        row[length++] =
            Traits.isRequest(traits)
                ? world.memory.answers(world.content(state, Traits.memory(traits)), state[i])
                : NONE;
      }
    }
    ProcessAutomaton.Node node = world.node(state, process);
    Delivery[] known = node.deliveries().find(row, length);
    if (known == null) {
      int[] offers = Arrays.copyOf(row, length);
      known = compute(state, process, node, offers);
      node.deliveries().put(offers, known);
      world.deliveriesBytes.add(
          ROW_BYTES + Integer.BYTES * length + (long) DELIVERY_BYTES * known.length);
    }
    for (Delivery delivery : known) {
      if (world.haveSigned(state, delivery.needs)
          && !(delivery.expires && node.expiries() >= world.bounds.expiriesMax()[process - 1])) {
        take(state, process, delivery, sink);
      }
    }
  }

  private void take(int[] state, int process, Delivery delivery, World.Sink sink) {
    ProcessAutomaton.Step step = delivery.step;
    if (step.failure() != null) {
      sink.broken(World.failure(process, step), delivery.events);
      return;
    }
    int[] taken = delivery.taken;
    int[] added = delivery.added;
    int[] after = new int[state.length - taken.length + added.length];
    int head = world.head;
    System.arraycopy(state, 0, after, 0, head);
    after[process - 1] = step.next().id();
    if (!world.mayStep(after, process)) {
      return;
    }
    for (int i = 0; i < delivery.requests.length; i++) {
      int number = delivery.requests[i];
      int at = Traits.memory(world.traits.of(number));
      MemoryAutomaton.Content content =
          world.memory.effects(world.content(after, at), number)[delivery.choices[i]].next();
      if (content.violated() != null) {
        sink.broken(content.violated(), delivery.events);
        return;
      }
      after[world.processes + at - 1] = content.id();
    }
    // All are in order: what was taken goes out, what was added in.
    int length = head;
    int out = 0;
    int in = 0;
    for (int i = head; i < state.length; i++) {
      int number = state[i];
      if (out < taken.length && number == taken[out]) {
        out++;
        continue;
      }
      while (in < added.length && added[in] < number) {
        after[length++] = added[in++];
      }
      after[length++] = number;
    }
    System.arraycopy(added, in, after, length, added.length - in);
    if (step.decidedAfter() < 0) {
      sink.next(after, delivery.events);
    } else {
      world.tell(state, after, delivery.events, sink);
    }
  }

  /** All deliveries to a process at a node. */
  private Delivery[] compute(int[] state, int process, ProcessAutomaton.Node node, int[] offers) {
    List<Offer> there = new ArrayList<>();
    for (int i = 0; i < offers.length; i += 2) {
      int number = offers[i];
      there.add(
          world.inFlight.get(number) instanceof InFlight.Request request
              ? new Offer(
                  number,
                  request,
                  world.memory.effects(world.content(state, request.memory()), number))
              : new Offer(number, NO_REQUEST, NO_EFFECTS));
    }
    Computation computation = new Computation(process, node, there);
    computation.extend(new Chain(NO_NUMBERS, NO_NUMBERS, 0, node, node));
    return computation.found.toArray(Delivery[]::new);
  }

  private static final InFlight.Request NO_REQUEST =
      new InFlight.Request(0, 0, 0, new Operation.Read(0, 0, 1, false));

  private static final MemoryAutomaton.Effect[] NO_EFFECTS = {};

  private final class Computation {
    private final int process;
    private final ProcessAutomaton automaton;
    private final ProcessAutomaton.Node node;
    private final List<Offer> there;
    private final Set<List<Object>> known = new HashSet<>();

    /** What an execution may still have after all have started. */
    private final int eventsMax =
        world.bounds.depthMax() - world.processes + world.adversary.processes.size();

    final List<Delivery> found = new ArrayList<>();

    Computation(int process, ProcessAutomaton.Node node, List<Offer> there) {
      this.process = process;
      this.node = node;
      this.there = there;
      automaton = world.automata[process - 1];
    }

    void extend(Chain chain) {
      for (int timers = chain.end.timers(); timers != 0; timers &= timers - 1) {
        int slot = Integer.numberOfTrailingZeros(timers);
        int input = ProcessAutomaton.expiry(slot);
        if (endsWith(chain, input)) {
          add(chain, automaton.step(chain.end, input), Events.of(Events.EXPIRY, process, slot));
        }
      }
      for (int i = 0; i < there.size(); i++) {
        if (chain.has(i) || isRepeated(chain, i) || isSecondEffect(chain, i)) {
          continue;
        }
        List<ProcessAutomaton.Step> steps = new ArrayList<>();
        for (int choice = 0; choice < there.get(i).choices(); choice++) {
          int events = there.get(i).events(choice);
          if (chain.events + events > eventsMax) {
            world.cut = true;
            continue;
          }
          int input = there.get(i).arriving(choice);
          if (isOutOfOrder(chain, i, input)) {
            continue;
          }
          ProcessAutomaton.Step step = automaton.step(chain.end, input);
          if (there.get(i).needsNothing(choice)) {
            // Another answer that makes no difference is none.
            if (steps.stream().anyMatch(s -> isAlike(s, step))) {
              continue;
            }
            steps.add(step);
          }
          Chain longer = chain.with(i, choice, events, step.next());
          if (step.isSilent()) {
            extend(longer);
          } else if (endsWith(chain, input)) {
            add(longer, step, NONE);
          }
        }
      }
    }

    /** Of equal messages the first comes first. */
    private boolean isRepeated(Chain chain, int offer) {
      return offer > 0
          && there.get(offer - 1).number() == there.get(offer).number()
          && !chain.has(offer - 1);
    }

    private boolean isSecondEffect(Chain chain, int offer) {
      Offer next = there.get(offer);
      if (!next.isEffect() || isRead(next.request())) {
        return false;
      }
      for (int taken : chain.taken) {
        Offer other = there.get(taken);
        if (other.isEffect()
            && !isRead(other.request())
            && other.request().memory() == next.request().memory()
            && !world.traits.areIndependent(other.number(), next.number())) {
          return true;
        }
      }
      return false;
    }

    /** Of two answers that commute only one order is tried. */
    private boolean isOutOfOrder(Chain chain, int offer, int answer) {
      int length = chain.taken.length;
      if (length == 0 || chain.taken[length - 1] < offer) {
        return false;
      }
      int previous = there.get(chain.taken[length - 1]).arriving(chain.choices[length - 1]);
      ProcessAutomaton.Step here = automaton.step(chain.end, answer);
      ProcessAutomaton.Step sooner = automaton.step(chain.beforeLast, answer);
      if (here.failure() != null || sooner.failure() != null) {
        return false;
      }
      ProcessAutomaton.Step later = automaton.step(sooner.next(), previous);
      // The former is silent: all that the two emit, the other emits.
      boolean alike =
          sooner.isSilent() ? emitsAs(later, here) : later.isSilent() && emitsAs(sooner, here);
      return alike && later.failure() == null && later.next().id() == here.next().id();
    }

    /** Whether the input can come after the chain, and none of the arrivals could come after it. */
    private boolean endsWith(Chain chain, int input) {
      if (!isPossible(chain.end, input)) {
        return false;
      }
      ProcessAutomaton.Step last = automaton.step(chain.end, input);
      if (input < 0 && last.isIdle()) {
        return false;
      }
      for (int i = 0; i < chain.taken.length; i++) {
        ProcessAutomaton.Node without = node;
        for (int j = 0; j < chain.taken.length; j++) {
          without = i == j ? without : automaton.step(without, arrival(chain, j)).next();
        }
        if (isPossible(without, input)) {
          ProcessAutomaton.Step sooner = automaton.step(without, input);
          if (sooner.failure() == null && emitsAs(sooner, last)) {
            ProcessAutomaton.Step later = automaton.step(sooner.next(), arrival(chain, i));
            if (later.isSilent() && later.next().id() == last.next().id()) {
              return false;
            }
          }
        }
      }
      return true;
    }

    private int arrival(Chain chain, int i) {
      return there.get(chain.taken[i]).arriving(chain.choices[i]);
    }

    private void add(Chain chain, ProcessAutomaton.Step step, int expiry) {
      int length = chain.taken.length;
      int[] taken = new int[length];
      int[] reads = new int[0];
      int[] writes = new int[0];
      int[] arrivals = new int[0];
      int[] requests = new int[0];
      int[] choices = new int[0];
      SortedSet<String> needs = new TreeSet<>();
      for (int i = 0; i < length; i++) {
        Offer offer = there.get(chain.taken[i]);
        taken[i] = offer.number();
        arrivals = append(arrivals, Events.of(Events.ARRIVAL, arrival(chain, i)));
        if (offer.isEffect()) {
          MemoryAutomaton.Effect effect = offer.effects()[chain.choices[i]];
          int at = offer.request().memory();
          needs.addAll(effect.needs());
          int[] events = LazyOrders.events(at, effect, Events.of(Events.EFFECT, offer.number()));
          if (isRead(offer.request())) {
            reads = concat(reads, events);
          } else {
            writes = concat(writes, events);
            requests = append(requests, offer.number());
            choices = append(choices, chain.choices[i]);
          }
        }
      }
      Arrays.sort(taken);
      int[] events = concat(concat(reads, writes), arrivals);
      boolean expires = expiry != NONE;
      // What differs in nothing that anybody sees is one.
      List<Object> seen = new ArrayList<>();
      seen.add(Arrays.stream(taken).boxed().toList());
      seen.add(Arrays.stream(requests).boxed().toList());
      seen.add(Arrays.stream(choices).boxed().toList());
      seen.add(List.copyOf(needs));
      seen.add(step.next().id());
      seen.add(Arrays.stream(step.emitted()).sorted().boxed().toList());
      seen.add(expires);
      seen.add(step.failure() == null ? "" : step.failure());
      if (known.add(seen)) {
        found.add(
            new Delivery(
                taken,
                requests,
                choices,
                List.copyOf(needs),
                expires ? append(events, expiry) : events,
                step,
                Arrays.stream(step.emitted()).filter(world::isHeard).sorted().toArray(),
                expires));
      }
    }
  }

  private static boolean isAlike(ProcessAutomaton.Step one, ProcessAutomaton.Step other) {
    return one.next().id() == other.next().id()
        && Arrays.equals(one.emitted(), other.emitted())
        && one.decidedAfter() == other.decidedAfter()
        && one.failure() == null
        && other.failure() == null;
  }

  private static boolean isPossible(ProcessAutomaton.Node node, int input) {
    return input >= 0 || (node.timers() & 1 << ProcessAutomaton.expiring(input)) != 0;
  }

  private static boolean emitsAs(ProcessAutomaton.Step one, ProcessAutomaton.Step other) {
    if (one.decidedAfter() < 0 != other.decidedAfter() < 0
        || one.emitted().length != other.emitted().length) {
      return false;
    }
    if (Arrays.equals(one.emitted(), other.emitted())) {
      return true;
    }
    int[] first = one.emitted().clone();
    int[] second = other.emitted().clone();
    Arrays.sort(first);
    Arrays.sort(second);
    return Arrays.equals(first, second);
  }

  private static int[] concat(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static int[] append(int[] numbers, int number) {
    int[] longer = Arrays.copyOf(numbers, numbers.length + 1);
    longer[numbers.length] = number;
    return longer;
  }
}
