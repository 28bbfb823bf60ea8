package org.remora.topology;

import java.util.Arrays;

/** A growing list of undirected edges, the smaller end first. Loops and duplicates may be in it. */
final class EdgeList {
  private long[] edges;
  private int size;

  EdgeList(int capacity) {
    edges = new long[Math.max(capacity, 8)];
  }

  void add(int a, int b) {
    if (size == edges.length) {
      edges = Arrays.copyOf(edges, 2 * size);
    }
    edges[size++] = key(a, b);
  }

  void addAll(EdgeList other) {
    for (int i = 0; i < other.size; i++) {
      add(other.from(i), other.to(i));
    }
  }

  int size() {
    return size;
  }

  int from(int i) {
    return (int) (edges[i] >>> 32);
  }

  int to(int i) {
    return (int) edges[i];
  }

  /** One number for the edge {a, b}. */
  static long key(int a, int b) {
    return ((long) Math.min(a, b) << 32) | Math.max(a, b);
  }

  /** Names the first edge that comes twice, nodes counted from 1; empty if none does. */
  String firstDuplicate() {
    long[] sorted = Arrays.copyOf(edges, size);
    Arrays.sort(sorted);
    for (int i = 1; i < size; i++) {
      if (sorted[i] == sorted[i - 1]) {
        return ((sorted[i] >>> 32) + 1) + " - " + ((int) sorted[i] + 1);
      }
    }
    return "";
  }
}
