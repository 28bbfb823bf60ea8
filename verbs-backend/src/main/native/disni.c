/*
 * The natives that DiSNI 2.1 declares, on libibverbs and librdmacm: an implementation of its own of that interface.
 *
 * A handle is the C pointer of the object; addresses are native memory that the caller owns. A handle of 0 throws or,
 * where DiSNI's interface cannot throw, returns -1. What a handle other than 0 points to cannot be checked.
 */
#include "remora.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <infiniband/verbs.h>
#include <poll.h>
#include <rdma/rdma_cma.h>
#include <sched.h>
#include <stddef.h>

#define NAT(name) Java_com_ibm_disni_verbs_impl_NativeDispatcher__1##name
#define AFFINITY(name) Java_com_ibm_disni_util_NativeAffinity__1##name

enum { INTERFACE_VERSION = 32, SGE_MAX = 4 };

/* The layouts that DiSNI's classes write and read without asking. */
_Static_assert(sizeof(struct sockaddr_in) == 16, "sockaddr_in");
_Static_assert(sizeof(struct ibv_sge) == 16, "ibv_sge");
_Static_assert(sizeof(struct ibv_recv_wr) == 32, "ibv_recv_wr");
_Static_assert(sizeof(struct ibv_wc) == 48, "ibv_wc");
_Static_assert(offsetof(struct ibv_send_wr, send_flags) == 32, "ibv_send_wr.send_flags");
_Static_assert(offsetof(struct ibv_send_wr, wr.rdma.remote_addr) == 40, "ibv_send_wr.remote_addr");
_Static_assert(offsetof(struct ibv_send_wr, wr.rdma.rkey) == 48, "ibv_send_wr.rkey");
_Static_assert(offsetof(struct ibv_wc, byte_len) == 20, "ibv_wc.byte_len");

static int set_nonblocking(int fd) {
  int flags = fcntl(fd, F_GETFL);
  return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

/* 1 if fd becomes readable within ms milliseconds. */
static int readable(int fd, jint ms) {
  struct pollfd polled = {.fd = fd, .events = POLLIN};
  return poll(&polled, 1, ms) > 0 && (polled.revents & POLLIN) != 0;
}

/* An address as DiSNI writes it, whose last 8 bytes are whatever lay there before. */
static struct sockaddr_in address_at(jlong address) {
  struct sockaddr_in read;
  memcpy(&read, pointer(address), sizeof read);
  memset(read.sin_zero, 0, sizeof read.sin_zero);
  return read;
}

/* ---- Connections ---- */

JNIEXPORT jlong JNICALL NAT(createEventChannel)(JNIEnv *env, jobject self) {
  (void)self;
  struct rdma_event_channel *channel = rdma_create_event_channel();
  if (channel == NULL) {
    fail(env, "rdma_create_event_channel", errno);
    return 0;
  }
  if (set_nonblocking(channel->fd) != 0) {
    fail(env, "fcntl", errno);
    rdma_destroy_event_channel(channel);
    return 0;
  }
  return handle(channel);
}

JNIEXPORT jlong JNICALL NAT(createId)(JNIEnv *env, jobject self, jlong channel, jshort port_space) {
  (void)self;
  (void)port_space;
  struct rdma_cm_id *id = NULL;
  if (!present(env, "rdma_create_id", channel)) {
    return 0;
  }
  if (rdma_create_id(pointer(channel), &id, NULL, RDMA_PS_TCP) != 0) {
    fail(env, "rdma_create_id", errno);
    return 0;
  }
  return handle(id);
}

JNIEXPORT jlong JNICALL NAT(createQP)(JNIEnv *env, jobject self, jlong id, jlong pd, jlong send_cq, jlong recv_cq,
                                      jint type, jint send_wr_max, jint recv_wr_max, jint inline_max) {
  (void)self;
  if (!present(env, "rdma_create_qp", id) || !present(env, "rdma_create_qp", pd) ||
      !present(env, "rdma_create_qp", send_cq) || !present(env, "rdma_create_qp", recv_cq)) {
    return 0;
  }
  if (send_wr_max < 0 || recv_wr_max < 0 || inline_max < 0) {
    fail(env, "rdma_create_qp", EINVAL);
    return 0;
  }
  struct rdma_cm_id *cm_id = pointer(id);
  struct ibv_qp_init_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.send_cq = pointer(send_cq);
  attr.recv_cq = pointer(recv_cq);
  attr.qp_type = (enum ibv_qp_type)type;
  attr.cap.max_send_wr = (uint32_t)send_wr_max;
  attr.cap.max_recv_wr = (uint32_t)recv_wr_max;
  attr.cap.max_send_sge = SGE_MAX;
  attr.cap.max_recv_sge = SGE_MAX;
  attr.cap.max_inline_data = (uint32_t)inline_max;
  if (rdma_create_qp(cm_id, pointer(pd), &attr) != 0) {
    fail(env, "rdma_create_qp", errno);
    return 0;
  }
  return handle(cm_id->qp);
}

JNIEXPORT void JNICALL NAT(bindAddr)(JNIEnv *env, jobject self, jlong id, jlong address) {
  (void)self;
  if (present(env, "rdma_bind_addr", id) && present(env, "rdma_bind_addr", address)) {
    struct sockaddr_in to = address_at(address);
    check(env, "rdma_bind_addr", rdma_bind_addr(pointer(id), (struct sockaddr *)&to));
  }
}

JNIEXPORT void JNICALL NAT(listen)(JNIEnv *env, jobject self, jlong id, jint backlog) {
  (void)self;
  if (present(env, "rdma_listen", id)) {
    check(env, "rdma_listen", rdma_listen(pointer(id), backlog));
  }
}

JNIEXPORT void JNICALL NAT(resolveAddr)(JNIEnv *env, jobject self, jlong id, jlong source, jlong destination,
                                        jint ms) {
  (void)self;
  (void)source;
  if (present(env, "rdma_resolve_addr", id) && present(env, "rdma_resolve_addr", destination)) {
    struct sockaddr_in to = address_at(destination);
    check(env, "rdma_resolve_addr", rdma_resolve_addr(pointer(id), NULL, (struct sockaddr *)&to, ms));
  }
}

JNIEXPORT void JNICALL NAT(resolveRoute)(JNIEnv *env, jobject self, jlong id, jint ms) {
  (void)self;
  if (present(env, "rdma_resolve_route", id)) {
    check(env, "rdma_resolve_route", rdma_resolve_route(pointer(id), ms));
  }
}

JNIEXPORT jint JNICALL NAT(getCmEvent)(JNIEnv *env, jobject self, jlong channel, jlong listen_out, jlong id_out,
                                       jint ms) {
  (void)env;
  (void)self;
  struct rdma_event_channel *events = pointer(channel);
  struct rdma_cm_event *event = NULL;
  if (events == NULL || listen_out == 0 || id_out == 0 || !readable(events->fd, ms) ||
      rdma_get_cm_event(events, &event) != 0) {
    return -1;
  }
  int64_t listening = event->listen_id == NULL ? -1 : handle(event->listen_id);
  int64_t id = event->id == NULL ? -1 : handle(event->id);
  int type = (int)event->event;
  memcpy(pointer(listen_out), &listening, sizeof listening);
  memcpy(pointer(id_out), &id, sizeof id);
  return rdma_ack_cm_event(event) == 0 ? type : -1;
}

/* The parameters of both ends: as many reads and atomics outstanding as the device takes. */
static int parameters(struct rdma_cm_id *id, jint retry, jint rnr_retry, struct rdma_conn_param *out) {
  struct ibv_device_attr device;
  memset(out, 0, sizeof *out);
  if (id->verbs == NULL) {
    return ENODEV;
  }
  int code = ibv_query_device(id->verbs, &device);
  if (code != 0) {
    return code;
  }
  uint8_t reads = (uint8_t)(device.max_qp_rd_atom > UINT8_MAX ? UINT8_MAX : device.max_qp_rd_atom);
  out->initiator_depth = reads;
  out->responder_resources = reads;
  out->retry_count = (uint8_t)retry;
  out->rnr_retry_count = (uint8_t)rnr_retry;
  return 0;
}

JNIEXPORT void JNICALL NAT(connect)(JNIEnv *env, jobject self, jlong id, jint retry, jint rnr_retry, jlong data,
                                    jbyte data_bytes) {
  (void)self;
  if (!present(env, "rdma_connect", id)) {
    return;
  }
  struct rdma_conn_param param;
  int code = parameters(pointer(id), retry, rnr_retry, &param);
  if (code == 0) {
    param.private_data = pointer(data);
    param.private_data_len = data == 0 ? 0 : (uint8_t)data_bytes;
    code = rdma_connect(pointer(id), &param);
  }
  check(env, "rdma_connect", code);
}

JNIEXPORT void JNICALL NAT(accept)(JNIEnv *env, jobject self, jlong id, jint retry, jint rnr_retry) {
  (void)self;
  if (!present(env, "rdma_accept", id)) {
    return;
  }
  struct rdma_conn_param param;
  int code = parameters(pointer(id), retry, rnr_retry, &param);
  check(env, "rdma_accept", code != 0 ? code : rdma_accept(pointer(id), &param));
}

JNIEXPORT jint JNICALL NAT(ackCmEvent)(JNIEnv *env, jobject self, jint event) {
  (void)env;
  (void)self;
  (void)event; /* getCmEvent has done it */
  return 0;
}

JNIEXPORT jint JNICALL NAT(disconnect)(JNIEnv *env, jobject self, jlong id) {
  (void)self;
  return present(env, "rdma_disconnect", id) ? rdma_disconnect(pointer(id)) : -1;
}

JNIEXPORT jint JNICALL NAT(destroyEventChannel)(JNIEnv *env, jobject self, jlong channel) {
  (void)env;
  (void)self;
  if (channel == 0) {
    return -1;
  }
  rdma_destroy_event_channel(pointer(channel));
  return 0;
}

JNIEXPORT jint JNICALL NAT(destroyCmId)(JNIEnv *env, jobject self, jlong id) {
  (void)env;
  (void)self;
  return id == 0 ? -1 : rdma_destroy_id(pointer(id));
}

JNIEXPORT jint JNICALL NAT(destroyQP)(JNIEnv *env, jobject self, jlong id) {
  (void)env;
  (void)self;
  struct rdma_cm_id *cm_id = pointer(id);
  if (cm_id == NULL || cm_id->qp == NULL) {
    return -1;
  }
  rdma_destroy_qp(cm_id);
  return 0;
}

JNIEXPORT jint JNICALL NAT(getSrcAddr)(JNIEnv *env, jobject self, jlong id, jlong out) {
  (void)env;
  (void)self;
  if (id == 0 || out == 0) {
    return -1;
  }
  memcpy(pointer(out), rdma_get_local_addr(pointer(id)), sizeof(struct sockaddr_in));
  return 0;
}

JNIEXPORT jint JNICALL NAT(getDstAddr)(JNIEnv *env, jobject self, jlong id, jlong out) {
  (void)env;
  (void)self;
  if (id == 0 || out == 0) {
    return -1;
  }
  memcpy(pointer(out), rdma_get_peer_addr(pointer(id)), sizeof(struct sockaddr_in));
  return 0;
}

JNIEXPORT jint JNICALL NAT(destroyEp)(JNIEnv *env, jobject self, jlong id) {
  (void)env;
  (void)self;
  if (id == 0) {
    return -1;
  }
  rdma_destroy_ep(pointer(id));
  return 0;
}

/* ---- Protection domains, completion queues, memory ---- */

JNIEXPORT jlong JNICALL NAT(allocPd)(JNIEnv *env, jobject self, jlong context) {
  (void)self;
  if (!present(env, "ibv_alloc_pd", context)) {
    return 0;
  }
  struct ibv_pd *pd = ibv_alloc_pd(pointer(context));
  if (pd == NULL) {
    fail(env, "ibv_alloc_pd", errno);
  }
  return handle(pd);
}

JNIEXPORT jlong JNICALL NAT(createCompChannel)(JNIEnv *env, jobject self, jlong context) {
  (void)self;
  if (!present(env, "ibv_create_comp_channel", context)) {
    return 0;
  }
  struct ibv_comp_channel *channel = ibv_create_comp_channel(pointer(context));
  if (channel == NULL) {
    fail(env, "ibv_create_comp_channel", errno);
    return 0;
  }
  if (set_nonblocking(channel->fd) != 0) {
    fail(env, "fcntl", errno);
    (void)ibv_destroy_comp_channel(channel);
    return 0;
  }
  return handle(channel);
}

JNIEXPORT jlong JNICALL NAT(createCQ)(JNIEnv *env, jobject self, jlong context, jlong channel, jint entries,
                                      jint vector) {
  (void)self;
  if (!present(env, "ibv_create_cq", context) || !present(env, "ibv_create_cq", channel)) {
    return 0;
  }
  struct ibv_cq *cq = ibv_create_cq(pointer(context), entries, NULL, pointer(channel), vector);
  if (cq == NULL) {
    fail(env, "ibv_create_cq", errno);
  }
  return handle(cq);
}

JNIEXPORT jint JNICALL NAT(modifyQP)(JNIEnv *env, jobject self, jlong qp, jlong attributes) {
  (void)self;
  (void)qp;
  (void)attributes;
  /* DiSNI's classes never pass the attributes; to guess at them would leave the queue pair in an unknown state. */
  fail(env, "ibv_modify_qp: DiSNI passes no attributes", EINVAL);
  return -1;
}

JNIEXPORT jlong JNICALL NAT(regMr)(JNIEnv *env, jobject self, jlong pd, jlong address, jint length, jint access,
                                   jlong lkey_out, jlong rkey_out, jlong handle_out) {
  (void)self;
  if (!present(env, "ibv_reg_mr", pd) || !present(env, "ibv_reg_mr", address)) {
    return 0;
  }
  if (length < 0) {
    fail(env, "ibv_reg_mr", EINVAL);
    return 0;
  }
  struct ibv_mr *mr = ibv_reg_mr(pointer(pd), pointer(address), (size_t)length, (unsigned int)access);
  if (mr == NULL) {
    fail(env, "ibv_reg_mr", errno);
    return 0;
  }
  memcpy(pointer(lkey_out), &mr->lkey, sizeof mr->lkey);
  memcpy(pointer(rkey_out), &mr->rkey, sizeof mr->rkey);
  memcpy(pointer(handle_out), &mr->handle, sizeof mr->handle);
  return handle(mr);
}

/* On-demand paging and prefetching were extensions of one vendor, which its driver has since left. */
JNIEXPORT jint JNICALL NAT(queryOdpSupport)(JNIEnv *env, jobject self, jlong context) {
  (void)env;
  (void)self;
  (void)context;
  return -1;
}

JNIEXPORT jint JNICALL NAT(expPrefetchMr)(JNIEnv *env, jobject self, jlong mr, jlong address, jint length) {
  (void)env;
  (void)self;
  (void)mr;
  (void)address;
  (void)length;
  return -1;
}

JNIEXPORT void JNICALL NAT(deregMr)(JNIEnv *env, jobject self, jlong mr) {
  (void)self;
  if (present(env, "ibv_dereg_mr", mr)) {
    check(env, "ibv_dereg_mr", ibv_dereg_mr(pointer(mr)));
  }
}

/* ---- Work requests and completions ---- */

JNIEXPORT void JNICALL NAT(postSend)(JNIEnv *env, jobject self, jlong qp, jlong list) {
  (void)self;
  struct ibv_send_wr *bad = NULL;
  if (present(env, "ibv_post_send", qp) && present(env, "ibv_post_send", list)) {
    check(env, "ibv_post_send", ibv_post_send(pointer(qp), pointer(list), &bad));
  }
}

JNIEXPORT void JNICALL NAT(postRecv)(JNIEnv *env, jobject self, jlong qp, jlong list) {
  (void)self;
  struct ibv_recv_wr *bad = NULL;
  if (present(env, "ibv_post_recv", qp) && present(env, "ibv_post_recv", list)) {
    check(env, "ibv_post_recv", ibv_post_recv(pointer(qp), pointer(list), &bad));
  }
}

JNIEXPORT jint JNICALL NAT(getCqEvent)(JNIEnv *env, jobject self, jlong channel, jint ms) {
  (void)self;
  struct ibv_comp_channel *events = pointer(channel);
  struct ibv_cq *cq = NULL;
  void *context = NULL;
  if (!present(env, "ibv_get_cq_event", channel)) {
    return -1;
  }
  return readable(events->fd, ms) && ibv_get_cq_event(events, &cq, &context) == 0 ? 0 : -1;
}

JNIEXPORT jint JNICALL NAT(pollCQ)(JNIEnv *env, jobject self, jlong cq, jint count, jlong completions) {
  (void)self;
  if (!present(env, "ibv_poll_cq", cq) || !present(env, "ibv_poll_cq", completions)) {
    return -1;
  }
  return ibv_poll_cq(pointer(cq), count, pointer(completions));
}

JNIEXPORT jint JNICALL NAT(reqNotifyCQ)(JNIEnv *env, jobject self, jlong cq, jint solicited) {
  (void)self;
  return present(env, "ibv_req_notify_cq", cq) ? ibv_req_notify_cq(pointer(cq), solicited) : -1;
}

JNIEXPORT jint JNICALL NAT(ackCqEvent)(JNIEnv *env, jobject self, jlong cq, jint count) {
  (void)env;
  (void)self;
  if (cq == 0 || count < 0) {
    return -1;
  }
  ibv_ack_cq_events(pointer(cq), (unsigned int)count);
  return 0;
}

JNIEXPORT jint JNICALL NAT(destroyCompChannel)(JNIEnv *env, jobject self, jlong channel) {
  (void)env;
  (void)self;
  return channel == 0 ? -1 : ibv_destroy_comp_channel(pointer(channel));
}

JNIEXPORT jint JNICALL NAT(deallocPd)(JNIEnv *env, jobject self, jlong pd) {
  (void)env;
  (void)self;
  return pd == 0 ? -1 : ibv_dealloc_pd(pointer(pd));
}

JNIEXPORT jint JNICALL NAT(destroyCQ)(JNIEnv *env, jobject self, jlong cq) {
  (void)env;
  (void)self;
  return cq == 0 ? -1 : ibv_destroy_cq(pointer(cq));
}

/* ---- Attributes ---- */

JNIEXPORT jlong JNICALL NAT(getContext)(JNIEnv *env, jobject self, jlong id) {
  (void)self;
  if (!present(env, "rdma_cm_id.verbs", id)) {
    return 0;
  }
  struct rdma_cm_id *cm_id = pointer(id);
  return cm_id->verbs == NULL ? -1 : handle(cm_id->verbs);
}

JNIEXPORT jint JNICALL NAT(getQpNum)(JNIEnv *env, jobject self, jlong qp) {
  (void)self;
  return present(env, "ibv_qp.qp_num", qp) ? (jint)((struct ibv_qp *)pointer(qp))->qp_num : -1;
}

JNIEXPORT jint JNICALL NAT(getContextFd)(JNIEnv *env, jobject self, jlong context) {
  (void)self;
  return present(env, "ibv_context.cmd_fd", context) ? ((struct ibv_context *)pointer(context))->cmd_fd : -1;
}

JNIEXPORT jint JNICALL NAT(getContextNumCompVectors)(JNIEnv *env, jobject self, jlong context) {
  (void)self;
  return present(env, "ibv_context.num_comp_vectors", context)
             ? ((struct ibv_context *)pointer(context))->num_comp_vectors
             : -1;
}

JNIEXPORT jint JNICALL NAT(getPdHandle)(JNIEnv *env, jobject self, jlong pd) {
  (void)self;
  return present(env, "ibv_pd.handle", pd) ? (jint)((struct ibv_pd *)pointer(pd))->handle : -1;
}

#define CONSTANT(name, value)                            \
  JNIEXPORT jint JNICALL NAT(name)(JNIEnv * env, jobject self) { \
    (void)env;                                           \
    (void)self;                                          \
    return (jint)(value);                                \
  }

CONSTANT(getSockAddrInSize, sizeof(struct sockaddr_in))
CONSTANT(getIbvRecvWRSize, sizeof(struct ibv_recv_wr))
CONSTANT(getIbvSendWRSize, sizeof(struct ibv_send_wr))
CONSTANT(getIbvSgeSize, sizeof(struct ibv_sge))
CONSTANT(getIbvWCSize, sizeof(struct ibv_wc))
CONSTANT(getRemoteAddressOffset, offsetof(struct ibv_send_wr, wr.rdma.remote_addr))
CONSTANT(getRKeyOffset, offsetof(struct ibv_send_wr, wr.rdma.rkey))
CONSTANT(getVersion, INTERFACE_VERSION)

/* ---- The processors of the calling thread, as a mask of the first 64 ---- */

JNIEXPORT void JNICALL AFFINITY(setAffinity)(JNIEnv *env, jclass type, jlong mask) {
  (void)env;
  (void)type;
  cpu_set_t set;
  CPU_ZERO(&set);
  for (size_t cpu = 0; cpu < 64; cpu++) {
    if (((uint64_t)mask >> cpu & 1) != 0) {
      CPU_SET(cpu, &set);
    }
  }
  (void)sched_setaffinity(0, sizeof set, &set);
}

JNIEXPORT jlong JNICALL AFFINITY(getAffinity)(JNIEnv *env, jclass type) {
  (void)env;
  (void)type;
  cpu_set_t set;
  uint64_t mask = 0;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) {
    return -1;
  }
  for (size_t cpu = 0; cpu < 64; cpu++) {
    if (CPU_ISSET(cpu, &set)) {
      mask |= (uint64_t)1 << cpu;
    }
  }
  return (jlong)mask;
}
