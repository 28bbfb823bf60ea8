package org.remora.verbs.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of one selector: direct memory, registered with the device where there is one, in
 * slabs that are made when needed and kept until the end. Guarded by the selector's lock.
 */
final class BufferPool {
  private static final int SLAB_BYTES = 1 << 20;

  /** Registers memory with a device. */
  interface Registrar {
    /**
     * Registers a slab.
     *
     * @throws IOException if the device will not have it
     */
    Registration register(ByteBuffer slab) throws IOException;
  }

  /**
   * A slab as a device knows it.
   *
   * @param address where it begins
   * @param key what the device calls it
   */
  record Registration(long address, int key) {
    /** Of memory that no device knows. */
    static final Registration NONE = new Registration(0, 0);
  }

  private final int bufferBytes;
  private final int buffersMax;
  private final Registrar registrar;
  private final Deque<PooledBuffer> free = new ArrayDeque<>();
  private int allocated;
  private int lent;

  BufferPool(int bufferBytes, int buffersMax, Registrar registrar) {
    this.bufferBytes = bufferBytes;
    this.buffersMax = buffersMax;
    this.registrar = registrar;
  }

  /** How many can be taken. */
  int available() {
    return free.size() + buffersMax - allocated;
  }

  /** Takes one; null if there is none. The buffers used last are taken first: they are warm. */
  @Nullable PooledBuffer take(PooledBuffer.Place place) throws IOException {
    if (free.isEmpty() && allocated < buffersMax) {
      grow();
    }
    PooledBuffer buffer = free.pollFirst();
    if (buffer != null) {
      buffer.place = place;
    }
    return buffer;
  }

  /** Gives one back; a buffer that is in the pool already would be handed out twice. */
  void give(PooledBuffer buffer) {
    if (buffer.place == PooledBuffer.Place.POOL) {
      throw new IllegalStateException("buffer " + buffer.index + " is in the pool already");
    }
    buffer.place = PooledBuffer.Place.POOL;
    free.addFirst(buffer);
  }

  void lent(int more) {
    lent += more;
  }

  RdmaSelector.BufferUse use() {
    return new RdmaSelector.BufferUse(allocated, allocated - free.size(), lent);
  }

  private void grow() throws IOException {
    int count = Math.min(Math.max(1, SLAB_BYTES / bufferBytes), buffersMax - allocated);
    ByteBuffer slab = ByteBuffer.allocateDirect(Math.multiplyExact(count, bufferBytes));
    Registration registration = registrar.register(slab);
    for (int i = 0; i < count; i++) {
      ByteBuffer data = slab.slice(i * bufferBytes, bufferBytes); // big-endian, as all slices are
      free.addLast(new PooledBuffer(allocated++, data, registration, i * bufferBytes));
    }
  }
}
