package org.remora.tests.verbs;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.remora.verbs.channel.Transport;

/** Paxos over TCP on the loopback. */
final class TcpPaxosTest extends PaxosOverChannels {
  @Override
  Transport transport() {
    return Transport.tcp();
  }

  @Override
  InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
