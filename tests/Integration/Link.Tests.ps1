# Links of any kind: read as `ip -d link` reads them, changed completely or not at all.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
}

Describe 'Get-Link' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        & ip -n $ns link add up0 type veth peer name up1
        & ip -n $ns link set up0 mtu 1400 alias 'the one that is up' txqlen 55 group 7 address 02:00:00:00:00:01 up
        Invoke-IpBatch $ns @(
            'link set up1 up'
            'link add half0 type veth peer name half1'
            'link set half0 up'
            'link add bridge0 type bridge'
            'link set half0 master bridge0'
            'link add vx0 type vxlan id 77 dstport 4789'
            'link property add dev up1 altname a-much-longer-name-for-up1'
        )
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'equals ip -d link for each of them' {
        $expected = Get-IpJson -n $ns -d link
        $links = Get-Link -Namespace $ns
        $links.Name | Should -Be $expected.ifname
        $groups = @{ default = 0 }
        foreach ($link in $links) {
            $ip = $expected | Where-Object ifname -EQ $link.Name
            # The kernel has no kind for the loopback; ours is the type of the link.
            $kind = $ip.linkinfo.info_kind ?? $ip.link_type
            $group = $groups[$ip.group] ?? [int]$ip.group
            $flags = $ip.flags
            @(
                $link.Index, $link.Mtu, $link.MinMtu, $link.MaxMtu, "$($link.LinkLayerAddress)", $link.Kind, $link.Master, $link.Alias,
                $link.TxQueueLength, $link.QueueingDiscipline, $link.Group, $link.IsUp, $link.HasCarrier, $link.IsLoopback,
                "$($link.State)", "$($link.Namespace)"
            ) -join '|' | Should -Be (@(
                    $ip.ifindex, $ip.mtu, $ip.min_mtu, $ip.max_mtu, $ip.address, $kind, $ip.master, $ip.ifalias,
                    $ip.txqlen, $ip.qdisc, $group, ($flags -contains 'UP'), ($flags -contains 'LOWER_UP'), ($flags -contains 'LOOPBACK'),
                    $ip.operstate, $ns
                ) -join '|') -Because $link.Name
        }
    }

    It 'knows the peer of a veth by its index' {
        (Get-Link up0 -Namespace $ns).ParentIndex | Should -Be (Get-IpLink $ns up1).ifindex
    }

    It 'counts packets' {
        $stats = (Get-IpJson -n $ns -s link show dev lo).stats64
        $null = & ip netns exec $ns ping -n -q -c 2 -i 0.01 127.0.0.1
        $now = (Get-Link lo -Namespace $ns).Statistics
        $now.SentPackets | Should -BeGreaterOrEqual ($stats.tx.packets + 4)
        $now.ReceivedBytes | Should -BeGreaterThan $stats.rx.bytes
    }

    It 'chooses by <By>' -ForEach @(
        @{ By = 'name'; Arguments = @{ Name = 'up0' }; Names = @('up0') }
        @{ By = 'several names, in their order'; Arguments = @{ Name = 'up1', 'lo' }; Names = 'up1', 'lo' }
        @{ By = 'wildcard'; Arguments = @{ Name = 'half*' }; Names = 'half1', 'half0' }
        @{ By = 'a set of letters'; Arguments = @{ Name = '[bv]*' }; Names = 'bridge0', 'vx0' }
        @{ By = 'index'; Arguments = @{ Index = 1 }; Names = @('lo') }
        @{ By = 'kind'; Arguments = @{ Kind = 'bridge', 'VXLAN' }; Names = 'bridge0', 'vx0' }
        @{ By = 'name and kind'; Arguments = @{ Name = '*0'; Kind = 'veth' }; Names = 'up0', 'half0' }
        @{ By = 'an alternative name'; Arguments = @{ Name = 'a-much-longer-name-for-up1' }; Names = @('up1') }
        @{ By = 'a wildcard that nothing matches'; Arguments = @{ Name = 'no*' }; Names = $null }
    ) {
        (Get-Link -Namespace $ns @Arguments).Name | Should -Be $Names
    }

    It 'is case-sensitive, as the kernel is' {
        Assert-Failure { Get-Link UP0 -Namespace $ns } LinkNotFound ObjectNotFound "'UP0'"
        Get-Link UP* -Namespace $ns | Should -BeNullOrEmpty
    }

    It 'goes on after one that does not exist' {
        (Get-Link no, lo -Namespace $ns -ErrorAction SilentlyContinue -ErrorVariable failed).Name | Should -Be lo
        $failed | Should -HaveCount 1
    }

    It 'keeps the settings of a kind it does not know' {
        $link = Get-Link vx0 -Namespace $ns
        $link.Kind | Should -Be vxlan
        # IFLA_VXLAN_ID is 1, a number in the machine's order; IFLA_VXLAN_PORT is 15, in the network's.
        $settings = @{}
        foreach ($attribute in $link.OtherKindData.Attributes) { $settings[[int]$attribute.Item1] = $attribute.Item2.ToArray() }
        [BitConverter]::ToUInt32($settings[1], 0) | Should -Be 77
        $settings[15] | Should -Be 0x12, 0xb5
        (Get-Link up0 -Namespace $ns).OtherKindData | Should -BeNullOrEmpty
    }

    It 'reads the links of this session without -Namespace' {
        (Get-Link).Name | Should -Be (Get-IpJson link).ifname
    }
}

Describe 'Set-Link' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    BeforeEach {
        Invoke-IpBatch $ns @(
            'link add a0 type veth peer name a1'
            'link set a1 alias before'
        )
    }

    AfterEach {
        & ip -n $ns link del a0 2>$null
    }

    It 'sets <Setting>' -ForEach @(
        @{ Setting = 'up'; Link = 'a0'; Arguments = @{ Up = $true }; Check = { $_.flags -contains 'UP' } }
        @{ Setting = 'the MTU'; Link = 'a0'; Arguments = @{ Mtu = 1300 }; Check = { $_.mtu -eq 1300 } }
        @{
            Setting = 'the MAC address'; Link = 'a0'; Arguments = @{ LinkLayerAddress = '02:00:00:00:00:99' }
            Check = { $_.address -eq '02:00:00:00:00:99' }
        }
        @{
            Setting = 'the MAC address with hyphens, by its other name'; Link = 'a0'; Arguments = @{ Mac = '02-00-00-00-00-98' }
            Check = { $_.address -eq '02:00:00:00:00:98' }
        }
        @{ Setting = 'an alias'; Link = 'a0'; Arguments = @{ Alias = 'text with ünï' }; Check = { $_.ifalias -eq 'text with ünï' } }
        @{ Setting = 'no alias'; Link = 'a1'; Arguments = @{ Alias = '' }; Check = { -not $_.ifalias } }
        @{ Setting = 'the length of the transmit queue'; Link = 'a0'; Arguments = @{ TxQueueLength = 42 }; Check = { $_.txqlen -eq 42 } }
        @{
            Setting = 'several at once'; Link = 'a0'; Arguments = @{ Mtu = 1234; Alias = 'x'; Up = $true }
            Check = { $_.mtu -eq 1234 -and $_.ifalias -eq 'x' -and $_.flags -contains 'UP' }
        }
    ) {
        Set-Link $Link -Namespace $ns @Arguments | Should -BeNullOrEmpty
        Get-IpLink $ns $Link | Where-Object $Check | Should -HaveCount 1
        (Get-IpLink $ns lo).mtu | Should -Be 65536
    }

    It 'sets down' {
        & ip -n $ns link set a0 up
        Set-Link a0 -Down -Namespace $ns
        (Get-IpLink $ns a0).flags | Should -Not -Contain 'UP'
    }

    It 'renames a link' {
        $index = (Get-IpLink $ns a0).ifindex
        (Set-Link a0 -NewName b0 -Namespace $ns -PassThru).Name | Should -Be b0
        (Get-IpLink $ns b0).ifindex | Should -Be $index
        & ip -n $ns link set b0 name a0
    }

    It 'renames a link that is up, or says how' {
        & ip -n $ns link set a0 up
        if ([Environment]::OSVersion.Version -ge [version]'6.2') {
            Set-Link a0 -NewName b0 -Namespace $ns
            (Get-IpLink $ns b0).flags | Should -Contain 'UP'
            & ip -n $ns link set b0 name a0
        }
        else {
            Assert-Failure { Set-Link a0 -NewName b0 -Namespace $ns } ResourceBusy ResourceBusy 'set it down first'
        }
    }

    It 'takes a wildcard' {
        Set-Link a* -Mtu 1350 -Namespace $ns
        foreach ($name in 'a0', 'a1') { (Get-IpLink $ns $name).mtu | Should -Be 1350 }
    }

    It 'takes an index' {
        Set-Link -Index (Get-IpLink $ns a1).ifindex -Mtu 1351 -Namespace $ns
        (Get-IpLink $ns a1).mtu | Should -Be 1351
        (Get-IpLink $ns a0).mtu | Should -Be 1500
    }

    It 'leaves alone what is already as requested, and says so' {
        & ip -n $ns link set a1 up
        $before = Get-LinkSnapshot $ns
        Get-Verbose { Set-Link a1 -Up -Mtu 1500 -Alias before -NewName a1 -Namespace $ns -Verbose } | Should -BeLike '*already*'
        Get-LinkSnapshot $ns | Should -Be $before
    }

    It 'says what it changes' {
        Get-Verbose { Set-Link a0 -Up -Mtu 1300 -Namespace $ns -Verbose } | Should -BeLike '*-Mtu 1300 (was 1500)*-Up (was down)*'
    }

    It 'returns the changed link with -PassThru' {
        $link = Set-Link a0 -Mtu 1300 -Up -Namespace $ns -PassThru
        "$($link.Mtu) $($link.IsUp) $($link.Index)" | Should -Be "1300 True $((Get-IpLink $ns a0).ifindex)"
    }

    It 'undoes the rest when one setting fails: <What>' -ForEach @(
        @{
            What = 'a name that is taken'; Arguments = @{ Mtu = 1300; Alias = 'changed'; TxQueueLength = 5; NewName = 'lo' }
            Id = 'ResourceExists'; Category = 'ResourceExists'
        }
        @{
            What = 'an MTU out of bounds'; Arguments = @{ LinkLayerAddress = '02:00:00:00:00:77'; Mtu = 70000 }
            Id = 'InvalidArgument'; Category = 'InvalidArgument'
        }
        @{
            What = 'an alias that is too long'; Arguments = @{ Mtu = 1300; Up = $true; Alias = 'x' * 300 }
            Id = 'InvalidArgument'; Category = 'InvalidArgument'
        }
    ) {
        $before = Get-LinkSnapshot $ns
        Assert-Failure { Set-Link a1 -Namespace $ns @Arguments } $Id $Category
        Get-LinkSnapshot $ns | Should -Be $before
    }

    It 'changes nothing with -WhatIf' {
        $before = Get-LinkSnapshot $ns
        Set-Link a* -Up -Mtu 1300 -Alias x -Namespace $ns -WhatIf
        Get-LinkSnapshot $ns | Should -Be $before
    }
}

Describe 'Remove-Link' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    BeforeEach {
        Invoke-IpBatch $ns @(
            'link add a0 type veth peer name a1'
            'link add b0 type bridge'
        )
    }

    AfterEach {
        foreach ($name in 'a0', 'b0') { & ip -n $ns link del $name 2>$null }
    }

    It 'removes a veth with its other end, and nothing else' {
        Remove-Link a1 -Namespace $ns -Confirm:$false
        (Get-IpJson -n $ns link).ifname | Should -Be 'lo', 'b0'
    }

    It 'removes by index' {
        Remove-Link -Index (Get-IpLink $ns b0).ifindex -Namespace $ns -Confirm:$false
        (Get-IpJson -n $ns link).ifname | Should -Be 'lo', 'a1', 'a0'
    }

    It 'removes by wildcard' {
        Remove-Link b* -Namespace $ns -Confirm:$false
        (Get-IpJson -n $ns link).ifname | Should -Be 'lo', 'a1', 'a0'
    }

    It 'does not fail for an end that was removed with the other one' {
        Remove-Link a* -Namespace $ns -Confirm:$false
        (Get-IpJson -n $ns link).ifname | Should -Be 'lo', 'b0'
    }

    It 'removes nothing with -WhatIf' {
        Remove-Link * -Namespace $ns -WhatIf
        (Get-IpJson -n $ns link).ifname | Should -Be 'lo', 'a1', 'a0', 'b0'
    }
}
