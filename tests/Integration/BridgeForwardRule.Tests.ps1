# Rules that let bridged packets through the FORWARD chain, in both of the kernel's firewalls; judged by iptables itself and
# by pings through a bridge.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # Whether the kernel has that firewall; tried in a new namespace.
    function Test-Backend ($Program) {
        $null = & unshare --net $Program -I FORWARD -j ACCEPT 2>&1
        $LASTEXITCODE -eq 0
    }

    # Two stations with a bridge between them: 10.0.0.2 behind p0, 10.0.0.3 behind p1.
    function Add-TestBridge ($Namespace, $Left, $Right) {
        Add-TestNamespace $Namespace, $Left, $Right
        Invoke-IpBatch $Namespace @(
            'link add br0 type bridge'
            'link set br0 up'
            "link add p0 type veth peer name q0 netns $Left"
            "link add p1 type veth peer name q1 netns $Right"
            'link set p0 master br0 up'
            'link set p1 master br0 up'
        )
        Invoke-IpBatch $Left 'addr add 10.0.0.2/24 dev q0', 'link set q0 up'
        Invoke-IpBatch $Right 'addr add 10.0.0.3/24 dev q1', 'link set q1 up'
        if (Test-Path /proc/sys/net/bridge) { & ip netns exec $Namespace sysctl -q net.bridge.bridge-nf-call-iptables=1 }
    }

    function Get-Chain ($Namespace, $Program) { & ip netns exec $Namespace $Program -S FORWARD }
    function Test-Through ($Left) {
        $null = & ip netns exec $Left ping -n -q -c 1 -W 1 10.0.0.3
        $LASTEXITCODE -eq 0
    }
    $rule = '-A FORWARD -i br0 -o br0 -j ACCEPT'
}

Describe 'A forward rule for a bridge in <_.Backend>' -ForEach @(
    @{ Backend = 'Legacy'; Program = 'iptables-legacy'; Program6 = 'ip6tables-legacy' }
    @{ Backend = 'Nft'; Program = 'iptables-nft'; Program6 = 'ip6tables-nft' }
) {
    BeforeAll {
        $backend, $program, $program6 = $_.Backend, $_.Program, $_.Program6
        $known = Test-Backend $program
        if ($known) {
            $ns, $left, $right = (Get-TestName), (Get-TestName), (Get-TestName)
            Add-TestBridge $ns $left $right
            $null = & ip netns exec $ns $program -P FORWARD DROP 2>&1
            $filters = Test-Path /proc/sys/net/bridge
        }
    }

    BeforeEach {
        if (-not $known) { Set-ItResult -Skipped -Because "this kernel has no place for the rules of $program" }
    }

    AfterAll {
        if ($known) { Remove-TestNamespace $ns, $left, $right }
    }

    It 'is added where the chain drops, once, and packets pass' {
        if ($filters) { Test-Through $left | Should -BeFalse }
        $added = Add-BridgeForwardRule br0 -PassThru -Namespace $ns
        "$($added.Bridge) $($added.OutBridge) $($added.Backend) $($added.Position) $($added.IsIPv6)" | Should -Be "br0 br0 $backend 1 False"
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP', $rule
        Test-Through $left | Should -BeTrue
        Get-Verbose { Add-BridgeForwardRule br0 -Namespace $ns -Verbose } | Should -BeLike "*($backend)*already has the rule*"
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP', $rule
    }

    It 'is found with its place in the chain' {
        & ip netns exec $ns $program -I FORWARD -s 192.0.2.0/24 -j DROP
        $found = Get-BridgeForwardRule -Namespace $ns
        "$($found.Bridge) $($found.Backend) $($found.Position) $found" | Should -Be "br0 $backend 2 $rule"
        Get-BridgeForwardRule b* -Namespace $ns | Should -HaveCount 1
        Get-BridgeForwardRule other* -Namespace $ns | Should -BeNullOrEmpty
        & ip netns exec $ns $program -D FORWARD -s 192.0.2.0/24 -j DROP
    }

    It 'is not confused with one that has a further condition' {
        & ip netns exec $ns $program -D FORWARD -i br0 -o br0 -j ACCEPT
        & ip netns exec $ns $program -A FORWARD -i br0 -o br0 -p tcp -j ACCEPT
        Get-BridgeForwardRule -Namespace $ns | Should -BeNullOrEmpty
        Add-BridgeForwardRule br0 -Namespace $ns
        (Get-Chain $ns $program)[1] | Should -Be $rule
        & ip netns exec $ns $program -D FORWARD -i br0 -o br0 -p tcp -j ACCEPT
    }

    It 'stays with -WhatIf' {
        Remove-BridgeForwardRule br0 -WhatIf -Namespace $ns
        Get-BridgeForwardRule -Namespace $ns | Remove-BridgeForwardRule -WhatIf
        Get-Chain $ns $program | Should -Contain $rule
    }

    It 'is removed, from the pipeline or by name, and packets stop' {
        Get-BridgeForwardRule -Namespace $ns | Remove-BridgeForwardRule -Confirm:$false
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP'
        if ($filters) { Test-Through $left | Should -BeFalse }
        Assert-Failure { Remove-BridgeForwardRule br0 -Confirm:$false -Namespace $ns } ForwardRuleNotFound ObjectNotFound "'br0'"
        Add-BridgeForwardRule br0 -Namespace $ns
        Remove-BridgeForwardRule br0 -Confirm:$false -Namespace $ns
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP'
    }

    It 'is not added with -WhatIf' {
        Add-BridgeForwardRule br0 -WhatIf -Namespace $ns
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP'
    }

    It 'is for IPv6 where that is asked for' {
        $null = & ip netns exec $ns $program6 -P FORWARD DROP 2>&1
        $before = Get-Chain $ns $program
        (Add-BridgeForwardRule br0 -IPv6 -PassThru -Namespace $ns).IsIPv6 | Should -BeTrue
        Get-Chain $ns $program6 | Should -Be '-P FORWARD DROP', $rule
        Get-Chain $ns $program | Should -Be $before
        Remove-BridgeForwardRule br0 -IPv6 -Confirm:$false -Namespace $ns
        Get-Chain $ns $program6 | Should -Be '-P FORWARD DROP'
    }

    It 'says when there is no such bridge' {
        Assert-Failure { Add-BridgeForwardRule br9 -Namespace $ns } LinkNotFound ObjectNotFound
        Assert-Failure { Add-BridgeForwardRule p0 -Namespace $ns } NotABridge InvalidArgument
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP'
    }
}

Describe 'A forward rule where both firewalls filter' {
    BeforeAll {
        $both = (Test-Backend iptables-legacy) -and (Test-Backend iptables-nft)
        if ($both) {
            $ns, $left, $right = (Get-TestName), (Get-TestName), (Get-TestName)
            Add-TestBridge $ns $left $right
            foreach ($program in 'iptables-legacy', 'iptables-nft') { $null = & ip netns exec $ns $program -P FORWARD DROP 2>&1 }
        }
    }

    BeforeEach {
        if (-not $both) { Set-ItResult -Skipped -Because 'this kernel has only one of the firewalls' }
    }

    AfterAll {
        if ($both) { Remove-TestNamespace $ns, $left, $right }
    }

    It 'is added to both, since a packet must get through both' {
        # One object, so that what follows in a pipeline is done only once.
        $added = @(Add-BridgeForwardRule br0 -PassThru -Namespace $ns)
        $added.Count | Should -Be 1
        Get-BridgeForwardRule -Namespace $ns | ForEach-Object { "$($_.Backend)" } | Should -Be 'Legacy', 'Nft'
        foreach ($program in 'iptables-legacy', 'iptables-nft') { Get-Chain $ns $program 2>$null | Should -Be '-P FORWARD DROP', $rule }
        Test-Through $left | Should -BeTrue
    }

    It 'is removed from both' {
        Remove-BridgeForwardRule br0 -Confirm:$false -Namespace $ns
        foreach ($program in 'iptables-legacy', 'iptables-nft') { Get-Chain $ns $program 2>$null | Should -Be '-P FORWARD DROP' }
    }

    It 'is added to the one that is named' {
        Add-BridgeForwardRule br0 -Backend Nft -Namespace $ns
        Get-Chain $ns iptables-legacy | Should -Be '-P FORWARD DROP'
        Get-Chain $ns iptables-nft 2>$null | Should -Contain $rule
    }
}

Describe 'A forward rule that iptables refuses' {
    It 'is an error with the words of iptables' {
        $ns = Get-TestName
        Add-TestNamespace $ns
        & ip -n $ns link add br0 type bridge
        $path = $env:PATH
        try {
            # A program that refuses, instead of the real one.
            foreach ($name in 'iptables-nft', 'iptables-legacy') {
                Set-Content "$TestDrive/$name" "#!/bin/sh`necho 'cannot be done today' >&2`nexit 4"
                & chmod +x "$TestDrive/$name"
            }
            $env:PATH = "$TestDrive`:$path"
            Assert-Failure {
                Add-BridgeForwardRule br0 -Backend Nft -Namespace $ns
            } IptablesFailed NotSpecified 'iptables-nft -I FORWARD -i br0 -o br0 -j ACCEPT', 'failed with exit code 4: cannot be done today'
        }
        finally {
            $env:PATH = $path
            Remove-TestNamespace $ns
        }
    }
}
