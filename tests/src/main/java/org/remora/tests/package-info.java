/**
 * Test kits that a backend's module runs against its own machine. {@link
 * org.remora.tests.MemoryConformance} is the conformance suite of a machine: a backend names its
 * factory in a subclass, and passes.
 */
@NullMarked
package org.remora.tests;

import org.jspecify.annotations.NullMarked;
