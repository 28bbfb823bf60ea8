package org.remora.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a memory host has done, in a file that is mapped into memory: what is put there outlives the
 * process at once, and the system when it is forced.
 *
 * <pre>
 *   0          8         12        16            24             40      44
 *   | RMRAJRNL | version | number  | incarnation | boot id 16   | clean |   ... 64
 *   64
 *   | length 4 | crc32c 4 | type 1 | region 4 | register 4 | bytes ... |    records, then zeros
 * </pre>
 *
 * <p>The checksum covers the record's place in the file, its length and its content. Recovery takes
 * records up to the first whose checksum is wrong: the tail that was being written. Room is made by
 * writing zeros before it is mapped, so that a full disk is an error there and not in the middle of
 * a record.
 *
 * <p>The boot id is the system's: if it has changed, and not everything was forced, the contents
 * may be a past state, and a past state is worse than none.
 */
final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryHost.class);

  static final int DEFINE = 1;
  static final int WRITE = 2;
  static final int PERMISSION = 3;

  private static final long MAGIC = 0x524d52414a524e4cL; // RMRAJRNL
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 64;
  private static final int CLEAN_AT = 40;
  private static final int PREFIX_BYTES = 8;
  private static final int RECORD_BYTES = PREFIX_BYTES + 9;
  private static final int WINDOW_BYTES = 4 << 20;
  private static final long COMPACTION_BYTES_MIN = 64L << 20;
  private static final long INTERVAL_MILLIS = 10;
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Takes what recovery finds. */
  interface Contents {
    void recovered(int type, int region, int register, Value value) throws IOException;
  }

  /** Puts all there is into a journal. */
  interface Snapshot {
    void writeTo(Journal journal) throws IOException, HostMemory.FullException;
  }

  private final Durability durability;
  private final int number;
  private final long incarnation;
  private FileChannel channel;

  /** Keeps other hosts from the file. */
  private @Nullable FileLock lock;

  /** Maps the file from {@link #windowAt} on; records are put at its position. */
  private MappedByteBuffer window;

  private long windowAt;

  /** Up to where the file has room that was written to. */
  private long room;

  private long compactAt = COMPACTION_BYTES_MIN;

  /** Up to where the file has been forced. */
  private volatile long forced;

  private final Object forcing = new Object();

  /** Counts the files that have taken each other's place. */
  private int files;

  private volatile boolean broken;
  private volatile boolean closed;

  private Journal(
      Durability durability, int number, long incarnation, FileChannel channel, long end)
      throws IOException {
    this.durability = durability;
    this.number = number;
    this.incarnation = incarnation;
    this.channel = channel;
    // What follows the last record that is whole goes: it must read as zeros.
    channel.truncate(end);
    room = end;
    window = open(end, WINDOW_BYTES);
    windowAt = end;
    forced = end;
  }

  /**
   * Opens a journal, and hands over what it holds; an empty one if there is none, or if it may be a
   * past state.
   *
   * @throws IOException if it is in use, not a journal of this memory, or cannot be read or made
   */
  static Journal open(Durability durability, int number, Contents contents) throws IOException {
    Path file = durability.file();
    FileChannel channel = openFile(file);
    try {
      FileLock lock = lock(channel, file);
      Value boot = bootId();
      Journal journal = null;
      if (channel.size() >= HEADER_BYTES) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        readFully(channel, header, 0);
        journal = recover(durability, number, channel, header, boot, contents);
      }
      if (journal == null) {
        channel.truncate(0);
        long incarnation = Handshake.unique();
        writeHeader(channel, number, incarnation, boot);
        journal = new Journal(durability, number, incarnation, channel, HEADER_BYTES);
      }
      journal.lock = lock;
      journal.setClean(false);
      journal.startForcing();
      return journal;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable Journal recover(
      Durability durability,
      int number,
      FileChannel channel,
      ByteBuffer header,
      Value boot,
      Contents contents)
      throws IOException {
    if (header.getLong(0) != MAGIC || header.getInt(8) != VERSION || header.getInt(12) != number) {
      throw new IOException(durability.file() + " is not a journal of memory " + number);
    }
    boolean clean = header.getInt(CLEAN_AT) == 1;
    boolean allForced = header.getInt(CLEAN_AT + 4) == 1;
    if (!clean && !allForced && !Value.copyOf(header, 24, 16).equals(boot)) {
      LOG.error(
          "{}: the system has gone down, and not all was forced to the disk; memory {} starts empty",
          durability.file(),
          number);
      return null;
    }
    long end = replay(channel, contents);
    ByteBuffer again = ByteBuffer.allocate(24);
    boot.putInto(again);
    again.putInt(0).putInt(durability.policy() == Durability.Policy.EACH ? 1 : 0).flip();
    channel.write(again, 24);
    return new Journal(durability, number, header.getLong(16), channel, end);
  }

  /** Hands the whole records over; where they end. */
  private static long replay(FileChannel channel, Contents contents) throws IOException {
    long at = HEADER_BYTES;
    long size = channel.size();
    ByteBuffer prefix = ByteBuffer.allocate(PREFIX_BYTES);
    while (size - at >= RECORD_BYTES) {
      prefix.clear();
      readFully(channel, prefix, at);
      int length = prefix.getInt(0);
      if (length < RECORD_BYTES - PREFIX_BYTES || length > size - at - PREFIX_BYTES) {
        break;
      }
      ByteBuffer record = ByteBuffer.allocate(length);
      readFully(channel, record, at + PREFIX_BYTES);
      record.clear();
      if (checksum(at, record) != prefix.getInt(4)) {
        break;
      }
      contents.recovered(
          record.get(0), record.getInt(1), record.getInt(5), Value.copyOf(record, 9, length - 9));
      at += PREFIX_BYTES + length;
    }
    return at;
  }

  long incarnation() {
    return incarnation;
  }

  /** Whether a write to it has failed: nothing more may be answered. */
  boolean isBroken() {
    return broken;
  }

  /**
   * Room for a record with so many bytes of content, which {@link #put} will not lack then.
   *
   * @throws HostMemory.FullException if there is none
   */
  synchronized void reserve(int bytes, Snapshot snapshot) throws HostMemory.FullException {
    if (broken || closed) {
      throw new HostMemory.FullException("its journal cannot be written any more");
    }
    long needed = (long) RECORD_BYTES + bytes;
    if (window.remaining() >= needed) {
      return;
    }
    try {
      if (position() > compactAt) {
        compact(snapshot);
        if (window.remaining() >= needed) {
          return;
        }
      }
      long at = position();
      MappedByteBuffer next = open(at, (int) Math.max(WINDOW_BYTES, needed));
      window.force();
      window = next;
      windowAt = at;
    } catch (IOException e) {
      throw new HostMemory.FullException("its journal has no room: " + e.getMessage());
    }
  }

  /** Puts a record into the room that was reserved for it. */
  synchronized void put(int type, int region, int register, Value value) {
    try {
      long at = position();
      int start = window.position();
      int length = RECORD_BYTES - PREFIX_BYTES + value.length();
      window.position(start + PREFIX_BYTES);
      window.put((byte) type).putInt(region).putInt(register);
      value.putInto(window);
      ByteBuffer content = window.duplicate();
      content.limit(window.position()).position(start + PREFIX_BYTES);
      window.putInt(start, length).putInt(start + 4, checksum(at, content.slice()));
    } catch (RuntimeException | Error e) {
      // The memory has the write and the journal has not: whoever saw it must never hear of it.
      broken = true;
      throw e;
    }
  }

  /**
   * Before an answer is sent: forces all that was put, if that is the policy.
   *
   * @throws IOException if that failed, now or before
   */
  void settle() throws IOException {
    if (broken) {
      throw new IOException("the journal failed");
    }
    if (durability.policy() == Durability.Policy.EACH) {
      force();
    }
  }

  private void force() throws IOException {
    long mine;
    synchronized (this) {
      mine = position();
    }
    if (forced >= mine) {
      return;
    }
    // Whoever waits here finds that the one before has forced for both.
    synchronized (forcing) {
      if (forced >= mine) {
        return;
      }
      MappedByteBuffer now;
      int filled;
      int file;
      long end;
      synchronized (this) {
        file = files;
        now = window;
        filled = window.position();
        end = position();
      }
      try {
        now.force(0, filled);
      } catch (RuntimeException | Error e) {
        broken = true;
        throw new IOException("forcing the journal failed", e);
      }
      synchronized (this) {
        // A new file has been forced as a whole, and counts from its own beginning.
        if (file == files) {
          forced = end;
        }
      }
    }
  }

  /** Forces all, and marks that nothing is missing. */
  void close() {
    closed = true;
    synchronized (forcing) {
      synchronized (this) {
        try {
          if (!broken) {
            window.force();
            channel.truncate(position());
            channel.force(true);
            setClean(true);
          }
          FileLock held = lock;
          if (held != null) {
            held.release();
          }
          channel.close();
        } catch (IOException | RuntimeException e) {
          LOG.error("{}: closing failed; the file is as after a crash", durability.file(), e);
        }
      }
    }
  }

  private void startForcing() {
    if (durability.policy() != Durability.Policy.INTERVAL) {
      return;
    }
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!closed && !broken) {
                  TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
                  force();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (IOException e) {
                LOG.error("{}", durability.file(), e);
              }
            },
            "remora-memory-" + number + "-force");
    thread.setDaemon(true);
    thread.start();
  }

  /** Writes all there is into a new file, which takes the old one's place in one step. */
  private void compact(Snapshot snapshot) throws IOException {
    Path file = durability.file();
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    FileChannel made = openFile(fresh);
    try {
      FileLock madeLock = lock(made, fresh);
      writeHeader(made, number, incarnation, bootId());
      ByteBuffer policy = ByteBuffer.allocate(4);
      policy.putInt(durability.policy() == Durability.Policy.EACH ? 1 : 0).flip();
      made.write(policy, CLEAN_AT + 4L);
      Journal copy = new Journal(durability, number, incarnation, made, HEADER_BYTES);
      copy.compactAt = Long.MAX_VALUE;
      snapshot.writeTo(copy);
      copy.window.force();
      made.force(true);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceDirectory(file);
      channel.close();
      channel = made;
      lock = madeLock;
      window = copy.window;
      windowAt = copy.windowAt;
      room = copy.room;
      forced = copy.position();
      files++;
      compactAt = Math.max(COMPACTION_BYTES_MIN, 3 * position());
    } catch (IOException | HostMemory.FullException e) {
      made.close();
      Files.deleteIfExists(fresh);
      // The old file goes on; it is tried again when it has grown as much again.
      compactAt = 2 * position();
      LOG.warn("{}: no room to compact: {}", file, e.getMessage());
    }
  }

  private long position() {
    return windowAt + window.position();
  }

  /** Maps so many bytes from {@code at} on, after writing zeros there as far as none were. */
  private MappedByteBuffer open(long at, int bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(64 * 1_024);
    while (room < at + bytes) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), at + bytes - room));
      room += channel.write(zeros, room);
    }
    return channel.map(FileChannel.MapMode.READ_WRITE, at, bytes);
  }

  private void setClean(boolean clean) throws IOException {
    ByteBuffer flags = ByteBuffer.allocate(8);
    flags.putInt(clean ? 1 : 0);
    flags.putInt(durability.policy() == Durability.Policy.EACH ? 1 : 0).flip();
    channel.write(flags, CLEAN_AT);
    channel.force(true);
  }

  private static void writeHeader(FileChannel channel, int number, long incarnation, Value boot)
      throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.putLong(MAGIC).putInt(VERSION).putInt(number).putLong(incarnation);
    boot.putInto(header);
    channel.write(header.clear(), 0);
  }

  private static FileChannel openFile(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static FileLock lock(FileChannel channel, Path file) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException here) {
      // as below, by this JVM
    }
    throw new IOException(file + " is in use by another host");
  }

  private static void forceDirectory(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
        opened.force(true);
      }
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer target, long at)
      throws IOException {
    while (target.hasRemaining()) {
      int count = channel.read(target, at + target.position());
      if (count < 0) {
        throw new IOException("the journal ended while it was read");
      }
    }
  }

  private static int checksum(long at, ByteBuffer content) {
    CRC32C crc = new CRC32C();
    ByteBuffer place = ByteBuffer.allocate(Long.BYTES + Integer.BYTES);
    place.putLong(at).putInt(content.remaining()).flip();
    crc.update(place);
    crc.update(content);
    return (int) crc.getValue();
  }

  /** What the system calls this start of itself: 16 bytes; zeros where it does not tell. */
  private static Value bootId() {
    byte[] id = new byte[16];
    try {
      byte[] hash =
          Handshake.hmac(
              new byte[1], Files.readString(BOOT_ID).strip().getBytes(StandardCharsets.UTF_8));
      System.arraycopy(hash, 0, id, 0, id.length);
    } catch (IOException unknown) {
      // Then nobody can tell a restart of the system: a number that is never met again.
      id = Handshake.nonce().slice(0, 16).toBytes();
    }
    return Value.of(id);
  }
}
