package org.remora.apps;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.remora.apps.store.StoreSecurity;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.log.Configuration;
import org.remora.crash.log.LogSettings;
import org.remora.memory.ProcessSet;
import org.remora.socket.Endpoint;
import org.remora.socket.Security;
import org.remora.socket.SocketProcess;

/**
 * What all members of a replicated log know alike, from a YAML file: where everybody listens, how
 * they prove who they are, and the log's settings.
 */
final class GroupFile {
  /** Slower than in one JVM: processes that have just started, on few cores, often pause. */
  static final HeartbeatOmega.Settings HEARTBEATS =
      new HeartbeatOmega.Settings(10_000_000, 15, 6, 2, false);

  /** A detector that is faster is calm with processes that have just started. */
  private static final int FAST_MICROS = 10_000;

  private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final Path file;
  private final YamlMap top;
  private final @Nullable YamlMap tls;
  private final List<YamlMap> memoryEntries;
  private final List<Endpoint> memories = new ArrayList<>();
  private final List<Endpoint> replicas = new ArrayList<>();
  private final List<InetSocketAddress> clients = new ArrayList<>();
  private final Configuration members;
  private final LogSettings settings;
  private final HeartbeatOmega.Settings detector;

  private GroupFile(Path file) {
    this.file = file;
    top = YamlMap.read(file, Set.of("key-file", "tls", "memories", "replicas", "log"));
    if (top.has("key-file") == top.has("tls")) {
      throw top.mistake("either key-file or tls is needed");
    }
    tls = top.has("tls") ? top.map("tls", Set.of("stores", "password-file")) : null;
    Set<String> ofMemory = new TreeSet<>(MemorySettings.KEYS);
    ofMemory.addAll(List.of("listen", "spare"));
    List<Integer> firstMemories = new ArrayList<>();
    memoryEntries = top.list("memories", ofMemory);
    for (YamlMap memory : memoryEntries) {
      memories.add(memory.value("listen", Endpoint::parse));
      if (!isSpare(memory)) {
        firstMemories.add(memories.size());
      }
    }
    List<Integer> firstReplicas = new ArrayList<>();
    for (YamlMap replica : top.list("replicas", Set.of("listen", "clients", "spare"))) {
      replicas.add(replica.value("listen", Endpoint::parse));
      clients.add(replica.value("clients", GroupFile::door));
      if (!isSpare(replica)) {
        firstReplicas.add(replicas.size());
      }
    }
    if (firstMemories.isEmpty() || firstReplicas.isEmpty()) {
      throw top.mistake("at least one memory and one replica are no spares");
    }
    members = new Configuration(0, set(firstReplicas), set(firstMemories));
    LogSettings standard = LogSettings.of(1).withTiming(LogSettings.Timing.NETWORK);
    HeartbeatOmega.Settings heartbeats = HEARTBEATS;
    if (top.has("log")) {
      YamlMap log = top.map("log", Set.of("ring", "window", "entry-bytes", "heartbeat-micros"));
      try {
        settings =
            standard
                .withRing(
                    log.number("ring", standard.ring()), log.number("window", standard.window()))
                .withEntryBytes(log.number("entry-bytes", standard.entryBytes()));
      } catch (IllegalArgumentException e) {
        throw log.mistake(String.valueOf(e.getMessage()));
      }
      long micros = log.number("heartbeat-micros", (int) (heartbeats.periodNanos() / 1000));
      detector =
          new HeartbeatOmega.Settings(
                  1000 * micros,
                  heartbeats.scoreMax(),
                  heartbeats.upAt(),
                  heartbeats.downAt(),
                  false)
              .calm(micros < FAST_MICROS ? CALM_NANOS : 0);
    } else {
      settings = standard;
      detector = heartbeats;
    }
  }

  /**
   * Reads a file.
   *
   * @throws BadInputException that names the line of the mistake
   */
  static GroupFile read(Path file) {
    return new GroupFile(file);
  }

  private static boolean isSpare(YamlMap member) {
    return member.has("spare")
        && member.value(
            "spare",
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw new IllegalArgumentException("true or false, not " + text);
                });
  }

  private static InetSocketAddress door(String text) {
    if (text.matches("[0-9]{1,9}")) {
      // No host: for those on this machine only.
      return new InetSocketAddress(
          InetAddress.getLoopbackAddress(),
          Endpoint.tcp("localhost", Integer.parseInt(text)).port());
    }
    Endpoint endpoint = Endpoint.parse(text);
    String host = endpoint.host();
    if (host == null) {
      throw new IllegalArgumentException("clients come over PORT or tcp:HOST:PORT, not " + text);
    }
    return new InetSocketAddress(host, endpoint.port());
  }

  private static ProcessSet set(List<Integer> numbers) {
    return ProcessSet.of(numbers.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Where everybody listens. */
  SocketProcess.Group group() {
    return new SocketProcess.Group(replicas, memories);
  }

  /** Where clients reach the replicas. */
  List<InetSocketAddress> clients() {
    return List.copyOf(clients);
  }

  /** Who takes part at first: all that are no spares. */
  Configuration members() {
    return members;
  }

  LogSettings log() {
    return settings;
  }

  HeartbeatOmega.Settings heartbeats() {
    return detector;
  }

  /** What is said of a memory, from 1. */
  SettingSource memory(int number) {
    return memoryEntries.get(number - 1);
  }

  /**
   * How a memory proves who it is.
   *
   * @throws BadInputException if its secret cannot be read, or is none
   */
  Security ofMemory(int number) {
    return security("memory-" + number);
  }

  /** How a replica does. */
  Security ofReplica(int number) {
    return security("process-" + number);
  }

  private Security security(String member) {
    YamlMap certificates = tls;
    return certificates == null
        ? Secrets.keys(top.path("key-file"))
        : Secrets.tls(store(certificates, member), certificates.path("password-file"));
  }

  /** How a replica and its clients do, at the replica's end. */
  StoreSecurity doorOf(int replica) {
    return clientSecurity("process-" + replica);
  }

  /** The same, at the client's end. */
  StoreSecurity ofClient() {
    return clientSecurity("client");
  }

  private StoreSecurity clientSecurity(String member) {
    YamlMap certificates = tls;
    return certificates == null
        ? Secrets.clientKeys(top.path("key-file"))
        : Secrets.clientTls(store(certificates, member), certificates.path("password-file"));
  }

  private static Path store(YamlMap certificates, String member) {
    return certificates.path("stores").resolve(member + ".p12");
  }

  /**
   * Checks the number of a member.
   *
   * @throws BadInputException if the file has none of that number
   */
  int number(String option, int number, int most) {
    if (number < 1 || number > most) {
      throw new BadInputException(option + " is in 1.." + most + " by " + file + ", not " + number);
    }
    return number;
  }
}
