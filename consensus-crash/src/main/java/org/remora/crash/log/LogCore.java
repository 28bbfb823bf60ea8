package org.remora.crash.log;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.remora.crash.Omega;
import org.remora.memory.Clock;
import org.remora.memory.Links;
import org.remora.memory.MalformedValueException;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/**
 * One replica of the log, on its process's event loop: what it has learned and applied, the term
 * that it leads if it does, and the commands that it was asked to append.
 *
 * <p>Exactly one of two at a time makes entries decided here: the own term, or, while there is
 * none, what the follower reads and a transfer brings.
 */
final class LogCore {
  /** An operator is told of refused commands once in so long. */
  private static final long REFUSALS_TOLD_NANOS = 1_000_000_000L;

  final ProcessContext process;
  final LogSettings settings;
  final LogRules rules;
  final Layout layout;
  final Claims claims;
  final Tail tail;
  private final Omega omega;
  private final StateMachine machine;
  private final ReplicaListener listener;
  private final Links links;
  private final Follower follower;
  private final Transfer transfer;
  private final Watch watch;
  private final @Nullable Stream[] streams;

  /** c: all entries up to here are decided, and applied. */
  private long decided;

  private Configuration configuration;
  private Sessions sessions;

  /** The highest proposal number seen anywhere, or used. */
  private long highestSeen;

  private @Nullable Term term;
  private Clock.@Nullable Timer pause;
  private long attempts;

  /** Who was heard to lead last, and in which term. */
  private int leader;

  private long leaderProposal;

  /** How far each process said it is; and whether it no longer holds back the ring. */
  private final long[] reported;

  private final boolean[] dropped;
  private long lowestReported;
  private long lastReport;

  private final Map<Long, LocalSession> byNumber = new LinkedHashMap<>();
  private final Map<Long, LocalSession> byId = new LinkedHashMap<>();
  private final Map<LocalSession, CompletableFuture<Long>> opening = new LinkedHashMap<>();

  /** The session of what is appended without one. */
  private @Nullable LocalSession own;

  /** Commands that wait for room in the own session, in their order. */
  private final Set<Waiting> waitingForRoom = new LinkedHashSet<>();

  private boolean admitSet;

  /** How many commands were refused since somebody was told, and when that was. */
  private long refusals;

  private long refusalsToldAt = Long.MIN_VALUE / 2;

  private final Map<Long, Read> reads = new LinkedHashMap<>();
  private long lastRead;
  private boolean resendSet;
  private long resendNanos;
  private boolean closed;
  private boolean drains;

  /** A command that waits for room; a class, for each is only equal to itself. */
  private static final class Waiting {
    final Value payload;
    final CompletableFuture<Value> result;
    Clock.@Nullable Timer timer;

    Waiting(Value payload, CompletableFuture<Value> result) {
      this.payload = payload;
      this.result = result;
    }
  }

  /** A read that was not answered yet. */
  private static final class Read {
    final Value question;
    final CompletableFuture<Value> answer;

    /** The own term that was asked; 0 for none. */
    long askedIn;

    /** From which index on it may be answered; 0 while that is not known. */
    long from;

    Read(Value question, CompletableFuture<Value> answer) {
      this.question = question;
      this.answer = answer;
    }
  }

  /** A read of another replica that waits for the own term. */
  private record Asked(int from, long id) {}

  private final Set<Asked> asks = new HashSet<>();

  LogCore(
      ProcessContext process,
      Omega omega,
      StateMachine machine,
      LogSettings settings,
      Configuration configuration,
      ReplicaListener listener,
      LogRules rules) {
    this.process = process;
    this.omega = omega;
    this.machine = machine;
    this.settings = settings;
    this.configuration = configuration;
    this.listener = listener;
    this.rules = rules;
    layout = new Layout(settings, process.processes());
    claims = new Claims(rules);
    tail = new Tail(settings);
    sessions = new Sessions(settings);
    follower = new Follower(this);
    transfer = new Transfer(this);
    watch = new Watch(this);
    streams = new Stream[process.memories() + 1];
    reported = new long[process.processes() + 1];
    dropped = new boolean[process.processes() + 1];
    resendNanos = settings.timing().resendNanos();
    links = process.links(settings.id(), message -> LogMessage.decode(message).toString());
    judgeReports();
  }

  /** Begins to take part; on the event loop. */
  void start() {
    links.onReceive(this::received);
    omega.onChange(this::advance);
    follower.start();
    stand();
    advance();
  }

  // ---- What is learned.

  long decided() {
    return decided;
  }

  Configuration configuration() {
    return configuration;
  }

  long highestSeen() {
    return highestSeen;
  }

  void seen(long proposal) {
    highestSeen = Math.max(highestSeen, proposal);
  }

  /** Whether entries may be decided here otherwise than by the own term. */
  boolean follows() {
    return term == null && !closed;
  }

  /** A leader said that all up to there are decided. */
  void claimed(long proposal, long upTo) {
    if (upTo > decided) {
      // A term's number must be above that of everything its leader knows to be decided.
      seen(proposal);
      claims.add(proposal, upTo);
    }
  }

  /** The next entry is decided: applies it. */
  void decide(long index, Value batch) {
    decide(index, batch, null);
  }

  /** As above, with the batch's commands if they are known. */
  void decide(long index, Value batch, @Nullable List<Command> known) {
    if (index != decided + 1) {
      throw new IllegalStateException(index + " is decided after " + decided);
    }
    decided = index;
    tail.add(batch);
    follower.progressed();
    claims.learned(index);
    if (batch.length() > 0) {
      List<Command> commands = known != null ? known : Command.decodeAll(batch);
      for (int i = 0; i < commands.size(); i++) {
        apply(index, commands.get(i));
      }
    }
    if (!reads.isEmpty()) {
      answerReads();
    }
    admitLater();
    if (index - lastReport >= Math.max(1, settings.ring() / 4) && term == null) {
      lastReport = index;
      broadcast(new LogMessage.Report(index));
    }
  }

  private void apply(long index, Command command) {
    if (command.kind() == Command.Kind.OPEN) {
      opened(sessions.open(command.session(), this::sessionEnded));
      return;
    }
    Sessions.Session session = sessions.use(command.session());
    if (session == null || !sessions.accepts(session, command)) {
      LocalSession local = byId.get(command.session());
      if (local != null) {
        local.answered(command.sequence(), null);
      }
      return;
    }
    if (!session.isDone(command.sequence()) || !rules.deduplicates()) {
      Value result =
          command.kind() == Command.Kind.APPLY
              ? Objects.requireNonNull(machine.apply(index, command.payload()))
              : configure(index, command.payload());
      sessions.applied(session, command.sequence(), result);
    }
    LocalSession local = session.local;
    if (local != null) {
      local.answered(command.sequence(), session.result(command.sequence()));
    }
  }

  /** A session was pushed out. */
  private void sessionEnded(Sessions.Session session) {
    LocalSession local = byId.get(session.id);
    if (local != null) {
      ended(local);
    }
  }

  /** What waits in a session that has ended has an unknown fate. */
  private void ended(LocalSession local) {
    byId.remove(local.id);
    if (own == local) {
      own = null;
    }
    local.fail(new SessionEndedException());
    admitLater();
  }

  private Value configure(long index, Value payload) {
    Configuration next =
        configuration.after(
            Configuration.Change.decode(payload), index, process.processes(), process.memories());
    boolean changes = next.index() == index;
    if (changes) {
      configuration = next;
      judgeReports();
      stand();
      listener.configurationChanged(next);
    }
    return Value.ofWord(changes ? 1 : 0);
  }

  /** This replica misses entries that it may not find in the memories. */
  void behind() {
    if (!closed && !transfer.isActive()) {
      listener.behind(decided);
      transfer.begin(leader);
    }
  }

  /** A transfer has ended. */
  void transferred() {
    // To lead is the better way to what nobody has told: a takeover may find it.
    stand();
    advance();
    follower.hurry();
  }

  Value snapshot() {
    return Transfer.encode(rules, configuration, sessions, machine.snapshot());
  }

  /** Replaces everything by a snapshot that holds all up to {@code index}. */
  void install(long index, Value snapshot) {
    Sessions restored = new Sessions(settings);
    Transfer.Decoded decoded;
    try {
      decoded = Transfer.decode(snapshot, restored);
    } catch (MalformedValueException notOurs) {
      return; // asked for again, of another replica in the end
    }
    machine.restore(decoded.state());
    sessions = restored;
    configuration = decoded.configuration();
    decided = index;
    tail.restart(index + 1);
    claims.learned(index);
    follower.progressed();
    judgeReports();
    stand();
    for (LocalSession local : new ArrayList<>(byNumber.values())) {
      Sessions.Session session = sessions.openedAs(local.openedAs);
      if (session != null) {
        opened(session);
      }
    }
    for (LocalSession local : new ArrayList<>(byId.values())) {
      Sessions.Session session = sessions.peek(local.id);
      if (session == null) {
        ended(local);
        continue;
      }
      session.local = local;
      List<LocalSession.Pending> waiting = new ArrayList<>();
      local.collect(waiting);
      for (LocalSession.Pending each : waiting) {
        if (session.isDone(each.sequence)) {
          local.answered(each.sequence, session.result(each.sequence));
        }
      }
    }
    listener.restored(index);
    answerReads();
    admitLater();
    lastReport = index;
    broadcast(new LogMessage.Report(index));
  }

  // ---- Who leads.

  /** Leads if Ω says so, and no longer if it does not. */
  private void advance() {
    boolean mine =
        !closed
            && omega.leader() == process.self()
            && configuration.replicas().contains(process.self());
    Term current = term;
    if (!mine) {
      if (current != null) {
        current.end();
        termEnded(current, false);
      } else {
        pushAll();
      }
    } else if (current == null && pause == null && !transfer.isActive()) {
      follower.stop();
      int processes = process.processes();
      highestSeen = (highestSeen / processes + 1) * processes + process.self() - 1;
      attempts++;
      Term next = new Term(this, highestSeen);
      term = next;
      watch.begin();
      next.begin();
    }
  }

  /**
   * Whoever is no member may not lead, and whoever fetches what it misses, or does not reach a
   * majority of the memories, had better not: while it does, the log goes on under another.
   */
  void stand() {
    omega.standBack(
        transfer.isActive()
            || watch.isCutOff()
            || !configuration.replicas().contains(process.self()));
  }

  /** The way to a memory, if it was ever used. */
  @Nullable Stream streamOrNull(int memory) {
    return streams[memory];
  }

  boolean hasTerm() {
    return term != null;
  }

  ReplicaListener listener() {
    return listener;
  }

  Stream stream(int memory) {
    Stream known = streams[memory];
    if (known == null || !rules.awaitsStragglers()) {
      known = new Stream(this, process.memory(memory));
      streams[memory] = known;
    }
    return known;
  }

  /** The own term has taken over a majority. */
  void leads(Term current) {
    attempts = 0;
    heard(process.self(), current.proposal);
    current.notice(true);
    pushAll();
  }

  /**
   * The own term has ended.
   *
   * @param rival whether there is one, so that it is better to wait before the next
   */
  void termEnded(Term ended, boolean rival) {
    if (term != ended) {
      return;
    }
    term = null;
    asks.clear();
    if (leader == process.self()) {
      leader = 0;
      listener.leaderChanged(0, leaderProposal);
    }
    if (closed) {
      return;
    }
    follower.start();
    if (rival) {
      LogSettings.Timing timing = settings.timing();
      int doublings = (int) Math.min(attempts, 30);
      long wait = Math.min(timing.retryNanos() << doublings, timing.retryNanosMax());
      pause =
          after(
              1 + process.coin().below(Math.max(wait, timing.retryNanos())),
              () -> {
                pause = null;
                advance();
              });
    }
    process.execute(this::advance);
  }

  private void heard(int from, long proposal) {
    if (proposal >= leaderProposal && (leader != from || proposal > leaderProposal)) {
      leader = from;
      leaderProposal = proposal;
      listener.leaderChanged(from, proposal);
      pushAll();
    }
  }

  // ---- What is to be appended.

  /** Opens a session. */
  void open(CompletableFuture<Long> opened) {
    if (refuses(opened)) {
      return;
    }
    opening.put(open(), opened);
  }

  private LocalSession open() {
    // Positive, and not likely to be drawn twice in the life of a log.
    long number = 1 + process.coin().below(Long.MAX_VALUE - 1);
    LocalSession session = new LocalSession(settings, number, 0);
    byNumber.put(number, session);
    push(new Command(Command.Kind.OPEN, number, 0, 0, Value.EMPTY));
    resendLater();
    return session;
  }

  private void opened(Sessions.Session session) {
    LocalSession local = byNumber.remove(session.openedAs);
    if (local != null) {
      local.id = session.id;
      session.local = local;
      byId.put(local.id, local);
      CompletableFuture<Long> waiting = opening.remove(local);
      if (waiting != null) {
        waiting.complete(local.id);
      }
      if (local.count() > 0) {
        List<LocalSession.Pending> early = new ArrayList<>();
        local.collect(early);
        early.forEach(each -> push(local, each));
      }
    }
  }

  /** Appends the next command of this replica's own session, which it opens for the first. */
  void append(Command.Kind kind, Value payload, CompletableFuture<Value> result) {
    if (!refuses(result)) {
      append(ownSession(), kind, payload, result);
    }
  }

  private LocalSession ownSession() {
    LocalSession session = own;
    if (session == null) {
      session = open();
      own = session;
    }
    return session;
  }

  /** As above, but a command that finds no room in the session waits for it, up to a time. */
  void appendInTime(Value payload, long waitNanosMax, CompletableFuture<Value> result) {
    if (refuses(result)) {
      return;
    }
    if (waitingForRoom.isEmpty() && ownSession().hasRoom()) {
      append(ownSession(), Command.Kind.APPLY, payload, result);
      return;
    }
    if (waitingForRoom.size() >= settings.queueCommands()) {
      overloaded(result, settings.queueCommands() + " commands wait for room");
      return;
    }
    Waiting waiting = new Waiting(payload, result);
    waitingForRoom.add(waiting);
    waiting.timer =
        after(
            waitNanosMax,
            () -> {
              if (waitingForRoom.remove(waiting)) {
                overloaded(result, "no room in " + waitNanosMax + " ns");
              }
            });
    admitLater();
  }

  /** There may be room: but not while an entry is being applied. */
  private void admitLater() {
    if (!admitSet && !waitingForRoom.isEmpty()) {
      admitSet = true;
      process.execute(
          () -> {
            admitSet = false;
            admit();
          });
    }
  }

  private void admit() {
    while (!closed && !waitingForRoom.isEmpty() && ownSession().hasRoom()) {
      Waiting first = waitingForRoom.iterator().next();
      waitingForRoom.remove(first);
      Clock.Timer timer = first.timer;
      if (timer != null) {
        timer.cancel();
      }
      append(ownSession(), Command.Kind.APPLY, first.payload, first.result);
    }
  }

  private void overloaded(CompletableFuture<?> result, String why) {
    refusals++;
    long now = process.clock().now();
    if (now - refusalsToldAt >= REFUSALS_TOLD_NANOS) {
      refusalsToldAt = now;
      listener.overloaded(refusals, why);
      refusals = 0;
    }
    result.completeExceptionally(new OverloadedException(why));
  }

  /** Appends the next command of a session that was opened here. */
  void append(long id, Value payload, CompletableFuture<Value> result) {
    LocalSession session = byId.get(id);
    if (session == null) {
      result.completeExceptionally(new SessionEndedException());
    } else if (!refuses(result)) {
      append(session, Command.Kind.APPLY, payload, result);
    }
  }

  private void append(
      LocalSession session, Command.Kind kind, Value payload, CompletableFuture<Value> result) {
    LocalSession.Pending added = session.add(kind, payload, result);
    if (added == null) {
      overloaded(result, settings.sessionCommands() + " commands of the session are unanswered");
    } else {
      if (session.id != 0) {
        push(session, added);
      }
      resendLater();
    }
  }

  /** Appends a command of a session that may have been opened elsewhere. */
  void append(
      long id, long sequence, long answeredBelow, Value payload, CompletableFuture<Value> result) {
    if (refuses(result)) {
      return;
    }
    Sessions.Session session = sessions.peek(id);
    if (session != null && session.isDone(sequence)) {
      Value known = session.result(sequence);
      if (known == null) {
        result.completeExceptionally(new SessionEndedException());
      } else {
        result.complete(known);
      }
      return;
    }
    LocalSession local = byId.computeIfAbsent(id, i -> new LocalSession(settings, 0, i));
    if (session != null) {
      session.local = local;
    }
    LocalSession.Pending added =
        local.add(sequence, answeredBelow, Command.Kind.APPLY, payload, result);
    if (added == null) {
      overloaded(result, "command " + sequence + " is out of bounds, or under way");
    } else {
      push(local, added);
      resendLater();
    }
  }

  private boolean refuses(CompletableFuture<?> future) {
    if (closed || drains) {
      future.completeExceptionally(new ClosedReplicaException("the replica is closed"));
      return true;
    }
    return false;
  }

  private void push(LocalSession session, LocalSession.Pending pending) {
    Term current = term;
    if (current == null) {
      forward(List.of(session.command(pending)));
    } else if (current.isLeading() && pending.queuedIn != current.proposal) {
      if (current.enqueue(session.command(pending))) {
        pending.queuedIn = current.proposal;
        current.fill();
      }
    }
  }

  private void push(Command command) {
    Term current = term;
    if (current == null) {
      forward(List.of(command));
    } else if (current.isLeading() && current.enqueue(command)) {
      current.fill();
    }
  }

  private void forward(List<Command> commands) {
    int to = target();
    if (to != 0 && !commands.isEmpty()) {
      send(to, new LogMessage.Forward(Command.encodeAll(commands)));
    }
  }

  /** The process that leads, as far as this one knows; 0 if it is itself, or unknown. */
  private int target() {
    int named = omega.leader();
    int to = named != 0 && named != process.self() ? named : leader;
    return to == process.self() ? 0 : to;
  }

  /** Sends everything that waits to whoever leads now. */
  private void pushAll() {
    byNumber
        .values()
        .forEach(
            session -> push(new Command(Command.Kind.OPEN, session.openedAs, 0, 0, Value.EMPTY)));
    for (LocalSession session : byId.values()) {
      if (session.count() == 0) {
        continue;
      }
      List<LocalSession.Pending> waiting = new ArrayList<>();
      session.collect(waiting);
      if (term != null) {
        waiting.forEach(each -> push(session, each));
        continue;
      }
      List<Command> commands = new ArrayList<>();
      int bytes = 0;
      for (LocalSession.Pending each : waiting) {
        Command command = session.command(each);
        if (bytes + command.bytes() > settings.entryBytes()) {
          forward(commands);
          commands.clear();
          bytes = 0;
        }
        commands.add(command);
        bytes += command.bytes();
      }
      forward(commands);
    }
    for (long id : new ArrayList<>(reads.keySet())) {
      pushRead(id);
    }
  }

  private void resendLater() {
    if (resendSet) {
      return;
    }
    resendSet = true;
    long before = decided;
    after(
        resendNanos,
        () -> {
          resendSet = false;
          boolean waits = !byNumber.isEmpty() || !reads.isEmpty();
          for (LocalSession session : byId.values()) {
            waits |= session.count() > 0;
          }
          if (!waits || closed) {
            resendNanos = settings.timing().resendNanos();
            return;
          }
          resendNanos =
              decided > before
                  ? settings.timing().resendNanos()
                  : Math.min(2 * resendNanos, 16 * settings.timing().resendNanos());
          pushAll();
          resendLater();
        });
  }

  // ---- Reads.

  /** Asks the state machine once everything that was answered before this call is applied. */
  void read(Value question, CompletableFuture<Value> answer) {
    if (refuses(answer)) {
      return;
    }
    if (reads.size() >= settings.queueCommands()) {
      overloaded(answer, settings.queueCommands() + " reads are unanswered");
      return;
    }
    long id = ++lastRead;
    reads.put(id, new Read(question, answer));
    pushRead(id);
    resendLater();
  }

  /** Asks the state machine as it is. */
  void readStale(Value question, CompletableFuture<Value> answer) {
    if (closed) {
      answer.completeExceptionally(new ClosedReplicaException("the replica is closed"));
    } else {
      answer.complete(Objects.requireNonNull(machine.query(question)));
    }
  }

  private void pushRead(long id) {
    Read read = reads.get(id);
    Term current = term;
    if (read == null || read.from != 0) {
      return;
    }
    if (current == null) {
      int to = target();
      if (to != 0) {
        send(to, new LogMessage.ReadAsk(id));
      }
    } else if (current.isLeading() && read.askedIn != current.proposal) {
      read.askedIn = current.proposal;
      current.read(
          () -> {
            Read waiting = reads.remove(id);
            if (waiting != null) {
              waiting.answer.complete(Objects.requireNonNull(machine.query(waiting.question)));
            }
          });
    }
  }

  private void answerReads() {
    for (Map.Entry<Long, Read> each : new ArrayList<>(reads.entrySet())) {
      Read read = each.getValue();
      if (read.from != 0 && read.from <= decided + 1 && reads.remove(each.getKey()) != null) {
        read.answer.complete(Objects.requireNonNull(machine.query(read.question)));
      }
    }
  }

  // ---- Messages.

  private void received(int from, Value value) {
    if (closed) {
      return;
    }
    LogMessage message;
    try {
      message = LogMessage.decode(value);
    } catch (MalformedValueException notOurs) {
      return; // as good as lost
    }
    if (message instanceof LogMessage.Notice notice) {
      received(from, notice);
    } else if (message instanceof LogMessage.Report report) {
      received(from, report);
    } else if (message instanceof LogMessage.Forward forward) {
      received(forward);
    } else if (message instanceof LogMessage.Fetch fetch) {
      transfer.received(from, fetch);
    } else if (message instanceof LogMessage.Entries entries) {
      transfer.received(from, entries);
    } else if (message instanceof LogMessage.Chunk chunk) {
      transfer.received(from, chunk);
    } else if (message instanceof LogMessage.ReadAsk ask) {
      Term current = term;
      Asked asked = new Asked(from, ask.id());
      // Whoever asks again while it waits is answered once.
      if (current != null
          && current.isLeading()
          && asks.size() < settings.queueCommands()
          && asks.add(asked)) {
        current.read(
            () -> {
              asks.remove(asked);
              send(from, new LogMessage.ReadFrom(ask.id(), decided));
            });
      }
    } else if (message instanceof LogMessage.ReadFrom ready) {
      Read read = reads.get(ready.id());
      if (read != null && ready.index() >= 0) {
        read.from = ready.index() + 1;
        answerReads();
      }
    }
  }

  private void received(int from, LogMessage.Notice notice) {
    if (from == process.self()) {
      return;
    }
    claimed(notice.proposal(), notice.decided());
    Term current = term;
    if (current != null && notice.proposal() > current.proposal) {
      // A leader that has nothing to write would never meet the nak.
      seen(notice.proposal());
      current.giveUp();
    }
    heard(from, notice.proposal());
    if (notice.wantsReport()) {
      send(from, new LogMessage.Report(decided));
    }
    if (follows() && notice.wantsReport() && notice.decided() > decided) {
      // Decided before that leader's term: its entries do not say so.
      transfer.begin(from);
    } else if (term == null && claims.highest() > decided) {
      follower.hurry();
    }
  }

  private void received(int from, LogMessage.Report report) {
    reported[from] = Math.max(reported[from], Math.min(report.applied(), Long.MAX_VALUE / 2));
    if (reported[from] >= decided - settings.ring()) {
      dropped[from] = false;
    }
    judgeReports();
    if (term != null) {
      term.fill();
    }
  }

  private void received(LogMessage.Forward forward) {
    Term current = term;
    if (current == null || !current.isLeading()) {
      return;
    }
    List<Command> commands;
    try {
      commands = Command.decodeAll(forward.batch());
      for (Command command : commands) {
        if (command.kind() == Command.Kind.CONFIGURE) {
          Configuration.Change.decode(command.payload());
        }
      }
    } catch (MalformedValueException notOurs) {
      return;
    }
    for (Command command : commands) {
      if (command.bytes() <= settings.entryBytes()) {
        current.enqueueForOther(command);
      }
    }
    current.fill();
  }

  void send(int to, LogMessage message) {
    links.send(to, message.encode());
  }

  /** Sends to all other replicas. */
  void broadcast(LogMessage message) {
    Value value = message.encode();
    for (int p = 1; p <= process.processes(); p++) {
      if (p != process.self() && configuration.replicas().contains(p)) {
        links.send(p, value);
      }
    }
  }

  Clock.Timer after(long nanos, Runnable task) {
    return process
        .clock()
        .after(
            nanos,
            () -> {
              if (!closed) {
                task.run();
              }
            });
  }

  // ---- How far the others are.

  /** How far all are that the ring is kept for. */
  long lowestReported() {
    return lowestReported;
  }

  /** The ring is no longer kept for those that are not even there. */
  void dropBelow(long index) {
    for (int p = 1; p <= process.processes(); p++) {
      if (p != process.self()
          && configuration.replicas().contains(p)
          && !dropped[p]
          && reported[p] < index) {
        dropped[p] = true;
        listener.leftBehind(p, reported[p]);
      }
    }
    judgeReports();
  }

  private void judgeReports() {
    long lowest = Long.MAX_VALUE;
    for (int p = 1; p <= process.processes(); p++) {
      if (p != process.self() && configuration.replicas().contains(p) && !dropped[p]) {
        lowest = Math.min(lowest, reported[p]);
      }
    }
    lowestReported = lowest;
  }

  // ---- The end.

  /** Ends to take part. What is under way has an unknown fate. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    ClosedReplicaException why = new ClosedReplicaException("the replica was closed");
    Term current = term;
    if (current != null) {
      current.end();
      term = null;
    }
    follower.stop();
    transfer.stop();
    if (pause != null) {
      pause.cancel();
    }
    opening.values().forEach(each -> each.completeExceptionally(why));
    byNumber.values().forEach(each -> each.fail(why));
    byId.values().forEach(each -> each.fail(why));
    new ArrayList<>(waitingForRoom).forEach(each -> each.result.completeExceptionally(why));
    waitingForRoom.clear();
    new ArrayList<>(reads.values()).forEach(each -> each.answer.completeExceptionally(why));
    reads.clear();
  }

  /** Takes no more, waits until all that waits is answered, but not for ever, and closes. */
  void handOver(long waitNanosMax, CompletableFuture<@Nullable Void> done) {
    drains = true;
    drain(process.clock().now() + waitNanosMax, done);
  }

  private void drain(long until, CompletableFuture<@Nullable Void> done) {
    boolean waits = !byNumber.isEmpty() || !reads.isEmpty() || !waitingForRoom.isEmpty();
    for (LocalSession session : byId.values()) {
      waits |= session.count() > 0;
    }
    Term current = term;
    if (current != null && current.isLeading()) {
      waits |= current.queued() > 0 || current.next() - 1 > decided;
    }
    if (waits && !closed && process.clock().now() < until) {
      after(settings.timing().noticeNanos(), () -> drain(until, done));
      return;
    }
    if (current != null && current.isLeading()) {
      current.notice(false);
    }
    omega.abdicate();
    close();
    done.complete(null);
  }

  ReplicaStatus status() {
    Term current = term;
    List<Long> acknowledged = new ArrayList<>();
    for (int m = 1; m <= process.memories(); m++) {
      acknowledged.add(current == null ? -1 : current.acknowledgedAt(m));
    }
    List<Long> applied = new ArrayList<>();
    for (int p = 1; p <= process.processes(); p++) {
      applied.add(p == process.self() ? decided : reported[p]);
    }
    return new ReplicaStatus(
        process.self(),
        current != null && current.isLeading(),
        leader,
        leaderProposal,
        decided,
        Math.max(decided, claims.highest()),
        transfer.isActive(),
        watch.isCutOff(),
        watch.silent(),
        sessions.size(),
        configuration,
        applied,
        acknowledged);
  }
}
