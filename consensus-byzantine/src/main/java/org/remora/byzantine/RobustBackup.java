package org.remora.byzantine;

import org.jspecify.annotations.Nullable;
import org.remora.crash.Omega;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/**
 * Robust Backup [ABGMZ19, section 4.1]: Paxos whose messages are T-sent and T-received. Weak
 * Byzantine agreement with n ≥ 2·f + 1 processes: over such links a Byzantine process is one that
 * crashes, and Paxos tolerates a minority of those.
 */
final class RobustBackup extends Part {
  private @Nullable TrustedLinks links;
  private boolean proposed;
  private boolean wanted;

  RobustBackup(ProcessContext process, Omega omega, ByzantineInstance instance, SafetyRules rules) {
    super(process, omega, instance, rules);
  }

  @Override
  void start() {
    links =
        link(
            replayed ->
                new PaxosProtocol(
                    replayed, instance, rules, value -> backupDecided(replayed.self(), value)));
  }

  @Override
  void want(Value value, int priority) {
    TrustedLinks ready = links;
    if (ready == null) {
      return;
    }
    if (!value.isBottom() && !proposed) {
      proposed = true;
      wanted = true;
      ready.local(new LocalEvent.Input(value, 0, Value.EMPTY).encode());
    } else if (!wanted) {
      wanted = true;
      ready.local(new LocalEvent.Want().encode());
    }
  }
}
