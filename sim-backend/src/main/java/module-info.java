/** A deterministic world in virtual time for algorithms written against the abstract machine. */
module org.remora.sim {
  requires transitive org.remora.memory;
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires java.xml;

  exports org.remora.sim;
  exports org.remora.sim.explore;
  exports org.remora.sim.history;
}
