package org.remora.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the conformance suite cannot see from behind a machine; it tests the rest. */
final class RegionTableTest {
  private static final Region SLOTS =
      Region.of(3, "slots", 4, 16, Permission.soleWriter(1, 2), LegalChange.NEVER);
  private static final Region WORDS =
      Region.ofWords(70, "words", 4, Permission.open(4), LegalChange.NEVER);

  private final RegionTable table = new RegionTable();
  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  @AfterEach
  void endThreads() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void hostsRestoreWhatNoProcessMayWrite() {
    table.define(SLOTS);
    Value value = Value.of("kept");
    table.restore(3, 2, value);
    assertThat(table.read(2, 3, 2)).isEqualTo(value);
    table.restore(3, Permission.readOnly(1));
    assertThat(table.read(2, 3, 2)).isNull();
    assertThat(table.write(1, 3, 2, value)).isEqualTo(Outcome.NAK);
    assertThatThrownBy(() -> table.restore(3, 4, value))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> table.restore(3, 0, Value.of("more than 16 bytes")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> table.restore(4, Permission.readOnly(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void regionsCheckTheirNumbers() {
    Permission open = Permission.open(1);
    assertThatThrownBy(() -> Region.of(-1, "r", 1, 1, open, LegalChange.NEVER))
        .hasMessageContaining("id -1");
    assertThatThrownBy(() -> Region.of(Region.ID_MAX + 1, "r", 1, 1, open, LegalChange.NEVER))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Region.of(0, "r", 0, 1, open, LegalChange.NEVER))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Region.of(0, "r", 1, 0, open, LegalChange.NEVER))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new Region(0, "r", 1, 9, true, open, LegalChange.NEVER, Value::toString))
        .hasMessageContaining("8 bytes");
    assertThat(WORDS.notation().apply(Value.ofWord(7))).isEqualTo("7");
    assertThat(SLOTS.withNotation(value -> "x").notation().apply(Value.EMPTY)).isEqualTo("x");
  }

  @Test
  void regionsCheckRegistersAndValues() {
    SLOTS.checkRegisters(0, 4);
    for (int[] range : new int[][] {{-1, 1}, {4, 1}, {0, 5}, {1, 0}, {3, Integer.MAX_VALUE}}) {
      assertThatThrownBy(() -> SLOTS.checkRegisters(range[0], range[1]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    SLOTS.checkValue(Value.EMPTY);
    SLOTS.checkValue(Value.of(new byte[16]));
    assertThatThrownBy(() -> SLOTS.checkValue(Value.of(new byte[17])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("17 bytes")
        .hasMessageContaining("at most 16");
    assertThatThrownBy(() -> SLOTS.checkValue(Value.BOTTOM)).hasMessageContaining("⊥");
    assertThatThrownBy(() -> WORDS.checkValue(Value.of(new byte[7])))
        .hasMessageContaining("exactly 8");
  }

  @Test
  void aRegionIsDefinedOnce() {
    table.define(SLOTS);
    table.define(WORDS);
    assertThatThrownBy(() -> table.define(SLOTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("region 3");
    assertThat(table.permission(3)).isEqualTo(SLOTS.initial());
    assertThat(table.has(3, 3)).isTrue();
    assertThat(table.has(3, 4)).isFalse();
    assertThat(table.has(2, 0)).isFalse();
    assertThat(table.has(-1, 0)).isFalse();
  }

  /** A host hears from processes that check nothing. */
  @Test
  void anyNumbersAreSafe() {
    table.define(SLOTS);
    int[] numbers = {Integer.MIN_VALUE, -1, 0, 2, 3, 4, 1_000_000, Integer.MAX_VALUE};
    for (int region : numbers) {
      for (int register : numbers) {
        boolean there = region == 3 && register >= 0 && register < 4;
        for (int process : numbers) {
          assertThat(table.read(process, region, register) != null)
              .isEqualTo(there && process == 2);
          assertThat(table.write(process, region, register, Value.EMPTY)).isEqualTo(Outcome.NAK);
          assertThat(table.compareAndSwap(process, region, register, 0, 1)).isEmpty();
          for (int count : numbers) {
            assertThat(table.readRange(process, region, register, count) != null)
                .isEqualTo(there && process == 2 && count > 0 && register + (long) count <= 4);
          }
        }
      }
      assertThat(table.changePermission(2, region, Permission.open(2))).isEqualTo(Outcome.NAK);
    }
    assertThat(table.write(1, 3, 0, Value.of(new byte[17]))).isEqualTo(Outcome.NAK);
    assertThat(table.write(1, 3, 0, Value.BOTTOM)).isEqualTo(Outcome.NAK);
    assertThat(table.peek(3, 0).isBottom()).isTrue();
    assertThatThrownBy(() -> table.peek(3, 4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> table.permission(4)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutEnforcementEverythingGoes() {
    RegionTable ignorant = new RegionTable(RegionTable.Enforcement.IGNORED);
    ignorant.define(SLOTS);
    assertThat(ignorant.changePermission(9, 3, Permission.readOnly(2))).isEqualTo(Outcome.ACK);
    assertThat(ignorant.write(9, 3, 0, Value.of("x"))).isEqualTo(Outcome.ACK);
    assertThat(ignorant.read(9, 3, 0)).isEqualTo(Value.of("x"));
    assertThat(ignorant.write(9, 3, 4, Value.of("x"))).isEqualTo(Outcome.NAK);
  }

  /** Increments by all threads, to one word and to regions that are defined meanwhile. */
  @Test
  void countsEveryIncrementOfEveryThread() throws Exception {
    table.define(WORDS);
    int increments = 20_000;
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int thread = 1; thread <= 4; thread++) {
      int process = thread;
      tasks.add(
          () -> {
            for (int i = 0; i < increments; i++) {
              if (i % 100 == 0) {
                table.define(
                    Region.of(
                        1_000 * process + i / 100,
                        "more",
                        1,
                        8,
                        Permission.soleWriter(process, 4),
                        LegalChange.NEVER));
              }
              long guess = 0;
              while (true) {
                long before = table.compareAndSwap(process, 70, 2, guess, guess + 1).orElseThrow();
                if (before == guess) {
                  break;
                }
                guess = before;
              }
              int own = 1_000 * process + i / 100;
              assertThat(table.write(process, own, 0, Value.ofWord(i))).isEqualTo(Outcome.ACK);
              assertThat(table.read(process, own, 0)).isEqualTo(Value.ofWord(i));
            }
            return true;
          });
    }
    runAll(tasks);
    assertThat(table.peek(70, 2).word()).isEqualTo(4L * increments);
    assertThat(table.peek(70, 1).word()).isZero();
  }

  /** Whoever gets the region, and is not refused later, had it to itself in between. */
  @Test
  void permissionAndAccessAreOneStep() throws Exception {
    Region contended =
        Region.of(
            0,
            "contended",
            2,
            8,
            Permission.soleWriter(1, 4),
            new LegalChange.SoleWriterForOneself(4));
    table.define(contended);
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int thread = 1; thread <= 4; thread++) {
      int process = thread;
      tasks.add(
          () -> {
            int undisturbed = 0;
            for (int i = 0; i < 20_000; i++) {
              Value mine = Value.ofWord((long) process << 32 | i);
              table.changePermission(process, 0, Permission.soleWriter(process, 4));
              Outcome first = table.write(process, 0, 0, mine);
              Value read = table.read(process, 0, 0);
              if (table.write(process, 0, 1, mine) == Outcome.ACK) {
                assertThat(first).isEqualTo(Outcome.ACK);
                assertThat(read).isEqualTo(mine);
                undisturbed++;
              }
            }
            return undisturbed > 0;
          });
    }
    runAll(tasks);
  }

  private void runAll(List<Callable<Boolean>> tasks) throws Exception {
    for (Future<Boolean> ended : threads.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
      assertThat(ended.get()).isTrue();
    }
  }
}
