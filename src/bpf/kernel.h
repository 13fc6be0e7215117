// What ProcNet's BPF programs need of the kernel: the part of its user API that they use (include/uapi/linux/bpf.h, whose
// layouts and numbers are fixed for good) and, under "relocated", the few fields of its own structures that they read. libbpf
// moves those accesses to where the running kernel has the fields (CO-RE), so that one object serves every kernel and both
// little-endian architectures. Nothing but clang is needed to build: no kernel headers, no vmlinux.h.
#pragma once

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef int __s32;
typedef long long __s64;

#define SEC(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))
#define __uint(name, value) int(*name)[value]
#define ENUM_VALUE_EXISTS 0 // BPF_ENUMVAL_EXISTS
#define ENUM_VALUE 1 // BPF_ENUMVAL_VALUE
#define __type(name, value) typeof(value) *name

enum bpf_map_type
{
    BPF_MAP_TYPE_HASH = 1,
    BPF_MAP_TYPE_ARRAY = 2,
    BPF_MAP_TYPE_PERCPU_ARRAY = 6,
    BPF_MAP_TYPE_LRU_HASH = 9,
    BPF_MAP_TYPE_SK_STORAGE = 24,
};

enum
{
    BPF_ANY = 0,
    BPF_NOEXIST = 1,
    BPF_F_NO_PREALLOC = 1,
    BPF_F_CLONE = 1 << 9,
    BPF_SK_STORAGE_GET_F_CREATE = 1,
    TCP_ESTABLISHED = 1, // BPF_TCP_ESTABLISHED
    TCP_LISTEN = 10, // BPF_TCP_LISTEN
};

struct bpf_sock
{
    __u32 bound_dev_if, family, type, protocol, mark, priority;
    __u32 src_ip4, src_ip6[4], src_port; // addresses in network order; src_port in host order
    __u16 dst_port, : 16; // network order
    __u32 dst_ip4, dst_ip6[4], state;
    __s32 rx_queue_mapping;
};

struct __sk_buff
{
    __u32 len, pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto, priority;
    __u32 ingress_ifindex, ifindex, tc_index, cb[5], hash, tc_classid, data, data_end, napi_id;
    __u32 family, remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port, data_meta;
    __u64 flow_keys, tstamp;
    __u32 wire_len, gso_segs;
    union
    {
        struct bpf_sock *sk;
        __u64 : 64;
    } __attribute__((aligned(8)));
    __u32 gso_size;
    __u8 tstamp_type, : 8;
    __u16 : 16;
    __u64 hwtstamp;
};

struct bpf_sock_addr
{
    __u32 user_family, user_ip4, user_ip6[4], user_port, family, type, protocol, msg_src_ip4, msg_src_ip6[4];
    union
    {
        struct bpf_sock *sk;
        __u64 : 64;
    } __attribute__((aligned(8)));
};

// Helpers, by their numbers in the user API.
static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const bpf_map_update_elem)(void *map, const void *key, const void *value, __u64 flags) = (void *)2;
static __u64 (*const bpf_ktime_get_ns)(void) = (void *)5;
static __u64 (*const bpf_get_current_pid_tgid)(void) = (void *)14;
static __u64 (*const bpf_get_current_uid_gid)(void) = (void *)15;
static long (*const bpf_get_current_comm)(void *buffer, __u32 length) = (void *)16;
static long (*const bpf_skb_load_bytes)(const void *skb, __u32 offset, void *to, __u32 length) = (void *)26;
static __u64 (*const bpf_get_socket_cookie)(void *context) = (void *)46;
static struct bpf_sock *(*const bpf_sk_fullsock)(struct bpf_sock *socket) = (void *)95;
static void *(*const bpf_sk_storage_get)(void *map, void *socket, void *value, __u64 flags) = (void *)107;
static long (*const bpf_probe_read_kernel)(void *to, __u32 size, const void *from) = (void *)113;
static long (*const bpf_probe_read_kernel_str)(void *to, __u32 size, const void *from) = (void *)115;
static long (*const bpf_seq_write)(void *seq, const void *data, __u32 length) = (void *)127;
static struct task_struct *(*const bpf_get_current_task_btf)(void) = (void *)158;
static __u64 (*const bpf_ktime_get_coarse_ns)(void) = (void *)160;
static long (*const bpf_get_func_ret)(void *context, __u64 *value) = (void *)184;
static struct socket *(*const bpf_sock_from_file)(void *file) = (void *)162;

// Relocated: only the names and types matter here, libbpf finds the places.
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct seq_file;

struct ns_common
{
    __u32 inum;
};

struct user_namespace
{
    int level;
};

struct net
{
    struct ns_common ns;
    struct user_namespace *user_ns;
};

struct nsproxy
{
    struct net *net_ns;
};

typedef struct
{
    __u32 val;
} kuid_t;

struct cred
{
    kuid_t euid;
};

struct files_struct;

struct task_struct
{
    struct files_struct *files;
    int pid, tgid;
    __u64 start_boottime;
    struct task_struct *group_leader, *real_parent;
    const struct cred *cred;
    struct nsproxy *nsproxy;
    char comm[16];
};

struct linux_binprm
{
    const char *interp;
};

typedef struct
{
    struct net *net;
} possible_net_t;

typedef struct
{
    __s64 counter;
} atomic64_t;

struct sock_common
{
    __u16 skc_family;
    possible_net_t skc_net;
    atomic64_t skc_cookie;
};

struct sock
{
    struct sock_common __sk_common;
    __u16 sk_type, sk_protocol;
};

struct net_device
{
    possible_net_t nd_net;
};

struct sk_buff
{
    struct sock *sk;
    struct net_device *dev;
    unsigned int len;
    __u16 network_header;
    unsigned int end; // an offset, as on every machine of 64 bits
    unsigned char *head, *data;
};

struct sk_buff_head
{
    struct sk_buff *next, *prev;
};

struct neighbour
{
    struct sk_buff_head arp_queue;
};

struct skb_shared_info
{
    unsigned short gso_segs;
};

// Why the kernel drops a packet (Linux 5.17): the numbers differ from kernel to kernel, libbpf finds them by their names.
enum skb_drop_reason
{
    SKB_DROP_REASON_QDISC_DROP = 1,
    SKB_DROP_REASON_QDISC_OVERLIMIT,
    SKB_DROP_REASON_QDISC_CONGESTED,
    SKB_DROP_REASON_CAKE_FLOOD,
    SKB_DROP_REASON_FQ_BAND_LIMIT,
    SKB_DROP_REASON_FQ_HORIZON_LIMIT,
    SKB_DROP_REASON_FQ_FLOW_LIMIT,
    SKB_DROP_REASON_DUALPI2_STEP_DROP,
    SKB_DROP_REASON_TC_EGRESS,
    SKB_DROP_REASON_NEIGH_CREATEFAIL,
    SKB_DROP_REASON_NEIGH_FAILED,
    SKB_DROP_REASON_NEIGH_QUEUEFULL,
    SKB_DROP_REASON_NEIGH_DEAD,
    SKB_DROP_REASON_NEIGH_HH_FILLFAIL,
};

struct socket
{
    struct sock *sk;
};

struct inode
{
    unsigned long i_ino;
};

struct file
{
    struct inode *f_inode;
};

struct bpf_iter_meta
{
    struct seq_file *seq;
};

struct bpf_iter__task_file
{
    struct bpf_iter_meta *meta;
    struct task_struct *task;
    __u32 fd;
    struct file *file;
};

#pragma clang attribute pop
