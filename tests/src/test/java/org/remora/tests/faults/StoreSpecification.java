package org.remora.tests.faults;

import org.remora.sim.history.Specification;

/** A key of the store: a text, empty if it has no value. */
record StoreSpecification()
    implements Specification<String, StoreSpecification.Input, StoreSpecification.Answer> {
  /** What may be asked of a key. */
  sealed interface Input {}

  /** Tells the value. */
  record Get() implements Input {}

  /** Gives it a value. */
  record Put(String value) implements Input {}

  /** Gives it a value if it has the expected one. */
  record Cas(String expected, String value) implements Input {}

  /** Whether it was done, and the value before. */
  record Answer(boolean done, String before) {}

  @Override
  public String initial() {
    return "";
  }

  @Override
  public Outcome<String, Answer> apply(String state, Input input) {
    if (input instanceof Put put) {
      return new Outcome<>(put.value(), new Answer(true, state));
    }
    if (input instanceof Cas cas) {
      boolean done = state.equals(cas.expected());
      return new Outcome<>(done ? cas.value() : state, new Answer(done, state));
    }
    return new Outcome<>(state, new Answer(true, state));
  }
}
