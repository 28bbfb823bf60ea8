package org.remora.crash.log;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/**
 * One process's end of a replicated log. Its methods may be called from any thread; futures
 * complete on the process's event loop, so what hangs on them must be short. To wait for a future
 * on the event loop itself would wait for ever.
 *
 * <p>Every command takes effect exactly once, or never if the replica stops for good before it was
 * answered, whoever leads meanwhile: this replica sends it until it sees it applied, and the log
 * knows commands that were applied before. A future that completes normally tells the result of the
 * command at its place in the log.
 */
public final class Replica {
  private final ProcessContext process;
  private final LogCore core;
  private final LogSettings settings;

  Replica(ProcessContext process, LogCore core, LogSettings settings) {
    this.process = process;
    this.core = core;
    this.settings = settings;
  }

  /** The number of the process. */
  public int process() {
    return process.self();
  }

  /**
   * Appends a command.
   *
   * @return what the state machine made of it; completes exceptionally with {@link
   *     OverloadedException} (it was not sent), {@link SessionEndedException} or {@link
   *     ClosedReplicaException} (its fate is unknown)
   * @throws IllegalArgumentException if it is ⊥ or too large
   */
  public CompletableFuture<Value> append(Value command) {
    check(command);
    CompletableFuture<Value> result = new CompletableFuture<>();
    process.execute(() -> core.append(Command.Kind.APPLY, command, result));
    return result;
  }

  /** As {@link #append}, and waits for the result. Not to be called on the event loop. */
  public Value appendAndWait(Value command) {
    return append(command).join();
  }

  /**
   * As {@link #append(Value)}, but if too many commands of this replica are unanswered, the command
   * waits for room in place of being refused: behind those that wait already, of which there are at
   * most {@link LogSettings#queueCommands}, and for a bounded time.
   *
   * @param waitNanosMax how long it may wait for room, in nanoseconds of the process's clock; then
   *     the future completes with {@link OverloadedException}, and the command was not sent. Once
   *     it was sent, its answer takes as long as it takes
   * @throws IllegalArgumentException if the command is ⊥ or too large, or the time is not positive
   */
  public CompletableFuture<Value> append(Value command, long waitNanosMax) {
    check(command);
    if (waitNanosMax < 1) {
      throw new IllegalArgumentException("a positive time, not " + waitNanosMax);
    }
    CompletableFuture<Value> result = new CompletableFuture<>();
    process.execute(() -> core.appendInTime(command, waitNanosMax, result));
    return result;
  }

  /**
   * As {@link #append(Value, long)}, and waits for the result. Not to be called on the event loop.
   */
  public Value appendAndWait(Value command, long waitNanosMax) {
    return append(command, waitNanosMax).join();
  }

  /**
   * Changes the membership, one replica or memory at a time. A replica that is added must be
   * running; one that is removed may be closed afterwards, and must not come back under its number
   * unless it is added again.
   *
   * @return whether anything changed; completes as {@link #append} does
   */
  public CompletableFuture<Boolean> change(Configuration.Change change) {
    Objects.requireNonNull(change);
    CompletableFuture<Value> result = new CompletableFuture<>();
    process.execute(() -> core.append(Command.Kind.CONFIGURE, change.encode(), result));
    return result.thenApply(value -> value.word() == 1);
  }

  /**
   * Asks the state machine for something, linearizably: the answer holds everything that was
   * answered to anybody, at any replica, before this call. It costs the leader one write to each
   * memory, however many reads wait for it.
   */
  public CompletableFuture<Value> read(Value question) {
    Objects.requireNonNull(question);
    CompletableFuture<Value> answer = new CompletableFuture<>();
    process.execute(() -> core.read(question, answer));
    return answer;
  }

  /** As {@link #read}, and waits for the answer. Not to be called on the event loop. */
  public Value readAndWait(Value question) {
    return read(question).join();
  }

  /**
   * Asks the state machine as it is here, which may lag behind the leader's by any time. Costs
   * nothing but the question.
   */
  public CompletableFuture<Value> readStale(Value question) {
    Objects.requireNonNull(question);
    CompletableFuture<Value> answer = new CompletableFuture<>();
    process.execute(() -> core.readStale(question, answer));
    return answer;
  }

  /** Opens a session for a client of this replica. */
  public CompletableFuture<Session> openSession() {
    CompletableFuture<Long> opened = new CompletableFuture<>();
    process.execute(() -> core.open(opened));
    return opened.thenApply(Session::new);
  }

  /**
   * Appends a command on behalf of a client that may have sent it to other replicas too, and will
   * again until somebody answers.
   *
   * @param session the id of a session opened at any replica
   * @param sequence the number of the command among the client's, from 1
   * @param answeredBelow the client has the results of all commands with a lower number
   * @return as {@link #append}
   */
  public CompletableFuture<Value> append(
      long session, long sequence, long answeredBelow, Value command) {
    check(command);
    if (session < 1 || sequence < 1 || answeredBelow < 1 || answeredBelow > sequence) {
      throw new IllegalArgumentException(
          "1 <= answeredBelow <= sequence, not " + answeredBelow + " and " + sequence);
    }
    CompletableFuture<Value> result = new CompletableFuture<>();
    process.execute(() -> core.append(session, sequence, answeredBelow, command, result));
    return result;
  }

  /** How this replica is. */
  public CompletableFuture<ReplicaStatus> status() {
    CompletableFuture<ReplicaStatus> status = new CompletableFuture<>();
    process.execute(() -> status.complete(core.status()));
    return status;
  }

  /** The process that leads, as far as this replica knows; 0 for none. */
  public CompletableFuture<Integer> leader() {
    return status().thenApply(ReplicaStatus::leader);
  }

  /** Who takes part, as far as this replica has applied. */
  public CompletableFuture<Configuration> members() {
    return status().thenApply(ReplicaStatus::configuration);
  }

  /**
   * Takes part no more, in good order: accepts nothing new, waits until what was accepted is
   * answered, tells the others, and, if it leads and Ω knows how, hands the leadership over.
   *
   * @param waitNanosMax how long to wait for answers, in nanoseconds of the process's clock
   * @return completes when it is done
   */
  public CompletableFuture<@Nullable Void> close(long waitNanosMax) {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    process.execute(() -> core.handOver(waitNanosMax, done));
    return done;
  }

  /** As {@link #close(long)}, with a second to wait. */
  public CompletableFuture<@Nullable Void> close() {
    return close(1_000_000_000L);
  }

  private void check(Value command) {
    if (command.isBottom() || command.length() > settings.commandBytes()) {
      throw new IllegalArgumentException(
          "a command is not ⊥ and has at most "
              + settings.commandBytes()
              + " bytes, not "
              + command.length());
    }
  }

  /**
   * A session: within it every command is applied once. Commands that are under way together are
   * applied in any order; whoever needs an order waits for the result.
   */
  public final class Session {
    private final long id;

    private Session(long id) {
      this.id = id;
    }

    /** Its number, under which any replica knows it. */
    public long id() {
      return id;
    }

    /** As {@link Replica#append(Value)}, in this session. */
    public CompletableFuture<Value> append(Value command) {
      check(command);
      CompletableFuture<Value> result = new CompletableFuture<>();
      process.execute(() -> core.append(id, command, result));
      return result;
    }
  }
}
