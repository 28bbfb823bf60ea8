package org.remora.verbs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;
import org.remora.memory.FramedMemory;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.verbs.channel.PeerAuthentication;
import org.remora.verbs.nic.Access;
import org.remora.verbs.nic.Card;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.ConnectionEvent;
import org.remora.verbs.nic.Connections;
import org.remora.verbs.nic.ProtectionDomain;
import org.remora.verbs.nic.QueuePair;
import org.remora.verbs.nic.RegisteredMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host of one memory: its processor sets up, and decides on changes of permission; every read
 * and write is the network card's.
 *
 * <p>Each process has a protection domain of its own here, and a region is registered in it with
 * that process's rights and no more, or not at all. A key that was stolen or guessed is of another
 * domain, and worthless.
 *
 * <p>A connection says which process it comes from and has to prove it ({@link PeerAuthentication},
 * as member {@code processes + number} on this side) before anything is registered for it. Until
 * then it holds one of {@value #STRANGERS_MAX} places, for a bounded time, and the process's
 * connection that stands is not touched.
 *
 * <p>The methods are called from any thread.
 */
public final class MemoryHost implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryHost.class);
  private static final long DEFINE_SECONDS_MAX = 5;
  private static final long CLOSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
  private static final int BACKLOG = 128;

  /** How many connections may be there that have not proved yet whose they are. */
  static final int STRANGERS_MAX = 32;

  /** How long one may take to. */
  private static final long PROOF_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

  /** As many as a work request's number tells apart. */
  private static final int PROCESSES_MAX = 0xFFFF;

  private final int number;
  private final int processes;
  private final PeerAuthentication authentication;
  private final ProcessSet definers;
  private final long bytesMax;
  private final int regionsMax;

  /** Told to every process, which never again takes another's registers for this one's. */
  private final long incarnation = new SecureRandom().nextLong() | 1;

  private final Connections connections = Connections.open();
  private final long listening;
  private final Card card;
  private final CompletionQueue queue;
  private final InetSocketAddress address;
  private final RdmaLoop loop;

  // What follows belongs to the loop.
  /** For packet sequence numbers: no member may know another's. */
  private final SecureRandom random = new SecureRandom();

  /** The processes that have proved who they are, by number. */
  private final @Nullable Peer[] peers;

  private final Strangers<Peer> strangers = new Strangers<>(STRANGERS_MAX);

  /** All of both, by the id of the connection and by generation. */
  private final Map<Long, Peer> peersById = new HashMap<>();

  private final Map<Integer, Peer> peersByGeneration = new HashMap<>();
  private final Map<Integer, Defined> regions = new TreeMap<>();
  private final Map<CompletableFuture<Void>, Boolean> untold = new HashMap<>();
  private final ByteBuffer out = ByteBuffer.allocate(Wire.BYTES_MAX);
  private int generations;
  private long definedBytes;

  // Counted on the loop, read by anybody.
  private final AtomicLong admitted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong superseded = new AtomicLong();
  private final AtomicLong malformed = new AtomicLong();
  private final AtomicLong permissionChanges = new AtomicLong();

  private MemoryHost(Settings settings, int spins) throws IOException {
    number = settings.number;
    processes = settings.processes;
    authentication = settings.authentication();
    definers = settings.definers;
    bytesMax = settings.bytesMax;
    regionsMax = settings.regionsMax;
    InetSocketAddress at = settings.at;
    peers = new Peer[processes + 1];
    long id = 0;
    CompletionQueue made = null;
    try {
      id = connections.listen(at, BACKLOG);
      address = connections.localAddress(id);
      card = connections.card(id);
      made = CompletionQueue.of(card, 64 + (processes + STRANGERS_MAX) * 4 * Mailbox.SLOTS);
      loop =
          new RdmaLoop(
              "remora-memory-" + number, new Serving(), connections, made, spins, this::failed);
    } catch (IOException e) {
      if (made != null) {
        made.close();
      }
      if (id != 0) {
        connections.destroy(id, null);
      }
      connections.close();
      throw e;
    }
    listening = id;
    queue = made;
  }

  /**
   * Hosts memory {@code number} for processes 1 to {@code processes}, without regions.
   *
   * @param at an address of a card of this machine; port 0 for any that is free
   * @param authentication how it makes sure of the processes, and proves that it is member {@code
   *     processes + number}; {@link PeerAuthentication#none} only on a network of one's own
   * @throws IOException if there is no card, or the address is taken
   */
  public static MemoryHost listen(
      int number, int processes, InetSocketAddress at, PeerAuthentication authentication)
      throws IOException {
    return of(number, processes, at).authentication(authentication).start();
  }

  /** The settings of a host as of {@link #listen}, to be completed and started. */
  public static Settings of(int number, int processes, InetSocketAddress at) {
    return new Settings(number, processes, at);
  }

  /** The settings of a host. Not thread-safe. */
  public static final class Settings {
    private final int number;
    private final int processes;
    private final InetSocketAddress at;
    private @Nullable PeerAuthentication authentication;
    private ProcessSet definers = ProcessSet.none();
    private long bytesMax = 1L << 30;
    private int regionsMax = 1_024;

    private Settings(int number, int processes, InetSocketAddress at) {
      if (number < 1 || processes < 1 || processes > PROCESSES_MAX) {
        throw new IllegalArgumentException(
            "memory " + number + " for " + processes + " processes of at most " + PROCESSES_MAX);
      }
      this.number = number;
      this.processes = processes;
      this.at = Objects.requireNonNull(at);
    }

    /**
     * How the host makes sure of the processes, and proves that it is member {@code processes +
     * number}. There is no default: name {@link PeerAuthentication#none} to believe every name, on
     * a network of one's own.
     */
    public Settings authentication(PeerAuthentication how) {
      authentication = Objects.requireNonNull(how);
      return this;
    }

    private PeerAuthentication authentication() {
      PeerAuthentication known = authentication;
      if (known == null) {
        throw new IllegalStateException(
            "processes have to be made sure of: set the authentication");
      }
      return known;
    }

    /** The processes that may define regions; none by default. */
    public Settings definers(ProcessSet processes) {
      definers = Objects.requireNonNull(processes);
      return this;
    }

    /** How many bytes the regions that processes define may have together; 1 GiB by default. */
    public Settings bytesMax(long bytes) {
      bytesMax = bytes;
      return this;
    }

    /** How many regions processes may define; 1024 by default. */
    public Settings regionsMax(int regions) {
      regionsMax = regions;
      return this;
    }

    /**
     * A host with these settings, running.
     *
     * @throws IllegalStateException if the {@link #authentication} is not set
     * @throws IOException if there is no card, or the address is taken
     */
    public MemoryHost start() throws IOException {
      return start(VerbsMachine.SPINS);
    }

    MemoryHost start(int spins) throws IOException {
      MemoryHost host = new MemoryHost(this, spins);
      host.loop.start();
      return host;
    }
  }

  /** The number of the memory. */
  public int number() {
    return number;
  }

  /** Where processes connect. */
  public InetSocketAddress address() {
    return address;
  }

  /** Names this host among all that ever listen there: its memory begins empty. */
  public long incarnation() {
    return incarnation;
  }

  /** What it has done so far. */
  public HostCounts counts() {
    return new HostCounts(
        admitted.get(), refused.get(), superseded.get(), malformed.get(), permissionChanges.get());
  }

  /**
   * Defines a region and, before it returns, tells the processes that are connected.
   *
   * @throws IllegalArgumentException if there is one of that id, or it is too large
   */
  public void define(Region region) {
    Region framed = FramedMemory.framed(region);
    if (isTooLarge(framed)) {
      throw new IllegalArgumentException("region " + region.name() + " is too large");
    }
    CompletableFuture<Void> told = new CompletableFuture<>();
    loop.put(
        () -> {
          if (regions.containsKey(region.id())) {
            told.completeExceptionally(
                new IllegalArgumentException("region " + region.id() + " is defined already"));
            return;
          }
          untold.put(told, true);
          define(new Defined(region, framed));
          settleUntold();
        });
    try {
      // Bounded: what is not told now is asked for later.
      told.get(DEFINE_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw new IllegalArgumentException(refused.getMessage(), refused);
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      LOG.info("memory {}: not all processes heard of region {} in time", number, region.id());
      // Whoever takes no messages is waited for once, not at every region.
      loop.put(
          () -> {
            for (Peer peer : peers) {
              if (peer != null && peer.isAwaited()) {
                peer.slow = true;
              }
            }
            settleUntold();
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the host at once, as a crash does: nothing is answered any more once this returns. */
  @Override
  public void close() {
    loop.stop();
    try {
      if (!loop.join(CLOSE_NANOS_MAX)) {
        LOG.warn("memory {} does not end", number);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Breaks the way of a process's reads and writes, but not that of its messages, as a card or a
   * network does that fails.
   */
  void breakWayOf(int process) {
    CompletableFuture<Void> broken = new CompletableFuture<>();
    loop.put(
        () -> {
          Peer peer = peers[process];
          if (peer != null && peer.data != null) {
            QueuePair data = peer.data;
            attempt(peer, data::reset);
          }
          broken.complete(null);
        });
    broken.orTimeout(DEFINE_SECONDS_MAX, TimeUnit.SECONDS).join();
  }

  /** How many regions it remembers to have told a process of. */
  int toldTo(int process) {
    CompletableFuture<Integer> count = new CompletableFuture<>();
    loop.put(
        () -> {
          Peer peer = peers[process];
          count.complete(peer == null ? 0 : peer.told.size());
        });
    return count.orTimeout(DEFINE_SECONDS_MAX, TimeUnit.SECONDS).join();
  }

  private static boolean isTooLarge(Region framed) {
    return framed.registerBytes() > BufferPool.LARGEST
        || Geometry.bytes(framed) > Integer.MAX_VALUE - 64;
  }

  private void define(Defined region) {
    regions.put(region.region.id(), region);
    for (Peer peer : peers) {
      if (peer != null) {
        attempt(peer, () -> peer.tellWhatChanged());
      }
    }
  }

  /** A process wants a region to be defined; all of a group may define the same. */
  private byte defineFor(int process, Region region) {
    Defined known = regions.get(region.id());
    if (known != null) {
      return Wire.encode(known.asGiven).equals(Wire.encode(region)) ? Wire.DONE : Wire.DIFFERS;
    }
    if (!definers.contains(process)) {
      return Wire.MAY_NOT;
    }
    if (region.registerBytes() > BufferPool.LARGEST) {
      return Wire.TOO_LARGE;
    }
    Region framed = FramedMemory.framed(region);
    if (isTooLarge(framed)) {
      return Wire.TOO_LARGE;
    }
    long bytes = Geometry.bytes(framed);
    if (regions.size() >= regionsMax || bytes > bytesMax - definedBytes) {
      return Wire.TOO_MUCH;
    }
    definedBytes += bytes;
    define(new Defined(region, framed));
    return Wire.DONE;
  }

  private void failed(Throwable bug) {
    LOG.error("memory {} stops as if crashed", number, bug);
  }

  private void settleUntold() {
    if (untold.isEmpty()) {
      return;
    }
    for (Peer peer : peers) {
      if (peer != null && peer.isAwaited()) {
        return;
      }
    }
    untold.keySet().forEach(told -> told.complete(null));
    untold.clear();
  }

  /** Does something for a peer; one that it fails for is dropped, and the others are served on. */
  private void attempt(Peer peer, Step step) {
    try {
      step.run();
    } catch (IOException
        | BufferUnderflowException
        | IllegalArgumentException
        | IndexOutOfBoundsException e) {
      if (!(e instanceof IOException)) {
        malformed.incrementAndGet();
      }
      LOG.info("memory {} drops process {}: {}", number, peer.process, e.toString());
      drop(peer);
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private void drop(Peer peer) {
    peersById.remove(peer.id);
    peersByGeneration.remove(peer.generation);
    strangers.remove(peer);
    peer.patience.cancel();
    if (peers[peer.process] == peer) {
      peers[peer.process] = null;
    }
    try {
      peer.close();
    } catch (IOException e) {
      LOG.warn("memory {}: what process {} used is not given back", number, peer.process, e);
    }
    settleUntold();
  }

  private void connectionEvent(ConnectionEvent event) {
    switch (event.type()) {
      case CONNECT_REQUEST -> admit(event);
      case DISCONNECTED, CONNECT_ERROR, UNREACHABLE, REJECTED, DEVICE_REMOVAL -> {
        Peer peer = peersById.get(event.id());
        if (peer != null) {
          drop(peer);
        }
      }
      default -> {
        // Nothing of ours.
      }
    }
  }

  private void admit(ConnectionEvent request) {
    Handshake.Hello hello = Handshake.hello(request.privateData());
    if (hello == null
        || hello.memory() != number
        || hello.process() < 1
        || hello.process() > processes) {
      LOG.info("memory {} refuses a connection of nobody", number);
      refuse(request.id());
      return;
    }
    Peer peer = null;
    try {
      peer = new Peer(hello, request.id(), freeGeneration());
      peersById.put(peer.id, peer);
      peersByGeneration.put(peer.generation, peer);
      Peer leaving = strangers.admit(peer, connections.remoteAddress(peer.id).getAddress());
      if (leaving != null) {
        LOG.info("memory {} drops a connection for want of room", number);
        drop(leaving);
      }
      connections.prepare(peer.id, peer.control, Access.NONE);
      peer.mailbox.postAll();
      connections.accept(peer.id, peer.control, peer.challenge.encode());
    } catch (IOException e) {
      LOG.warn("memory {} cannot take process {}", number, hello.process(), e);
      if (peer == null) {
        giveBack(request.id());
      } else {
        drop(peer);
      }
    }
  }

  private int freeGeneration() {
    // Bounded: far fewer are in use than there are.
    do {
      generations = (generations + 1) & WorkId.GENERATION_MASK;
    } while (peersByGeneration.containsKey(generations));
    return generations;
  }

  /** The first message of a connection: from here on it is its process's, or no more. */
  private void prove(Peer peer, ByteBuffer in) throws IOException {
    Value proof = Handshake.take(in, Handshake.PROVE);
    if (!authentication.verify(peer.process, peer.transcript(true), proof)) {
      refused.incrementAndGet();
      throw new IOException("no proof that it is process " + peer.process);
    }
    strangers.remove(peer);
    peer.patience.cancel();
    Peer before = peers[peer.process];
    if (before != null) {
      // A process has one connection. Its queue pairs end before the new ones begin, so that
      // whatever was in flight on them has taken effect or never will: the process is told so by
      // the answer to OPEN.
      superseded.incrementAndGet();
      drop(before);
    }
    peers[peer.process] = peer;
    peer.open();
    out.clear();
    Handshake.put(out, Handshake.PROVEN, authentication.prove(peer.transcript(false)));
    peer.mailbox.send(out.flip());
    admitted.incrementAndGet();
  }

  /** Refuses a request. That its sender is gone already must not stop the host. */
  private void refuse(long id) {
    refused.incrementAndGet();
    try {
      connections.reject(id, new byte[0]);
    } catch (IOException e) {
      LOG.debug("memory {}: a request that is gone", number, e);
    }
    giveBack(id);
  }

  private void giveBack(long id) {
    try {
      connections.destroy(id, null);
    } catch (IOException e) {
      LOG.warn("memory {}: a request is not given back", number, e);
    }
  }

  private void message(Peer peer, ByteBuffer in) throws IOException {
    QueuePair data = peer.data;
    if (data == null) {
      prove(peer, in);
      return;
    }
    switch (in.get()) {
      case Wire.OPEN -> {
        int pairNumber = in.getInt();
        int sequence = in.getInt();
        int own = random.nextInt(1 << 24);
        // From here on nothing takes effect that was sent over the queue pair as it was.
        data.restart(peer.id, Access.REMOTE_ALL, pairNumber, sequence, own, VerbsWay.TIMEOUT);
        peer.opened = true;
        peer.tellWhatChanged();
        out.clear();
        out.put(Wire.OPENED).putInt(data.number()).putInt(own).putInt(sequence).flip();
        peer.mailbox.send(out);
      }
      case Wire.ASK -> {
        int ticket = in.getInt();
        peer.tell(Wire.TELL, ticket, in.getInt(), true);
      }
      case Wire.CHANGE -> {
        int ticket = in.getInt();
        int region = in.getInt();
        boolean changed = change(peer.process, region, Wire.takePermission(in, processes));
        if (peers[peer.process] == peer) {
          peer.tell(Wire.CHANGED, ticket, region, changed);
        }
      }
      case Wire.DEFINE -> {
        int region = in.getInt();
        Region described = Wire.takeRegion(in, processes);
        if (described.id() != region) {
          throw new IllegalArgumentException("a definition of another region");
        }
        byte how = defineFor(peer.process, described);
        if (peers[peer.process] == peer) {
          out.clear();
          peer.mailbox.send(out.put(Wire.DEFINED).putInt(region).put(how).flip());
        }
      }
      default -> throw new IllegalArgumentException("a message of no kind");
    }
  }

  private boolean change(int process, int id, Permission asked) {
    Defined region = regions.get(id);
    if (region == null || !region.region.legalChange().isLegal(process, region.permission, asked)) {
      return false;
    }
    permissionChanges.incrementAndGet();
    Permission before = region.permission;
    region.permission = asked;
    // No straggler: the keys of those who lose a right are gone, and what was in flight under them
    // has landed, before
    // the change is acknowledged.
    for (Peer peer : peers) {
      if (peer != null && rights(before, peer.process) != rights(asked, peer.process)) {
        attempt(peer, () -> peer.revoke(id));
      }
    }
    return true;
  }

  private static int rights(Permission permission, int process) {
    return (permission.mayRead(process) ? Geometry.READ : 0)
        | (permission.mayWrite(process) ? Geometry.WRITE : 0);
  }

  /** A region as it is now. */
  private static final class Defined {
    final Region asGiven;

    /** With room for frames. */
    final Region region;

    final ByteBuffer bytes;
    Permission permission;

    Defined(Region asGiven, Region region) {
      this.asGiven = asGiven;
      this.region = region;
      permission = region.initial();
      bytes = BufferPool.aligned((int) Geometry.bytes(region));
    }

    int access(int rights) {
      int access = 0;
      if ((rights & Geometry.READ) != 0) {
        access |= Access.REMOTE_READ;
      }
      if ((rights & Geometry.WRITE) != 0) {
        access |= Access.LOCAL_WRITE | Access.REMOTE_WRITE;
      }
      if (region.words() && rights == (Geometry.READ | Geometry.WRITE)) {
        access |= Access.REMOTE_ATOMIC;
      }
      return access;
    }
  }

  /** A connection, and what its process has once it has proved who it is. */
  private final class Peer implements AutoCloseable {
    final Handshake.Hello hello;
    final int process;
    final long id;
    final int generation;
    final Handshake.Challenge challenge = new Handshake.Challenge(incarnation, Handshake.nonce());
    final ProtectionDomain domain;
    final QueuePair control;
    final Mailbox mailbox;
    final Clock.Timer patience;

    /** For reads and writes; null until it has proved who it is. */
    @Nullable QueuePair data;

    /** The regions registered for it, each with the rights that it has. */
    final Map<Integer, RegisteredMemory> keys = new HashMap<>();

    /** What it was told last. */
    final Map<Integer, Geometry> told = new HashMap<>();

    /** Whether it has asked for reads and writes: nothing is told to it before. */
    boolean opened;

    /** Whether it once kept {@link #define} waiting for too long. */
    boolean slow;

    Peer(Handshake.Hello hello, long id, int generation) throws IOException {
      this.hello = hello;
      this.process = hello.process();
      this.id = id;
      this.generation = generation;
      domain = ProtectionDomain.of(card);
      QueuePair made = null;
      try {
        made = QueuePair.create(domain, queue, Mailbox.SLOTS, Mailbox.SLOTS, 0);
        mailbox = new Mailbox(domain, made, process, generation, true);
      } catch (IOException e) {
        // Whoever connects until the card has no more must not keep what there was.
        if (made != null) {
          made.close();
        }
        domain.close();
        throw e;
      }
      control = made;
      patience = loop.after(PROOF_NANOS_MAX, () -> attempt(this, Peer::late));
    }

    private static void late() throws IOException {
      throw new IOException("it has not proved who it is in time");
    }

    /** What an end of this connection proves itself over. */
    Value transcript(boolean ofProcess) throws IOException {
      return Handshake.transcript(
          ofProcess, hello, challenge, control.peerNumber(), control.number());
    }

    /** It has proved who it is: it gets a queue pair for reads and writes, which is not up yet. */
    void open() throws IOException {
      data = QueuePair.create(domain, queue, 1, 1, 0);
    }

    /** Whether it has messages to take that somebody waits for. */
    boolean isAwaited() {
      return opened && !slow && !mailbox.isIdle();
    }

    /** What it may know of a region, with a key where it has rights. */
    Geometry geometry(int region) throws IOException {
      Defined defined = regions.get(region);
      if (defined == null) {
        return Geometry.none(region);
      }
      int rights = rights(defined.permission, process);
      RegisteredMemory key = keys.get(region);
      if (key == null && rights != 0) {
        key = RegisteredMemory.of(domain, defined.bytes, defined.access(rights));
        keys.put(region, key);
      }
      return new Geometry(
          region,
          defined.region.registers(),
          defined.region.registerBytes(),
          defined.region.words(),
          key == null ? 0 : key.address(),
          key == null ? 0 : key.remoteKey(),
          rights);
    }

    void tell(byte kind, int ticket, int region, boolean changed) throws IOException {
      Geometry geometry = geometry(region);
      if (regions.containsKey(region)) { // else every number that it asks for would take memory
        told.put(region, geometry);
      }
      out.clear();
      out.put(kind).putInt(ticket).put((byte) (changed ? 1 : 0));
      Wire.putGeometry(out, geometry);
      mailbox.send(out.flip());
    }

    void tellWhatChanged() throws IOException {
      if (!opened) {
        return;
      }
      for (int region : regions.keySet()) {
        if (!geometry(region).equals(told.get(region))) {
          tell(Wire.TELL, 0, region, true);
        }
      }
    }

    /** Makes its key to a region worthless. */
    void revoke(int region) throws IOException {
      RegisteredMemory key = keys.get(region);
      if (key != null) {
        Revocation.of(key::close, Objects.requireNonNull(data)::reset);
        keys.remove(region);
      }
    }

    /**
     * Gives all of it back.
     *
     * @throws IllegalStateException if its accesses cannot be ended: the host must not go on, since
     *     it could acknowledge what is not so
     */
    @Override
    public void close() throws IOException {
      QueuePair open = data;
      if (open != null) {
        try {
          open.close();
        } catch (IOException e) {
          throw new IllegalStateException("the queue pair of process " + process + " stays", e);
        }
      }
      connections.destroy(id, control);
      mailbox.close();
      for (RegisteredMemory key : keys.values()) {
        key.close();
      }
      domain.close();
    }
  }

  private final class Serving implements RdmaLoop.Service {
    @Override
    public boolean poll() throws IOException {
      boolean worked = false;
      ConnectionEvent event = connections.next();
      if (event != null) {
        worked = true;
        connectionEvent(event);
      }
      int count = queue.poll();
      for (int i = 0; i < count; i++) {
        completed(queue.workRequest(i), queue.status(i), queue.bytes(i));
      }
      return worked || count > 0;
    }

    private void completed(long work, int status, int bytes) {
      Peer peer = peersByGeneration.get(WorkId.generation(work));
      if (peer == null) {
        return;
      }
      attempt(
          peer,
          () -> {
            if (status != CompletionQueue.SUCCESS) {
              throw new IOException("its connection broke, status " + status);
            }
            int slot = WorkId.index(work);
            if (WorkId.kind(work) == WorkId.SENT) {
              peer.mailbox.sent(slot);
              peer.slow &= !peer.mailbox.isIdle();
              settleUntold();
            } else {
              message(peer, peer.mailbox.received(slot, bytes));
              // Unless the message was its last.
              if (peersByGeneration.get(peer.generation) == peer) {
                peer.mailbox.release(slot);
              }
            }
          });
    }

    @Override
    public void flush() {
      // Every message is posted where it is made.
    }

    @Override
    public void ended() {
      new ArrayList<>(peersById.values()).forEach(MemoryHost.this::drop);
      untold.keySet().forEach(told -> told.complete(null));
      try {
        connections.destroy(listening, null);
        connections.close();
        queue.close();
      } catch (IOException e) {
        LOG.warn("memory {}: not all is given back", number, e);
      }
    }
  }
}
