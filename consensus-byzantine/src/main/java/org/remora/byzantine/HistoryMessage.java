package org.remora.byzantine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * What is broadcast by T-send [CJKR12, ABGMZ19]: what happened to the sender since its last
 * message, and what its protocol sent on it. The whole history is in the messages before this one,
 * and received messages are named by reference, so that the k-th message is no longer than the
 * first.
 *
 * @param events what happened, in order
 * @param outputs what was sent, in order
 */
record HistoryMessage(List<Event> events, List<Output> outputs) {
  /** How many events go into one message. */
  static final int EVENTS_MAX = 32;

  /** The bytes of as many events, none of them local. */
  static final int SMALL_EVENTS_BYTES =
      EVENTS_MAX * (1 + 2 * Integer.BYTES + Statement.DIGEST_BYTES);

  /** Messages to this many receivers or fewer, of the largest size, fit into any one. */
  private static final int LARGE_OUTPUTS = 3;

  private static final int OUTPUT_HEADER_BYTES = 3 * Integer.BYTES;

  /** Something that happened to a process. */
  sealed interface Event {
    /**
     * All that the sender's {@code k}-th message holds for this process was received.
     *
     * @param sender its sender
     * @param k its number
     * @param digest its digest
     */
    record Received(int sender, int k, Value digest) implements Event {}

    /**
     * A timer expired: when is up to the process, as is the time of any message.
     *
     * @param timer its number, counted from 1 in the order in which they were set
     */
    record Expired(int timer) implements Event {}

    /**
     * What no message determines: the own input, or a change of leader.
     *
     * @param what as the protocol encodes it
     */
    record Local(Value what) implements Event {}

    /** The bytes that the event takes. */
    default int bytes() {
      if (this instanceof Local local) {
        return 1 + ValueWriter.sizeOf(local.what());
      }
      return 1 + 2 * Integer.BYTES + Statement.DIGEST_BYTES;
    }
  }

  /**
   * A message of the protocol.
   *
   * @param to the receiver; 0 for all
   * @param channel the channel
   * @param payload the message
   */
  record Output(int to, int channel, Value payload) {
    /** Whether it is for {@code process}. */
    boolean isFor(int process) {
      return to == 0 || to == process;
    }

    int bytes() {
      return OUTPUT_HEADER_BYTES + payload.length();
    }
  }

  /** The most bytes of a message. */
  static int bytes(ByzantineInstance instance) {
    return eventBytes(instance)
        + 2 * Integer.BYTES
        + LARGE_OUTPUTS * (OUTPUT_HEADER_BYTES + instance.carrierBytes());
  }

  /** The most bytes of the events of one message. */
  static int eventBytes(ByzantineInstance instance) {
    return SMALL_EVENTS_BYTES + 1 + Integer.BYTES + instance.carrierBytes();
  }

  /**
   * How many of these outputs go into a message of {@code bytes} bytes beside events of {@code
   * eventBytes}: as many as fit. A function of the history, so that it can be checked.
   */
  static int fitting(Iterable<Output> outputs, int eventBytes, int bytes) {
    int left = bytes - eventBytes - 2 * Integer.BYTES;
    int count = 0;
    for (Output output : outputs) {
      left -= output.bytes();
      if (left < 0) {
        break;
      }
      count++;
    }
    return count;
  }

  /** The bytes of these events. */
  static int bytesOf(List<Event> events) {
    return events.stream().mapToInt(Event::bytes).sum();
  }

  Value encode() {
    int length = 2 * Integer.BYTES + bytesOf(events);
    for (Event event : events) {
      if (event instanceof Event.Expired) {
        // Shorter than it is counted for.
        length -= Integer.BYTES + Statement.DIGEST_BYTES;
      }
    }
    for (Output output : outputs) {
      length += output.bytes();
    }
    ValueWriter writer = new ValueWriter(length).putInt(events.size());
    for (Event event : events) {
      if (event instanceof Event.Received received) {
        writer.putByte(1).putInt(received.sender).putInt(received.k).putBytes(received.digest);
      } else if (event instanceof Event.Expired expired) {
        writer.putByte(2).putInt(expired.timer);
      } else if (event instanceof Event.Local local) {
        writer.putByte(3).putValue(local.what);
      }
    }
    writer.putInt(outputs.size());
    for (Output output : outputs) {
      writer.putInt(output.to).putInt(output.channel).putValue(output.payload);
    }
    return writer.toValue();
  }

  /** What these bytes encode; null if nothing. Any input is safe. */
  static @Nullable HistoryMessage decode(Value message, int processes) {
    try {
      ValueReader reader = new ValueReader(message);
      int eventCount = reader.takeInt();
      if (eventCount < 0 || eventCount > EVENTS_MAX) {
        return null;
      }
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < eventCount; i++) {
        Event event = decodeEvent(reader, processes);
        if (event == null) {
          return null;
        }
        events.add(event);
      }
      int outputCount = reader.takeInt();
      // Each takes some bytes, so the loop ends with the message whatever the count says.
      List<Output> outputs = new ArrayList<>();
      for (int i = 0; i < outputCount; i++) {
        int to = reader.takeInt();
        int channel = reader.takeInt();
        Value payload = reader.takeValue();
        if (to < 0 || to > processes || payload.isBottom()) {
          return null;
        }
        outputs.add(new Output(to, channel, payload));
      }
      reader.end();
      return outputCount < 0 ? null : new HistoryMessage(events, outputs);
    } catch (MalformedValueException garbage) {
      return null;
    }
  }

  private static @Nullable Event decodeEvent(ValueReader reader, int processes) {
    switch (reader.takeByte()) {
      case 1 -> {
        int sender = reader.takeInt();
        int k = reader.takeInt();
        byte[] digest = new byte[Statement.DIGEST_BYTES];
        for (int i = 0; i < digest.length; i++) {
          digest[i] = (byte) reader.takeByte();
        }
        return sender < 1 || sender > processes || k < 1
            ? null
            : new Event.Received(sender, k, Value.of(digest));
      }
      case 2 -> {
        return new Event.Expired(reader.takeInt());
      }
      case 3 -> {
        Value what = reader.takeValue();
        return what.isBottom() ? null : new Event.Local(what);
      }
      default -> {
        return null;
      }
    }
  }
}
