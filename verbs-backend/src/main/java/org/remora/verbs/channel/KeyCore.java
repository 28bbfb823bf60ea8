package org.remora.verbs.channel;

import java.nio.channels.CancelledKeyException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A key; guarded by its selector's lock. */
final class KeyCore implements RdmaSelectionKey {
  private final SelectorCore selector;
  private final RdmaSelectableChannel channel;
  private final IntSupplier readiness;
  private int interest;
  private boolean valid = true;
  private volatile @Nullable Object attachment;

  /** What the channel was found ready for. */
  int ready;

  KeyCore(SelectorCore selector, RdmaSelectableChannel channel, IntSupplier readiness) {
    this.selector = selector;
    this.channel = channel;
    this.readiness = readiness;
  }

  /** What the channel is ready for, of what the user waits for. */
  int readyNow() {
    return valid ? interest & readiness.getAsInt() : 0;
  }

  void cancel() {
    valid = false;
    selector.forget(this);
  }

  @Override
  public RdmaSelectableChannel channel() {
    return channel;
  }

  @Override
  public RdmaSelector selector() {
    return selector;
  }

  @Override
  public boolean isValid() {
    selector.lock.lock();
    try {
      return valid;
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public int interestOps() {
    selector.lock.lock();
    try {
      checkValid();
      return interest;
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public RdmaSelectionKey interestOps(int operations) {
    selector.lock.lock();
    try {
      checkValid();
      if ((operations & ~channel.validOps()) != 0) {
        throw new IllegalArgumentException("operations " + operations + " of " + channel);
      }
      interest = operations;
      selector.update(this);
      return this;
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public int readyOps() {
    selector.lock.lock();
    try {
      checkValid();
      return ready;
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public @Nullable Object attach(@Nullable Object newAttachment) {
    Object before = attachment;
    attachment = newAttachment;
    return before;
  }

  @Override
  public @Nullable Object attachment() {
    return attachment;
  }

  @Override
  public String toString() {
    return "key of " + channel;
  }

  private void checkValid() {
    if (!valid) {
      throw new CancelledKeyException();
    }
  }
}
