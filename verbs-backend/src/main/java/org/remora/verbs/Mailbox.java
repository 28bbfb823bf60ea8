package org.remora.verbs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.remora.verbs.nic.Access;
import org.remora.verbs.nic.ProtectionDomain;
import org.remora.verbs.nic.QueuePair;
import org.remora.verbs.nic.ReceiveRequest;
import org.remora.verbs.nic.RegisteredMemory;
import org.remora.verbs.nic.SendList;

/**
 * Messages of one connection, into and out of registered buffers. The peer's messages wait in its
 * card while there is no buffer for them here: it cannot make this side hold more than its buffers.
 *
 * <p>A host takes no more from a process that does not take the answers. The process always takes:
 * if both ends waited for the other, neither would go on.
 */
final class Mailbox implements AutoCloseable {
  /** How many messages fit in each direction. */
  static final int SLOTS = 16;

  private final QueuePair pair;
  private final RegisteredMemory memory;
  private final ReceiveRequest[] receives = new ReceiveRequest[SLOTS];
  private final SendList list;
  private final int owner;
  private final int generation;
  private final boolean ofHost;
  private final int[] freeSlots = new int[SLOTS];
  private int free;

  /** Messages that no slot is free for. */
  private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();

  /** Slots whose message was read, kept from the peer while it does not take its own. */
  private final ArrayDeque<Integer> withheld = new ArrayDeque<>();

  private long messages;

  Mailbox(ProtectionDomain domain, QueuePair pair, int owner, int generation, boolean ofHost)
      throws IOException {
    this.pair = pair;
    this.ofHost = ofHost;
    this.owner = owner;
    this.generation = generation;
    list = new SendList(1);
    memory =
        RegisteredMemory.of(
            domain, BufferPool.aligned(2 * SLOTS * Wire.BYTES_MAX), Access.LOCAL_WRITE);
    for (int slot = 0; slot < SLOTS; slot++) {
      receives[slot] =
          new ReceiveRequest(
              WorkId.of(WorkId.RECEIVED, owner, generation, slot),
              memory.address() + (long) slot * Wire.BYTES_MAX,
              Wire.BYTES_MAX,
              memory.localKey());
      freeSlots[free++] = slot;
    }
  }

  /** Posts the buffers for the peer's messages; before the connection is there. */
  void postAll() throws IOException {
    for (ReceiveRequest receive : receives) {
      pair.receive(receive);
    }
  }

  /** The message in a slot. */
  ByteBuffer received(int slot, int bytes) {
    return memory.buffer().slice(slot * Wire.BYTES_MAX, Math.min(bytes, Wire.BYTES_MAX));
  }

  /** A slot's message was read: the peer may send another, once it takes what is sent to it. */
  void release(int slot) throws IOException {
    if (ofHost && waiting.size() > SLOTS) {
      withheld.add(slot);
    } else {
      pair.receive(receives[slot]);
    }
  }

  /** Sends a message, or keeps it until a slot is free. */
  void send(ByteBuffer message) throws IOException {
    messages++;
    if (free > 0) {
      post(freeSlots[--free], message);
    } else {
      ByteBuffer copy = ByteBuffer.allocate(message.remaining());
      copy.put(message).flip();
      waiting.add(copy);
    }
  }

  /** A slot's message has arrived. */
  void sent(int slot) throws IOException {
    ByteBuffer next = waiting.poll();
    if (next == null) {
      freeSlots[free++] = slot;
    } else {
      post(slot, next);
    }
    if (waiting.size() <= SLOTS) {
      Integer held = withheld.poll();
      if (held != null) {
        pair.receive(receives[held]);
      }
    }
  }

  /** Whether every message sent so far has arrived. */
  boolean isIdle() {
    return free == SLOTS;
  }

  /** How many messages were sent. */
  long messages() {
    return messages;
  }

  private void post(int slot, ByteBuffer message) throws IOException {
    int at = (SLOTS + slot) * Wire.BYTES_MAX;
    int bytes = message.remaining();
    memory.buffer().slice(at, Wire.BYTES_MAX).put(message);
    list.message(
        WorkId.of(WorkId.SENT, owner, generation, slot),
        memory.address() + at,
        bytes,
        memory.localKey(),
        true,
        false);
    pair.send(list);
  }

  @Override
  public void close() throws IOException {
    memory.close();
  }
}
