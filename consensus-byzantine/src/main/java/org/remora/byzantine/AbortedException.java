package org.remora.byzantine;

import org.jspecify.annotations.Nullable;

/** What the promise of Cheap Quorum's decision ends with when the process panicked instead. */
public final class AbortedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final PanicReason reason;
  private final transient @Nullable Abort abort;

  AbortedException(PanicReason reason, @Nullable Abort abort) {
    super("Cheap Quorum was left: " + reason);
    this.reason = reason;
    this.abort = abort;
  }

  /** Why it was left. */
  public PanicReason reason() {
    return reason;
  }

  /** What it aborted with; null if there was nothing. */
  public @Nullable Abort abort() {
    return abort;
  }
}
