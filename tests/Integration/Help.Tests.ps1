# The help: that it says of every cmdlet and parameter what the assembly says, that the shell finds it, and that every
# example does what it promises.

BeforeDiscovery {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'docs', 'build', 'Help.psm1'))
    $names = (Import-PowerShellDataFile ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'GeneveNet.psd1'))).CmdletsToExport
    $cmdlets = @($names | ForEach-Object { @{ Name = $_ } })
    $examples = @(foreach ($name in $names) {
            $help = Read-CommandHelp ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'docs', 'cmdlets', "$name.md"))
            $number = 0
            foreach ($example in $help.Examples) { @{ Cmdlet = $name; Number = ++$number; Title = $example.Title -replace '^Example \d+: ' } }
        })
    $topics = 'about_GeneveNet', 'about_GeneveNet_Namespaces', 'about_GeneveNet_Diagnosis' | ForEach-Object { @{ Topic = $_ } }
}

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Common.psm1'))
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Docker.psm1'))
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'ScriptCalls.psm1'))
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'docs', 'build', 'Help.psm1'))
    $root = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
    $docs = [System.IO.Path]::Combine($root, 'docs')
    $shipped = [System.IO.Path]::Combine($root, 'module', 'en-US')

    $common = [System.Management.Automation.Cmdlet]::CommonParameters
    function Get-Own ($Command) { $Command.Parameters.Values | Where-Object { -not $common.Contains($_.Name) } }

    # What the shell's help must say of a parameter, from the assembly.
    function Get-ExpectedParameter ($Command, $Parameter) {
        $sets = @($Parameter.ParameterSets.Values)
        $type = [System.Nullable]::GetUnderlyingType($Parameter.ParameterType)
        if (-not $type) { $type = $Parameter.ParameterType }
        $ways = @()
        if (@($sets | Where-Object ValueFromPipeline)) { $ways += 'ByValue' }
        if (@($sets | Where-Object ValueFromPipelineByPropertyName)) { $ways += 'ByPropertyName' }
        $mandatory = @($sets | Where-Object IsMandatory).Count -gt 0
        $default = 'None'
        $attribute = $Parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.PSDefaultValueAttribute] }
        if ($attribute) { $default = if ($attribute.Help) { $attribute.Help } else { "$($attribute.Value)" } }
        elseif ($Parameter.SwitchParameter) { $default = 'False' }
        elseif (-not $mandatory) {
            $object = [System.Activator]::CreateInstance($Command.ImplementingType)
            $value = $Command.ImplementingType.GetProperty($Parameter.Name).GetValue($object)
            if (@($value) -join ', ') { $default = @($value) -join ', ' }
        }
        @(
            "type $($type.FullName)"
            "required $("$mandatory".ToLowerInvariant())"
            "position $(if ($sets[0].Position -eq [int]::MinValue) { 'named' } else { $sets[0].Position })"
            "pipeline $(if ($ways) { "true ($($ways -join ', '))" } else { 'false' })"
            "aliases $(if ($Parameter.Aliases.Count) { $Parameter.Aliases -join ', ' } else { 'none' })"
            "wildcards $("$(@($Parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.SupportsWildcardsAttribute] }).Count -gt 0)".ToLowerInvariant())"
            "default $default"
        ) -join '; '
    }

    # What the shell's help does say of it.
    function Get-SaidParameter ($Parameter) {
        @(
            "type $($Parameter.type.name)"
            "required $($Parameter.required)"
            "position $($Parameter.position)"
            "pipeline $($Parameter.pipelineInput)"
            "aliases $($Parameter.aliases)"
            "wildcards $($Parameter.globbing)"
            "default $($Parameter.defaultValue)"
        ) -join '; '
    }
}

Describe 'Help files' -Tag NoKernel {
    It 'are there for every cmdlet, and for nothing else' {
        $files = @(Get-HelpSource cmdlets | ForEach-Object { [System.IO.Path]::GetFileNameWithoutExtension($_) } | Sort-Object)
        $files | Should -Be @((Get-Command -Module GeneveNet -CommandType Cmdlet).Name | Sort-Object)
    }

    It 'that ship are what the markdown gives (build.ps1 Docs makes them)' {
        $expected = Get-ShippedHelp
        @([System.IO.Directory]::GetFiles($shipped) | ForEach-Object { [System.IO.Path]::GetFileName($_) } | Sort-Object) | Should -Be @($expected.Keys | Sort-Object)
        foreach ($name in $expected.Keys) {
            $text = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($shipped, $name))
            ($text -ceq $expected[$name]) | Should -BeTrue -Because "$name must be what its markdown gives"
        }
    }

    It 'stand beside the manifest, where the shell looks for them' {
        foreach ($path in [System.IO.Directory]::GetFiles($shipped)) {
            $copy = [System.IO.Path]::Combine((Get-Module GeneveNet).ModuleBase, 'en-US', [System.IO.Path]::GetFileName($path))
            ([System.IO.File]::ReadAllText($copy) -ceq [System.IO.File]::ReadAllText($path)) | Should -BeTrue -Because "$copy must be up to date"
        }
    }

    It 'name no error id that is not in the list of error ids' {
        $known = @([regex]::Matches([System.IO.File]::ReadAllText([System.IO.Path]::Combine($docs, 'errors.md')), '(?m)^\| (.*?) \|') |
                ForEach-Object { [regex]::Matches($_.Groups[1].Value, '`(\w+)`') | ForEach-Object { $_.Groups[1].Value } })
        $known.Count | Should -BeGreaterThan 40
        $said = @(Get-HelpSource cmdlets | ForEach-Object {
                $notes = (Read-CommandHelp $_).Notes
                $list = [regex]::Match($notes, '(?s)Error ids: (.*)').Groups[1].Value
                # What stands in brackets explains the id before it, and names commands at times.
                [regex]::Matches(($list -replace '\([^)]*\)'), '`(\w+)`') | ForEach-Object { $_.Groups[1].Value }
            })
        $said.Count | Should -BeGreaterThan 100
        @($said | Where-Object { $_ -notin $known } | Select-Object -Unique) | Should -BeNullOrEmpty
    }
}

Describe 'Help of <Name>' -ForEach $cmdlets -Tag NoKernel {
    BeforeAll {
        $command = Get-Command $Name
        $path = [System.IO.Path]::Combine($docs, 'cmdlets', "$Name.md")
        $source = Read-CommandHelp $path
        $help = Get-Help $Name -Full
    }

    It 'has markdown that says what the assembly says' {
        $now = @([System.IO.File]::ReadAllLines($path))
        $then = @((Get-RefreshedMarkdown $command).TrimEnd() -split "`n")
        $different = for ($i = 0; $i -lt [System.Math]::Max($now.Count, $then.Count); $i++) {
            if ($now[$i] -cne $then[$i]) { "line $($i + 1): '$($now[$i])' should be '$($then[$i])'"; break }
        }
        $different | Should -BeNullOrEmpty
        $now | Should -Not -Match '\{\{ '
    }

    It 'tells the shell the same of each parameter' {
        foreach ($parameter in Get-Own $command) {
            $said = @($help.parameters.parameter | Where-Object name -eq $parameter.Name)
            $said.Count | Should -Be 1 -Because "-$($parameter.Name) has one entry"
            Get-SaidParameter $said[0] | Should -BeExactly (Get-ExpectedParameter $command $parameter) -Because "that is -$($parameter.Name)"
            ($said[0].description | ForEach-Object Text) -join ' ' | Should -Not -BeNullOrEmpty
        }
        @($help.parameters.parameter).Count | Should -Be @(Get-Own $command).Count
    }

    It 'tells the shell the same of each parameter set' {
        $items = @($help.syntax.syntaxItem)
        $items.Count | Should -Be $command.ParameterSets.Count
        for ($i = 0; $i -lt $items.Count; $i++) {
            $set = $command.ParameterSets[$i]
            $expected = @($set.Parameters | Where-Object { -not $common.Contains($_.Name) } | ForEach-Object {
                    "$($_.Name) $("$($_.IsMandatory)".ToLowerInvariant()) $(if ($_.Position -eq [int]::MinValue) { 'named' } else { $_.Position })"
                } | Sort-Object)
            @($items[$i].parameter | ForEach-Object { "$($_.name) $($_.required) $($_.position)" } | Sort-Object) | Should -Be $expected -Because "that is set $($set.Name)"
        }
    }

    It 'is found by the shell: synopsis, description, parameters, types, notes, links' {
        $help.Synopsis | Should -Be ($source.Synopsis -replace '\s+', ' ' -replace '[`*]')
        @($help.description).Count | Should -BeGreaterThan 0
        $first = @(Get-Own $command)[0].Name
        (Get-Help $Name -Parameter $first).name | Should -Be $first
        @($help.returnValues.returnValue | ForEach-Object { $_.type.name }) | Should -Be @($source.Outputs.Keys)
        $said = @($command.OutputType.Name | Select-Object -Unique)
        if ($said) { @($source.Outputs.Keys) | Should -Be $said } else { @($source.Outputs.Keys) | Should -Be 'None' }
        @($help.relatedLinks.navigationLink).Count | Should -BeGreaterThan 0
        foreach ($match in [regex]::Matches($source.Links, '\]\(([^)]+)\)')) {
            [System.IO.Path]::GetFullPath($match.Groups[1].Value, [System.IO.Path]::Combine($docs, 'cmdlets')) | Should -Exist
        }
        ($help.alertSet.alert | ForEach-Object Text) -join ' ' | Should -Match 'Error ids:'
    }

    It 'has three examples or more, each with code and a sentence' {
        $shown = @((Get-Help $Name -Examples).examples.example)
        $shown.Count | Should -BeGreaterOrEqual 3
        $shown.Count | Should -Be $source.Examples.Count
        for ($i = 0; $i -lt $shown.Count; $i++) {
            $source.Examples[$i].Title | Should -Match "^Example $($i + 1): \w"
            $code = @($source.Examples[$i].Blocks | Where-Object Kind -eq 'powershell')
            $code.Count | Should -Be 1
            $shown[$i].code | Should -BeExactly $code[0].Text
            $code[0].Text | Should -Match "\b$Name\b"
            ($shown[$i].remarks | ForEach-Object Text) -join '' | Should -Not -BeNullOrEmpty -Because 'an example is explained'
        }
    }
}

Describe 'Topic <Topic>' -ForEach $topics -Tag NoKernel {
    It 'is found by the shell, and fits 80 columns' {
        $text = "$(Get-Help $Topic)"
        $text | Should -BeExactly ([System.IO.File]::ReadAllText([System.IO.Path]::Combine($shipped, "$Topic.help.txt")))
        $lines = @($text -split "`n")
        $lines[1].Trim() | Should -Be $Topic
        # The shell takes the fifth line for the synopsis.
        $lines[3] | Should -Be 'SHORT DESCRIPTION'
        $lines[5] | Should -Be '' -Because 'the short description is one line'
        # Code is kept as it is.
        @($lines | Where-Object { $_.Length -gt 80 -and -not $_.StartsWith('        ') }) | Should -BeNullOrEmpty
    }

    It 'names only cmdlets and parameters that exist' {
        $source = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($docs, 'about', "$Topic.md"))
        $blocks = @([regex]::Matches($source, '(?s)```powershell\n(.*?)```') | ForEach-Object { $_.Groups[1].Value })
        # What stands in the text as code, too: `Add-Route 11.200.2.1/32 geneve0`.
        $blocks += @([regex]::Matches(($source -replace '(?s)```.*?```'), '`([A-Z][a-z]+-[A-Z]\w+[^`]*)`') | ForEach-Object { $_.Groups[1].Value.Replace('…', 'x') })
        $blocks.Count | Should -BeGreaterThan 3
        $blocks | ForEach-Object { Get-UnknownCall $_ } | Should -BeNullOrEmpty
    }
}

Describe 'Topic about_GeneveNet_Diagnosis' -Tag NoKernel {
    It 'explains every cause that a verdict can have' {
        $text = "$(Get-Help about_GeneveNet_Diagnosis)"
        $causes = @([System.Enum]::GetNames([GeneveNet.Paths.PathCause]) | Where-Object { $_ -ne 'None' })
        $causes.Count | Should -BeGreaterThan 40
        @($causes | Where-Object { $text -cnotmatch "\b$_\b" }) | Should -BeNullOrEmpty
    }
}

Describe 'Help of a copy of the module' -Tag NoKernel {
    It 'is found where the package has it: in en-US, beside the manifest' {
        $copy = [System.IO.Directory]::CreateTempSubdirectory('genevenet-copy').FullName
        try {
            $base = [System.IO.Path]::Combine($copy, 'GeneveNet')
            $files = @([System.IO.Path]::Combine($root, 'GeneveNet.psd1'))
            foreach ($part in 'module', 'en-US') { $files += [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($root, $part), '*', 'AllDirectories') }
            foreach ($file in $files | Where-Object { $_ -notlike '*/module/en-US/*' }) {
                $target = [System.IO.Path]::Combine($base, [System.IO.Path]::GetRelativePath($root, $file))
                $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($target))
                [System.IO.File]::Copy($file, $target)
            }
            $engine = @(Get-EngineCommand)
            $text = & env "PSModulePath=$copy" @engine -NoProfile -NonInteractive -Command 'Import-Module GeneveNet; (Get-Module GeneveNet).ModuleBase; (Get-Help New-GeneveTunnel).Synopsis; "$(Get-Help about_GeneveNet_Diagnosis)"'
            $text[0] | Should -Be $base
            $text[1] | Should -Be (Get-Help New-GeneveTunnel).Synopsis
            $text[2..3] | Should -Be 'TOPIC', '    about_GeneveNet_Diagnosis'
        }
        finally { [System.IO.Directory]::Delete($copy, $true) }
    }
}

Describe 'Examples' -Tag Geneve {
    BeforeAll {
        $expected = Import-PowerShellDataFile ([System.IO.Path]::Combine($PSScriptRoot, 'HelpExamples', 'Expected.psd1'))

        # The examples by name, and what is expected of each.
        $all = [ordered]@{}
        foreach ($cmdlet in $expected.Keys) {
            $number = 0
            foreach ($source in (Read-CommandHelp ([System.IO.Path]::Combine($docs, 'cmdlets', "$cmdlet.md"))).Examples) {
                $words = @($expected[$cmdlet])[$number++]
                if (-not $words) { continue }
                $all["$cmdlet $number"] = @{
                    Name      = "$cmdlet $number"
                    Code      = ($source.Blocks | Where-Object Kind -eq 'powershell').Text
                    Stage     = $words[0]
                    Judge     = $words[1]
                    Pattern   = $words[2]
                    Before    = if ($words.Count -gt 3) { $words[3] } else { '' }
                    Container = $words.Count -gt 4
                }
            }
        }

        $withoutDocker = Start-Docker
        $client = 0
        if (-not $withoutDocker) {
            $null = Invoke-Docker run --detach --network=none --name client1 busybox sleep 900
            $client = (Get-DockerContainer client1).State.Pid
        }

        # One process for all, in a network namespace of its own: that is host a.
        $hosta = Get-TestName
        Add-TestNamespace $hosta
        $list = [System.IO.Path]::GetTempFileName()
        $written = [System.IO.Path]::GetTempFileName()
        [System.IO.File]::WriteAllText($list, (@($all.Values) | ConvertTo-Json -Depth 3))
        $runner = [System.IO.Path]::Combine($PSScriptRoot, 'HelpExamples', 'Run.ps1')
        $engine = @(Get-EngineCommand)
        & nsenter "--net=/run/netns/$hosta" @engine -NoProfile -NonInteractive -File $runner -Path $list -ResultPath $written -ContainerProcess $client
        $results = @{}
        foreach ($line in [System.IO.File]::ReadAllLines($written)) {
            $result = $line | ConvertFrom-Json
            $results[$result.Name] = $result
        }

        # The types that a script may put out, when each of its statements ends in a cmdlet of ours; else nothing.
        function Get-AllowedType ($Code) {
            $ast = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref]$null, [ref]$null)
            foreach ($statement in $ast.EndBlock.Statements) {
                if ($statement -is [System.Management.Automation.Language.AssignmentStatementAst]) { continue }
                if ($statement -isnot [System.Management.Automation.Language.PipelineAst]) { return }
                $last = $statement.PipelineElements[-1]
                $called = if ($last -is [System.Management.Automation.Language.CommandAst]) { $last.GetCommandName() }
                if (-not $expected.ContainsKey("$called") -or $called -eq 'Invoke-NamespaceCommand') { return }
                $types += @((Get-Command $called).OutputType.Name) + 'none'
            }
            $types
        }
    }

    AfterAll {
        if (-not $withoutDocker) { $null = Invoke-Docker rm --force client1 }
        Remove-TestNamespace $hosta
        foreach ($file in $list, $written) { [System.IO.File]::Delete($file) }
    }

    It 'of <Cmdlet>, <Number>: <Title>' -ForEach $examples {
        $example = $all["$Cmdlet $Number"]
        $example | Should -Not -BeNullOrEmpty -Because 'HelpExamples/Expected.psd1 must say what is expected of each example'
        if ($example.Container -and $withoutDocker) {
            Set-ItResult -Skipped -Because $withoutDocker
            return
        }
        $result = $results[$example.Name]
        $result | Should -Not -BeNullOrEmpty -Because 'it must have run'
        $result.Errors | Should -BeNullOrEmpty
        $allowed = Get-AllowedType $example.Code
        if ($allowed) { @($result.Types | Where-Object { $_ -notin $allowed }) | Should -BeNullOrEmpty -Because "the cmdlet declares $allowed" }
        $seen = if ($example.Judge -eq 'output') { $result.Text } else { $result.Judge }
        if ($example.Pattern.StartsWith('~')) { $seen | Should -Not -Match $example.Pattern.Substring(1) }
        else { $seen | Should -Match $example.Pattern }
    }

    It 'are expected exactly as many as there are' {
        foreach ($name in $expected.Keys) {
            @($expected[$name]).Count | Should -Be @($all.Keys | Where-Object { $_ -like "$name *" }).Count -Because "that is $name"
        }
    }
}
