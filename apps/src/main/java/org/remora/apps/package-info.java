/** The {@code remora} command. */
@NullMarked
package org.remora.apps;

import org.jspecify.annotations.NullMarked;
