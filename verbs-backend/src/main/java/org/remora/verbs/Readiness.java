package org.remora.verbs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.remora.verbs.nic.Device;

/**
 * What a machine offers for verbs, and what is missing.
 *
 * @param devices the cards
 * @param lockableBytes how many bytes the process may lock; -1 for all; 0 if not known
 * @param problems what keeps verbs from being used; empty if nothing does
 */
public record Readiness(List<Device> devices, long lockableBytes, List<Problem> problems) {
  /** Less than this is not enough for a memory of a few regions and its processes. */
  private static final long LOCKABLE_ENOUGH = 64L << 20;

  /**
   * Something that is missing.
   *
   * @param what it is
   * @param fix what to do about it
   */
  public record Problem(String what, String fix) {}

  /** Copies the lists. */
  public Readiness {
    devices = List.copyOf(devices);
    problems = List.copyOf(problems);
  }

  /** Looks at this machine. Never throws for what is missing: that is the answer. */
  public static Readiness check() {
    List<Problem> problems = new ArrayList<>();
    List<Device> devices = List.of();
    long lockable = 0;
    try {
      devices = Device.all();
      lockable = Device.lockableBytes();
    } catch (IOException e) {
      problems.add(
          new Problem(
              String.valueOf(e.getMessage()),
              "install libibverbs1 librdmacm1 ibverbs-providers; for a build from source also gcc"
                  + " libibverbs-dev librdmacm-dev, then build again"));
      return new Readiness(devices, lockable, problems);
    }
    if (devices.isEmpty()) {
      problems.add(
          new Problem(
              "there is no RDMA device",
              "with a card: load its driver and ib_uverbs; without one: modprobe rdma_rxe; rdma link"
                  + " add rxe0 type rxe netdev NAME; or run tests/soft-roce/run, which needs neither"));
    } else if (devices.stream().noneMatch(Readiness::isUp)) {
      problems.add(
          new Problem(
              "no port is active and has an IPv4 address",
              "ip link set NAME up; ip addr add ADDRESS/24 dev NAME"));
    }
    if (!Files.exists(Path.of("/dev/infiniband/rdma_cm"))) {
      problems.add(
          new Problem(
              "the connection manager is not there (/dev/infiniband/rdma_cm)",
              "modprobe rdma_ucm"));
    }
    if (lockable >= 0 && lockable < LOCKABLE_ENOUGH) {
      problems.add(
          new Problem(
              "only " + (lockable >> 10) + " KiB of memory may be locked",
              "ulimit -l unlimited; for good: memlock in /etc/security/limits.conf, or"
                  + " LimitMEMLOCK=infinity in a systemd unit"));
    }
    return new Readiness(devices, lockable, problems);
  }

  private static boolean isUp(Device device) {
    return device.ports().stream()
        .anyMatch(
            port ->
                port.active()
                    && port.addresses().stream().anyMatch(gid -> gid.startsWith("::ffff:")));
  }
}
