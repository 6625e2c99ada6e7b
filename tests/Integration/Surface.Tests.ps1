# What holds for every cmdlet and every type of output, asked of the assembly itself: nothing new is left out.

BeforeDiscovery {
    $assembly = (Get-Command Get-Link -Module GeneveNet).ImplementingType.Assembly
    $cmdlets = foreach ($type in $assembly.GetTypes()) {
        foreach ($cmdlet in $type.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)) {
            @{ Cmdlet = "$($cmdlet.VerbName)-$($cmdlet.NounName)"; Verb = $cmdlet.VerbName; Noun = $cmdlet.NounName; Type = $type }
        }
    }
    $cmdlets = @($cmdlets | Sort-Object { $_.Cmdlet })

    # The types of our own that cmdlets say they give out.
    $outputs = $cmdlets | ForEach-Object { $_.Type.GetCustomAttributes([System.Management.Automation.OutputTypeAttribute], $false) } |
        ForEach-Object { $_.Type.Type } | Where-Object { $_.FullName -like 'GeneveNet.*' } | Sort-Object FullName -Unique |
        ForEach-Object { @{ Name = $_.Name; FullName = $_.FullName; Output = $_ } }

    # The parameters that name something that exists.
    $references = foreach ($one in $cmdlets) {
        foreach ($property in $one.Type.GetProperties()) {
            if (-not $property.GetCustomAttributes([System.Management.Automation.ParameterAttribute], $true)) { continue }
            $isNew = $one.Verb -eq 'New' -and $property.Name -in 'Name', 'PeerName'
            $isName = $property.PropertyType -in [string], [string[]] -or $property.PropertyType.Name -eq 'NetworkNamespace'
            if ($isName -and -not $isNew -and $property.Name -cmatch '^(Name|Link|Interface|Port|Table|Kind|Address)$|[a-z]Link$|Bridge$|Namespace$|Container$') {
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
    $module = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'module'))
    $views = [System.IO.Directory]::GetFiles($module, '*.Format.ps1xml') | ForEach-Object { ([xml][System.IO.File]::ReadAllText($_)).Configuration.ViewDefinitions.View }
    $types = [xml][System.IO.File]::ReadAllText("$module/GeneveNet.Types.ps1xml")

    function Get-Completer ($Property) {
        $Property.GetCustomAttributes([System.Management.Automation.ArgumentCompleterAttribute], $true) | ForEach-Object { $_.Type.Name }
    }

    # The properties Format-List shows when it is not told which.
    function Get-ListProperty ($TypeName) {
        ($types.Types.Type | Where-Object Name -eq $TypeName).Members.MemberSet.Members.PropertySet |
            Where-Object Name -eq 'DefaultDisplayPropertySet' | ForEach-Object { $_.ReferencedProperties.Name }
    }

    # What has no table and no list of properties, but a line of text: that of a packet.
    $asText = 'GenevePacket', 'DecodedFrame'
}

Describe 'Every cmdlet' -Tag NoKernel {
    It '<Cmdlet> says what it gives out, where it gives out anything' -ForEach $cmdlets {
        $says = $Type.GetCustomAttributes([System.Management.Automation.OutputTypeAttribute], $false).Count -gt 0
        $gives = $Verb -in 'Get', 'New', 'Resolve', 'Watch', 'Import', 'ConvertFrom', 'ConvertTo', 'Invoke', 'Test', 'Trace', 'Compare' -or $Type.GetProperty('PassThru')
        $says | Should -Be ([bool]$gives)
    }

    It '<Cmdlet> asks before it changes anything, and only then' -ForEach $cmdlets {
        $asks = $Type.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0].SupportsShouldProcess
        $changes = $Verb -in 'New', 'Set', 'Add', 'Remove', 'Clear', 'Move', 'Export'
        if ($changes) { $asks | Should -BeTrue }
        if ($Verb -in 'Get', 'Resolve', 'Watch', 'Import', 'ConvertFrom', 'ConvertTo') { $asks | Should -BeFalse }
    }

    It '<Cmdlet> -<Parameter> is completed with what can be meant' -ForEach $references {
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
        # What came with a branch of its own may choose more narrowly than all links.
        if ($expected -ne 'LinkCompleter') { $found | Should -Be $expected }
    }

    It '<Cmdlet> -<Parameter> is completed with what is there to be removed' -ForEach $removals {
        Get-Completer $Property | Should -Match '(Address|Neighbor|Destination|Gateway)Completer$'
    }
}

Describe 'Every type of output' -Tag NoKernel {
    It '<Name> has a view' -ForEach $outputs {
        $view = $views | Where-Object { $_.ViewSelectedBy.TypeName -contains $FullName }
        $view | Should -Not -BeNullOrEmpty
        if (-not $view.TableControl) { return }
        # A table of 80 columns: widths that are said, a space between columns, and some for the last one.
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
        # The one a record comes with prints all members in braces.
        $method.GetCustomAttributes([System.Runtime.CompilerServices.CompilerGeneratedAttribute], $false) | Should -BeNullOrEmpty
    }
}

Describe 'Objects as they are shown in 80 columns' -Tag NoKernel {
    BeforeAll {
        Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Common.psm1'))
        $ns = Get-TestName
        Add-TestNamespace $ns
        # Names, addresses and numbers as long as they get.
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

        # What is shown, as lines.
        function Get-Line ($Text) { @($Text -split "`n" | ForEach-Object TrimEnd | Where-Object { $_ }) }
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'a table from <Cmdlet> has a line for each, the lines fit, and nothing is cut' -ForEach @(
        @{ Cmdlet = 'Get-Link' }, @{ Cmdlet = 'Get-Bridge' }, @{ Cmdlet = 'Get-BridgePort' }, @{ Cmdlet = 'Get-BridgeFdbEntry' }, @{ Cmdlet = 'Get-Neighbor' }
        @{ Cmdlet = 'Get-LinkAddress' }, @{ Cmdlet = 'Get-Route' }, @{ Cmdlet = 'Get-BridgeNetfilter' }
    ) {
        $objects = @(& $Cmdlet -Namespace $ns)
        $objects.Count | Should -BeGreaterThan 0
        $lines = Get-Line ($objects | Out-String -Width 80)
        $lines.Count | Should -BeGreaterOrEqual ($objects.Count + 2)
        "$lines" | Should -Not -Match '…'
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        $lines[0] | Should -Match 'Netns$'
    }

    It 'a list from <Cmdlet> has the properties people look for, a text of it no type name' -ForEach @(
        @{ Cmdlet = 'Get-Link' }, @{ Cmdlet = 'Get-Bridge' }, @{ Cmdlet = 'Get-BridgePort' }, @{ Cmdlet = 'Get-BridgeFdbEntry' }, @{ Cmdlet = 'Get-Neighbor' }
        @{ Cmdlet = 'Get-LinkAddress' }, @{ Cmdlet = 'Get-Route' }, @{ Cmdlet = 'Get-BridgeNetfilter' }
    ) {
        $one = @(& $Cmdlet -Namespace $ns)[0]
        $lines = Get-Line ($one | Format-List | Out-String -Width 80)
        $labels = $lines | Where-Object { $_ -match '^\w+ +:' } | ForEach-Object { ($_ -split ' ')[0] }
        $labels | Should -Be (Get-ListProperty $one.GetType().FullName)
        "$one" | Should -Not -Match 'GeneveNet\.|\{'
        # And all of them for who asks.
        @(Get-Line ($one | Format-List * | Out-String -Width 200)).Count | Should -BeGreaterOrEqual $labels.Count
    }

    It 'a rule reads as iptables lists it' {
        $rule = [GeneveNet.Netfilter.BridgeForwardRule]::new('bridge-longest1', 'bridge-longest1', 'Legacy', $false, 1, (Get-NetworkNamespace $ns))
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
    foreach ($file in [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($PSScriptRoot, '..', 'GeneveNet.Benchmarks', 'Peers'), '*.ps1')) {
        @{ Name = [System.IO.Path]::GetFileName($file); File = $file }
    }
) {
    BeforeAll {
        foreach ($module in 'ScriptCalls', 'Common', 'PathFaults') { Import-Module ([System.IO.Path]::Combine($PSScriptRoot, "$module.psm1")) }
    }

    It 'calls only cmdlets and parameters that exist' {
        $code = [System.IO.File]::ReadAllText($File)
        $code | Should -Match '\b(Get|Test|Set)-\w+'
        Get-UnknownCall $code | Should -BeNullOrEmpty
    }
}
