package org.remora.verbs.nic;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A direct buffer that the card may use. Once {@link #close} has returned, no peer's access reaches
 * it any more, not even one that was in flight.
 */
public final class RegisteredMemory extends Handle {
  private final Nic nic;

  /** Kept so that it is not collected while the card uses it. */
  private final ByteBuffer buffer;

  private final long address;
  private final int localKey;
  private final int remoteKey;

  private RegisteredMemory(
      Nic nic, ByteBuffer buffer, long pointer, long address, int localKey, int remoteKey) {
    super(pointer);
    this.nic = nic;
    this.buffer = buffer;
    this.address = address;
    this.localKey = localKey;
    this.remoteKey = remoteKey;
  }

  /**
   * Registers the whole of a direct buffer.
   *
   * @param access bits of {@link Access}
   * @throws IOException if the kernel refuses, mostly because too little memory may be locked
   */
  public static RegisteredMemory of(ProtectionDomain domain, ByteBuffer buffer, int access)
      throws IOException {
    if (!buffer.isDirect()) {
      throw new IllegalArgumentException("not a direct buffer");
    }
    Nic nic = Nic.open();
    long address = Natives.address(buffer);
    ByteBuffer keys = Nic.structure(12);
    long out = Natives.address(keys);
    long pointer =
        nic.disni()
            ._regMr(domain.pointer(), address, buffer.capacity(), access, out, out + 4, out + 8);
    return new RegisteredMemory(nic, buffer, pointer, address, keys.getInt(0), keys.getInt(4));
  }

  /** The bytes. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Where they lie, for work requests of either side. */
  public long address() {
    return address;
  }

  /** The key for work requests of this side. */
  public int localKey() {
    return localKey;
  }

  /** The key for work requests of peers whose queue pair here is of the same domain. */
  public int remoteKey() {
    return remoteKey;
  }

  /** Changes who may do what, without a new key where the card can. */
  public void changeAccess(int access) throws IOException {
    Natives.changeMrAccess(pointer(), access);
  }

  @Override
  void destroy(long mr) throws IOException {
    nic.disni()._deregMr(mr);
  }
}
