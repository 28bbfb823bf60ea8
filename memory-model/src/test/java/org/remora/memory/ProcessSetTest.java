package org.remora.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ProcessSetTest {
  @Property
  void isAsASetOfNumbers(
      @ForAll @Size(max = 20) Set<@IntRange(min = 1, max = 200) Integer> one,
      @ForAll @Size(max = 20) Set<@IntRange(min = 1, max = 200) Integer> other,
      @ForAll @IntRange(min = -5, max = 300) int process) {
    ProcessSet set = setOf(one);
    ProcessSet second = setOf(other);
    assertThat(set.contains(process)).isEqualTo(one.contains(process));
    assertThat(set.size()).isEqualTo(one.size());
    assertThat(set.isEmpty()).isEqualTo(one.isEmpty());
    assertThat(set.stream().boxed()).containsExactlyElementsOf(new TreeSet<>(one));
    assertThat(set.isDisjointFrom(second)).isEqualTo(Collections.disjoint(one, other));
    assertThat(set.equals(second)).isEqualTo(one.equals(other));

    Set<Integer> union = new HashSet<>(one);
    union.addAll(other);
    assertThat(set.union(second)).isEqualTo(setOf(union)).hasSameHashCodeAs(setOf(union));
    Set<Integer> without = new HashSet<>(one);
    without.removeAll(other);
    assertThat(set.without(second)).isEqualTo(setOf(without)).hasSameHashCodeAs(setOf(without));
  }

  @Test
  void hasItsBorders() {
    assertThat(ProcessSet.all(64).contains(64)).isTrue();
    assertThat(ProcessSet.all(64).contains(65)).isFalse();
    assertThat(ProcessSet.all(64).contains(0)).isFalse();
    assertThat(ProcessSet.all(0)).isEqualTo(ProcessSet.none());
    assertThat(ProcessSet.all(3).contains(Integer.MAX_VALUE)).isFalse();
    assertThat(ProcessSet.all(3).contains(Integer.MIN_VALUE)).isFalse();
    assertThat(ProcessSet.of(3, 1)).hasToString("{1,3}");
    assertThatThrownBy(() -> ProcessSet.of(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static ProcessSet setOf(Set<Integer> numbers) {
    return ProcessSet.of(numbers.stream().mapToInt(Integer::intValue).toArray());
  }
}
