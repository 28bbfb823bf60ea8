package org.remora.tests.verbs;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.Instance;
import org.remora.verbs.MemoryHost;

/**
 * Hosts a memory in a JVM of its own, with the regions of Protected Memory Paxos, until its input
 * ends, as one of a group of five: {@code NUMBER PROCESSES INSTANCES VALUE_BYTES}. Prints its port.
 */
final class MemoryProgram {
  private MemoryProgram() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    int number = Integer.parseInt(args[0]);
    int processes = Integer.parseInt(args[1]);
    try (MemoryHost host =
        MemoryHost.listen(
            number,
            processes,
            new InetSocketAddress(Pair.address(), 0),
            Members.authentication(processes + number, 5))) {
      host.define(HeartbeatOmega.region(processes));
      for (int instances = 1; instances <= Integer.parseInt(args[2]); instances++) {
        Instance instance =
            new Instance(instances, Integer.parseInt(args[3]), Instance.Timing.DEFAULT);
        host.define(
            CrashAlgorithm.PROTECTED_MEMORY_PAXOS.region(instance, processes).orElseThrow());
      }
      System.out.println(host.address().getPort());
      while (System.in.read() >= 0) {
        // Whatever it is, it is not the end.
      }
    }
  }
}
