package org.remora.tests.verbs;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Tag;
import org.remora.verbs.channel.Transport;

/** Paxos over RDMA SEND and RECV; in the machine that has Soft-RoCE. */
@Tag("soft-roce")
final class RdmaPaxosTest extends PaxosOverChannels {
  @Override
  Transport transport() {
    return Transport.rdma(System.getProperty("remora.rdma.device", "rxe0"));
  }

  @Override
  InetSocketAddress anyPort() {
    return new InetSocketAddress(System.getProperty("remora.rdma.address", "10.77.0.1"), 0);
  }
}
