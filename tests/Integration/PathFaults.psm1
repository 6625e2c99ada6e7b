# The ways to break a path that works, and what must be found then. Everything is done with ip, bridge, tc, sysctl and iptables;
# TestPath.psm1 has the paths, and the functions that the commands may call.

Import-Module "$PSScriptRoot/TestPath.psm1"

# What not every kernel has: commands that fail in a fresh network namespace of a kernel without it.
$features = @{
    BridgeVlanFilter = 'ip link add probe type bridge vlan_filtering 1'
    VlanLink         = 'ip link add probe type bridge', 'ip link add link probe name probe.7 type vlan id 7'
}

# By stage; a new fault is an entry here or in one of the tables beside this file, and nothing else:
#   Fault       what is wrong: the name of its test
#   Break       the commands that make it so, on a path that works
#   Cause       what must be found, and nothing else
#   End         where it must be found: Near or Far
#   Names       what the sentence must have in it, as a pattern: the rule, the queue, the link
#   Next        what the second test must find, where one remedy is not enough: "CAUSE END", and so on; the remedy of the last fixes all
#   Keeps       what else works on it and must go on working, as "FROM ADDRESS", beside what the stage has
#   Deep        the kernel is asked as well
#   Possible    other causes that must be named, where they cannot be told apart from one end
#   Alone       the far end is not shown to the test
#   Arguments   other arguments of the test than the stage has; $null is none
#   Undo        the commands that take back what is not in a namespace of the path
#   NotFixed    the remedy does not bring everything back (routes went with a link), or there is none
#   Needs       names of $features; the test is skipped where one is missing
#   Usual       people have it most, so the stock kernel is always asked; about the others only when it is asked for everything
#   Open        what is wrong with the verdict today: the test is skipped, and says so
#   OpenRemedy  what is wrong with the remedy today: the test is skipped, and says so, once the verdict is right
$faults = [ordered]@{
    direct = @(
        @{
            Fault = 'both tunnels have the same MAC address'
            Break = @(
                'mac=$(mac_of $A geneve0)'
                'ip -n $B link set geneve0 address $mac'
            )
            Cause = 'DuplicateInnerMac'; End = 'Near'
        }
        @{
            Fault = 'a route to the remote leads into the tunnel'
            Break = 'ip -n $A route add 10.0.0.250/32 dev geneve0'
            Cause = 'UnderlayRouteLoop'; End = 'Near'
        }
        @{
            Fault = 'a route to the remote leads into the tunnel there'
            Break = 'ip -n $B route add 10.0.0.251/32 dev geneve0'
            Cause = 'UnderlayRouteLoop'; End = 'Far'
        }
        @{
            Fault = 'a program has the UDP port, and the tunnel is down'
            Break = @(
                'ip -n $A link set geneve0 down'
                'hold_port $A 6081'
            )
            Undo = 'release_port'
            Cause = 'UdpPortInUse'; End = 'Near'; NotFixed = $true; Usual = $true
        }
        @{
            Fault = 'a vxlan link has the UDP port there'
            Break = @(
                'ip -n $B link set geneve0 down'
                'ip -n $B link add vx type vxlan id 5 remote 10.0.0.251 dstport 6081'
                'ip -n $B link set vx up'
            )
            Cause = 'UdpPortInUse'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'a static neighbor of the underlay has a wrong MAC'
            Break = 'ip -n $A neigh replace 10.0.0.250 lladdr 02:00:00:00:00:99 dev eth0'
            Cause = 'StaticNeighborWrongMac'; End = 'Near'; Usual = $true
        }
        @{
            Fault = 'a static neighbor of the underlay has a wrong MAC there'
            Break = 'ip -n $B neigh replace 10.0.0.251 lladdr 02:00:00:00:00:99 dev eth0'
            Cause = 'StaticNeighborWrongMac'; End = 'Far'
        }
        @{
            Fault = 'the VNIs differ, and another tunnel there is healthy'
            Break = @(
                'ip -n $B link del geneve0'
                'ip -n $B link add g5 type geneve id 500 remote 10.0.0.251'
                'ip -n $B link set g5 up'
                'add_far_tunnel id 1001 remote 10.0.0.251'
            )
            Cause = 'VniMismatch'; End = 'Far'
        }
        @{
            Fault = 'the far host has another address now'
            Break = @(
                'ip -n $B addr del 10.0.0.250/24 dev eth0'
                'ip -n $B addr add 10.0.0.249/24 dev eth0'
                'mac=$(mac_of $B eth0)'
                'ip -n $A neigh replace 10.0.0.250 lladdr $mac dev eth0'
            )
            Cause = 'RemoteMismatch'; End = 'Near'
        }
        @{
            Fault = 'one end carries IP without Ethernet'
            Break = @(
                'ip -n $A -batch - <<E'
                'link del geneve0'
                'link add geneve0 type geneve id 1000 remote 10.0.0.250 innerprotoinherit'
                'addr add 11.200.1.1/32 dev geneve0'
                'link set geneve0 up'
                'route add 11.200.2.1/32 dev geneve0'
                'E'
            )
            Cause = 'InnerProtocolMismatch'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'every third packet is lost'
            Break = @(
                'ip netns exec $A ping -n -q -c 1 11.200.2.1'
                'ip netns exec $B iptables-legacy -t raw -A PREROUTING -p udp --dport 6081 -m statistic --mode nth --every 3 --packet 0 -j DROP'
            )
            Cause = 'PacketLoss'; End = 'Far'
        }
        @{
            Fault = 'the tunnel is down here'
            Break = 'ip -n $A link set geneve0 down'
            Cause = 'TunnelDown'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'the tunnel is down there'
            Break = 'ip -n $B link set geneve0 down'
            Cause = 'TunnelDown'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'the underlay link is down here'
            Break = 'ip -n $A link set eth0 down'
            Cause = 'UnderlayLinkDown'; End = 'Near'
        }
        @{
            Fault = 'the cable is out'
            Break = 'ip -n $B link set eth0 down'
            Cause = 'UnderlayLinkDown'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'no route leads to the remote'
            Break = 'ip -n $A route add unreachable 10.0.0.250/32'
            Cause = 'UnderlayNoRoute'; End = 'Near'
        }
        @{
            Fault = 'no route leads back to this end'
            Break = 'ip -n $B route add unreachable 10.0.0.251/32'
            Cause = 'UnderlayNoRoute'; End = 'Far'
        }
        @{
            Fault = 'nobody answers for the remote'
            Break = @(
                'ip -n $B link set eth0 arp off'
                'ip -n $A neigh flush dev eth0'
            )
            Cause = 'UnderlayNeighborFailed'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'a firewall drops on the way out here'
            Break = 'ip netns exec $A iptables-legacy -A OUTPUT -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallOut'; End = 'Near'
        }
        @{
            Fault = 'a firewall drops on the way in there'
            Break = 'ip netns exec $B iptables-legacy -A INPUT -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallIn'; End = 'Far'
        }
        @{
            Fault = 'a firewall rejects on the way in there'
            Break = 'ip netns exec $B iptables-legacy -A INPUT -p udp --dport 6081 -j REJECT'
            Cause = 'UnderlayFirewallIn'; End = 'Far'
        }
        @{
            Fault = 'a firewall drops on the way out there'
            Break = 'ip netns exec $B iptables-legacy -A OUTPUT -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallOut'; End = 'Far'
        }
        @{
            Fault = 'a firewall drops on the way in here'
            Break = 'ip netns exec $A iptables-legacy -A INPUT -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallIn'; End = 'Near'
        }
        @{
            Fault = 'the remote is wrong there'
            Break = 'replace_far_tunnel id 1000 remote 10.0.0.99'
            Cause = 'RemoteMismatch'; End = 'Far'
        }
        @{
            Fault = 'the remote is wrong here'
            Break = 'ip -n $A link set geneve0 type geneve id 1000 remote 10.0.0.99'
            Cause = 'RemoteMismatch'; End = 'Near'
        }
        @{
            Fault = 'the VNIs differ'
            Break = 'replace_far_tunnel id 1001 remote 10.0.0.251'
            Cause = 'VniMismatch'; End = 'Far'; Usual = $true
        }
        @{
            Fault = 'the ports differ'
            Break = 'replace_far_tunnel id 1000 remote 10.0.0.251 dstport 6082'
            Cause = 'PortMismatch'; End = 'Far'
        }
        @{
            Fault = 'there is no tunnel there'
            Break = 'ip -n $B link del geneve0'
            Cause = 'FarTunnelMissing'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'the tunnel was moved away there, and another is in its place'
            Break = @(
                'ip netns add $C'
                'ip -n $B link set geneve0 netns $C'
                'ip -n $C link set geneve0 up'
                'add_far_tunnel id 1001 remote 10.0.0.251'
            )
            Cause = 'TunnelHeldElsewhere'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'there is no tunnel there, seen from here alone'
            Break = 'ip -n $B link del geneve0'
            Alone = $true
            Cause = 'FarPortClosed'; End = 'Near'; NotFixed = $true
            Possible = 'FarTunnelMissing', 'TunnelDown', 'PortMismatch'
        }
        @{
            Fault = 'the VNIs differ, seen from here alone'
            Break = 'replace_far_tunnel id 1001 remote 10.0.0.251'
            Alone = $true
            Cause = 'FarEndSilent'; End = 'Near'; NotFixed = $true
            Possible = 'VniMismatch', 'RemoteMismatch', 'UnderlayFirewallIn'
        }
        @{
            Fault = 'no return route, seen from here alone'
            Break = @(
                'no_rp_filter'
                'ip -n $B route del 11.200.1.1'
            )
            Alone = $true
            Cause = 'FarEndSilent'; End = 'Near'; NotFixed = $true
            Possible = 'NoReturnRoute', 'InnerFirewall'
        }
        @{
            Fault = 'the address is missing there'
            Break = @(
                'ip -n $B addr del 11.200.2.1/32 dev geneve0'
                'ip -n $B route add 11.200.1.1/32 dev geneve0'
            )
            Cause = 'AddressMissing'; End = 'Far'
        }
        @{
            Fault = 'the address is missing here'
            Break = @(
                'no_rp_filter'
                'ip -n $A addr del 11.200.1.1/32 dev geneve0'
                'ip -n $A route add 11.200.2.1/32 dev geneve0'
                'ip -n $B route del 11.200.1.1'
                'ip -n $B route add 10.0.0.251/32 dev other'
            )
            Cause = 'AddressMissing'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'no route leads to the destination'
            Break = 'ip -n $A route del 11.200.2.1'
            Cause = 'InnerNoRoute'; End = 'Near'
        }
        @{
            Fault = 'the route leads elsewhere'
            Break = 'ip -n $A route replace 11.200.2.1/32 dev other'
            Cause = 'InnerRouteWrongDevice'; End = 'Near'
        }
        @{
            Fault = 'the route leads past the tunnel, and is answered there'
            Break = @(
                'no_rp_filter'
                'ip -n $A route replace 11.200.2.1/32 dev eth0'
            )
            Cause = 'InnerRouteWrongDevice'; End = 'Near'
        }
        @{
            Fault = 'no return route'
            Break = @(
                'no_rp_filter'
                'ip -n $B route del 11.200.1.1'
            )
            Cause = 'NoReturnRoute'; End = 'Far'; Usual = $true
        }
        @{
            Fault = 'no return route, and strict filtering: ARP is not answered (section 5)'
            Break = @(
                'ip netns exec $B sysctl -qw net.ipv4.conf.all.rp_filter=1'
                'ip -n $B route del 11.200.1.1'
            )
            Cause = 'NoReturnRoute'; End = 'Far'
        }
        @{
            Fault = 'answers go elsewhere'
            Break = @(
                'no_rp_filter'
                'ip -n $B route replace 11.200.1.1/32 dev other'
            )
            Cause = 'AsymmetricTunnel'; End = 'Far'
        }
        @{
            Fault = 'strict filtering, and the way back goes elsewhere'
            Break = @(
                'ip netns exec $B sysctl -qw net.ipv4.conf.all.rp_filter=1'
                'ip -n $B route replace 11.200.1.1/32 dev other'
            )
            Cause = 'RpFilterStrict'; End = 'Far'; Usual = $true
        }
        @{
            Fault = 'arp_ignore, and the address is on another link'
            Break = @(
                'no_rp_filter'
                'ip -n $B addr del 11.200.2.1/32 dev geneve0'
                'ip -n $B addr add 11.200.2.1/32 dev lo'
                'ip -n $B route add 11.200.1.1/32 dev geneve0'
                'ip netns exec $B sysctl -qw net.ipv4.conf.all.arp_ignore=1'
            )
            Cause = 'ArpIgnored'; End = 'Far'
        }
        @{
            Fault = 'arp_filter, and the way back goes elsewhere'
            Break = @(
                'no_rp_filter'
                'ip -n $B route replace 11.200.1.1/32 dev other'
                'ip netns exec $B sysctl -qw net.ipv4.conf.all.arp_filter=1'
            )
            Cause = 'ArpIgnored'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'a static neighbor has a wrong MAC (section 4.3.1)'
            Break = 'ip -n $A neigh replace 11.200.2.1 lladdr 02:00:00:00:00:99 dev geneve0'
            Cause = 'StaticNeighborWrongMac'; End = 'Near'; Usual = $true
        }
        @{
            Fault = 'a static neighbor has a wrong MAC there'
            Break = 'ip -n $B neigh replace 11.200.1.1 lladdr 02:00:00:00:00:99 dev geneve0'
            Cause = 'StaticNeighborWrongMac'; End = 'Far'
        }
        @{
            Fault = 'a static neighbor has a wrong MAC, seen from here alone'
            Break = 'ip -n $A neigh replace 11.200.2.1 lladdr 02:00:00:00:00:99 dev geneve0'
            Alone = $true
            Cause = 'StaticNeighborWrongMac'; End = 'Near'
        }
        @{
            Fault = 'ARP is off there'
            Break = 'ip -n $B link set geneve0 arp off'
            Cause = 'NeighborFailed'; End = 'Far'
        }
        @{
            Fault = 'this end has the address of the other'
            Break = 'ip -n $A addr add 11.200.2.1/32 dev lo'
            Cause = 'DuplicateInnerAddress'; End = 'Near'
        }
        @{
            Fault = 'echoes are ignored there'
            Break = 'ip netns exec $B sysctl -qw net.ipv4.icmp_echo_ignore_all=1'
            Cause = 'EchoIgnored'; End = 'Far'
        }
        @{
            Fault = 'a firewall drops inner packets there'
            Break = 'ip netns exec $B iptables-legacy -A INPUT -p icmp -j DROP'
            Cause = 'InnerFirewall'; End = 'Far'
        }
        @{
            Fault = 'a firewall drops inner packets here'
            Break = 'ip netns exec $A iptables-legacy -A OUTPUT -p icmp -j DROP'
            Cause = 'InnerFirewall'; End = 'Near'
        }
        @{
            Fault = 'a firewall drops the replies here'
            Break = 'ip netns exec $A iptables-legacy -A INPUT -p icmp -j DROP'
            Cause = 'InnerFirewall'; End = 'Near'
        }
        @{
            Fault = 'a firewall rejects on the way in here'
            Break = 'ip netns exec $A iptables-legacy -A INPUT -p udp --dport 6081 -j REJECT'
            Cause = 'UnderlayFirewallIn'; End = 'Near'
        }
        @{
            Fault = 'a firewall there says that it is prohibited'
            Break = 'ip netns exec $B iptables-legacy -A INPUT -p udp --dport 6081 -j REJECT --reject-with icmp-host-prohibited'
            Cause = 'UnderlayFirewallIn'; End = 'Far'
        }
        @{
            Fault = 'the far end has two addresses and sends from the other'
            Break = @(
                'ip -n $B addr add 10.0.0.240/24 dev eth0'
                'ip -n $B route replace 10.0.0.251/32 dev eth0 src 10.0.0.240'
            )
            Cause = 'RemoteMismatch'; End = 'Near'
        }
        @{
            Fault = 'the remote is an address of this host, seen from here alone'
            Break = 'ip -n $A link set geneve0 type geneve id 1000 remote 10.0.0.251'
            Alone = $true
            Cause = 'RemoteMismatch'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'two at once: the remote is wrong there, and a firewall drops'
            Break = @(
                'replace_far_tunnel id 1000 remote 10.0.0.99'
                'ip netns exec $B iptables-legacy -A INPUT -p udp --dport 6081 -j DROP'
            )
            Cause = 'RemoteMismatch'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'two at once: the VNIs differ, and there is no return route'
            Break = @(
                'replace_far_tunnel id 1001 remote 10.0.0.251'
                'ip -n $B route del 11.200.1.1'
            )
            Cause = 'VniMismatch'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'a rule sends packets for the remote nowhere'
            Break = @(
                'ip -n $A rule add to 10.0.0.250 table 100'
                'ip -n $A route add unreachable default table 100'
            )
            Cause = 'UnderlayNoRoute'; End = 'Near'
        }
        @{
            Fault = 'a rule sends the answers elsewhere'
            Break = @(
                'no_rp_filter'
                'ip -n $B rule add from 11.200.2.1 table 100'
                'ip -n $B route add 11.200.1.1/32 dev other table 100'
            )
            Cause = 'AsymmetricTunnel'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'the far underlay link is too small: a black hole'
            Break = 'ip -n $B link set eth0 mtu 1400'
            Cause = 'MtuTooLarge'; End = 'Near'
        }
    )
    bridge = @(
        @{
            Fault = 'both bridges have the same MAC address'
            Break = @(
                'mac=$(mac_of $A br0)'
                'ip -n $B link set br0 address $mac'
            )
            Cause = 'DuplicateInnerMac'; End = 'Near'; Usual = $true
        }
        @{
            Fault = 'the underlay link is a port of the bridge, and has kept its address'
            Break = 'ip -n $A link set eth0 master br0'
            Cause = 'UnderlayLinkIsPort'; End = 'Near'
        }
        @{
            Fault = 'the underlay link is a port of another bridge, and has kept its address'
            Break = @(
                'ip netns exec $A sysctl -qw net.ipv4.conf.all.rp_filter=1'
                'ip -n $A link add br9 type bridge'
                'ip -n $A link set br9 up'
                'ip -n $A link set eth0 master br9'
                'ip -n $A neigh flush dev eth0'
            )
            Cause = 'UnderlayLinkIsPort'; End = 'Near'
        }
        @{
            Fault = 'the tunnel port has another PVID, and the neighbor is known'
            Break = @(
                'ip netns exec $A ping -n -q -c 1 12.200.1.2'
                'ip -n $A link set br0 type bridge vlan_filtering 1'
                'bridge -n $A vlan del dev geneve1 vid 1'
                'bridge -n $A vlan add dev geneve1 vid 20 pvid untagged'
            )
            Needs = 'BridgeVlanFilter'
            Cause = 'BridgeFiltered'; End = 'Near'; NotFixed = $true; Usual = $true
        }
        @{
            Fault = 'packets leave with a VLAN tag that the far bridge does not know'
            Break = @(
                'ip -n $A link set br0 type bridge vlan_filtering 1'
                'bridge -n $A vlan add dev br0 vid 20 pvid untagged self'
                'bridge -n $A vlan add dev geneve1 vid 20'
                'bridge -n $A vlan add dev geneve1 vid 20 pvid'
            )
            Needs = 'BridgeVlanFilter'
            Cause = 'VlanMismatch'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'a port is about to forward (spanning tree)'
            Break = @(
                'ip -n $B link set br0 type bridge stp_state 1 forward_delay 1500'
                'ip -n $B link set geneve1 nomaster'
                'ip -n $B link set geneve1 master br0'
            )
            Cause = 'PortNotForwarding'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'a port is locked'
            Break = @(
                'bridge -n $B link set dev geneve1 learning off locked on'
                'mac=$(mac_of $A br0)'
                'bridge -n $B fdb del $mac dev geneve1 master || true'
            )
            Cause = 'PortLocked'; End = 'Far'
        }
        @{
            Fault = 'the bridge is down here'
            Break = 'ip -n $A link set br0 down'
            Cause = 'BridgeDown'; End = 'Near'
        }
        @{
            Fault = 'the bridge is down there'
            Break = 'ip -n $B link set br0 down'
            Cause = 'BridgeDown'; End = 'Far'
        }
        @{
            Fault = 'the tunnel is not a port here'
            Break = 'ip -n $A link set geneve1 nomaster'
            Cause = 'TunnelNotPort'; End = 'Near'
        }
        @{
            Fault = 'the tunnel is not a port there'
            Break = 'ip -n $B link set geneve1 nomaster'
            Cause = 'TunnelNotPort'; End = 'Far'
        }
        @{
            Fault = 'a port does not forward'
            Break = 'bridge -n $B link set dev geneve1 state 0'
            Cause = 'PortNotForwarding'; End = 'Far'
        }
        @{
            Fault = 'the way back leads to the tunnel and not to the bridge (section 4.1.1)'
            Break = 'ip -n $B route add 12.200.1.1/32 dev geneve1'
            Cause = 'RouteAtBridgePort'; End = 'Far'; Usual = $true
        }
        @{
            Fault = 'the way out leads to the tunnel and not to the bridge'
            Break = 'ip -n $A route add 12.200.1.2/32 dev geneve1'
            Cause = 'RouteAtBridgePort'; End = 'Near'
        }
        @{
            Fault = 'the address is on the tunnel and not on the bridge'
            Break = @(
                'ip -n $B addr del 12.200.1.2/24 dev br0'
                'ip -n $B addr add 12.200.1.2/24 dev geneve1'
            )
            Cause = 'AddressWrongDevice'; End = 'Far'
        }
        @{
            Fault = 'the forwarding database has the other end on the wrong port'
            Break = @(
                'mac=$(mac_of $A br0)'
                'bridge -n $B fdb replace $mac dev other master static sticky'
            )
            Cause = 'FdbWrongPort'; End = 'Far'
        }
        @{
            Fault = 'a port neither learns nor floods'
            Break = @(
                'bridge -n $B link set dev geneve1 learning off flood off'
                'mac=$(mac_of $A br0)'
                'bridge -n $B fdb del $mac dev geneve1 master || true'
            )
            Cause = 'PortLearningOff'; End = 'Far'
        }
        @{
            Fault = 'two stations have the address'
            Break = @(
                'ip netns add $C'
                'ip -n $B link add twin type veth peer name twin netns $C'
                'ip -n $B link set twin master br0 up'
                'ip -n $C addr add 12.200.1.2/24 dev twin'
                'ip -n $C link set twin up'
                'ip netns exec $A ping -n -q -c 1 12.200.1.2'
            )
            Cause = 'DuplicateInnerAddress'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'the bridge filters VLANs, and the port is in none'
            Break = @(
                'ip -n $B link set br0 type bridge vlan_filtering 1'
                'bridge -n $B vlan del dev geneve1 vid 1'
            )
            Needs = 'BridgeVlanFilter'
            Cause = 'BridgeFiltered'; End = 'Far'
        }
    )
    container = @(
        @{
            Fault = 'the container and the far bridge have the same MAC address'
            Break = @(
                'mac=$(mac_of $C veth-client1)'
                'ip -n $B link set br0 address $mac'
            )
            Cause = 'DuplicateInnerMac'; End = 'Near'
        }
        @{
            Fault = 'the container is at another bridge than the tunnel'
            Break = @(
                'ip -n $A link add docker0 type bridge'
                'ip -n $A link set docker0 up'
                'ip -n $A link set veth-host master docker0'
            )
            Cause = 'NotAttached'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'nobody said that a container is meant'
            Break = 'true'
            Arguments = @{ SourceNamespace = $null }
            Cause = 'SourceElsewhere'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'the veth of the container leads elsewhere, and has the index of one here'
            Break = @(
                'ip -n $A link del veth-host'
                'ip netns add $D'
                'ip -n $D link add v type veth peer name veth-client1 netns $C'
                'ip -n $D link set v up'
                'ip -n $C addr add 169.254.67.1/16 dev veth-client1'
                'ip -n $C link set veth-client1 up'
                'ip -n $C route add default dev veth-client1'
            )
            Cause = 'NotAttached'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'bridged packets pass a firewall that drops them (section 4.2)'
            Break = @(
                'ip netns exec $A sysctl -qw net.bridge.bridge-nf-call-iptables=1'
                'ip netns exec $A iptables-legacy -P FORWARD DROP'
            )
            Cause = 'BridgeNetfilterDrop'; End = 'Near'
        }
        @{
            Fault = 'both ports are isolated'
            Break = @(
                'bridge -n $A link set dev geneve1 isolated on'
                'bridge -n $A link set dev veth-host isolated on'
            )
            Cause = 'PortIsolated'; End = 'Near'
        }
        @{
            Fault = 'the tunnel port sends no broadcasts'
            Break = 'bridge -n $A link set dev geneve1 bcast_flood off'
            Cause = 'PortFloodOff'; End = 'Near'
        }
        @{
            Fault = 'packets would have to leave where they came in'
            Break = @(
                'mac=$(mac_of $B br0)'
                'bridge -n $A fdb replace $mac dev veth-host master static sticky'
            )
            Cause = 'NoHairpin'; End = 'Near'
        }
        @{
            Fault = 'the link of the container is down'
            Break = 'ip -n $A link set veth-host down'
            Cause = 'InnerLinkDown'; End = 'Near'
        }
        @{
            Fault = 'the container is not connected'
            Break = 'ip -n $A link del veth-host'
            Cause = 'NotAttached'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'the way back leads to the tunnel and not to the bridge (section 4.1.1)'
            Break = 'ip -n $B route replace 169.254.67.1/32 dev geneve1'
            Cause = 'RouteAtBridgePort'; End = 'Far'
        }
        @{
            Fault = 'the false gateway has a wrong MAC (section 4.2)'
            Break = @(
                'ip -n $C route replace default via 169.254.175.253 dev veth-client1'
                'ip -n $C neigh replace 169.254.175.253 lladdr 52:7d:b1:92:5a:0f dev veth-client1'
            )
            Cause = 'StaticNeighborWrongMac'; End = 'Near'
        }
    )
    moved = @(
        @{
            Fault = 'no return route (section 5)'
            Break = @(
                'ip netns exec $B sysctl -qw net.ipv4.conf.all.rp_filter=1'
                'ip -n $B route del 169.254.67.1'
            )
            Cause = 'NoReturnRoute'; End = 'Far'
        }
        @{
            Fault = 'a firewall drops on the way out of the host'
            Break = 'ip netns exec $A iptables-legacy -A OUTPUT -p udp --dport 6082 -j DROP'
            Cause = 'UnderlayFirewallOut'; End = 'Near'
        }
    )
    routed = @(
        @{
            Fault = 'the last host has a blackhole for the way back'
            Break = 'ip -n $D route add blackhole 11.200.1.1/32'
            Cause = 'NoReturnRoute'; End = 'Far'
        }
        @{
            Fault = 'forwarding is off there'
            Break = 'ip netns exec $B sysctl -qw net.ipv4.ip_forward=0'
            Cause = 'ForwardingOff'; End = 'Far'
        }
        @{
            Fault = 'a firewall drops what is routed there'
            Break = 'ip netns exec $B iptables-legacy -P FORWARD DROP'
            Cause = 'InnerFirewall'; End = 'Far'
        }
        @{
            Fault = 'the last host has no route back'
            Break = 'ip -n $D route del 11.200.1.0/24'
            Cause = 'NoReturnRoute'; End = 'Far'; NotFixed = $true
        }
    )
    router = @(
        @{
            Fault = 'the default route leads into the tunnel'
            Break = 'ip -n $A route replace default dev geneve0'
            Cause = 'UnderlayRouteLoop'; End = 'Near'; NotFixed = $true; Usual = $true
        }
        @{
            Fault = 'the outer TTL ends on the way'
            Break = 'ip -n $A link set geneve0 type geneve id 1000 remote 10.0.1.250 ttl 1'
            Cause = 'TtlTooSmall'; End = 'Near'
        }
        @{
            Fault = 'the outer TTL of the answers ends on the way'
            Break = 'ip -n $B link set geneve0 type geneve id 1000 remote 10.0.0.251 ttl 1'
            Cause = 'TtlTooSmall'; End = 'Far'
        }
        @{
            Fault = 'a router says that the remote is unreachable'
            Break = 'ip -n $R route add unreachable 10.0.1.250/32'
            Cause = 'UnderlayUnreachable'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'a router drops without a word'
            Break = 'ip netns exec $R iptables-legacy -P FORWARD DROP'
            Cause = 'UnderlayLost'; End = 'Far'; NotFixed = $true
        }
    )
    farbridge = @(
        @{
            Fault = 'both ports are isolated there, and the container is not named'
            Break = @(
                'bridge -n $B link set dev geneve1 isolated on'
                'bridge -n $B link set dev veth-host isolated on'
            )
            Arguments = @{ DestinationNamespace = $null }
            Cause = 'PortIsolated'; End = 'Far'
        }
        @{
            Fault = 'two containers there have the address'
            Break = @(
                'ip netns add $C'
                'ip -n $B link add twin type veth peer name twin netns $C'
                'ip -n $B link set twin master br0 up'
                'ip -n $C addr add 12.200.1.7/24 dev twin'
                'ip -n $C link set twin up'
            )
            Arguments = @{ DestinationNamespace = $null }
            Cause = 'DuplicateInnerAddress'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'bridged packets pass a firewall that drops them there'
            Break = @(
                'ip netns exec $B sysctl -qw net.bridge.bridge-nf-call-iptables=1'
                'ip netns exec $B iptables-legacy -P FORWARD DROP'
            )
            Cause = 'BridgeNetfilterDrop'; End = 'Far'
        }
    )
    ipv6in = @(
        @{
            Fault = 'IPv6 is disabled on the far tunnel'
            Break = 'ip netns exec $B sysctl -qw net.ipv6.conf.geneve0.disable_ipv6=1'
            Cause = 'IPv6Disabled'; End = 'Far'; Usual = $true
        }
        @{
            Fault = 'IPv6 is disabled on the tunnel here'
            Break = 'ip netns exec $A sysctl -qw net.ipv6.conf.geneve0.disable_ipv6=1'
            Cause = 'IPv6Disabled'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'no return route inside'
            Break = 'ip -n $B route del fd11::/64 dev geneve0'
            Cause = 'NoReturnRoute'; End = 'Far'
        }
        @{
            Fault = 'a firewall drops inner packets there'
            Break = 'ip netns exec $B ip6tables-legacy -A INPUT -p ipv6-icmp --icmpv6-type echo-request -j DROP'
            Cause = 'InnerFirewall'; End = 'Far'
        }
    )
    ipv6 = @(
        @{
            Fault = 'one end sends no checksums, the other wants them'
            Break = @(
                'ip -n $A link del geneve0'
                'ip -n $B link del geneve0'
                'add_ipv6_tunnel $A fd11::1 id 1000 remote fd00::250 udp6zerocsumtx'
                'add_ipv6_tunnel $B fd11::2 id 1000 remote fd00::251 noudp6zerocsumrx'
            )
            Cause = 'ChecksumMismatch'; End = 'Far'
        }
        @{
            Fault = 'the VNIs differ over IPv6'
            Break = @(
                'ip -n $B link del geneve0'
                'add_ipv6_tunnel $B fd11::2 id 1001 remote fd00::251'
            )
            Cause = 'VniMismatch'; End = 'Far'
        }
    )
}

# What makes a path unusual, and not wrong, so that it must not be accused.
$variations = @(
    @{
        Stage     = 'bridge'
        What      = 'a macvlan of the bridge as the source'
        Change    = @(
            'ip netns add $C'
            'ip -n $A link add mv link br0 netns $C type macvlan mode bridge'
            'ip -n $C addr add 12.200.1.9/24 dev mv'
            'ip -n $C link set mv up'
        )
        Arguments = @{ SourceNamespace = 'C' }
    }
    @{
        Stage     = 'bridge'
        What      = 'an ipvlan of the bridge as the source'
        Change    = @(
            'ip netns add $C'
            'ip -n $A link add iv link br0 netns $C type ipvlan mode l2'
            'ip -n $C addr add 12.200.1.9/24 dev iv'
            'ip -n $C link set iv up'
        )
        Arguments = @{ SourceNamespace = 'C' }
    }
    @{
        Stage     = 'direct'
        What      = 'a link-local destination'
        Change    = 'ip -n $B addr add fe80::77/64 dev geneve0 nodad'
        Arguments = @{ Destination = 'fe80::77' }
    }
    @{
        Stage  = 'direct'
        What   = 'an underlay without Ethernet headers: gre'
        Change = @(
            'add_under $A gre 10.9.0.1 10.9.0.2 10.0.0.251'
            'add_under $B gre 10.9.0.2 10.9.0.1 10.0.0.250'
        )
    }
    @{
        Stage  = 'direct'
        What   = 'an underlay without Ethernet headers: ipip'
        Change = @(
            'add_under $A ipip 10.9.0.1 10.9.0.2 10.0.0.251'
            'add_under $B ipip 10.9.0.2 10.9.0.1 10.0.0.250'
        )
    }
    @{
        Stage  = 'container'
        What   = 'a container at a bridge of its own, for which the host routes'
        Change = @(
            'ip -n $A link add docker0 type bridge'
            'ip -n $A link set docker0 up'
            'ip -n $A link set veth-host master docker0'
            'ip -n $A addr add 169.254.1.1/16 dev docker0'
            'ip -n $A addr add 12.200.1.1/24 dev br0'
            'ip -n $C route replace default via 169.254.1.1 dev veth-client1'
            'ip netns exec $A sysctl -qw net.ipv4.ip_forward=1'
            'ip -n $B route replace 169.254.67.1/32 via 12.200.1.1 dev br0'
        )
    }
    @{
        Stage     = 'farbridge'
        What      = 'a container as the destination that nobody named'
        Change    = 'true'
        Arguments = @{ DestinationNamespace = $null }
    }
    @{
        Stage  = 'bridge'
        What   = 'bridges that filter VLANs alike'
        Change = @(
            'for n in $A $B; do ip -n $n link set br0 type bridge vlan_filtering 1; done'
        )
        Needs  = 'BridgeVlanFilter'
    }
    @{
        Stage  = 'direct'
        What   = 'policy routing'
        Change = @(
            'ip -n $B rule add from 11.200.2.1 table 100'
            'ip -n $B route add 11.200.1.1/32 dev geneve0 table 100'
            'ip -n $B route del 11.200.1.1/32'
        )
    }
    @{
        Stage  = 'bridge'
        What   = 'addresses on a VLAN of the bridge'
        Change = @(
            'move_to_vlan $A 12.200.1.1/24 br0 10 mtu 1446'
            'move_to_vlan $B 12.200.1.2/24 br0 10 mtu 1446'
        )
        Needs  = 'VlanLink'
    }
    @{
        Stage  = 'direct'
        What   = 'an underlay that is a VLAN'
        Change = @(
            'move_to_vlan $A 10.0.0.251/24 eth0 7'
            'move_to_vlan $B 10.0.0.250/24 eth0 7'
        )
        Needs  = 'VlanLink'
    }
)

# Every fault with its stage, and the tags of its test: those of nftables are for the stock kernel, the others for both.
function Get-PathFault {
    $tables = @(
        @{ Suites = 'Geneve', 'StockToo'; Faults = $faults }
        @{ Suites = 'Geneve', 'StockToo'; Faults = Import-FaultTable Drops }
        @{ Suites = , 'Stock'; Faults = Import-FaultTable Nftables }
    )
    foreach ($table in $tables) {
        foreach ($stage in $table.Faults.Keys | Sort-Object) {
            foreach ($fault in $table.Faults[$stage]) {
                $fault = $fault.Clone()
                $fault.Stage = $stage
                $fault.Tag = @($table.Suites) + @(if (-not $fault['Usual']) { 'Full' })
                $fault
            }
        }
    }
}

function Import-FaultTable {
    param([string] $Name)
    Import-PowerShellDataFile "$PSScriptRoot/PathFaults.$Name.psd1" -SkipLimitCheck
}

# The faults as a table of markdown, which docs/faults.md has: by stage, what is found and by what proof, and what becomes of the path.
function Get-PathFaultTable {
    '| Path | Fault | Cause | End | Proof | Remedy, second test |'
    '|---|---|---|---|---|---|'
    foreach ($fault in Get-PathFault | Sort-Object { $_.Stage }, { $_.Fault }) {
        $break = "$($fault.Break)"
        $proof = if ($fault['Alone']) { 'probes, seen from one end' }
        elseif ($fault['Deep']) { "the kernel's own word" }
        elseif ($break -match '\b(nft|iptables|ip6tables|own_chain)' -and $fault.Cause -match 'Firewall|Netfilter|Filtered|NeighborFailed|PacketLoss') {
            'counter of the rule'
        }
        elseif ($fault.Cause -eq 'TrafficControlDrop') { 'drop counter of tc' }
        elseif ($fault.Cause -eq 'IpsecPolicy') { 'counter of IPsec' }
        else { 'state of both ends, routing, probes' }
        $again = if ($fault['Open'] -or $fault['OpenRemedy']) { 'open' }
        elseif ($fault['NotFixed']) { 'none, or not all' }
        elseif ($fault['Next']) { "next: $($fault.Next -join ', '); then passes" }
        else { 'passes' }
        "| $($fault.Stage) | $($fault.Fault -replace '\|', '\|') | $($fault.Cause) | $($fault.End.ToLowerInvariant()) | $proof | $again |"
    }
}

function Get-PathVariation { $variations }

# Which of the features this kernel does not have.
function Get-MissingFeature {
    param([string[]] $Name)
    foreach ($feature in $Name) {
        $null = & unshare --net sh -ec ($features[$feature] -join "`n") 2>&1
        if ($LASTEXITCODE -ne 0) { $feature }
    }
}

# TestPath.psm1's as well.
Export-ModuleMember -Function *
