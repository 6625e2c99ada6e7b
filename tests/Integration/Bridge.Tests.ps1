# Bridges: every setting, judged by `ip -d` and brctl; a bridge is made completely or not at all.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # Not every kernel is built with VLAN filtering.
    function Test-VlanFiltering ($Namespace) {
        & ip -n $Namespace link add vlantest type bridge vlan_filtering 1 2>$null
        $known = $LASTEXITCODE -eq 0
        if ($known) { & ip -n $Namespace link del vlantest }
        $known
    }

    function Get-Data ($Namespace, $Name) { (Get-IpLink $Namespace $Name).linkinfo.info_data }
}

Describe 'New-Bridge' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    AfterEach {
        & ip -n $ns link del br0 2>$null
    }

    It 'makes a bridge, down and without an address' {
        $bridge = New-Bridge br0 -Namespace $ns
        $link = Get-IpLink $ns br0
        "$($link.linkinfo.info_kind) $($link.ifindex) $($link.address)" | Should -Be "bridge $($bridge.Index) $($bridge.LinkLayerAddress)"
        $link.flags | Should -Not -Contain 'UP'
        Get-IpAddress $ns br0 | Should -BeNullOrEmpty
        $bridge.Id.ToString() | Should -Be '8000.000000000000'
    }

    It 'sets its addresses, MTU and MAC address, and sets it up' {
        $null = New-Bridge br0 -Address 12.200.1.1/24, fd00:12::1/64 -Mtu 1400 -LinkLayerAddress 02:00:00:00:00:0b -Up -Namespace $ns
        $link = Get-IpLink $ns br0
        "$($link.mtu) $($link.address)" | Should -Be '1400 02:00:00:00:00:0b'
        $link.flags | Should -Contain 'UP'
        Get-IpAddress $ns br0 | Should -Be '12.200.1.1/24', 'fd00:12::1/64'
    }

    It 'refuses a MAC address that no link can have, in words, and creates nothing' -ForEach @(
        @{ Address = '01:00:5e:00:00:01' }
        @{ Address = '00:00:00:00:00:00' }
    ) {
        Assert-Failure {
            New-Bridge br0 -LinkLayerAddress $Address -Namespace $ns
        } ParameterArgumentValidationError InvalidData 'single station'
        Get-IpLink $ns br0 | Should -BeNullOrEmpty
    }

    It 'sets <_.Setting>' -ForEach @(
        @{ Setting = 'STP'; Given = @{ Stp = $true }; Key = 'stp_state'; Value = '1' }
        @{ Setting = 'the forward delay in seconds'; Given = @{ ForwardDelay = 4 }; Key = 'forward_delay'; Value = '400' }
        @{ Setting = 'the forward delay as a time'; Given = @{ ForwardDelay = [timespan]'0:0:7' }; Key = 'forward_delay'; Value = '700' }
        @{ Setting = 'the ageing time'; Given = @{ AgeingTime = 60 }; Key = 'ageing_time'; Value = '6000' }
        @{ Setting = 'an ageing time of none'; Given = @{ AgeingTime = 0 }; Key = 'ageing_time'; Value = '0' }
        @{ Setting = 'the priority'; Given = @{ Priority = 4096 }; Key = 'priority'; Value = '4096' }
        @{ Setting = 'no multicast snooping'; Given = @{ MulticastSnooping = $false }; Key = 'mcast_snooping'; Value = '0' }
        @{ Setting = 'the group forward mask'; Given = @{ GroupForwardMask = 0x4008 }; Key = 'group_fwd_mask'; Value = '0x4008' }
    ) {
        $given = $_.Given
        $null = New-Bridge br0 @given -Namespace $ns
        (Get-Data $ns br0).($_.Key) | Should -Be $_.Value
    }

    It 'filters VLANs where the kernel can, and says so where it cannot' {
        if (Test-VlanFiltering $ns) {
            (New-Bridge br0 -VlanFiltering -Namespace $ns).VlanFiltering | Should -BeTrue
            (Get-Data $ns br0).vlan_filtering | Should -Be 1
        }
        else {
            Assert-Failure { New-Bridge br0 -VlanFiltering -Namespace $ns } NotSupported NotImplemented
            Get-IpLink $ns br0 | Should -BeNullOrEmpty
        }
    }

    It 'makes many, and refuses only the one that is there' {
        & ip -n $ns link add br1 type bridge
        try {
            $made = New-Bridge br0, br1, br2 -Namespace $ns -ErrorAction SilentlyContinue -ErrorVariable failure
            $made.Name | Should -Be 'br0', 'br2'
            $failure | Should -HaveCount 1
            "$($failure[0].CategoryInfo.Category) $($failure[0].TargetObject)" | Should -Be 'ResourceExists br1'
        }
        finally {
            & ip -n $ns link del br1
            & ip -n $ns link del br2
        }
    }

    It 'leaves nothing of a bridge whose address is refused' {
        # No link can have the same address twice.
        Assert-Failure { New-Bridge br0 -Address 12.200.1.1/24, 12.200.1.1/24 -Up -Namespace $ns } ResourceExists ResourceExists
        Get-IpLink $ns br0 | Should -BeNullOrEmpty
    }

    It 'leaves nothing of a bridge with a setting the kernel refuses' {
        Assert-Failure { New-Bridge br0 -GroupForwardMask 1 -Namespace $ns } InvalidArgument InvalidArgument
        Get-IpLink $ns br0 | Should -BeNullOrEmpty
    }

    It 'returns an equal bridge with -IfNotExists, and names each difference of another one' {
        & ip -n $ns link add br0 type bridge ageing_time 6000
        & ip -n $ns addr add 12.200.1.1/24 dev br0
        & ip -n $ns link set br0 up
        $index = (Get-IpLink $ns br0).ifindex
        (New-Bridge br0 -AgeingTime 60 -Address 12.200.1.1/24 -Up -IfNotExists -Namespace $ns).Index | Should -Be $index
        Assert-Failure {
            New-Bridge br0 -AgeingTime 90 -Stp -Address 12.200.1.9/24 -IfNotExists -Namespace $ns
        } ExistsDifferent ResourceExists '-AgeingTime 00:01:30 (is 00:01:00)', '-Stp:$true', '-Address 12.200.1.9/24 (is missing)'
        Assert-Failure { New-Bridge br0 -Mtu 1300 -IfNotExists -Namespace $ns } ExistsDifferent ResourceExists 'MTU 1300'
        (Get-IpLink $ns br0).ifindex | Should -Be $index
        (Get-Data $ns br0).ageing_time | Should -Be 6000
    }

    It 'returns an existing bridge with its ports' {
        Invoke-IpBatch $ns 'link add br0 type bridge', 'link add p0 type veth peer name p1', 'link set p0 master br0'
        try { (New-Bridge br0 -IfNotExists -Namespace $ns).Ports | Should -Be p0 }
        finally { & ip -n $ns link del p0 }
    }

    It 'refuses a link of another kind with -IfNotExists' {
        Assert-Failure { New-Bridge lo -IfNotExists -Namespace $ns } NotABridge InvalidArgument "'loopback'"
    }

    It 'touches nothing with -WhatIf' {
        $before = Get-Snapshot $ns
        New-Bridge br0 -Address 12.200.1.1/24 -Up -WhatIf -Namespace $ns | Should -BeNullOrEmpty
        Get-Snapshot $ns | Should -BeExactly $before
    }
}

Describe 'Get-Bridge' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns @(
            'link add br0 type bridge stp_state 1 forward_delay 500 ageing_time 12300 priority 12288 group_fwd_mask 0x8 mcast_snooping 0'
            'link add br1 type bridge'
            'link add p0 type veth peer name q0'
            'link add p1 type veth peer name q1'
            'link set p0 master br0'
            'link set p1 master br0'
        )
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'shows what brctl show shows' {
        $mine = foreach ($bridge in Get-Bridge -Namespace $ns) {
            $stp = $bridge.Stp ? 'yes' : 'no'
            "$($bridge.Name) $($bridge.Id) $stp $($bridge.Ports | Sort-Object)".Trim()
        }
        # brctl shows all ports of a bridge but the first on lines of their own.
        $shown = (& ip netns exec $ns brctl show | Select-Object -Skip 1) -join "`n" -replace '\n\s+', ' '
        $theirs = foreach ($line in $shown -split "`n") {
            $name, $id, $stp, $ports = -split $line
            "$name $id $stp $($ports | Sort-Object)".Trim()
        }
        $theirs | Should -HaveCount 2
        $mine | Sort-Object | Should -Be ($theirs | Sort-Object)
        $mine | Should -Contain "br0 $((Get-Bridge br0 -Namespace $ns).Id) yes p0 p1"
    }

    It 'reads every setting as ip does' {
        $bridge = Get-Bridge br0 -Namespace $ns
        $data = Get-Data $ns br0
        # ip shows hundredths of a second.
        $bridge.ForwardDelay, $bridge.HelloTime, $bridge.MaxAge, $bridge.AgeingTime | ForEach-Object { $_.TotalSeconds * 100 } |
            Should -Be $data.forward_delay, $data.hello_time, $data.max_age, $data.ageing_time
        "$($bridge.Priority) $([int]$bridge.MulticastSnooping) $([int]$bridge.VlanFiltering) 0x$($bridge.GroupForwardMask.ToString('x'))" |
            Should -Be "$($data.priority) $($data.mcast_snooping) $($data.vlan_filtering) $($data.group_fwd_mask)"
        "$([int]$bridge.CallIptables) $([int]$bridge.CallIp6tables) $([int]$bridge.CallArptables)" |
            Should -Be "$($data.nf_call_iptables) $($data.nf_call_ip6tables) $($data.nf_call_arptables)"
        "$($bridge.ForwardDelay) $($bridge.AgeingTime) $($bridge.Priority)" | Should -Be '00:00:05 00:02:03 12288'
    }

    It 'finds by wildcard, and says when there is no such link or it is not a bridge' {
        (Get-Bridge br* -Namespace $ns).Name | Sort-Object | Should -Be 'br0', 'br1'
        Get-Bridge nobr* -Namespace $ns | Should -BeNullOrEmpty
        Assert-Failure { Get-Bridge nobr -Namespace $ns } LinkNotFound ObjectNotFound
        Assert-Failure { Get-Bridge p0 -Namespace $ns } NotABridge InvalidArgument "'veth'"
    }
}

Describe 'Set-Bridge' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
    }

    BeforeEach {
        Invoke-IpBatch $ns 'link add br0 type bridge', 'link add br1 type bridge'
    }

    AfterEach {
        Invoke-IpBatch $ns 'link del br0', 'link del br1'
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'changes every setting of an existing bridge, and says which' {
        $given = @{ Stp = $true; ForwardDelay = 4; AgeingTime = 60; Priority = 4096; MulticastSnooping = $false; GroupForwardMask = 8 }
        $said = Get-Verbose { Set-Bridge br0 @given -Namespace $ns -Verbose }
        $data = Get-Data $ns br0
        "$($data.stp_state) $($data.forward_delay) $($data.ageing_time) $($data.priority) $($data.mcast_snooping) $($data.group_fwd_mask)" |
            Should -Be '1 400 6000 4096 0 0x8'
        foreach ($one in "*bridge 'br0'*", '*-ForwardDelay 00:00:04 (was 00:00:15)*', '*-Priority 4096 (was 32768)*') {
            $said | Should -BeLike $one
        }
    }

    It 'leaves alone what is already as requested' {
        $before = Get-LinkSnapshot $ns
        Get-Verbose { Set-Bridge br0 -AgeingTime 300 -Stp $false -Namespace $ns -Verbose } | Should -BeLike '*is already as requested.'
        Get-LinkSnapshot $ns | Should -BeExactly $before
    }

    It 'changes all from the pipeline and returns them with -PassThru' {
        (Get-Bridge -Namespace $ns | Set-Bridge -AgeingTime 10 -PassThru).AgeingTime.TotalSeconds | Should -Be 10, 10
        (Get-Data $ns br1).ageing_time | Should -Be 1000
    }

    It 'refuses a value out of bounds, and names the setting' {
        Get-Failure { Set-Bridge br0 -Priority 65536 -Namespace $ns } | Should -BeLike '*priority of a bridge*0 to 65535*'
        Get-Failure { Set-Bridge br0 -AgeingTime never -Namespace $ns } | Should -BeLike "*'never' is not a time*"
        # With the spanning tree, the kernel requires at least two seconds.
        Set-Bridge br0 -Stp $true -Namespace $ns
        Assert-Failure { Set-Bridge br0 -ForwardDelay 1 -Namespace $ns } InvalidArgument InvalidArgument
        (Get-Data $ns br0).forward_delay | Should -Be 1500
    }

    It 'refuses a link that is not a bridge' {
        Assert-Failure { Set-Bridge lo -Stp $true -Namespace $ns } NotABridge InvalidArgument
    }

    It 'touches nothing with -WhatIf' {
        $before = Get-LinkSnapshot $ns
        Set-Bridge br0 -Stp $true -AgeingTime 10 -WhatIf -Namespace $ns
        Get-LinkSnapshot $ns | Should -BeExactly $before
    }
}

Describe 'Remove-Bridge' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns @(
            'link add br0 type bridge'
            'link add br1 type bridge'
            'link add p0 type veth peer name q0'
            'link set p0 master br0'
        )
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'touches nothing with -WhatIf' {
        Remove-Bridge br0 -WhatIf -Namespace $ns
        (Get-IpLink $ns p0).master | Should -Be 'br0'
    }

    It 'removes no link of another kind' {
        Assert-Failure { Remove-Bridge p0 -Confirm:$false -Namespace $ns } NotABridge InvalidArgument
        Get-IpLink $ns p0 | Should -Not -BeNullOrEmpty
    }

    It 'removes the bridge and leaves its ports' {
        Remove-Bridge br0 -Confirm:$false -Namespace $ns
        Get-IpLink $ns br0 | Should -BeNullOrEmpty
        (Get-IpLink $ns p0).master | Should -BeNullOrEmpty
        Get-IpLink $ns br1 | Should -Not -BeNullOrEmpty
    }

    It 'removes only bridges by wildcard' {
        Remove-Bridge * -Confirm:$false -Namespace $ns
        (Get-IpJson -n $ns link).ifname | Sort-Object | Should -Be 'lo', 'p0', 'q0'
    }
}

Describe 'New-GeneveTunnel -Bridge' -Tag Geneve, Container {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        & ip -n $ns link add br0 type bridge
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'makes the tunnel a port of the bridge in the same step' {
        (New-GeneveTunnel geneve1 -Vni 1000 -Remote 10.0.0.250 -Bridge br0 -Up -Namespace $ns).Master | Should -Be 'br0'
        $link = Get-IpLink $ns geneve1
        "$($link.master) $($link.flags -contains 'UP')" | Should -Be 'br0 True'
        & ip -n $ns link del geneve1
    }

    It 'leaves nothing of the tunnel when there is no such bridge' {
        Assert-Failure {
            New-GeneveTunnel geneve1 -Vni 1000 -Remote 10.0.0.250 -Bridge br9 -Namespace $ns
        } LinkNotFound ObjectNotFound "'br9'"
        Assert-Failure { New-GeneveTunnel geneve1 -Vni 1000 -Remote 10.0.0.250 -Bridge lo -Namespace $ns } NotABridge InvalidArgument
        Get-IpLink $ns geneve1 | Should -BeNullOrEmpty
    }

    It 'leaves nothing of the tunnel when one of its addresses is refused' {
        Assert-Failure {
            New-GeneveTunnel geneve1 -Vni 1000 -Remote 10.0.0.250 -Bridge br0 -Address 10.1.0.1/24, 10.1.0.1/24 -Up -Namespace $ns
        } ResourceExists ResourceExists
        Get-IpLink $ns geneve1 | Should -BeNullOrEmpty
    }

    It 'cannot attach a tunnel without an Ethernet header, and leaves nothing of it' {
        $null = & ip -n $ns link add probe type geneve id 9 remote 10.0.0.9 innerprotoinherit 2>&1
        if ($LASTEXITCODE -ne 0) { Set-ItResult -Skipped -Because 'this kernel or its ip has no such tunnels'; return }
        & ip -n $ns link del probe
        Get-Failure {
            New-GeneveTunnel geneve1 -Vni 1000 -Remote 10.0.0.250 -InnerProtocolInherit -Bridge br0 -Namespace $ns
        } | Should -Not -BeNullOrEmpty
        Get-IpLink $ns geneve1 | Should -BeNullOrEmpty
    }
}

Describe 'New-VethPair -Bridge' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        & ip -n $ns link add br0 type bridge
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'makes the first end a port of the bridge, and no other' {
        $null = New-VethPair a0 a1 -Bridge br0 -Up -Namespace $ns
        (Get-IpLink $ns a0).master | Should -Be 'br0'
        (Get-IpLink $ns a1).master | Should -BeNullOrEmpty
        (New-VethPair a0 a1 -Bridge br0 -Up -IfNotExists -Namespace $ns).Name | Should -Be 'a0', 'a1'
        & ip -n $ns link set a0 nomaster
        Assert-Failure {
            New-VethPair a0 a1 -Bridge br0 -IfNotExists -Namespace $ns
        } ExistsDifferent ResourceExists '-Bridge br0 (is none)'
        & ip -n $ns link del a0
    }

    It 'takes the bridge from the pipeline' {
        $null = [pscustomobject]@{ Bridge = 'br0'; Namespace = $ns; Name = 'a0'; PeerName = 'a1' } | New-VethPair
        (Get-IpLink $ns a0).master | Should -Be 'br0'
        & ip -n $ns link del a0
    }

    It 'leaves nothing of the pair when there is no such bridge' {
        Assert-Failure { New-VethPair a0 a1 -Bridge br9 -Namespace $ns } LinkNotFound ObjectNotFound "'br9'"
        Get-IpLink $ns a0 | Should -BeNullOrEmpty
    }
}
