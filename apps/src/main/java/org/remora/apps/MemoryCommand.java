package org.remora.apps;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.keys.Ed25519;
import org.remora.byzantine.keys.Ed25519Signer;
import org.remora.byzantine.keys.KeyFiles;
import org.remora.byzantine.keys.Membership;
import org.remora.memory.Value;
import org.remora.socket.MemoryHost;
import org.remora.socket.Security;
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
  private static final int END_SECONDS_MAX = 10;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE.yaml",
      description = "The options below in a file, as \"listen: tcp:127.0.0.1:7001\".")
  private @Nullable Path config;

  @Option(
      names = "--group",
      paramLabel = "FILE.yaml",
      description =
          "The group of a replicated log: its entry for this memory may have the options below.")
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
    List<SettingSource> sources = new ArrayList<>();
    sources.add(options());
    if (config != null) {
      sources.add(YamlMap.read(config, MemorySettings.keysOfFile()));
    }
    HostedMemory host;
    try {
      MemorySettings given = new MemorySettings(sources);
      host =
          given.isOnVerbs()
              ? verbs(given)
              : new HostedMemory.Sockets(settings(given, sources).start());
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

  private HostedMemory verbs(MemorySettings given) throws IOException {
    if (group != null) {
      throw new BadInputException("--group is not for --transport verbs");
    }
    for (String other :
        List.of("tls-store", "tls-password-file", "connections-max", "store", "fsync")) {
      if (given.has(other)) {
        throw new BadInputException("--" + other + " is not for --transport verbs");
      }
    }
    int memory = given.number();
    InetSocketAddress address = given.cardAddress();
    int count = given.processes();
    org.remora.verbs.MemoryHost.Settings settings =
        org.remora.verbs.MemoryHost.of(memory, count, address).definers(given.definers(count));
    given.limit("bytes-max", Long.MAX_VALUE, settings::bytesMax);
    given.limit("regions-max", 1 << 20, n -> settings.regionsMax((int) n));
    settings.authentication(authentication(given, count + memory));
    try {
      return new HostedMemory.Verbs(settings.start());
    } catch (IOException e) {
      throw new BadInputException(
          "no memory behind an RDMA card at "
              + address.getHostString()
              + ": "
              + e.getMessage()
              + "; see remora devices");
    }
  }

  /** How a memory behind a card makes sure of its processes. */
  private PeerAuthentication authentication(MemorySettings given, int self) throws IOException {
    boolean keys = given.has("members") || given.has("private-key");
    boolean secret = given.has("key-file");
    if ((keys ? 1 : 0) + (secret ? 1 : 0) + (trustEverybody ? 1 : 0) != 1) {
      throw new BadInputException(
          "one of --members with --private-key, --key-file and --trust-everybody is needed");
    }
    try {
      if (secret) {
        return PeerAuthentication.ofGroup(self, Value.of(Secrets.key(given.path("key-file"))));
      }
      if (trustEverybody) {
        return PeerAuthentication.none();
      }
      return PeerAuthentication.signed(
          new Ed25519Signer(
              Ed25519.bouncyCastle(),
              self,
              KeyFiles.loadPrivate(given.path("private-key")),
              Membership.load(given.path("members"))));
    } catch (IllegalArgumentException e) {
      throw new BadInputException("member " + self + " of the group: " + e.getMessage());
    }
  }

  private MemoryHost.Settings settings(MemorySettings given, List<SettingSource> sources) {
    if (given.has("processes")) {
      throw new BadInputException("--processes is for --transport verbs");
    }
    if (given.has("members") || given.has("private-key") || trustEverybody) {
      throw new BadInputException(
          "--members, --private-key and --trust-everybody are for --transport verbs");
    }
    int memory = given.number();
    if (group == null) {
      MemoryHost.Settings settings = MemoryHost.of(memory, given.listen(), given.security());
      given.complete(settings);
      return settings;
    }
    GroupFile file = GroupFile.read(group);
    file.number("--number", memory, file.group().memories().size());
    boolean own = given.has("key-file") || given.has("tls-store");
    Security security = own ? given.security() : file.ofMemory(memory);
    sources.add(file.memory(memory));
    MemorySettings whole = new MemorySettings(sources);
    MemoryHost.Settings settings = MemoryHost.of(memory, whole.listen(), security);
    whole.complete(settings);
    return settings;
  }

  private SettingSource options() {
    return new SettingSource.Options()
        .with("number", number)
        .with("listen", listen)
        .with("transport", transport)
        .with("processes", processes)
        .with("key-file", keyFile)
        .with("tls-store", tlsStore)
        .with("tls-password-file", tlsPasswordFile)
        .with("members", members)
        .with("private-key", privateKey)
        .with("definers", definers)
        .with("bytes-max", bytesMax)
        .with("regions-max", regionsMax)
        .with("connections-max", connectionsMax)
        .with("store", store)
        .with("fsync", fsync);
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
