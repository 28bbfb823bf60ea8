package org.remora.memory;

/**
 * One channel of one process's message links. Every message received was sent by the process that
 * it is said to be from; a message between correct processes arrives, once, in any order. Messages
 * that arrive before {@link #onReceive} was called wait for it. Called on the event loop only.
 */
public interface Links {
  /** Sends to process {@code to}; to oneself is as good as to another. */
  void send(int to, Value message);

  /** Sends to every process, oneself included. */
  void broadcast(Value message);

  /** Sets the one receiver of this channel. */
  void onReceive(Receiver receiver);

  /** Called with each message. */
  @FunctionalInterface
  interface Receiver {
    /** A message has come from process {@code from}. */
    void received(int from, Value message);
  }
}
