package org.remora.verbs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.remora.verbs.nic.Access;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.ConnectionEvent;
import org.remora.verbs.nic.Connections;
import org.remora.verbs.nic.ProtectionDomain;
import org.remora.verbs.nic.QueuePair;
import org.remora.verbs.nic.Wakeup;

/**
 * Pretends to be a memory's host to one process, and to be that process to the host: greeting,
 * challenge and proof go through unchanged.
 */
final class Middleman implements AutoCloseable {
  private final Connections connections = Connections.open();
  private final long listening;
  private final InetSocketAddress host;

  Middleman(InetSocketAddress host) throws IOException {
    this.host = host;
    listening = connections.listen(new InetSocketAddress(AttackScene.address(), 0), 8);
  }

  InetSocketAddress address() throws IOException {
    return connections.localAddress(listening);
  }

  /** Waits for the process, and passes on until the host believes it or ends the connection. */
  void passOn() throws IOException {
    ConnectionEvent request = next();
    Handshake.Hello hello = Handshake.hello(request.privateData());
    ProtectionDomain domain = ProtectionDomain.of(connections.card(request.id()));
    CompletionQueue queue = CompletionQueue.of(connections.card(request.id()), 64);
    QueuePair pair = QueuePair.create(domain, queue, Mailbox.SLOTS, Mailbox.SLOTS, 0);
    Mailbox mailbox = new Mailbox(domain, pair, 1, 0, true);
    try (RawPeer onward = RawPeer.connect(host, hello, hello.encode())) {
      connections.prepare(request.id(), pair, Access.NONE);
      mailbox.postAll();
      connections.accept(request.id(), pair, onward.challenge.encode());
      onward.send(proof(queue, mailbox));
      onward.awaitDropped();
    } finally {
      connections.destroy(request.id(), pair);
      mailbox.close();
      queue.close();
      domain.close();
    }
  }

  private static byte[] proof(CompletionQueue queue, Mailbox mailbox) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() - deadline < 0) {
      if (queue.poll() > 0) {
        ByteBuffer in = mailbox.received(WorkId.index(queue.workRequest(0)), queue.bytes(0));
        byte[] message = new byte[queue.bytes(0)];
        in.get(message);
        return message;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("the process proves nothing");
  }

  private ConnectionEvent next() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() - deadline < 0) {
      ConnectionEvent event = connections.next();
      if (event != null) {
        return event;
      }
      Wakeup.await(new int[] {connections.fd()}, 1_000);
    }
    throw new AssertionError("nobody connects");
  }

  @Override
  public void close() throws IOException {
    connections.destroy(listening, null);
    connections.close();
  }
}
