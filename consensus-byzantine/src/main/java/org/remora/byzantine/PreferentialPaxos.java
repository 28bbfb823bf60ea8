package org.remora.byzantine;

import org.jspecify.annotations.Nullable;
import org.remora.crash.Omega;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/** Preferential Paxos [ABGMZ19, section 4.2]: see {@link PreferentialProtocol}. */
final class PreferentialPaxos extends Part {
  private final PriorityRule priorities;
  private @Nullable TrustedLinks links;
  private boolean proposed;

  PreferentialPaxos(
      ProcessContext process,
      Omega omega,
      ByzantineInstance instance,
      PriorityRule priorities,
      SafetyRules rules) {
    super(process, omega, instance, rules);
    this.priorities = priorities;
  }

  @Override
  void start() {
    links = link(maker(this, priorities));
  }

  /** The protocol of every process, as {@code part} runs it. */
  static Protocol.Maker maker(Part part, PriorityRule priorities) {
    return replayed ->
        new PreferentialProtocol(
            replayed,
            part.instance,
            priorities,
            part.rules,
            adopted -> {},
            value -> part.backupDecided(replayed.self(), value),
            liar -> part.findings.record(liar, Finding.Guilt.FALSE_PRIORITY, 0));
  }

  @Override
  void want(Value value, int priority) {
    TrustedLinks ready = links;
    if (ready != null && !value.isBottom() && !proposed) {
      proposed = true;
      ready.local(new LocalEvent.Input(value, priority, Value.EMPTY).encode());
    }
  }
}
