package org.remora.tests.verbs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.RotatingOmega;
import org.remora.byzantine.keys.Ed25519;
import org.remora.byzantine.keys.Ed25519Signer;
import org.remora.byzantine.keys.KeyFiles;
import org.remora.byzantine.keys.Membership;
import org.remora.byzantine.keys.PrivateKey;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.Instance;
import org.remora.crash.Omega;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicatedLog;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.remora.tests.log.Sum;
import org.remora.verbs.VerbsNode;
import org.remora.verbs.channel.PeerAuthentication;

/**
 * One process of a group in a JVM of its own: {@code SELF KEYS PROCESSES MEMORIES}, the last two
 * lists of HOST:PORT. It takes part in what the lines of its input name:
 *
 * <pre>
 * ALGORITHM NUMBER VALUE    proposes; answers ALGORITHM NUMBER DECISION
 * join NUMBER               joins a replicated log; answers joined NUMBER
 * append NUMBER N           adds to its sum; answers appended NUMBER SUM
 * read NUMBER               answers read NUMBER SUM
 * </pre>
 */
final class NodeProgram {
  /** An emulated card answers in milliseconds. */
  static final HeartbeatOmega.Settings DETECTOR =
      new HeartbeatOmega.Settings(100_000_000, 15, 6, 2, true);

  private static final Instance.Timing TIMING =
      new Instance.Timing(20_000_000, 500_000_000, 50_000_000, 1_000_000_000);

  private static final ByzantineInstance.Timing BYZANTINE_TIMING =
      new ByzantineInstance.Timing(
          20_000_000,
          200_000_000,
          3_000_000_000L,
          new Instance.Timing(200_000_000, 5_000_000_000L, 500_000_000, 5_000_000_000L));

  static final LogSettings.Timing LOG_TIMING =
      new LogSettings.Timing(
          1_000_000,
          20_000_000,
          10_000_000,
          1_000_000,
          50_000_000,
          1_000_000_000,
          1_000_000_000,
          1_000_000_000);

  private final VerbsNode node;
  private final Omega omega;
  private final Omega turns;
  private final Map<String, Replica> logs = new HashMap<>();

  private NodeProgram(VerbsNode node) {
    this.node = node;
    node.defineEverywhere(HeartbeatOmega.region(node.processes()));
    omega = HeartbeatOmega.start(node, DETECTOR);
    turns = RotatingOmega.start(node, 500_000_000);
  }

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    int self = Integer.parseInt(args[0]);
    try (VerbsNode node =
        VerbsNode.of(self, new VerbsNode.Group(addresses(args[2]), addresses(args[3])))
            .signer(signer(Path.of(args[1]), self))
            .authentication(PeerAuthentication.signed(signer(Path.of(args[1]), self)))
            .start()) {
      NodeProgram program = new NodeProgram(node);
      say("started");
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        program.take(line.split(" ", -1));
      }
    }
  }

  /** Keys for so many members, as files of a directory. */
  static void writeKeys(Path directory, int members) throws IOException {
    List<PrivateKey> keys = new ArrayList<>();
    for (int p = 1; p <= members; p++) {
      PrivateKey key = PrivateKey.generate();
      keys.add(key);
      KeyFiles.save(key, directory.resolve("key" + p));
    }
    new Membership(keys.stream().map(PrivateKey::publicKey).toList())
        .save(directory.resolve("members"));
  }

  private static Signer signer(Path keys, int self) throws IOException {
    return new Ed25519Signer(
        Ed25519.bouncyCastle(),
        self,
        KeyFiles.loadPrivate(keys.resolve("key" + self)),
        Membership.load(keys.resolve("members")));
  }

  private static List<InetSocketAddress> addresses(String list) {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (String each : list.split(",", -1)) {
      int colon = each.indexOf(':');
      addresses.add(
          new InetSocketAddress(
              each.substring(0, colon), Integer.parseInt(each.substring(colon + 1))));
    }
    return addresses;
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static void answer(String prefix, CompletableFuture<Value> future, boolean word) {
    var unused =
        future.whenComplete(
            (value, failed) ->
                say(
                    prefix
                        + " "
                        + (failed != null ? failed : word ? value.word() : value.asText())));
  }

  private void take(String[] words) {
    String prefix = words[0] + " " + words[1];
    int number = Integer.parseInt(words[1]);
    switch (words[0]) {
      case "join" -> {
        LogSettings settings =
            LogSettings.of(number)
                .withRing(64, 16)
                .withEntryBytes(512)
                .withTransfer(8 * 1024, 1024)
                .withTiming(LOG_TIMING);
        node.defineEverywhere(ReplicatedLog.region(settings, node.processes()));
        logs.put(words[1], ReplicatedLog.join(node, omega, new Sum(), settings));
        say("joined " + number);
      }
      case "append" ->
          answer(prefix, logs.get(words[1]).append(Value.ofWord(Long.parseLong(words[2]))), true);
      case "read" -> answer(prefix, logs.get(words[1]).read(Value.EMPTY), true);
      case "FAST_AND_ROBUST", "ROBUST_BACKUP", "CHEAP_QUORUM", "PREFERENTIAL_PAXOS" -> {
        ByzantineAlgorithm algorithm = ByzantineAlgorithm.valueOf(words[0]);
        ByzantineInstance instance =
            new ByzantineInstance(
                number, node.processes(), (node.processes() - 1) / 2, 64, 64, BYZANTINE_TIMING);
        algorithm.regions(instance).forEach(node::defineEverywhere);
        answer(
            prefix,
            algorithm
                .join(node, turns, instance)
                .propose(Value.of(words[2].toLowerCase(Locale.ROOT)), node.self()),
            false);
      }
      default -> {
        CrashAlgorithm algorithm = CrashAlgorithm.valueOf(words[0]);
        Instance instance = new Instance(number, 64, TIMING);
        algorithm.region(instance, node.processes()).ifPresent(node::defineEverywhere);
        answer(prefix, algorithm.join(node, omega, instance).propose(Value.of(words[2])), false);
      }
    }
  }
}
