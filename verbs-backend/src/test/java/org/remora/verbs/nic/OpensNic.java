package org.remora.verbs.nic;

import java.io.IOException;

/** Loads the native libraries in a JVM of its own, and says what came of it. */
final class OpensNic {
  private OpensNic() {}

  /** With an argument: its class is loaded before. */
  public static void main(String[] args) throws ClassNotFoundException {
    for (String early : args) {
      Class.forName(early, false, OpensNic.class.getClassLoader());
    }
    try {
      System.out.println("version " + Nic.open().disni()._getVersion());
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }
}
