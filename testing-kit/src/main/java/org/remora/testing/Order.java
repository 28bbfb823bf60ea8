package org.remora.testing;

import java.util.List;
import org.remora.sim.Choice;

/** In which order the events of a world happen. In the end every order is that of time. */
public sealed interface Order {
  /** In the order of time, from the start. */
  record InTime() implements Order {}

  /**
   * An adversary, which the plan's seed drives, chooses without regard to time; then the run turns
   * fair.
   *
   * @param events for so many events
   */
  record Adversarial(int events) implements Order {
    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException unless it is positive
     */
    public Adversarial {
      if (events < 1) {
        throw new IllegalArgumentException("an adversary orders at least one event");
      }
    }
  }

  /**
   * These choices, then the order of time.
   *
   * @param choices at least one
   */
  record Chosen(List<Choice> choices) implements Order {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if it is empty: that is {@link InTime}
     */
    public Chosen {
      choices = List.copyOf(choices);
      if (choices.isEmpty()) {
        throw new IllegalArgumentException("no choices: that is the order of time");
      }
    }
  }

  /** The order of these choices; that of time if there are none. */
  static Order of(List<Choice> choices) {
    return choices.isEmpty() ? new InTime() : new Chosen(choices);
  }

  /** The order of an adversary for so many events; that of time for 0. */
  static Order adversarial(int events) {
    return events == 0 ? new InTime() : new Adversarial(events);
  }
}
