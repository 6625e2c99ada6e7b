# Reads the markdown of docs/cmdlets, in the schema 2024-05-01 of Microsoft.PowerShell.PlatyPS.

# The parts of a text by its headings of one level, as a table from heading to lines; what stands before the first one is
# under ''. A line in a block of code is no heading.
function Split-Heading {
    param([AllowNull()] [AllowEmptyCollection()] [AllowEmptyString()] [string[]] $Line, [int] $Level)
    $parts = [ordered]@{}
    $name = ''
    $lines = [System.Collections.Generic.List[string]]::new()
    $fence = $false
    foreach ($one in $Line) {
        if ($one.StartsWith('```')) { $fence = -not $fence }
        if (-not $fence -and $one -match "^#{$Level} +(.+?) *$") {
            $parts[$name] = $lines.ToArray()
            $name = $Matches[1]
            if ($parts.Contains($name)) { throw "There are two headings '$name'." }
            $lines.Clear()
        }
        else { $lines.Add($one.TrimEnd()) }
    }
    $parts[$name] = $lines.ToArray()
    $parts
}

# Lines as one text, without blank lines around.
function Join-Line {
    param([AllowNull()] [AllowEmptyCollection()] [AllowEmptyString()] [string[]] $Line)
    ($Line -join "`n").Trim("`n", ' ')
}

# Prose and blocks of code of a text in their order: Kind is 'text', or what stands behind the fence.
function Split-Block {
    param([AllowNull()] [AllowEmptyCollection()] [AllowEmptyString()] [string[]] $Line)
    $kind = 'text'
    $lines = [System.Collections.Generic.List[string]]::new()
    foreach ($one in @($Line) + '```') {
        if (-not $one.StartsWith('```')) { $lines.Add($one); continue }
        $text = Join-Line $lines.ToArray()
        if ($text) { @{ Kind = $kind; Text = $text } }
        $kind = if ($kind -eq 'text') { $one.Substring(3).Trim() } else { 'text' }
        $lines.Clear()
    }
}

# A value as YAML has it: plain where that is unambiguous.
function ConvertTo-YamlText {
    param([string] $Text)
    if ($Text -eq '' -or $Text -match '^[*&!%@`\[\]{}#>|''"?,-]|: | #|:$') { "'$($Text.Replace("'", "''"))'" } else { $Text }
}

function ConvertFrom-YamlText {
    param([string] $Text)
    if ($Text -match "^'(.*)'$") { $Matches[1].Replace("''", "'") } else { $Text }
}

# The block of a parameter: Type, DefaultValue, SupportsWildcards, Aliases, AcceptedValues; and ParameterSets, a table each.
function ConvertFrom-ParameterYaml {
    param([string[]] $Line)
    $result = @{ Aliases = @(); AcceptedValues = @(); ParameterSets = @() }
    $list = ''
    foreach ($one in $Line) {
        switch -Regex ($one) {
            '^- Name: (.*)$' { $result.ParameterSets += @{ Name = ConvertFrom-YamlText $Matches[1] }; break }
            '^  (\w+): (.*)$' { $result.ParameterSets[-1][$Matches[1]] = ConvertFrom-YamlText $Matches[2]; break }
            '^- (.*)$' { $result[$list] += ConvertFrom-YamlText $Matches[1]; break }
            '^(\w+): \[\]$' { $result[$Matches[1]] = @(); break }
            '^(\w+): (.*)$' { $result[$Matches[1]] = ConvertFrom-YamlText $Matches[2]; break }
            '^(\w+):$' { $list = $Matches[1]; break }
            default { throw "This line of a yaml block is not understood: $one" }
        }
    }
    $result
}

# A section as a table from the headings in it to texts.
function Read-Section {
    param([AllowNull()] [AllowEmptyCollection()] [AllowEmptyString()] [string[]] $Line)
    $texts = [ordered]@{}
    $parts = Split-Heading $Line 3
    foreach ($title in $parts.Keys) { if ($title) { $texts[$title] = Join-Line $parts[$title] } }
    $texts
}

# A file of docs/cmdlets as a table. What a file lacks is empty.
function Read-CommandHelp {
    param([string] $Path)
    try {
        $lines = @(Get-Content $Path)
        $top = Split-Heading $lines 1
        $name = @($top.Keys)[-1]
        $parts = Split-Heading $top[$name] 2
        $help = @{
            Name        = $name
            Date        = "$($lines -match '^ms\.date: ')" -replace '^ms\.date: '
            Synopsis    = Join-Line $parts['SYNOPSIS']
            Description = Join-Line $parts['DESCRIPTION']
            Notes       = Join-Line $parts['NOTES']
            Links       = Join-Line $parts['RELATED LINKS']
            Inputs      = Read-Section $parts['INPUTS']
            Outputs     = Read-Section $parts['OUTPUTS']
            Syntax      = [ordered]@{}
            Examples    = @()
            Parameters  = [ordered]@{}
        }
        foreach ($set in (Read-Section $parts['SYNTAX']).GetEnumerator()) {
            $help.Syntax[$set.Key] = (@($set.Value -split "`n" | Where-Object { -not $_.StartsWith('```') }) -join '').Trim()
        }
        foreach ($example in (Read-Section $parts['EXAMPLES']).GetEnumerator()) {
            $help.Examples += @{ Title = $example.Key; Text = $example.Value; Blocks = @(Split-Block ($example.Value -split "`n")) }
        }
        foreach ($parameter in (Read-Section $parts['PARAMETERS']).GetEnumerator()) {
            if (-not $parameter.Key.StartsWith('-')) { continue }
            $blocks = @(Split-Block ($parameter.Value -split "`n"))
            $yaml = $blocks | Where-Object { $_.Kind -eq 'yaml' } | Select-Object -First 1
            $help.Parameters[$parameter.Key.Substring(1)] = @{
                Text = @($blocks | Where-Object { $_.Kind -ne 'yaml' } | ForEach-Object { $_.Text }) -join "`n`n"
                Data = if ($yaml) { ConvertFrom-ParameterYaml ($yaml.Text -split "`n") }
            }
        }
        $help
    }
    catch { throw "$Path`: $($_.Exception.Message)" }
}
