/** Consensus that tolerates crashes, of processes and of memories. */
module org.remora.crash {
  requires transitive org.remora.memory;
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports org.remora.crash;
  exports org.remora.crash.adversary;
  exports org.remora.crash.log;
}
