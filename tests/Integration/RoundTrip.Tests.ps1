# What Get- returns makes the same again, by way of a table or straight from the pipeline; and an empty cell is nothing given.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Common.psm1"
    $manifest = Import-PowerShellDataFile "$PSScriptRoot/../../GeneveNet.psd1"
    # Every parameter that a property of an object can give, but for what says which object and where.
    $cells = foreach ($name in $manifest.CmdletsToExport | Where-Object { $_ -match '^(New|Set|Add)-' }) {
        foreach ($parameter in (Get-Command $name).Parameters.Values) {
            $sets = $parameter.Attributes | Where-Object { $_ -is [Parameter] }
            $isOptional = -not ($sets | Where-Object Mandatory)
            $isNamed = $parameter.Name -notin 'Name', 'Link', 'Namespace', 'Container', 'InputObject'
            if ($isOptional -and $isNamed -and ($sets | Where-Object ValueFromPipelineByPropertyName)) {
                @{ Cmdlet = $name; Parameter = $parameter.Name }
            }
        }
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # The parts of `ip -d -j` that a new link of the same settings has as well.
    function Get-Part ($Name, $Link, [switch] $Mac) {
        $is = (& ip -n $Name -d -j link show $Link | ConvertFrom-Json)[0]
        $parts = 'mtu', 'master', 'ifalias' | ForEach-Object { $is.$_ }
        if ($Mac) { $parts += $is.address }
        # What runs (timers, the times since) and what is of the place (ids that begin with the MAC address) differs.
        $data = $is.linkinfo.info_data.psobject.Properties |
            Where-Object Name -NotMatch 'timer|_id$|root_|topology|fdb_n_learned' | ForEach-Object { "$($_.Name)=$($_.Value)" }
        "$parts $data $($is.flags -contains 'UP')"
    }
}

Describe 'A table of tunnels' -Tag Geneve {
    BeforeEach {
        $ns = Get-TestName
        $other = Get-TestName
        Add-TestNamespace $ns, $other
    }

    AfterEach {
        Remove-TestNamespace $ns, $other
    }

    It 'makes the same tunnels again: <Text>' -ForEach @(
        @{ Text = 'plain'; Make = 'id 7 remote 10.0.0.2' }
        @{ Text = 'port, ttl, tos'; Make = 'id 7 remote 10.0.0.2 dstport 7081 ttl 9 tos 0x10' }
        @{ Text = 'ttl inherit, tos inherit'; Make = 'id 7 remote 10.0.0.2 ttl inherit tos inherit' }
        @{ Text = 'df set'; Make = 'id 7 remote 10.0.0.2 df set' }
        @{ Text = 'df inherit and checksums'; Make = 'id 7 remote 10.0.0.2 df inherit udpcsum' }
        @{ Text = 'IPv6'; Make = 'id 0 remote 2001:db8::2' }
        @{ Text = 'IPv6, no checksums, a flow label'; Make = 'id 0 remote 2001:db8::2 noudp6zerocsumrx udp6zerocsumtx flowlabel 0x12345' }
        @{ Text = 'external'; Make = 'external dstport 7082' }
        @{ Text = 'layer 3'; Make = 'id 7 remote 10.0.0.2 innerprotoinherit' }
    ) {
        & ip -n $ns link add g0 mtu 1400 address 02:00:00:00:00:77 type geneve @(-split $Make)
        & ip -n $ns link set g0 up alias 'a, "b"'
        Get-GeneveTunnel -Namespace $ns | Export-Csv "$TestDrive/tunnels.csv"
        $null = Import-Csv "$TestDrive/tunnels.csv" | New-GeneveTunnel -Namespace $other
        Get-Part $other g0 -Mac | Should -Be (Get-Part $ns g0 -Mac)
        & ip -n $other link del g0
        $null = Get-GeneveTunnel -Namespace $ns | New-GeneveTunnel -Namespace $other
        Get-Part $other g0 | Should -Be (Get-Part $ns g0)
        if ($Make -notmatch 'innerproto') {
            (Get-IpLink $other g0).address | Should -Not -Be 02:00:00:00:00:77 -Because 'a copy is another station'
        }
        # Once more, onto what is there.
        $before = Get-Part $other g0
        Import-Csv "$TestDrive/tunnels.csv" | Where-Object External -NE True | Set-GeneveTunnel -Namespace $other
        Get-Part $other g0 | Should -Be $before
    }

    It 'takes settings from rows, and only the name from a tunnel' {
        $old = New-GeneveTunnel g0 -Vni 7 -Remote 10.0.0.2 -Mtu 1400 -Namespace $ns
        Set-GeneveTunnel g0 -Remote 10.0.0.3 -Ttl 9 -Namespace $ns
        $old | Set-GeneveTunnel -Tos 4
        $is = (Get-IpLink $ns g0).linkinfo.info_data
        "$($is.remote) $($is.ttl) $($is.tos)" | Should -Be '10.0.0.3 9 0x4'
        [pscustomobject]@{ Name = 'g0'; Remote = '10.0.0.4'; Ttl = ''; Tos = '0'; Namespace = $ns } | Set-GeneveTunnel
        $is = (Get-IpLink $ns g0).linkinfo.info_data
        "$($is.remote) $($is.ttl) $($is.tos)" | Should -Be '10.0.0.4 9 '
    }
}

Describe 'A table' -Tag NoKernel {
    BeforeEach {
        $ns = Get-TestName
        $other = Get-TestName
        Add-TestNamespace $ns, $other
        Invoke-IpBatch $ns 'link add v0 type veth peer name v1', 'link add b0 type bridge', 'link add b1 type bridge stp_state 1 forward_delay 400'
        Invoke-IpBatch $other 'link add v0 type veth peer name v1', 'link add b0 type bridge'
    }

    AfterEach {
        Remove-TestNamespace $ns, $other
    }

    It 'makes the same bridges again' {
        & ip -n $ns link set b1 type bridge vlan_filtering 1 2>$null
        & ip -n $ns link set b1 type bridge ageing_time 6000 priority 4096 mcast_snooping 0 group_fwd_mask 8
        Get-Bridge b1 -Namespace $ns | Export-Csv "$TestDrive/bridges.csv"
        $null = Import-Csv "$TestDrive/bridges.csv" | New-Bridge -Namespace $other
        Get-Part $other b1 -Mac | Should -Be (Get-Part $ns b1 -Mac)
        Import-Csv "$TestDrive/bridges.csv" | ForEach-Object { $_.Name = 'b0'; $_ } | Set-Bridge -Namespace $other
        Get-Part $other b0 | Should -Be (Get-Part $ns b1)
    }

    It 'takes settings of a bridge from rows, and only the name from a bridge' {
        $old = Get-Bridge b0 -Namespace $ns
        & ip -n $ns link set b0 type bridge ageing_time 6000
        $old | Set-Bridge -Stp $true
        (Get-IpLink $ns b0).linkinfo.info_data.ageing_time | Should -Be 6000
        $old | Export-Clixml "$TestDrive/bridge.xml"
        Import-Clixml "$TestDrive/bridge.xml" | Set-Bridge -Stp $false
        (Get-IpLink $ns b0).linkinfo.info_data.ageing_time | Should -Be 6000
        (Get-IpLink $ns b0).linkinfo.info_data.stp_state | Should -Be 0
    }

    It 'adds the same ports' {
        & ip -n $ns link set v0 master b0
        & bridge -n $ns link set dev v0 isolated on hairpin on learning off cost 77
        Get-BridgePort -Namespace $ns | Export-Csv "$TestDrive/ports.csv"
        Import-Csv "$TestDrive/ports.csv" | Add-BridgePort -Namespace $other
        $both = foreach ($place in $ns, $other) {
            $port = (Get-IpLink $place v0).linkinfo.info_slave_data
            "$($port.isolated) $($port.hairpin) $($port.learning) $($port.cost)"
        }
        $both[1] | Should -Be $both[0]
    }

    It 'adds the same addresses, routes, neighbors and entries' {
        Invoke-IpBatch $ns 'link set v0 up', 'addr add 10.5.0.1/24 dev v0', 'addr add 2001:db8:5::1/64 dev v0 nodad',
            'route add 10.6.0.0/16 via 10.5.0.9 metric 5', 'route add 10.7.0.0/16 dev v0 mtu 1300', 'route add blackhole 10.8.0.0/16',
            'neigh add 10.5.0.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent'
        Invoke-IpBatch $other 'link set v0 up'
        Get-LinkAddress v0 -Namespace $ns | Where-Object { -not $_.IPAddress.IsIPv6LinkLocal } | ConvertTo-Csv | ConvertFrom-Csv |
            Add-LinkAddress -Namespace $other
        Get-Route -Family IPv4 -Namespace $ns | Where-Object Protocol -NE Kernel | ConvertTo-Csv | ConvertFrom-Csv | Add-Route -Namespace $other
        Get-Neighbor -Namespace $ns | Where-Object IsStatic | ConvertTo-Csv | ConvertFrom-Csv | Set-StaticNeighbor -Namespace $other
        foreach ($command in { (& ip -n $args[0] -br addr show v0) -replace '\b(UP|DOWN|LOWERLAYERDOWN|UNKNOWN) *', '' }, { & ip -n $args[0] route }, { & ip -n $args[0] neigh show nud permanent }) {
            $of, $to = foreach ($place in $ns, $other) { (& $command $place) -replace 'fe80\S+', '' -replace ' linkdown', '' -join "`n" }
            $to | Should -Be $of
        }
        Get-Route -Family IPv4 -Namespace $other | Where-Object Protocol -NE Kernel | ConvertTo-Csv | ConvertFrom-Csv | Remove-Route -Confirm:$false
        & ip -n $other route | Should -Not -Match '10\.[678]\.'
    }

    It 'sets links to what it says' {
        Invoke-IpBatch $ns 'link set v0 up mtu 1300 alias x txqueuelen 77'
        Get-Link v0, lo -Namespace $ns | Export-Csv "$TestDrive/links.csv"
        Import-Csv "$TestDrive/links.csv" | Set-Link -Namespace $other
        $is = Get-IpLink $other v0
        "$($is.mtu) $($is.ifalias) $($is.txqlen) $($is.flags -contains 'UP') $($is.address)" |
            Should -Be "1300 x 77 True $((Get-IpLink $ns v0).address)"
        [pscustomobject]@{ Name = 'v0'; Mtu = ''; Alias = ''; IsUp = 'False'; LinkLayerAddress = '' } | Set-Link -Namespace $other
        $is = Get-IpLink $other v0
        "$($is.mtu) $($is.ifalias) $($is.flags -contains 'UP')" | Should -Be '1300 x False'
    }

    It 'says nothing with an empty cell: <Cmdlet> -<Parameter>' -ForEach $cells {
        # With the cell or without, the same comes of it: -WhatIf tells.
        $arguments = @{ Namespace = $ns; WhatIf = $true }
        $row = [ordered]@{}
        $values = @{
            Name = 'v0'; Link = 'v0'; Port = 'v0'; PeerName = 'p9'; Destination = '10.9.0.0/16'; Address = '10.9.0.1/32'
            LinkLayerAddress = '02:00:00:00:00:09'; Vni = '5'; Remote = '10.0.0.2'; Bridge = 'b0'
        }
        foreach ($one in (Get-Command $Cmdlet).Parameters.Values | Where-Object Name -NE $Parameter) {
            $isMandatory = $one.Attributes | Where-Object { $_ -is [Parameter] -and $_.Mandatory }
            if ($isMandatory -and $one.Name -ne 'InputObject') { $row[$one.Name] = $values[$one.Name] }
        }
        if ($Cmdlet -like 'New-*') { $row.Name = 'n9' }
        if ($Cmdlet -eq 'New-GeneveTunnel') { $row.Vni = '5'; $row.Remote = '10.0.0.2' }
        if ($Cmdlet -eq 'Set-Bridge') { $row.Name = 'b0' }
        if ($Cmdlet -like '*-Bridge*') { $row.Remove('Bridge') }
        if ($Cmdlet -eq 'Add-Route') { $row.Link = 'v0' }
        if ($Cmdlet -eq 'Add-BridgePort') { $arguments.Bridge = 'b0' }
        if ($Cmdlet -like '*BridgePort') { & ip -n $ns link set v0 master b0 }
        $row.Remove($Parameter)
        $run = {
            $PSCmdlet = $null
            try { $args[0] | & $Cmdlet @arguments -ErrorAction Stop 6>&1 | Out-String } catch { "$($_.FullyQualifiedErrorId) $_" }
        }
        $without = & $run ([pscustomobject]$row)
        $row[$Parameter] = ''
        $with = & $run ([pscustomobject]$row)
        $with | Should -Be $without
        $with | Should -Not -BeLike 'ParameterArgument*'
    }
}

Describe 'Numbers and times' -Tag NoKernel {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns 'link add b0 type bridge'
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It '<Value> is no <Parameter> of Set-Bridge' -ForEach @(
        foreach ($value in '1,5', '10,20', '1.5.2', '1e3', 'ten', ' ', $true, '-1', '1_000', [datetime]::Now, '0x', '٣') {
            @{ Parameter = 'AgeingTime'; Value = $value }
        }
        foreach ($value in '1,5', '10,20', '1.5', 1.5, '1e3', 'ten', ' ', $true, '-1', '65536', [datetime]::Now, '0x', '0x10000', '٣', ([double]::NaN)) {
            @{ Parameter = 'Priority'; Value = $value }
        }
        foreach ($value in '1,5', 'yes', '2', 'on', 1.5) { @{ Parameter = 'Stp'; Value = $value } }
    ) {
        $before = & ip -n $ns -d -j link show b0
        $arguments = @{ $Parameter = $Value }
        Assert-Failure { Set-Bridge b0 -Namespace $ns @arguments } ParameterArgumentTransformationError InvalidData $Parameter
        $is = & ip -n $ns -d -j link show b0
        ($is -replace '_timer":[\d.]+', '') | Should -Be ($before -replace '_timer":[\d.]+', '')
    }

    It '<Value> is a <Parameter> of Set-Bridge' -ForEach @(
        @{ Parameter = 'AgeingTime'; Value = '7.5'; Is = 750; Of = 'ageing_time' }
        @{ Parameter = 'AgeingTime'; Value = 8; Is = 800; Of = 'ageing_time' }
        @{ Parameter = 'AgeingTime'; Value = '00:00:09'; Is = 900; Of = 'ageing_time' }
        @{ Parameter = 'AgeingTime'; Value = [timespan]'00:00:10'; Is = 1000; Of = 'ageing_time' }
        @{ Parameter = 'Priority'; Value = '0x1000'; Is = 4096; Of = 'priority' }
        @{ Parameter = 'Priority'; Value = 8192.0; Is = 8192; Of = 'priority' }
        @{ Parameter = 'Priority'; Value = ' 4096 '; Is = 4096; Of = 'priority' }
        @{ Parameter = 'Stp'; Value = 'True'; Is = 1; Of = 'stp_state' }
        @{ Parameter = 'Stp'; Value = $false; Is = 0; Of = 'stp_state' }
    ) {
        $arguments = @{ $Parameter = $Value }
        Set-Bridge b0 -Namespace $ns @arguments
        (Get-IpLink $ns b0).linkinfo.info_data.$Of | Should -Be $Is
    }
}

Describe 'Comparing and sorting' -Tag NoKernel {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns 'link add v0 type veth peer name v1', 'link set v0 up', 'addr add 10.0.0.10/24 dev v0', 'addr add 10.0.0.9/24 dev v0',
            'addr add 9.255.0.1/24 dev v0', 'addr add 10.0.0.100/24 dev v0'
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'goes by numbers' {
        Get-LinkAddress v0 -Family IPv4 -Namespace $ns | Sort-Object Address | ForEach-Object { "$($_.Address)" } |
            Should -Be '9.255.0.1/24', '10.0.0.9/24', '10.0.0.10/24', '10.0.0.100/24'
    }

    It 'takes text for namespaces, addresses and MAC addresses' {
        (Get-Link v0 -Namespace $ns | Where-Object Namespace -EQ $ns).Name | Should -Be v0
        Get-Link v0 -Namespace $ns | Where-Object Namespace -EQ nowhere | Should -BeNullOrEmpty
        (Get-LinkAddress -Namespace $ns | Where-Object IPAddress -EQ 10.0.0.9).Link | Should -Be v0
        (Get-LinkAddress -Namespace $ns | Where-Object Address -EQ 10.0.0.9/24).Link | Should -Be v0
        $mac = (Get-IpLink $ns v0).address
        (Get-Link -Namespace $ns | Where-Object LinkLayerAddress -EQ $mac.ToUpperInvariant()).Name | Should -Be v0
    }
}
