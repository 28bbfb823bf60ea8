package org.remora.topology;

import java.util.Arrays;

/**
 * Looks for a large set of survivors that reaches no majority: an attack on a graph.
 *
 * <p>Simulated annealing. A state is a set S; a step swaps one member for another node, drawn half
 * of the time uniformly and half of the time at distance two of a member, and is taken by the rule
 * of Metropolis on |N[S]|. Whenever |N[S]| &le; n/2 the set is a witness, and a cheap node is added
 * so that the next one must be larger. What is found is a fact whatever the search did: {@link
 * Witness#refutes} checks it from the edges.
 */
final class AdversarySearch {
  private static final double HOT = 2;
  private static final double COLD = 0.25;
  private static final int SAMPLES = 64;

  private final int n;
  private final int half;
  private final int[] offsets;
  private final int[] targets;
  private final int[] cover;
  private final int[] members;
  private final int[] place;
  private int size;
  private int covered;
  private long random;
  private int[] best = {};

  private AdversarySearch(CompactGraph graph, long random) {
    n = graph.nodes();
    half = n / 2;
    offsets = graph.rawOffsets();
    targets = graph.rawTargets();
    cover = new int[n];
    members = new int[n];
    place = new int[n];
    Arrays.fill(place, -1);
    this.random = random | 1;
  }

  /**
   * Searches for {@code steps} steps and returns the largest witness seen.
   *
   * <p>The same graph, steps and chance give the same witness on every machine.
   */
  static Witness search(CompactGraph graph, long steps, SeedStream chance) {
    AdversarySearch search = new AdversarySearch(graph, chance.nextLong());
    search.greedy();
    search.anneal(steps);
    search.grow();
    return new Witness(search.best);
  }

  /** xorshift64*: chance for a search needs speed, not secrecy; its result is checked anyway. */
  private int below(int bound) {
    random ^= random >>> 12;
    random ^= random << 25;
    random ^= random >>> 27;
    return (int) ((((random * 0x2545F4914F6CDD1DL) >>> 32) * bound) >>> 32);
  }

  private int costOfAdding(int v) {
    int cost = cover[v] == 0 ? 1 : 0;
    for (int i = offsets[v]; i < offsets[v + 1]; i++) {
      cost += cover[targets[i]] == 0 ? 1 : 0;
    }
    return cost;
  }

  private void add(int v) {
    place[v] = size;
    members[size++] = v;
    covered += cover[v]++ == 0 ? 1 : 0;
    for (int i = offsets[v]; i < offsets[v + 1]; i++) {
      covered += cover[targets[i]]++ == 0 ? 1 : 0;
    }
  }

  private void remove(int v) {
    int last = members[--size];
    members[place[v]] = last;
    place[last] = place[v];
    place[v] = -1;
    covered -= --cover[v] == 0 ? 1 : 0;
    for (int i = offsets[v]; i < offsets[v + 1]; i++) {
      covered -= --cover[targets[i]] == 0 ? 1 : 0;
    }
  }

  /** Starts with cheap nodes until one more would reach a majority. */
  private void greedy() {
    while (size < n) {
      int v = cheapest();
      if (v < 0 || covered + costOfAdding(v) > half) {
        return;
      }
      add(v);
      keep();
    }
  }

  /** A cheap node outside the set: the cheapest of all when few, of a sample when many. */
  private int cheapest() {
    int found = -1;
    int cost = Integer.MAX_VALUE;
    int tries = n <= 4 * SAMPLES ? n : SAMPLES;
    int start = below(n);
    for (int i = 0; i < tries; i++) {
      int v = n <= 4 * SAMPLES ? (start + i) % n : i % 4 == 0 || size == 0 ? below(n) : nearby();
      if (place[v] < 0) {
        int c = costOfAdding(v);
        if (c < cost) {
          cost = c;
          found = v;
        }
      }
    }
    return found;
  }

  /** A node at distance at most two of a member. */
  private int nearby() {
    int v = members[below(size)];
    for (int hop = 0; hop < 2; hop++) {
      int degree = offsets[v + 1] - offsets[v];
      if (degree == 0) {
        return v;
      }
      v = targets[offsets[v] + below(degree)];
    }
    return v;
  }

  private void keep() {
    if (covered <= half && size > best.length) {
      best = Arrays.copyOf(members, size);
    }
  }

  private void anneal(long steps) {
    if (size == 0 || size == n) {
      return;
    }
    // accept[c] of 2^31: the chance to take a step that covers c nodes more.
    int[] accept = new int[64];
    double factor = StrictMath.pow(COLD / HOT, 1.0 / 256);
    double temperature = HOT;
    long stage = Math.max(1, steps / 256);
    for (long step = 0; step < steps; step++) {
      if (step % stage == 0) {
        for (int c = 0; c < accept.length; c++) {
          accept[c] = (int) (StrictMath.exp(-c / temperature) * Integer.MAX_VALUE);
        }
        temperature *= factor;
      }
      swap(accept);
      if (covered <= half) {
        keep();
        int v = cheapest();
        if (v >= 0) {
          add(v);
          keep();
          if (size == n) {
            return;
          }
        }
      }
    }
  }

  private void swap(int[] accept) {
    int in = (random & (1L << 40)) == 0 ? below(n) : nearby();
    if (place[in] >= 0) {
      below(2);
      return;
    }
    int out = members[below(size)];
    int before = covered;
    remove(out);
    int more = covered + costOfAdding(in) - before;
    if (more <= 0 || below(Integer.MAX_VALUE) < accept[Math.min(more, accept.length - 1)]) {
      add(in);
    } else {
      add(out);
    }
  }

  /** Completes the best set with every node that still fits. */
  private void grow() {
    while (size > 0) {
      remove(members[size - 1]);
    }
    for (int v : best) {
      add(v);
    }
    for (int v = 0; v < n; v++) {
      if (place[v] < 0 && covered + costOfAdding(v) <= half) {
        add(v);
        keep();
      }
    }
  }
}
