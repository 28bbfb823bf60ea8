package org.remora.socket;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who stands at one end of a connection, as its key or certificate proves it.
 *
 * @param kind what it is
 * @param number its number, from 1
 */
public record Identity(Kind kind, int number) {
  /** The largest number: sets of processes on the wire are bounded by it. */
  public static final int NUMBER_MAX = 4_095;

  private static final String URI = "remora:";

  /** What there is at the ends of connections. */
  public enum Kind {
    /** A process: what permissions name. */
    PROCESS,
    /** The host of a memory. */
    MEMORY
  }

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if it is not in 1..{@value #NUMBER_MAX}
   */
  public Identity {
    Objects.requireNonNull(kind);
    if (number < 1 || number > NUMBER_MAX) {
      throw new IllegalArgumentException("a number in 1.." + NUMBER_MAX + ", not " + number);
    }
  }

  /** Process {@code number}. */
  public static Identity process(int number) {
    return new Identity(Kind.PROCESS, number);
  }

  /** The host of memory {@code number}. */
  public static Identity memory(int number) {
    return new Identity(Kind.MEMORY, number);
  }

  /** As a certificate names it in a subject alternative name: {@code remora:process:3}. */
  public String uri() {
    return URI + (kind == Kind.PROCESS ? "process:" : "memory:") + number;
  }

  /** The identity that a {@link #uri} names; null if it names none. Any input is safe. */
  static @Nullable Identity ofUri(String uri) {
    for (Kind kind : Kind.values()) {
      String prefix = new Identity(kind, 1).uri().replace("1", "");
      if (uri.startsWith(prefix)) {
        try {
          Identity identity = new Identity(kind, Integer.parseInt(uri.substring(prefix.length())));
          return identity.uri().equals(uri) ? identity : null;
        } catch (IllegalArgumentException noNumber) {
          return null;
        }
      }
    }
    return null;
  }

  /** For people: {@code process 3}. */
  @Override
  public String toString() {
    return (kind == Kind.PROCESS ? "process " : "memory ") + number;
  }
}
