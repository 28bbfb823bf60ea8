/**
 * Measures replicated logs side by side: every one is a whole cluster with its client in a JVM of
 * its own, under the same closed loop, beside the floors of the machine.
 */
@org.jspecify.annotations.NullMarked
package org.remora.bench;
