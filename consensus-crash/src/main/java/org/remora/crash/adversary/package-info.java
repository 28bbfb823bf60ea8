/**
 * What a Byzantine process can do to algorithms that tolerate crashes only: to show that they
 * tolerate no more.
 */
@org.jspecify.annotations.NullMarked
package org.remora.crash.adversary;
