package org.remora.verbs.nic;

import java.io.IOException;

/** One end of a connection: work requests are posted to it. */
public final class QueuePair extends Handle {
  /** How many reads and atomics may be on their way at once, in each direction. */
  static final int DEPTH = 16;

  private static final int RELIABLE_CONNECTED = 2;

  private final Nic nic;

  /** The connection id that owns it; 0 if none does. */
  private final long owner;

  private final int number;

  private QueuePair(Nic nic, long pointer, long owner) throws IOException {
    super(pointer);
    this.nic = nic;
    this.owner = owner;
    number = nic.disni()._getQpNum(pointer);
  }

  /**
   * A queue pair of a connection id whose address is resolved; {@link Connections#connect} and the
   * connection manager bring it up. It lets the peer do all that registered memory allows.
   */
  public static QueuePair ofConnection(
      long id, ProtectionDomain domain, CompletionQueue queue, int sends, int receives, int inline)
      throws IOException {
    Nic nic = Nic.open();
    long cq = queue.pointer();
    return new QueuePair(
        nic,
        nic.disni()
            ._createQP(id, domain.pointer(), cq, cq, RELIABLE_CONNECTED, sends, receives, inline),
        id);
  }

  /** A queue pair for {@link Connections#prepare} or {@link #restart}. */
  public static QueuePair create(
      ProtectionDomain domain, CompletionQueue queue, int sends, int receives, int inline)
      throws IOException {
    Nic nic = Nic.open();
    long cq = queue.pointer();
    return new QueuePair(
        nic, Natives.createQp(domain.pointer(), cq, cq, sends, receives, inline), 0);
  }

  /** Its number on its card, which the peer needs for {@link #restart}. */
  public int number() {
    return number;
  }

  /**
   * Connects it anew: whatever was on its way before has no effect from here on. Both ends do so,
   * and post only when the other end has.
   *
   * @param path an established connection to the same peer
   * @param access what the peer may do through it, bits of {@link Access}
   * @param peerNumber the {@link #number} of the other end
   * @param peerSequence the other end's {@code ownSequence}, 24 bits
   * @param ownSequence one that was not used lately
   * @param timeout how long an answer takes at most, as an exponent: 4.096 µs times 2 to it; after
   *     seven times that the peer counts as gone
   */
  public void restart(
      long path, int access, int peerNumber, int peerSequence, int ownSequence, int timeout)
      throws IOException {
    Natives.restartQp(
        path, pointer(), access, peerNumber, peerSequence, ownSequence, DEPTH, timeout);
  }

  /** Whatever is on its way has no effect from here on; it must be connected anew. */
  public void reset() throws IOException {
    Natives.resetQp(pointer());
  }

  /** Everything that is posted comes back; the peer finds nobody. */
  public void fail() throws IOException {
    Natives.setQpError(pointer());
  }

  /** Changes what the peer may do through it, without a connection anew. */
  public void setAccess(int access) throws IOException {
    Natives.setQpAccess(pointer(), access);
  }

  /** The {@link #number} of the queue pair that it is connected to, as the card has it. */
  public int peerNumber() throws IOException {
    return query()[6];
  }

  /** What the peer may do through it. */
  public int access() throws IOException {
    return query()[1];
  }

  /** The most bytes that a request may carry in itself. */
  public int inlineMax() throws IOException {
    return query()[4];
  }

  private int[] query() throws IOException {
    int[] out = new int[7];
    Natives.queryQp(pointer(), out);
    return out;
  }

  /** Posts what was put together, with one call to the card. */
  public void send(SendList list) throws IOException {
    if (!list.isEmpty()) {
      nic.disni()._postSend(pointer(), list.address());
      list.clear();
    }
  }

  /** Posts a buffer for one message of the peer. */
  public void receive(ReceiveRequest request) throws IOException {
    nic.disni()._postRecv(pointer(), request.address());
  }

  /**
   * Compares and swaps 8 bytes at the peer; what they were before goes to {@code result}.
   *
   * @param result where 8 bytes of this side's registered memory lie
   */
  public void compareAndSwap(
      long workRequest,
      long result,
      int localKey,
      long remote,
      int remoteKey,
      long expected,
      long desired)
      throws IOException {
    Natives.postAtomic(
        pointer(),
        true,
        workRequest,
        result,
        localKey,
        remote,
        remoteKey,
        expected,
        desired,
        SendList.SIGNALED);
  }

  /** Adds to 8 bytes at the peer; what they were before goes to {@code result}. */
  public void fetchAndAdd(
      long workRequest, long result, int localKey, long remote, int remoteKey, long addend)
      throws IOException {
    Natives.postAtomic(
        pointer(),
        false,
        workRequest,
        result,
        localKey,
        remote,
        remoteKey,
        addend,
        0,
        SendList.SIGNALED);
  }

  /** Binds a window; returns the key that peers use. Done when the work request has ended. */
  public int bind(MemoryWindow window, RegisteredMemory memory, int access, long workRequest)
      throws IOException {
    int key =
        Natives.bindWindow(
            pointer(),
            window.pointer(),
            memory.pointer(),
            window.key(),
            memory.address(),
            memory.buffer().capacity(),
            access,
            workRequest);
    window.bound(key);
    return key;
  }

  /** Makes a window's key worthless. Done when the work request has ended. */
  public void invalidate(MemoryWindow window, long workRequest) throws IOException {
    Natives.invalidateWindow(pointer(), window.key(), workRequest);
  }

  @Override
  void destroy(long qp) throws IOException {
    if (owner == 0) {
      Natives.destroyQp(qp);
    } else {
      check("rdma_destroy_qp", nic.disni()._destroyQP(owner));
    }
  }
}
