package org.remora.verbs.channel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server that echoes, in a process of its own, to be killed. */
final class EchoProcess {
  private final Process process;
  private final InetSocketAddress address;

  private EchoProcess(Process process, InetSocketAddress address) {
    this.process = process;
    this.address = address;
  }

  static EchoProcess start(Transport transport, InetSocketAddress anyPort) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx128m");
    // Exports, and where the native library is.
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (argument.startsWith("--add-exports")
          || argument.startsWith("-Djava.library.path")
          || argument.startsWith("-Dremora")) {
        command.add(argument);
      }
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(EchoProcess.class.getName());
    command.add(transport.toString());
    command.add(anyPort.getAddress().getHostAddress());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String port = out.readLine();
    if (port == null) {
      process.destroyForcibly();
      throw new IOException("the echo process ended");
    }
    return new EchoProcess(
        process, new InetSocketAddress(anyPort.getAddress(), Integer.parseInt(port)));
  }

  InetSocketAddress address() {
    return address;
  }

  /** As kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** The process: echoes one connection after the other until it is killed. */
  public static void main(String[] args) throws IOException {
    Transport transport = args[0].equals("tcp") ? Transport.tcp() : Transport.rdma(args[0]);
    RdmaSelector selector = transport.openSelector();
    RdmaServerChannel server = selector.openServer();
    server.bind(new InetSocketAddress(args[1], 0)).key().interestOps(RdmaSelectionKey.OP_ACCEPT);
    System.out.println(server.localAddress().getPort());
    while (true) {
      selector.select(60_000);
      for (RdmaSelectionKey key : List.copyOf(selector.selectedKeys())) {
        selector.selectedKeys().remove(key);
        if (key.isAcceptable()) {
          server.accept().key().interestOps(RdmaSelectionKey.OP_READ);
        } else {
          echo(key);
        }
      }
    }
  }

  private static void echo(RdmaSelectionKey key) throws IOException {
    RdmaChannel channel = (RdmaChannel) key.channel();
    ByteBuffer rest = (ByteBuffer) key.attachment();
    if (rest == null) {
      try (ReceivedMessage message = channel.read()) {
        if (message == null) {
          channel.close();
          return;
        }
        rest = ByteBuffer.wrap(message.toBytes());
      }
    }
    boolean written = channel.write(rest);
    key.attach(written ? null : rest);
    key.interestOps(written ? RdmaSelectionKey.OP_READ : RdmaSelectionKey.OP_WRITE);
  }
}
