/* What the two libraries share: errors as exceptions, and handles. */
#ifndef REMORA_H
#define REMORA_H

#include <errno.h>
#include <jni.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A handle is the C pointer. */
static inline void *pointer(jlong handle) { return (void *)(uintptr_t)handle; }

static inline jlong handle(const void *pointer) { return (jlong)(uintptr_t)pointer; }

/* Throws an IOException that names the call and, unless code is 0, the error. */
static inline void fail(JNIEnv *env, const char *call, int code) {
  char message[160];
  char reason[96];
  if (code == 0) {
    (void)snprintf(message, sizeof message, "%s: no such object", call);
  } else {
    (void)snprintf(message, sizeof message, "%s: %s", call, strerror_r(code, reason, sizeof reason));
  }
  jclass type = (*env)->FindClass(env, "java/io/IOException");
  if (type != NULL) {
    (void)(*env)->ThrowNew(env, type, message);
  }
}

/* Whether the call may go on; throws if an object is missing. */
static inline int present(JNIEnv *env, const char *call, jlong object) {
  if (object == 0) {
    fail(env, call, 0);
    return 0;
  }
  return 1;
}

/* Throws if code is not 0, which some calls of the verbs return as the error number and some as -1 with errno. */
static inline void check(JNIEnv *env, const char *call, int code) {
  if (code != 0) {
    fail(env, call, code > 0 ? code : errno != 0 ? errno : EIO);
  }
}

#endif
