package org.remora.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.remora.memory.Clock;
import org.remora.memory.Costs;
import org.remora.memory.LegalChange;
import org.remora.memory.Links;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.Region;
import org.remora.memory.Signer;
import org.remora.memory.Value;

class SimWorldTest {
  private static final Value RED = Value.of("red");
  private static final Region OPEN =
      Region.of(1, "open", 4, 64, Permission.open(3), LegalChange.NEVER);
  private static final Region SOLE =
      Region.of(
          2, "sole", 4, 64, Permission.soleWriter(1, 3), new LegalChange.SoleWriterForOneself(3));
  private static final Region WORDS =
      Region.ofWords(3, "words", 2, Permission.open(3), LegalChange.NEVER);

  private final List<String> log = new ArrayList<>();

  private static SimWorld build(SimWorld.Settings settings) {
    SimWorld world = settings.build();
    world.defineEverywhere(OPEN);
    world.defineEverywhere(SOLE);
    world.defineEverywhere(WORDS);
    return world;
  }

  private static SimWorld.End runOut(SimWorld world) {
    return world.run(() -> false, 100_000);
  }

  private Links logged(SimWorld world, int process) {
    Links links = world.process(process).links(1, Value::toString);
    links.onReceive((from, m) -> log.add(world.delays() + " " + process + "<" + from + " " + m));
    return links;
  }

  @Test
  void aMessageTakesOneDelay() {
    SimWorld world = build(SimWorld.of(3, 0));
    logged(world, 2);
    logged(world, 1).send(2, RED);
    world.process(1).links(1, Value::toString).send(1, RED);
    assertThat(runOut(world)).isEqualTo(SimWorld.End.QUIESCENT);
    assertThat(log).containsExactly("1.0 2<1 red", "1.0 1<1 red");
  }

  @Test
  void anOperationTakesTwoDelaysAndHasItsEffectAfterOne() {
    List<TraceEvent> trace = new ArrayList<>();
    SimWorld world = build(SimWorld.of(1, 1).trace(trace::add));
    world
        .process(1)
        .memory(1)
        .write(OPEN, 0, RED, outcome -> log.add(world.delays() + " " + outcome));
    assertThat(log).as("never inside the submitting call").isEmpty();
    runOut(world);
    assertThat(log).containsExactly("2.0 ACK");
    assertThat(trace)
        .extracting(e -> e.nanos() + " " + e.kind() + " " + e.text() + " " + e.outcome())
        .containsExactly(
            "0 REQUEST write open[0] = red ",
            "1000 EFFECT write open[0] = red ack",
            "2000 ANSWER write open[0] = red ack");
  }

  @Test
  void anOperationInFlightIsJudgedAtItsEffect() {
    SimWorld world = build(SimWorld.of(3, 1));
    Memory rival = world.process(2).memory(1);
    rival.changePermission(SOLE, Permission.soleWriter(2, 3), o -> log.add("taken " + o));
    // Submitted while it is permitted, arrives when it no longer is.
    world
        .process(1)
        .clock()
        .after(
            500,
            () -> world.process(1).memory(1).write(SOLE, 0, RED, o -> log.add("straggler " + o)));
    rival.write(SOLE, 1, RED, o -> log.add("own " + o));
    runOut(world);
    assertThat(log).containsExactly("taken ACK", "own ACK", "straggler NAK");
    assertThat(world.permission(1, SOLE)).isEqualTo(Permission.soleWriter(2, 3));
    assertThat(world.memory(1).table.peek(2, 0)).isEqualTo(Value.BOTTOM);
  }

  @Test
  void anIllegalChangeIsRefused() {
    SimWorld world = build(SimWorld.of(3, 1));
    world
        .process(2)
        .memory(1)
        .changePermission(SOLE, Permission.soleWriter(3, 3), o -> log.add(o.toString()));
    runOut(world);
    assertThat(log).containsExactly("NAK");
    assertThat(world.permission(1, SOLE)).isEqualTo(SOLE.initial());
  }

  @Test
  void messagesBeforeTheReceiverWait() {
    SimWorld world = build(SimWorld.of(2, 0));
    Links sender = world.process(1).links(1, Value::toString);
    sender.send(2, Value.of("a"));
    sender.send(2, Value.of("b"));
    runOut(world);
    logged(world, 2);
    assertThat(log).as("not inside onReceive").isEmpty();
    runOut(world);
    assertThat(log).containsExactly("1.0 2<1 a", "1.0 2<1 b");
  }

  @Property(tries = 300)
  void adversarialOrderLosesNothingAndTurnsFair(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int events) {
    SimWorld world = build(SimWorld.of(3, 1).seed(seed).adversarial(events));
    Set<String> received = new HashSet<>();
    for (int self = 1; self <= 3; self++) {
      int to = self;
      world
          .process(self)
          .links(1, Value::toString)
          .onReceive((from, m) -> assertThat(received.add(to + "<" + from + m)).isTrue());
    }
    for (int round = 0; round < 5; round++) {
      for (int self = 1; self <= 3; self++) {
        world.process(self).links(1, Value::toString).broadcast(Value.ofWord(round));
        world.process(self).memory(1).write(OPEN, 0, RED, o -> log.add(o.toString()));
      }
    }
    log.clear();
    runOut(world);
    assertThat(received).hasSize(45);
    assertThat(log).hasSize(15).containsOnly("ACK");
    assertThat(world.pending()).isZero();
  }

  @Test
  void afterItTurnedFairTimeOrdersAgain() {
    SimWorld world = build(SimWorld.of(1, 0).seed(4).adversarial(10));
    for (int i = 0; i < 10; i++) {
      world.process(1).execute(() -> {});
    }
    runOut(world);
    for (int i = 9; i >= 0; i--) {
      String text = "t" + i;
      world.process(1).clock().after(1_000L * i, () -> log.add(text));
    }
    runOut(world);
    assertThat(log).containsExactly("t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9");
  }

  @Test
  void adversarialOrderReordersWithinOneWay() {
    int swapped = 0;
    for (long seed = 0; seed < 400; seed++) {
      SimWorld world = build(SimWorld.of(1, 1).seed(seed).adversarial(1_000));
      List<String> order = new ArrayList<>();
      Memory memory = world.process(1).memory(1);
      memory.write(OPEN, 0, Value.of("a"), o -> order.add("a"));
      memory.write(OPEN, 0, Value.of("b"), o -> order.add("b"));
      runOut(world);
      swapped += order.get(0).equals("b") ? 1 : 0;
    }
    // Evenly, if with some deviation.
    assertThat(swapped).isBetween(140, 260);
  }

  @Property(tries = 200)
  void timersAreNeverEarly(@ForAll long seed, @ForAll @IntRange(min = 0, max = 40) int events) {
    SimWorld world = build(SimWorld.of(2, 0).seed(seed).adversarial(events));
    int[] expired = {0};
    for (int i = 0; i < 20; i++) {
      Clock clock = world.process(1 + i % 2).clock();
      long due = clock.now() + 100L * i;
      clock.after(
          100L * i,
          () -> {
            expired[0]++;
            assertThat(clock.now()).isGreaterThanOrEqualTo(due);
          });
    }
    runOut(world);
    assertThat(expired[0]).isEqualTo(20);
  }

  @Test
  void aCancelledTimerIsGone() {
    for (int events : new int[] {0, 100}) {
      SimWorld world = build(SimWorld.of(1, 0).adversarial(events));
      Clock clock = world.process(1).clock();
      List<Clock.Timer> timers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        timers.add(clock.after(50_000, () -> log.add("expired")));
      }
      clock.after(1, () -> log.add("kept"));
      timers.forEach(Clock.Timer::cancel);
      timers.forEach(Clock.Timer::cancel);
      assertThat(world.pending()).isEqualTo(1);
      runOut(world);
      assertThat(world.now()).isEqualTo(1);
      assertThat(world.events()).isEqualTo(1);
    }
    assertThat(log).containsExactly("kept", "kept");
  }

  @Test
  void aTimerAtTheEndOfTimeExpiresLast() {
    SimWorld world = build(SimWorld.of(1, 0));
    Clock clock = world.process(1).clock();
    clock.after(
        5,
        () -> {
          clock.after(Long.MAX_VALUE, () -> log.add("never"));
          clock.after(10, () -> log.add("soon"));
          clock.after(-7, () -> log.add("at once"));
        });
    runOut(world);
    assertThat(log).containsExactly("at once", "soon", "never");
  }

  @Test
  void executeRunsAfterWhatRunsNow() {
    SimWorld world = build(SimWorld.of(1, 0));
    world
        .process(1)
        .execute(
            () -> {
              world.process(1).execute(() -> log.add("second"));
              log.add("first");
            });
    assertThat(log).isEmpty();
    runOut(world);
    assertThat(log).containsExactly("first", "second");
    world.process(1).execute(() -> log.add("third"));
    world.crashProcess(1);
    runOut(world);
    assertThat(log).hasSize(2);
  }

  @Test
  void aRunEndsForOneOfThreeReasons() {
    SimWorld world = build(SimWorld.of(1, 0));
    assertThat(world.run(() -> true, 0)).isEqualTo(SimWorld.End.DONE);
    assertThat(world.run(() -> false, 0)).isEqualTo(SimWorld.End.LIMIT);
    assertThat(world.run(() -> false, 1)).isEqualTo(SimWorld.End.QUIESCENT);
    for (int i = 0; i < 3; i++) {
      world.process(1).execute(() -> {});
    }
    assertThat(world.run(() -> false, 2)).isEqualTo(SimWorld.End.LIMIT);
    assertThat(world.events()).isEqualTo(2);
    assertThat(world.run(() -> world.events() == 3, 1)).isEqualTo(SimWorld.End.DONE);
  }

  @Test
  void whatAProgramThrowsNamesSeedAndEvent() {
    SimWorld world = build(SimWorld.of(1, 0).seed(77));
    world.process(1).execute(() -> {});
    world
        .process(1)
        .execute(
            () -> {
              throw new IllegalStateException("boom");
            });
    world
        .process(1)
        .execute(
            () -> {
              throw new AssertionError("wrong");
            });
    assertThatThrownBy(() -> runOut(world))
        .isInstanceOf(SimulationException.class)
        .hasMessageContainingAll("seed 77", "event 2", "boom");
    assertThatThrownBy(() -> runOut(world))
        .isInstanceOf(SimulationException.class)
        .hasMessageContainingAll("seed 77", "event 3", "wrong");
  }

  @Test
  void marksAreTraced() {
    List<TraceEvent> trace = new ArrayList<>();
    SimWorld world = build(SimWorld.of(1, 0).trace(trace::add));
    world.process(1).clock().after(1_500, () -> world.mark(1, "decides"));
    runOut(world);
    assertThat(trace)
        .last()
        .isEqualTo(new TraceEvent(1_500, TraceEvent.Kind.MARK, 1, 0, 0, "decides", ""));
  }

  @Test
  void everyOperationIsCounted() {
    SimWorld world = build(SimWorld.of(3, 2));
    SimProcess process = world.process(1);
    Memory memory = process.memory(1);
    memory.read(OPEN, 0, (o, v) -> {});
    memory.readRange(OPEN, 0, 4, (o, v) -> {});
    memory.write(OPEN, 0, RED, o -> {});
    memory.compareAndSwap(WORDS, 0, 0, 5, (o, before) -> log.add(o + " " + before));
    memory.compareAndSwap(WORDS, 0, 4, 6, (o, before) -> log.add(o + " " + before));
    memory.changePermission(SOLE, SOLE.initial(), o -> {});
    process.links(1, Value::toString).send(2, RED);
    process.links(1, Value::toString).send(1, RED);
    process.links(1, Value::toString).broadcast(RED);
    Signer signer = process.signer();
    signer.verify(1, RED, signer.sign(RED));
    signer.verify(1, RED, RED);
    assertThat(process.costs()).isEqualTo(new Costs(2, 1, 2, 1, 3, 1, 2, 4 * 3));
    assertThat(world.costs()).isEqualTo(process.costs());
    runOut(world);
    assertThat(log).containsExactly("ACK 0", "ACK 5");
    assertThat(world.costs()).isEqualTo(process.costs());
  }

  @Test
  void badArgumentsAreRefusedBeforeAnythingIsSent() {
    SimWorld world = build(SimWorld.of(1, 1));
    Memory memory = world.process(1).memory(1);
    assertThatThrownBy(() -> memory.write(OPEN, 4, RED, o -> {}))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> memory.write(OPEN, 0, Value.BOTTOM, o -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memory.write(OPEN, 0, Value.of("x".repeat(65)), o -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memory.compareAndSwap(OPEN, 0, 0, 1, (o, b) -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> world.process(1).links(1, Value::toString).send(2, RED))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(world.costs()).isEqualTo(Costs.NONE);
    assertThat(world.pending()).isZero();
  }

  @Test
  void pendingEventsDoNotGrowWithTheRun() {
    for (int events : new int[] {0, Integer.MAX_VALUE}) {
      SimWorld world = build(SimWorld.of(3, 3).adversarial(events));
      for (int self = 1; self <= 3; self++) {
        for (int number = 1; number <= 3; number++) {
          writeForEver(world.process(self), number);
        }
      }
      assertThat(world.run(() -> world.pending() > 18, 200_000)).isEqualTo(SimWorld.End.LIMIT);
    }
  }

  /** Keeps one write in flight and a time-out beside it that is always called off. */
  private static void writeForEver(SimProcess process, int memory) {
    Clock.Timer[] timer = {process.clock().after(1_000_000_000, () -> {})};
    process
        .memory(memory)
        .write(
            OPEN,
            0,
            RED,
            outcome -> {
              timer[0].cancel();
              writeForEver(process, memory);
            });
  }

  @Test
  void signaturesAreOfOneProcessAndOneMessage() {
    SimWorld world = build(SimWorld.of(3, 0));
    Signer first = world.process(1).signer();
    Signer second = world.process(2).signer();
    Value signature = first.sign(RED);
    assertThat(first.verify(1, RED, signature)).isTrue();
    assertThat(second.verify(1, RED, signature)).isTrue();
    assertThat(second.verify(2, RED, signature)).isFalse();
    assertThat(second.verify(1, Value.of("blue"), signature)).isFalse();
    assertThat(second.verify(1, RED, Value.EMPTY)).isFalse();
    assertThat(second.verify(1, RED, Value.BOTTOM)).isFalse();
    assertThat(second.verify(1, RED, Value.of("garbage"))).isFalse();
    assertThat(second.verify(1, RED, signature.slice(0, signature.length() - 1))).isFalse();
    for (int nobody : new int[] {0, -1, 4, Integer.MAX_VALUE}) {
      assertThat(second.verify(nobody, RED, signature)).isFalse();
    }
    Signer elsewhere = build(SimWorld.of(3, 0).seed(1)).process(1).signer();
    assertThat(elsewhere.verify(1, RED, signature)).isFalse();
  }

  @Test
  void withPermissionsIgnoredEveryAccessIsLetThrough() {
    SimWorld world =
        build(SimWorld.of(3, 1).enforcement(org.remora.memory.RegionTable.Enforcement.IGNORED));
    world.process(3).memory(1).write(SOLE, 0, RED, o -> log.add(o.toString()));
    runOut(world);
    assertThat(log).containsExactly(Outcome.ACK.toString());
  }
}
