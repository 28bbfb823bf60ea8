package org.remora.byzantine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.remora.crash.Omega;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/** What the parts of all algorithms share: the way in from outside, the promise, the report. */
abstract class Part implements ByzantineConsensus {
  final ProcessContext process;
  final ByzantineInstance instance;
  final SafetyRules rules;
  final Signatures signatures;
  final Findings findings = new Findings();
  private final Omega omega;
  private final CompletableFuture<Value> decision = new CompletableFuture<>();
  private @Nullable TrustedLinks links;
  private Report.Path path = Report.Path.NONE;
  private Value backupDecision = Value.BOTTOM;
  private final List<Runnable> early = new ArrayList<>();
  private boolean begun;
  private boolean closed;

  Part(ProcessContext process, Omega omega, ByzantineInstance instance, SafetyRules rules) {
    this.process = process;
    this.omega = omega;
    this.instance = instance;
    this.rules = rules;
    signatures = new Signatures(process.self(), process.signer(), instance.number(), rules);
  }

  /** Begins to take part; on the event loop. */
  final void begin() {
    begun = true;
    if (!closed) {
      start();
      early.forEach(Runnable::run);
    }
    early.clear();
  }

  /** As {@link #begin}, for the algorithm. */
  abstract void start();

  /** The application wants the decision, and proposes {@code value}, or ⊥; on the event loop. */
  abstract void want(Value value, int priority);

  /** Ends what {@link #start} began, beside the links; on the event loop. */
  void stop() {}

  /** What Cheap Quorum decided, and why it was left. */
  Report reported(Report soFar) {
    return soFar;
  }

  @Override
  public final CompletableFuture<Value> propose(Value value) {
    return propose(value, 0);
  }

  @Override
  public final CompletableFuture<Value> propose(Value value, int priority) {
    if (value.isBottom()) {
      throw new IllegalArgumentException("⊥ cannot be proposed");
    }
    if (value.length() > instance.valueBytes()) {
      throw new IllegalArgumentException(
          "a value of "
              + value.length()
              + " bytes is proposed; the instance is bounded to "
              + instance.valueBytes());
    }
    if (priority < 0) {
      throw new IllegalArgumentException("a priority is not negative");
    }
    return wanted(value, priority);
  }

  @Override
  public final CompletableFuture<Value> decision() {
    return wanted(Value.BOTTOM, 0);
  }

  private CompletableFuture<Value> wanted(Value value, int priority) {
    process.execute(
        () -> {
          if (closed) {
            return;
          }
          if (begun) {
            want(value, priority);
          } else {
            // Nothing promises that tasks run in the order in which they came.
            early.add(() -> want(value, priority));
          }
        });
    return decision.copy();
  }

  @Override
  public final CompletableFuture<Report> report() {
    CompletableFuture<Report> report = new CompletableFuture<>();
    process.execute(
        () ->
            report.complete(
                reported(
                    new Report(
                        path,
                        null,
                        null,
                        Value.BOTTOM,
                        backupDecision,
                        findings.list(),
                        links != null && links.exhausted()))));
    return report;
  }

  @Override
  public final void close() {
    process.execute(
        () -> {
          closed = true;
          stop();
          if (links != null) {
            links.stop();
          }
        });
  }

  final boolean isClosed() {
    return closed;
  }

  /** Begins to run a protocol over trusted links, with Ω. */
  final TrustedLinks link(Protocol.Maker maker) {
    TrustedLinks made = new TrustedLinks(process, instance, signatures, findings, rules, maker);
    links = made;
    made.start();
    name(made);
    omega.onChange(() -> name(made));
    return made;
  }

  private void name(TrustedLinks made) {
    // After the decision nobody needs a leader, and it would only lengthen the history.
    if (!closed && backupDecision.isBottom()) {
      made.local(new LocalEvent.Leader(omega.leader()).encode());
    }
  }

  /** The one that a protocol of {@code number} tells its decision to. */
  final void backupDecided(int number, Value value) {
    if (number == process.self()) {
      backupDecision = value;
      decide(Report.Path.BACKUP, value);
    }
  }

  final void decide(Report.Path by, Value value) {
    if (path == Report.Path.NONE) {
      path = by;
      decision.complete(value);
    }
  }

  final void fail(RuntimeException reason) {
    decision.completeExceptionally(reason);
  }
}
