# Whatever fails, and whenever it is stopped: all that was asked for is there, or exactly what was there before.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # Runs a script block that must fail, and fails unless everything is as it was.
    function Assert-NothingChanged {
        param([string[]] $Namespace, [scriptblock] $Script, [string] $Message = '*')
        do {
            $before = Get-WholeSnapshot $Namespace
            Start-Sleep -Milliseconds 150
        } while (Compare-Object $before (Get-WholeSnapshot $Namespace))
        $failure = Get-Failure $Script
        $failure | Should -Not -BeNullOrEmpty
        "$failure" | Should -BeLike $Message
        "$failure" | Should -Not -BeLike '*could not be undone*'
        Compare-WholeSnapshot $before $Namespace | Should -BeNullOrEmpty
    }

    # Namespaces whose IPv6 addresses are usable at once, so that a comparison need not wait for the search for duplicates.
    function Add-QuickNamespace {
        param([string[]] $Name)
        Add-TestNamespace $Name
        foreach ($one in $Name) { & ip netns exec $one sh -c 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad' }
    }

    # Gives a link all that can hang on one.
    function Add-Everything {
        param([string] $Namespace, [string] $Name, [int] $Number)
        Invoke-IpBatch $Namespace @(
            "link set $Name alias 'a $Number'", "link set $Name group 7", "link set $Name txqueuelen 77", "link set $Name mtu 1390"
            "link property add dev $Name altname alternative-$Name", "link set $Name address 02:00:00:00:07:0$Number"
            "link set $Name promisc on", "link set $Name allmulticast on"
        )
        $settings = foreach ($pair in 'ipv4/conf/NAME/rp_filter 2', 'ipv4/conf/NAME/proxy_arp 1', 'ipv4/conf/NAME/arp_ignore 1',
            'ipv4/neigh/NAME/gc_stale_time 77', 'ipv4/neigh/NAME/base_reachable_time_ms 12345', 'ipv6/conf/NAME/accept_ra 0',
            'ipv6/conf/NAME/forwarding 1', 'ipv6/conf/NAME/dad_transmits 0', 'ipv6/neigh/NAME/unres_qlen_bytes 77777') {
            $file, $value = -split ($pair -replace 'NAME', $Name)
            "echo $value > /proc/sys/net/$file"
        }
        & ip netns exec $Namespace sh -c ($settings -join ' && ')
        Invoke-IpBatch $Namespace @(
            "link set $Name up"
            "addr add 10.$Number.0.1 peer 10.$Number.0.2/32 dev $Name"
            "addr add 10.$Number.1.1/24 dev $Name noprefixroute label ${Name}:one"
            "addr add 10.$Number.2.1/24 brd + dev $Name metric 77", "addr add 10.$Number.2.2/24 dev $Name"
            "addr add 10.$Number.3.1/24 dev $Name valid_lft 99990 preferred_lft 77790", "addr add 2001:db8:$($Number)::1/64 dev $Name nodad"
            "addr add 2001:db8:$($Number)::2/64 dev $Name noprefixroute", "addr add fe80::5/64 dev $Name"
            "addr add 2001:db8:$Number`:1::1/64 dev $Name valid_lft 99990 preferred_lft 77790"
            "route add 10.$Number.9.0/24 via 10.$Number.2.9 dev $Name"
            "route add 10.$Number.8.0/24 dev $Name table 77 mtu 1300 proto static"
            "route add 10.$Number.7.0/24 via 192.0.2.7 dev $Name onlink src 10.$Number.2.2 metric 9"
            "route add default dev $Name metric 777", "route add 10.$Number.6.0/24 dev lo src 10.$Number.2.1"
            "route add 2001:db8:$Number`:9::/64 via fe80::9 dev $Name", "route add 2001:db8:$Number`:8::/64 dev $Name table 77"
            "neigh add 10.$Number.2.9 lladdr 02:00:00:00:09:09 dev $Name nud permanent"
            "neigh add 10.$Number.2.8 lladdr 02:00:00:00:09:08 dev $Name nud stale"
            "neigh add 2001:db8:$($Number)::9 lladdr 02:00:00:00:09:09 dev $Name nud permanent", "neigh add proxy 10.$Number.2.7 dev $Name"
            "rule add iif $Name lookup 77", "rule add oif $Name lookup 78"
        )
    }

    # Makes a link a port of br0, created here, with settings of its own.
    function Add-Port {
        param([string] $Namespace, [string] $Name)
        Invoke-IpBatch $Namespace @(
            'link add br0 type bridge', 'link set br0 up', "link set $Name master br0"
            "link set $Name type bridge_slave cost 77 priority 7 hairpin on learning off isolated on"
            "link set $Name type bridge_slave mcast_router 2 fastleave on group_fwd_mask 8"
        )
        & bridge -n $Namespace fdb add 02:00:00:00:0f:01 dev $Name master static
        & bridge -n $Namespace fdb add 02:00:00:00:0f:02 dev $Name master dynamic
        & bridge -n $Namespace fdb add 02:00:00:00:0f:03 dev $Name self
        # Where the kernel has VLANs in bridges.
        & bridge -n $Namespace vlan add vid 7-9 dev $Name pvid untagged 2>$null
        & bridge -n $Namespace vlan add vid 77 dev $Name 2>$null
    }

    # From now on, new links of a namespace take no IPv6 address: what no rehearsal elsewhere can know.
    function Disable-NewIPv6 {
        param([string] $Namespace)
        & ip netns exec $Namespace sh -c 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'
    }
}

Describe 'All or nothing' -Tag NoKernel {
    BeforeEach {
        $ns = Get-TestName
        $far = Get-TestName
        Add-QuickNamespace $ns, $far
    }

    AfterEach {
        Remove-TestNamespace $ns, $far
    }

    Context 'a percent sign in the name of a link, which the kernel would expand' {
        It '<Command> <Text>' -ForEach @(
            foreach ($pattern in 'x%d', '%d', '%', 'x%%', '%s1') {
                @{ Command = 'New-VethPair'; Text = "$pattern x1" }
                @{ Command = 'New-VethPair'; Text = "x0 $pattern" }
                @{ Command = 'New-VethPair'; Text = "$pattern x1 -Force" }
                @{ Command = 'New-VethPair'; Text = "x0 $pattern -Force" }
                @{ Command = 'New-Bridge'; Text = $pattern }
                @{ Command = 'New-GeneveTunnel'; Text = "$pattern 5 192.0.2.1" }
                @{ Command = 'New-GeneveTunnel'; Text = "$pattern 5 192.0.2.1 -Force" }
                @{ Command = 'Set-Link'; Text = "lo -NewName $pattern" }
            }
        ) {
            Assert-NothingChanged $ns ([scriptblock]::Create("$Command $Text -Namespace $ns")) '*percent sign*'
        }

        It 'Move-LinkToNamespace -NewName <_>' -ForEach 'x%d', '%' {
            $name = $_
            Invoke-IpBatch $ns 'link add a0 type veth peer name a1'
            Assert-NothingChanged $ns, $far { Move-LinkToNamespace a0 $far -SourceNamespace $ns -NewName $name } '*percent sign*'
        }
    }

    Context 'nothing in the place of an address' {
        It 'is no address: <Cmdlet> <Label>' -ForEach @(
            foreach ($cmdlet in 'Bridge', 'Pair', 'Peer', 'ForcedPair') {
                @{ Cmdlet = $cmdlet; Label = '$null'; Value = $null }
                @{ Cmdlet = $cmdlet; Label = '@($null)'; Value = , $null }
                @{ Cmdlet = $cmdlet; Label = '@()'; Value = @() }
                @{ Cmdlet = $cmdlet; Label = 'an empty text'; Value = '' }
            }
        ) {
            switch ($Cmdlet) {
                'Bridge' { $null = New-Bridge x0 -Namespace $ns -Address $Value }
                'Pair' { $null = New-VethPair x0 x1 -Namespace $ns -Address $Value }
                'Peer' { $null = New-VethPair x0 x1 -Namespace $ns -PeerAddress $Value }
                'ForcedPair' {
                    $null = New-VethPair x0 x1 -Namespace $ns -Address 10.7.0.1/24
                    $null = New-VethPair x0 x1 -Namespace $ns -Address $Value -Force
                }
            }
            Get-IpLink $ns x0 | Should -Not -BeNullOrEmpty
            Get-IpAddress $ns x0 | Should -BeNullOrEmpty
        }
    }

    Context 'several parts of which one is refused' {
        It '<Text>' -ForEach @(
            @{ Text = 'New-Bridge x0 -Address 10.7.0.1/24, ff02::1/64, 10.7.0.2/24 -Up' }
            @{ Text = 'New-Bridge x0 -Priority 5 -GroupForwardMask 1' }
            @{ Text = 'New-Bridge x0 -Stp -ForwardDelay 0:0:1' }
            @{ Text = 'New-VethPair x0 x1 -Address 10.7.0.1/24, ff02::1/64 -Up' }
            @{ Text = 'New-VethPair x0 x1 -PeerAddress 10.7.0.1/24, ff02::1/64 -Up' }
            @{ Text = 'New-VethPair x0 lo' }
            @{ Text = 'New-VethPair x0 x0' }
            @{ Text = 'New-VethPair x0 x1 -Bridge lo' }
            @{ Text = 'New-VethPair x0 x1 -Bridge b0 -LinkLayerAddress 02:00:00:00:00:01 -Mtu 1400 -Address ff02::1/64' }
            @{ Text = 'New-VethPair lo x1 -Force' }
            @{ Text = 'New-VethPair a0 b0 -Force' }
            @{ Text = 'Set-Link a0 -NewName b0 -Mtu 1400 -Alias x -Up' }
            @{ Text = 'Set-Link a0 -NewName b0 -Mtu 1000' }
            @{ Text = 'Set-Link a0 -Alias x -Mtu 70000 -Up' }
            @{ Text = 'Set-Link a0, a1 -NewName x9' }
            @{ Text = 'Set-Link a* -NewName x9 -Up' }
            @{ Text = 'Set-Bridge b0 -Priority 5 -GroupForwardMask 1' }
            @{ Text = 'Set-Bridge b0 -Stp $true -Priority 5 -MulticastSnooping $false -ForwardDelay 0:0:1' }
            @{ Text = 'Set-BridgePort p0 -Priority 5 -Cost 7 -Hairpin $true -State Blocking' }
            @{ Text = 'Set-BridgePort p0 -Isolated $true -Cost 7 -State Learning' }
            @{ Text = 'Add-BridgePort a0 b0 -Isolated $true -Priority 5 -State Blocking' }
            @{ Text = 'Add-BridgePort lo b0' }
            @{ Text = 'Add-BridgePort b1 b0' }
            @{ Text = 'Add-BridgePort lo a0 -Hairpin $true' }
            @{ Text = 'Add-BridgePort p0 b1 -Hairpin $true' }
            @{ Text = 'Add-BridgePort p0 b1 -Force -Hairpin $true -Cost 7 -State Blocking' }
            @{ Text = 'Add-LinkAddress ff02::1/64 a0' }
            @{ Text = 'Add-LinkAddress 10.7.0.9/24 a0 -Peer fd00::1' }
            @{ Text = 'Remove-LinkAddress 10.7.0.9/24 a0 -Confirm:$false' }
            @{ Text = 'Remove-Bridge a0 -Confirm:$false' }
            @{ Text = 'Remove-BridgePort a0 -Confirm:$false' }
            @{ Text = 'Remove-Link lo -Confirm:$false' }
            @{ Text = 'Remove-Link nothing -Confirm:$false' }
        ) {
            Invoke-IpBatch $ns @(
                # A bridge whose last port goes forgets what it had chosen by its ports; one that keeps a port does not.
                'link add a0 type veth peer name a1', 'link add b0 type bridge', 'link add b1 type bridge'
                'link add q0 type veth peer name q1', 'link set q0 master b1'
                'link add p0 type veth peer name p1', 'link set p0 master b0'
                'addr add 10.7.0.1/24 dev a0', 'addr add fd00:7::1/64 dev a0 nodad'
            )
            Assert-NothingChanged $ns ([scriptblock]::Create("$Text -Namespace $ns"))
        }

        It 'Move-LinkToNamespace of a name that is taken there, or to what is gone' {
            Invoke-IpBatch $ns 'link add a0 type veth peer name a1', 'addr add 10.7.0.1/24 dev a0'
            Assert-NothingChanged $ns, $far { Move-LinkToNamespace a0 $far -SourceNamespace $ns -NewName lo }
            Assert-NothingChanged $ns, $far { Move-LinkToNamespace a0 gone -SourceNamespace $ns }
            Assert-NothingChanged $ns, $far { Move-LinkToNamespace lo $far -SourceNamespace $ns -NewName x0 }
            Assert-NothingChanged $ns, $far { New-VethPair x0 x1 -Namespace $ns -PeerNamespace gone }
        }
    }

    Context '-Force over a veth pair on which everything hangs' {
        BeforeEach {
            Invoke-IpBatch $ns "link add a0 numtxqueues 2 numrxqueues 2 type veth peer name a1 netns $far"
            Add-Everything $ns a0 1
            Add-Everything $far a1 2
            Add-Port $ns a0
        }

        It 'leaves it when the new one is refused: <_>' -ForEach @(
            '-Address ff02::1/64', '-PeerAddress 10.7.0.1/24, 10.7.0.1/24', '-Bridge lo'
        ) {
            Assert-NothingChanged $ns, $far ([scriptblock]::Create("New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far -Up -Force $_"))
        }

        It 'puts it back when the new one fails late, at the <Which> end' -ForEach @(
            @{ Which = 'first'; Address = 'Address' }
            @{ Which = 'second'; Address = 'PeerAddress' }
        ) {
            Disable-NewIPv6 ($Which -eq 'first' ? $ns : $far)
            $index = (Get-IpLink $ns a0).ifindex
            $arguments = @{ $Address = '2001:db8:7::1/64' }
            Assert-NothingChanged $ns, $far { New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far -Up -Force @arguments }
            (Get-IpLink $ns a0).ifindex | Should -Be $index
        }

        It 'puts it back without ARP, down, and with IPv6 off' {
            # A link that never was up: one that was keeps counts of it that nobody can set.
            Invoke-IpBatch $ns @(
                'link del a0', "link add a0 type veth peer name a1 netns $far", 'link set a0 arp off', 'link set a0 allmulticast on'
                'addr add 10.1.0.1/24 dev a0', 'neigh add 10.1.0.2 lladdr 02:00:00:00:09:09 dev a0 nud permanent'
            )
            & ip netns exec $ns sh -c 'echo 1 > /proc/sys/net/ipv6/conf/a0/disable_ipv6'
            Disable-NewIPv6 $far
            $arguments = @{ PeerAddress = '2001:db8:7::1/64'; Up = $true; Force = $true }
            Assert-NothingChanged $ns, $far { New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far @arguments }
        }

        It 'refuses by name what it could not put back: <Why>' -ForEach @(
            @{ Why = "link 'v0'"; Lines = 'link add link a1 name v0 type macvlan' }
            @{ Why = 'multipath route to 10.77.0.0/16'; Lines = 'route add 10.77.0.0/16 nexthop dev a1 nexthop dev lo' }
            @{ Why = 'next hop 7'; Lines = 'nexthop add id 7 dev a1' }
        ) {
            Invoke-IpBatch $far $Lines
            Assert-NothingChanged $ns, $far { New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far -Force } "*$Why*"
        }

        It 'refuses by name a queueing discipline and a multicast group' {
            & tc -n $far qdisc add dev a1 root handle 7: pfifo limit 7
            Assert-NothingChanged $ns, $far { New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far -Force } "*queueing discipline 'pfifo'*"
            & tc -n $far qdisc del dev a1 root
            & bridge -n $ns mdb add dev br0 port a0 grp 239.7.7.7 permanent
            Assert-NothingChanged $ns, $far { New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far -Force } '*1 permanent multicast group*'
        }
    }

    It 'keeps IPv6 on a link whose new MTU is too small for it, when the rest is refused' {
        Invoke-IpBatch $ns 'link add a0 type veth peer name a1', 'link set a1 up'
        Add-Everything $ns a0 1
        Invoke-IpBatch $ns 'link set lo down'
        Assert-NothingChanged $ns { Set-Link a0 -Mtu 1000 -NewName a1 -Namespace $ns }
    }
}

Describe 'All or nothing with tunnels' -Tag Geneve {
    BeforeEach {
        $ns = Get-TestName
        $far = Get-TestName
        Add-QuickNamespace $ns, $far
        Invoke-IpBatch $ns 'link add g0 type geneve id 7 remote 192.0.2.7 dstport 7777'

        # A program of this test that takes a UDP port.
        function Start-PortHolder {
            param([string] $Namespace, [int] $Port)
            $holder = Start-Program ip 'netns', 'exec', $Namespace, 'perl', '-MIO::Socket::INET', '-e',
                "`$| = 1; my `$s = IO::Socket::INET->new(Proto => 'udp', LocalPort => $Port) or die; print qq(ready\n); sleep 600"
            $holder.StandardOutput.ReadLine() | Should -Be 'ready'
            $holder
        }
    }

    AfterEach {
        Stop-Program $holder
        $holder = $null
        Remove-TestNamespace $ns, $far
    }

    It 'takes nothing for no address: <Label>' -ForEach @(
        @{ Label = '$null'; Value = $null }
        @{ Label = '@($null)'; Value = , $null }
    ) {
        $null = New-GeneveTunnel g0 -Vni 5 -Remote 10.0.0.2 -Force -Address $Value -Namespace $ns
        (Get-IpLink $ns g0).linkinfo.info_data.id | Should -Be 5
        $null = New-GeneveTunnel g1 -Vni 5 -Remote 10.0.0.3 -Address $Value -Namespace $ns
        Get-IpAddress $ns g1 | Should -BeNullOrEmpty
    }

    It 'leaves what was there: <Text>' -ForEach @(
        @{ Text = 'New-GeneveTunnel g1 7 192.0.2.7 -Port 7777' }
        @{ Text = 'New-GeneveTunnel g1 5 192.0.2.7 -Address 10.7.0.1/24, ff02::1/64 -Up' }
        @{ Text = 'New-GeneveTunnel g1 5 192.0.2.7 -Bridge lo -Up' }
        @{ Text = 'New-GeneveTunnel g1 5 192.0.2.7 -Mtu 65535' }
        @{ Text = 'New-GeneveTunnel lo 5 192.0.2.7 -Force' }
        @{ Text = 'New-GeneveTunnel g0 8 192.0.2.8 -Port 7777 -Force -Up' }
        @{ Text = 'Set-GeneveTunnel g0 192.0.2.8 -Ttl 7' }
        @{ Text = 'Set-GeneveTunnel g0 -Remote 192.0.2.9 -FlowLabel 7' }
        @{ Text = 'Set-GeneveTunnel g0 -Remote fd00::7 -Ttl 7' }
        @{ Text = 'Set-GeneveTunnel g0 -Ttl 7 -TtlInherit $true -Tos 7' }
        @{ Text = 'Remove-GeneveTunnel lo -Confirm:$false' }
    ) {
        Invoke-IpBatch $ns @(
            'link add g8 type geneve id 7 remote 192.0.2.8 dstport 7777', 'link add g9 type geneve id 8 remote 192.0.2.8 dstport 7777'
        )
        Assert-NothingChanged $ns ([scriptblock]::Create("$Text -Namespace $ns"))
    }

    It 'Set-Link of name, MTU and state with the port taken' {
        $holder = Start-PortHolder $ns 7777
        Invoke-IpBatch $ns 'addr add 10.7.0.1/24 dev g0', 'addr add fd00:7::1/64 dev g0 nodad'
        Assert-NothingChanged $ns { Set-Link g0 -NewName g1 -Mtu 1200 -Up -Namespace $ns } '*EADDRINUSE*'
    }

    It '-Force leaves a tunnel on which everything hangs when the new one is refused: <_>' -ForEach @(
        '5 10.0.0.2 -Address ff02::1/64', '7 192.0.2.7 -Port 7777 -Address ff02::1/64', '5 10.0.0.2 -Bridge br0 -Mtu 65535'
        '8 192.0.2.8 -Port 7777', '5 10.0.0.2 -Port 8888 -Up'
    ) {
        Invoke-IpBatch $ns 'link add g9 type geneve id 8 remote 192.0.2.8 dstport 7777'
        Add-Everything $ns g0 1
        Add-Port $ns g0
        $holder = Start-PortHolder $ns 8888
        Assert-NothingChanged $ns ([scriptblock]::Create("New-GeneveTunnel g0 $_ -Force -Namespace $ns")) 'Cannot *'
    }

    It '-Force puts back a tunnel on which everything hangs when the new one fails late' {
        Add-Everything $ns g0 1
        Add-Port $ns g0
        Disable-NewIPv6 $ns
        $arguments = @{ Address = '2001:db8::1/64'; Force = $true; Namespace = $ns }
        Assert-NothingChanged $ns { New-GeneveTunnel g0 7 192.0.2.7 -Port 7777 -Ttl 9 -Up @arguments } 'Cannot add address*'
        Assert-NothingChanged $ns { New-GeneveTunnel g0 5 10.0.0.2 @arguments } 'Cannot add address*'
    }

    It '-Force puts back a tunnel that was moved, with its underlay where it was' {
        Invoke-IpBatch $ns "link set g0 netns $far"
        Add-Everything $far g0 1
        Disable-NewIPv6 $far
        $arguments = @{ Address = '2001:db8::1/64'; Force = $true; Namespace = $far }
        Assert-NothingChanged $ns, $far { New-GeneveTunnel g0 5 10.0.0.2 @arguments } 'Cannot add address*'
        # Its place is taken where it came from, and free where it is.
        Assert-Failure { New-GeneveTunnel g1 7 192.0.2.7 -Port 7777 -Namespace $ns } TunnelBusy ResourceBusy
        $null = New-GeneveTunnel g1 7 192.0.2.7 -Port 7777 -Namespace $far
    }

    It '-Force refuses a tunnel that was moved from where nobody can say' {
        $process = Start-NamespaceProcess
        try {
            & nsenter "--net=/proc/$($process.Id)/ns/net" ip link add g1 type geneve id 9 remote 192.0.2.9
            & nsenter "--net=/proc/$($process.Id)/ns/net" ip link set g1 netns $ns
            Assert-NothingChanged $ns { New-GeneveTunnel g1 5 10.0.0.2 -Force -Namespace $ns } '*created in another network namespace*'
        }
        finally { Stop-Program $process }
    }
}

Describe 'Without privileges' -Tag NoKernel {
    It 'Set-Link lo names the missing capability, and not that something could not be put back' {
        $userHome = "/run/$(Get-TestName)"
        $null = New-Item $userHome -ItemType Directory
        & chown 65534:65534 $userHome
        try {
            $prefix = 'env', "HOME=$userHome", 'setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups',
                '--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search'
            $attempt = '$ErrorActionPreference = ''Continue''; Set-Link lo -Mtu 1500 2>&1 | ForEach-Object { "$_" }; exit 0'
            $text = Invoke-Engine $attempt -Prefix $prefix
            $text | Should -BeLike '*CAP_NET_ADMIN*'
            $text | Should -Not -BeLike '*undone*'
            $text | Should -Not -BeLike '*back as it was*'
        }
        finally { Remove-Item $userHome -Recurse -Force }
    }
}

Describe 'Stopped at any moment' -Tag Stop {
    BeforeAll {
        # A list of links and their addresses in namespaces, in a text that does not name what is new each time (indexes, MACs).
        function Get-Shape {
            param([string[]] $Namespace)
            $all = foreach ($one in $Namespace) {
                foreach ($link in Get-Link -Namespace $one | Sort-Object Name) {
                    $addresses = Get-LinkAddress $link.Name -Namespace $one | Where-Object Scope -NE Link
                    $vni = if ($link.Kind -eq 'geneve') { "$($link.Vni) $($link.Remote)" }
                    "$one $($link.Name) $($link.Mtu) $($link.Alias) $($link.IsUp) $($link.Master) $vni $($addresses -join ' ')"
                }
            }
            $all -join "`n"
        }

        # Stops the command of a test, and the one that takes it back, at 500 moments while both run in turn: a single one would be
        # over before it could be stopped where there is one CPU. Fails unless everything then is as before or as after it.
        function Assert-WholeOrNothing {
            $first, $do, $undo = foreach ($line in $Prepare, $Text, $Restore) { $line -creplace '\bNS\b', $ns -creplace '\bFAR\b', $far }
            $random = [random]::new(7)
            $clean = [scriptblock]::Create($undo)
            $null = & ([scriptblock]::Create($first))
            $before = Get-Shape $ns, $far
            $null = & ([scriptblock]::Create($do))
            $after = Get-Shape $ns, $far
            $null = & $clean
            Get-Shape $ns, $far | Should -Be $before
            $after | Should -Not -Be $before

            $counts = @{ $before = 0; $after = 0 }
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $rounds = [System.Collections.Generic.List[int]]::new()
            $text = "param(`$rounds) while (`$true) { $do; $Pause; $undo; if (`$rounds.Count -lt 9) { `$rounds.Add(0) } }"
            $shell = New-Shell $text (, $rounds) -WithCmdlets
            try {
                # Until all is loaded and compiled: a stop while a module loads is an error of the command that needs it.
                $null = $shell.BeginInvoke()
                Start-Sleep -Seconds 1
                while ($rounds.Count -lt 3 -and $clock.Elapsed.TotalSeconds -lt 60) { Start-Sleep -Milliseconds 20 }
                $shell.Stop()
                foreach ($attempt in 0..500) {
                    $shell.Streams.Error | Should -BeNullOrEmpty
                    $is = Get-Shape $ns, $far
                    if (-not $counts.ContainsKey($is)) { throw "stop $attempt left`n$is`nwhich is neither`n$before`nnor`n$after" }
                    $counts[$is]++
                    if ($is -eq $after) { $null = & $clean }
                    if ($attempt -eq 500) { break }
                    $null = $shell.BeginInvoke()
                    Start-Sleep -Milliseconds $random.Next(1, 40)
                    $shell.Stop()
                    $shell.InvocationStateInfo.State | Should -Be Stopped
                }
            }
            finally { Remove-Shell $shell }
            $seconds = [int]$clock.Elapsed.TotalSeconds
            Write-Host "    of 501 stops $($counts[$after]) left it done and $($counts[$before]) not, in $seconds s"
            $counts.Values | Should -Not -Contain 0
        }
    }

    BeforeEach {
        $ns = Get-TestName
        $far = Get-TestName
        Add-TestNamespace $ns, $far
    }

    AfterEach {
        Remove-TestNamespace $ns, $far
    }

    It '<Text>' -Tag NoKernel -ForEach @(
        $pair = 'New-VethPair a0 a1 -Namespace NS -PeerNamespace FAR -Address 10.7.0.1/24 -PeerAddress 10.7.0.2/24 -Up'
        @{ Text = $pair; Prepare = ''; Restore = 'Remove-Link a0 -Namespace NS -Confirm:$false' }
        @{
            Text = 'New-VethPair a0 a1 -Namespace NS -PeerNamespace FAR -Address 10.8.0.1/24, 10.8.1.1/24 -Mtu 1400 -Force'
            Prepare = $pair; Restore = "$pair -Force"
        }
        @{
            # A bridge that goes waits for the kernel much longer than one takes to come: few stops would find it there.
            Text = 'New-Bridge br0 -Namespace NS -Priority 7 -Address 10.7.0.1/24, 10.7.1.1/24 -Up'; Prepare = ''
            Pause = 'Start-Sleep -Milliseconds 2'
            Restore = 'Remove-Link br0 -Namespace NS -Confirm:$false'
        }
        @{
            Text = 'Set-Link a0 -Namespace NS -NewName x0 -Mtu 1400 -Alias text -Up'; Prepare = $pair -replace ' -Up'
            Restore = 'Set-Link x0 -Namespace NS -NewName a0 -Mtu 1500 -Alias "" -Down'
        }
        @{
            Text = 'Add-BridgePort a0 br0 -Namespace NS -Isolated $true -Hairpin $true'; Prepare = "$pair; New-Bridge br0 -Namespace NS"
            Restore = 'Remove-BridgePort a0 -Namespace NS -Confirm:$false'
        }
        @{
            Text = 'Add-BridgePort a0 br1 -Force -Namespace NS -Isolated $true'
            Prepare = "$pair; New-Bridge br0 -Namespace NS; New-Bridge br1 -Namespace NS; Add-BridgePort a0 br0 -Hairpin `$true -Namespace NS"
            Restore = 'Add-BridgePort a0 br0 -Force -Hairpin $true -Namespace NS'
        }
        @{
            Text = 'Move-LinkToNamespace a0 FAR -SourceNamespace NS -NewName m0'; Prepare = 'New-VethPair a0 a1 -Namespace NS'
            Restore = 'Move-LinkToNamespace m0 NS -SourceNamespace FAR -NewName a0'
        }
    ) {
        Assert-WholeOrNothing
    }

    It '<Text>' -Tag Geneve -ForEach @(
        $tunnel = 'New-GeneveTunnel g0 7 192.0.2.7 -Namespace NS -Address 10.7.0.1/24 -Up'
        @{ Text = $tunnel; Prepare = ''; Restore = 'Remove-Link g0 -Namespace NS -Confirm:$false' }
        @{
            Text = 'New-GeneveTunnel g0 8 192.0.2.8 -Namespace NS -Address 10.8.0.1/24 -Mtu 1400 -Force'
            Prepare = $tunnel; Restore = "$tunnel -Force"
        }
        @{
            Text = 'Set-GeneveTunnel g0 192.0.2.9 -Ttl 7 -Namespace NS'; Prepare = $tunnel
            Restore = 'Set-GeneveTunnel g0 192.0.2.7 -Ttl 0 -Namespace NS'
        }
    ) {
        Assert-WholeOrNothing
    }
}
