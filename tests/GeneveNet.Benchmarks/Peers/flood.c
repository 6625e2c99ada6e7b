/* Sends COUNT Geneve packets of SIZE bytes to HOST, port 6081, as fast as it can. Prints "ok NANOSECONDS PACKETS". */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

int main(int argc, char **argv)
{
    if (argc != 4)
        return fprintf(stderr, "flood HOST COUNT SIZE\n"), 2;
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(6081) };
    long count = atol(argv[2]), sent = 0;
    static uint8_t packet[2048] = { 0, 0, 0x65, 0x58, 0, 3, 0xe8, 0 };
    struct iovec part = { packet, (size_t)atol(argv[3]) };
    struct mmsghdr many[64];
    struct timespec a, b;
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (part.iov_len > sizeof packet || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 || connect(s, (struct sockaddr *)&to, sizeof to))
        return perror("flood"), 1;
    memset(many, 0, sizeof many);
    for (int i = 0; i < 64; i++)
        many[i].msg_hdr.msg_iov = &part, many[i].msg_hdr.msg_iovlen = 1;
    clock_gettime(CLOCK_MONOTONIC, &a);
    while (sent < count) {
        int done = sendmmsg(s, many, count - sent < 64 ? (unsigned)(count - sent) : 64, 0);
        if (done > 0)
            sent += done;
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("ok %lld %ld\n", (b.tv_sec - a.tv_sec) * 1000000000ll + b.tv_nsec - a.tv_nsec, sent);
    return 0;
}
