# What others chose, names and texts, cannot do anything to a terminal or forge a line: it is shown escaped wherever it is shown, and
# properties have it as it is.

using namespace GeneveNet.Paths

BeforeDiscovery {
    Import-Module "$PSScriptRoot/NastyNames.psm1"
    # A test's own title is shown, too.
    $names = Get-NastyName | ForEach-Object { @{ Name = $_; Shown = ($_ | ConvertTo-Json -EscapeHandling EscapeNonAscii) -replace "`u{7f}", '\u007f' } }
}

BeforeAll {
    foreach ($module in 'Common', 'NastyNames') { Import-Module "$PSScriptRoot/$module.psm1" }
    $escape = [char]0x1b

    # Fails where a text has a character that does not show, beside the line breaks and colours of the formatter itself.
    function Assert-Safe {
        param([string] $Text)
        $own = $Text -replace "$escape\[[\d;]*m"
        $found = $own.ToCharArray() | Where-Object {
            $_ -ne "`n" -and [char]::GetUnicodeCategory($_) -in 'Control', 'Format', 'LineSeparator', 'ParagraphSeparator'
        }
        ($found | ForEach-Object { 'U+{0:x4}' -f [int]$_ }) -join ' ' | Should -BeNullOrEmpty -Because "it was: $($own | ConvertTo-Json)"
    }

    function Assert-Shown {
        param([string] $Text, [string[]] $Parts)
        Assert-Safe $Text
        foreach ($part in $Parts) { $Text.Contains($part, 'Ordinal') | Should -BeTrue -Because "'$part' is in: $Text" }
    }
}

Describe 'Names and texts of others' {
    BeforeAll {
        $ns = Get-TestName
        # The formatter folds what is longer than its column, so these are short.
        $bridge, $port, $shownBridge, $shownPort = "b$escape[2J", "`u{202e}`a", 'b\u001b[2J', '\u202e\u0007'
        $alias = "first`nWhat if: nothing$escape]0;title`a"
        Add-TestNamespace $ns
        & ip -n $ns link add name "$bridge" type bridge
        & ip -n $ns link add name "$port" type veth peer name v0
        & ip -n $ns link set dev "$port" master "$bridge" alias "$alias" up
        & ip -n $ns link set dev v0 up
        & ip -n $ns link property add dev v0 altname "other$escape[0m"
        & ip -n $ns addr add 192.0.2.1/24 dev "$port"
        & ip -n $ns neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev "$port" nud permanent
        & ip -n $ns route add 198.51.100.0/24 nexthop via 192.0.2.7 dev "$port" nexthop via 192.0.2.8 dev "$port"
        & bridge -n $ns fdb add 02:00:00:00:00:01 dev "$port" master static
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'are escaped in table and list: <Cmdlet>' -ForEach @(
        @{ Cmdlet = 'Get-Link'; Table = 'Port', 'Bridge'; List = 'Port', 'Bridge', 'first\nWhat if: nothing\u001b]0;title\u0007', 'other\u001b[0m' }
        @{ Cmdlet = 'Get-Bridge'; Table = 'Port', 'Bridge'; List = 'Port', 'Bridge' }
        @{ Cmdlet = 'Get-BridgePort'; Table = 'Port', 'Bridge'; List = 'Port', 'Bridge' }
        @{ Cmdlet = 'Get-BridgeFdbEntry'; Table = @('Port'); List = 'Port', 'Bridge' }
        @{ Cmdlet = 'Get-LinkAddress'; Table = @('Port'); List = @('Port') }
        @{ Cmdlet = 'Get-Neighbor'; Table = @('Port'); List = @('Port') }
        @{ Cmdlet = 'Get-Route'; Table = @('Port'); List = @('Port') }
        @{ Cmdlet = 'Get-BridgeNetfilter'; Arguments = @{ Bridge = 'Bridge' }; Table = @('Bridge'); List = @('Bridge') }
    ) {
        $values = @{ Bridge = $bridge; Port = $port }
        $shown = @{ Bridge = $shownBridge; Port = $shownPort }
        $more = @{}
        foreach ($key in $Arguments.Keys) { $more[$key] = $values[$Arguments[$key]] }
        $objects = & $Cmdlet -Namespace $ns @more
        Assert-Shown ($objects | Out-String -Width 200) ($Table | ForEach-Object { $shown[$_] ?? $_ })
        Assert-Shown ($objects | Format-List | Out-String -Width 200) ($List | ForEach-Object { $shown[$_] ?? $_ })
        foreach ($one in $objects) { Assert-Safe "$one" }
        Assert-Safe ($objects.NextHops | Out-String -Width 200)
    }

    It 'are exact in properties' {
        $link = Get-Link $port -Namespace $ns
        foreach ($pair in @($link.Name, $port), @($link.Alias, $alias), @($link.Master, $bridge)) { $pair[0] -ceq $pair[1] | Should -BeTrue }
        (Get-Bridge $bridge -Namespace $ns).Ports -ceq $port | Should -BeTrue
        (Get-Link v0 -Namespace $ns).AlternativeNames -ceq "other$escape[0m" | Should -BeTrue
        ($link | ConvertTo-Json -Depth 1 | ConvertFrom-Json).Name -ceq $port | Should -BeTrue
    }

    It 'are escaped as text, and the object still means itself' {
        $link = Get-Link $port -Namespace $ns
        "$link" | Should -BeExactly $shownPort
        "$(Get-Neighbor 192.0.2.9 -Namespace $ns)" | Should -BeExactly "192.0.2.9 at 02:00:00:00:00:09 on $shownPort"
        "$((Get-Route 198.51.100.0/24 -Namespace $ns).NextHops[0])" | Should -BeLike "*dev $([wildcardpattern]::Escape($shownPort)) weight 1"
        Set-Link $link -Mtu 1400 -Namespace $ns
        Set-BridgePort (Get-BridgePort $port -Namespace $ns) -Hairpin $true -Namespace $ns
        Set-Bridge (Get-Bridge $bridge -Namespace $ns) -Stp $true -Namespace $ns
        $json = Get-IpLink $ns "$port"
        $json.mtu | Should -Be 1400
        $json.linkinfo.info_slave_data.hairpin | Should -BeTrue
        (Get-IpLink $ns "$bridge").linkinfo.info_data.stp_state | Should -Be 1
    }

    It 'are escaped in -Verbose, in errors and in what the errors are about' {
        Assert-Shown (Get-Verbose { Set-Link $port -Mtu 1401 -Namespace $ns -Verbose }) "Changed link '$shownPort'"
        $failure = Get-Failure { Get-Link "no$escape[2J" -Namespace $ns }
        foreach ($text in "$failure", $failure.Exception.Message, $failure.CategoryInfo.TargetName, "$($failure.CategoryInfo)") {
            Assert-Shown $text 'no\u001b[2J'
        }
        $failure.TargetObject -ceq "no$escape[2J" | Should -BeTrue
        foreach ($script in @(
                { Set-BridgePort $bridge -Hairpin -Namespace $ns }, { New-Bridge $port -Namespace $ns }
                { New-Bridge "a`n" -Namespace $ns }, { Get-Link -Namespace "n$escape[2J" }, { New-VethPair "a`t" b -Namespace $ns }
                { New-GeneveTunnel g "1$escape[2J" 192.0.2.1 }, { New-GeneveTunnel g 1 "x$escape[2J" }
                { Add-BridgePort "x`a" $port -Namespace $ns }, { Import-GeneveCapture "$TestDrive/x$escape[2J" }
            )) {
            $failure = Get-Failure $script
            $failure | Should -Not -BeNullOrEmpty
            Assert-Safe "$failure $($failure.CategoryInfo)"
        }
    }

    It 'forge no line of -WhatIf' {
        $text = Invoke-Engine @"
            `$e = [char]0x1b
            `$port = "``u{202e}``a"
            Remove-Link "b`$e[2J" -Namespace $ns -WhatIf
            Set-Link `$port -Mtu 1300 -Alias "x``nWhat if: y" -Namespace $ns -WhatIf
            Remove-LinkAddress `$port 192.0.2.1/24 -Namespace $ns -WhatIf
            Remove-BridgePort `$port -Namespace $ns -WhatIf
            Set-Link lo -Alias "n``nWhat if: forged" -Namespace $ns -WhatIf
"@
        Assert-Shown $text "'$shownBridge'", "'$shownPort'", 'x\nWhat if: y', 'n\nWhat if: forged'
        @($text -split "`n" | Where-Object { $_.Trim() }) | Should -HaveCount 5
    }

    It 'of which a part is not UTF-8 are listed, and such a link is reached by its index' {
        & bash -c "ip -n $ns link add `$'\xff\xfe' type bridge && ip -n $ns link add `$'\xc3(' type bridge"
        $LASTEXITCODE | Should -Be 0
        $links = Get-Link -Namespace $ns | Where-Object { $_.Name -match "`u{fffd}" }
        $links.Name | Should -Be "`u{fffd}`u{fffd}", "`u{fffd}("
        Assert-Safe ($links | Out-String)
        foreach ($link in $links) {
            Set-Link -Index $link.Index -Mtu 1280 -Namespace $ns
            (Get-Link -Index $link.Index -Namespace $ns).Mtu | Should -Be 1280
            Remove-Link -Index $link.Index -Namespace $ns -Confirm:$false
        }
        (Get-IpJson -n $ns link).ifindex | Where-Object { $_ -in $links.Index } | Should -BeNullOrEmpty
    }
}

Describe 'A namespace with a name that does not show' {
    BeforeAll {
        $ns = (Get-TestName) + "`n$escape[2J"
        & ip netns add "$ns"
    }

    AfterAll {
        if (Test-Path -LiteralPath "/run/netns/$ns") { & ip netns del "$ns" }
    }

    It 'is shown escaped, and leads back as text' {
        $place = Get-NetworkNamespace $ns
        $place.Name -ceq $ns | Should -BeTrue
        "$place" | Should -Be "net:[$($place.Inode)]"
        (Get-Link lo -Namespace "$place").Namespace | Should -Be $place
        foreach ($text in ($place | Out-String -Width 200), ($place | Format-List | Out-String -Width 200)) { Assert-Shown $text '\n\u001b[2J' }
        foreach ($text in (Get-Link lo -Namespace $place | Out-String -Width 200), "$(Get-Failure { Get-Link none -Namespace $place })") {
            Assert-Safe $text
        }
    }

    It 'forges nothing of what a person is asked at a prompt' {
        Import-Module "$PSScriptRoot/Terminal.psm1"
        $terminal = Start-Terminal -Width 160
        try {
            $first = ($ns -split "`n")[0]
            Send-TerminalKey $terminal "Get-NetworkNamespace $first* | Remove-NetworkNamespace -Confirm" Enter
            $screen = Wait-TerminalText $terminal '\[Y\] Yes'
            # The question is in its line, and what was typed before it is still there.
            $asked = [regex]::Escape("on target `"network namespace '$first\n\u001b[2J'`".")
            $screen | Should -Match "PS /> Get-NetworkNamespace $first(.|\n)*\n.*$asked"
            Clear-Terminal $terminal
        }
        finally { Stop-Terminal $terminal }
        Test-Path -LiteralPath "/run/netns/$ns" | Should -BeTrue
    }

    It 'is removed as an object, typed' {
        Remove-NetworkNamespace (Get-NetworkNamespace $ns) -Confirm:$false
        Test-Path -LiteralPath "/run/netns/$ns" | Should -BeFalse
    }
}

Describe 'Capture files' -Tag NoKernel {
    BeforeAll {
        # A pcapng option, padded to four bytes.
        function Get-Option ([int] $Code, [string] $Text) {
            $bytes = [System.Text.Encoding]::UTF8.GetBytes($Text)
            [BitConverter]::GetBytes([uint16]$Code) + [BitConverter]::GetBytes([uint16]$bytes.Length) + $bytes + [byte[]]::new(-$bytes.Length -band 3)
        }

        # A pcapng block of that type.
        function Get-Block ([uint32] $Type, [byte[]] $Body) {
            $length = [BitConverter]::GetBytes([uint32]($Body.Length + 12))
            [BitConverter]::GetBytes($Type) + $length + $Body + $length
        }

        $arguments = @{
            Vni = 1000; Source = '192.0.2.1'; Destination = '192.0.2.2'; SourceMac = '02:00:00:00:00:01'; DestinationMac = '02:00:00:00:00:02'
        }
        $frame = [byte[]](ConvertTo-GenevePacket @arguments)
        $interface = "eth$escape[2J`r`nroot#"
        $comment = Get-Option 1 "comment$escape]0;title`a"
        $length = [BitConverter]::GetBytes([uint32]$frame.Length)
        $file = @(
            Get-Block 0x0a0d0d0a ([byte[]](0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0) + [byte[]](, 0xff * 8) + $comment + [byte[]]::new(4))
            Get-Block 1 ([byte[]](1, 0, 0, 0, 0, 0, 4, 0) + (Get-Option 2 $interface) + (Get-Option 3 "d$escape[2J") + $comment + [byte[]]::new(4))
            Get-Block 6 ([byte[]]::new(12) + $length + $length + $frame + [byte[]]::new(-$frame.Length -band 3) + $comment + [byte[]]::new(4))
        )
        [System.IO.File]::WriteAllBytes("$TestDrive/nasty.pcapng", [byte[]]$file)
        $packet = Import-GeneveCapture "$TestDrive/nasty.pcapng"
    }

    It 'have interface names that are shown escaped, and kept' {
        $packet.Interface -ceq $interface | Should -BeTrue
        $table = $packet | Format-Table -View Packets | Out-String -Width 200
        foreach ($text in ($packet | Out-String -Width 200), ($packet | Format-List | Out-String -Width 200)) {
            Assert-Shown $text 'eth\u001b[2J\r\nroot#'
        }
        Assert-Safe $table
        Assert-Safe "$packet"
    }

    It 'have them escaped around packets of any kind' {
        $frame = ConvertFrom-GenevePacket (ConvertTo-GenevePacket @arguments) -Frame
        Assert-Safe ($frame | Out-String)
        $packet | Export-GeneveCapture "$TestDrive/again.pcapng"
        (Import-GeneveCapture "$TestDrive/again.pcapng").Interface -ceq $interface | Should -BeTrue
    }
}

Describe 'A remedy' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        $taken = Add-NastyBridge $ns

        # Both ends of what writes it are internal; how it is pasted is what users see.
        $module = (Get-Command Get-Link).ImplementingType.Assembly
        $escape = $module.GetType('GeneveNet.Rendering.WordEscape')
        $writer = $module.GetType('GeneveNet.Rendering.RemedyText').GetMethod('Of', [type[]]@([Remedy], $escape))
        $words = $module.GetType('GeneveNet.Binding.CmdletParameters').GetMethod('Escape').CreateDelegate($escape)

        # A remedy that gives a name to a parameter, or to a place on the line.
        function Get-RemedyText ([string] $Command, [string] $Parameter, [string] $Name, [hashtable] $More = @{}) {
            $arguments = [RemedyArgument[]]@(
                [RemedyArgument]::new($Parameter ? $Parameter : [NullString]::Value, $Name)
                foreach ($key in $More.Keys) { [RemedyArgument]::new($key, $More[$key]) }
            )
            $writer.Invoke($null, @([Remedy]@{ Command = $Command; Arguments = $arguments; Namespace = $ns }, $words))
        }

        function Get-Value ([string] $Line) {
            $errors = $null
            $elements = [System.Management.Automation.Language.Parser]::ParseInput($Line, [ref]$null, [ref]$errors).
                EndBlock.Statements[0].PipelineElements[0].CommandElements
            $errors | Should -BeNullOrEmpty
            @($elements | Where-Object { $_ -is [System.Management.Automation.Language.StringConstantExpressionAst] })[1].Value
        }
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'is pasted back as it was: <Shown>' -ForEach $names {
        $taken -ccontains $Name | Should -BeTrue
        # As it is where names are read; escaped where wildcards are.
        $literal = Get-RemedyText Get-BridgePort Bridge $Name
        Assert-Safe $literal
        (Get-Value $literal) -ceq $Name | Should -BeTrue -Because $literal
        $pattern = Get-RemedyText Set-Link '' $Name @{ Mtu = 1300 }
        Assert-Safe $pattern
        Invoke-Expression $pattern
        $changed = @(Get-IpJson -n $ns link | Where-Object mtu -eq 1300)
        $changed.Count | Should -Be 1 -Because $pattern
        $changed[0].ifname -ceq $Name | Should -BeTrue -Because $pattern
        & ip -n $ns link set dev "$Name" mtu 1500
    }
}

Describe 'A verdict about such names' -Tag Geneve {
    BeforeAll {
        $a, $b = (Get-TestName), (Get-TestName)
        Add-TestUnderlay $a $b
        $tunnel = "g*$escape[2J"
        & ip -n $a link add name "$tunnel" type geneve id 7 remote 10.0.0.250
        & ip -n $a link add name "g$escape[2J" type geneve id 8 remote 10.0.0.250
        & ip -n $a addr add 192.0.2.1/24 dev "$tunnel"
    }

    AfterAll {
        Remove-TestNamespace $a, $b
    }

    It 'is safe to read and its remedy is safe to paste' {
        $found = Get-GeneveTunnel -Namespace $a | Where-Object Vni -eq 7
        $verdict = $found | Test-GenevePath -Destination 192.0.2.2 -Static
        "$($verdict.Cause)" | Should -Be 'TunnelDown'
        $verdict.Name -ceq $tunnel | Should -BeTrue
        $shown = 'g*\u001b[2J'
        foreach ($text in ($verdict | Out-String), ($verdict | Format-List | Out-String), "$verdict", $verdict.Sentence) { Assert-Shown $text $shown }
        Assert-Safe ($verdict.Checks | Out-String)
        Assert-Safe ($verdict.Checks | Format-List | Out-String)
        Assert-Shown ($verdict.Remedies | Out-String) $shown
        Assert-Safe $verdict.Remedy
        $verbose = Get-Verbose { $found | Test-GenevePath -Destination 192.0.2.2 -Static -Verbose }
        Assert-Safe $verbose
        Invoke-Expression $verdict.Remedy
        (Get-IpJson -n $a link | Where-Object { $_.flags -contains 'UP' -and $_.link_type -eq 'ether' -and $_.ifname -like 'g*' }).ifname -ceq $tunnel |
            Should -BeTrue
        Assert-Safe ($found | Trace-GenevePath -Destination 192.0.2.2 | Out-String)
    }

    It 'is safe while it is made: -Progress' {
        $shell = New-Shell 'param($name, $ns) Test-GenevePath -Name $name -Namespace $ns -Destination 192.0.2.2 -Static' -WithCmdlets
        try {
            $null = $shell.AddArgument("g$escape[2J").AddArgument($a).Invoke()
            $shell.Streams.Progress.Count | Should -BeGreaterThan 1
            foreach ($record in $shell.Streams.Progress) { Assert-Shown "$($record.Activity) $($record.StatusDescription)" 'g\u001b[2J' }
        }
        finally { Remove-Shell $shell }
    }

    It 'shows what was seen and the arguments of remedies the same way' {
        $sighting = [Probes.Sighting]::new()
        [Probes.Sighting].GetProperty('Interface').SetValue($sighting, $tunnel)
        Assert-Shown ($sighting | Out-String) 'g*\u001b[2J'
        Assert-Shown "$sighting" 'g*\u001b[2J'
    }
}
