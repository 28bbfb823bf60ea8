package org.remora.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The runs of a {@link TrialTest}. */
public final class Trials {
  private final long from;
  private final long runs;
  private final @Nullable String plan;
  private final @Nullable Path diagram;

  Trials(long from, long runs, @Nullable String plan, @Nullable Path diagram) {
    if (runs < 1) {
      throw new IllegalArgumentException("at least one run, not " + runs);
    }
    this.from = from;
    this.runs = runs;
    this.plan = plan;
    this.diagram = diagram;
  }

  /**
   * Runs a trial with every seed until something is wrong.
   *
   * @throws CounterexampleError then, with a shrunk counterexample
   * @throws IllegalArgumentException if the system property names no plan of this trial
   * @throws UncheckedIOException if the diagram cannot be written
   */
  public void check(Trial trial) {
    String given = plan;
    Optional<Counterexample> found =
        given == null ? trial.hunt(from, runs) : trial.counterexample(trial.parse(given));
    if (found.isPresent()) {
      draw(found.get());
      throw new CounterexampleError(found.get());
    }
  }

  private void draw(Counterexample found) {
    Path file = diagram;
    if (file == null) {
      return;
    }
    try {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(file, found.diagram());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
