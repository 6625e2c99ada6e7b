/*
 * A hand-written loop over a capture file: pcap with an Ethernet, IPv4, UDP and Geneve header, and Ethernet, IPv4 and TCP or UDP inside,
 * read into a structure per packet. Prints "ok NANOSECONDS PACKETS" for the file named. No rule of the RFC is checked beyond lengths.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct packet {
    uint64_t time;
    uint32_t source, target, vni, inner_source, inner_target;
    uint16_t from, to, protocol, inner_from, inner_to;
    uint8_t version, options, critical, inner_protocol;
};

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint16_t u16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static uint32_t u32(const uint8_t *p) { return (uint32_t)u16(p) << 16 | u16(p + 2); }

static const uint8_t *ip(const uint8_t *p, const uint8_t *end, uint32_t *source, uint32_t *target, uint8_t *protocol)
{
    size_t size;
    if (end - p < 20 || p[0] >> 4 != 4 || (size = (size_t)(p[0] & 15) * 4) < 20 || (size_t)(end - p) < size)
        return NULL;
    *source = u32(p + 12), *target = u32(p + 16), *protocol = p[9];
    return p + size;
}

static int decode(const uint8_t *p, const uint8_t *end, struct packet *out)
{
    uint8_t protocol;
    if (end - p < 14 || u16(p + 12) != 0x0800 || !(p = ip(p + 14, end, &out->source, &out->target, &protocol)) || protocol != 17 || end - p < 16)
        return 0;
    out->from = u16(p), out->to = u16(p + 2);
    if (out->to != 6081)
        return 0;
    p += 8;
    out->version = p[0] >> 6, out->options = (uint8_t)((p[0] & 63) * 4), out->critical = p[1] >> 6 & 1;
    out->protocol = u16(p + 2), out->vni = u32(p + 4) >> 8;
    if (end - p < 8 + out->options || out->version)
        return 0;
    p += 8 + out->options;
    if (out->protocol != 0x6558 || end - p < 14 || u16(p + 12) != 0x0800)
        return 1;
    if ((p = ip(p + 14, end, &out->inner_source, &out->inner_target, &out->inner_protocol)) && end - p >= 4)
        out->inner_from = u16(p), out->inner_to = u16(p + 2);
    return 1;
}

int main(int argc, char **argv)
{
    uint64_t start = now();
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    uint8_t header[24], record[16], *bytes = malloc(262144);
    size_t count = 0, room = 1024;
    struct packet *packets = malloc(room * sizeof *packets);
    if (!file || fread(header, sizeof header, 1, file) != 1)
        return puts("no file"), 1;
    setvbuf(file, NULL, _IOFBF, 1 << 16);
    while (fread(record, sizeof record, 1, file) == 1) {
        uint32_t part, seconds, length;
        memcpy(&seconds, record, 4), memcpy(&part, record + 4, 4), memcpy(&length, record + 8, 4);
        if (length > 262144 || fread(bytes, length, 1, file) != 1)
            break;
        if (count == room)
            packets = realloc(packets, (room *= 2) * sizeof *packets);
        memset(packets + count, 0, sizeof *packets);
        packets[count].time = seconds * 1000000000ull + part;
        count += (size_t)decode(bytes, bytes + length, packets + count);
    }
    printf("ok %llu %zu\n", (unsigned long long)(now() - start), count);
    return 0;
}
