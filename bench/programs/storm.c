// storm serve tcp|udp ADDRESS PORT REQUEST RESPONSE
// storm call tcp|udp ADDRESS PORT REQUEST RESPONSE COUNT WORKERS share|fork TRUTH
// Short conversations, a socket each, held 1 to 5 ms. share: WORKERS processes share them; fork: each in a process of its own.
// TRUTH gets a line for each: local port, process id, bytes sent, bytes received (payload).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_SOCKETS = 65536, BUFFER = 65536 };
static int request, response, type;
static struct sockaddr_in peer;
static char buffer[BUFFER];

static _Noreturn void serve_datagrams(int server)
{
    for (;;) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        if (recvfrom(server, buffer, BUFFER, 0, (void *)&from, &length) >= 0)
            sendto(server, buffer, response, 0, (void *)&from, length);
    }
}

static _Noreturn void serve_connections(int listener)
{
    static int received[MOST_SOCKETS];
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listener }, events[64];
    int poll = epoll_create1(0);
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(poll, events, 64, -1);
        for (int i = 0; i < count; i++) {
            int ready = events[i].data.fd, accepted;
            if (ready == listener) {
                while ((accepted = accept4(listener, 0, 0, 0)) >= 0) {
                    received[accepted] = 0;
                    event.data.fd = accepted;
                    epoll_ctl(poll, EPOLL_CTL_ADD, accepted, &event);
                }
                continue;
            }
            ssize_t length = recv(ready, buffer, BUFFER, MSG_DONTWAIT);
            if (length == 0) {
                close(ready);
            } else if (length > 0 && (received[ready] += length) >= request) {
                received[ready] -= request;
                send(ready, buffer, response, MSG_NOSIGNAL);
            }
        }
    }
}

static int serve(void)
{
    int server = socket(AF_INET, type == SOCK_STREAM ? type | SOCK_NONBLOCK : type, 0), one = 1;
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(server, (void *)&peer, sizeof peer) || (type == SOCK_STREAM && listen(server, 1024)))
        return 1;
    puts("ready");
    fflush(stdout);
    if (type == SOCK_STREAM)
        serve_connections(server);
    serve_datagrams(server);
}

static void call(int truth, unsigned *seed)
{
    int client = socket(AF_INET, type, 0), received = 0;
    struct sockaddr_in self;
    socklen_t length = sizeof self;
    struct timeval limit = { 2, 0 };
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(client, (void *)&peer, sizeof peer)) {
        perror("connect");
        close(client);
        return;
    }
    getsockname(client, (void *)&self, &length);
    send(client, buffer, request, MSG_NOSIGNAL);
    for (ssize_t count; received < response && (count = recv(client, buffer, BUFFER, 0)) > 0;)
        received += count;
    nanosleep(&(struct timespec){ 0, 1000000 + rand_r(seed) % 4000000 }, 0);
    close(client);
    char line[80];
    int size = snprintf(line, sizeof line, "%d %d %d %d\n", ntohs(self.sin_port), getpid(), request, received);
    if (write(truth, line, size) != size)
        exit(1);
}

int main(int argc, char **argv)
{
    if (argc < 7)
        return 2;
    type = strcmp(argv[2], "tcp") ? SOCK_DGRAM : SOCK_STREAM;
    peer = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(atoi(argv[4])) };
    inet_pton(AF_INET, argv[3], &peer.sin_addr);
    request = atoi(argv[5]);
    response = atoi(argv[6]);
    if (!strcmp(argv[1], "serve"))
        return serve();
    if (argc != 11)
        return 2;
    int count = atoi(argv[7]), workers = atoi(argv[8]), is_fork = !strcmp(argv[9], "fork");
    int truth = open(argv[10], O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
    for (int worker = 0; worker < workers; worker++) {
        if (fork())
            continue;
        unsigned seed = worker * 7919 + 1;
        for (int i = 0; i < count / workers + (worker < count % workers); i++) {
            if (!is_fork) {
                call(truth, &seed);
                continue;
            }
            pid_t child = fork();
            if (!child) {
                seed += i * 31;
                call(truth, &seed);
                _exit(0);
            }
            waitpid(child, 0, 0);
        }
        _exit(0);
    }
    while (wait(0) > 0) { }
    puts("done");
}
