package org.remora.bench;

import io.microraft.RaftConfig;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.model.message.RaftMessage;
import io.microraft.statemachine.StateMachine;
import io.microraft.transport.Transport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * MicroRaft in one JVM: messages are handed over as objects, nothing is stored. Commands are
 * submitted at the leader.
 */
public final class MicroRaft implements Subject {
  private final List<Digest> digests = new ArrayList<>();
  private @Nullable RaftNode leader;

  /** Creates the subject. */
  public MicroRaft() {}

  private record Endpoint(String id) implements RaftEndpoint {
    @Override
    public Object getId() {
      return id;
    }
  }

  private static final class HandOver implements Transport {
    private final Map<RaftEndpoint, RaftNode> peers = new ConcurrentHashMap<>();

    @Override
    public void send(RaftEndpoint target, RaftMessage message) {
      RaftNode peer = peers.get(target);
      if (peer != null) {
        peer.handle(message);
      }
    }

    @Override
    public boolean isReachable(RaftEndpoint endpoint) {
      return peers.containsKey(endpoint);
    }
  }

  private record Applies(Digest digest) implements StateMachine {
    @Override
    public @Nullable Object runOperation(long commitIndex, @Nullable Object operation) {
      return operation instanceof byte[] command ? digest.apply(command) : null;
    }

    @Override
    public void takeSnapshot(long commitIndex, Consumer<Object> consumer) {
      consumer.accept(digest.seen());
    }

    @Override
    public void installSnapshot(long commitIndex, List<Object> chunks) {
      digest.restore((Digest.Seen) chunks.get(0));
    }

    @Override
    public @Nullable Object getNewTermOperation() {
      return null;
    }
  }

  @Override
  public void start(Path directory, Map<String, String> options) throws InterruptedException {
    List<RaftEndpoint> endpoints = List.of(new Endpoint("a"), new Endpoint("b"), new Endpoint("c"));
    List<HandOver> transports = new ArrayList<>();
    List<RaftNode> nodes = new ArrayList<>();
    for (RaftEndpoint endpoint : endpoints) {
      HandOver transport = new HandOver();
      Digest digest = new Digest();
      transports.add(transport);
      digests.add(digest);
      nodes.add(
          RaftNode.newBuilder()
              .setGroupId("bench")
              .setLocalEndpoint(endpoint)
              .setInitialGroupMembers(endpoints)
              .setConfig(RaftConfig.DEFAULT_RAFT_CONFIG)
              .setTransport(transport)
              .setStateMachine(new Applies(digest))
              .build());
    }
    for (int from = 0; from < nodes.size(); from++) {
      for (int to = 0; to < nodes.size(); to++) {
        if (from != to) {
          transports.get(from).peers.put(endpoints.get(to), nodes.get(to));
        }
      }
    }
    for (RaftNode node : nodes) {
      node.start().join();
    }
    while (leader == null) {
      TimeUnit.MILLISECONDS.sleep(20);
      for (RaftNode node : nodes) {
        if (node.getLocalEndpoint().equals(node.getTerm().getLeaderEndpoint())) {
          leader = node;
        }
      }
    }
  }

  @Override
  public void submit(byte[] command, Done done) {
    RaftNode to = leader;
    if (to == null) {
      throw new IllegalStateException("not started");
    }
    var unused = to.replicate(command).whenComplete((result, failure) -> done.done(failure));
  }

  @Override
  public List<Digest> replicas() {
    return digests;
  }
}
