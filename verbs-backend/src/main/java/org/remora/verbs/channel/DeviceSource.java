package org.remora.verbs.channel;

import java.io.IOException;

/** Looks for a device, when a selector is opened. */
@FunctionalInterface
interface DeviceSource {
  RdmaDevice find() throws IOException;
}
