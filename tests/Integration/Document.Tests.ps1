# The setups that the guide for Geneve describes, with its own addresses, VNI and ports: built with our cmdlets alone and
# judged by ping and tcpdump. A host is a network namespace, and so is a container.

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Common.psm1'))

    # Two hosts and the cable between them.
    function New-TestHost ($A, $B) {
        $null = New-NetworkNamespace $A, $B
        $null = New-VethPair eth0 eth0 -Namespace $A -PeerNamespace $B -Address 10.0.0.251/24 -PeerAddress 10.0.0.250/24 -Up
    }

    # The inner packet is an IPv4 one: the type of the inner Ethernet header, behind 8 bytes UDP, 8 Geneve, and two addresses.
    $innerIPv4 = 'udp[28:2] = 0x0800'
}

Describe 'Two hosts, one tunnel (section 2)' -Tag Geneve {
    BeforeAll {
        $a = Get-TestName
        $b = Get-TestName
        New-TestHost $a $b

        $null = New-GeneveTunnel geneve0 -Vni 1000 -Remote 10.0.0.250 -Namespace $a | Set-Link -Up
        Add-LinkAddress geneve0 11.200.1.1/32 -Namespace $a
        Add-Route 11.200.2.1/32 geneve0 -Namespace $a

        # The same in one step, with what a tunnel needs.
        $null = New-GeneveTunnel geneve0 -Vni 1000 -Remote 10.0.0.251 -Address 11.200.2.1/32 -Up -Namespace $b
        Add-Route 11.200.1.1/32 geneve0 -Namespace $b
    }

    AfterAll {
        Remove-NetworkNamespace $a, $b -Confirm:$false
    }

    It 'is set up as the guide does it with ip' {
        $data = (Get-IpLink $a geneve0).linkinfo.info_data
        "$($data.id) $($data.remote) $($data.port)" | Should -Be '1000 10.0.0.250 6081'
        Get-IpAddress $a geneve0 | Should -Be '11.200.1.1/32'
        $route = Get-IpJson -n $a route show 11.200.2.1
        "$($route.dev) $($route.scope)" | Should -Be 'geneve0 link'
    }

    It 'answers pings both ways, and the wire carries Geneve' {
        $capture = Start-Capture $a eth0 "udp port 6081 and $innerIPv4" 4
        Test-Ping $b 11.200.1.1 -Count 1 | Should -BeTrue
        Test-Ping $a 11.200.2.1 -Count 1 | Should -BeTrue
        $seen = Receive-Capture $capture
        foreach ($pair in '10.0.0.250.\d+ > 10.0.0.251.6081', '10.0.0.251.\d+ > 10.0.0.250.6081') {
            ([regex]::Matches($seen, "$pair`: .*Geneve, Flags \[none\], vni 0x3e8, proto TEB \(0x6558\)")).Count | Should -Be 2
        }
        foreach ($line in '11.200.2.1 > 11.200.1.1: ICMP echo request', '11.200.1.1 > 11.200.2.1: ICMP echo reply',
            '11.200.1.1 > 11.200.2.1: ICMP echo request', '11.200.2.1 > 11.200.1.1: ICMP echo reply') {
            $seen | Should -BeLike "*$line*"
        }
    }

    It 'is silent without the way back' {
        Remove-Route 11.200.1.1/32 geneve0 -Namespace $b -Confirm:$false
        & ip netns exec $a ping -n -q -c 1 -W 0.5 11.200.2.1 > $null
        $LASTEXITCODE | Should -Be 1
        Add-Route 11.200.1.1/32 geneve0 -Namespace $b
        Test-Ping $a 11.200.2.1 -Count 1 | Should -BeTrue
    }

    It 'is silent while the VNIs differ' {
        $null = New-GeneveTunnel geneve0 -Vni 1001 -Remote 10.0.0.251 -Address 11.200.2.1/32 -Up -Namespace $b -Force
        Add-Route 11.200.1.1/32 geneve0 -Namespace $b
        & ip netns exec $a ping -n -q -c 1 -W 0.5 11.200.2.1 > $null
        $LASTEXITCODE | Should -Be 1
    }
}

Describe 'Two containers on each host, one VNI, two ports (section 4.3)' -Tag Geneve {
    BeforeAll {
        $a = Get-TestName
        $b = Get-TestName
        New-TestHost $a $b
        $client1 = Get-TestName
        $client2 = Get-TestName
        $client3 = Get-TestName
        $client4 = Get-TestName

        $containers = @(
            [pscustomobject]@{ On = $a; Remote = '10.0.0.250'; Port = 6081; Container = $client1; Address = '169.254.175.252/32' }
            [pscustomobject]@{ On = $a; Remote = '10.0.0.250'; Port = 6082; Container = $client2; Address = '169.254.176.252/32' }
            [pscustomobject]@{ On = $b; Remote = '10.0.0.251'; Port = 6081; Container = $client3; Address = '169.254.177.252/32' }
            [pscustomobject]@{ On = $b; Remote = '10.0.0.251'; Port = 6082; Container = $client4; Address = '169.254.178.252/32' }
        )
        foreach ($one in $containers) {
            $null = New-NetworkNamespace $one.Container
            $null = New-GeneveTunnel geneve1 -Vni 1000 -Remote $one.Remote -Port $one.Port -Namespace $one.On |
                Move-LinkToNamespace -Namespace $one.Container -PassThru | Set-Link -Up -PassThru | Add-LinkAddress -Address $one.Address
            Add-Route default geneve1 -Namespace $one.Container
        }
    }

    AfterAll {
        Remove-NetworkNamespace $a, $b, $client1, $client2, $client3, $client4 -Confirm:$false
    }

    It 'leaves no tunnel with the hosts' {
        foreach ($one in $a, $b) { (Get-IpJson -n $one link).ifname | Should -Be 'lo', 'eth0' }
        foreach ($one in $client1, $client2, $client3, $client4) { (Get-IpJson -n $one link).ifname | Should -Be 'lo', 'geneve1' }
    }

    It 'answers the pings of both pairs at once, told apart by the port alone' {
        $capture = Start-Capture $a eth0 "udp and $innerIPv4" 8
        $first = Start-Program ip 'netns', 'exec', $client1, 'ping', '-n', '-c', '2', '-i', '0.2', '-W', '2', '169.254.177.252'
        $second = Start-Program ip 'netns', 'exec', $client2, 'ping', '-n', '-c', '2', '-i', '0.2', '-W', '2', '169.254.178.252'
        foreach ($ping in $first, $second) {
            $said = $ping.StandardOutput.ReadToEnd()
            $ping.WaitForExit()
            $said | Should -BeLike '* 2 received, 0% packet loss*'
            $ping.Dispose()
        }

        # tcpdump knows Geneve by its own port only; on the other the packet is plain UDP to it, and its VNI is in the bytes.
        $seen = Receive-Capture $capture
        foreach ($port in 6081, 6082) {
            ([regex]::Matches($seen, "10.0.0.251.\d+ > 10.0.0.250.$port`:")).Count | Should -Be 2
            ([regex]::Matches($seen, "10.0.0.250.\d+ > 10.0.0.251.$port`:")).Count | Should -Be 2
        }
        $seen | Should -BeLike '*vni 0x3e8*'
    }

    It 'does not let one pair reach the other' {
        & ip netns exec $client1 ping -n -q -c 1 -W 0.5 169.254.178.252 > $null
        $LASTEXITCODE | Should -Be 1
    }

    It 'keeps the ports of moved tunnels taken, and says by whom' {
        Assert-Failure { New-GeneveTunnel again -Vni 1000 -Remote 10.0.0.250 -Port 6082 -Namespace $a } TunnelBusy ResourceBusy "'geneve1' in network namespace '$client2'"
    }
}
