# The switches that send bridged packets through iptables, judged by /proc/sys and `ip -d`.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # The switches of a namespace and of a bridge as text, such as 101, in the order iptables, ip6tables, arptables.
    $names = 'iptables', 'ip6tables', 'arptables' | ForEach-Object { "net.bridge.bridge-nf-call-$_" }
    function Get-NamespaceSwitch ($Namespace) { (& ip netns exec $Namespace sysctl -n @names) -join '' }
    function Write-NamespaceSwitch ($Namespace, [string] $Switches) {
        $settings = foreach ($i in 0..2) { "$($names[$i])=$($Switches[$i])" }
        & ip netns exec $Namespace sysctl -q @settings
    }
    function Get-BridgeSwitch ($Namespace, $Bridge) {
        $data = (Get-IpLink $Namespace $Bridge).linkinfo.info_data
        "$($data.nf_call_iptables)$($data.nf_call_ip6tables)$($data.nf_call_arptables)"
    }
    function Format-Switch ($Given) { "$([int]$Given.Iptables)$([int]$Given.Ip6tables)$([int]$Given.Arptables)" }
}

Describe 'Bridge netfilter' {
    BeforeAll {
        $ns = Get-TestName
        $other = Get-TestName
        Add-TestNamespace $ns, $other
        Invoke-IpBatch $ns 'link add br0 type bridge', 'link add br1 type bridge'
        $loaded = Test-Path /proc/sys/net/bridge
    }

    BeforeEach {
        if (-not $loaded) { Set-ItResult -Skipped -Because 'br_netfilter is not loaded' }
    }

    AfterAll {
        Remove-TestNamespace $ns, $other
    }

    It 'reads the switches of a namespace' {
        Write-NamespaceSwitch $ns 101
        $seen = Get-BridgeNetfilter -Namespace $ns
        "$($seen.IsLoaded) $(Format-Switch $seen)" | Should -Be 'True 101'
        Write-NamespaceSwitch $ns 110
        Format-Switch (Get-BridgeNetfilter -Namespace $ns) | Should -Be '110'
    }

    It 'sets each switch of a namespace separately, and none of another namespace' {
        Write-NamespaceSwitch $ns 111
        $before = Get-NamespaceSwitch $other
        $own = & sysctl -n net.bridge.bridge-nf-call-iptables
        Set-BridgeNetfilter -Iptables $false -Namespace $ns
        Get-NamespaceSwitch $ns | Should -Be '011'
        Set-BridgeNetfilter -Ip6tables $false -Namespace $ns
        Get-NamespaceSwitch $ns | Should -Be '001'
        Set-BridgeNetfilter -Arptables $false -Namespace $ns
        Get-NamespaceSwitch $ns | Should -Be '000'
        Format-Switch (Set-BridgeNetfilter -Iptables $true -Ip6tables $true -PassThru -Namespace $ns) | Should -Be '110'
        Get-NamespaceSwitch $ns | Should -Be '110'
        Get-NamespaceSwitch $other | Should -Be $before
        & sysctl -n net.bridge.bridge-nf-call-iptables | Should -Be $own
    }

    It 'sets and reads the switches of a bridge, and none of another bridge' {
        Set-BridgeNetfilter br0 -Iptables $true -Arptables $true -Namespace $ns
        Get-BridgeSwitch $ns br0 | Should -Be '101'
        Get-BridgeSwitch $ns br1 | Should -Be '000'
        $seen = Get-Bridge -Namespace $ns | Sort-Object Name | Get-BridgeNetfilter
        $seen | ForEach-Object { "$($_.Bridge) $(Format-Switch $_)" } | Should -Be 'br0 101', 'br1 000'
        Set-BridgeNetfilter br0 -Iptables $false -Ip6tables $true -Namespace $ns
        Get-BridgeSwitch $ns br0 | Should -Be '011'
    }

    It 'leaves alone what is already as requested' {
        Set-BridgeNetfilter -Iptables $false -Namespace $ns
        Get-Verbose { Set-BridgeNetfilter -Iptables $false -Namespace $ns -Verbose } | Should -BeLike '*is already as requested.'
        Get-Verbose { Set-BridgeNetfilter -Iptables $true -Namespace $ns -Verbose } | Should -BeLike '*-Iptables:$true (was $false)*'
        Get-NamespaceSwitch $ns | Should -BeLike '1*'
    }

    It 'touches nothing with -WhatIf' {
        $before = "$(Get-NamespaceSwitch $ns) $(Get-BridgeSwitch $ns br1)"
        Set-BridgeNetfilter -Iptables $false -Ip6tables $false -WhatIf -Namespace $ns
        Set-BridgeNetfilter br1 -Iptables $true -WhatIf -Namespace $ns
        "$(Get-NamespaceSwitch $ns) $(Get-BridgeSwitch $ns br1)" | Should -Be $before
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
        # Without the folder of its switches, it looks as if it were not loaded.
        $prefix = 'unshare', '--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /proc/sys/net && exec "$@"', 'sh'
        $said = (Invoke-Engine $text -Prefix $prefix) -split "`n"
        $said[0] | Should -Be 'False False'
        $said[1] | Should -BeLike 'BridgeNetfilterNotLoaded,* NotImplemented *modprobe br_netfilter*'
    }
}
