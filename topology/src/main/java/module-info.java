/** Graphs, expansion certificates, exact tolerance, adversary search and the planner. */
module org.remora.topology {
  requires static transitive org.jspecify;
  requires transitive com.fasterxml.jackson.core;
  requires transitive org.jgrapht.core;
  requires org.jgrapht.io;
  requires java.xml;

  exports org.remora.topology;
}
