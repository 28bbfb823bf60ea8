package org.remora.memory;

/**
 * The policy of a region: which changes of its permission its memory grants [ABGMZ19, section 3].
 * Fixed when the region is made, and asked at the memory, atomically with the change: it is all
 * that stands between a Byzantine process and the region. An implementation is a pure function.
 */
@FunctionalInterface
public interface LegalChange {
  /** No change is legal: a static permission. */
  LegalChange NEVER = new Never();

  /**
   * Whether {@code requester} may change the permission from {@code current} to {@code requested}.
   */
  boolean isLegal(int requester, Permission current, Permission requested);

  /** The policy of {@link #NEVER}. */
  record Never() implements LegalChange {
    @Override
    public boolean isLegal(int requester, Permission current, Permission requested) {
      return false;
    }
  }

  /**
   * Any of processes 1 to {@code processes} may make itself, and nobody else, the one process that
   * writes, while all read: the policy of Protected Memory Paxos.
   *
   * @param processes the number of processes
   */
  record SoleWriterForOneself(int processes) implements LegalChange {
    @Override
    public boolean isLegal(int requester, Permission current, Permission requested) {
      return requester >= 1
          && requester <= processes
          && requested.equals(Permission.soleWriter(requester, processes));
    }
  }

  /**
   * Anybody may, for ever, take the right to write from everybody, while all go on reading; nothing
   * gives it back: the policy of Cheap Quorum's leader region.
   *
   * @param processes the number of processes
   */
  record RevokeOnly(int processes) implements LegalChange {
    @Override
    public boolean isLegal(int requester, Permission current, Permission requested) {
      return requested.equals(Permission.readOnly(processes));
    }
  }
}
