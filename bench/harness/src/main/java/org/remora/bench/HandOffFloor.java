package org.remora.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * No log, but a floor: a command is handed to another thread, which applies it. What hands commands
 * over in one JVM cannot be faster.
 */
public final class HandOffFloor implements Subject {
  private final Digest digest = new Digest();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "applies");
            made.setDaemon(true);
            return made;
          });

  /** Creates the floor. */
  public HandOffFloor() {}

  @Override
  public void start(Path directory, Map<String, String> options) {}

  @Override
  public void submit(byte[] command, Done done) {
    thread.execute(
        () -> {
          digest.apply(command);
          done.done(null);
        });
  }

  @Override
  public List<Digest> replicas() {
    return List.of();
  }
}
