# What a user sees without asking for more: tables that fit a terminal of 80 columns, as the engine's formatter makes them.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # The lines that are shown, without blank ones.
    function Get-Line ($Objects) {
        @(($Objects | Out-String -Width 80) -split "`n" | ForEach-Object { $_.TrimEnd() } | Where-Object { $_ })
    }

    # A line's words.
    function Get-Word ($Line) { $Line.Trim() -split '\s+' }
}

Describe 'Tables' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns @(
            'link add br0 type bridge'
            'link add veth-client1234 type veth peer name port0'
            'link set port0 master br0'
            'link set veth-client1234 address 02:00:00:00:00:01 up'
            'link set port0 up'
            'addr add 169.254.175.252/31 dev veth-client1234'
            'addr add 10.2.2.2 peer 10.3.3.3/30 dev br0'
            'addr add 2001:db8:1111:2222:3333:4444:5555:6666/64 dev veth-client1234 nodad'
            'route add default dev veth-client1234'
            'route add 11.200.2.1 via 169.254.175.253 src 169.254.175.252 metric 7'
            'route add unreachable 192.168.100.0/24'
            'route add 192.0.2.0/24 nexthop via 169.254.175.253 nexthop dev veth-client1234'
        )
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'of <Cmdlet> has its columns and fits 80 of them' -ForEach @(
        @{ Cmdlet = 'Get-Link'; Headers = 'Index', 'Name', 'Kind', 'State', 'MTU', 'MAC', 'address', 'Master', 'Netns' }
        @{ Cmdlet = 'Get-LinkAddress'; Headers = 'Link', 'Address', 'Scope', 'Netns' }
        @{ Cmdlet = 'Get-Route'; Headers = 'Destination', 'Gateway', 'Link', 'Source', 'Metric', 'Netns' }
    ) {
        $objects = & $Cmdlet -Namespace $ns
        $lines = Get-Line $objects
        # Headers, dashes, and a line for each object; what is longer than its column is wrapped, and nothing is cut.
        $lines.Count | Should -BeGreaterOrEqual ($objects.Count + 2)
        "$lines" | Should -Not -Match '…'
        Get-Word $lines[0] | Should -Be $Headers
        $lines[1] | Should -Match '^[- ]+$'
        ($lines | ForEach-Object Length | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 80
    }

    It 'of links shows state and master' {
        $ip = Get-IpLink $ns veth-client1234
        Get-Word (Get-Line (Get-Link veth-client1234 -Namespace $ns))[2] | Select-Object -First 6 |
            Should -Be "$($ip.ifindex)", 'veth-client1234', 'veth', 'up', '1500', '02:00:00:00:00:01'
        (Get-Line (Get-Link port0 -Namespace $ns))[2] | Should -Match ' up .* br0 '
        & ip -n $ns link set veth-client1234 down
        (Get-Line (Get-Link veth-client1234 -Namespace $ns))[2] | Should -Match ' down '
        (Get-Line (Get-Link port0 -Namespace $ns))[2] | Should -Match ' nocarrier '
        Invoke-IpBatch $ns @(
            'link set veth-client1234 up'
            'addr replace 2001:db8:1111:2222:3333:4444:5555:6666/64 dev veth-client1234 nodad'
            'route replace default dev veth-client1234'
            'route replace 11.200.2.1 via 169.254.175.253 src 169.254.175.252 metric 7'
            'route replace 192.0.2.0/24 nexthop via 169.254.175.253 nexthop dev veth-client1234'
        )
    }

    It 'of addresses shows length and peer' {
        Get-Word (Get-Line (Get-LinkAddress br0 -Family IPv4 -Namespace $ns))[2] | Select-Object -First 5 |
            Should -Be 'br0', '10.2.2.2/30', 'peer', '10.3.3.3', 'Global'
    }

    It 'of routes reads like ip route: <Destination>' -ForEach @(
        @{ Destination = 'default'; Words = 'default', 'veth-client1' }
        @{ Destination = '11.200.2.1'; Words = '11.200.2.1', '169.254.175.253' }
        @{ Destination = '192.168.100.0/24'; Words = @('unreachable') }
        @{ Destination = '192.0.2.0/24'; Words = '192.0.2.0/24', '2', 'next', 'hops' }
    ) {
        $words = Get-Word (Get-Line (Get-Route $Destination -Namespace $ns))[2]
        $words | Select-Object -First $Words.Count | Should -Be $Words
    }

    It 'of namespaces shows name, number and path' {
        $lines = Get-Line (Get-NetworkNamespace $ns)
        $lines.Count | Should -Be 3
        $lines[2] | Should -BeLike "$ns*$((Get-NetworkNamespace $ns).Inode) /run/netns/$ns"
    }

    It 'shows objects of several namespaces with theirs' {
        (Get-Line (Get-Link lo -Namespace $ns))[2] | Should -BeLike "* $($ns.Substring(0, 7))*"
    }
}

Describe 'Tables of tunnels' -Tag Geneve {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns @(
            'link add br0 type bridge'
            'link add geneve0 type geneve id 16777215 remote 192.168.100.250'
            'link add geneve0-largest type geneve id 16777215 remote 2001:db8:1111:2222:3333:4444:5555:6666 dstport 65535'
            'link add ext0 type geneve external dstport 7000'
            'link set geneve0 mtu 1450 up master br0'
        )
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'fit 80 columns and show what distinguishes tunnels' {
        $lines = Get-Line (Get-GeneveTunnel -Namespace $ns)
        "$lines" | Should -Not -Match '…'
        ($lines | ForEach-Object Length | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 80
        Get-Word $lines[0] | Should -Be 'Name', 'State', 'VNI', 'Remote', 'Port', 'MTU', 'Master', 'Netns'
        Get-Word $lines[2] | Select-Object -First 7 | Should -Be 'geneve0', 'up', '16777215', '192.168.100.250', '6081', '1450', 'br0'
        Get-Word $lines[3] | Select-Object -First 3 | Should -Be 'geneve0-largest', 'down', '16777215'
        # The rest of the long remote.
        $lines[4..5] | Should -Match '^ +[0-9a-f:]+$'
        Get-Word $lines[6] | Select-Object -First 4 | Should -Be 'ext0', 'down', 'external', '7000'
        $lines.Count | Should -Be 7
    }

    It 'show the same tunnel as a link among links' {
        $lines = Get-Line (Get-Link -Namespace $ns)
        Get-Word $lines[0] | Should -Be 'Index', 'Name', 'Kind', 'State', 'MTU', 'MAC', 'address', 'Master', 'Netns'
        ($lines | Where-Object { $_ -like '*geneve0 *' }) | Should -Match '^\s+\d+ geneve0\s+geneve\s+up\s+1450'
    }

    It 'become lists of what people look for' {
        $text = Get-GeneveTunnel geneve0 -Namespace $ns | Format-List | Out-String -Width 80
        $lines = @(
            'Vni +: 16777215', 'Remote +: 192.168.100.250', 'Port +: 6081', 'DontFragment +: Unset', 'Master +: br0'
            "Namespace +: $ns", 'Mtu +: 1450', 'Overhead +: 50'
        )
        foreach ($line in $lines) {
            $text | Should -Match "(?m)^$line\s*$"
        }
    }
}

Describe 'Lists' {
    It 'show what people look for of <Cmdlet>' -ForEach @(
        @{
            Cmdlet = 'Get-Link'; Arguments = @{ Name = 'lo' }
            Lines = 'Name +: lo', 'Index +: 1', 'Kind +: loopback', 'Mtu +: 65536', 'LinkLayerAddress +: 00:00:00:00:00:00'
        }
        @{
            Cmdlet = 'Get-LinkAddress'; Arguments = @{ Link = 'lo'; Family = 'IPv4' }
            Lines = 'Address +: 127.0.0.1/8', 'PrefixLength +: 8', 'Scope +: Host'
        }
        @{
            Cmdlet = 'Get-Route'; Arguments = @{ Destination = '127.0.0.0/8'; Table = 'local' }
            Lines = 'Destination +: 127.0.0.0/8', 'Table +: local', 'Type +: Local', 'Link +: lo'
        }
        @{ Cmdlet = 'Get-NetworkNamespace'; Arguments = @{ Current = $true }; Lines = 'Inode +: \d+', 'Path +: /proc/\d+/ns/net' }
    ) {
        $text = & $Cmdlet @Arguments | Format-List | Out-String -Width 80
        foreach ($line in $Lines) { $text | Should -Match "(?m)^$line\s*$" }
    }

    It 'show of each kind of link what people look for there, also among others' {
        $ns = Get-TestName
        Add-TestNamespace $ns
        try {
            Invoke-IpBatch $ns 'link add br0 type bridge', 'link add p0 type veth peer name p1', 'link set p0 master br0'
            $blocks = (Get-Link -Namespace $ns | Format-List | Out-String -Width 80).Trim() -split '\n\s*\n'
            $blocks | Should -HaveCount 4
            $bridge = @($blocks | Where-Object { $_ -match '(?m)^Name +: br0\s*$' })
            $bridge | Should -HaveCount 1
            foreach ($line in 'Stp +: False', 'Ports +: \{p0\}') { $bridge[0] | Should -Match "(?m)^$line\s*$" }
            @($blocks | Where-Object { $_ -match 'Stp' }) | Should -HaveCount 1
            @($blocks | Where-Object { $_ -match '(?m)^Kind +: veth\s*$' }) | Should -HaveCount 2
        }
        finally { Remove-TestNamespace $ns }
    }
}
