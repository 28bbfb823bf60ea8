package org.remora.verbs.channel;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Objects;

/**
 * What channels run over. To switch, a program names another one; all else stays.
 *
 * <pre>{@code
 * Transport transport = Transport.tcp(); // or Transport.rdma("mlx5_0")
 * try (RdmaSelector selector = transport.openSelector()) {
 *   RdmaChannel channel = selector.openChannel();
 *   channel.key().interestOps(RdmaSelectionKey.OP_CONNECT);
 *   channel.connect(new InetSocketAddress("10.0.0.1", 7000));
 *   ...
 * }
 * }</pre>
 */
public interface Transport {
  /** Over TCP sockets of this host. */
  static Transport tcp() {
    return new Transport() {
      @Override
      public RdmaSelector openSelector(ChannelOptions options) throws IOException {
        return SelectorCore.open(options, TcpFabric::new);
      }

      @Override
      public String toString() {
        return "tcp";
      }
    };
  }

  /**
   * Over RDMA SEND and RECV of a device of this host. Whether there is such a device, and the
   * native libraries, is looked at when a selector is opened.
   *
   * @param device its name, such as {@code mlx5_0} or {@code rxe0}
   */
  static Transport rdma(String device) {
    Objects.requireNonNull(device);
    return rdma(device, () -> RdmaDevice.of(device));
  }

  /** The same of the device that has an IPv4 address. */
  static Transport rdma(InetAddress address) {
    String name = address.getHostAddress();
    return rdma(name, () -> new RdmaDevice(name, address));
  }

  private static Transport rdma(String name, DeviceSource device) {
    return new Transport() {
      @Override
      public RdmaSelector openSelector(ChannelOptions options) throws IOException {
        RdmaDevice found = device.find();
        return SelectorCore.open(options, selector -> new RdmaFabric(selector, found, options));
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }

  /** A selector with the {@linkplain ChannelOptions#DEFAULT default} bounds. */
  default RdmaSelector openSelector() throws IOException {
    return openSelector(ChannelOptions.DEFAULT);
  }

  /**
   * A selector.
   *
   * @throws IOException if the transport is not to be had here
   */
  RdmaSelector openSelector(ChannelOptions options) throws IOException;
}
