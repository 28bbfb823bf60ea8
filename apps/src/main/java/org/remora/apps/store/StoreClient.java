package org.remora.apps.store;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A client of the store: asks one replica, and another if that does not answer, until the time is
 * up. Its changes take effect once, however often they had to be sent. One thread uses it.
 */
public final class StoreClient {
  private static final long PAUSE_MILLIS = 50;

  private final List<InetSocketAddress> replicas;
  private final Duration patience;
  private final StoreSecurity security;

  /** One for each replica: with TLS, it takes nobody else for that replica. */
  private final List<HttpClient> http = new ArrayList<>();

  private int at;
  private long session;
  private long sequence;

  /**
   * A client of these replicas.
   *
   * @param first which of them to ask first, from 0
   * @param patience how long to go on with one request
   * @param security how the replicas and this client prove who they are
   */
  public StoreClient(
      List<InetSocketAddress> replicas, int first, Duration patience, StoreSecurity security) {
    this.replicas = List.copyOf(replicas);
    this.patience = patience;
    this.security = security;
    at = first;
    HttpClient plain = null;
    for (int replica = 1; replica <= replicas.size(); replica++) {
      SSLContext context = security.contextFor(replica);
      if (context != null) {
        http.add(client().sslContext(context).build());
      } else {
        plain = plain == null ? client().build() : plain;
        http.add(plain);
      }
    }
  }

  private static HttpClient.Builder client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(1));
  }

  /** No replica answered in time. */
  public static final class NoAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message) {
      super(message);
    }
  }

  /**
   * What a change gave.
   *
   * @param done whether the key has the new value now
   * @param before the value that it had; empty also if it had none
   */
  public record Changed(boolean done, String before) {}

  /** The value of a key. */
  public Optional<String> get(String key) throws NoAnswerException, InterruptedException {
    HttpResponse<byte[]> answer = send("GET", "/keys/" + escape(key), new byte[0], false);
    return answer.statusCode() == 404 ? Optional.empty() : Optional.of(text(answer));
  }

  /** Gives a key a value, whatever it had before; null takes it away. */
  public Changed set(String key, @Nullable String value)
      throws NoAnswerException, InterruptedException {
    return change("/keys/" + escape(key), value);
  }

  /** Gives a key a value if it has the expected one, null for none. */
  public Changed setIf(String key, @Nullable String expected, @Nullable String value)
      throws NoAnswerException, InterruptedException {
    return change(
        "/keys/" + escape(key) + (expected == null ? "?absent" : "?expected=" + escape(expected)),
        value);
  }

  private Changed change(String path, @Nullable String value)
      throws NoAnswerException, InterruptedException {
    if (session == 0) {
      session = Long.parseLong(text(send("POST", "/sessions", new byte[0], false)));
    }
    sequence++;
    HttpResponse<byte[]> answer =
        send(
            value == null ? "DELETE" : "PUT",
            path,
            value == null ? new byte[0] : value.getBytes(StandardCharsets.UTF_8),
            true);
    return new Changed(answer.statusCode() == 200, text(answer));
  }

  /** Changes the members: add-replica, remove-replica, add-memory or remove-memory. */
  public String change(String kind, int number) throws NoAnswerException, InterruptedException {
    return text(send("POST", "/members/" + kind + "/" + number, new byte[0], false));
  }

  /**
   * The status of one replica, from 0, as JSON; empty if it does not answer.
   *
   * @throws NoAnswerException if it refuses to
   */
  public Optional<String> status(int replica) throws NoAnswerException, InterruptedException {
    try {
      HttpResponse<byte[]> answer =
          http.get(replica)
              .send(
                  request(replica, "GET", "/status", new byte[0]).build(),
                  BodyHandlers.ofByteArray());
      if (answer.statusCode() == 200) {
        return Optional.of(text(answer));
      } else if (answer.statusCode() == 503) {
        return Optional.empty();
      }
      throw new NoAnswerException("replica " + (replica + 1) + " refuses: " + text(answer));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private HttpResponse<byte[]> send(String method, String path, byte[] body, boolean inSession)
      throws NoAnswerException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    String why;
    do {
      HttpRequest.Builder request = request(at, method, path, body);
      if (inSession) {
        request
            .header("Remora-Session", Long.toString(session))
            .header("Remora-Sequence", Long.toString(sequence))
            // One at a time: all before this one were answered.
            .header("Remora-Answered-Below", Long.toString(sequence));
      }
      try {
        HttpResponse<byte[]> answer =
            http.get(at).send(request.build(), BodyHandlers.ofByteArray());
        int code = answer.statusCode();
        if (code == 200 || code == 404 || code == 409) {
          return answer;
        }
        why = text(answer);
        if (code != 503) {
          throw new NoAnswerException("replica " + (at + 1) + " refuses: " + why);
        }
      } catch (IOException e) {
        why = "replica " + (at + 1) + " at " + replicas.get(at) + ": " + e;
      }
      at = (at + 1) % replicas.size();
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } while (System.nanoTime() - end < 0);
    throw new NoAnswerException("no answer in " + patience.toSeconds() + " s; the last: " + why);
  }

  private HttpRequest.Builder request(int replica, String method, String path, byte[] body) {
    InetSocketAddress address = replicas.get(replica);
    BodyPublisher publisher =
        body.length == 0 && !method.equals("PUT")
            ? BodyPublishers.noBody()
            : BodyPublishers.ofByteArray(body);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    security.scheme()
                        + "://"
                        + address.getHostString()
                        + ":"
                        + address.getPort()
                        + path))
            .timeout(patience)
            .method(method, publisher);
    String authorization = security.authorization();
    return authorization == null ? request : request.header("Authorization", authorization);
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
