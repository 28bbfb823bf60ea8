package org.remora.sim.explore;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Gives equal objects equal numbers, from 0. Thread-safe. */
final class Interner<T> {
  private final Map<T, Integer> numbers = new HashMap<>();
  private volatile Object[] objects = new Object[64];

  synchronized int number(T object) {
    Integer known = numbers.get(object);
    if (known != null) {
      return known;
    }
    int number = numbers.size();
    if (number == objects.length) {
      objects = Arrays.copyOf(objects, 2 * number);
    }
    objects[number] = object;
    numbers.put(object, number);
    return number;
  }

  /** The object of a number that {@link #number} gave to this thread or before its memory. */
  @SuppressWarnings("unchecked") // only number() stores
  T get(int number) {
    return (T) objects[number];
  }

  synchronized int size() {
    return numbers.size();
  }
}
