# Writes the markdown of a cmdlet: the prose is kept as it is, everything that the assembly says is taken from there.

# What is said of parameters that mean the same in every cmdlet, where a file does not say it yet.
$usual = @{
    Namespace = @'
The network namespace to work in: a name from `Get-NetworkNamespace`, a process id, the path of a namespace file such as
`/proc/4711/ns/net`, a process, or an object that knows its namespace. Objects of this module carry theirs along the
pipeline, so that it rarely needs to be said there.
'@
    Container = @'
The container to work in, of Docker or Podman: its name, its id, or the beginning of its id. It must run. When given, it
goes before **Namespace**.
'@
    WhatIf    = 'Shows what would be changed, and changes nothing.'
    Confirm   = 'Asks before each change.'
}

$todo = '{{ Fill in the Description }}'

# The common parameters are those that every cmdlet has.
$common = [System.Management.Automation.Cmdlet]::CommonParameters

# A type as Get-Command shows it in a line of syntax.
function Get-ShortTypeName {
    param([type] $Type)
    $inner = [System.Nullable]::GetUnderlyingType($Type)
    if ($inner) { $Type = $inner }
    if ($Type.IsArray) { return "$(Get-ShortTypeName $Type.GetElementType())[]" }
    if ($Type -eq [System.Management.Automation.SwitchParameter]) { return 'SwitchParameter' }
    # As text, a type has the short name that the shell itself knows, where there is one.
    "$Type" -replace '.*\.'
}

# A type as it is named in a yaml block.
function Get-LongTypeName {
    param([type] $Type)
    $inner = [System.Nullable]::GetUnderlyingType($Type)
    if ($inner) { "System.Nullable``1[$($inner.FullName)]" } else { $Type.FullName }
}

# The value a parameter has when it is not given, as text: what its PSDefaultValue attribute says, else what its property
# holds in a new object of the cmdlet.
function Get-DefaultText {
    param($Command, $Parameter, $Instance)
    $said = $Parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.PSDefaultValueAttribute] }
    if ($said) { return $said.Help ? $said.Help : "$($said.Value)" }
    if ($Parameter.SwitchParameter) { return 'False' }
    $property = $Command.ImplementingType.GetProperty($Parameter.Name)
    if (-not $property) { return '' }
    foreach ($set in $Parameter.ParameterSets.Values) { if ($set.IsMandatory) { return '' } }
    $value = $property.GetValue($Instance)
    if ($null -eq $value) { return '' }
    @($value) -join ', '
}

# The values a parameter can have, where they are few: those of an enumeration.
function Get-AcceptedValue {
    param([type] $Type)
    if ($Type.IsArray) { $Type = $Type.GetElementType() }
    $inner = [System.Nullable]::GetUnderlyingType($Type)
    if ($inner) { $Type = $inner }
    if ($Type.IsEnum) { [System.Enum]::GetNames($Type) }
}

# The parameters of a cmdlet without the common ones.
function Get-OwnParameter {
    param($Command)
    $Command.Parameters.Values | Where-Object Name -notin $common | Sort-Object Name
}

function Format-ParameterYaml {
    param($Command, $Parameter, $Instance)
    "Type: $(Get-LongTypeName $Parameter.ParameterType)"
    "DefaultValue: $(ConvertTo-YamlText (Get-DefaultText $Command $Parameter -Instance $Instance))"
    $wildcards = @($Parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.SupportsWildcardsAttribute] }).Count -gt 0
    "SupportsWildcards: $("$wildcards".ToLowerInvariant())"
    Format-YamlList 'Aliases' $Parameter.Aliases
    'ParameterSets:'
    foreach ($set in $Parameter.ParameterSets.GetEnumerator()) {
        "- Name: $(ConvertTo-YamlText ($set.Key -eq '__AllParameterSets' ? '(All)' : $set.Key))"
        "  Position: $($set.Value.Position -eq [int]::MinValue ? 'Named' : $set.Value.Position)"
        "  IsRequired: $("$($set.Value.IsMandatory)".ToLowerInvariant())"
        foreach ($way in 'ValueFromPipeline', 'ValueFromPipelineByPropertyName', 'ValueFromRemainingArguments') {
            "  $way`: $("$($set.Value.$way)".ToLowerInvariant())"
        }
    }
    'DontShow: false'
    Format-YamlList 'AcceptedValues' @(Get-AcceptedValue $Parameter.ParameterType)
    "HelpMessage: ''"
}

function Format-YamlList {
    param([string] $Name, [AllowEmptyCollection()] [string[]] $Value)
    if (-not $Value) { return "$Name`: []" }
    "$Name`:"
    foreach ($one in $Value) { "- $(ConvertTo-YamlText $one)" }
}

# A parameter set as a line of syntax, broken as platyPS breaks it.
function Format-Syntax {
    param($Command, $Set)
    $own = @($Set.Parameters | Where-Object Name -notin $common)
    $named = @($own | Where-Object { $_.Position -eq [int]::MinValue })
    $ordered = @($own | Where-Object { $_.Position -ne [int]::MinValue } | Sort-Object Position) +
        @($named | Where-Object IsMandatory) + @($named | Where-Object -Not IsMandatory)
    $line = $Command.Name
    foreach ($parameter in $ordered) {
        $type = Get-ShortTypeName $parameter.ParameterType
        $word = "-$($parameter.Name)"
        if ($parameter.Position -ne [int]::MinValue) { $word = "[$word]" }
        if ($type -ne 'SwitchParameter') { $word += " <$type>" }
        if (-not $parameter.IsMandatory) { $word = "[$word]" }
        if ($line.Length + $word.Length + 1 -gt 100) {
            $line
            $line = ''
        }
        $line += " $word"
    }
    if ($line.Length + 21 -gt 100) {
        $line
        $line = ''
    }
    "$line [<CommonParameters>]"
}

# What can be piped in, by type: as the object itself, or by the name of a property it has.
function Get-InputText {
    param($Command)
    $texts = [ordered]@{}
    foreach ($parameter in $Command.Parameters.Values) {
        $sets = @($parameter.ParameterSets.Values)
        $whole = @($sets | Where-Object { $_.ValueFromPipeline }).Count -gt 0
        $byName = @($sets | Where-Object { $_.ValueFromPipelineByPropertyName }).Count -gt 0
        if (-not ($whole -or $byName)) { continue }
        $inner = [System.Nullable]::GetUnderlyingType($parameter.ParameterType)
        $type = ($inner ? $inner : $parameter.ParameterType).FullName
        if (-not $texts.Contains($type)) { $texts[$type] = @() }
        if ($whole) { $texts[$type] += "An object for **$($parameter.Name)**." }
        if ($byName) {
            $aliases = if ($parameter.Aliases) { " ($($parameter.Aliases -join ', '))" }
            $texts[$type] += "A property named $($parameter.Name)$aliases."
        }
    }
    $texts
}

# The types a cmdlet returns.
function Get-OutputTypeName {
    param($Command)
    $names = @($Command.OutputType | ForEach-Object { $_.Name } | Select-Object -Unique)
    if ($names) { $names } else { 'None' }
}

# The whole file of a cmdlet. Help is what Read-CommandHelp returned, or nothing for a new one.
function Format-CommandHelp {
    param($Command, $Help)
    $instance = [System.Activator]::CreateInstance($Command.ImplementingType)
    $text = { param($Value) if ($Value) { $Value } else { $todo } }
    $lines = @(
        '---'
        'document type: cmdlet'
        'external help file: GeneveNet.dll-Help.xml'
        "HelpUri: ''"
        'Locale: en-US'
        'Module Name: GeneveNet'
        "ms.date: $($Help.Date ? $Help.Date : (Get-Date -AsUTC -UFormat '%m/%d/%Y'))"
        'PlatyPS schema version: 2024-05-01'
        "title: $($Command.Name)"
        '---', ''
        "# $($Command.Name)", ''
        '## SYNOPSIS', '', (& $text $Help.Synopsis), ''
        '## SYNTAX', ''
        foreach ($set in $Command.ParameterSets) {
            "### $($set.Name)$($set.IsDefault ? ' (Default)' : '')", ''
            '```', (Format-Syntax $Command $set), '```', ''
        }
        '## ALIASES', ''
        '## DESCRIPTION', '', (& $text $Help.Description), ''
        '## EXAMPLES', ''
        foreach ($example in $Help.Examples) { "### $($example.Title)", '', $example.Text, '' }
        '## PARAMETERS', ''
        foreach ($parameter in Get-OwnParameter $Command) {
            $said = $Help.Parameters ? $Help.Parameters[$parameter.Name] : $null
            $words = if ($said.Text) { $said.Text } else { $usual[$parameter.Name] }
            "### -$($parameter.Name)", '', (& $text $words), ''
            '```yaml', (Format-ParameterYaml $Command $parameter -Instance $instance), '```', ''
        }
        '### CommonParameters', ''
        'This cmdlet supports the common parameters: -Debug, -ErrorAction, -ErrorVariable,'
        '-InformationAction, -InformationVariable, -OutBuffer, -OutVariable, -PipelineVariable,'
        '-ProgressAction, -Verbose, -WarningAction, and -WarningVariable. For more information, see'
        '[about_CommonParameters](https://go.microsoft.com/fwlink/?LinkID=113216).', ''
        '## INPUTS', ''
        foreach ($entry in (Get-InputText $Command).GetEnumerator()) { "### $($entry.Key)", '', ($entry.Value -join ' '), '' }
        '## OUTPUTS', ''
        foreach ($type in Get-OutputTypeName $Command) {
            "### $type", '', (& $text ($Help.Outputs ? $Help.Outputs[$type] : $null)), ''
        }
        '## NOTES', '', (& $text $Help.Notes), ''
        '## RELATED LINKS', '', (& $text $Help.Links), ''
    )
    $instance.Dispose()
    (@($lines | ForEach-Object { $_ }) -join "`n").TrimEnd() + "`n"
}
