package org.remora.apps;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.keys.Ed25519;
import org.remora.byzantine.keys.Ed25519Signer;
import org.remora.byzantine.keys.KeyFiles;
import org.remora.byzantine.keys.Membership;
import org.remora.memory.ProcessSet;
import org.remora.memory.Value;
import org.remora.socket.Durability;
import org.remora.socket.Endpoint;
import org.remora.socket.MemoryHost;
import org.remora.socket.PreSharedKeys;
import org.remora.socket.Security;
import org.remora.socket.TlsSecurity;
import org.remora.verbs.channel.PeerAuthentication;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code remora memory}: hosts a memory until it is told to end. */
@Command(
    name = "memory",
    description = {
      "Hosts a memory: regions and their permissions, served to processes that prove who they are.",
      "It runs until it is interrupted or terminated. What it holds is gone then, unless it is",
      "kept in a file."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100)
final class MemoryCommand implements Callable<Integer> {
  private static final int CONFIGURATION_BYTES_MAX = 64 * 1_024;
  private static final int END_SECONDS_MAX = 10;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The options below, one a line: \"listen = tcp:127.0.0.1:7001\"; # comments.")
  private @Nullable Path config;

  @Option(
      names = "--group",
      paramLabel = "FILE.yaml",
      description = "The group of a replicated log, which says where this memory listens.")
  private @Nullable Path group;

  @Option(names = "--number", paramLabel = "M", description = "The number of this memory, from 1.")
  private @Nullable String number;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description = "Where to listen: tcp:HOST:PORT or unix:PATH; for verbs HOST:PORT.")
  private @Nullable String listen;

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      description = {
        "sockets (the default), or verbs: behind an RDMA card, whose address and a port --listen"
            + " then names, HOST:PORT."
      })
  private @Nullable String transport;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = "How many processes the group has, for verbs.")
  private @Nullable String processes;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description =
          "A secret that all members of the group share, in hexadecimal, 16 bytes at least.")
  private @Nullable String keyFile;

  @Option(
      names = "--tls-store",
      paramLabel = "FILE",
      description = "In place of a key: a PKCS #12 file with the certificate of remora:memory:M.")
  private @Nullable String tlsStore;

  @Option(
      names = "--tls-password-file",
      paramLabel = "FILE",
      description = "The password of that file.")
  private @Nullable String tlsPasswordFile;

  @Option(
      names = "--members",
      paramLabel = "FILE",
      description =
          "The public keys of the group, processes first and memories after them, for verbs.")
  private @Nullable String members;

  @Option(
      names = "--private-key",
      paramLabel = "FILE",
      description = "This memory's own key, for verbs: of member N plus its number.")
  private @Nullable String privateKey;

  @Option(
      names = "--trust-everybody",
      description =
          "For verbs, on a network of one's own: whoever names a process is believed to be it.")
  private boolean trustEverybody;

  @Option(
      names = "--definers",
      paramLabel = "P,..",
      description = "The processes that may define regions; by default all of the group.")
  private @Nullable String definers;

  @Option(
      names = "--bytes-max",
      paramLabel = "N",
      description = "How many bytes all regions may hold together; 1 GiB by default.")
  private @Nullable String bytesMax;

  @Option(
      names = "--regions-max",
      paramLabel = "N",
      description = "How many regions there may be; 1024 by default.")
  private @Nullable String regionsMax;

  @Option(
      names = "--connections-max",
      paramLabel = "N",
      description = "How many connections there may be at once; 256 by default.")
  private @Nullable String connectionsMax;

  @Option(
      names = "--store",
      paramLabel = "FILE",
      description = "Keep the contents in this file: a host started again with it goes on.")
  private @Nullable String store;

  @Option(
      names = "--fsync",
      paramLabel = "POLICY",
      description =
          "When writes to that file are forced to the disk: none, interval (10 ms) or each (the default).")
  private @Nullable String fsync;

  @Option(names = "--json", description = "Print JSON objects: one at the start, one at the end.")
  private boolean asJson;

  @Override
  public Integer call() {
    if (config != null) {
      read(config);
    }
    HostedMemory host;
    try {
      host = isOnVerbs() ? verbs() : new HostedMemory.Sockets(settings().start());
    } catch (IOException e) {
      throw new BadInputException(String.valueOf(e.getMessage()));
    }
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endAndWait(end, ended), "remora-end"));
    boolean interrupted = false;
    print(started(host));
    try {
      end.await();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    host.close();
    print(counted(host));
    ended.countDown();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return Main.HOLDS;
  }

  /** When the system tells this process to end: lets the command come to its own end first. */
  private static void endAndWait(CountDownLatch end, CountDownLatch ended) {
    end.countDown();
    try {
      if (!ended.await(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        System.err.println("remora memory: it does not come to its end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isOnVerbs() {
    String name = transport == null ? "sockets" : transport;
    return switch (name) {
      case "sockets" -> {
        if (processes != null) {
          throw new BadInputException("--processes is for --transport verbs");
        }
        yield false;
      }
      case "verbs" -> true;
      default -> throw new BadInputException("--transport: sockets or verbs, not " + name);
    };
  }

  private HostedMemory verbs() throws IOException {
    Map<String, @Nullable Object> others = new LinkedHashMap<>();
    others.put("group", group);
    others.put("tls-store", tlsStore);
    others.put("tls-password-file", tlsPasswordFile);
    others.put("connections-max", connectionsMax);
    others.put("store", store);
    others.put("fsync", fsync);
    others.forEach(
        (name, given) -> {
          if (given != null) {
            throw new BadInputException("--" + name + " is not for --transport verbs");
          }
        });
    int memory = Math.toIntExact(number("number", need("number", number), 1, 0xFFFF));
    int count = Math.toIntExact(number("processes", need("processes", processes), 1, 0xFFFF));
    String at = need("listen", listen);
    int colon = at.lastIndexOf(':');
    if (colon < 1) {
      throw new BadInputException("--listen: HOST:PORT of an RDMA card, not " + at);
    }
    long port = number("listen", at.substring(colon + 1), 0, 0xFFFF);
    InetSocketAddress address =
        new InetSocketAddress(at.substring(0, colon), Math.toIntExact(port));
    if (address.isUnresolved()) {
      throw new BadInputException("--listen: no address: " + at);
    }
    org.remora.verbs.MemoryHost.Settings settings =
        org.remora.verbs.MemoryHost.of(memory, count, address)
            .definers(definers == null ? ProcessSet.all(count) : definers(definers));
    if (bytesMax != null) {
      settings.bytesMax(number("bytes-max", bytesMax, 1, Long.MAX_VALUE));
    }
    if (regionsMax != null) {
      settings.regionsMax(Math.toIntExact(number("regions-max", regionsMax, 1, 1 << 20)));
    }
    settings.authentication(authentication(count, memory));
    try {
      return new HostedMemory.Verbs(settings.start());
    } catch (IOException e) {
      throw new BadInputException(
          "no memory behind an RDMA card at "
              + at
              + ": "
              + e.getMessage()
              + "; see remora devices");
    }
  }

  /** How a memory behind a card makes sure of its processes. */
  private PeerAuthentication authentication(int count, int memory) throws IOException {
    boolean keys = members != null || privateKey != null;
    if ((keys ? 1 : 0) + (keyFile != null ? 1 : 0) + (trustEverybody ? 1 : 0) != 1) {
      throw new BadInputException(
          "one of --members with --private-key, --key-file and --trust-everybody is needed");
    }
    int self = count + memory;
    try {
      if (keyFile != null) {
        return PeerAuthentication.ofGroup(self, Value.of(HexFormat.of().parseHex(line(keyFile))));
      }
      if (trustEverybody) {
        return PeerAuthentication.none();
      }
      return PeerAuthentication.signed(
          new Ed25519Signer(
              Ed25519.bouncyCastle(),
              self,
              KeyFiles.loadPrivate(Path.of(need("private-key", privateKey))),
              Membership.load(Path.of(need("members", members)))));
    } catch (IllegalArgumentException e) {
      throw new BadInputException("member " + self + " of the group: " + e.getMessage());
    }
  }

  private static ProcessSet definers(String text) {
    return ProcessSet.of(
        Stream.of(text.split(",", -1))
            .mapToInt(each -> Math.toIntExact(number("definers", each.trim(), 1, 4_095)))
            .toArray());
  }

  private MemoryHost.Settings settings() {
    if (members != null || privateKey != null || trustEverybody) {
      throw new BadInputException(
          "--members, --private-key and --trust-everybody are for --transport verbs");
    }
    int memory = Math.toIntExact(number("number", need("number", number), 1, Integer.MAX_VALUE));
    MemoryHost.Settings settings;
    try {
      settings =
          group == null
              ? MemoryHost.of(memory, Endpoint.parse(need("listen", listen)), security())
              : of(GroupFile.read(group), memory);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(String.valueOf(e.getMessage()));
    }
    if (definers != null) {
      settings.definers(definers(definers));
    }
    if (bytesMax != null) {
      settings.bytesMax(number("bytes-max", bytesMax, 1, Long.MAX_VALUE));
    }
    if (regionsMax != null) {
      settings.regionsMax(Math.toIntExact(number("regions-max", regionsMax, 1, 1 << 20)));
    }
    if (connectionsMax != null) {
      settings.connectionsMax(
          Math.toIntExact(number("connections-max", connectionsMax, 1, 1 << 16)));
    }
    if (store != null) {
      settings.durable(new Durability(Path.of(store), policy()));
    } else if (fsync != null) {
      throw new BadInputException("--fsync is for a memory with a --store");
    }
    return settings;
  }

  private Durability.Policy policy() {
    String name = fsync == null ? "each" : fsync;
    return switch (name) {
      case "none" -> Durability.Policy.NONE;
      case "interval" -> Durability.Policy.INTERVAL;
      case "each" -> Durability.Policy.EACH;
      default -> throw new BadInputException("--fsync: none, interval or each, not " + name);
    };
  }

  private MemoryHost.Settings of(GroupFile file, int memory) {
    List<Endpoint> memories = file.group().memories();
    Endpoint endpoint = memories.get(file.number("--number", memory, memories.size()) - 1);
    return MemoryHost.of(
        memory,
        listen == null ? endpoint : Endpoint.parse(listen),
        keyFile == null && tlsStore == null ? file.security() : security());
  }

  private Security security() {
    if ((keyFile == null) == (tlsStore == null)) {
      throw new BadInputException("either --key-file or --tls-store is needed");
    }
    if (keyFile != null) {
      String text = line(keyFile);
      try {
        return PreSharedKeys.ofGroup(HexFormat.of().parseHex(text));
      } catch (IllegalArgumentException e) {
        throw new BadInputException(keyFile + ": " + e.getMessage());
      }
    }
    String certificates = Objects.requireNonNull(tlsStore);
    String password = line(need("tls-password-file", tlsPasswordFile));
    try {
      return TlsSecurity.ofKeyStore(Path.of(certificates), password.toCharArray());
    } catch (IOException | GeneralSecurityException e) {
      throw new BadInputException(certificates + ": " + e.getMessage());
    }
  }

  /** The one line of a small file. */
  private static String line(String file) {
    return text(Path.of(file)).strip();
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > CONFIGURATION_BYTES_MAX) {
        throw new BadInputException(file + ": larger than any configuration");
      }
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new BadInputException(file + ": no such file");
    } catch (IOException e) {
      throw new BadInputException(file + ": cannot be read: " + e.getMessage());
    }
  }

  /** Takes over what the command line does not say. */
  private void read(Path file) {
    int lineNumber = 0;
    for (String whole : text(file).split("\n", -1)) {
      lineNumber++;
      String line = whole.replaceFirst("#.*", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      int equals = line.indexOf('=');
      String name = equals < 0 ? line : line.substring(0, equals).strip();
      String value = equals < 0 ? "" : line.substring(equals + 1).strip();
      if (equals < 0 || value.isEmpty() || !take(name, value)) {
        throw new BadInputException(
            file + ", line " + lineNumber + ": no setting of a memory: \"" + line + "\"");
      }
    }
  }

  private boolean take(String name, String value) {
    switch (name) {
      case "number" -> number = first(number, value);
      case "listen" -> listen = first(listen, value);
      case "transport" -> transport = first(transport, value);
      case "processes" -> processes = first(processes, value);
      case "key-file" -> keyFile = first(keyFile, value);
      case "tls-store" -> tlsStore = first(tlsStore, value);
      case "tls-password-file" -> tlsPasswordFile = first(tlsPasswordFile, value);
      case "members" -> members = first(members, value);
      case "private-key" -> privateKey = first(privateKey, value);
      case "definers" -> definers = first(definers, value);
      case "bytes-max" -> bytesMax = first(bytesMax, value);
      case "regions-max" -> regionsMax = first(regionsMax, value);
      case "connections-max" -> connectionsMax = first(connectionsMax, value);
      case "store" -> store = first(store, value);
      case "fsync" -> fsync = first(fsync, value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static String first(@Nullable String given, String otherwise) {
    return given == null ? otherwise : given;
  }

  private static String need(String name, @Nullable String value) {
    if (value == null) {
      throw new BadInputException("--" + name + " is needed");
    }
    return value;
  }

  private static long number(String name, String text, long min, long max) {
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // as below
    }
    throw new BadInputException("--" + name + ": a number from " + min + " on, not " + text);
  }

  private void print(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(text);
    out.flush();
  }

  private String started(HostedMemory host) {
    return asJson
        ? json(
            generator -> {
              generator.writeNumberField("memory", host.number());
              host.started(generator);
            })
        : "memory " + host.number() + " listens at " + host.listens();
  }

  private String counted(HostedMemory host) {
    return asJson ? json(host::counted) : "it ends after " + host.did();
  }

  @FunctionalInterface
  private interface Fields {
    void write(JsonGenerator generator) throws IOException;
  }

  private static String json(Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
      generator.writeStartObject();
      fields.write(generator);
      generator.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a string takes whatever is written to it", e);
    }
    return text.toString();
  }
}
