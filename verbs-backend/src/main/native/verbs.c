/*
 * The natives of org.remora.verbs.nic.Natives: what DiSNI cannot do, or does in a way that loses what matters.
 *
 * Handles are C pointers, here and in disni.c, so that either library works on the other's objects.
 */
#include "remora.h"

#include <fcntl.h>
#include <infiniband/verbs.h>
#include <poll.h>
#include <rdma/rdma_cma.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#define NAT(result, name) JNIEXPORT result JNICALL Java_org_remora_verbs_nic_Natives_##name

/* More than any event carries: 56 bytes at a connection request, 196 at its acceptance, 148 at its rejection. */
enum { PRIVATE_MAX = 256 };
_Static_assert(sizeof(((struct rdma_conn_param *)0)->private_data_len) == 1, "a length below PRIVATE_MAX");

/* ---- Memory of this process ---- */

NAT(jlong, address)(JNIEnv *env, jclass type, jobject buffer) {
  (void)type;
  return handle((*env)->GetDirectBufferAddress(env, buffer));
}

/* ---- Connections ---- */

/* A connection event as Natives.nextCmEvent lays it out. */
struct event_out {
  int32_t type;
  int32_t status;
  int64_t listening;
  int64_t id;
  int32_t private_bytes;
  uint8_t initiator_depth;
  uint8_t responder_resources;
  uint8_t unused[2];
  uint8_t private_data[PRIVATE_MAX];
};
_Static_assert(sizeof(struct event_out) == 32 + PRIVATE_MAX, "event_out");

NAT(jboolean, nextCmEvent)(JNIEnv *env, jclass type, jlong channel, jlong out) {
  (void)type;
  struct rdma_cm_event *event = NULL;
  struct event_out result;
  if (!present(env, "rdma_get_cm_event", channel) || !present(env, "rdma_get_cm_event", out)) {
    return JNI_FALSE;
  }
  if (rdma_get_cm_event(pointer(channel), &event) != 0) {
    if (errno != EAGAIN && errno != EINTR) {
      fail(env, "rdma_get_cm_event", errno);
    }
    return JNI_FALSE;
  }
  memset(&result, 0, sizeof result);
  result.type = (int32_t)event->event;
  result.status = event->status;
  result.listening = handle(event->listen_id);
  result.id = handle(event->id);
  const struct rdma_conn_param *param = &event->param.conn;
  if (param->private_data != NULL) {
    size_t bytes = param->private_data_len;
    memcpy(result.private_data, param->private_data, bytes);
    result.private_bytes = (int32_t)bytes;
  }
  result.initiator_depth = param->initiator_depth;
  result.responder_resources = param->responder_resources;
  /* Only now: the event's memory is freed with it. */
  int code = rdma_ack_cm_event(event);
  if (code != 0) {
    check(env, "rdma_ack_cm_event", code);
    return JNI_FALSE;
  }
  memcpy(pointer(out), &result, sizeof result);
  return JNI_TRUE;
}

/* Copies at most 255 bytes, the most that a connection's messages count; -1 if there are more. */
static int private_data(JNIEnv *env, jbyteArray data, uint8_t *out) {
  if (data == NULL) {
    return 0;
  }
  jsize bytes = (*env)->GetArrayLength(env, data);
  if (bytes > UINT8_MAX) {
    return -1;
  }
  (*env)->GetByteArrayRegion(env, data, 0, bytes, (jbyte *)out);
  return (int)bytes;
}

static uint8_t at_most_255(jint number) { return (uint8_t)(number < 0 ? 0 : number > UINT8_MAX ? UINT8_MAX : number); }

NAT(void, connect)(JNIEnv *env, jclass type, jlong id, jint depth, jint retry, jint rnr_retry, jbyteArray data) {
  (void)type;
  uint8_t copy[UINT8_MAX];
  if (!present(env, "rdma_connect", id)) {
    return;
  }
  int bytes = private_data(env, data, copy);
  if (bytes < 0) {
    fail(env, "rdma_connect", EMSGSIZE);
    return;
  }
  struct rdma_conn_param param;
  memset(&param, 0, sizeof param);
  param.initiator_depth = at_most_255(depth);
  param.responder_resources = at_most_255(depth);
  param.retry_count = at_most_255(retry);
  param.rnr_retry_count = at_most_255(rnr_retry);
  param.private_data = copy;
  param.private_data_len = (uint8_t)bytes;
  check(env, "rdma_connect", rdma_connect(pointer(id), &param));
}

/* Moves a queue pair that is no part of id to state, with the peer's attributes out of id, and these access flags. */
static int move(struct rdma_cm_id *id, struct ibv_qp *qp, enum ibv_qp_state state, unsigned int access) {
  struct ibv_qp_attr attr;
  int mask = 0;
  memset(&attr, 0, sizeof attr);
  attr.qp_state = state;
  if (rdma_init_qp_attr(id, &attr, &mask) != 0) {
    return errno != 0 ? errno : EIO;
  }
  if ((mask & IBV_QP_ACCESS_FLAGS) != 0) {
    attr.qp_access_flags = access;
  }
  return ibv_modify_qp(qp, &attr, mask);
}

/*
 * Connects this end of a queue pair to the peer of a connection request, so that it never, not for a moment, allows more
 * than access says. rdma_accept on a queue pair made by rdma_create_qp would open it to reads and writes first.
 */
NAT(void, prepare)(JNIEnv *env, jclass type, jlong id, jlong qp, jint access, jint depth, jint rnr_retry) {
  (void)type;
  if (!present(env, "ibv_modify_qp", id) || !present(env, "ibv_modify_qp", qp)) {
    return;
  }
  struct ibv_qp *pair = pointer(qp);
  int code = move(pointer(id), pair, IBV_QPS_INIT, (unsigned int)access);
  if (code == 0) {
    struct ibv_qp_attr attr;
    int mask = 0;
    memset(&attr, 0, sizeof attr);
    attr.qp_state = IBV_QPS_RTR;
    code = rdma_init_qp_attr(pointer(id), &attr, &mask) != 0 ? errno : 0;
    if (code == 0) {
      attr.max_dest_rd_atomic = at_most_255(depth);
      attr.qp_access_flags = (unsigned int)access;
      code = ibv_modify_qp(pair, &attr, mask | IBV_QP_MAX_DEST_RD_ATOMIC);
    }
  }
  if (code == 0) {
    struct ibv_qp_attr attr;
    int mask = 0;
    memset(&attr, 0, sizeof attr);
    attr.qp_state = IBV_QPS_RTS;
    code = rdma_init_qp_attr(pointer(id), &attr, &mask) != 0 ? errno : 0;
    if (code == 0) {
      attr.max_rd_atomic = at_most_255(depth);
      attr.rnr_retry = (uint8_t)(at_most_255(rnr_retry) & 7);
      attr.qp_access_flags = (unsigned int)access;
      code = ibv_modify_qp(pair, &attr, mask | IBV_QP_MAX_QP_RD_ATOMIC | IBV_QP_RNR_RETRY);
    }
  }
  check(env, "ibv_modify_qp", code);
}

/* Accepts a connection request on a queue pair that was prepared. */
NAT(void, accept)(JNIEnv *env, jclass type, jlong id, jlong qp, jint depth, jint rnr_retry, jbyteArray data) {
  (void)type;
  uint8_t copy[UINT8_MAX];
  if (!present(env, "rdma_accept", id) || !present(env, "rdma_accept", qp)) {
    return;
  }
  int bytes = private_data(env, data, copy);
  if (bytes < 0) {
    fail(env, "rdma_accept", EMSGSIZE);
    return;
  }
  struct rdma_conn_param param;
  memset(&param, 0, sizeof param);
  param.initiator_depth = at_most_255(depth);
  param.responder_resources = at_most_255(depth);
  param.rnr_retry_count = at_most_255(rnr_retry);
  param.qp_num = ((struct ibv_qp *)pointer(qp))->qp_num;
  param.private_data = copy;
  param.private_data_len = (uint8_t)bytes;
  check(env, "rdma_accept", rdma_accept(pointer(id), &param));
}

NAT(void, reject)(JNIEnv *env, jclass type, jlong id, jbyteArray data) {
  (void)type;
  uint8_t copy[UINT8_MAX];
  if (!present(env, "rdma_reject", id)) {
    return;
  }
  int bytes = private_data(env, data, copy);
  if (bytes < 0) {
    fail(env, "rdma_reject", EMSGSIZE);
    return;
  }
  check(env, "rdma_reject", rdma_reject(pointer(id), copy, (uint8_t)bytes));
}

/* ---- Queue pairs ---- */

NAT(jlong, createQp)(JNIEnv *env, jclass type, jlong pd, jlong send_cq, jlong recv_cq, jint sends, jint receives,
                     jint inline_max) {
  (void)type;
  if (!present(env, "ibv_create_qp", pd) || !present(env, "ibv_create_qp", send_cq) ||
      !present(env, "ibv_create_qp", recv_cq)) {
    return 0;
  }
  struct ibv_qp_init_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.send_cq = pointer(send_cq);
  attr.recv_cq = pointer(recv_cq);
  attr.qp_type = IBV_QPT_RC;
  attr.cap.max_send_wr = (uint32_t)sends;
  attr.cap.max_recv_wr = (uint32_t)receives;
  attr.cap.max_send_sge = 1;
  attr.cap.max_recv_sge = 1;
  attr.cap.max_inline_data = (uint32_t)inline_max;
  struct ibv_qp *qp = ibv_create_qp(pointer(pd), &attr);
  if (qp == NULL) {
    fail(env, "ibv_create_qp", errno);
  }
  return handle(qp);
}

NAT(void, destroyQp)(JNIEnv *env, jclass type, jlong qp) {
  (void)type;
  if (present(env, "ibv_destroy_qp", qp)) {
    check(env, "ibv_destroy_qp", ibv_destroy_qp(pointer(qp)));
  }
}

/* Back to the beginning: whatever was on its way to this queue pair, or from it, has no effect from here on. */
NAT(void, resetQp)(JNIEnv *env, jclass type, jlong qp) {
  (void)type;
  if (present(env, "ibv_modify_qp", qp)) {
    struct ibv_qp_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.qp_state = IBV_QPS_RESET;
    check(env, "ibv_modify_qp", ibv_modify_qp(pointer(qp), &attr, IBV_QP_STATE));
  }
}

/*
 * Connects a queue pair anew to the peer's of that number, on the path of an established connection id: reset and up
 * again, without the connection manager. Sequences are of 24 bits; timeout is the exponent of 4 us.
 */
NAT(void, restartQp)(JNIEnv *env, jclass type, jlong id, jlong qp, jint access, jint peer_number, jint peer_sequence,
                     jint own_sequence, jint depth, jint timeout) {
  (void)type;
  if (!present(env, "ibv_modify_qp", id) || !present(env, "ibv_modify_qp", qp)) {
    return;
  }
  struct rdma_cm_id *path = pointer(id);
  struct ibv_qp *pair = pointer(qp);
  struct ibv_qp_attr attr;
  int mask = 0;

  memset(&attr, 0, sizeof attr);
  attr.qp_state = IBV_QPS_RESET;
  int code = ibv_modify_qp(pair, &attr, IBV_QP_STATE);
  if (code == 0) {
    code = move(path, pair, IBV_QPS_INIT, (unsigned int)access);
  }
  if (code == 0) {
    memset(&attr, 0, sizeof attr);
    attr.qp_state = IBV_QPS_RTR;
    code = rdma_init_qp_attr(path, &attr, &mask) != 0 ? errno : 0;
  }
  if (code == 0) {
    attr.dest_qp_num = (uint32_t)peer_number & 0xFFFFFF;
    attr.rq_psn = (uint32_t)peer_sequence & 0xFFFFFF;
    attr.max_dest_rd_atomic = at_most_255(depth);
    attr.min_rnr_timer = 1; /* 10 us */
    code = ibv_modify_qp(pair, &attr,
                         mask | IBV_QP_DEST_QPN | IBV_QP_RQ_PSN | IBV_QP_MAX_DEST_RD_ATOMIC | IBV_QP_MIN_RNR_TIMER);
  }
  if (code == 0) {
    memset(&attr, 0, sizeof attr);
    attr.qp_state = IBV_QPS_RTS;
    attr.sq_psn = (uint32_t)own_sequence & 0xFFFFFF;
    attr.max_rd_atomic = at_most_255(depth);
    attr.timeout = (uint8_t)(timeout & 31);
    attr.retry_cnt = 6; /* below 7, which some take for no limit */
    attr.rnr_retry = 7;
    code = ibv_modify_qp(pair, &attr,
                         IBV_QP_STATE | IBV_QP_SQ_PSN | IBV_QP_MAX_QP_RD_ATOMIC | IBV_QP_TIMEOUT | IBV_QP_RETRY_CNT |
                             IBV_QP_RNR_RETRY);
  }
  check(env, "ibv_modify_qp", code);
}

NAT(void, setQpAccess)(JNIEnv *env, jclass type, jlong qp, jint access) {
  (void)type;
  if (present(env, "ibv_modify_qp", qp)) {
    struct ibv_qp_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.qp_access_flags = (unsigned int)access;
    check(env, "ibv_modify_qp", ibv_modify_qp(pointer(qp), &attr, IBV_QP_ACCESS_FLAGS));
  }
}

NAT(void, setQpError)(JNIEnv *env, jclass type, jlong qp) {
  (void)type;
  if (present(env, "ibv_modify_qp", qp)) {
    struct ibv_qp_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.qp_state = IBV_QPS_ERR;
    check(env, "ibv_modify_qp", ibv_modify_qp(pointer(qp), &attr, IBV_QP_STATE));
  }
}

/* state, access flags, retry count, RNR retry count, max inline data, timeout exponent, number of the peer's */
NAT(void, queryQp)(JNIEnv *env, jclass type, jlong qp, jintArray out) {
  (void)type;
  if (!present(env, "ibv_query_qp", qp)) {
    return;
  }
  struct ibv_qp_attr attr;
  struct ibv_qp_init_attr init;
  memset(&attr, 0, sizeof attr);
  memset(&init, 0, sizeof init);
  int code = ibv_query_qp(pointer(qp), &attr,
                          IBV_QP_STATE | IBV_QP_ACCESS_FLAGS | IBV_QP_RETRY_CNT | IBV_QP_RNR_RETRY | IBV_QP_CAP |
                              IBV_QP_TIMEOUT | IBV_QP_DEST_QPN,
                          &init);
  if (code != 0) {
    check(env, "ibv_query_qp", code);
    return;
  }
  const jint values[] = {(jint)attr.qp_state,
                         (jint)attr.qp_access_flags,
                         attr.retry_cnt,
                         attr.rnr_retry,
                         (jint)init.cap.max_inline_data,
                         attr.timeout,
                         (jint)attr.dest_qp_num};
  (*env)->SetIntArrayRegion(env, out, 0, (jsize)(sizeof values / sizeof values[0]), values);
}

/* ---- Work requests that DiSNI does not marshal ---- */

NAT(void, postAtomic)(JNIEnv *env, jclass type, jlong qp, jboolean swap, jlong wr_id, jlong result, jint lkey,
                      jlong remote, jint rkey, jlong compare_or_add, jlong desired, jint flags) {
  (void)type;
  if (!present(env, "ibv_post_send", qp)) {
    return;
  }
  struct ibv_sge sge = {.addr = (uint64_t)result, .length = 8, .lkey = (uint32_t)lkey};
  struct ibv_send_wr wr;
  struct ibv_send_wr *bad = NULL;
  memset(&wr, 0, sizeof wr);
  wr.wr_id = (uint64_t)wr_id;
  wr.sg_list = &sge;
  wr.num_sge = 1;
  wr.opcode = swap ? IBV_WR_ATOMIC_CMP_AND_SWP : IBV_WR_ATOMIC_FETCH_AND_ADD;
  wr.send_flags = (unsigned int)flags;
  wr.wr.atomic.remote_addr = (uint64_t)remote;
  wr.wr.atomic.rkey = (uint32_t)rkey;
  wr.wr.atomic.compare_add = (uint64_t)compare_or_add;
  wr.wr.atomic.swap = (uint64_t)desired;
  check(env, "ibv_post_send", ibv_post_send(pointer(qp), &wr, &bad));
}

/* ---- Memory windows of type 2, bound to one queue pair ---- */

NAT(jlong, allocateWindow)(JNIEnv *env, jclass type, jlong pd) {
  (void)type;
  if (!present(env, "ibv_alloc_mw", pd)) {
    return 0;
  }
  errno = EOPNOTSUPP; /* a device without windows sets none */
  struct ibv_mw *window = ibv_alloc_mw(pointer(pd), IBV_MW_TYPE_2);
  if (window == NULL) {
    fail(env, "ibv_alloc_mw", errno);
  }
  return handle(window);
}

NAT(void, freeWindow)(JNIEnv *env, jclass type, jlong window) {
  (void)type;
  if (present(env, "ibv_dealloc_mw", window)) {
    check(env, "ibv_dealloc_mw", ibv_dealloc_mw(pointer(window)));
  }
}

NAT(jint, windowKey)(JNIEnv *env, jclass type, jlong window) {
  (void)type;
  return present(env, "ibv_mw.rkey", window) ? (jint)((struct ibv_mw *)pointer(window))->rkey : 0;
}

NAT(jint, bindWindow)(JNIEnv *env, jclass type, jlong qp, jlong window, jlong mr, jint key, jlong address, jlong bytes,
                      jint access, jlong wr_id) {
  (void)type;
  if (!present(env, "ibv_post_send", qp) || !present(env, "ibv_post_send", window) ||
      !present(env, "ibv_post_send", mr)) {
    return 0;
  }
  struct ibv_send_wr wr;
  struct ibv_send_wr *bad = NULL;
  memset(&wr, 0, sizeof wr);
  wr.wr_id = (uint64_t)wr_id;
  wr.opcode = IBV_WR_BIND_MW;
  wr.send_flags = IBV_SEND_SIGNALED;
  wr.bind_mw.mw = pointer(window);
  /* The owner chooses the lowest 8 bits: another key each time. */
  wr.bind_mw.rkey = ibv_inc_rkey((uint32_t)key);
  wr.bind_mw.bind_info.mr = pointer(mr);
  wr.bind_mw.bind_info.addr = (uint64_t)address;
  wr.bind_mw.bind_info.length = (uint64_t)bytes;
  wr.bind_mw.bind_info.mw_access_flags = (unsigned int)access;
  int code = ibv_post_send(pointer(qp), &wr, &bad);
  if (code != 0) {
    check(env, "ibv_post_send", code);
    return 0;
  }
  /* The owner keeps the current key; a provider compares it at the next binding. */
  ((struct ibv_mw *)pointer(window))->rkey = wr.bind_mw.rkey;
  return (jint)wr.bind_mw.rkey;
}

NAT(void, invalidateWindow)(JNIEnv *env, jclass type, jlong qp, jint key, jlong wr_id) {
  (void)type;
  if (present(env, "ibv_post_send", qp)) {
    struct ibv_send_wr wr;
    struct ibv_send_wr *bad = NULL;
    memset(&wr, 0, sizeof wr);
    wr.wr_id = (uint64_t)wr_id;
    wr.opcode = IBV_WR_LOCAL_INV;
    wr.send_flags = IBV_SEND_SIGNALED;
    wr.invalidate_rkey = (uint32_t)key;
    check(env, "ibv_post_send", ibv_post_send(pointer(qp), &wr, &bad));
  }
}

/* ---- Registered memory ---- */

NAT(void, changeMrAccess)(JNIEnv *env, jclass type, jlong mr, jint access) {
  (void)type;
  if (present(env, "ibv_rereg_mr", mr)) {
    int code = ibv_rereg_mr(pointer(mr), IBV_REREG_MR_CHANGE_ACCESS, NULL, NULL, 0, access);
    /* Its errors are of its own kind; the reason is in errno. */
    check(env, "ibv_rereg_mr", code == 0 ? 0 : -1);
  }
}

/* ---- Waiting ---- */

NAT(jint, eventChannelFd)(JNIEnv *env, jclass type, jlong channel) {
  (void)type;
  return present(env, "rdma_event_channel.fd", channel) ? ((struct rdma_event_channel *)pointer(channel))->fd : -1;
}

NAT(jint, completionChannelFd)(JNIEnv *env, jclass type, jlong channel) {
  (void)type;
  return present(env, "ibv_comp_channel.fd", channel) ? ((struct ibv_comp_channel *)pointer(channel))->fd : -1;
}

NAT(jint, asyncFd)(JNIEnv *env, jclass type, jlong context) {
  (void)type;
  return present(env, "ibv_context.async_fd", context) ? ((struct ibv_context *)pointer(context))->async_fd : -1;
}

/* Takes the events off a completion channel, which does not block, and acknowledges them. */
NAT(jint, drainCompletionChannel)(JNIEnv *env, jclass type, jlong channel) {
  (void)type;
  jint events = 0;
  if (present(env, "ibv_get_cq_event", channel)) {
    struct ibv_cq *cq = NULL;
    void *context = NULL;
    while (ibv_get_cq_event(pointer(channel), &cq, &context) == 0) {
      ibv_ack_cq_events(cq, 1);
      events++;
    }
  }
  return events;
}

NAT(jint, createWakeup)(JNIEnv *env, jclass type) {
  (void)type;
  int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (fd < 0) {
    fail(env, "eventfd", errno);
  }
  return fd;
}

NAT(void, wake)(JNIEnv *env, jclass type, jint fd) {
  (void)type;
  /* That it is full already is as good. */
  if (eventfd_write(fd, 1) != 0 && errno != EAGAIN) {
    fail(env, "eventfd_write", errno);
  }
}

NAT(void, drainWakeup)(JNIEnv *env, jclass type, jint fd) {
  (void)type;
  eventfd_t count;
  if (eventfd_read(fd, &count) != 0 && errno != EAGAIN) {
    fail(env, "eventfd_read", errno);
  }
}

NAT(void, closeWakeup)(JNIEnv *env, jclass type, jint fd) {
  (void)type;
  if (close(fd) != 0) {
    fail(env, "close", errno);
  }
}

/* A bit for each of at most 31 descriptors that can be read; 0 if none can within ms milliseconds. */
NAT(jint, await)(JNIEnv *env, jclass type, jintArray fds, jint ms) {
  (void)type;
  enum { MAX = 31 };
  struct pollfd polled[MAX];
  jint values[MAX];
  jsize count = (*env)->GetArrayLength(env, fds);
  if (count > MAX) {
    fail(env, "poll", EINVAL);
    return 0;
  }
  (*env)->GetIntArrayRegion(env, fds, 0, count, values);
  for (jsize i = 0; i < count; i++) {
    polled[i].fd = values[i];
    polled[i].events = POLLIN;
    polled[i].revents = 0;
  }
  jint ready = 0;
  if (poll(polled, (nfds_t)count, ms) < 0) {
    if (errno != EINTR) {
      fail(env, "poll", errno);
    }
    return 0;
  }
  for (jsize i = 0; i < count; i++) {
    if (polled[i].revents != 0) {
      ready |= (jint)(1U << i);
    }
  }
  return ready;
}

/* ---- Devices ---- */

NAT(jobjectArray, deviceNames)(JNIEnv *env, jclass type) {
  (void)type;
  int count = 0;
  struct ibv_device **devices = ibv_get_device_list(&count);
  if (devices == NULL) {
    /* The kernel has no such devices at all: as good as an empty list. */
    count = 0;
  }
  jobjectArray names = (*env)->NewObjectArray(env, count, (*env)->FindClass(env, "java/lang/String"), NULL);
  for (int i = 0; names != NULL && i < count; i++) {
    jstring name = (*env)->NewStringUTF(env, ibv_get_device_name(devices[i]));
    if (name == NULL) {
      break;
    }
    (*env)->SetObjectArrayElement(env, names, i, name);
    (*env)->DeleteLocalRef(env, name);
  }
  if (devices != NULL) {
    ibv_free_device_list(devices);
  }
  return names;
}

NAT(jlong, openDevice)(JNIEnv *env, jclass type, jint index) {
  (void)type;
  int count = 0;
  struct ibv_device **devices = ibv_get_device_list(&count);
  if (devices == NULL || index < 0 || index >= count) {
    fail(env, "ibv_open_device", ENODEV);
    if (devices != NULL) {
      ibv_free_device_list(devices);
    }
    return 0;
  }
  struct ibv_context *context = ibv_open_device(devices[index]);
  int code = errno;
  ibv_free_device_list(devices);
  if (context == NULL) {
    fail(env, "ibv_open_device", code);
  }
  return handle(context);
}

NAT(void, closeDevice)(JNIEnv *env, jclass type, jlong context) {
  (void)type;
  if (present(env, "ibv_close_device", context)) {
    check(env, "ibv_close_device", ibv_close_device(pointer(context)));
  }
}

NAT(void, queryDevice)(JNIEnv *env, jclass type, jlong context, jlongArray out) {
  (void)type;
  if (!present(env, "ibv_query_device", context)) {
    return;
  }
  struct ibv_device_attr attr;
  memset(&attr, 0, sizeof attr);
  int code = ibv_query_device(pointer(context), &attr);
  if (code != 0) {
    check(env, "ibv_query_device", code);
    return;
  }
  const jlong values[] = {
      attr.vendor_id,      attr.vendor_part_id, attr.hw_ver,         (jlong)attr.max_mr_size, attr.max_qp,
      attr.max_qp_wr,      attr.max_sge,        attr.max_cq,         attr.max_cqe,            attr.max_mr,
      attr.max_pd,         attr.max_qp_rd_atom, attr.atomic_cap,     attr.max_mw,             attr.phys_port_cnt,
      (jlong)attr.device_cap_flags,
  };
  (*env)->SetLongArrayRegion(env, out, 0, (jsize)(sizeof values / sizeof values[0]), values);
}

NAT(void, queryPort)(JNIEnv *env, jclass type, jlong context, jint port, jlongArray out) {
  (void)type;
  if (!present(env, "ibv_query_port", context)) {
    return;
  }
  struct ibv_port_attr attr;
  memset(&attr, 0, sizeof attr);
  int code = ibv_query_port(pointer(context), (uint8_t)port, &attr);
  if (code != 0) {
    check(env, "ibv_query_port", code);
    return;
  }
  const jlong values[] = {attr.state,       attr.max_mtu,      attr.active_mtu, attr.gid_tbl_len,
                          attr.max_msg_sz,  attr.active_width, attr.active_speed, attr.link_layer};
  (*env)->SetLongArrayRegion(env, out, 0, (jsize)(sizeof values / sizeof values[0]), values);
}

NAT(void, queryGid)(JNIEnv *env, jclass type, jlong context, jint port, jint index, jbyteArray out) {
  (void)type;
  if (!present(env, "ibv_query_gid", context)) {
    return;
  }
  union ibv_gid gid;
  memset(&gid, 0, sizeof gid);
  if (ibv_query_gid(pointer(context), (uint8_t)port, index, &gid) != 0) {
    fail(env, "ibv_query_gid", errno != 0 ? errno : EIO);
    return;
  }
  (*env)->SetByteArrayRegion(env, out, 0, (jsize)sizeof gid.raw, (const jbyte *)gid.raw);
}

/* How many bytes this process may lock; -1 for as many as it likes. */
NAT(jlong, lockableBytes)(JNIEnv *env, jclass type) {
  (void)type;
  struct rlimit limit;
  if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) {
    fail(env, "getrlimit", errno);
    return 0;
  }
  return limit.rlim_cur == RLIM_INFINITY ? -1 : (jlong)limit.rlim_cur;
}
