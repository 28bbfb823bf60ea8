package org.remora.crash;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.remora.memory.Links;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * Hybrid Ben-Or [ABCGPT18, section 4]: consensus over messages among all and shared memory along
 * the edges of a graph. It ends, with probability 1, if and only if the correct processes S satisfy
 * |N[S]| > n/2, which over a graph of good expansion a small minority does.
 *
 * <pre>
 * round k at p, estimate e:
 *   for q in N[p]: r_q ← RVals[q,k].propose(e);  send (R, k, all (q, r_q)) to all
 *   wait until the (R,k) messages received speak for more than n/2 processes
 *   x ← v if more than n/2 processes are spoken for with v, else "?"
 *   for q in N[p]: s_q ← PVals[q,k].propose(x);  send (P, k, all (q, s_q)) to all
 *   wait until the (P,k) messages received speak for more than n/2 processes
 *   more than n/2 spoken for with v ≠ ?: decide v;   else some v ≠ ?: e ← v;   else e ← coin
 * </pre>
 *
 * <p>Agreement. The objects make q's r and s of a round the same whoever speaks for q. So at most
 * one v has a majority in R of a round, and only that v or "?" is proposed in P. If somebody
 * decides v in round k, more than n/2 processes have s = v; whoever ends round k has heard of more
 * than n/2, hence of one of these: its estimate is v. From then on all propose v only.
 *
 * <p>Values. The paper's is binary; this one agrees on any bytes, and two values are a special
 * case. An estimate is the <i>id</i> of a process that proposed, which fits in a word, and is
 * compared by the bytes that it stands for. Before a process proposes an id to an object in q's
 * memory it has written the bytes to VALUES[q][id], so that whoever learns an id from an object
 * finds its bytes beside it; many may write there, all the same. A message carries the bytes of
 * every id that its sender names for the first time, and counts when the bytes of all ids in it are
 * known. The coin picks among the values known: in a round whose R had a majority for v, whoever
 * ends it has heard of v, so the coin can always come up with it.
 *
 * <p>Every process must take part: one without a proposal takes the first value that it hears of. A
 * process that decides tells all and stops; whoever is told tells all once more, in case that the
 * first crashed in between. So one correct process that decides is enough for all. The memories do
 * not crash: that of a crashed process stays accessible. At one that does not answer its neighbours
 * wait for ever.
 */
final class HybridBenOr implements Consensus {
  /** The id that stands for no value, "?", in phase P. */
  private static final int NONE = 0;

  private final ProcessContext process;
  private final HybridInstance instance;
  private final SafetyRules rules;
  private final Links links;
  private final List<Place> places = new ArrayList<>();
  private final CompletableFuture<Value> decision = new CompletableFuture<>();

  /** What ids stand for, as far as this process has heard. */
  private final KnownValues known = new KnownValues();

  /** The ids whose bytes this process has sent. */
  private final BitSet told = new BitSet();

  /** Messages that name an id whose bytes are still on their way: from a sender one per phase. */
  private final List<HybridMessage.Spoken> incomplete = new ArrayList<>();

  /** What was said in this phase and in later ones: from each sender at most once per phase. */
  private final TreeMap<Integer, Tally> tallies = new TreeMap<>();

  /** R of round k is phase 2(k − 1), P the one after it; −1 before the first. */
  private int phase = -1;

  /** Whether the own message of the phase is sent. */
  private boolean waiting;

  HybridBenOr(ProcessContext process, HybridInstance instance, SafetyRules rules) {
    this.process = process;
    this.instance = instance;
    this.rules = rules;
    links = process.links(instance.channel(), message -> decode(message).toString());
    Neighbourhoods graph = instance.neighbourhoods();
    for (int i = 0; i < graph.size(process.self()); i++) {
      places.add(new Place(graph.member(process.self(), i)));
    }
  }

  /** Begins to take part. */
  void start() {
    process.execute(() -> links.onReceive((from, message) -> received(decode(message))));
  }

  @Override
  public CompletableFuture<Value> propose(Value value) {
    instance.check(value);
    process.execute(
        () -> {
          if (phase < 0 && !decision.isDone()) {
            round(0, known.name(value, process.self()));
          }
        });
    return decision.copy();
  }

  @Override
  public CompletableFuture<Value> decision() {
    return decision.copy();
  }

  // The round.

  private void round(int r, int estimate) {
    if (r >= 2 * instance.rounds()) {
      fail("no decision in " + instance.rounds() + " rounds");
    } else {
      propose(r, estimate);
    }
  }

  /** Proposes an id to the object of every neighbour, and sends what they decided to all. */
  private void propose(int newPhase, int id) {
    phase = newPhase;
    waiting = false;
    tallies.headMap(newPhase).clear();
    incomplete.removeIf(message -> message.phase < newPhase);
    int[] agreed = new int[places.size()];
    int[] missing = {agreed.length};
    for (int i = 0; i < agreed.length; i++) {
      int index = i;
      places
          .get(i)
          .propose(
              id,
              decided -> {
                agreed[index] = decided;
                if (--missing[0] == 0 && !decision.isDone()) {
                  links.broadcast(spoken(agreed).encode());
                  waiting = true;
                  advance();
                }
              });
    }
  }

  /** Ends the phase once more than n/2 processes are spoken for. */
  private void advance() {
    Tally tally = tallies.get(phase);
    if (!waiting || tally == null || !isMajority(tally.spokenFor)) {
      return;
    }
    int majority = tally.majority();
    if (phase % 2 == 0 && rules.confirmsMajorities()) {
      propose(phase + 1, known.id(majority));
    } else if (majority != 0) {
      decide(known.value(majority));
    } else {
      int some = tally.some();
      round(phase / 2 * 2 + 2, some != 0 ? known.id(some) : coin());
    }
  }

  private boolean isMajority(int processes) {
    return rules.isMajority(processes, process.processes());
  }

  /** The id of one of the known values. */
  private int coin() {
    Value picked = known.value(instance.coin().pick(known, phase / 2 + 1, process.coin()));
    return known.name(rules.flipped(picked), process.self());
  }

  private void decide(Value value) {
    if (!decision.isDone()) {
      // Told before anybody is: a process that stops answers nobody any more.
      links.broadcast(new HybridMessage.Decided(value).encode());
      tallies.clear();
      incomplete.clear();
      decision.complete(value);
    }
  }

  private void fail(String why) {
    decision.completeExceptionally(new IllegalStateException("Hybrid Ben-Or: " + why));
  }

  // Messages.

  private HybridMessage decode(Value message) {
    return HybridMessage.decode(message, process.processes());
  }

  private HybridMessage.Spoken spoken(int[] agreed) {
    Neighbourhoods graph = instance.neighbourhoods();
    int[] processes = new int[agreed.length];
    List<Integer> named = new ArrayList<>();
    for (int i = 0; i < agreed.length; i++) {
      processes[i] = graph.member(process.self(), i);
      if (agreed[i] != NONE && !told.get(agreed[i])) {
        told.set(agreed[i]);
        named.add(agreed[i]);
      }
    }
    int[] ids = named.stream().mapToInt(Integer::intValue).toArray();
    Value[] values = named.stream().map(id -> known.value(known.classOf(id))).toArray(Value[]::new);
    return new HybridMessage.Spoken(phase, ids, values, processes, agreed);
  }

  private void received(HybridMessage message) {
    if (decision.isDone()) {
      return;
    }
    if (message instanceof HybridMessage.Decided decided) {
      decide(decided.value());
    } else if (message instanceof HybridMessage.Spoken spoken) {
      // Also from a message that comes too late to count: its sender does not repeat the bytes.
      boolean learned = false;
      for (int i = 0; i < spoken.named.length; i++) {
        learned |= learn(spoken.named[i], spoken.values[i]);
      }
      if (spoken.phase >= phase && !count(spoken)) {
        incomplete.add(spoken);
      }
      if (learned) {
        learned();
      }
      advance();
    }
  }

  private boolean learn(int id, Value value) {
    if (known.knows(id)) {
      return false;
    }
    known.learn(id, value);
    return true;
  }

  private void learned() {
    incomplete.removeIf(this::count);
    if (phase < 0) {
      round(0, known.id(1));
    }
  }

  /** Counts a message; false if it names an id whose bytes are not known. */
  private boolean count(HybridMessage.Spoken spoken) {
    for (int id : spoken.ids) {
      if (!known.knows(id)) {
        return false;
      }
    }
    Tally tally = tallies.computeIfAbsent(spoken.phase, p -> new Tally());
    for (int i = 0; i < spoken.ids.length; i++) {
      tally.count(spoken.processes[i], known.classOf(spoken.ids[i]));
    }
    return true;
  }

  /** Which processes are spoken for in a phase, and how many with which class of values. */
  private final class Tally {
    private final BitSet processes = new BitSet(process.processes() + 1);
    private int[] byClass = new int[known.count() + 1];
    private int spokenFor;

    void count(int spokenFor, int valueClass) {
      // Two that speak for the same process count once.
      if (rules.countsProcesses() && processes.get(spokenFor)) {
        return;
      }
      processes.set(spokenFor);
      this.spokenFor++;
      if (valueClass >= byClass.length) {
        byClass = Arrays.copyOf(byClass, known.count() + 1);
      }
      byClass[valueClass]++;
    }

    /** The class of a value with which more than n/2 processes are spoken for; 0 if none is. */
    int majority() {
      for (int each = 1; each < byClass.length; each++) {
        if (isMajority(byClass[each])) {
          return each;
        }
      }
      return 0;
    }

    /** The class of a value with which some process is spoken for; 0 if none is but "?". */
    int some() {
      for (int each = 1; each < byClass.length; each++) {
        if (byClass[each] > 0) {
          return each;
        }
      }
      return 0;
    }
  }

  /** The objects and the values in the memory of one neighbour. */
  private final class Place {
    private final Memory memory;
    private final Region values;
    private final AgreedWords objects;

    /** The ids whose bytes are known to stand in this memory. */
    private final BitSet written = new BitSet();

    Place(int neighbour) {
      memory = process.memory(neighbour);
      values = instance.values(neighbour);
      objects = instance.objects(process, neighbour, rules, HybridBenOr.this::fail);
    }

    /** Proposes an id to this phase's object; what it decides is known when it is handed over. */
    void propose(int id, IntConsumer agreed) {
      int object = phase;
      // The bytes first: whoever learns an id from an object must find them.
      write(id, () -> objects.propose(object, id + 1L, word -> read((int) word - 1, agreed)));
    }

    private void write(int id, Runnable then) {
      if (id == NONE || written.get(id)) {
        then.run();
        return;
      }
      memory.write(
          values,
          id - 1,
          known.value(known.classOf(id)),
          outcome -> {
            switch (outcome) {
              case ACK -> {
                written.set(id);
                then.run();
              }
              case NAK -> refused();
              case UNKNOWN -> write(id, then);
            }
          });
    }

    private void read(int id, IntConsumer agreed) {
      if (id != NONE) {
        written.set(id);
      }
      if (known.knows(id)) {
        agreed.accept(id);
        return;
      }
      memory.read(
          values,
          id - 1,
          (outcome, value) -> {
            if (outcome == Outcome.ACK && !value.isBottom()) {
              if (learn(id, value)) {
                learned();
              }
              agreed.accept(id);
            } else if (outcome == Outcome.UNKNOWN) {
              read(id, agreed);
            } else {
              refused();
            }
          });
    }

    private void refused() {
      fail("memory " + memory.number() + " refuses its neighbour " + process.self());
    }
  }
}
