package org.remora.memory;

import java.util.Objects;
import java.util.function.Function;

/**
 * A named set of registers of one memory with a permission, as its memory's host defines it. The
 * same descriptor, given to {@link Memory}'s operations, is the region's address: a host trusts
 * only its {@link #id}, never the rest.
 *
 * @param id the number of the region, unique in its memory, at least 0, and small: hosts keep an
 *     array of regions
 * @param name what traces call it
 * @param registers the number of registers, numbered from 0
 * @param registerBytes the most bytes that one register holds
 * @param words whether every register is one word of 8 bytes, initially 0, open to compare-and-swap
 * @param initial the permission at the start
 * @param legalChange the policy that decides on changes of the permission
 * @param notation how traces write a content of the registers
 */
public record Region(
    int id,
    String name,
    int registers,
    int registerBytes,
    boolean words,
    Permission initial,
    LegalChange legalChange,
    Function<Value, String> notation) {
  /** The largest {@link #id}. */
  public static final int ID_MAX = (1 << 20) - 1;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Region {
    Objects.requireNonNull(name);
    Objects.requireNonNull(initial);
    Objects.requireNonNull(legalChange);
    Objects.requireNonNull(notation);
    if (id < 0 || id > ID_MAX) {
      throw new IllegalArgumentException("region id " + id + " is not in 0.." + ID_MAX);
    }
    if (registers < 1 || registerBytes < 1) {
      throw new IllegalArgumentException(
          "a region has at least one register of at least one byte, not "
              + registers
              + " of "
              + registerBytes);
    }
    if (words && registerBytes != Long.BYTES) {
      throw new IllegalArgumentException("a word is 8 bytes, not " + registerBytes);
    }
  }

  /** A region of registers of up to {@code registerBytes} bytes, initially ⊥. */
  public static Region of(
      int id,
      String name,
      int registers,
      int registerBytes,
      Permission initial,
      LegalChange legalChange) {
    return new Region(
        id, name, registers, registerBytes, false, initial, legalChange, Value::toString);
  }

  /** A region of words, initially 0. */
  public static Region ofWords(
      int id, String name, int registers, Permission initial, LegalChange legalChange) {
    return new Region(
        id,
        name,
        registers,
        Long.BYTES,
        true,
        initial,
        legalChange,
        value -> Long.toString(value.word()));
  }

  /** This region with another notation for traces. */
  public Region withNotation(Function<Value, String> other) {
    return new Region(id, name, registers, registerBytes, words, initial, legalChange, other);
  }

  /**
   * Checks that {@code count} registers from {@code first} on exist.
   *
   * @throws IndexOutOfBoundsException if they do not
   */
  public void checkRegisters(int first, int count) {
    Objects.checkFromIndexSize(first, count, registers);
    if (count < 1) {
      throw new IndexOutOfBoundsException("at least one register");
    }
  }

  /**
   * Whether {@code value} may be written to a register: it is not ⊥, and neither too large nor no
   * word where one is needed.
   */
  public boolean holds(Value value) {
    return !value.isBottom()
        && value.length() <= registerBytes
        && (!words || value.length() == Long.BYTES);
  }

  /**
   * Checks that {@code value} may be written to a register: the clear error before anything is
   * sent.
   *
   * @throws IllegalArgumentException if it is ⊥, too large, or not a word where one is needed
   */
  public void checkValue(Value value) {
    if (value.isBottom()) {
      throw new IllegalArgumentException("⊥ cannot be written");
    }
    if (!holds(value)) {
      throw new IllegalArgumentException(
          "a value of "
              + value.length()
              + " bytes; a register of region "
              + name
              + " holds "
              + (words ? "exactly " : "at most ")
              + registerBytes);
    }
  }
}
