package org.remora.verbs.channel;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The conformance suites over RDMA; in the machine that has Soft-RoCE. */
@Tag("soft-roce")
final class RdmaChannelTest {
  private static Transport device() {
    return Transport.rdma(System.getProperty("remora.rdma.device", "rxe0"));
  }

  private static InetSocketAddress deviceAddress() {
    return new InetSocketAddress(System.getProperty("remora.rdma.address", "10.77.0.1"), 0);
  }

  @Nested
  final class Channels extends ChannelConformance {
    @Override
    protected Transport transport() {
      return device();
    }

    @Override
    protected InetSocketAddress anyPort() {
      return deviceAddress();
    }

    @Override
    protected int many() {
      return 20;
    }
  }

  @Nested
  final class Selectors extends SelectorConformance {
    @Override
    protected Transport transport() {
      return device();
    }

    @Override
    protected InetSocketAddress anyPort() {
      return deviceAddress();
    }
  }

  @Nested
  final class HostilePeers extends HostilePeerConformance {
    @Override
    protected Transport transport() {
      return device();
    }

    @Override
    protected InetSocketAddress anyPort() {
      return deviceAddress();
    }

    @Override
    Fabric fabric(SelectorCore selector, ChannelOptions options) throws IOException {
      return new RdmaFabric(selector, RdmaDevice.of(device().toString()), options);
    }

    @Override
    protected int spoiled() {
      return 30;
    }
  }

  @Nested
  final class ProcessLinks extends LinksConformance {
    @Override
    protected Transport transport() {
      return device();
    }

    @Override
    protected InetSocketAddress anyPort() {
      return deviceAddress();
    }

    @Override
    Fabric fabric(SelectorCore selector, ChannelOptions options) throws IOException {
      return new RdmaFabric(selector, RdmaDevice.of(device().toString()), options);
    }
  }
}
