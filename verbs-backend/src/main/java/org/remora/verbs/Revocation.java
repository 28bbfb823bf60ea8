package org.remora.verbs;

import java.io.IOException;

/** How a right is taken away from a process, so that nothing of it is left when that is said. */
final class Revocation {
  /** A step that the card or the kernel may refuse. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  private Revocation() {}

  /**
   * Gives a key back. The kernel refuses while something holds the key; then the queue pair that
   * may hold it goes first, with all that is on its way, and the key after it.
   *
   * <p>Safety: once this returns, {@code giveBack} has succeeded after the last access under the
   * key had ended. Returning after a refusal alone would acknowledge a revocation whose key still
   * opens the region.
   *
   * @throws IOException if the key stays even so: then the caller may not acknowledge anything
   *     before it has ended all queue pairs that the key works on
   */
  static void of(Step giveBack, Step reset) throws IOException {
    try {
      giveBack.run();
    } catch (IOException held) {
      reset.run();
      giveBack.run();
    }
  }
}
