# What holds for every cmdlet and every type of output, read from the assembly itself, so that nothing new is left out.

using namespace System.Management.Automation

BeforeDiscovery {
    $assembly = (Get-Command Get-Link -Module GeneveNet).ImplementingType.Assembly
    $cmdlets = foreach ($type in $assembly.GetTypes()) {
        foreach ($cmdlet in $type.GetCustomAttributes([CmdletAttribute], $false)) {
            @{ Cmdlet = "$($cmdlet.VerbName)-$($cmdlet.NounName)"; Verb = $cmdlet.VerbName; Noun = $cmdlet.NounName; Type = $type }
        }
    }
    $cmdlets = @($cmdlets | Sort-Object { $_.Cmdlet })

    # The types of our own that cmdlets declare as output.
    $outputs = $cmdlets | ForEach-Object { $_.Type.GetCustomAttributes([OutputTypeAttribute], $false) } |
        ForEach-Object { $_.Type.Type } | Where-Object { $_.FullName -like 'GeneveNet.*' } | Sort-Object FullName -Unique |
        ForEach-Object { @{ Name = $_.Name; FullName = $_.FullName; Output = $_ } }

    # The parameters that name something that exists.
    $references = foreach ($one in $cmdlets) {
        foreach ($property in $one.Type.GetProperties()) {
            if (-not $property.GetCustomAttributes([ParameterAttribute], $true)) { continue }
            $isNew = $one.Verb -eq 'New' -and $property.Name -in 'Name', 'PeerName'
            $isName = $property.PropertyType -in [string], [string[]] -or $property.PropertyType.Name -eq 'NetworkNamespace'
            $names = '^(Name|Link|Interface|Port|Table|Kind|Address)$|[a-z]Link$|Bridge$|Namespace$|Container$'
            if ($isName -and -not $isNew -and $property.Name -cmatch $names) {
                @{ Cmdlet = $one.Cmdlet; Noun = $one.Noun; Parameter = $property.Name; Property = $property }
            }
        }
    }

    # The parameters of Remove-* and Clear-* that say which address, route or entry.
    $removals = foreach ($one in $cmdlets | Where-Object { $_.Verb -in 'Remove', 'Clear' }) {
        foreach ($name in 'Address', 'Destination', 'LinkLayerAddress', 'Gateway') {
            if ($one.Type.GetProperty($name)) { @{ Cmdlet = $one.Cmdlet; Parameter = $name; Property = $one.Type.GetProperty($name) } }
        }
    }
}

BeforeAll {
    $module = "$PSScriptRoot/../../module"
    $views = Get-ChildItem "$module/*.Format.ps1xml" | ForEach-Object { ([xml](Get-Content $_ -Raw)).Configuration.ViewDefinitions.View }

    function Get-Completer ($Property) {
        $Property.GetCustomAttributes([ArgumentCompleterAttribute], $true) | ForEach-Object { $_.Type.Name }
    }

    # The properties Format-List shows by default.
    function Get-ListProperty ($TypeName) {
        $view = $views | Where-Object { $_.ListControl -and $_.ViewSelectedBy.TypeName -contains $TypeName }
        $entries = $view.ListControl.ListEntries.ListEntry
        # Of a view for several types, the entry of this one, or else the one for all.
        $entry = $entries | Where-Object { $_.EntrySelectedBy.TypeName -contains $TypeName }
        ($entry ?? ($entries | Where-Object { -not $_.EntrySelectedBy })).ListItems.ListItem | ForEach-Object { $_.PropertyName ?? $_.Label }
    }

    # A packet is shown as a line of text and has neither a table nor a list of properties.
    $asText = 'GenevePacket', 'DecodedFrame'
}

Describe 'Every cmdlet' -Tag NoKernel {
    It '<Cmdlet> declares its output, if it has any' -ForEach $cmdlets {
        $declares = $Type.GetCustomAttributes([OutputTypeAttribute], $false).Count -gt 0
        $always = 'Get', 'New', 'Resolve', 'Watch', 'Import', 'ConvertFrom', 'ConvertTo', 'Invoke', 'Test', 'Trace', 'Compare'
        $hasOutput = $Verb -in $always -or $Type.GetProperty('PassThru')
        $declares | Should -Be ([bool]$hasOutput)
    }

    It '<Cmdlet> asks before it changes anything, and only then' -ForEach $cmdlets {
        $asks = $Type.GetCustomAttributes([CmdletAttribute], $false)[0].SupportsShouldProcess
        $changes = $Verb -in 'New', 'Set', 'Add', 'Remove', 'Clear', 'Move', 'Export'
        if ($changes) { $asks | Should -BeTrue }
        if ($Verb -in 'Get', 'Resolve', 'Watch', 'Import', 'ConvertFrom', 'ConvertTo') { $asks | Should -BeFalse }
    }

    It '<Cmdlet> -<Parameter> is completed with what fits' -ForEach $references {
        $expected = switch -CaseSensitive -Regex ($Parameter) {
            'Namespace$' { 'NamespaceCompleter'; break }
            'Container$' { 'ContainerCompleter'; break }
            'Bridge$' { 'BridgeCompleter'; break }
            '^Table$' { 'RouteTableCompleter'; break }
            '^Kind$' { 'LinkKindCompleter'; break }
            '^Name$' {
                switch ($Noun) {
                    'GeneveTunnel' { 'GeneveTunnelCompleter' }
                    'Bridge' { 'BridgeCompleter' }
                    'BridgePort' { if ($Cmdlet -like 'Add-*') { 'FreeLinkCompleter' } else { 'BridgePortCompleter' } }
                    'NetworkNamespace' { 'NamespaceCompleter' }
                    'LinkToNamespace' { 'SourceLinkCompleter' }
                    default { 'LinkCompleter' }
                }
                break
            }
            '^Port$' { 'BridgePortCompleter'; break }
            default { 'LinkCompleter' }
        }
        $found = Get-Completer $Property
        $found | Should -Not -BeNullOrEmpty
        # A completer of its own may propose fewer than all links.
        if ($expected -ne 'LinkCompleter') { $found | Should -Be $expected }
    }

    It '<Cmdlet> -<Parameter> is completed with what can be removed' -ForEach $removals {
        Get-Completer $Property | Should -Match '(Address|Neighbor|Destination|Gateway)Completer$'
    }
}

Describe 'Every type of output' -Tag NoKernel {
    It '<Name> has a view' -ForEach $outputs {
        $all = $views | Where-Object { $_.ViewSelectedBy.TypeName -contains $FullName }
        $all | Should -Not -BeNullOrEmpty
        $view = $all | Where-Object TableControl
        if (-not $view) { return }
        # A table of 80 columns: declared widths, a space between columns, and some room for the last one.
        $columns = @($view.TableControl.TableHeaders.TableColumnHeader)
        $columns.Count | Should -BeGreaterThan 1
        $widths = $columns[0..($columns.Count - 2)] | ForEach-Object { [int]$_.Width }
        ($widths | Measure-Object -Sum).Sum + $widths.Count | Should -BeLessOrEqual 76
        @($view.TableControl.TableRowEntries.TableRowEntry.TableColumnItems.TableColumnItem).Count | Should -Be $columns.Count
    }

    It '<Name> has a list of what people look for' -ForEach $outputs {
        if ($Name -in $asText) { Set-ItResult -Skipped -Because 'it is shown as text'; return }
        $list = Get-ListProperty $FullName
        $list.Count | Should -BeGreaterThan 3
        foreach ($property in $list) { $Output.GetProperty($property) | Should -Not -BeNullOrEmpty -Because "$property is listed" }
    }

    It '<Name> reads well in a text' -ForEach $outputs {
        $method = $Output.GetMethod('ToString', [type[]]@())
        $method.DeclaringType.FullName | Should -BeLike 'GeneveNet.*'
        # The one generated for a record prints all members in braces.
        $method.GetCustomAttributes([System.Runtime.CompilerServices.CompilerGeneratedAttribute], $false) | Should -BeNullOrEmpty
    }
}

Describe 'Objects as they are shown in 80 columns' -Tag NoKernel {
    BeforeDiscovery {
        $shown = @(
            'Get-Link', 'Get-Bridge', 'Get-BridgePort', 'Get-BridgeFdbEntry', 'Get-Neighbor', 'Get-LinkAddress', 'Get-Route'
            'Get-BridgeNetfilter'
        )
    }

    BeforeAll {
        Import-Module "$PSScriptRoot/Common.psm1"
        $ns = Get-TestName
        Add-TestNamespace $ns
        # Names, addresses and numbers as long as they can be.
        Invoke-IpBatch $ns @(
            'link add bridge-longest1 type bridge'
            'link add vethlongestname type veth peer name peerlongestname'
            'link set peerlongestname master bridge-longest1'
            'link set vethlongestname up'
            'link set peerlongestname up'
            'link set bridge-longest1 mtu 1280 up'
            'addr add 192.168.100.100/24 dev vethlongestname'
            'addr add 2001:db8:1111:2222:3333:4444:5555:6666/64 dev vethlongestname nodad'
            'route add default via 192.168.100.254 src 192.168.100.100 metric 4294967295'
            'route add 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128 dev vethlongestname'
            'neigh add 192.168.100.254 lladdr 02:00:00:00:00:01 dev vethlongestname'
            'neigh add 2001:db8:1111:2222:3333:4444:5555:7777 lladdr 02:00:00:00:00:01 dev vethlongestname'
        )
        & bridge -n $ns fdb add 02:00:00:00:00:02 dev peerlongestname master static

        # The lines of a text, without blank ones.
        function Get-Line ($Text) { @($Text -split "`n" | ForEach-Object TrimEnd | Where-Object { $_ }) }
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'a table from <_> has a line for each, the lines fit, and nothing is cut' -ForEach $shown {
        $objects = @(& $_ -Namespace $ns)
        $objects.Count | Should -BeGreaterThan 0
        $lines = Get-Line ($objects | Out-String -Width 80)
        $lines.Count | Should -BeGreaterOrEqual ($objects.Count + 2)
        "$lines" | Should -Not -Match '…'
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        $lines[0] | Should -Match 'Netns$'
    }

    It 'a list from <_> has the properties people look for, and its text no type name' -ForEach $shown {
        $one = @(& $_ -Namespace $ns)[0]
        $lines = Get-Line ($one | Format-List | Out-String -Width 80)
        $labels = $lines | Where-Object { $_ -match '^\w+ +:' } | ForEach-Object { ($_ -split ' ')[0] }
        $labels | Should -Be (Get-ListProperty $one.GetType().FullName)
        "$one" | Should -Not -Match 'GeneveNet\.|\{'
        # And all of them with -Property *.
        @(Get-Line ($one | Format-List -Property * | Out-String -Width 200)).Count | Should -BeGreaterOrEqual $labels.Count
    }

    It 'a rule reads as iptables lists it' {
        $name = 'bridge-longest1'
        $rule = [GeneveNet.Netfilter.BridgeForwardRule]::new($name, $name, 'Legacy', $false, 1, (Get-NetworkNamespace $ns))
        "$rule" | Should -Be '-A FORWARD -i bridge-longest1 -o bridge-longest1 -j ACCEPT'
        ((Get-Line ($rule | Out-String -Width 80)) | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        $labels = Get-Line ($rule | Format-List | Out-String -Width 80) | ForEach-Object { ($_ -split ' ')[0] }
        $labels | Should -Be (Get-ListProperty 'GeneveNet.Netfilter.BridgeForwardRule')
    }

    It 'the switches of a bridge are words' {
        "$(Get-BridgeNetfilter -Namespace $ns)" | Should -BeLike 'bridge netfilter of the namespace: *'
    }
}

Describe 'The benchmarks'' script <Name>' -Tag NoKernel -ForEach @(
    Get-ChildItem "$PSScriptRoot/../GeneveNet.Benchmarks/Peers/*.ps1" | ForEach-Object { @{ Name = $_.Name; File = $_ } }
) {
    BeforeAll {
        Import-Module "$PSScriptRoot/ScriptCalls.psm1", "$PSScriptRoot/Common.psm1", "$PSScriptRoot/PathFaults.psm1"
    }

    It 'calls only cmdlets and parameters that exist' {
        $code = Get-Content $File -Raw
        $code | Should -Match '\b(Get|Test|Set)-\w+'
        Get-UnknownCall $code | Should -BeNullOrEmpty
    }
}
