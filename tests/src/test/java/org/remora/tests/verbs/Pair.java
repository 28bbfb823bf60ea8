package org.remora.tests.verbs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.remora.memory.Value;
import org.remora.verbs.nic.Access;
import org.remora.verbs.nic.Card;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.ConnectionEvent;
import org.remora.verbs.nic.Connections;
import org.remora.verbs.nic.ProtectionDomain;
import org.remora.verbs.nic.QueuePair;
import org.remora.verbs.nic.Wakeup;

/** Two ends of a connection in one JVM, through the card. */
final class Pair implements AutoCloseable {
  /** One end. */
  static final class End {
    final ProtectionDomain domain;
    final CompletionQueue queue;
    QueuePair pair;
    long id;

    End(Card card) throws IOException {
      domain = ProtectionDomain.of(card);
      queue = CompletionQueue.of(card, 256);
    }

    /** Waits for completions, and returns the status of the first. */
    int awaitFirst() throws IOException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (System.nanoTime() < deadline) {
        if (queue.poll() > 0) {
          return queue.status(0);
        }
        Thread.onSpinWait();
      }
      throw new AssertionError("no completion");
    }

    /** Waits for one completion, and returns its status. */
    int awaitStatus() throws IOException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (true) {
        int count = queue.poll();
        if (count == 1) {
          return queue.status(0);
        }
        if (count > 1 || System.nanoTime() > deadline) {
          throw new AssertionError(count + " completions");
        }
        Thread.onSpinWait();
      }
    }
  }

  static final byte[] REQUEST = {1, 2, 3};
  static final byte[] REPLY = {4, 5, 6, 7};

  final Connections connections = Connections.open();
  private final long listening;
  final End client;
  final End server;

  /** What the server saw of the client's private data, and the other way round. */
  final Value requestSeen;

  final Value replySeen;

  /** Connected; the server's queue pair allows {@code access}. */
  Pair(int access) throws IOException {
    listening = connections.listen(new InetSocketAddress(address(), 0), 8);
    long id = connections.resolveAddress(connections.localAddress(listening), 5_000);
    await(ConnectionEvent.Type.ADDRESS_RESOLVED);
    connections.resolveRoute(id, 5_000);
    await(ConnectionEvent.Type.ROUTE_RESOLVED);
    client = new End(connections.card(id));
    client.id = id;
    client.pair = QueuePair.ofConnection(id, client.domain, client.queue, 64, 64, 64);
    connections.connect(id, client.pair, REQUEST);
    ConnectionEvent request = await(ConnectionEvent.Type.CONNECT_REQUEST);
    requestSeen = request.privateData();
    server = new End(connections.card(request.id()));
    server.id = request.id();
    server.pair = QueuePair.create(server.domain, server.queue, 64, 64, 64);
    connections.prepare(request.id(), server.pair, access);
    connections.accept(request.id(), server.pair, REPLY);
    ConnectionEvent first = await(ConnectionEvent.Type.ESTABLISHED);
    ConnectionEvent second = await(ConnectionEvent.Type.ESTABLISHED);
    replySeen = first.id() == id ? first.privateData() : second.privateData();
  }

  /** The address of the card that the tests use. */
  static String address() {
    return System.getProperty("remora.rdma.address", "10.77.0.1");
  }

  /** The address of node 1, 2, 3 or 4; all are the card's. */
  static String address(int node) {
    String first = address();
    return first.substring(0, first.lastIndexOf('.') + 1) + node;
  }

  ConnectionEvent await(ConnectionEvent.Type type) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() < deadline) {
      ConnectionEvent event = connections.next();
      if (event == null) {
        Wakeup.await(new int[] {connections.fd()}, 1_000);
      } else if (event.type() == type) {
        return event;
      } else {
        throw new AssertionError(event.toString());
      }
    }
    throw new AssertionError("no " + type);
  }

  /** Connects both ends anew, without the connection manager. */
  void restart(int access, int sequence) throws IOException {
    server.pair.restart(server.id, access, client.pair.number(), sequence, sequence + 1, 14);
    client.pair.restart(client.id, Access.NONE, server.pair.number(), sequence + 1, sequence, 14);
  }

  @Override
  public void close() throws IOException {
    for (End end : new End[] {client, server}) {
      connections.destroy(end.id, end.pair);
      end.queue.close();
      end.domain.close();
    }
    connections.destroy(listening, null);
    connections.close();
  }
}
