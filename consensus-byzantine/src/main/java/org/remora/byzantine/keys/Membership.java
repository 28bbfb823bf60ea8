package org.remora.byzantine.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which public key each process verifies with. As a file, one line per process in any order: its
 * number, blanks, and its public key as in the middle of a PEM file; empty lines and lines that
 * begin with # mean nothing. No two processes share a key: one could sign for the other.
 *
 * @param keys the keys of processes 1, 2, …
 */
public record Membership(List<PublicKey> keys) {
  private static final int PROCESSES_MAX = 4096;

  /**
   * Checks the keys.
   *
   * @throws IllegalArgumentException if there is none, or two are the same
   */
  public Membership {
    keys = List.copyOf(keys);
    if (keys.isEmpty() || keys.stream().distinct().count() < keys.size()) {
      throw new IllegalArgumentException("a group has members, and each a key of its own");
    }
  }

  /** The number of processes. */
  public int processes() {
    return keys.size();
  }

  /**
   * The key of a process.
   *
   * @throws IndexOutOfBoundsException if there is no such process
   */
  public PublicKey key(int process) {
    return keys.get(process - 1);
  }

  /**
   * Reads a membership.
   *
   * @throws IOException if the file cannot be read or is no membership; its message names the file
   *     and the line
   */
  public static Membership load(Path file) throws IOException {
    Map<Integer, PublicKey> keys = new HashMap<>();
    Map<PublicKey, Integer> owners = new HashMap<>();
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String where = file + ", line " + (i + 1) + ": ";
      String[] fields = line.split("\\s+", -1);
      if (fields.length != 2) {
        throw new IOException(where + "a process and its key are expected");
      }
      int process = number(where, fields[0]);
      PublicKey key = key(where, fields[1]);
      if (keys.put(process, key) != null) {
        throw new IOException(where + "process " + process + " has a key already");
      }
      Integer owner = owners.put(key, process);
      if (owner != null) {
        throw new IOException(where + "the key of process " + owner + " once more");
      }
    }
    List<PublicKey> inOrder = new ArrayList<>();
    for (int process = 1; process <= keys.size(); process++) {
      PublicKey key = keys.get(process);
      if (key == null) {
        throw new IOException(
            file + ": " + keys.size() + " processes, but no key of process " + process);
      }
      inOrder.add(key);
    }
    if (inOrder.isEmpty()) {
      throw new IOException(file + ": no process");
    }
    return new Membership(inOrder);
  }

  /**
   * Writes the membership to a file, over what it held.
   *
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    StringBuilder text = new StringBuilder("# process  public key (X.509, Base64)\n");
    for (int process = 1; process <= keys.size(); process++) {
      text.append(process).append(' ').append(key(process)).append('\n');
    }
    Files.writeString(file, text);
  }

  private static int number(String where, String field) throws IOException {
    try {
      int process = Integer.parseInt(field);
      if (process >= 1 && process <= PROCESSES_MAX) {
        return process;
      }
    } catch (NumberFormatException notANumber) {
      // As a number out of its range.
    }
    throw new IOException(
        where + "a process is a number from 1 to " + PROCESSES_MAX + ", not \"" + field + "\"");
  }

  private static PublicKey key(String where, String field) throws IOException {
    byte[] key;
    try {
      key = Der.publicKeyOf(Base64.getDecoder().decode(field));
    } catch (IllegalArgumentException notBase64) {
      throw new IOException(where + "the key is not Base64", notBase64);
    }
    if (key == null) {
      throw new IOException(where + "not an Ed25519 public key");
    }
    return PublicKey.of(key);
  }
}
