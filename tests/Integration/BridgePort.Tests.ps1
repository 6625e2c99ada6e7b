# Ports of bridges: every setting, judged by `bridge -d link`.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # A port as `bridge` sees it; nothing for a link that is not a port.
    function Get-Port ($Namespace, $Name) {
        ((& bridge -n $Namespace -j -d link show dev $Name 2>$null) -join '' | ConvertFrom-Json) | Where-Object master
    }

    function Add-TestPort ($Namespace) {
        Invoke-IpBatch $Namespace @(
            'link add br0 type bridge'
            'link add br1 type bridge'
            'link add p0 type veth peer name q0'
            'link add p1 type veth peer name q1'
            'link add p2 type veth peer name q2'
        )
    }
    function Clear-TestPort ($Namespace) {
        Invoke-IpBatch $Namespace 'link del br0', 'link del br1', 'link del p0', 'link del p1', 'link del p2'
    }
}

Describe 'Add-BridgePort' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
    }

    BeforeEach { Add-TestPort $ns }
    AfterEach { Clear-TestPort $ns }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'makes a port of one link' {
        $port = Add-BridgePort p0 br0 -PassThru -Namespace $ns
        (Get-IpLink $ns p0).master | Should -Be 'br0'
        "$($port.Bridge) $($port.Name) $($port.Number) $($port.State)" | Should -Be 'br0 p0 1 Disabled'
    }

    It 'makes ports of many links from the pipeline' {
        (Get-Link p0, p1, p2 -Namespace $ns | Add-BridgePort br0 -PassThru).Number | Should -Be 1, 2, 3
        foreach ($one in 'p0', 'p1', 'p2') { (Get-IpLink $ns $one).master | Should -Be 'br0' }
    }

    It 'makes ports of the links that match a wildcard' {
        Add-BridgePort p* br0 -Namespace $ns
        (& bridge -n $ns -j link | ConvertFrom-Json).ifname | Sort-Object | Should -Be 'p0', 'p1', 'p2'
    }

    It 'sets what is asked for in the same step' {
        Add-BridgePort p0 br0 -Hairpin $true -Learning $false -Cost 42 -Namespace $ns
        $port = Get-Port $ns p0
        "$($port.hairpin) $($port.learning) $($port.cost)" | Should -Be 'True False 42'
    }

    It 'leaves a link alone that is a port of the bridge already' {
        & ip -n $ns link set p0 master br0
        Get-Verbose { Add-BridgePort p0 br0 -Namespace $ns -Verbose } | Should -BeLike '*is already a port of bridge*'
        (Get-IpLink $ns p0).master | Should -Be 'br0'
    }

    It 'refuses the port of another bridge, which it names' {
        & ip -n $ns link set p0 master br1
        Assert-Failure { Add-BridgePort p0 br0 -Namespace $ns } PortBusy ResourceBusy "'p0' is already a port of 'br1'"
        (Get-IpLink $ns p0).master | Should -Be 'br1'
    }

    It 'names -Force, which moves the port of another bridge: <Label>' -ForEach @(
        @{ Label = 'as it is'; Settings = @{}; Hairpin = $false }
        @{ Label = 'with a setting'; Settings = @{ Hairpin = $true }; Hairpin = $true }
    ) {
        Invoke-IpBatch $ns 'link set p0 master br1', 'link set p1 master br0'
        "$(Get-Failure { Add-BridgePort p0 br0 -Namespace $ns })" | Should -BeLike '*Use -Force to move it*'
        (Add-BridgePort p0, p1 br0 -Force -PassThru -Namespace $ns @Settings).Bridge | Should -Be br0, br0
        (Get-IpLink $ns p0).master | Should -Be br0
        (Get-Port $ns p0).hairpin | Should -Be $Hairpin
    }

    It 'says with -WhatIf where a port is moved from' {
        & ip -n $ns link set p0 master br1
        $said = Invoke-Engine "Add-BridgePort p0 br0 -Force -Hairpin `$true -WhatIf -Namespace $ns"
        $said | Should -BeLike "*Move port 'p0' from 'br1' to this bridge -Hairpin:`$true`"*bridge 'br0'*"
        (Get-IpLink $ns p0).master | Should -Be br1
    }

    It 'gives a port back to its bridge, as it was there, when the other one refuses a setting' {
        # A bridge whose last port goes forgets its MAC address and limits.
        Invoke-IpBatch $ns @(
            'link set p1 master br0', 'link set p2 master br1'
            'link set p0 master br1', 'link set p0 type bridge_slave hairpin on cost 77 learning off', 'link set br0 type bridge stp_state 1'
        )
        & bridge -n $ns fdb add 02:00:00:00:00:77 dev p0 master static
        $before = Get-WholeSnapshot $ns
        Get-Failure { Add-BridgePort p0 br0 -Force -Isolated $true -State Forwarding -Namespace $ns } | Should -Not -BeNullOrEmpty
        Compare-WholeSnapshot $before $ns | Should -BeNullOrEmpty
        (Get-Port $ns p0).cost | Should -Be 77
        "$(& bridge -n $ns fdb show dev p0)" | Should -BeLike '*02:00:00:00:00:77*static*'
    }

    It 'refuses the loopback, a bridge and a link that does not exist, and says what a bridge takes' {
        foreach ($one in 'lo', 'br1') {
            $failure = Get-Failure { Add-BridgePort $one br0 -Namespace $ns }
            "$failure" | Should -BeLike "*'$one'*A bridge takes Ethernet links only*"
            "$($failure.CategoryInfo.Category)" | Should -Be InvalidArgument
        }
        Assert-Failure { Add-BridgePort nolink br0 -Namespace $ns } LinkNotFound ObjectNotFound
        Assert-Failure { Add-BridgePort p1 p0 -Namespace $ns } NotABridge InvalidArgument
        & bridge -n $ns -j link | ConvertFrom-Json | Should -BeNullOrEmpty
    }

    It 'refuses one of many alone' {
        $made = 'p0', 'lo', 'p1' | ForEach-Object { [pscustomobject]@{ Name = $_ } } |
            Add-BridgePort br0 -PassThru -Namespace $ns -ErrorAction SilentlyContinue -ErrorVariable failure
        $made.Name | Should -Be 'p0', 'p1'
        $failure | Should -HaveCount 1
    }

    It 'does not leave a link attached whose settings the kernel refuses' {
        # The state of a port is the spanning tree's where that is on.
        & ip -n $ns link set br0 type bridge stp_state 1
        Get-Failure { Add-BridgePort p0 br0 -State Forwarding -Namespace $ns } | Should -Not -BeNullOrEmpty
        (Get-IpLink $ns p0).master | Should -BeNullOrEmpty
    }

    It 'touches nothing with -WhatIf' {
        Add-BridgePort p0 br0 -Hairpin $true -WhatIf -Namespace $ns
        (Get-IpLink $ns p0).master | Should -BeNullOrEmpty
    }
}

Describe 'Set-BridgePort and Get-BridgePort' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Add-TestPort $ns
        Invoke-IpBatch $ns @(
            'link set p0 master br0'
            'link set p1 master br0'
            'link set p2 master br1'
            'link set br0 up'
            'link set br1 up'
            'link set p0 up'
            'link set q0 up'
            'link set p1 up'
            'link set q1 up'
        )
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'sets and reads <_.Name>' -ForEach @(
        @{ Name = 'Hairpin'; Value = $true; Key = 'hairpin'; Seen = 'True' }
        @{ Name = 'Learning'; Value = $false; Key = 'learning'; Seen = 'False' }
        @{ Name = 'Flood'; Value = $false; Key = 'flood'; Seen = 'False' }
        @{ Name = 'BroadcastFlood'; Value = $false; Key = 'bcast_flood'; Seen = 'False' }
        @{ Name = 'MulticastFlood'; Value = $false; Key = 'mcast_flood'; Seen = 'False' }
        @{ Name = 'Isolated'; Value = $true; Key = 'isolated'; Seen = 'True' }
        @{ Name = 'NeighborSuppress'; Value = $true; Key = 'neigh_suppress'; Seen = 'True' }
        @{ Name = 'Cost'; Value = 7; Key = 'cost'; Seen = '7' }
        @{ Name = 'Priority'; Value = 5; Key = 'priority'; Seen = '5' }
        @{ Name = 'State'; Value = 'Listening'; Key = 'state'; Seen = 'listening' }
    ) {
        "$((Get-Port $ns p0).($_.Key))" | Should -Not -Be $_.Seen
        $given = @{ $_.Name = $_.Value }
        $port = Set-BridgePort p0 @given -PassThru -Namespace $ns
        "$($port.($_.Name))" | Should -Be "$($_.Value)"
        "$((Get-Port $ns p0).($_.Key))" | Should -Be $_.Seen
        "$((Get-Port $ns p1).($_.Key))" | Should -Not -Be $_.Seen
        Get-Verbose { Set-BridgePort p0 @given -Namespace $ns -Verbose } | Should -BeLike '*is already as requested.'
    }

    It 'reads every setting as bridge does' {
        $names = [ordered]@{
            Bridge = 'master'; State = 'state'; Priority = 'priority'; Cost = 'cost'; Hairpin = 'hairpin'; BpduGuard = 'guard'
            RootBlock = 'root_block'; Learning = 'learning'; Flood = 'flood'; MulticastFlood = 'mcast_flood'
            BroadcastFlood = 'bcast_flood'; NeighborSuppress = 'neigh_suppress'; Isolated = 'isolated'
        }
        foreach ($theirs in & bridge -n $ns -j -d link | ConvertFrom-Json) {
            $mine = Get-BridgePort $theirs.ifname -Namespace $ns
            $names.Keys | ForEach-Object { "$_ $($mine.$_)" } | Should -Be ($names.Keys | ForEach-Object { "$_ $($theirs.($names[$_]))" })
        }
    }

    It 'lists all ports, those of a bridge, or those that match a wildcard' {
        (Get-BridgePort -Namespace $ns).Name | Sort-Object | Should -Be 'p0', 'p1', 'p2'
        (Get-BridgePort -Bridge br1 -Namespace $ns).Name | Should -Be 'p2'
        (Get-BridgePort *1 -Bridge br0 -Namespace $ns).Name | Should -Be 'p1'
        Assert-Failure { Get-BridgePort -Bridge br9 -Namespace $ns } LinkNotFound ObjectNotFound
        Assert-Failure { Get-BridgePort q0 -Namespace $ns } NotABridgePort InvalidArgument "'q0'"
    }

    It 'changes many from the pipeline' {
        (Get-BridgePort -Bridge br0 -Namespace $ns | Set-BridgePort -Cost 11 -PassThru).Cost | Should -Be 11, 11
        "$((Get-Port $ns p0).cost) $((Get-Port $ns p1).cost)" | Should -Be '11 11'
    }

    It 'says so when the kernel does not keep a state' {
        # Without a spanning tree, a port that is up and has a carrier forwards, whatever state is set.
        Invoke-IpBatch $ns @(
            'link add br7 type bridge forward_delay 0'
            'link add p7 type veth peer name q7'
            'link set p7 master br7'
            'link set br7 up'
            'link set q7 up'
            'link set p7 up'
        )
        $failure = Get-Failure { Set-BridgePort p7 -State Blocking -Namespace $ns }
        $state = (Get-Port $ns p7).state
        Invoke-IpBatch $ns 'link del p7', 'link del br7'
        # Either the kernel keeps it, or there is an error.
        if ($state -ne 'blocking') { "$failure" | Should -BeLike '*-State Blocking (is Forwarding)*' }
        else { $failure | Should -BeNullOrEmpty }
    }

    It 'refuses a value out of bounds and a link that is not a port' {
        Get-Failure { Set-BridgePort p0 -Priority 64 -Namespace $ns } | Should -BeLike '*priority of a port*0 to 63*'
        Assert-Failure { Set-BridgePort q0 -Hairpin $true -Namespace $ns } NotABridgePort InvalidArgument
    }

    It 'touches nothing with -WhatIf' {
        $before = & bridge -n $ns -j -d link
        Set-BridgePort p1 -Hairpin $true -Cost 99 -WhatIf -Namespace $ns
        & bridge -n $ns -j -d link | Should -BeExactly $before
    }
}

Describe 'Remove-BridgePort' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Add-TestPort $ns
        Invoke-IpBatch $ns 'link set p0 master br0', 'link set p1 master br0', 'link set p2 master br1'
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'touches nothing with -WhatIf' {
        Remove-BridgePort p0 -WhatIf -Namespace $ns
        (Get-IpLink $ns p0).master | Should -Be 'br0'
    }

    It 'refuses a link that is not a port' {
        Assert-Failure { Remove-BridgePort q0 -Confirm:$false -Namespace $ns } NotABridgePort InvalidArgument
    }

    It 'takes ports off and leaves the links, and other bridges alone' {
        Get-BridgePort -Bridge br0 -Namespace $ns | Remove-BridgePort -Confirm:$false
        foreach ($one in 'p0', 'p1') { (Get-IpLink $ns $one).master | Should -BeNullOrEmpty }
        Get-IpLink $ns p0 | Should -Not -BeNullOrEmpty
        (Get-IpLink $ns p2).master | Should -Be 'br1'
    }
}
