#!/usr/bin/env python3
"""Loads whose owners and bytes they themselves write down: what a tool says is compared with it.

    scenarios.py NAME     says "ready", runs at the first line of its input, says what is true, cleans up at the second.

A truth is a line "truth PID SENT_LEAST SENT_MOST RECEIVED_LEAST RECEIVED_MOST": IP bytes, exact for datagrams, for TCP the payload and at the
most a sixth and some handshakes more. All of it happens in network namespaces of its own; measured is pnscen1."""
import ctypes, json, os, signal, socket, struct, subprocess, sys, tempfile, threading, time

NEAR, FAR, INNER, OTHER = 'pnscen1', 'pnscen2', 'pnscen3', 'pnscen4'
HERE, THERE, HERE6, THERE6 = '10.79.0.1', '10.79.0.2', 'fd79::1', 'fd79::2'
UP, DOWN = 50_000, 100_000
libc = ctypes.CDLL(None, use_errno=True)


def sh(text):
    for line in filter(None, (line.strip() for line in text.splitlines())):
        done = subprocess.run(line, shell=True, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f'{line}: {done.stderr}')


def clean():
    for name in (NEAR, FAR, INNER, OTHER):
        subprocess.run(['ip', 'netns', 'del', name], capture_output=True)


def world():
    clean()
    sh(f'''ip netns add {NEAR}
        ip netns add {FAR}
        ip link add near0 netns {NEAR} type veth peer name far0 netns {FAR}''')
    for name, device, address, address6 in ((NEAR, 'near0', HERE, HERE6), (FAR, 'far0', THERE, THERE6)):
        sh(f'''ip -n {name} link set lo up
            ip -n {name} link set {device} up
            ip -n {name} addr add {address}/24 dev {device}
            ip -n {name} addr add {address6}/64 dev {device} nodad
            ip netns exec {name} sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.route_localnet=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.{device}.rp_filter=0''')
    bridges(0)


def bridges(filtered):
    if os.path.isdir('/proc/sys/net/bridge'):
        sh(f'ip netns exec {NEAR} sysctl -qw net.bridge.bridge-nf-call-iptables={filtered}')


def container(name, number):
    """A namespace behind a bridge of the near one."""
    if number == 2:
        sh(f'''ip -n {NEAR} link add br0 type bridge
            ip -n {NEAR} link set br0 up
            ip -n {NEAR} addr add 10.80.0.1/24 dev br0''')
    sh(f'''ip netns add {name}
        ip -n {NEAR} link add port{number} type veth peer name eth0 netns {name}
        ip -n {NEAR} link set port{number} master br0 up
        ip -n {name} link set lo up
        ip -n {name} link set eth0 up
        ip -n {name} addr add 10.80.0.{number}/24 dev eth0
        ip -n {name} route add default via 10.80.0.1''')


def nft(rules, chain, hook, name=NEAR):
    sh(f"ip netns exec {name} nft 'add table ip t; add chain ip t {chain} {{ {hook} }}'")
    for rule in rules:
        sh(f"ip netns exec {name} nft 'add rule ip t {chain} {rule}'")


class Program:
    """A part of this file in a process of its own, in a namespace."""

    def __init__(self, name, part, *arguments):
        self.process = subprocess.Popen(
            ['ip', 'netns', 'exec', name, sys.executable, os.path.abspath(__file__), '--part', part, *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        programs.append(self)
        self.pid = self.process.pid

    def hear(self):
        return self.process.stdout.readline().strip()

    def say(self):
        self.process.stdin.write('\n')
        self.process.stdin.flush()

    def truths(self):
        """What it says until its end: "PID PROTOCOL SENT RECEIVED SENT_PACKETS RECEIVED_PACKETS" in payload."""
        for line in self.process.stdout.read().splitlines():
            pid, kind, sent, received, *packets = line.split()
            told(int(pid), kind, int(sent), int(received), *map(int, packets))


programs, truths = [], {}


def told(pid, kind, sent, received, sent_packets=0, received_packets=0):
    if kind == 'tcp':
        limits = (sent, sent + sent // 6 + 2_500, received, received + received // 6 + 2_500)
    else:
        header = {'udp': 28, 'raw6': 40, 'icmp': 28}[kind]
        limits = (sent + header * sent_packets,) * 2 + (received + header * received_packets,) * 2
    truths[pid] = tuple(map(sum, zip(truths.get(pid, (0, 0, 0, 0)), limits)))


# --- parts: each in a process of its own ---------------------------------------------------------------------------------------

def say(*words):
    print(*words, flush=True)


def report(kind, sent, received, *packets, pid=None):
    say(pid or os.getpid(), kind, sent, received, *packets)


def take(connection, count):
    while count > 0:
        data = connection.recv(min(65536, count))
        if not data:
            raise SystemExit('cut')
        count -= len(data)


def listening(address, port, protocol=0, backlog=128):
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, int(port)))
    listener.listen(backlog)
    return listener


def serve(address, port, up, down, protocol=0):
    """Takes so many bytes of each connection and answers with so many, until its input ends."""
    listener = listening(address, port, int(protocol))

    def one(connection):
        take(connection, int(up))
        connection.sendall(b'y' * int(down))
        connection.recv(1)
        connection.close()

    def all_of_them():
        while True:
            threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=all_of_them, daemon=True).start()
    say('up')
    sys.stdin.readline()


def sink_udp(address, port):
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind((address, int(port)))
    say('up')
    threading.Thread(target=lambda: [receiver.recvfrom(65536) for _ in iter(int, 1)], daemon=True).start()
    sys.stdin.readline()


def echo_udp(address, port, size):
    """Answers each datagram, and says at the end of its input what it did."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    server.bind((address, int(port)))
    counts = [0, 0, 0]

    def run():
        while True:
            data, whom = server.recvfrom(65536)
            counts[0] += 1
            counts[1] += len(data)
            server.sendto(b'e' * int(size), whom)
            counts[2] += int(size)

    threading.Thread(target=run, daemon=True).start()
    say('up')
    sys.stdin.readline()
    report('udp', counts[2], counts[1], counts[0], counts[0])


def call(address, port, up, down, protocol=0, linger=0.3):
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM, int(protocol))
    connection.connect((address, int(port)))
    connection.sendall(b'x' * int(up))
    take(connection, int(down))
    time.sleep(float(linger))
    connection.close()
    report('tcp', int(up), int(down))


def call_udp(address, port, count, size, answers, ports=1):
    for _ in range(int(ports)):
        caller = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        caller.settimeout(5)
        caller.connect((address, int(port)))
        received = 0
        for _ in range(int(count)):
            caller.send(b'x' * int(size))
            received += len(caller.recv(65536)) if int(answers) else 0
        report('udp', int(count) * int(size), received, int(count), int(count) if int(answers) else 0)
    time.sleep(0.3)


def hand_over(port):
    """One process connects, another one speaks."""
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    child = os.fork()
    if child == 0:
        _, (descriptor, *_), *_ = socket.recv_fds(far, 1, 1)
        connection = socket.socket(fileno=descriptor)
        connection.sendall(b'x' * UP)
        take(connection, DOWN)
        report('tcp', UP, DOWN)
        time.sleep(0.3)
        os._exit(0)
    connection = socket.create_connection((THERE, int(port)))
    socket.send_fds(near, [b'x'], [connection.fileno()])
    connection.close()
    os.waitpid(child, 0)
    report('tcp', 0, 0)


def workers(port, connections):
    """Four processes accept from one listener."""
    listener = listening(HERE, port)
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            served = [0]
            signal.signal(signal.SIGTERM, lambda *_: (report('tcp', served[0] * 5_000, served[0] * 2_000), os._exit(0)))
            while True:
                connection = listener.accept()[0]
                take(connection, 2_000)
                connection.sendall(b'y' * 5_000)
                served[0] += 1
                connection.close()
        children.append(child)
    say('up')
    sys.stdin.readline()
    for child in children:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
    report('tcp', 0, 0)


def many_calls(port, connections):
    for _ in range(int(connections)):
        connection = socket.create_connection((HERE, int(port)))
        connection.sendall(b'x' * 2_000)
        take(connection, 5_000)
        connection.close()


def short_lived(port, count):
    for _ in range(int(count)):
        child = os.fork()
        if child == 0:
            connection = socket.create_connection((THERE, int(port)))
            connection.sendall(b'x' * 100)
            take(connection, 100)
            os._exit(0)
        os.waitpid(child, 0)
        report('tcp', 100, 100, pid=child)


def forking_server(port, connections):
    """A child for each connection, which ends with it."""
    listener = listening(HERE, port)
    say('up')
    children = []
    for _ in range(int(connections)):
        connection = listener.accept()[0]
        child = os.fork()
        if child == 0:
            take(connection, 2_000)
            connection.sendall(b'y' * 5_000)
            connection.recv(1)
            os._exit(0)
        connection.close()
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
        report('tcp', 5_000, 2_000, pid=child)
    report('tcp', 0, 0)


def in_turn():
    for size in (100, 200, 300):
        child = os.fork()
        if child == 0:
            speaker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            speaker.bind((HERE, 40_000))
            speaker.connect((THERE, 5_000))
            for _ in range(20):
                speaker.send(b'x' * size)
            os._exit(0)
        os.waitpid(child, 0)
        report('udp', size * 20, 0, 20, 0, pid=child)
        time.sleep(0.1)


def member(count):
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    receiver.bind(('239.7.9.1', 5_000))
    receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton('239.7.9.1') + socket.inet_aton(HERE))
    receiver.settimeout(10)
    say('up')
    received = sum(len(receiver.recv(65536)) for _ in range(int(count)))
    report('udp', 0, received, 0, count)


def to_group(count):
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(THERE))
    for _ in range(int(count)):
        sender.sendto(b'm' * 500, ('239.7.9.1', 5_000))
        time.sleep(0.005)


def raw6():
    sender = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 253)
    for _ in range(20):
        sender.sendto(b'r' * 400, (THERE6, 0))
    report('raw6', 8_000, 0, 20, 0)
    time.sleep(0.3)


def packet_socket(destination):
    """Frames of UDP that no UDP socket sent."""
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sender.bind(('near0', 0))
    body = struct.pack('>HHHH', 7_777, 9, 8 + 400, 0) + b'p' * 400
    header = bytearray(struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(body), 1, 0, 64, 17, 0, socket.inet_aton(HERE), socket.inet_aton(THERE)))
    total = sum(struct.unpack('>10H', header))
    struct.pack_into('>H', header, 10, ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF)
    mine = open('/sys/class/net/near0/address').read()
    frame = bytes.fromhex((destination + mine).replace(':', '').replace('\n', '')) + b'\x08\x00' + bytes(header) + body
    for _ in range(20):
        sender.send(frame)
    report('udp', 8_000, 0, 20, 0)
    time.sleep(0.3)


def proxy(port, transparent):
    """Takes connections that were not meant for it, and passes them on."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if int(transparent):
        listener.setsockopt(socket.IPPROTO_IP, 19, 1)  # IP_TRANSPARENT
    listener.bind(('0.0.0.0', int(port)))
    listener.listen()
    say('up')
    connection = listener.accept()[0]
    if int(transparent):
        take(connection, UP)
        connection.sendall(b'y' * DOWN)
        report('tcp', DOWN, UP)
    else:
        onward = socket.create_connection((THERE, 8_080))
        take(connection, UP)
        onward.sendall(b'x' * UP)
        take(onward, DOWN)
        connection.sendall(b'y' * DOWN)
        report('tcp', DOWN + UP, UP + DOWN)
    connection.recv(1)


def send_by(way, port):
    """Sends UP bytes by one of the kernel's ways."""
    connection = socket.create_connection((THERE, int(port)))
    data = b's' * UP
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        if way == 'sendfile':
            sent = 0
            while sent < UP:
                sent += os.sendfile(connection.fileno(), file.fileno(), sent, UP - sent)
        elif way == 'splice':
            reading, writing = os.pipe()
            sent = 0
            while sent < UP:
                filled = os.splice(file.fileno(), writing, min(4096, UP - sent))
                sent += os.splice(reading, connection.fileno(), filled)
        elif way == 'zerocopy':
            connection.setsockopt(socket.SOL_SOCKET, 60, 1)  # SO_ZEROCOPY
            sent = 0
            while sent < UP:
                sent += connection.send(data[sent:], 0x4000000)  # MSG_ZEROCOPY
        elif way == 'io_uring':
            ring_send(connection.fileno(), data)
    take(connection, 100)
    report('tcp', UP, 100)
    time.sleep(0.3)


def ring_send(descriptor, data):
    """io_uring(7) by hand: one IORING_OP_SEND at a time."""
    import mmap
    parameters = bytearray(120)
    ring = libc.syscall(425, 4, (ctypes.c_char * 120).from_buffer(parameters))
    if ring < 0:
        raise SystemExit(f'io_uring_setup: {os.strerror(ctypes.get_errno())}')
    head, tail, mask, entries, flags, dropped, array = struct.unpack_from('<7I', parameters, 40)
    queue = mmap.mmap(ring, array + 4 * 4, flags=mmap.MAP_SHARED)
    requests = mmap.mmap(ring, 4 * 64, flags=mmap.MAP_SHARED, offset=0x10000000)
    done = mmap.mmap(ring, 4096, flags=mmap.MAP_SHARED, offset=0x8000000)
    done_head, done_tail, done_mask, _, _, results = struct.unpack_from('<6I', parameters, 80)
    memory = ctypes.create_string_buffer(data, len(data))
    sent = turn = 0
    while sent < len(data):
        struct.pack_into('<BBHiQQIIQ', requests, 0, 26, 0, 0, descriptor, 0, ctypes.addressof(memory) + sent, len(data) - sent, 0, 0)
        struct.pack_into('<I', queue, array, 0)
        struct.pack_into('<I', queue, array + 4 * (turn & 3), 0)
        turn += 1
        struct.pack_into('<I', queue, tail, turn)
        if libc.syscall(426, ring, 1, 1, 1, None, 0) < 0:
            raise SystemExit(f'io_uring_enter: {os.strerror(ctypes.get_errno())}')
        at = struct.unpack_from('<I', done, done_head)[0]
        mask = struct.unpack_from('<I', done, done_mask)[0]
        result = struct.unpack_from('<i', done, results + 16 * (at & mask) + 8)[0]
        struct.pack_into('<I', done, done_head, at + 1)
        if result <= 0:
            raise SystemExit(f'io_uring send: {result}')
        sent += result


def send_many(port):
    """sendmmsg(2): twenty datagrams in one call."""
    class Vector(ctypes.Structure):
        _fields_ = [('base', ctypes.c_char_p), ('length', ctypes.c_size_t)]

    class Message(ctypes.Structure):
        _fields_ = [('name', ctypes.c_void_p), ('name_length', ctypes.c_uint32), ('vectors', ctypes.POINTER(Vector)), ('vector_count', ctypes.c_size_t),
                    ('control', ctypes.c_void_p), ('control_length', ctypes.c_size_t), ('flags', ctypes.c_size_t), ('length', ctypes.c_size_t)]

    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.connect((THERE, int(port)))
    vector = Vector(b'q' * 300, 300)
    messages = (Message * 20)(*[Message(vectors=ctypes.pointer(vector), vector_count=1) for _ in range(20)])
    if libc.sendmmsg(sender.fileno(), messages, 20, 0) != 20:
        raise SystemExit('sendmmsg')
    report('udp', 6_000, 0, 20, 0)
    time.sleep(0.3)


# --- scenarios ----------------------------------------------------------------------------------------------------------------

def started(name, part, *arguments):
    program = Program(name, part, *arguments)
    if program.hear() != 'up':
        raise SystemExit(f'{part} did not start')
    return program


def prepare_handed_over():
    started(FAR, 'serve', THERE, 8_080, UP, DOWN)
    return lambda: Program(NEAR, 'hand_over', 8_080).truths()


def prepare_workers():
    server = started(NEAR, 'workers', 7_000, 20)

    def run():
        Program(FAR, 'many_calls', 7_000, 20).truths()
        server.say()
        server.truths()
    return run


def prepare_reuseport():
    group = [started(NEAR, 'echo_udp', HERE, 7_000, 200) for _ in range(4)]

    def run():
        caller = Program(FAR, 'call_udp', HERE, 7_000, 5, 500, 1, 40)
        caller.process.wait()
        for one in group:
            one.say()
            one.truths()
    return run


def prepare_mptcp():
    started(FAR, 'serve', THERE, 8_080, UP, DOWN, 262)
    return lambda: Program(NEAR, 'call', THERE, 8_080, UP, DOWN, 262).truths()


def prepare_container():
    started(FAR, 'serve', THERE, 8_080, UP, DOWN)
    nft(['oifname near0 masquerade'], 'post', 'type nat hook postrouting priority 100;')

    def run():
        container(INNER, 2)
        Program(INNER, 'call', THERE, 8_080, UP, DOWN).truths()
        sh(f'ip netns del {INNER}')
        time.sleep(1)
    return run


def prepare_millisecond():
    started(FAR, 'serve', THERE, 8_080, 100, 100)
    return lambda: Program(NEAR, 'short_lived', 8_080, 50).truths()


def prepare_forking_server():
    server = started(NEAR, 'forking_server', 7_000, 200)

    def run():
        Program(FAR, 'many_calls', 7_000, 200).truths()
        server.truths()
    return run


def prepare_containers():
    """Twenty, one after the other, each a namespace that is gone in less than a second."""
    started(FAR, 'serve', THERE, 8_080, 2_000, 5_000)
    nft(['oifname near0 masquerade'], 'post', 'type nat hook postrouting priority 100;')

    def run():
        for number in range(2, 22):
            container(INNER, number)
            Program(INNER, 'call', THERE, 8_080, 2_000, 5_000, 0, 0).truths()
            sh(f'ip netns del {INNER}')
        time.sleep(1)
    return run


def prepare_interfaces(pairs):
    def prepare():
        batch = '\n'.join(f'link add x{i} type veth peer name y{i}\nlink set x{i} up\nlink set y{i} up' for i in range(pairs))
        subprocess.run(['ip', '-n', NEAR, '-batch', '-'], input=batch, text=True, check=True)
        started(FAR, 'serve', THERE, 8_080, 100, 100)
        return lambda: Program(NEAR, 'short_lived', 8_080, 200).truths()
    return prepare


def prepare_in_turn():
    started(FAR, 'sink_udp', THERE, 5_000)
    return lambda: Program(NEAR, 'in_turn').truths()


def prepare_multicast():
    members = [started(NEAR, 'member', 20) for _ in range(2)]

    def run():
        Program(FAR, 'to_group', 20).truths()
        for one in members:
            one.truths()
    return run


def prepare_raw6():
    return lambda: Program(NEAR, 'raw6').truths()


def prepare_packet_socket():
    there = subprocess.check_output(['ip', 'netns', 'exec', FAR, 'cat', '/sys/class/net/far0/address'], text=True).strip()
    started(FAR, 'sink_udp', THERE, 9)
    return lambda: Program(NEAR, 'packet_socket', there).truths()


def prepare_udp_dnat():
    server = started(FAR, 'echo_udp', THERE, 5_353, 300)
    nft([f'ip daddr 10.99.0.1 udp dport 53 dnat to {THERE}:5353'], 'out', 'type nat hook output priority -100;')
    sh(f'ip -n {NEAR} route add 10.99.0.0/24 via {THERE}')
    return lambda: Program(NEAR, 'call_udp', '10.99.0.1', 53, 20, 100, 1).truths()


def prepare_redirect():
    started(FAR, 'serve', THERE, 8_080, UP, DOWN)
    nft(['tcp dport 80 redirect to :15001'], 'out', 'type nat hook output priority -100;')
    between = started(NEAR, 'proxy', 15_001, 0)

    def run():
        Program(NEAR, 'call', THERE, 80, UP, DOWN).truths()
        between.truths()
    return run


def prepare_tproxy():
    sh(f'''ip -n {NEAR} rule add fwmark 1 lookup 100
        ip -n {NEAR} route add local default dev lo table 100
        ip -n {FAR} route add 203.0.113.0/24 via {HERE}''')
    nft(['ip daddr 203.0.113.80 tcp dport 80 meta mark set 1 tproxy to :15002 accept'], 'pre', 'type filter hook prerouting priority -150;')
    between = started(NEAR, 'proxy', 15_002, 1)

    def run():
        Program(FAR, 'call', '203.0.113.80', 80, UP, DOWN).process.wait()
        between.truths()
    return run


def prepare_bridge():
    if not os.path.isdir('/proc/sys/net/bridge'):
        raise SystemExit('missing: the module br_netfilter')
    container(INNER, 2)
    container(OTHER, 3)
    bridges(1)
    nft(['fib daddr type local tcp dport 9000 dnat to 10.80.0.3:80'], 'pre', 'type nat hook prerouting priority -100;')
    nft(['ip saddr 10.80.0.0/24 ip daddr 10.80.0.3 tcp dport 80 masquerade'], 'post', 'type nat hook postrouting priority 100;')
    server = started(OTHER, 'serve', '10.80.0.3', 80, UP, DOWN)

    def run():
        Program(INNER, 'call', '10.80.0.1', 9_000, UP, DOWN).truths()
        told(server.pid, 'tcp', DOWN, UP)
    return run


def prepare_way(way):
    def prepare():
        started(FAR, 'serve', THERE, 8_080, UP, 100)
        return lambda: Program(NEAR, 'send_by', way, 8_080).truths()
    return prepare


def prepare_sendmmsg():
    started(FAR, 'sink_udp', THERE, 5_000)
    return lambda: Program(NEAR, 'send_many', 5_000).truths()


SCENARIOS = {
    'a socket handed over (SCM_RIGHTS)': prepare_handed_over,
    'four pre-forked workers of one listener': prepare_workers,
    'an SO_REUSEPORT group of four, UDP': prepare_reuseport,
    'MPTCP': prepare_mptcp,
    'a masqueraded container that ends': prepare_container,
    '50 processes of a millisecond': prepare_millisecond,
    'a server that forks for each of 200 connections': prepare_forking_server,
    '20 masqueraded containers, each less than a second': prepare_containers,
    '200 processes of a millisecond, 64 interfaces': prepare_interfaces(31),
    '200 processes of a millisecond, 300 interfaces': prepare_interfaces(149),
    'a 5-tuple used by three processes in turn, UDP': prepare_in_turn,
    'multicast with two receivers': prepare_multicast,
    'raw IPv6, protocol 253': prepare_raw6,
    'a packet socket that sends UDP': prepare_packet_socket,
    'UDP through DNAT': prepare_udp_dnat,
    'local REDIRECT: client and proxy': prepare_redirect,
    'TPROXY': prepare_tproxy,
    'a bridge with br_netfilter: client and server': prepare_bridge,
    'sendfile': prepare_way('sendfile'),
    'splice': prepare_way('splice'),
    'io_uring': prepare_way('io_uring'),
    'MSG_ZEROCOPY': prepare_way('zerocopy'),
    'sendmmsg': prepare_sendmmsg,
}


def main():
    if sys.argv[1] == '--part':
        globals()[sys.argv[2]](*sys.argv[3:])
        return
    if sys.argv[1] == '--list':
        print('\n'.join(SCENARIOS))
        return
    try:
        world()
        run = SCENARIOS[sys.argv[1]]()
        time.sleep(0.5)
        say('ready')
        sys.stdin.readline()
        run()
        for pid, limits in truths.items():
            say('truth', pid, *limits)
        say('end')
        sys.stdin.readline()
    finally:
        for program in programs:
            program.process.kill()
        clean()


main()
