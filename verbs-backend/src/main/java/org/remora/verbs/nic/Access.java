package org.remora.verbs.nic;

/** What peers may do with registered memory, or through a queue pair, as bits. */
public final class Access {
  /** Nothing beyond local reads. */
  public static final int NONE = 0;

  /** The local card may write, which a buffer for receives and reads needs. */
  public static final int LOCAL_WRITE = 1;

  /** Peers may write; memory needs {@link #LOCAL_WRITE} with it. */
  public static final int REMOTE_WRITE = 2;

  /** Peers may read. */
  public static final int REMOTE_READ = 4;

  /** Peers may compare and swap; memory needs {@link #LOCAL_WRITE} with it. */
  public static final int REMOTE_ATOMIC = 8;

  /** Memory windows may be bound to it. */
  public static final int WINDOW_BIND = 16;

  /** All that peers can do through a queue pair. */
  public static final int REMOTE_ALL = REMOTE_WRITE | REMOTE_READ | REMOTE_ATOMIC;

  private Access() {}
}
