package org.remora.apps.store;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;

class KeyValueStoreTest {
  private final KeyValueStore store = new KeyValueStore();

  @Test
  void setsAndTellsWhatWasThere() {
    assertThat(apply(StoreCommand.set("colour", Value.of("red"))))
        .isEqualTo(new KeyValueStore.Result(true, Value.BOTTOM));
    assertThat(apply(StoreCommand.set("colour", Value.of("blue"))))
        .isEqualTo(new KeyValueStore.Result(true, Value.of("red")));
    assertThat(get("colour")).isEqualTo(Value.of("blue"));
  }

  @Test
  void setsOnlyIfTheValueIsTheExpectedOne() {
    assertThat(apply(StoreCommand.setIf("k", Value.of("a"), Value.of("b"))).done()).isFalse();
    assertThat(get("k")).isEqualTo(Value.BOTTOM);
    assertThat(apply(StoreCommand.setIf("k", Value.BOTTOM, Value.EMPTY)).done()).isTrue();
    // The empty value is one.
    assertThat(apply(StoreCommand.setIf("k", Value.BOTTOM, Value.of("c"))).done()).isFalse();
    assertThat(apply(StoreCommand.setIf("k", Value.EMPTY, Value.BOTTOM)).done()).isTrue();
    assertThat(get("k")).isEqualTo(Value.BOTTOM);
  }

  @Test
  void aSnapshotHoldsAll() {
    apply(StoreCommand.set("", Value.EMPTY));
    apply(StoreCommand.set("ключ", Value.of("значение")));
    KeyValueStore other = new KeyValueStore();
    other.apply(1, StoreCommand.set("gone", Value.of("x")).encode());

    other.restore(store.snapshot());

    assertThat(other.snapshot()).isEqualTo(store.snapshot());
    assertThat(other.query(Value.of("gone"))).isEqualTo(store.query(Value.of("gone")));
    assertThat(other.query(Value.BOTTOM)).isEqualTo(store.query(Value.BOTTOM));
  }

  /** Two replicas that have not done the same, in the same order, tell different things. */
  @Test
  void theSummaryTellsOrderAndNumber() {
    KeyValueStore other = new KeyValueStore();
    Value one = StoreCommand.set("k", Value.of("1")).encode();
    Value two = StoreCommand.set("k", Value.of("2")).encode();
    for (Value command : new Value[] {one, two}) {
      store.apply(1, command);
    }
    for (Value command : new Value[] {two, one}) {
      other.apply(1, command);
    }

    assertThat(KeyValueStore.Summary.decode(store.query(Value.BOTTOM)).commands()).isEqualTo(2);
    assertThat(other.query(Value.BOTTOM)).isNotEqualTo(store.query(Value.BOTTOM));
  }

  @Property(tries = 200)
  void bytesThatAreNoCommandChangeNothing(@ForAll byte[] bytes) {
    KeyValueStore some = new KeyValueStore();
    Value empty = some.snapshot();

    KeyValueStore.Result result = KeyValueStore.Result.decode(some.apply(1, Value.of(bytes)));

    assertThat(result.done() || some.snapshot().equals(empty)).isTrue();
  }

  private KeyValueStore.Result apply(StoreCommand command) {
    return KeyValueStore.Result.decode(store.apply(1, command.encode()));
  }

  private Value get(String key) {
    return new ValueReader(store.query(Value.of(key))).takeValue();
  }
}
