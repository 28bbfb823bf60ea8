package org.remora.verbs.channel;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.remora.verbs.channel.PooledBuffer.Place;

/*
 * Credits, or why a receiver is never overrun and no sender waits for ever.
 *
 * Every frame needs a buffer posted at the other end. A receiver grants DATA frames, as a total since
 * the beginning that each of its frames carries, and grants one only for a buffer that is posted. So
 *
 *     posted >= granted - DATA frames received + what is set aside,
 *
 * where five are set aside for the frames that need no grant: one HELLO, one END, one CLOSE, and two
 * CREDIT frames. A peer sends a third CREDIT frame only once a frame from here has told it that the
 * first was received, and its buffer is posted again before that is told.
 *
 * A grant travels with whatever is sent anyhow. A CREDIT frame of its own is sent when the peer may send
 * nothing more, or half of the receive buffers wait to be granted. Nobody gets stuck. Say A wants to
 * grant, and may send no CREDIT frame because B has not told that it received the last two. B has then at
 * least the grant of those. Either B has nothing to send and needs no more, or it sends a DATA frame,
 * which tells.
 */

/**
 * A channel of every transport: greeting, credits, messages out of frames and frames out of
 * messages.
 */
final class ChannelCore implements RdmaChannel, SelectorCore.Starving {
  /** Buffers posted beyond what is granted: HELLO, END, CLOSE and two CREDIT frames. */
  private static final int SET_ASIDE = 5;

  private static final int CREDITS_UNTOLD_MAX = 2;

  /** Buffers that no DATA frame is sent with: one for END or CLOSE, and one for CREDIT. */
  private static final int CONTROL_SENDS = 2;

  /** No peer can have more buffers. */
  private static final int GRANT_MAX = 1 << 20;

  private static final int MAGIC = 0x524d4348;
  private static final int VERSION = 1;
  private static final int HELLO_BYTES = 16;

  private enum State {
    FRESH,
    CONNECTING,
    /** The wire is there; HELLO has not come. */
    GREETING,
    /** Both have greeted; the user has not asked yet. */
    GREETED,
    CONNECTED,
    /** Could not connect; the user has not asked yet. */
    FAILED,
    /** The user has closed; what was written is being delivered. */
    LINGERING,
    CLOSED
  }

  final SelectorCore selector;
  private final ChannelOptions options;
  private final KeyCore key;

  /** The server channel that this one came in at, or null. */
  private final @Nullable ServerCore server;

  private State state;
  private @Nullable Wire wire;
  private @Nullable InetSocketAddress target;
  private @Nullable String failure;
  private long deadlineNanos;
  private boolean deadlineSet;

  /** All buffers of this channel that are not in the pool. */
  private final List<PooledBuffer> buffers = new ArrayList<>();

  // Receiving.

  /** DATA receive buffers that this channel has; less than it wants while the pool is empty. */
  private int receiveBuffers;

  private int framesReceived;
  private int dataReceived;
  private int creditsReceived;
  private int creditsTold;
  private int granted;

  /** Buffers posted for DATA frames that the peer was not told of. */
  private int grantable;

  private boolean helloReceived;
  private @Nullable Ending ending;
  private final Queue<ReceivedMessage> inbound = new ArrayDeque<>();

  /** The message of several frames that is being put together. */
  private @Nullable ByteBuffer assembly;

  /** The bytes of messages in memory of their own: put together, queued or lent. */
  private long assemblyBytes;

  /** DATA frames, in order, that wait until messages in memory of their own are released. */
  private final Deque<PooledBuffer> stalled = new ArrayDeque<>();

  // Sending.

  private final Deque<PooledBuffer> idle = new ArrayDeque<>();
  private int framesSent;
  private int dataSent;
  private int creditsSent;
  private int creditsAcknowledged;
  private int peerGrant;
  private int peerMessageBytesMax;
  private int partBytesMax;

  /** What is missing of the message that was begun. */
  private int restBytes;

  private boolean outputShut;
  private boolean helloDue;
  private boolean endDue;
  private boolean closeDue;

  ChannelCore(SelectorCore selector, @Nullable ServerCore server) {
    this.selector = selector;
    this.server = server;
    options = selector.options();
    state = server == null ? State.FRESH : State.CONNECTING;
    key = new KeyCore(selector, this, this::readiness);
    if (server == null) {
      selector.add(key);
    }
  }

  /** What a channel needs at the least: one DATA frame to receive, all of its own to send. */
  static int buffersMin(int sendBuffers) {
    return SET_ASIDE + 1 + CONTROL_SENDS + sendBuffers;
  }

  /** The most frames of one channel that are being sent at once. */
  static int sendsMax(ChannelOptions options) {
    return options.sendBuffers() + CONTROL_SENDS;
  }

  /** The most buffers of one channel that are posted at once. */
  static int receivesMax(ChannelOptions options) {
    return options.receiveBuffers() + SET_ASIDE;
  }

  private int readiness() {
    return switch (state) {
      case GREETED, FAILED -> server == null ? OP_CONNECT : 0;
      case CONNECTED ->
          (!inbound.isEmpty() || visibleEnding() != null ? OP_READ : 0)
              | (!outputShut && (isDead() || maySendData()) ? OP_WRITE : 0);
      default -> 0;
    };
  }

  private static final int OP_READ = RdmaSelectionKey.OP_READ;
  private static final int OP_WRITE = RdmaSelectionKey.OP_WRITE;
  private static final int OP_CONNECT = RdmaSelectionKey.OP_CONNECT;

  private boolean maySendData() {
    return peerGrant - dataSent > 0 && idle.size() > CONTROL_SENDS;
  }

  /** Nothing can be sent any more, and nothing arrives. */
  private boolean isDead() {
    return ending != null && ending.cause() != Ending.Cause.FINISHED;
  }

  private @Nullable Ending visibleEnding() {
    return inbound.isEmpty() && stalled.isEmpty() ? ending : null;
  }

  // Connecting.

  @Override
  public void connect(InetSocketAddress peer) throws IOException {
    Objects.requireNonNull(peer);
    selector.lock.lock();
    try {
      switch (state) {
        case FRESH -> {}
        case CONNECTED -> throw new AlreadyConnectedException();
        case LINGERING, CLOSED -> throw new ClosedChannelException();
        default -> throw new ConnectionPendingException();
      }
      if (peer.isUnresolved()) {
        throw new java.nio.channels.UnresolvedAddressException();
      }
      target = peer;
      state = State.CONNECTING;
      setDeadline(options.greetingMillis());
      try {
        if (!feed()) {
          selector.starves(this);
        }
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      }
      if (state == State.FAILED) {
        close();
        throw new ConnectException(failure);
      }
    } finally {
      selector.lock.unlock();
    }
  }

  /** Takes the buffers that this channel can get now; connects once it has enough of them. */
  @Override
  public boolean feed() {
    try {
      if (wire == null) {
        InetSocketAddress peer = target;
        if (state != State.CONNECTING || peer == null) {
          return true;
        }
        if (selector.pool.available() < buffersMin(options.sendBuffers())) {
          return false;
        }
        begin(selector.fabric.connect(this, peer));
      } else if (!isDead() && state != State.LINGERING && state != State.CLOSED) {
        takeReceiveBuffers();
        sendControls();
      } else {
        return true;
      }
      return receiveBuffers == options.receiveBuffers();
    } catch (IOException e) {
      end(Ending.Cause.LOST, String.valueOf(e.getMessage()));
      return true;
    }
  }

  /** The wire of an admitted channel is there. */
  void admitted(Wire newWire) throws IOException {
    setDeadline(options.greetingMillis());
    state = State.GREETING;
    begin(newWire);
    if (wire != null && receiveBuffers < options.receiveBuffers()) {
      selector.starves(this);
    }
  }

  /** Posts the buffers for what the peer may send; before it can. */
  private void begin(Wire newWire) throws IOException {
    wire = newWire;
    selector.wired(this);
    for (int i = 0; i < sendsMax(options); i++) {
      idle.add(take(Place.IDLE));
    }
    for (int i = 0; i < SET_ASIDE; i++) {
      postFresh();
    }
    takeReceiveBuffers();
  }

  private void takeReceiveBuffers() throws IOException {
    while (receiveBuffers < options.receiveBuffers() && selector.pool.available() > 0) {
      if (!postFresh()) {
        return;
      }
      receiveBuffers++;
      grantable++;
    }
  }

  /** Posts a buffer from the pool; false if the wire broke, which may happen in any post. */
  private boolean postFresh() throws IOException {
    Wire known = wire;
    if (known == null) {
      return false;
    }
    known.post(take(Place.WIRE));
    return wire != null;
  }

  private PooledBuffer take(Place place) throws IOException {
    PooledBuffer buffer = selector.pool.take(place);
    if (buffer == null) {
      throw new IllegalStateException("the pool has fewer buffers than it said");
    }
    buffers.add(buffer);
    return buffer;
  }

  /** The wire that this end asked for is there. */
  void wireConnected() {
    if (state == State.CONNECTING) {
      state = State.GREETING;
      helloDue = true;
      sendControls();
    }
  }

  @Override
  public boolean finishConnect() throws IOException {
    selector.lock.lock();
    try {
      switch (state) {
        case FRESH -> throw new NoConnectionPendingException();
        case LINGERING, CLOSED -> throw new ClosedChannelException();
        case CONNECTED -> {
          return true;
        }
        case FAILED -> {
          close();
          throw new ConnectException(failure);
        }
        case GREETED -> {
          state = State.CONNECTED;
          selector.update(key);
          return true;
        }
        default -> {
          return false;
        }
      }
    } finally {
      selector.lock.unlock();
    }
  }

  /** The user has taken this channel from its server channel. */
  void accepted() {
    state = State.CONNECTED;
    selector.add(key);
  }

  // Receiving.

  /** A frame has arrived; or garbage, of which there may be any. */
  void arrived(PooledBuffer buffer, int bytes) {
    buffer.place = Place.QUEUED;
    if (state == State.CLOSED || isDead()) {
      return; // The wire is on its way out, and gives all buffers back.
    }
    ChannelFrame frame = selector.frame;
    String problem = frame.decode(buffer.data, bytes);
    if (problem == null) {
      problem = checkHeader(frame);
    }
    if (problem == null) {
      problem = handle(frame, buffer);
    }
    if (problem != null) {
      violated(problem);
      return;
    }
    sendControls();
    selector.update(key);
  }

  /** The peer has sent what the protocol does not allow. */
  void violated(String problem) {
    end(Ending.Cause.VIOLATION, problem);
  }

  private @Nullable String checkHeader(ChannelFrame frame) {
    if (frame.sequence != framesReceived) {
      return "frame " + frame.sequence + " in place of " + framesReceived;
    }
    framesReceived++;
    if ((frame.kind == ChannelFrame.HELLO) == helloReceived) {
      return helloReceived ? "a second HELLO" : "a first frame that is no HELLO";
    }
    if (frame.grant - peerGrant < 0 || frame.grant - dataSent > GRANT_MAX) {
      return "a grant of " + frame.grant;
    }
    int told = frame.controls - creditsAcknowledged;
    if (told < 0 || told > creditsSent - creditsAcknowledged) {
      return "more CREDIT frames received than were sent";
    }
    peerGrant = frame.grant;
    creditsAcknowledged = frame.controls;
    return null;
  }

  private @Nullable String handle(ChannelFrame frame, PooledBuffer buffer) {
    switch (frame.kind) {
      case ChannelFrame.HELLO -> {
        String problem = hello(frame, buffer.data);
        post(buffer);
        return problem;
      }
      case ChannelFrame.CREDIT -> {
        creditsReceived++;
        post(buffer);
        return creditsReceived - creditsTold > CREDITS_UNTOLD_MAX ? "too many CREDIT frames" : null;
      }
      case ChannelFrame.END -> {
        post(buffer);
        if (ending != null) {
          return "a second END";
        }
        ending = new Ending(Ending.Cause.FINISHED, "the peer sends no more");
        return null;
      }
      case ChannelFrame.CLOSE -> {
        post(buffer);
        end(Ending.Cause.CLOSED, "the peer closed the channel");
        return null;
      }
      default -> {
        if (ending != null) {
          return "a message behind the END";
        }
        if (granted - dataReceived <= 0) {
          return "a frame that was not granted";
        }
        dataReceived++;
        return data(frame, buffer);
      }
    }
  }

  private @Nullable String hello(ChannelFrame frame, ByteBuffer data) {
    int at = ChannelFrame.HEADER_BYTES;
    if (frame.length != HELLO_BYTES || data.getInt(at) != MAGIC) {
      return "not a HELLO of this protocol";
    }
    if (data.getInt(at + 4) != VERSION) {
      return "version " + data.getInt(at + 4) + " of the protocol";
    }
    int peerBufferBytes = data.getInt(at + 8);
    peerMessageBytesMax = data.getInt(at + 12);
    partBytesMax = Math.min(peerBufferBytes, options.bufferBytes()) - ChannelFrame.HEADER_BYTES;
    if (partBytesMax < HELLO_BYTES || peerMessageBytesMax < 0) {
      return "a HELLO that makes no sense";
    }
    helloReceived = true;
    if (state == State.GREETING) {
      state = State.GREETED;
      deadlineSet = false;
      if (server != null) {
        helloDue = true;
        server.greeted(this);
      }
    }
    return null;
  }

  private @Nullable String data(ChannelFrame frame, PooledBuffer buffer) {
    if (state == State.LINGERING) {
      post(buffer); // and not granted again: nobody reads any more
      return null;
    }
    if (!stalled.isEmpty() || mustWait(frame)) {
      stalled.add(buffer);
      return null;
    }
    return takeIn(frame, buffer);
  }

  /** Whether a frame begins a message that there is no memory for as long as others have it. */
  private boolean mustWait(ChannelFrame frame) {
    return frame.flags == ChannelFrame.FIRST
        && assemblyBytes > 0
        && assemblyBytes + frame.messageLength > 2L * options.messageBytesMax();
  }

  private @Nullable String takeIn(ChannelFrame frame, PooledBuffer buffer) {
    boolean first = (frame.flags & ChannelFrame.FIRST) != 0;
    boolean last = (frame.flags & ChannelFrame.LAST) != 0;
    ByteBuffer whole = assembly;
    if (first != (whole == null)) {
      return first ? "a message within a message" : "a part of no message";
    }
    if (first && frame.messageLength > options.messageBytesMax()) {
      return "a message of " + frame.messageLength + " bytes";
    }
    ByteBuffer part = buffer.data.slice(ChannelFrame.HEADER_BYTES, frame.length);
    if (first && last) {
      inbound.add(new ReceivedMessage(this, part, buffer));
      return null;
    }
    if (whole == null) {
      assemblyBytes += frame.messageLength;
      whole = ByteBuffer.allocate(frame.messageLength);
      assembly = whole;
    }
    if (part.remaining() > whole.remaining() || last != (part.remaining() == whole.remaining())) {
      return "parts that do not make up their message";
    }
    whole.put(part);
    post(buffer);
    grantable++;
    if (last) {
      assembly = null;
      inbound.add(new ReceivedMessage(this, whole.clear(), null));
    }
    return null;
  }

  /** Takes in the frames that had to wait for memory, as far as it reaches now. */
  private void resumeStalled() {
    ChannelFrame frame = selector.frame;
    for (PooledBuffer next = stalled.peek(); next != null; next = stalled.peek()) {
      // It was found sound when it arrived, and nobody else has had the buffer since.
      frame.decode(next.data, (int) ChannelFrame.frameBytes(next.data));
      if (mustWait(frame)) {
        return;
      }
      stalled.remove();
      String problem = takeIn(frame, next);
      if (problem != null) {
        stalled.clear();
        violated(problem);
        return;
      }
    }
    if (isDead()) {
      assembly = null;
    }
  }

  /** Gives a buffer back to the wire to receive into, or to the pool if there is no wire. */
  private void post(PooledBuffer buffer) {
    Wire known = wire;
    if (known == null) {
      buffers.remove(buffer);
      selector.give(buffer);
    } else if (!isDead()) {
      buffer.place = Place.WIRE;
      known.post(buffer);
    } // Else the wire is on its way out, and all buffers then go back.
  }

  @Override
  public @Nullable ReceivedMessage read() throws IOException {
    selector.lock.lock();
    try {
      requireConnected();
      ReceivedMessage message = inbound.poll();
      if (message != null) {
        if (message.buffer != null) {
          message.buffer.place = Place.LENT;
          selector.pool.lent(1);
        }
        selector.update(key);
      }
      return message;
    } finally {
      selector.lock.unlock();
    }
  }

  /** The user has done with a message. */
  void released(ReceivedMessage message) {
    PooledBuffer buffer = message.buffer;
    if (buffer == null) {
      assemblyBytes -= message.length();
      resumeStalled();
    } else {
      selector.pool.lent(-1);
      if (wire == null || isDead() || state == State.LINGERING || state == State.CLOSED) {
        buffers.remove(buffer);
        selector.give(buffer);
      } else {
        post(buffer);
        grantable++;
      }
    }
    sendControls();
    selector.update(key);
  }

  @Override
  public @Nullable Ending ending() {
    selector.lock.lock();
    try {
      return visibleEnding();
    } finally {
      selector.lock.unlock();
    }
  }

  // Sending.

  @Override
  public boolean write(ByteBuffer message) throws IOException {
    selector.lock.lock();
    try {
      requireOutput();
      int length = message.remaining();
      boolean begun = restBytes > 0;
      if (begun && length != restBytes) {
        throw new IllegalArgumentException(
            length + " bytes, where " + restBytes + " are missing of the message that was begun");
      }
      if (length > peerMessageBytesMax && !begun) {
        throw new IllegalArgumentException(
            "a message of " + length + " bytes; the peer receives " + peerMessageBytesMax);
      }
      boolean first = !begun;
      while (maySendData()) {
        int bytes = Math.min(message.remaining(), partBytesMax);
        PooledBuffer buffer = idle.remove();
        ByteBuffer part = message.slice(message.position(), bytes);
        buffer.data.clear().position(ChannelFrame.HEADER_BYTES);
        buffer.data.put(part);
        message.position(message.position() + bytes);
        boolean last = !message.hasRemaining();
        dataSent++;
        restBytes = message.remaining();
        transmit(
            buffer,
            ChannelFrame.DATA,
            (first ? ChannelFrame.FIRST : 0) | (last ? ChannelFrame.LAST : 0),
            bytes,
            first ? length : 0);
        first = false;
        if (last) {
          selector.update(key);
          return true;
        }
        if (isDead()) {
          break; // The wire broke within.
        }
      }
      selector.update(key);
      return false;
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    selector.lock.lock();
    try {
      requireConnected();
      if (outputShut) {
        return;
      }
      requireOutput();
      if (restBytes > 0) {
        throw new IllegalStateException(restBytes + " bytes are missing of the last message");
      }
      outputShut = true;
      endDue = true;
      sendControls();
      selector.update(key);
    } finally {
      selector.lock.unlock();
    }
  }

  /** Sends the frames that are due and carry no message, as far as buffers reach. */
  private void sendControls() {
    if (isDead() || wire == null || state == State.CONNECTING || state == State.FAILED) {
      return;
    }
    if (helloDue && !idle.isEmpty()) {
      helloDue = false;
      PooledBuffer buffer = idle.remove();
      buffer
          .data
          .clear()
          .position(ChannelFrame.HEADER_BYTES)
          .putInt(MAGIC)
          .putInt(VERSION)
          .putInt(options.bufferBytes())
          .putInt(options.messageBytesMax());
      transmit(buffer, ChannelFrame.HELLO, 0, HELLO_BYTES, 0);
    }
    if (helloDue || !helloReceived) {
      return;
    }
    if (endDue && !idle.isEmpty()) {
      endDue = false;
      transmit(idle.remove(), ChannelFrame.END, 0, 0, 0);
    }
    if (closeDue && !endDue && !idle.isEmpty()) {
      closeDue = false;
      transmit(idle.remove(), ChannelFrame.CLOSE, 0, 0, 0);
    }
    boolean due =
        grantable > 0
            && (granted == dataReceived || 2 * grantable >= options.receiveBuffers())
            && ending == null
            && state != State.LINGERING;
    if (due && creditsSent - creditsAcknowledged < CREDITS_UNTOLD_MAX && !idle.isEmpty()) {
      creditsSent++;
      transmit(idle.remove(), ChannelFrame.CREDIT, 0, 0, 0);
    }
  }

  private void transmit(PooledBuffer buffer, int kind, int flags, int bytes, int messageLength) {
    granted += grantable;
    grantable = 0;
    creditsTold = creditsReceived;
    selector.frame.encode(
        buffer.data, kind, flags, framesSent++, bytes, messageLength, granted, creditsReceived);
    buffer.place = Place.WIRE;
    Objects.requireNonNull(wire).send(buffer, ChannelFrame.HEADER_BYTES + bytes);
  }

  /** A frame has left its buffer, and the other end has it or never will. */
  void sent(PooledBuffer buffer) {
    buffer.place = Place.IDLE;
    idle.add(buffer);
    if (!isDead()) {
      sendControls();
      selector.update(key);
    }
  }

  // Ending.

  @Override
  public void close() {
    selector.lock.lock();
    try {
      if (state == State.LINGERING || state == State.CLOSED) {
        return;
      }
      boolean goodbye =
          (state == State.CONNECTED || state == State.GREETED) && !isDead() && restBytes == 0;
      key.cancel();
      selector.sated(this);
      inbound.clear();
      stalled.clear();
      assembly = null;
      if (server != null) {
        server.dropped(this);
      }
      if (goodbye) {
        state = State.LINGERING;
        closeDue = true;
        setDeadline(options.lingerMillis());
        sendControls();
      } else {
        state = State.CLOSED;
        closeWire();
        if (wire == null) {
          giveBack();
        }
      }
      selector.nudge();
    } finally {
      selector.lock.unlock();
    }
  }

  /** The wire has broken, or could not be made. Before that, all that had arrived was reported. */
  void wireBroke(String reason) {
    end(Ending.Cause.LOST, reason);
  }

  /** The time that was set is over. */
  void expired(long nanos) {
    if (deadlineSet && deadlineNanos == nanos) {
      deadlineSet = false;
      end(
          Ending.Cause.LOST,
          state == State.LINGERING
              ? "no goodbye within " + options.lingerMillis() + " ms"
              : "no greeting within " + options.greetingMillis() + " ms");
    }
  }

  private void setDeadline(int millis) {
    deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    deadlineSet = true;
    selector.deadline(deadlineNanos, this);
  }

  /** Nothing arrives any more, and nothing can be sent. */
  private void end(Ending.Cause cause, String reason) {
    if (!isDead()) {
      ending = new Ending(cause, reason);
    }
    if (stalled.isEmpty()) {
      assembly = null;
    }
    selector.sated(this);
    switch (state) {
      case CONNECTING, GREETING -> {
        failure = reason;
        if (server == null) {
          state = State.FAILED;
        } else {
          state = State.CLOSED;
          key.cancel();
          server.dropped(this);
        }
      }
      case LINGERING -> state = State.CLOSED;
      default -> {}
    }
    closeWire();
    selector.update(key);
  }

  private void closeWire() {
    if (wire != null) {
      wire.close();
    }
  }

  /** The wire is no more, and touches no buffer. */
  void gone() {
    wire = null;
    selector.unwired(this);
    idle.clear();
    giveBack();
  }

  /** Gives back all buffers but those that hold what was read, or can still be read. */
  private void giveBack() {
    Set<PooledBuffer> kept = new HashSet<>(stalled);
    for (ReceivedMessage message : inbound) {
      if (message.buffer != null) {
        kept.add(message.buffer);
      }
    }
    for (PooledBuffer buffer : buffers) {
      if (buffer.place != Place.LENT && !kept.contains(buffer)) {
        selector.give(buffer);
      }
    }
    buffers.removeIf(buffer -> buffer.place == Place.POOL);
  }

  private void requireConnected() throws IOException {
    switch (state) {
      case CONNECTED -> {}
      case LINGERING, CLOSED -> throw new ClosedChannelException();
      default -> throw new NotYetConnectedException();
    }
  }

  private void requireOutput() throws IOException {
    requireConnected();
    if (outputShut) {
      throw new ClosedChannelException();
    }
    if (isDead()) {
      throw new IOException("the peer is gone: " + Objects.requireNonNull(ending).reason());
    }
  }

  @Override
  public RdmaSelectionKey key() {
    return key;
  }

  @Override
  public int validOps() {
    return OP_READ | OP_WRITE | OP_CONNECT;
  }

  @Override
  public boolean isOpen() {
    selector.lock.lock();
    try {
      return state != State.LINGERING && state != State.CLOSED;
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public boolean isConnected() {
    selector.lock.lock();
    try {
      return state == State.CONNECTED;
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public int messageBytesMax() {
    selector.lock.lock();
    try {
      return peerMessageBytesMax;
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public @Nullable InetSocketAddress localAddress() {
    selector.lock.lock();
    try {
      return wire == null ? null : wire.localAddress();
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public @Nullable InetSocketAddress remoteAddress() {
    selector.lock.lock();
    try {
      return target != null || wire == null ? target : wire.remoteAddress();
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "channel to " + remoteAddress();
  }
}
