package org.remora.apps;

import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import org.remora.topology.BadGraphException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A subcommand about plans: bad input becomes one line and exit code 2. */
abstract class PlanTask implements Callable<Integer> {

  /** The command's own description. */
  abstract CommandSpec spec();

  /** Does it; returns 0 if all properties hold and 1 if not. */
  abstract int run();

  @Override
  public final Integer call() {
    try {
      return run();
    } catch (BadGraphException e) {
      throw new ParameterException(spec().commandLine(), String.valueOf(e.getMessage()), e);
    } catch (UncheckedIOException e) {
      throw new ParameterException(
          spec().commandLine(), "cannot read or write: " + e.getMessage(), e);
    }
  }
}
