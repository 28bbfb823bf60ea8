package org.remora.verbs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.remora.verbs.nic.Access;
import org.remora.verbs.nic.ProtectionDomain;
import org.remora.verbs.nic.RegisteredMemory;

/**
 * Registered buffers for operations, in sizes of powers of two, used again and again: registering
 * is far dearer than an operation. Grows to the most that was in use at once.
 */
final class BufferPool implements AutoCloseable {
  private static final int SMALLEST = 64;
  private static final int SLAB_BYTES = 64 * 1024;

  /** The most that one buffer holds. */
  static final int LARGEST = 1 << 22;

  /** A buffer; its bytes are in the machine's order. */
  static final class Buffer {
    final ByteBuffer bytes;
    final long address;
    final int localKey;
    private final int sizeClass;

    private Buffer(ByteBuffer bytes, long address, int localKey, int sizeClass) {
      this.bytes = bytes;
      this.address = address;
      this.localKey = localKey;
      this.sizeClass = sizeClass;
    }
  }

  private final ProtectionDomain domain;
  private final List<RegisteredMemory> slabs = new ArrayList<>();
  private final List<ArrayDeque<Buffer>> free = new ArrayList<>();

  BufferPool(ProtectionDomain domain) {
    this.domain = domain;
    for (int size = SMALLEST; size <= LARGEST; size *= 2) {
      free.add(new ArrayDeque<>());
    }
  }

  /** A buffer of at least so many bytes, at most {@link #LARGEST}; its content is anything. */
  Buffer take(int bytes) throws IOException {
    int sizeClass = sizeClass(bytes);
    ArrayDeque<Buffer> stack = free.get(sizeClass);
    if (stack.isEmpty()) {
      grow(sizeClass, stack);
    }
    return stack.pop();
  }

  void give(Buffer buffer) {
    free.get(buffer.sizeClass).push(buffer);
  }

  private void grow(int sizeClass, ArrayDeque<Buffer> stack) throws IOException {
    int size = SMALLEST << sizeClass;
    int slabBytes = Math.max(SLAB_BYTES, size);
    RegisteredMemory slab = RegisteredMemory.of(domain, aligned(slabBytes), Access.LOCAL_WRITE);
    slabs.add(slab);
    for (int at = slabBytes - size; at >= 0; at -= size) {
      ByteBuffer view = slab.buffer().slice(at, size).order(ByteOrder.nativeOrder());
      stack.push(new Buffer(view, slab.address() + at, slab.localKey(), sizeClass));
    }
  }

  private static int sizeClass(int bytes) {
    if (bytes > LARGEST) {
      throw new IllegalArgumentException(bytes + " bytes in one operation, of at most " + LARGEST);
    }
    int size = Math.max(SMALLEST, bytes);
    return 32 - Integer.numberOfLeadingZeros(size - 1) - 6;
  }

  /** A direct buffer that begins where a cache line does. */
  static ByteBuffer aligned(int bytes) {
    return ByteBuffer.allocateDirect(bytes + 128).alignedSlice(64).slice(0, bytes);
  }

  @Override
  public void close() throws IOException {
    for (RegisteredMemory slab : slabs) {
      slab.close();
    }
  }
}
