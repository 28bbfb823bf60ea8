package org.remora.verbs.channel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.remora.verbs.nic.Access;
import org.remora.verbs.nic.Card;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.ConnectionEvent;
import org.remora.verbs.nic.Connections;
import org.remora.verbs.nic.ProtectionDomain;
import org.remora.verbs.nic.ReceiveRequest;
import org.remora.verbs.nic.RegisteredMemory;
import org.remora.verbs.nic.Wakeup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * One selector has one source of connection events and one completion queue for all its channels, and waits
 * for both, and for other threads, at once.
 *
 * The completion queue must never overflow: the device would break every connection on it. It has an entry
 * for each buffer of the pool, and each work request has a buffer of its own, which goes back only when its
 * completion has been taken off the queue, or when its queue pair was destroyed; and then what that left on
 * the queue is taken off first.
 */

/** Channels over RDMA SEND and RECV. */
final class RdmaFabric implements Fabric {
  private static final Logger LOG = LoggerFactory.getLogger(RdmaFabric.class);

  /** A wait is cut into such pieces, since an interrupt does not end one. */
  private static final long WAIT_MILLIS_MAX = 100;

  private static final long GOODBYE_MILLIS_MAX = 1_000;
  private static final int COMPLETIONS_PER_TURN = 1024;
  private static final int EVENTS_PER_TURN = 256;

  /** In the number of a work request: it sends. The rest is the number of its buffer. */
  private static final long SENDS = 1L << 32;

  private record Completion(long workRequest, int status, int bytes) {}

  /** A buffer as the device sees it. */
  static final class Slot {
    final PooledBuffer buffer;
    final ReceiveRequest receive;

    /** Whose work request it is in, or null. */
    @Nullable RdmaWire wire;

    Slot(PooledBuffer buffer) throws IOException {
      this.buffer = buffer;
      receive =
          new ReceiveRequest(
              buffer.index, buffer.address(), buffer.data.capacity(), buffer.registration.key());
    }
  }

  final SelectorCore selector;
  final Connections connections;
  final Card card;
  final ProtectionDomain domain;
  final CompletionQueue queue;
  private final RdmaDevice device;
  private final Wakeup wakeup;
  private final int[] descriptors;
  private final List<RegisteredMemory> slabs = new ArrayList<>();
  private final List<@Nullable Slot> slots = new ArrayList<>();
  private final Deque<Completion> completions = new ArrayDeque<>();
  private final Map<Long, RdmaWire> wires = new HashMap<>();
  private final Map<InetSocketAddress, RdmaListener> listeners = new HashMap<>();

  /** The ids of wires that were closed, until their goodbye is answered. */
  private final Set<Long> leaving = new HashSet<>();

  /** Those of them that cannot say goodbye yet, since they are not quite connected. */
  private final Set<Long> arriving = new HashSet<>();

  private boolean waited;

  RdmaFabric(SelectorCore selector, RdmaDevice device, ChannelOptions options) throws IOException {
    this.selector = selector;
    this.device = device;
    List<AutoCloseable> opened = new ArrayList<>();
    try {
      connections = Connections.open();
      opened.add(connections);
      card = connections.cardAt(device.address());
      domain = ProtectionDomain.of(card);
      opened.add(domain);
      queue = CompletionQueue.of(card, options.poolBuffers());
      opened.add(queue);
      wakeup = Wakeup.open();
      opened.add(wakeup);
    } catch (IOException e) {
      for (int i = opened.size() - 1; i >= 0; i--) {
        closeQuietly(opened.get(i));
      }
      throw e;
    }
    descriptors = new int[] {connections.fd(), queue.fd(), wakeup.fd()};
  }

  private static void closeQuietly(AutoCloseable object) {
    try {
      object.close();
    } catch (Exception e) {
      LOG.warn("cannot give {} back", object, e);
    }
  }

  @Override
  public BufferPool.Registration register(ByteBuffer slab) throws IOException {
    RegisteredMemory memory = RegisteredMemory.of(domain, slab, Access.LOCAL_WRITE);
    slabs.add(memory);
    return new BufferPool.Registration(memory.address(), memory.localKey());
  }

  Slot slot(PooledBuffer buffer) throws IOException {
    while (slots.size() <= buffer.index) {
      slots.add(null);
    }
    Slot slot = slots.get(buffer.index);
    if (slot == null) {
      slot = new Slot(buffer);
      slots.set(buffer.index, slot);
    }
    return slot;
  }

  static long sendRequest(PooledBuffer buffer) {
    return SENDS | buffer.index;
  }

  // Connections.

  @Override
  public Wire connect(ChannelCore channel, InetSocketAddress peer) throws IOException {
    long id =
        connections.resolveAddress(device.address(), peer, selector.options().greetingMillis());
    RdmaWire wire = new RdmaWire(this, channel, id);
    wires.put(id, wire);
    return wire;
  }

  @Override
  public Listener listen(ServerCore server, InetSocketAddress address, int backlog)
      throws IOException {
    if (address.getAddress() != null && address.getAddress().isAnyLocalAddress()) {
      address = new InetSocketAddress(device.address(), address.getPort());
    }
    long id = connections.listen(address, backlog);
    InetSocketAddress bound = connections.localAddress(id);
    RdmaListener listener = new RdmaListener(server, id, bound, backlog);
    listeners.put(bound, listener);
    return listener;
  }

  @Override
  public void pump() throws IOException {
    if (waited) {
      waited = false;
      wakeup.drain();
      queue.drain();
    }
    // In this order: what a peer sent before it left is on the queue before its leaving is
    // reported.
    List<ConnectionEvent> events = new ArrayList<>();
    for (int i = 0; i < EVENTS_PER_TURN; i++) {
      ConnectionEvent event = connections.next();
      if (event == null) {
        break;
      }
      events.add(event);
    }
    int handled = 0;
    do {
      harvest();
      for (Completion next = completions.poll(); next != null; next = completions.poll()) {
        handle(next);
        handled++;
      }
      // Where somebody leaves, all that is there is handled before.
    } while (queueMayHoldMore(handled));
    for (ConnectionEvent event : events) {
      handle(event);
    }
  }

  private boolean queueMayHoldMore(int handled) throws IOException {
    if (handled >= COMPLETIONS_PER_TURN) {
      return false;
    }
    harvest();
    return !completions.isEmpty();
  }

  /** Takes off the completion queue what is there. */
  private void harvest() throws IOException {
    for (int count = queue.poll(); count > 0; count = queue.poll()) {
      for (int i = 0; i < count; i++) {
        completions.add(new Completion(queue.workRequest(i), queue.status(i), queue.bytes(i)));
      }
    }
  }

  private void handle(Completion completion) {
    Slot slot = slots.get((int) completion.workRequest());
    RdmaWire wire = slot == null ? null : slot.wire;
    if (slot == null || wire == null) {
      return;
    }
    slot.wire = null;
    boolean sends = (completion.workRequest() & SENDS) != 0;
    wire.completed(slot, sends, completion.status(), completion.bytes());
  }

  private void handle(ConnectionEvent event) {
    if (event.type() == ConnectionEvent.Type.CONNECT_REQUEST) {
      requested(event.id());
      return;
    }
    RdmaWire wire = wires.get(event.id());
    if (wire != null) {
      wire.handle(event);
    } else if (leaving.contains(event.id())) {
      boolean stays =
          event.type() == ConnectionEvent.Type.ESTABLISHED
              && arriving.contains(event.id())
              && disconnect(event.id());
      arriving.remove(event.id());
      if (!stays) {
        leaving.remove(event.id());
        destroy(event.id());
      }
    }
  }

  /** Tells the peer that this end leaves; false if there is nobody to tell. */
  boolean disconnect(long id) {
    try {
      connections.disconnect(id);
      return true;
    } catch (IOException e) {
      LOG.debug("the peer has left before", e);
      return false;
    }
  }

  private void requested(long id) {
    RdmaListener listener = null;
    try {
      listener = listeners.get(connections.localAddress(id));
    } catch (IOException e) {
      LOG.debug("a connection request that is gone", e);
    }
    if (listener == null || !listener.requested(id)) {
      refuse(id);
    }
  }

  private void refuse(long id) {
    try {
      connections.reject(id, new byte[0]);
    } catch (IOException e) {
      LOG.debug("a connection request that is gone", e);
    }
    destroy(id);
  }

  private void destroy(long id) {
    try {
      connections.destroy(id, null);
    } catch (IOException e) {
      LOG.warn("cannot give a connection id back", e);
    }
  }

  /**
   * A wire is no more; its queue pair was destroyed. What it left on the completion queue is taken
   * off before anybody else gets its buffers.
   */
  void closed(RdmaWire wire, boolean saysGoodbye, boolean later) {
    wires.remove(wire.id);
    try {
      harvest();
    } catch (IOException e) {
      LOG.warn("cannot poll the completion queue", e);
    }
    completions.removeIf(
        completion -> {
          Slot slot = slots.get((int) completion.workRequest());
          return slot != null && slot.wire == wire;
        });
    wire.posted.forEach(slot -> slot.wire = null);
    wire.posted.clear();
    if (saysGoodbye) {
      leaving.add(wire.id);
      if (later) {
        arriving.add(wire.id);
      }
    } else {
      destroy(wire.id);
    }
  }

  // Waiting.

  @Override
  public boolean arm() throws IOException {
    queue.arm();
    harvest();
    return completions.isEmpty();
  }

  @Override
  public void await(long nanosMax) throws IOException {
    long nanos = Math.min(nanosMax, TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS_MAX));
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
    if (TimeUnit.MILLISECONDS.toNanos(millis) < nanos) {
      millis++;
    }
    Wakeup.await(descriptors, (int) millis);
    selector.lock.lock();
    try {
      waited = true;
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public void wakeup() {
    wakeup.wake();
  }

  @Override
  public void close() {
    for (RdmaWire wire : new ArrayList<>(wires.values())) {
      wire.close();
    }
    for (RdmaListener listener : new ArrayList<>(listeners.values())) {
      listener.close();
    }
    sayLastGoodbyes();
    leaving.forEach(this::destroy);
    leaving.clear();
    arriving.clear();
    slabs.forEach(RdmaFabric::closeQuietly);
    closeQuietly(queue);
    closeQuietly(domain);
    closeQuietly(connections);
    closeQuietly(wakeup);
  }

  /**
   * Waits a little for the answers to the goodbyes: the kernel takes one back that has not gone out
   * when its connection is destroyed, and the peer would not learn that this end has left.
   */
  private void sayLastGoodbyes() {
    long begin = System.nanoTime();
    try {
      while (!leaving.isEmpty()
          && System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(GOODBYE_MILLIS_MAX)) {
        Wakeup.await(new int[] {connections.fd()}, (int) WAIT_MILLIS_MAX);
        for (ConnectionEvent event = connections.next();
            event != null;
            event = connections.next()) {
          handle(event);
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot wait for the last connections to end", e);
    }
  }

  /** A listening id. */
  private final class RdmaListener implements Listener {
    private final ServerCore server;
    private final long id;
    private final InetSocketAddress address;
    private final int heldMax;

    /** Requests that could not be admitted yet. */
    private final Deque<Long> held = new ArrayDeque<>();

    private boolean open = true;

    RdmaListener(ServerCore server, long id, InetSocketAddress address, int heldMax) {
      this.server = server;
      this.id = id;
      this.address = address;
      this.heldMax = heldMax;
    }

    @Override
    public InetSocketAddress localAddress() {
      return address;
    }

    /** Whether the request will be looked after. */
    boolean requested(long request) {
      if (held.size() >= heldMax) {
        return false;
      }
      held.add(request);
      if (held.size() == 1) {
        resume();
      }
      return true;
    }

    @Override
    public void resume() {
      for (Long request = held.peek(); request != null; request = held.peek()) {
        ChannelCore channel = null;
        try {
          channel = server.admit();
          if (channel == null) {
            return;
          }
          held.remove();
          RdmaWire wire = new RdmaWire(RdmaFabric.this, channel, request);
          wires.put(request, wire);
          wire.prepare();
          channel.admitted(wire);
          wire.accept();
        } catch (IOException e) {
          LOG.debug("a connection that broke at once", e);
          RdmaWire wire = wires.get(request);
          if (wire == null) {
            refuse(request);
          } else {
            wire.close();
          }
          if (channel != null) {
            channel.wireBroke(String.valueOf(e.getMessage()));
          }
        }
      }
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        listeners.remove(address);
        held.forEach(RdmaFabric.this::refuse);
        held.clear();
        destroy(id);
      }
    }
  }
}
