package org.remora.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.remora.apps.store.StoreClient;
import org.remora.sim.history.Linearizability;
import org.remora.sim.history.Operation;
import org.remora.tests.faults.StoreSpecification.Answer;
import org.remora.tests.faults.StoreSpecification.Cas;
import org.remora.tests.faults.StoreSpecification.Get;
import org.remora.tests.faults.StoreSpecification.Input;
import org.remora.tests.faults.StoreSpecification.Put;

/**
 * Clients that put, get, and compare and swap a few keys all the time, and write down what they see.
 * Every value is written once, so that what is read tells who wrote it. From round to round they go
 * on to other keys, so that the check of each key stays short.
 */
final class StoreLoad implements AutoCloseable {
  private static final int KEYS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final StoreCluster cluster;
  private final List<Thread> threads = new ArrayList<>();
  private final List<Operation<Input, Answer>> history = Collections.synchronizedList(new ArrayList<>());
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong changes = new AtomicLong();
  private volatile int round;
  private volatile boolean ending;
  private volatile long lastAnswer;
  private volatile long longestGapNanos;

  StoreLoad(StoreCluster cluster, int clients, int replicas, long seed) {
    this.cluster = cluster;
    for (int c = 1; c <= clients; c++) {
      int client = c;
      SplittableRandom random = new SplittableRandom(seed + c);
      Thread thread =
          new Thread(
              () -> {
                try {
                  run(client, (client - 1) % replicas, random);
                } catch (Throwable failure) {
                  failures.add(failure);
                }
              },
              "client-" + c);
      thread.setDaemon(true);
      threads.add(thread);
      lastAnswer = System.nanoTime();
      thread.start();
    }
  }

  private void run(int number, int first, SplittableRandom random) throws Exception {
    StoreClient client = cluster.client(first, PATIENCE);
    String[] known = new String[KEYS];
    int knownRound = -1;
    for (long i = 0; !ending; i++) {
      int now = round;
      if (now != knownRound) {
        knownRound = now;
        known = new String[] {"", "", ""};
      }
      int k = random.nextInt(KEYS);
      String key = "r" + now + "-" + k;
      String value = number + "." + i;
      Input input =
          switch (random.nextInt(3)) {
            case 0 -> new Get();
            case 1 -> new Put(value);
            default -> new Cas(known[k], value);
          };
      long called = System.nanoTime();
      try {
        Answer answer = ask(client, key, input);
        long returned = System.nanoTime();
        history.add(new Operation<>(number, key, input, answer, called, returned));
        known[k] = input instanceof Get || !answer.done() ? answer.before() : value;
        answered(returned);
        changes.addAndGet(input instanceof Get ? 0 : 1);
      } catch (StoreClient.NoAnswerException e) {
        history.add(
            new Operation<>(number, key, input, new Answer(false, ""), called, Operation.NEVER));
        unknown.addAndGet(input instanceof Get ? 0 : 1);
        client = cluster.client(random.nextInt(KEYS), PATIENCE);
      }
    }
  }

  private void answered(long now) {
    acknowledged.incrementAndGet();
    synchronized (this) {
      longestGapNanos = Math.max(longestGapNanos, now - lastAnswer);
      lastAnswer = Math.max(lastAnswer, now);
    }
  }

  private static Answer ask(StoreClient client, String key, Input input) throws Exception {
    if (input instanceof Get) {
      Optional<String> found = client.get(key);
      return new Answer(true, found.orElse(""));
    }
    StoreClient.Changed changed;
    if (input instanceof Cas cas) {
      changed =
          client.setIf(key, cas.expected().isEmpty() ? null : cas.expected(), cas.value());
    } else {
      changed = client.set(key, ((Put) input).value());
    }
    return new Answer(changed.done(), changed.before());
  }

  /** Other keys from now on. */
  void nextRound() {
    round++;
  }

  /** Somebody else has changed something, and got the answer. */
  void countChange() {
    changes.incrementAndGet();
  }

  long acknowledged() {
    return acknowledged.get();
  }

  /** The longest time without an answer to anybody since the last call, in nanoseconds. */
  synchronized long takeLongestGapNanos() {
    long longest = Math.max(longestGapNanos, System.nanoTime() - lastAnswer);
    longestGapNanos = 0;
    return longest;
  }

  /** Waits until so many more were answered. */
  void awaitAnswers(long more) throws InterruptedException {
    long target = acknowledged() + more;
    StoreCluster.await(
        more + " answers",
        () -> {
          assertThat(failures).isEmpty();
          return acknowledged() >= target;
        });
  }

  /**
   * Ends the clients, and checks what they saw: the history is linearizable, and the store has
   * applied each change once: all that were answered, and at most those that were not.
   */
  void endAndCheck(int... replicas) throws Exception {
    ending = true;
    for (Thread thread : threads) {
      thread.join(2 * PATIENCE.toMillis());
      assertThat(thread.isAlive()).isFalse();
    }
    assertThat(failures).isEmpty();
    StoreCluster.Status status = cluster.awaitSame(replicas);
    assertThat(status.commands())
        .as("changes applied; %d were answered, %d not", changes.get(), unknown.get())
        .isBetween(changes.get(), changes.get() + unknown.get());
    long begun = System.nanoTime();
    assertThat(Linearizability.check(new StoreSpecification(), history)).isEmpty();
    System.out.printf(
        "  %,d operations answered, %,d changes, %d unknown; applied %,d; linearizable"
            + " (%d ms to check)%n",
        acknowledged(),
        changes.get(),
        unknown.get(),
        status.commands(),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
  }

  @Override
  public void close() {
    ending = true;
    threads.forEach(Thread::interrupt);
  }
}
