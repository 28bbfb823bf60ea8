package org.remora.verbs.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The conformance suites over TCP on the loopback. */
final class TcpChannelTest {
  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Whatever was opened is given back to the operating system. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void noDescriptorIsLeft() throws Exception {
    Channels channels = new Channels();
    Channels warm = new Channels();
    warm.bothEndsCloseAtOnce();
    warm.aRefusedConnectionIsAnEvent();
    warm.nothingLeaks();
    int before = descriptors();
    for (int i = 0; i < 10; i++) {
      channels.closeDeliversWhatWasWritten();
      channels.bothEndsCloseAtOnce();
      channels.aRefusedConnectionIsAnEvent();
    }
    channels.nothingLeaks();
    assertThat(descriptors()).isLessThanOrEqualTo(before);
  }

  private static int descriptors() {
    String[] open = new File("/proc/self/fd").list();
    return open == null ? 0 : open.length;
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
