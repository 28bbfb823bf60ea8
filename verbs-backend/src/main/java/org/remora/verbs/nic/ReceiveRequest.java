package org.remora.verbs.nic;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A work request for one message of the peer; may be posted again and again. */
public final class ReceiveRequest {
  private final ByteBuffer request;
  private final long address;

  /** Into so many bytes of registered memory. */
  public ReceiveRequest(long workRequest, long local, int bytes, int localKey) throws IOException {
    int size = Nic.open().receiveBytes();
    request = Nic.structure(size + 16);
    address = Natives.address(request);
    request.putLong(0, workRequest);
    request.putLong(16, address + size);
    request.putInt(24, 1);
    request.putLong(size, local);
    request.putInt(size + 8, bytes);
    request.putInt(size + 12, localKey);
  }

  long address() {
    return address;
  }
}
