package org.remora.verbs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.remora.memory.Permission;
import org.remora.memory.Value;
import org.remora.verbs.channel.PeerAuthentication;
import org.remora.verbs.nic.Access;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.ConnectionEvent;
import org.remora.verbs.nic.Connections;
import org.remora.verbs.nic.ProtectionDomain;
import org.remora.verbs.nic.QueuePair;
import org.remora.verbs.nic.RegisteredMemory;
import org.remora.verbs.nic.SendList;
import org.remora.verbs.nic.Wakeup;

/**
 * A connection to a memory's host that does what it is told, right or wrong: what a process does
 * step by step, and what none should.
 */
final class RawPeer implements AutoCloseable {
  private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(40);
  private static final int BYTES = 1 << 21;

  /** About 0.5 s until a peer that does not answer counts as gone. */
  private static final int TIMEOUT = 14;

  private final Connections connections = Connections.open();
  private final CompletionQueue queue;
  private final Mailbox mailbox;
  private final SendList list = new SendList(1);
  private final Queue<byte[]> inbox = new ArrayDeque<>();
  private final Queue<Integer> ends = new ArrayDeque<>();
  private final Map<Integer, Geometry> told = new HashMap<>();
  private final long id;
  private boolean left;
  private boolean deaf;
  private int sequence = 100;
  private int tickets;
  private int sending;

  final ProtectionDomain domain;
  final QueuePair control;
  final QueuePair data;

  /** What it writes from and reads into. */
  final RegisteredMemory local;

  final Handshake.Hello hello;
  Handshake.Challenge challenge = new Handshake.Challenge(0, Value.EMPTY);

  /** Asks for a connection; nothing more. */
  RawPeer(InetSocketAddress host, Handshake.Hello hello, byte[] greeting) throws IOException {
    this.hello = hello;
    id = connections.resolveAddress(host, 5_000);
    await(ConnectionEvent.Type.ADDRESS_RESOLVED);
    connections.resolveRoute(id, 5_000);
    await(ConnectionEvent.Type.ROUTE_RESOLVED);
    domain = ProtectionDomain.of(connections.card(id));
    queue = CompletionQueue.of(connections.card(id), 256);
    control = QueuePair.ofConnection(id, domain, queue, Mailbox.SLOTS, Mailbox.SLOTS, 0);
    data = QueuePair.create(domain, queue, 16, 1, 0);
    mailbox = new Mailbox(domain, control, 1, 0, false);
    mailbox.postAll();
    local = RegisteredMemory.of(domain, BufferPool.aligned(BYTES), Access.LOCAL_WRITE);
    connections.connect(id, control, greeting);
  }

  /** Is connected as {@code process} to {@code memory}, without having proved anything. */
  static RawPeer connect(InetSocketAddress host, int process, int memory) throws IOException {
    Handshake.Hello hello = new Handshake.Hello(process, memory, Handshake.nonce());
    return connect(host, hello, hello.encode());
  }

  static RawPeer connect(InetSocketAddress host, Handshake.Hello hello, byte[] greeting)
      throws IOException {
    RawPeer peer = new RawPeer(host, hello, greeting);
    try {
      peer.established();
      return peer;
    } catch (IOException | AssertionError e) {
      peer.close();
      throw e;
    }
  }

  /** Has proved who it is, and opened the way to reads and writes. */
  static RawPeer member(
      InetSocketAddress host, int process, int memory, PeerAuthentication authentication)
      throws IOException {
    RawPeer peer = connect(host, process, memory);
    try {
      peer.prove(authentication);
      peer.open();
      return peer;
    } catch (IOException | AssertionError e) {
      peer.close();
      throw e;
    }
  }

  /** Waits until the host has accepted. */
  void established() throws IOException {
    Handshake.Challenge answer =
        Handshake.challenge(await(ConnectionEvent.Type.ESTABLISHED).privateData());
    if (answer == null) {
      throw new AssertionError("no challenge");
    }
    challenge = answer;
  }

  /** What an end of this connection proves itself over. */
  Value transcript(boolean ofProcess) throws IOException {
    return Handshake.transcript(
        ofProcess, hello, challenge, control.number(), control.peerNumber());
  }

  static byte[] message(byte kind, Value proof) {
    ByteBuffer out = ByteBuffer.allocate(Wire.BYTES_MAX);
    Handshake.put(out, kind, proof);
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }

  /** Proves who it is; returns the host's proof. */
  Value prove(PeerAuthentication authentication) throws IOException {
    send(message(Handshake.PROVE, authentication.prove(transcript(true))));
    return Handshake.take(ByteBuffer.wrap(receive()), Handshake.PROVEN);
  }

  /** Has the queue pair for reads and writes connected, for the first time or anew. */
  void open() throws IOException {
    sequence = (sequence + 1_000) & 0xFFFFFF;
    send(ByteBuffer.allocate(9).put(Wire.OPEN).putInt(data.number()).putInt(sequence).array());
    while (true) {
      ByteBuffer in = ByteBuffer.wrap(receive());
      byte kind = in.get();
      if (kind == Wire.OPENED) {
        int number = in.getInt();
        int hostSequence = in.getInt();
        data.restart(id, Access.NONE, number, hostSequence, sequence, TIMEOUT);
        ends.clear();
        return;
      }
      learn(kind, in);
    }
  }

  /** What the host says of a region, now. */
  Geometry ask(int region) throws IOException {
    int ticket = ++tickets;
    send(ByteBuffer.allocate(9).put(Wire.ASK).putInt(ticket).putInt(region).array());
    return answer(ticket).geometry;
  }

  /** Asks for a change of permission; whether it was granted. */
  boolean change(int region, Permission permission) throws IOException {
    int ticket = ++tickets;
    send(changing(ticket, region, permission));
    return answer(ticket).changed;
  }

  static byte[] changing(int ticket, int region, Permission permission) {
    ByteBuffer out = ByteBuffer.allocate(Wire.BYTES_MAX);
    out.put(Wire.CHANGE).putInt(ticket).putInt(region);
    Wire.putPermission(out, permission);
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }

  private record Answer(boolean changed, Geometry geometry) {}

  private Answer answer(int ticket) throws IOException {
    while (true) {
      ByteBuffer in = ByteBuffer.wrap(receive());
      byte kind = in.get();
      if (in.getInt(1) == ticket && kind != Wire.OPENED) {
        return learn(kind, in);
      }
      learn(kind, in);
    }
  }

  private Answer learn(byte kind, ByteBuffer in) {
    if (kind != Wire.TELL && kind != Wire.CHANGED) {
      throw new AssertionError("a message of kind " + kind);
    }
    in.getInt();
    boolean changed = in.get() != 0;
    Geometry geometry = Wire.takeGeometry(in);
    told.put(geometry.region(), geometry);
    return new Answer(changed, geometry);
  }

  /** What the host said of a region last. */
  Geometry told(int region) {
    return told.getOrDefault(region, Geometry.none(region));
  }

  // One-sided, each with its status; after one that is not a success, open() again.

  int write(long remote, int key, byte[] bytes) throws IOException {
    local.buffer().put(0, bytes);
    return write(remote, key, bytes.length);
  }

  /** Writes so many of the local bytes. */
  int write(long remote, int key, int bytes) throws IOException {
    postWrite(data, remote, key, bytes);
    return awaitEnd();
  }

  void postWrite(QueuePair pair, long remote, int key, int bytes) throws IOException {
    list.write(
        WorkId.of(WorkId.DATA, 1, 0, 0),
        local.address(),
        bytes,
        local.localKey(),
        remote,
        key,
        true,
        false);
    pair.send(list);
  }

  int read(long remote, int key, int bytes) throws IOException {
    list.read(
        WorkId.of(WorkId.DATA, 1, 0, 0),
        local.address(),
        bytes,
        local.localKey(),
        remote,
        key,
        true);
    data.send(list);
    return awaitEnd();
  }

  /** What the last read brought. */
  byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    local.buffer().get(0, bytes);
    return bytes;
  }

  int compareAndSwap(long remote, int key, long expected, long desired) throws IOException {
    data.compareAndSwap(
        WorkId.of(WorkId.DATA, 1, 0, 0),
        local.address(),
        local.localKey(),
        remote,
        key,
        expected,
        desired);
    return awaitEnd();
  }

  int fetchAndAdd(long remote, int key, long addend) throws IOException {
    data.fetchAndAdd(
        WorkId.of(WorkId.DATA, 1, 0, 0), local.address(), local.localKey(), remote, key, addend);
    return awaitEnd();
  }

  /** Waits for the end of what was posted, and returns its status. */
  int awaitEnd() throws IOException {
    long deadline = System.nanoTime() + NANOS_MAX;
    while (ends.isEmpty()) {
      pump();
      check(deadline, "no end of a read or write");
    }
    return ends.remove();
  }

  // Messages.

  void send(byte[] message) throws IOException {
    sending++;
    mailbox.send(ByteBuffer.wrap(message));
    pump();
  }

  /** Sends a message if the host has taken most of those before; whether it did. */
  boolean offer(byte[] message) throws IOException {
    pump();
    if (sending >= Mailbox.SLOTS) {
      return false;
    }
    send(message);
    return true;
  }

  /** Forgets what the host has said. */
  void forget() {
    inbox.clear();
  }

  /** The next message of the host. */
  byte[] receive() throws IOException {
    long deadline = System.nanoTime() + NANOS_MAX;
    while (inbox.isEmpty()) {
      if (left) {
        throw new IOException("the host has ended the connection");
      }
      pump();
      check(deadline, "no message");
    }
    return inbox.remove();
  }

  /** Waits until the host ends the connection; whatever it says before does not matter. */
  void awaitDropped() throws IOException {
    long deadline = System.nanoTime() + NANOS_MAX;
    while (!left) {
      pump();
      check(deadline, "the host goes on with the connection");
    }
  }

  /** Whether the host has ended the connection by now. */
  boolean isDropped() throws IOException {
    pump();
    return left;
  }

  /** From here on the host's messages find no buffer, once those that there are have been used. */
  void takeNothing() {
    deaf = true;
  }

  private static void check(long deadline, String otherwise) {
    if (System.nanoTime() - deadline > 0) {
      throw new AssertionError(otherwise);
    }
    Thread.onSpinWait();
  }

  private void pump() throws IOException {
    ConnectionEvent event = connections.next();
    if (event != null && event.type() != ConnectionEvent.Type.TIMEWAIT_EXIT) {
      left = true;
    }
    int count = queue.poll();
    for (int i = 0; i < count; i++) {
      long work = queue.workRequest(i);
      int status = queue.status(i);
      int slot = WorkId.index(work);
      if (WorkId.kind(work) == WorkId.DATA) {
        ends.add(status);
      } else if (status != CompletionQueue.SUCCESS) {
        left = true;
      } else if (WorkId.kind(work) == WorkId.SENT) {
        mailbox.sent(slot);
        sending--;
      } else {
        byte[] message = new byte[queue.bytes(i)];
        mailbox.received(slot, message.length).get(message);
        inbox.add(message);
        if (!deaf) {
          mailbox.release(slot);
        }
      }
    }
  }

  private ConnectionEvent await(ConnectionEvent.Type type) throws IOException {
    long deadline = System.nanoTime() + NANOS_MAX;
    while (true) {
      ConnectionEvent event = connections.next();
      if (event == null) {
        Wakeup.await(new int[] {connections.fd()}, 1_000);
        check(deadline, "no " + type);
      } else if (event.type() == type) {
        return event;
      } else {
        throw new IOException("no " + type + " but " + event.type() + " " + event.status());
      }
    }
  }

  @Override
  public void close() throws IOException {
    data.close();
    connections.destroy(id, control);
    mailbox.close();
    local.close();
    queue.close();
    domain.close();
    connections.close();
  }
}
