package org.remora.apps;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.log.Configuration;
import org.remora.crash.log.LogSettings;
import org.remora.memory.ProcessSet;
import org.remora.socket.Endpoint;
import org.remora.socket.PreSharedKeys;
import org.remora.socket.Security;
import org.remora.socket.SocketProcess;

/**
 * What all members of a replicated log know alike, from a YAML file: where everybody listens, the
 * key, and the log's settings.
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
  private final List<Endpoint> memories = new ArrayList<>();
  private final List<Endpoint> replicas = new ArrayList<>();
  private final List<InetSocketAddress> clients = new ArrayList<>();
  private final Configuration members;
  private final LogSettings settings;
  private final HeartbeatOmega.Settings detector;

  private GroupFile(Path file) {
    this.file = file;
    top = YamlMap.read(file, Set.of("key-file", "memories", "replicas", "log"));
    List<Integer> firstMemories = new ArrayList<>();
    for (YamlMap memory : top.list("memories", Set.of("listen", "spare"))) {
      memories.add(memory.value("listen", Endpoint::parse));
      if (!isSpare(memory)) {
        firstMemories.add(memories.size());
      }
    }
    List<Integer> firstReplicas = new ArrayList<>();
    for (YamlMap replica : top.list("replicas", Set.of("listen", "clients", "spare"))) {
      replicas.add(replica.value("listen", Endpoint::parse));
      clients.add(replica.value("clients", GroupFile::tcp));
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

  private static InetSocketAddress tcp(String text) {
    Endpoint endpoint = Endpoint.parse(text);
    String host = endpoint.host();
    if (host == null) {
      throw new IllegalArgumentException("clients come over tcp:HOST:PORT, not " + text);
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

  /**
   * By the key of the group, in hexadecimal.
   *
   * @throws BadInputException if its file cannot be read, or holds too little
   */
  Security security() {
    Path key = top.value("key-file", file.toAbsolutePath()::resolveSibling);
    try {
      return PreSharedKeys.ofGroup(HexFormat.of().parseHex(Files.readString(key).trim()));
    } catch (IOException e) {
      throw new BadInputException("cannot read the key " + key + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new BadInputException("the key " + key + ": " + e.getMessage());
    }
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
