/*
 * The floor: what the kernel itself costs. Netlink messages are written and read by hand, as many as fit go in one
 * datagram, and the last alone asks for an acknowledgement; a dump is read into an array of structures.
 *
 * Reads lines "KIND VERB COUNT" and answers each with "ok NANOSECONDS OBJECTS" or "no REASON". Objects, names and links
 * are those of every contestant; see Work.cs.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef NETLINK_GET_STRICT_CHK
#define NETLINK_GET_STRICT_CHK 12
#endif
#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

enum { BATCH = 128 * 1024, ANSWER = 128 * 1024, GROUP = 4711 };

static int sock;
static uint32_t sequence;
static char out[BATCH + 4096], in[ANSWER];
static size_t used;
static struct nlmsghdr *message;
static char why[160];

/* What a dump is read into. */
struct entry {
    uint8_t family, flags, length, type;
    uint16_t state, vlan;
    int index, master;
    uint8_t address[16], gateway[16], mac[8];
    struct nda_cacheinfo ages;
};

struct device {
    int index, master, parent;
    unsigned flags, mtu, queue;
    uint8_t mac[8], state;
    char name[IFNAMSIZ], kind[16], qdisc[16];
    struct rtnl_link_stats64 counters;
};

static union { struct entry *entries; struct device *devices; void *any; } table;
static size_t held, room;

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void *append(size_t size)
{
    void *at = out + used;
    memset(at, 0, NLMSG_ALIGN(size));
    used += NLMSG_ALIGN(size);
    return at;
}

static void *begin(int type, int flags, size_t body)
{
    message = append(sizeof *message);
    message->nlmsg_type = (uint16_t)type;
    message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    message->nlmsg_seq = ++sequence;
    return append(body);
}

static void put(int type, const void *data, size_t size)
{
    struct rtattr *a = append(RTA_LENGTH(size));
    a->rta_type = (uint16_t)type;
    a->rta_len = (uint16_t)RTA_LENGTH(size);
    memcpy(RTA_DATA(a), data, size);
}

static struct rtattr *nest(int type)
{
    struct rtattr *a = append(RTA_LENGTH(0));
    a->rta_type = (uint16_t)(type | NLA_F_NESTED);
    return a;
}

static void close_nest(struct rtattr *a) { a->rta_len = (uint16_t)(out + used - (char *)a); }

static void end(void) { message->nlmsg_len = (uint32_t)(out + used - (char *)message); }

/* The objects. */
static uint32_t host(unsigned network, int i) { return htonl((network << 24) + (uint32_t)i + 1); }

static void station(uint8_t *mac, int i)
{
    uint32_t n = htonl((uint32_t)i + 1);
    mac[0] = 2, mac[1] = 0;
    memcpy(mac + 2, &n, 4);
}

static int bench, port;

static void neighbor(int i, int type, int flags)
{
    uint32_t address = host(10, i);
    uint8_t mac[6];
    struct ndmsg *m = begin(type, flags, sizeof *m);
    m->ndm_family = AF_INET, m->ndm_ifindex = bench, m->ndm_state = type == RTM_NEWNEIGH ? NUD_PERMANENT : 0;
    put(NDA_DST, &address, 4);
    if (type == RTM_NEWNEIGH)
        station(mac, i), put(NDA_LLADDR, mac, 6);
    end();
}

static void fdb(int i, int type, int flags)
{
    uint8_t mac[6];
    struct ndmsg *m = begin(type, flags, sizeof *m);
    m->ndm_family = AF_BRIDGE, m->ndm_ifindex = port, m->ndm_flags = NTF_MASTER, m->ndm_state = type == RTM_NEWNEIGH ? NUD_NOARP : 0;
    station(mac, i), put(NDA_LLADDR, mac, 6);
    end();
}

static void address(int i, int type, int flags)
{
    uint32_t own = host(12, i);
    struct ifaddrmsg *m = begin(type, flags, sizeof *m);
    m->ifa_family = AF_INET, m->ifa_prefixlen = 32, m->ifa_index = (unsigned)bench;
    put(IFA_ADDRESS, &own, 4), put(IFA_LOCAL, &own, 4);
    end();
}

static void route(int i, int type, int flags)
{
    uint32_t to = host(11, i);
    struct rtmsg *m = begin(type, flags, sizeof *m);
    m->rtm_family = AF_INET, m->rtm_dst_len = 32, m->rtm_table = RT_TABLE_MAIN, m->rtm_protocol = RTPROT_BOOT;
    m->rtm_scope = RT_SCOPE_LINK, m->rtm_type = RTN_UNICAST;
    put(RTA_DST, &to, 4), put(RTA_OIF, &bench, 4);
    end();
}

static void device(const char *kind, const char *prefix, int i, int type, int flags)
{
    char name[IFNAMSIZ];
    struct ifinfomsg *m = begin(type, flags, sizeof *m);
    snprintf(name, sizeof name, "%s%d", prefix, i);
    (void)m;
    put(IFLA_IFNAME, name, strlen(name) + 1);
    if (type == RTM_NEWLINK) {
        struct rtattr *info = nest(IFLA_LINKINFO), *data;
        uint32_t id = (uint32_t)i + 1, remote = htonl(0xc0000201);
        put(IFLA_INFO_KIND, kind, strlen(kind));
        data = nest(IFLA_INFO_DATA);
        if (!strcmp(kind, "veth")) {
            struct rtattr *peer = nest(VETH_INFO_PEER);
            append(sizeof(struct ifinfomsg));
            name[0] = 'w';
            put(IFLA_IFNAME, name, strlen(name) + 1);
            close_nest(peer);
        } else if (!strcmp(kind, "vxlan")) {
            uint16_t udp = htons(4789);
            put(IFLA_VXLAN_ID, &id, 4), put(IFLA_VXLAN_GROUP, &remote, 4), put(IFLA_VXLAN_PORT, &udp, 2);
        } else {
            put(IFLA_GENEVE_ID, &id, 4), put(IFLA_GENEVE_REMOTE, &remote, 4);
        }
        close_nest(data), close_nest(info);
    }
    if (type == RTM_SETLINK) {
        uint32_t group = GROUP;
        put(IFLA_GROUP, &group, 4);
    }
    end();
}

static void veth(int i, int type, int flags) { device("veth", "v", i, type, flags); }
static void vxlan(int i, int type, int flags) { device("vxlan", "x", i, type, flags); }
static void geneve(int i, int type, int flags) { device("geneve", "g", i, type, flags); }

/* Talking. */
static int push(void)
{
    struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
    if (sendto(sock, out, used, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
        return snprintf(why, sizeof why, "send: %s", strerror(errno)), -1;
    used = 0;
    return 0;
}

static int await(uint32_t last)
{
    for (;;) {
        ssize_t got = recv(sock, in, sizeof in, 0);
        struct nlmsghdr *m = (struct nlmsghdr *)in;
        if (got < 0)
            return snprintf(why, sizeof why, "recv: %s", strerror(errno)), -1;
        for (; NLMSG_OK(m, (size_t)got); m = NLMSG_NEXT(m, got)) {
            struct nlmsgerr *e = NLMSG_DATA(m);
            if (m->nlmsg_type != NLMSG_ERROR)
                continue;
            if (e->error)
                return snprintf(why, sizeof why, "%s", strerror(-e->error)), -1;
            if (m->nlmsg_seq == last)
                return 0;
        }
    }
}

typedef void (*writer)(int, int, int);

static int change(writer write, int count, int type, int flags)
{
    for (int i = 0; i < count; i++) {
        write(i, type, flags);
        if (i == count - 1 || used > BATCH) {
            message->nlmsg_flags |= NLM_F_ACK;
            if (push() || await(sequence))
                return -1;
        }
    }
    return 0;
}

static void *next(size_t size)
{
    if (held == room) {
        room = room ? room * 2 : 1024;
        table.any = realloc(table.any, room * size);
    }
    void *at = (char *)table.any + size * held++;
    memset(at, 0, size);
    return at;
}

static void copy(void *to, const struct rtattr *a, size_t most)
{
    size_t size = RTA_PAYLOAD(a);
    memcpy(to, RTA_DATA(a), size < most ? size : most);
}

static void read_neighbor(struct nlmsghdr *m)
{
    struct ndmsg *n = NLMSG_DATA(m);
    struct entry *e = next(sizeof *e);
    int left = (int)NLMSG_PAYLOAD(m, sizeof *n);
    e->family = n->ndm_family, e->index = n->ndm_ifindex, e->state = n->ndm_state, e->flags = n->ndm_flags, e->type = n->ndm_type;
    for (struct rtattr *a = (struct rtattr *)(n + 1); RTA_OK(a, left); a = RTA_NEXT(a, left))
        switch (a->rta_type) {
        case NDA_DST: copy(e->address, a, 16); break;
        case NDA_LLADDR: copy(e->mac, a, 8); break;
        case NDA_CACHEINFO: copy(&e->ages, a, sizeof e->ages); break;
        case NDA_VLAN: copy(&e->vlan, a, 2); break;
        case NDA_MASTER: copy(&e->master, a, 4); break;
        }
}

static void read_address(struct nlmsghdr *m)
{
    struct ifaddrmsg *n = NLMSG_DATA(m);
    struct entry *e = next(sizeof *e);
    int left = (int)NLMSG_PAYLOAD(m, sizeof *n);
    e->family = n->ifa_family, e->length = n->ifa_prefixlen, e->index = (int)n->ifa_index, e->flags = n->ifa_flags;
    for (struct rtattr *a = (struct rtattr *)(n + 1); RTA_OK(a, left); a = RTA_NEXT(a, left))
        switch (a->rta_type) {
        case IFA_ADDRESS: copy(e->gateway, a, 16); break;
        case IFA_LOCAL: copy(e->address, a, 16); break;
        case IFA_CACHEINFO: copy(&e->ages, a, sizeof e->ages); break;
        }
}

static void read_route(struct nlmsghdr *m)
{
    struct rtmsg *n = NLMSG_DATA(m);
    struct entry *e = next(sizeof *e);
    int left = (int)NLMSG_PAYLOAD(m, sizeof *n);
    e->family = n->rtm_family, e->length = n->rtm_dst_len, e->type = n->rtm_type, e->flags = n->rtm_table;
    for (struct rtattr *a = (struct rtattr *)(n + 1); RTA_OK(a, left); a = RTA_NEXT(a, left))
        switch (a->rta_type) {
        case RTA_DST: copy(e->address, a, 16); break;
        case RTA_GATEWAY: copy(e->gateway, a, 16); break;
        case RTA_OIF: copy(&e->index, a, 4); break;
        case RTA_TABLE: copy(&e->master, a, 4); break;
        }
}

static void read_device(struct nlmsghdr *m)
{
    struct ifinfomsg *n = NLMSG_DATA(m);
    struct device *d = next(sizeof *d);
    int left = (int)NLMSG_PAYLOAD(m, sizeof *n);
    d->index = n->ifi_index, d->flags = n->ifi_flags;
    for (struct rtattr *a = (struct rtattr *)(n + 1); RTA_OK(a, left); a = RTA_NEXT(a, left))
        switch (a->rta_type & NLA_TYPE_MASK) {
        case IFLA_IFNAME: copy(d->name, a, IFNAMSIZ); break;
        case IFLA_ADDRESS: copy(d->mac, a, 8); break;
        case IFLA_MTU: copy(&d->mtu, a, 4); break;
        case IFLA_LINK: copy(&d->parent, a, 4); break;
        case IFLA_MASTER: copy(&d->master, a, 4); break;
        case IFLA_TXQLEN: copy(&d->queue, a, 4); break;
        case IFLA_OPERSTATE: copy(&d->state, a, 1); break;
        case IFLA_QDISC: copy(d->qdisc, a, 15); break;
        case IFLA_STATS64: copy(&d->counters, a, sizeof d->counters); break;
        case IFLA_LINKINFO: {
            int inner = (int)RTA_PAYLOAD(a);
            for (struct rtattr *b = RTA_DATA(a); RTA_OK(b, inner); b = RTA_NEXT(b, inner))
                if (b->rta_type == IFLA_INFO_KIND)
                    copy(d->kind, b, 15);
        }
        }
}

static int dump(int type, const void *query, size_t size, int filter, int value, void (*read)(struct nlmsghdr *))
{
    memcpy(begin(type, NLM_F_DUMP, size), query, size);
    if (filter)
        put(filter, &value, 4);
    end();
    held = room = 0, table.any = NULL;
    if (push())
        return -1;
    for (;;) {
        ssize_t got = recv(sock, in, sizeof in, 0);
        struct nlmsghdr *m = (struct nlmsghdr *)in;
        if (got < 0)
            return snprintf(why, sizeof why, "recv: %s", strerror(errno)), -1;
        for (; NLMSG_OK(m, (size_t)got); m = NLMSG_NEXT(m, got)) {
            if (m->nlmsg_type == NLMSG_DONE)
                return 0;
            if (m->nlmsg_type == NLMSG_ERROR)
                return snprintf(why, sizeof why, "%s", strerror(-((struct nlmsgerr *)NLMSG_DATA(m))->error)), -1;
            read(m);
        }
    }
}

struct kind { const char *name; writer write; int add, delete, get; };

static const struct kind kinds[] = {
    { "neighbor", neighbor, RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH },
    { "fdb", fdb, RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH },
    { "address", address, RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR },
    { "route", route, RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE },
    { "veth", veth, RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK },
    { "vxlan", vxlan, RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK },
    { "geneve", geneve, RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK },
};

static int dump_kind(const struct kind *k)
{
    struct ndmsg neighbors = { .ndm_family = AF_UNSPEC }, stations = { .ndm_family = AF_BRIDGE };
    struct ifaddrmsg addresses = { .ifa_index = (unsigned)bench };
    struct rtmsg routes = { .rtm_family = AF_INET, .rtm_table = RT_TABLE_MAIN };
    struct ifinfomsg devices = { .ifi_family = AF_UNSPEC };
    switch (k->get) {
    case RTM_GETADDR: return dump(k->get, &addresses, sizeof addresses, 0, 0, read_address);
    case RTM_GETROUTE: return dump(k->get, &routes, sizeof routes, 0, 0, read_route);
    case RTM_GETLINK: return dump(k->get, &devices, sizeof devices, 0, 0, read_device);
    }
    return k->write == fdb
        ? dump(k->get, &stations, sizeof stations, NDA_MASTER, (int)if_nametoindex("br0"), read_neighbor)
        : dump(k->get, &neighbors, sizeof neighbors, NDA_IFINDEX, bench, read_neighbor);
}

/* All links of the group, in one go: one by one each would wait for all processors to have let go of it. */
static int clear(void)
{
    uint32_t group = GROUP;
    begin(RTM_DELLINK, NLM_F_ACK, sizeof(struct ifinfomsg));
    put(IFLA_GROUP, &group, 4);
    end();
    return push() || await(sequence);
}

/* Creates a named network namespace, lists its links from inside, and removes it. */
static void *cycle(void *argument)
{
    const char *path = argument;
    int kept = sock, own = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    struct ifinfomsg devices = { .ifi_family = AF_UNSPEC };
    if (own < 0 || close(own) || unshare(CLONE_NEWNET) || mount("/proc/thread-self/ns/net", path, "none", MS_BIND, NULL))
        return snprintf(why, sizeof why, "namespace: %s", strerror(errno)), argument;
    sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    int failed = dump(RTM_GETLINK, &devices, sizeof devices, 0, 0, read_device);
    close(sock);
    sock = kept;
    return failed || umount2(path, MNT_DETACH) || unlink(path) ? argument : NULL;
}

static int cycles(int count)
{
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        void *failed;
        char path[] = "/run/netns/floor";
        if (pthread_create(&thread, NULL, cycle, path) || pthread_join(thread, &failed) || failed)
            return -1;
        free(table.any), table.any = NULL;
    }
    return 0;
}

static int run(const struct kind *k, const char *verb, int count)
{
    if (!strcmp(verb, "add"))
        return change(k->write, count, k->add, NLM_F_CREATE | NLM_F_EXCL);
    if (!strcmp(verb, "replace"))
        return change(k->write, count, k->add, NLM_F_CREATE | NLM_F_REPLACE);
    if (!strcmp(verb, "delete"))
        return change(k->write, count, k->delete, 0);
    if (!strcmp(verb, "clear"))
        return change(k->write, count, RTM_SETLINK, 0) || clear();
    return strcmp(verb, "dump") ? (snprintf(why, sizeof why, "unknown verb"), -1) : dump_kind(k);
}

int main(void)
{
    int on = 1, large = 4 * 1024 * 1024;
    char kind[32], verb[32];
    int count;
    struct sockaddr_nl any = { .nl_family = AF_NETLINK };
    sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    setsockopt(sock, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
    setsockopt(sock, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
    setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &large, sizeof large);
    setsockopt(sock, SOL_SOCKET, SO_SNDBUFFORCE, &large, sizeof large);
    if (bind(sock, (struct sockaddr *)&any, sizeof any))
        return perror("bind"), 1;

    while (scanf("%31s %31s %d", kind, verb, &count) == 3) {
        const struct kind *k = NULL;
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            if (!strcmp(kinds[i].name, kind))
                k = kinds + i;
        bench = (int)if_nametoindex("bench0"), port = (int)if_nametoindex("port0");
        held = 0, used = 0, table.any = NULL;
        while (recv(sock, in, sizeof in, MSG_DONTWAIT) > 0)
            ; /* what was left of a run that failed */
        uint64_t start = now();
        int failed = !strcmp(kind, "namespace") ? cycles(count) : k ? run(k, verb, count) : (snprintf(why, sizeof why, "unknown kind"), -1);
        uint64_t took = now() - start;
        if (failed)
            printf("no %s\n", why);
        else
            printf("ok %llu %zu\n", (unsigned long long)took, held);
        fflush(stdout);
        free(table.any);
    }
    return 0;
}
