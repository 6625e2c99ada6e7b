// The work of all contestants with github.com/vishvananda/netlink: one handle, one call for each object.
// Reads lines "KIND VERB COUNT" and answers with "ok NANOSECONDS OBJECTS" or "no REASON".
package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

var (
	handle *netlink.Handle
	hosts  []net.IP
	macs   []net.HardwareAddr
)

var errNo = errors.New("not done by this library")

func prepare(network byte, count int) {
	hosts, macs = make([]net.IP, count), make([]net.HardwareAddr, count)
	for i := range hosts {
		hosts[i] = make(net.IP, 4)
		binary.BigEndian.PutUint32(hosts[i], uint32(i+1))
		hosts[i][0] = network
		macs[i] = net.HardwareAddr{2, 0, 0, 0, 0, 0}
		binary.BigEndian.PutUint32(macs[i][2:], uint32(i+1))
	}
}

func single(ip net.IP) *net.IPNet { return &net.IPNet{IP: ip, Mask: net.CIDRMask(32, 32)} }

func device(kind string, i int) netlink.Link {
	switch kind {
	case "veth":
		return &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: fmt.Sprintf("v%d", i)}, PeerName: fmt.Sprintf("w%d", i)}
	case "vxlan":
		return &netlink.Vxlan{LinkAttrs: netlink.LinkAttrs{Name: fmt.Sprintf("x%d", i)}, VxlanId: i + 1, Group: net.IPv4(192, 0, 2, 1), Port: 4789}
	}
	return &netlink.Geneve{LinkAttrs: netlink.LinkAttrs{Name: fmt.Sprintf("g%d", i)}, ID: uint32(i + 1), Remote: net.IPv4(192, 0, 2, 1)}
}

// One object of a kind; done is prepared outside the time.
func work(kind, verb string, index int, made []netlink.Link) func(int) error {
	neighbor := func(i int) *netlink.Neigh {
		return &netlink.Neigh{LinkIndex: index, State: netlink.NUD_PERMANENT, IP: hosts[i], HardwareAddr: macs[i]}
	}
	station := func(i int) *netlink.Neigh {
		return &netlink.Neigh{LinkIndex: index, Family: unix.AF_BRIDGE, Flags: netlink.NTF_MASTER, State: netlink.NUD_NOARP, HardwareAddr: macs[i]}
	}
	address := func(i int) *netlink.Addr { return &netlink.Addr{IPNet: single(hosts[i])} }
	route := func(i int) *netlink.Route {
		return &netlink.Route{LinkIndex: index, Dst: single(hosts[i]), Scope: netlink.SCOPE_LINK}
	}
	bench := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Index: index, Name: "bench0"}}
	switch kind + " " + verb {
	case "neighbor add":
		return func(i int) error { return handle.NeighAdd(neighbor(i)) }
	case "neighbor replace":
		return func(i int) error { return handle.NeighSet(neighbor(i)) }
	case "neighbor delete":
		return func(i int) error { return handle.NeighDel(neighbor(i)) }
	case "fdb add":
		return func(i int) error { return handle.NeighAdd(station(i)) }
	case "fdb replace":
		return func(i int) error { return handle.NeighSet(station(i)) }
	case "fdb delete":
		return func(i int) error { return handle.NeighDel(station(i)) }
	case "address add":
		return func(i int) error { return handle.AddrAdd(bench, address(i)) }
	case "address replace":
		return func(i int) error { return handle.AddrReplace(bench, address(i)) }
	case "address delete":
		return func(i int) error { return handle.AddrDel(bench, address(i)) }
	case "route add":
		return func(i int) error { return handle.RouteAdd(route(i)) }
	case "route replace":
		return func(i int) error { return handle.RouteReplace(route(i)) }
	case "route delete":
		return func(i int) error { return handle.RouteDel(route(i)) }
	case "veth add", "vxlan add", "geneve add":
		return func(i int) error { return handle.LinkAdd(device(kind, i)) }
	case "veth delete", "vxlan delete", "geneve delete":
		return func(i int) error { return handle.LinkDel(made[i]) }
	}
	return func(int) error { return errNo }
}

func dump(kind string, index int) (int, error) {
	switch kind {
	case "neighbor":
		list, err := handle.NeighList(index, 0)
		return len(list), err
	case "fdb":
		list, err := handle.NeighList(index, unix.AF_BRIDGE)
		return len(list), err
	case "address":
		list, err := handle.AddrList(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Index: index}}, netlink.FAMILY_V4)
		return len(list), err
	case "route":
		list, err := handle.RouteList(nil, netlink.FAMILY_V4)
		return len(list), err
	}
	list, err := handle.LinkList()
	return len(list), err
}

func run(kind, verb string, count int) (time.Duration, int, error) {
	name, network := "bench0", map[string]byte{"neighbor": 10, "route": 11}[kind]
	if network == 0 {
		network = 12
	}
	if kind == "fdb" {
		name = "port0"
	}
	place, err := net.InterfaceByName(name)
	if err != nil {
		return 0, 0, err
	}
	if verb == "dump" {
		start := time.Now()
		objects, err := dump(kind, place.Index)
		return time.Since(start), objects, err
	}
	prepare(network, count)
	var made []netlink.Link
	if verb == "delete" && (kind == "veth" || kind == "vxlan" || kind == "geneve") {
		all, err := handle.LinkList()
		if err != nil {
			return 0, 0, err
		}
		for _, link := range all {
			if link.Type() == kind && link.Attrs().Name[0] == map[string]byte{"veth": 'v', "vxlan": 'x', "geneve": 'g'}[kind] {
				made = append(made, link)
			}
		}
	}
	step := work(kind, verb, place.Index, made)
	start := time.Now()
	for i := 0; i < count; i++ {
		if err := step(i); err != nil {
			return 0, 0, err
		}
	}
	return time.Since(start), 0, nil
}

func main() {
	var err error
	if handle, err = netlink.NewHandle(unix.NETLINK_ROUTE); err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var kind, verb string
		var count int
		fmt.Sscan(lines.Text(), &kind, &verb, &count)
		if took, objects, err := run(kind, verb, count); err != nil {
			fmt.Println("no", err)
		} else {
			fmt.Println("ok", took.Nanoseconds(), objects)
		}
	}
}
