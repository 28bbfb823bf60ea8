package org.remora.crash.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/**
 * One term of this process as the leader, under one proposal number and one configuration.
 *
 * <pre>
 * take over every memory in parallel ({@link Stream}), and wait for a majority of them
 * for every index found, from c + 1 on: adopt the batch of the highest proposal; none: a no-op
 * then, in the order of the indices, at most a window of them undecided:
 *   entry i = what was adopted for i, else the commands that wait
 *   write (i, b, c, entry i) to every memory that was taken over     nak → give up
 *   acknowledged by a majority: i is decided
 * </pre>
 *
 * <p>Why it is safe. Say (i, b, v) was acknowledged by a majority, and let a leader with b' > b
 * take over. The two majorities share a memory. There b's write came before the permission was
 * taken, else it had been refused; so the takeover, which reads after that, finds it (as {@link
 * Stream} argues), or something for i of a number between, which by induction is v too, or sees
 * that it is behind and gives up. So only v is ever proposed for i again, and a no-op never is.
 *
 * <p>A memory whose takeover ends later joins then. Its content is not needed for the decision, but
 * for where to write: never over the newest content of the index.
 *
 * <p>In the steady state an entry costs one write at every memory, nothing else. Whoever loses the
 * permission of a memory learns it from a nak, and ends the term; what was under way may or may not
 * be decided, and the next leader finds out.
 */
final class Term {
  final long proposal;
  private final LogCore core;
  private final Configuration configuration;
  private final List<Stream> streams = new ArrayList<>();
  private final int quorum;

  /** Taken over before there was a majority. */
  private final List<Stream> ready = new ArrayList<>();

  private boolean over;

  /** Whether a majority was taken over. */
  private boolean leading;

  private int prepared;

  /** What the takeover began from: all entries up to here were learned before. */
  private final long base;

  /** What was found for the entries after {@link #base}, and under which proposal. */
  private final @Nullable Value[] adopted;

  private final long[] adoptedProposals;

  /** The highest index for which something was found, or which somebody said to be decided. */
  private long top;

  private long saidDecided;

  /** The first index of which no entry was made yet. */
  private long next;

  /** Entries as they were written, and in how many memories each is, by index modulo the length. */
  private final Value[] entries;

  private final int[] acks;

  /**
   * The commands of an entry that was made of the queue, so that they need not be decoded again.
   */
  private final @Nullable List<Command>[] made;

  /** Some other replica waits for the news of a command, and nothing has told it yet. */
  private boolean newsOwed;

  /** The index of a change of membership that is under way, behind which nothing is proposed. */
  private long change;

  private final ArrayDeque<Command> queue = new ArrayDeque<>();

  /** What the commands of the queue take in entries. */
  private long queuedBytes;

  private boolean filling;

  /** A turn of the event loop that fills is set. */
  private boolean turnSet;

  /** The highest index that an entry or a message has told the others to be decided. */
  private long told;

  /** The first index after the last one that existed when the notice's timer was set. */
  private long noticeNext;

  private boolean noticeSet;
  private boolean holdSet;

  /** Reads that wait for a probe: of the next number, and of the one under way. */
  private List<Runnable> readsNext = new ArrayList<>();

  private List<Runnable> readsNow = new ArrayList<>();
  private long probe;
  private int probeAcks;

  /** Reads that wait until what was adopted is decided. */
  private final List<Runnable> readsLater = new ArrayList<>();

  Term(LogCore core, long proposal) {
    this.core = core;
    this.proposal = proposal;
    configuration = core.configuration();
    base = core.decided();
    next = base + 1;
    quorum = core.rules.quorum(configuration.memories().size());
    // What lies further ahead than that does not count: whoever finds it is behind.
    adopted = new Value[core.layout.positions];
    adoptedProposals = new long[core.layout.positions];
    entries = new Value[core.layout.positions];
    Arrays.fill(entries, Value.EMPTY);
    acks = new int[core.layout.positions];
    made = newLists(core.layout.positions);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // there are no arrays of generic types
  private static @Nullable List<Command>[] newLists(int length) {
    return new List[length];
  }

  void begin() {
    configuration.memories().stream().forEach(memory -> streams.add(core.stream(memory)));
    streams.forEach(stream -> stream.begin(this));
  }

  boolean isOver() {
    return over;
  }

  boolean isLeading() {
    return leading && !over;
  }

  long decided() {
    return core.decided();
  }

  /** Ends the term because of a rival; another is tried later. */
  void giveUp() {
    if (!over) {
      over = true;
      core.termEnded(this, true);
    }
  }

  /** Ends the term. */
  void end() {
    over = true;
  }

  /** Takes note of a number found at a memory; gives up if it bars the way. */
  boolean isOutrunBy(long found) {
    core.seen(found);
    if (core.rules.isOutrun(found, proposal)) {
      giveUp();
      return true;
    }
    return false;
  }

  /** Whether an index found shows that this process has yet to learn what may be overwritten. */
  boolean isBehind(long found) {
    // Once it leads, it has adopted all that was decided: then it knows of what is found later.
    if (!leading && core.rules.isBehind(found, base, core.settings.reach())) {
      core.behind();
      giveUp();
      return true;
    }
    return false;
  }

  /** Somebody's slot says that all up to there are decided. */
  void foundDecided(long upTo) {
    if (!leading) {
      saidDecided = Math.max(saidDecided, upTo);
    }
  }

  /** An entry after {@link #base} was found at a memory. */
  void found(Entry entry) {
    if (leading) {
      return;
    }
    int at = core.layout.position(entry.index());
    if (adopted[at] == null || core.rules.isPreferred(entry.proposal(), adoptedProposals[at])) {
      adopted[at] = entry.batch();
      adoptedProposals[at] = entry.proposal();
    }
    top = Math.max(top, entry.index());
  }

  /** A memory was taken over. */
  void prepared(Stream stream) {
    prepared++;
    if (leading) {
      stream.stream(probe);
      return;
    }
    ready.add(stream);
    if (prepared < quorum) {
      return;
    }
    for (long i = base + 1; i <= saidDecided; i++) {
      if (adopted[core.layout.position(i)] == null) {
        // Decided, and in none of a majority: so it was overwritten. Never a hole to be filled.
        core.behind();
        giveUp();
        return;
      }
    }
    top = Math.max(top, base);
    for (long i = base + 1; i <= top; i++) {
      Value batch = adopted[core.layout.position(i)];
      if (batch != null && Command.isConfigure(batch) && core.rules.endsTermWithMembership()) {
        // What may follow belongs to another configuration, and to another term.
        top = i;
        change = i;
      }
    }
    leading = true;
    told = base;
    core.leads(this);
    ready.forEach(each -> each.stream(probe));
    fill();
  }

  /** Puts a command into the queue; false if that is full. */
  boolean enqueue(Command command) {
    if (queue.size() >= core.settings.queueCommands()) {
      return false;
    }
    queue.addLast(command);
    queuedBytes += command.bytes();
    return true;
  }

  /** As {@link #enqueue}, for another replica, which is to hear of the decision at once. */
  void enqueueForOther(Command command) {
    newsOwed |= enqueue(command);
  }

  int queued() {
    return queue.size();
  }

  /**
   * Makes entries at the end of this turn of the event loop: so all that comes in one turn goes
   * into one entry.
   */
  void fillSoon() {
    if (!turnSet && leading && !over) {
      turnSet = true;
      core.process.execute(this::fillInTurn);
    }
  }

  private void fillInTurn() {
    turnSet = false;
    fill();
  }

  /** Makes entries of what there is, as long as there is room. */
  void fill() {
    if (!leading || filling) {
      return;
    }
    filling = true;
    long before = next;
    while (!over && next <= core.rules.limit(core.decided(), core.settings.window())) {
      if (next <= top) {
        Value batch = adopted[core.layout.position(next)];
        propose(
            Entry.encode(next, proposal, core.decided(), batch == null ? Value.EMPTY : batch),
            null);
      } else if (queue.isEmpty() || change != 0 || isTooFew() || !mayReuse()) {
        break;
      } else if (queue.getFirst().kind() == Command.Kind.CONFIGURE) {
        if (core.decided() < next - 1) {
          break;
        }
        change = next;
        propose(List.of(removeFirst()));
      } else {
        propose(batch());
      }
    }
    filling = false;
    if (next != before) {
      for (int i = 0; i < streams.size(); i++) {
        streams.get(i).pump();
      }
    }
  }

  /**
   * Whether what waits had better wait for company: it does not fill an entry, and as many entries
   * are under way as keep the memories busy. Whoever is answered by those has more to append.
   */
  private boolean isTooFew() {
    return next - 1 - core.decided() >= core.settings.partialEntries()
        && queuedBytes < core.settings.entryBytes();
  }

  /**
   * Whether no other replica that is waited for would be behind with the next entry. For speed
   * only: whoever is left behind sees it, and gets a snapshot.
   */
  private boolean mayReuse() {
    long behind = next - core.lowestReported();
    int reach = core.settings.reach();
    if (behind > reach / 2 && !holdSet) {
      // Before the ring is used up: whoever stays silent from here on holds it back for less.
      holdSet = true;
      long due = next - reach / 2;
      core.after(
          core.settings.timing().holdBackNanos(),
          () -> {
            holdSet = false;
            if (!over) {
              core.dropBelow(due);
              fill();
            }
          });
    }
    return behind <= reach;
  }

  private Command removeFirst() {
    Command first = queue.removeFirst();
    queuedBytes -= first.bytes();
    return first;
  }

  private List<Command> batch() {
    Command first = removeFirst();
    Command second = queue.peekFirst();
    int bytes = first.bytes();
    int most = core.settings.entryBytes();
    if (second == null || bytes + second.bytes() > most) {
      return List.of(first);
    }
    List<Command> commands = new ArrayList<>();
    commands.add(first);
    while (second != null
        && bytes + second.bytes() <= most
        && second.kind() != Command.Kind.CONFIGURE) {
      commands.add(removeFirst());
      bytes += second.bytes();
      second = queue.peekFirst();
    }
    return commands;
  }

  private void propose(List<Command> commands) {
    propose(Entry.encode(next, proposal, core.decided(), commands), commands);
  }

  private void propose(Value entry, @Nullable List<Command> commands) {
    int at = core.layout.position(next);
    entries[at] = entry;
    acks[at] = 0;
    made[at] = commands;
    adopted[at] = null;
    next++;
    told = core.decided();
  }

  /** The first index of which no entry was made yet. */
  long next() {
    return next;
  }

  /** The first index of which the entry is kept for memories that lag. */
  long firstKept() {
    return Math.max(base + 1, next - core.layout.positions);
  }

  /** An entry as it is written. */
  Value entry(long index) {
    return entries[core.layout.position(index)];
  }

  /** An entry is in one more memory. */
  void acked(long index) {
    if (index <= core.decided()) {
      return;
    }
    int at = core.layout.position(index);
    if (++acks[at] < quorum || index != core.decided() + 1) {
      return;
    }
    while (!over && core.decided() + 1 < next) {
      long first = core.decided() + 1;
      int position = core.layout.position(first);
      if (acks[position] < quorum) {
        break;
      }
      List<Command> commands = made[position];
      made[position] = null;
      core.decide(first, Entry.batchOf(entries[position]), commands);
      if (first == change && !over) {
        change = 0;
        if (core.rules.endsTermWithMembership()) {
          // The next term's claims will not cover this entry; and the next entries are decided by
          // the new configuration's memories: taken over anew.
          notice(false);
          over = true;
          core.termEnded(this, false);
        }
      }
    }
    if (over) {
      return;
    }
    if (newsOwed && queue.isEmpty() && core.decided() == next - 1) {
      notice(false);
    } else {
      noticeLater();
    }
    if (!readsLater.isEmpty() && core.decided() >= top) {
      List<Runnable> reads = new ArrayList<>(readsLater);
      readsLater.clear();
      reads.forEach(Runnable::run);
    }
    // Behind what those who have just been answered append next.
    if (!queue.isEmpty() || next <= top) {
      fillSoon();
    }
  }

  /** Tells the others of the last decisions unless a further entry does. */
  private void noticeLater() {
    if (noticeSet) {
      return;
    }
    noticeSet = true;
    noticeNext = next;
    core.after(
        core.settings.timing().noticeNanos(),
        () -> {
          noticeSet = false;
          if (over || told >= core.decided()) {
            return;
          }
          if (noticeNext == next) {
            notice(false);
          } else {
            noticeLater();
          }
        });
  }

  /** Tells the others now. */
  void notice(boolean wantsReport) {
    told = core.decided();
    newsOwed = false;
    core.broadcast(new LogMessage.Notice(proposal, told, wantsReport));
  }

  /**
   * Runs {@code ready} when it is certain that, after this call, the leader had not been replaced:
   * from then on the state after all that is decided now answers a read.
   *
   * <p>Why. Say a leader of a higher number had decided something before this call. It had taken
   * the permission of a majority, and left its promise there. One of those memories acknowledges
   * the probe, a write that takes effect after this call, so this term's permission was taken there
   * after the other's; but then the takeover found the promise, and gave up. What was decided in
   * earlier terms was adopted, and is waited for; what this term decided, it knows.
   */
  void read(Runnable ready) {
    if (core.rules.readsAwaitAdopted() && core.decided() < top) {
      readsLater.add(() -> read(ready));
      return;
    }
    if (!core.rules.probes()) {
      ready.run();
      return;
    }
    readsNext.add(ready);
    if (readsNow.isEmpty()) {
      beginProbe();
    }
  }

  private void beginProbe() {
    if (readsNext.isEmpty()) {
      return;
    }
    readsNow = readsNext;
    readsNext = new ArrayList<>();
    probe++;
    probeAcks = 0;
    for (int i = 0; i < streams.size(); i++) {
      streams.get(i).probe(probe);
    }
  }

  /** A memory has acknowledged a probe that began with that number. */
  void probed(long number) {
    if (number != probe || readsNow.isEmpty() || ++probeAcks < quorum) {
      return;
    }
    List<Runnable> reads = readsNow;
    readsNow = new ArrayList<>();
    reads.forEach(Runnable::run);
    if (!over && readsNow.isEmpty()) {
      beginProbe();
    }
  }

  /** How far a memory has what it should; −1 if it was not taken over. */
  long acknowledgedAt(int memory) {
    for (Stream stream : streams) {
      if (stream.number() == memory) {
        return stream.isStreaming() ? stream.acknowledged() : -1;
      }
    }
    return -1;
  }
}
