# What the small kernel cannot show: nftables, drop_monitor, two processors. Runs in the kernel that Debian's users run; see
# tests/Kernel. One boot and one process are shared, and starting a program is slow there: a few tests that each show much.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
    Import-Module "$PSScriptRoot/TestPath.psm1" -Force
    $ConfirmPreference = 'None'
    $manifest = Convert-Path "$PSScriptRoot/../../GeneveNet.psd1"

    # The outer packets whose inner packet is an IPv4 one: the type of the inner Ethernet header, behind 8 bytes UDP, 8 Geneve
    # and two addresses.
    $innerIPv4 = 'udp port 6081 and udp[28:2] = 0x0800'
}

Describe 'The stock kernel' -Tag Stock {
    It 'is a kernel of Debian with two processors' {
        "$(& uname -r)" | Should -Match '^\d+\.\d+\.\d+.*-cloud-amd64$'
        [System.Environment]::ProcessorCount | Should -BeGreaterThan 1
    }

    It 'loads on first use: <_>' -ForEach @(
        'nft add table inet t'
        'iptables-nft -P FORWARD DROP'
        'tc qdisc add dev lo root netem loss 1%'
        'tc qdisc add dev lo clsact && tc filter add dev lo ingress matchall action drop'
        'ip link add type vrf table 100'
        'ip link add port type dummy && ip link add link port name port.7 type vlan id 7'
    ) {
        $said = & unshare --net sh -ec $_ 2>&1
        $LASTEXITCODE | Should -Be 0 -Because "$said"
    }

    It 'has the module <_>' -ForEach 'drop_monitor', 'openvswitch', 'br_netfilter' {
        & modprobe $_
        "/sys/module/$_" | Should -Exist
    }
}

Describe 'Two hosts on the stock kernel' -Tag Stock {
    It 'shows the demo' {
        & "$PSScriptRoot/../../docs/demo/TwoHosts.ps1" -Count 2
        $LASTEXITCODE | Should -Be 0
    }

    Context 'with a tunnel over <Version>' -ForEach @(
        @{ Version = 'IPv4'; Near = '10.0.0.251'; Far = '10.0.0.250'; Length = 24; Inner = 'udp port 6081 and udp[28:2] = 0x0800' }
        # libpcap counts from the header of IPv6 here: 40 bytes more, and 8 of UDP.
        @{ Version = 'IPv6'; Near = 'fd00::251'; Far = 'fd00::250'; Length = 64; Inner = 'ip6 and udp port 6081 and ip6[68:2] = 0x0800' }
    ) {
        BeforeAll {
            $a, $b = (Get-TestName), (Get-TestName)
            $null = New-NetworkNamespace $a, $b
            $null = New-VethPair eth0 eth0 -Namespace $a -PeerNamespace $b -Address "$Near/$Length" -PeerAddress "$Far/$Length" -Up
            $null = New-GeneveTunnel geneve0 -Vni 1000 -Remote $Far -Address 11.200.1.1/24 -Up -Namespace $a
            $null = New-GeneveTunnel geneve0 -Vni 1000 -Remote $Near -Address 11.200.1.2/24 -Up -Namespace $b
            # The address of the cable is tentative for a second or two, where it is one of IPv6.
            $null = Test-Ping $a 11.200.1.2 -Count 5
        }

        AfterAll {
            Remove-TestNamespace $a, $b
        }

        It 'is what ip sees, with the MTU that fits' {
            $link = Get-IpLink $a geneve0
            $data = $link.linkinfo.info_data
            "$($data.id) $($data.remote)$($data.remote6) $($data.port)" | Should -Be "1000 $Far 6081"
            $link.mtu | Should -Be (Get-GeneveTunnel geneve0 -Namespace $a).Mtu
        }

        It 'answers pings, and the wire carries Geneve' {
            $capture = Start-Capture $a eth0 $Inner 2
            Test-Ping $a 11.200.1.2 -Count 1 | Should -BeTrue
            $seen = Receive-Capture $capture
            ([regex]::Matches($seen, 'Geneve, Flags \[none\], vni 0x3e8')).Count | Should -Be 2
            foreach ($line in '11.200.1.1 > 11.200.1.2: ICMP echo request', '11.200.1.2 > 11.200.1.1: ICMP echo reply') {
                $seen | Should -BeLike "*$line*"
            }
        }
    }
}

Describe 'A container behind a bridge, and a firewall of nftables' -Tag Stock {
    BeforeAll {
        $path = New-TestPath container
        $host1, $container = $path.Places.A, $path.Places.C
        Invoke-OnPath $path @'
ip netns exec $A sysctl -qw net.bridge.bridge-nf-call-iptables=1
ip netns exec $A iptables-nft -P FORWARD DROP
'@
        function Get-Ruleset { (& ip netns exec $host1 nft list ruleset 2>$null) -join "`n" }
        $accepts = 'iifname "br0" oifname "br0" counter packets \d+ bytes \d+ accept'
    }

    AfterAll {
        Remove-TestPath $path
    }

    It 'lets nothing through at first' {
        Get-Ruleset | Should -Match 'hook forward priority filter; policy drop;'
        Test-Ping $container 12.200.1.2 -Count 1 | Should -BeFalse
    }

    It 'lets the packets of the bridge through after Add-BridgeForwardRule' {
        (Add-BridgeForwardRule br0 -PassThru -Namespace $host1).Backend | Should -Be Nft
        Get-Ruleset | Should -Match $accepts
        Test-Ping $container 12.200.1.2 -Count 1 | Should -BeTrue
    }

    It 'has one rule and one tunnel of six sessions that make them at once' {
        Get-BridgeForwardRule -Namespace $host1 | Remove-BridgeForwardRule
        $ready, $go = [System.Threading.CountdownEvent]::new(6), [System.Threading.ManualResetEventSlim]::new()
        $text = 'param($ready, $go, $ns) $null = $ready.Signal(); $go.Wait()
            Add-BridgeForwardRule br0 -Namespace $ns; New-GeneveTunnel race 77 192.0.2.7 -Up -IfNotExists -Namespace $ns'
        $shells = 1..6 | ForEach-Object { New-Shell $text $ready, $go, $host1 -WithCmdlets }
        try {
            $running = $shells | ForEach-Object { $_.BeginInvoke() }
            $ready.Wait(120000) | Should -BeTrue
            $go.Set()
            $made = foreach ($number in 0..5) { $shells[$number].EndInvoke($running[$number]) }
            $shells.Streams.Error | Should -BeNullOrEmpty
        }
        finally { foreach ($shell in $shells) { Remove-Shell $shell } }
        $made.Index | Should -Be (@((Get-IpLink $host1 race).ifindex) * 6)
        & ip -n $host1 link del race
        [regex]::Matches((Get-Ruleset), $accepts).Count | Should -Be 1
    }

    It 'stops them again after Remove-BridgeForwardRule' {
        Get-BridgeForwardRule -Namespace $host1 | Remove-BridgeForwardRule
        Get-Ruleset | Should -Not -Match $accepts
        Test-Ping $container 12.200.1.2 -Count 1 | Should -BeFalse
    }
}

Describe 'A capture on the stock kernel' -Tag Stock {
    BeforeAll {
        $path = New-TestPath direct
        $folder = New-Item "/run/$(Get-TestName)" -ItemType Directory
        $judge = "$folder/judge.pcap"
        $a = $path.Places.A

        # tcpdump sees all pings; our capture begins in between and ends after six packets.
        $tcpdump = Start-Program ip 'netns', 'exec', $a, 'tcpdump', '-i', 'eth0', '-U', '-w', $judge, $innerIPv4
        while ($null -ne ($line = $tcpdump.StandardError.ReadLine()) -and $line -notmatch 'listening on') { }
        $ping = Start-Program ip 'netns', 'exec', $a, 'ping', '-n', '-q', '-i', '0.5', '11.200.2.1'
        $packets = @(Watch-GenevePacket eth0 -Namespace $a -Vni 1000 -Timeout 30 |
                Where-Object { $_.Inner.Summary -like 'IP 11.*' } | Select-Object -First 6)
        Start-Sleep 1
        Stop-Program $ping
        Stop-Program $tcpdump
        $lines = & tcpdump -nn -r $judge 2>$null | ForEach-Object { $_ -replace '^.*(?=IP 11\.)' }
    }

    AfterAll {
        Remove-TestPath $path
        Remove-Item $folder -Recurse -Force # tcpdump writes as a user of its own
    }

    It 'has the packets that tcpdump has, in order' {
        $packets.Count | Should -Be 6
        $first = [array]::IndexOf([string[]]$lines, $packets[0].Inner.Summary)
        $first | Should -BeGreaterOrEqual 0
        $lines[$first..($first + 5)] | Should -Be $packets.Inner.Summary
    }

    It 'is a file that tcpdump reads, and is the same when it is read again' {
        $packets | Export-GeneveCapture "$folder/ours.pcapng"
        & tcpdump -nn -r "$folder/ours.pcapng" 2>$null | ForEach-Object { $_ -replace '^.*(?=IP 11\.)' } | Should -Be $packets.Inner.Summary
        "$(Import-GeneveCapture "$folder/ours.pcapng")" | Should -Be "$packets"
    }

    It 'is read from what tcpdump wrote' {
        (Import-GeneveCapture $judge).Inner.Summary | Should -Be $lines
    }
}

Describe 'A path on the stock kernel' -Tag Stock {
    It 'is not accused when it works: <_>' -ForEach 'direct', 'container', 'ipv6' {
        Use-TestPath $_ {
            param($path, $arguments)
            $verdict = Test-GenevePath @arguments
            "$($verdict.Cause) $($verdict.Passed) $($verdict.Received)" | Should -Be 'None True 3' -Because "$($verdict.Sentence)"
        }
    }
}

Describe 'A diagnosis that asks the kernel' -Tag Stock {
    BeforeAll {
        # Speaks to the drop monitor (generic netlink) as others do: "start" and "stop", and "config", which is refused while it is on.
        $monitor = @'
my %commands = (config => 2, start => 3, stop => 4);
socket(my $socket, 16, 3, 16) or die;
sub ask {
    my ($type, $command, $version, $attributes) = @_;
    my $header = pack "L S S L L C C S", 20 + length $attributes, $type, 5, 1, 0, $command, $version, 0;
    send $socket, $header . $attributes, 0 or die;
    recv $socket, my $answer, 65536, 0;
    $answer;
}
my $family = ask 16, 3, 1, pack "S S a8", 11, 2, "NET_DM";
for (my $at = 20; $at < length $family; ) {
    my ($length, $type, $id) = unpack "S S S", substr $family, $at;
    $known = $id if $type == 1;
    $at += $length + 3 & ~3;
}
recv $socket, my $done, 65536, 0;
print -unpack "l", substr ask($known, $commands{$ARGV[0]}, 2, ""), 16;
'@
        # The number of the error; 0 for none.
        function Invoke-DropMonitor ($Command) { [int](& perl -e $monitor $Command) }

        $marker = '/run/genevenet.drop-monitor'
        $path = New-TestPath direct
        Invoke-OnPath $path "own_chain `$B inet 'hook input priority 0' 'udp dport 6081 drop'"
        $arguments = Get-PathArgument $path -With @{ Deep = $true; Timeout = 0.5 }
        $clean = Get-PathLeftover $path

        # Another session begins such a diagnosis; returns when it has the monitor on.
        function Wait-Marker {
            foreach ($attempt in 1..1200) {
                if ((Test-Path $marker) -and (Get-Item $marker).Length) { return }
                Start-Sleep -Milliseconds 50
            }
            throw 'The drop monitor was not switched on.'
        }
    }

    AfterAll {
        Remove-TestPath $path
    }

    It 'leaves nothing' {
        (Test-GenevePath @arguments).Sentence | Should -Match "table inet 'own'"
        Get-PathLeftover $path | Should -Be $clean
        Invoke-DropMonitor config | Should -Be 0
    }

    It 'leaves nothing when it is stopped' {
        $shell = New-Shell 'param($arguments) Test-GenevePath @arguments' $arguments -WithCmdlets
        try {
            $null = $shell.BeginInvoke()
            Wait-Marker
            Invoke-DropMonitor config | Should -Be 16 -Because 'it is in use (EBUSY)'
            $shell.Stop()
        }
        finally { Remove-Shell $shell }
        Get-PathLeftover $path | Should -Be $clean
        Invoke-DropMonitor config | Should -Be 0
        (Test-GenevePath @arguments).Sentence | Should -Match "table inet 'own'"
    }

    It 'ends what one that was killed left on' {
        $words = $arguments.Keys | ForEach-Object { "-$_`:$($arguments[$_] -is [bool] ? "`$$($arguments[$_])" : "'$($arguments[$_])'")" }
        $program, [array] $engine = Get-EngineCommand
        $other = Start-Program $program ($engine + '-NoProfile', '-Command', "Import-Module '$manifest'; Test-GenevePath $words")
        try { Wait-Marker }
        finally { Stop-Program $other }
        Invoke-DropMonitor config | Should -Be 16 -Because 'a kernel leaves it on'
        (Test-GenevePath @arguments).Sentence | Should -Match "table inet 'own'"
        Get-PathLeftover $path | Should -Be $clean
        Invoke-DropMonitor config | Should -Be 0
    }

    It 'leaves alone what others have on, and says so' {
        Invoke-DropMonitor start | Should -Be 0
        try {
            $verdict = Test-GenevePath @arguments
            $verdict.Sentence | Should -Match "table inet 'own'"
            "$($verdict.Notes)" | Should -Match 'drop'
            Invoke-DropMonitor config | Should -Be 16
        }
        finally { $null = Invoke-DropMonitor stop }
    }
}
