# The switches that send bridged packets through iptables, judged by /proc/sys and `ip -d`.

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Common.psm1'))

    # The switches of a namespace, in the order iptables, ip6tables, arptables.
    function Get-Switches ($Namespace) {
        (& ip netns exec $Namespace sysctl -n net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables net.bridge.bridge-nf-call-arptables) -join ''
    }
    function Get-BridgeSwitches ($Namespace, $Bridge) {
        $data = (Get-IpLink $Namespace $Bridge).linkinfo.info_data
        "$($data.nf_call_iptables)$($data.nf_call_ip6tables)$($data.nf_call_arptables)"
    }
    function Format-Switches ($Given) { "$([int]$Given.Iptables)$([int]$Given.Ip6tables)$([int]$Given.Arptables)" }
}

Describe 'Bridge netfilter' {
    BeforeAll {
        $ns = Get-TestName
        $other = Get-TestName
        Add-TestNamespace $ns, $other
        Invoke-IpBatch $ns 'link add br0 type bridge', 'link add br1 type bridge'
        $loaded = [System.IO.Directory]::Exists('/proc/sys/net/bridge')
    }

    BeforeEach {
        if (-not $loaded) { Set-ItResult -Skipped -Because 'this kernel has br_netfilter not loaded' }
    }

    AfterAll {
        Remove-TestNamespace $ns, $other
    }

    It 'reads the switches of a namespace' {
        & ip netns exec $ns sysctl -q net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=0 net.bridge.bridge-nf-call-arptables=1
        $seen = Get-BridgeNetfilter -Namespace $ns
        "$($seen.IsLoaded) $(Format-Switches $seen)" | Should -Be 'True 101'
        & ip netns exec $ns sysctl -q net.bridge.bridge-nf-call-ip6tables=1 net.bridge.bridge-nf-call-arptables=0
        Format-Switches (Get-BridgeNetfilter -Namespace $ns) | Should -Be '110'
    }

    It 'sets each switch of a namespace alone, and of no other' {
        & ip netns exec $ns sysctl -q net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1 net.bridge.bridge-nf-call-arptables=1
        $before = Get-Switches $other
        $own = & sysctl -n net.bridge.bridge-nf-call-iptables
        Set-BridgeNetfilter -Iptables $false -Namespace $ns
        Get-Switches $ns | Should -Be '011'
        Set-BridgeNetfilter -Ip6tables $false -Namespace $ns
        Get-Switches $ns | Should -Be '001'
        Set-BridgeNetfilter -Arptables $false -Namespace $ns
        Get-Switches $ns | Should -Be '000'
        Format-Switches (Set-BridgeNetfilter -Iptables $true -Ip6tables $true -PassThru -Namespace $ns) | Should -Be '110'
        Get-Switches $ns | Should -Be '110'
        Get-Switches $other | Should -Be $before
        & sysctl -n net.bridge.bridge-nf-call-iptables | Should -Be $own
    }

    It 'sets and reads the switches of a bridge, and of no other' {
        Set-BridgeNetfilter br0 -Iptables $true -Arptables $true -Namespace $ns
        Get-BridgeSwitches $ns br0 | Should -Be '101'
        Get-BridgeSwitches $ns br1 | Should -Be '000'
        $seen = Get-Bridge -Namespace $ns | Sort-Object Name | Get-BridgeNetfilter
        $seen | ForEach-Object { "$($_.Bridge) $(Format-Switches $_)" } | Should -Be 'br0 101', 'br1 000'
        Set-BridgeNetfilter br0 -Iptables $false -Ip6tables $true -Namespace $ns
        Get-BridgeSwitches $ns br0 | Should -Be '011'
    }

    It 'leaves alone what is so already' {
        Set-BridgeNetfilter -Iptables $false -Namespace $ns
        Get-Verbose { Set-BridgeNetfilter -Iptables $false -Namespace $ns -Verbose } | Should -BeLike '*is as asked already.'
        Get-Verbose { Set-BridgeNetfilter -Iptables $true -Namespace $ns -Verbose } | Should -BeLike '*iptables on*'
        Get-Switches $ns | Should -BeLike '1*'
    }

    It 'touches nothing with -WhatIf' {
        $before = "$(Get-Switches $ns) $(Get-BridgeSwitches $ns br1)"
        Set-BridgeNetfilter -Iptables $false -Ip6tables $false -WhatIf -Namespace $ns
        Set-BridgeNetfilter br1 -Iptables $true -WhatIf -Namespace $ns
        "$(Get-Switches $ns) $(Get-BridgeSwitches $ns br1)" | Should -Be $before
    }

    It 'says when there is no such bridge' {
        Assert-Failure { Get-BridgeNetfilter br9 -Namespace $ns } LinkNotFound ObjectNotFound
        Assert-Failure { Set-BridgeNetfilter lo -Iptables $true -Namespace $ns } NotABridge InvalidArgument
    }
}

Describe 'Bridge netfilter where br_netfilter is not loaded' {
    It 'says that there is nothing to set, and how to load it' {
        $text = @'
$seen = Get-BridgeNetfilter
"$($seen.IsLoaded) $($seen.Iptables)"
try { Set-BridgeNetfilter -Iptables $false -ErrorAction Stop } catch { "$($_.FullyQualifiedErrorId) $($_.CategoryInfo.Category) $_" }
'@
        # Without the folder of its switches, a kernel looks as one that has it not loaded.
        $said = (Invoke-Engine $text -Prefix 'unshare', '--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /proc/sys/net && exec "$@"', 'sh') -split "`n"
        $said[0] | Should -Be 'False False'
        $said[1] | Should -BeLike 'BridgeNetfilterNotLoaded,* NotImplemented *modprobe br_netfilter*'
    }
}
