# An object means itself: never a wildcard, never another namespace of the same name, never something of another host.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Common.psm1"
    $manifest = Import-PowerShellDataFile "$PSScriptRoot/../../GeneveNet.psd1"
    $noNamespace = 'ConvertFrom-GenevePacket', 'ConvertTo-GenevePacket', 'Export-GeneveCapture', 'Import-GeneveCapture',
        'Get-NetworkNamespace', 'New-NetworkNamespace', 'Remove-NetworkNamespace', 'Move-LinkToNamespace'
    $everywhere = $manifest.CmdletsToExport | Where-Object { $_ -notin $noNamespace }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
    $manifest = "$PSScriptRoot/../../GeneveNet.psd1"

    function Get-IpState ($Name) {
        foreach ($what in 'link', 'addr', 'route', 'neigh') { & ip -n $Name -d -j $what | Out-String }
    }
}

Describe 'An object of the pipeline' -Tag NoKernel {
    BeforeEach {
        $ns = Get-TestName
        $other = Get-TestName
        Add-TestNamespace $ns, $other
        Invoke-IpBatch $ns 'link add g* type veth peer name gone', 'link add x[y type veth peer name xy', 'link add br* type bridge',
            'link add brown type bridge', 'link set xy master brown', 'link set x[y master br*'
    }

    AfterEach {
        Remove-TestNamespace $ns, $other
    }

    It 'is one link and never a wildcard: <Text>' -ForEach @(
        @{ Text = 'Set-Link -Mtu 1400'; Act = { $args[0] | Set-Link -Mtu 1400 }; Name = 'g*'; Spared = 'gone' }
        @{ Text = 'Set-Bridge -Stp $true'; Act = { $args[0] | Set-Bridge -Stp $true }; Name = 'br*'; Spared = 'brown' }
        @{ Text = 'Remove-Bridge'; Act = { $args[0] | Remove-Bridge -Confirm:$false }; Name = 'br*'; Spared = 'brown' }
        @{ Text = 'Add-LinkAddress'; Act = { $args[0] | Add-LinkAddress -Address 10.1.1.1/24 }; Name = 'g*'; Spared = 'gone' }
        @{ Text = 'Add-BridgePort'; Act = { $args[0] | Add-BridgePort brown }; Name = 'g*'; Spared = 'gone' }
        @{ Text = 'Set-BridgePort'; Act = { $args[0] | Set-BridgePort -Isolated $true }; Name = 'x[y'; Spared = 'xy' }
        @{ Text = 'Clear-Neighbor'; Act = { $args[0] | Clear-Neighbor }; Name = 'g*'; Spared = 'gone' }
        @{
            Text = 'Set-Link of an object with a name alone'; Name = 'g*'; Spared = 'gone'
            Act  = { [pscustomobject]@{ Name = $args[0].Name; Namespace = "$($args[0].Namespace)" } | Set-Link -Mtu 1400 }
        }
    ) {
        $link = Get-Link -Namespace $ns | Where-Object Name -CEQ $Name
        $before = & ip -n $ns -d -j link show $Spared
        $null = & $Act $link
        & ip -n $ns -d -j link show $Spared | Should -Be $before
    }

    It 'is reached by its name when somebody escapes it, or when it is no wildcard' {
        (Get-Link 'g`*' -Namespace $ns).Name | Should -Be 'g*'
        (Get-Link 'x[y' -Namespace $ns).Name | Should -Be 'x[y'
        (Get-Link 'x`[y' -Namespace $ns).Name | Should -Be 'x[y'
        (Get-Link 'g*' -Namespace $ns).Name | Sort-Object | Should -Be 'g*', 'gone'
        ('lo', 'gone' | Get-Link -Namespace $ns).Name | Should -Be lo, gone
        ('g*' | Get-Link -Namespace $ns).Name | Sort-Object | Should -Be 'g*', 'gone'
    }

    It 'is a namespace that says where: <_>' -ForEach @(
        'Get-Link', 'Get-LinkAddress', 'Get-Bridge', 'Get-BridgePort', 'Get-BridgeFdbEntry', 'Get-Neighbor', 'Get-Route'
    ) {
        & ip -n $ns link set gone up
        & ip -n $ns addr add 10.9.9.1/24 dev gone
        & ip -n $ns neigh add 10.9.9.2 lladdr 02:00:00:00:00:01 dev gone
        $found = Get-NetworkNamespace $ns | & $_
        $found | Should -Not -BeNullOrEmpty
        $found.Namespace | ForEach-Object { $_.Name } | Sort-Object -Unique | Should -Be $ns
        "$found" | Should -Be "$(& $_ -Namespace $ns)"
    }

    It 'is a namespace that says where, and not what to remove' {
        & ip -n $ns link add $other type bridge
        $before = Get-IpState $ns
        Assert-Failure { Get-NetworkNamespace $other | Remove-Link -Confirm:$false } NamespaceSaysWhere InvalidArgument '-Name'
        Assert-Failure { Get-NetworkNamespace $other | Remove-Bridge -Confirm:$false } NamespaceSaysWhere InvalidArgument '-Name'
        Get-IpState $ns | Should -Be $before
        Get-NetworkNamespace $ns | Remove-Link -Name gone -Confirm:$false
        Get-IpLink $ns gone | Should -BeNullOrEmpty
        (Get-NetworkNamespace $ns | Invoke-NamespaceCommand { (ip -j link | ConvertFrom-Json).ifname }) | Should -Contain brown
    }

    It 'of one of several namespaces stays there' {
        & ip -n $other link add brown type bridge
        $places = (Get-Bridge brown -Namespace $ns, $other).Namespace
        $places.Name | Should -Be $ns, $other
        (Get-Link lo -Namespace "$ns*", "$($other.Substring(0, 10))?").Namespace.Name | Should -Be $ns, $other
        Get-Bridge brown -Namespace $ns, $other | Where-Object Namespace -EQ $other | Set-Bridge -Stp $true
        (Get-IpLink $other brown).linkinfo.info_data.stp_state | Should -Be 1
        (Get-IpLink $ns brown).linkinfo.info_data.stp_state | Should -Be 0
        Get-Link -Namespace 'no-such-*' | Should -BeNullOrEmpty
    }

    It 'of one of several namespaces is not the same as one that reads the same in another: <_>' -ForEach @(
        'Get-Link', 'Get-LinkAddress', 'Get-Bridge', 'Get-BridgePort', 'Get-BridgeFdbEntry', 'Get-Neighbor', 'Get-Route'
        'Get-BridgeNetfilter'
    ) {
        foreach ($place in $ns, $other) {
            Invoke-IpBatch $place 'link add w0 type veth peer name w1', 'link add wb type bridge', 'link set w1 master wb',
                'link set w0 address 02:00:00:00:00:01', 'link set w1 address 02:00:00:00:00:02', 'link set w0 up',
                'addr add 10.9.8.1/24 dev w0', 'neigh add 10.9.8.2 lladdr 02:00:00:00:00:03 dev w0 nud permanent'
        }
        $here = @(& $_ -Namespace $ns)
        $there = @(& $_ -Namespace $other)
        $both = @($here) + $there
        $here.Count | Should -BeGreaterThan 0
        @($both | Sort-Object -Unique).Count | Should -Be $both.Count
        @($both | Sort-Object | Get-Unique).Count | Should -Be $both.Count
        @($both | Select-Object -Unique).Count | Should -Be $both.Count
        @(Compare-Object $here $there).Count | Should -Be $both.Count
        # Looked at twice it is the same, and the order is that of the texts.
        Compare-Object $here @(& $_ -Namespace $ns) | Should -BeNullOrEmpty
        @($here + @(& $_ -Namespace $ns) | Sort-Object -Unique).Count | Should -Be $here.Count
        @($here | Sort-Object | ForEach-Object ToString) | Should -Be @($here | ForEach-Object ToString | Sort-Object)
    }

    It 'that was saved means the same namespace: <Text>' -ForEach @(
        @{ Text = 'Clixml'; Save = { $args[0] | Export-Clixml $args[1]; Import-Clixml $args[1] } }
        @{ Text = 'JSON'; Save = { $args[0] | ConvertTo-Json -Depth 4 | Set-Content $args[1]; Get-Content $args[1] -Raw | ConvertFrom-Json } }
        @{ Text = 'CSV'; Save = { $args[0] | Export-Csv $args[1]; Import-Csv $args[1] } }
        @{ Text = 'a job'; Save = { Start-Job { Import-Module $args[0]; Get-Link brown -Namespace $args[1] } -ArgumentList $manifest, $ns | Receive-Job -Wait -AutoRemoveJob } }
    ) {
        & ip -n $other link add brown type bridge
        $saved = & $Save (Get-Link brown -Namespace $ns) "$TestDrive/saved"
        ($saved | Set-Link -Mtu 1300 -PassThru).Namespace.Name | Should -Be $ns
        (Get-IpLink $ns brown).mtu | Should -Be 1300
        (Get-IpLink $other brown).mtu | Should -Be 1500
    }

    It 'that was saved is refused when its namespace is another one by now: <Text>' -ForEach @(
        @{ Text = 'Clixml'; Save = { $args[0] | Export-Clixml $args[1]; Import-Clixml $args[1] } }
        @{ Text = 'JSON'; Save = { $args[0] | ConvertTo-Json -Depth 4 | ConvertFrom-Json } }
        @{ Text = 'the object'; Save = { $args[0] } }
    ) {
        $saved = & $Save (Get-Link brown -Namespace $ns) "$TestDrive/saved"
        Remove-TestNamespace $ns
        Add-TestNamespace $ns
        & ip -n $ns link add brown type bridge
        $before = Get-IpState $ns
        foreach ($act in { $saved | Set-Link -Mtu 1300 }, { $saved | Remove-Link -Confirm:$false }, { $saved | Move-LinkToNamespace -Namespace $other }) {
            "$(Get-Failure $act)" | Should -BeLike "*$ns*"
        }
        Get-IpState $ns | Should -Be $before
    }

    It 'of a process is refused when the process is another one by now' {
        $text = "$(Get-Link lo -Namespace $ns | ForEach-Object Namespace | ForEach-Object Inode)"
        $gone = [pscustomobject]@{
            Name = 'lo'; Namespace = [pscustomobject]@{ Name = $null; Path = "/proc/$PID/ns/net"; Inode = 1; BootId = (Get-Link lo).Namespace.BootId }
        }
        "$(Get-Failure { $gone | Set-Link -Mtu 1300 })" | Should -BeLike '*net:?1?*'
        $known = [pscustomobject]@{ Name = 'brown'; Namespace = "net:[$text]" }
        ($known | Set-Link -Mtu 1300 -PassThru).Namespace.Inode | Should -Be $text
        $elsewhere = [pscustomobject]@{ Name = 'brown'; Namespace = [pscustomobject]@{ Name = $ns; Inode = $text; BootId = 'another' } }
        "$(Get-Failure { $elsewhere | Set-Link -Mtu 1400 })" | Should -BeLike '*another host*'
        (Get-IpLink $ns brown).mtu | Should -Be 1300
    }

    It 'that is a name of a namespace which was given away is left alone' {
        $old = Get-NetworkNamespace $other
        Remove-TestNamespace $other
        Add-TestNamespace $other
        "$(Get-Failure { $old | Remove-NetworkNamespace -Confirm:$false })" | Should -BeLike '*vanished*'
        & ip netns list | Out-String | Should -BeLike "*$other*"
    }

    It 'on the command line means itself, or is refused' {
        "$(Get-Failure { Set-Link (Get-Link brown -Namespace $ns) -Mtu 1400 })" | Should -BeLike '*brown*-Namespace*'
        (Get-IpLink $ns brown).mtu | Should -Be 1500
        (Get-Link (Get-Link lo)).Name | Should -Be lo
    }

    It 'of another namespace is refused wherever one name is typed: <Text>' -ForEach @(
        @{ Text = 'Add-Route 10.9.0.0/24 $link' }, @{ Text = 'Get-Route -Link $link' }, @{ Text = 'Resolve-Route 10.9.0.1 -Link $link' }
        @{ Text = 'Set-StaticNeighbor 10.9.0.1 02:00:00:00:00:01 $link' }, @{ Text = 'Remove-StaticNeighbor 10.9.0.1 $link' }
        @{ Text = 'Add-BridgeFdbEntry 02:00:00:00:00:01 $link' }, @{ Text = 'Get-BridgeFdbEntry $link' }, @{ Text = 'Clear-BridgeFdbEntry $link' }
        @{ Text = 'New-VethPair p8 p9 -Bridge $link' }, @{ Text = 'Get-BridgePort -Bridge $link' }, @{ Text = 'Get-BridgeNetfilter $link' }
        @{ Text = 'Watch-GenevePacket $link -Timeout 0.1' }
    ) {
        & ip -n $other link add brown type bridge
        $before = Get-IpState $other
        $line = $Text.Replace('$link', "(Get-Link brown -Namespace $ns)")
        Assert-Failure ([scriptblock]::Create("$line -Namespace $other")) LinkElsewhere InvalidArgument 'brown'
        Get-IpState $other | Should -Be $before
    }

    It 'is the same link when another one has its name by now: <Text>' -ForEach @(
        @{ Text = 'the object'; Save = { $args[0] } }
        @{ Text = 'Clixml'; Save = { $args[0] | Export-Clixml $args[1]; Import-Clixml $args[1] } }
    ) {
        $old = & $Save (Get-Bridge brown -Namespace $ns) "$TestDrive/saved"
        Invoke-IpBatch $ns 'link set brown down', 'link set brown name white', 'link add brown type bridge'
        $old | Set-Link -Mtu 1277
        $old | Set-Bridge -AgeingTime 77
        $old | Add-LinkAddress 10.3.3.3/24
        "$((Get-IpLink $ns white).mtu) $((Get-IpLink $ns white).linkinfo.info_data.ageing_time)" | Should -Be '1277 7700'
        Get-IpAddress $ns white | Should -Contain '10.3.3.3/24'
        (Get-IpLink $ns brown).mtu | Should -Be 1500
        # The kernel does not move bridges, and says of which one that was asked.
        Assert-Failure { $old | Move-LinkToNamespace $other } InvalidArgument InvalidArgument "'white'"
        $old | Remove-Bridge -Confirm:$false
        Get-IpLink $ns white | Should -BeNullOrEmpty
        Get-IpLink $ns brown | Should -Not -BeNullOrEmpty
        Assert-Failure { $old | Remove-Bridge -Confirm:$false } LinkNotFound ObjectNotFound
    }

    It 'that is a bridge has its ports, and a port its bridge' {
        (Get-Bridge brown -Namespace $ns | Get-BridgePort).Name | Should -Be xy
        (Get-BridgePort xy -Namespace $ns | Get-Bridge).Name | Should -Be brown
    }

    It 'takes the rest from the command line' {
        & ip -n $ns link set gone up
        Get-Link gone -Namespace $ns | Set-StaticNeighbor 10.9.9.9 02:00:00:00:00:09
        & ip -n $ns neigh show dev gone nud permanent | Should -BeLike '10.9.9.9 lladdr 02:00:00:00:00:09*'
    }

    It 'that is on a link is not the link' {
        & ip -n $ns link set gone up
        & ip -n $ns addr add 10.9.9.1/24 dev gone
        $before = Get-IpState $ns
        Assert-Failure { Get-LinkAddress gone -Family IPv4 -Namespace $ns | Remove-Link -Confirm:$false } NotALink InvalidArgument '10.9.9.1'
        Assert-Failure { Get-Route 10.9.9.0/24 -Namespace $ns | Remove-Link -Confirm:$false } NotALink InvalidArgument '10.9.9.0'
        Get-IpState $ns | Should -Be $before
    }

    It 'says to Move-LinkToNamespace where the link is' {
        & ip -n $other link add gone type bridge
        Assert-Failure { Get-NetworkNamespace $ns | Move-LinkToNamespace -Namespace $other } NamespaceSaysWhere InvalidArgument '-Name'
        (Get-NetworkNamespace $ns | Move-LinkToNamespace -Name xy -Namespace $other -NewName moved -PassThru).Kind | Should -Be veth
        Get-IpLink $ns xy | Should -BeNullOrEmpty
        [pscustomobject]@{ Name = 'moved'; SourceNamespace = $other } | Move-LinkToNamespace -Namespace $ns
        Get-IpLink $ns moved | Should -Not -BeNullOrEmpty
    }

    It 'is not the session''s where a container has an empty name' {
        Assert-Failure { Get-Link -Container '' } InvalidArgument InvalidArgument 'empty name'
        Assert-Failure { Get-Link -Container $null } InvalidArgument InvalidArgument 'empty name'
    }

    It 'has its other names wherever a name does' {
        & ip -n $ns link property add dev brown altname bridge-of-the-left-rack
        (Get-BridgePort -Bridge bridge-of-the-left-rack -Namespace $ns).Name | Should -Be xy
        (Get-Bridge bridge-of-the-left-rack -Namespace $ns).Name | Should -Be brown
    }
}

Describe 'A link that was renamed since' -Tag NoKernel {
    It 'is the same link where a parameter takes one, and its own settings are not those of what is made' {
        $ns = Get-TestName
        & ip netns add $ns
        try {
            & ip -n $ns link add v0 type veth peer name v1
            & ip -n $ns link add br0 type bridge
            foreach ($name in 'v0', 'v1') { & ip -n $ns link set $name up }
            & ip -n $ns link set v1 master br0
            $link, $port = (Get-Link v0 -Namespace $ns), (Get-BridgePort v1 -Namespace $ns)
            & ip -n $ns link set v0 name w0
            & ip -n $ns link set v1 name w1
            # Another link has the name by now.
            & ip -n $ns link add v0 type veth peer name v9

            $link | Add-Route 10.88.0.0/24
            $link | Set-StaticNeighbor 10.88.0.9 02:00:00:00:00:09
            $port | Add-BridgeFdbEntry 02:00:00:00:00:19
            "$(& ip -n $ns route show 10.88.0.0/24)".Trim() | Should -Be '10.88.0.0/24 dev w0 scope link'
            "$(& ip -n $ns neigh show 10.88.0.9)" | Should -Match '^10\.88\.0\.9 dev w0 lladdr 02:00:00:00:00:09'
            "$(& bridge -n $ns fdb show dev w1)" | Should -Match '02:00:00:00:00:19 master br0 static'

            $link | Remove-Route 10.88.0.0/24 -Confirm:$false
            $link | Remove-StaticNeighbor 10.88.0.9 -Confirm:$false
            $port | Remove-BridgeFdbEntry 02:00:00:00:00:19 -Confirm:$false
            "$(& ip -n $ns route show 10.88.0.0/24)$(& ip -n $ns neigh show 10.88.0.9)" | Should -BeNullOrEmpty
            "$(& bridge -n $ns fdb show dev w1)" | Should -Not -Match '02:00:00:00:00:19'
        }
        finally { Remove-TestNamespace $ns }
    }
}

Describe 'An object of another host' -Tag NoKernel {
    It 'is refused by <_>' -ForEach $everywhere {
        # Every parameter that has to be there is said by the object, as it is by one that came through a session.
        $properties = @{ PSComputerName = 'hostb'; RunspaceId = [guid]::Empty }
        $values = @{
            'System.Net.IPAddress' = '10.1.1.1'; 'GeneveNet.MacAddress' = '02:00:00:00:00:01'; 'GeneveNet.CidrAddress' = '10.1.1.1/32'
        }
        $given = @{}
        foreach ($parameter in (Get-Command $_).Parameters.Values) {
            $mandatory = $parameter.Attributes | Where-Object { $_ -is [Parameter] -and $_.Mandatory }
            if (-not $mandatory -or $parameter.Name -in 'InputObject', 'Index', 'FilePath', 'Inner') { continue }
            $type = if ($parameter.ParameterType.IsArray) { $parameter.ParameterType.GetElementType() } else { $parameter.ParameterType }
            $value = if ($type -eq [scriptblock]) { {} } elseif ($values[$type.FullName]) { $values[$type.FullName] } else { 'lo' }
            if ($mandatory | Where-Object ValueFromPipelineByPropertyName) { $properties[$parameter.Name] = $value }
            else { $given[$parameter.Name] = $value }
        }
        if ((Get-Command $_).Parameters.ContainsKey('Confirm')) { $given.Confirm = $false }
        $command = $_
        Assert-Failure { [pscustomobject]$properties | & $command @given } RemoteObject InvalidArgument 'Invoke-Command'
    }
}
