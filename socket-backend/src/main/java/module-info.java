/**
 * Memories in this JVM, used by real threads, for algorithms written against the abstract machine.
 */
module org.remora.socket {
  requires transitive org.remora.memory;
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports org.remora.socket;
}
