package org.remora.verbs;

/**
 * The number of a work request, which says whose end a completion tells: error completions carry
 * nothing else. Of four parts: kind, owner, generation, index.
 *
 * <p>A queue pair that is connected anew has a new generation, so that completions of before, which
 * may still lie in the queue, are known for what they are.
 */
final class WorkId {
  static final int DATA = 1;
  static final int SENT = 2;
  static final int RECEIVED = 3;
  static final int GENERATION_MASK = 0xFFFF;
  static final int INDEX_MASK = (1 << 24) - 1;

  private WorkId() {}

  static long of(int kind, int owner, int generation, int index) {
    return ((long) kind << 56)
        | ((owner & 0xFFFFL) << 40)
        | ((generation & 0xFFFFL) << 24)
        | (index & INDEX_MASK);
  }

  static int kind(long id) {
    return (int) (id >>> 56);
  }

  static int owner(long id) {
    return (int) (id >>> 40) & 0xFFFF;
  }

  static boolean isOf(long id, int generation) {
    return generation(id) == (generation & GENERATION_MASK);
  }

  static int generation(long id) {
    return (int) (id >>> 24) & GENERATION_MASK;
  }

  static int index(long id) {
    return (int) id & INDEX_MASK;
  }
}
