# Routes, judged by `ip route`.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # The lines of `ip route show` for the routes to a destination, in any table.
    function Get-IpRoute ($Destination, $Table = 'main', $Version = 4) {
        # Without a flag that comes and goes by itself, and a word that not every iproute2 shows.
        & ip "-$Version" -n $ns route show table $Table $Destination 2>$null |
            ForEach-Object { ($_ -replace ' (linkdown|pref medium)\b').Trim() }
    }
}

Describe 'Routes' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        # Without duplicate address detection no route appears by itself a second later.
        & ip netns exec $ns sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
        & ip -n $ns link add eth0 type veth peer name far0
        & ip -n $ns link add eth1 type veth peer name far1
        & ip -n $ns link add down0 type veth peer name down1
        foreach ($name in 'eth0', 'far0', 'eth1', 'far1') { & ip -n $ns link set $name up }
        & ip -n $ns addr add 10.0.0.251/24 dev eth0
        & ip -n $ns addr add 10.0.0.252/24 dev eth0
        & ip -n $ns addr add 10.1.0.1/24 dev eth1
        & ip -n $ns addr add 2001:db8::1/64 dev eth0 nodad
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    AfterEach {
        # Flushes both IP versions.
        & ip -n $ns route flush table all proto boot
    }

    Context 'Add-Route' {
        It 'adds <What>' -ForEach @(
            @{
                What = 'one by a link'; Arguments = @{ Destination = '11.200.2.1/32'; Link = 'eth0' }
                Expected = '11.200.2.1 dev eth0 scope link'
            }
            @{
                What = 'one to a host without a length'; Arguments = @{ Destination = '11.200.2.1'; Link = 'eth0' }
                Expected = '11.200.2.1 dev eth0 scope link'
            }
            @{
                What = 'the default by a link'; Arguments = @{ Destination = 'default'; Link = 'eth0' }
                Expected = 'default dev eth0 scope link'
            }
            @{
                What = 'the default by a gateway'; Arguments = @{ Destination = '0.0.0.0/0'; Gateway = '10.0.0.1' }
                Query = 'default'
                Expected = 'default via 10.0.0.1 dev eth0'
            }
            @{
                What = 'one by gateway and link'; Arguments = @{ Destination = '172.16.0.0/12'; Via = '10.1.0.9'; Link = 'eth1' }
                Expected = '172.16.0.0/12 via 10.1.0.9 dev eth1'
            }
            @{
                What = 'one with a source'; Arguments = @{ Destination = '172.16.0.0/12'; Link = 'eth0'; Source = '10.0.0.252' }
                Expected = '172.16.0.0/12 dev eth0 scope link src 10.0.0.252'
            }
            @{
                What = 'one with a metric'; Arguments = @{ Destination = '172.16.0.0/12'; Link = 'eth0'; Metric = 77 }
                Expected = '172.16.0.0/12 dev eth0 scope link metric 77'
            }
            @{
                What = 'one in a table by number'; Arguments = @{ Destination = '172.16.0.0/12'; Link = 'eth0'; Table = 1000 }
                Table = 1000
                Expected = '172.16.0.0/12 dev eth0 scope link'
            }
            @{
                What = 'one with a gateway no route leads to'
                Arguments = @{ Destination = '172.16.0.0/12'; Link = 'eth0'; Gateway = '192.0.2.1'; OnLink = $true }
                Expected = '172.16.0.0/12 via 192.0.2.1 dev eth0 onlink'
            }
            @{
                What = 'one with a scope'; Arguments = @{ Destination = '172.16.0.0/12'; Link = 'eth0'; Scope = 'Global' }
                Expected = '172.16.0.0/12 dev eth0'
            }
            @{
                What = 'a blackhole'; Arguments = @{ Destination = '172.16.0.0/12'; Type = 'Blackhole' }
                Expected = 'blackhole 172.16.0.0/12'
            }
            @{
                What = 'an unreachable one'; Arguments = @{ Destination = '172.16.0.0/12'; Type = 'Unreachable' }
                Expected = 'unreachable 172.16.0.0/12'
            }
            @{
                What = 'a prohibited one'; Arguments = @{ Destination = '172.16.0.0/12'; Type = 'Prohibit' }
                Expected = 'prohibit 172.16.0.0/12'
            }
            @{
                What = 'one with an MTU'; Arguments = @{ Destination = '172.16.0.0/12'; Link = 'eth0'; Mtu = 1300 }
                Expected = '172.16.0.0/12 dev eth0 scope link mtu 1300'
            }
            @{
                What = 'an IPv4 one by an IPv6 gateway'
                Arguments = @{ Destination = '172.16.0.0/12'; Link = 'eth0'; Gateway = '2001:db8::9' }
                Expected = '172.16.0.0/12 via inet6 2001:db8::9 dev eth0'
            }
            @{
                What = 'an IPv6 one'; Arguments = @{ Destination = '2001:db8:9::/48'; Gateway = '2001:db8::9' }; Version = 6
                Expected = '2001:db8:9::/48 via 2001:db8::9 dev eth0 metric 1024'
            }
            @{
                What = 'the IPv6 default'; Arguments = @{ Destination = '::/0'; Link = 'eth0' }; Query = 'default'; Version = 6
                Expected = 'default dev eth0 metric 1024'
            }
            @{
                What = 'the default of the gateway''s version'; Arguments = @{ Destination = 'default'; Gateway = '2001:db8::9' }
                Version = 6
                Expected = 'default via 2001:db8::9 dev eth0 metric 1024'
            }
            @{
                What = 'an IPv6 one with metric'; Arguments = @{ Destination = '2001:db8:9::/48'; Link = 'eth1'; Metric = 5 }
                Version = 6
                Expected = '2001:db8:9::/48 dev eth1 metric 5'
            }
        ) {
            Add-Route -Namespace $ns @Arguments | Should -BeNullOrEmpty
            $query = @{ Destination = $Query ?? $Arguments.Destination; Table = $Table ?? 'main'; Version = $Version ?? 4 }
            Get-IpRoute @query | Should -Be $Expected
        }

        It 'returns what it added with -PassThru: <Text>' -ForEach @(
            @{ Destination = '172.16.0.0/12'; Text = '172.16.0.0/12 via 10.0.0.9 dev eth0'; Arguments = @{ Gateway = '10.0.0.9' } }
            @{ Destination = 'default'; Text = 'default dev eth1'; Arguments = @{ Link = 'eth1' } }
            @{
                Destination = '2001:db8:9::/48'; Text = '2001:db8:9::/48 via 2001:db8::9 dev eth0'
                Arguments = @{ Gateway = '2001:db8::9'; Metric = 7 }
            }
            @{ Destination = '172.16.0.0/12'; Text = 'blackhole 172.16.0.0/12'; Arguments = @{ Type = 'Blackhole' } }
        ) {
            $route = Add-Route $Destination -Namespace $ns -PassThru @Arguments
            "$route" | Should -Be $Text
            "$($route.Namespace) $($route.Protocol)" | Should -Be "$ns Boot"
        }

        It 'refuses one that exists, and replaces it with -Force' {
            & ip -n $ns route add 172.16.0.0/12 via 10.0.0.9
            Assert-Failure { Add-Route 172.16.0.0/12 -Gateway 10.0.0.8 -Namespace $ns } ResourceExists ResourceExists '172.16.0.0/12'
            Get-IpRoute 172.16.0.0/12 | Should -Be '172.16.0.0/12 via 10.0.0.9 dev eth0'
            Add-Route 172.16.0.0/12 -Gateway 10.0.0.8 -Namespace $ns -Force
            Get-IpRoute 172.16.0.0/12 | Should -Be '172.16.0.0/12 via 10.0.0.8 dev eth0'
        }

        It 'says what is wrong, and what to do: <What>' -ForEach @(
            @{
                What = 'host bits'; Arguments = @{ Destination = '10.1.2.3/24'; Link = 'eth0' }
                Id = 'InvalidArgument'; Category = 'InvalidArgument'; Message = '10.1.2.0/24'
            }
            @{
                What = 'a gateway that no route leads to'; Arguments = @{ Destination = '172.16.0.0/12'; Gateway = '192.0.2.1' }
                Id = 'NetworkUnreachable'; Category = 'ConnectionError'; Message = 'gateway 192.0.2.1 itself', 'on the link'
            }
            @{
                What = 'a link that is down'; Arguments = @{ Destination = '172.16.0.0/12'; Link = 'down0' }
                Id = 'NetworkUnreachable'; Category = 'ConnectionError'; Message = "'down0' is down"
            }
            @{
                What = 'a link that does not exist'; Arguments = @{ Destination = '172.16.0.0/12'; Link = 'nothing' }
                Id = 'LinkNotFound'; Category = 'ObjectNotFound'; Message = "'nothing'"
            }
            @{
                What = 'a source that is not an address of this host'
                Arguments = @{ Destination = '172.16.0.0/12'; Link = 'eth0'; Source = '192.0.2.9' }
                Id = 'InvalidArgument'; Category = 'InvalidArgument'; Message = '172.16.0.0/12'
            }
        ) {
            $before = Get-Snapshot $ns
            Assert-Failure { Add-Route -Namespace $ns @Arguments } $Id $Category $Message
            Get-Snapshot $ns | Should -Be $before
        }

        It 'adds nothing with -WhatIf' {
            $before = Get-Snapshot $ns
            Add-Route 172.16.0.0/12 eth0 -Namespace $ns -WhatIf
            Get-Snapshot $ns | Should -Be $before
        }
    }

    Context 'Get-Route' {
        BeforeEach {
            Invoke-IpBatch $ns @(
                'route add 172.16.0.0/12 via 10.0.0.9 src 10.0.0.252 metric 5 mtu 1300'
                'route add 172.16.0.0/12 via 10.1.0.9 metric 6'
                'route add blackhole 192.168.0.0/16'
                'route add 192.0.2.0/24 nexthop via 10.0.0.9 weight 1 nexthop dev eth1 weight 3'
                'route add 198.51.100.0/24 dev eth1 table 1000'
                'route add 2001:db8:9::/48 via 2001:db8::9 metric 9'
            )
        }

        It 'equals ip route: table <Table>, IPv<Version>' -ForEach @(
            @{ Table = 'main'; Version = 4 }
            @{ Table = 'local'; Version = 4 }
            @{ Table = 1000; Version = 4 }
            @{ Table = 'main'; Version = 6 }
        ) {
            $expected = foreach ($ip in Get-IpJson "-$Version" -n $ns -d route show table $Table) {
                $type = if ($ip.type -eq 'unicast') { '' } else { "$($ip.type) " }
                $mtu = if ($ip.metrics) { $ip.metrics[0].mtu }
                "$type$($ip.dst)|$($ip.gateway)|$($ip.dev)|$($ip.prefsrc)|$([int]$ip.metric)|$mtu|$($ip.protocol)"
            }
            $actual = foreach ($route in Get-Route -Table $Table -Family "IPv$Version" -Namespace $ns) {
                $type = if ("$($route.Type)" -eq 'Unicast') { '' } else { "$($route.Type) ".ToLowerInvariant() }
                $destination = if ($route.IsDefault) { 'default' } else { $route.Destination -replace '/(32|128)$' }
                $protocol = "$($route.Protocol)".ToLowerInvariant()
                "$type$destination|$($route.Gateway)|$($route.Link)|$($route.Source)|$($route.Metric)|$($route.Mtu)|$protocol"
            }
            $actual | Should -Be $expected
            $expected.Count | Should -BeGreaterThan 0
        }

        It 'shows every table with -Table all' {
            $tables = (Get-Route -Table all -Namespace $ns).Table | Sort-Object -Unique
            $tables | Should -Be '1000', 'local', 'main'
            Get-Route -Table 4711 -Namespace $ns | Should -BeNullOrEmpty
        }

        It 'reads several next hops' {
            $route = Get-Route 192.0.2.0/24 -Namespace $ns
            $route.Link | Should -BeNullOrEmpty
            $route.NextHops | ForEach-Object { "$_" } | Should -Be 'via 10.0.0.9 dev eth0 weight 1', 'dev eth1 weight 3'
        }

        It 'chooses by <By>' -ForEach @(
            @{ By = 'destination'; Arguments = @{ Destination = '172.16.0.0/12' }; Metrics = 5, 6 }
            @{ By = 'destination and link'; Arguments = @{ Destination = '172.16.0.0/12'; Link = 'eth1' }; Metrics = @(6) }
            @{ By = 'IPv6 destination'; Arguments = @{ Destination = '2001:db8:9::/48' }; Metrics = @(9) }
        ) {
            (Get-Route -Namespace $ns @Arguments).Metric | Should -Be $Metrics
        }

        It 'says when no route leads exactly there' {
            Assert-Failure { Get-Route 172.16.0.0/13 -Namespace $ns } RouteNotFound ObjectNotFound '172.16.0.0/13'
        }

        It 'takes the word default for that of the IP version, or of both' {
            Invoke-IpBatch $ns 'route add default via 10.0.0.9 metric 77', 'route add default via 2001:db8::9 metric 78'
            try {
                (Get-Route default -Namespace $ns).Metric | Sort-Object | Should -Be 77, 78
                (Get-Route default -Family IPv6 -Namespace $ns).Metric | Should -Be 78
                (Get-Route 0.0.0.0/0 -Namespace $ns).Metric | Should -Be 77
                Remove-Route default -Gateway 2001:db8::9 -Namespace $ns -Confirm:$false
                & ip -n $ns -6 route show default | Should -BeNullOrEmpty
                Remove-Route default -Namespace $ns -Confirm:$false
                & ip -n $ns route show default | Should -BeNullOrEmpty
            }
            finally { & ip -n $ns route flush 0/0 2>$null }
        }
    }

    Context 'Remove-Route' {
        BeforeEach {
            Invoke-IpBatch $ns @(
                'route add 172.16.0.0/12 via 10.0.0.9 metric 5'
                'route add 172.16.0.0/12 via 10.0.0.8 metric 6'
                'route add 172.16.0.0/12 dev eth1 metric 7'
                'route add 192.168.0.0/16 dev eth1 table 1000'
                'route add 2001:db8:9::/48 via 2001:db8::9 metric 9'
            )
        }

        It 'removes exactly the one that is named: <By>' -ForEach @(
            @{ By = 'link'; Arguments = @{ Link = 'eth1' }; Left = 5, 6 }
            @{ By = 'gateway'; Arguments = @{ Gateway = '10.0.0.8' }; Left = 5, 7 }
            @{ By = 'metric'; Arguments = @{ Metric = 5 }; Left = 6, 7 }
        ) {
            Remove-Route 172.16.0.0/12 -Namespace $ns -Confirm:$false @Arguments
            (Get-IpJson -n $ns route show 172.16.0.0/12).metric | Should -Be $Left
        }

        It 'removes from a table, and an IPv6 one' {
            Remove-Route 192.168.0.0/16 -Table 1000 -Namespace $ns -Confirm:$false
            Get-IpRoute 192.168.0.0/16 1000 | Should -BeNullOrEmpty
            Remove-Route 2001:db8:9::/48 -Namespace $ns -Confirm:$false
            Get-IpRoute 2001:db8:9::/48 -Version 6 | Should -BeNullOrEmpty
        }

        It 'removes one by a nexthop object: <Form>' -ForEach @(
            @{ Form = 'id'; Routes = 'route add 198.18.0.0/24 nhid 1' }
            @{ Form = 'id, with a metric'; Routes = 'route add 198.18.0.0/24 nhid 1 metric 9' }
            @{ Form = 'group'; Routes = 'route add 198.18.0.0/24 nhid 10' }
            @{ Form = 'IPv6 id'; Routes = 'route add 2001:db8:18::/64 nhid 3' }
            @{ Form = 'IPv6 group'; Routes = 'route add 2001:db8:18::/64 nhid 30' }
        ) {
            Invoke-IpBatch $ns 'nexthop add id 1 via 10.0.0.9 dev eth0', 'nexthop add id 2 via 10.0.0.8 dev eth0', 'nexthop add id 10 group 1/2',
                'nexthop add id 3 via 2001:db8::9 dev eth0', 'nexthop add id 4 via 2001:db8::8 dev eth0', 'nexthop add id 30 group 3/4', $Routes
            try {
                $route = Get-Route -Namespace $ns | Where-Object { "$($_.Destination)" -match '18' }
                $route | Should -HaveCount 1
                $route | Remove-Route -Confirm:$false
                Get-Route -Namespace $ns | Where-Object { "$($_.Destination)" -match '18' } | Should -BeNullOrEmpty
            }
            finally { & ip -n $ns nexthop flush 2>$null }
        }

        It 'removes routes that are rows of a table' {
            Get-Route 172.16.0.0/12 -Namespace $ns | Where-Object Metric -EQ 6 | ConvertTo-Csv | ConvertFrom-Csv | Remove-Route -Confirm:$false
            (Get-IpJson -n $ns route show 172.16.0.0/12).metric | Should -Be 5, 7
        }

        It 'does not guess among several' {
            $before = Get-Snapshot $ns
            Assert-Failure {
                Remove-Route 172.16.0.0/12 -Namespace $ns -Confirm:$false
            } AmbiguousRoute InvalidArgument '3 routes', 'via 10.0.0.9', 'metric 6'
            Assert-Failure { Remove-Route 172.16.0.0/13 -Namespace $ns -Confirm:$false } RouteNotFound ObjectNotFound '172.16.0.0/13'
            Get-Snapshot $ns | Should -Be $before
        }

        It 'removes exactly the one that comes through the pipeline' {
            Get-Route 172.16.0.0/12 -Namespace $ns | Where-Object Metric -EQ 6 | Remove-Route -Confirm:$false
            (Get-IpJson -n $ns route show 172.16.0.0/12).metric | Should -Be 5, 7
        }

        It 'removes all that come through the pipeline: <What>' -ForEach @(
            @{ What = 'several next hops'; Words = @('203.0.113.0/24', 'nexthop', 'via', '10.0.0.9', 'nexthop', 'dev', 'eth1') }
            @{ What = 'a blackhole'; Words = @('blackhole', '203.0.113.0/24') }
            @{
                What = 'a source, an MTU and a table'
                Words = @('203.0.113.0/24', 'via', '10.0.0.9', 'src', '10.0.0.252', 'mtu', '1300', 'table', '1000')
            }
        ) {
            & ip -n $ns route add @Words
            (Get-Route 203.0.113.0/24 -Table all -Namespace $ns | Measure-Object).Count | Should -Be 1
            Get-Route 203.0.113.0/24 -Table all -Namespace $ns | Remove-Route -Confirm:$false
            & ip -n $ns route show table all | Where-Object { $_ -like '*203.0.113.0/24*' } | Should -BeNullOrEmpty
        }

        It 'removes nothing with -WhatIf' {
            $before = Get-Snapshot $ns
            Remove-Route 172.16.0.0/12 -Metric 5 -Namespace $ns -WhatIf
            Get-Snapshot $ns | Should -Be $before
        }
    }

    Context 'Resolve-Route' {
        BeforeAll {
            $settings = @('net.ipv4.ip_forward=1') + ('all', 'eth0', 'eth1' | ForEach-Object { "net.ipv4.conf.$_.rp_filter=0" })
            & ip netns exec $ns sysctl -qw @settings
            & ip -n $ns rule add fwmark 5 table 1000
        }

        AfterAll {
            & ip -n $ns rule del fwmark 5 table 1000
        }

        BeforeEach {
            Invoke-IpBatch $ns @(
                'route add 172.16.0.0/12 via 10.0.0.9 src 10.0.0.252'
                'route add 172.16.0.0/12 via 10.1.0.9 table 1000'
                'route add unreachable 192.168.1.0/24'
                'route add prohibit 192.168.2.0/24'
            )
        }

        It 'answers as ip route get does: <What>' -ForEach @(
            @{ What = 'on the link'; Arguments = @{ Destination = '10.0.0.7' }; Words = @('10.0.0.7') }
            @{ What = 'by a gateway'; Arguments = @{ Destination = '172.16.5.5' }; Words = @('172.16.5.5') }
            @{ What = 'this host itself'; Arguments = @{ Destination = '10.0.0.251' }; Words = @('10.0.0.251') }
            @{ What = 'IPv6'; Arguments = @{ Destination = '2001:db8::7' }; Words = @('2001:db8::7') }
            @{
                What = 'from a source'; Arguments = @{ Destination = '172.16.5.5'; Source = '10.1.0.1' }
                Words = @('172.16.5.5', 'from', '10.1.0.1')
            }
            @{
                What = 'forwarded'; Arguments = @{ Destination = '172.16.5.5'; Source = '10.1.0.77'; InputLink = 'eth1' }
                Words = @('172.16.5.5', 'from', '10.1.0.77', 'iif', 'eth1')
            }
            @{ What = 'with a firewall mark'; Arguments = @{ Destination = '172.16.5.5'; Mark = 5 }; Words = @('172.16.5.5', 'mark', '5') }
            @{ What = 'out by a link'; Arguments = @{ Destination = '10.1.0.7'; Oif = 'eth1' }; Words = @('10.1.0.7', 'oif', 'eth1') }
        ) {
            $ip = Get-IpJson -n $ns route get @Words
            $route = Resolve-Route -Namespace $ns @Arguments
            "$($route.Destination.Address) $($route.Gateway) $($route.Link) $($route.Source)" |
                Should -Be "$($ip.dst) $($ip.gateway) $($ip.dev) $($ip.prefsrc)"
        }

        It 'says that a packet would be dropped: <What>' -ForEach @(
            @{ What = 'no route'; Arguments = @{ Destination = '203.0.113.1' }; Id = 'NetworkUnreachable'; Category = 'ConnectionError' }
            @{
                What = 'an unreachable route'; Arguments = @{ Destination = '192.168.1.1' }
                Id = 'NetworkUnreachable'; Category = 'ConnectionError'
            }
            @{
                What = 'a prohibited route'; Arguments = @{ Destination = '192.168.2.1' }
                Id = 'PermissionDenied'; Category = 'PermissionDenied'
            }
            @{
                What = 'nowhere to be forwarded'
                Arguments = @{ Destination = '203.0.113.1'; Source = '10.1.0.77'; InputLink = 'eth1' }
                Id = 'NetworkUnreachable'; Category = 'ConnectionError'
            }
        ) {
            Assert-Failure { Resolve-Route -Namespace $ns @Arguments } $Id $Category $Arguments.Destination
        }

        It 'takes destinations from the pipeline' {
            ('10.0.0.7', '172.16.5.5' | Resolve-Route -Namespace $ns).Gateway | Should -Be $null, '10.0.0.9'
        }
    }
}
