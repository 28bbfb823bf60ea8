package org.remora.tests.verbs;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.remora.byzantine.keys.Ed25519;
import org.remora.byzantine.keys.Ed25519Signer;
import org.remora.byzantine.keys.Membership;
import org.remora.byzantine.keys.PrivateKey;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.Instance;
import org.remora.crash.Omega;
import org.remora.memory.Value;
import org.remora.verbs.channel.PeerAuthentication;
import org.remora.verbs.channel.Transport;

/** Paxos, as it is, between processes that are connected by channels of a transport. */
abstract class PaxosOverChannels {
  abstract Transport transport();

  abstract InetSocketAddress anyPort();

  /** Processes that make sure of each other by Ed25519. */
  private ChannelCluster cluster(int processes) throws Exception {
    List<PrivateKey> keys = Stream.generate(PrivateKey::generate).limit(processes).toList();
    Membership membership = new Membership(keys.stream().map(PrivateKey::publicKey).toList());
    return new ChannelCluster(
        transport(),
        anyPort(),
        processes,
        process ->
            PeerAuthentication.signed(
                new Ed25519Signer(Ed25519.best(), process, keys.get(process - 1), membership)));
  }

  @Test
  void oneDecisionAfterTheOther() throws Exception {
    try (ChannelCluster cluster = cluster(3)) {
      List<Omega> omegas = HeartbeatOmega.install(cluster, HeartbeatOmega.Settings.DEFAULT);
      for (int i = 1; i <= 20; i++) {
        List<Consensus> parts = CrashAlgorithm.PAXOS.install(cluster, omegas, Instance.of(i));
        List<CompletableFuture<Value>> decisions = new ArrayList<>();
        for (int p = 1; p <= 3; p++) {
          decisions.add(parts.get(p - 1).propose(Value.of("value " + i + " of " + p)));
        }
        Value decided = decisions.get(0).get(60, SECONDS);
        assertThat(decided.asText()).startsWith("value " + i + " of ");
        for (CompletableFuture<Value> decision : decisions) {
          assertThat(decision.get(60, SECONDS)).isEqualTo(decided);
        }
      }
    }
  }

  @Test
  void aMajorityDecidesWhenTheLeaderCrashes() throws Exception {
    try (ChannelCluster cluster = cluster(3)) {
      List<Omega> omegas = HeartbeatOmega.install(cluster, HeartbeatOmega.Settings.DEFAULT);
      List<Consensus> first = CrashAlgorithm.PAXOS.install(cluster, omegas, Instance.of(1));
      Value before = first.get(0).propose(Value.of("red")).get(60, SECONDS);
      List<Consensus> second = CrashAlgorithm.PAXOS.install(cluster, omegas, Instance.of(2));
      cluster.crash(1);
      CompletableFuture<Value> two = second.get(1).propose(Value.of("green"));
      CompletableFuture<Value> three = second.get(2).propose(Value.of("blue"));
      assertThat(two.get(60, SECONDS)).isEqualTo(three.get(60, SECONDS)).isNotNull();
      assertThat(first.get(1).decision().get(60, SECONDS)).isEqualTo(before);
    }
  }
}
