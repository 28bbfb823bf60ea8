package org.remora.socket;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process's way to a memory behind a socket. Its operations stand in one queue: first those in
 * flight on the connection, then those that wait for it. The host executes and answers in the order
 * in which they were sent.
 *
 * <p>When the connection breaks, nobody can say of an operation in flight whether it took effect,
 * nor whether it will: it may still lie in the host's buffers. So it stays silent until the next
 * connection stands, of which the host assures that nothing of the former is executed any more
 * ({@link MemoryHost#admit}); then it ends as UNKNOWN. A host that cannot be reached is silent.
 *
 * <p>A host that comes back as another incarnation has lost what it held. To this process it is
 * crashed from then on: to take its empty registers for answers would be to forget what was
 * acknowledged.
 */
final class RemoteMemory implements Memory, Network.Ticking {
  private static final Logger LOG = LoggerFactory.getLogger(SocketProcess.class);

  private static final long RETRY_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long RETRY_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(500);

  /** An answer this late: perhaps the connection is dead. A new one settles what is in flight. */
  private static final long SILENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(3);

  /** With so many bytes to send, operations wait in the queue. */
  private static final int UNSENT_BYTES_MAX = 1 << 20;

  private static final int OPERATIONS_MAX = 1 << 16;

  private final SocketProcess process;
  private final int number;
  private final Endpoint endpoint;
  private final long bytesMax;
  private final Ring<Operation> operations = new Ring<>(Operation::new);

  /** How many of the operations are in flight. */
  private int inFlight;

  /** The bytes of values that wait. */
  private long waitingBytes;

  private int sequence;
  private final Map<Integer, Definition> definitions = new TreeMap<>();
  private @Nullable MemoryConnection connection;

  /** Of the host, since it was first reached; 0 before. */
  private long incarnation;

  private boolean crashed;
  private boolean overflowed;
  private boolean complained;
  private long retryNanos = RETRY_NANOS_MIN;

  /** When the newest answer came, or the oldest operation in flight was sent. */
  private long heardAt;

  private record Definition(Region region, CompletableFuture<Void> defined) {}

  RemoteMemory(SocketProcess process, int number, Endpoint endpoint, long bytesMax) {
    this.process = process;
    this.number = number;
    this.endpoint = endpoint;
    this.bytesMax = bytesMax;
  }

  // What the process submits.

  @Override
  public int number() {
    return number;
  }

  @Override
  public void read(Region region, int register, ReadCompletion completion) {
    process.loop().check();
    Objects.requireNonNull(completion);
    region.checkRegisters(register, 1);
    if (process.loop().isStopped()) {
      return;
    }
    process.costs().read();
    Operation operation = add(Wire.READ, region, completion, 0);
    if (operation != null) {
      operation.register = register;
      operation.count = 1;
      send();
    }
  }

  @Override
  public void readRange(Region region, int first, int count, RangeCompletion completion) {
    process.loop().check();
    Objects.requireNonNull(completion);
    region.checkRegisters(first, count);
    if (count > HostConnection.RANGE_MAX) {
      throw new IllegalArgumentException(
          count + " registers; hosts read at most " + HostConnection.RANGE_MAX + " at once");
    }
    if (process.loop().isStopped()) {
      return;
    }
    process.costs().read();
    Operation operation = add(Wire.READ_RANGE, region, completion, 0);
    if (operation != null) {
      operation.register = first;
      operation.count = count;
      send();
    }
  }

  @Override
  public void write(Region region, int register, Value value, Completion completion) {
    process.loop().check();
    Objects.requireNonNull(completion);
    region.checkRegisters(register, 1);
    region.checkValue(value);
    if (process.loop().isStopped()) {
      return;
    }
    process.costs().write(value.length());
    Operation operation = add(Wire.WRITE, region, completion, value.length());
    if (operation != null) {
      operation.register = register;
      operation.value = value;
      send();
    }
  }

  @Override
  public void compareAndSwap(
      Region region, int register, long expected, long desired, WordCompletion completion) {
    process.loop().check();
    Objects.requireNonNull(completion);
    region.checkRegisters(register, 1);
    if (!region.words()) {
      throw new IllegalArgumentException(region.name() + " is not a region of words");
    }
    if (process.loop().isStopped()) {
      return;
    }
    process.costs().compareAndSwap();
    Operation operation = add(Wire.COMPARE_AND_SWAP, region, completion, 0);
    if (operation != null) {
      operation.register = register;
      operation.expected = expected;
      operation.desired = desired;
      send();
    }
  }

  @Override
  public boolean supportsCompareAndSwap() {
    return true;
  }

  @Override
  public void changePermission(Region region, Permission permission, Completion completion) {
    process.loop().check();
    Objects.requireNonNull(completion);
    Value encoded = Wire.encode(permission);
    if (process.loop().isStopped()) {
      return;
    }
    process.costs().permissionChange();
    Operation operation = add(Wire.CHANGE_PERMISSION, region, completion, encoded.length());
    if (operation != null) {
      operation.value = encoded;
      send();
    }
  }

  /** Defines a region, before everything that is submitted after; on the event loop. */
  void define(Region region, CompletableFuture<Void> defined) {
    Definition known = definitions.get(region.id());
    if (known != null && Wire.encode(known.region).equals(Wire.encode(region))) {
      var unused =
          known.defined.whenComplete(
              (done, refused) -> {
                if (refused != null) {
                  defined.completeExceptionally(refused);
                } else {
                  defined.complete(null);
                }
              });
      return;
    }
    Value descriptor = Wire.encode(region);
    Operation operation =
        add(Wire.DEFINE, region, new Definition(region, defined), descriptor.length());
    if (operation == null) {
      defined.completeExceptionally(new IllegalStateException("memory " + number + " is crashed"));
      return;
    }
    if (known == null) {
      definitions.put(region.id(), (Definition) Objects.requireNonNull(operation.completion));
    }
    operation.value = descriptor;
    send();
  }

  private @Nullable Operation add(int type, Region region, Object completion, int bytes) {
    if (crashed) {
      return null;
    }
    if (operations.size() >= OPERATIONS_MAX || bytes > bytesMax - waitingBytes) {
      if (!overflowed) {
        overflowed = true;
        LOG.error(
            "process {} drops operations on memory {}: {} wait there already",
            process.self(),
            number,
            operations.size());
      }
      return null; // as on a memory that is silent
    }
    Operation operation = operations.addLast();
    operation.type = type;
    operation.region = region.id();
    operation.words = region.words();
    operation.registerBytes = region.registerBytes();
    operation.completion = completion;
    waitingBytes += bytes;
    return operation;
  }

  /** Puts operations that wait into the connection, in order, while it has room. */
  private void send() {
    MemoryConnection to = connection;
    if (to == null || !to.isOpen()) {
      return;
    }
    while (inFlight < operations.size() && to.unsentBytes() < UNSENT_BYTES_MAX) {
      Operation operation = operations.get(inFlight);
      if (inFlight == 0) {
        heardAt = process.loop().now();
      }
      operation.sequence = sequence++;
      if (to.holds(operation)) {
        to.put(operation);
      } else {
        // The host has no region that could take this; in its place goes what keeps the order.
        operation.refused = true;
        to.begin(Wire.NOTHING, operation.sequence, 0);
      }
      if (operation.value != null && operation.type != Wire.DEFINE) {
        waitingBytes -= operation.value.length();
        operation.value = null;
      }
      inFlight++;
    }
  }

  // What the connection brings.

  void start() {
    process.network().add(this);
    connect();
  }

  boolean isConnected() {
    MemoryConnection now = connection;
    return now != null && now.isOpen();
  }

  /** The operation whose answer comes next; null if nothing is in flight. */
  @Nullable Operation awaited() {
    return inFlight == 0 ? null : operations.get(0);
  }

  /** The awaited operation has ended. */
  void ended(Outcome outcome, Value value, List<Value> values, long before, String reason) {
    heardAt = process.loop().now();
    Operation operation = operations.removeFirst();
    inFlight--;
    Object completion = Objects.requireNonNull(operation.completion);
    Outcome told = operation.refused ? Outcome.NAK : outcome;
    int type = operation.type;
    if (operation.value != null) {
      waitingBytes -= operation.value.length();
    }
    operation.clear();
    // The slot may be used again from here on, by what the completion submits.
    complete(type, completion, told, value, values, before, reason);
  }

  private void complete(
      int type,
      Object completion,
      Outcome outcome,
      Value value,
      List<Value> values,
      long before,
      String reason) {
    switch (type) {
      case Wire.READ -> ((ReadCompletion) completion).completed(outcome, value);
      case Wire.READ_RANGE -> ((RangeCompletion) completion).completed(outcome, values);
      case Wire.COMPARE_AND_SWAP -> ((WordCompletion) completion).completed(outcome, before);
      case Wire.DEFINE -> defined((Definition) completion, outcome, reason);
      default -> ((Completion) completion).completed(outcome);
    }
  }

  private void defined(Definition definition, Outcome outcome, String reason) {
    if (outcome == Outcome.ACK) {
      definition.defined.complete(null);
    } else {
      definitions.remove(definition.region.id(), definition);
      LOG.error(
          "memory {} refused to process {} to define region {}: {}",
          number,
          process.self(),
          definition.region.name(),
          reason);
      definition.defined.completeExceptionally(new IllegalArgumentException(reason));
    }
  }

  /** Whether the host that has just proven itself is the one that was known; else it is crashed. */
  boolean admits(long other) {
    if (incarnation == 0 || incarnation == other) {
      return true;
    }
    crashed = true;
    LOG.error(
        "memory {} at {} has come back without its contents: to process {} it is crashed for good",
        number,
        endpoint,
        process.self());
    while (operations.size() > 0) {
      operations.removeFirst().clear();
    }
    inFlight = 0;
    return false;
  }

  /** The connection stands: the host executes nothing more of what an earlier one carried. */
  void open(MemoryConnection stands, long proven) {
    incarnation = proven;
    retryNanos = RETRY_NANOS_MIN;
    sequence = 1;
    overflowed = false;
    if (complained) {
      complained = false;
      LOG.info("process {} reaches memory {} again", process.self(), number);
    }
    List<Runnable> unknown = new ArrayList<>();
    List<Operation> again = new ArrayList<>();
    while (inFlight > 0) {
      Operation operation = operations.removeFirst();
      inFlight--;
      Object completion = Objects.requireNonNull(operation.completion);
      int type = operation.type;
      if (type == Wire.DEFINE) {
        // Idempotent, and what waits behind it rests on it: first of all again.
        again.add(operation.copy());
      } else {
        unknown.add(
            () ->
                complete(type, completion, Outcome.UNKNOWN, Value.BOTTOM, List.of(), 0, "unknown"));
      }
      operation.clear();
    }
    for (int i = again.size() - 1; i >= 0; i--) {
      operations.addFirst().take(again.get(i));
    }
    send();
    for (Runnable each : unknown) {
      if (process.loop().isStopped()) {
        return;
      }
      each.run();
    }
    if (connection == stands) {
      send();
    }
  }

  /** There is room in the connection again. */
  void drained() {
    send();
  }

  void closed(MemoryConnection closed, String why, @Nullable IOException cause) {
    if (connection != closed) {
      return;
    }
    connection = null;
    unreachable(why, cause);
  }

  private void unreachable(String why, @Nullable IOException cause) {
    if (process.loop().isStopped() || crashed) {
      return;
    }
    if (!complained) {
      complained = true;
      LOG.warn(
          "process {} does not reach memory {} at {}: {}{}",
          process.self(),
          number,
          endpoint,
          why,
          cause == null ? "" : " (" + cause.getMessage() + ")");
    }
    long wait = retryNanos / 2 + process.network().jitter.nextLong(retryNanos / 2 + 1);
    retryNanos = Math.min(2 * retryNanos, RETRY_NANOS_MAX);
    process.loop().after(wait, this::connect);
  }

  private void connect() {
    if (crashed || connection != null) {
      return;
    }
    try {
      MemoryConnection made =
          new MemoryConnection(
              process,
              this,
              Pipes.connecting(
                  endpoint.connect(), process.network().sockets.scratch, process.security()));
      connection = made;
      made.begin();
    } catch (IOException e) {
      unreachable("it cannot be connected to", e);
    }
  }

  @Override
  public void tick(long now) {
    MemoryConnection open = connection;
    if (open == null) {
      return;
    }
    if (open.isOpen()
        ? inFlight > 0 && now - heardAt > SILENCE_NANOS_MAX
        : now - open.since > SILENCE_NANOS_MAX) {
      open.close("no answer in time", null);
    }
  }

  /** An operation of the queue; a slot that is used again. */
  static final class Operation {
    int type;
    int region;
    boolean words;
    int registerBytes;
    int register;
    int count;
    long expected;
    long desired;
    @Nullable Value value;
    int sequence;
    boolean refused;
    private @Nullable Object completion;

    void clear() {
      value = null;
      completion = null;
      refused = false;
    }

    Operation copy() {
      Operation copy = new Operation();
      copy.take(this);
      return copy;
    }

    void take(Operation other) {
      type = other.type;
      region = other.region;
      words = other.words;
      registerBytes = other.registerBytes;
      register = other.register;
      count = other.count;
      expected = other.expected;
      desired = other.desired;
      value = other.value;
      refused = other.refused;
      completion = other.completion;
    }
  }
}
