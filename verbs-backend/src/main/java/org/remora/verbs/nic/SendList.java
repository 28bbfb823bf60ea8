package org.remora.verbs.nic;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Work requests that are posted together, with one call to the card: RDMA writes and reads, and
 * messages. Filled again and again; allocates nothing then.
 */
public final class SendList {
  static final int SIGNALED = 2;
  private static final int INLINE = 8;
  private static final int WRITE = 0;
  private static final int SEND = 2;
  private static final int READ = 4;
  private static final int SGE_BYTES = 16;

  private final ByteBuffer requests;
  private final long address;
  private final long sgeAddress;
  private final int sgeOffset;
  private final int requestBytes;
  private final int capacity;
  private int size;

  /** An empty list of at most so many requests. */
  public SendList(int capacity) throws IOException {
    this.capacity = capacity;
    requestBytes = Nic.open().sendBytes();
    sgeOffset = capacity * requestBytes;
    requests = Nic.structure(sgeOffset + capacity * SGE_BYTES);
    address = Natives.address(requests);
    sgeAddress = address + sgeOffset;
  }

  /** Whether there is nothing to post. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Whether nothing more fits. */
  public boolean isFull() {
    return size == capacity;
  }

  /** How many requests are in it. */
  public int size() {
    return size;
  }

  /**
   * Adds a write.
   *
   * @param signaled whether its end is told; that of a later one tells it too
   * @param inline whether the bytes are taken in {@link QueuePair#send}: then the local key does
   *     not matter, and the bytes may be used again at once
   */
  public void write(
      long workRequest,
      long local,
      int bytes,
      int localKey,
      long remote,
      int remoteKey,
      boolean signaled,
      boolean inline) {
    add(WRITE, workRequest, local, bytes, localKey, signaled, inline);
    rdma(remote, remoteKey);
  }

  /** Adds a read. */
  public void read(
      long workRequest,
      long local,
      int bytes,
      int localKey,
      long remote,
      int remoteKey,
      boolean signaled) {
    add(READ, workRequest, local, bytes, localKey, signaled, false);
    rdma(remote, remoteKey);
  }

  /** Adds a message, for whose receive the peer has posted a buffer. */
  public void message(
      long workRequest, long local, int bytes, int localKey, boolean signaled, boolean inline) {
    add(SEND, workRequest, local, bytes, localKey, signaled, inline);
  }

  /** The end of the last one added is told after all. */
  public void signalLast() {
    int at = (size - 1) * requestBytes + 32;
    requests.putInt(at, requests.getInt(at) | SIGNALED);
  }

  /** Forgets all. */
  public void clear() {
    size = 0;
  }

  long address() {
    return address;
  }

  private void rdma(long remote, int remoteKey) {
    int at = (size - 1) * requestBytes;
    requests.putLong(at + 40, remote);
    requests.putInt(at + 48, remoteKey);
  }

  private void add(
      int opcode,
      long workRequest,
      long local,
      int bytes,
      int localKey,
      boolean signaled,
      boolean inline) {
    if (size == capacity) {
      throw new IllegalStateException("the list is full");
    }
    int at = size * requestBytes;
    if (size > 0) {
      requests.putLong(at - requestBytes + 8, address + at);
    }
    int sge = sgeOffset + size * SGE_BYTES;
    requests.putLong(sge, local);
    requests.putInt(sge + 8, bytes);
    requests.putInt(sge + 12, localKey);
    requests.putLong(at, workRequest);
    requests.putLong(at + 8, 0);
    requests.putLong(at + 16, sgeAddress + (long) size * SGE_BYTES);
    requests.putInt(at + 24, 1);
    requests.putInt(at + 28, opcode);
    requests.putInt(at + 32, (signaled ? SIGNALED : 0) | (inline ? INLINE : 0));
    requests.putInt(at + 36, 0);
    size++;
  }
}
