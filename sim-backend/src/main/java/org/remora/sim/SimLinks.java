package org.remora.sim;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Links;
import org.remora.memory.Value;

/** One channel of one process. */
final class SimLinks implements Links {
  private final SimProcess process;
  private final SimWorld world;
  private final int channel;
  private Function<Value, String> notation = Value::toString;
  private final Queue<Message> early = new ArrayDeque<>();
  private @Nullable Receiver receiver;

  SimLinks(SimProcess process, int channel) {
    this.process = process;
    world = process.world;
    this.channel = channel;
  }

  void notation(Function<Value, String> newNotation) {
    notation = newNotation;
  }

  @Override
  public void send(int to, Value message) {
    SimProcess receiving = world.process(to);
    if (!process.submits()) {
      return;
    }
    Message sent = message(to, message);
    if (to != process.self()) {
      process.costs.messages(1, message.length());
    }
    world.schedule(new Arrival(sent, receiving), world.messageArrival(process.self(), to));
    process.submitted();
  }

  @Override
  public void broadcast(Value message) {
    if (!world.oneEventPerBroadcast()) {
      for (int to = 1; to <= world.processes(); to++) {
        send(to, message);
      }
    } else if (process.submits()) {
      // Nothing distinguishes the copies, so one event stands for all of them.
      process.costs.messages(world.processes() - 1, message.length());
      world.schedule(
          new BroadcastArrival(message(0, message)),
          world.messageArrival(process.self(), process.self()));
      process.submitted();
    }
  }

  @Override
  public void onReceive(Receiver newReceiver) {
    receiver = newReceiver;
    while (!early.isEmpty()) {
      Message message = early.remove();
      process.execute(() -> newReceiver.received(message.from, message.value));
    }
  }

  private Message message(int to, Value value) {
    long id = world.nextId();
    String text = "";
    if (world.traces()) {
      text = TraceEvent.written(value, notation);
      world.trace(TraceEvent.Kind.SEND, process.self(), to, id, text, "");
    }
    return new Message(process.self(), channel, id, value, text);
  }

  private void arrived(Message message) {
    if (process.crashed()) {
      return;
    }
    world.trace(
        TraceEvent.Kind.RECEIVE, message.from, process.self(), message.id, message.text, "");
    Receiver known = receiver;
    if (known == null) {
      early.add(message);
    } else {
      known.received(message.from, message.value);
    }
  }

  private record Message(int from, int channel, long id, Value value, String text) {}

  private static final class Arrival extends Event {
    private final Message message;
    private final SimProcess to;

    Arrival(Message message, SimProcess to) {
      super(message.from << 16 ^ to.self());
      this.message = message;
      this.to = to;
    }

    @Override
    void happen() {
      to.channel(message.channel).arrived(message);
    }
  }

  private final class BroadcastArrival extends Event {
    private final Message message;

    BroadcastArrival(Message message) {
      super(message.from);
      this.message = message;
    }

    @Override
    void happen() {
      for (int to = 1; to <= world.processes(); to++) {
        world.process(to).channel(channel).arrived(message);
      }
    }
  }
}
