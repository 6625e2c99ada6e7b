# Neighbors (ARP and neighbor discovery), judged by `ip neigh` and arp.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    function Get-Neigh ($Namespace) { @(Get-IpJson -n $Namespace -4 neigh) + @(Get-IpJson -n $Namespace -6 neigh) }
    function Get-OneNeigh ($Namespace, $Address) { Get-Neigh $Namespace | Where-Object dst -eq $Address }

    # The two views of the same table, as lines.
    function Format-TheirEntry ($Entries) {
        foreach ($one in $Entries) {
            $isRouter = $one.psobject.Properties.Name -contains 'router'
            "$($one.dst) $($one.lladdr) $($one.dev) $($one.state) $isRouter"
        }
    }
    function Format-OurEntry ($Entries) {
        foreach ($one in $Entries) {
            "$($one.Address) $($one.LinkLayerAddress) $($one.Link) $("$($one.State)".ToUpperInvariant()) $($one.IsRouter)"
        }
    }
}

Describe 'Get-Neighbor' {
    BeforeAll {
        $ns = Get-TestName
        $far = Get-TestName
        Add-TestUnderlay $ns $far
        Invoke-IpBatch $ns @(
            'neigh add 10.0.0.11 lladdr 02:00:00:00:00:11 dev eth0'
            'neigh add 10.0.0.12 lladdr 02:00:00:00:00:12 dev eth0 nud stale'
            'neigh add fd00::11 lladdr 02:00:00:00:00:13 dev eth0 router'
            'neigh add fd00::12 lladdr 02:00:00:00:00:14 dev eth0 nud reachable'
            'neigh add proxy 10.0.0.99 dev eth0'
            'neigh add proxy fd00::99 dev eth0'
            'link add br0 type bridge'
            'link set br0 up'
            'neigh add 10.1.0.1 lladdr 02:00:00:00:00:15 dev br0'
        )
        Test-Ping $ns 10.0.0.250 -Count 1 | Should -BeTrue
        $learned = (Get-IpLink $far eth0).address
    }

    AfterAll {
        Remove-TestNamespace $ns, $far
    }

    It 'lists what ip neigh lists, of both IP versions' {
        $theirs = Format-TheirEntry (Get-Neigh $ns) | Sort-Object
        $theirs | Should -Contain "10.0.0.250 $learned eth0 REACHABLE False"
        $theirs | Should -Contain '10.0.0.12 02:00:00:00:00:12 eth0 STALE False'
        $theirs | Should -Contain 'fd00::11 02:00:00:00:00:13 eth0 PERMANENT True'
        Format-OurEntry (Get-Neighbor -Namespace $ns) | Sort-Object | Should -Be $theirs
    }

    It 'shows one that has not answered as failed or incomplete, without a MAC address' {
        $null = & ip netns exec $ns ping -n -q -c 1 -W 0.2 10.0.0.77 2>&1
        $one = Get-Neighbor 10.0.0.77 -Namespace $ns
        $one.LinkLayerAddress | Should -BeNullOrEmpty
        "$($one.State)" | Should -BeIn 'Incomplete', 'Failed'
        & ip netns exec $ns arp -n | Where-Object { $_ -match '^10\.0\.0\.77\s' } | Should -Match 'incomplete'
    }

    It 'chooses by address, link and state' {
        (Get-Neighbor 10.0.0.11, fd00::12 -Namespace $ns).LinkLayerAddress | ForEach-Object { "$_" } | Sort-Object |
            Should -Be '02:00:00:00:00:11', '02:00:00:00:00:14'
        Get-Neighbor -Link br0 -Namespace $ns | ForEach-Object { "$($_.Address)" } | Should -Be '10.1.0.1'
        (Get-Neighbor -Link b* -Namespace $ns).Link | Should -Be 'br0'
        (Get-Link br0 -Namespace $ns | Get-Neighbor).Link | Should -Be 'br0'
        Get-Neighbor -State Stale -Namespace $ns | ForEach-Object { "$($_.Address)" } | Should -Contain '10.0.0.12'
        Get-Neighbor -State Stale -Namespace $ns | Where-Object { "$($_.State)" -ne 'Stale' } | Should -BeNullOrEmpty
        Get-Neighbor -State Stale, Permanent -Link eth0 -Namespace $ns | ForEach-Object { "$($_.State)" } | Sort-Object -Unique |
            Should -Be 'Permanent', 'Stale'
        Assert-Failure { Get-Neighbor -Link nolink -Namespace $ns } LinkNotFound ObjectNotFound
    }

    It 'lists the addresses this host answers for with -Proxy' {
        $theirs = @(Get-IpJson -n $ns neigh show proxy).dst | Sort-Object
        $theirs | Should -Be '10.0.0.99', 'fd00::99'
        $mine = Get-Neighbor -Proxy -Namespace $ns
        $mine | ForEach-Object { "$($_.Address)" } | Sort-Object | Should -Be $theirs
        $mine.IsProxy | Should -Be $true, $true
    }

    It 'shows when one was last used, confirmed and changed, as ip -s does' {
        $before = Get-Neighbor 10.0.0.250 -Namespace $ns
        $theirs = Get-IpJson -n $ns -s neigh show 10.0.0.250
        $after = Get-Neighbor 10.0.0.250 -Namespace $ns
        foreach ($name in 'Used', 'Confirmed', 'Updated') {
            # ip shows whole seconds.
            $theirs.$name | Should -BeGreaterOrEqual ([Math]::Floor($before.$name.TotalSeconds - 0.1)) -Because $name
            $theirs.$name | Should -BeLessOrEqual ($after.$name.TotalSeconds + 0.1) -Because $name
        }
    }

    It 'says which neighbor there is not' {
        Assert-Failure { Get-Neighbor 9.9.9.9 -Namespace $ns } NeighborNotFound ObjectNotFound '9.9.9.9'
    }
}

Describe 'Set-StaticNeighbor' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns 'link add a0 type veth peer name a1', 'addr add 10.0.0.1/24 dev a0', 'link set a0 up', 'link set a1 up'
    }

    AfterEach {
        & ip -n $ns neigh flush all nud permanent
        & ip -n $ns neigh flush all
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'sets one as arp -s does' {
        $set = Set-StaticNeighbor 10.0.0.9 52:7d:b1:92:5a:0f a0 -PassThru -Namespace $ns
        "$($set.Address) $($set.LinkLayerAddress) $($set.Link) $($set.IsStatic)" | Should -Be '10.0.0.9 52:7d:b1:92:5a:0f a0 True'
        $seen = Get-OneNeigh $ns 10.0.0.9
        "$($seen.lladdr) $($seen.dev) $($seen.state)" | Should -Be '52:7d:b1:92:5a:0f a0 PERMANENT'
        & ip netns exec $ns arp -n | Where-Object { $_ -match '^10\.0\.0\.9\s' } | Should -Match 'ether\s+52:7d:b1:92:5a:0f\s+CM\s+a0'
    }

    It 'sets one for IPv6' {
        Set-StaticNeighbor fd00::9 52-7D-B1-92-5A-0F a0 -Namespace $ns
        $seen = Get-OneNeigh $ns fd00::9
        "$($seen.lladdr) $($seen.state)" | Should -Be '52:7d:b1:92:5a:0f PERMANENT'
    }

    It 'can be repeated, and replaces what is there, learned or static' {
        & ip -n $ns neigh add 10.0.0.9 lladdr 02:00:00:00:00:01 dev a0 nud reachable
        foreach ($mac in '02:00:00:00:00:02', '02:00:00:00:00:02', '02:00:00:00:00:03') {
            Set-StaticNeighbor 10.0.0.9 $mac a0 -Namespace $ns
            $seen = Get-OneNeigh $ns 10.0.0.9
            "$($seen.lladdr) $($seen.state)" | Should -Be "$mac PERMANENT"
        }
    }

    It 'refuses a MAC address that no station has' {
        foreach ($mac in '01:00:5e:00:00:01', 'ff:ff:ff:ff:ff:ff', '00:00:00:00:00:00') {
            Assert-Failure { Set-StaticNeighbor 10.0.0.9 $mac a0 -Namespace $ns } InvalidLinkLayerAddress InvalidArgument $mac
        }
        Get-OneNeigh $ns 10.0.0.9 | Should -BeNullOrEmpty
    }

    It 'refuses what is not an address at all' {
        Get-Failure { Set-StaticNeighbor 10.0.0.256 02:00:00:00:00:01 a0 -Namespace $ns } | Should -BeLike '*10.0.0.256*'
        Get-Failure {
            Set-StaticNeighbor 10.0.0.9 02:00:00:00:00:zz a0 -Namespace $ns
        } | Should -BeLike "*'02:00:00:00:00:zz' is not a MAC address*"
        Assert-Failure { Set-StaticNeighbor 10.0.0.9 02:00:00:00:00:01 nolink -Namespace $ns } LinkNotFound ObjectNotFound
    }

    It 'fails for one bad row of many alone, and names it' {
        $rows = @'
            IPAddress,MacAddress,Interface
            10.0.0.21,02:00:00:00:00:21,a0
            10.0.0.22,03:00:00:00:00:22,a0
            10.0.0.23,02:00:00:00:00:23,nolink
            10.0.0.24,02:00:00:00:00:24,a0
'@ | ConvertFrom-Csv
        $set = $rows | Set-StaticNeighbor -PassThru -Namespace $ns -ErrorAction SilentlyContinue -ErrorVariable failure
        $set | ForEach-Object { "$($_.Address)" } | Should -Be '10.0.0.21', '10.0.0.24'
        ($failure | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] + ' ' + $_.TargetObject }) |
            Should -Be 'InvalidLinkLayerAddress 10.0.0.22', 'LinkNotFound 10.0.0.23'
        (Get-Neigh $ns).dst | Sort-Object | Should -Be '10.0.0.21', '10.0.0.24'
    }

    It 'is used by the kernel, which then sends no ARP request' {
        Set-StaticNeighbor 10.0.0.9 02:00:00:00:00:09 a0 -Namespace $ns
        $heard = Start-Capture $ns a1 'arp or icmp' 1
        $null = & ip netns exec $ns ping -n -q -c 1 -W 0.2 10.0.0.9
        Receive-Capture $heard |
            Should -Match '> 02:00:00:00:00:09, .*10\.0\.0\.9: ICMP echo request|> 02:00:00:00:00:09, [\s\S]*ICMP echo request'
    }

    It 'touches nothing with -WhatIf' {
        Set-StaticNeighbor 10.0.0.9 02:00:00:00:00:09 a0 -WhatIf -Namespace $ns
        Get-Neigh $ns | Should -BeNullOrEmpty
    }
}

Describe 'Remove-StaticNeighbor and Clear-Neighbor' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns @(
            'link add a0 type veth peer name a1'
            'link add b0 type veth peer name b1'
            'addr add 10.0.0.1/24 dev a0'
            'link set a0 up'
            'link set a1 up'
            'link set b0 up'
            'link set b1 up'
        )
    }

    BeforeEach {
        Invoke-IpBatch $ns @(
            'neigh replace 10.0.0.31 lladdr 02:00:00:00:00:31 dev a0'
            'neigh replace 10.0.0.32 lladdr 02:00:00:00:00:32 dev a0 nud stale'
            'neigh replace fd00::33 lladdr 02:00:00:00:00:33 dev a0 nud stale'
            'neigh replace 10.0.0.34 lladdr 02:00:00:00:00:34 dev b0 nud stale'
        )
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'touch nothing with -WhatIf' {
        Remove-StaticNeighbor 10.0.0.31 a0 -WhatIf -Namespace $ns
        Clear-Neighbor a0 -WhatIf -Namespace $ns
        (Get-Neigh $ns).dst | Sort-Object | Should -Be '10.0.0.31', '10.0.0.32', '10.0.0.34', 'fd00::33'
    }

    It 'remove what was set by hand, and refuse what was learned' {
        Remove-StaticNeighbor 10.0.0.31 a0 -Confirm:$false -Namespace $ns
        Get-OneNeigh $ns 10.0.0.31 | Should -BeNullOrEmpty
        foreach ($one in '10.0.0.32', '10.0.0.31', '10.0.0.99') {
            Assert-Failure {
                Remove-StaticNeighbor $one a0 -Confirm:$false -Namespace $ns
            } NeighborNotFound ObjectNotFound "no static neighbor $one"
        }
        Get-OneNeigh $ns 10.0.0.32 | Should -Not -BeNullOrEmpty
    }

    It 'remove from the pipeline' {
        Get-Neighbor -State Permanent -Namespace $ns | Remove-StaticNeighbor -Confirm:$false
        (Get-Neigh $ns).dst | Should -Not -Contain '10.0.0.31'
        (Get-Neigh $ns).dst | Should -Contain '10.0.0.32'
    }

    It 'forget what was learned on a link, of both IP versions, and keep what was set by hand' {
        Clear-Neighbor a0 -Namespace $ns
        (Get-Neigh $ns | Where-Object state -ne 'FAILED').dst | Sort-Object | Should -Be '10.0.0.31', '10.0.0.34'
    }

    It 'forget one address alone' {
        Clear-Neighbor a0 -Address fd00::33 -Namespace $ns
        (Get-Neigh $ns | Where-Object state -ne 'FAILED').dst | Sort-Object | Should -Be '10.0.0.31', '10.0.0.32', '10.0.0.34'
    }

    It 'forget on all links that match a wildcard' {
        Clear-Neighbor ?0 -Namespace $ns
        (Get-Neigh $ns | Where-Object state -ne 'FAILED').dst | Should -Be '10.0.0.31'
    }
}

Describe 'Two thousand static neighbors' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns 'link add a0 type veth peer name a1', 'addr add 10.20.0.1/16 dev a0', 'link set a0 up', 'link set a1 up'
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'come from a table in one pipeline, and each is as its row says' {
        $lines = foreach ($i in 0..1999) {
            $address = if ($i % 4) { '10.20.{0}.{1}' -f (1 + ($i -shr 8)), ($i -band 255) } else { 'fd20::{0:x}' -f (1 + $i) }
            '{0},02:20:00:00:{1:x2}:{2:x2},a{3}' -f $address, ($i -shr 8), ($i -band 255), ($i % 2)
        }
        $rows = @('Address,Mac,Link') + $lines | ConvertFrom-Csv
        $rows | Should -HaveCount 2000

        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $rows | Set-StaticNeighbor -Namespace $ns
        Write-Host "    2000 static neighbors in $([int]$clock.Elapsed.TotalMilliseconds) ms"
        $theirs = @{}
        foreach ($one in Get-Neigh $ns | Where-Object state -eq PERMANENT) { $theirs[$one.dst] = "$($one.lladdr) $($one.dev)" }
        $theirs.Count | Should -Be 2000
        $wrong = foreach ($row in $rows) {
            $seen = $theirs[$row.Address]
            if ($seen -ne "$($row.Mac) $($row.Link)") { "$($row.Address): $seen" }
        }
        $wrong | Should -BeNullOrEmpty

        $mine = Get-Neighbor -State Permanent -Namespace $ns
        $mine | Should -HaveCount 2000
        $wrong = $mine | Where-Object { $theirs["$($_.Address)"] -ne "$($_.LinkLayerAddress) $($_.Link)" }
        $wrong | Should -BeNullOrEmpty
    }
}
