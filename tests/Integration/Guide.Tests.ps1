# docs/guide.md, run from the text itself: its blocks of code are taken out of it and run in their order, each on the host
# that its first line names. A host is a network namespace; the containers are Docker's. What the cmdlets have built is
# judged by ip, bridge, brctl, arp, ping, tcpdump and docker inspect.

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Common.psm1'))
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Docker.psm1'))

    # The steps of the guide: the heading, and the blocks of code below it.
    $steps = [ordered]@{}
    $heading = ''
    $code = $null
    foreach ($line in [System.IO.File]::ReadAllLines([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'docs', 'guide.md'))) {
        if ($null -ne $code) {
            if ($line -eq '```') {
                $steps[$heading] += @(, $code.ToArray())
                $code = $null
            }
            else { $code.Add($line) }
        }
        elseif ($line.StartsWith('```')) {
            if ($line -ne '```powershell') { throw "A block of the guide is no PowerShell, so it could not be run: $line" }
            $code = [System.Collections.Generic.List[string]]::new()
        }
        elseif ($line -match '^#+ (.*)') {
            $heading = $Matches[1]
            if ($steps.Contains($heading)) { throw "The guide has two parts named '$heading'." }
            $steps[$heading] = @()
        }
    }

    # The steps that have run; and those there are, before and from the one that needs a container.
    $done = [System.Collections.Generic.List[string]]::new()
    function Get-Step ([switch] $WithContainer) {
        $seen = $false
        foreach ($name in $steps.Keys) {
            $seen = $seen -or $name -eq 'Start a container'
            if ($steps[$name] -and $seen -eq $WithContainer.IsPresent) { $name }
        }
    }

    # Runs the blocks of a step and returns what they print. An error of theirs is an error of the test.
    function Invoke-Guide ([string] $Step) {
        if (-not $steps[$Step]) { throw "The guide has no step '$Step' with code." }
        $done.Add($Step)
        foreach ($block in $steps[$Step]) {
            $place = switch ($block[0]) {
                '# host a' { $a }
                '# host b' { $b }
                default { throw "A block of the guide does not begin with its host, but with: $_" }
            }
            Invoke-NamespaceCommand -Namespace $place ([scriptblock]::Create("`$ErrorActionPreference = 'Stop'`n" + ($block -join "`n")))
        }
    }

    # The hosts as the guide describes them: eth0 in each, and a look at where packets come from.
    function Add-GuideHost ($A, $B) {
        Add-TestUnderlay $A $B
        foreach ($one in $A, $B) { & ip netns exec $one sysctl -q net.ipv4.conf.all.rp_filter=1 }
    }

    function Get-LinkNames ($Namespace) { (Get-IpJson -n $Namespace link).ifname | Sort-Object }

    # What is in the tunnel with VNI 1000 on a UDP port. tcpdump itself knows Geneve on port 6081 only. Behind 8 bytes UDP
    # and 8 Geneve, whose last four are VNI and a zero, come two addresses and the type of the inner Ethernet header.
    function Get-Filter ($Port, $What = '(udp[28:2] = 0x0800 or udp[28:2] = 0x0806)') {
        "udp port $Port and udp[12:4] = 0x0003e800 and $What"
    }
    $icmp = 'udp[28:2] = 0x0800 and udp[39] = 1'

    # Short, for pings that must not be answered.
    function Test-Silence ($Container, $Destination) {
        $output = Invoke-InContainer $Container ping -n -q -c 1 -W 1 $Destination 2>&1
        "$output" -match '100% packet loss'
    }
}

Describe 'Guide: two hosts' -Tag Geneve {
    BeforeAll {
        $done.Clear()
        $a = Get-TestName
        $b = Get-TestName
        Add-GuideHost $a $b
    }

    AfterAll {
        Remove-TestNamespace $a, $b
    }

    It '2: joins two hosts by a tunnel' {
        Invoke-Guide 'Build the tunnel'
        foreach ($side in @($a, '11.200.1.1/32', '11.200.2.1'), @($b, '11.200.2.1/32', '11.200.1.1')) {
            Get-IpAddress $side[0] geneve0 | Should -Be $side[1]
            (Get-IpJson -n $side[0] route show dev geneve0).dst | Should -Be $side[2]
        }
        $capture = Start-Capture $b eth0 (Get-Filter 6081 $icmp) 4
        "$(Invoke-Guide 'Try the tunnel')" | Should -Match '2 received, 0% packet loss'
        $seen = Receive-Capture $capture
        $seen | Should -Match '10\.0\.0\.251\.\d+ > 10\.0\.0\.250\.6081: .*vni 0x3e8'
        $seen | Should -Match '11\.200\.1\.1 > 11\.200\.2\.1: ICMP echo request'
    }

    It '2: leaves nothing behind' {
        Invoke-Guide 'Take the tunnel down'
        foreach ($one in $a, $b) { Get-LinkNames $one | Should -Be 'eth0', 'lo' }
    }

    It '3: joins two bridges by a tunnel' {
        Invoke-Guide 'Build the bridges'
        foreach ($side in @($a, '12.200.1.1/24', '10.0.0.250'), @($b, '12.200.1.2/24', '10.0.0.251')) {
            Get-IpAddress $side[0] br0 | Should -Be $side[1]
            $tunnel = Get-IpLink $side[0] geneve1
            $tunnel.master | Should -Be 'br0'
            $data = $tunnel.linkinfo.info_data
            "$($data.id) $($data.remote) $($data.port)" | Should -Be "1000 $($side[2]) 6082"
        }
        $wire = Start-Capture $b eth0 (Get-Filter 6082 $icmp) 4
        $port = Start-Capture $b geneve1 'arp or icmp' 6
        "$(Invoke-Guide 'Try the bridges')" | Should -Match '2 received, 0% packet loss'
        ([regex]::Matches((Receive-Capture $wire), '> 10\.0\.0\.25[01]\.6082: UDP')).Count | Should -Be 4
        # The first thing that br0 sends is a question by ARP.
        $seen = Receive-Capture $port
        $seen | Should -Match '^[^\n]* Request who-has 12\.200\.1\.2 tell 12\.200\.1\.1'
        $seen | Should -Match '12\.200\.1\.1 > 12\.200\.1\.2: ICMP echo request'
    }

    It '3: shows the table of the host and that of the bridge as arp and brctl do' {
        $shown = Invoke-Guide 'Look at both tables'
        $far = (Get-IpLink $b br0).address

        $neighbor = $shown | Where-Object { $_.psobject.TypeNames[0] -like '*.Neighbor' }
        "$($neighbor.Address) $($neighbor.LinkLayerAddress) $($neighbor.Link)" | Should -Be "12.200.1.2 $far br0"
        $line = & ip netns exec $a arp -n | Where-Object { $_ -match '^12\.200\.1\.2\s' }
        $line | Should -Match "ether\s+$($neighbor.LinkLayerAddress)\s.*br0"

        $entries = $shown | Where-Object { $_.psobject.TypeNames[0] -like '*.BridgeFdbEntry' -and $_.PortNumber }
        $mine = $entries | ForEach-Object { "$($_.PortNumber) $($_.LinkLayerAddress) $(if ($_.IsLocal) { 'yes' } else { 'no' })" } | Sort-Object -Unique
        # brctl says a local address once more for each VLAN.
        $theirs = & ip netns exec $a brctl showmacs br0 | ForEach-Object { if ($_ -match '^\s*(\d+)\s+(\S+)\s+(yes|no)') { "$($Matches[1]) $($Matches[2]) $($Matches[3])" } } | Sort-Object -Unique
        $mine | Should -Be $theirs
        $mine | Should -Contain "1 $far no"

        $bridge = $shown | Where-Object { $_.psobject.TypeNames[0] -like '*.Bridge' }
        $line = & ip netns exec $a brctl show br0 | Select-Object -Last 1
        $line | Should -Match "^br0\s+$($bridge.Id)\s+no\s+$($bridge.Ports)$"
    }

    It '3: leaves nothing behind, and every block so far has run, in its place' {
        Invoke-Guide 'Take the bridges down'
        foreach ($one in $a, $b) { Get-LinkNames $one | Should -Be 'eth0', 'lo' }
        $done | Should -Be @(Get-Step)
    }
}

Describe 'Guide: containers' -Tag Geneve, Docker {
    BeforeAll {
        $done.Clear()
        $without = Start-Docker
        if (-not $without) {
            $a = Get-TestName
            $b = Get-TestName
            Add-GuideHost $a $b
            # As Docker leaves it on a host where it looks after the firewall.
            & ip netns exec $a iptables-legacy -P FORWARD DROP
        }
    }

    BeforeEach {
        if ($without) { Set-ItResult -Skipped -Because $without }
    }

    AfterAll {
        if (-not $without) {
            $null = & docker rm -f client1 client2 peer1 peer2 2>&1
            Remove-TestNamespace $a, $b
        }
    }

    It '4: finds the container that docker has started' {
        $shown = Invoke-Guide 'Start a container'
        $container = Get-DockerContainer client1
        $container.HostConfig.NetworkMode | Should -Be 'none'
        $found = $shown | Where-Object { $_.Container.Name -eq 'client1' }
        "$($found.Container.Id) $($found.Container.Engine.Name) $($found.Path)" | Should -Be "$($container.Id) docker /proc/$($container.State.Pid)/ns/net"
    }

    It '4.1: moves a tunnel into the container' {
        Invoke-Guide 'Move the tunnel into the container'
        Get-LinkNames $a | Should -Be 'eth0', 'lo'
        $link = (Invoke-InContainer client1 ip -j -d addr show geneve1) -join '' | ConvertFrom-Json
        "$($link.linkinfo.info_data.id) $($link.linkinfo.info_data.remote) $($link.linkinfo.info_data.port)" | Should -Be '1000 10.0.0.250 6082'
        $link.flags | Should -Contain 'UP'
        "$($link.addr_info[0].local)/$($link.addr_info[0].prefixlen)" | Should -Be '169.254.67.1/32'
        Invoke-InContainer client1 ip route show | Should -Match '^default dev geneve1'
    }

    It '4.1: answers pings of the container' {
        $capture = Start-Capture $b br0 'arp or icmp' 6
        "$(Invoke-Guide 'Try it from the container')" | Should -Match '2 received, 0% packet loss'
        Test-ContainerPing client1 12.200.1.2 | Should -BeTrue
        $seen = Receive-Capture $capture
        $own = (Get-IpLink $b br0).address
        $seen | Should -Match 'Request who-has 12\.200\.1\.2 tell 169\.254\.67\.1'
        $seen | Should -Match "Reply 12\.200\.1\.2 is-at $own"
        $seen | Should -Match '169\.254\.67\.1 > 12\.200\.1\.2: ICMP echo request'
    }

    It '4.1.1: shows what both sides have learned' {
        $shown = Invoke-Guide 'Look around in the container'
        $own = (Get-IpLink $b br0).address
        $neighbor = $shown | Where-Object { $_.psobject.TypeNames[0] -like '*.Neighbor' -and "$($_.Address)" -eq '12.200.1.2' }
        "$($neighbor.LinkLayerAddress) $($neighbor.Link)" | Should -Be "$own geneve1"
        $mac = ((Invoke-InContainer client1 ip -j link show geneve1) -join '' | ConvertFrom-Json).address
        $entry = $shown | Where-Object { $_.psobject.TypeNames[0] -like '*.BridgeFdbEntry' }
        "$($entry.LinkLayerAddress) $($entry.Port) $($entry.PortNumber)" | Should -Be "$mac geneve1 1"
        (& ip netns exec $b brctl showmacs br0) -match "$mac\s+no" | Should -HaveCount 1
        (& ip netns exec $b arp -n) -match "^169\.254\.67\.1\s+ether\s+$mac\s" | Should -HaveCount 1
    }

    It '5: gets no answer, not even to ARP, without the way back' {
        Invoke-Guide 'Lose the way back'
        # Nothing that was learned may hide it.
        Invoke-InContainer client1 ip neigh flush all
        & ip -n $b neigh flush all
        $capture = Start-Program ip 'netns', 'exec', $b, 'timeout', '4', 'tcpdump', '-i', 'br0', '-nn', '-l', 'arp or icmp'
        while ($null -ne ($line = $capture.StandardError.ReadLine()) -and $line -notmatch 'listening on') { }
        Test-Silence client1 12.200.1.2 | Should -BeTrue
        $seen = Receive-Capture $capture
        $seen | Should -Match 'Request who-has 12\.200\.1\.2 tell 169\.254\.67\.1'
        $seen | Should -Not -Match 'Reply'
        # The kernel says so when it is asked about that packet.
        $null = & ip -n $b route get 12.200.1.2 from 169.254.67.1 iif br0 2>&1
        $LASTEXITCODE | Should -Not -Be 0
        Get-Failure { Resolve-Route 12.200.1.2 -Source 169.254.67.1 -InputLink br0 -Namespace $b } | Should -Not -BeNullOrEmpty
    }

    It '4.1.1: gets no answer while the way back leads to the tunnel instead of the bridge' {
        Invoke-Guide 'Send the answers a wrong way'
        (Get-IpJson -n $b route show 169.254.67.1).dev | Should -Be 'geneve1'
        Test-Silence client1 12.200.1.2 | Should -BeTrue
    }

    It '5: is answered again with the way back' {
        $route = Invoke-Guide 'Mend the way back'
        "$($route.Type)" | Should -Be 'Local'
        (Get-IpJson -n $b route show 169.254.67.1).dev | Should -Be 'br0'
        Test-ContainerPing client1 12.200.1.2 | Should -BeTrue
        Invoke-Guide 'Take the tunnel out of the container'
        Invoke-InContainer client1 ip -o link | Should -HaveCount 1
    }

    It '4.2: joins the container to the bridge, where the firewall stops it' {
        $shown = Invoke-Guide 'Build host a step by step'
        ($shown | Where-Object { $_.psobject.TypeNames[0] -like '*.BridgeNetfilter' }).Iptables | Should -BeTrue
        foreach ($port in 'geneve1', 'veth-host') { (Get-IpLink $a $port).master | Should -Be 'br0' }
        $link = (Invoke-InContainer client1 ip -j addr show veth-client1) -join '' | ConvertFrom-Json
        "$($link.addr_info[0].local)/$($link.addr_info[0].prefixlen)" | Should -Be '169.254.67.1/16'
        Invoke-InContainer client1 ip route show default | Should -Match '^default dev veth-client1'
        Test-Silence client1 12.200.1.2 | Should -BeTrue
    }

    It '4.2: is answered with the rule' {
        $rule = Invoke-Guide 'Let the bridge through the firewall'
        "$($rule.Bridge) $($rule.OutBridge) $($rule.Backend)" | Should -Be 'br0 br0 Legacy'
        & ip netns exec $a iptables-legacy -S FORWARD | Should -Be '-P FORWARD DROP', '-A FORWARD -i br0 -o br0 -j ACCEPT'
        Test-ContainerPing client1 12.200.1.2 | Should -BeTrue
    }

    It '4.2: is answered without the rule when bridged packets pass by the firewall' {
        & ip netns exec $a iptables-legacy -D FORWARD -i br0 -o br0 -j ACCEPT
        Test-Silence client1 12.200.1.2 | Should -BeTrue
        & ip netns exec $a iptables-legacy -I FORWARD -i br0 -o br0 -j ACCEPT
        Invoke-Guide 'Or let bridged packets pass by the firewall'
        & ip netns exec $a iptables-legacy -S FORWARD | Should -Be '-P FORWARD DROP'
        & ip netns exec $a sysctl -n net.bridge.bridge-nf-call-iptables | Should -Be '0'
        Test-ContainerPing client1 12.200.1.2 | Should -BeTrue
    }

    It '4.2: needs no ARP with a made-up gateway and the MAC address of the far end' {
        Invoke-Guide 'Ask nobody for a MAC address'
        Invoke-InContainer client1 ip route show default | Should -Match '^default via 169\.254\.175\.253 dev veth-client1'
        Invoke-InContainer client1 arp -n | Where-Object { $_ -match '^169\.254\.175\.253\s' } | Should -Match 'ether\s+52:7d:b1:92:5a:0f\s+CM'

        # With the MAC address of nobody, the far end drops the packets; with its own it takes them.
        Set-StaticNeighbor 169.254.175.253 52:7d:b1:92:5a:10 veth-client1 -Container client1
        Test-Silence client1 12.200.1.2 | Should -BeTrue
        Set-StaticNeighbor 169.254.175.253 52:7d:b1:92:5a:0f veth-client1 -Container client1

        Invoke-InContainer client1 ip neigh flush all
        & ip -n $b neigh flush all
        $capture = Start-Capture $a eth0 (Get-Filter 6082) 4
        Test-ContainerPing client1 12.200.1.2 | Should -BeTrue
        $seen = Receive-Capture $capture
        # A ping of 98 bytes and the Geneve header; ARP would be 42 and the header.
        ([regex]::Matches($seen, 'UDP, length (\d+)')).ForEach({ $_.Groups[1].Value }) | Should -Be '106', '106', '106', '106'
    }

    It '4.2: builds all of host a in one pipeline of at most six lines' {
        Invoke-Guide 'Take host a down'
        Get-LinkNames $a | Should -Be 'eth0', 'lo'
        & ip netns exec $a sysctl -n net.bridge.bridge-nf-call-iptables | Should -Be '1'
        Invoke-InContainer client1 ip -o link | Should -HaveCount 1

        $block = $steps['Build host a in one pipeline'][0]
        $block.Count | Should -BeLessOrEqual 7 -Because 'the first line is the name of the host'
        $statements = [scriptblock]::Create($block -join "`n").Ast.EndBlock.Statements
        $statements | Should -HaveCount 1
        $statements[0] | Should -BeOfType ([System.Management.Automation.Language.PipelineAst])

        Invoke-Guide 'Build host a in one pipeline'
        foreach ($port in 'geneve1', 'veth-host') {
            $link = Get-IpLink $a $port
            "$($link.master) $($link.mtu) $($link.flags -contains 'UP')" | Should -Be 'br0 1450 True'
        }
        (Get-IpLink $a br0).flags | Should -Contain 'UP'
        $data = (Get-IpLink $a geneve1).linkinfo.info_data
        "$($data.id) $($data.remote) $($data.port)" | Should -Be '1000 10.0.0.250 6082'
        & ip netns exec $a iptables-legacy -S FORWARD | Should -Be '-P FORWARD DROP', '-A FORWARD -i br0 -o br0 -j ACCEPT'
        $link = (Invoke-InContainer client1 ip -j addr show veth-client1) -join '' | ConvertFrom-Json
        "$($link.addr_info[0].local)/$($link.addr_info[0].prefixlen)" | Should -Be '169.254.67.1/16'
        Invoke-InContainer client1 ip route show default | Should -Match '^default via 169\.254\.175\.253 dev veth-client1'
        Invoke-InContainer client1 arp -n | Where-Object { $_ -match '^169\.254\.175\.253\s' } | Should -Match '52:7d:b1:92:5a:0f\s+CM'
        Test-ContainerPing client1 12.200.1.2 | Should -BeTrue
    }

    It '4.2: leaves nothing behind' {
        Invoke-Guide 'Take both hosts down'
        foreach ($one in $a, $b) { Get-LinkNames $one | Should -Be 'eth0', 'lo' }
        & ip netns exec $a iptables-legacy -S FORWARD | Should -Be '-P FORWARD DROP'
    }

    It '4.3: tells containers with equal addresses apart by the port of their tunnels' {
        $null = Invoke-Guide 'Start three more containers'
        Invoke-Guide 'Give each pair a tunnel'
        foreach ($one in @('client1', '169.254.175.252', 6081), @('client2', '169.254.175.252', 6082), @('peer1', '169.254.177.252', 6081), @('peer2', '169.254.177.252', 6082)) {
            $link = (Invoke-InContainer $one[0] ip -j -d addr show geneve1) -join '' | ConvertFrom-Json
            "$($link.addr_info[0].local) $($link.linkinfo.info_data.id) $($link.linkinfo.info_data.port)" | Should -Be "$($one[1]) 1000 $($one[2])"
        }

        "$(Invoke-Guide 'Try both pairs')" | Should -Match '2 received, 0% packet loss.*2 received, 0% packet loss'

        # At the same time, and each on its own port: the packets of a container come to its peer and to no other.
        $captures = 6081, 6082 | ForEach-Object { Start-Capture $b eth0 (Get-Filter $_ $icmp) 8 }
        $pings = 'client1', 'client2' | ForEach-Object {
            Start-Program nsenter '--target', "$((Get-DockerContainer $_).State.Pid)", '--net', '--', 'ping', '-n', '-q', '-c', '4', '-i', '0.3', '-W', '2', '169.254.177.252'
        }
        foreach ($ping in $pings) { $ping.StandardOutput.ReadToEnd() | Should -Match '4 received, 0% packet loss' }
        foreach ($capture in $captures) { ([regex]::Matches((Receive-Capture $capture), 'ICMP echo|UDP, length 106')).Count | Should -Be 8 }
    }

    It '4.3.1: needs no ARP in the container with a network of two addresses' {
        Invoke-Guide 'Set the far MAC address by hand'
        ((Invoke-InContainer client1 ip -j addr show geneve1) -join '' | ConvertFrom-Json).addr_info.prefixlen | Should -Contain 31
        Invoke-InContainer client1 ip route show default | Should -Match '^default via 169\.254\.175\.253 dev geneve1'
        ((Invoke-InContainer peer1 ip -j link show geneve1) -join '' | ConvertFrom-Json).address | Should -Be '1e:53:8a:c3:1a:be'

        Set-StaticNeighbor 169.254.175.253 1e:53:8a:c3:1a:bf geneve1 -Container client1
        Test-Silence client1 169.254.177.252 | Should -BeTrue
        Set-StaticNeighbor 169.254.175.253 1e:53:8a:c3:1a:be geneve1 -Container client1

        Invoke-InContainer client1 ip neigh flush all
        $capture = Start-Capture $a eth0 (Get-Filter 6081) 4
        Test-ContainerPing client1 169.254.177.252 | Should -BeTrue
        $seen = Receive-Capture $capture
        $seen | Should -Match '169\.254\.175\.252 > 169\.254\.177\.252: ICMP echo request'
        $seen | Should -Not -Match 'tell 169\.254\.175\.252'
    }

    It 'leaves nothing behind, and every block with containers has run, in its place' {
        $null = Invoke-Guide 'Clean up'
        Invoke-Docker ps -aq | Should -BeNullOrEmpty
        foreach ($one in $a, $b) { Get-LinkNames $one | Should -Be 'eth0', 'lo' }
        $done | Should -Be @(Get-Step -WithContainer)
    }
}
