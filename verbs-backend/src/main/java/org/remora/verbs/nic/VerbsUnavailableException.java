package org.remora.verbs.nic;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Verbs cannot be used on this machine at all; the message says why, and what to do about it. */
public final class VerbsUnavailableException extends IOException {
  private static final long serialVersionUID = 1;

  VerbsUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
