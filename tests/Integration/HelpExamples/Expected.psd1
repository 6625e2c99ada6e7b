# For each example of the help, by the name of the cmdlet and the number: the stage it runs on (see Stages.ps1), who judges
# it, and what the judge must see: a regular expression, where ~ in front means that it must not be seen. The judge is a
# command line for the shell on host a, or 'output' for what the example puts out. The fourth word, where there is one, is
# what has happened before.
@{
    'New-GeneveTunnel'         = @(
        @('hosts', 'ip -d link show geneve0; ip route show 11.200.2.1', 'geneve id 1000 remote 10\.0\.0\.250[\s\S]*11\.200\.2\.1 dev geneve0'),
        @('hosts', 'ip -d link show geneve1; ip addr show br0', '(?s)(?=.*master br0)(?=.*geneve id 1000 remote 10\.0\.0\.250)(?=.*dstport 6082)(?=.*12\.200\.1\.1/24)'),
        @('hosts', 'ip -d link show to-b; ip addr show to-b; ip -d link show to-c', '(?s)(?=.*geneve id 1000 remote 10\.0\.0\.250)(?=.*11\.200\.1\.1/32)(?=.*geneve id 1001 remote 10\.0\.0\.249)'),
        @('hosts', 'output', '(?s)(?=.*Vni +: 2000)(?=.*Mtu +: 1400)(?=.*Overhead +: 70)'),
        @('hosts', 'ip -n blue addr show geneve1', ',UP,(?s).*inet 169\.254\.67\.1/32')
    )
    'Get-GeneveTunnel'         = @(
        @('all', 'output', '(?s)(?=.*geneve0 +up +1000 10\.0\.0\.250 +6081)(?=.*geneve1 +up +1000 10\.0\.0\.250 +6082)'),
        @('all', 'output', '(?s)(?=.*geneve0 +1000)(?=.*geneve1 +1000)'),
        @('tunnel', 'output', '(?s)(?=.*Vni +: 1000)(?=.*DontFragment +: Unset)'),
        @('all', 'output', 'geneve0 +1000 +[1-9]', 'ping -n -q -c 1 11.200.2.1')
    )
    'Set-GeneveTunnel'         = @(
        @('tunnel', 'ip -d link show geneve0', 'geneve id 1000 remote 10\.0\.0\.249'),
        @('tunnel', 'ip -d link show geneve0', 'ttl 64.*df set'),
        @('all', 'ip -d link show geneve0; ip -d link show geneve1', '(?s)remote 10\.0\.0\.249.*remote 10\.0\.0\.249'),
        @('tunnel', 'ip -d link show geneve0', '~tos')
    )
    'Remove-GeneveTunnel'      = @(
        @('tunnel', 'ip -br link', '~geneve0@'),
        @('all', 'ip -br link show type geneve', '~geneve[01]@'),
        @('all', 'ip -br link', '(?s)(?=.*geneve0)(?=.*geneve1)')
    )
    'Get-Link'                 = @(
        @('all', 'output', '(?s)(?=.*lo +loopback)(?=.*geneve0 +geneve +up)(?=.*br0 +bridge)'),
        @('none', 'output', 'lo +loopback', '', 'client1'),
        @('hosts', 'output', 'v0 +veth', '$null = New-VethPair v0 v1; Set-Link v0 -Up'),
        @('all', 'output', '(?s)(?=.*eth0 +\d+ +\d+)(?=.*geneve0 +\d+ +\d+)')
    )
    'Set-Link'                 = @(
        @('tunnel', 'ip link show geneve0', ',UP', 'Set-Link geneve0 -Down'),
        @('bridge', 'ip link show br0', '52:7d:b1:92:5a:0f'),
        @('all', 'ip link show geneve0; ip link show geneve1', '(?s)mtu 1350.*mtu 1350'),
        @('hosts', 'ip link show eth0', 'alias underlay, rack 12')
    )
    'Remove-Link'              = @(
        @('bridge', 'ip -n blue -br link; ip -br link', '~veth-(host|blue)'),
        @('bridge', 'ip -br link', '~veth-host|geneve1|br0'),
        @('bridge', 'ip -n blue -br link', 'veth-blue')
    )
    'Move-LinkToNamespace'     = @(
        @('hosts', 'nsenter --target $CLIENT1 --net ip addr show geneve1; nsenter --target $CLIENT1 --net ip route', '(?s)(?=.*inet 169\.254\.67\.1/32)(?=.*default dev geneve1)', '', 'client1'),
        @('tunnel', 'ip -n blue -d link show eth0', 'geneve id 1000 remote 10\.0\.0\.250'),
        @('bridge', 'ip -br link', 'veth-blue@veth-host')
    )
    'New-VethPair'             = @(
        @('hosts', 'nsenter --target $CLIENT1 --net ip addr show veth-client1; ip link show veth-host', '(?s)(?=.*mtu 1450)(?=.*inet 169\.254\.67\.1/16)(?=.*master br0)', '$null = New-Bridge br0 -Up', 'client1'),
        @('hosts', 'ip addr show eth1; ip -n blue addr show eth0; ping -n -c 1 -W 2 192.0.2.2', '(?s)(?=.*192\.0\.2\.1/30)(?=.*192\.0\.2\.2/30)(?=.* 1 received)'),
        @('hosts', 'ip -n blue route', 'default via 192\.0\.2\.1 dev veth1'),
        @('hosts', 'ip -br link', 'veth0@veth1 +UP')
    )
    'Get-LinkAddress'          = @(
        @('all', 'output', '(?s)(?=.*lo +127\.0\.0\.1/8)(?=.*eth0 +10\.0\.0\.251/24)(?=.*geneve0 +11\.200\.1\.1/32)'),
        @('bridge', 'output', 'br0 +12\.200\.1\.1/24'),
        @('bridge', 'output', 'blue +veth-blue +12\.200\.1\.10/24'),
        @('tunnel', 'output', 'geneve0 +11\.200\.1\.1/32')
    )
    'Add-LinkAddress'          = @(
        @('tunnel', 'ip addr show geneve0', '(?s)(?=.*11\.200\.1\.1/32)(?=.*11\.200\.1\.2/32)'),
        @('bridge', 'ip addr show br0', '(?s)(?=.*12\.200\.1\.3/24)(?=.*fd00:12::1/64)'),
        @('tunnel', 'ip addr show geneve0', 'inet 192\.0\.2\.1 peer 192\.0\.2\.2/32'),
        @('hosts', 'ip addr show lo', '192\.0\.2\.53/32')
    )
    'Remove-LinkAddress'       = @(
        @('bridge', 'ip addr show br0', '~12\.200\.1\.1/24'),
        @('hosts', 'ip -6 addr show eth0', '~inet6'),
        @('bridge', 'ip -n blue addr', '12\.200\.1\.10/24')
    )
    'Get-Route'                = @(
        @('tunnel', 'output', '(?s)(?=.*10\.0\.0\.0/24)(?=.*11\.200\.2\.1 +geneve0)'),
        @('none', 'output', 'default +192\.0\.2\.1 +v1', '$null = New-VethPair v0 v1 -PeerContainer client1 -PeerAddress 192.0.2.2/30 -Up; Add-Route default -Gateway 192.0.2.1 -Container client1', 'client1'),
        @('tunnel', 'output', '11\.200\.2\.1(/32)? +geneve0'),
        @('hosts', 'output', '10\.0\.0\.251(/32)? +Local +Host')
    )
    'Add-Route'                = @(
        @('tunnel', 'ip route', '11\.200\.2\.0/24 dev geneve0'),
        @('bridge', 'ip -n blue route', 'default via 12\.200\.1\.1 dev veth-blue'),
        @('hosts', 'ip route show default', '^default via 10\.0\.0\.1 dev eth0\s*$', 'Add-Route default -Gateway 10.0.0.250'),
        @('hosts', 'ip route', '(?s)(?=.*unreachable 172\.16\.0\.0/12)(?=.*unreachable 192\.168\.0\.0/16)')
    )
    'Remove-Route'             = @(
        @('tunnel', 'ip route', '~11\.200\.2\.1'),
        @('tunnel', 'ip route', '~geneve0'),
        @('bridge', 'ip -n blue route', '12\.200\.1\.0/24')
    )
    'Resolve-Route'            = @(
        @('hosts', 'output', '10\.0\.0\.250 +eth0 +10\.0\.0\.251'),
        @('all', 'output', '(?s)10\.0\.0\.250(/32)? +eth0 +10\.0\.0\.251.*10\.0\.0\.250(/32)? +eth0 +10\.0\.0\.251'),
        @('bridge', 'output', 'Type +: Local'),
        @('bridge', 'output', '12\.200\.1\.1')
    )
    'Get-NetworkNamespace'     = @(
        @('hosts', 'output', '(?s)(?=.*blue)(?=.*/run/netns/blue)(?=.*hostb)'),
        @('hosts', 'output', 'blue +1'),
        @('hosts', 'output', '/proc/\d+'),
        @('hosts', 'output', '^False')
    )
    'New-NetworkNamespace'     = @(
        @('none', 'ip -n red link show lo; ip -n green link show lo', '(?s)LOOPBACK,UP.*LOOPBACK,UP'),
        @('none', 'stat -L -c %i /run/netns/web /proc/$CLIENT1/ns/net', '^(\d+)\s+\1\s*$', '', 'client1'),
        @('none', 'ip -n lab route; ping -n -c 1 -W 2 192.0.2.2', '(?s)(?=.*default via 192\.0\.2\.1)(?=.* 1 received)')
    )
    'Remove-NetworkNamespace'  = @(
        @('hosts', 'ip netns', '~blue'),
        @('hosts', 'ip netns', '~lab'),
        @('hosts', 'ip netns', 'blue')
    )
    'Invoke-NamespaceCommand'  = @(
        @('bridge', 'output', '1 received'),
        @('none', 'output', 'LOOPBACK', '', 'client1'),
        @('bridge', 'ip -n blue addr show lo', '192\.0\.2\.99/32'),
        @('bridge', 'ip -n blue link show veth-blue', 'mtu 1400')
    )
    'New-Bridge'               = @(
        @('none', 'ip addr show br1; ip route', '(?s)(?=.*192\.168\.7\.1/24)(?=.*192\.168\.7\.0/24 dev br1)'),
        @('hosts', 'ip -br link show master br1; ip -n blue addr show eth7', '(?s)(?=.*geneve7)(?=.*veth7)(?=.*192\.168\.7\.2/24)'),
        @('none', 'ip -d link show br1; ip -d link show br2', '(?s)ageing_time 6000 .*ageing_time 6000 ')
    )
    'Get-Bridge'               = @(
        @('bridge', 'output', 'br0 .*geneve1 veth-host'),
        @('bridge', 'output', '(?s)AgeingTime +: 00:05:00'),
        @('bridge', 'output', '^\s*Name +State[\s-]*lonely', '$null = New-Bridge lonely')
    )
    'Set-Bridge'               = @(
        @('bridge', 'ip -d link show br0', 'ageing_time 3000 '),
        @('bridge', 'ip -d link show br0', 'forward_delay 400 .*stp_state 1'),
        @('bridge', 'ip -d link show br0', 'group_fwd_mask 0x4000')
    )
    'Remove-Bridge'            = @(
        @('bridge', 'ip -br link', '(?s)^(?!.*br0 ).*veth-host'),
        @('bridge', 'ip -br link', '~br0|veth-host|geneve1'),
        @('bridge', 'ip -br link', 'br0')
    )
    'Add-BridgePort'           = @(
        @('all', 'ip -br link show master br0', 'geneve0'),
        @('none', 'ip -br link show master br0', '(?s)(?=.*veth-1)(?=.*veth-2)', '$null = New-Bridge br0; $null = New-VethPair veth-1 c1; $null = New-VethPair veth-2 c2'),
        @('none', 'bridge -d link show dev veth-host', 'isolated on', '$null = New-Bridge br0; $null = New-VethPair veth-host c1')
    )
    'Get-BridgePort'           = @(
        @('bridge', 'output', '(?s)(?=.*geneve1 +br0)(?=.*veth-host +br0)'),
        @('bridge', 'output', 'veth-host +(Listening|Learning|Blocking)', 'Set-Bridge br0 -Stp; Set-Link veth-host -Down; Set-Link veth-host -Up'),
        @('bridge', 'output', '(?s)(?=.*Bridge +: br0)(?=.*State +: Forwarding)')
    )
    'Set-BridgePort'           = @(
        @('bridge', 'bridge -d link show dev veth-host', 'hairpin on'),
        @('bridge', 'bridge -d link show dev geneve1', 'learning off flood off'),
        @('bridge', 'bridge -d link show dev veth-host', 'isolated on')
    )
    'Remove-BridgePort'        = @(
        @('bridge', 'ip link show geneve1', '(?s)^(?!.*master).*geneve1'),
        @('bridge', 'ip link show veth-host', '(?s)^(?!.*master).*veth-host'),
        @('bridge', 'ip link show veth-host', 'master br1')
    )
    'Get-BridgeFdbEntry'       = @(
        @('bridge', 'output', '(?s)(?=.*geneve1)(?=.*veth-host)'),
        @('bridge', 'output', 'geneve1'),
        @('bridge', 'output', '(?s)geneve1 +\d+'),
        @('bridge', 'output', 'br0 +veth-host +Static', 'Add-BridgeFdbEntry 02:00:00:00:00:10 veth-host -Force')
    )
    'Add-BridgeFdbEntry'       = @(
        @('bridge', 'bridge fdb show dev geneve1', '02:00:00:00:00:20 .*static'),
        @('bridge', 'bridge fdb show br br0', '(?s)^(?!.*02:00:00:00:00:20 dev geneve1).*02:00:00:00:00:20 dev veth-host'),
        @('bridge', 'bridge fdb show br br0', '(?s)(?=.*02:00:00:00:00:21 dev geneve1)(?=.*02:00:00:00:00:22 dev veth-host)')
    )
    'Remove-BridgeFdbEntry'    = @(
        @('bridge', 'bridge fdb show br br0', '~02:00:00:00:00:20', 'Add-BridgeFdbEntry 02:00:00:00:00:20 veth-host'),
        @('bridge', 'bridge fdb show br br0', '~static', 'Add-BridgeFdbEntry 02:00:00:00:00:31 veth-host; Add-BridgeFdbEntry 02:00:00:00:00:32 veth-host'),
        @('bridge', 'bridge fdb show br br0', '02:00:00:00:00:31', 'Add-BridgeFdbEntry 02:00:00:00:00:31 veth-host')
    )
    'Clear-BridgeFdbEntry'     = @(
        @('bridge', 'bridge fdb show br br0', '(?s)^(?!.*02:00:00:00:00:33).*02:00:00:00:00:34', 'Add-BridgeFdbEntry 02:00:00:00:00:33 veth-host -Kind Dynamic; Add-BridgeFdbEntry 02:00:00:00:00:34 veth-host'),
        @('bridge', 'bridge fdb show br br0', '02:00:00:00:00:33', 'Add-BridgeFdbEntry 02:00:00:00:00:33 geneve1 -Kind Dynamic'),
        @('bridge', 'bridge fdb show br br0', '~02:00:00:00:00:3[34]', 'Add-BridgeFdbEntry 02:00:00:00:00:33 veth-host -Kind Dynamic; Add-BridgeFdbEntry 02:00:00:00:00:34 veth-host')
    )
    'Get-BridgeNetfilter'      = @(
        @('none', 'output', '(?s)True +True +True'),
        @('bridge', 'output', 'br0'),
        @('bridge', 'output', '^True')
    )
    'Set-BridgeNetfilter'      = @(
        @('none', 'cat /proc/sys/net/bridge/bridge-nf-call-iptables', '^0'),
        @('bridge', 'cat /proc/sys/net/bridge/bridge-nf-call-iptables; ip -d link show br0', '(?s)^0.*nf_call_iptables 1'),
        @('none', 'cat /proc/sys/net/bridge/bridge-nf-call-iptables', '^1')
    )
    'Get-BridgeForwardRule'    = @(
        @('docker', 'output', 'br0', 'Add-BridgeForwardRule br0'),
        @('docker', 'output', '(?s)^(?!.*br0).*gone', 'Add-BridgeForwardRule br0; $null = New-Bridge gone; Add-BridgeForwardRule gone; Remove-Bridge gone'),
        @('docker', 'output', '(Legacy|Nft) +1 +br0 +br0', 'Add-BridgeForwardRule br0')
    )
    'Add-BridgeForwardRule'    = @(
        @('docker', 'iptables-legacy -S FORWARD; iptables-nft -S FORWARD', '-A FORWARD -i br0 -o br0 -j ACCEPT'),
        @('docker', 'iptables-legacy -S FORWARD; iptables-nft -S FORWARD', '-A FORWARD -i br7 -o br7 -j ACCEPT'),
        @('docker', 'iptables-legacy -S FORWARD; iptables-nft -S FORWARD', '(?s)(?=.*-A FORWARD -i br0 -o br7 -j ACCEPT)(?=.*-A FORWARD -i br7 -o br0 -j ACCEPT)')
    )
    'Remove-BridgeForwardRule' = @(
        @('docker', 'iptables-legacy -S FORWARD; iptables-nft -S FORWARD', '~-i br0', 'Add-BridgeForwardRule br0'),
        @('docker', 'iptables-legacy -S FORWARD; iptables-nft -S FORWARD', '~-i br0', 'Add-BridgeForwardRule br0'),
        @('docker', 'iptables-legacy -S FORWARD; ip -br link', '~br0', 'Add-BridgeForwardRule br0')
    )
    'Get-Neighbor'             = @(
        @('hosts', 'output', '10\.0\.0\.250 .*Reachable'),
        @('hosts', 'output', '10\.0\.0\.99 +eth0 +(Failed|Incomplete)', '$null = ping -n -q -c 1 -W 1 10.0.0.99'),
        @('hosts', 'output', '10\.0\.0\.99 +02:00:00:00:00:99 +eth0', 'Set-StaticNeighbor 10.0.0.99 02:00:00:00:00:99 eth0')
    )
    'Set-StaticNeighbor'       = @(
        @('tunnel', 'ip neigh show dev geneve0', '11\.200\.2\.1 lladdr 52:7d:b1:92:5a:0f PERMANENT'),
        @('bridge', 'ip -n blue neigh; ip -n blue route', '(?s)(?=.*169\.254\.175\.253 dev veth-blue lladdr 52:7d:b1:92:5a:0f PERMANENT)(?=.*default via 169\.254\.175\.253)'),
        @('hosts', 'ip neigh show 10.0.0.250', 'PERMANENT')
    )
    'Remove-StaticNeighbor'    = @(
        @('hosts', 'ip neigh', '~PERMANENT', 'Set-StaticNeighbor 10.0.0.99 02:00:00:00:00:99 eth0'),
        @('hosts', 'ip neigh', '~PERMANENT', 'Set-StaticNeighbor 10.0.0.99 02:00:00:00:00:99 eth0; Set-StaticNeighbor 10.0.0.98 02:00:00:00:00:98 eth0'),
        @('hosts', 'ip neigh', '10\.0\.0\.99 .*PERMANENT', 'Set-StaticNeighbor 10.0.0.99 02:00:00:00:00:99 eth0')
    )
    'Clear-Neighbor'           = @(
        @('hosts', 'ip neigh', '~10\.0\.0\.250.*lladdr'),
        @('hosts', 'ip neigh', '~10\.0\.0\.250.*lladdr', '$null = ping -n -q -c 1 10.0.0.250'),
        @('bridge', 'ip -n blue neigh', '~12\.200\.1\.1 .*lladdr', '$null = ip netns exec blue ping -n -q -c 1 12.200.1.1')
    )
    'Watch-GenevePacket'       = @(
        @('traffic', 'output', '(?s)(?=.*11\.200\.2\.1)(?=.*11\.200\.1\.1)'),
        @('traffic', 'output', '(?s)(?=.*11\.200\.2\.1)(?=.*11\.200\.1\.1)'),
        @('traffic', 'tcpdump -Z root -nr vni1000.pcapng', 'Geneve, Flags \[none\], vni 0x3e8'),
        @('traffic', 'output', '(?s)10\.0\.0\.25[01] +[1-9].*10\.0\.0\.25[01] +[1-9]')
    )
    'ConvertFrom-GenevePacket' = @(
        @('none', 'output', '(?s)(?=.*Version +: 0)(?=.*Vni +: 1000)(?=.*IsOam +: False)'),
        @('none', 'output', 'critical'),
        @('none', 'output', '(?s)(?=.*OuterSource +: 10\.0\.0\.251)(?=.*OuterSourcePort +: 49152)(?=.*Vni +: 1000)'),
        @('none', 'output', '65535 +1 +False')
    )
    'ConvertTo-GenevePacket'   = @(
        @('none', 'output', '^024065580003e800ffff810101020304'),
        @('none', 'output', 'IP 10\.0\.0\.251\.49152 > 10\.0\.0\.250\.6081: Geneve.*vni 0x3e8'),
        @('tunnel', 'ip -s -n hostb link show geneve0', 'geneve0'),
        @('none', 'output', '^45.*000065580003e8000102')
    )
    'Import-GeneveCapture'     = @(
        @('none', 'output', '(?s)(?=.*11\.200\.2\.1)(?=.*11\.200\.1\.1)'),
        @('none', 'output', '1000 +4'),
        @('none', 'output', '^\s*$'),
        @('none', 'tcpdump -Z root -nr vni1000.pcapng 2>/dev/null | grep -c Geneve', '^4')
    )
    'Export-GeneveCapture'     = @(
        @('traffic', 'tcpdump -Z root -nr ping.pcapng 2>/dev/null | grep -c Geneve', '^2'),
        @('none', 'tcpdump -Z root -nr tunnel.pcapng 2>/dev/null | grep -c Geneve', '^4'),
        @('none', 'tcpdump -Z root -nr head.pcap 2>/dev/null | grep -c Geneve', '^2')
    )
    'Test-GenevePath'          = @(
        @('tunnel', 'output', '(?s)geneve0.*VNI 1000.* PASSED.*3 of 3 replies'),
        @('tunnel', 'output', '(?s)(?=.*No route leads back to 11\.200\.1\.1)(?=.*True)', 'Remove-Route 11.200.1.1/32 geneve0 -Namespace hostb'),
        @('bridge', 'output', '(?s)geneve1.*VNI 1000.* PASSED.*12\.200\.1\.10 > 12\.200\.1\.2, 3 of 3 replies'),
        @('tunnel', 'output', 'geneve0 +False TunnelDown +Set-Link geneve0 -Up', 'Set-Link geneve0 -Down'),
        @('tunnel', 'output', 'is broken', 'Remove-Route 11.200.1.1/32 geneve0 -Namespace hostb')
    )
    'Trace-GenevePath'         = @(
        @('tunnel', 'output', '(?s)(?=.*hostb +geneve0 +In +echo request 1)(?=.*the path works)'),
        @('bridge', 'output', '(?s)(?=.*blue +veth-blue +Out)(?=.*hostb +br0)(?=.*the path works)'),
        @('tunnel', 'output', 'NoReturnRoute.*Add-Route', 'Remove-Route 11.200.1.1/32 geneve0 -Namespace hostb'),
        @('tunnel', 'cat path.mmd', 'sequenceDiagram(?s).*Geneve VNI 1000')
    )
}
