/**
 * Message channels modelled after {@code java.nio.channels}: one thread serves many channels
 * through an {@link org.remora.verbs.channel.RdmaSelector}. The same interfaces run over RDMA SEND
 * and RECV and over TCP sockets; {@link org.remora.verbs.channel.Transport} says which.
 *
 * <p>What differs from NIO, and why:
 *
 * <ul>
 *   <li>Channels carry messages, not bytes: what one {@code write} ends is what one {@code read}
 *       returns, whole and in order.
 *   <li>A channel belongs to one selector from the beginning, and is opened there: completion
 *       queues and registered buffers are the selector's.
 *   <li>A message received is lent, not copied: {@link org.remora.verbs.channel.ReceivedMessage}
 *       shows the buffer that it arrived in, until it is released.
 *   <li>A receiver is never overrun: a sender sends a frame only into a buffer that it was granted.
 *       Messages that are not read or not released withhold the grant, and the sender's channel
 *       stops being writable.
 *   <li>The end of a channel is an event like any other: the key becomes ready, {@code read}
 *       returns null, and {@code ending} says what happened.
 * </ul>
 *
 * <p>Selectors, keys and channels are safe for use by several threads. What a selector holds is
 * guarded by one lock of its own, which no thread keeps while it waits.
 */
@NullMarked
package org.remora.verbs.channel;

import org.jspecify.annotations.NullMarked;
