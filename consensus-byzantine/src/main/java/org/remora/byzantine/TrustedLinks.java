package org.remora.byzantine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.remora.byzantine.HistoryMessage.Event;
import org.remora.byzantine.HistoryMessage.Output;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/**
 * T-send and T-receive [CJKR12; ABGMZ19, section 4.1]: links over which a Byzantine process can do
 * no more than crash, be slow, or choose its input and its timing.
 *
 * <p>What the own protocol sends is broadcast together with what happened to it since it last sent.
 * The k-th message of q is accepted when
 *
 * <ol>
 *   <li>every message that it says q has received was accepted here too, holds something for q, and
 *       is named in order: else wait for it, or, if that can no longer be, q is a liar;
 *   <li>q's protocol, which runs here one message behind, sends on these events exactly what the
 *       message says that it sent: else q is a liar.
 * </ol>
 *
 * <p>Both are functions of what was delivered. Delivery is total and the same for all, so all
 * correct processes judge alike, and accept all that a correct process sends: what that received,
 * it had accepted, so everybody will. Nobody waits in a circle, since a message refers only to
 * messages that were delivered somewhere before it was sent.
 *
 * <p>A liar's messages are dropped from the lie on: it has crashed. One message per sender waits,
 * and the next is not even looked at: that bounds what is kept. What is kept besides is what was
 * sent to a process and that process has not yet told to have received; it ends with the messages
 * that the instance allows. Used on the event loop only.
 */
final class TrustedLinks {
  private final ProcessContext process;
  private final ByzantineInstance instance;
  private final Findings findings;
  private final SafetyRules rules;
  private final Broadcast broadcast;
  private final List<Replay> replays = new ArrayList<>();
  private final int[] accepted;
  private final boolean[] guilty;

  /** The message of each sender that is delivered, but refers to one that is not accepted yet. */
  private final SortedMap<Integer, Waiting> waiting = new TreeMap<>();

  /** What has happened to the own protocol since the last message. */
  private final List<Event> untold = new ArrayList<>();

  private int untoldBytes;
  private boolean accepting;
  private boolean exhausted;
  private boolean stopped;

  private record Waiting(int k, Value digest, HistoryMessage message) {}

  TrustedLinks(
      ProcessContext process,
      ByzantineInstance instance,
      Signatures signatures,
      Findings findings,
      SafetyRules rules,
      Protocol.Maker maker) {
    this.process = process;
    this.instance = instance;
    this.findings = findings;
    this.rules = rules;
    broadcast = new Broadcast(process, instance, signatures, findings, rules, this::delivered);
    accepted = new int[instance.processes() + 1];
    guilty = new boolean[instance.processes() + 1];
    for (int q = 1; q <= instance.processes(); q++) {
      replays.add(new Replay(q, instance.processes(), maker));
    }
  }

  /** Begins to take part. */
  void start() {
    broadcast.start();
    happened();
  }

  /** Looks at a sender no more: for checkers, whose worlds must be small. */
  void ignore(int sender) {
    broadcast.ignore(sender);
  }

  /** Takes part no longer. */
  void stop() {
    stopped = true;
    broadcast.stop();
  }

  /** Whether the instance allows this process no more messages. */
  boolean exhausted() {
    return exhausted;
  }

  /** Lets something local happen to the own protocol. */
  void local(Value what) {
    if (!own().local(what)) {
      throw new IllegalArgumentException("no local event of this protocol: " + what);
    }
    tell(new Event.Local(what));
  }

  /** The own protocol, which is also what {@code local} events must be made for. */
  Replay own() {
    return replay(process.self());
  }

  private Replay replay(int number) {
    return replays.get(number - 1);
  }

  /** Records an event of the own protocol, sends what it sent, and sets the timers that it set. */
  private void tell(Event event) {
    untold.add(event);
    untoldBytes += event.bytes();
    happened();
  }

  private void happened() {
    for (ReplayedProcess.Alarm alarm : own().process().takeAlarms()) {
      // Half of the wait is up to chance, so that rivals do not keep step.
      long half = alarm.nanos() / 2;
      process
          .clock()
          .after(
              half + 1 + process.coin().below(half + 1),
              () -> {
                if (!stopped && own().expire(alarm.timer())) {
                  tell(new Event.Expired(alarm.timer()));
                }
              });
    }
    // The next event may be as long as they come: the message must have room for it.
    boolean full =
        untold.size() == HistoryMessage.EVENTS_MAX
            || untoldBytes > HistoryMessage.SMALL_EVENTS_BYTES;
    while (!own().unsent().isEmpty() || full) {
      full = false;
      send();
    }
  }

  private void send() {
    int fitting =
        HistoryMessage.fitting(own().unsent(), untoldBytes, HistoryMessage.bytes(instance));
    List<Output> outputs = new ArrayList<>();
    for (int i = 0; i < fitting; i++) {
      outputs.add(own().unsent().remove());
    }
    Value message = new HistoryMessage(List.copyOf(untold), outputs).encode();
    untold.clear();
    untoldBytes = 0;
    if (!broadcast.send(rules.deviation().tell(message))) {
      exhausted = true;
      own().unsent().clear();
    }
  }

  private void delivered(int sender, int k, Value message) {
    HistoryMessage decoded = HistoryMessage.decode(message, instance.processes());
    if (decoded == null) {
      lied(sender, k, Finding.Guilt.MALFORMED_MESSAGE);
      return;
    }
    waiting.put(sender, new Waiting(k, Statement.digest(message), decoded));
    acceptAll();
  }

  /** Accepts all that can be, in whatever order that becomes possible. */
  private void acceptAll() {
    if (accepting) {
      return;
    }
    accepting = true;
    boolean progress = true;
    while (progress) {
      progress = false;
      for (int q = 1; q <= instance.processes(); q++) {
        Waiting next = waiting.get(q);
        if (next != null && judge(q, next)) {
          progress = true;
        }
      }
    }
    accepting = false;
  }

  /** Accepts a message, or finds that it is a lie; false if it must wait. */
  private boolean judge(int sender, Waiting next) {
    boolean checked = sender != process.self() && rules.checksHistory();
    if (checked && !replay(sender).unsent().isEmpty() && !next.message.events().isEmpty()) {
      // What did not fit into the last message comes before anything new happens.
      waiting.remove(sender);
      lied(sender, next.k, Finding.Guilt.FALSE_STEP);
      return true;
    }
    if (checked) {
      // First whether every reference can be followed: replaying half a message cannot be undone.
      switch (references(sender, next)) {
        case WAIT -> {
          return false;
        }
        case LIE -> {
          waiting.remove(sender);
          lied(sender, next.k, Finding.Guilt.FALSE_REFERENCE);
          return true;
        }
        case GOOD -> {}
      }
    }
    waiting.remove(sender);
    if (checked && !replays(sender, next.message)) {
      lied(sender, next.k, Finding.Guilt.FALSE_STEP);
      return true;
    }
    accept(sender, next);
    return true;
  }

  private enum References {
    GOOD,
    WAIT,
    LIE
  }

  private References references(int sender, Waiting next) {
    int[] last = new int[instance.processes() + 1];
    for (Event event : next.message.events()) {
      if (!(event instanceof Event.Received received)) {
        continue;
      }
      int from = received.sender();
      if (received.k() <= last[from] || (from == sender && received.k() >= next.k)) {
        return References.LIE;
      }
      last[from] = received.k();
      Replay.Incoming found = null;
      for (Replay.Incoming line : replay(sender).incoming(from)) {
        if (line.k() == received.k()) {
          found = line;
        }
      }
      if (found == null) {
        // What was accepted and is not in line held nothing for the sender, or was received before.
        // What a liar never gets accepted is waited for in vain, as is any message of the crashed.
        return accepted[from] >= received.k() ? References.LIE : References.WAIT;
      }
      if (!found.digest().equals(received.digest())) {
        return References.LIE;
      }
    }
    return References.GOOD;
  }

  /** Runs a sender's protocol on the events of its message: does it send what the message says? */
  private boolean replays(int sender, HistoryMessage message) {
    Replay replay = replay(sender);
    for (Event event : message.events()) {
      boolean possible = true;
      if (event instanceof Event.Received received) {
        possible = replay.skipTo(received.sender(), received.k()) != null;
        if (possible) {
          replay.receive(received.sender());
        }
      } else if (event instanceof Event.Expired expired) {
        possible = replay.expire(expired.timer());
      } else if (event instanceof Event.Local local) {
        possible = replay.local(local.what());
      }
      replay.process().takeAlarms();
      if (!possible) {
        return false;
      }
    }
    int fitting =
        HistoryMessage.fitting(
            replay.unsent(),
            HistoryMessage.bytesOf(message.events()),
            HistoryMessage.bytes(instance));
    if (fitting != message.outputs().size()) {
      return false;
    }
    Iterator<Output> sent = replay.unsent().iterator();
    for (Output output : message.outputs()) {
      if (!output.equals(sent.next())) {
        return false;
      }
      sent.remove();
    }
    return true;
  }

  /**
   * Puts what a message holds for each process in line there, and receives what it holds for us.
   */
  private void accept(int sender, Waiting next) {
    accepted[sender] = next.k;
    for (int to = 1; to <= instance.processes(); to++) {
      int receiver = to;
      List<Output> held =
          next.message.outputs().stream().filter(output -> output.isFor(receiver)).toList();
      if (!held.isEmpty() && !guilty[to]) {
        replay(to).incoming(sender).add(new Replay.Incoming(next.k, next.digest, held));
      }
    }
    broadcast.release(sender);
    if (!own().incoming(sender).isEmpty()) {
      own().receive(sender);
      tell(new Event.Received(sender, next.k, next.digest));
    }
  }

  /** The sender is not heard any more: its next message is never asked for. */
  private void lied(int sender, int k, Finding.Guilt guilt) {
    findings.record(sender, guilt, k);
    guilty[sender] = true;
    broadcast.ignore(sender);
    for (int q = 1; q <= instance.processes(); q++) {
      replay(sender).incoming(q).clear();
    }
  }
}
