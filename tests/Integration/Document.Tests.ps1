# What the documents promise. README: the commands for a machine without PowerShell. The guide for Geneve: its setups, with its
# own addresses, VNI and ports, built with our cmdlets alone and judged by ping and tcpdump. A host is a network namespace, and
# so is a container.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
    $root = "$PSScriptRoot/../.."

    # Two hosts and the cable between them.
    function Add-TestHost {
        param([string] $A, [string] $B)
        $null = New-NetworkNamespace $A, $B
        $null = New-VethPair eth0 eth0 -Namespace $A -PeerNamespace $B -Address 10.0.0.251/24 -PeerAddress 10.0.0.250/24 -Up
    }

    # The inner packet is IPv4: the type in the inner Ethernet header, after 8 bytes of UDP, 8 of Geneve, and two MAC addresses.
    $innerIPv4 = 'udp[28:2] = 0x0800'

    # One ping that is not expected to be answered.
    function Test-Silence {
        param([string] $Namespace, [string] $Destination)
        $null = & ip netns exec $Namespace ping -n -q -c 1 -W 0.5 $Destination
        $LASTEXITCODE -eq 1
    }
}

Describe 'README' -Tag NoKernel {
    It 'has the command that continuous integration runs, and the same for the demo' {
        $commands = Get-Content "$root/README.md" | Where-Object { $_ -like 'dotnet *' } | ForEach-Object { ($_ -split '\s+#')[0] }
        $test = (Get-Content "$root/.ci/run" | Select-Object -Last 1) -replace '\bexec '
        $commands | Should -Be ($test -replace 'Test$', 'Demo'), $test
    }
}

Describe 'Two hosts, one tunnel (section 2)' -Tag Geneve, Container {
    BeforeAll {
        $a = Get-TestName
        $b = Get-TestName
        Add-TestHost $a $b

        $null = New-GeneveTunnel geneve0 -Vni 1000 -Remote 10.0.0.250 -Namespace $a | Set-Link -Up
        Add-LinkAddress 11.200.1.1/32 geneve0 -Namespace $a
        Add-Route 11.200.2.1/32 geneve0 -Namespace $a

        # The same in one step.
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
            [regex]::Matches($seen, "$pair`: .*Geneve, Flags \[none\], vni 0x3e8, proto TEB \(0x6558\)") | Should -HaveCount 2
        }
        foreach ($line in @(
                '11.200.2.1 > 11.200.1.1: ICMP echo request', '11.200.1.1 > 11.200.2.1: ICMP echo reply'
                '11.200.1.1 > 11.200.2.1: ICMP echo request', '11.200.2.1 > 11.200.1.1: ICMP echo reply'
            )) {
            $seen | Should -BeLike "*$line*"
        }
    }

    It 'gets no reply without the way back' {
        Remove-Route 11.200.1.1/32 geneve0 -Namespace $b -Confirm:$false
        Test-Silence $a 11.200.2.1 | Should -BeTrue
        Add-Route 11.200.1.1/32 geneve0 -Namespace $b
        Test-Ping $a 11.200.2.1 -Count 1 | Should -BeTrue
    }

    It 'gets no reply while the VNIs differ' {
        $null = New-GeneveTunnel geneve0 -Vni 1001 -Remote 10.0.0.251 -Address 11.200.2.1/32 -Up -Namespace $b -Force
        Add-Route 11.200.1.1/32 geneve0 -Namespace $b
        Test-Silence $a 11.200.2.1 | Should -BeTrue
    }
}

Describe 'Two containers on each host, one VNI, two ports (section 4.3)' -Tag Geneve {
    BeforeAll {
        $a = Get-TestName
        $b = Get-TestName
        Add-TestHost $a $b
        $client1, $client2, $client3, $client4 = 1..4 | ForEach-Object { Get-TestName }

        $containers = @(
            @{ On = $a; Remote = '10.0.0.250'; Port = 6081; Container = $client1; Address = '169.254.175.252/32' }
            @{ On = $a; Remote = '10.0.0.250'; Port = 6082; Container = $client2; Address = '169.254.176.252/32' }
            @{ On = $b; Remote = '10.0.0.251'; Port = 6081; Container = $client3; Address = '169.254.177.252/32' }
            @{ On = $b; Remote = '10.0.0.251'; Port = 6082; Container = $client4; Address = '169.254.178.252/32' }
        )
        foreach ($one in $containers) {
            $null = New-NetworkNamespace $one.Container
            $null = New-GeneveTunnel geneve1 -Vni 1000 -Remote $one.Remote -Port $one.Port -Namespace $one.On |
                Move-LinkToNamespace -Namespace $one.Container -PassThru |
                Set-Link -Up -PassThru |
                Add-LinkAddress -Address $one.Address
            Add-Route default geneve1 -Namespace $one.Container
        }
    }

    AfterAll {
        Remove-NetworkNamespace $a, $b, $client1, $client2, $client3, $client4 -Confirm:$false
    }

    It 'leaves no tunnel on the hosts' {
        foreach ($one in $a, $b) { (Get-IpJson -n $one link).ifname | Should -Be 'lo', 'eth0' }
        foreach ($one in $client1, $client2, $client3, $client4) { (Get-IpJson -n $one link).ifname | Should -Be 'lo', 'geneve1' }
    }

    It 'answers the pings of both pairs at once, told apart by the port alone' {
        $capture = Start-Capture $a eth0 "udp and $innerIPv4" 8
        $ping = 'ping', '-n', '-c', '2', '-i', '0.2', '-W', '2'
        $first = Start-Program ip (@('netns', 'exec', $client1) + $ping + '169.254.177.252')
        $second = Start-Program ip (@('netns', 'exec', $client2) + $ping + '169.254.178.252')
        foreach ($program in $first, $second) {
            $output = $program.StandardOutput.ReadToEnd()
            $program.WaitForExit()
            $output | Should -BeLike '* 2 received, 0% packet loss*'
            $program.Dispose()
        }

        # tcpdump decodes Geneve on its default port only; on the other one it shows UDP.
        $seen = Receive-Capture $capture
        foreach ($port in 6081, 6082) {
            [regex]::Matches($seen, "10.0.0.251.\d+ > 10.0.0.250.$port`:") | Should -HaveCount 2
            [regex]::Matches($seen, "10.0.0.250.\d+ > 10.0.0.251.$port`:") | Should -HaveCount 2
        }
        $seen | Should -BeLike '*vni 0x3e8*'
    }

    It 'does not let one pair reach the other' {
        Test-Silence $client1 169.254.178.252 | Should -BeTrue
    }

    It 'reports which tunnel has the port when it was moved to another namespace' {
        $again = @{ Name = 'again'; Vni = 1000; Remote = '10.0.0.250'; Port = 6082; Namespace = $a }
        Assert-Failure { New-GeneveTunnel @again } TunnelBusy ResourceBusy "'geneve1' in network namespace '$client2'"
    }
}
