# Faults that only the stock kernel can have: nftables in the families that the small one lacks. PathFaults.psm1 says what the
# keys mean; own_chain and the other functions of the shell are TestPath.psm1's.
@{
    direct     = @(
        @{
            Fault = 'nft (inet) counts and drops on the way in there'
            Break = "own_chain `$B inet 'hook input priority 0' 'udp dport 6081 counter drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'iptables-nft drops on the way in there, and the rule counts'
            Break = 'ip netns exec $B iptables-nft -A INPUT -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "rule \d+ in chain 'INPUT' of table ip 'filter'"
        }
        @{
            Fault = 'iptables-nft drops on the way out here'
            Break = 'ip netns exec $A iptables-nft -A OUTPUT -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallOut'; End = 'Near'; Names = "'OUTPUT' of table ip 'filter'"; Usual = $true
        }
        @{
            Fault = 'iptables-nft drops on the way out there'
            Break = 'ip netns exec $B iptables-nft -A OUTPUT -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallOut'; End = 'Far'; Names = "'OUTPUT' of table ip 'filter'"
        }
        @{
            Fault = 'iptables-nft drops in a chain of its own, behind other rules'
            Break = @(
                'ip netns exec $B iptables-nft -N ours'
                'ip netns exec $B iptables-nft -A INPUT -i lo -j ACCEPT'
                'ip netns exec $B iptables-nft -A INPUT -p udp -j ours'
                'ip netns exec $B iptables-nft -A ours -p udp --dport 53 -j ACCEPT'
                'ip netns exec $B iptables-nft -A ours -j DROP'
            )
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "chain 'ours' of table ip 'filter'"
        }
        @{
            Fault = 'iptables-nft drops in the table raw there'
            Break = 'ip netns exec $B iptables-nft -t raw -A PREROUTING -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "'PREROUTING' of table ip 'raw'"
        }
        @{
            Fault = 'iptables-nft rejects here what comes back'
            Break = 'ip netns exec $A iptables-nft -A INPUT -p udp --dport 6081 -j REJECT'
            Cause = 'UnderlayFirewallIn'; End = 'Near'; Names = "'INPUT' of table ip 'filter'"
        }
        @{
            Fault = 'iptables-nft drops inner packets there'
            Break = 'ip netns exec $B iptables-nft -A INPUT -p icmp --icmp-type echo-request -j DROP'
            Cause = 'InnerFirewall'; End = 'Far'; Names = "'INPUT' of table ip 'filter'"; Usual = $true
        }
        @{
            Fault = 'the policy of iptables-nft drops all that comes in, and it has rules that accept'
            Break = @(
                'ip netns exec $B iptables-nft -P INPUT DROP'
                'ip netns exec $B iptables-nft -A INPUT -i lo -j ACCEPT'
                'ip netns exec $B iptables-nft -A INPUT -p tcp --dport 22 -j ACCEPT'
                'ip netns exec $B iptables-nft -A INPUT -p udp --dport 6081 -j ACCEPT'
            )
            Cause = 'InnerFirewall'; End = 'Far'; Names = "policy of chain 'INPUT' of table ip 'filter'"; Deep = $true
        }
        @{
            Fault = 'nft (inet) drops on the way in there, without counting'
            Break = "own_chain `$B inet 'hook input priority 0' 'udp dport 6081 drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "rule \d+ in chain 'own' of table inet 'own'"; Deep = $true; Usual = $true
        }
        @{
            Fault = 'nft (inet) counts and drops, and -Deep is not asked for'
            Break = "own_chain `$B inet 'hook input priority 0' 'udp dport 6081 counter' 'udp dport 6081 counter drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "rule \d+ in chain 'own' of table inet 'own'"
        }
        @{
            Fault = 'nft (ip) drops on the way in there, without counting'
            Break = "own_chain `$B ip 'hook input priority 0' 'udp dport 6081 drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table ip 'own'"; Deep = $true
        }
        @{
            Fault = 'nft (ip) counts and drops, and -Deep is not asked for'
            Break = "own_chain `$B ip 'hook input priority 0' 'ip saddr 10.0.0.0/24 counter drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table ip 'own'"
        }
        @{
            Fault = 'nft rejects on the way in there'
            Break = "own_chain `$B inet 'hook input priority 0' 'udp dport 6081 reject'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft rejects with "administratively prohibited"'
            Break = "own_chain `$B inet 'hook input priority 0' 'udp dport 6081 reject with icmpx type admin-prohibited'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops before connections are tracked (raw prerouting)'
            Break = "own_chain `$B ip 'hook prerouting priority raw' 'udp dport 6081 drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table ip 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops in prerouting, and counts'
            Break = "own_chain `$B inet 'hook prerouting priority mangle' 'iifname eth0 udp dport 6081 counter drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table inet 'own'"
        }
        @{
            Fault = 'nft drops on the way out here'
            Break = "own_chain `$A inet 'hook output priority 0' 'udp dport 6081 drop'"
            Cause = 'UnderlayFirewallOut'; End = 'Near'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft rejects on the way out here'
            Break = "own_chain `$A ip 'hook output priority 0' 'udp dport 6081 reject'"
            Cause = 'UnderlayFirewallOut'; End = 'Near'; Names = "table ip 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops on the way out there'
            Break = "own_chain `$B inet 'hook output priority 0' 'udp dport 6081 drop'"
            Cause = 'UnderlayFirewallOut'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops in postrouting here'
            Break = "own_chain `$A inet 'hook postrouting priority 0' 'oifname eth0 udp dport 6081 drop'"
            Cause = 'UnderlayFirewallOut'; End = 'Near'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops by netdev ingress there'
            Break = "own_chain `$B netdev 'hook ingress device eth0 priority 0' 'udp dport 6081 drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table netdev 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops by netdev ingress there, and counts'
            Break = "own_chain `$B netdev 'hook ingress device eth0 priority 0' 'udp dport 6081 counter drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table netdev 'own'"
        }
        @{
            Fault = 'nft drops by netdev egress here'
            Break = "own_chain `$A netdev 'hook egress device eth0 priority 0' 'udp dport 6081 drop'"
            Cause = 'UnderlayFirewallOut'; End = 'Near'; Names = "table netdev 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops by inet ingress there'
            Break = "own_chain `$B inet 'hook ingress device eth0 priority 0' 'udp dport 6081 drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops here what comes back'
            Break = "own_chain `$A inet 'hook input priority 0' 'udp dport 6081 drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Near'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops here by netdev ingress what comes back'
            Break = "own_chain `$A netdev 'hook ingress device eth0 priority 0' 'udp dport 6081 drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Near'; Names = "table netdev 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops in a chain that is jumped to'
            Break = @(
                'ip netns exec $B nft add table inet own'
                'ip netns exec $B nft add chain inet own tunnels'
                'ip netns exec $B nft add rule inet own tunnels udp dport 4789 accept'
                'ip netns exec $B nft add rule inet own tunnels drop'
                "own_chain `$B inet 'hook input priority 0' 'meta l4proto udp jump tunnels'"
            )
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "chain 'tunnels' of table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops by a verdict map'
            Break = "own_chain `$B inet 'hook input priority 0' 'udp dport vmap { 53 : accept, 6081 : drop }'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops what is in a set'
            Break = @(
                'ip netns exec $B nft add table inet own'
                "ip netns exec `$B nft 'add set inet own bad { type ipv4_addr; elements = { 10.0.0.251, 192.0.2.7 }; }'"
                "own_chain `$B inet 'hook input priority 0' 'ip saddr @bad counter drop'"
            )
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table inet 'own'"
        }
        @{
            Fault = 'the policy of nft drops, and its rules accept other things'
            Break = "own_chain `$B inet 'hook input priority 0; policy drop' 'iif lo accept' 'tcp dport 22 accept' 'icmp type echo-request accept'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "policy of chain 'own' of table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'the policy of nft drops, and it has no rule'
            Break = "own_chain `$B ip 'hook input priority 0; policy drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "policy of chain 'own' of table ip 'own'"; Deep = $true
            Next = 'InnerFirewall Far'
        }
        @{
            Fault = 'the policy of nft drops what leaves here'
            Break = "own_chain `$A inet 'hook output priority 0; policy drop' 'oif lo accept' 'ip daddr 11.200.0.0/16 accept' 'icmp type echo-reply accept'"
            Cause = 'UnderlayFirewallOut'; End = 'Near'; Names = "policy of chain 'own' of table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft sends the packets to another host (dnat)'
            Break = "own_chain `$B ip 'type nat hook prerouting priority dstnat' 'udp dport 6081 dnat to 10.0.0.99'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table ip 'own'.*another destination"; Deep = $true
        }
        @{
            Fault = 'nft sends the packets to another port (redirect)'
            Break = "own_chain `$B ip 'type nat hook prerouting priority dstnat' 'udp dport 6081 redirect to :9999'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table ip 'own'.*another destination"; Deep = $true; NotFixed = $true
        }
        @{
            Fault = 'nft does not track the packets, and then drops what is not tracked'
            Break = @(
                'ip netns exec $B nft add table inet own'
                "ip netns exec `$B nft 'add chain inet own pre { type filter hook prerouting priority raw; }'"
                'ip netns exec $B nft add rule inet own pre udp dport 6081 notrack'
                "own_chain `$B inet 'hook input priority 0' 'ct state untracked drop'"
            )
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "ct state untracked drop"; Deep = $true
        }
        @{
            Fault = 'nft takes only what it knows (ct state)'
            Break = "own_chain `$B inet 'hook input priority 0' 'ct state established,related accept' 'iif lo accept' 'udp dport 6081 ct state new drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops echo requests inside, there'
            Break = "own_chain `$B inet 'hook input priority 0' 'icmp type echo-request drop'"
            Cause = 'InnerFirewall'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft counts and drops echo requests inside, there'
            Break = "own_chain `$B ip 'hook input priority 0' 'iifname geneve0 icmp type echo-request counter drop'"
            Cause = 'InnerFirewall'; End = 'Far'; Names = "table ip 'own'"
        }
        @{
            Fault = 'nft drops all that comes from an inner address'
            Break = "own_chain `$B ip 'hook prerouting priority raw' 'ip saddr 11.200.1.1 drop'"
            Cause = 'InnerFirewall'; End = 'Far'; Names = "table ip 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops the answers inside, there'
            Break = "own_chain `$B inet 'hook output priority 0' 'ip daddr 11.200.1.1 drop'"
            Cause = 'InnerFirewall'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft counts and drops the answers inside, there'
            Break = "own_chain `$B inet 'hook output priority 0' 'icmp type echo-reply counter drop'"
            Cause = 'InnerFirewall'; End = 'Far'; Names = "table inet 'own'"
        }
        @{
            Fault = 'nft drops what is sent here'
            Break = "own_chain `$A inet 'hook output priority 0' 'icmp type echo-request counter drop'"
            Cause = 'InnerFirewall'; End = 'Near'; Names = "table inet 'own'"
        }
        @{
            Fault = 'nft drops the answers inside, here'
            Break = "own_chain `$A inet 'hook input priority 0' 'iifname geneve0 drop'"
            Cause = 'InnerFirewall'; End = 'Near'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops by netdev ingress on the tunnel there'
            Break = "own_chain `$B netdev 'hook ingress device geneve0 priority 0' 'ip protocol icmp drop'"
            Cause = 'InnerFirewall'; End = 'Far'; Names = "table netdev 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops by netdev egress on the tunnel here'
            Break = "own_chain `$A netdev 'hook egress device geneve0 priority 0' 'ip protocol icmp drop'"
            Cause = 'InnerFirewall'; End = 'Near'; Names = "table netdev 'own'"; Deep = $true
        }
        @{
            Fault = 'nft (arp) drops questions that come in there'
            Break = @(
                "own_chain `$B arp 'hook input priority 0' 'iifname geneve0 drop'"
                'ip -n $A neigh flush dev geneve0'
            )
            Cause = 'NeighborFailed'; End = 'Far'; Names = "table arp 'own'"; Deep = $true
        }
        @{
            Fault = 'nft (arp) drops answers that leave there'
            Break = @(
                "own_chain `$B arp 'hook output priority 0' 'oifname geneve0 arp operation reply counter drop'"
                'ip -n $A neigh flush dev geneve0'
            )
            Cause = 'NeighborFailed'; End = 'Far'; Names = "table arp 'own'"
        }
        @{
            Fault = 'nft (arp) drops answers that come in here'
            Break = @(
                "own_chain `$A arp 'hook input priority 0' 'iifname geneve0 arp operation reply counter drop'"
                'ip -n $A neigh flush dev geneve0'
            )
            Cause = 'NeighborFailed'; End = 'Near'; Names = "table arp 'own'"; Deep = $true
        }
        @{
            Fault = 'two at once: nft drops on the way out here and on the way in there'
            Break = @(
                "own_chain `$A inet 'hook output priority 0' 'udp dport 6081 drop'"
                "own_chain `$B inet 'hook input priority 0' 'udp dport 6081 drop'"
            )
            Cause = 'UnderlayFirewallOut'; End = 'Near'; Names = "table inet 'own'"; Deep = $true
            Next = 'UnderlayFirewallIn Far'
        }
        @{
            Fault = 'two at once: iptables-nft and nft drop on the way in there'
            Break = @(
                'ip netns exec $B iptables-nft -A INPUT -p udp --dport 6081 -j DROP'
                "own_chain `$B inet 'hook input priority 10' 'udp dport 6081 drop'"
            )
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table ip 'filter'"; Deep = $true
            Next = 'UnderlayFirewallIn Far'
        }
        @{
            Fault = 'two at once: nft drops outer packets and inner ones there'
            Break = "own_chain `$B inet 'hook input priority 0' 'udp dport 6081 drop' 'icmp type echo-request drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
            Next = 'InnerFirewall Far'
        }
    )
    bridge     = @(
        @{
            Fault = 'nft (bridge) drops what comes in for the bridge there'
            Break = "own_chain `$B bridge 'hook input priority 0' 'ip protocol icmp drop'"
            Cause = 'BridgeFiltered'; End = 'Far'; Names = "table bridge 'own'"; Deep = $true
        }
        @{
            Fault = 'nft (bridge) drops what the bridge sends here'
            Break = "own_chain `$A bridge 'hook output priority 0' 'ip protocol icmp counter drop'"
            Cause = 'BridgeFiltered'; End = 'Near'; Names = "table bridge 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops on the way in there, behind a bridge'
            Break = "own_chain `$B inet 'hook input priority 0' 'iifname br0 icmp type echo-request drop'"
            Cause = 'InnerFirewall'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
    )
    container  = @(
        @{
            Fault = 'bridged packets pass iptables-nft, whose policy drops them'
            Break = @(
                'bridged_through_firewall $A'
                'ip netns exec $A iptables-nft -P FORWARD DROP'
            )
            Cause = 'BridgeNetfilterDrop'; End = 'Near'; Names = "policy of chain 'FORWARD'"; Usual = $true
        }
        @{
            Fault = 'DOCKER-USER drops bridged packets'
            Break = @(
                'bridged_through_firewall $A'
                'ip netns exec $A iptables-nft -N DOCKER-USER'
                'ip netns exec $A iptables-nft -A FORWARD -j DOCKER-USER'
                'ip netns exec $A iptables-nft -A DOCKER-USER -p icmp -j DROP'
            )
            Cause = 'BridgeNetfilterDrop'; End = 'Near'; Names = "chain 'DOCKER-USER'"
        }
        @{
            Fault = 'DOCKER-USER drops bridged packets, and a rule of ours stands below'
            Break = @(
                'bridged_through_firewall $A'
                'ip netns exec $A iptables-nft -N DOCKER-USER'
                'ip netns exec $A iptables-nft -A FORWARD -j DOCKER-USER'
                'ip netns exec $A iptables-nft -A FORWARD -i br0 -o br0 -j ACCEPT'
                'ip netns exec $A iptables-nft -A DOCKER-USER -p icmp -j DROP'
            )
            Cause = 'BridgeNetfilterDrop'; End = 'Near'; Names = "chain 'DOCKER-USER'"
        }
        @{
            Fault = 'a rule of iptables-nft drops bridged packets'
            Break = @(
                'bridged_through_firewall $A'
                'ip netns exec $A iptables-nft -A FORWARD -s 169.254.0.0/16 -j DROP'
            )
            Cause = 'BridgeNetfilterDrop'; End = 'Near'; Names = "'FORWARD' of table ip 'filter'"
        }
        @{
            Fault = 'an ACCEPT at the head of FORWARD, and a drop of nft behind it'
            Break = @(
                'bridged_through_firewall $A'
                'ip netns exec $A iptables-nft -I FORWARD -i br0 -o br0 -j ACCEPT'
                "own_chain `$A inet 'hook forward priority 10' 'ip protocol icmp drop'"
            )
            Cause = 'BridgeFiltered'; End = 'Near'; Names = "table inet 'own'"; Deep = $true; Usual = $true
        }
        @{
            Fault = 'an ACCEPT at the head of FORWARD, and nft drops in prerouting'
            Break = @(
                'bridged_through_firewall $A'
                'ip netns exec $A iptables-nft -I FORWARD -i br0 -o br0 -j ACCEPT'
                "own_chain `$A ip 'hook prerouting priority raw' 'ip saddr 169.254.67.1 icmp type echo-request counter drop'"
            )
            Cause = 'BridgeFiltered'; End = 'Near'; Names = "table ip 'own'"
        }
        @{
            Fault = 'nft (bridge) drops what is passed on'
            Break = "own_chain `$A bridge 'hook forward priority 0' 'ip protocol icmp drop'"
            Cause = 'BridgeFiltered'; End = 'Near'; Names = "table bridge 'own'"; Deep = $true; Usual = $true
        }
        @{
            Fault = 'nft (bridge) counts and drops what is passed on'
            Break = "own_chain `$A bridge 'hook forward priority 0' 'iifname veth-host ip protocol icmp counter drop'"
            Cause = 'BridgeFiltered'; End = 'Near'; Names = "table bridge 'own'"
        }
        @{
            Fault = 'nft (bridge) drops questions for MAC addresses'
            Break = @(
                "own_chain `$A bridge 'hook forward priority 0' 'ether type arp drop'"
                'ip -n $C neigh flush dev veth-client1'
            )
            Cause = 'BridgeFiltered'; End = 'Near'; Names = "table bridge 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops by netdev ingress on the link of the container'
            Break = "own_chain `$A netdev 'hook ingress device veth-host priority 0' 'ip protocol icmp drop'"
            Cause = 'BridgeFiltered'; End = 'Near'; Names = "table netdev 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops what leaves the container'
            Break = "own_chain `$C inet 'hook output priority 0' 'icmp type echo-request drop'"
            Cause = 'InnerFirewall'; End = 'Near'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops what comes back to the container'
            Break = "own_chain `$C inet 'hook input priority 0' 'icmp type echo-reply drop'"
            Cause = 'InnerFirewall'; End = 'Near'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops on the way in there, with a container here'
            Break = "own_chain `$B inet 'hook input priority 0' 'udp dport 6082 drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
    )
    moved      = @(
        @{
            Fault = 'nft drops on the way out of the host'
            Break = "own_chain `$A inet 'hook output priority 0' 'udp dport 6082 drop'"
            Cause = 'UnderlayFirewallOut'; End = 'Near'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops what comes back to the host'
            Break = "own_chain `$A inet 'hook input priority 0' 'udp dport 6082 counter drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Near'; Names = "table inet 'own'"
        }
    )
    routed     = @(
        @{
            Fault = 'nft drops what is routed there'
            Break = "own_chain `$B inet 'hook forward priority 0; policy drop' 'iifname lan accept'"
            Cause = 'InnerFirewall'; End = 'Far'; Names = "policy of chain 'own' of table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft drops the answers that are routed there'
            Break = "own_chain `$B inet 'hook forward priority 0' 'iifname lan icmp type echo-reply counter drop'"
            Cause = 'InnerFirewall'; End = 'Far'; Names = "table inet 'own'"
        }
        @{
            Fault = 'nft drops at the last host'
            Break = "own_chain `$D inet 'hook input priority 0' 'icmp type echo-request drop'"
            Cause = 'InnerFirewall'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
    )
    farbridge  = @(
        @{
            Fault = 'nft (bridge) drops what is passed on there'
            Break = "own_chain `$B bridge 'hook forward priority 0' 'ip protocol icmp drop'"
            Cause = 'BridgeFiltered'; End = 'Far'; Names = "table bridge 'own'"; Deep = $true
        }
        @{
            Fault = 'nft (bridge) drops the answers there'
            Break = "own_chain `$B bridge 'hook forward priority 0' 'iifname veth-host ip protocol icmp drop'"
            Cause = 'BridgeFiltered'; End = 'Far'; Names = "table bridge 'own'"; Deep = $true
        }
        @{
            Fault = 'bridged packets pass iptables-nft there, whose policy drops them'
            Break = @(
                'bridged_through_firewall $B'
                'ip netns exec $B iptables-nft -P FORWARD DROP'
            )
            Cause = 'BridgeNetfilterDrop'; End = 'Far'; Names = "policy of chain 'FORWARD'"
        }
        @{
            Fault = 'nft drops in the container there'
            Break = "own_chain `$D inet 'hook input priority 0' 'icmp type echo-request drop'"
            Cause = 'InnerFirewall'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
    )
    ipv6in     = @(
        @{
            Fault = 'nft (ip6) drops echo requests inside, there'
            Break = "own_chain `$B ip6 'hook input priority 0' 'icmpv6 type echo-request drop'"
            Cause = 'InnerFirewall'; End = 'Far'; Names = "table ip6 'own'"; Deep = $true
        }
        @{
            Fault = 'ip6tables-nft drops echo requests inside, there'
            Break = 'ip netns exec $B ip6tables-nft -A INPUT -p ipv6-icmp --icmpv6-type echo-request -j DROP'
            Cause = 'InnerFirewall'; End = 'Far'; Names = "'INPUT' of table ip6 'filter'"
        }
        @{
            Fault = 'nft (inet) drops neighbor solicitations there'
            Break = @(
                "own_chain `$B inet 'hook input priority 0' 'icmpv6 type nd-neighbor-solicit drop'"
                'ip -n $A -6 neigh flush dev geneve0'
            )
            Cause = 'NeighborFailed'; End = 'Far'; Names = "table inet 'own'"; Deep = $true
        }
        @{
            Fault = 'nft (ip6) drops the answers here'
            Break = "own_chain `$A ip6 'hook input priority 0' 'icmpv6 type echo-reply counter drop'"
            Cause = 'InnerFirewall'; End = 'Near'; Names = "table ip6 'own'"
        }
    )
    ipv6       = @(
        @{
            Fault = 'nft (ip6) drops on the way in there'
            Break = "own_chain `$B ip6 'hook input priority 0' 'udp dport 6081 drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table ip6 'own'"; Deep = $true
        }
        @{
            Fault = 'nft (inet) drops on the way out here over IPv6, and counts'
            Break = "own_chain `$A inet 'hook output priority 0' 'udp dport 6081 counter drop'"
            Cause = 'UnderlayFirewallOut'; End = 'Near'; Names = "table inet 'own'"
        }
        @{
            Fault = 'nft drops by netdev ingress there over IPv6'
            Break = "own_chain `$B netdev 'hook ingress device eth0 priority 0' 'udp dport 6081 drop'"
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "table netdev 'own'"; Deep = $true
        }
        @{
            Fault = 'ip6tables-nft drops on the way in there'
            Break = 'ip netns exec $B ip6tables-nft -A INPUT -p udp --dport 6081 -j DROP'
            Cause = 'UnderlayFirewallIn'; End = 'Far'; Names = "'INPUT' of table ip6 'filter'"
        }
    )
}
