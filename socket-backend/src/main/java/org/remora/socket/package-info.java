/**
 * Machines of real threads and real time. {@link org.remora.socket.LocalMachine} holds its memories
 * in this JVM: the embedded default.
 *
 * <p>Each process has an event loop of its own, one thread, on which all of its callbacks run. An
 * operation on a memory of this JVM takes effect on that same thread, in the submitting call, and
 * its completion is the loop's next task: no other thread stands between a process and its
 * memories, and only messages and tasks from outside pass from thread to thread.
 *
 * <p>{@link org.remora.socket.MemoryHost} serves a memory over TCP or a Unix-domain socket, and
 * {@link org.remora.socket.SocketProcess} is one process of a group that reaches its memories and
 * the other processes so. {@link org.remora.socket.SocketMachine} puts hosts and processes into one
 * JVM. {@code docs/PROTOCOL.md} draws what they say to each other.
 */
@NullMarked
package org.remora.socket;

import org.jspecify.annotations.NullMarked;
