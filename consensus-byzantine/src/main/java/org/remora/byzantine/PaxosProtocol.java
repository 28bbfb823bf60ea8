package org.remora.byzantine;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.Instance;
import org.remora.memory.Value;

/**
 * Robust Backup's protocol [ABGMZ19, section 4.1]: Paxos of {@code org.remora.crash} as it stands.
 */
final class PaxosProtocol implements Protocol {
  private final ByzantineInstance instance;
  private final RecordedOmega omega = new RecordedOmega();
  private final Consensus paxos;
  private final Consumer<Value> decided;
  private boolean wanted;
  private boolean proposed;

  PaxosProtocol(
      ReplayedProcess process,
      ByzantineInstance instance,
      SafetyRules rules,
      Consumer<Value> decided) {
    this.instance = instance;
    this.decided = decided;
    Instance inner = instance.paxos();
    paxos =
        rules.acceptsMinority()
            ? CrashAlgorithm.PAXOS.join(
                process, omega, inner, org.remora.crash.Mutation.DECIDE_ON_MINORITY)
            : CrashAlgorithm.PAXOS.join(process, omega, inner);
    process.settle();
  }

  @Override
  public boolean local(Value what) {
    LocalEvent event = LocalEvent.decode(what, instance);
    if (event instanceof LocalEvent.Leader named) {
      omega.name(named.leader());
    } else if (event instanceof LocalEvent.Want && !wanted) {
      wanted = true;
      whenDecided(paxos.decision());
    } else if (event instanceof LocalEvent.Input input && !proposed) {
      proposed = true;
      propose(input.value());
    } else {
      // Once each: what is repeated would only pile up at those who replay it.
      return false;
    }
    return true;
  }

  /** Lets a leader be named that is no event of its own. */
  RecordedOmega omega() {
    return omega;
  }

  void propose(Value value) {
    whenDecided(paxos.propose(value));
  }

  private void whenDecided(CompletableFuture<Value> decision) {
    // Completed on the event loop, in the middle of an event of this protocol.
    CompletableFuture<Void> told = decision.thenAccept(decided);
    if (told.isCompletedExceptionally()) {
      throw new IllegalStateException("a decision that cannot be told");
    }
  }
}
