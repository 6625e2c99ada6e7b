# Healthy paths, and the ways to break them: what the tests of Test-GenevePath are made of. Everything here is done with ip,
# bridge, sysctl and iptables, as a judge of our cmdlets; $A, $B … are the names of network namespaces.

# Host b of section 4: a bridge with the address, the tunnel as its port, and the way back to the container.
$hostB = @'
ip -n $B -batch - <<E
link add br0 type bridge
addr add 12.200.1.2/24 dev br0
link set br0 up
link add geneve1 type geneve id 1000 remote 10.0.0.251 dstport 6082
link set geneve1 master br0 up
route add 169.254.67.1/32 dev br0
E
'@

# A stage is a path that works. Tested is what the test says behind `Test-GenevePath`; SeenAlone likewise without the far end.
$stages = @{
    # Section 2: two hosts, addresses on the tunnels.
    direct    = @{
        Tested = @{ Name = 'geneve0'; Namespace = 'A'; PeerNamespace = 'B'; Destination = '11.200.2.1' }
        Setup  = @'
ip -n $A -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.250
addr add 11.200.1.1/32 dev geneve0
link set geneve0 up
route add 11.200.2.1/32 dev geneve0
link add other type dummy
link set other up
E
ip -n $B -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.251
addr add 11.200.2.1/32 dev geneve0
link set geneve0 up
route add 11.200.1.1/32 dev geneve0
link add other type dummy
link set other up
E
'@
    }
    # Section 3: the tunnels are ports of bridges, which have the addresses.
    bridge    = @{
        Tested = @{ Name = 'geneve1'; Namespace = 'A'; PeerNamespace = 'B'; Destination = '12.200.1.2' }
        Setup  = @'
ip -n $A -batch - <<E
link add br0 type bridge
addr add 12.200.1.1/24 dev br0
link set br0 up
link add geneve1 type geneve id 1000 remote 10.0.0.250 dstport 6082
link set geneve1 master br0 up
link add other type dummy
link set other master br0 up
E
ip -n $B -batch - <<E
link add br0 type bridge
addr add 12.200.1.2/24 dev br0
link set br0 up
link add geneve1 type geneve id 1000 remote 10.0.0.251 dstport 6082
link set geneve1 master br0 up
link add other type dummy
link set other master br0 up
E
'@
    }
    # Section 4.2: a container behind the bridge of host a.
    container = @{
        Tested = @{ Name = 'geneve1'; Namespace = 'A'; SourceNamespace = 'C'; PeerNamespace = 'B'; Destination = '12.200.1.2' }
        Setup  = @'
ip netns add $C
ip -n $A -batch - <<E
link add geneve1 type geneve id 1000 remote 10.0.0.250 dstport 6082
link set geneve1 up
link add br0 type bridge
link set br0 up
link set geneve1 master br0
link add veth-host type veth peer name veth-client1 netns $C
link set veth-host master br0 up
link add other type dummy
link set other master br0 up
E
ip -n $C -batch - <<E
link set lo up
addr add 169.254.67.1/16 dev veth-client1
link set veth-client1 mtu 1450 up
route add default dev veth-client1
E
'@ + "`n$hostB"
    }
    # Section 4.1: the tunnel itself is in the container; the underlay stays with the host.
    moved     = @{
        Tested = @{ Name = 'geneve1'; Namespace = 'C'; PeerNamespace = 'B'; Destination = '12.200.1.2' }
        Setup  = @'
ip netns add $C
ip -n $A -batch - <<E
link add geneve1 type geneve id 1000 remote 10.0.0.250 dstport 6082
link set geneve1 netns $C
E
ip -n $C -batch - <<E
link set lo up
link set geneve1 up
addr add 169.254.67.1/32 dev geneve1
route add default dev geneve1
E
'@ + "`n$hostB"
    }
    # Host b routes on to a network behind it.
    routed    = @{
        Tested = @{ Name = 'geneve0'; Namespace = 'A'; PeerNamespace = 'B'; DestinationNamespace = 'D'; Destination = '11.201.0.2' }
        Setup  = @'
ip netns add $D
ip -n $A -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.250
addr add 11.200.1.1/24 dev geneve0
link set geneve0 up
route add 11.201.0.0/24 via 11.200.1.2 dev geneve0
E
ip -n $B -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.251
addr add 11.200.1.2/24 dev geneve0
link set geneve0 up
link add lan type veth peer name lan netns $D
addr add 11.201.0.1/24 dev lan
link set lan up
E
ip -n $D -batch - <<E
link set lo up
addr add 11.201.0.2/24 dev lan
link set lan mtu 1450 up
route add 11.200.1.0/24 via 11.201.0.1 dev lan
E
ip netns exec $B sysctl -qw net.ipv4.ip_forward=1
'@
    }
    # A router stands between the hosts.
    router    = @{
        Tested   = @{ Name = 'geneve0'; Namespace = 'A'; PeerNamespace = 'B'; Destination = '11.200.2.1' }
        Underlay = @'
ip netns add $A
ip netns add $B
ip netns add $R
ip -n $R -batch - <<E
link add toa type veth peer name eth0 netns $A
link add tob type veth peer name eth0 netns $B
addr add 10.0.0.1/24 dev toa
addr add 10.0.1.1/24 dev tob
link set toa up
link set tob up
E
ip -n $A -batch - <<E
link set lo up
addr add 10.0.0.251/24 dev eth0
link set eth0 up
route add default via 10.0.0.1
E
ip -n $B -batch - <<E
link set lo up
addr add 10.0.1.250/24 dev eth0
link set eth0 up
route add default via 10.0.1.1
E
ip netns exec $R sysctl -qw net.ipv4.ip_forward=1
'@
        Setup    = @'
ip -n $A -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.1.250
addr add 11.200.1.1/32 dev geneve0
link set geneve0 up
route add 11.200.2.1/32 dev geneve0
E
ip -n $B -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.251
addr add 11.200.2.1/32 dev geneve0
link set geneve0 up
route add 11.200.1.1/32 dev geneve0
E
'@
    }
    # A container behind the bridge of host b; the address here is on the bridge.
    farbridge = @{
        Tested = @{ Name = 'geneve1'; Namespace = 'A'; PeerNamespace = 'B'; DestinationNamespace = 'D'; Destination = '12.200.1.7' }
        Setup  = @'
ip netns add $D
ip -n $A -batch - <<E
link add br0 type bridge
addr add 12.200.1.1/24 dev br0
link set br0 up
link add geneve1 type geneve id 1000 remote 10.0.0.250
link set geneve1 master br0 up
E
ip -n $B -batch - <<E
link add br0 type bridge
link set br0 up
link add geneve1 type geneve id 1000 remote 10.0.0.251
link set geneve1 master br0 up
link add veth-host type veth peer name veth-client1 netns $D
link set veth-host master br0 up
E
ip -n $D -batch - <<E
link set lo up
addr add 12.200.1.7/24 dev veth-client1
link set veth-client1 mtu 1450 up
E
'@
    }
    # IPv6 inside, IPv4 outside.
    ipv6in    = @{
        Tested = @{ Name = 'geneve0'; Namespace = 'A'; PeerNamespace = 'B'; Destination = 'fd11::2' }
        Setup  = @'
ip -n $A -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.250
addr add fd11::1/64 dev geneve0 nodad
link set geneve0 up
E
ip -n $B -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.251
addr add fd11::2/64 dev geneve0 nodad
link set geneve0 up
E
'@
    }
    # IPv6 outside and inside.
    ipv6      = @{
        Tested = @{ Name = 'geneve0'; Namespace = 'A'; PeerNamespace = 'B'; Destination = 'fd11::2' }
        Setup  = @'
ip -n $A -batch - <<E
link add geneve0 type geneve id 1000 remote fd00::250
addr add fd11::1/64 dev geneve0 nodad
link set geneve0 up
E
ip -n $B -batch - <<E
link add geneve0 type geneve id 1000 remote fd00::251
addr add fd11::2/64 dev geneve0 nodad
link set geneve0 up
E
'@
    }
}

# Two hosts and the cable between them; rp_filter is set, since its default is the distribution's choice.
$underlay = @'
ip netns add $A
ip netns add $B
ip -n $A -batch - <<E
link set lo up
link add eth0 type veth peer name eth0 netns $B
addr add 10.0.0.251/24 dev eth0
addr add fd00::251/64 dev eth0 nodad
link set eth0 up
E
ip -n $B -batch - <<E
link set lo up
addr add 10.0.0.250/24 dev eth0
addr add fd00::250/64 dev eth0 nodad
link set eth0 up
E
'@
$noFilter = 'for n in $A $B; do ip netns exec $n sh -c "echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter; for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >\$f; done"; done'
$again = 'ip -n $B link del geneve0; ip -n $B -batch - <<E
link add geneve0 type geneve {0}
addr add 11.200.2.1/32 dev geneve0
link set geneve0 up
route add 11.200.1.1/32 dev geneve0
E'

# A line: the stage, the name of the fault, how it is made, the cause and end that must be found. NotMended: what the remedy
# cannot bring back (routes that went with a link), or that there is none. Alone: the far end is not shown to the test.
$faults = @(
    @{ Stage = 'direct'; Fault = 'the tunnel is down here'; Break = 'ip -n $A link set geneve0 down'; Cause = 'TunnelDown'; End = 'Near'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'the tunnel is down there'; Break = 'ip -n $B link set geneve0 down'; Cause = 'TunnelDown'; End = 'Far'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'the underlay link is down here'; Break = 'ip -n $A link set eth0 down'; Cause = 'UnderlayLinkDown'; End = 'Near' }
    @{ Stage = 'direct'; Fault = 'the cable is out'; Break = 'ip -n $B link set eth0 down'; Cause = 'UnderlayLinkDown'; End = 'Near'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'no route leads to the remote'; Break = 'ip -n $A route add unreachable 10.0.0.250/32'; Cause = 'UnderlayNoRoute'; End = 'Near'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'no route leads back to this end'; Break = 'ip -n $B route add unreachable 10.0.0.251/32'; Cause = 'UnderlayNoRoute'; End = 'Far'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'nobody answers for the remote'; Break = 'ip -n $B link set eth0 arp off; ip -n $A neigh flush dev eth0'; Cause = 'UnderlayNeighborFailed'; End = 'Near'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'a firewall drops on the way out here'; Break = 'ip netns exec $A iptables-legacy -A OUTPUT -p udp --dport 6081 -j DROP'; Cause = 'UnderlayFirewallOut'; End = 'Near'; Legacy = $true }
    @{ Stage = 'direct'; Fault = 'a firewall drops on the way in there'; Break = 'ip netns exec $B iptables-legacy -A INPUT -p udp --dport 6081 -j DROP'; Cause = 'UnderlayFirewallIn'; End = 'Far'; Legacy = $true }
    @{ Stage = 'direct'; Fault = 'a firewall rejects on the way in there'; Break = 'ip netns exec $B iptables-legacy -A INPUT -p udp --dport 6081 -j REJECT'; Cause = 'UnderlayFirewallIn'; End = 'Far'; Legacy = $true }
    @{ Stage = 'direct'; Fault = 'a firewall drops on the way out there'; Break = 'ip netns exec $B iptables-legacy -A OUTPUT -p udp --dport 6081 -j DROP'; Cause = 'UnderlayFirewallOut'; End = 'Far'; Legacy = $true }
    @{ Stage = 'direct'; Fault = 'a firewall drops on the way in here'; Break = 'ip netns exec $A iptables-legacy -A INPUT -p udp --dport 6081 -j DROP'; Cause = 'UnderlayFirewallIn'; End = 'Near'; Legacy = $true }
    @{ Stage = 'direct'; Fault = 'the remote is wrong there'; Break = $again -f 'id 1000 remote 10.0.0.99'; Cause = 'RemoteMismatch'; End = 'Far' }
    @{ Stage = 'direct'; Fault = 'the remote is wrong here'; Break = 'ip -n $A link set geneve0 type geneve id 1000 remote 10.0.0.99'; Cause = 'RemoteMismatch'; End = 'Near' }
    @{ Stage = 'direct'; Fault = 'the VNIs differ'; Break = $again -f 'id 1001 remote 10.0.0.251'; Cause = 'VniMismatch'; End = 'Far' }
    @{ Stage = 'direct'; Fault = 'the ports differ'; Break = $again -f 'id 1000 remote 10.0.0.251 dstport 6082'; Cause = 'PortMismatch'; End = 'Far' }
    @{ Stage = 'direct'; Fault = 'there is no tunnel there'; Break = 'ip -n $B link del geneve0'; Cause = 'FarTunnelMissing'; End = 'Far'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'the tunnel was moved away there, and another is in its place'; Break = 'ip netns add $C; ip -n $B link set geneve0 netns $C; ip -n $C link set geneve0 up; ip -n $B -batch - <<E
link add geneve0 type geneve id 1001 remote 10.0.0.251
addr add 11.200.2.1/32 dev geneve0
link set geneve0 up
route add 11.200.1.1/32 dev geneve0
E'; Cause = 'TunnelHeldElsewhere'; End = 'Far'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'there is no tunnel there, seen from here alone'; Break = 'ip -n $B link del geneve0'; Alone = $true; Cause = 'FarPortClosed'; End = 'Near'; Possible = 'FarTunnelMissing', 'TunnelDown', 'PortMismatch'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'the VNIs differ, seen from here alone'; Break = $again -f 'id 1001 remote 10.0.0.251'; Alone = $true; Cause = 'FarEndSilent'; End = 'Near'; Possible = 'VniMismatch', 'RemoteMismatch', 'UnderlayFirewallIn'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'no return route, seen from here alone'; Break = "$noFilter; ip -n `$B route del 11.200.1.1"; Alone = $true; Cause = 'FarEndSilent'; End = 'Near'; Possible = 'NoReturnRoute', 'InnerFirewall'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'the address is missing there'; Break = 'ip -n $B addr del 11.200.2.1/32 dev geneve0; ip -n $B route add 11.200.1.1/32 dev geneve0'; Cause = 'AddressMissing'; End = 'Far' }
    @{ Stage = 'direct'; Fault = 'the address is missing here'; Break = "$noFilter; ip -n `$A addr del 11.200.1.1/32 dev geneve0; ip -n `$A route add 11.200.2.1/32 dev geneve0; ip -n `$B route del 11.200.1.1; ip -n `$B route add 10.0.0.251/32 dev other"; Cause = 'AddressMissing'; End = 'Near'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'no route leads to the destination'; Break = 'ip -n $A route del 11.200.2.1'; Cause = 'InnerNoRoute'; End = 'Near' }
    @{ Stage = 'direct'; Fault = 'the route leads elsewhere'; Break = 'ip -n $A route replace 11.200.2.1/32 dev other'; Cause = 'InnerRouteWrongDevice'; End = 'Near' }
    @{ Stage = 'direct'; Fault = 'the route leads past the tunnel, and is answered there'; Break = "$noFilter; ip -n `$A route replace 11.200.2.1/32 dev eth0"; Cause = 'InnerRouteWrongDevice'; End = 'Near' }
    @{ Stage = 'direct'; Fault = 'no return route'; Break = "$noFilter; ip -n `$B route del 11.200.1.1"; Cause = 'NoReturnRoute'; End = 'Far' }
    @{ Stage = 'direct'; Fault = 'no return route, and strict filtering: ARP is not answered (section 5)'; Break = 'ip netns exec $B sysctl -qw net.ipv4.conf.all.rp_filter=1; ip -n $B route del 11.200.1.1'; Cause = 'NoReturnRoute'; End = 'Far' }
    @{ Stage = 'direct'; Fault = 'answers go elsewhere'; Break = "$noFilter; ip -n `$B route replace 11.200.1.1/32 dev other"; Cause = 'AsymmetricTunnel'; End = 'Far' }
    @{ Stage = 'direct'; Fault = 'strict filtering, and the way back goes elsewhere'; Break = 'ip netns exec $B sysctl -qw net.ipv4.conf.all.rp_filter=1; ip -n $B route replace 11.200.1.1/32 dev other'; Cause = 'RpFilterStrict'; End = 'Far' }
    @{ Stage = 'direct'; Fault = 'arp_ignore, and the address is on another link'; Break = "$noFilter; ip -n `$B addr del 11.200.2.1/32 dev geneve0; ip -n `$B addr add 11.200.2.1/32 dev lo; ip -n `$B route add 11.200.1.1/32 dev geneve0; ip netns exec `$B sysctl -qw net.ipv4.conf.all.arp_ignore=1"; Cause = 'ArpIgnored'; End = 'Far' }
    @{ Stage = 'direct'; Fault = 'arp_filter, and the way back goes elsewhere'; Break = "$noFilter; ip -n `$B route replace 11.200.1.1/32 dev other; ip netns exec `$B sysctl -qw net.ipv4.conf.all.arp_filter=1"; Cause = 'ArpIgnored'; End = 'Far'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'a static neighbor has a wrong MAC (section 4.3.1)'; Break = 'ip -n $A neigh replace 11.200.2.1 lladdr 02:00:00:00:00:99 dev geneve0'; Cause = 'StaticNeighborWrongMac'; End = 'Near' }
    @{ Stage = 'direct'; Fault = 'a static neighbor has a wrong MAC there'; Break = 'ip -n $B neigh replace 11.200.1.1 lladdr 02:00:00:00:00:99 dev geneve0'; Cause = 'StaticNeighborWrongMac'; End = 'Far' }
    @{ Stage = 'direct'; Fault = 'a static neighbor has a wrong MAC, seen from here alone'; Break = 'ip -n $A neigh replace 11.200.2.1 lladdr 02:00:00:00:00:99 dev geneve0'; Alone = $true; Cause = 'StaticNeighborWrongMac'; End = 'Near' }
    @{ Stage = 'direct'; Fault = 'ARP is off there'; Break = 'ip -n $B link set geneve0 arp off'; Cause = 'NeighborFailed'; End = 'Far' }
    @{ Stage = 'direct'; Fault = 'this end has the address of the other'; Break = 'ip -n $A addr add 11.200.2.1/32 dev lo'; Cause = 'DuplicateInnerAddress'; End = 'Near' }
    @{ Stage = 'direct'; Fault = 'echoes are ignored there'; Break = 'ip netns exec $B sysctl -qw net.ipv4.icmp_echo_ignore_all=1'; Cause = 'EchoIgnored'; End = 'Far' }
    @{ Stage = 'direct'; Fault = 'a firewall drops inner packets there'; Break = 'ip netns exec $B iptables-legacy -A INPUT -p icmp -j DROP'; Cause = 'InnerFirewall'; End = 'Far'; Legacy = $true }
    @{ Stage = 'direct'; Fault = 'a firewall drops inner packets here'; Break = 'ip netns exec $A iptables-legacy -A OUTPUT -p icmp -j DROP'; Cause = 'InnerFirewall'; End = 'Near'; Legacy = $true }
    @{ Stage = 'direct'; Fault = 'a firewall drops the replies here'; Break = 'ip netns exec $A iptables-legacy -A INPUT -p icmp -j DROP'; Cause = 'InnerFirewall'; End = 'Near'; Legacy = $true }
    @{ Stage = 'direct'; Fault = 'a firewall rejects on the way in here'; Break = 'ip netns exec $A iptables-legacy -A INPUT -p udp --dport 6081 -j REJECT'; Cause = 'UnderlayFirewallIn'; End = 'Near'; Legacy = $true }
    @{ Stage = 'direct'; Fault = 'a firewall there says that it is prohibited'; Break = 'ip netns exec $B iptables-legacy -A INPUT -p udp --dport 6081 -j REJECT --reject-with icmp-host-prohibited'; Cause = 'UnderlayFirewallIn'; End = 'Far'; Legacy = $true }
    @{ Stage = 'direct'; Fault = 'the far end has two addresses and sends from the other'; Break = 'ip -n $B addr add 10.0.0.240/24 dev eth0; ip -n $B route replace 10.0.0.251/32 dev eth0 src 10.0.0.240'; Cause = 'RemoteMismatch'; End = 'Near' }
    @{ Stage = 'direct'; Fault = 'the remote is an own address, seen from here alone'; Break = 'ip -n $A link set geneve0 type geneve id 1000 remote 10.0.0.251'; Alone = $true; Cause = 'RemoteMismatch'; End = 'Near'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'two at once: the remote is wrong there, and a firewall drops'; Break = "$($again -f 'id 1000 remote 10.0.0.99')`nip netns exec `$B iptables-legacy -A INPUT -p udp --dport 6081 -j DROP"; Cause = 'RemoteMismatch'; End = 'Far'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'two at once: the VNIs differ, and there is no return route'; Break = "$($again -f 'id 1001 remote 10.0.0.251')`nip -n `$B route del 11.200.1.1"; Cause = 'VniMismatch'; End = 'Far'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'a rule leads packets to the remote nowhere'; Break = 'ip -n $A rule add to 10.0.0.250 table 100; ip -n $A route add unreachable default table 100'; Cause = 'UnderlayNoRoute'; End = 'Near'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'a rule leads the answers elsewhere'; Break = "$noFilter; ip -n `$B rule add from 11.200.2.1 table 100; ip -n `$B route add 11.200.1.1/32 dev other table 100"; Cause = 'AsymmetricTunnel'; End = 'Far'; NotMended = $true }
    @{ Stage = 'direct'; Fault = 'the far underlay link is too small: a black hole'; Break = 'ip -n $B link set eth0 mtu 1400'; Cause = 'MtuTooLarge'; End = 'Near' }

    @{ Stage = 'bridge'; Fault = 'the bridge is down here'; Break = 'ip -n $A link set br0 down'; Cause = 'BridgeDown'; End = 'Near' }
    @{ Stage = 'bridge'; Fault = 'the bridge is down there'; Break = 'ip -n $B link set br0 down'; Cause = 'BridgeDown'; End = 'Far' }
    @{ Stage = 'bridge'; Fault = 'the tunnel is no port here'; Break = 'ip -n $A link set geneve1 nomaster'; Cause = 'TunnelNotPort'; End = 'Near' }
    @{ Stage = 'bridge'; Fault = 'the tunnel is no port there'; Break = 'ip -n $B link set geneve1 nomaster'; Cause = 'TunnelNotPort'; End = 'Far' }
    @{ Stage = 'bridge'; Fault = 'a port does not forward'; Break = 'bridge -n $B link set dev geneve1 state 0'; Cause = 'PortNotForwarding'; End = 'Far' }
    @{ Stage = 'bridge'; Fault = 'the way back leads to the tunnel and not to the bridge (section 4.1.1)'; Break = 'ip -n $B route add 12.200.1.1/32 dev geneve1'; Cause = 'RouteAtBridgePort'; End = 'Far' }
    @{ Stage = 'bridge'; Fault = 'the way out leads to the tunnel and not to the bridge'; Break = 'ip -n $A route add 12.200.1.2/32 dev geneve1'; Cause = 'RouteAtBridgePort'; End = 'Near' }
    @{ Stage = 'bridge'; Fault = 'the address is on the tunnel and not on the bridge'; Break = 'ip -n $B addr del 12.200.1.2/24 dev br0; ip -n $B addr add 12.200.1.2/24 dev geneve1'; Cause = 'AddressWrongDevice'; End = 'Far' }
    @{ Stage = 'bridge'; Fault = 'the forwarding database has the other end on a wrong port'; Break = 'mac=$(ip -n $A -o link show br0 | sed "s/.*ether \([^ ]*\).*/\1/"); bridge -n $B fdb replace $mac dev other master static sticky'; Cause = 'FdbWrongPort'; End = 'Far' }
    @{ Stage = 'bridge'; Fault = 'a port neither learns nor floods'; Break = 'bridge -n $B link set dev geneve1 learning off flood off; mac=$(ip -n $A -o link show br0 | sed "s/.*ether \([^ ]*\).*/\1/"); bridge -n $B fdb del $mac dev geneve1 master || true'; Cause = 'PortLearningOff'; End = 'Far' }
    @{ Stage = 'bridge'; Fault = 'two stations have the address'; Break = 'ip netns add $C; ip -n $B link add twin type veth peer name twin netns $C; ip -n $B link set twin master br0 up; ip -n $C addr add 12.200.1.2/24 dev twin; ip -n $C link set twin up; ip netns exec $A ping -n -q -c 1 12.200.1.2'; Cause = 'DuplicateInnerAddress'; End = 'Far'; NotMended = $true }
    @{ Stage = 'bridge'; Fault = 'the bridge tells VLANs apart, and the port is in none'; Break = 'ip -n $B link set br0 type bridge vlan_filtering 1; bridge -n $B vlan del dev geneve1 vid 1'; Cause = 'BridgeFiltered'; End = 'Far'; NotMended = $true; Vlans = $true }
    @{ Stage = 'bridge'; Fault = 'tc drops in the bridge'; Break = 'tc -n $B qdisc add dev geneve1 clsact; tc -n $B filter add dev geneve1 ingress matchall action drop'; Cause = 'BridgeFiltered'; End = 'Far'; NotMended = $true }

    @{ Stage = 'container'; Fault = 'bridged packets pass a firewall that drops them (section 4.2)'; Break = 'ip netns exec $A sysctl -qw net.bridge.bridge-nf-call-iptables=1; ip netns exec $A iptables-legacy -P FORWARD DROP'; Cause = 'BridgeNetfilterDrop'; End = 'Near'; Legacy = $true }
    @{ Stage = 'container'; Fault = 'both ports are isolated'; Break = 'bridge -n $A link set dev geneve1 isolated on; bridge -n $A link set dev veth-host isolated on'; Cause = 'PortIsolated'; End = 'Near' }
    @{ Stage = 'container'; Fault = 'the tunnel port sends no broadcasts'; Break = 'bridge -n $A link set dev geneve1 bcast_flood off'; Cause = 'PortFloodOff'; End = 'Near' }
    @{ Stage = 'container'; Fault = 'packets would have to leave where they came in'; Break = 'mac=$(ip -n $B -o link show br0 | sed "s/.*ether \([^ ]*\).*/\1/"); bridge -n $A fdb replace $mac dev veth-host master static sticky'; Cause = 'NoHairpin'; End = 'Near' }
    @{ Stage = 'container'; Fault = 'the link of the container is down'; Break = 'ip -n $A link set veth-host down'; Cause = 'InnerLinkDown'; End = 'Near' }
    @{ Stage = 'container'; Fault = 'the container is not connected'; Break = 'ip -n $A link del veth-host'; Cause = 'NotAttached'; End = 'Near'; NotMended = $true }
    @{ Stage = 'container'; Fault = 'the way back leads to the tunnel and not to the bridge (section 4.1.1)'; Break = 'ip -n $B route replace 169.254.67.1/32 dev geneve1'; Cause = 'RouteAtBridgePort'; End = 'Far' }
    @{ Stage = 'container'; Fault = 'the false gateway has a wrong MAC (section 4.2)'; Break = 'ip -n $C route replace default via 169.254.175.253 dev veth-client1; ip -n $C neigh replace 169.254.175.253 lladdr 52:7d:b1:92:5a:0f dev veth-client1'; Cause = 'StaticNeighborWrongMac'; End = 'Near' }

    @{ Stage = 'moved'; Fault = 'no return route (section 5)'; Break = 'ip netns exec $B sysctl -qw net.ipv4.conf.all.rp_filter=1; ip -n $B route del 169.254.67.1'; Cause = 'NoReturnRoute'; End = 'Far' }
    @{ Stage = 'moved'; Fault = 'a firewall drops on the way out of the host'; Break = 'ip netns exec $A iptables-legacy -A OUTPUT -p udp --dport 6082 -j DROP'; Cause = 'UnderlayFirewallOut'; End = 'Near'; Legacy = $true }

    @{ Stage = 'routed'; Fault = 'forwarding is off there'; Break = 'ip netns exec $B sysctl -qw net.ipv4.ip_forward=0'; Cause = 'ForwardingOff'; End = 'Far' }
    @{ Stage = 'routed'; Fault = 'a firewall drops what is routed there'; Break = 'ip netns exec $B iptables-legacy -P FORWARD DROP'; Cause = 'InnerFirewall'; End = 'Far'; Legacy = $true }
    @{ Stage = 'routed'; Fault = 'the last host has no route back'; Break = 'ip -n $D route del 11.200.1.0/24'; Cause = 'NoReturnRoute'; End = 'Far'; NotMended = $true }

    @{ Stage = 'router'; Fault = 'the outer TTL ends on the way'; Break = 'ip -n $A link set geneve0 type geneve id 1000 remote 10.0.1.250 ttl 1'; Cause = 'TtlTooSmall'; End = 'Near' }
    @{ Stage = 'router'; Fault = 'the outer TTL of the answers ends on the way'; Break = 'ip -n $B link set geneve0 type geneve id 1000 remote 10.0.0.251 ttl 1'; Cause = 'TtlTooSmall'; End = 'Far' }
    @{ Stage = 'router'; Fault = 'a router says that the remote is unreachable'; Break = 'ip -n $R route add unreachable 10.0.1.250/32'; Cause = 'UnderlayUnreachable'; End = 'Near'; NotMended = $true }
    @{ Stage = 'router'; Fault = 'a router drops without a word'; Break = 'ip netns exec $R iptables-legacy -P FORWARD DROP'; Cause = 'UnderlayLost'; End = 'Far'; NotMended = $true; Legacy = $true }

    @{ Stage = 'farbridge'; Fault = 'bridged packets pass a firewall that drops them there'; Break = 'ip netns exec $B sysctl -qw net.bridge.bridge-nf-call-iptables=1; ip netns exec $B iptables-legacy -P FORWARD DROP'; Cause = 'BridgeNetfilterDrop'; End = 'Far'; Legacy = $true }

    @{ Stage = 'ipv6in'; Fault = 'no return route inside'; Break = 'ip -n $B route del fd11::/64 dev geneve0'; Cause = 'NoReturnRoute'; End = 'Far' }
    @{ Stage = 'ipv6in'; Fault = 'a firewall drops inner packets there'; Break = 'ip netns exec $B ip6tables-legacy -A INPUT -p ipv6-icmp --icmpv6-type echo-request -j DROP'; Cause = 'InnerFirewall'; End = 'Far'; Legacy = $true }

    @{ Stage = 'ipv6'; Fault = 'one end sends no checksums, the other wants them'; Break = 'ip -n $A link del geneve0; ip -n $B link del geneve0; ip -n $A -batch - <<E
link add geneve0 type geneve id 1000 remote fd00::250 udp6zerocsumtx
addr add fd11::1/64 dev geneve0 nodad
link set geneve0 up
E
ip -n $B -batch - <<E
link add geneve0 type geneve id 1000 remote fd00::251 noudp6zerocsumrx
addr add fd11::2/64 dev geneve0 nodad
link set geneve0 up
E'; Cause = 'ChecksumMismatch'; End = 'Far' }
    @{ Stage = 'ipv6'; Fault = 'the VNIs differ over IPv6'; Break = 'ip -n $B link del geneve0; ip -n $B -batch - <<E
link add geneve0 type geneve id 1001 remote fd00::251
addr add fd11::2/64 dev geneve0 nodad
link set geneve0 up
E'; Cause = 'VniMismatch'; End = 'Far' }
)

# What makes a path unusual, and not wrong. Needs: a kind of link that not every kernel has.
$variations = @(
    @{ Stage = 'direct'; What = 'policy routing'; Change = 'ip -n $B rule add from 11.200.2.1 table 100; ip -n $B route add 11.200.1.1/32 dev geneve0 table 100; ip -n $B route del 11.200.1.1/32' }
    @{ Stage = 'bridge'; What = 'addresses on a VLAN of the bridge'; Needs = 'vlan'; Change = 'for e in "$A 12.200.1.1" "$B 12.200.1.2"; do set -- $e; ip -n $1 addr del $2/24 dev br0; ip -n $1 link add link br0 name br0.10 type vlan id 10; ip -n $1 addr add $2/24 dev br0.10; ip -n $1 link set br0.10 mtu 1446 up; done' }
    @{ Stage = 'direct'; What = 'an underlay that is a VLAN'; Needs = 'vlan'; Change = 'for e in "$A 10.0.0.251" "$B 10.0.0.250"; do set -- $e; ip -n $1 addr del $2/24 dev eth0; ip -n $1 link add link eth0 name eth0.7 type vlan id 7; ip -n $1 addr add $2/24 dev eth0.7; ip -n $1 link set eth0.7 up; done' }
)

# The tables, and the names of stages, for -ForEach.
function Get-PathVariation { $variations }
function Get-PathFault { $faults }
function Get-PathStage { $stages.Keys | Sort-Object }

# Runs shell text that knows the namespaces of a path by their letters.
function Invoke-OnPath {
    param([hashtable] $Path, [string] $Text)
    $variables = foreach ($letter in $Path.Places.Keys) { "$letter=$($Path.Places[$letter])" }
    $said = & env @variables sh -ec $Text 2>&1
    if ($LASTEXITCODE -ne 0) { throw "'$Text' ended with $LASTEXITCODE`: $said" }
}

# Builds a path that works.
function New-TestPath {
    param([string] $Stage)
    $places = [ordered]@{}
    foreach ($letter in 'A', 'B', 'C', 'D', 'R') { $places[$letter] = "$($letter.ToLowerInvariant())$([System.Guid]::NewGuid().ToString('N').Substring(0, 6))" }
    $path = @{ Stage = $Stage; Places = $places }
    $one = $stages[$Stage]
    Invoke-OnPath $path $(if ($one.Underlay) { $one.Underlay } else { $underlay })
    Invoke-OnPath $path $one.Setup
    $path
}

# The arguments that test a path; -Alone does not show the far end.
function Get-PathArgument {
    param([hashtable] $Path, [switch] $Alone)
    $arguments = @{}
    $tested = $stages[$Path.Stage].Tested
    foreach ($key in $tested.Keys) {
        if ($Alone -and $key -in 'PeerNamespace', 'DestinationNamespace') { continue }
        $arguments[$key] = if ($key -like '*Namespace') { $Path.Places[$tested[$key]] } else { $tested[$key] }
    }
    $arguments
}

function Remove-TestPath {
    param([hashtable] $Path)
    if ($null -eq $Path) { return }
    $there = @($Path.Places.Values | Where-Object { [System.IO.File]::Exists("/run/netns/$_") })
    foreach ($one in $there) { & ip netns del $one }
}

Export-ModuleMember -Function Get-PathFault, Get-PathVariation, Get-PathStage, Invoke-OnPath, New-TestPath, Get-PathArgument, Remove-TestPath
