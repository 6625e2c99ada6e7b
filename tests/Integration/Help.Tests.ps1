# The help: that it says of every cmdlet and parameter what the assembly says, that the shell finds it, and that every
# example does what it promises.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../../docs/build/Help.psm1"
    $names = (Import-PowerShellDataFile "$PSScriptRoot/../../GeneveNet.psd1").CmdletsToExport
    $examples = foreach ($name in $names) {
        $number = 0
        foreach ($example in (Read-CommandHelp "$PSScriptRoot/../../docs/cmdlets/$name.md").Examples) {
            @{ Cmdlet = $name; Number = ++$number; Title = $example.Title -replace '^Example \d+: ' }
        }
    }
}

BeforeAll {
    foreach ($module in 'Common.psm1', 'Docker.psm1', 'ScriptCalls.psm1', '../../docs/build/Help.psm1') {
        Import-Module "$PSScriptRoot/$module"
    }
    $root = Convert-Path "$PSScriptRoot/../.."
    $docs = "$root/docs"
    # Where the shell looks for help: beside the manifest.
    $beside = "$((Get-Module GeneveNet).ModuleBase)/en-US"

    $common = [System.Management.Automation.Cmdlet]::CommonParameters
    function Get-Own ($Command) { $Command.Parameters.Values | Where-Object Name -notin $common }

    # What the shell's help must say of a parameter, from the assembly.
    function Get-ExpectedParameter ($Command, $Parameter) {
        $sets = @($Parameter.ParameterSets.Values)
        $type = [System.Nullable]::GetUnderlyingType($Parameter.ParameterType)
        if (-not $type) { $type = $Parameter.ParameterType }
        $ways = @()
        if ($sets | Where-Object ValueFromPipeline) { $ways += 'ByValue' }
        if ($sets | Where-Object ValueFromPipelineByPropertyName) { $ways += 'ByPropertyName' }
        $mandatory = [bool]($sets | Where-Object IsMandatory)
        $wildcards = [bool]($Parameter.Attributes | Where-Object { $_ -is [SupportsWildcards] })
        $default = 'None'
        $attribute = $Parameter.Attributes | Where-Object { $_ -is [PSDefaultValue] }
        if ($attribute) { $default = if ($attribute.Help) { $attribute.Help } else { "$($attribute.Value)" } }
        elseif ($Parameter.SwitchParameter) { $default = 'False' }
        elseif (-not $mandatory) {
            $object = $Command.ImplementingType::new()
            if (@($object.$($Parameter.Name)) -join ', ') { $default = @($object.$($Parameter.Name)) -join ', ' }
        }
        @(
            "type $($type.FullName)"
            "required $("$mandatory".ToLowerInvariant())"
            "position $(if ($sets[0].Position -eq [int]::MinValue) { 'named' } else { $sets[0].Position })"
            "pipeline $(if ($ways) { "true ($($ways -join ', '))" } else { 'false' })"
            "aliases $(if ($Parameter.Aliases.Count) { $Parameter.Aliases -join ', ' } else { 'none' })"
            "wildcards $("$wildcards".ToLowerInvariant())"
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
        $cmdlets = (Get-Command -Module GeneveNet -CommandType Cmdlet).Name
        @((Get-HelpSource cmdlets).BaseName | Sort-Object) | Should -Be @($cmdlets | Sort-Object)
    }

    It 'are made into what stands beside the manifest, where the shell looks (build.ps1 Build makes it)' {
        $expected = Get-ModuleHelp
        @((Get-ChildItem $beside).Name | Sort-Object) | Should -Be @($expected.Keys | Sort-Object)
        foreach ($name in $expected.Keys) {
            (Get-Content "$beside/$name" -Raw) -ceq $expected[$name] | Should -BeTrue -Because "$name must be what its markdown gives"
        }
    }

    It 'name no error id that is not in the list of error ids' {
        # The first column of a table.
        $known = @(Get-Content "$docs/errors.md" | Select-String '^\| (.*?) \|' | ForEach-Object { $_.Matches.Groups[1].Value } |
                Select-String '`(\w+)`' -AllMatches | ForEach-Object { $_.Matches.ForEach({ $_.Groups[1].Value }) })
        $known.Count | Should -BeGreaterThan 40
        # What stands in brackets explains the id before it, and names commands at times.
        $said = @(Get-HelpSource cmdlets | ForEach-Object { (Read-CommandHelp $_).Notes } |
                Select-String '(?s)Error ids: (.*)' | ForEach-Object { $_.Matches.Groups[1].Value -replace '\([^)]*\)' } |
                Select-String '`(\w+)`' -AllMatches | ForEach-Object { $_.Matches.ForEach({ $_.Groups[1].Value }) })
        $said.Count | Should -BeGreaterThan 100
        @($said | Where-Object { $_ -notin $known } | Select-Object -Unique) | Should -BeNullOrEmpty
    }
}

Describe 'Help of <_>' -ForEach $names -Tag NoKernel {
    BeforeAll {
        $name = $_
        $command = Get-Command $name
        $path = "$docs/cmdlets/$name.md"
        $source = Read-CommandHelp $path
        $help = Get-Help $name -Full
    }

    It 'has markdown that says what the assembly says' {
        $now = @(Get-Content $path)
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
            $expected = Get-ExpectedParameter $command $parameter
            Get-SaidParameter $said[0] | Should -BeExactly $expected -Because "that is -$($parameter.Name)"
            ($said[0].description | ForEach-Object Text) -join ' ' | Should -Not -BeNullOrEmpty
        }
        @($help.parameters.parameter).Count | Should -Be @(Get-Own $command).Count
    }

    It 'tells the shell the same of each parameter set' {
        $items = @($help.syntax.syntaxItem)
        $items.Count | Should -Be $command.ParameterSets.Count
        for ($i = 0; $i -lt $items.Count; $i++) {
            $set = $command.ParameterSets[$i]
            $expected = $set.Parameters | Where-Object Name -notin $common | ForEach-Object {
                "$($_.Name) $("$($_.IsMandatory)".ToLowerInvariant()) $($_.Position -eq [int]::MinValue ? 'named' : $_.Position)"
            }
            $said = $items[$i].parameter | ForEach-Object { "$($_.name) $($_.required) $($_.position)" }
            @($said | Sort-Object) | Should -Be @($expected | Sort-Object) -Because "that is set $($set.Name)"
        }
    }

    It 'is found by the shell: synopsis, description, parameters, types, notes, links' {
        $help.Synopsis | Should -Be ($source.Synopsis -replace '\s+', ' ' -replace '[`*]')
        @($help.description).Count | Should -BeGreaterThan 0
        $first = @(Get-Own $command)[0].Name
        (Get-Help $name -Parameter $first).name | Should -Be $first
        @($help.returnValues.returnValue | ForEach-Object { $_.type.name }) | Should -Be @($source.Outputs.Keys)
        $said = @($command.OutputType.Name | Select-Object -Unique)
        if ($said) { @($source.Outputs.Keys) | Should -Be $said } else { @($source.Outputs.Keys) | Should -Be 'None' }
        @($help.relatedLinks.navigationLink).Count | Should -BeGreaterThan 0
        foreach ($match in [regex]::Matches($source.Links, '\]\(([^)]+)\)')) {
            "$docs/cmdlets/$($match.Groups[1].Value)" | Should -Exist
        }
        ($help.alertSet.alert | ForEach-Object Text) -join ' ' | Should -Match 'Error ids:'
    }

    It 'has three examples or more, each with code and a sentence' {
        $shown = @((Get-Help $name -Examples).examples.example)
        $shown.Count | Should -BeGreaterOrEqual 3
        $shown.Count | Should -Be $source.Examples.Count
        for ($i = 0; $i -lt $shown.Count; $i++) {
            $source.Examples[$i].Title | Should -Match "^Example $($i + 1): \w"
            $code = @($source.Examples[$i].Blocks | Where-Object Kind -eq 'powershell')
            $code.Count | Should -Be 1
            $shown[$i].code | Should -BeExactly $code[0].Text
            $code[0].Text | Should -Match "\b$name\b"
            ($shown[$i].remarks | ForEach-Object Text) -join '' | Should -Not -BeNullOrEmpty -Because 'an example is explained'
        }
    }
}

Describe 'Topic <_>' -ForEach 'about_GeneveNet', 'about_GeneveNet_Namespaces', 'about_GeneveNet_Diagnosis' -Tag NoKernel {
    BeforeAll { $topic = $_ }

    It 'is found by the shell, and fits 80 columns' {
        $text = "$(Get-Help $topic)"
        $text | Should -BeExactly (Get-Content "$beside/$topic.help.txt" -Raw)
        $lines = @($text -split "`n")
        $lines[1].Trim() | Should -Be $topic
        # The shell takes the fifth line for the synopsis.
        $lines[3] | Should -Be 'SHORT DESCRIPTION'
        $lines[5] | Should -Be '' -Because 'the short description is one line'
        # Code is kept as it is.
        @($lines | Where-Object { $_.Length -gt 80 -and -not $_.StartsWith('        ') }) | Should -BeNullOrEmpty
    }

    It 'names only cmdlets and parameters that exist' {
        $source = Get-Content "$docs/about/$topic.md" -Raw
        $blocks = @([regex]::Matches($source, '(?s)```powershell\n(.*?)```').ForEach({ $_.Groups[1].Value }))
        # What stands in the text as code, too: `Add-Route 11.200.2.1/32 geneve0`.
        $inline = [regex]::Matches(($source -replace '(?s)```.*?```'), '`([A-Z][a-z]+-[A-Z]\w+[^`]*)`')
        $blocks += $inline.ForEach({ $_.Groups[1].Value -replace '\u2026', 'x' })
        $blocks.Count | Should -BeGreaterThan 3
        $blocks | ForEach-Object { Get-UnknownCall $_ } | Should -BeNullOrEmpty
    }
}

Describe 'Topic about_GeneveNet_Diagnosis' -Tag NoKernel {
    It 'explains every cause that a verdict can have' {
        $text = "$(Get-Help about_GeneveNet_Diagnosis)"
        $causes = @([GeneveNet.Paths.PathCause].GetEnumNames() -ne 'None')
        $causes.Count | Should -BeGreaterThan 40
        @($causes | Where-Object { $text -cnotmatch "\b$_\b" }) | Should -BeNullOrEmpty
    }
}

Describe 'Help of a copy of the module' -Tag NoKernel {
    It 'is found where the package has it: in en-US, beside the manifest' {
        $modules = New-Item "Temp:/genevenet-copy-$(New-Guid)" -ItemType Directory
        try {
            $base = New-Item "$modules/GeneveNet" -ItemType Directory
            Copy-Item "$root/GeneveNet.psd1", "$root/module", "$root/en-US" $base -Recurse
            $script = 'Import-Module GeneveNet; (Get-Module GeneveNet).ModuleBase; (Get-Help New-GeneveTunnel).Synopsis
                "$(Get-Help about_GeneveNet_Diagnosis)"'
            $engine = @(Get-EngineCommand)
            $text = & env "PSModulePath=$modules" @engine -NoProfile -NonInteractive -Command $script
            $text[0] | Should -Be $base.FullName
            $text[1] | Should -Be (Get-Help New-GeneveTunnel).Synopsis
            $text[2..3] | Should -Be 'TOPIC', '    about_GeneveNet_Diagnosis'
        }
        finally { Remove-Item $modules.FullName -Recurse }
    }
}

Describe 'Examples' -Tag Geneve {
    BeforeAll {
        $expected = Import-PowerShellDataFile "$PSScriptRoot/HelpExamples/Expected.psd1"

        # The examples by name, with their code and what is expected of each.
        $all = [ordered]@{}
        foreach ($cmdlet in $expected.Keys) {
            $sources = @((Read-CommandHelp "$docs/cmdlets/$cmdlet.md").Examples)
            for ($i = 0; $i -lt $sources.Count -and $i -lt @($expected[$cmdlet]).Count; $i++) {
                $name = "$cmdlet $($i + 1)"
                $code = ($sources[$i].Blocks | Where-Object Kind -eq powershell).Text
                $all[$name] = @{ Name = $name; Code = $code } + @($expected[$cmdlet])[$i]
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
        $list, $written = (New-TemporaryFile).FullName, (New-TemporaryFile).FullName
        @($all.Values) | ConvertTo-Json -Depth 3 | Set-Content $list
        $engine = @(Get-EngineCommand)
        $arguments = '-Path', $list, '-ResultPath', $written, '-ContainerProcess', $client
        & nsenter "--net=/run/netns/$hosta" @engine -NoProfile -NonInteractive -File "$PSScriptRoot/HelpExamples/Run.ps1" @arguments
        $results = @{}
        Get-Content $written | ConvertFrom-Json | ForEach-Object { $results[$_.Name] = $_ }

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
        Remove-Item $list, $written
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
        if ($allowed) {
            $result.Types | Where-Object { $_ -notin $allowed } | Should -BeNullOrEmpty -Because "the cmdlet declares $allowed"
        }
        $seen = $example.Judge -eq 'output' ? $result.Text : $result.Judge
        if ($example.NotPattern) { $seen | Should -Not -Match $example.NotPattern }
        else { $seen | Should -Match $example.Pattern }
    }

    It 'are judged by what the table knows: a stage, a judge and a pattern' {
        foreach ($example in $all.Values) {
            $example.Stage, $example.Judge | Should -Not -BeNullOrEmpty -Because "that is $($example.Name)"
            @($example.Keys -match '^(Not)?Pattern$').Count | Should -Be 1 -Because "that is $($example.Name)"
            $example.Keys | Should -BeIn 'Name', 'Code', 'Stage', 'Container', 'Before', 'Judge', 'Pattern', 'NotPattern'
        }
    }

    It 'are expected exactly as many as there are' {
        foreach ($name in $expected.Keys) {
            @($expected[$name]).Count | Should -Be @($all.Keys | Where-Object { $_ -like "$name *" }).Count -Because "that is $name"
        }
    }
}
