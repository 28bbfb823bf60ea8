package org.remora.memory;

import java.util.Objects;

/**
 * Who may do what in a region: three disjoint sets of processes [ABGMZ19, section 3].
 *
 * @param read R, those that may read only
 * @param write W, those that may write only
 * @param readWrite RW, those that may do both
 */
public record Permission(ProcessSet read, ProcessSet write, ProcessSet readWrite) {
  /**
   * Checks that the sets are disjoint.
   *
   * @throws IllegalArgumentException if they are not
   */
  public Permission {
    Objects.requireNonNull(read);
    Objects.requireNonNull(write);
    Objects.requireNonNull(readWrite);
    if (!read.isDisjointFrom(write)
        || !read.isDisjointFrom(readWrite)
        || !write.isDisjointFrom(readWrite)) {
      throw new IllegalArgumentException(
          "R" + read + " W" + write + " RW" + readWrite + " are not disjoint");
    }
  }

  /** Processes 1 to {@code processes} read and write. */
  public static Permission open(int processes) {
    return new Permission(ProcessSet.none(), ProcessSet.none(), ProcessSet.all(processes));
  }

  /** Processes 1 to {@code processes} read, nobody writes. */
  public static Permission readOnly(int processes) {
    return new Permission(ProcessSet.all(processes), ProcessSet.none(), ProcessSet.none());
  }

  /** Processes 1 to {@code processes} read, {@code writer} alone writes. */
  public static Permission soleWriter(int writer, int processes) {
    ProcessSet sole = ProcessSet.of(writer);
    return new Permission(ProcessSet.all(processes).without(sole), ProcessSet.none(), sole);
  }

  /** Whether {@code process} may read. */
  public boolean mayRead(int process) {
    return readWrite.contains(process) || read.contains(process);
  }

  /** Whether {@code process} may write. */
  public boolean mayWrite(int process) {
    return readWrite.contains(process) || write.contains(process);
  }

  /** For people: {@code R{2,3} W{} RW{1}}. */
  @Override
  public String toString() {
    return "R" + read + " W" + write + " RW" + readWrite;
  }
}
