package org.remora.tests.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remora.verbs.nic.Access;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.MemoryWindow;
import org.remora.verbs.nic.RegisteredMemory;
import org.remora.verbs.nic.SendList;

/**
 * The ways in which a memory's host can take a right away: what each costs, and whether a write
 * that was in flight lands after it has returned. Only the first is asserted to be without
 * stragglers on every device; it is the one that {@code MemoryHost} uses.
 */
@Tag("soft-roce")
class RevocationTest {
  private static final int ROUNDS = Integer.getInteger("remora.soft-roce.revocations", 300);
  private static final int BYTES = 4096;

  enum Mechanism {
    /** The key is given back: deregistration. */
    DEREGISTER(true, 1) {
      @Override
      void revoke(Scene scene) throws IOException {
        scene.target.close();
      }

      @Override
      void grant(Scene scene) throws IOException {
        scene.register();
      }
    },
    /** The queue pair's access flags at the host are cleared. */
    FLAGS(false, 1) {
      @Override
      void revoke(Scene scene) throws IOException {
        scene.pair.server.pair.setAccess(Access.NONE);
      }

      @Override
      void grant(Scene scene) throws IOException {
        scene.pair.server.pair.setAccess(Access.REMOTE_ALL);
      }
    },
    /** The key is that of a memory window of type 2, which the host invalidates. */
    WINDOW(false, 1) {
      @Override
      void revoke(Scene scene) throws IOException {
        scene.pair.server.pair.invalidate(scene.window, 1);
        int status = scene.pair.server.awaitStatus();
        if (status == CompletionQueue.FLUSHED) {
          // The window was gone already: a write was refused before the card told that it is, and
          // the refusal broke the queue pair with all that was posted to it.
          scene.flushed++;
          scene.window.close();
          scene.window = MemoryWindow.of(scene.pair.server.domain);
        } else {
          assertThat(status).isEqualTo(CompletionQueue.SUCCESS);
        }
      }

      @Override
      void grant(Scene scene) throws IOException {
        scene.key = scene.pair.server.pair.bind(scene.window, scene.target, Access.REMOTE_WRITE, 2);
        scene.serverDone();
      }
    };

    private final boolean exact;
    private final int divisor;

    Mechanism(boolean exact, int divisor) {
      this.exact = exact;
      this.divisor = divisor;
    }

    abstract void revoke(Scene scene) throws IOException;

    abstract void grant(Scene scene) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(Mechanism.class)
  void stragglersAndCost(Mechanism mechanism) throws Exception {
    int rounds = Math.max(1, ROUNDS / mechanism.divisor);
    long[] revokes = new long[rounds];
    long[] grants = new long[rounds];
    long[] restarts = new long[rounds];
    int stragglers = 0;
    int refused = 0;
    int flushed;
    try (Scene scene = new Scene()) {
      scene.restart(ROUNDS); // with a shorter time-out than the connection manager's
      if (mechanism == Mechanism.WINDOW) {
        mechanism.grant(scene);
      }
      for (int round = 0; round < rounds; round++) {
        Writer writer = new Writer(scene);
        writer.start();
        long landed = scene.bytes.getLong(0);
        while (scene.bytes.getLong(0) == landed) {
          assertThat(writer.failure).isNull();
          Thread.onSpinWait();
        }
        LockSupport.parkNanos(round * 7_919L % 100_000);
        long start = System.nanoTime();
        mechanism.revoke(scene);
        revokes[round] = System.nanoTime() - start;
        // A look at the moment of the return, and another when everything in flight has ended.
        long first = scene.bytes.getLong(0);
        long last = scene.bytes.getLong(BYTES - 8);
        LockSupport.parkNanos(2_000_000);
        stragglers +=
            scene.bytes.getLong(0) == first && scene.bytes.getLong(BYTES - 8) == last ? 0 : 1;
        writer.join();
        assertThat(writer.failure).isNull();
        refused +=
            writer.status == CompletionQueue.REMOTE_ACCESS
                    || writer.status == CompletionQueue.REMOTE_INVALID_REQUEST
                ? 1
                : 0;
        stragglers += scene.bytes.getLong(0) == first ? 0 : 1;
        start = System.nanoTime();
        scene.restart(round);
        restarts[round] = System.nanoTime() - start;
        start = System.nanoTime();
        mechanism.grant(scene);
        grants[round] = System.nanoTime() - start;
      }
      flushed = scene.flushed;
    }
    System.out.printf(
        Locale.ROOT,
        "revocation (emulated): %-10s revoke %8.1f us  grant %8.1f us  both ends restarted %8.1f us"
            + "  medians of %d; %d refusals, %d invalidations flushed, %d stragglers%n",
        mechanism,
        median(revokes),
        median(grants),
        median(restarts),
        rounds,
        refused,
        flushed,
        stragglers);
    if (mechanism.exact) {
      assertThat(stragglers).isZero();
    }
    assertThat(refused).isEqualTo(rounds);
  }

  private static double median(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2] / 1e3;
  }

  /** A connection, memory to write to, and what to write from. */
  private static final class Scene implements AutoCloseable {
    final Pair pair = new Pair(Access.REMOTE_ALL);
    final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.nativeOrder());
    final RegisteredMemory source =
        RegisteredMemory.of(
            pair.client.domain, ByteBuffer.allocateDirect(BYTES), Access.LOCAL_WRITE);
    MemoryWindow window = MemoryWindow.of(pair.server.domain);
    RegisteredMemory target;
    int key;
    int flushed;
    long written;

    Scene() throws IOException {
      register();
    }

    void register() throws IOException {
      target =
          RegisteredMemory.of(
              pair.server.domain,
              bytes,
              Access.LOCAL_WRITE | Access.REMOTE_WRITE | Access.WINDOW_BIND);
      key = target.remoteKey();
    }

    void serverDone() throws IOException {
      assertThat(pair.server.awaitStatus()).isEqualTo(CompletionQueue.SUCCESS);
    }

    void restart(int round) throws IOException {
      pair.restart(Access.REMOTE_ALL, 1000 * round + 1);
      // What is left of before.
      while (pair.client.queue.poll() > 0 || pair.server.queue.poll() > 0) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void close() throws IOException {
      window.close();
      target.close();
      source.close();
      pair.close();
    }
  }

  /** Writes on and on, several in flight, until one is refused. */
  private static final class Writer extends Thread {
    private final Scene scene;
    volatile Throwable failure;
    volatile int status;

    Writer(Scene scene) {
      this.scene = scene;
    }

    @Override
    public void run() {
      try {
        SendList list = new SendList(8);
        ByteBuffer from = scene.source.buffer().order(ByteOrder.nativeOrder());
        while (status == CompletionQueue.SUCCESS) {
          scene.written++;
          from.putLong(0, scene.written);
          from.putLong(BYTES - 8, scene.written);
          for (int i = 0; i < 8; i++) {
            list.write(
                i,
                scene.source.address(),
                BYTES,
                scene.source.localKey(),
                scene.target.address(),
                scene.key,
                i == 7,
                false);
          }
          scene.pair.client.pair.send(list);
          status = scene.pair.client.awaitFirst();
        }
      } catch (IOException | AssertionError e) {
        failure = e;
      }
    }
  }
}
