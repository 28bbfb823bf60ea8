package org.remora.verbs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.CostCounter;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.verbs.nic.Access;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.ConnectionEvent;
import org.remora.verbs.nic.SendList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process's way to one memory: reads and writes are one-sided, on a queue pair of their own; a
 * second queue pair carries the few messages with the memory's host. Registers tear here: processes
 * see them through {@link org.remora.memory.FramedMemory}.
 *
 * <p>A refused access breaks the first queue pair. The operation that was refused is told from the
 * others by its completion. Then both ends connect the queue pair anew, and:
 *
 * <ul>
 *   <li>the refused operation is a nak, unless its key was of before a change of rights and the
 *       process has the rights: then it is submitted again;
 *   <li>what was posted behind it has not been looked at by the memory, and is submitted again;
 *   <li>if the queue pair broke for want of an answer, all that was in flight ends as UNKNOWN. The
 *       host's end has been reset by then, so that it has taken effect or never will.
 * </ul>
 *
 * <p>A host that does not answer, or has left, is a crashed memory: silence. The way goes on trying
 * to connect, at growing intervals. When it succeeds, the host has ended the queue pairs of the
 * former connection before it accepted this one ({@link MemoryHost}): what was in flight there has
 * taken effect or never will, and ends as UNKNOWN; what waited goes on.
 *
 * <p>A host that comes back as another incarnation has lost what it held. To this process it is
 * crashed from then on: to take its empty registers for answers would be to forget what was
 * acknowledged.
 */
final class VerbsWay implements Memory {
  private static final Logger LOG = LoggerFactory.getLogger(VerbsWay.class);

  /**
   * An answer takes at most 4.096 µs times 2 to this, 1.1 s; after seven times that it is missing.
   */
  static final int TIMEOUT = 18;

  private static final int SENDS = WayConnection.sendsMax();

  /** How many requests to the host may be under way; less than its buffers, so that none waits. */
  private static final int REQUESTS = Mailbox.SLOTS / 2;

  /** How long it may take until a host that was asked to connect answers all that it has to. */
  private static final long ATTEMPT_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

  private static final long RETRY_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long RETRY_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

  /** A connection that stood so long was a good one: the next is tried for at once. */
  private static final long GOOD_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int WAITING_MAX = 1 << 16;
  private static final long WAITING_BYTES_MAX = 64L << 20;

  private final int number;
  private final VerbsProcess process;
  private final InetSocketAddress host;
  private final CostCounter costs;
  private final BufferPool buffers;
  private final SendList list = new SendList(64);
  private final ByteBuffer out = ByteBuffer.allocate(Wire.BYTES_MAX);

  private final Map<Integer, Geometry> regions = new HashMap<>();

  /** What was posted, in order, without an end yet; the first has this index. */
  private final ArrayDeque<Operation> posted = new ArrayDeque<>();

  private int firstPosted;

  /** What waits for a connection, for the queue pair to be connected, or for room in it. */
  private final ArrayDeque<Operation> waiting = new ArrayDeque<>();

  private long waitingBytes;

  /** Requests to the host under way, by ticket. */
  private final Map<Integer, Operation> requests = new LinkedHashMap<>();

  private final ArrayDeque<Operation> requestsWaiting = new ArrayDeque<>();
  private int tickets;

  /** What has to be settled once the queue pair is connected anew. */
  private @Nullable Operation refused;

  private List<Operation> uncertain = new ArrayList<>();

  /** The regions that this process defined here, by number. */
  private final Map<Integer, Definition> definitions = new TreeMap<>();

  /** The connection that is, or is being made. */
  private @Nullable WayConnection connection;

  /** Ends an attempt to connect that takes too long. */
  private Clock.@Nullable Timer attempt;

  /** Of the host, since it was first reached; 0 before. */
  private long incarnation;

  /** Whether the queue pair for reads and writes is connected. */
  private boolean open;

  private long openedAt;
  private long retryNanos = RETRY_NANOS_MIN;

  /** The host has lost its contents: silence, for good. */
  private boolean crashed;

  private boolean overflowed;
  private boolean complained;
  private int generation;
  private int sequence;
  private long writes;
  private long reads;
  private long atomics;
  private long messages;

  /** Completes when the memory is reached for the first time. */
  private final CompletableFuture<Void> reached = new CompletableFuture<>();

  private volatile String trouble = "no answer";

  private record Definition(Region region, Value descriptor, CompletableFuture<Void> defined) {}

  /** The way to a host, which is connected to by {@link #connect}. */
  VerbsWay(int number, VerbsProcess process, BufferPool buffers, InetSocketAddress host)
      throws IOException {
    this.number = number;
    this.process = process;
    this.host = host;
    this.costs = process.costs;
    this.buffers = buffers;
  }

  // The interface

  @Override
  public int number() {
    return number;
  }

  @Override
  public void read(Region region, int register, ReadCompletion completion) {
    submitting(completion);
    region.checkRegisters(register, 1);
    costs.read();
    submit(new Operation(Operation.Kind.READ, region.id(), register, 1, completion));
  }

  @Override
  public void readRange(Region region, int first, int count, RangeCompletion completion) {
    submitting(completion);
    region.checkRegisters(first, count);
    costs.read();
    submit(new Operation(Operation.Kind.RANGE, region.id(), first, count, completion));
  }

  @Override
  public void write(Region region, int register, Value value, Completion completion) {
    submitting(completion);
    region.checkRegisters(register, 1);
    region.checkValue(value);
    costs.write(value.length());
    Operation operation = new Operation(Operation.Kind.WRITE, region.id(), register, 1, completion);
    operation.value = value;
    submit(operation);
  }

  @Override
  public void compareAndSwap(
      Region region, int register, long expected, long desired, WordCompletion completion) {
    submitting(completion);
    region.checkRegisters(register, 1);
    if (!region.words()) {
      throw new IllegalArgumentException(region.name() + " is not a region of words");
    }
    costs.compareAndSwap();
    Operation operation = new Operation(Operation.Kind.SWAP, region.id(), register, 1, completion);
    operation.expected = expected;
    operation.desired = desired;
    submit(operation);
  }

  @Override
  public boolean supportsCompareAndSwap() {
    return true;
  }

  @Override
  public void changePermission(Region region, Permission permission, Completion completion) {
    submitting(completion);
    Objects.requireNonNull(permission);
    Wire.putPermission(ByteBuffer.allocate(Wire.BYTES_MAX - 64), permission);
    costs.permissionChange();
    Operation operation = new Operation(Operation.Kind.CHANGE, region.id(), 0, 1, completion);
    operation.permission = permission;
    submit(operation);
  }

  /** Defines a region at the host, before everything that is submitted after; on the loop. */
  void define(Region region, CompletableFuture<Void> defined) {
    process.loop().check();
    Value descriptor = Wire.encode(region);
    Definition known = definitions.get(region.id());
    if (known != null && known.descriptor.equals(descriptor)) {
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
    if (known != null) {
      defined.completeExceptionally(
          new IllegalArgumentException(
              "region " + region.id() + " is another one, which this process has defined"));
      return;
    }
    if (crashed) {
      return; // silence
    }
    Definition definition = new Definition(region, descriptor, defined);
    definitions.put(region.id(), definition);
    if (isEstablished()) {
      send(definition);
    }
  }

  private void submitting(Object completion) {
    process.loop().check();
    Objects.requireNonNull(completion);
  }

  // Posting

  private boolean isEstablished() {
    WayConnection now = connection;
    return now != null && now.isEstablished();
  }

  private WayConnection established() {
    return Objects.requireNonNull(connection);
  }

  private void submit(Operation operation) {
    if (process.loop().isStopped() || crashed) {
      return;
    }
    if (!isEstablished()) {
      await(operation);
      return;
    }
    if (operation.kind == Operation.Kind.CHANGE) {
      ask(operation);
      return;
    }
    Geometry geometry = regions.get(operation.region);
    if (geometry != null && operation.fits(geometry) && geometry.allows(operation.needed())) {
      post(operation, geometry);
    } else {
      // As far as is known here it would be refused. The memory decides, and its host can without
      // breaking the queue
      // pair; perhaps it has granted the right meanwhile.
      ask(operation);
    }
  }

  /** Keeps an operation for later. Beyond the bound it never ends, as on a crashed memory. */
  private void await(Operation operation) {
    if (waiting.size() < WAITING_MAX && operation.bytes() <= WAITING_BYTES_MAX - waitingBytes) {
      waitingBytes += operation.bytes();
      waiting.add(operation);
    } else if (!overflowed) {
      overflowed = true;
      LOG.error(
          "process {} drops operations on memory {}: {} wait there already",
          process.self(),
          number,
          waiting.size());
    }
  }

  private void post(Operation operation, Geometry geometry) {
    if (!open || posted.size() >= SENDS) {
      await(operation);
      return;
    }
    try {
      switch (operation.kind) {
        case READ, RANGE -> postRead(operation, geometry);
        case WRITE, SWAP -> {
          if (operation.isSwap(geometry)) {
            postSwap(operation, geometry);
          } else {
            postWrite(operation, geometry);
          }
        }
        case CHANGE -> throw new IllegalStateException("a change is no work of the card");
      }
    } catch (IOException e) {
      if (!operation.equals(posted.peekLast())) {
        // It did not get as far as that, and never will.
        giveBack(operation);
        uncertain.add(operation);
      }
      brokeWhilePosting(e);
    }
  }

  private long enlist(Operation operation, Geometry geometry) throws IOException {
    if (list.isFull()) {
      flush();
    }
    operation.posted = geometry;
    long work = WorkId.of(WorkId.DATA, number, generation, firstPosted + posted.size());
    posted.add(operation);
    return work;
  }

  private void postRead(Operation operation, Geometry geometry) throws IOException {
    long bytes = (long) (operation.count - 1) * geometry.stride() + geometry.registerBytes();
    if (bytes > BufferPool.LARGEST) {
      inHalves(operation);
      return;
    }
    BufferPool.Buffer buffer = buffers.take((int) bytes);
    operation.buffer = buffer;
    list(operation, geometry);
    reads++;
  }

  private void list(Operation operation, Geometry geometry) throws IOException {
    BufferPool.Buffer buffer = Objects.requireNonNull(operation.buffer);
    int bytes = (operation.count - 1) * geometry.stride() + geometry.registerBytes();
    long work = enlist(operation, geometry);
    list.read(
        work,
        buffer.address,
        bytes,
        buffer.localKey,
        geometry.at(operation.first),
        geometry.key(),
        false);
  }

  /** A range beyond the largest buffer is read as two; a range need not be a snapshot. */
  private void inHalves(Operation operation) {
    RangeCompletion whole = (RangeCompletion) operation.completion;
    int half = operation.count / 2;
    RangeCompletion first =
        (outcome, front) -> {
          if (outcome != Outcome.ACK) {
            whole.completed(outcome, List.of());
            return;
          }
          RangeCompletion second =
              (rest, back) -> {
                if (rest != Outcome.ACK) {
                  whole.completed(rest, List.of());
                  return;
                }
                List<Value> all = new ArrayList<>(front);
                all.addAll(back);
                whole.completed(rest, Collections.unmodifiableList(all));
              };
          submit(
              new Operation(
                  Operation.Kind.RANGE,
                  operation.region,
                  operation.first + half,
                  operation.count - half,
                  second));
        };
    submit(new Operation(Operation.Kind.RANGE, operation.region, operation.first, half, first));
  }

  private void postWrite(Operation operation, Geometry geometry) throws IOException {
    Value value = Objects.requireNonNull(operation.value);
    int bytes = value.length();
    BufferPool.Buffer buffer = buffers.take(bytes);
    operation.buffer = buffer;
    if (geometry.words()) {
      buffer.bytes.putLong(0, value.word());
    } else {
      buffer.bytes.put(0, value.asBuffer(), 0, bytes);
    }
    long work = enlist(operation, geometry);
    list.write(
        work,
        buffer.address,
        bytes,
        buffer.localKey,
        geometry.at(operation.first),
        geometry.key(),
        false,
        bytes <= established().inlineMax());
    writes++;
  }

  private void postSwap(Operation operation, Geometry geometry) throws IOException {
    if (operation.kind == Operation.Kind.WRITE) {
      operation.desired = Objects.requireNonNull(operation.value).word();
    }
    BufferPool.Buffer buffer = buffers.take(Long.BYTES);
    operation.buffer = buffer;
    flush();
    long work = enlist(operation, geometry);
    established()
        .data()
        .compareAndSwap(
            work,
            buffer.address,
            buffer.localKey,
            geometry.at(operation.first),
            geometry.key(),
            operation.expected,
            operation.desired);
    atomics++;
  }

  /**
   * Posts what has come together since the last time, with one call to the card. Only the end of
   * the last is told: the card takes them in order, so that its end is that of all before it.
   */
  void flush() throws IOException {
    if (!list.isEmpty()) {
      list.signalLast();
      established().data().send(list);
    }
  }

  /** As {@link #flush}, with a failure as a break. */
  void flushAll() {
    try {
      flush();
    } catch (IOException e) {
      brokeWhilePosting(e);
    }
  }

  // Completions

  /** A work request has ended, and all before it on the same queue pair with it. */
  void dataCompleted(long work, int status) throws IOException {
    if (!open || !WorkId.isOf(work, generation)) {
      return; // of a queue pair of before
    }
    // Until this one, exclusively or inclusively.
    int done = WorkId.index(work - firstPosted) + (status == CompletionQueue.SUCCESS ? 1 : 0);
    if (done > posted.size()) {
      throw new IllegalStateException("the end of work that was not posted");
    }
    if (status != CompletionQueue.SUCCESS) {
      // The rest is put aside first: the completions that run now may submit more.
      Operation[] all = posted.toArray(new Operation[0]);
      posted.clear();
      firstPosted += all.length;
      broke(Arrays.asList(all).subList(done, all.length), status);
      for (int i = 0; i < done; i++) {
        succeeded(all[i]);
      }
    } else {
      // A completion may submit more, and posting that may find the queue pair broken.
      int before = generation;
      for (int i = 0; i < done && before == generation; i++) {
        firstPosted++;
        succeeded(posted.remove());
      }
    }
    postWaiting();
  }

  private void succeeded(Operation operation) {
    BufferPool.Buffer buffer = Objects.requireNonNull(operation.buffer);
    Geometry geometry = operation.posted;
    long before = 0;
    List<Value> values = List.of();
    switch (operation.kind) {
      case READ, RANGE -> values = values(operation, geometry, buffer);
      default -> before = buffer.bytes.getLong(0);
    }
    boolean swap = operation.isSwap(geometry);
    giveBack(operation);
    if (operation.kind == Operation.Kind.WRITE && swap && before != operation.expected) {
      // The guess at the word was wrong, and nothing has happened.
      operation.expected = before;
      submit(operation);
      return;
    }
    if (process.loop().isStopped()) {
      return;
    }
    switch (operation.kind) {
      case READ -> ((ReadCompletion) operation.completion).completed(Outcome.ACK, values.get(0));
      case RANGE -> ((RangeCompletion) operation.completion).completed(Outcome.ACK, values);
      case SWAP -> ((WordCompletion) operation.completion).completed(Outcome.ACK, before);
      default -> operation.complete(Outcome.ACK);
    }
  }

  private static List<Value> values(
      Operation operation, Geometry geometry, BufferPool.Buffer buffer) {
    Value[] values = new Value[operation.count];
    for (int i = 0; i < operation.count; i++) {
      int at = i * geometry.stride();
      if (geometry.words()) {
        values[i] = Value.ofWord(buffer.bytes.getLong(at));
      } else {
        byte[] bytes = new byte[geometry.registerBytes()];
        buffer.bytes.get(at, bytes);
        values[i] = Value.of(bytes);
      }
    }
    return Collections.unmodifiableList(Arrays.asList(values));
  }

  private void giveBack(Operation operation) {
    BufferPool.Buffer buffer = operation.buffer;
    if (buffer != null) {
      operation.buffer = null;
      buffers.give(buffer);
    }
  }

  private void ended(Operation operation, Outcome outcome) {
    if (!process.loop().isStopped()) {
      operation.complete(outcome);
    }
  }

  private void postWaiting() {
    for (int left = waiting.size(); left > 0 && open && posted.size() < SENDS; left--) {
      Operation next = waiting.remove();
      waitingBytes -= next.bytes();
      submit(next);
    }
  }

  // Breaks

  private void brokeWhilePosting(IOException e) {
    LOG.debug("the queue pair to memory {} takes no more", number, e);
    List<Operation> all = new ArrayList<>(posted);
    posted.clear();
    firstPosted += all.size();
    broke(all, CompletionQueue.FLUSHED);
  }

  /** The queue pair broke at the first of these; all of them were posted, none has succeeded. */
  private void broke(List<Operation> left, int status) {
    open = false;
    list.clear();
    generation++;
    left.forEach(this::giveBack);
    boolean nak =
        status == CompletionQueue.REMOTE_ACCESS
            || status == CompletionQueue.REMOTE_INVALID_REQUEST
            || status == CompletionQueue.REMOTE_OPERATION;
    if (nak) {
      refused = left.get(0);
      // A card takes what one peer sends in order and, after a refusal, no more of it.
      for (Operation behind : left.subList(1, left.size())) {
        waitingBytes += behind.bytes();
        waiting.add(behind);
      }
    } else {
      uncertain.addAll(left);
    }
    open();
  }

  /** Asks the host to connect the queue pair, for the first time on a connection or anew. */
  private void open() {
    if (isEstablished()) {
      sequence = process.randomSequence();
      out.clear();
      send(out.put(Wire.OPEN).putInt(established().data().number()).putInt(sequence).flip());
    }
  }

  private void opened(ByteBuffer in) throws IOException {
    int pairNumber = in.getInt();
    int hostSequence = in.getInt();
    int asked = in.getInt();
    if (asked != sequence || open) {
      return; // the answer to a question of before
    }
    WayConnection now = established();
    now.data().restart(now.id(), Access.NONE, pairNumber, hostSequence, sequence, TIMEOUT);
    endAttempt();
    openedAt = process.loop().now();
    overflowed = false;
    if (complained) {
      complained = false;
      LOG.info("process {} reaches memory {} again", process.self(), number);
    }
    reached.complete(null);
    open = true;
    // Only now, when the host's end has been reset, or destroyed with its connection: what was in
    // flight has taken effect, or never will.
    List<Operation> unknown = uncertain;
    uncertain = new ArrayList<>();
    Operation nak = refused;
    refused = null;
    if (nak != null) {
      judge(nak);
    }
    unknown.forEach(operation -> ended(operation, Outcome.UNKNOWN));
    postWaiting();
  }

  /** Whether a refusal was one, or for a key of before: the host has told the rights since. */
  private void judge(Operation operation) {
    Geometry now = regions.get(operation.region);
    if (now != null
        && operation.fits(now)
        && now.allows(operation.needed())
        && now.key() != operation.posted.key()) {
      submit(operation);
    } else {
      ended(operation, Outcome.NAK);
    }
  }

  // Messages

  private void ask(Operation operation) {
    if (requests.size() >= REQUESTS) {
      requestsWaiting.add(operation);
      return;
    }
    int ticket = ++tickets == 0 ? ++tickets : tickets;
    requests.put(ticket, operation);
    out.clear();
    if (operation.kind == Operation.Kind.CHANGE) {
      out.put(Wire.CHANGE).putInt(ticket).putInt(operation.region);
      Wire.putPermission(out, Objects.requireNonNull(operation.permission));
    } else {
      out.put(Wire.ASK).putInt(ticket).putInt(operation.region);
    }
    send(out.flip());
  }

  private void send(Definition definition) {
    out.clear();
    send(
        out.put(Wire.DEFINE)
            .putInt(definition.region.id())
            .put(definition.descriptor.asBuffer())
            .flip());
  }

  private void send(ByteBuffer message) {
    messages++;
    try {
      established().mailbox().send(message);
    } catch (IOException e) {
      lost(e.toString());
    }
  }

  /** A message has arrived, or one of this side has. */
  void controlCompleted(long work, int status, int bytes) {
    WayConnection now = connection;
    if (now == null || !WorkId.isOf(work, now.generation())) {
      return; // of a connection of before
    }
    if (status != CompletionQueue.SUCCESS) {
      lost("a message ended with status " + status);
      return;
    }
    int slot = WorkId.index(work);
    try {
      if (WorkId.kind(work) == WorkId.SENT) {
        now.mailbox().sent(slot);
      } else {
        ByteBuffer in = now.mailbox().received(slot, bytes);
        if (now.isEstablished()) {
          received(in);
        } else {
          now.proven(in);
          established(now);
        }
        if (isCurrent(now)) {
          now.mailbox().release(slot);
        }
      }
    } catch (IOException
        | BufferUnderflowException
        | IllegalArgumentException
        | IndexOutOfBoundsException e) {
      lost(e.toString());
    }
  }

  @SuppressWarnings("ReferenceEquality") // a connection is itself alone
  private boolean isCurrent(WayConnection other) {
    return connection == other;
  }

  private void received(ByteBuffer in) throws IOException {
    byte kind = in.get();
    if (kind == Wire.OPENED) {
      opened(in);
      return;
    }
    if (kind == Wire.DEFINED) {
      defined(in.getInt(), in.get());
      return;
    }
    if (kind != Wire.TELL && kind != Wire.CHANGED) {
      throw new IllegalArgumentException("a message of no kind");
    }
    int ticket = in.getInt();
    boolean changed = in.get() != 0;
    Geometry geometry = Wire.takeGeometry(in);
    regions.put(geometry.region(), geometry);
    Operation operation = requests.remove(ticket);
    if (operation != null) {
      Operation next = requestsWaiting.poll();
      if (next != null) {
        ask(next);
      }
      answered(operation, kind, changed, geometry);
    }
  }

  private void answered(Operation operation, byte kind, boolean changed, Geometry geometry) {
    if ((kind == Wire.CHANGED) != (operation.kind == Operation.Kind.CHANGE)
        || geometry.region() != operation.region) {
      throw new IllegalArgumentException("an answer to another question");
    }
    if (kind == Wire.CHANGED) {
      ended(operation, changed ? Outcome.ACK : Outcome.NAK);
    } else if (operation.fits(geometry) && geometry.allows(operation.needed())) {
      post(operation, geometry);
    } else {
      ended(operation, Outcome.NAK);
    }
  }

  private void defined(int region, byte how) {
    Definition definition = definitions.get(region);
    if (definition == null) {
      throw new IllegalArgumentException("an answer to another question");
    }
    if (how == Wire.DONE) {
      definition.defined.complete(null);
      return;
    }
    definitions.remove(region);
    String reason = Wire.refusal(how);
    LOG.error(
        "memory {} refused to process {} to define region {}: {}",
        number,
        process.self(),
        definition.region.name(),
        reason);
    definition.defined.completeExceptionally(new IllegalArgumentException(reason));
  }

  // The connection

  /** Begins to connect; on the loop. */
  void connect() {
    if (crashed || connection != null || process.loop().isStopped()) {
      return;
    }
    try {
      WayConnection begun = process.connect(host, number, ++generation);
      connection = begun;
      attempt =
          process
              .loop()
              .after(
                  ATTEMPT_NANOS_MAX,
                  () -> {
                    attempt = null;
                    if (isCurrent(begun)) {
                      lost("no answer in time");
                    }
                  });
    } catch (IOException e) {
      retry(e.toString());
    }
  }

  private void endAttempt() {
    Clock.Timer timer = attempt;
    if (timer != null) {
      attempt = null;
      timer.cancel();
    }
  }

  /** Something has happened to the connection. */
  void event(ConnectionEvent event) {
    WayConnection now = connection;
    if (now == null || now.id() != event.id()) {
      return;
    }
    try {
      process.advance(now, event);
    } catch (IOException e) {
      lost(String.valueOf(e.getMessage()));
    }
  }

  /** The host has proved who it is. */
  private void established(WayConnection now) {
    if (now.incarnation() == 0 || (incarnation != 0 && incarnation != now.incarnation())) {
      crash();
      return;
    }
    incarnation = now.incarnation();
    // What waits rests on what was defined: that goes first.
    for (Definition definition : List.copyOf(definitions.values())) {
      if (isCurrent(now)) {
        send(definition);
      }
    }
    open();
  }

  /**
   * The connection broke, or could not be made. What was in flight stays silent until the next one
   * stands: not before does anybody know that it has taken effect or never will.
   */
  private void lost(String reason) {
    WayConnection broken = connection;
    if (broken == null) {
      return;
    }
    if (open && process.loop().now() - openedAt > GOOD_NANOS) {
      retryNanos = RETRY_NANOS_MIN;
    }
    drop(broken);
    posted.forEach(this::giveBack);
    uncertain.addAll(posted);
    firstPosted += posted.size();
    posted.clear();
    for (Operation asked : requests.values()) {
      if (asked.kind == Operation.Kind.CHANGE) {
        uncertain.add(asked);
      } else {
        await(asked); // it has not been posted
      }
    }
    requests.clear();
    requestsWaiting.forEach(this::await);
    requestsWaiting.clear();
    retry(reason);
  }

  private void drop(WayConnection ended) {
    connection = null;
    open = false;
    // What it left on the completion queue is of before.
    generation++;
    list.clear();
    // The keys are of the former connection; the host tells those of the next one.
    regions.clear();
    endAttempt();
    try {
      process.close(ended);
    } catch (IOException e) {
      // Its card may still write into buffers that would be used again.
      throw new IllegalStateException("the connection to memory " + number + " does not end", e);
    }
  }

  private void retry(String reason) {
    trouble = reason;
    if (process.loop().isStopped()) {
      return;
    }
    if (!complained) {
      complained = true;
      LOG.warn(
          "process {} does not reach memory {} at {}: {}", process.self(), number, host, reason);
    }
    long wait = retryNanos / 2 + process.jitter(retryNanos / 2 + 1);
    retryNanos = Math.min(2 * retryNanos, RETRY_NANOS_MAX);
    var unused = process.loop().after(wait, this::connect);
  }

  /** The host has come back without its contents. */
  private void crash() {
    crashed = true;
    LOG.error(
        "memory {} at {} has come back without its contents: to process {} it is crashed for good",
        number,
        host,
        process.self());
    WayConnection now = connection;
    if (now != null) {
      drop(now);
    }
    posted.forEach(this::giveBack);
    posted.clear();
    waiting.clear();
    waitingBytes = 0;
    requests.clear();
    requestsWaiting.clear();
    uncertain.clear();
    refused = null;
    definitions.clear();
  }

  /** Completes when the memory is reached for the first time. */
  CompletableFuture<Void> reached() {
    return reached;
  }

  /** Why it is not, as far as is known. */
  String trouble() {
    return trouble;
  }

  WorkRequests workRequests() {
    return new WorkRequests(writes, reads, atomics, messages);
  }

  /** Gives everything back; after the loop has ended. */
  void close() throws IOException {
    WayConnection now = connection;
    if (now != null) {
      connection = null;
      now.close();
    }
  }
}
