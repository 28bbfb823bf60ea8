package org.remora.verbs.nic;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where the end of work requests is told. {@link #poll} takes a batch and allocates nothing; the
 * batch's entries are looked at through the other methods until the next poll.
 */
public final class CompletionQueue extends Handle {
  /** It was done. */
  public static final int SUCCESS = 0;

  /** It was taken back, since an earlier one of its queue pair had failed. */
  public static final int FLUSHED = 5;

  /** The peer does not take such requests: its queue pair forbids them. */
  public static final int REMOTE_INVALID_REQUEST = 9;

  /** The peer's memory forbids it. */
  public static final int REMOTE_ACCESS = 10;

  /** The peer could not do it. */
  public static final int REMOTE_OPERATION = 11;

  /** The peer does not answer. */
  public static final int RETRIES_EXCEEDED = 12;

  private static final int BATCH = 64;

  private final Nic nic;
  private final ByteBuffer batch;
  private final long batchAddress;
  private final int entryBytes;
  private final long channel;
  private final int fd;

  private CompletionQueue(Nic nic, long pointer, long channel) throws IOException {
    super(pointer);
    this.nic = nic;
    this.channel = channel;
    entryBytes = nic.completionBytes();
    batch = Nic.structure(BATCH * entryBytes);
    batchAddress = Natives.address(batch);
    fd = Natives.completionChannelFd(channel);
  }

  /** A queue of at least so many entries. */
  public static CompletionQueue of(Card card, int entries) throws IOException {
    Nic nic = Nic.open();
    long channel = nic.disni()._createCompChannel(card.pointer());
    try {
      return new CompletionQueue(
          nic, nic.disni()._createCQ(card.pointer(), channel, entries, 0), channel);
    } catch (IOException e) {
      check("ibv_destroy_comp_channel", nic.disni()._destroyCompChannel(channel));
      throw e;
    }
  }

  /** Takes what has ended, up to a batch, and returns how many they are. */
  public int poll() throws IOException {
    int count = nic.disni()._pollCQ(pointer(), BATCH, batchAddress);
    if (count < 0) {
      throw new IOException("ibv_poll_cq: error " + count);
    }
    return count;
  }

  /** The number that the work request was given. */
  public long workRequest(int index) {
    return batch.getLong(index * entryBytes);
  }

  /** How it ended: {@link #SUCCESS} or why not. */
  public int status(int index) {
    return batch.getInt(index * entryBytes + 8);
  }

  /** How many bytes a receive got, or a read. */
  public int bytes(int index) {
    return batch.getInt(index * entryBytes + 20);
  }

  /** Whether this is the end of a receive; only for a success. */
  public boolean isReceive(int index) {
    return (batch.getInt(index * entryBytes + 12) & 128) != 0;
  }

  /**
   * From now on the next completion makes {@link #fd} readable; who waits polls once more first.
   */
  public void arm() throws IOException {
    check("ibv_req_notify_cq", nic.disni()._reqNotifyCQ(pointer(), 0));
  }

  /** The file descriptor for waiting. */
  public int fd() {
    return fd;
  }

  /** Makes {@link #fd} unreadable again. */
  public void drain() throws IOException {
    Natives.drainCompletionChannel(channel);
  }

  @Override
  void destroy(long cq) throws IOException {
    check("ibv_destroy_cq", nic.disni()._destroyCQ(cq));
    check("ibv_destroy_comp_channel", nic.disni()._destroyCompChannel(channel));
  }
}
