package org.remora.verbs.channel;

/**
 * The bounds of a selector and its channels. A channel holds at most {@code receiveBuffers +
 * sendBuffers + 7} buffers, and at most {@code 2 * messageBytesMax} bytes of messages larger than a
 * buffer.
 *
 * @param bufferBytes the size of one buffer, 32 bytes of which are a header; at least 128
 * @param receiveBuffers how many frames a peer may send that were not read and released yet; at
 *     least 1
 * @param sendBuffers how many frames of a channel may be under way to its peer; at least 1
 * @param poolBuffers the most buffers of all channels of the selector together. When they run out,
 *     a new channel gets fewer receive buffers than it asks for, and when there are not even {@code
 *     sendBuffers + 8}, connections wait until others close
 * @param messageBytesMax the longest message that is received; a peer that sends a longer one
 *     violates the protocol
 * @param backlog how many connections a server channel holds that were not accepted yet
 * @param greetingMillis how long a connection may take until both ends have greeted each other;
 *     then it fails
 * @param lingerMillis how long a closed channel goes on delivering what was written before
 */
public record ChannelOptions(
    int bufferBytes,
    int receiveBuffers,
    int sendBuffers,
    int poolBuffers,
    int messageBytesMax,
    int backlog,
    int greetingMillis,
    int lingerMillis) {

  /** Buffers of 8 KiB, 16 to receive and 8 to send per channel; messages of at most 1 MiB. */
  public static final ChannelOptions DEFAULT =
      new ChannelOptions(8 * 1024, 16, 8, 16 * 1024, 1024 * 1024, 128, 5_000, 1_000);

  /** The bytes of all buffers together must be addressable by what a device counts in. */
  private static final long POOL_BYTES_MAX = 1L << 40;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if one makes no sense
   */
  public ChannelOptions {
    check(bufferBytes >= 128 && bufferBytes <= 1 << 24, "bufferBytes", bufferBytes);
    check(receiveBuffers >= 1 && receiveBuffers <= 4096, "receiveBuffers", receiveBuffers);
    check(sendBuffers >= 1 && sendBuffers <= 4096, "sendBuffers", sendBuffers);
    check(
        poolBuffers >= ChannelCore.buffersMin(sendBuffers)
            && poolBuffers <= 1 << 24
            && (long) poolBuffers * bufferBytes <= POOL_BYTES_MAX,
        "poolBuffers",
        poolBuffers);
    check(messageBytesMax >= 0 && messageBytesMax <= 1 << 30, "messageBytesMax", messageBytesMax);
    check(backlog >= 1, "backlog", backlog);
    check(greetingMillis >= 1, "greetingMillis", greetingMillis);
    check(lingerMillis >= 0, "lingerMillis", lingerMillis);
  }

  private static void check(boolean sound, String name, long value) {
    if (!sound) {
      throw new IllegalArgumentException(name + " is " + value);
    }
  }

  /** These options with other buffers. */
  public ChannelOptions withBuffers(int newBufferBytes, int newReceive, int newSend) {
    return new ChannelOptions(
        newBufferBytes,
        newReceive,
        newSend,
        poolBuffers,
        messageBytesMax,
        backlog,
        greetingMillis,
        lingerMillis);
  }

  /** These options with another size of the pool. */
  public ChannelOptions withPoolBuffers(int newPoolBuffers) {
    return new ChannelOptions(
        bufferBytes,
        receiveBuffers,
        sendBuffers,
        newPoolBuffers,
        messageBytesMax,
        backlog,
        greetingMillis,
        lingerMillis);
  }

  /** These options with another longest message. */
  public ChannelOptions withMessageBytesMax(int newMessageBytesMax) {
    return new ChannelOptions(
        bufferBytes,
        receiveBuffers,
        sendBuffers,
        poolBuffers,
        newMessageBytesMax,
        backlog,
        greetingMillis,
        lingerMillis);
  }

  /** These options with another backlog. */
  public ChannelOptions withBacklog(int newBacklog) {
    return new ChannelOptions(
        bufferBytes,
        receiveBuffers,
        sendBuffers,
        poolBuffers,
        messageBytesMax,
        newBacklog,
        greetingMillis,
        lingerMillis);
  }

  /** These options with other times. */
  public ChannelOptions withTimes(int newGreetingMillis, int newLingerMillis) {
    return new ChannelOptions(
        bufferBytes,
        receiveBuffers,
        sendBuffers,
        poolBuffers,
        messageBytesMax,
        backlog,
        newGreetingMillis,
        newLingerMillis);
  }
}
