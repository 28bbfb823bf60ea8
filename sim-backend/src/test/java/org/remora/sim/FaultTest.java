package org.remora.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.remora.memory.LegalChange;
import org.remora.memory.Links;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;

class FaultTest {
  private static final Value RED = Value.of("red");
  private static final Region OPEN =
      Region.of(1, "open", 4, 64, Permission.open(3), LegalChange.NEVER);

  private final List<String> log = new ArrayList<>();

  private static SimWorld build(SimWorld.Settings settings, Fault... faults) {
    SimWorld world = settings.faults(List.of(faults)).build();
    world.defineEverywhere(OPEN);
    return world;
  }

  private static void runOut(SimWorld world) {
    assertThat(world.run(() -> false, 100_000)).isEqualTo(SimWorld.End.QUIESCENT);
  }

  private static Value content(SimWorld world, int memory) {
    return world.memory(memory).table.peek(1, 0);
  }

  private void writeEverywhere(SimWorld world) {
    for (int number = 1; number <= world.memories(); number++) {
      int memory = number;
      world
          .process(1)
          .memory(memory)
          .write(OPEN, 0, RED, o -> log.add(world.delays() + " m" + memory + " " + o));
    }
  }

  private Links logged(SimWorld world, int process) {
    Links links = world.process(process).links(1, Value::toString);
    links.onReceive((from, m) -> log.add(world.delays() + " " + process + "<" + from));
    return links;
  }

  @Test
  void aProcessCrashesBetweenItsWrites() {
    for (int submissions = 0; submissions <= 3; submissions++) {
      SimWorld world = build(SimWorld.of(1, 3), new Fault.ProcessCrashAfter(1, submissions));
      writeEverywhere(world);
      runOut(world);
      for (int memory = 1; memory <= 3; memory++) {
        assertThat(content(world, memory)).isEqualTo(memory <= submissions ? RED : Value.BOTTOM);
      }
      assertThat(world.process(1).crashed()).isTrue();
      assertThat(world.alive().isEmpty()).isTrue();
      assertThat(world.costs().memoryWrites()).isEqualTo(submissions);
    }
    assertThat(log).isEmpty();
  }

  @Test
  void aProcessCrashesInTheMiddleOfABroadcast() {
    SimWorld world = build(SimWorld.of(3, 0), new Fault.ProcessCrashAfter(1, 2));
    logged(world, 2);
    logged(world, 3);
    logged(world, 1).broadcast(RED);
    runOut(world);
    assertThat(log).containsExactly("1.0 2<1");
  }

  @Test
  void aProcessCrashesAtATime() {
    SimWorld world = build(SimWorld.of(1, 1), new Fault.ProcessCrash(1, 1_500));
    writeEverywhere(world);
    world.process(1).clock().after(1_400, () -> log.add("alive"));
    world.process(1).clock().after(1_600, () -> log.add("dead"));
    runOut(world);
    assertThat(log).containsExactly("alive");
    assertThat(content(world, 1)).as("what is in flight goes on").isEqualTo(RED);
  }

  @Test
  void aCrashedMemoryIsSilent() {
    // Before the request, before the answer, after it.
    for (long crash : new long[] {500, 1_500, 2_500}) {
      SimWorld world = build(SimWorld.of(1, 2), new Fault.MemoryCrash(2, crash));
      writeEverywhere(world);
      runOut(world);
      assertThat(world.memoryCrashed(2)).isTrue();
      assertThat(world.memoryCrashed(1)).isFalse();
      assertThat(content(world, 2)).isEqualTo(crash > 1_000 ? RED : Value.BOTTOM);
      if (crash > 2_000) {
        assertThat(log).containsExactly("2.0 m1 ACK", "2.0 m2 ACK");
      } else {
        assertThat(log).containsExactly("2.0 m1 ACK");
      }
      log.clear();
    }
  }

  @Test
  void aMemoryCrashesAfterSomeEffects() {
    for (int effects = 0; effects <= 2; effects++) {
      SimWorld world = build(SimWorld.of(1, 1), new Fault.MemoryCrashAfter(1, effects));
      Memory memory = world.process(1).memory(1);
      memory.write(
          OPEN,
          0,
          RED,
          first -> {
            log.add("first");
            memory.write(OPEN, 0, Value.of("blue"), second -> log.add("second"));
          });
      runOut(world);
      assertThat(content(world, 1).toString()).isEqualTo(List.of("⊥", "red", "blue").get(effects));
      assertThat(log).isEqualTo(effects == 2 ? List.of("first") : List.of());
    }
  }

  @Test
  void linksAndMemoriesAreSlowForAWhile() {
    SimWorld world =
        build(
            SimWorld.of(3, 2),
            new Fault.SlowLink(1, 2, 0, 5_000, 4_000),
            new Fault.SlowMemory(2, 0, 500, 3_000));
    logged(world, 1);
    logged(world, 2);
    logged(world, 3);
    Links links = world.process(1).links(1, Value::toString);
    links.broadcast(RED);
    world.process(2).links(1, Value::toString).send(1, RED);
    world.process(1).clock().after(5_000, () -> links.send(2, RED));
    writeEverywhere(world);
    runOut(world);
    assertThat(log)
        .containsExactly(
            "1.0 1<1", "1.0 3<1", "1.0 1<2", "2.0 m1 ACK", "5.0 2<1", "5.0 m2 ACK", "6.0 2<1");
  }

  @Test
  void aPartitionHoldsMessagesUntilItHeals() {
    SimWorld world = build(SimWorld.of(3, 1), new Fault.Partition(ProcessSet.of(1), 0, 7_000));
    logged(world, 1);
    logged(world, 3);
    logged(world, 2).broadcast(RED);
    writeEverywhere(world);
    runOut(world);
    assertThat(log).containsExactly("1.0 2<2", "1.0 3<2", "2.0 m1 ACK", "7.0 1<2");
  }

  @Property(tries = 50)
  void anAdversaryDoesNotDeliverAcrossAPartition(@ForAll long seed) {
    SimWorld world =
        build(
            SimWorld.of(2, 0).seed(seed).adversarial(20),
            new Fault.Partition(ProcessSet.of(1), 0, 7_000));
    boolean[] received = {false};
    world
        .process(2)
        .links(1, Value::toString)
        .onReceive(
            (from, m) -> {
              received[0] = true;
              assertThat(world.now()).isGreaterThanOrEqualTo(7_000);
            });
    world.process(1).links(1, Value::toString).send(2, RED);
    runOut(world);
    assertThat(received[0]).isTrue();
  }

  @Test
  void brokenWaysLeaveItOpenWhetherAnOperationTookEffect() {
    Map<Outcome, Integer> ended = new EnumMap<>(Outcome.class);
    int[] effects = {0};
    for (long seed = 0; seed < 1_000; seed++) {
      SimWorld world = build(SimWorld.of(1, 1).seed(seed), new Fault.BrokenWays(500));
      Memory memory = world.process(1).memory(1);
      memory.write(
          OPEN,
          0,
          RED,
          outcome -> {
            ended.merge(outcome, 1, Integer::sum);
            Value after = content(world, 1);
            if (outcome == Outcome.UNKNOWN) {
              effects[0] += after.equals(RED) ? 1 : 0;
              // From here on nothing changes by itself.
              world.process(1).clock().after(9_000, () -> same(after, content(world, 1)));
            } else {
              same(RED, after);
            }
          });
      memory.read(
          OPEN,
          0,
          (outcome, value) -> assertThat(outcome == Outcome.ACK || value.isBottom()).isTrue());
      runOut(world);
    }
    assertThat(ended.get(Outcome.UNKNOWN)).isBetween(400, 600);
    assertThat(ended.get(Outcome.ACK)).isEqualTo(1_000 - ended.get(Outcome.UNKNOWN));
    assertThat(effects[0]).isBetween(180, 320);
  }

  private static void same(Value expected, Value actual) {
    assertThat(actual).isEqualTo(expected);
  }

  /** What a reader beside an endless writer of two values sees. */
  private static List<Value> seen(SimWorld.Settings settings) {
    SimWorld world = settings.latency(Latency.uniform(500, 1_500)).build();
    world.defineEverywhere(OPEN);
    List<Value> seen = new ArrayList<>();
    overwrite(world.process(1).memory(1), 0);
    readOn(world.process(2).memory(1), seen);
    world.run(() -> seen.size() >= 300, 100_000);
    return seen;
  }

  private static Value ofOne(int letter) {
    byte[] bytes = new byte[40];
    Arrays.fill(bytes, (byte) ('a' + letter));
    return Value.of(bytes);
  }

  private static void overwrite(Memory memory, int round) {
    memory.write(OPEN, 0, ofOne(round % 2), o -> overwrite(memory, round + 1));
  }

  private static void readOn(Memory memory, List<Value> seen) {
    memory.read(
        OPEN,
        0,
        (outcome, value) -> {
          seen.add(value);
          readOn(memory, seen);
        });
  }

  @Test
  void bareRegistersTearAndFramedOnesDoNot() {
    Function<SimWorld.Tearing, List<Value>> seen =
        tearing -> seen(SimWorld.of(2, 1).seed(3).tearing(tearing));
    List<Value> whole = List.of(Value.BOTTOM, ofOne(0), ofOne(1));
    assertThat(seen.apply(SimWorld.Tearing.NONE)).isSubsetOf(whole);
    assertThat(seen.apply(SimWorld.Tearing.FRAMED)).isSubsetOf(whole).contains(ofOne(0), ofOne(1));
    assertThat(seen.apply(SimWorld.Tearing.BARE))
        .anySatisfy(
            value -> {
              String text = value.asText();
              assertThat(text).matches("a+b+|b+a+").hasSize(40);
              assertThat(text.lastIndexOf(text.charAt(0)) % 8).as("at a word").isEqualTo(7);
            });
  }

  @Test
  void tracingChangesNothingEvenWhereANotationFails() {
    Region picky =
        OPEN.withNotation(
            value -> {
              throw new IllegalStateException("garbage");
            });
    SimWorld.Settings settings = SimWorld.of(2, 1).trace(e -> log.add(e.text() + e.outcome()));
    SimWorld world = build(settings);
    Memory memory = world.process(1).memory(1);
    memory.write(picky, 0, RED, o -> memory.readRange(picky, 0, 1, (p, v) -> {}));
    Links links = world.process(1).links(1, picky.notation());
    links.send(2, RED);
    runOut(world);
    assertThat(log).contains("write open[0] = redack", "read open[0..0]ack [red]", "red");
  }

  @Test
  void aDescriptorThatLiesIsRefused() {
    for (SimWorld.Tearing tearing : SimWorld.Tearing.values()) {
      SimWorld world = SimWorld.of(1, 1).tearing(tearing).build();
      world.defineEverywhere(OPEN);
      Memory memory = world.process(1).memory(1);
      Value large = Value.of("x".repeat(100));
      for (int id : new int[] {1, 7}) {
        Region lie = Region.of(id, "lie", 9, 200, Permission.open(3), LegalChange.NEVER);
        memory.write(lie, 8, RED, o -> log.add("" + o));
        memory.write(lie, 8, large, o -> log.add("" + o));
        memory.write(lie, 0, large, o -> log.add("" + o));
        memory.read(lie, 8, (o, v) -> log.add("" + o));
      }
      runOut(world);
      assertThat(log).hasSize(8).containsOnly("NAK");
      log.clear();
    }
  }

  @Test
  void aFaultOfNobodyFailsAtBuild() {
    for (Fault fault :
        List.of(
            new Fault.ProcessCrash(4, 0),
            new Fault.ProcessCrash(0, 0),
            new Fault.ProcessCrashAfter(4, 1),
            new Fault.MemoryCrash(3, 0),
            new Fault.MemoryCrashAfter(3, 1),
            new Fault.SlowLink(1, 4, 0, 1, 1),
            new Fault.SlowLink(4, 1, 0, 1, 1),
            new Fault.SlowMemory(3, 0, 1, 1),
            new Fault.Partition(ProcessSet.of(1, 4), 0, 1))) {
      assertThatThrownBy(() -> build(SimWorld.of(3, 2), fault))
          .as(fault.toString())
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> new Fault.BrokenWays(1_000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Fault.SlowLink(1, 2, 0, 1, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
