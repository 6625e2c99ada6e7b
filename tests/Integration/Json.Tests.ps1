# Addresses are texts in JSON and typed in the shell, for every kind of object; `ip`, `bridge` and tcpdump's notation are the judges.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # The objects again, by way of JSON.
    function ConvertTo-Saved { $input | ConvertTo-Json -Depth 4 -WarningAction Ignore | ConvertFrom-Json }

    function Get-Fdb ($Namespace) { & bridge -n $Namespace -j fdb show | ConvertFrom-Json }
}

Describe 'An address' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns 'link add v0 type veth peer name v1', 'link add b0 type bridge vlan_default_pvid 0',
            'link set v1 master b0', 'link set b0 up', 'link set v0 up', 'link set v1 up', 'addr add 10.5.0.9/24 brd + dev v0', 'addr add 10.5.0.10/24 dev v0',
            'addr add 10.5.1.1 peer 10.5.1.2/32 dev v0', 'addr add 2001:db8:5::1/64 dev v0 nodad',
            'route add 10.6.0.0/16 via 10.5.0.8 src 10.5.0.10', 'route add default via 10.5.0.200',
            'route add 2001:db8:6::/48 via 2001:db8:5::9', 'neigh add 10.5.0.7 lladdr 02:00:00:00:00:07 dev v0 nud permanent',
            'route add 10.7.0.0/16 nexthop via 10.5.0.201 weight 2 nexthop via 10.5.0.202',
            'neigh add 2001:db8:5::7 lladdr 02:00:00:00:00:07 dev v0 nud permanent',
            'link add vx0 type vxlan id 7 dstport 4789 local 10.5.0.9'
        & bridge -n $ns fdb add 02:00:00:00:00:09 dev v1 master static
        & bridge -n $ns fdb add 02:00:00:00:00:0a dev vx0 dst 10.5.0.77 self
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'is the text that the system''s tools show, in JSON, and <Type> in the shell: <Text>' -ForEach @(
        @{
            Text = 'LinkLayerAddress of a link'; Type = 'GeneveNet.MacAddress'; Property = 'LinkLayerAddress'
            Of   = { Get-Link v0 -Namespace $ns }; Is = { (Get-IpLink $ns v0).address }
        }
        @{
            Text = 'LinkLayerAddress of a bridge'; Type = 'GeneveNet.MacAddress'; Property = 'LinkLayerAddress'
            Of   = { Get-Bridge b0 -Namespace $ns }; Is = { (Get-IpLink $ns b0).address }
        }
        @{
            Text = 'Address of an address'; Type = 'GeneveNet.CidrAddress'; Property = 'Address'
            Of   = { Get-LinkAddress v0 -Namespace $ns | Where-Object Scope -EQ Global }; Is = { Get-IpAddress $ns v0 }
        }
        @{
            Text = 'IPAddress of an address'; Type = 'ipaddress'; Property = 'IPAddress'
            Of   = { Get-LinkAddress v0 -Namespace $ns | Where-Object Scope -EQ Global }
            Is   = { (Get-IpAddress $ns v0) -replace '/.*' }
        }
        @{
            Text = 'Broadcast of an address'; Type = 'ipaddress'; Property = 'Broadcast'
            Of   = { Get-LinkAddress v0 -Namespace $ns | Where-Object Broadcast }
            Is   = { (Get-IpJson -n $ns addr show dev v0).addr_info.broadcast | Where-Object { $_ } }
        }
        @{
            Text = 'Peer of an address'; Type = 'ipaddress'; Property = 'Peer'
            Of   = { Get-LinkAddress v0 -Namespace $ns | Where-Object Peer }
            Is   = { (Get-IpJson -n $ns addr show dev v0).addr_info | ForEach-Object address | Where-Object { $_ } }
        }
        @{
            Text = 'Destination of a route'; Type = 'GeneveNet.CidrAddress'; Property = 'Destination'
            Of   = { Get-Route -Family IPv4 -Namespace $ns | Where-Object { -not $_.Destination.IsHost } }
            Is   = { (Get-IpJson -n $ns route).dst -replace '^default$', '0.0.0.0/0' -match '/' }
        }
        @{
            Text = 'Destination of an IPv6 route'; Type = 'GeneveNet.CidrAddress'; Property = 'Destination'
            Of   = { Get-Route 2001:db8:6::/48 -Namespace $ns }; Is = { (Get-IpJson -n $ns -6 route show 2001:db8:6::/48).dst }
        }
        @{
            Text = 'Gateway of a route'; Type = 'ipaddress'; Property = 'Gateway'
            Of   = { Get-Route -Namespace $ns | Where-Object Gateway }
            Is   = { (Get-IpJson -n $ns route).gateway | Where-Object { $_ }; (Get-IpJson -n $ns -6 route).gateway | Where-Object { $_ } }
        }
        @{
            Text = 'Source of a route'; Type = 'ipaddress'; Property = 'Source'
            Of   = { Get-Route 10.6.0.0/16 -Namespace $ns }; Is = { (Get-IpJson -n $ns route show 10.6.0.0/16).prefsrc }
        }
        @{
            Text = 'Gateway of a next hop'; Type = 'ipaddress'; Property = 'Gateway'
            Of   = { (Get-Route 10.7.0.0/16 -Namespace $ns).NextHops }; Is = { (Get-IpJson -n $ns route show 10.7.0.0/16).nexthops.gateway }
        }
        @{
            Text = 'Address of a neighbor'; Type = 'ipaddress'; Property = 'Address'
            Of   = { Get-Neighbor -Namespace $ns }; Is = { (Get-IpJson -n $ns neigh show nud permanent).dst }
        }
        @{
            Text = 'LinkLayerAddress of a neighbor'; Type = 'GeneveNet.MacAddress'; Property = 'LinkLayerAddress'
            Of   = { Get-Neighbor -Namespace $ns }; Is = { (Get-IpJson -n $ns neigh show nud permanent).lladdr }
        }
        @{
            Text = 'LinkLayerAddress of an entry'; Type = 'GeneveNet.MacAddress'; Property = 'LinkLayerAddress'
            Of   = { Get-BridgeFdbEntry b0 -Namespace $ns | Where-Object Kind -EQ Static }
            Is   = { (Get-Fdb $ns | Where-Object { $_.state -eq 'static' -and $_.ifname -eq 'v1' }).mac }
        }
        @{
            Text = 'Remote of an entry'; Type = 'ipaddress'; Property = 'Remote'
            Of   = { Get-BridgeFdbEntry -Namespace $ns | Where-Object Remote }; Is = { (Get-Fdb $ns).dst | Where-Object { $_ } }
        }
    ) {
        $given = @(& $Of)
        $expected = @(& $Is)
        $expected | Should -Not -BeNullOrEmpty
        $given | ForEach-Object { , $_.$Property | Should -BeOfType $Type }
        # An array has an Address of its own: the property is asked of each.
        $given | ConvertTo-Saved | ForEach-Object $Property | ForEach-Object { "$($_.GetType().Name) $_" } | Sort-Object |
            Should -Be ($expected | ForEach-Object { "String $_" } | Sort-Object)
        # A bare array, objects that came through no pipeline, and -AsArray.
        ConvertTo-Json -Depth 3 $given | ConvertFrom-Json | ForEach-Object $Property | Sort-Object | Should -Be ($expected | Sort-Object)
        (ConvertTo-Json -Depth 3 $given[0] | ConvertFrom-Json).$Property | Should -BeIn $expected
        $given | ConvertTo-Json -Depth 3 -AsArray | ConvertFrom-Json | ForEach-Object $Property | Sort-Object |
            Should -Be ($expected | Sort-Object)
        # The same text compares equal, both ways.
        "$($given[0].$Property)" -eq $given[0].$Property | Should -BeTrue
        $given[0].$Property -eq "$($given[0].$Property)" | Should -BeTrue
    }

    It 'of a packet is text in JSON and typed in the shell' {
        $ends = @{
            Source = '192.0.2.1'; Destination = '192.0.2.2'; SourceMac = '02:00:00:00:00:01'; DestinationMac = '02:00:00:00:00:02'
        }
        $arp = '00006558 0003e800 ffffffffffff 76767676769e 0806 0001 0800 06 04 0001 76767676769e 0a000001 000000000000 0a000002'
        $packet = ConvertFrom-GenevePacket (ConvertTo-GenevePacket 77 @ends) -Frame
        $saved = $packet | ConvertTo-Saved
        "$($saved.OuterSource) $($saved.OuterDestination) $($saved.OuterSourceMac) $($saved.OuterDestinationMac)" |
            Should -Be '192.0.2.1 192.0.2.2 02:00:00:00:00:01 02:00:00:00:00:02'
        "$($saved.Outer.IP.Source) $($saved.Outer.IP.Destination)" | Should -Be '192.0.2.1 192.0.2.2'
        "$($saved.Outer.Ethernet.Source) $($saved.Outer.Ethernet.Destination)" | Should -Be '02:00:00:00:00:01 02:00:00:00:00:02'
        $packet.OuterSource, $packet.OuterDestination, $packet.Outer.IP.Source | Should -BeOfType ipaddress
        $packet.OuterSourceMac, $packet.Outer.Ethernet.Destination | Should -BeOfType GeneveNet.MacAddress
        $inner = (ConvertFrom-GenevePacket $arp).Inner
        $saved = $inner.Arp | ConvertTo-Saved
        "$($saved.SenderMac) $($saved.SenderIP) $($saved.TargetMac) $($saved.TargetIP)" |
            Should -Be '76:76:76:76:76:9e 10.0.0.1 00:00:00:00:00:00 10.0.0.2'
        $inner.Arp.SenderIP | Should -BeOfType ipaddress
        $inner.Arp.TargetMac | Should -BeOfType GeneveNet.MacAddress
    }

    It 'alone has its text in JSON' {
        (Get-Link v0 -Namespace $ns).LinkLayerAddress | ConvertTo-Json | ConvertFrom-Json | ForEach-Object Text |
            Should -Be (Get-IpLink $ns v0).address
        $saved = (Get-Route 10.6.0.0/16 -Namespace $ns).Destination | ConvertTo-Json | ConvertFrom-Json
        "$($saved.Text) $($saved.Address) $($saved.PrefixLength) $($saved.Network)" | Should -Be '10.6.0.0/16 10.6.0.0 16 10.6.0.0/16'
    }

    It 'sorts by its number' {
        (Get-LinkAddress v0 -Family IPv4 -Namespace $ns | Sort-Object Address).Label.Count | Should -Be 3
        Get-LinkAddress v0 -Family IPv4 -Namespace $ns | Sort-Object Address | ForEach-Object { "$($_.Address)" } |
            Should -Be '10.5.0.9/24', '10.5.0.10/24', '10.5.1.1/32'
        Get-LinkAddress v0 -Family IPv4 -Namespace $ns | Sort-Object IPAddress -Descending | ForEach-Object { "$($_.IPAddress)" } |
            Should -Be '10.5.1.1', '10.5.0.10', '10.5.0.9'
        Get-Route -Family IPv4 -Namespace $ns | Where-Object Gateway | Sort-Object Gateway | ForEach-Object { "$($_.Gateway)" } |
            Should -Be '10.5.0.8', '10.5.0.200'
        Get-Route -Family IPv4 -Namespace $ns | Sort-Object Destination | Select-Object -First 1 | ForEach-Object { "$($_.Destination)" } |
            Should -Be '0.0.0.0/0'
        Get-Neighbor -Namespace $ns | Sort-Object Address | ForEach-Object { "$($_.Address)" } | Should -Be '10.5.0.7', '2001:db8:5::7'
    }

    It 'is equal to the framework''s own address, both ways' {
        $address = (Get-LinkAddress v0 -Namespace $ns | Sort-Object Address)[0].IPAddress
        $address.Equals([ipaddress]'10.5.0.9') | Should -BeTrue
        ([ipaddress]'10.5.0.9').Equals($address) | Should -BeTrue
        @{ $address = 1 }[[ipaddress]'10.5.0.9'] | Should -Be 1
        $address -lt '10.5.0.10' | Should -BeTrue
        $address -in '10.5.0.8', '10.5.0.9' | Should -BeTrue
    }
}

Describe 'A tunnel in JSON' -Tag Geneve {
    BeforeAll {
        $ns = Get-TestName
        $other = Get-TestName
        Add-TestNamespace $ns, $other
        Invoke-IpBatch $ns 'link add g9 type geneve id 9 remote 10.0.0.9', 'link add g10 type geneve id 10 remote 10.0.0.10',
            'link add g6 type geneve id 6 remote 2001:db8::6'
    }

    AfterAll {
        Remove-TestNamespace $ns, $other
    }

    It 'has its remote as text, and makes the same tunnel' {
        $saved = Get-GeneveTunnel -Namespace $ns | ConvertTo-Saved
        $saved | ForEach-Object { "$($_.Name) $($_.Remote)" } | Sort-Object |
            Should -Be 'g10 10.0.0.10', 'g6 2001:db8::6', 'g9 10.0.0.9'
        $null = $saved | New-GeneveTunnel -Namespace $other
        foreach ($name in 'g9', 'g10', 'g6') {
            $of, $to = foreach ($place in $ns, $other) {
                $link = Get-IpLink $place $name
                "$($link.address) $($link.linkinfo.info_data.remote) $($link.linkinfo.info_data.remote6) $($link.linkinfo.info_data.id)"
            }
            $to | Should -Be $of
        }
    }

    It 'sorts by its remote' {
        (Get-GeneveTunnel -Namespace $ns | Sort-Object Remote).Name | Should -Be g9, g10, g6
        (Get-GeneveTunnel -Namespace $ns)[0].Remote | Should -BeOfType ipaddress
        (Get-GeneveTunnel -Namespace $ns | Where-Object Remote -EQ 10.0.0.10).Name | Should -Be g10
    }

    It 'is a verdict about it that has the addresses as text' {
        $verdict = Test-GenevePath g9 -Namespace $ns -ErrorAction Ignore
        $verdict.Remote | Should -BeOfType ipaddress
        ($verdict | ConvertTo-Saved).Remote | Should -Be '10.0.0.9'
        $verdict | ConvertTo-Json -Depth 6 -WarningAction Ignore | Should -Not -Match 'AddressFamily'
    }
}

Describe 'What was saved as <Text>' -ForEach @(
    @{ Text = 'JSON'; Save = { $input | ConvertTo-Json -Depth 4 -WarningAction Ignore | ConvertFrom-Json } }
    @{ Text = 'Clixml'; Save = { $input | Export-Clixml "$TestDrive/saved.xml"; Import-Clixml "$TestDrive/saved.xml" } }
) {
    BeforeEach {
        $ns = Get-TestName
        $other = Get-TestName
        Add-TestNamespace $ns, $other
        # Without a default VLAN each entry is there once; a kernel with VLAN filtering would add it to VLAN 1, too.
        Invoke-IpBatch $ns 'link add b0 type bridge vlan_default_pvid 0', 'link add v0 mtu 1300 address 02:00:00:00:00:05 type veth peer name v1'
        Invoke-IpBatch $other 'link add b0 type bridge vlan_default_pvid 0'
    }

    AfterEach {
        Remove-TestNamespace $ns, $other
    }

    It 'makes the same link, addresses, routes, neighbors and entries' {
        $null = Get-Link v0 -Namespace $ns | & $Save | New-VethPair -PeerName v1 -Namespace $other
        Invoke-IpBatch $ns 'link set v0 up', 'addr add 10.5.0.1/24 dev v0', 'addr add 2001:db8:5::1/64 dev v0 nodad',
            'route add 10.6.0.0/16 via 10.5.0.9 metric 5', 'route add 10.7.0.0/16 dev v0 mtu 1300', 'route add blackhole 10.8.0.0/16',
            'neigh add 10.5.0.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent', 'link set v1 master b0'
        Invoke-IpBatch $other 'link set v0 up', 'link set v1 master b0'
        & bridge -n $ns fdb add 02:00:00:00:00:0b dev v1 master static
        Get-LinkAddress v0 -Namespace $ns | Where-Object { -not $_.IPAddress.IsIPv6LinkLocal } | & $Save | Add-LinkAddress -Namespace $other
        Get-Route -Family IPv4 -Namespace $ns | Where-Object Protocol -NE Kernel | & $Save | Add-Route -Namespace $other
        Get-Neighbor -Namespace $ns | Where-Object IsStatic | & $Save | Set-StaticNeighbor -Namespace $other
        Get-BridgeFdbEntry b0 -Namespace $ns | Where-Object Kind -EQ Static | & $Save | Add-BridgeFdbEntry -Namespace $other
        (Get-IpLink $other v0).mtu | Should -Be 1300
        (Get-IpLink $other v0).address | Should -Be (Get-IpLink $ns v0).address
        foreach ($command in { (& ip -n $args[0] -br addr show v0) -replace '\b(UP|DOWN|LOWERLAYERDOWN|UNKNOWN) *', '' }, { & ip -n $args[0] route },
            { & ip -n $args[0] neigh show nud permanent }, { & bridge -n $args[0] fdb show br b0 | Select-String '0b dev' }) {
            $of, $to = foreach ($place in $ns, $other) { (& $command $place) -replace 'fe80\S+', '' -replace ' linkdown', '' -join "`n" }
            $of | Should -Not -BeNullOrEmpty
            $to | Should -Be $of
        }
    }

    It 'means the same objects: what is removed by it is gone' {
        Invoke-IpBatch $ns 'link set v0 up', 'addr add 10.5.0.1/24 dev v0', 'route add 10.6.0.0/16 via 10.5.0.9',
            'neigh add 10.5.0.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent'
        Get-Route 10.6.0.0/16 -Namespace $ns | & $Save | Remove-Route -Confirm:$false
        Get-Neighbor 10.5.0.9 -Namespace $ns | & $Save | Remove-StaticNeighbor -Confirm:$false
        Get-LinkAddress v0 -Family IPv4 -Namespace $ns | & $Save | Remove-LinkAddress -Confirm:$false
        & ip -n $ns route | Should -BeNullOrEmpty
        & ip -n $ns neigh show nud permanent | Should -BeNullOrEmpty
        Get-IpAddress $ns v0 | Should -BeNullOrEmpty
    }
}
