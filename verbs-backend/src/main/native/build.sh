#!/bin/sh
# Builds the native libraries: build.sh JAVA_HOME OUTPUT. What is missing on this machine skips them, with one line that
# says so, and never breaks the build.
set -eu
