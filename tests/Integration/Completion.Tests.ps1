# What Tab proposes, as the engine itself answers.

using namespace System.Management.Automation

BeforeDiscovery {
    Import-Module "$PSScriptRoot/NastyNames.psm1"
    # A test's own title is shown, too.
    $names = Get-NastyName | ForEach-Object {
        @{ Name = $_; Shown = (ConvertTo-Json $_ -EscapeHandling EscapeNonAscii) -replace "`u{7f}", '\u007f' }
    }
}

BeforeAll {
    foreach ($module in 'Common', 'NastyNames') { Import-Module "$PSScriptRoot/$module.psm1" }

    # The command line with what is proposed under that name put into it, as Tab does.
    function Complete-Line ($Line, $Name) {
        $found = [CommandCompletion]::CompleteInput($Line, $Line.Length, $null)
        $shown = [GeneveNet.VisibleText]::Of($Name)
        $match = $found.CompletionMatches | Where-Object { $_.ListItemText -ceq $shown }
        @($match).Count | Should -Be 1 -Because "$shown is proposed for $Line"
        $Line.Remove($found.ReplacementIndex, $found.ReplacementLength).Insert($found.ReplacementIndex, $match.CompletionText)
    }

    # The texts proposed for a command line with the cursor at its end.
    function Get-Completion ($Line) {
        [CommandCompletion]::CompleteInput($Line, $Line.Length, $null).CompletionMatches.CompletionText
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

    It 'proposes namespaces: <_>' -ForEach @(
        'Get-NetworkNamespace '
        'Remove-NetworkNamespace '
        'Get-Route -Namespace '
        'New-VethPair a b -PeerNamespace '
        'Move-LinkToNamespace x '
    ) {
        Get-Completion "$_$ns" | Should -Be $ns
    }

    It 'proposes the addresses of the link on the line' {
        $found = Get-Completion "Remove-LinkAddress -Namespace $ns -Link veth0 -Address "
        $found | Should -Contain '10.1.1.1/24'
        $found | Should -Contain '2001:db8::1/64'
        $found | Should -Not -Contain '10.2.2.2/24'
    }

    Context 'of what is in the kernel''s tables' {
        BeforeAll {
            Invoke-IpBatch $ns @(
                'link add port0 type veth peer name port1'
                'link add port2 type veth peer name port3'
                'link set port0 master br-one'
                'link set port2 master odd$name'
                'link set veth0 up'
                'link set veth1 up'
                'route add 192.0.2.0/24 via 10.1.1.254'
                'route add default via 10.1.1.253'
                'route add 198.51.100.0/24 dev veth1 table local'
                'neigh add 10.1.1.7 lladdr 02:00:00:00:00:07 dev veth0 nud permanent'
                'neigh add 10.1.1.8 lladdr 02:00:00:00:00:08 dev veth0 nud stale'
                'neigh add 10.2.2.7 lladdr 02:00:00:00:00:09 dev veth1 nud permanent'
            )
            & bridge -n $ns fdb add 02:00:00:00:01:01 dev port0 master static
            & bridge -n $ns fdb add 02:00:00:00:01:02 dev port2 master static
        }

        It 'proposes <Expected>, not <Others>: <Line>' -ForEach @(
            @{ Line = 'Remove-BridgePort -Namespace NS '; Expected = 'port0', 'port2'; Others = 'br-one', 'veth0', 'port1', 'lo' }
            @{ Line = 'Get-BridgePort -Namespace NS -Bridge br-one -Name '; Expected = @('port0'); Others = 'port2', 'lo' }
            @{ Line = 'Add-BridgePort br-one -Namespace NS -Name '; Expected = 'port1', 'veth0'; Others = 'port0', 'port2', 'br-one', 'lo' }
            @{ Line = 'New-VethPair a b -Namespace NS -Bridge '; Expected = 'br-one', '''odd$name'''; Others = 'veth0', 'lo' }
            @{
                Line = 'Remove-Route -Namespace NS '
                Expected = '192.0.2.0/24', 'default', '10.1.1.0/24'; Others = '198.51.100.0/24', '10.1.1.1/32'
            }
            @{
                Line = 'Remove-Route -Namespace NS -Table local -Destination '
                Expected = @('198.51.100.0/24'); Others = '192.0.2.0/24', 'default'
            }
            @{ Line = 'Remove-Route 192.0.2.0/24 -Namespace NS -Gateway '; Expected = @('10.1.1.254'); Others = @('10.1.1.253') }
            @{
                Line = 'Remove-StaticNeighbor -Namespace NS -Link veth0 -Address '
                Expected = @('10.1.1.7'); Others = '10.1.1.8', '10.2.2.7'
            }
            @{ Line = 'Remove-StaticNeighbor -Namespace NS -Address '; Expected = '10.1.1.7', '10.2.2.7'; Others = @('10.1.1.8') }
            @{ Line = 'Clear-Neighbor veth0 -Namespace NS -Address '; Expected = '10.1.1.7', '10.1.1.8'; Others = @('10.2.2.7') }
            @{
                Line = 'Remove-BridgeFdbEntry -Namespace NS -Port port0 -LinkLayerAddress '
                Expected = @('02:00:00:00:01:01'); Others = @('02:00:00:00:01:02')
            }
            @{ Line = 'Clear-BridgeFdbEntry -Namespace NS -Bridge br-one -Port '; Expected = @('port0'); Others = 'port2', 'veth0' }
        ) {
            $found = Get-Completion ($Line -replace 'NS', $ns)
            foreach ($one in $Expected) { $found | Should -Contain $one }
            foreach ($one in $Others) { $found | Should -Not -Contain $one }
        }

        It 'says what each is' {
            $line = "Remove-Route -Namespace $ns 192"
            $match = [CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches[0]
            $match.ToolTip | Should -Be '192.0.2.0/24 via 10.1.1.254 dev veth0'
        }

        It 'is silent about a table that does not exist' {
            $errors = $Error.Count
            Get-Completion "Remove-Route -Namespace $ns -Table no-such-table -Destination 19" | Should -Not -Contain '192.0.2.0/24'
            $Error.Count | Should -Be $errors
        }
    }

    It 'proposes tables, kinds and values' {
        Get-Completion 'Get-Route -Table l' | Should -Be 'local'
        Get-Completion 'Get-Link -Kind v' | Should -Be 'veth', 'vxlan'
        Get-Completion 'New-GeneveTunnel g0 1 192.0.2.1 -DontFragment I' | Should -Be 'Inherit'
    }

    It 'is silent about a namespace that does not exist' {
        $errors = $Error.Count
        Get-Completion 'Get-GeneveTunnel -Namespace no-such-namespace -Name x' | Where-Object { $_ -eq 'lo' } | Should -BeNullOrEmpty
        $Error.Count | Should -Be $errors
    }

    It 'proposes the tunnels of a namespace' -Tag Geneve {
        & ip -n $ns link add gen0 type geneve id 1 remote 192.0.2.1
        & ip -n $ns link add gen1 type geneve id 2 remote 192.0.2.1 dstport 7000
        foreach ($verb in 'Get', 'Set', 'Remove') {
            Get-Completion "$verb-GeneveTunnel -Namespace $ns -Name " | Sort-Object | Should -Be 'gen0', 'gen1'
        }
        Get-Completion "Get-GeneveTunnel -Namespace $ns -Vni " | Sort-Object | Should -Be '1', '2'
        Get-Completion "Get-GeneveTunnel -Namespace $ns -Remote " | Should -Be '192.0.2.1'
        Get-Completion "Get-GeneveTunnel -Namespace $ns -Port 7" | Should -Be '7000'
        & ip -n $ns link del gen1
        & ip -n $ns link del gen0
    }
}

Describe 'Completion of names that mean something to the shell' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        $null = Add-NastyBridge $ns
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    # The first two read wildcards, the third a name.
    It 'reaches exactly the link <Shown>' -ForEach $names {
        foreach ($line in "Get-Link -Namespace $ns -Name ", "Get-Bridge -Namespace $ns ", "Get-BridgeNetfilter -Namespace $ns -Bridge ") {
            $whole = Complete-Line $line $Name
            $whole -cmatch '[\p{Cc}\p{Cf}]' | Should -BeFalse
            $found = @(Invoke-Expression $whole)
            $found.Count | Should -Be 1 -Because $whole
            ($line -like 'Get-BridgeNetfilter*' ? $found[0].Bridge : $found[0].Name) -ceq $Name | Should -BeTrue -Because $whole
        }
        Invoke-Expression (Complete-Line "Set-Link -Namespace $ns -Mtu 1300 -Name lo, " $Name)
        $changed = @(Get-IpJson -n $ns link | Where-Object { $_.mtu -eq 1300 -and $_.ifname -ne 'lo' })
        $changed.Count | Should -Be 1
        $changed[0].ifname -ceq $Name | Should -BeTrue
        & ip -n $ns link set dev "$Name" mtu 1500
    }

    It 'goes on in quotes that are open: <Typed>' -ForEach @(
        @{ Typed = "'g"; Name = 'g*' }, @{ Typed = '"g'; Name = 'g*' }, @{ Typed = "'-x"; Name = '-x' }
        @{ Typed = "'x["; Name = 'x[y' }, @{ Typed = "'a''"; Name = 'a''b' }, @{ Typed = "'`$("; Name = '$(c)' }
        @{ Typed = "`u{2018}a;"; Name = 'a;b' }, @{ Typed = "`u{201c}a;"; Name = 'a;b' }
        @{ Typed = "'`u{2018}`u{2018}"; Name = "`u{2018}x`u{2019}" }
        @{ Typed = "'1"; Name = '1kb' }, @{ Typed = "'10"; Name = '10' }, @{ Typed = "'a"; Name = "a`u{1b}[2J" }, @{ Typed = 'A`;'; Name = 'a;b' }
    ) {
        $found = Invoke-Expression (Complete-Line "Get-Link -Namespace $ns -Name $Typed" $Name)
        @($found).Count | Should -Be 1
        $found.Name -ceq $Name | Should -BeTrue
    }

    It 'knows what the parameter reads, however the cmdlet is called: <Line>' -ForEach @(
        @{ Line = 'Get-Link -Namespace NS -Name g'; Expected = '''g`*''' }
        @{ Line = 'get-link -Netns NS -name g'; Expected = '''g`*''' }
        @{ Line = 'GeneveNet\Get-Link -Namespace NS -Name g'; Expected = '''g`*''' }
        @{ Line = 'nastylinks -Namespace NS -Name g'; Expected = '''g`*''' }
        @{ Line = 'Get-BridgePort -Namespace NS -Bridge g'; Expected = '''g*''' }
        @{ Line = 'New-VethPair a b -Namespace NS -Bridge g'; Expected = '''g*''' }
    ) {
        Set-Alias nastylinks Get-Link -Scope Global
        try { Get-Completion ($Line -creplace 'NS', $ns) | Should -BeExactly $Expected }
        finally { Remove-Alias nastylinks -Scope Global }
    }

    It 'proposes names of namespaces that reach them: <_>' -ForEach '[a]*', '7`', '''q''', '-n' {
        $space = "$_$(Get-Random -Minimum 100000)"
        & ip netns add "$space"
        try {
            (Invoke-Expression (Complete-Line 'Get-NetworkNamespace ' $space)).Name | Should -BeExactly $space
            (Invoke-Expression (Complete-Line 'Get-Link lo -Namespace ' $space)).Namespace.Name | Should -BeExactly $space
            $failure = Get-Failure { Invoke-Expression "$(Complete-Line 'Move-LinkToNamespace none -Namespace /proc/self/ns/net -SourceNamespace ' $space)" }
            "$failure" | Should -BeLike "*'none' in network namespace '$([wildcardpattern]::Escape($space))'*"
        }
        finally { & ip netns del "$space" }
    }

    It 'quotes a namespace of digits, which would be a process' {
        $space = "$(Get-Random -Minimum 100000000)"
        & ip netns add $space
        try {
            $whole = Complete-Line 'Get-Link lo -Namespace ' $space
            $whole | Should -BeExactly "Get-Link lo -Namespace '$space'"
            (Invoke-Expression $whole).Namespace.Name | Should -BeExactly $space
        }
        finally { & ip netns del $space }
    }
}
