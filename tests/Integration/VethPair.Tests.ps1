# veth pairs: both ends as asked, or neither of them.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
}

Describe 'New-VethPair' -Tag Container {
    BeforeAll {
        $ns = Get-TestName
        $far = Get-TestName
        Add-TestNamespace $ns, $far
    }

    AfterAll {
        Remove-TestNamespace $ns, $far
    }

    AfterEach {
        & ip -n $ns link del a0 2>$null
    }

    It 'makes two ends in one namespace' {
        $pair = New-VethPair a0 a1 -Namespace $ns
        $pair.Name | Should -Be 'a0', 'a1'
        $ends = 'a0', 'a1' | ForEach-Object { Get-IpLink $ns $_ }
        $ends.link | Should -Be 'a1', 'a0'
        $pair.Index | Should -Be $ends.ifindex
        $ends.flags | Should -Not -Contain 'UP'
    }

    It 'makes the second end in another namespace, with the same name if asked' {
        $pair = New-VethPair a0 a0 -Namespace $ns -PeerNamespace $far
        "$($pair[0].Namespace) $($pair[1].Namespace)" | Should -Be "$ns $far"
        (Get-IpLink $ns a0).link_index | Should -Be (Get-IpLink $far a0).ifindex
        Get-IpLink $ns a1 | Should -BeNullOrEmpty
    }

    It 'makes the second end in the namespace of a process' {
        $process = Start-NamespaceProcess
        try {
            $null = New-VethPair a0 a1 -Namespace $ns -PeerNamespace $process.Id
            (& nsenter "--net=/proc/$($process.Id)/ns/net" ip -j link show dev a1 | ConvertFrom-Json).ifname | Should -Be a1
        }
        finally { Stop-Program $process }
    }

    It 'sets MTU, MAC addresses and addresses, sets both ends up, and they can talk' {
        $first = @{ LinkLayerAddress = '02:00:00:00:00:01'; Address = '10.7.0.1/24', '2001:db8:7::1/64' }
        $second = @{ PeerLinkLayerAddress = '02:00:00:00:00:02'; PeerAddress = '10.7.0.2/24' }
        $pair = New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far -Mtu 1400 @first @second -Up
        $first = Get-IpLink $ns a0
        $second = Get-IpLink $far a1
        "$($first.mtu) $($first.address) $($second.mtu) $($second.address)" | Should -Be '1400 02:00:00:00:00:01 1400 02:00:00:00:00:02'
        Get-IpAddress $ns a0 | Should -Be '10.7.0.1/24', '2001:db8:7::1/64'
        Get-IpAddress $far a1 | Should -Be '10.7.0.2/24'
        foreach ($end in $pair) { $end.HasCarrier | Should -BeTrue }
        Test-Ping $ns 10.7.0.2 -Count 1 | Should -BeTrue
    }

    It 'returns an equal pair with -IfNotExists, and names the difference of another one' {
        $pair = New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far -Address 10.7.0.1/24 -Up
        $again = New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far -Address 10.7.0.1/24 -Up -IfNotExists
        "$($again.Index)" | Should -Be "$($pair.Index)"
        Assert-Failure {
            New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far -PeerAddress 10.7.0.2/24 -IfNotExists
        } ExistsDifferent ResourceExists '10.7.0.2/24'
        Assert-Failure { New-VethPair a0 lo -Namespace $ns -PeerNamespace $far -IfNotExists } ExistsDifferent ResourceExists '-PeerName lo'
    }

    It 'replaces the pair with -Force, and puts the old one back when the new one cannot be made' {
        $null = New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far -Address 10.7.0.1/24 -PeerAddress 10.7.0.2/24 -Mtu 1400 -Up
        $was = (Get-IpLink $ns a0), (Get-IpLink $far a1)
        Assert-Failure {
            New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far -Address 10.7.0.9/24, 10.7.0.9/24 -Force
        } ResourceExists ResourceExists '10.7.0.9/24'
        $is = (Get-IpLink $ns a0), (Get-IpLink $far a1)
        "$($is.address) $($is.mtu)" | Should -Be "$($was.address) $($was.mtu)"
        Get-IpAddress $ns a0 | Should -Be '10.7.0.1/24'
        Get-IpAddress $far a1 | Should -Be '10.7.0.2/24'
        Test-Ping $ns 10.7.0.2 -Count 1 | Should -BeTrue

        $null = New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far -Mtu 1300 -Force
        (Get-IpLink $far a1).mtu | Should -Be 1300
        Get-IpAddress $ns a0 | Should -BeNullOrEmpty
    }

    It 'is removed by both its ends from one pipeline without an error' {
        $pair = New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far
        $pair | Remove-Link -Confirm:$false -ErrorVariable failures
        $failures | Should -BeNullOrEmpty
        Get-IpLink $ns a0 | Should -BeNullOrEmpty
        Get-IpLink $far a1 | Should -BeNullOrEmpty
    }

    It 'leaves nothing behind: <Why>' -ForEach @(
        @{
            Why = 'the name is taken in the other namespace'; Arguments = @{ Name = 'a0'; PeerName = 'lo' }
            Id = 'ResourceExists'; Category = 'ResourceExists'
        }
        @{
            Why = 'the name is taken here'; Arguments = @{ Name = 'lo'; PeerName = 'a1' }
            Id = 'ResourceExists'; Category = 'ResourceExists'
        }
        @{
            Why = 'an address of the first end comes twice'
            Arguments = @{ Name = 'a0'; PeerName = 'a1'; Address = '10.7.0.1/24', '10.7.0.1/24' }
            Id = 'ResourceExists'; Category = 'ResourceExists'
        }
        @{
            Why = 'an address of the second end comes twice'
            Arguments = @{ Name = 'a0'; PeerName = 'a1'; PeerAddress = '10.7.0.1/24', '10.7.0.1/24' }
            Id = 'ResourceExists'; Category = 'ResourceExists'
        }
    ) {
        $before = Get-LinkSnapshot $ns, $far
        Assert-Failure { New-VethPair -Namespace $ns -PeerNamespace $far -Up @Arguments } $Id $Category
        Get-LinkSnapshot $ns, $far | Should -Be $before
    }

    It 'makes nothing with -WhatIf' {
        $before = Get-LinkSnapshot $ns, $far
        New-VethPair a0 a1 -Namespace $ns -PeerNamespace $far -Up -WhatIf | Should -BeNullOrEmpty
        Get-LinkSnapshot $ns, $far | Should -Be $before
    }
}
