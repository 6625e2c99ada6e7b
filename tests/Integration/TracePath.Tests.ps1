# What a trace shows, compared with tcpdump; and how both cmdlets behave with a far host, with Ctrl-C and without privileges.

BeforeAll {
    foreach ($module in 'Common', 'TestPath', 'FarHost') { Import-Module "$PSScriptRoot/$module.psm1" }

    $module = Convert-Path "$PSScriptRoot/../../GeneveNet.psd1"

    # How many sockets capture in a namespace: the kernel lists them behind one line of headers.
    function Get-CaptureCount ($Namespace) { @(& ip netns exec $Namespace cat /proc/net/packet).Count - 1 }

    # The places of a message, in order: "C/geneve1/Out".
    function Get-Way ($Hops, $Path, $Message) {
        $letters = @{}
        foreach ($letter in $Path.Places.Keys) { $letters[$Path.Places[$letter]] = $letter }
        foreach ($hop in $Hops | Where-Object { "$($_.Message)" -eq $Message }) {
            "$($letters[$hop.Namespace])/$($hop.Interface)/$($hop.Direction)"
        }
    }
}

Describe 'Trace-GenevePath' -Tag Geneve {
    It 'shows the steps of the guide: a container with the tunnel in it, a bridge at the far end (section 4.1.1)' {
        Use-TestPath moved {
            param($path, $arguments)
            $capture = Start-Capture $path.Places.B br0 'arp or icmp' 4
            $hops = @(Trace-GenevePath @arguments)
            $seen = Receive-Capture $capture

            $there = 'C/geneve1/Out', 'A/eth0/Out', 'B/eth0/In', 'B/geneve1/In', 'B/br0/In'
            $back = 'B/br0/Out', 'B/geneve1/Out', 'B/eth0/Out', 'A/eth0/In', 'C/geneve1/In'
            Get-Way $hops $path NearAsks | Should -Be $there
            Get-Way $hops $path NearIsAnswered | Should -Be $back
            Get-Way $hops $path EchoRequest | Should -Be $there
            Get-Way $hops $path EchoReply | Should -Be $back
            $hops.Count | Should -Be 21
            $hops[-1].IsEnd | Should -BeTrue
            "$($hops[-1])" | Should -BeLike '*the path works*'
            for ($i = 1; $i -lt $hops.Count; $i++) { $hops[$i].Elapsed | Should -Not -BeLessThan $hops[$i - 1].Elapsed }

            # tcpdump on the bridge saw the same four messages with the same MAC addresses.
            foreach ($hop in $hops | Where-Object Interface -EQ br0) {
                $seen | Should -BeLike "*$($hop.SourceMac) > $($hop.DestinationMac), *"
            }

            $outer = @($hops | Where-Object { $_.IsEncapsulated -and "$($_.Message)" -eq 'EchoRequest' })
            $outer.Outer | Should -Match '^10\.0\.0\.251:\d+ > 10\.0\.0\.250:6082$'
            $outer.Vni | Should -Be 1000, 1000
            "$($hops[3])" | Should -BeLike "*port 1 of br0, which learns $($hops[0].SourceMac) there"
        }
    }

    It 'shows a container behind a bridge (section 4.2), in a table and as a diagram' {
        Use-TestPath container {
            param($path, $arguments)
            $hops = @(Trace-GenevePath @arguments)
            $there = 'C/veth-client1/Out', 'A/veth-host/In', 'A/geneve1/Out', 'A/eth0/Out', 'B/eth0/In', 'B/geneve1/In', 'B/br0/In'
            $back = 'B/br0/Out', 'B/geneve1/Out', 'B/eth0/Out', 'A/eth0/In', 'A/geneve1/In', 'A/veth-host/Out', 'C/veth-client1/In'
            Get-Way $hops $path EchoRequest | Should -Be $there
            Get-Way $hops $path EchoReply | Should -Be $back

            $table = ($hops | Out-String -Width 80) -split "`n"
            ($table | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual 80
            "$table" | Should -Match '# +ms +Netns +Interface +Dir +What happens'

            $diagram = (Trace-GenevePath @arguments -AsMermaid) -split "`n"
            $diagram[0] | Should -Be 'sequenceDiagram'
            @($diagram | Where-Object { $_ -like '*participant *' }).Count | Should -BeGreaterOrEqual 7
            # From the far tunnel to the far bridge, by whatever names the diagram has for them.
            $names = @(foreach ($link in 'geneve1', 'br0') {
                    foreach ($line in $diagram) { if ($line -match "participant (\w+) as $($path.Places.B) $link$") { $Matches[1] } }
                })
            $names.Count | Should -Be 2
            @($diagram | Where-Object { $_ -match "^    $($names[0])->>$($names[1]): .*ICMP echo request" }).Count | Should -Be 1
        }
    }

    It 'shows where it ends, and why' {
        Use-TestPath direct {
            param($path, $arguments)
            Invoke-OnPath $path 'ip netns exec $B iptables-legacy -A INPUT -p udp --dport 6081 -j DROP'
            $hops = @(Trace-GenevePath @arguments)
            "$($hops[-1])" | Should -BeLike 'It ends here. UnderlayFirewallIn: *iptables*'
            $last = $hops[-2]
            "$($last.Interface) $($last.Direction) $($last.IsEncapsulated) $($last.End)" | Should -Be 'eth0 In True Far'
        }
    }

    It 'shows IPv6 with its neighbor discovery' {
        Use-TestPath ipv6 {
            param($path, $arguments)
            $hops = @(Trace-GenevePath @arguments)
            Get-Way $hops $path NearAsks | Should -Be 'A/geneve0/Out', 'A/eth0/Out', 'B/eth0/In', 'B/geneve0/In'
            Get-Way $hops $path EchoReply | Should -Be 'B/geneve0/Out', 'B/eth0/Out', 'A/eth0/In', 'A/geneve0/In'
        }
    }
}

Describe 'Test-GenevePath' -Tag Geneve {
    It 'takes tunnels from the pipeline and by wildcard, and returns one verdict for each' {
        Use-TestPath direct {
            param($path)
            $a = $path.Places.A
            & ip -n $a link add geneve9 type geneve id 9 remote 10.0.0.99
            $verdicts = @(Get-GeneveTunnel -Namespace $a | Test-GenevePath -Static)
            "$($verdicts.Name)" | Should -Be 'geneve0 geneve9'
            "$($verdicts.Cause)" | Should -Be 'None TunnelDown'
            @(Test-GenevePath geneve* -Namespace $a -Static).Count | Should -Be 2
            # A verdict can be piped to the cmdlets that fix what it says.
            $verdicts[1] | Set-Link -Up
            (Get-IpLink $a geneve9).flags | Should -Contain UP
        }
    }

    It 'reads in a few lines of 80 columns, with the remedy' -Tag Container {
        Use-TestPath direct {
            param($path, $arguments)
            $healthy = (Test-GenevePath @arguments | Out-String -Width 80).Trim() -split "`n"
            # Colours are the terminal's; what is read is the same.
            $plain = $healthy -replace "`e\[[\d;]*m"
            $plain[0] | Should -Be "geneve0 in $($path.Places.A), VNI 1000 to 10.0.0.250:6081: PASSED"
            $expected = '^  11\.200\.1\.1 > 11\.200\.2\.1, 3 of 3 replies, rtt [\d.]+/[\d.]+/[\d.]+ ms, MTU +1450 +\(underlay +1500\)'
            "$($plain[1..9])" | Should -Match $expected
            Invoke-OnPath $path 'ip -n $B route del 11.200.1.1'
            $broken = (Test-GenevePath @arguments | Out-String -Width 80) -replace "`e\[[\d;]*m"
            $broken | Should -Match 'FAILED, NoReturnRoute \(far\s+end\)'
            $broken | Should -Match "Remedy: .*Add-Route 11\.200\.1\.1 geneve0 -Namespace $($path.Places.B)"
        }
    }

    It 'says what cannot be tested: <Id>' -ForEach @(
        @{ Id = 'LinkNotFound'; Category = 'ObjectNotFound'; Name = 'missing' }
        @{ Id = 'NotATunnel'; Category = 'InvalidArgument'; Name = 'eth0' }
        @{ Id = 'ExternalTunnel'; Category = 'InvalidArgument'; Name = 'ext0' }
        @{ Id = 'DestinationUnknown'; Category = 'InvalidArgument'; Name = 'bare0'; Trace = $true }
    ) {
        $trace = $_['Trace']
        Use-TestPath direct {
            param($path)
            $a = $path.Places.A
            Invoke-IpBatch $a @(
                'link add ext0 type geneve external dstport 7000'
                'link add bare0 type geneve id 5 remote 10.0.0.250 dstport 7001'
                'link set bare0 up'
            )
            if ($trace) { Assert-Failure { Trace-GenevePath $Name -Namespace $a } $Id $Category $Name }
            else { Assert-Failure { Test-GenevePath $Name -Namespace $a } $Id $Category $Name }
            Assert-Failure { Test-GenevePath geneve0 -Namespace $a -DestinationNamespace $a } InvalidArgument InvalidArgument PeerNamespace
        }
    }

    It 'ends at once with Ctrl-C, and leaves no capture behind' {
        Use-TestPath direct {
            param($path, $arguments)
            Invoke-OnPath $path 'ip -n $B link del geneve0'
            $shell = New-Shell -WithCmdlets 'param($with) Test-GenevePath @with -Timeout 60' $arguments
            try {
                $null = $shell.BeginInvoke()
                # It is in the middle of its probes when it watches.
                $deadline = [datetime]::UtcNow.AddSeconds(20)
                while ((Get-CaptureCount $path.Places.A) -lt 1 -and [datetime]::UtcNow -lt $deadline) { Start-Sleep -Milliseconds 20 }
                Get-CaptureCount $path.Places.A | Should -Be 1
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                $shell.Stop()
                $clock.Elapsed.TotalSeconds | Should -BeLessThan 5
                foreach ($namespace in $path.Places.A, $path.Places.B) { Get-CaptureCount $namespace | Should -Be 0 }
            }
            finally { Remove-Shell $shell }
        }
    }

    It 'without CAP_NET_RAW looks at kernel state, and says what is missing' {
        Use-TestPath direct {
            param($path)
            $unprivileged = 'ip', 'netns', 'exec', $path.Places.A, 'setpriv', '--inh-caps=-net_raw', '--bounding-set=-net_raw'
            $text = Invoke-Engine -Prefix $unprivileged -Text @'
                $verdict = Test-GenevePath geneve0 -Destination 11.200.2.1
                "$($verdict.Mode) $($verdict.Passed) $($verdict.Sent) $($verdict.Notes)"
'@
            $text | Should -BeLike 'State True 0 *CAP_NET_RAW*'
            $id = Invoke-Engine -Prefix $unprivileged -Text @'
                try { Trace-GenevePath geneve0 -Destination 11.200.2.1 -ErrorAction Stop }
                catch { $_.FullyQualifiedErrorId }
'@
            ($id -split ',')[0] | Should -Be PermissionDenied
        }
    }
}

Describe 'A far end on another host' -Tag Geneve {
    BeforeAll {
        $path = New-TestPath direct
        $far = Add-FarHost $path.Places.B
        $session = Connect-FarHost $far
        $tested = @{ Name = 'geneve0'; Namespace = $path.Places.A; PeerSession = $session }
    }

    AfterAll {
        if ($session) { Remove-PSSession $session }
        Remove-FarHost $far
        Remove-TestPath $path
    }

    It 'is reached over SSH, and has a name and a network of its own' {
        "$($session.Transport) $($session.State)" | Should -Be 'SSH Opened'
        $there = Invoke-Command $session { [System.Environment]::MachineName, (Get-Item /proc/self/ns/net).Target }
        $there | Should -Be $far.Name, (& ip netns exec $path.Places.B readlink /proc/self/ns/net)
    }

    It 'says when the module is not there' {
        Assert-Failure { Test-GenevePath @tested } PeerSessionFailed ConnectionError 'installed'
    }

    It 'is looked at through a session: healthy, broken, and traced' {
        Invoke-Command $session { Import-Module $using:module }
        $verdict = Test-GenevePath @tested
        $skipped = @($verdict.Checks | Where-Object Status -EQ Skipped)
        "$($verdict.Passed) $($verdict.Destination) $($skipped.Count)" | Should -Be 'True 11.200.2.1 0'
        @($verdict.Sightings | Where-Object IsFar).Count | Should -BeGreaterThan 3

        Invoke-OnPath $path 'ip netns exec $B iptables-legacy -A INPUT -p udp --dport 6081 -j DROP'
        $verdict = Test-GenevePath @tested
        "$($verdict.Cause) $($verdict.End) $($verdict.RemedyHost)" | Should -Be "UnderlayFirewallIn Far $($far.Name)"
        Invoke-OnPath $path 'ip netns exec $B iptables-legacy -F INPUT'

        Invoke-OnPath $path 'ip -n $B route del 11.200.1.1'
        $verdict = Test-GenevePath @tested -Destination 11.200.2.1
        "$($verdict.Cause) $($verdict.Remedy)" | Should -Be 'NoReturnRoute Add-Route 11.200.1.1 geneve0'
        # The remedy is for the far host.
        Invoke-Command $session ([scriptblock]::Create($verdict.Remedy))
        $hops = @(Trace-GenevePath @tested)
        "$($hops[-1])" | Should -BeLike '*the path works*'
        Get-CaptureCount $path.Places.B | Should -Be 0
    }

    It 'passes on what fails there' {
        $failing = { Test-GenevePath @tested -PeerNamespace nowhere }
        Assert-Failure $failing NamespaceNotFound ObjectNotFound 'far host', 'nowhere'
    }
}
