package org.remora.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The replicated logs to compare with. Each is built as a module of its own. */
public enum Peer {
  /** MicroRaft. */
  MICRORAFT("MicroRaft", "MicroRaft", "objects within one JVM, at the leader"),
  /** JGroups-raft. */
  JGROUPS_RAFT("JGroups-raft", "JGroupsRaft", "TCP, log in memory, at the leader"),
  /** Aeron Cluster. */
  AERON_CLUSTER("Aeron Cluster", "AeronCluster", "UDP, yielding, client over UDP"),
  /** SOFAJRaft. */
  SOFAJRAFT("SOFAJRaft", "SofaJRaft", "TCP, RocksDB without fsync, at the leader"),
  /** Apache Ratis. */
  RATIS("Apache Ratis", "Ratis", "TCP by Netty, log in memory, at the leader");

  /** What some of them reach into. */
  private static final List<String> OPENS =
      List.of(
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/java.util.zip=ALL-UNNAMED");

  private final String title;
  private final String type;
  private final String path;

  Peer(String title, String type, String path) {
    this.title = title;
    this.type = type;
    this.path = path;
  }

  /** The name that the command uses, which is its module's: {@code jgroups-raft}. */
  public String commandName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether its module has been built under {@code peers}, the directory of all. */
  public boolean isBuilt(Path peers) {
    return Files.exists(target(peers).resolve("peer.jar"));
  }

  /** The peer as it was built under {@code peers}, the directory of all. */
  public Contender contender(Path peers) {
    Path target = target(peers);
    return new Contender(
        title,
        path,
        "org.remora.bench." + type,
        List.of(target.resolve("peer.jar"), target.resolve("lib").resolve("*")),
        OPENS,
        Map.of());
  }

  private Path target(Path peers) {
    return peers.resolve(commandName()).resolve("target");
  }

  static List<Path> entries(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator, -1)).map(Path::of).toList();
  }
}
