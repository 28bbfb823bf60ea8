package org.remora.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.remora.memory.LegalChange;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;
import org.remora.memory.Region;
import org.remora.memory.Value;

/** The messages between a process and a memory's host. */
class WireTest {
  @Test
  void whatIsPutIsTaken() {
    Permission permission =
        new Permission(ProcessSet.of(1, 3), ProcessSet.none(), ProcessSet.of(2));
    ByteBuffer buffer = ByteBuffer.allocate(Wire.BYTES_MAX);
    Wire.putPermission(buffer, permission);
    assertThat(Wire.takePermission(buffer.flip(), 3)).isEqualTo(permission);

    Geometry geometry = new Geometry(7, 4, 72, false, 1L << 40, -5, Geometry.READ);
    Wire.putGeometry(buffer.clear(), geometry);
    assertThat(Wire.takeGeometry(buffer.flip())).isEqualTo(geometry);
  }

  @Test
  void aRegionTravels() {
    for (LegalChange policy :
        List.of(
            LegalChange.NEVER,
            new LegalChange.SoleWriterForOneself(3),
            new LegalChange.RevokeOnly(2))) {
      Region region = Region.of(7, "slots é", 4, 72, Permission.soleWriter(1, 3), policy);
      Value descriptor = Wire.encode(region);
      Region taken = Wire.takeRegion(descriptor.asBuffer(), 3);
      assertThat(Wire.encode(taken)).isEqualTo(descriptor);
      assertThat(taken.legalChange()).isEqualTo(policy);
      assertThat(taken.initial()).isEqualTo(region.initial());
      assertThat(taken.name()).isEqualTo(region.name());
      // For processes that the host does not have, it is none.
      assertThatThrownBy(() -> Wire.takeRegion(descriptor.asBuffer(), 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () -> Wire.takeRegion(descriptor.slice(0, descriptor.length() - 1).asBuffer(), 3))
          .isInstanceOfAny(BufferUnderflowException.class, IllegalArgumentException.class);
    }
    Region own =
        Region.of(1, "own", 1, 8, Permission.open(1), (requester, current, requested) -> true);
    assertThatThrownBy(() -> Wire.encode(own)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPermissionOfStrangersIsRefused() {
    ByteBuffer buffer = ByteBuffer.allocate(Wire.BYTES_MAX);
    Wire.putPermission(buffer, Permission.open(4));
    assertThatThrownBy(() -> Wire.takePermission(buffer.flip(), 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPermissionThatDoesNotFitIsAClearError() {
    assertThatThrownBy(
            () -> Wire.putPermission(ByteBuffer.allocate(Wire.BYTES_MAX), Permission.open(2_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too many");
  }

  /** Whatever a liar sends is taken or refused in one of two ways, and reserves no memory. */
  @Property
  void garbageIsRefused(@ForAll @Size(max = 64) byte[] garbage) {
    ByteBuffer in = ByteBuffer.wrap(garbage);
    try {
      Permission taken = Wire.takePermission(in, 5);
      assertThat(taken.readWrite().size()).isLessThanOrEqualTo(5);
      Wire.takeGeometry(in);
    } catch (BufferUnderflowException | IllegalArgumentException refused) {
      assertThat(refused).isNotNull();
    }
    try {
      Region taken = Wire.takeRegion(ByteBuffer.wrap(garbage), 5);
      assertThat(taken.registers()).isPositive();
    } catch (BufferUnderflowException | IllegalArgumentException refused) {
      assertThat(refused).isNotNull();
    }
  }

  @Test
  void partsOfAWorkRequestsNumberDoNotMix() {
    long id = WorkId.of(WorkId.RECEIVED, 0xFFFF, 0x1FFFF, -1);
    assertThat(WorkId.kind(id)).isEqualTo(WorkId.RECEIVED);
    assertThat(WorkId.owner(id)).isEqualTo(0xFFFF);
    assertThat(WorkId.isOf(id, 0xFFFF)).isTrue();
    assertThat(WorkId.isOf(id, 0xFFFE)).isFalse();
    assertThat(WorkId.index(id)).isEqualTo(WorkId.INDEX_MASK);
  }

  @Test
  void whatIsMissingComesWithItsFix() {
    Readiness readiness = Readiness.check();
    assertThat(readiness.problems()).allMatch(problem -> !problem.fix().isBlank());
    // No device is always a problem.
    assertThat(!readiness.devices().isEmpty() || !readiness.problems().isEmpty()).isTrue();
  }
}
