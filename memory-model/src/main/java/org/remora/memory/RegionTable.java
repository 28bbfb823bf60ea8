package org.remora.memory;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The regions of one memory with their permissions and registers: the one implementation of the
 * permission check that every software memory shares. A backend brings operations here, each under
 * the number of the process that it has proven, and carries the result back.
 *
 * <p>Thread-safe. Each operation takes the lock of its region alone, so that operations on
 * different regions do not wait for each other. Input may come from a Byzantine process: an
 * operation on a region or register that does not exist, or with a value that the register cannot
 * hold, is refused like a forbidden one, and regions are looked up by id, never trusted.
 */
public final class RegionTable {
  private static final Value ZERO_WORD = Value.ofWord(0);

  /** Whether permissions have an effect. */
  public enum Enforcement {
    /** Permissions are checked. */
    ENFORCED,
    /**
     * Every access is let through and every change of permission acknowledged: plain shared memory,
     * over which the 2-deciding algorithms must be breakable. For checking checkers only.
     */
    IGNORED
  }

  private final Enforcement enforcement;

  /** Indexed by region id; replaced, under this object's lock, when it must grow. */
  private volatile @Nullable State[] regions = new State[4];

  /** An empty table that enforces permissions. */
  public RegionTable() {
    this(Enforcement.ENFORCED);
  }

  /** An empty table. */
  public RegionTable(Enforcement enforcement) {
    this.enforcement = Objects.requireNonNull(enforcement);
  }

  /**
   * Adds a region in its initial state.
   *
   * @throws IllegalArgumentException if there is one of the same id
   */
  public synchronized void define(Region region) {
    @Nullable State[] old = regions;
    int id = region.id();
    @Nullable State[] grown =
        Arrays.copyOf(old, id < old.length ? old.length : Math.max(id + 1, 2 * old.length));
    if (grown[id] != null) {
      throw new IllegalArgumentException(
          "region " + id + " is defined already, as " + grown[id].region.name());
    }
    grown[id] = new State(region);
    regions = grown;
  }

  /** Reads a register for {@code process}; null is a nak. */
  public @Nullable Value read(int process, int region, int register) {
    State state = find(region, register, 1);
    if (state == null) {
      return null;
    }
    synchronized (state) {
      return mayRead(state, process) ? state.get(register) : null;
    }
  }

  /** Reads {@code count} registers from {@code first} on for {@code process}; null is a nak. */
  public @Nullable List<Value> readRange(int process, int region, int first, int count) {
    State state = find(region, first, count);
    if (state == null) {
      return null;
    }
    Value[] values = new Value[count];
    synchronized (state) {
      if (!mayRead(state, process)) {
        return null;
      }
      for (int i = 0; i < count; i++) {
        values[i] = state.get(first + i);
      }
    }
    return Collections.unmodifiableList(Arrays.asList(values));
  }

  /** Writes a register for {@code process}. */
  public Outcome write(int process, int region, int register, Value value) {
    State state = find(region, register, 1);
    if (state == null || !state.holds(value)) {
      return Outcome.NAK;
    }
    // The check and the access under one lock are what the promise of no stragglers rests on: a
    // write that passed the check before a revocation has landed when the revocation gets the lock.
    synchronized (state) {
      if (!mayWrite(state, process)) {
        return Outcome.NAK;
      }
      state.set(register, value);
      return Outcome.ACK;
    }
  }

  /** Compares and swaps a word for {@code process} and returns the word before; empty is a nak. */
  public OptionalLong compareAndSwap(
      int process, int region, int register, long expected, long desired) {
    State state = find(region, register, 1);
    if (state == null || !state.region.words()) {
      return OptionalLong.empty();
    }
    synchronized (state) {
      if (!mayRead(state, process) || !mayWrite(state, process)) {
        return OptionalLong.empty();
      }
      long before = state.get(register).word();
      if (before == expected) {
        state.set(register, Value.ofWord(desired));
      }
      return OptionalLong.of(before);
    }
  }

  /** Changes a permission for {@code process}, if the region's policy lets it. */
  public Outcome changePermission(int process, int region, Permission permission) {
    State state = find(region, 0, 1);
    if (state == null) {
      return Outcome.NAK;
    }
    synchronized (state) {
      if (enforcement == Enforcement.ENFORCED
          && !state.region.legalChange().isLegal(process, state.permission, permission)) {
        return Outcome.NAK;
      }
      state.permission = permission;
      return Outcome.ACK;
    }
  }

  /** Whether there is such a register. */
  public boolean has(int region, int register) {
    return find(region, register, 1) != null;
  }

  /**
   * The permission of a region now, for checkers and traces.
   *
   * @throws IllegalArgumentException if there is no such region
   */
  public Permission permission(int region) {
    State state = find(region, 0, 1);
    if (state == null) {
      throw new IllegalArgumentException("no region " + region);
    }
    synchronized (state) {
      return state.permission;
    }
  }

  /**
   * The content of a register now, whoever may read it, for checkers and for hosts.
   *
   * @throws IllegalArgumentException if there is no such register
   */
  public Value peek(int region, int register) {
    State state = find(region, register, 1);
    if (state == null) {
      throw new IllegalArgumentException("no register " + register + " of region " + region);
    }
    synchronized (state) {
      return state.get(register);
    }
  }

  /**
   * Puts back what a register held, whoever may write it: for hosts that recover what they kept.
   *
   * @throws IllegalArgumentException if there is no such register, or it cannot hold that
   */
  public void restore(int region, int register, Value value) {
    State state = find(region, register, 1);
    if (state == null || !state.holds(value)) {
      throw new IllegalArgumentException(
          "no register " + register + " of region " + region + " for " + value);
    }
    synchronized (state) {
      state.set(register, value);
    }
  }

  /**
   * Puts back the permission that a region had, whatever its policy: for hosts that recover what
   * they kept.
   *
   * @throws IllegalArgumentException if there is no such region
   */
  public void restore(int region, Permission permission) {
    State state = find(region, 0, 1);
    if (state == null) {
      throw new IllegalArgumentException("no region " + region);
    }
    Objects.requireNonNull(permission);
    synchronized (state) {
      state.permission = permission;
    }
  }

  private @Nullable State find(int region, int first, int count) {
    @Nullable State[] current = regions;
    if (region < 0 || region >= current.length) {
      return null;
    }
    State state = current[region];
    if (state == null
        || first < 0
        || count < 1
        || count > state.region.registers()
        || first > state.region.registers() - count) {
      return null;
    }
    return state;
  }

  private boolean mayRead(State state, int process) {
    return enforcement == Enforcement.IGNORED || state.permission.mayRead(process);
  }

  private boolean mayWrite(State state, int process) {
    return enforcement == Enforcement.IGNORED || state.permission.mayWrite(process);
  }

  /** A region's permission and registers, guarded by this object's lock. */
  private static final class State {
    private static final int PAGE_SHIFT = 5;
    private static final int PAGE = 1 << PAGE_SHIFT;

    final Region region;
    Permission permission;

    /**
     * The registers in pages, up to the highest page written so far; null, of a page or a register,
     * is the initial content. So a large region of which few registers are used costs little.
     */
    private @Nullable Value[] @Nullable [] pages = new Value[0][];

    State(Region region) {
      this.region = region;
      permission = region.initial();
    }

    boolean holds(Value value) {
      return !value.isBottom()
          && (region.words()
              ? value.length() == Long.BYTES
              : value.length() <= region.registerBytes());
    }

    Value get(int register) {
      int page = register >> PAGE_SHIFT;
      @Nullable Value[] found = page < pages.length ? pages[page] : null;
      Value value = found == null ? null : found[register & (PAGE - 1)];
      if (value != null) {
        return value;
      }
      return region.words() ? ZERO_WORD : Value.BOTTOM;
    }

    void set(int register, Value value) {
      int page = register >> PAGE_SHIFT;
      if (page >= pages.length) {
        int most = ((region.registers() - 1) >> PAGE_SHIFT) + 1;
        pages = Arrays.copyOf(pages, (int) Math.min(most, Math.max(page + 1L, 2L * page)));
      }
      @Nullable Value[] found = pages[page];
      if (found == null) {
        found = new Value[Math.min(PAGE, region.registers() - (page << PAGE_SHIFT))];
        pages[page] = found;
      }
      found[register & (PAGE - 1)] = value;
    }
  }
}
