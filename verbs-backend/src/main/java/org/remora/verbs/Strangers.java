package org.remora.verbs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Those who are connected but have not proved who they are: a bounded number. When there is no room
 * for one more, the origin that holds the most places loses its oldest, so that a flood from one
 * place pushes out itself.
 *
 * @param <T> a stranger
 */
final class Strangers<T> {
  private final int max;

  /** With their origins, the oldest first. */
  private final Map<T, Object> origins = new LinkedHashMap<>();

  /** An empty set of at most {@code max}. */
  Strangers(int max) {
    this.max = max;
  }

  /** Takes one in; returns who has to go for it, and is no more in the set, or null. */
  @Nullable T admit(T stranger, Object origin) {
    T leaving = origins.size() < max ? null : oldestOfTheMost();
    if (leaving != null) {
      origins.remove(leaving);
    }
    origins.put(stranger, origin);
    return leaving;
  }

  /** Whether it was there. */
  boolean remove(T stranger) {
    return origins.remove(stranger) != null;
  }

  int size() {
    return origins.size();
  }

  /** All of them, the oldest first. */
  List<T> all() {
    return new ArrayList<>(origins.keySet());
  }

  private @Nullable T oldestOfTheMost() {
    Map<Object, Integer> counts = new HashMap<>();
    origins.values().forEach(origin -> counts.merge(origin, 1, Integer::sum));
    T oldest = null;
    int most = 0;
    for (Map.Entry<T, Object> entry : origins.entrySet()) {
      int count = counts.getOrDefault(entry.getValue(), 0);
      if (count > most) {
        most = count;
        oldest = entry.getKey();
      }
    }
    return oldest;
  }
}
