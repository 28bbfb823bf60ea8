package org.remora.apps;

import java.io.PrintWriter;

/** What a person who waits at a terminal sees. */
final class Terminal {
  private Terminal() {}

  /** Writes over the line with how far it is; nothing unless standard error is a terminal. */
  static void progress(PrintWriter err, String format, Object... numbers) {
    if (isThere()) {
      err.printf("\r" + format, numbers);
      err.flush();
    }
  }

  /** Whether standard error is a terminal, as the script that starts the command says. */
  static boolean isThere() {
    return Boolean.getBoolean("remora.terminal");
  }
}
