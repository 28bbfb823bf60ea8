/** Consensus that tolerates crashes, of processes and of memories. */
@SuppressWarnings("requires-automatic") // Micrometer is one, and only for those who bring it
module org.remora.crash {
  requires transitive org.remora.memory;
  requires static transitive org.jspecify;
  requires static micrometer.core;
  requires org.slf4j;

  exports org.remora.crash;
  exports org.remora.crash.adversary;
  exports org.remora.crash.log;
}
