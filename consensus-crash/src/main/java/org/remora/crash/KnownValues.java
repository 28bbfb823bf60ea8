package org.remora.crash;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.remora.memory.Value;

/**
 * The proposals that one process has heard of: which id stands for which bytes. Ids of equal bytes
 * form a class; classes are numbered from 1 in the order in which they were heard of. Class 0 is
 * that of the id 0, "?".
 */
final class KnownValues {
  /** By id, as far as the highest that was heard of. */
  private int[] classes = new int[1];

  private final Map<Value, Integer> classOf = new HashMap<>();
  private final List<Value> values = new ArrayList<>();
  private final List<Integer> ids = new ArrayList<>();

  KnownValues() {
    values.add(Value.BOTTOM);
    ids.add(0);
  }

  /** The number of classes but that of "?". */
  int count() {
    return values.size() - 1;
  }

  /** Whether the bytes that an id stands for are known. */
  boolean knows(int id) {
    return id == 0 || (id < classes.length && classes[id] != 0);
  }

  /** The class of an id that is known. */
  int classOf(int id) {
    return classes[id];
  }

  /** The bytes that a class stands for. */
  Value value(int valueClass) {
    return values.get(valueClass);
  }

  /** One id of a class. */
  int id(int valueClass) {
    return ids.get(valueClass);
  }

  /** Takes note of what an id stands for. */
  void learn(int id, Value value) {
    if (id >= classes.length) {
      classes = Arrays.copyOf(classes, Math.max(id + 1, classes.length + classes.length / 2));
    }
    Integer known = classOf.putIfAbsent(value, values.size());
    if (known == null) {
      classes[id] = values.size();
      values.add(value);
      ids.add(id);
    } else {
      classes[id] = known;
    }
  }

  /** An id for these bytes: one that is known, else {@code own}, which stands for them now. */
  int name(Value value, int own) {
    Integer valueClass = classOf.get(value);
    if (valueClass != null) {
      return ids.get(valueClass);
    }
    learn(own, value);
    return own;
  }
}
