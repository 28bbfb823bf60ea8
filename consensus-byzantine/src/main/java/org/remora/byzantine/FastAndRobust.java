package org.remora.byzantine;

import org.jspecify.annotations.Nullable;
import org.remora.crash.Omega;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/**
 * Fast &amp; Robust [ABGMZ19, section 4.2]: 2 delays in the common case, n ≥ 2·f + 1.
 *
 * <pre>
 * propose(v):  run Cheap Quorum on v
 *              it decides: decide; go on to serve, and to watch for panic
 *              it aborts with (value, priority, evidence): run Preferential Paxos on that
 * </pre>
 *
 * <p>Say a correct process decided v in Cheap Quorum. If it is a follower, every correct process
 * that aborts has a proof of unanimity for v, of which there is none for another value. If it is
 * the leader, every correct process that aborts has v with at least the leader's signature, which
 * no other value has. Either way an input with any other value has a lower priority than every
 * correct one, and among the n − f inputs that a process awaits, one is correct. So v is all that
 * Preferential Paxos can decide.
 *
 * <p>A process that has decided joins on panic like any other, with its value and its evidence:
 * without it the others could wait for n − f inputs for ever.
 *
 * <p>Cheap Quorum alone, as a part of its own, is this without the second step.
 */
final class FastAndRobust extends Part implements CheapQuorum.Listener {
  private final CheapQuorum cheapQuorum;
  private final boolean hasBackup;
  private Value fastDecision = Value.BOTTOM;
  private @Nullable PanicReason panic;
  private @Nullable Abort abort;

  /** Preferential Paxos; there once Cheap Quorum has aborted. */
  private @Nullable TrustedLinks backup;

  private boolean joined;

  FastAndRobust(
      ProcessContext process,
      Omega omega,
      ByzantineInstance instance,
      boolean hasBackup,
      SafetyRules rules) {
    super(process, omega, instance, rules);
    this.hasBackup = hasBackup;
    cheapQuorum = new CheapQuorum(process, instance, signatures, findings, rules, this);
  }

  @Override
  void start() {
    cheapQuorum.start();
  }

  @Override
  void stop() {
    cheapQuorum.stop();
  }

  @Override
  void want(Value value, int priority) {
    cheapQuorum.want(value);
    if (backup != null) {
      join();
    }
  }

  @Override
  public void decided(Value value) {
    fastDecision = value;
    decide(Report.Path.FAST, value);
  }

  @Override
  public void panicked(PanicReason reason) {
    panic = reason;
  }

  @Override
  public void aborted(@Nullable Abort with) {
    abort = rules.deviation().claim(with);
    if (hasBackup) {
      backup =
          link(PreferentialPaxos.maker(this, CheapQuorum.priorities(instance, signatures, rules)));
      join();
    } else {
      fail(new AbortedException(panic == null ? PanicReason.OTHERS_PANIC : panic, with));
    }
  }

  /** Gives Preferential Paxos the input, once there is one: a late proposal is as good as any. */
  private void join() {
    TrustedLinks links = backup;
    Abort with = abort;
    if (with == null && !cheapQuorum.input().isBottom()) {
      with = CheapQuorum.bare(cheapQuorum.input());
      abort = with;
    }
    if (links != null && with != null && !joined) {
      joined = true;
      links.local(new LocalEvent.Input(with.value(), with.priority(), with.evidence()).encode());
    }
  }

  @Override
  Report reported(Report soFar) {
    return new Report(
        soFar.path(),
        panic,
        abort,
        fastDecision,
        soFar.backupDecision(),
        soFar.findings(),
        soFar.exhausted());
  }
}
