package org.remora.apps.store;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.remora.crash.log.Configuration;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.SessionEndedException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;

/**
 * A replica's door for clients: HTTP.
 *
 * <pre>
 * POST   /sessions                       200 and the number of a new session
 * GET    /keys/KEY                       200 and the value, or 404
 * PUT    /keys/KEY                       200; the body is the value
 * DELETE /keys/KEY                       200
 * PUT or DELETE /keys/KEY?expected=V     200, or 409 and the value that it has; also ?absent
 * POST   /members/CHANGE/NUMBER          200: add-replica, remove-replica, add-memory, remove-memory
 * GET    /status                         200 and the status as JSON
 * </pre>
 *
 * <p>With the headers Remora-Session, Remora-Sequence and Remora-Answered-Below a change takes
 * effect once, whichever replica it is sent to and however often. 503: not answered in time; send
 * it again. 410: the session has ended, and with it what is known of its commands.
 */
public final class StoreServer implements AutoCloseable {
  private static final int THREADS = 32;
  private static final int KEY_BYTES_MAX = 1024;
  private static final int HEADER_BYTES = 64;
  private static final long ANSWER_MILLIS_MAX = 2_000;

  static {
    // Read when the first server of the JVM is made. Without it an answer's body waits, behind its
    // head, for the client's system to confirm that: 40 ms.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  private final Replica replica;
  private final int valueBytesMax;
  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            Thread made = new Thread(task, "remora-store");
            made.setDaemon(true);
            return made;
          });

  /**
   * Opens the door of a replica whose state machine is a {@link #machine}.
   *
   * @throws IOException if it cannot listen there
   */
  public StoreServer(Replica replica, LogSettings settings, InetSocketAddress listen)
      throws IOException {
    this.replica = replica;
    // A command may hold two values.
    valueBytesMax = (settings.commandBytes() - KEY_BYTES_MAX - HEADER_BYTES) / 2;
    server = HttpServer.create(listen, 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** An empty store. */
  public static org.remora.crash.log.StateMachine machine() {
    return new KeyValueStore();
  }

  /** Where it listens, with the port that the system chose. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** What goes back. */
  private record Answer(int code, Value body) {
    static Answer of(int code, String text) {
      return new Answer(code, Value.of(text));
    }

    static Answer of(int code, Value value) {
      return new Answer(code, value.isBottom() ? Value.EMPTY : value);
    }
  }

  /** The client's mistake. */
  private static final class BadRequest extends Exception {
    private static final long serialVersionUID = 1L;
    private final int code;

    BadRequest(int code, String message) {
      super(message);
      this.code = code;
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      exchange.sendResponseHeaders(
          answer.code, answer.body.length() == 0 ? -1 : answer.body.length());
      if (answer.body.length() > 0) {
        exchange.getResponseBody().write(answer.body.toBytes());
      }
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    try {
      String[] path = exchange.getRequestURI().getRawPath().split("/", 4);
      String method = exchange.getRequestMethod();
      String where = method + " " + (path.length > 1 ? path[1] : "");
      if (where.equals("POST sessions")) {
        return Answer.of(200, Long.toString(await(replica.openSession()).id()));
      } else if (where.equals("GET status")) {
        KeyValueStore.Summary store =
            KeyValueStore.Summary.decode(await(replica.readStale(Value.BOTTOM)));
        return Answer.of(200, StatusJson.of(await(replica.status()), store));
      } else if (where.equals("POST members") && path.length == 4) {
        return change(path[2], path[3]);
      } else if (where.endsWith(" keys") && path.length == 3) {
        return key(exchange, method, decode(path[2]));
      }
      throw new BadRequest(404, "no " + method + " " + exchange.getRequestURI().getPath());
    } catch (BadRequest bad) {
      return Answer.of(bad.code, String.valueOf(bad.getMessage()));
    } catch (TimeoutException late) {
      return Answer.of(503, "no answer yet: is there a leader, and a majority of memories?");
    } catch (ExecutionException failed) {
      Throwable why = failed.getCause();
      return Answer.of(why instanceof SessionEndedException ? 410 : 503, String.valueOf(why));
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
      return Answer.of(503, "the replica is closed");
    }
  }

  private Answer key(HttpExchange exchange, String method, String key)
      throws IOException, BadRequest, ExecutionException, TimeoutException, InterruptedException {
    if (key.getBytes(StandardCharsets.UTF_8).length > KEY_BYTES_MAX) {
      throw new BadRequest(413, "a key has at most " + KEY_BYTES_MAX + " bytes");
    }
    if (method.equals("GET")) {
      Value found = new ValueReader(await(replica.read(Value.of(key)))).takeValue();
      return found.isBottom() ? Answer.of(404, "no value") : Answer.of(200, found);
    }
    Value value;
    if (method.equals("PUT")) {
      value = body(exchange);
    } else if (method.equals("DELETE")) {
      value = Value.BOTTOM;
    } else {
      throw new BadRequest(405, "GET, PUT or DELETE, not " + method);
    }
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    StoreCommand command = StoreCommand.set(key, value);
    String expected = query.get("expected");
    if (expected != null) {
      command = StoreCommand.setIf(key, checked(Value.of(expected)), value);
    } else if (query.containsKey("absent")) {
      command = StoreCommand.setIf(key, Value.BOTTOM, value);
    }
    KeyValueStore.Result result =
        KeyValueStore.Result.decode(await(append(exchange, command.encode())));
    return Answer.of(result.done() ? 200 : 409, result.before());
  }

  private CompletableFuture<Value> append(HttpExchange exchange, Value command) throws BadRequest {
    String session = exchange.getRequestHeaders().getFirst("Remora-Session");
    if (session == null) {
      return replica.append(command, TimeUnit.MILLISECONDS.toNanos(ANSWER_MILLIS_MAX));
    }
    try {
      return replica.append(
          Long.parseLong(session),
          number(exchange, "Remora-Sequence"),
          number(exchange, "Remora-Answered-Below"),
          command);
    } catch (IllegalArgumentException e) {
      throw new BadRequest(400, "the headers of the session: " + e.getMessage());
    }
  }

  private static long number(HttpExchange exchange, String header) throws BadRequest {
    String value = exchange.getRequestHeaders().getFirst(header);
    if (value == null) {
      throw new BadRequest(400, "a session needs the header " + header);
    }
    return Long.parseLong(value);
  }

  private Answer change(String kind, String number)
      throws BadRequest, ExecutionException, TimeoutException, InterruptedException {
    Configuration.Change change;
    try {
      change =
          new Configuration.Change(
              Configuration.Change.Kind.valueOf(
                  kind.toUpperCase(java.util.Locale.ROOT).replace('-', '_')),
              Integer.parseInt(number));
    } catch (IllegalArgumentException e) {
      throw new BadRequest(400, "no change of members: " + kind + " " + number);
    }
    return Answer.of(200, await(replica.change(change)) ? "changed" : "no change");
  }

  private static <T> T await(CompletableFuture<T> future)
      throws ExecutionException, TimeoutException, InterruptedException {
    return future.get(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS);
  }

  private Value body(HttpExchange exchange) throws IOException, BadRequest {
    return checked(Value.of(exchange.getRequestBody().readNBytes(valueBytesMax + 1)));
  }

  private Value checked(Value value) throws BadRequest {
    if (value.length() > valueBytesMax) {
      throw new BadRequest(413, "a value has at most " + valueBytesMax + " bytes");
    }
    return value;
  }

  private static Map<String, String> query(@Nullable String raw) throws BadRequest {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String part : raw.split("&", -1)) {
        int equals = part.indexOf('=');
        query.put(
            decode(equals < 0 ? part : part.substring(0, equals)),
            equals < 0 ? "" : decode(part.substring(equals + 1)));
      }
    }
    return query;
  }

  private static String decode(String raw) throws BadRequest {
    try {
      return URLDecoder.decode(raw, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BadRequest(400, "a broken escape in " + raw);
    }
  }
}
