package org.remora.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.remora.memory.Permission;
import org.remora.memory.ProcessSet;

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
