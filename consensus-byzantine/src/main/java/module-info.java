/** Consensus that tolerates Byzantine processes, of which there are fewer than half. */
module org.remora.byzantine {
  requires transitive org.remora.memory;
  requires transitive org.remora.crash;
  requires static transitive org.jspecify;
  requires org.bouncycastle.provider;

  exports org.remora.byzantine;
  exports org.remora.byzantine.adversary;
  exports org.remora.byzantine.keys;
}
