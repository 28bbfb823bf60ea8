package org.remora.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.remora.memory.LegalChange;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;

final class WireTest {
  @Provide
  Arbitrary<Permission> permissions() {
    Arbitrary<Set<Integer>> members =
        Arbitraries.oneOf(
                Arbitraries.integers().between(1, 70),
                Arbitraries.integers().between(1, Identity.NUMBER_MAX))
            .set()
            .ofMaxSize(20);
    return Combinators.combine(members, members, members)
        .as(
            (read, write, both) -> {
              ProcessSet r = of(read);
              ProcessSet w = of(write).without(r);
              return new Permission(r, w, of(both).without(r).without(w));
            });
  }

  private static ProcessSet of(Set<Integer> members) {
    return ProcessSet.of(members.stream().mapToInt(Integer::intValue).toArray());
  }

  @Provide
  Arbitrary<Region> regions() {
    Arbitrary<LegalChange> policies =
        Arbitraries.of(
            LegalChange.NEVER,
            new LegalChange.SoleWriterForOneself(3),
            new LegalChange.SoleWriterForOneself(Identity.NUMBER_MAX),
            new LegalChange.RevokeOnly(5));
    return Combinators.combine(
            Arbitraries.integers().between(0, Region.ID_MAX),
            Arbitraries.strings().ofMaxLength(60),
            Arbitraries.integers().between(1, Integer.MAX_VALUE),
            Arbitraries.integers().between(1, 1 << 20),
            permissions(),
            policies,
            Arbitraries.of(true, false))
        .as(
            (id, name, registers, bytes, permission, policy, words) ->
                new Region(
                    id,
                    name,
                    registers,
                    words ? 8 : bytes,
                    words,
                    permission,
                    policy,
                    Value::toString));
  }

  @Property(tries = 300)
  void permissionsComeBack(@ForAll("permissions") Permission permission) {
    assertThat(Wire.decodePermission(Wire.encode(permission))).isEqualTo(permission);
  }

  @Property(tries = 300)
  void regionsComeBack(@ForAll("regions") Region region) {
    Region back = Wire.decodeRegion(Wire.encode(region));
    assertThat(Wire.encode(back)).isEqualTo(Wire.encode(region));
    assertThat(List.of(back.id(), back.registers(), back.registerBytes(), back.words()))
        .isEqualTo(
            List.of(region.id(), region.registers(), region.registerBytes(), region.words()));
    assertThat(back.initial()).isEqualTo(region.initial());
    assertThat(back.legalChange()).isEqualTo(region.legalChange());
  }

  /** Cut, lengthened or changed in a byte, an encoding is refused or means what it says. */
  @Property(tries = 500)
  void damagedEncodingsAreRefusedOrDecode(
      @ForAll("regions") Region region, @ForAll int at, @ForAll byte change, @ForAll int cut) {
    byte[] bytes = Wire.encode(region).toBytes();
    bytes[Math.floorMod(at, bytes.length)] ^= change;
    int length = cut % 3 == 0 ? Math.floorMod(cut, bytes.length) : bytes.length;
    safely(Wire::decodeRegion, Value.of(bytes).slice(0, length));
  }

  @Property(tries = 1_000)
  void garbageIsRefusedOrDecodes(@ForAll byte[] garbage) {
    Value bytes = Value.of(garbage);
    safely(Wire::decodeRegion, bytes);
    safely(Wire::decodePermission, bytes);
    safely(Handshake.Hello::decode, bytes);
    safely(Handshake.Challenge::decode, bytes);
  }

  private static void safely(Function<Value, ?> decoder, Value bytes) {
    try {
      assertThat(decoder.apply(bytes)).isNotNull();
    } catch (MalformedValueException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
    }
  }

  @Test
  void whatCannotTravelIsAClearError() {
    LegalChange own = (requester, current, requested) -> true;
    assertThatThrownBy(() -> Wire.encode(Region.of(0, "r", 1, 1, Permission.open(1), own)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("policy");
    assertThatThrownBy(() -> Wire.encode(Permission.open(Identity.NUMBER_MAX + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4096");
    assertThatThrownBy(
            () ->
                Wire.encode(
                    Region.of(0, "x".repeat(256), 1, 1, Permission.open(1), LegalChange.NEVER)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name");
  }

  @Test
  void addressesAreReadBack() {
    for (String text : List.of("tcp:127.0.0.1:7000", "tcp:[::1]:0", "unix:/run/remora/m1")) {
      assertThat(Endpoint.parse(text)).hasToString(text);
    }
    for (String wrong : List.of("", "127.0.0.1:1", "tcp:host", "tcp::1x", "tcp:h:70000", "unix:")) {
      assertThatThrownBy(() -> Endpoint.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void identitiesAreReadBackAndNothingElseIs() {
    for (Identity identity : List.of(Identity.process(3), Identity.memory(12))) {
      assertThat(Identity.ofUri(identity.uri())).isEqualTo(identity);
    }
    for (String wrong :
        List.of(
            "",
            "remora:process:",
            "remora:process:0",
            "remora:process:+3",
            "remora:memory:x",
            "remora:process:03",
            "remora:host:3",
            "remora:process:99999999999")) {
      assertThat(Identity.ofUri(wrong)).as(wrong).isNull();
    }
  }

  @Test
  void keysOfPairsDifferAndShortOnesAreRefused() {
    PreSharedKeys group = PreSharedKeys.ofGroup(new byte[16]);
    Identity one = Identity.process(1);
    Identity two = Identity.process(2);
    Identity memory = Identity.memory(1);
    assertThat(group.key(one, memory)).isEqualTo(group.key(memory, one));
    assertThat(group.key(one, memory)).isNotEqualTo(group.key(two, memory));
    assertThat(group.key(one, memory)).isNotEqualTo(group.key(one, two));
    assertThatThrownBy(() -> PreSharedKeys.ofGroup(new byte[15]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16");
  }
}
