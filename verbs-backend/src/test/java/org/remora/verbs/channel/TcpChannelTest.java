package org.remora.verbs.channel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Nested;

/** The conformance suites over TCP on the loopback. */
final class TcpChannelTest {
  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @Nested
  final class Channels extends ChannelConformance {
    @Override
    protected Transport transport() {
      return Transport.tcp();
    }

    @Override
    protected InetSocketAddress anyPort() {
      return loopback();
    }
  }

  @Nested
  final class Selectors extends SelectorConformance {
    @Override
    protected Transport transport() {
      return Transport.tcp();
    }

    @Override
    protected InetSocketAddress anyPort() {
      return loopback();
    }
  }

  @Nested
  final class HostilePeers extends HostilePeerConformance {
    @Override
    protected Transport transport() {
      return Transport.tcp();
    }

    @Override
    protected InetSocketAddress anyPort() {
      return loopback();
    }

    @Override
    Fabric fabric(SelectorCore selector, ChannelOptions options) throws IOException {
      return new TcpFabric(selector);
    }
  }

  @Nested
  final class ProcessLinks extends LinksConformance {
    @Override
    protected Transport transport() {
      return Transport.tcp();
    }

    @Override
    protected InetSocketAddress anyPort() {
      return loopback();
    }

    @Override
    Fabric fabric(SelectorCore selector, ChannelOptions options) throws IOException {
      return new TcpFabric(selector);
    }
  }
}
