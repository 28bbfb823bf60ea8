package org.remora.testing;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * What a Byzantine process does: a program with the full power of the model. {@link Behaviours} has
 * a dozen that need no knowledge of the algorithm; one that knows it is written like the algorithm
 * itself, against {@link Assault#process}.
 *
 * <p>A Byzantine process that throws is one that crashes. Whatever a behaviour leaves to chance,
 * the process's coin draws, so that a plan repeats.
 */
public interface Behaviour {
  /** Its name in the text of a plan: small letters, digits and dashes. */
  String name();

  /** Lets a process behave so; called on its event loop when the world starts. */
  void start(Assault assault);

  /**
   * A behaviour of one's own.
   *
   * @throws IllegalArgumentException if the name has other characters
   */
  static Behaviour of(String name, Consumer<Assault> start) {
    return new Named(name, start);
  }

  /**
   * A behaviour and its name.
   *
   * @param name the name
   * @param action what it does
   */
  record Named(String name, Consumer<Assault> action) implements Behaviour {
    /** Checks the name. */
    public Named {
      Objects.requireNonNull(action);
      if (!name.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
        throw new IllegalArgumentException(
            "the name of a behaviour is of small letters, digits and dashes, not \"" + name + '"');
      }
    }

    @Override
    public void start(Assault assault) {
      action.accept(assault);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
