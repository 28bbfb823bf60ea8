package org.remora.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A JUnit test over many seeds: its method takes a {@link Trials} and has it check a trial.
 *
 * <pre>{@code
 * @TrialTest(runs = 2_000)
 * void holds(Trials trials) {
 *   trials.check(TRIAL);
 * }
 * }</pre>
 *
 * <p>What stands here, system properties replace: {@code remora.runs}, {@code remora.from}, {@code
 * remora.seed}, {@code remora.diagrams}, and {@code remora.plan}, a plan to run in place of all
 * seeds. A failure's message names the seed and the plan, shrunk.
 */
@Documented
@Test
@ExtendWith(TrialExtension.class)
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface TrialTest {
  /** How many seeds. */
  int runs() default 500;

  /** The first seed; the next run has the next. */
  long from() default 1;

  /** If not 0: this seed alone, once more. */
  long seed() default 0;

  /** A folder for a space-time diagram of what fails, made if need be; none if empty. */
  String diagrams() default "";
}
