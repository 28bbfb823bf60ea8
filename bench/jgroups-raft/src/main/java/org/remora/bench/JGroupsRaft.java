package org.remora.bench;

import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jgroups.JChannel;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.StateMachine;
import org.jspecify.annotations.Nullable;

/**
 * JGroups-raft with its log in memory, over TCP on loopback, or with {@code transport=jvm} within
 * this JVM. Commands are submitted at the leader.
 */
public final class JGroupsRaft implements Subject {
  private static final String MEMBERS = "A,B,C";

  private final List<Digest> digests = new ArrayList<>();
  private @Nullable RaftHandle leader;

  /** Creates the subject. */
  public JGroupsRaft() {}

  private record Applies(Digest digest) implements StateMachine {
    @Override
    public byte[] apply(byte[] data, int offset, int length, boolean serialize) {
      return ByteBuffer.allocate(Long.BYTES).putLong(digest.apply(data, offset, length)).array();
    }

    @Override
    public void readContentFrom(DataInput in) throws IOException {
      digest.restore(new Digest.Seen(in.readLong(), in.readLong()));
    }

    @Override
    public void writeContentTo(DataOutput out) throws IOException {
      Digest.Seen seen = digest.seen();
      out.writeLong(seen.count());
      out.writeLong(seen.hash());
    }
  }

  @Override
  public void start(Path directory, Map<String, String> options) throws Exception {
    boolean tcp = !"jvm".equals(options.get("transport"));
    List<Integer> ports = Ports.free(3);
    String hosts =
        ports.stream().map(port -> "127.0.0.1[" + port + "]").collect(Collectors.joining(","));
    List<RaftHandle> handles = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String id = MEMBERS.split(",", -1)[i];
      String transport =
          tcp
              ? """
              <TCP bind_addr="127.0.0.1" bind_port="%d" port_range="0"/>
              <TCPPING initial_hosts="%s" port_range="0"/>
              """
                  .formatted(ports.get(i), hosts)
              : "<SHARED_LOOPBACK/><SHARED_LOOPBACK_PING/>";
      String configuration =
          """
          <config xmlns="urn:org:jgroups">
            %s
            <MERGE3/>
            <VERIFY_SUSPECT2/>
            <pbcast.NAKACK2 use_mcast_xmit="false"/>
            <UNICAST3/>
            <pbcast.STABLE/>
            <pbcast.GMS join_timeout="1000"/>
            <UFC/>
            <MFC/>
            <FRAG2/>
            <raft.NO_DUPES/>
            <raft.ELECTION/>
            <raft.RAFT members="%s" raft_id="%s"
                log_class="org.jgroups.protocols.raft.InMemoryLog" log_dir="%s" log_prefix="%s"
                max_log_size="1000000000"/>
            <raft.REDIRECT/>
          </config>
          """
              .formatted(transport, MEMBERS, id, directory, id);
      JChannel channel =
          new JChannel(new ByteArrayInputStream(configuration.getBytes(StandardCharsets.UTF_8)))
              .name(id);
      Digest digest = new Digest();
      digests.add(digest);
      handles.add(new RaftHandle(channel, new Applies(digest)).raftId(id));
      channel.connect("bench");
    }
    while (leader == null) {
      TimeUnit.MILLISECONDS.sleep(50);
      handles.stream().filter(RaftHandle::isLeader).findFirst().ifPresent(found -> leader = found);
    }
    // The others have to hear of it.
    TimeUnit.SECONDS.sleep(1);
  }

  @Override
  public void submit(byte[] command, Done done) throws Exception {
    RaftHandle to = leader;
    if (to == null) {
      throw new IllegalStateException("not started");
    }
    var unused =
        to.setAsync(command, 0, command.length)
            .whenComplete((result, failure) -> done.done(failure));
  }

  @Override
  public List<Digest> replicas() {
    return digests;
  }
}
