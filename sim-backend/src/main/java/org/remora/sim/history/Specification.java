package org.remora.sim.history;

/**
 * What an object does when it is used by one caller at a time.
 *
 * @param <S> its states, immutable, with {@code equals}
 * @param <I> inputs
 * @param <O> outputs, with {@code equals}
 */
public interface Specification<S, I, O> {
  /** The state at the beginning. */
  S initial();

  /** What happens when {@code input} comes in {@code state}. */
  Outcome<S, O> apply(S state, I input);

  /**
   * A next state and an answer.
   *
   * @param state the state thereafter
   * @param output the answer
   * @param <S> states
   * @param <O> outputs
   */
  record Outcome<S, O>(S state, O output) {}
}
