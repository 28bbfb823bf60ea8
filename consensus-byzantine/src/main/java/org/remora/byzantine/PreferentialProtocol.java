package org.remora.byzantine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Links;
import org.remora.memory.MalformedValueException;
import org.remora.memory.ProcessSet;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;

/**
 * Preferential Paxos [ABGMZ19, section 4.2]:
 *
 * <pre>
 * propose(v, priority, evidence) at p:
 *   T-send (v, priority, evidence) to all
 *   wait until n − f such were T-received whose evidence checks
 *   adopt the one of highest priority, and run Paxos on it
 * </pre>
 *
 * <p>The decision is one of the f + 1 inputs of highest priority: every process adopts the best of
 * n − f, which misses at most f inputs, and which of them it adopted is in its history, so that a
 * Byzantine process can propose no other either. An input whose evidence does not check is none;
 * those of the correct, n − f, always come.
 */
final class PreferentialProtocol implements Protocol {
  /** Beside the two channels of Paxos. */
  static final int CHANNEL = 1;

  private final ByzantineInstance instance;
  private final PriorityRule priorities;
  private final SafetyRules rules;
  private final Consumer<Value> adopted;
  private final Consumer<Integer> falseClaim;
  private final PaxosProtocol paxos;
  private final Links links;
  private ProcessSet heard = ProcessSet.none();
  private LocalEvent.@Nullable Input best;
  private int inputs;
  private boolean proposed;

  PreferentialProtocol(
      ReplayedProcess process,
      ByzantineInstance instance,
      PriorityRule priorities,
      SafetyRules rules,
      Consumer<Value> adopted,
      Consumer<Value> decided,
      Consumer<Integer> falseClaim) {
    this.instance = instance;
    this.priorities = priorities;
    this.rules = rules;
    this.adopted = adopted;
    this.falseClaim = falseClaim;
    paxos = new PaxosProtocol(process, instance, rules, decided);
    links = process.links(CHANNEL, Value::toString);
    links.onReceive(this::received);
  }

  @Override
  public boolean local(Value what) {
    LocalEvent event = LocalEvent.decode(what, instance);
    if (event instanceof LocalEvent.Leader named) {
      paxos.omega().name(named.leader());
      return true;
    }
    if (event instanceof LocalEvent.Input input && !proposed) {
      proposed = true;
      links.broadcast(input.encodeFields());
      return true;
    }
    return false;
  }

  private void received(int from, Value message) {
    // Processes, not messages.
    if (heard.contains(from) || inputs == instance.quorum()) {
      return;
    }
    heard = heard.union(ProcessSet.of(from));
    LocalEvent.Input input = decode(message);
    if (input == null
        || !(rules.believesPriority()
            || priorities.proves(input.value(), input.priority(), input.evidence()))) {
      falseClaim.accept(from);
      return;
    }
    inputs++;
    if (best == null || input.priority() > best.priority()) {
      best = input;
    }
    if (inputs == instance.quorum()) {
      adopted.accept(best.value());
      paxos.propose(best.value());
    }
  }

  private LocalEvent.@Nullable Input decode(Value message) {
    try {
      return LocalEvent.Input.decode(new ValueReader(message), instance);
    } catch (MalformedValueException garbage) {
      return null;
    }
  }
}
