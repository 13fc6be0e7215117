// hold PROCESSES PAIRS: holds sockets. Each process has a listener and PAIRS connections to itself on loopback, both endpoints of each.
// Prints "ready" when all are open; ends when standard input closes.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int hold(int index, int pairs)
{
    // An address for each process: 28,000 ephemeral ports are not enough for all.
    struct sockaddr_in address = { .sin_family = AF_INET };
    address.sin_addr.s_addr = htonl(0x7f000001u + ((unsigned)(index / 250) << 16) + ((unsigned)(index % 250) << 8));
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 512) || getsockname(listener, (void *)&address, &length))
        return 1;
    for (int i = 0; i < pairs; i++) {
        int client = socket(AF_INET, SOCK_STREAM, 0);
        if (client < 0 || connect(client, (void *)&address, sizeof address) || accept(listener, 0, 0) < 0)
            return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    setpgid(0, 0);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int done[2], processes = atoi(argv[1]);
    if (pipe(done))
        return 1;
    for (int i = 0; i < processes; i++)
        if (!fork()) {
            prctl(PR_SET_PDEATHSIG, SIGTERM);
            close(done[0]);
            close(0);
            char result = hold(i, atoi(argv[2])) ? 'E' : 'K';
            if (write(done[1], &result, 1) != 1 || result == 'E')
                return 1;
            close(done[1]);
            for (;;)
                pause();
        }
    close(done[1]);
    int ready = 0;
    char result;
    while (read(done[0], &result, 1) == 1)
        ready += result == 'K';
    printf("%s %d of %d processes\n", ready == processes ? "ready" : "failed", ready, processes);
    fflush(stdout);
    while (read(0, &result, 1) > 0) { }
    signal(SIGTERM, SIG_IGN);
    kill(0, SIGTERM);
    while (wait(0) > 0) { }
    return ready == processes ? 0 : 1;
}
