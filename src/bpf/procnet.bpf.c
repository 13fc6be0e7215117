// The kernel feed: counts what every socket end sends and receives, and notes which process uses which socket.
// It only observes. Every program that the kernel asks for a verdict answers ALLOW, on every path (a test reviews the object).
//
// A socket is known by its cookie, which the kernel never gives twice. Who owns its bytes is decided as they pass:
//   creator  the process that made the socket, or connected it; of an accepted one, the listener's creator
//   user     the process that last sent or received on it; 0 until one does
// Counters are kept by (cookie, user, 5-tuple), so that a socket which changes hands is shared out in time, and what passed
// before anybody used it (a handshake, a request that waits to be read) goes to its first user: `first_users` says who that was.
// User space reads the counters, never resets them, and removes what has been silent for a while; it empties the two queues
// `first_users` and `processes`. Nothing depends on how often it comes round, as long as no map is full; what finds one full
// is counted in `lost`.
#include "kernel.h"

#define ALLOW 1
#define NANOSECONDS_PER_TICK 10000000 // USER_HZ is 100 on x64 and arm64
#define INET 2
#define INET6 10
#define PACKET 17
#define TCP 6
#define UDP 17
#define ICMP 1
#define ICMP6 58
#define HOP_BY_HOP 0
#define ROUTING 43
#define FRAGMENT 44
#define AUTHENTICATION 51
#define DESTINATION_OPTIONS 60
#define JUMBO_OPTION 0xC2
#define MOST_EXTENSIONS 4
#define MAPPED 0xFFFF0000 // the third word of ::ffff:a.b.c.d, in network order on a little-endian machine

// Set by the loader before the programs are verified, so that what this kernel or user may not do is not in them at all:
// look into task_struct (BTF, CAP_PERFMON, a kernel that lets control group programs do it), or else ask for a thread's name (CAP_PERFMON).
SEC(".rodata.settings") const volatile struct
{
    __s64 boottime_offset; // what the loader's /proc adds to the start of a process: it may be in a time namespace
    __u8 may_read_tasks, may_read_names, sees_drops, : 8;
    __u32 : 32;
} settings = {0, 1, 1, 1};

// A process: its id, and above it the clock tick of its start, since ids come back. 0 is nobody.
typedef __u64 process_t;

struct socket_state
{
    __u64 cookie; // the socket that this was made for: an accepted socket begins with a copy of its listener's
    process_t creator, user;
    __u32 network_namespace; // the inode; 0 where it was not seen
    __u8 is_users_namespace; // its user namespace is not the first one: any user can make such a one
    __u8 sends_elsewhere; // connected UDP that sent to another peer than its own: the packets say to whom
    __u16 : 16;
};

struct flow_key
{
    __u64 cookie;
    process_t user;
    __u32 local[4], remote[4]; // network order; IPv4 in its mapped form
    __u16 local_port, remote_port; // host order; the identifier of an ICMP echo stands in the local one
    __u8 protocol, family;
    __u16 : 16;
};

struct flow
{
    __u64 sent_bytes, received_bytes; // IP bytes as on the wire: each segment of a packet that is cut later has its headers
    __u64 sent_packets, received_packets; // as on the wire
    __u64 dropped_bytes, dropped_packets; // of those sent: dropped behind the count, by the interface's queue or for want of a neighbour, or held
    __u64 held_bytes, held_packets; // of those dropped: waiting for a neighbour since held_at, and sent if it was found since (`neighbours`)
    __u64 held_for, held_at; // the neighbour; CLOCK_MONOTONIC
    __u64 first_seen, last_seen; // CLOCK_MONOTONIC; the last at the resolution of the clock tick
    process_t creator;
    __u32 network_namespace;
    __u8 is_listener; // the socket answers for connections in the making
    __u8 is_connected; // the 5-tuple is the socket's own, not a packet's
    __u8 is_inherited; // creator is the listener's, and nobody has used the accepted socket yet
    __u8 is_users_namespace; // of network_namespace
};

struct first_user
{
    process_t process;
    __u64 seen_at;
    __u32 network_namespace;
    __u32 : 32;
};

struct process
{
    process_t parent;
    __u64 seen_at;
    char name[16];
    __u32 user_id;
    __u32 : 32;
};

struct executable
{
    char path[256];
};

enum lost
{
    LOST_SENT_BYTES,
    LOST_RECEIVED_BYTES,
    LOST_SENT_PACKETS,
    LOST_RECEIVED_PACKETS,
    LOST_FIRST_USERS,
    LOST_PROCESSES,
    LOST_COUNT,
};

struct
{
    __uint(type, BPF_MAP_TYPE_SK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
    __type(key, int);
    __type(value, struct socket_state);
} sockets SEC(".maps");

struct
{
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 131072);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct flow_key);
    __type(value, struct flow);
} flows SEC(".maps");

struct
{
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 131072);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, __u64); // cookie
    __type(value, struct first_user);
} first_users SEC(".maps");

struct
{
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 32768);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, process_t);
    __type(value, struct process);
} processes SEC(".maps");

struct
{
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 8192);
    __type(key, process_t);
    __type(value, struct executable);
} executables SEC(".maps");

// When a neighbour was last found, by its place in memory.
struct
{
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 4096);
    __type(key, __u64);
    __type(value, __u64);
} neighbours SEC(".maps");

struct counted
{
    struct flow_key key;
    __u64 bytes, packets;
};

// What was sent last on each processor: that is what waits, where a neighbour must be asked for next.
struct
{
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct counted);
} last_sent SEC(".maps");

struct
{
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, LOST_COUNT);
    __type(key, __u32);
    __type(value, __u64);
} lost SEC(".maps");

// How many entries were ever made: user space need not walk a map that has nothing new.
enum made
{
    MADE_FLOWS,
    MADE_FIRST_USERS,
    MADE_PROCESSES,
    MADE_COUNT,
};

struct
{
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, MADE_COUNT);
    __type(key, __u32);
    __type(value, __u64);
} made SEC(".maps");

INLINE void add(void *sums, __u32 what, __u64 count)
{
    __u64 *sum = bpf_map_lookup_elem(sums, &what);
    if (sum)
        __sync_fetch_and_add(sum, count);
}

INLINE void lose(enum lost what, __u64 count)
{
    add(&lost, what, count);
}

INLINE process_t process_of(struct task_struct *task)
{
    return (__u32)task->tgid | (task->group_leader->start_boottime + settings.boottime_offset) / NANOSECONDS_PER_TICK << 32;
}

INLINE process_t current_process(void)
{
    return settings.may_read_tasks ? process_of(bpf_get_current_task_btf()) : bpf_get_current_pid_tgid() >> 32;
}

INLINE void note_network_namespace(struct socket_state *state)
{
    if (!settings.may_read_tasks)
        return;

    struct net *net = bpf_get_current_task_btf()->nsproxy->net_ns;
    state->network_namespace = net->ns.inum;
    state->is_users_namespace = net->user_ns->level > 0;
}

// The name that /proc has: of the process, not of the thread at hand. In two words: each read is one more for the verifier to follow.
INLINE void read_name(struct process *who, struct task_struct *task)
{
    const __u64 *comm = (const __u64 *)task->group_leader->comm;
    ((__u64 *)who->name)[0] = comm[0];
    ((__u64 *)who->name)[1] = comm[1];
}

// Notes who a process is while it is there to be asked: it may be gone a millisecond later.
INLINE void introduce(process_t process)
{
    if (bpf_map_lookup_elem(&processes, &process))
        return;

    struct process who = {.seen_at = bpf_ktime_get_ns(), .user_id = bpf_get_current_uid_gid()};
    if (settings.may_read_tasks)
    {
        struct task_struct *task = bpf_get_current_task_btf();
        who.user_id = task->cred->euid.val;
        who.parent = process_of(task->group_leader->real_parent);
        read_name(&who, task);
    }
    else if (settings.may_read_names)
        bpf_get_current_comm(who.name, sizeof who.name);

    if (!bpf_map_update_elem(&processes, &process, &who, BPF_NOEXIST))
        add(&made, MADE_PROCESSES, 1);
    else if (!bpf_map_lookup_elem(&processes, &process))
        lose(LOST_PROCESSES, 1);
}

// The state of a socket; an older socket than the feed gets one now, and a copied one is told apart from its listener's.
INLINE struct socket_state *state_of(void *socket, __u64 cookie)
{
    struct socket_state *state = bpf_sk_storage_get(&sockets, socket, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (state && state->cookie != cookie)
    {
        state->cookie = cookie;
        state->user = 0;
    }

    return state;
}

INLINE void create(void *socket, __u64 cookie, int is_new)
{
    struct socket_state *state = state_of(socket, cookie);
    if (!state)
        return;

    process_t self = current_process();
    if (is_new)
        note_network_namespace(state);

    if (state->creator != self)
    {
        state->creator = self;
        introduce(self);
    }
}

INLINE void note_namespace_of(struct socket_state *state, struct sock *socket)
{
    struct net *net = socket->__sk_common.skc_net.net;
    state->network_namespace = net->ns.inum;
    state->is_users_namespace = net->user_ns->level > 0;
}

// The process at hand sends or receives on a socket. Where the program is handed the kernel's own struct of it (traced, else 0), that says the
// namespace of one that nobody saw made: it is older than the feed, or was accepted by a listener that is. Only the first user is told of it: the
// entries of one socket, and of the listener that did its handshake, must not differ.
INLINE struct socket_state *use(void *socket, void *cookie_source, struct sock *traced)
{
    struct socket_state *state = bpf_sk_storage_get(&sockets, socket, 0, 0);
    process_t self = current_process(); // with its start: an id that came back is another process
    if (state && state->user == self)
        return state;

    __u64 cookie = bpf_get_socket_cookie(cookie_source);
    state = state_of(socket, cookie);
    if (!state)
        return 0;

    if (!state->user)
    {
        struct first_user first = {.process = self, .seen_at = bpf_ktime_get_ns(), .network_namespace = state->network_namespace};
        if (traced && !first.network_namespace)
            first.network_namespace = traced->__sk_common.skc_net.net->ns.inum;
        if (bpf_map_update_elem(&first_users, &cookie, &first, BPF_NOEXIST) && !bpf_map_lookup_elem(&first_users, &cookie))
            lose(LOST_FIRST_USERS, 1);
    }

    state->user = self;
    introduce(self);
    return state;
}

SEC("cgroup/sock_create") int socket_created(struct bpf_sock *socket)
{
    create(socket, bpf_get_socket_cookie(socket), 1);
    return ALLOW;
}

#define SOCKET_ADDRESS_PROGRAM(section, name, action) \
    SEC(section) int name(struct bpf_sock_addr *context) \
    { \
        struct bpf_sock *socket = context->sk; \
        if (socket) \
            action; \
        return ALLOW; \
    }

SOCKET_ADDRESS_PROGRAM("cgroup/connect4", connect_ipv4, create(socket, bpf_get_socket_cookie(context), 0))
SOCKET_ADDRESS_PROGRAM("cgroup/connect6", connect_ipv6, create(socket, bpf_get_socket_cookie(context), 0))

// UDP with an address in the call: before the datagram leaves, so that already the first one is the sender's. A connected socket may name
// another peer than its own.
INLINE void send_to(struct bpf_sock *socket, struct bpf_sock_addr *context)
{
    struct socket_state *state = use(socket, context, 0);
    if (state && socket->state == TCP_ESTABLISHED)
        state->sends_elsewhere = 1;
}

SOCKET_ADDRESS_PROGRAM("cgroup/sendmsg4", send_ipv4, send_to(socket, context))
SOCKET_ADDRESS_PROGRAM("cgroup/sendmsg6", send_ipv6, send_to(socket, context))
SOCKET_ADDRESS_PROGRAM("cgroup/recvmsg4", receive_ipv4, use(socket, context, 0))
SOCKET_ADDRESS_PROGRAM("cgroup/recvmsg6", receive_ipv6, use(socket, context, 0))

// Linux 6.3 and later: everything that sends or receives, whatever the call (write, sendfile, io_uring, …). The socket may be
// an inherited, passed or accepted one. Packet sockets inject frames past the counters below, so they are counted here.
INLINE int transfer(struct sock *socket, int length, int sent)
{
    if (length <= 0)
        return 0;

    __u16 family = socket->__sk_common.skc_family;
    if (family == INET || family == INET6)
    {
        use(socket, socket, socket);
    }
    else if (family == PACKET && sent)
    {
        struct socket_state *state = use(socket, socket, socket);
        if (state && !state->network_namespace)
            note_namespace_of(state, socket);
        struct flow_key key = {.cookie = bpf_get_socket_cookie(socket), .family = PACKET};
        key.user = state ? state->user : 0;
        struct flow *flow = bpf_map_lookup_elem(&flows, &key);
        if (!flow)
        {
            struct flow empty = {.first_seen = bpf_ktime_get_ns()};
            if (state)
            {
                empty.network_namespace = state->network_namespace;
                empty.is_users_namespace = state->is_users_namespace;
            }

            if (!bpf_map_update_elem(&flows, &key, &empty, BPF_NOEXIST))
                add(&made, MADE_FLOWS, 1);
            flow = bpf_map_lookup_elem(&flows, &key);
        }

        // A frame of a SOCK_RAW socket begins with its Ethernet header, which other counts leave out.
        int link_header = socket->sk_type == 3 && length >= 14 ? 14 : 0;
        if (flow)
        {
            __sync_fetch_and_add(&flow->sent_bytes, length - link_header);
            __sync_fetch_and_add(&flow->sent_packets, 1);
            flow->last_seen = bpf_ktime_get_ns(); // the cheaper clock is not for tracing programs
        }
        else
        {
            lose(LOST_SENT_BYTES, length - link_header);
            lose(LOST_SENT_PACKETS, 1);
        }
    }

    return 0;
}

SEC("tp_btf/sock_send_length") int sent_length(__u64 *arguments)
{
    return transfer((struct sock *)arguments[0], (int)arguments[1], 1);
}

SEC("tp_btf/sock_recv_length") int received_length(__u64 *arguments)
{
    return transfer((struct sock *)arguments[0], (int)arguments[1], 0);
}

// Before Linux 6.3, where BPF trampolines are there: the protocols' own functions. Sends are seen before they go.
#define SEND_PROGRAM(section, name) \
    SEC(section) int name(__u64 *arguments) \
    { \
        use((struct sock *)arguments[0], (struct sock *)arguments[0], (struct sock *)arguments[0]); \
        return 0; \
    }

#define RECEIVE_PROGRAM(section, name) \
    SEC(section) int name(__u64 *arguments) \
    { \
        __u64 length = 0; \
        if (bpf_get_func_ret(arguments, &length) == 0 && (int)length > 0) \
            use((struct sock *)arguments[0], (struct sock *)arguments[0], (struct sock *)arguments[0]); \
        return 0; \
    }

SEND_PROGRAM("fentry/tcp_sendmsg", tcp_sent)
SEND_PROGRAM("fentry/udp_sendmsg", udp_sent)
SEND_PROGRAM("fentry/udpv6_sendmsg", udpv6_sent)
RECEIVE_PROGRAM("fexit/tcp_recvmsg", tcp_received)
RECEIVE_PROGRAM("fexit/udp_recvmsg", udp_received)
RECEIVE_PROGRAM("fexit/udpv6_recvmsg", udpv6_received)

SEC("tp_btf/sched_process_exec") int executed(__u64 *arguments)
{
    struct linux_binprm *program = (struct linux_binprm *)arguments[2];
    process_t self = process_of((struct task_struct *)arguments[0]);
    struct executable executable = {};
    bpf_probe_read_kernel_str(executable.path, sizeof executable.path, program->interp);
    bpf_map_update_elem(&executables, &self, &executable, BPF_ANY);

    // One that used a socket before has another name now.
    struct process *who = bpf_map_lookup_elem(&processes, &self);
    if (who)
        read_name(who, (struct task_struct *)arguments[0]);

    return 0;
}

// Reads of a packet: by the helper of programs that are handed one, or from where its headers are in memory. Which one is known when this is compiled: no
// program has the other's helper in it.
INLINE void load(const void *packet, int in_memory, __u32 offset, void *to, __u32 length)
{
    if (in_memory)
        bpf_probe_read_kernel(to, length, (const unsigned char *)packet + offset);
    else
        bpf_skb_load_bytes(packet, offset, to, length);
}

// Where a header begins that stands behind IPv6's extension headers. Says its protocol, and how long a header is that no segment gets: that of
// BIG TCP's jumbo option, which the kernel takes out when it cuts (ipv6_hopopt_jumbo_remove).
INLINE __u32 behind_extensions(const void *packet, int in_memory, __u8 *protocol, __u32 *jumbo)
{
    __u32 offset = 40;
    __u8 next = 0;
    *jumbo = 0;
    load(packet, in_memory, 6, &next, 1);
    for (int i = 0; i < MOST_EXTENSIONS; i++)
    {
        if (next != HOP_BY_HOP && next != ROUTING && next != DESTINATION_OPTIONS && next != FRAGMENT && next != AUTHENTICATION)
            break;

        __u8 extension[4] = {};
        load(packet, in_memory, offset, extension, 4);
        __u32 length = next == FRAGMENT ? 8 : next == AUTHENTICATION ? (extension[1] + 2) * 4 : (extension[1] + 1) * 8;
        if (next == HOP_BY_HOP && extension[2] == JUMBO_OPTION)
            *jumbo = length;

        next = extension[0];
        offset += length;
    }

    *protocol = next;
    return offset;
}

// Puts the addresses and ports of a packet into a key: of an unconnected socket they differ from packet to packet.
INLINE void read_packet(const void *packet, int in_memory, struct flow_key *key, struct bpf_sock *socket, int sent)
{
    __u32 from[4] = {}, to[4] = {};
    __u8 version = 0, protocol = 0;
    __u16 ports[2] = {}, fragment = 0;
    __u32 offset = 40;
    load(packet, in_memory, 0, &version, 1);
    if (version >> 4 == 6)
    {
        __u32 jumbo;
        offset = behind_extensions(packet, in_memory, &protocol, &jumbo);
        load(packet, in_memory, 8, from, 16);
        load(packet, in_memory, 24, to, 16);
    }
    else
    {
        offset = (version & 15) * 4;
        from[2] = to[2] = MAPPED;
        load(packet, in_memory, 9, &protocol, 1);
        load(packet, in_memory, 12, &from[3], 4);
        load(packet, in_memory, 16, &to[3], 4);
        load(packet, in_memory, 6, &fragment, 2);
    }

    // Of a later fragment (raw sockets send them) there are no ports here.
    if (fragment & 0xFF1F)
        ports[0] = 0;
    else if (protocol == TCP || protocol == UDP || protocol == 33 || protocol == 132 || protocol == 136)
        load(packet, in_memory, offset, ports, 4);
    else if (protocol == ICMP || protocol == ICMP6)
    {
        __u8 type = 0;
        load(packet, in_memory, offset, &type, 1);
        if (protocol == ICMP ? type == 8 || type == 0 : type == 128 || type == 129)
            load(packet, in_memory, offset + 4, &ports[sent ? 0 : 1], 2);
    }
    else if (socket && (socket->protocol == UDP || socket->protocol == TCP))
        ports[sent ? 0 : 1] = __builtin_bswap16(socket->src_port), protocol = socket->protocol;

    key->protocol = protocol;
    __builtin_memcpy(key->local, sent ? from : to, 16);
    __builtin_memcpy(key->remote, sent ? to : from, 16);
    key->local_port = __builtin_bswap16(ports[sent ? 0 : 1]);
    key->remote_port = __builtin_bswap16(ports[sent ? 1 : 0]);
}

INLINE void read_socket(struct flow_key *key, struct bpf_sock *socket)
{
    key->protocol = socket->protocol;
    key->local_port = socket->src_port;
    key->remote_port = __builtin_bswap16(socket->dst_port);
    if (socket->family == INET)
    {
        key->local[2] = key->remote[2] = MAPPED;
        __u32 local = socket->src_ip4, remote = socket->dst_ip4;

        // Both branches end in a like load, and the compiler would compute its address and load once; the verifier does not
        // allow an address in a struct bpf_sock to be computed. This keeps the loads apart.
        asm volatile("" : "+r"(local), "+r"(remote));
        key->local[3] = local;
        key->remote[3] = remote;
    }
    else
    {
        key->local[0] = socket->src_ip6[0], key->local[1] = socket->src_ip6[1];
        key->local[2] = socket->src_ip6[2], key->local[3] = socket->src_ip6[3];
        key->remote[0] = socket->dst_ip6[0], key->remote[1] = socket->dst_ip6[1];
        key->remote[2] = socket->dst_ip6[2], key->remote[3] = socket->dst_ip6[3];
    }
}

// What a packet has on the wire beyond its length here: every segment gets the headers when it is cut (or had them before it was merged).
INLINE __u64 segment_headers(const void *packet, int in_memory, __u64 segments)
{
    __u8 byte = 0, protocol = 0;
    __u32 jumbo = 0, transport;
    load(packet, in_memory, 0, &byte, 1);
    if (byte >> 4 == 4)
    {
        transport = (byte & 15) * 4;
        load(packet, in_memory, 9, &protocol, 1);
    }
    else
        transport = behind_extensions(packet, in_memory, &protocol, &jumbo);

    __u32 length = 8;
    if (protocol == TCP)
    {
        load(packet, in_memory, transport + 12, &byte, 1);
        length = (byte >> 4) * 4;
    }

    return (segments - 1) * (transport - jumbo + length) - jumbo;
}

INLINE int count(struct __sk_buff *packet, int sent)
{
    __u64 segments = packet->gso_segs > 1 ? packet->gso_segs : 1, bytes = packet->len;
    struct bpf_sock *socket = packet->sk;
    if (socket)
        socket = bpf_sk_fullsock(socket);

    struct flow *flow = 0;
    if (socket)
    {
        if (segments > 1)
            bytes += segment_headers(packet, 0, segments);

        struct socket_state *state = bpf_sk_storage_get(&sockets, socket, 0, 0);
        struct flow_key key = {.cookie = bpf_get_socket_cookie(packet), .family = socket->family};
        if (state && state->cookie == key.cookie)
            key.user = state->user;

        int is_listener = socket->protocol == TCP && socket->state == TCP_LISTEN;
        int is_connected = !is_listener && socket->dst_port && (socket->protocol == TCP || socket->protocol == UDP) && !(state && state->sends_elsewhere);
        if (is_connected)
            read_socket(&key, socket);
        else
            read_packet(packet, 0, &key, socket, sent);

        flow = bpf_map_lookup_elem(&flows, &key);
        if (!flow)
        {
            struct flow empty = {.first_seen = bpf_ktime_get_ns(), .is_listener = is_listener, .is_connected = is_connected};
            if (state)
            {
                empty.creator = state->creator;
                empty.network_namespace = state->network_namespace;
                empty.is_users_namespace = state->is_users_namespace;
                empty.is_inherited = state->cookie != key.cookie;
            }

            if (!bpf_map_update_elem(&flows, &key, &empty, BPF_NOEXIST))
                add(&made, MADE_FLOWS, 1);
            flow = bpf_map_lookup_elem(&flows, &key);
        }

        if (sent && settings.sees_drops)
        {
            __u32 here = 0;
            struct counted *last = bpf_map_lookup_elem(&last_sent, &here);
            if (last)
                last->key = key, last->bytes = bytes, last->packets = segments;
        }
    }

    if (!flow)
    {
        lose(sent ? LOST_SENT_BYTES : LOST_RECEIVED_BYTES, bytes);
        lose(sent ? LOST_SENT_PACKETS : LOST_RECEIVED_PACKETS, segments);
        return ALLOW;
    }

    __sync_fetch_and_add(sent ? &flow->sent_bytes : &flow->received_bytes, bytes);
    __sync_fetch_and_add(sent ? &flow->sent_packets : &flow->received_packets, segments);
    flow->last_seen = bpf_ktime_get_coarse_ns();
    return ALLOW;
}

// Where the neighbour was found meanwhile, what waited for it has gone out.
INLINE void settle(struct flow *flow)
{
    __u64 neighbour = flow->held_for, *found_at = bpf_map_lookup_elem(&neighbours, &neighbour);
    if (flow->held_packets && found_at && *found_at >= flow->held_at)
    {
        flow->dropped_bytes -= flow->held_bytes;
        flow->dropped_packets -= flow->held_packets;
        flow->held_bytes = flow->held_packets = 0;
    }
}

SEC("tp_btf/neigh_event_send_done") int waits_for_neighbour(__u64 *arguments)
{
    __u32 here = 0;
    struct counted *last = bpf_map_lookup_elem(&last_sent, &here);
    if (!last || (int)arguments[1] != 1)
        return 0; // it may go

    // What waits is the last of the queue: it is that packet, unless nobody's socket sent it, or another's came between.
    struct neighbour *neighbour = (struct neighbour *)arguments[0];
    struct sk_buff *waiting = neighbour->arp_queue.prev;
    struct sock *socket = waiting->sk;
    if (!socket || socket->__sk_common.skc_cookie.counter != (__s64)last->key.cookie)
        return 0;

    struct flow_key key = last->key;
    struct flow *flow = bpf_map_lookup_elem(&flows, &key);
    if (flow)
    {
        settle(flow);
        flow->held_for = arguments[0];
        flow->held_at = bpf_ktime_get_ns();
        __sync_fetch_and_add(&flow->held_bytes, last->bytes);
        __sync_fetch_and_add(&flow->held_packets, last->packets);
        __sync_fetch_and_add(&flow->dropped_bytes, last->bytes);
        __sync_fetch_and_add(&flow->dropped_packets, last->packets);
    }

    return 0;
}

#define NEIGHBOUR_IS_VALID 0xDE // NUD_VALID

SEC("tp_btf/neigh_update") int found_neighbour(__u64 *arguments)
{
    __u64 neighbour = arguments[0], now = bpf_ktime_get_ns();
    if ((__u8)arguments[2] & NEIGHBOUR_IS_VALID)
        bpf_map_update_elem(&neighbours, &neighbour, &now, BPF_ANY);

    return 0;
}

#define IS(reason, name) \
    (__builtin_preserve_enum_value(*(enum skb_drop_reason *)SKB_DROP_REASON_##name, ENUM_VALUE_EXISTS) \
        && (reason) == (int)__builtin_preserve_enum_value(*(enum skb_drop_reason *)SKB_DROP_REASON_##name, ENUM_VALUE))

// Linux 5.17 and later: what was counted as sent and goes no further, by the interface's queue or for want of a neighbour. Counted beside, since a later
// sample must not show less than an earlier one.
SEC("tp_btf/kfree_skb") int dropped(__u64 *arguments)
{
    struct sk_buff *packet = (struct sk_buff *)arguments[0];
    int reason = (int)arguments[2];
    if (!(IS(reason, QDISC_DROP) || IS(reason, QDISC_OVERLIMIT) || IS(reason, QDISC_CONGESTED) || IS(reason, CAKE_FLOOD) || IS(reason, FQ_BAND_LIMIT)
            || IS(reason, FQ_HORIZON_LIMIT) || IS(reason, FQ_FLOW_LIMIT) || IS(reason, DUALPI2_STEP_DROP) || IS(reason, TC_EGRESS)
            || IS(reason, NEIGH_CREATEFAIL) || IS(reason, NEIGH_FAILED) || IS(reason, NEIGH_QUEUEFULL) || IS(reason, NEIGH_DEAD) || IS(reason, NEIGH_HH_FILLFAIL)))
        return 0;

    struct sock *socket = packet->sk;
    struct net_device *device = packet->dev;
    if (!socket || !device || device->nd_net.net != socket->__sk_common.skc_net.net)
        return 0; // not from here: it left its socket's namespace

    struct socket_state *state = bpf_sk_storage_get(&sockets, socket, 0, 0);
    struct flow_key key = {.cookie = socket->__sk_common.skc_cookie.counter, .family = socket->__sk_common.skc_family}; // given when it was counted
    if (state && state->cookie == key.cookie)
        key.user = state->user;

    const unsigned char *header = packet->head + packet->network_header;
    __u64 bytes = packet->len - (header - packet->data), segments = 1;
    unsigned short cut = 0;
    bpf_probe_read_kernel(&cut, sizeof cut, __builtin_preserve_access_index(&((struct skb_shared_info *)(packet->head + packet->end))->gso_segs));
    if (cut > 1)
    {
        segments = cut;
        bytes += segment_headers(header, 1, segments);
    }

    read_packet(header, 1, &key, 0, 1);
    struct flow *flow = bpf_map_lookup_elem(&flows, &key);
    if (!flow)
        return 0;

    settle(flow);
    if (flow->held_packets >= segments && flow->held_bytes >= bytes && (IS(reason, NEIGH_FAILED) || IS(reason, NEIGH_QUEUEFULL)))
    {
        // Taken off when it began to wait.
        flow->held_bytes -= bytes;
        flow->held_packets -= segments;
        return 0;
    }

    __sync_fetch_and_add(&flow->dropped_bytes, bytes);
    __sync_fetch_and_add(&flow->dropped_packets, segments);
    return 0;
}

SEC("cgroup_skb/ingress") int packet_received(struct __sk_buff *packet)
{
    return count(packet, 0);
}

SEC("cgroup_skb/egress") int packet_sent(struct __sk_buff *packet)
{
    return count(packet, 1);
}

char _license[] SEC("license") = "GPL";
