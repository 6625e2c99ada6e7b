# One convention for the parameters of all cmdlets: the order of positional arguments, the names NetTCPIP has, switches and values.

using namespace System.Management.Automation

BeforeDiscovery {
    $cmdlets = Get-Command -Module GeneveNet -CommandType Cmdlet | ForEach-Object { @{ Cmdlet = $_.Name; Command = $_ } }
    # The names that NetTCPIP has for our parameters.
    $aliases = foreach ($one in $cmdlets) {
        foreach ($parameter in $one.Command.Parameters.Values) {
            $alias = switch ($parameter) {
                { $_.Aliases -contains 'ifname' } { 'InterfaceAlias' }
                { $_.Name -eq 'Index' } { 'InterfaceIndex' }
                { $_.Name -eq 'Gateway' } { 'NextHop' }
                { $_.Name -eq 'Metric' } { 'RouteMetric' }
                { $_.Name -eq 'Destination' -and $one.Cmdlet -in 'Get-Route', 'Add-Route', 'Remove-Route' } { 'DestinationPrefix' }
                { $_.Name -eq 'Address' -and $one.Cmdlet -match 'LinkAddress$|Neighbor$' } { 'IPAddress' }
            }
            if ($alias) { @{ Cmdlet = $one.Cmdlet; Parameter = $parameter.Name; Alias = $alias; Aliases = $parameter.Aliases } }
        }
    }
    $changing = $cmdlets | Where-Object { $_.Cmdlet -match '^Set-|^Add-BridgePort$' }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
}

Describe 'The parameters of every cmdlet' -Tag NoKernel {
    It '<Cmdlet> takes what it is about first, and then where that is' -ForEach $cmdlets {
        foreach ($set in $Command.ParameterSets) {
            $positional = @($set.Parameters | Where-Object Position -GE 0 | Sort-Object Position | ForEach-Object Name)
            $where = @($positional | Where-Object { $_ -in 'Link', 'Port', 'Bridge' })
            # The two bridges of a rule are what it is about.
            $what = @($positional | Where-Object { $_ -notin $where -and $_ -ne 'OutBridge' })
            "$($positional | Where-Object { $_ -ne 'OutBridge' })" | Should -Be "$($what + $where)"
        }
    }

    It '<Cmdlet> -<Parameter> is also -<Alias>' -ForEach $aliases {
        $Aliases | Should -Contain $Alias
    }

    It 'no object has a property of such a name that means something else' {
        $outputs = (Get-Command -Module GeneveNet -CommandType Cmdlet).OutputType.Type |
            Where-Object FullName -Like 'GeneveNet.*' | Sort-Object FullName -Unique
        $names = 'InterfaceAlias', 'InterfaceIndex', 'DestinationPrefix', 'NextHop', 'RouteMetric', 'IPAddress', 'PrefixLength'
        $outputs.Count | Should -BeGreaterThan 10
        $found = foreach ($type in $outputs) {
            foreach ($name in $names) {
                if ($type.GetProperty($name)) { "$($type.Name).$name" }
            }
        }
        # The metric of an address is not that of a route; Add-Route and Remove-Route know.
        $known = 'LinkAddress.IPAddress', 'LinkAddress.PrefixLength', 'LinkAddress.RouteMetric'
        $found | Sort-Object | Should -Be $known
    }

    It '<Cmdlet> takes a value for what can be on, off or left alone' -ForEach $changing {
        $switches = $Command.Parameters.Values |
            Where-Object { $_.ParameterType -eq [switch] -and -not [Cmdlet]::CommonParameters.Contains($_.Name) }
        $plain = 'Up', 'Down', 'Force', 'PassThru', 'WhatIf', 'Confirm'
        $switches.Name | Where-Object { $_ -notin $plain } | Should -BeNullOrEmpty
    }

    It 'a cmdlet that creates has switches, but for what is on by default' {
        foreach ($command in Get-Command New-* -Module GeneveNet) {
            $command.Parameters.Values | Where-Object ParameterType -EQ ([Nullable[bool]]) | ForEach-Object Name |
                Where-Object { $_ -ne 'MulticastSnooping' } | Should -BeNullOrEmpty
        }
    }
}

Describe 'Arguments by position' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
    }

    BeforeEach {
        Invoke-IpBatch $ns @(
            'link add br0 type bridge', 'link add br1 type bridge', 'link add a0 type veth peer name a1'
            'link set a0 up', 'link set a1 up', 'addr add 10.1.0.1/24 dev a0', 'addr add 10.2.0.1/24 dev a1'
            'neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 nud stale dev a0', 'neigh add 10.1.0.8 lladdr 02:00:00:00:00:08 nud stale dev a0'
            'neigh add 10.2.0.9 lladdr 02:00:00:00:00:09 nud stale dev a1'
        )
    }

    AfterEach { Invoke-IpBatch $ns 'link del br0', 'link del br1', 'link del a0' }

    AfterAll { Remove-TestNamespace $ns }

    It 'add an address: <Text>' -ForEach @(
        @{ Text = 'Add-LinkAddress 10.7.0.1/24 a0' }
        @{ Text = 'Add-LinkAddress a0 10.7.0.1/24' }
        @{ Text = 'Add-LinkAddress (Get-Link a0 -Namespace NS) 10.7.0.1/24' }
        @{ Text = 'Get-Link a0 -Namespace NS | Add-LinkAddress 10.7.0.1/24' }
        @{ Text = '[pscustomobject]@{ Address = "10.7.0.1/24" } | Add-LinkAddress a0' }
        @{ Text = 'Add-LinkAddress 10.7.0.1 a0 -PrefixLength 24' }
        @{ Text = 'Add-LinkAddress 10.7.0.1/24 a0 -PrefixLength 24' }
        @{ Text = 'Add-LinkAddress a0 10.7.0.1 -PrefixLength 24' }
        @{ Text = 'Add-LinkAddress -InterfaceAlias a0 -IPAddress 10.7.0.1 -PrefixLength 24' }
        @{ Text = '[pscustomobject]@{ InterfaceAlias = "a0"; IPAddress = "10.7.0.1"; PrefixLength = 24 } | Add-LinkAddress' }
        @{ Text = 'Get-LinkAddress a0 -Family IPv4 -Namespace NS | Add-LinkAddress 10.7.0.1/24' }
        @{ Text = 'Add-LinkAddress ([ipaddress]"10.7.0.1") a0 -PrefixLength 24' }
    ) {
        & ([scriptblock]::Create("$($Text -replace '\bNS\b', $ns) -Namespace $ns"))
        $there = & ip -n $ns -j addr | ConvertFrom-Json | Where-Object { $_.addr_info.local -contains '10.7.0.1' }
        $there.ifname | Should -Be a0
        ($there.addr_info | Where-Object local -EQ 10.7.0.1).prefixlen | Should -Be 24
    }

    It 'remove an address: <_>' -ForEach @(
        'Remove-LinkAddress 10.1.0.1/24 a0', 'Remove-LinkAddress a0 10.1.0.1/24', 'Remove-LinkAddress 10.1.0.1 a0 -PrefixLength 24'
    ) {
        & ([scriptblock]::Create("$_ -Namespace $ns -Confirm:`$false"))
        (& ip -n $ns -j -4 addr show a0 | ConvertFrom-Json).addr_info | Should -BeNullOrEmpty
    }

    It 'find: <Text>' -ForEach @(
        @{ Text = 'Get-LinkAddress a0 -Family IPv4'; Expected = '10.1.0.1/24' }
        @{ Text = 'Get-LinkAddress 10.1.0.1'; Expected = '10.1.0.1/24' }
        @{ Text = 'Get-LinkAddress 10.1.0.1/24 a0'; Expected = '10.1.0.1/24' }
        @{ Text = 'Get-LinkAddress a0 10.1.0.1'; Expected = '10.1.0.1/24' }
        @{ Text = 'Get-LinkAddress -PrefixLength 24'; Expected = '10.1.0.1/24', '10.2.0.1/24' }
        @{ Text = 'Get-Route a0 -Family IPv4'; Expected = '10.1.0.0/24 dev a0' }
        @{ Text = 'Get-Route 10.1.0.0/24 a0'; Expected = '10.1.0.0/24 dev a0' }
        @{ Text = 'Get-Route -DestinationPrefix 10.1.0.0/24'; Expected = '10.1.0.0/24 dev a0' }
        @{ Text = 'Get-Neighbor 10.1.0.9 a0'; Expected = '10.1.0.9 at 02:00:00:00:00:09 on a0' }
        @{ Text = 'Get-Neighbor a1 10.2.0.9'; Expected = '10.2.0.9 at 02:00:00:00:00:09 on a1' }
        @{ Text = 'Get-Link -InterfaceIndex 1'; Expected = 'lo' }
        @{ Text = 'Get-LinkAddress -InterfaceIndex INDEX -Family IPv4'; Expected = '10.1.0.1/24' }
        @{ Text = 'Get-LinkAddress -Index INDEX -AddressFamily IPv4'; Expected = '10.1.0.1/24' }
        @{ Text = 'Get-Route -InterfaceIndex INDEX -Family IPv4'; Expected = '10.1.0.0/24 dev a0' }
        @{ Text = 'Get-Neighbor 10.1.0.9 -InterfaceIndex INDEX'; Expected = '10.1.0.9 at 02:00:00:00:00:09 on a0' }
        @{ Text = 'Get-Link -InterfaceAlias a0'; Expected = 'a0' }
    ) {
        $line = $Text.Replace('INDEX', (Get-IpLink $ns a0).ifindex)
        $found = & ([scriptblock]::Create("$line -Namespace $ns"))
        @($found | ForEach-Object ToString | Sort-Object) -join '; ' | Should -Be ($Expected -join '; ')
    }

    It 'say what is not there: <Text>' -ForEach @(
        @{ Text = 'Get-LinkAddress 10.1.0.1/32'; Id = 'AddressNotFound' }
        @{ Text = 'Get-LinkAddress 10.1.0.1 -PrefixLength 32'; Id = 'AddressNotFound' }
        @{ Text = 'Get-LinkAddress 10.1.0.1 a1'; Id = 'AddressNotFound' }
        @{ Text = 'Get-Route 10.1.0.0/24 a1'; Id = 'RouteNotFound' }
        @{ Text = 'Get-Route 10.1.0.0/24 -InterfaceIndex 1'; Id = 'RouteNotFound' }
        @{ Text = 'Get-Neighbor 10.1.0.9 a1'; Id = 'NeighborNotFound' }
    ) {
        Assert-Failure ([scriptblock]::Create("$Text -Namespace $ns")) $Id ObjectNotFound '10.1.0'
        "$((Get-Failure ([scriptblock]::Create("$Text -Namespace $ns"))).TargetObject)" | Should -BeLike '10.1.0*'
    }

    It 'clear neighbors: <Text>' -ForEach @(
        @{ Text = 'Clear-Neighbor a0'; Left = @('10.2.0.9') }
        @{ Text = 'Clear-Neighbor 10.1.0.9 -InterfaceIndex INDEX'; Left = '10.1.0.8', '10.2.0.9' }
        @{ Text = 'Clear-Neighbor 10.1.0.9 a0'; Left = '10.1.0.8', '10.2.0.9' }
        @{ Text = 'Clear-Neighbor a0 10.1.0.9'; Left = '10.1.0.8', '10.2.0.9' }
        @{ Text = 'Clear-Neighbor a0 -Address 10.1.0.9'; Left = '10.1.0.8', '10.2.0.9' }
        @{ Text = 'Clear-Neighbor -Address 10.1.0.9 -InterfaceAlias a0'; Left = '10.1.0.8', '10.2.0.9' }
    ) {
        & ([scriptblock]::Create("$($Text.Replace('INDEX', (Get-IpLink $ns a0).ifindex)) -Namespace $ns"))
        @((& ip -n $ns -4 -j neigh | ConvertFrom-Json).dst | Sort-Object) | Should -Be $Left
    }

    It 'name entries of a forwarding database: <_>' -ForEach @(
        'br0', '02:00:00:00:00:77', '02:00:00:00:00:77 br0', 'br0 02:00:00:00:00:77', 'br0 -LinkLayerAddress 02:00:00:00:00:77'
    ) {
        & ip -n $ns link set a0 master br0
        & ip -n $ns link set a1 master br1
        & bridge -n $ns fdb add 02:00:00:00:00:77 dev a0 master static
        $found = & ([scriptblock]::Create("Get-BridgeFdbEntry $_ -Namespace $ns")) | Where-Object Kind -EQ Static
        $found.Port | Sort-Object -Unique | Should -Be a0
        "$($found[0].LinkLayerAddress)" | Should -Be 02:00:00:00:00:77
        if ($_ -ne '02:00:00:00:00:77') {
            & ([scriptblock]::Create("Clear-BridgeFdbEntry $_ -Static -Namespace $ns"))
            & bridge -n $ns fdb show br br0 | Should -Not -Match '00:77'
        }
    }

    It 'add a port: <Text>' -ForEach @(
        @{ Text = 'Add-BridgePort a0 br0'; Ports = @('a0') }
        @{ Text = 'Add-BridgePort br0 a0'; Ports = @('a0') }
        @{ Text = 'Add-BridgePort a0, a1 br0'; Ports = 'a0', 'a1' }
        @{ Text = 'Add-BridgePort br0 a0, a1'; Ports = 'a0', 'a1' }
        @{ Text = 'Add-BridgePort a? br0'; Ports = 'a0', 'a1' }
        @{ Text = 'Add-BridgePort br0 a?'; Ports = 'a0', 'a1' }
        @{ Text = 'Add-BridgePort (Get-Link a0 -Namespace NS) (Get-Link br0 -Namespace NS)'; Ports = @('a0') }
        @{ Text = 'Get-Link a0, a1 -Namespace NS | Add-BridgePort br0'; Ports = 'a0', 'a1' }
        @{ Text = 'Get-Link a0 -Namespace NS | Add-BridgePort -Bridge br0'; Ports = @('a0') }
        @{ Text = '"a0", "a1" | Add-BridgePort br0'; Ports = 'a0', 'a1' }
        @{ Text = '[pscustomobject]@{ Port = "a1" } | Add-BridgePort br0'; Ports = @('a1') }
        @{ Text = 'Get-NetworkNamespace NS | Add-BridgePort a0 br0'; Ports = @('a0') }
    ) {
        & ([scriptblock]::Create("$($Text -replace '\bNS\b', $ns) -Namespace $ns"))
        @((& bridge -n $ns -j link | ConvertFrom-Json | Where-Object master -EQ br0).ifname | Sort-Object) | Should -Be $Ports
    }

    It 'move a link: <Text>' -ForEach @(
        @{ Text = 'Move-LinkToNamespace a0 FAR -SourceNamespace NS' }
        @{ Text = 'Get-Link a0 -Namespace NS | Move-LinkToNamespace FAR' }
        @{ Text = 'Get-Link a0 -Namespace NS | Move-LinkToNamespace (Get-NetworkNamespace FAR)' }
        @{ Text = 'Get-Link a0 -Namespace NS | Move-LinkToNamespace /run/netns/FAR' }
        @{ Text = 'Get-Link a0 -Namespace NS | Move-LinkToNamespace -Namespace FAR' }
        @{ Text = '"a0" | Move-LinkToNamespace FAR -SourceNamespace NS' }
        @{ Text = '[pscustomobject]@{ ifname = "a0" } | Move-LinkToNamespace FAR -SourceNamespace NS' }
        @{ Text = 'Get-NetworkNamespace NS | Move-LinkToNamespace a0 FAR' }
        @{ Text = 'Get-Link a1 -Namespace NS | Move-LinkToNamespace -Name a0 -Namespace FAR' }
    ) {
        $far = Get-TestName
        Add-TestNamespace $far
        try {
            & ([scriptblock]::Create(($Text.Replace('FAR', $far) -creplace '\bNS\b', $ns)))
            Get-IpLink $far a0 | Should -Not -BeNullOrEmpty
            Get-IpLink $ns a0 | Should -BeNullOrEmpty
            Get-IpLink $ns a1 | Should -Not -BeNullOrEmpty
        }
        finally {
            & ip -n $far link set a0 netns $ns
            Remove-TestNamespace $far
        }
    }

    It 'a lone argument of a piped tunnel is the destination, and of a namespace the tunnel' {
        # What is not a tunnel is named, and so it shows which was taken for it.
        Assert-Failure { Get-Link br0 -Namespace $ns | Test-GenevePath 10.1.0.7 -Static } NotATunnel InvalidArgument "'br0'"
        Assert-Failure { Get-NetworkNamespace $ns | Test-GenevePath br0 -Static } NotATunnel InvalidArgument "'br0'"
        Assert-Failure { Get-Link br1 -Namespace $ns | Trace-GenevePath br0 } NotATunnel InvalidArgument "'br0'"
    }

    It 'that are neither are refused: <Text>' -ForEach @(
        @{ Text = 'Add-LinkAddress bogus a0'; Id = 'ParameterArgumentTransformationError'; Word = "'bogus' is not an IPv4" }
        @{ Text = 'Add-LinkAddress a0 10.7.0.300/24'; Id = 'ParameterArgumentTransformationError'; Word = "'10.7.0.300' is not an IPv4" }
        @{ Text = 'Add-LinkAddress 10.7.0.1/33 a0'; Id = 'ParameterArgumentTransformationError'; Word = "'33' is not a prefix length" }
        @{ Text = 'Add-LinkAddress a0, 10.7.0.1/24 a1'; Id = 'ParameterArgumentTransformationError'; Word = "'a0' is not" }
        @{ Text = 'Add-LinkAddress 10.7.0.1/32 a0 -PrefixLength 24'; Id = 'InvalidArgument'; Word = 'leave one of them out' }
        @{ Text = 'Add-LinkAddress 10.7.0.1 a0 -PrefixLength 33'; Id = 'InvalidArgument'; Word = 'the range is 0 to 32' }
        @{
            Text = '[pscustomobject]@{ Link = "a0"; Address = "bogus" } | Add-LinkAddress'
            Id = 'ParameterArgumentTransformationError'; Word = "'bogus'"
        }
        @{ Text = '[pscustomobject]@{ Link = "a0" } | Add-LinkAddress a1'; Id = 'ParameterArgumentTransformationError'; Word = "'a1'" }
        @{ Text = 'Get-LinkAddress a0 a1'; Id = 'ParameterArgumentTransformationError'; Word = "'a0' is not" }
        @{ Text = 'Get-BridgeFdbEntry br0, br1'; Id = 'ParameterArgumentTransformationError'; Word = "'br0' is not a MAC" }
        @{ Text = 'Clear-Neighbor 10.1.0.9'; Id = 'InvalidArgument'; Word = 'use -Link' }
        @{ Text = 'Add-BridgePort a0'; Id = 'InvalidArgument'; Word = 'use -Bridge' }
        @{ Text = 'Add-BridgeForwardRule br0 no-bridge'; Id = 'LinkNotFound'; Word = "'no-bridge'" }
        @{ Text = 'Get-Bridge br0 -Namespace NS | Add-BridgeForwardRule no-bridge'; Id = 'LinkNotFound'; Word = "'no-bridge'" }
        @{ Text = 'Add-BridgePort a0 br0, br1'; Id = 'InvalidArgument'; Word = 'one bridge only' }
        @{ Text = 'Set-Bridge br0 -Stp maybe'; Id = 'ParameterArgumentTransformationError'; Word = "'maybe' is neither True nor False" }
    ) {
        $before = Get-Snapshot $ns
        $failure = Get-Failure ([scriptblock]::Create("$($Text -creplace '\bNS\b', $ns) -Namespace $ns"))
        ($failure.FullyQualifiedErrorId -split ',')[0] | Should -Be $Id
        "$failure" | Should -BeLike "*$Word*"
        Get-Snapshot $ns | Should -Be $before
    }

    It 'the metric of an address is not that of a route' {
        & ip -n $ns addr add 10.3.0.1/24 dev a0 metric 77
        Get-LinkAddress 10.3.0.1 -Namespace $ns | Add-Route 10.9.0.0/16 -Metric 5
        Get-LinkAddress 10.3.0.1 -Namespace $ns | Add-Route 10.8.0.0/16
        $routes = & ip -n $ns -j route | ConvertFrom-Json
        ($routes | Where-Object dst -EQ 10.9.0.0/16).metric | Should -Be 5
        ($routes | Where-Object dst -EQ 10.8.0.0/16).metric | Should -BeNullOrEmpty
        [pscustomobject]@{ DestinationPrefix = '10.9.0.0/16'; InterfaceAlias = 'a0'; RouteMetric = 5 } |
            Remove-Route -Namespace $ns -Confirm:$false
        Get-LinkAddress 10.3.0.1 -Namespace $ns | Remove-Route 10.8.0.0/16 -Confirm:$false
        (& ip -n $ns -j route | ConvertFrom-Json).dst | Should -Not -Contain 10.9.0.0/16
        (& ip -n $ns -j route | ConvertFrom-Json).dst | Should -Not -Contain 10.8.0.0/16
    }

    It 'a route by the names of NetTCPIP' {
        Add-Route -DestinationPrefix 10.9.0.0/16 -InterfaceAlias a0 -NextHop 10.1.0.7 -RouteMetric 9 -Namespace $ns
        $route = & ip -n $ns -j route show 10.9.0.0/16 | ConvertFrom-Json
        "$($route.dev) $($route.gateway) $($route.metric)" | Should -Be 'a0 10.1.0.7 9'
    }
}

Describe 'Settings that can be on, off or left alone' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns 'link add br0 type bridge', 'link add a0 type veth peer name a1', 'link set a0 master br0'
    }

    AfterAll { Remove-TestNamespace $ns }

    It 'what is printed can be typed: <Text>' -ForEach @(
        @{ Text = 'Set-Bridge br0'; Before = '-Stp $true -MulticastSnooping $false'; Back = '-Stp $false -MulticastSnooping:$true' }
        @{ Text = 'Set-BridgePort a0'; Before = '-Hairpin $true -Learning:$false'; Back = '-Hairpin $false -Learning $true' }
    ) {
        $said = Get-Verbose ([scriptblock]::Create("$Text $Before -Namespace $ns -Verbose"))
        $words = [regex]::Matches("$said", '(-\w+:\$\w+) \(was').ForEach({ $_.Groups[1].Value }) | Select-Object -Unique
        $words | Should -HaveCount 2
        $state = & ip -n $ns -d link
        & ([scriptblock]::Create("$Text $Back -Namespace $ns"))
        "$(& ip -n $ns -d link)" | Should -Not -Be "$state"
        & ([scriptblock]::Create("$Text $words -Namespace $ns"))
        "$(& ip -n $ns -d link)" -replace '_timer +[\d.]+' | Should -Be ("$state" -replace '_timer +[\d.]+')
    }

    It 'a new bridge is created with what -WhatIf prints' {
        $null = New-Bridge br7 -Stp:$true -MulticastSnooping:$false -Namespace $ns
        $data = (Get-IpLink $ns br7).linkinfo.info_data
        "$($data.stp_state) $($data.mcast_snooping)" | Should -Be '1 0'
    }
}
