package org.remora.verbs.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The conformance suites over RDMA; in the machine that has Soft-RoCE. */
@Tag("soft-roce")
final class RdmaChannelTest {
  private static Transport device() {
    return Transport.rdma(System.getProperty("remora.rdma.device", "rxe0"));
  }

  private static InetSocketAddress deviceAddress() {
    return new InetSocketAddress(System.getProperty("remora.rdma.address", "10.77.0.1"), 0);
  }

  /** Whatever was opened is given back to the kernel: queue pairs, memory, domains, ids. */
  @Test
  void nothingIsLeftAtTheKernel() throws Exception {
    String before = resources();
    Channels channels = new Channels();
    channels.closeDeliversWhatWasWritten();
    channels.bothEndsCloseAtOnce();
    channels.aRefusedConnectionIsAnEvent();
    assertThat(resources()).as("in use meanwhile").isNotEqualTo(before);
    channels.nothingLeaks();
    assertThat(resources()).isEqualTo(before);
  }

  /** Such as "0: rxe0: pd 1 cq 1 qp 1 cm_id 0 mr 0 ctx 1 srq 0". */
  private static String resources() throws Exception {
    Process process =
        new ProcessBuilder("rdma", "resource", "show").redirectErrorStream(true).start();
    String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(shown).isZero();
    // A context stays with the process, as does what the kernel's own services use.
    return shown.replaceAll("ctx [0-9]+", "");
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
