/** The abstract machine that every algorithm of Remora is written against. */
module org.remora.memory {
  requires static transitive org.jspecify;

  exports org.remora.memory;
}
