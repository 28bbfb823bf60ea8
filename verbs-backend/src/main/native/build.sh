#!/bin/sh
# Builds the native libraries: build.sh JAVA_HOME OUTPUT
#
# OUTPUT/linux-ARCH/libdisni.so holds the natives that DiSNI declares, libremora-verbs.so those of our own.
# What is missing on this machine skips them, with one line that says so, and the build goes on without; with
# REMORA_NATIVE=required it fails instead.
set -eu
java=$1
output=$2/linux-$(uname -m)
here=$(dirname "$0")
cc=${CC:-cc}

skip() {
  echo "verbs-backend: without native libraries: $1" >&2
  [ "${REMORA_NATIVE:-}" != required ] || exit 1
  exit 0
}

command -v "$cc" >/dev/null || skip "there is no C compiler (Debian: gcc)"
for header in "$java/include/jni.h" /usr/include/infiniband/verbs.h /usr/include/rdma/rdma_cma.h; do
  [ -e "$header" ] || skip "there is no $header (Debian: libibverbs-dev librdmacm-dev)"
done

# Nothing to do if no source is newer.
newest=$output/libremora-verbs.so
if [ -e "$newest" ] && [ -z "$(find "$here" -newer "$newest" -print -quit)" ]; then exit 0; fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
mkdir -p "$output"

# build NAME SOURCE LIBRARIES..
build() {
  name=$1 source=$2
  shift 2
  # SANITIZE=address,undefined makes libraries that look at what they do; the checks are found when they are loaded.
  if [ -n "${SANITIZE:-}" ]; then defs=; else defs=-Wl,-z,defs; fi
  "$cc" -std=c11 -D_GNU_SOURCE -O2 -g -fPIC -shared -fvisibility=hidden \
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wformat=2 -Werror \
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fno-strict-aliasing \
    ${SANITIZE:+-fsanitize=$SANITIZE -fno-omit-frame-pointer} \
    -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed $defs \
    -I"$java/include" -I"$java/include/linux" -o "$output/.$name" "$here/$source" "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    rm -f "$output"/.lib*.so
    skip "$source does not compile with $cc"
  }
  mv "$output/.$name" "$output/$name"
}

build libdisni.so disni.c -libverbs -lrdmacm
build libremora-verbs.so verbs.c -libverbs -lrdmacm
