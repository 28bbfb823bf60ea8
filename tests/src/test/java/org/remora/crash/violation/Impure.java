package org.remora.crash.violation;

import java.io.File;
import java.net.InetSocketAddress;
import java.nio.channels.Pipe;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.logging.Logger;

/** An algorithm that does everything it must not, for the architecture test to find. */
final class Impure {

  private Impure() {}

  static Object thread() {
    return Thread.currentThread();
  }

  static void sleep() throws InterruptedException {
    Thread.sleep(1);
  }

  static Object lock() {
    return new ReentrantLock();
  }

  static void executor(Executor executor, Runnable task) {
    executor.execute(task);
  }

  static long nanoTime() {
    return System.nanoTime();
  }

  static LongSupplier nanoTimeByReference() {
    return System::nanoTime;
  }

  static long currentTime() {
    return System.currentTimeMillis();
  }

  static Object random() {
    return new Random(1);
  }

  static Supplier<Object> randomByReference() {
    return Random::new;
  }

  static int threadLocalRandom() {
    return ThreadLocalRandom.current().nextInt();
  }

  static double mathRandom() {
    return Math.random();
  }

  static Clock clock() {
    return Clock.systemUTC();
  }

  static Instant now() {
    return Instant.now();
  }

  static UUID uuid() {
    return UUID.randomUUID();
  }

  static void shuffle(List<?> list) {
    Collections.shuffle(list);
  }

  static boolean file(String name) {
    return new File(name).exists();
  }

  static void channel(Pipe.SinkChannel sink) throws Exception {
    sink.close();
  }

  static Object socket() {
    return new InetSocketAddress(1);
  }

  static void monitor(Object monitor) {
    monitor.notifyAll();
  }

  static long parallel(List<?> list) {
    return list.parallelStream().count();
  }

  static CompletableFuture<Integer> async(CompletableFuture<Integer> promise) {
    return promise.thenApplyAsync(x -> x + 1);
  }

  static Object await(CompletableFuture<Integer> promise) throws Exception {
    return promise.get();
  }

  static CompletableFuture<Integer> purePromise() {
    return new CompletableFuture<Integer>().thenApply(x -> x + 1);
  }

  static synchronized void synchronizedMethod() {}

  static void print() {
    System.out.println();
  }

  static void log() {
    Logger.getLogger("").info("");
  }

  static Set<Integer> salted(List<Integer> list) {
    return Set.copyOf(list);
  }

  static Duration pure(int bound) {
    return Duration.ofMillis(Math.max(bound, 1));
  }
}
