package org.remora.memory;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An immutable set of processes, numbered from 1. */
public final class ProcessSet {
  private static final ProcessSet NONE = new ProcessSet(new BitSet());

  /** Bit p of the set, in words of 64, without trailing zero words. */
  private final long[] words;

  private ProcessSet(BitSet processes) {
    words = processes.toLongArray();
  }

  /** The empty set. */
  public static ProcessSet none() {
    return NONE;
  }

  /**
   * The set of the given processes.
   *
   * @throws IllegalArgumentException if one is smaller than 1
   */
  public static ProcessSet of(int... processes) {
    BitSet set = new BitSet();
    for (int process : processes) {
      if (process < 1) {
        throw new IllegalArgumentException("processes are numbered from 1, not " + process);
      }
      set.set(process);
    }
    return new ProcessSet(set);
  }

  /** The processes 1 to {@code processes}. */
  public static ProcessSet all(int processes) {
    BitSet set = new BitSet();
    set.set(1, processes + 1);
    return new ProcessSet(set);
  }

  /** Whether {@code process} is in the set; false for numbers below 1. */
  public boolean contains(int process) {
    return process > 0
        && process >> 6 < words.length
        && (words[process >> 6] & 1L << (process & 63)) != 0;
  }

  /** The processes of this set that are not in {@code other}. */
  public ProcessSet without(ProcessSet other) {
    BitSet set = BitSet.valueOf(words);
    set.andNot(BitSet.valueOf(other.words));
    return new ProcessSet(set);
  }

  /** The processes of either set. */
  public ProcessSet union(ProcessSet other) {
    BitSet set = BitSet.valueOf(words);
    set.or(BitSet.valueOf(other.words));
    return new ProcessSet(set);
  }

  /** Whether no process is in both sets. */
  public boolean isDisjointFrom(ProcessSet other) {
    for (int i = 0; i < Math.min(words.length, other.words.length); i++) {
      if ((words[i] & other.words[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the set has no process. */
  public boolean isEmpty() {
    return words.length == 0;
  }

  /** The number of processes. */
  public int size() {
    int size = 0;
    for (long word : words) {
      size += Long.bitCount(word);
    }
    return size;
  }

  /** The processes in increasing order. */
  public IntStream stream() {
    return BitSet.valueOf(words).stream();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ProcessSet that && Arrays.equals(words, that.words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }

  /** For people: {@code {1,3}}. */
  @Override
  public String toString() {
    return stream().mapToObj(Integer::toString).collect(Collectors.joining(",", "{", "}"));
  }
}
