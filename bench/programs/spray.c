// spray SOURCE DESTINATION COUNT RATE: sends COUNT UDP packets, each of a conversation of its own, at a steady rate, and prints how many.
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { PORTS = 64000, FIRST = 1024, PAYLOAD = 32 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    long count = atol(argv[3]), sent = 0;
    double rate = atof(argv[4]), start = now();
    int raw = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
    struct { struct iphdr ip; struct udphdr udp; char payload[PAYLOAD]; } packet;
    memset(&packet, 0, sizeof packet);
    packet.ip = (struct iphdr){ .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP };
    inet_pton(AF_INET, argv[1], &packet.ip.saddr);
    inet_pton(AF_INET, argv[2], &packet.ip.daddr);
    packet.udp.len = htons(sizeof packet.udp + PAYLOAD);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = packet.ip.daddr };
    for (long i = 0; i < count; i++) {
        while ((now() - start) * rate < i)
            nanosleep(&(struct timespec){ 0, 100000 }, 0);
        packet.udp.source = htons(FIRST + i / PORTS);
        packet.udp.dest = htons(FIRST + i % PORTS);
        if (sendto(raw, &packet, sizeof packet, 0, (void *)&address, sizeof address) == sizeof packet)
            sent++;
    }
    printf("sent %ld\n", sent);
    return 0;
}
