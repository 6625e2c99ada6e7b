# Faults by what drops packets and is no firewall of nftables: traffic control, IPsec, iptables-legacy, routes and rules that forbid,
# and several of such at once. PathFaults.psm1 says what the keys mean.
@{
    direct    = @(
        @{
            Fault = 'a queue loses all that leaves here (netem)'
            Break = 'tc -n $A qdisc add dev eth0 root netem loss 100%'
            Cause = 'TrafficControlDrop'; End = 'Near'; Names = "tc on 'eth0' \(netem"; Usual = $true
        }
        @{
            Fault = 'a queue loses all that leaves there (netem)'
            Break = 'tc -n $B qdisc add dev eth0 root netem loss 100%'
            Cause = 'TrafficControlDrop'; End = 'Far'; Names = "tc on 'eth0' \(netem"
        }
        @{
            Fault = 'a queue loses all that goes into the tunnel here (netem)'
            Break = 'tc -n $A qdisc add dev geneve0 root netem loss 100%'
            Cause = 'TrafficControlDrop'; End = 'Near'; Names = "tc on 'geneve0' \(netem"
        }
        @{
            Fault = 'a queue loses the answers that go into the tunnel there (netem)'
            Break = 'tc -n $B qdisc add dev geneve0 root netem loss 100%'
            Cause = 'TrafficControlDrop'; End = 'Far'; Names = "tc on 'geneve0' \(netem"
        }
        @{
            Fault = 'a queue loses most of what leaves here (netem)'
            Break = 'tc -n $A qdisc add dev eth0 root netem loss 60%'
            Cause = 'PacketLoss'; End = 'Near'; NotFixed = $true
            Open = 'what is answered is chance'
        }
        @{
            Fault = 'tc drops all that leaves here'
            Break = @(
                'tc -n $A qdisc add dev eth0 clsact'
                'tc -n $A filter add dev eth0 egress matchall action drop'
            )
            Cause = 'TrafficControlDrop'; End = 'Near'; Names = "tc on 'eth0' \(filter"
        }
        @{
            Fault = 'tc drops all that leaves there'
            Break = @(
                'tc -n $B qdisc add dev eth0 clsact'
                'tc -n $B filter add dev eth0 egress matchall action drop'
            )
            Cause = 'TrafficControlDrop'; End = 'Far'; Names = "tc on 'eth0' \(filter"
        }
        @{
            Fault = 'tc drops all that comes in there'
            Break = @(
                'ip netns exec $A ping -n -q -c 1 10.0.0.250'
                'tc -n $B qdisc add dev eth0 clsact'
                'tc -n $B filter add dev eth0 ingress matchall action drop'
            )
            Cause = 'TrafficControlDrop'; End = 'Far'; Names = "tc on 'eth0' \(filter"
        }
        @{
            Fault = 'tc drops all that comes in here'
            Break = @(
                'ip netns exec $A ping -n -q -c 1 10.0.0.250'
                'tc -n $A qdisc add dev eth0 ingress'
                'tc -n $A filter add dev eth0 parent ffff: matchall action drop'
            )
            Cause = 'TrafficControlDrop'; End = 'Near'; Names = "tc on 'eth0' \(filter"
        }
        @{
            Fault = 'tc drops a UDP port there'
            Break = @(
                'tc -n $B qdisc add dev eth0 clsact'
                'tc -n $B filter add dev eth0 ingress protocol ip u32 match ip dport 6081 0xffff action drop'
            )
            Cause = 'TrafficControlDrop'; End = 'Far'; NotFixed = $true; Names = "tc on 'eth0' \(filter"
        }
        @{
            Fault = 'tc drops a UDP port here'
            Break = @(
                'tc -n $A qdisc add dev eth0 clsact'
                'tc -n $A filter add dev eth0 egress protocol ip u32 match ip dport 6081 0xffff action drop'
            )
            Cause = 'TrafficControlDrop'; End = 'Near'; NotFixed = $true; Names = "tc on 'eth0' \(filter"
        }
        @{
            Fault = 'tc lets next to nothing in there (police)'
            Break = @(
                'tc -n $B qdisc add dev eth0 clsact'
                'tc -n $B filter add dev eth0 ingress protocol ip u32 match ip dport 6081 0xffff police rate 8bit burst 60 drop'
            )
            Cause = 'TrafficControlDrop'; End = 'Far'; NotFixed = $true; Names = "tc on 'eth0' \(filter"
        }
        @{
            Fault = 'tc drops all that comes out of the tunnel there'
            Break = @(
                'tc -n $B qdisc add dev geneve0 clsact'
                'tc -n $B filter add dev geneve0 ingress matchall action drop'
            )
            Cause = 'TrafficControlDrop'; End = 'Far'; Names = "tc on 'geneve0' \(filter"
        }
        @{
            Fault = 'tc drops all that goes into the tunnel here'
            Break = @(
                'tc -n $A qdisc add dev geneve0 clsact'
                'tc -n $A filter add dev geneve0 egress matchall action drop'
            )
            Cause = 'TrafficControlDrop'; End = 'Near'; Names = "tc on 'geneve0' \(filter"
        }
        @{
            Fault = 'tc drops the answers as they come out of the tunnel here'
            Break = @(
                'tc -n $A qdisc add dev geneve0 clsact'
                'tc -n $A filter add dev geneve0 ingress matchall action drop'
            )
            Cause = 'TrafficControlDrop'; End = 'Near'; Names = "tc on 'geneve0' \(filter"
        }
        @{
            Fault = 'a policy of IPsec blocks what comes in there'
            Break = 'ip -n $B xfrm policy add dir in src 10.0.0.251 dst 10.0.0.250 action block'
            Cause = 'IpsecPolicy'; End = 'Far'; NotFixed = $true; Names = 'XfrmInPolBlock'; Usual = $true
        }
        @{
            Fault = 'a policy of IPsec blocks what comes in here'
            Break = 'ip -n $A xfrm policy add dir in src 10.0.0.250 dst 10.0.0.251 action block'
            Cause = 'IpsecPolicy'; End = 'Near'; NotFixed = $true; Names = 'XfrmInPolBlock'
        }
        @{
            Fault = 'a policy of IPsec blocks what leaves here'
            Break = 'ip -n $A xfrm policy add dir out src 10.0.0.251 dst 10.0.0.250 action block'
            Cause = 'IpsecPolicy'; End = 'Near'; NotFixed = $true; Names = 'XfrmOutPolBlock'
        }
        @{
            Fault = 'a policy of IPsec blocks what leaves there'
            Break = 'ip -n $B xfrm policy add dir out src 10.0.0.250 dst 10.0.0.251 action block'
            Cause = 'IpsecPolicy'; End = 'Far'; NotFixed = $true; Names = 'XfrmOutPolBlock'
        }
        @{
            Fault = 'IPsec wants what comes in there encrypted'
            Break = 'ip -n $B xfrm policy add dir in src 10.0.0.251 dst 10.0.0.250 tmpl proto esp mode transport'
            Cause = 'IpsecPolicy'; End = 'Far'; NotFixed = $true; Names = 'XfrmInTmplMismatch'
        }
        @{
            Fault = 'IPsec wants what leaves here encrypted, and has no key'
            Break = 'ip -n $A xfrm policy add dir out src 10.0.0.251 dst 10.0.0.250 tmpl proto esp mode transport'
            Cause = 'IpsecPolicy'; End = 'Near'; NotFixed = $true; Names = 'IPsec'
        }
        @{
            Fault = 'congestion is marked on the way, and cannot be inside'
            Break = 'ip netns exec $A iptables-legacy -t mangle -A POSTROUTING -o eth0 -j TOS --set-tos 0x03/0x03'
            Cause = 'EcnMismatch'; End = 'Far'; NotFixed = $true; Usual = $true
        }
        @{
            Fault = 'congestion is marked on the way back, and cannot be inside'
            Break = 'ip netns exec $B iptables-legacy -t mangle -A POSTROUTING -o eth0 -j TOS --set-tos 0x03/0x03'
            Cause = 'EcnMismatch'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'the kernel has no room for another neighbor'
            Break = @(
                'ip -n $A neigh flush dev geneve0'
                'ip -n $A neigh add 10.0.0.77 lladdr 02:00:00:00:00:77 dev eth0'
                'sysctl -qw net.ipv4.neigh.default.gc_thresh3=1 net.ipv4.neigh.default.gc_thresh2=1 net.ipv4.neigh.default.gc_thresh1=0'
            )
            Undo  = 'sysctl -qw net.ipv4.neigh.default.gc_thresh3=1024 net.ipv4.neigh.default.gc_thresh2=512 net.ipv4.neigh.default.gc_thresh1=128'
            Cause = 'NeighborTableFull'; End = 'Near'; NotFixed = $true; Names = 'gc_thresh3'; Usual = $true
        }
        @{
            Fault = 'iptables-legacy drops in the table raw there'
            Break = 'ip netns exec $B iptables-legacy -t raw -A PREROUTING -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = 'table raw'
        }
        @{
            Fault = 'iptables-legacy drops in the table mangle there'
            Break = 'ip netns exec $B iptables-legacy -t mangle -A INPUT -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = 'table mangle'
        }
        @{
            Fault = 'iptables-legacy drops in the table raw here'
            Break = 'ip netns exec $A iptables-legacy -t raw -A OUTPUT -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallOut'; End = 'Near'; Names = 'table raw'
        }
        @{
            Fault = 'iptables-legacy rejects on the way out here'
            Break = 'ip netns exec $A iptables-legacy -A OUTPUT -p udp --dport 6081 -j REJECT'
            Cause = 'UnderlayFirewallOut'; End = 'Near'; Names = 'REJECT'
        }
        @{
            Fault = 'iptables-legacy drops in a chain of its own, behind other rules'
            Break = @(
                'ip netns exec $B iptables-legacy -N ours'
                'ip netns exec $B iptables-legacy -A INPUT -i lo -j ACCEPT'
                'ip netns exec $B iptables-legacy -A INPUT -p udp -j ours'
                'ip netns exec $B iptables-legacy -A ours -p udp --dport 53 -j ACCEPT'
                'ip netns exec $B iptables-legacy -A ours -j DROP'
            )
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = '-A ours'
        }
        @{
            Fault = 'the policy of iptables-legacy drops what comes in there'
            Break = @(
                'ip netns exec $B iptables-legacy -A INPUT -i lo -j ACCEPT'
                'ip netns exec $B iptables-legacy -A INPUT -p tcp --dport 22 -j ACCEPT'
                'ip netns exec $B iptables-legacy -P INPUT DROP'
            )
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = 'INPUT'; Next = 'InnerFirewall Far'
        }
        @{
            Fault = 'the policy of iptables-legacy drops what leaves here'
            Break = @(
                'ip netns exec $A iptables-legacy -A OUTPUT -o geneve0 -j ACCEPT'
                'ip netns exec $A iptables-legacy -P OUTPUT DROP'
            )
            Cause = 'UnderlayFirewallOut'; End = 'Near'; Names = 'OUTPUT'
        }
        @{
            Fault = 'iptables-legacy drops the answers inside, there'
            Break = 'ip netns exec $B iptables-legacy -A OUTPUT -d 11.200.1.1 -j DROP'
            Cause = 'InnerFirewall'; End = 'Far'; Names = '-A OUTPUT'
        }
        @{
            Fault = 'iptables-legacy drops what comes from an inner address'
            Break = 'ip netns exec $B iptables-legacy -t raw -A PREROUTING -s 11.200.1.1 -j DROP'
            Cause = 'InnerFirewall'; End = 'Far'; Names = 'table raw'
        }
        @{
            Fault = 'a route here says that the remote is prohibited'
            Break = 'ip -n $A route add prohibit 10.0.0.250/32'
            Cause = 'UnderlayNoRoute'; End = 'Near'
        }
        @{
            Fault = 'a route here takes the packets for the remote (blackhole)'
            Break = 'ip -n $A route add blackhole 10.0.0.250/32'
            Cause = 'UnderlayNoRoute'; End = 'Near'
        }
        @{
            Fault = 'a rule here says that the remote is prohibited'
            Break = 'ip -n $A rule add to 10.0.0.250 pref 50 prohibit'
            Cause = 'UnderlayNoRoute'; End = 'Near'
        }
        @{
            Fault = 'a rule here takes the packets for the remote (blackhole)'
            Break = 'ip -n $A rule add to 10.0.0.250 pref 50 blackhole'
            Cause = 'UnderlayNoRoute'; End = 'Near'
        }
        @{
            Fault = 'a rule for the UDP port says that it is prohibited'
            Break = 'ip -n $A rule add ipproto udp dport 6081 pref 50 prohibit'
            Cause = 'UnderlayNoRoute'; End = 'Near'
        }
        @{
            Fault = 'a route there says that this end is prohibited'
            Break = @(
                'no_rp_filter'
                'ip -n $B route add prohibit 10.0.0.251/32'
            )
            Cause = 'UnderlayNoRoute'; End = 'Far'
        }
        @{
            Fault = 'a rule there takes the answers (blackhole)'
            Break = @(
                'no_rp_filter'
                'ip -n $B rule add to 10.0.0.251 pref 50 blackhole'
            )
            Cause = 'UnderlayNoRoute'; End = 'Far'
        }
        @{
            Fault = 'a route here says that the destination is prohibited'
            Break = @(
                'ip -n $A route del 11.200.2.1'
                'ip -n $A route add prohibit 11.200.2.1/32'
            )
            Cause = 'InnerNoRoute'; End = 'Near'
        }
        @{
            Fault = 'a route here takes the packets for the destination (blackhole)'
            Break = @(
                'ip -n $A route del 11.200.2.1'
                'ip -n $A route add blackhole 11.200.2.1/32'
            )
            Cause = 'InnerNoRoute'; End = 'Near'
        }
        @{
            Fault = 'a route here says that the destination is unreachable'
            Break = @(
                'ip -n $A route del 11.200.2.1'
                'ip -n $A route add unreachable 11.200.2.1/32'
            )
            Cause = 'InnerNoRoute'; End = 'Near'
        }
        @{
            Fault = 'a rule here says that the destination is prohibited'
            Break = 'ip -n $A rule add to 11.200.2.1 pref 50 prohibit'
            Cause = 'InnerNoRoute'; End = 'Near'
        }
        @{
            Fault = 'a route there takes the answers (blackhole)'
            Break = @(
                'no_rp_filter'
                'ip -n $B route del 11.200.1.1'
                'ip -n $B route add blackhole 11.200.1.1/32'
            )
            Cause = 'NoReturnRoute'; End = 'Far'
        }
        @{
            Fault = 'a route there says that the way back is prohibited'
            Break = @(
                'no_rp_filter'
                'ip -n $B route del 11.200.1.1'
                'ip -n $B route add prohibit 11.200.1.1/32'
            )
            Cause = 'NoReturnRoute'; End = 'Far'
        }
        @{
            Fault = 'a rule there says that the way back is unreachable'
            Break = @(
                'no_rp_filter'
                'ip -n $B rule add to 11.200.1.1 pref 50 unreachable'
            )
            Cause = 'NoReturnRoute'; End = 'Far'
        }
        @{
            Fault = 'a rule there leads the answers to a table without a way'
            Break = @(
                'no_rp_filter'
                'ip -n $B rule add to 11.200.1.1 pref 50 lookup 77'
                'ip -n $B route add unreachable default table 77'
            )
            Cause = 'NoReturnRoute'; End = 'Far'
        }
        @{
            Fault = 'a tunnel beside it is healthy, and the remote is wrong there'
            Break = @(
                'add_tunnel $A g5 11.205.0.1/30 id 500 remote 10.0.0.250'
                'add_tunnel $B g5 11.205.0.2/30 id 500 remote 10.0.0.251'
                'replace_far_tunnel id 1000 remote 10.0.0.99'
            )
            Keeps = 'A 11.205.0.2', 'B 11.205.0.1'
            Cause = 'RemoteMismatch'; End = 'Far'
        }
        @{
            Fault = 'two tunnels beside it are healthy, and the VNI is wrong there'
            Break = @(
                'add_tunnel $A g5 11.205.0.1/30 id 500 remote 10.0.0.250'
                'add_tunnel $B g5 11.205.0.2/30 id 500 remote 10.0.0.251'
                'add_tunnel $A g6 11.206.0.1/30 id 600 remote 10.0.0.250 dstport 6082'
                'add_tunnel $B g6 11.206.0.2/30 id 600 remote 10.0.0.251 dstport 6082'
                'replace_far_tunnel id 1001 remote 10.0.0.251'
            )
            Keeps = 'A 11.205.0.2', 'B 11.206.0.1'
            Cause = 'VniMismatch'; End = 'Far'
        }
        @{
            Fault = 'a tunnel beside it has another port, and a firewall drops this one'
            Break = @(
                'add_tunnel $A g6 11.206.0.1/30 id 600 remote 10.0.0.250 dstport 6082'
                'add_tunnel $B g6 11.206.0.2/30 id 600 remote 10.0.0.251 dstport 6082'
                'ip netns exec $B iptables-legacy -A INPUT -p udp --dport 6081 -j DROP'
            )
            Keeps = 'A 11.206.0.2'
            Cause = 'UnderlayFirewallIn'; End = 'Far'
        }
        @{
            Fault = 'two at once: both remotes are wrong'
            Break = @(
                'ip -n $A link set geneve0 type geneve id 1000 remote 10.0.0.99'
                'replace_far_tunnel id 1000 remote 10.0.0.98'
            )
            Cause = 'RemoteMismatch'; End = 'Near'; Next = 'RemoteMismatch Far'
        }
        @{
            Fault = 'two at once: a firewall drops on the way in at both ends'
            Break = 'for n in $A $B; do ip netns exec $n iptables-legacy -A INPUT -p udp --dport 6081 -j DROP; done'
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Next = 'UnderlayFirewallIn Near'
        }
        @{
            Fault = 'two at once: no route leads to the destination, and none back'
            Break = @(
                'no_rp_filter'
                'ip -n $A route del 11.200.2.1'
                'ip -n $B route del 11.200.1.1'
            )
            Cause = 'InnerNoRoute'; End = 'Near'; Next = 'NoReturnRoute Far'
        }
        @{
            Fault = 'two at once: a queue loses all here, and a firewall drops there'
            Break = @(
                'tc -n $A qdisc add dev eth0 root netem loss 100%'
                'ip netns exec $B iptables-legacy -A INPUT -p udp --dport 6081 -j DROP'
            )
            Cause = 'TrafficControlDrop'; End = 'Near'; Next = 'UnderlayFirewallIn Far'
        }
        @{
            Fault = 'two at once: the VNIs differ, and a firewall drops inner packets'
            Break = @(
                'replace_far_tunnel id 1001 remote 10.0.0.251'
                'ip netns exec $B iptables-legacy -A INPUT -p icmp -j DROP'
            )
            Cause = 'VniMismatch'; End = 'Far'; Next = 'InnerFirewall Far'
        }
        @{
            Fault = 'two at once: the link is too small there, and there is no return route'
            Break = @(
                'no_rp_filter'
                'ip -n $B link set eth0 mtu 1400'
                'ip -n $B route del 11.200.1.1'
            )
            Cause = 'NoReturnRoute'; End = 'Far'; Next = 'MtuTooLarge Near'
        }
        @{
            Fault = 'three at once: static neighbors are wrong at both ends, and echoes are ignored'
            Break = @(
                'ip -n $A neigh replace 11.200.2.1 lladdr 02:00:00:00:00:99 dev geneve0'
                'ip -n $B neigh replace 11.200.1.1 lladdr 02:00:00:00:00:98 dev geneve0'
                'ip netns exec $B sysctl -qw net.ipv4.icmp_echo_ignore_all=1'
            )
            Cause = 'StaticNeighborWrongMac'; End = 'Near'; Next = 'StaticNeighborWrongMac Far', 'EchoIgnored Far'
        }
    )
    bridge    = @(
        @{
            Fault = 'tc drops at a port of the bridge there'
            Break = @(
                'tc -n $B qdisc add dev geneve1 clsact'
                'tc -n $B filter add dev geneve1 ingress matchall action drop'
            )
            Cause = 'TrafficControlDrop'; End = 'Far'; Names = "tc on 'geneve1'"
        }
        @{
            Fault = 'tc drops at a port of the bridge here'
            Break = @(
                'tc -n $A qdisc add dev geneve1 clsact'
                'tc -n $A filter add dev geneve1 egress matchall action drop'
            )
            Cause = 'TrafficControlDrop'; End = 'Near'; Names = "tc on 'geneve1'"
        }
        @{
            Fault = 'both bridges filter VLANs, and the tunnel port is in none here'
            Break = @(
                'for n in $A $B; do ip -n $n link set br0 type bridge vlan_filtering 1; done'
                'bridge -n $A vlan del dev geneve1 vid 1'
            )
            Needs = 'BridgeVlanFilter'
            Cause = 'BridgeFiltered'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'the bridge itself is in no VLAN there'
            Break = @(
                'ip -n $B link set br0 type bridge vlan_filtering 1'
                'bridge -n $B vlan del dev br0 vid 1 self'
            )
            Needs = 'BridgeVlanFilter'
            Cause = 'BridgeFiltered'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'the far bridge expects a tag, and none comes'
            Break = @(
                'ip -n $B link set br0 type bridge vlan_filtering 1'
                'bridge -n $B vlan del dev geneve1 vid 1'
                'bridge -n $B vlan add dev geneve1 vid 20'
            )
            Needs = 'BridgeVlanFilter'
            Cause = 'BridgeFiltered'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'the addresses are on different VLANs'
            Break = @(
                'move_to_vlan $A 12.200.1.1/24 br0 10 mtu 1446'
                'move_to_vlan $B 12.200.1.2/24 br0 20 mtu 1446'
            )
            Needs = 'VlanLink'
            Cause = 'VlanMismatch'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'a port is locked here'
            Break = @(
                'bridge -n $A link set dev geneve1 learning off locked on'
                'mac=$(mac_of $B br0)'
                'bridge -n $A fdb del $mac dev geneve1 master || true'
            )
            Cause = 'PortLocked'; End = 'Near'
        }
        @{
            Fault = 'two at once: both bridges are down'
            Break = 'for n in $A $B; do ip -n $n link set br0 down; done'
            Cause = 'BridgeDown'; End = 'Near'; Next = 'BridgeDown Far'
        }
        @{
            Fault = 'two at once: the tunnel is a port of neither bridge'
            Break = 'for n in $A $B; do ip -n $n link set geneve1 nomaster; done'
            Cause = 'TunnelNotPort'; End = 'Near'; Next = 'TunnelNotPort Far'
        }
    )
    container = @(
        @{
            Fault = 'a queue loses all that goes to the container (netem)'
            Break = 'tc -n $A qdisc add dev veth-host root netem loss 100%'
            Cause = 'TrafficControlDrop'; End = 'Near'; Names = "tc on 'veth-host' \(netem"
        }
        @{
            Fault = 'tc drops what comes from the container'
            Break = @(
                'tc -n $A qdisc add dev veth-host clsact'
                'tc -n $A filter add dev veth-host ingress matchall action drop'
            )
            Cause = 'TrafficControlDrop'; End = 'Near'; Names = "tc on 'veth-host' \(filter"
        }
        @{
            Fault = 'a queue loses all that leaves the container (netem)'
            Break = 'tc -n $C qdisc add dev veth-client1 root netem loss 100%'
            Cause = 'TrafficControlDrop'; End = 'Near'; Names = "tc on 'veth-client1' \(netem"
        }
        @{
            Fault = 'a chain of iptables-legacy drops bridged packets'
            Break = @(
                'bridged_through_firewall $A'
                'ip netns exec $A iptables-legacy -N DOCKER-USER'
                'ip netns exec $A iptables-legacy -A FORWARD -j DOCKER-USER'
                'ip netns exec $A iptables-legacy -A DOCKER-USER -p icmp -j DROP'
            )
            Cause = 'BridgeNetfilterDrop'; End = 'Near'; Names = 'DOCKER-USER'
        }
        @{
            Fault = 'iptables-legacy drops bridged packets before FORWARD'
            Break = @(
                'bridged_through_firewall $A'
                'ip netns exec $A iptables-legacy -I FORWARD -i br0 -o br0 -j ACCEPT'
                'ip netns exec $A iptables-legacy -t raw -A PREROUTING -s 169.254.67.1 -d 12.200.1.2 -j DROP'
            )
            Cause = 'BridgeFiltered'; End = 'Near'; Names = 'table raw'
        }
        @{
            Fault = 'iptables-legacy drops what leaves the container'
            Break = 'ip netns exec $C iptables-legacy -A OUTPUT -p icmp -j DROP'
            Cause = 'InnerFirewall'; End = 'Near'; Names = '-A OUTPUT'
        }
        @{
            Fault = 'no route leads out of the container'
            Break = 'ip -n $C route del default'
            Cause = 'InnerNoRoute'; End = 'Near'
        }
        @{
            Fault = 'two at once: both ports are isolated, and there is no return route'
            Break = @(
                'bridge -n $A link set dev geneve1 isolated on'
                'bridge -n $A link set dev veth-host isolated on'
                'ip -n $B route del 169.254.67.1'
            )
            Cause = 'PortIsolated'; End = 'Near'; Next = 'NoReturnRoute Far'
        }
    )
    farbridge = @(
        @{
            Fault = 'a queue loses all that goes to the container there (netem)'
            Break = 'tc -n $B qdisc add dev veth-host root netem loss 100%'
            Cause = 'TrafficControlDrop'; End = 'Far'; Names = "tc on 'veth-host' \(netem"
        }
        @{
            Fault = 'the link of the container is down there'
            Break = 'ip -n $B link set veth-host down'
            Cause = 'InnerLinkDown'; End = 'Far'
        }
        @{
            Fault = 'the tunnel is not a port there, with a container behind the bridge'
            Break = 'ip -n $B link set geneve1 nomaster'
            Cause = 'TunnelNotPort'; End = 'Far'
        }
    )
    routed    = @(
        @{
            Fault = 'a chain of iptables-legacy drops what is routed there'
            Break = 'ip netns exec $B iptables-legacy -A FORWARD -i geneve0 -j DROP'
            Cause = 'InnerFirewall'; End = 'Far'; Names = '-A FORWARD'
        }
        @{
            Fault = 'a queue loses all on the last link there (netem)'
            Break = 'tc -n $B qdisc add dev lan root netem loss 100%'
            Cause = 'TrafficControlDrop'; End = 'Far'; Names = "tc on 'lan' \(netem"
        }
    )
    ipv6      = @(
        @{
            Fault = 'ip6tables-legacy drops on the way in there'
            Break = 'ip netns exec $B ip6tables-legacy -A INPUT -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = 'ip6tables'
        }
        @{
            Fault = 'ip6tables-legacy drops on the way out here'
            Break = 'ip netns exec $A ip6tables-legacy -A OUTPUT -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallOut'; End = 'Near'; Names = 'ip6tables'
        }
        @{
            Fault = 'a policy of IPsec blocks what comes in there over IPv6'
            Break = 'ip -n $B xfrm policy add dir in src fd00::251 dst fd00::250 action block'
            Cause = 'IpsecPolicy'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'the remote is wrong there over IPv6'
            Break = @(
                'ip -n $B link del geneve0'
                'add_ipv6_tunnel $B fd11::2 id 1000 remote fd00::99'
            )
            Cause = 'RemoteMismatch'; End = 'Far'
        }
        @{
            Fault = 'a queue loses all that leaves here over IPv6 (netem)'
            Break = 'tc -n $A qdisc add dev eth0 root netem loss 100%'
            Cause = 'TrafficControlDrop'; End = 'Near'; Names = "tc on 'eth0' \(netem"
        }
        @{
            Fault = 'a route here says that the remote is prohibited over IPv6'
            Break = 'ip -n $A route add prohibit fd00::250/128'
            Cause = 'UnderlayNoRoute'; End = 'Near'
        }
    )
    ipv6in    = @(
        @{
            Fault = 'ip6tables-legacy drops the answers inside, there'
            Break = 'ip netns exec $B ip6tables-legacy -A OUTPUT -p ipv6-icmp --icmpv6-type echo-reply -j DROP'
            Cause = 'InnerFirewall'; End = 'Far'; Names = '-A OUTPUT'
        }
        @{
            Fault = 'ip6tables-legacy drops neighbor solicitations there'
            Break = @(
                'ip netns exec $B ip6tables-legacy -A INPUT -p ipv6-icmp --icmpv6-type neighbor-solicitation -j DROP'
                'ip -n $A -6 neigh flush dev geneve0'
            )
            Cause = 'NeighborFailed'; End = 'Far'; Names = 'neighbor-solicitation|135'
        }
        @{
            Fault = 'a route here says that the destination is prohibited inside IPv6'
            Break = 'ip -n $A route add prohibit fd11::2/128'
            Cause = 'InnerNoRoute'; End = 'Near'
        }
        @{
            Fault = 'a static neighbor has a wrong MAC inside IPv6'
            Break = 'ip -n $A neigh replace fd11::2 lladdr 02:00:00:00:00:99 dev geneve0'
            Cause = 'StaticNeighborWrongMac'; End = 'Near'
        }
    )
    moved     = @(
        @{
            Fault = 'a queue of the host loses all (netem)'
            Break = 'tc -n $A qdisc add dev eth0 root netem loss 100%'
            Cause = 'TrafficControlDrop'; End = 'Near'; Names = "tc on 'eth0' \(netem"
        }
        @{
            Fault = 'iptables-legacy of the host drops what comes back'
            Break = 'ip netns exec $A iptables-legacy -A INPUT -p udp --dport 6082 -j DROP'
            Cause = 'UnderlayFirewallIn'; End = 'Near'; Names = '-A INPUT'
        }
        @{
            Fault = 'a policy of IPsec of the host blocks what leaves'
            Break = 'ip -n $A xfrm policy add dir out src 10.0.0.251 dst 10.0.0.250 action block'
            Cause = 'IpsecPolicy'; End = 'Near'; NotFixed = $true
        }
    )
    router    = @(
        @{
            Fault = 'a router sends the packets nowhere (blackhole)'
            Break = 'ip -n $R route add blackhole 10.0.1.250/32'
            Cause = 'UnderlayLost'; End = 'Far'; NotFixed = $true
        }
        @{
            Fault = 'a router sends the answers nowhere (blackhole)'
            Break = 'ip -n $R route add blackhole 10.0.0.251/32'
            Cause = 'UnderlayLost'; End = 'Near'; NotFixed = $true
        }
        @{
            Fault = 'the router does not route'
            Break = 'ip netns exec $R sysctl -qw net.ipv4.ip_forward=0'
            Cause = 'UnderlayLost'; End = 'Far'; NotFixed = $true
        }
    )
}
