# IP addresses of links, judged by `ip addr`.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # The addresses of both links, as text.
    function Get-All {
        foreach ($name in 'a0', 'a1') {
            Get-IpAddress $ns $name | ForEach-Object { "$name $_" }
        }
    }
}

Describe 'Addresses' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns @(
            'link add a0 type veth peer name a1'
            'link set a0 up'
            'link set a1 up'
        )
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    AfterEach {
        foreach ($name in 'a0', 'a1') {
            & ip -n $ns addr flush dev $name scope global
        }
    }

    Context 'Add-LinkAddress' {
        It 'adds <Address> as <Expected>' -ForEach @(
            @{ Address = '10.1.1.1/24'; Expected = '10.1.1.1/24' }
            @{ Address = '11.200.1.1/32'; Expected = '11.200.1.1/32' }
            @{ Address = '11.200.1.1'; Expected = '11.200.1.1/32' }
            @{ Address = '169.254.175.252/31'; Expected = '169.254.175.252/31' }
            @{ Address = '10.1.1.0/31'; Expected = '10.1.1.0/31' }
            @{ Address = '2001:db8::1/64'; Expected = '2001:db8::1/64' }
            @{ Address = '2001:DB8:0:0::2'; Expected = '2001:db8::2/128' }
        ) {
            Add-LinkAddress a0 $Address -Namespace $ns | Should -BeNullOrEmpty
            Get-All | Should -Be "a0 $Expected"
        }

        It 'adds one with a peer' {
            $made = Add-LinkAddress a0 10.1.1.1/32 -Peer 10.9.9.9 -Namespace $ns -PassThru
            $ip = (Get-IpJson -n $ns addr show dev a0).addr_info | Where-Object family -EQ inet
            "$($ip.local) $($ip.address)/$($ip.prefixlen)" | Should -Be '10.1.1.1 10.9.9.9/32'
            "$made $($made.Peer)" | Should -Be '10.1.1.1/32 10.9.9.9'
        }

        It 'adds several to several' {
            Add-LinkAddress a? 10.1.1.1/24, 10.1.2.1/24 -Namespace $ns
            Get-All | Should -Be 'a0 10.1.1.1/24', 'a0 10.1.2.1/24', 'a1 10.1.1.1/24', 'a1 10.1.2.1/24'
        }

        It 'returns what it added with -PassThru' {
            $made = Add-LinkAddress a0 10.1.1.1/24, 2001:db8::1/64 -Namespace $ns -PassThru
            "$made" | Should -Be '10.1.1.1/24 2001:db8::1/64'
            $made.Link | Should -Be 'a0', 'a0'
        }

        It 'refuses one that exists, and goes on with the next one' {
            & ip -n $ns addr add 10.1.1.1/24 dev a0
            Assert-Failure { Add-LinkAddress a0 10.1.1.1/24 -Namespace $ns } ResourceExists ResourceExists '10.1.1.1/24', "'a0'"
            Add-LinkAddress a0 10.1.1.1/24, 10.1.2.1/24 -Namespace $ns -ErrorVariable failed -ErrorAction SilentlyContinue
            $failed | Should -HaveCount 1
            Get-All | Should -Be 'a0 10.1.1.1/24', 'a0 10.1.2.1/24'
        }

        It 'accepts one that exists with -Force' {
            & ip -n $ns addr add 10.1.1.1/24 dev a0
            & ip -n $ns addr add 2001:db8::1/64 dev a0
            Add-LinkAddress a0 10.1.1.1/24, 2001:db8::1/64 -Namespace $ns -Force
            Get-All | Should -Be 'a0 10.1.1.1/24', 'a0 2001:db8::1/64'
        }

        It 'takes a link from the pipeline' {
            Get-Link a1 -Namespace $ns | Add-LinkAddress -Address 10.1.1.1/24
            Get-All | Should -Be 'a1 10.1.1.1/24'
        }

        It 'adds nothing with -WhatIf' {
            Add-LinkAddress a0 10.1.1.1/24 -Namespace $ns -WhatIf
            Get-All | Should -BeNullOrEmpty
        }
    }

    Context 'a link without IPv6' {
        It 'is named, with the sysctl that says so' {
            & ip netns exec $ns sysctl -qw net.ipv6.conf.a0.disable_ipv6=1
            try {
                Assert-Failure { Add-LinkAddress a0 2001:db8:77::1/64 -Namespace $ns } IPv6Disabled NotImplemented 'net.ipv6.conf.a0.disable_ipv6'
                & ip netns exec $ns sysctl -qw net.ipv6.conf.default.disable_ipv6=1
                $before = Get-LinkSnapshot $ns
                Assert-Failure { New-Bridge br7 -Address 2001:db8:77::1/64 -Namespace $ns } IPv6Disabled NotImplemented 'br7'
                Get-LinkSnapshot $ns | Should -Be $before
            }
            finally { & ip netns exec $ns sysctl -qw net.ipv6.conf.a0.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0 }
        }
    }

    Context 'Get-LinkAddress' {
        BeforeEach {
            Invoke-IpBatch $ns @(
                'addr add 10.1.1.1/24 brd + dev a0'
                'addr add 10.2.2.2 peer 10.3.3.3/30 dev a0'
                'addr add 2001:db8::1/64 nodad dev a1 valid_lft 100 preferred_lft 50'
            )
        }

        It 'equals ip -d addr' {
            # Lifetimes count down between two questions; the next test compares them.
            $expected = foreach ($link in Get-IpJson -n $ns -d addr) {
                foreach ($one in $link.addr_info) {
                    $link.ifname, "$($one.local)/$($one.prefixlen)", $one.scope, $one.label, $one.broadcast, $one.address -join ' '
                }
            }
            $addresses = Get-LinkAddress -Namespace $ns
            $actual = foreach ($one in $addresses) {
                $one.Link, "$one", "$($one.Scope)".ToLowerInvariant(), $one.Label, $one.Broadcast, $one.Peer -join ' '
            }
            $actual | Sort-Object | Should -Be ($expected | Sort-Object)
        }

        It 'reads lifetimes' {
            $address = Get-LinkAddress a1 -Family IPv6 -Namespace $ns | Where-Object { "$_" -eq '2001:db8::1/64' }
            $address.ValidLifetime.TotalSeconds | Should -BeGreaterThan 80
            $address.ValidLifetime.TotalSeconds | Should -BeLessOrEqual 100
            $address.PreferredLifetime.TotalSeconds | Should -BeGreaterThan 30
            $address.PreferredLifetime.TotalSeconds | Should -BeLessOrEqual 50
            (Get-LinkAddress lo -Family IPv4 -Namespace $ns).ValidLifetime | Should -BeNullOrEmpty
        }

        It 'chooses by <By>' -ForEach @(
            @{ By = 'link'; Arguments = @{ Link = 'lo' }; Expected = '127.0.0.1/8', '::1/128' }
            @{ By = 'link and version'; Arguments = @{ Link = 'lo'; Family = 'IPv6' }; Expected = @('::1/128') }
            @{ By = 'wildcard'; Arguments = @{ Link = 'a*'; Family = 'IPv4' }; Expected = '10.2.2.2/30', '10.1.1.1/24' }
        ) {
            "$(Get-LinkAddress -Namespace $ns @Arguments | Sort-Object { "$_".Length }, { "$_" } -Descending)" |
                Should -Be "$($Expected | Sort-Object { $_.Length }, { $_ } -Descending)"
        }
    }

    Context 'Remove-LinkAddress' {
        BeforeEach {
            Invoke-IpBatch $ns @(
                'addr add 10.1.1.1/24 dev a0'
                'addr add 10.1.2.2/24 dev a0'
                'addr add 10.1.1.1/32 dev a0'
                'addr add 2001:db8::1/64 dev a0'
                'addr add 10.1.1.1/24 dev a1'
            )
        }

        It 'removes exactly the one that is named' {
            Remove-LinkAddress a0 10.1.1.1/24 -Namespace $ns -Confirm:$false
            Get-All | Should -Not -Contain 'a0 10.1.1.1/24'
            Get-All | Should -Contain 'a0 10.1.1.1/32'
            Get-All | Should -Contain 'a1 10.1.1.1/24'
        }

        It 'removes an IPv6 one' {
            Remove-LinkAddress a0 2001:db8::1/64 -Namespace $ns -Confirm:$false
            Get-All | Should -Not -Contain 'a0 2001:db8::1/64'
        }

        It 'removes one with a peer' {
            & ip -n $ns addr add 10.2.2.2 peer 10.3.3.3/32 dev a1
            Get-LinkAddress a1 -Namespace $ns | Where-Object Peer | Remove-LinkAddress -Confirm:$false
            Get-All | Where-Object { $_ -like '*10.2.2.2*' } | Should -BeNullOrEmpty
            Get-All | Should -Contain 'a1 10.1.1.1/24'
        }

        It 'removes from all links that match a wildcard' {
            Remove-LinkAddress a* 10.1.1.1/24 -Namespace $ns -Confirm:$false
            Get-All | Where-Object { $_ -like '*10.1.1.1/24' } | Should -BeNullOrEmpty
        }

        It 'names the right prefix length when that was the mistake' {
            $before = Get-All
            Assert-Failure {
                Remove-LinkAddress a0 10.1.2.2/32 -Namespace $ns -Confirm:$false
            } AddressNotFound ObjectNotFound '10.1.2.2/32', '10.1.2.2/24'
            Assert-Failure { Remove-LinkAddress a0 10.8.8.8/24 -Namespace $ns -Confirm:$false } AddressNotFound ObjectNotFound '10.8.8.8/24'
            Get-All | Should -Be $before
        }

        It 'removes what comes through the pipeline' {
            Get-LinkAddress a0 -Family IPv4 -Namespace $ns | Remove-LinkAddress -Confirm:$false
            Get-All | Should -Be 'a0 2001:db8::1/64', 'a1 10.1.1.1/24'
        }

        It 'removes secondary addresses that went with the first one of their network without a word' {
            Invoke-IpBatch $ns 'addr add 10.4.4.1/24 dev a1', 'addr add 10.4.4.2/24 dev a1', 'addr add 10.4.4.3/24 dev a1'
            Get-LinkAddress a1 -Namespace $ns | Where-Object { "$_" -like '10.4.4*' } | Remove-LinkAddress -Confirm:$false -ErrorVariable failures
            $failures | Should -BeNullOrEmpty
            Get-All | Where-Object { $_ -like '*10.4.4.*' } | Should -BeNullOrEmpty
        }

        It 'removes nothing with -WhatIf' {
            $before = Get-All
            Remove-LinkAddress a* 10.1.1.1/24 -Namespace $ns -WhatIf
            Get-All | Should -Be $before
        }
    }
}
