// flood ADDRESS PORT FLOWS PAYLOAD RATE SECONDS: sends UDP datagrams at a steady rate over FLOWS sockets, and prints how many.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc != 7)
        return 2;
    int flows = atoi(argv[3]), payload = atoi(argv[4]), *sockets = calloc(flows, sizeof *sockets);
    double rate = atof(argv[5]), seconds = atof(argv[6]);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])) };
    inet_pton(AF_INET, argv[1], &address.sin_addr);
    for (int i = 0; i < flows; i++) {
        sockets[i] = socket(AF_INET, SOCK_DGRAM, 0);
        if (connect(sockets[i], (void *)&address, sizeof address))
            return 1;
    }
    struct iovec data = { calloc(1, payload + 1), payload };
    struct mmsghdr messages[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        messages[i].msg_hdr.msg_iov = &data;
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    long sent = 0;
    double start = now(), passed;
    for (int flow = 0; (passed = now() - start) < seconds;) {
        long due = (long)(passed * rate) - sent;
        if (due <= 0) {
            nanosleep(&(struct timespec){ 0, 200000 }, 0);
            continue;
        }
        int count = sendmmsg(sockets[flow], messages, due < BATCH ? due : BATCH, 0);
        flow = (flow + 1) % flows;
        if (count > 0)
            sent += count;
        else if (errno != ECONNREFUSED && errno != ENOBUFS)
            return 1;
    }
    printf("sent %ld\n", sent);
}
