package org.remora.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.remora.memory.ForwardingMemory;
import org.remora.memory.ForwardingProcess;
import org.remora.memory.Links;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * A process whose writes and messages are changed on the way out: what runs on it is the algorithm,
 * and what the others see is not. For behaviours; used on the event loop only.
 */
public final class LyingProcess extends ForwardingProcess {
  private final Lie lie;
  private final Ears ears;
  private final Map<Integer, Links> channels = new HashMap<>();

  /** A process like {@code process}, but for what it writes and sends. */
  public LyingProcess(ProcessContext process, Lie lie) {
    this(process, lie, new Ears());
  }

  /** One of several that run on one process and all hear its messages. */
  LyingProcess(ProcessContext process, Lie lie, Ears ears) {
    super(process);
    this.lie = Objects.requireNonNull(lie);
    this.ears = ears;
  }

  /** What is written and sent in place of the truth. */
  public interface Lie {
    /**
     * What is written in place of {@code value}; null, or what the register cannot hold, writes
     * nothing, and the program is told that it was written.
     */
    default @Nullable Value write(int memory, Region region, int register, Value value) {
      return value;
    }

    /** What is sent in place of {@code message}; null sends nothing. */
    default @Nullable Value send(int to, Value message) {
      return message;
    }
  }

  /** Who hears the messages of a process: one receiver of each of its faces. */
  static final class Ears {
    private final Map<Integer, List<Links.Receiver>> receivers = new HashMap<>();

    void add(int channel, Links links, Links.Receiver receiver) {
      List<Links.Receiver> all = receivers.computeIfAbsent(channel, c -> new ArrayList<>());
      all.add(receiver);
      if (all.size() == 1) {
        links.onReceive(
            (from, message) -> List.copyOf(all).forEach(each -> each.received(from, message)));
      }
    }
  }

  @Override
  public Memory memory(int number) {
    return new LyingMemory(process.memory(number));
  }

  @Override
  public Links links(int channel, Function<Value, String> notation) {
    return channels.computeIfAbsent(
        channel, c -> new LyingLinks(channel, process.links(channel, notation)));
  }

  private final class LyingLinks implements Links {
    private final int channel;
    private final Links links;

    LyingLinks(int channel, Links links) {
      this.channel = channel;
      this.links = links;
    }

    @Override
    public void send(int to, Value message) {
      Value sent = lie.send(to, message);
      if (sent != null) {
        links.send(to, sent);
      }
    }

    @Override
    public void broadcast(Value message) {
      for (int to = 1; to <= processes(); to++) {
        send(to, message);
      }
    }

    @Override
    public void onReceive(Receiver receiver) {
      ears.add(channel, links, receiver);
    }
  }

  private final class LyingMemory extends ForwardingMemory {
    LyingMemory(Memory memory) {
      super(memory);
    }

    @Override
    public void write(Region region, int register, Value value, Completion completion) {
      Value written = lie.write(number(), region, register, value);
      if (written == null || !region.holds(written)) {
        process.execute(() -> completion.completed(Outcome.ACK));
      } else {
        super.write(region, register, written, completion);
      }
    }
  }
}
