# docs/guide.md, run from its own text: the blocks of code are read from it and run in their order, each on the host that its
# first line names. A host is a network namespace; the containers are Docker's. What the cmdlets have built is judged by ip,
# bridge, brctl, arp, ping, tcpdump and docker inspect.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
    Import-Module "$PSScriptRoot/Docker.psm1"

    # The steps of the guide: the heading, and the blocks of code below it.
    $steps = [ordered]@{}
    $heading = ''
    $code = $null
    foreach ($line in Get-Content "$PSScriptRoot/../../docs/guide.md") {
        if ($null -ne $code) {
            if ($line -eq '```') {
                $steps[$heading] += @(, $code)
                $code = $null
            }
            else { $code += $line }
        }
        elseif ($line.StartsWith('```')) {
            if ($line -ne '```powershell') { throw "A block of the guide is not PowerShell, so it could not be run: $line" }
            $code = @()
        }
        elseif ($line -match '^#+ (.*)') {
            $heading = $Matches[1]
            if ($steps.Contains($heading)) { throw "The guide has two sections named '$heading'." }
            $steps[$heading] = @()
        }
    }

    # The names of the steps with code: those before the first that needs a container, or those from there on.
    function Get-Step {
        param([switch] $WithContainer)
        $all = @($steps.Keys | Where-Object { $steps[$_] })
        $first = $all.IndexOf('Start a container')
        if ($WithContainer) { $all[$first..($all.Count - 1)] } else { $all[0..($first - 1)] }
    }

    # Runs the blocks of a step and returns what they print. An error in them is an error of the test.
    $done = [System.Collections.Generic.List[string]]::new()
    function Invoke-Guide {
        param([string] $Step)
        if (-not $steps[$Step]) { throw "The guide has no step '$Step' with code." }
        $done.Add($Step)
        foreach ($block in $steps[$Step]) {
            $place = switch ($block[0]) {
                '# host a' { $a }
                '# host b' { $b }
                default { throw "A block of the guide does not begin with its host, but with: $_" }
            }
            $script = [scriptblock]::Create("`$ErrorActionPreference = 'Stop'`n" + ($block -join "`n"))
            Invoke-NamespaceCommand -Namespace $place $script
        }
    }

    # The hosts as the guide describes them: eth0 in each, and reverse-path filtering.
    function Add-GuideHost {
        param([string] $A, [string] $B)
        Add-TestUnderlay $A $B
        foreach ($one in $A, $B) { & ip netns exec $one sysctl -q net.ipv4.conf.all.rp_filter=1 }
    }

    function Get-LinkName {
        param([string] $Namespace)
        (Get-IpJson -n $Namespace link).ifname | Sort-Object
    }

    # A link of a container with its addresses, as ip sees it.
    function Get-ContainerLink {
        param([string] $Container, [string] $Link)
        Invoke-InContainer $Container ip -j -d addr show $Link | ConvertFrom-Json
    }

    # The VNI, far endpoint and UDP port of a tunnel, as ip sees them.
    filter Get-TunnelText {
        $data = $_.linkinfo.info_data
        "$($data.id) $($data.remote) $($data.port)"
    }

    # The objects of a type, of all that a step has printed.
    filter Select-Type {
        param([string] $Type)
        if ($_.PSObject.TypeNames[0] -like "*.$Type") { $_ }
    }

    # A capture filter for the packets of VNI 1000 on a UDP port. tcpdump itself knows Geneve on port 6081 only. The VNI is in the
    # last four bytes of the Geneve header, after 8 bytes of UDP; two MAC addresses and the type of the inner frame follow.
    function Get-Filter {
        param([int] $Port, [string] $Inner = '(udp[28:2] = 0x0800 or udp[28:2] = 0x0806)')
        "udp port $Port and udp[12:4] = 0x0003e800 and $Inner"
    }
    $icmp = 'udp[28:2] = 0x0800 and udp[39] = 1'

    # One ping that is not expected to be answered.
    function Test-Silence {
        param([string] $Container, [string] $Destination)
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
        foreach ($side in @(
                @{ Namespace = $a; Address = '11.200.1.1/32'; Route = '11.200.2.1' }
                @{ Namespace = $b; Address = '11.200.2.1/32'; Route = '11.200.1.1' }
            )) {
            Get-IpAddress $side.Namespace geneve0 | Should -Be $side.Address
            (Get-IpJson -n $side.Namespace route show dev geneve0).dst | Should -Be $side.Route
        }
        $capture = Start-Capture $b eth0 (Get-Filter 6081 $icmp) 4
        "$(Invoke-Guide 'Try the tunnel')" | Should -Match '2 received, 0% packet loss'
        $seen = Receive-Capture $capture
        $seen | Should -Match '10\.0\.0\.251\.\d+ > 10\.0\.0\.250\.6081: .*vni 0x3e8'
        $seen | Should -Match '11\.200\.1\.1 > 11\.200\.2\.1: ICMP echo request'
    }

    It '2: leaves nothing behind' {
        Invoke-Guide 'Take the tunnel down'
        foreach ($one in $a, $b) { Get-LinkName $one | Should -Be 'eth0', 'lo' }
    }

    It '3: joins two bridges by a tunnel' {
        Invoke-Guide 'Build the bridges'
        foreach ($side in @(
                @{ Namespace = $a; Address = '12.200.1.1/24'; Remote = '10.0.0.250' }
                @{ Namespace = $b; Address = '12.200.1.2/24'; Remote = '10.0.0.251' }
            )) {
            Get-IpAddress $side.Namespace br0 | Should -Be $side.Address
            $tunnel = Get-IpLink $side.Namespace geneve1
            $tunnel.master | Should -Be 'br0'
            $tunnel | Get-TunnelText | Should -Be "1000 $($side.Remote) 6082"
        }
        $wire = Start-Capture $b eth0 (Get-Filter 6082 $icmp) 4
        $port = Start-Capture $b geneve1 'arp or icmp' 6
        "$(Invoke-Guide 'Try the bridges')" | Should -Match '2 received, 0% packet loss'
        [regex]::Matches((Receive-Capture $wire), '> 10\.0\.0\.25[01]\.6082: UDP') | Should -HaveCount 4
        # The first packet of br0 is an ARP request.
        $seen = Receive-Capture $port
        $seen | Should -Match '^[^\n]* Request who-has 12\.200\.1\.2 tell 12\.200\.1\.1'
        $seen | Should -Match '12\.200\.1\.1 > 12\.200\.1\.2: ICMP echo request'
    }

    It '3: shows the tables of the host and the bridge as arp and brctl do' {
        $shown = Invoke-Guide 'Look at both tables'
        $far = (Get-IpLink $b br0).address

        $neighbor = $shown | Select-Type Neighbor
        "$($neighbor.Address) $($neighbor.LinkLayerAddress) $($neighbor.Link)" | Should -Be "12.200.1.2 $far br0"
        $line = & ip netns exec $a arp -n | Where-Object { $_ -match '^12\.200\.1\.2\s' }
        $line | Should -Match "ether\s+$($neighbor.LinkLayerAddress)\s.*br0"

        $entries = $shown | Select-Type BridgeFdbEntry | Where-Object PortNumber
        $mine = $entries | ForEach-Object { "$($_.PortNumber) $($_.LinkLayerAddress) $($_.IsLocal ? 'yes' : 'no')" } | Sort-Object -Unique
        # brctl repeats a local address for each VLAN.
        $theirs = & ip netns exec $a brctl showmacs br0 |
            ForEach-Object { if ($_ -match '^\s*(\d+)\s+(\S+)\s+(yes|no)') { $Matches[1..3] -join ' ' } } |
            Sort-Object -Unique
        $mine | Should -Be $theirs
        $mine | Should -Contain "1 $far no"

        $bridge = $shown | Select-Type Bridge
        $line = & ip netns exec $a brctl show br0 | Select-Object -Last 1
        $line | Should -Match "^br0\s+$($bridge.Id)\s+no\s+$($bridge.Ports)$"
    }

    It '3: leaves nothing behind, and every block so far has run, in its place' {
        Invoke-Guide 'Take the bridges down'
        foreach ($one in $a, $b) { Get-LinkName $one | Should -Be 'eth0', 'lo' }
        $done | Should -Be @(Get-Step)
    }
}

Describe 'Guide: containers' -Tag Geneve, Docker {
    BeforeAll {
        $done.Clear()
        $withoutDocker = Start-Docker
        if (-not $withoutDocker) {
            $a = Get-TestName
            $b = Get-TestName
            Add-GuideHost $a $b
            # As Docker leaves it on a host where it manages the firewall.
            & ip netns exec $a iptables-legacy -P FORWARD DROP
        }
    }

    BeforeEach {
        if ($withoutDocker) { Set-ItResult -Skipped -Because $withoutDocker }
    }

    AfterAll {
        if (-not $withoutDocker) {
            $null = & docker rm -f client1 client2 peer1 peer2 2>&1
            Remove-TestNamespace $a, $b
        }
    }

    It '4: finds the container that docker has started' {
        $shown = Invoke-Guide 'Start a container'
        $container = Get-DockerContainer client1
        $container.HostConfig.NetworkMode | Should -Be 'none'
        $found = $shown | Where-Object { $_.Container.Name -eq 'client1' }
        "$($found.Container.Id) $($found.Container.Engine.Name)" | Should -Be "$($container.Id) docker"
        $found.Path | Should -Be "/proc/$($container.State.Pid)/ns/net"
    }

    It '4.1: moves a tunnel into the container' {
        Invoke-Guide 'Move the tunnel into the container'
        Get-LinkName $a | Should -Be 'eth0', 'lo'
        $link = Get-ContainerLink client1 geneve1
        $link | Get-TunnelText | Should -Be '1000 10.0.0.250 6082'
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
        $neighbor = $shown | Select-Type Neighbor | Where-Object { "$($_.Address)" -eq '12.200.1.2' }
        "$($neighbor.LinkLayerAddress) $($neighbor.Link)" | Should -Be "$own geneve1"
        $mac = (Get-ContainerLink client1 geneve1).address
        $entry = $shown | Select-Type BridgeFdbEntry
        "$($entry.LinkLayerAddress) $($entry.Port) $($entry.PortNumber)" | Should -Be "$mac geneve1 1"
        (& ip netns exec $b brctl showmacs br0) -match "$mac\s+no" | Should -HaveCount 1
        (& ip netns exec $b arp -n) -match "^169\.254\.67\.1\s+ether\s+$mac\s" | Should -HaveCount 1
    }

    It '5: gets no answer, not even to ARP, without the way back' {
        Invoke-Guide 'Lose the way back'
        # What was learned before would hide it.
        Invoke-InContainer client1 ip neigh flush all
        & ip -n $b neigh flush all
        $capture = Start-Program ip 'netns', 'exec', $b, 'timeout', '4', 'tcpdump', '-i', 'br0', '-nn', '-l', 'arp or icmp'
        do { $line = $capture.StandardError.ReadLine() } until ($null -eq $line -or $line -match 'listening on')
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
        $route = Invoke-Guide 'Restore the way back'
        "$($route.Type)" | Should -Be 'Local'
        (Get-IpJson -n $b route show 169.254.67.1).dev | Should -Be 'br0'
        Test-ContainerPing client1 12.200.1.2 | Should -BeTrue
        Invoke-Guide 'Take the tunnel out of the container'
        Invoke-InContainer client1 ip -o link | Should -HaveCount 1
    }

    It '4.2: joins the container to the bridge, where the firewall stops it' {
        $shown = Invoke-Guide 'Build host a step by step'
        ($shown | Select-Type BridgeNetfilter).Iptables | Should -BeTrue
        foreach ($port in 'geneve1', 'veth-host') { (Get-IpLink $a $port).master | Should -Be 'br0' }
        $link = Get-ContainerLink client1 veth-client1
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

    It '4.2: is answered without the rule when bridged packets bypass the firewall' {
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
        Invoke-InContainer client1 arp -n | Select-String '^169\.254\.175\.253\s' | Should -Match 'ether\s+52:7d:b1:92:5a:0f\s+CM'

        # The far end drops packets to a MAC address that is not its own.
        Set-StaticNeighbor 169.254.175.253 52:7d:b1:92:5a:10 veth-client1 -Container client1
        Test-Silence client1 12.200.1.2 | Should -BeTrue
        Set-StaticNeighbor 169.254.175.253 52:7d:b1:92:5a:0f veth-client1 -Container client1

        Invoke-InContainer client1 ip neigh flush all
        & ip -n $b neigh flush all
        $capture = Start-Capture $a eth0 (Get-Filter 6082) 4
        Test-ContainerPing client1 12.200.1.2 | Should -BeTrue
        $seen = Receive-Capture $capture
        # A ping is 98 bytes and the Geneve header 8; ARP would be 42 and the header.
        [regex]::Matches($seen, 'UDP, length (\d+)').ForEach{ $_.Groups[1].Value } | Should -Be '106', '106', '106', '106'
    }

    It '4.2: builds all of host a in one pipeline of at most six lines' {
        Invoke-Guide 'Take host a down'
        Get-LinkName $a | Should -Be 'eth0', 'lo'
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
        Get-IpLink $a geneve1 | Get-TunnelText | Should -Be '1000 10.0.0.250 6082'
        & ip netns exec $a iptables-legacy -S FORWARD | Should -Be '-P FORWARD DROP', '-A FORWARD -i br0 -o br0 -j ACCEPT'
        $link = Get-ContainerLink client1 veth-client1
        "$($link.addr_info[0].local)/$($link.addr_info[0].prefixlen)" | Should -Be '169.254.67.1/16'
        Invoke-InContainer client1 ip route show default | Should -Match '^default via 169\.254\.175\.253 dev veth-client1'
        Invoke-InContainer client1 arp -n | Where-Object { $_ -match '^169\.254\.175\.253\s' } | Should -Match '52:7d:b1:92:5a:0f\s+CM'
        Test-ContainerPing client1 12.200.1.2 | Should -BeTrue
    }

    It '4.2: leaves nothing behind' {
        Invoke-Guide 'Take both hosts down'
        foreach ($one in $a, $b) { Get-LinkName $one | Should -Be 'eth0', 'lo' }
        & ip netns exec $a iptables-legacy -S FORWARD | Should -Be '-P FORWARD DROP'
    }

    It '4.3: tells containers with equal addresses apart by the port of their tunnels' {
        $null = Invoke-Guide 'Start three more containers'
        Invoke-Guide 'Give each pair a tunnel'
        foreach ($one in @(
                @{ Container = 'client1'; Address = '169.254.175.252'; Port = 6081 }
                @{ Container = 'client2'; Address = '169.254.175.252'; Port = 6082 }
                @{ Container = 'peer1'; Address = '169.254.177.252'; Port = 6081 }
                @{ Container = 'peer2'; Address = '169.254.177.252'; Port = 6082 }
            )) {
            $link = Get-ContainerLink $one.Container geneve1
            $data = $link.linkinfo.info_data
            "$($link.addr_info[0].local) $($data.id) $($data.port)" | Should -Be "$($one.Address) 1000 $($one.Port)"
        }

        "$(Invoke-Guide 'Try both pairs')" | Should -Match '2 received, 0% packet loss.*2 received, 0% packet loss'

        # At the same time, each on its own port: the packets of a container reach its peer only.
        $captures = 6081, 6082 | ForEach-Object { Start-Capture $b eth0 (Get-Filter $_ $icmp) 8 }
        $pings = 'client1', 'client2' | ForEach-Object {
            $inside = '--target', (Get-DockerContainer $_).State.Pid, '--net', '--'
            Start-Program nsenter ($inside + 'ping', '-n', '-q', '-c', '4', '-i', '0.3', '-W', '2', '169.254.177.252')
        }
        foreach ($ping in $pings) { $ping.StandardOutput.ReadToEnd() | Should -Match '4 received, 0% packet loss' }
        foreach ($capture in $captures) { [regex]::Matches((Receive-Capture $capture), 'ICMP echo|UDP, length 106') | Should -HaveCount 8 }
    }

    It '4.3.1: needs no ARP in the container with a network of two addresses' {
        Invoke-Guide 'Set the far MAC address by hand'
        (Get-ContainerLink client1 geneve1).addr_info.prefixlen | Should -Contain 31
        Invoke-InContainer client1 ip route show default | Should -Match '^default via 169\.254\.175\.253 dev geneve1'
        (Get-ContainerLink peer1 geneve1).address | Should -Be '1e:53:8a:c3:1a:be'

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
        foreach ($one in $a, $b) { Get-LinkName $one | Should -Be 'eth0', 'lo' }
        $done | Should -Be @(Get-Step -WithContainer)
    }
}
