package org.remora.bench;

import com.alipay.remoting.rpc.RpcServer;
import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.rpc.RaftRpcServerFactory;
import com.alipay.sofa.jraft.rpc.impl.BoltRpcServer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * SOFAJRaft: Bolt over TCP on loopback, a log in RocksDB without fsync. Commands are submitted at
 * the leader.
 */
public final class SofaJRaft implements Subject {
  private final List<Digest> digests = new ArrayList<>();
  private volatile @Nullable Node leader;

  /** Creates the subject. */
  public SofaJRaft() {}

  private static final class Applies extends StateMachineAdapter {
    private final Digest digest;

    Applies(Digest digest) {
      this.digest = digest;
    }

    @Override
    public void onApply(Iterator commands) {
      while (commands.hasNext()) {
        ByteBuffer data = commands.getData().duplicate();
        byte[] command = new byte[data.remaining()];
        data.get(command);
        digest.apply(command);
        Closure done = commands.done();
        if (done != null) {
          done.run(Status.OK());
        }
        commands.next();
      }
    }
  }

  @Override
  public void start(Path directory, Map<String, String> options) throws Exception {
    List<Integer> ports = Ports.free(3);
    Configuration members = new Configuration();
    members.parse(ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")));
    List<Node> nodes = new ArrayList<>();
    for (int port : ports) {
      Path files = Files.createDirectories(directory.resolve("replica-" + port));
      Digest digest = new Digest();
      digests.add(digest);
      NodeOptions node = new NodeOptions();
      node.setElectionTimeoutMs(2000);
      node.setInitialConf(members);
      node.setFsm(new Applies(digest));
      node.setLogUri(files.resolve("log").toString());
      node.setRaftMetaUri(files.resolve("meta").toString());
      node.setSnapshotUri(files.resolve("snapshot").toString());
      node.setSnapshotIntervalSecs(3600);
      RaftOptions raft = new RaftOptions();
      raft.setSync(false);
      node.setRaftOptions(raft);
      // The default one listens on every interface.
      BoltRpcServer server = new BoltRpcServer(new RpcServer("127.0.0.1", port, true));
      RaftRpcServerFactory.addRaftRequestProcessors(server);
      nodes.add(new RaftGroupService("bench", new PeerId("127.0.0.1", port), node, server).start());
    }
    while (leader == null) {
      TimeUnit.MILLISECONDS.sleep(50);
      nodes.stream().filter(Node::isLeader).findFirst().ifPresent(found -> leader = found);
    }
    // The others have to hear of it.
    TimeUnit.SECONDS.sleep(1);
  }

  @Override
  public void submit(byte[] command, Done done) {
    Node to = leader;
    if (to == null) {
      throw new IllegalStateException("not started");
    }
    to.apply(
        new Task(
            ByteBuffer.wrap(command),
            status ->
                done.done(status.isOk() ? null : new IllegalStateException(status.toString()))));
  }

  @Override
  public List<Digest> replicas() {
    return digests;
  }
}
