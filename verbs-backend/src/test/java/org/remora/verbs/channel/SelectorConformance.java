package org.remora.verbs.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every transport's selector promises: who is selected when, and what ends a wait. */
public abstract class SelectorConformance extends ChannelKit {
  private static final int READ = RdmaSelectionKey.OP_READ;
  private static final int WRITE = RdmaSelectionKey.OP_WRITE;

  private final ExecutorService others = Executors.newCachedThreadPool();

  @AfterEach
  final void othersEnd() throws InterruptedException {
    others.shutdownNow();
    assertThat(others.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
  }

  private <T> Future<T> meanwhile(Callable<T> task) {
    return others.submit(task);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  /** Readiness is a state: selected again as long as it lasts, and only of interest. */
  @Test
  public final void readinessIsAState() throws IOException {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    Pair pair = connect(here, there);
    RdmaSelectionKey key = pair.server().key();
    assertThat(key.channel()).isSameAs(pair.server());
    assertThat(key.selector()).isSameAs(there);
    write(pair.client(), message(1, 10), here, there);
    settle(here, there);
    assertThat(there.selectNow()).isZero();
    key.interestOps(READ);
    until(() -> there.select(1_000) > 0);
    assertThat(key.readyOps()).isEqualTo(READ);
    assertThat(there.selectNow()).as("selected already").isZero();
    key.interestOps(READ | WRITE);
    assertThat(there.selectNow()).as("ready for more").isEqualTo(1);
    assertThat(key.readyOps()).isEqualTo(READ | WRITE);
    assertThat(there.selectedKeys().remove(key)).isTrue();
    assertThat(there.selectNow()).as("still ready").isEqualTo(1);
    there.selectedKeys().clear();
    read(pair.server(), there);
    key.interestOps(READ);
    assertThat(there.selectNow()).as("read").isZero();
    assertThat(there.selectedKeys()).isEmpty();
    assertThatThrownBy(() -> there.selectedKeys().add(key))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  /** Keys: attachments, wrong interests, invalidity. */
  @Test
  public final void keys() throws IOException {
    RdmaSelector both = selector(SMALL);
    RdmaChannel channel = both.openChannel();
    RdmaServerChannel server = both.openServer();
    RdmaSelectionKey key = channel.key();
    assertThat(key.interestOps()).isZero();
    assertThat(key.attach("one")).isNull();
    assertThat(key.attach("two")).isEqualTo("one");
    assertThat(key.attachment()).isEqualTo("two");
    assertThatThrownBy(() -> key.interestOps(RdmaSelectionKey.OP_ACCEPT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> server.key().interestOps(READ))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(both.keys()).isEqualTo(Set.of(key, server.key()));
    channel.close();
    assertThat(key.isValid()).isFalse();
    assertThatThrownBy(key::readyOps).isInstanceOf(CancelledKeyException.class);
    assertThatThrownBy(() -> key.interestOps(0)).isInstanceOf(CancelledKeyException.class);
    assertThat(both.keys()).isEqualTo(Set.of(server.key()));
  }

  /** A key that was selected leaves the selected ones once its channel is closed. */
  @Test
  public final void closedChannelsLeaveTheSelection() throws IOException {
    RdmaSelector both = selector(SMALL);
    Pair pair = connect(both, both);
    pair.client().key().interestOps(WRITE);
    until(() -> both.selectNow() == 1);
    pair.client().close();
    both.selectNow();
    assertThat(both.selectedKeys()).isEmpty();
  }

  /** Selections that do not wait, or not for long, come back with nothing. */
  @Test
  public final void selectionsEnd() throws IOException {
    RdmaSelector here = selector(SMALL);
    assertThat(here.selectNow()).isZero();
    assertThat(here.select(1)).isZero();
    Pair pair = connect(here, here);
    pair.server().key().interestOps(READ);
    assertThat(here.select(20)).isZero();
    assertThatThrownBy(() -> here.select(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** A wakeup before a selection ends the next one, once; many are as one. */
  @Test
  public final void wakeupBeforeASelection() throws Exception {
    RdmaSelector here = selector(SMALL);
    here.wakeup().wakeup();
    assertThat(here.select()).isZero();
    Future<Integer> second = meanwhile(here::select);
    Thread.sleep(20);
    assertThat(second.isDone()).as("woken by what woke the first").isFalse();
    here.wakeup();
    assertThat(get(second)).isZero();
    here.wakeup();
    here.selectNow();
    Future<Integer> third = meanwhile(here::select);
    Thread.sleep(20);
    assertThat(third.isDone()).as("woken by what selectNow took").isFalse();
    here.wakeup();
    assertThat(get(third)).isZero();
  }

  /** No wakeup is lost, however it falls together with the beginning and the end of a wait. */
  @Test
  public final void wakeupsAreNotLost() throws Exception {
    RdmaSelector here = selector(SMALL);
    int rounds = 1_000;
    AtomicInteger asked = new AtomicInteger();
    Future<Integer> selecting =
        meanwhile(
            () -> {
              int seen = 0;
              while (seen < rounds) {
                here.select();
                seen = asked.get();
              }
              return seen;
            });
    for (int i = 0; i < rounds; i++) {
      asked.incrementAndGet();
      here.wakeup();
      if (i % 3 == 0) {
        Thread.onSpinWait();
      } else if (i % 50 == 1) {
        Thread.sleep(1);
      }
    }
    assertThat(get(selecting)).isEqualTo(rounds);
  }

  /** An interrupt ends a wait and stays. */
  @Test
  public final void anInterruptEndsAWait() throws Exception {
    RdmaSelector here = selector(SMALL);
    boolean[] interrupted = {false};
    Thread waiting =
        new Thread(
            () -> {
              try {
                here.select();
                interrupted[0] = Thread.currentThread().isInterrupted();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    waiting.start();
    Thread.sleep(5);
    waiting.interrupt();
    waiting.join(60_000);
    assertThat(waiting.isAlive()).isFalse();
    assertThat(interrupted[0]).isTrue();
  }

  /** What other threads do to channels, a wait in progress takes into account. */
  @Test
  public final void aWaitSeesWhatOtherThreadsDo() throws Exception {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    Pair pair = connect(here, there);
    for (int i = 0; i < 20; i++) {
      Future<Integer> waiting = meanwhile(() -> here.select());
      if (i % 4 == 0) {
        Thread.sleep(2);
      }
      pair.client().key().interestOps(WRITE);
      assertThat(get(waiting)).isEqualTo(1);
      pair.client().key().interestOps(READ);
      here.selectedKeys().clear();
      // Written by this thread while another one waits, and answered.
      Future<Integer> answered = meanwhile(() -> here.select());
      pair.client().write(ByteBuffer.wrap(message(i, 10)));
      assertThat(read(pair.server(), there)).isEqualTo(message(i, 10));
      write(pair.server(), message(i, 10), there);
      assertThat(get(answered)).isEqualTo(1);
      here.selectedKeys().clear();
      assertThat(read(pair.client(), here)).isEqualTo(message(i, 10));
    }
  }

  /** Threads write to channels of a selector that another one serves; nothing is lost. */
  @Test
  public final void severalThreadsWriteWhileOneSelects() throws Exception {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    int messages = 300;
    Pair[] pairs = {connect(here, there), connect(here, there), connect(here, there)};
    boolean[] done = {false};
    Future<Void> serving =
        meanwhile(
            () -> {
              while (!done[0]) {
                here.select(100);
                here.selectedKeys().clear();
              }
              return null;
            });
    Future<?>[] writing = new Future<?>[pairs.length];
    for (int p = 0; p < pairs.length; p++) {
      RdmaChannel channel = pairs[p].client();
      writing[p] =
          meanwhile(
              () -> {
                for (int i = 0; i < messages; i++) {
                  ByteBuffer message = ByteBuffer.wrap(message(i, i));
                  until(() -> channel.write(message));
                }
                return null;
              });
    }
    for (int i = 0; i < messages; i++) {
      for (Pair pair : pairs) {
        assertThat(read(pair.server(), there)).isEqualTo(message(i, i));
      }
    }
    for (Future<?> each : writing) {
      get(each);
    }
    done[0] = true;
    here.wakeup();
    get(serving);
  }

  /** A channel closed by another thread while its selector waits says goodbye all the same. */
  @Test
  public final void aChannelClosedDuringAWait() throws Exception {
    RdmaSelector here = selector(SMALL);
    RdmaSelector there = selector(SMALL);
    for (int i = 0; i < 10; i++) {
      Pair pair = connect(here, there);
      pair.client().key().interestOps(READ);
      Future<Integer> waiting = meanwhile(() -> here.select());
      if (i % 2 == 0) {
        Thread.sleep(2);
      }
      pair.client().close();
      assertThat(ending(pair.server(), there).cause()).isEqualTo(Ending.Cause.CLOSED);
      here.wakeup();
      assertThat(get(waiting)).isZero();
      pair.server().close();
    }
  }

  /** A selector closed while another thread waits ends the wait, its channels and itself. */
  @Test
  public final void aSelectorClosedDuringAWait() throws Exception {
    for (int i = 0; i < 10; i++) {
      RdmaSelector here = selector(SMALL.withTimes(5_000, 1_000));
      RdmaSelector there = selector(SMALL);
      Pair pair = connect(here, there);
      pair.client().key().interestOps(READ);
      Future<Integer> waiting = meanwhile(() -> here.select());
      if (i % 2 == 0) {
        Thread.sleep(2);
      }
      Future<Void> closing =
          meanwhile(
              () -> {
                here.close();
                return null;
              });
      assertThat(ending(pair.server(), there).cause()).isEqualTo(Ending.Cause.CLOSED);
      until(closing::isDone, there);
      get(closing);
      assertThatThrownBy(() -> get(waiting)).hasCauseInstanceOf(ClosedSelectorException.class);
      assertThat(here.isOpen()).isFalse();
      assertThat(pair.client().key().isValid()).isFalse();
      assertThatThrownBy(here::selectNow).isInstanceOf(ClosedSelectorException.class);
      assertThatThrownBy(here::openChannel).isInstanceOf(ClosedSelectorException.class);
      assertThatThrownBy(here::keys).isInstanceOf(ClosedSelectorException.class);
      here.close();
      here.wakeup();
      there.close();
    }
  }
}
