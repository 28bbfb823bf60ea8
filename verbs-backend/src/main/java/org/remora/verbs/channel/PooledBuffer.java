package org.remora.verbs.channel;

import java.nio.ByteBuffer;

/** One buffer of a pool, at one place at a time. */
final class PooledBuffer {
  /** Where a buffer is. */
  enum Place {
    /** In the pool. */
    POOL,
    /** A channel has it, to send with. */
    IDLE,
    /** The network has it: posted to receive, or being sent. Nobody else touches it. */
    WIRE,
    /** It holds a message that nobody has read yet. */
    QUEUED,
    /** It holds a message that was read and not released. */
    LENT
  }

  /** Its number in the pool. */
  final int index;

  /** All its bytes, big-endian. Position and limit are whoever's has it. */
  final ByteBuffer data;

  /** What a device needs to know of it. */
  final BufferPool.Registration registration;

  /** Where its bytes begin in the memory of the registration. */
  final int offset;

  Place place = Place.POOL;

  PooledBuffer(int index, ByteBuffer data, BufferPool.Registration registration, int offset) {
    this.index = index;
    this.data = data;
    this.registration = registration;
    this.offset = offset;
  }

  long address() {
    return registration.address() + offset;
  }
}
