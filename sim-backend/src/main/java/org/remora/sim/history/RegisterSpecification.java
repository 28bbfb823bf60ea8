package org.remora.sim.history;

/** A register of a number, initially 0, that is read, written, and compared and swapped. */
public record RegisterSpecification()
    implements Specification<Long, RegisterSpecification.Input, Long> {
  /** What may be asked of a register. */
  public sealed interface Input {}

  /** Answers with the content. */
  public record Read() implements Input {}

  /**
   * Replaces the content; answers with 0.
   *
   * @param value by what
   */
  public record Write(long value) implements Input {}

  /**
   * Replaces the content if it is as expected; answers with the content before.
   *
   * @param expected when
   * @param desired by what
   */
  public record CompareAndSwap(long expected, long desired) implements Input {}

  @Override
  public Long initial() {
    return 0L;
  }

  @Override
  public Outcome<Long, Long> apply(Long state, Input input) {
    if (input instanceof Write write) {
      return new Outcome<>(write.value, 0L);
    }
    if (input instanceof CompareAndSwap swap) {
      return new Outcome<>(state == swap.expected ? (Long) swap.desired : state, state);
    }
    return new Outcome<>(state, state);
  }
}
