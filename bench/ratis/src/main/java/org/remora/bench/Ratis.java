package org.remora.bench;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.netty.NettyConfigKeys;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * Apache Ratis: Netty over TCP on loopback, a log in memory. Commands are submitted at the leader.
 */
public final class Ratis implements Subject {
  private final List<Digest> digests = new ArrayList<>();
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();
  private final RaftGroupId group = RaftGroupId.valueOf(new UUID(1, 2));
  private @Nullable RaftServer leader;

  /** Creates the subject. */
  public Ratis() {}

  private static final class Applies extends BaseStateMachine {
    private final Digest digest;

    Applies(Digest digest) {
      this.digest = digest;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
      LogEntryProto entry = transaction.getLogEntry();
      long hash = digest.apply(entry.getStateMachineLogEntry().getLogData().toByteArray());
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      ByteBuffer result = ByteBuffer.allocate(Long.BYTES).putLong(hash).flip();
      return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFrom(result)));
    }
  }

  @Override
  public void start(Path directory, Map<String, String> options) throws Exception {
    List<Integer> ports = Ports.free(3);
    List<RaftPeer> peers =
        ports.stream()
            .map(
                port ->
                    RaftPeer.newBuilder().setId("n" + port).setAddress("127.0.0.1:" + port).build())
            .toList();
    List<RaftServer> servers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      RaftProperties properties = new RaftProperties();
      RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.NETTY);
      RaftServerConfigKeys.setStorageDir(
          properties, List.of(directory.resolve("replica-" + i).toFile()));
      NettyConfigKeys.Server.setHost(properties, "127.0.0.1");
      NettyConfigKeys.Server.setPort(properties, ports.get(i));
      RaftServerConfigKeys.Log.setUseMemory(properties, true);
      Digest digest = new Digest();
      digests.add(digest);
      RaftServer server =
          RaftServer.newBuilder()
              .setGroup(RaftGroup.valueOf(group, peers))
              .setProperties(properties)
              .setServerId(peers.get(i).getId())
              .setStateMachine(new Applies(digest))
              .setOption(RaftStorage.StartupOption.FORMAT)
              .build();
      server.start();
      servers.add(server);
    }
    while (leader == null) {
      TimeUnit.MILLISECONDS.sleep(50);
      for (RaftServer server : servers) {
        if (server.getDivision(group).getInfo().isLeaderReady()) {
          leader = server;
        }
      }
    }
  }

  @Override
  public void submit(byte[] command, Done done) throws Exception {
    RaftServer to = leader;
    if (to == null) {
      throw new IllegalStateException("not started");
    }
    var unused =
        to.submitClientRequestAsync(
                RaftClientRequest.newBuilder()
                    .setClientId(client)
                    .setServerId(to.getId())
                    .setGroupId(group)
                    .setCallId(calls.incrementAndGet())
                    .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(command)))
                    .setType(RaftClientRequest.writeRequestType())
                    .build())
            .whenComplete((reply, failure) -> done.done(failure(reply, failure)));
  }

  private static @Nullable Throwable failure(
      @Nullable RaftClientReply reply, @Nullable Throwable failure) {
    if (failure != null || reply == null || reply.isSuccess()) {
      return failure;
    }
    return reply.getException() == null
        ? new IllegalStateException("refused: " + reply)
        : reply.getException();
  }

  @Override
  public List<Digest> replicas() {
    return digests;
  }
}
