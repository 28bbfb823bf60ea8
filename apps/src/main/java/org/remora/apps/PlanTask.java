package org.remora.apps;

import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import org.remora.topology.BadGraphException;

/** A command about plans: what the topology room refuses is bad input. */
abstract class PlanTask implements Callable<Integer> {

  /** Does it; returns the code to exit with. */
  abstract int run();

  @Override
  public final Integer call() {
    try {
      return run();
    } catch (BadGraphException e) {
      throw new BadInputException(String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      throw new BadInputException("cannot read or write: " + e.getMessage());
    }
  }
}
