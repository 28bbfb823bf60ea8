package org.remora.tests.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.remora.crash.HeartbeatOmega;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.Replica;
import org.remora.crash.log.ReplicatedLog;
import org.remora.crash.log.StateMachine;
import org.remora.memory.Value;
import org.remora.socket.Endpoint;
import org.remora.socket.MemoryHost;
import org.remora.socket.PreSharedKeys;
import org.remora.socket.SocketProcess;

@SuppressWarnings("MissingOverride") // four lines more would tell the reader nothing
// README: begin
record ReplicatedMap(Map<String, String> map) implements StateMachine {
  public Value apply(long index, Value command) {
    String[] pair = text(command).split("=", 2);
    return Value.of("was " + map.put(pair[0], pair[1]));
  }

  public Value query(Value key) {
    return Value.of("is " + map.get(text(key)));
  }

  public Value snapshot() {
    return Value.of(map.toString());
  }

  public void restore(Value snapshot) {
    map.clear();
    String pairs = text(snapshot).replaceAll("[{}]", "");
    new Scanner(pairs).useDelimiter(", ").forEachRemaining(pair -> apply(0, Value.of(pair)));
  }

  static String text(Value value) {
    return new String(value.toBytes(), UTF_8);
  }

  public static void main(String[] args) throws Exception { // which of three, directory, secret
    int self = Integer.parseInt(args[0]);
    Function<String, Endpoint> at = name -> Endpoint.unix(Path.of(args[1], name));
    List<Endpoint> processes = Stream.of("p1", "p2", "p3").map(at).toList();
    List<Endpoint> memories = Stream.of("m1", "m2", "m3").map(at).toList();
    var key = PreSharedKeys.ofGroup(args[2].getBytes(UTF_8));
    MemoryHost.of(self, memories.get(self - 1), key).start(); // a memory beside each replica
    var process = SocketProcess.of(self, new SocketProcess.Group(processes, memories), key).start();
    LogSettings log = LogSettings.of(1);
    process.defineEverywhere(HeartbeatOmega.region(3));
    process.defineEverywhere(ReplicatedLog.region(log, 3));
    var omega = HeartbeatOmega.start(process, HeartbeatOmega.Settings.DEFAULT);
    Replica replica = ReplicatedLog.join(process, omega, new ReplicatedMap(new TreeMap<>()), log);
    for (Scanner in = new Scanner(System.in, UTF_8); in.hasNextLine(); ) {
      Value line = Value.of(in.nextLine()); // KEY=VALUE, or KEY
      boolean sets = text(line).contains("=");
      System.out.println(text(sets ? replica.appendAndWait(line) : replica.readAndWait(line)));
    }
  }
}
// README: end
