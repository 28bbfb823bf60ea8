package org.remora.topology;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object read whole, with typed access that names the field that is wrong. */
final class JsonTree {
  private static final int DEPTH_MAX = 16;

  private final String path;
  private final Map<String, Object> fields;

  private JsonTree(String path, Map<String, Object> fields) {
    this.path = path;
    this.fields = fields;
  }

  /** Reads the object that the parser stands before. */
  static JsonTree read(JsonParser parser) throws IOException {
    parser.nextToken();
    if (value(parser, 0) instanceof Map<?, ?> map) {
      return of("", map);
    }
    throw new BadGraphException("line 1: a plan is one JSON object");
  }

  private static JsonTree of(String path, Map<?, ?> map) {
    Map<String, Object> fields = new LinkedHashMap<>();
    map.forEach((key, value) -> fields.put(String.valueOf(key), value));
    return new JsonTree(path, fields);
  }

  private static Object value(JsonParser parser, int depth) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null || depth > DEPTH_MAX) {
      int line = parser.currentLocation().getLineNr();
      throw new BadGraphException("line " + line + ": the JSON ends early or is nested too deep");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          map.put(name, value(parser, depth + 1));
        }
        yield map;
      }
      case START_ARRAY -> array(parser, depth);
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> JsonToken.VALUE_NULL;
    };
  }

  /** An array as a list; a long one of whole numbers only as an int[], which is much smaller. */
  private static Object array(JsonParser parser, int depth) throws IOException {
    int[] numbers = new int[16];
    int count = 0;
    List<Object> list = new ArrayList<>();
    boolean mixed = false;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!mixed && parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
        if (count == numbers.length) {
          numbers = Arrays.copyOf(numbers, 2 * count);
        }
        numbers[count++] = parser.getIntValue();
      } else {
        if (!mixed) {
          for (int i = 0; i < count; i++) {
            list.add((long) numbers[i]);
          }
          mixed = true;
        }
        list.add(value(parser, depth + 1));
      }
    }
    return mixed ? list : Arrays.copyOf(numbers, count);
  }

  private BadGraphException wrong(String name, String what) {
    return new BadGraphException("plan file: '" + path + name + "' must be " + what);
  }

  boolean has(String name) {
    Object value = fields.get(name);
    return value != null && value != JsonToken.VALUE_NULL;
  }

  String text(String name) {
    if (fields.get(name) instanceof String text) {
      return text;
    }
    throw wrong(name, "a text");
  }

  int whole(String name) {
    if (fields.get(name) instanceof Long number && number >= 0 && number <= Integer.MAX_VALUE) {
      return number.intValue();
    }
    throw wrong(name, "a whole number");
  }

  double real(String name) {
    if (fields.get(name) instanceof Number number) {
      return number.doubleValue();
    }
    throw wrong(name, "a number");
  }

  /** A number, or minus infinity for null. */
  double log2(String name) {
    return has(name) ? real(name) : Double.NEGATIVE_INFINITY;
  }

  JsonTree object(String name) {
    if (fields.get(name) instanceof Map<?, ?> map) {
      return of(path + name + ".", map);
    }
    throw wrong(name, "an object");
  }

  List<JsonTree> objects(String name) {
    List<JsonTree> objects = new ArrayList<>();
    for (Object item : list(name)) {
      if (!(item instanceof Map<?, ?> map)) {
        throw wrong(name, "a list of objects");
      }
      objects.add(of(path + name + ".", map));
    }
    return objects;
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Object item : list(name)) {
      if (!(item instanceof String text)) {
        throw wrong(name, "a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  /** Whole numbers, each lowered by {@code base}. */
  int[] wholes(String name, int base) {
    if (fields.get(name) instanceof int[] numbers) {
      int[] lowered = numbers.clone();
      for (int i = 0; i < lowered.length; i++) {
        lowered[i] -= base;
      }
      return lowered;
    }
    throw wrong(name, "a list of whole numbers");
  }

  private List<?> list(String name) {
    @Nullable Object value = fields.get(name);
    if (value instanceof List<?> list) {
      return list;
    }
    if (value instanceof int[] numbers && numbers.length == 0) {
      return List.of();
    }
    throw wrong(name, "a list");
  }
}
