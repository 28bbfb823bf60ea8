package org.remora.verbs.nic;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The natives of our own ({@code src/main/native/verbs.c}): what DiSNI cannot do, or does in a way
 * that loses what matters. Handles are C pointers, so that DiSNI's natives and these work on each
 * other's objects. Failures throw; a handle of 0 throws; any other wrong handle is undefined.
 */
final class Natives {
  private Natives() {}

  // The caller's class loader is the one that the natives are looked up in.
  static void load(String file) {
    System.load(file);
  }

  static native long address(ByteBuffer buffer);

  /** Takes one event, with status and private data, off a channel; false if there is none now. */
  static native boolean nextCmEvent(long channel, long out) throws IOException;

  static native void connect(long id, int depth, int retry, int rnrRetry, byte[] data)
      throws IOException;

  static native void prepare(long id, long qp, int access, int depth, int rnrRetry)
      throws IOException;

  static native void accept(long id, long qp, int depth, int rnrRetry, byte[] data)
      throws IOException;

  static native void reject(long id, byte[] data) throws IOException;

  static native long createQp(
      long pd, long sendCq, long receiveCq, int sends, int receives, int inlineMax)
      throws IOException;

  static native void destroyQp(long qp) throws IOException;

  static native void restartQp(
      long id,
      long qp,
      int access,
      int peerNumber,
      int peerSequence,
      int ownSequence,
      int depth,
      int timeout)
      throws IOException;

  static native void setQpAccess(long qp, int access) throws IOException;

  static native void setQpError(long qp) throws IOException;

  static native void resetQp(long qp) throws IOException;

  static native void queryQp(long qp, int[] out) throws IOException;

  static native void postAtomic(
      long qp,
      boolean swap,
      long wrId,
      long result,
      int lkey,
      long remote,
      int rkey,
      long compareOrAdd,
      long desired,
      int flags)
      throws IOException;

  static native long allocateWindow(long pd) throws IOException;

  static native void freeWindow(long window) throws IOException;

  static native int windowKey(long window) throws IOException;

  static native int bindWindow(
      long qp, long window, long mr, int key, long address, long bytes, int access, long wrId)
      throws IOException;

  static native void invalidateWindow(long qp, int key, long wrId) throws IOException;

  static native void changeMrAccess(long mr, int access) throws IOException;

  static native int eventChannelFd(long channel) throws IOException;

  static native int completionChannelFd(long channel) throws IOException;

  static native int asyncFd(long context) throws IOException;

  static native int drainCompletionChannel(long channel) throws IOException;

  static native int createWakeup() throws IOException;

  static native void wake(int fd) throws IOException;

  static native void drainWakeup(int fd) throws IOException;

  static native void closeWakeup(int fd) throws IOException;

  static native int await(int[] fds, int milliseconds) throws IOException;

  static native String[] deviceNames();

  static native long openDevice(int index) throws IOException;

  static native void closeDevice(long context) throws IOException;

  static native void queryDevice(long context, long[] out) throws IOException;

  static native void queryPort(long context, int port, long[] out) throws IOException;

  static native void queryGid(long context, int port, int index, byte[] out) throws IOException;

  static native long lockableBytes() throws IOException;
}
