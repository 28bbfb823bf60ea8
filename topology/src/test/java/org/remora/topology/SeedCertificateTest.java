package org.remora.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeedCertificateTest {

  private static void permutations(int[] p, int k, List<int[]> all) {
    if (k == p.length) {
      all.add(p.clone());
    }
    for (int i = k; i < p.length; i++) {
      int swap = p[k];
      p[k] = p[i];
      p[i] = swap;
      permutations(p, k + 1, all);
      p[i] = p[k];
      p[k] = swap;
    }
  }

  private static int[] identity(int n) {
    int[] p = new int[n];
    Arrays.setAll(p, i -> i);
    return p;
  }

  /** All matchings that leave nobody out, or one if n is odd; −1 stands for nobody. */
  private static void matchings(int[] partner, boolean[] done, List<int[]> all, boolean mayLeave) {
    int v = 0;
    while (v < partner.length && done[v]) {
      v++;
    }
    if (v == partner.length) {
      all.add(partner.clone());
      return;
    }
    done[v] = true;
    if (mayLeave) {
      partner[v] = -1;
      matchings(partner, done, all, false);
    }
    for (int u = v + 1; u < partner.length; u++) {
      if (!done[u]) {
        done[u] = true;
        partner[v] = u;
        partner[u] = v;
        matchings(partner, done, all, mayLeave);
        done[u] = false;
      }
    }
    done[v] = false;
  }

  private static boolean isBad(int[] image, int s, int t) {
    for (int v = 0; v < image.length; v++) {
      int u = image[v];
      if (u >= 0 && ((v < s && u >= s && u < s + t) || (u < s && v >= s && v < s + t))) {
        return false;
      }
    }
    return true;
  }

  private static double choose(int n, int s, int t) {
    double value = 1;
    for (int i = 0; i < s + t; i++) {
      value *= n - i;
    }
    for (int i = 2; i <= s; i++) {
      value /= i;
    }
    for (int i = 2; i <= t; i++) {
      value /= i;
    }
    return value;
  }

  @Test
  void theChancesAreThoseOfCountingAllPermutationsAndMatchings() {
    for (int n = 3; n <= 7; n++) {
      List<int[]> permutations = new ArrayList<>();
      permutations(identity(n), 0, permutations);
      List<int[]> matchings = new ArrayList<>();
      matchings(new int[n], new boolean[n], matchings, n % 2 == 1);
      int t = (n + 1) / 2;
      for (int s = 1; s <= n - t; s++) {
        for (int kind = 0; kind < 2; kind++) {
          List<int[]> all = kind == 0 ? permutations : matchings;
          long bad = 0;
          for (int[] image : all) {
            bad += isBad(image, s, t) ? 1 : 0;
          }
          double expected =
              Math.log(choose(n, s, t) * Math.pow((double) bad / all.size(), 3)) / Math.log(2);
          double bound =
              new SeedCertificate(n, kind == 0 ? 3 : 0, kind == 0 ? 0 : 3).failureLog2(s, t);
          if (bad == 0) {
            assertThat(bound).isNegative().isInfinite();
          } else {
            assertThat(bound)
                .isCloseTo(expected, within(1e-9))
                .isGreaterThanOrEqualTo(expected - 1e-12);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 8, 808",
    "1000, 16, 913",
    "10000, 16, 9168",
    "100000, 4, 64220",
    "100000, 8, 81557",
    "100000, 16, 91723",
    "100000, 32, 96275",
    "100, 8, 73",
    "200, 16, 179"
  })
  void pinnedTolerances(int n, int d, int tolerance) {
    assertThat(new SeedCertificate(n, d / 2, 0).tolerance(0, 0)).isEqualTo(tolerance);
  }

  @Test
  void choicesAndLostEdgesArePaidFor() {
    SeedCertificate certificate = new SeedCertificate(1000, 8, 0);
    assertThat(certificate.tolerance(40, 0)).isBetween(900, 912);
    assertThat(certificate.tolerance(0, 5)).isBetween(913 - 5, 912);
    assertThat(certificate.tolerance(0, 100)).isBetween(913 - 50, 912);
    assertThat(certificate.tolerance(0, 900)).isEqualTo(499);
  }

  @Test
  void logarithmsOfFactorialsAreRight() {
    LogFactorials ln = new LogFactorials(30);
    double product = 1;
    for (int k = 1; k <= 20; k++) {
      product *= k;
      assertThat(ln.factorial(k))
          .isCloseTo(Math.log(product), within(1e-13 * Math.log(product) + 1e-15));
    }
    assertThat(ln.doubleFactorial(-1)).isZero();
    assertThat(ln.doubleFactorial(7)).isCloseTo(Math.log(105), within(1e-14));
    assertThat(ln.doubleFactorial(8)).isCloseTo(Math.log(384), within(1e-14));
  }

  /** Growing uniform layers of 3 nodes to 5 and back gives every layer equally often. */
  @Test
  void growthAndShrinkageKeepLayersUniform() {
    for (int kind = 0; kind < 2; kind++) {
      for (int[] sizes : new int[][] {{3, 4}, {4, 5}, {3, 5}}) {
        Map<String, Integer> grown = new HashMap<>();
        Map<String, Integer> shrunk = new HashMap<>();
        int runs = 24_000;
        for (int run = 0; run < runs; run++) {
          Construction.Grow grow =
              new Construction.Grow(sizes[1] - sizes[0], Graphs.seed(1_000_000 + run));
          grown.merge(layer(sizes[0], kind, run, grow), 1, Integer::sum);
          List<Integer> gone = new ArrayList<>(List.of(1));
          if (sizes[1] - sizes[0] == 2) {
            gone.add(3);
          }
          shrunk.merge(layer(sizes[1], kind, run, new Construction.Shrink(gone)), 1, Integer::sum);
        }
        assertUniform(grown, kind == 0 ? factorial(sizes[1]) : matchings(sizes[1]), runs);
        assertUniform(shrunk, kind == 0 ? factorial(sizes[0]) : matchings(sizes[0]), runs);
      }
    }
  }

  private static int factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
  }

  private static int matchings(int n) {
    return n < 2 ? 1 : n % 2 == 0 ? (n - 1) * matchings(n - 2) : n * matchings(n - 1);
  }

  private static String layer(int n, int kind, int run, Construction.Change change) {
    Construction.RandomLayers origin =
        new Construction.RandomLayers(
            Graphs.seed(run), n, 1 - kind, kind, List.of(), List.of(change));
    return Layers.replay(origin).describe();
  }

  private static void assertUniform(Map<String, Integer> counts, int outcomes, int runs) {
    assertThat(counts).hasSize(outcomes);
    double mean = (double) runs / outcomes;
    double chiSquared = 0;
    for (int count : counts.values()) {
      chiSquared += (count - mean) * (count - mean) / mean;
    }
    // Mean outcomes − 1, standard deviation √(2(outcomes − 1)): six of them, and some for few.
    assertThat(chiSquared).isLessThan(outcomes + 6 * Math.sqrt(2.0 * outcomes) + 10);
  }
}
