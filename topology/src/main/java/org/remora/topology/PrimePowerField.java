package org.remora.topology;

/** The finite field of q elements, q a prime power; elements are the numbers 0..q−1. */
final class PrimePowerField {
  private final int order;
  private final int prime;
  private final int[] exp;
  private final int[] log;

  PrimePowerField(int order) {
    this.order = order;
    this.prime = smallestFactor(order);
    if (!isPrimePower(order)) {
      throw new BadGraphException(order + " is no prime power");
    }
    exp = new int[order];
    log = new int[order];
    if (order == prime) {
      for (int g = 1; !fill(g, 0); g++) {
        // Try the next generator.
      }
    } else {
      // x^k = −(lower coefficients): find coefficients for which x generates the field.
      for (int polynomial = 1; !fill(prime, polynomial); polynomial++) {
        // Try the next polynomial.
      }
    }
  }

  static boolean isPrimePower(int q) {
    if (q < 2) {
      return false;
    }
    int p = smallestFactor(q);
    int rest = q;
    while (rest % p == 0) {
      rest /= p;
    }
    return rest == 1;
  }

  private static int smallestFactor(int q) {
    for (int p = 2; p * p <= q; p++) {
      if (q % p == 0) {
        return p;
      }
    }
    return q;
  }

  /** Lists the powers of the generator; false if they are not all of the field but 0. */
  private boolean fill(int generator, int polynomial) {
    boolean[] seen = new boolean[order];
    int power = 1;
    for (int i = 0; i < order - 1; i++) {
      if (power == 0 || seen[power]) {
        return false;
      }
      seen[power] = true;
      exp[i] = power;
      log[power] = i;
      power = order == prime ? power * generator % order : timesX(power, polynomial);
    }
    return power == 1;
  }

  /** Digits to the base of the prime are coefficients; x^k is replaced by {@code polynomial}. */
  private int timesX(int element, int polynomial) {
    int top = element / (order / prime);
    int shifted = element % (order / prime) * prime;
    int result = 0;
    for (int scale = 1; scale < order; scale *= prime) {
      int digit = shifted / scale % prime + top * (polynomial / scale % prime);
      result += digit % prime * scale;
    }
    return result;
  }

  int times(int a, int b) {
    return a == 0 || b == 0 ? 0 : exp[(log[a] + log[b]) % (order - 1)];
  }

  int inverse(int a) {
    return exp[(order - 1 - log[a]) % (order - 1)];
  }

  int minus(int a) {
    int result = 0;
    for (int scale = 1; scale < order; scale *= prime) {
      result += (prime - a / scale % prime) % prime * scale;
    }
    return result;
  }

  int plus(int a, int b) {
    if (order == prime) {
      return (a + b) % prime;
    }
    int result = 0;
    for (int scale = 1; scale < order; scale *= prime) {
      result += (a / scale + b / scale) % prime * scale;
    }
    return result;
  }
}
