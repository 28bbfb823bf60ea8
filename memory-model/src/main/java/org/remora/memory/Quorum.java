package org.remora.memory;

/** Quorum sizes: easy to get wrong, so they stand in one place. */
public final class Quorum {
  private Quorum() {}

  /** The size of a majority of {@code members}: any two majorities share a member. */
  public static int majority(int members) {
    return members / 2 + 1;
  }
}
