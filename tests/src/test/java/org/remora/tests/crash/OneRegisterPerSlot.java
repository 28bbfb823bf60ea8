package org.remora.tests.crash;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;
import org.remora.memory.Memory;
import org.remora.memory.OwnSlot;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;

/** A process whose slots have only the first of their registers: every write goes there. */
final class OneRegisterPerSlot {
  private OneRegisterPerSlot() {}

  static ProcessContext of(ProcessContext process) {
    return wrap(
        ProcessContext.class,
        process,
        UnaryOperator.identity(),
        result -> result instanceof Memory memory ? of(memory) : result);
  }

  private static Memory of(Memory memory) {
    return wrap(
        Memory.class,
        memory,
        arguments -> {
          if (arguments != null && arguments.length == 4 && arguments[2] instanceof Value) {
            int register = (int) arguments[1];
            arguments[1] = register - register % OwnSlot.REGISTERS;
          }
          return arguments;
        },
        UnaryOperator.identity());
  }

  private static <T> T wrap(
      Class<T> type, T wrapped, UnaryOperator<Object[]> arguments, UnaryOperator<Object> result) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, given) -> {
              try {
                return result.apply(method.invoke(wrapped, arguments.apply(given)));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
