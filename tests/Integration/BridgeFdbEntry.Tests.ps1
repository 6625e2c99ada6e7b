# The forwarding databases of bridges, judged by `bridge fdb` and `brctl showmacs`.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # The entries of a bridge as `bridge` sees them, without the groups that a link listens to.
    function Get-Fdb ($Namespace, $Bridge) {
        (& bridge -n $Namespace -s -j fdb show br $Bridge) -join '' | ConvertFrom-Json |
            Where-Object mac -NotMatch '^(33:33|01:00:5e|01:80:c2)'
    }

    # The two views of the same table, as lines.
    function Format-TheirEntry ($Entries) {
        $kinds = @{ permanent = 'Permanent'; static = 'Static' }
        foreach ($one in $Entries) { "$($one.mac) $($one.ifname) $($kinds["$($one.state)"] ?? 'Dynamic') $($one.vlan)".Trim() }
    }
    function Format-OurEntry ($Entries) {
        foreach ($one in $Entries) { "$($one.LinkLayerAddress) $($one.Port) $($one.Kind) $($one.Vlan)".Trim() }
    }

    # A bridge br0 with ports p0, p1; behind q0 and q1 are stations 10.0.0.2 and 10.0.0.3 in a namespace of their own.
    function Add-TestBridge ($Namespace, $Far) {
        Add-TestNamespace $Namespace, $Far
        # IPv6 would send by itself on every link, and be learned.
        foreach ($one in $Namespace, $Far) {
            & ip netns exec $one sysctl -q net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
        }
        # Without a default VLAN each entry is there once; a kernel with VLAN filtering would add it to VLAN 1, too.
        Invoke-IpBatch $Namespace @(
            'link add br0 type bridge vlan_default_pvid 0'
            'addr add 10.0.0.1/24 dev br0'
            'link set br0 up'
            'link add br1 type bridge'
            "link add p0 type veth peer name q0 netns $Far"
            "link add p1 type veth peer name q1 netns $Far"
            'link set p0 master br0 up'
            'link set p1 master br0 up'
        )
        Invoke-IpBatch $Far 'addr add 10.0.0.2/24 dev q0', 'link set q0 up', 'link set q1 up'
    }

    function Test-VlanFiltering ($Namespace) {
        & ip -n $Namespace link set br0 type bridge vlan_filtering 1 2>$null
        $LASTEXITCODE -eq 0
    }
}

Describe 'Get-BridgeFdbEntry' {
    BeforeAll {
        $ns = Get-TestName
        $far = Get-TestName
        Add-TestBridge $ns $far
        # What the station sends by itself (router solicitations, reports of groups) would make its entry new again.
        & ip netns exec $far sysctl -qw net.ipv6.conf.q0.disable_ipv6=1
        # One port is silent, so that what is learned is known: the bridge forgets what was behind it.
        & ip -n $far link set q1 down
        & bridge -n $ns fdb add 02:00:00:00:00:51 dev p1 master static
        & bridge -n $ns fdb add 02:00:00:00:00:52 dev p1 master
        Test-Ping $ns 10.0.0.2 -Count 1 | Should -BeTrue
        # The station would confirm its neighbor five seconds later, and its entry would be new again.
        & ip -n $far neigh flush dev q0
        $learned = (Get-IpLink $far q0).address
    }

    AfterAll {
        Remove-TestNamespace $ns, $far
    }

    It 'lists what bridge lists' {
        $theirs = Format-TheirEntry (Get-Fdb $ns br0) | Sort-Object
        $theirs | Should -Contain "$learned p0 Dynamic"
        $theirs | Should -Contain '02:00:00:00:00:51 p1 Static'
        $theirs | Should -Contain '02:00:00:00:00:52 p1 Permanent'
        Format-OurEntry (Get-BridgeFdbEntry br0 -Namespace $ns) | Sort-Object | Should -Be $theirs
    }

    It 'shows what brctl showmacs shows: port number, local or not, ageing timer' {
        $mine = Get-BridgeFdbEntry br0 -Namespace $ns
        $shown = & ip netns exec $ns brctl showmacs br0 | Select-Object -Skip 1
        $later = (Get-BridgeFdbEntry br0 -Dynamic -Namespace $ns).Age.TotalSeconds
        $count = 0
        foreach ($line in $shown) {
            $number, $mac, $local, $age = -split $line
            $entry = @($mine | Where-Object { $_.PortNumber -eq $number -and "$($_.LinkLayerAddress)" -eq $mac })
            $entry.Count | Should -BeGreaterThan 0 -Because "brctl shows $line"
            ($entry[0].IsLocal ? 'yes' : 'no') | Should -Be $local
            if ($entry[0].Kind -eq 'Dynamic') {
                [double]$age | Should -BeGreaterOrEqual ($entry[0].Age.TotalSeconds - 0.1)
                [double]$age | Should -BeLessOrEqual ($later + 0.1)
                $count++
            }
            else { $entry[0].Age.TotalSeconds | Should -Be 0 }
        }
        $count | Should -Be 1
    }

    It 'shows how old an entry is' {
        $first = (Get-BridgeFdbEntry br0 -Dynamic -Namespace $ns).Age
        Start-Sleep -Milliseconds 1200
        ((Get-BridgeFdbEntry br0 -Dynamic -Namespace $ns).Age - $first).TotalSeconds | Should -BeGreaterThan 0.9
    }

    It 'chooses by port, MAC address and kind' {
        Format-OurEntry (Get-BridgeFdbEntry br0 -Dynamic -Namespace $ns) | Should -Be "$learned p0 Dynamic"
        (Get-BridgeFdbEntry -Port p1 -Namespace $ns).Port | Sort-Object -Unique | Should -Be 'p1'
        Format-OurEntry (Get-BridgeFdbEntry br0 -LinkLayerAddress 02-00-00-00-00-51 -Namespace $ns) |
            Should -Be '02:00:00:00:00:51 p1 Static'
        Get-BridgeFdbEntry br1 -Namespace $ns | Where-Object Port -ne br1 | Should -BeNullOrEmpty
        (Get-Bridge br0 -Namespace $ns | Get-BridgeFdbEntry -Dynamic).Port | Should -Be 'p0'
    }

    It 'says when there is no such bridge or port' {
        Assert-Failure { Get-BridgeFdbEntry br9 -Namespace $ns } LinkNotFound ObjectNotFound
        Assert-Failure { Get-BridgeFdbEntry p0 -Namespace $ns } NotABridge InvalidArgument
        Assert-Failure { Get-BridgeFdbEntry -Port p9 -Namespace $ns } LinkNotFound ObjectNotFound
    }

    It 'reads the remote of an entry of a VXLAN tunnel' {
        & ip -n $ns link add vx0 type vxlan id 7 dstport 4789 2>$null
        if ($LASTEXITCODE -ne 0) { Set-ItResult -Skipped -Because 'this kernel has no vxlan'; return }
        & bridge -n $ns fdb add 02:00:00:00:00:61 dev vx0 dst 192.0.2.9
        $entry = Get-BridgeFdbEntry -Port vx0 -Namespace $ns
        "$($entry.LinkLayerAddress) $($entry.Remote) $($entry.Port) $($entry.Bridge)".Trim() | Should -Be '02:00:00:00:00:61 192.0.2.9 vx0'
        $entry | Remove-BridgeFdbEntry -Confirm:$false
        & bridge -n $ns fdb show dev vx0 | Should -BeNullOrEmpty
    }

    It 'says which entry there is not' {
        Assert-Failure { Get-BridgeFdbEntry -LinkLayerAddress 02:99:00:00:00:99 -Namespace $ns } FdbEntryNotFound ObjectNotFound '02:99:00:00:00:99'
    }
}

Describe 'Add-BridgeFdbEntry' {
    BeforeAll {
        $ns = Get-TestName
        $far = Get-TestName
        Add-TestBridge $ns $far
    }

    AfterEach {
        & bridge -n $ns fdb del 02:00:00:00:00:71 dev p0 master 2>$null
        & bridge -n $ns fdb del 02:00:00:00:00:71 dev p1 master 2>$null
    }

    AfterAll {
        Remove-TestNamespace $ns, $far
    }

    It 'adds an entry that is <_.Kind>' -ForEach @(
        @{ Kind = 'Static'; Seen = 'static' }
        @{ Kind = 'Dynamic'; Seen = '' }
        @{ Kind = 'Permanent'; Seen = 'permanent' }
    ) {
        $entry = Add-BridgeFdbEntry 02:00:00:00:00:71 p0 -Kind $_.Kind -PassThru -Namespace $ns
        "$($entry.LinkLayerAddress) $($entry.Port) $($entry.Bridge) $($entry.Kind)" | Should -Be "02:00:00:00:00:71 p0 br0 $($_.Kind)"
        $seen = Get-Fdb $ns br0 | Where-Object mac -eq 02:00:00:00:00:71
        "$($seen.ifname) $($seen.state)" | Should -Be "p0 $($_.Seen)"
    }

    It 'adds a static one by default' {
        Add-BridgeFdbEntry 02:00:00:00:00:71 p0 -Namespace $ns
        (Get-Fdb $ns br0 | Where-Object mac -eq 02:00:00:00:00:71).state | Should -Be 'static'
    }

    It 'refuses one that exists, and replaces it with -Force' {
        Add-BridgeFdbEntry 02:00:00:00:00:71 p0 -Namespace $ns
        Assert-Failure { Add-BridgeFdbEntry 02:00:00:00:00:71 p1 -Namespace $ns } ResourceExists ResourceExists
        (Get-Fdb $ns br0 | Where-Object mac -eq 02:00:00:00:00:71).ifname | Should -Be 'p0'
        Add-BridgeFdbEntry 02:00:00:00:00:71 p1 -Kind Dynamic -Force -Namespace $ns
        $seen = Get-Fdb $ns br0 | Where-Object mac -eq 02:00:00:00:00:71
        "$($seen.ifname) $($seen.state)".Trim() | Should -Be 'p1'
    }

    It 'refuses an address that no station has, and a link that is not a port' {
        foreach ($one in '01:00:5e:00:00:01', 'ff:ff:ff:ff:ff:ff', '00:00:00:00:00:00') {
            Assert-Failure { Add-BridgeFdbEntry $one p0 -Namespace $ns } InvalidLinkLayerAddress InvalidArgument $one
        }
        Assert-Failure { Add-BridgeFdbEntry 02:00:00:00:00:71 lo -Namespace $ns } NotABridgePort InvalidArgument "'lo'"
        Get-Failure { Add-BridgeFdbEntry 02:00:00:00:00 p0 -Namespace $ns } | Should -BeLike "*'02:00:00:00:00' is not a MAC address*"
    }

    It 'fails for one bad row of many alone, and names it' {
        $rows = '02:00:00:00:00:71', '01:00:00:00:00:71', '02:00:00:00:00:72' |
            ForEach-Object { [pscustomobject]@{ Mac = $_; Port = 'p0' } }
        $rows | Add-BridgeFdbEntry -Namespace $ns -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure | Should -HaveCount 1
        "$($failure[0].TargetObject)" | Should -Be '01:00:00:00:00:71'
        (Get-Fdb $ns br0).mac | Should -Contain '02:00:00:00:00:71'
        (Get-Fdb $ns br0).mac | Should -Contain '02:00:00:00:00:72'
        & bridge -n $ns fdb del 02:00:00:00:00:72 dev p0 master
    }

    It 'makes the bridge send there' {
        Add-BridgeFdbEntry 02:00:00:00:00:71 p1 -Namespace $ns
        & ip -n $ns neigh replace 10.0.0.9 lladdr 02:00:00:00:00:71 dev br0
        $heard = Start-Capture $far q1 'icmp and dst 10.0.0.9' 1
        $null = & ip netns exec $ns ping -n -q -c 1 -W 1 10.0.0.9
        Receive-Capture $heard | Should -Match '> 10\.0\.0\.9: ICMP echo request'
    }

    It 'touches nothing with -WhatIf' {
        Add-BridgeFdbEntry 02:00:00:00:00:71 p0 -WhatIf -Namespace $ns
        (Get-Fdb $ns br0).mac | Should -Not -Contain '02:00:00:00:00:71'
    }
}

Describe 'Forwarding database entries of a VLAN' {
    BeforeAll {
        $ns = Get-TestName
        $far = Get-TestName
        Add-TestBridge $ns $far
        $known = Test-VlanFiltering $ns
        if ($known) {
            & bridge -n $ns vlan add vid 10 dev p0
            & bridge -n $ns vlan add vid 20 dev p0
        }
    }

    BeforeEach {
        if (-not $known) { Set-ItResult -Skipped -Because 'this kernel has no VLAN filtering' }
    }

    AfterAll {
        Remove-TestNamespace $ns, $far
    }

    It 'are added, found and removed by VLAN' {
        foreach ($vlan in 10, 20) { (Add-BridgeFdbEntry 02:00:00:00:00:81 p0 -Vlan $vlan -PassThru -Namespace $ns).Vlan | Should -Be $vlan }
        (Get-Fdb $ns br0 | Where-Object mac -eq 02:00:00:00:00:81).vlan | Sort-Object | Should -Be 10, 20
        Format-OurEntry (Get-BridgeFdbEntry br0 -Vlan 20 -LinkLayerAddress 02:00:00:00:00:81 -Namespace $ns) |
            Should -Be '02:00:00:00:00:81 p0 Static 20'
        Remove-BridgeFdbEntry 02:00:00:00:00:81 p0 -Vlan 10 -Confirm:$false -Namespace $ns
        (Get-Fdb $ns br0 | Where-Object mac -eq 02:00:00:00:00:81).vlan | Should -Be 20
        Format-OurEntry (Get-BridgeFdbEntry br0 -Namespace $ns) | Sort-Object |
            Should -Be @(Format-TheirEntry (Get-Fdb $ns br0) | Sort-Object)
    }

    It 'are refused for a VLAN out of bounds' {
        Get-Failure { Add-BridgeFdbEntry 02:00:00:00:00:82 p0 -Vlan 4095 -Namespace $ns } | Should -BeLike '*VLAN id*1 to 4094*'
    }
}

Describe 'Remove-BridgeFdbEntry and Clear-BridgeFdbEntry' {
    BeforeAll {
        $ns = Get-TestName
        $far = Get-TestName
        Add-TestBridge $ns $far
        $own = (Get-IpLink $ns p0).address
    }

    BeforeEach {
        & bridge -n $ns fdb replace 02:00:00:00:00:91 dev p0 master static
        & bridge -n $ns fdb replace 02:00:00:00:00:92 dev p0 master dynamic
        & bridge -n $ns fdb replace 02:00:00:00:00:93 dev p1 master dynamic
    }

    AfterAll {
        Remove-TestNamespace $ns, $far
    }

    It 'touch nothing with -WhatIf' {
        $before = Format-TheirEntry (Get-Fdb $ns br0)
        Remove-BridgeFdbEntry 02:00:00:00:00:91 p0 -WhatIf -Namespace $ns
        Clear-BridgeFdbEntry br0 -Static -WhatIf -Namespace $ns
        Format-TheirEntry (Get-Fdb $ns br0) | Should -Be $before
    }

    It 'remove one entry by address and port' {
        Remove-BridgeFdbEntry 02:00:00:00:00:91 p0 -Confirm:$false -Namespace $ns
        $left = (Get-Fdb $ns br0).mac
        $left | Should -Not -Contain '02:00:00:00:00:91'
        $left | Should -Contain '02:00:00:00:00:92'
        Assert-Failure {
            Remove-BridgeFdbEntry 02:00:00:00:00:91 p0 -Confirm:$false -Namespace $ns
        } FdbEntryNotFound ObjectNotFound '02:00:00:00:00:91'
        Assert-Failure { Remove-BridgeFdbEntry 02:00:00:00:00:92 p1 -Confirm:$false -Namespace $ns } FdbEntryNotFound ObjectNotFound
    }

    It 'remove entries from the pipeline' {
        Get-BridgeFdbEntry br0 -Dynamic -Namespace $ns | Remove-BridgeFdbEntry -Confirm:$false
        $left = (Get-Fdb $ns br0).mac
        foreach ($one in '92', '93') { $left | Should -Not -Contain "02:00:00:00:00:$one" }
        $left | Should -Contain '02:00:00:00:00:91'
    }

    It 'forget what was learned on one port' {
        Clear-BridgeFdbEntry -Port p0 -Namespace $ns
        $left = (Get-Fdb $ns br0).mac
        $left | Should -Not -Contain '02:00:00:00:00:92'
        foreach ($one in '91', '93') { $left | Should -Contain "02:00:00:00:00:$one" }
    }

    It 'forget what was learned on the whole bridge, and keep the rest' {
        Clear-BridgeFdbEntry br0 -Namespace $ns
        $left = (Get-Fdb $ns br0).mac
        foreach ($one in '92', '93') { $left | Should -Not -Contain "02:00:00:00:00:$one" }
        $left | Should -Contain '02:00:00:00:00:91'
        $left | Should -Contain $own
    }

    It 'forget static entries too with -Static, but never those of the ports themselves' {
        Clear-BridgeFdbEntry br0 -Static -Namespace $ns
        $left = (Get-Fdb $ns br0).mac
        foreach ($one in '91', '92', '93') { $left | Should -Not -Contain "02:00:00:00:00:$one" }
        $left | Should -Contain $own
    }

    It 'need to know what to clear' {
        Assert-Failure { Clear-BridgeFdbEntry -Namespace $ns } InvalidArgument InvalidArgument '-Bridge, -Port'
    }
}

Describe 'Two thousand forwarding database entries' {
    BeforeAll {
        $ns = Get-TestName
        $far = Get-TestName
        Add-TestBridge $ns $far
    }

    AfterAll {
        Remove-TestNamespace $ns, $far
    }

    It 'come from a table in one pipeline, and each is as its row says' {
        $kinds = 'Static', 'Dynamic', 'Permanent'
        $lines = foreach ($i in 0..1999) { '02:10:00:00:{0:x2}:{1:x2},p{2},{3}' -f ($i -shr 8), ($i -band 255), ($i % 2), $kinds[$i % 3] }
        $rows = @('Mac,Port,Kind') + $lines | ConvertFrom-Csv
        $rows | Should -HaveCount 2000

        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $rows | Add-BridgeFdbEntry -Namespace $ns
        Write-Host "    2000 forwarding database entries in $([int]$clock.Elapsed.TotalMilliseconds) ms"
        $theirs = @{}
        foreach ($one in Get-Fdb $ns br0 | Where-Object mac -like '02:10:*') { $theirs[$one.mac] = "$($one.ifname) $($one.state)".Trim() }
        $theirs.Count | Should -Be 2000
        $wrong = foreach ($row in $rows) {
            $state = switch ($row.Kind) { 'Static' { ' static' } 'Permanent' { ' permanent' } }
            if ($theirs[$row.Mac] -ne "$($row.Port)$state") { "$($row.Mac): $($theirs[$row.Mac])" }
        }
        $wrong | Should -BeNullOrEmpty

        # And back: reading them gives the same table.
        $mine = Get-BridgeFdbEntry br0 -Namespace $ns
        @($mine | Where-Object { "$($_.LinkLayerAddress)" -like '02:10:*' }) | Should -HaveCount 2000
        $wrong = foreach ($one in $mine) {
            $state = switch ($one.Kind) { 'Static' { ' static' } 'Permanent' { ' permanent' } }
            $key = "$($one.LinkLayerAddress)"
            if ($theirs.ContainsKey($key) -and $theirs[$key] -ne "$($one.Port)$state") { $key }
        }
        $wrong | Should -BeNullOrEmpty
    }
}
