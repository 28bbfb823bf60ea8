package org.remora.apps;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.remora.memory.ProcessSet;
import org.remora.socket.Durability;
import org.remora.socket.Endpoint;
import org.remora.socket.MemoryHost;
import org.remora.socket.Security;

/**
 * The settings of a memory host: from the command line, a file of its own or its entry in the file
 * of a group, all with the same keys. What comes first counts.
 */
final class MemorySettings {
  private static final int PROCESSES_MAX = 4_095;

  /** What may stand in the entry of a memory in the file of a group, beside where it listens. */
  static final Set<String> KEYS =
      new TreeSet<>(
          List.of("definers", "bytes-max", "regions-max", "connections-max", "store", "fsync"));

  /** What a memory's own file may say. */
  static Set<String> keysOfFile() {
    Set<String> keys = new TreeSet<>(KEYS);
    keys.addAll(List.of("number", "listen", "key-file", "tls-store", "tls-password-file"));
    keys.addAll(List.of("transport", "processes", "members", "private-key"));
    return keys;
  }

  private final List<SettingSource> sources;

  MemorySettings(List<SettingSource> sources) {
    this.sources = List.copyOf(sources);
  }

  boolean has(String key) {
    return sources.stream().anyMatch(source -> source.has(key));
  }

  private SettingSource source(String key) {
    for (SettingSource source : sources) {
      if (source.has(key)) {
        return source;
      }
    }
    throw new BadInputException("--" + key + " is needed");
  }

  /** The number of the memory. */
  int number() {
    return value("number", text -> (int) number(text, 1, PROCESSES_MAX));
  }

  /** Whether it is behind an RDMA card. */
  boolean isOnVerbs() {
    return has("transport")
        && value(
            "transport",
            name ->
                switch (name) {
                  case "sockets" -> false;
                  case "verbs" -> true;
                  default -> throw new IllegalArgumentException("sockets or verbs, not " + name);
                });
  }

  /** How many processes the group has, for verbs. */
  int processes() {
    return value("processes", text -> (int) number(text, 1, 0xFFFF));
  }

  /** The address of an RDMA card, and a port. */
  InetSocketAddress cardAddress() {
    return value(
        "listen",
        at -> {
          int colon = at.lastIndexOf(':');
          if (colon < 1) {
            throw new IllegalArgumentException("HOST:PORT of an RDMA card, not " + at);
          }
          int port = (int) number(at.substring(colon + 1), 0, 0xFFFF);
          InetSocketAddress address = new InetSocketAddress(at.substring(0, colon), port);
          if (address.isUnresolved()) {
            throw new IllegalArgumentException("no address: " + at);
          }
          return address;
        });
  }

  /** Who may define regions: by default all of so many processes. */
  ProcessSet definers(int processes) {
    return has("definers")
        ? value("definers", MemorySettings::processes)
        : ProcessSet.all(processes);
  }

  /** Where it listens. */
  Endpoint listen() {
    return value("listen", Endpoint::parse);
  }

  /** How it proves who it is, if that is said here. */
  Security security() {
    if (has("key-file") == has("tls-store")) {
      throw new BadInputException("either --key-file or --tls-store is needed");
    }
    return has("key-file")
        ? Secrets.keys(path("key-file"))
        : Secrets.tls(path("tls-store"), path("tls-password-file"));
  }

  /** Completes the settings of a host by everything else. */
  void complete(MemoryHost.Settings settings) {
    if (has("definers")) {
      settings.definers(value("definers", MemorySettings::processes));
    }
    limit("bytes-max", Long.MAX_VALUE, settings::bytesMax);
    limit("regions-max", 1 << 20, n -> settings.regionsMax((int) n));
    limit("connections-max", 1 << 16, n -> settings.connectionsMax((int) n));
    if (has("store")) {
      Durability.Policy policy =
          has("fsync") ? value("fsync", MemorySettings::policy) : Durability.Policy.EACH;
      settings.durable(new Durability(path("store"), policy));
    } else if (has("fsync")) {
      throw new BadInputException("--fsync is for a memory with a --store");
    }
  }

  /** Hands on a number from 1 on, if it is given. */
  void limit(String key, long most, LongConsumer setting) {
    if (has(key)) {
      setting.accept(value(key, text -> number(text, 1, most)));
    }
  }

  private <T> T value(String key, Function<String, T> parser) {
    return source(key).value(key, parser);
  }

  /** The file that is named at a key; that there is one is a must. */
  Path path(String key) {
    return source(key).path(key);
  }

  private static ProcessSet processes(String text) {
    List<Integer> processes = new ArrayList<>();
    for (String process : text.split(",", -1)) {
      processes.add((int) number(process.trim(), 1, PROCESSES_MAX));
    }
    return ProcessSet.of(processes.stream().mapToInt(Integer::intValue).toArray());
  }

  private static Durability.Policy policy(String name) {
    return switch (name) {
      case "none" -> Durability.Policy.NONE;
      case "interval" -> Durability.Policy.INTERVAL;
      case "each" -> Durability.Policy.EACH;
      default -> throw new IllegalArgumentException("none, interval or each, not " + name);
    };
  }

  private static long number(String text, long min, long max) {
    long number = Long.parseLong(text);
    if (number < min || number > max) {
      throw new IllegalArgumentException("a number from " + min + " to " + max + ", not " + text);
    }
    return number;
  }
}
