package org.remora.bench;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusteredMediaDriver;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.TimeoutException;
import io.aeron.logbuffer.Header;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpLock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Aeron Cluster: three drivers with yielding idle strategies over UDP on loopback, the log in a
 * directory that is best in memory. Commands come from a cluster client over UDP.
 */
public final class AeronCluster implements Subject {
  private static final int REPLICAS = 3;
  private static final int ATTEMPTS_MAX = 10;

  /** Endpoints of a replica, in the order of its ports. */
  private static final int PORTS = 6;

  private final List<Digest> digests = new ArrayList<>();
  private final Map<Long, Done> underWay = new HashMap<>();
  private final UnsafeBuffer request = new UnsafeBuffer(new byte[1 << 16]);
  private final IdleStrategy idle = new YieldingIdleStrategy();
  private io.aeron.cluster.client.@Nullable AeronCluster client;
  private long correlation;

  /** Creates the subject. */
  public AeronCluster() {}

  private static final class Applies implements ClusteredService {
    private final Digest digest;
    private final ExpandableArrayBuffer answer = new ExpandableArrayBuffer(2 * Long.BYTES);
    private byte[] command = new byte[0];
    private @Nullable Cluster cluster;

    Applies(Digest digest) {
      this.digest = digest;
    }

    @Override
    public void onStart(Cluster started, @Nullable Image snapshot) {
      cluster = started;
    }

    @Override
    public void onSessionMessage(
        @Nullable ClientSession session,
        long timestamp,
        DirectBuffer buffer,
        int offset,
        int length,
        Header header) {
      int bytes = length - Long.BYTES;
      if (command.length != bytes) {
        command = new byte[bytes];
      }
      buffer.getBytes(offset + Long.BYTES, command, 0, bytes);
      long hash = digest.apply(command);
      Cluster started = cluster;
      if (session != null && started != null) {
        answer.putLong(0, buffer.getLong(offset));
        answer.putLong(Long.BYTES, hash);
        while (session.offer(answer, 0, 2 * Long.BYTES) < 0) {
          started.idleStrategy().idle();
        }
      }
    }

    @Override
    public void onSessionOpen(ClientSession session, long timestamp) {}

    @Override
    public void onSessionClose(ClientSession session, long timestamp, CloseReason reason) {}

    @Override
    public void onTimerEvent(long id, long timestamp) {}

    @Override
    public void onTakeSnapshot(ExclusivePublication publication) {}

    @Override
    public void onRoleChange(Cluster.Role role) {}

    @Override
    public void onTerminate(Cluster terminated) {}
  }

  @Override
  public void start(Path directory, Map<String, String> options) throws Exception {
    List<Integer> ports = Ports.free(REPLICAS * PORTS);
    String members =
        IntStream.range(0, REPLICAS)
            .mapToObj(i -> i + "," + endpoints(ports, i))
            .collect(Collectors.joining("|"));
    String ingress =
        IntStream.range(0, REPLICAS)
            .mapToObj(i -> i + "=" + endpoint(ports, i, 1))
            .collect(Collectors.joining(","));
    for (int i = 0; i < REPLICAS; i++) {
      start(directory.resolve("replica-" + i), ports, i, members);
    }
    MediaDriver driver = MediaDriver.launchEmbedded(driver(directory.resolve("client").toString()));
    for (int attempt = 1; client == null; attempt++) {
      try {
        client = connect(driver.aeronDirectoryName(), ingress);
      } catch (TimeoutException e) {
        if (attempt == ATTEMPTS_MAX) {
          throw e;
        }
      }
    }
  }

  /** Ingress, consensus, log, catch-up and archive. */
  private static String endpoints(List<Integer> ports, int replica) {
    return IntStream.of(1, 2, 3, 4, 0)
        .mapToObj(port -> endpoint(ports, replica, port))
        .collect(Collectors.joining(","));
  }

  private static String endpoint(List<Integer> ports, int replica, int port) {
    return "127.0.0.1:" + ports.get(replica * PORTS + port);
  }

  private static MediaDriver.Context driver(String directory) {
    return new MediaDriver.Context()
        .aeronDirectoryName(directory)
        .threadingMode(ThreadingMode.SHARED)
        .sharedIdleStrategy(new YieldingIdleStrategy())
        .dirDeleteOnStart(true)
        .termBufferSparseFile(true);
  }

  private void start(Path directory, List<Integer> ports, int replica, String members) {
    String aeron = directory.resolve("aeron").toString();
    String cluster = directory.resolve("cluster").toString();
    Archive.Context archive =
        new Archive.Context()
            .aeronDirectoryName(aeron)
            .archiveDir(directory.resolve("archive").toFile())
            .controlChannel("aeron:udp?term-length=256k|endpoint=" + endpoint(ports, replica, 0))
            .archiveClientContext(
                new AeronArchive.Context().controlResponseChannel("aeron:udp?endpoint=127.0.0.1:0"))
            .localControlChannel("aeron:ipc?term-length=64k")
            .replicationChannel("aeron:udp?endpoint=127.0.0.1:0")
            .recordingEventsEnabled(false)
            .threadingMode(ArchiveThreadingMode.SHARED)
            .idleStrategySupplier(YieldingIdleStrategy::new)
            .deleteArchiveOnStart(true)
            .fileSyncLevel(0)
            .catalogFileSyncLevel(0);
    AeronArchive.Context archiveClient =
        new AeronArchive.Context()
            .lock(NoOpLock.INSTANCE)
            .controlRequestChannel(archive.localControlChannel())
            .controlRequestStreamId(archive.localControlStreamId())
            .controlResponseChannel(archive.localControlChannel())
            .aeronDirectoryName(aeron);
    ConsensusModule.Context consensus =
        new ConsensusModule.Context()
            .aeronDirectoryName(aeron)
            .clusterMemberId(replica)
            .clusterMembers(members)
            .clusterDirectoryName(cluster)
            .archiveContext(archiveClient.clone())
            .ingressChannel("aeron:udp?term-length=64k")
            .logChannel(
                "aeron:udp?term-length=256k|control-mode=manual|control="
                    + endpoint(ports, replica, 5))
            .replicationChannel("aeron:udp?endpoint=127.0.0.1:0")
            .idleStrategySupplier(YieldingIdleStrategy::new)
            .deleteDirOnStart(true)
            // Elections are announced as warnings.
            .errorHandler(
                e -> {
                  if (!String.valueOf(e).contains("WARN")) {
                    System.err.println("replica " + replica + ": " + e);
                  }
                });
    ClusteredMediaDriver.launch(driver(aeron), archive, consensus);
    Digest digest = new Digest();
    digests.add(digest);
    ClusteredServiceContainer.launch(
        new ClusteredServiceContainer.Context()
            .aeronDirectoryName(aeron)
            .archiveContext(archiveClient.clone())
            .clusterDirectoryName(cluster)
            .clusteredService(new Applies(digest))
            .serviceId(0)
            .idleStrategySupplier(YieldingIdleStrategy::new));
  }

  private io.aeron.cluster.client.AeronCluster connect(String directory, String ingress) {
    return io.aeron.cluster.client.AeronCluster.connect(
        new io.aeron.cluster.client.AeronCluster.Context()
            .aeronDirectoryName(directory)
            .egressListener(
                (session, timestamp, buffer, offset, length, header) -> {
                  Done done = underWay.remove(buffer.getLong(offset));
                  if (done != null) {
                    done.done(null);
                  }
                })
            .ingressChannel("aeron:udp?term-length=64k")
            .ingressEndpoints(ingress)
            .egressChannel("aeron:udp?endpoint=127.0.0.1:0"));
  }

  @Override
  public void submit(byte[] command, Done done) {
    long id = ++correlation;
    underWay.put(id, done);
    request.putLong(0, id);
    request.putBytes(Long.BYTES, command);
    while (client().offer(request, 0, Long.BYTES + command.length) < 0) {
      poll();
    }
  }

  @Override
  public boolean isPolled() {
    return true;
  }

  @Override
  public void poll() {
    idle.idle(client().pollEgress());
  }

  private io.aeron.cluster.client.AeronCluster client() {
    io.aeron.cluster.client.AeronCluster connected = client;
    if (connected == null) {
      throw new IllegalStateException("not started");
    }
    return connected;
  }

  @Override
  public List<Digest> replicas() {
    return digests;
  }
}
