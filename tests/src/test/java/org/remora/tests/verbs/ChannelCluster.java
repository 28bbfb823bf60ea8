package org.remora.tests.verbs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.remora.memory.Clock;
import org.remora.memory.Coin;
import org.remora.memory.Links;
import org.remora.memory.Machine;
import org.remora.memory.Memory;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.remora.socket.LocalMachine;
import org.remora.verbs.channel.ChannelLinks;
import org.remora.verbs.channel.PeerAuthentication;
import org.remora.verbs.channel.Transport;

/**
 * Processes that share nothing but the messages on their channels: each has an event loop and links
 * of its own, as it would in a JVM of its own.
 */
final class ChannelCluster implements Machine, AutoCloseable {
  private final List<LocalMachine> loops = new ArrayList<>();
  private final List<ChannelLinks> links = new ArrayList<>();
  private final int processes;

  ChannelCluster(
      Transport transport,
      InetSocketAddress anyPort,
      int processes,
      IntFunction<PeerAuthentication> authentication)
      throws IOException {
    this.processes = processes;
    for (int p = 1; p <= processes; p++) {
      LocalMachine loop = LocalMachine.of(1, 0).seed(p).build();
      loops.add(loop);
      links.add(
          ChannelLinks.open(
              transport,
              p,
              processes,
              anyPort,
              authentication.apply(p),
              loop.process(1)::execute,
              ChannelLinks.Settings.DEFAULT));
    }
    List<InetSocketAddress> addresses = links.stream().map(ChannelLinks::localAddress).toList();
    links.forEach(each -> each.start(addresses));
  }

  /** As if its JVM were killed, as far as the others can see. */
  void crash(int process) {
    loops.get(process - 1).close();
    links.get(process - 1).close();
  }

  @Override
  public int processes() {
    return processes;
  }

  @Override
  public int memories() {
    return 0;
  }

  @Override
  public ProcessContext process(int number) {
    return new ChannelProcess(
        number, processes, loops.get(number - 1).process(1), links.get(number - 1));
  }

  @Override
  public void define(int memory, Region region) {
    throw new IndexOutOfBoundsException("no memories");
  }

  @Override
  public void close() {
    for (int p = 1; p <= processes; p++) {
      crash(p);
    }
  }

  /** A process whose loop is that of a machine of one, and whose links are channels. */
  private record ChannelProcess(int self, int processes, ProcessContext loop, ChannelLinks channels)
      implements ProcessContext {
    @Override
    public int memories() {
      return 0;
    }

    @Override
    public Memory memory(int number) {
      throw new IndexOutOfBoundsException("no memories");
    }

    @Override
    public Links links(int channel, Function<Value, String> notation) {
      return channels.links(channel);
    }

    @Override
    public Clock clock() {
      return loop.clock();
    }

    @Override
    public Coin coin() {
      return loop.coin();
    }

    @Override
    public Signer signer() {
      throw new IllegalStateException("no signer");
    }

    @Override
    public void execute(Runnable task) {
      loop.execute(task);
    }
  }
}
