package org.remora.verbs.nic;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;

/**
 * Replaces texts in a class file's constant pool.
 *
 * <p>DiSNI's static initialisers call {@code System.loadLibrary("disni")}, which finds only what
 * lies in a directory that was named when the JVM started. With {@code loadLibrary} replaced by
 * {@code load} and {@code disni} by a path, the same initialisers load the library out of our jar.
 */
final class ClassPatch {
  private static final int MAGIC = 0xCAFEBABE;
  private static final int UTF8 = 1;

  private ClassPatch() {}

  /**
   * The class file with each of the texts replaced.
   *
   * @throws IOException if a text is not there exactly once: that is no class that we know
   */
  static byte[] replace(byte[] classFile, Map<String, String> texts) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    if (in.readInt() != MAGIC) {
      throw new IOException("not a class file");
    }
    out.writeInt(MAGIC);
    out.writeInt(in.readInt()); // the version
    int count = in.readUnsignedShort();
    out.writeShort(count);
    int replaced = 0;
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      out.writeByte(tag);
      if (tag == UTF8) {
        String text = in.readUTF();
        String other = texts.get(text);
        replaced += other == null ? 0 : 1;
        out.writeUTF(other == null ? text : other);
        continue;
      }
      int length =
          switch (tag) {
            case 7, 8, 16, 19, 20 -> 2;
            case 15 -> 3;
            case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
            case 5, 6 -> 8;
            default -> throw new IOException("a constant of kind " + tag);
          };
      out.write(in.readNBytes(length));
      if (length == 8) {
        i++; // such a constant takes two numbers
      }
    }
    // A constant pool holds no text twice.
    if (replaced != texts.size()) {
      throw new IOException("not all of " + texts.keySet() + " are in the class");
    }
    in.transferTo(out);
    return bytes.toByteArray();
  }
}
