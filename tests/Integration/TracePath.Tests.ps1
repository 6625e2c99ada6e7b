# What a trace tells is held against tcpdump; and how both cmdlets behave with a far host, with Ctrl-C and without privileges.

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Common.psm1'))
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'PathFaults.psm1')) -Force

    # The places of a message, in order: "c/geneve1/Out".
    function Get-Way ($Hops, $Path, $Message) {
        $letters = @{}
        foreach ($letter in $Path.Places.Keys) { $letters[$Path.Places[$letter]] = $letter }
        $Hops | Where-Object { "$($_.Message)" -eq $Message } | ForEach-Object { "$($letters[$_.Namespace])/$($_.Interface)/$($_.Direction)" }
    }
}

Describe 'Trace-GenevePath' -Tag Geneve {
    It 'shows the steps of the guide: a container with the tunnel in it, a bridge at the far end (section 4.1.1)' {
        $path = New-TestPath moved
        try {
            $arguments = Get-PathArgument $path
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
            foreach ($hop in $hops | Where-Object Interface -eq br0) {
                $seen | Should -BeLike "*$($hop.SourceMac) > $($hop.DestinationMac), *"
            }

            $outer = @($hops | Where-Object { $_.IsEncapsulated -and "$($_.Message)" -eq 'EchoRequest' })
            $outer.Outer | Should -Match '^10\.0\.0\.251:\d+ > 10\.0\.0\.250:6082$'
            $outer.Vni | Should -Be 1000, 1000
            "$($hops[3])" | Should -BeLike "*port 1 of br0, which learns $($hops[0].SourceMac) there"
        }
        finally { Remove-TestPath $path }
    }

    It 'shows a container behind a bridge (section 4.2), in a table and as a diagram' {
        $path = New-TestPath container
        try {
            $arguments = Get-PathArgument $path
            $hops = @(Trace-GenevePath @arguments)
            Get-Way $hops $path EchoRequest | Should -Be 'C/veth-client1/Out', 'A/veth-host/In', 'A/geneve1/Out', 'A/eth0/Out', 'B/eth0/In', 'B/geneve1/In', 'B/br0/In'
            Get-Way $hops $path EchoReply | Should -Be 'B/br0/Out', 'B/geneve1/Out', 'B/eth0/Out', 'A/eth0/In', 'A/geneve1/In', 'A/veth-host/Out', 'C/veth-client1/In'

            $table = ($hops | Out-String -Width 80) -split "`n"
            ($table | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual 80
            "$table" | Should -Match '# +ms +Netns +Interface +Dir +What happens'

            $diagram = (Trace-GenevePath @arguments -AsMermaid) -split "`n"
            $diagram[0] | Should -Be 'sequenceDiagram'
            @($diagram | Where-Object { $_ -like '*participant *' }).Count | Should -BeGreaterOrEqual 7
            # From the far tunnel to the far bridge, by whatever names the diagram has for them.
            $names = foreach ($link in 'geneve1', 'br0') { @($diagram | Where-Object { $_ -match "participant (\w+) as $($path.Places.B) $link$" } | ForEach-Object { $Matches[1] }) }
            $names.Count | Should -Be 2
            @($diagram | Where-Object { $_ -match "^    $($names[0])->>$($names[1]): .*ICMP echo request" }).Count | Should -Be 1
        }
        finally { Remove-TestPath $path }
    }

    It 'shows where it ends, and why' {
        $path = New-TestPath direct
        try {
            $arguments = Get-PathArgument $path
            Invoke-OnPath $path 'ip netns exec $B iptables-legacy -A INPUT -p udp --dport 6081 -j DROP'
            $hops = @(Trace-GenevePath @arguments)
            "$($hops[-1])" | Should -BeLike 'It ends here. UnderlayFirewallIn: *iptables*'
            $last = $hops[-2]
            "$($last.Interface) $($last.Direction) $($last.IsEncapsulated) $($last.End)" | Should -Be 'eth0 In True Far'
        }
        finally { Remove-TestPath $path }
    }

    It 'shows IPv6 with its neighbor discovery' {
        $path = New-TestPath ipv6
        try {
            $arguments = Get-PathArgument $path
            $hops = @(Trace-GenevePath @arguments)
            Get-Way $hops $path NearAsks | Should -Be 'A/geneve0/Out', 'A/eth0/Out', 'B/eth0/In', 'B/geneve0/In'
            Get-Way $hops $path EchoReply | Should -Be 'B/geneve0/Out', 'B/eth0/Out', 'A/eth0/In', 'A/geneve0/In'
        }
        finally { Remove-TestPath $path }
    }
}

Describe 'Test-GenevePath' -Tag Geneve {
    It 'takes tunnels from the pipeline and by wildcard, and gives one verdict for each' {
        $path = New-TestPath direct
        try {
            $a = $path.Places.A
            & ip -n $a link add geneve9 type geneve id 9 remote 10.0.0.99
            $verdicts = @(Get-GeneveTunnel -Namespace $a | Test-GenevePath -Static)
            "$($verdicts.Name)" | Should -Be 'geneve0 geneve9'
            "$($verdicts.Cause)" | Should -Be 'None TunnelDown'
            @(Test-GenevePath geneve* -Namespace $a -Static).Count | Should -Be 2
            # A verdict leads on to the cmdlets that mend.
            $verdicts[1] | Set-Link -Up
            (Get-IpLink $a geneve9).flags | Should -Contain UP
        }
        finally { Remove-TestPath $path }
    }

    It 'reads in a few lines of 80 columns, with the remedy' {
        $path = New-TestPath direct
        try {
            $arguments = Get-PathArgument $path
            $healthy = (Test-GenevePath @arguments | Out-String -Width 80).Trim() -split "`n"
            # Colours are the terminal's; what is read is the same.
            $plain = $healthy -replace "`e\[[\d;]*m"
            $plain[0] | Should -Be "geneve0 in $($path.Places.A), VNI 1000 to 10.0.0.250:6081: PASSED"
            "$($plain[1..9])" | Should -Match '^  11\.200\.1\.1 > 11\.200\.2\.1, 3 of 3 replies, rtt [\d.]+/[\d.]+/[\d.]+ ms, MTU +1450 +in +1500'
            Invoke-OnPath $path 'ip -n $B route del 11.200.1.1'
            $broken = (Test-GenevePath @arguments | Out-String -Width 80) -replace "`e\[[\d;]*m"
            $broken | Should -Match 'FAILED, NoReturnRoute \(far\s+end\)'
            $broken | Should -Match "Remedy: .*Add-Route 11\.200\.1\.1 geneve0 -Namespace $($path.Places.B)"
        }
        finally { Remove-TestPath $path }
    }

    It 'says what cannot be tested: <Id>' -ForEach @(
        @{ Id = 'LinkNotFound'; Category = 'ObjectNotFound'; Name = 'missing' }
        @{ Id = 'NotATunnel'; Category = 'InvalidArgument'; Name = 'eth0' }
        @{ Id = 'ExternalTunnel'; Category = 'InvalidArgument'; Name = 'ext0' }
        @{ Id = 'DestinationUnknown'; Category = 'InvalidArgument'; Name = 'bare0'; Trace = $true }
    ) {
        $path = New-TestPath direct
        try {
            $a = $path.Places.A
            Invoke-IpBatch $a 'link add ext0 type geneve external dstport 7000', 'link add bare0 type geneve id 5 remote 10.0.0.250 dstport 7001', 'link set bare0 up'
            if ($_['Trace']) { Assert-Failure { Trace-GenevePath $Name -Namespace $a } $Id $Category $Name }
            else { Assert-Failure { Test-GenevePath $Name -Namespace $a } $Id $Category $Name }
            Assert-Failure { Test-GenevePath geneve0 -Namespace $a -DestinationNamespace $a } InvalidArgument InvalidArgument PeerNamespace
        }
        finally { Remove-TestPath $path }
    }

    It 'ends at once with Ctrl-C, and leaves no capture behind' {
        $path = New-TestPath direct
        $shell = $null
        try {
            Invoke-OnPath $path 'ip -n $B link del geneve0'
            $arguments = Get-PathArgument $path
            $shell = New-Shell -WithCmdlets 'param($with) Test-GenevePath @with -Timeout 60' $arguments
            $running = $shell.BeginInvoke()
            # It is in the middle of its probes when it watches.
            $deadline = [datetime]::UtcNow.AddSeconds(20)
            while ((& ip netns exec $path.Places.A cat /proc/net/packet | Measure-Object).Count -lt 2 -and [datetime]::UtcNow -lt $deadline) { [System.Threading.Thread]::Sleep(20) }
            (& ip netns exec $path.Places.A cat /proc/net/packet | Measure-Object).Count | Should -Be 2
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 5
            foreach ($one in $path.Places.A, $path.Places.B) { (& ip netns exec $one cat /proc/net/packet | Measure-Object).Count | Should -Be 1 }
        }
        finally {
            Remove-Shell $shell
            Remove-TestPath $path
        }
    }

    It 'without CAP_NET_RAW looks at kernel state, and says what is missing' {
        $path = New-TestPath direct
        try {
            $text = Invoke-Engine "`$v = Test-GenevePath geneve0 -Destination 11.200.2.1; `"`$(`$v.Mode) `$(`$v.Passed) `$(`$v.Sent) `$(`$v.Notes)`"" -Prefix 'ip', 'netns', 'exec', $path.Places.A, 'setpriv', '--inh-caps=-net_raw', '--bounding-set=-net_raw'
            $text | Should -BeLike 'State True 0 *CAP_NET_RAW*'
            Assert-Failure { throw (Invoke-Engine "try { Trace-GenevePath geneve0 -Destination 11.200.2.1 -ErrorAction Stop } catch { `"`$(`$_.FullyQualifiedErrorId)`" }" -Prefix 'ip', 'netns', 'exec', $path.Places.A, 'setpriv', '--inh-caps=-net_raw', '--bounding-set=-net_raw') } 'PermissionDenied' OperationStopped
        }
        finally { Remove-TestPath $path }
    }
}

Describe 'A far end on another host' -Tag Geneve {
    BeforeAll {
        $path = New-TestPath direct
        $folder = "/run/$(Get-TestName)"
        $null = [System.IO.Directory]::CreateDirectory($folder)
        # What New-PSSession takes for ssh starts the engine on the far "host": in its network namespace.
        $engine = (Get-EngineCommand | ForEach-Object { "'$_'" }) -join ' '
        [System.IO.File]::WriteAllText("$folder/ssh", "#!/bin/sh`nexec ip netns exec $($path.Places.B) $engine -NoLogo -NoProfile -SSHServerMode`n")
        & chmod +x "$folder/ssh"
        $searched = $env:PATH
        $env:PATH = "$folder`:$searched"
        try { $session = New-PSSession -HostName far }
        finally { $env:PATH = $searched }
        $module = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'GeneveNet.psd1'))
    }

    AfterAll {
        if ($session) { Remove-PSSession $session }
        Remove-TestPath $path
        [System.IO.Directory]::Delete($folder, $true)
    }

    It 'says when the module is not there' {
        Assert-Failure { Test-GenevePath geneve0 -Namespace $path.Places.A -PeerSession $session } PeerSessionFailed ConnectionError 'installed'
    }

    It 'is looked at through a session: healthy, broken, and traced' {
        Invoke-Command $session { param($module) Import-Module $module } -ArgumentList $module
        $verdict = Test-GenevePath geneve0 -Namespace $path.Places.A -PeerSession $session
        "$($verdict.Passed) $($verdict.Destination) $(@($verdict.Checks | Where-Object Status -eq Skipped).Count)" | Should -Be 'True 11.200.2.1 0'
        @($verdict.Sightings | Where-Object IsFar).Count | Should -BeGreaterThan 3

        Invoke-OnPath $path 'ip netns exec $B iptables-legacy -A INPUT -p udp --dport 6081 -j DROP'
        $verdict = Test-GenevePath geneve0 -Namespace $path.Places.A -PeerSession $session
        "$($verdict.Cause) $($verdict.End) $($verdict.RemedyHost)" | Should -Be "UnderlayFirewallIn Far $([System.Environment]::MachineName)"
        Invoke-OnPath $path 'ip netns exec $B iptables-legacy -F INPUT'

        Invoke-OnPath $path 'ip -n $B route del 11.200.1.1'
        $verdict = Test-GenevePath geneve0 -Namespace $path.Places.A -PeerSession $session -Destination 11.200.2.1
        "$($verdict.Cause) $($verdict.Remedy)" | Should -Be 'NoReturnRoute Add-Route 11.200.1.1 geneve0'
        # The remedy is for the far host.
        Invoke-Command $session ([scriptblock]::Create($verdict.Remedy))
        $hops = @(Trace-GenevePath geneve0 -Namespace $path.Places.A -PeerSession $session)
        "$($hops[-1])" | Should -BeLike '*the path works*'
        (& ip netns exec $path.Places.B cat /proc/net/packet | Measure-Object).Count | Should -Be 1
    }

    It 'passes on what fails there' {
        Assert-Failure { Test-GenevePath geneve0 -Namespace $path.Places.A -PeerSession $session -PeerNamespace nowhere } NamespaceNotFound ObjectNotFound 'far host', 'nowhere'
    }
}
