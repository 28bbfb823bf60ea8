package org.remora.sim;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Queue;
import java.util.function.Function;
import java.util.stream.IntStream;
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
    if (world.adversarySeesCopies()) {
      for (int to = 1; to <= world.processes(); to++) {
        send(to, message);
      }
    } else if (!world.oneEventPerBroadcast()) {
      new Copies(message).send();
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
      try {
        known.received(message.from, message.value);
      } catch (RuntimeException | AssertionError e) {
        if (!process.crashesInstead()) {
          throw e;
        }
      }
    }
  }

  private record Message(int from, int channel, long id, Value value, String text) {}

  private static final class Arrival extends Event {
    private final Message message;
    private final SimProcess to;

    Arrival(Message message, SimProcess to) {
      super(Choice.ofMessage(message.from, to.self()));
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

  /**
   * A broadcast whose copies differ: one event that visits the receivers one after the other, in
   * the order in which the copies arrive, so that n broadcasts do not take n² places on the
   * schedule. Everything is drawn, and happens, as if each copy were sent by itself.
   */
  private final class Copies extends Event {
    private final Value message;
    private final long[] times = new long[world.processes()];
    private String text = "";

    /** Of the first copy; those of the others follow. */
    private long firstId;

    private long firstOrder;

    /** The receivers, from 0, in the order of arrival, and how many were visited. */
    private int[] receivers = new int[0];

    private int visited;

    Copies(Value message) {
      super(process.self());
      this.message = message;
    }

    void send() {
      int sent = 0;
      // The process may crash after any of the copies.
      while (sent < times.length && process.submits()) {
        Message copy = message(sent + 1, message);
        text = copy.text;
        firstId = copy.id - sent;
        if (sent + 1 != process.self()) {
          process.costs.messages(1, message.length());
        }
        times[sent] = world.messageArrival(process.self(), sent + 1);
        firstOrder = world.nextOrder() - sent;
        process.submitted();
        sent++;
      }
      receivers = inOrder(sent);
      visitNext();
    }

    private int[] inOrder(int sent) {
      int[] order =
          IntStream.range(0, sent)
              .boxed()
              .sorted(Comparator.comparingLong(to -> times[to]))
              .mapToInt(Integer::intValue)
              .toArray();
      for (int i = sent - 1; i > 0 && world.shufflesCopies(); i--) {
        int j = world.random().nextInt(i + 1);
        int swap = order[i];
        order[i] = order[j];
        order[j] = swap;
      }
      return order;
    }

    private void visitNext() {
      if (visited < receivers.length) {
        int next = receivers[visited];
        world.schedule(this, times[next], firstOrder + next);
      }
    }

    @Override
    void happen() {
      int to = receivers[visited++];
      // Before the visit: what the receiver does now comes after what is on its way already.
      visitNext();
      world
          .process(to + 1)
          .channel(channel)
          .arrived(new Message(process.self(), channel, firstId + to, message, text));
    }
  }
}
