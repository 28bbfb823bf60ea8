package org.remora.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class PermissionTest {
  private static final ProcessSet ONE = ProcessSet.of(1);
  private static final ProcessSet TWO = ProcessSet.of(2);
  private static final ProcessSet NONE = ProcessSet.none();

  @Test
  void setsAreDisjoint() {
    assertThatThrownBy(() -> new Permission(ONE, ONE, NONE)).hasMessageContaining("disjoint");
    assertThatThrownBy(() -> new Permission(ONE, TWO, ONE)).hasMessageContaining("disjoint");
    assertThatThrownBy(() -> new Permission(NONE, TWO, TWO)).hasMessageContaining("disjoint");
  }

  @Test
  void eachSetMayItsOwn() {
    Permission permission = new Permission(ONE, TWO, ProcessSet.of(3));
    assertThat(permission.mayRead(1)).isTrue();
    assertThat(permission.mayWrite(1)).isFalse();
    assertThat(permission.mayRead(2)).isFalse();
    assertThat(permission.mayWrite(2)).isTrue();
    assertThat(permission.mayRead(3)).isTrue();
    assertThat(permission.mayWrite(3)).isTrue();
    for (int nobody : new int[] {0, -1, 4}) {
      assertThat(permission.mayRead(nobody)).isFalse();
      assertThat(permission.mayWrite(nobody)).isFalse();
    }
    assertThat(permission).hasToString("R{1} W{2} RW{3}");
  }

  @Test
  void theUsualOnes() {
    assertThat(Permission.soleWriter(2, 3)).hasToString("R{1,3} W{} RW{2}");
    assertThat(Permission.soleWriter(1, 1)).isEqualTo(Permission.open(1));
    assertThat(Permission.open(2)).hasToString("R{} W{} RW{1,2}");
    assertThat(Permission.readOnly(2)).hasToString("R{1,2} W{} RW{}");
  }

  @Test
  void noChangeIsLegalUnderNever() {
    assertThat(LegalChange.NEVER.isLegal(1, Permission.open(2), Permission.open(2))).isFalse();
  }

  @Test
  void soleWriterIsForOneself() {
    LegalChange policy = new LegalChange.SoleWriterForOneself(3);
    Permission now = Permission.soleWriter(1, 3);
    for (int requester = 1; requester <= 3; requester++) {
      for (int writer = 1; writer <= 3; writer++) {
        assertThat(policy.isLegal(requester, now, Permission.soleWriter(writer, 3)))
            .isEqualTo(requester == writer);
      }
    }
    assertThat(policy.isLegal(2, now, Permission.open(3))).isFalse();
    assertThat(policy.isLegal(2, now, Permission.readOnly(3))).isFalse();
    assertThat(policy.isLegal(2, now, Permission.soleWriter(2, 2))).isFalse();
    assertThat(policy.isLegal(2, now, new Permission(NONE, NONE, TWO))).isFalse();
    assertThat(policy.isLegal(4, now, Permission.soleWriter(4, 3))).isFalse();
    assertThat(policy.isLegal(0, now, Permission.readOnly(3))).isFalse();
  }

  @Test
  void revocationIsAllThatRevokeOnlyGrants() {
    LegalChange policy = new LegalChange.RevokeOnly(3);
    Permission readOnly = Permission.readOnly(3);
    assertThat(policy.isLegal(2, Permission.soleWriter(1, 3), readOnly)).isTrue();
    assertThat(policy.isLegal(2, readOnly, readOnly)).isTrue();
    assertThat(policy.isLegal(1, readOnly, Permission.soleWriter(1, 3))).isFalse();
    assertThat(policy.isLegal(1, readOnly, Permission.readOnly(2))).isFalse();
    assertThat(policy.isLegal(1, readOnly, new Permission(NONE, NONE, NONE))).isFalse();
  }
}
