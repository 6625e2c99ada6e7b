# What Tab proposes: asked of the engine itself.

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Common.psm1'))

    # The texts that would be put into a command line, for the cursor at its end.
    function Get-Completion ($Line) {
        [System.Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null).CompletionMatches.CompletionText
    }
}

Describe 'Completion' {
    BeforeAll {
        $prefix = Get-TestName
        $ns = "$prefix-a"
        $odd = "$prefix with space"
        Add-TestNamespace $ns, $odd
        & ip -n $ns link add 'br-one' type bridge
        & ip -n $ns link add veth0 type veth peer name veth1
        & ip -n $ns link add 'odd$name' type bridge
        & ip -n $ns addr add 10.1.1.1/24 dev veth0
        & ip -n $ns addr add 10.2.2.2/24 dev veth1
        & ip -n $ns addr add 2001:db8::1/64 dev veth0 nodad
    }

    AfterAll {
        Remove-TestNamespace $ns, $odd
    }

    It 'proposes links of the namespace on the line: <Line>' -ForEach @(
        @{ Line = 'Get-Link -Namespace NS -Name '; Expected = 'lo', 'br-one', 'veth1', 'veth0', '''odd$name''' }
        @{ Line = 'Get-Link -Namespace NS v'; Expected = 'veth1', 'veth0' }
        @{ Line = 'Set-Link -Namespace NS -Name veth1, v'; Expected = 'veth1', 'veth0' }
        @{ Line = 'Remove-Link -Namespace NS b'; Expected = @('br-one') }
        @{ Line = 'Get-LinkAddress -Namespace NS -Link l'; Expected = @('lo') }
        @{ Line = 'Add-Route default -Namespace NS -Link B'; Expected = @('br-one') }
        @{ Line = 'Resolve-Route 10.1.1.9 -Namespace NS -InputLink veth1'; Expected = @('veth1') }
        @{ Line = 'Move-LinkToNamespace -SourceNamespace NS -Namespace x -Name veth1'; Expected = @('veth1') }
    ) {
        Get-Completion ($Line -replace 'NS', $ns) | Should -Be $Expected
    }

    It 'quotes a name that needs it' {
        Get-Completion "Get-Link -Namespace $ns 'od" | Should -Be '''odd$name'''
        Get-Completion "Get-Link -Namespace $prefix" | Should -Be "'$odd'", $ns
    }

    It 'proposes only tunnels where only tunnels fit' {
        Get-Completion "Remove-GeneveTunnel -Namespace $ns -Name v" | Should -Not -Contain 'veth0'
    }

    It 'proposes namespaces: <_>' -ForEach 'Get-NetworkNamespace ', 'Remove-NetworkNamespace ', 'Get-Route -Namespace ', 'New-VethPair a b -PeerNamespace ', 'Move-LinkToNamespace x ' {
        Get-Completion "$_$ns" | Should -Be $ns
    }

    It 'proposes the addresses of the link on the line' {
        $found = Get-Completion "Remove-LinkAddress -Namespace $ns -Link veth0 -Address "
        $found | Should -Contain '10.1.1.1/24'
        $found | Should -Contain '2001:db8::1/64'
        $found | Should -Not -Contain '10.2.2.2/24'
    }

    It 'proposes tables, kinds and values' {
        Get-Completion 'Get-Route -Table l' | Should -Be 'local'
        Get-Completion 'Get-Link -Kind v' | Should -Be 'veth', 'vxlan'
        Get-Completion 'New-GeneveTunnel g0 1 192.0.2.1 -DontFragment I' | Should -Be 'Inherit'
    }

    It 'is silent about a namespace that is not there' {
        $errors = $Error.Count
        Get-Completion 'Get-GeneveTunnel -Namespace no-such-namespace -Name x' | Where-Object { $_ -eq 'lo' } | Should -BeNullOrEmpty
        $Error.Count | Should -Be $errors
    }

    It 'proposes the tunnels of a namespace' -Tag Geneve {
        & ip -n $ns link add gen0 type geneve id 1 remote 192.0.2.1
        Get-Completion "Set-GeneveTunnel -Namespace $ns -Name " | Should -Be 'gen0'
        & ip -n $ns link del gen0
    }
}
