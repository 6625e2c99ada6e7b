"""The work of all contestants with pyroute2: one IPRoute, one call for each object.

Reads lines "KIND VERB COUNT" and answers with "ok NANOSECONDS OBJECTS" or "no REASON".
"""
import socket
import struct
import sys
import time

from pyroute2 import IPRoute

ipr = IPRoute()
REMOTE = "192.0.2.1"
PREFIX = {"veth": "v", "vxlan": "x", "geneve": "g"}


def host(network, i):
    return socket.inet_ntoa(struct.pack(">I", (network << 24) + i + 1))


def station(i):
    return "02:00:" + ":".join("%02x" % b for b in struct.pack(">I", i + 1))


def index(name):
    return socket.if_nametoindex(name)


def device(kind, i):
    name = PREFIX[kind] + str(i)
    if kind == "veth":
        return dict(ifname=name, kind="veth", peer="w%d" % i)
    if kind == "vxlan":
        return dict(ifname=name, kind="vxlan", vxlan_id=i + 1, vxlan_group=REMOTE, vxlan_port=4789)
    return dict(ifname=name, kind="geneve", geneve_id=i + 1, geneve_remote=REMOTE)


def step(kind, verb):
    """What is done to object i."""
    word = {"delete": "del"}.get(verb, verb)
    if kind == "neighbor":
        bench = index("bench0")
        return lambda i: ipr.neigh(word, dst=host(10, i), lladdr=station(i), ifindex=bench, state=128)
    if kind == "fdb":
        port = index("port0")
        return lambda i: ipr.fdb(word, ifindex=port, lladdr=station(i), state=64, flags=4)
    if kind == "address":
        bench = index("bench0")
        return lambda i: ipr.addr(word, index=bench, address=host(12, i), prefixlen=32)
    if kind == "route":
        bench = index("bench0")
        return lambda i: ipr.route(word, dst=host(11, i) + "/32", oif=bench, scope="link")
    if verb == "add":
        return lambda i: ipr.link("add", **device(kind, i))
    if verb == "delete":
        return lambda i: ipr.link("del", ifname=PREFIX[kind] + str(i))
    raise NotImplementedError("not done by this library")


def dump(kind):
    if kind == "neighbor":
        return ipr.get_neighbours(ifindex=index("bench0"))
    if kind == "fdb":
        return ipr.fdb("dump", ifindex=index("port0"))
    if kind == "address":
        return ipr.get_addr(family=socket.AF_INET, index=index("bench0"))
    if kind == "route":
        return ipr.get_routes(family=socket.AF_INET)
    return ipr.get_links()


for line in sys.stdin:
    kind, verb, count = line.split()
    try:
        objects = 0
        if verb == "dump":
            start = time.perf_counter_ns()
            objects = len(list(dump(kind)))
        else:
            one = step(kind, verb)
            start = time.perf_counter_ns()
            for i in range(int(count)):
                one(i)
        print("ok", time.perf_counter_ns() - start, objects, flush=True)
    except Exception as failure:  # told, not hidden: the table then has no figure
        print("no", repr(failure).replace("\n", " "), flush=True)
