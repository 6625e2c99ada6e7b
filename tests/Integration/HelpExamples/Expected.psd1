# What each example of the help must do, by the name of the cmdlet and in the order of its examples:
#
#   Stage       where it runs (see Stages.ps1)
#   Container   whether the container client1 is needed
#   Before      what has happened before
#   Judge       who judges it: a command line for the shell on host a, or 'output' for what the example puts out
#   Pattern     a regular expression for what the judge must see
#   NotPattern  one for what it must not see
@{
    'New-GeneveTunnel' = @(
        @{
            Stage   = 'hosts'
            Judge   = 'ip -d link show geneve0; ip route show 11.200.2.1'
            Pattern = 'geneve id 1000 remote 10\.0\.0\.250[\s\S]*11\.200\.2\.1 dev geneve0'
        }
        @{
            Stage   = 'hosts'
            Judge   = 'ip -d link show geneve1; ip addr show br0'
            Pattern = '(?s)(?=.*master br0)(?=.*geneve id 1000 remote 10\.0\.0\.250)(?=.*dstport 6082)(?=.*12\.200\.1\.1/24)'
        }
        @{
            Stage   = 'hosts'
            Judge   = 'ip -d link show to-b; ip addr show to-b; ip -d link show to-c'
            Pattern = '(?s)(?=.*geneve id 1000 remote 10\.0\.0\.250)(?=.*11\.200\.1\.1/32)(?=.*geneve id 1001 remote 10\.0\.0\.249)'
        }
        @{ Stage = 'hosts'; Judge = 'output'; Pattern = '(?s)(?=.*Vni +: 2000)(?=.*Mtu +: 1400)(?=.*Overhead +: 70)' }
        @{ Stage = 'hosts'; Judge = 'ip -n blue addr show geneve1'; Pattern = ',UP,(?s).*inet 169\.254\.67\.1/32' }
    )
    'Get-GeneveTunnel' = @(
        @{
            Stage   = 'all'
            Judge   = 'output'
            Pattern = '(?s)(?=.*geneve0 +up +1000 10\.0\.0\.250 +6081)(?=.*geneve1 +up +1000 10\.0\.0\.250 +6082)'
        }
        @{ Stage = 'all'; Judge = 'output'; Pattern = '(?s)(?=.*geneve0 +1000)(?=.*geneve1 +1000)' }
        @{ Stage = 'tunnel'; Judge = 'output'; Pattern = '(?s)(?=.*Vni +: 1000)(?=.*DontFragment +: Unset)' }
        @{ Stage = 'all'; Before = 'ping -n -q -c 1 11.200.2.1'; Judge = 'output'; Pattern = 'geneve0 +1000 +[1-9]' }
    )
    'Set-GeneveTunnel' = @(
        @{ Stage = 'tunnel'; Judge = 'ip -d link show geneve0'; Pattern = 'geneve id 1000 remote 10\.0\.0\.249' }
        @{ Stage = 'tunnel'; Judge = 'ip -d link show geneve0'; Pattern = 'ttl 64.*df set' }
        @{
            Stage   = 'all'
            Judge   = 'ip -d link show geneve0; ip -d link show geneve1'
            Pattern = '(?s)remote 10\.0\.0\.249.*remote 10\.0\.0\.249'
        }
        @{ Stage = 'tunnel'; Judge = 'ip -d link show geneve0'; NotPattern = 'tos' }
    )
    'Remove-GeneveTunnel' = @(
        @{ Stage = 'tunnel'; Judge = 'ip -br link'; NotPattern = 'geneve0@' }
        @{ Stage = 'all'; Judge = 'ip -br link show type geneve'; NotPattern = 'geneve[01]@' }
        @{ Stage = 'all'; Judge = 'ip -br link'; Pattern = '(?s)(?=.*geneve0)(?=.*geneve1)' }
    )
    'Get-Link' = @(
        @{ Stage = 'all'; Judge = 'output'; Pattern = '(?s)(?=.*lo +loopback)(?=.*geneve0 +geneve +up)(?=.*br0 +bridge)' }
        @{ Stage = 'none'; Container = $true; Judge = 'output'; Pattern = 'lo +loopback' }
        @{ Stage = 'hosts'; Before = '$null = New-VethPair v0 v1; Set-Link v0 -Up'; Judge = 'output'; Pattern = 'v0 +veth' }
        @{ Stage = 'all'; Judge = 'output'; Pattern = '(?s)(?=.*eth0 +\d+ +\d+)(?=.*geneve0 +\d+ +\d+)' }
    )
    'Set-Link' = @(
        @{ Stage = 'tunnel'; Before = 'Set-Link geneve0 -Down'; Judge = 'ip link show geneve0'; Pattern = ',UP' }
        @{ Stage = 'bridge'; Judge = 'ip link show br0'; Pattern = '52:7d:b1:92:5a:0f' }
        @{ Stage = 'all'; Judge = 'ip link show geneve0; ip link show geneve1'; Pattern = '(?s)mtu 1350.*mtu 1350' }
        @{ Stage = 'hosts'; Judge = 'ip link show eth0'; Pattern = 'alias underlay, rack 12' }
    )
    'Remove-Link' = @(
        @{ Stage = 'bridge'; Judge = 'ip -n blue -br link; ip -br link'; NotPattern = 'veth-(host|blue)' }
        @{ Stage = 'bridge'; Judge = 'ip -br link'; NotPattern = 'veth-host|geneve1|br0' }
        @{ Stage = 'bridge'; Judge = 'ip -n blue -br link'; Pattern = 'veth-blue' }
    )
    'Move-LinkToNamespace' = @(
        @{
            Stage     = 'hosts'
            Container = $true
            Judge     = 'nsenter --target $CLIENT1 --net ip addr show geneve1; nsenter --target $CLIENT1 --net ip route'
            Pattern   = '(?s)(?=.*inet 169\.254\.67\.1/32)(?=.*default dev geneve1)'
        }
        @{ Stage = 'tunnel'; Judge = 'ip -n blue -d link show eth0'; Pattern = 'geneve id 1000 remote 10\.0\.0\.250' }
        @{ Stage = 'bridge'; Judge = 'ip -br link'; Pattern = 'veth-blue@veth-host' }
    )
    'New-DummyLink' = @(
        @{ Stage = 'hosts'; Judge = 'ip -d addr show id0'; Pattern = '(?s)(?=.*dummy)(?=.*192\.0\.2\.200/32)(?=.*,UP)' }
        @{ Stage = 'hosts'; Judge = 'ip -br link show type dummy'; Pattern = '(?s)id0.*id1' }
        @{ Stage = 'hosts'; Judge = 'ip -br link show master br7'; Pattern = '(?s)p1.*p2.*p3' }
    )
    'New-VethPair' = @(
        @{
            Stage     = 'hosts'
            Container = $true
            Before    = '$null = New-Bridge br0 -Up'
            Judge     = 'nsenter --target $CLIENT1 --net ip addr show veth-client1; ip link show veth-host'
            Pattern   = '(?s)(?=.*mtu 1450)(?=.*inet 169\.254\.67\.1/16)(?=.*master br0)'
        }
        @{
            Stage   = 'hosts'
            Judge   = 'ip addr show eth1; ip -n blue addr show eth0; ping -n -c 1 -W 2 192.0.2.2'
            Pattern = '(?s)(?=.*192\.0\.2\.1/30)(?=.*192\.0\.2\.2/30)(?=.* 1 received)'
        }
        @{ Stage = 'hosts'; Judge = 'ip -n blue route'; Pattern = 'default via 192\.0\.2\.1 dev veth1' }
        @{ Stage = 'hosts'; Judge = 'ip -br link'; Pattern = 'veth0@veth1 +UP' }
    )
    'Get-LinkAddress' = @(
        @{
            Stage   = 'all'
            Judge   = 'output'
            Pattern = '(?s)(?=.*lo +127\.0\.0\.1/8)(?=.*eth0 +10\.0\.0\.251/24)(?=.*geneve0 +11\.200\.1\.1/32)'
        }
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = 'br0 +12\.200\.1\.1/24' }
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = 'blue +veth-blue +12\.200\.1\.10/24' }
        @{ Stage = 'tunnel'; Judge = 'output'; Pattern = 'geneve0 +11\.200\.1\.1/32' }
    )
    'Add-LinkAddress' = @(
        @{ Stage = 'tunnel'; Judge = 'ip addr show geneve0'; Pattern = '(?s)(?=.*11\.200\.1\.1/32)(?=.*11\.200\.1\.2/32)' }
        @{ Stage = 'bridge'; Judge = 'ip addr show br0'; Pattern = '(?s)(?=.*12\.200\.1\.3/24)(?=.*fd00:12::1/64)' }
        @{ Stage = 'tunnel'; Judge = 'ip addr show geneve0'; Pattern = 'inet 192\.0\.2\.1 peer 192\.0\.2\.2/32' }
        @{ Stage = 'hosts'; Judge = 'ip addr show lo'; Pattern = '192\.0\.2\.53/32' }
    )
    'Remove-LinkAddress' = @(
        @{ Stage = 'bridge'; Judge = 'ip addr show br0'; NotPattern = '12\.200\.1\.1/24' }
        @{ Stage = 'hosts'; Judge = 'ip -6 addr show eth0'; NotPattern = 'inet6' }
        @{ Stage = 'bridge'; Judge = 'ip -n blue addr'; Pattern = '12\.200\.1\.10/24' }
    )
    'Get-Route' = @(
        @{ Stage = 'tunnel'; Judge = 'output'; Pattern = '(?s)(?=.*10\.0\.0\.0/24)(?=.*11\.200\.2\.1 +geneve0)' }
        @{
            Stage     = 'none'
            Container = $true
            Before    = '$null = New-VethPair v0 v1 -PeerContainer client1 -PeerAddress 192.0.2.2/30 -Up
                         Add-Route default -Gateway 192.0.2.1 -Container client1'
            Judge     = 'output'
            Pattern   = 'default +192\.0\.2\.1 +v1'
        }
        @{ Stage = 'tunnel'; Judge = 'output'; Pattern = '11\.200\.2\.1(/32)? +geneve0' }
        @{ Stage = 'hosts'; Judge = 'output'; Pattern = '10\.0\.0\.251(/32)? +Local +Host' }
    )
    'Add-Route' = @(
        @{ Stage = 'tunnel'; Judge = 'ip route'; Pattern = '11\.200\.2\.0/24 dev geneve0' }
        @{ Stage = 'bridge'; Judge = 'ip -n blue route'; Pattern = 'default via 12\.200\.1\.1 dev veth-blue' }
        @{
            Stage   = 'hosts'
            Before  = 'Add-Route default -Gateway 10.0.0.250'
            Judge   = 'ip route show default'
            Pattern = '^default via 10\.0\.0\.1 dev eth0\s*$'
        }
        @{ Stage = 'hosts'; Judge = 'ip route'; Pattern = '(?s)(?=.*unreachable 172\.16\.0\.0/12)(?=.*unreachable 192\.168\.0\.0/16)' }
    )
    'Remove-Route' = @(
        @{ Stage = 'tunnel'; Judge = 'ip route'; NotPattern = '11\.200\.2\.1' }
        @{ Stage = 'tunnel'; Judge = 'ip route'; NotPattern = 'geneve0' }
        @{ Stage = 'bridge'; Judge = 'ip -n blue route'; Pattern = '12\.200\.1\.0/24' }
    )
    'Resolve-Route' = @(
        @{ Stage = 'hosts'; Judge = 'output'; Pattern = '10\.0\.0\.250 +eth0 +10\.0\.0\.251' }
        @{
            Stage   = 'all'
            Judge   = 'output'
            Pattern = '(?s)10\.0\.0\.250(/32)? +eth0 +10\.0\.0\.251.*10\.0\.0\.250(/32)? +eth0 +10\.0\.0\.251'
        }
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = 'Type +: Local' }
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = '12\.200\.1\.1' }
    )
    'Get-NetworkNamespace' = @(
        @{ Stage = 'hosts'; Judge = 'output'; Pattern = '(?s)(?=.*blue)(?=.*/run/netns/blue)(?=.*hostb)' }
        @{ Stage = 'hosts'; Judge = 'output'; Pattern = 'blue +1' }
        @{ Stage = 'hosts'; Judge = 'output'; Pattern = '/proc/\d+' }
        @{ Stage = 'hosts'; Judge = 'output'; Pattern = '^False' }
    )
    'New-NetworkNamespace' = @(
        @{ Stage = 'none'; Judge = 'ip -n red link show lo; ip -n green link show lo'; Pattern = '(?s)LOOPBACK,UP.*LOOPBACK,UP' }
        @{ Stage = 'none'; Container = $true; Judge = 'stat -L -c %i /run/netns/web /proc/$CLIENT1/ns/net'; Pattern = '^(\d+)\s+\1\s*$' }
        @{
            Stage   = 'none'
            Judge   = 'ip -n lab route; ping -n -c 1 -W 2 192.0.2.2'
            Pattern = '(?s)(?=.*default via 192\.0\.2\.1)(?=.* 1 received)'
        }
    )
    'Remove-NetworkNamespace' = @(
        @{ Stage = 'hosts'; Judge = 'ip netns'; NotPattern = 'blue' }
        @{ Stage = 'hosts'; Judge = 'ip netns'; NotPattern = 'lab' }
        @{ Stage = 'hosts'; Judge = 'ip netns'; Pattern = 'blue' }
    )
    # The shell that is to be entered is one that ends by itself, and leaves what it saw.
    'Enter-NetworkNamespace' = @(
        @{
            Stage   = 'bridge'
            Before  = 'Set-Content shell "#!/bin/sh`nip -br addr > seen"; chmod +x shell; $env:SHELL = "$PWD/shell"'
            Judge   = 'cat seen'
            Pattern = 'veth-blue.*12\.200\.1\.10'
        }
        @{ Stage = 'bridge'; Judge = 'ip -n blue link show veth-blue'; Pattern = 'mtu 1400' }
        @{ Stage = 'bridge'; Judge = 'ip -n blue link show veth-blue'; Pattern = 'alias entered' }
        @{
            Stage     = 'none'
            Container = $true
            Before    = 'Set-Content shell "#!/bin/sh`nip -br addr > seen"; chmod +x shell; $env:SHELL = "$PWD/shell"'
            Judge     = 'cat seen'
            Pattern   = '^lo +UNKNOWN'
        }
    )
    'Invoke-NamespaceCommand' = @(
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = '1 received' }
        @{ Stage = 'none'; Container = $true; Judge = 'output'; Pattern = 'LOOPBACK' }
        @{ Stage = 'bridge'; Judge = 'ip -n blue addr show lo'; Pattern = '192\.0\.2\.99/32' }
        @{ Stage = 'bridge'; Judge = 'ip -n blue link show veth-blue'; Pattern = 'mtu 1400' }
    )
    'New-Bridge' = @(
        @{ Stage = 'none'; Judge = 'ip addr show br1; ip route'; Pattern = '(?s)(?=.*192\.168\.7\.1/24)(?=.*192\.168\.7\.0/24 dev br1)' }
        @{
            Stage   = 'hosts'
            Judge   = 'ip -br link show master br1; ip -n blue addr show eth7'
            Pattern = '(?s)(?=.*geneve7)(?=.*veth7)(?=.*192\.168\.7\.2/24)'
        }
        @{ Stage = 'none'; Judge = 'ip -d link show br1; ip -d link show br2'; Pattern = '(?s)ageing_time 6000 .*ageing_time 6000 ' }
    )
    'Get-Bridge' = @(
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = 'br0 .*geneve1 veth-host' }
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = '(?s)AgeingTime +: 00:05:00' }
        @{ Stage = 'bridge'; Before = '$null = New-Bridge lonely'; Judge = 'output'; Pattern = '^\s*Name +State[\s-]*lonely' }
    )
    'Set-Bridge' = @(
        @{ Stage = 'bridge'; Judge = 'ip -d link show br0'; Pattern = 'ageing_time 3000 ' }
        @{ Stage = 'bridge'; Judge = 'ip -d link show br0'; Pattern = 'forward_delay 400 .*stp_state 1' }
        @{ Stage = 'bridge'; Judge = 'ip -d link show br0'; Pattern = 'group_fwd_mask 0x4000' }
    )
    'Remove-Bridge' = @(
        @{ Stage = 'bridge'; Judge = 'ip -br link'; Pattern = '(?s)^(?!.*br0 ).*veth-host' }
        @{ Stage = 'bridge'; Judge = 'ip -br link'; NotPattern = 'br0|veth-host|geneve1' }
        @{ Stage = 'bridge'; Judge = 'ip -br link'; Pattern = 'br0' }
    )
    'Add-BridgePort' = @(
        @{ Stage = 'all'; Judge = 'ip -br link show master br0'; Pattern = 'geneve0' }
        @{
            Stage   = 'none'
            Before  = '$null = New-Bridge br0; $null = New-VethPair veth-1 c1; $null = New-VethPair veth-2 c2'
            Judge   = 'ip -br link show master br0'
            Pattern = '(?s)(?=.*veth-1)(?=.*veth-2)'
        }
        @{
            Stage   = 'none'
            Before  = '$null = New-Bridge br0; $null = New-VethPair veth-host c1'
            Judge   = 'bridge -d link show dev veth-host'
            Pattern = 'isolated on'
        }
    )
    'Get-BridgePort' = @(
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = '(?s)(?=.*geneve1 +br0)(?=.*veth-host +br0)' }
        @{
            Stage   = 'bridge'
            Before  = 'Set-Bridge br0 -Stp $true; Set-Link veth-host -Down; Set-Link veth-host -Up'
            Judge   = 'output'
            Pattern = 'veth-host +(Listening|Learning|Blocking)'
        }
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = '(?s)(?=.*Bridge +: br0)(?=.*State +: Forwarding)' }
    )
    'Set-BridgePort' = @(
        @{ Stage = 'bridge'; Judge = 'bridge -d link show dev veth-host'; Pattern = 'hairpin on' }
        @{ Stage = 'bridge'; Judge = 'bridge -d link show dev geneve1'; Pattern = 'learning off flood off' }
        @{ Stage = 'bridge'; Judge = 'bridge -d link show dev veth-host'; Pattern = 'isolated on' }
    )
    'Remove-BridgePort' = @(
        @{ Stage = 'bridge'; Judge = 'ip link show geneve1'; Pattern = '(?s)^(?!.*master).*geneve1' }
        @{ Stage = 'bridge'; Judge = 'ip link show veth-host'; Pattern = '(?s)^(?!.*master).*veth-host' }
        @{ Stage = 'bridge'; Judge = 'ip link show veth-host'; Pattern = 'master br1' }
    )
    'Get-BridgeFdbEntry' = @(
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = '(?s)(?=.*geneve1)(?=.*veth-host)' }
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = 'geneve1' }
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = '(?s)geneve1 +\d+' }
        @{
            Stage   = 'bridge'
            Before  = 'Add-BridgeFdbEntry 02:00:00:00:00:10 veth-host -Force'
            Judge   = 'output'
            Pattern = 'br0 +veth-host +Static'
        }
    )
    'Add-BridgeFdbEntry' = @(
        @{ Stage = 'bridge'; Judge = 'bridge fdb show dev geneve1'; Pattern = '02:00:00:00:00:20 .*static' }
        @{
            Stage   = 'bridge'
            Judge   = 'bridge fdb show br br0'
            Pattern = '(?s)^(?!.*02:00:00:00:00:20 dev geneve1).*02:00:00:00:00:20 dev veth-host'
        }
        @{
            Stage   = 'bridge'
            Judge   = 'bridge fdb show br br0'
            Pattern = '(?s)(?=.*02:00:00:00:00:21 dev geneve1)(?=.*02:00:00:00:00:22 dev veth-host)'
        }
    )
    'Remove-BridgeFdbEntry' = @(
        @{
            Stage      = 'bridge'
            Before     = 'Add-BridgeFdbEntry 02:00:00:00:00:20 veth-host'
            Judge      = 'bridge fdb show br br0'
            NotPattern = '02:00:00:00:00:20'
        }
        @{
            Stage      = 'bridge'
            Before     = 'Add-BridgeFdbEntry 02:00:00:00:00:31 veth-host; Add-BridgeFdbEntry 02:00:00:00:00:32 veth-host'
            Judge      = 'bridge fdb show br br0'
            NotPattern = 'static'
        }
        @{
            Stage   = 'bridge'
            Before  = 'Add-BridgeFdbEntry 02:00:00:00:00:31 veth-host'
            Judge   = 'bridge fdb show br br0'
            Pattern = '02:00:00:00:00:31'
        }
    )
    'Clear-BridgeFdbEntry' = @(
        @{
            Stage   = 'bridge'
            Before  = 'Add-BridgeFdbEntry 02:00:00:00:00:33 veth-host -Kind Dynamic; Add-BridgeFdbEntry 02:00:00:00:00:34 veth-host'
            Judge   = 'bridge fdb show br br0'
            Pattern = '(?s)^(?!.*02:00:00:00:00:33).*02:00:00:00:00:34'
        }
        @{
            Stage   = 'bridge'
            Before  = 'Add-BridgeFdbEntry 02:00:00:00:00:33 geneve1 -Kind Dynamic'
            Judge   = 'bridge fdb show br br0'
            Pattern = '02:00:00:00:00:33'
        }
        @{
            Stage      = 'bridge'
            Before     = 'Add-BridgeFdbEntry 02:00:00:00:00:33 veth-host -Kind Dynamic; Add-BridgeFdbEntry 02:00:00:00:00:34 veth-host'
            Judge      = 'bridge fdb show br br0'
            NotPattern = '02:00:00:00:00:3[34]'
        }
    )
    'Get-BridgeNetfilter' = @(
        @{ Stage = 'none'; Judge = 'output'; Pattern = '(?s)True +True +True' }
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = 'br0' }
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = '^True' }
    )
    'Set-BridgeNetfilter' = @(
        @{ Stage = 'none'; Judge = 'cat /proc/sys/net/bridge/bridge-nf-call-iptables'; Pattern = '^0' }
        @{
            Stage   = 'bridge'
            Judge   = 'cat /proc/sys/net/bridge/bridge-nf-call-iptables; ip -d link show br0'
            Pattern = '(?s)^0.*nf_call_iptables 1'
        }
        @{ Stage = 'none'; Judge = 'cat /proc/sys/net/bridge/bridge-nf-call-iptables'; Pattern = '^1' }
    )
    'Get-BridgeForwardRule' = @(
        @{ Stage = 'docker'; Before = 'Add-BridgeForwardRule br0'; Judge = 'output'; Pattern = 'br0' }
        @{
            Stage   = 'docker'
            Before  = 'Add-BridgeForwardRule br0; $null = New-Bridge gone; Add-BridgeForwardRule gone; Remove-Bridge gone'
            Judge   = 'output'
            Pattern = '(?s)^(?!.*br0).*gone'
        }
        @{ Stage = 'docker'; Before = 'Add-BridgeForwardRule br0'; Judge = 'output'; Pattern = '(Legacy|Nft) +1 +br0 +br0' }
    )
    'Add-BridgeForwardRule' = @(
        @{ Stage = 'docker'; Judge = 'iptables-legacy -S FORWARD; iptables-nft -S FORWARD'; Pattern = '-A FORWARD -i br0 -o br0 -j ACCEPT' }
        @{ Stage = 'docker'; Judge = 'iptables-legacy -S FORWARD; iptables-nft -S FORWARD'; Pattern = '-A FORWARD -i br7 -o br7 -j ACCEPT' }
        @{
            Stage   = 'docker'
            Judge   = 'iptables-legacy -S FORWARD; iptables-nft -S FORWARD'
            Pattern = '(?s)(?=.*-A FORWARD -i br0 -o br7 -j ACCEPT)(?=.*-A FORWARD -i br7 -o br0 -j ACCEPT)'
        }
    )
    'Remove-BridgeForwardRule' = @(
        @{
            Stage      = 'docker'
            Before     = 'Add-BridgeForwardRule br0'
            Judge      = 'iptables-legacy -S FORWARD; iptables-nft -S FORWARD'
            NotPattern = '-i br0'
        }
        @{
            Stage      = 'docker'
            Before     = 'Add-BridgeForwardRule br0'
            Judge      = 'iptables-legacy -S FORWARD; iptables-nft -S FORWARD'
            NotPattern = '-i br0'
        }
        @{ Stage = 'docker'; Before = 'Add-BridgeForwardRule br0'; Judge = 'iptables-legacy -S FORWARD; ip -br link'; NotPattern = 'br0' }
    )
    'Get-Neighbor' = @(
        @{ Stage = 'hosts'; Judge = 'output'; Pattern = '10\.0\.0\.250 .*Reachable' }
        @{
            Stage   = 'hosts'
            Before  = '$null = ping -n -q -c 1 -W 1 10.0.0.99'
            Judge   = 'output'
            Pattern = '10\.0\.0\.99 +eth0 +(Failed|Incomplete)'
        }
        @{
            Stage   = 'hosts'
            Before  = 'Set-StaticNeighbor 10.0.0.99 02:00:00:00:00:99 eth0'
            Judge   = 'output'
            Pattern = '10\.0\.0\.99 +02:00:00:00:00:99 +eth0'
        }
    )
    'Set-StaticNeighbor' = @(
        @{ Stage = 'tunnel'; Judge = 'ip neigh show dev geneve0'; Pattern = '11\.200\.2\.1 lladdr 52:7d:b1:92:5a:0f PERMANENT' }
        @{
            Stage   = 'bridge'
            Judge   = 'ip -n blue neigh; ip -n blue route'
            Pattern = '(?s)(?=.*169\.254\.175\.253 dev veth-blue lladdr 52:7d:b1:92:5a:0f PERMANENT)(?=.*default via 169\.254\.175\.253)'
        }
        @{ Stage = 'hosts'; Judge = 'ip neigh show 10.0.0.250'; Pattern = 'PERMANENT' }
    )
    'Remove-StaticNeighbor' = @(
        @{ Stage = 'hosts'; Before = 'Set-StaticNeighbor 10.0.0.99 02:00:00:00:00:99 eth0'; Judge = 'ip neigh'; NotPattern = 'PERMANENT' }
        @{
            Stage      = 'hosts'
            Before     = 'Set-StaticNeighbor 10.0.0.99 02:00:00:00:00:99 eth0; Set-StaticNeighbor 10.0.0.98 02:00:00:00:00:98 eth0'
            Judge      = 'ip neigh'
            NotPattern = 'PERMANENT'
        }
        @{
            Stage   = 'hosts'
            Before  = 'Set-StaticNeighbor 10.0.0.99 02:00:00:00:00:99 eth0'
            Judge   = 'ip neigh'
            Pattern = '10\.0\.0\.99 .*PERMANENT'
        }
    )
    'Clear-Neighbor' = @(
        @{ Stage = 'hosts'; Judge = 'ip neigh'; NotPattern = '10\.0\.0\.250.*lladdr' }
        @{ Stage = 'hosts'; Before = '$null = ping -n -q -c 1 10.0.0.250'; Judge = 'ip neigh'; NotPattern = '10\.0\.0\.250.*lladdr' }
        @{
            Stage      = 'bridge'
            Before     = '$null = ip netns exec blue ping -n -q -c 1 12.200.1.1'
            Judge      = 'ip -n blue neigh'
            NotPattern = '12\.200\.1\.1 .*lladdr'
        }
    )
    'Watch-GenevePacket' = @(
        @{ Stage = 'traffic'; Judge = 'output'; Pattern = '(?s)(?=.*11\.200\.2\.1)(?=.*11\.200\.1\.1)' }
        @{ Stage = 'traffic'; Judge = 'output'; Pattern = '(?s)(?=.*11\.200\.2\.1)(?=.*11\.200\.1\.1)' }
        @{ Stage = 'traffic'; Judge = 'tcpdump -Z root -nr vni1000.pcapng'; Pattern = 'Geneve, Flags \[none\], vni 0x3e8' }
        @{ Stage = 'traffic'; Judge = 'output'; Pattern = '(?s)10\.0\.0\.25[01] +[1-9].*10\.0\.0\.25[01] +[1-9]' }
    )
    'ConvertFrom-GenevePacket' = @(
        @{ Stage = 'none'; Judge = 'output'; Pattern = '(?s)(?=.*Version +: 0)(?=.*Vni +: 1000)(?=.*IsOam +: False)' }
        @{ Stage = 'none'; Judge = 'output'; Pattern = 'critical' }
        @{
            Stage   = 'none'
            Judge   = 'output'
            Pattern = '(?s)(?=.*OuterSource +: 10\.0\.0\.251)(?=.*OuterSourcePort +: 49152)(?=.*Vni +: 1000)'
        }
        @{ Stage = 'none'; Judge = 'output'; Pattern = '65535 +1 +False' }
    )
    'ConvertTo-GenevePacket' = @(
        @{ Stage = 'none'; Judge = 'output'; Pattern = '^024065580003e800ffff810101020304' }
        @{ Stage = 'none'; Judge = 'output'; Pattern = 'IP 10\.0\.0\.251\.49152 > 10\.0\.0\.250\.6081: Geneve.*vni 0x3e8' }
        @{ Stage = 'tunnel'; Judge = 'ip -s -n hostb link show geneve0'; Pattern = 'geneve0' }
        @{ Stage = 'none'; Judge = 'output'; Pattern = '^45.*000065580003e8000102' }
    )
    'Import-GeneveCapture' = @(
        @{ Stage = 'none'; Judge = 'output'; Pattern = '(?s)(?=.*11\.200\.2\.1)(?=.*11\.200\.1\.1)' }
        @{ Stage = 'none'; Judge = 'output'; Pattern = '1000 +4' }
        @{ Stage = 'none'; Judge = 'output'; Pattern = '^\s*$' }
        @{ Stage = 'none'; Judge = 'tcpdump -Z root -nr vni1000.pcapng 2>/dev/null | grep -c Geneve'; Pattern = '^4' }
    )
    'Export-GeneveCapture' = @(
        @{ Stage = 'traffic'; Judge = 'tcpdump -Z root -nr ping.pcapng 2>/dev/null | grep -c Geneve'; Pattern = '^2' }
        @{ Stage = 'none'; Judge = 'tcpdump -Z root -nr tunnel.pcapng 2>/dev/null | grep -c Geneve'; Pattern = '^4' }
        @{ Stage = 'none'; Judge = 'tcpdump -Z root -nr head.pcap 2>/dev/null | grep -c Geneve'; Pattern = '^2' }
    )
    'Test-GenevePath' = @(
        @{ Stage = 'tunnel'; Judge = 'output'; Pattern = '(?s)geneve0.*VNI 1000.* PASSED.*3 of 3 replies' }
        @{
            Stage   = 'tunnel'
            Before  = 'Remove-Route 11.200.1.1/32 geneve0 -Namespace hostb'
            Judge   = 'output'
            Pattern = '(?s)(?=.*No route leads back to 11\.200\.1\.1)(?=.*True)'
        }
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = '(?s)geneve1.*VNI 1000.* PASSED.*12\.200\.1\.10 > 12\.200\.1\.2, 3 of 3 replies' }
        @{
            Stage   = 'tunnel'
            Before  = 'Set-Link geneve0 -Down'
            Judge   = 'output'
            Pattern = 'geneve0 +False +TunnelDown +Set-Link geneve0 -Up'
        }
        @{ Stage = 'tunnel'; Before = 'Remove-Route 11.200.1.1/32 geneve0 -Namespace hostb'; Judge = 'output'; Pattern = 'is broken' }
    )
    'Trace-GenevePath' = @(
        @{ Stage = 'tunnel'; Judge = 'output'; Pattern = '(?s)(?=.*hostb +geneve0 +In +echo request 1)(?=.*the path works)' }
        @{ Stage = 'bridge'; Judge = 'output'; Pattern = '(?s)(?=.*blue +veth-blue +Out)(?=.*hostb +br0)(?=.*the path works)' }
        @{
            Stage   = 'tunnel'
            Before  = 'Remove-Route 11.200.1.1/32 geneve0 -Namespace hostb'
            Judge   = 'output'
            Pattern = 'NoReturnRoute.*Add-Route'
        }
        @{ Stage = 'tunnel'; Judge = 'cat path.mmd'; Pattern = 'sequenceDiagram(?s).*Geneve VNI 1000' }
    )
}
