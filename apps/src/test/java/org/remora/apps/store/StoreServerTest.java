package org.remora.apps.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicatedLog;
import org.remora.socket.LocalMachine;

class StoreServerTest {
  private static final LogSettings LOG = LogSettings.of(1).withEntryBytes(4096);

  private static final StoreSecurity SECURITY = StoreSecurity.ofGroup(new byte[16]);

  private final LocalMachine machine = LocalMachine.of(3, 3).build();
  private final List<StoreServer> servers = new ArrayList<>();
  private final List<InetSocketAddress> addresses = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    List<Replica> replicas =
        ReplicatedLog.install(
            machine,
            HeartbeatOmega.install(machine, HeartbeatOmega.Settings.DEFAULT),
            p -> StoreServer.machine(),
            LOG);
    for (Replica replica : replicas) {
      StoreServer server =
          new StoreServer(
              replica, LOG, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), SECURITY);
      servers.add(server);
      addresses.add(server.address());
    }
  }

  @AfterEach
  void end() {
    servers.forEach(StoreServer::close);
    machine.close();
  }

  private StoreClient client(int first) {
    return new StoreClient(addresses, first, Duration.ofSeconds(20), SECURITY);
  }

  @Test
  void whatOneReplicaTookAllOthersTell() throws Exception {
    assertThat(client(0).set("a key", "ein Wörtchen").done()).isTrue();

    assertThat(client(1).get("a key")).contains("ein Wörtchen");
    assertThat(client(2).get("another")).isEmpty();
    assertThat(client(2).setIf("a key", "x", "y"))
        .isEqualTo(new StoreClient.Changed(false, "ein Wörtchen"));
    assertThat(client(1).setIf("new", null, "y").done()).isTrue();
    assertThat(client(1).set("new", null).done()).isTrue();
    assertThat(client(0).get("new")).isEmpty();
  }

  @Test
  void goesOnWhenTheLeaderIsGone() throws Exception {
    StoreClient client = client(0);
    client.set("k", "1");

    machine.crashProcess(1);
    servers.get(0).close();

    assertThat(client.setIf("k", "1", "2").done()).isTrue();
    assertThat(client(2).get("k")).contains("2");
    assertThat(client(1).status(1).orElseThrow()).contains("\"replica\":2");
    assertThat(client(1).status(0)).isEmpty();
  }

  @Test
  void aChangeSentTwiceToDifferentReplicasIsMadeOnce() throws Exception {
    String session = send("POST", 0, "/sessions", "").body();
    assertThat(inSession(0, session, 1, "/keys/k?absent", "v")).isEqualTo(200);
    // Once more it would be refused: the key has a value now.
    assertThat(inSession(2, session, 1, "/keys/k?absent", "v")).isEqualTo(200);
    assertThat(inSession(2, session, 2, "/keys/k?absent", "v")).isEqualTo(409);
  }

  @Test
  void badRequestsAreTheClientsMistake() throws Exception {
    assertThat(send("GET", 0, "/nowhere", "").statusCode()).isEqualTo(404);
    assertThat(send("POST", 0, "/keys/k", "v").statusCode()).isEqualTo(405);
    assertThat(send("PUT", 0, "/keys/k", "v".repeat(4096)).statusCode()).isEqualTo(413);
    assertThat(send("PUT", 0, "/keys/" + "k".repeat(2000), "v").statusCode()).isEqualTo(413);
    assertThat(send("POST", 0, "/members/paint/1", "").statusCode()).isEqualTo(400);
    assertThat(inSession(0, "x", 1, "/keys/k", "v")).isEqualTo(400);
    assertThatThrownBy(() -> client(0).change("paint", 1))
        .isInstanceOf(StoreClient.NoAnswerException.class)
        .hasMessageContaining("no change of members");
  }

  @Test
  void withoutTheTokenNothingIsAnswered() throws Exception {
    client(0).set("k", "1");
    List<String> wrong = List.of("", "Bearer", "Bearer ", "Bearer x", "Basic " + SECURITY.token());
    for (String authorization : wrong) {
      for (String path : List.of("/keys/k", "/status", "/health", "/nowhere")) {
        HttpRequest.Builder request =
            HttpRequest.newBuilder(
                URI.create("http://localhost:" + addresses.get(0).getPort() + path));
        if (!authorization.isEmpty()) {
          request.header("Authorization", authorization);
        }
        assertThat(HTTP.send(request.build(), BodyHandlers.ofString()).statusCode())
            .as("%s with %s", path, authorization)
            .isEqualTo(401);
      }
    }
    StoreClient other =
        new StoreClient(
            addresses,
            0,
            Duration.ofSeconds(20),
            StoreSecurity.ofGroup("another secret ..".getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(() -> other.set("k", "2"))
        .isInstanceOf(StoreClient.NoAnswerException.class)
        .hasMessageContaining("not without the token");
    assertThatThrownBy(() -> other.status(0)).isInstanceOf(StoreClient.NoAnswerException.class);
    assertThat(client(0).get("k")).contains("1");
  }

  @Test
  void healthIsACodeAndAWord() throws Exception {
    client(1).set("k", "1");
    var health = send("GET", 1, "/health", "");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body()).isEqualTo("UP");
  }

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private java.net.http.HttpResponse<String> send(
      String method, int replica, String path, String body) throws Exception {
    return HTTP.send(
        request(replica, path).method(method, BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  private int inSession(int replica, String session, long sequence, String path, String body)
      throws Exception {
    return HTTP.send(
            request(replica, path)
                .header("Remora-Session", session)
                .header("Remora-Sequence", Long.toString(sequence))
                .header("Remora-Answered-Below", "1")
                .PUT(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  private HttpRequest.Builder request(int replica, String path) {
    InetSocketAddress address = addresses.get(replica);
    return HttpRequest.newBuilder(
            URI.create("http://" + address.getHostString() + ":" + address.getPort() + path))
        .header("Authorization", "Bearer " + SECURITY.token());
  }
}
