package org.remora.verbs.channel;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The selector of every transport. What a {@link Fabric} reports changes the state of channels, and
 * a channel whose state changes says so: {@link #update} keeps the set of keys that are ready for
 * what their users wait for, so that a selection looks at no others.
 */
final class SelectorCore implements RdmaSelector {
  /** Makes the transport's part of a selector. */
  interface FabricFactory {
    /** A fresh one. */
    Fabric open(SelectorCore selector) throws IOException;
  }

  /** Somebody who waits for buffers. */
  interface Starving {
    /**
     * Buffers were given back.
     *
     * @return whether it has all it wants now
     */
    boolean feed();
  }

  private static final long ORIGIN = System.nanoTime();

  private record Deadline(long nanos, ChannelCore channel) {}

  /** Guards everything of this selector and its channels; kept by nobody who waits. */
  final ReentrantLock lock = new ReentrantLock();

  /** Held for the whole of a selection. */
  private final ReentrantLock selecting = new ReentrantLock();

  private final ChannelOptions options;
  final BufferPool pool;
  final Fabric fabric;
  final ChannelFrame frame = new ChannelFrame();
  private final Set<KeyCore> keys = new LinkedHashSet<>();
  private final Set<KeyCore> ready = new LinkedHashSet<>();
  private final Set<RdmaSelectionKey> selected = new LinkedHashSet<>();
  private final Set<RdmaSelectionKey> selectedView = new Shrinking<>(selected);
  private final Set<Starving> starving = new LinkedHashSet<>();
  private boolean fed;

  /** The channels whose wire is not gone, closed ones included. */
  private final Set<ChannelCore> wired = new HashSet<>();

  /** Channels look into them for what is still valid. */
  private final PriorityQueue<Deadline> deadlines =
      new PriorityQueue<>(Comparator.comparingLong(d -> d.nanos - ORIGIN));

  private boolean open = true;
  private boolean woken;

  /** Whether a thread waits, or is about to: whoever changes something wakes it. */
  private boolean awaiting;

  private SelectorCore(ChannelOptions options, FabricFactory factory) throws IOException {
    this.options = options;
    fabric = factory.open(this);
    pool = new BufferPool(options.bufferBytes(), options.poolBuffers(), fabric);
  }

  static RdmaSelector open(ChannelOptions options, FabricFactory factory) throws IOException {
    return new SelectorCore(options, factory);
  }

  @Override
  public RdmaChannel openChannel() {
    lock.lock();
    try {
      checkOpen();
      return new ChannelCore(this, null);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public RdmaServerChannel openServer() {
    lock.lock();
    try {
      checkOpen();
      return new ServerCore(this);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int select() throws IOException {
    return select(0);
  }

  @Override
  public int select(long timeoutMillis) throws IOException {
    if (timeoutMillis < 0) {
      throw new IllegalArgumentException("a timeout of " + timeoutMillis);
    }
    return doSelect(timeoutMillis == 0 ? Long.MAX_VALUE : nanos(timeoutMillis));
  }

  @Override
  public int selectNow() throws IOException {
    return doSelect(0);
  }

  private static long nanos(long millis) {
    // A century, so that no sum of times overflows.
    return Math.min(TimeUnit.MILLISECONDS.toNanos(millis), TimeUnit.DAYS.toNanos(36_500));
  }

  /** Every round either returns, or waits for something to happen or the time to be over. */
  private int doSelect(long nanosMax) throws IOException {
    selecting.lock();
    try {
      long begin = System.nanoTime();
      while (true) {
        long wait;
        lock.lock();
        try {
          checkOpen();
          turn();
          long left = nanosMax - (System.nanoTime() - begin);
          if (!ready.isEmpty() || woken || left <= 0 || Thread.currentThread().isInterrupted()) {
            woken = false;
            return collect();
          }
          if (!fabric.arm()) {
            continue;
          }
          wait = Math.min(left, nanosToDeadline());
          awaiting = true;
        } finally {
          lock.unlock();
        }
        try {
          fabric.await(Math.max(wait, 0));
        } finally {
          awaits(false);
        }
      }
    } finally {
      selecting.unlock();
    }
  }

  private void awaits(boolean now) {
    lock.lock();
    try {
      awaiting = now;
    } finally {
      lock.unlock();
    }
  }

  /** Does what is to be done now. */
  private void turn() throws IOException {
    fabric.pump();
    long now = System.nanoTime();
    for (Deadline first = deadlines.peek();
        first != null && first.nanos - now <= 0;
        first = deadlines.peek()) {
      deadlines.remove();
      first.channel.expired(first.nanos);
    }
    if (fed) {
      fed = false;
      for (Starving next : new ArrayList<>(starving)) {
        if (next.feed()) {
          starving.remove(next);
        }
      }
    }
  }

  private long nanosToDeadline() {
    Deadline first = deadlines.peek();
    return first == null ? Long.MAX_VALUE : first.nanos - System.nanoTime();
  }

  private int collect() {
    selected.removeIf(key -> !key.isValid());
    int count = 0;
    for (KeyCore key : ready) {
      int now = key.readyNow();
      if (selected.add(key)) {
        key.ready = now;
        count++;
      } else if ((key.ready | now) != key.ready) {
        key.ready |= now;
        count++;
      }
    }
    return count;
  }

  @Override
  public RdmaSelector wakeup() {
    lock.lock();
    try {
      woken = true;
      nudge();
      return this;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Set<RdmaSelectionKey> keys() {
    lock.lock();
    try {
      checkOpen();
      return new LinkedHashSet<>(keys);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Set<RdmaSelectionKey> selectedKeys() {
    lock.lock();
    try {
      checkOpen();
      return selectedView;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isOpen() {
    lock.lock();
    try {
      return open;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public ChannelOptions options() {
    return options;
  }

  @Override
  public BufferUse bufferUse() {
    lock.lock();
    try {
      return pool.use();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (!open) {
        return;
      }
      open = false;
      nudge();
    } finally {
      lock.unlock();
    }
    // The thread that waits in a selection comes out of it, and finds the selector closed.
    selecting.lock();
    try {
      for (KeyCore key : keysLeft()) {
        key.channel().close();
      }
      linger();
      lock.lock();
      try {
        selected.clear();
        fabric.close();
      } finally {
        lock.unlock();
      }
    } finally {
      selecting.unlock();
    }
  }

  private List<KeyCore> keysLeft() {
    lock.lock();
    try {
      return new ArrayList<>(keys);
    } finally {
      lock.unlock();
    }
  }

  /** Goes on until the closed channels have said goodbye; each of them has a deadline. */
  private void linger() {
    try {
      while (true) {
        long wait;
        lock.lock();
        try {
          turn();
          wait = nanosToDeadline();
          if (wired.isEmpty() || wait == Long.MAX_VALUE) {
            return;
          }
          if (!fabric.arm()) {
            continue;
          }
        } finally {
          lock.unlock();
        }
        fabric.await(Math.max(wait, 0));
      }
    } catch (IOException broken) {
      // The transport itself is broken: there is no way left to deliver anything.
      lock.lock();
      try {
        for (ChannelCore channel : new ArrayList<>(wired)) {
          channel.wireBroke(String.valueOf(broken.getMessage()));
        }
      } finally {
        lock.unlock();
      }
    }
  }

  // What channels call, under the lock.

  void add(KeyCore key) {
    keys.add(key);
  }

  void forget(KeyCore key) {
    keys.remove(key);
    ready.remove(key);
  }

  /** The state of a key's channel, or what its user waits for, may have changed. */
  void update(KeyCore key) {
    if (key.readyNow() == 0) {
      ready.remove(key);
    } else if (ready.add(key)) {
      nudge();
    }
  }

  /** Ends a wait in progress: something has changed that it does not know of. */
  void nudge() {
    if (awaiting || !open) {
      fabric.wakeup();
    }
  }

  void wired(ChannelCore channel) {
    wired.add(channel);
  }

  void unwired(ChannelCore channel) {
    wired.remove(channel);
  }

  void deadline(long nanos, ChannelCore channel) {
    deadlines.add(new Deadline(nanos, channel));
    nudge();
  }

  /** Gives a buffer back to the pool. */
  void give(PooledBuffer buffer) {
    pool.give(buffer);
    if (!starving.isEmpty() && !fed) {
      fed = true;
      nudge();
    }
  }

  void starves(Starving who) {
    starving.add(who);
  }

  void sated(Starving who) {
    starving.remove(who);
  }

  private void checkOpen() {
    if (!open) {
      throw new ClosedSelectorException();
    }
  }

  /** A set out of which elements can be taken, but nothing put in. */
  private static final class Shrinking<T> extends AbstractSet<T> {
    private final Set<T> elements;

    Shrinking(Set<T> elements) {
      this.elements = elements;
    }

    @Override
    public Iterator<T> iterator() {
      return elements.iterator();
    }

    @Override
    public int size() {
      return elements.size();
    }

    @Override
    public boolean contains(Object element) {
      return elements.contains(element);
    }

    @Override
    public boolean remove(Object element) {
      return elements.remove(element);
    }

    @Override
    public void clear() {
      elements.clear();
    }
  }
}
