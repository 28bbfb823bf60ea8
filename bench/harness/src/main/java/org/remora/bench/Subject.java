package org.remora.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is measured: a whole cluster of three replicas inside this JVM, and the way a client reaches
 * it. Has a public constructor without parameters.
 */
public interface Subject {
  /**
   * Starts the cluster and waits until it takes commands.
   *
   * @param directory an empty directory for what it keeps in files
   * @param options what the row of the benchmark says of it
   */
  void start(Path directory, Map<String, String> options) throws Exception;

  /**
   * Submits a command. Called by one thread; {@code done} may be called by any, also within this
   * call.
   */
  void submit(byte[] command, Done done) throws Exception;

  /** Whether the client must {@link #poll} for what is done. */
  default boolean isPolled() {
    return false;
  }

  /** Looks once for what is done; by the thread that submits. */
  default void poll() {}

  /** What each replica has applied so far. Empty if the subject is no replicated log. */
  List<Digest> replicas();

  /** Called when a command was committed and applied, and its result is back at the client. */
  @FunctionalInterface
  interface Done {
    /** The command has ended; {@code failure} is null if it was done. */
    void done(@Nullable Throwable failure);
  }
}
