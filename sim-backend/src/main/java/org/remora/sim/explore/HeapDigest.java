package org.remora.sim.explore;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Forgettable;
import org.remora.memory.Region;
import org.remora.memory.Value;

/**
 * A digest of all objects that can be reached from some: of the fields of our own classes, the
 * captured variables of closures, and the elements of the collections whose future depends on
 * nothing but their elements in order.
 *
 * <p>Why processes of equal digests may be taken for one. A program is single-threaded and pure: it
 * has no state but objects, no randomness and no clock. Which code runs next and what it does is a
 * function of the graph of objects that it can reach, up to renaming them: of their classes, their
 * fields and which references lead to the same object. Objects are visited in an order that the
 * graph gives and are numbered as they are met, so equal digests mean isomorphic graphs (up to a
 * collision of SHA-256), and isomorphic graphs behave alike for ever. Records, values and other
 * immutable things are compared by content: that two of them are one object means nothing.
 *
 * <p>What cannot be seen through, such as a {@code HashMap}, whose order of iteration is not a
 * function of its elements, or a class of the JDK that is not listed here, makes the whole opaque;
 * then processes are told apart by all their inputs. That is slower, never wrong.
 *
 * <p>Fields that are {@link Forgettable} are left out: what the object does is the same whatever
 * they hold.
 *
 * <p>The dependent actions of a promise cannot be seen either; {@link Program} forbids those that
 * are added later, so that they are the same at all times.
 */
final class HeapDigest {
  private static final ClassValue<Field[]> FIELDS =
      new ClassValue<>() {
        @Override
        protected Field[] computeValue(Class<?> type) {
          return fields(type);
        }
      };

  private static final Map<Class<?>, Integer> CLASSES = new ConcurrentHashMap<>();

  /** Equal regions have one number. */
  private static final Map<Region, Integer> REGIONS = new ConcurrentHashMap<>();

  private static final AtomicInteger REGIONS_MADE = new AtomicInteger();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
  private final DataOutputStream out = new DataOutputStream(bytes);
  private final IdentityHashMap<Object, Integer> met = new IdentityHashMap<>();

  private HeapDigest() {}

  /** Something that every run of a process has one of: it is what it is called. */
  interface Fixture {
    String identity();
  }

  /** The digest; empty if something is opaque. */
  static Optional<String> of(List<? extends @Nullable Object> roots) {
    HeapDigest digest = new HeapDigest();
    try {
      for (Object root : roots) {
        digest.visit(root);
      }
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(digest.bytes.toByteArray());
      return Optional.of(new String(hash, StandardCharsets.ISO_8859_1));
    } catch (OpaqueException opaque) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private void visit(@Nullable Object object) throws IOException {
    if (object == null) {
      out.writeByte('0');
    } else if (object instanceof Fixture fixture) {
      out.writeByte('F');
      out.writeUTF(fixture.identity());
    } else if (object instanceof Value value) {
      visitValue(value);
    } else if (object instanceof Integer number) {
      out.writeByte('i');
      out.writeInt(number);
    } else if (object instanceof Long number) {
      out.writeByte('l');
      out.writeLong(number);
    } else if (object instanceof Boolean truth) {
      out.writeByte(truth ? 't' : 'f');
    } else if (object instanceof Region region) {
      out.writeByte('G');
      out.writeInt(REGIONS.computeIfAbsent(region, r -> REGIONS_MADE.getAndIncrement()));
    } else if (object instanceof Enum<?> constant) {
      out.writeByte('E');
      writeClass(constant.getDeclaringClass());
      out.writeUTF(constant.name());
    } else if (object instanceof String
        || object instanceof Number
        || object instanceof Character) {
      visitAtom(object);
    } else if (object instanceof Class<?> type) {
      out.writeByte('C');
      writeClass(type);
    } else if (object instanceof Optional<?> optional) {
      out.writeByte('O');
      visit(optional.orElse(null));
    } else if (isImmutableList(object)) {
      visitAll('I', (Collection<?>) object);
    } else if (object instanceof Record) {
      visitFields(object);
    } else {
      visitOnce(object);
    }
  }

  private void visitValue(Value value) throws IOException {
    if (value.isBottom()) {
      out.writeByte('B');
    } else {
      out.writeByte('V');
      out.writeInt(value.length());
      out.write(value.toBytes());
    }
  }

  private void visitAtom(Object atom) throws IOException {
    if (!isPlain(atom)) {
      throw new OpaqueException();
    }
    out.writeByte('A');
    writeClass(atom.getClass());
    out.writeUTF(atom.toString());
  }

  /** Not a number that counts, such as an AtomicLong. */
  private static boolean isPlain(Object atom) {
    return atom.getClass().getPackageName().equals("java.lang");
  }

  private void visitOnce(Object object) throws IOException {
    Integer number = met.putIfAbsent(object, met.size());
    if (number != null) {
      out.writeByte('R');
      out.writeInt(number);
      return;
    }
    Class<?> type = object.getClass();
    if (type.isArray()) {
      visitArray(object);
    } else if (type == ArrayList.class
        || type == ArrayDeque.class
        || type == LinkedHashSet.class
        || (object instanceof TreeSet<?> set && set.comparator() == null)) {
      writeClass(type);
      visitAll('L', (Collection<?>) object);
    } else if (type == LinkedHashMap.class
        || (object instanceof TreeMap<?, ?> map && map.comparator() == null)) {
      visitMap((Map<?, ?>) object);
    } else if (object instanceof CompletableFuture<?> promise) {
      visitPromise(promise);
    } else if (type.getName().startsWith("java.") || type.getName().startsWith("jdk.")) {
      throw new OpaqueException();
    } else {
      visitFields(object);
    }
  }

  private static boolean isImmutableList(Object object) {
    return object instanceof List<?>
        && object.getClass().getName().startsWith("java.util.ImmutableCollections$");
  }

  private void visitAll(char tag, Collection<?> elements) throws IOException {
    out.writeByte(tag);
    out.writeInt(elements.size());
    for (Object element : elements) {
      visit(element);
    }
  }

  private void visitMap(Map<?, ?> map) throws IOException {
    out.writeByte('M');
    writeClass(map.getClass());
    out.writeInt(map.size());
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      visit(entry.getKey());
      visit(entry.getValue());
    }
  }

  private void visitArray(Object array) throws IOException {
    out.writeByte('[');
    writeClass(array.getClass());
    int length = Array.getLength(array);
    out.writeInt(length);
    for (int i = 0; i < length; i++) {
      visit(Array.get(array, i));
    }
  }

  private void visitPromise(CompletableFuture<?> promise) throws IOException {
    if (promise.isCompletedExceptionally()) {
      throw new OpaqueException();
    }
    out.writeByte('P');
    out.writeBoolean(promise.isDone());
    visit(promise.isDone() ? promise.join() : promise.getNumberOfDependents());
  }

  private void visitFields(Object object) throws IOException {
    out.writeByte('{');
    writeClass(object.getClass());
    try {
      for (Field field : FIELDS.get(object.getClass())) {
        visit(field.get(object));
      }
    } catch (IllegalAccessException e) {
      throw new OpaqueException();
    }
  }

  private void writeClass(Class<?> type) throws IOException {
    Integer number = CLASSES.get(type);
    if (number == null) {
      synchronized (CLASSES) {
        number = CLASSES.computeIfAbsent(type, t -> CLASSES.size());
      }
    }
    out.writeInt(number);
  }

  private static Field[] fields(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())
            && !field.isAnnotationPresent(Forgettable.class)) {
          try {
            field.setAccessible(true);
          } catch (InaccessibleObjectException e) {
            throw new OpaqueException();
          }
          fields.add(field);
        }
      }
    }
    return fields.toArray(Field[]::new);
  }

  private static final class OpaqueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OpaqueException() {
      super(null, null, false, false);
    }
  }
}
