# Makes the help file of the shell (MAML) from the markdown.

$maml = 'http://schemas.microsoft.com/maml/2004/10'
$commandSchema = 'http://schemas.microsoft.com/maml/dev/command/2004/10'
$dev = 'http://schemas.microsoft.com/maml/dev/2004/10'

# What all functions here write to: that of the file that ConvertTo-Maml is making.
$writer = $null

# Markdown as plain text: the shell shows what stands here as it is.
function ConvertTo-PlainText {
    param([string] $Text)
    $linked = $Text -replace '\[([^\]]+)\]\((https?://[^)]+)\)', '$1 ($2)' -replace '\[([^\]]+)\]\([^)]+\)', '$1'
    $linked -replace '\*\*([^*]+)\*\*', '$1' -replace '`'
}

# The paragraphs of a text, each as one line; the items of a list and the lines of code are paragraphs of their own.
function Split-Paragraph {
    param([AllowEmptyString()] [string] $Text)
    foreach ($block in Split-Block ($Text -split "`n")) {
        if ($block.Kind -ne 'text') {
            $block.Text
            continue
        }
        foreach ($part in [regex]::Split($block.Text, '\n\s*\n|\n(?=- )')) { ConvertTo-PlainText ($part -replace '\s*\n\s*', ' ') }
    }
}

# Writes an element with paragraphs in it.
function Write-Paragraph {
    param([string] $Name, [AllowNull()] [AllowEmptyCollection()] [string[]] $Text)
    $writer.WriteStartElement($Name, $maml)
    foreach ($one in $Text) { if ($one) { $writer.WriteElementString('para', $maml, $one) } }
    $writer.WriteEndElement()
}

function Write-DataType {
    param([string] $Name)
    $writer.WriteStartElement('type', $dev)
    $writer.WriteElementString('name', $maml, $Name)
    $writer.WriteElementString('uri', $maml, '')
    $writer.WriteEndElement()
}

# Writes a parameter as it is in one set, or by and large where that is 'all'.
function Write-Parameter {
    param([string] $Name, $Parameter, [string] $Set, [string] $ShortType)
    $data = $Parameter.Data
    $sets = @($data.ParameterSets | Where-Object { $Set -eq 'all' -or $_.Name -eq $Set -or $_.Name -eq '(All)' })
    $ways = @(
        if (@($sets | Where-Object { $_.ValueFromPipeline -eq 'true' })) { 'ByValue' }
        if (@($sets | Where-Object { $_.ValueFromPipelineByPropertyName -eq 'true' })) { 'ByPropertyName' }
    )
    $writer.WriteStartElement('parameter', $commandSchema)
    $writer.WriteAttributeString('required', "$(@($sets | Where-Object { $_.IsRequired -eq 'true' }).Count -gt 0)".ToLowerInvariant())
    $writer.WriteAttributeString('variableLength', "$($data.Type.EndsWith('[]'))".ToLowerInvariant())
    $writer.WriteAttributeString('globbing', $data.SupportsWildcards)
    $writer.WriteAttributeString('pipelineInput', $(if ($ways) { "true ($($ways -join ', '))" } else { 'false' }))
    $writer.WriteAttributeString('position', $sets[0].Position.ToLowerInvariant())
    $writer.WriteAttributeString('aliases', $(if ($data.Aliases) { $data.Aliases -join ', ' } else { 'none' }))
    $writer.WriteElementString('name', $maml, $Name)
    Write-Paragraph description @(Split-Paragraph $Parameter.Text)
    if ($data.AcceptedValues -and $Set -ne 'all') {
        $writer.WriteStartElement('parameterValueGroup', $commandSchema)
        foreach ($value in $data.AcceptedValues) {
            $writer.WriteStartElement('parameterValue', $commandSchema)
            $writer.WriteAttributeString('required', 'false')
            $writer.WriteAttributeString('variableLength', 'false')
            $writer.WriteString($value)
            $writer.WriteEndElement()
        }
        $writer.WriteEndElement()
    }
    if ($ShortType) {
        $writer.WriteStartElement('parameterValue', $commandSchema)
        $writer.WriteAttributeString('required', 'true')
        $writer.WriteAttributeString('variableLength', 'false')
        $writer.WriteString($ShortType)
        $writer.WriteEndElement()
    }
    Write-DataType ($data.Type -replace '^System\.Nullable`1\[(.*)\]$', '$1')
    $writer.WriteElementString('defaultValue', $dev, $(if ($data.DefaultValue) { $data.DefaultValue } else { 'None' }))
    $writer.WriteEndElement()
}

function Write-TypeList {
    param([string] $List, [string] $Item, $Entry)
    $writer.WriteStartElement($List, $commandSchema)
    foreach ($one in $Entry.GetEnumerator()) {
        $writer.WriteStartElement($Item, $commandSchema)
        Write-DataType $one.Key
        Write-Paragraph description @(Split-Paragraph $one.Value)
        $writer.WriteEndElement()
    }
    $writer.WriteEndElement()
}

# An example: its code, and below what is said of it. The shell puts the next one close to that, hence the blank line.
function Write-Example {
    param($Example)
    $writer.WriteStartElement('example', $commandSchema)
    $writer.WriteElementString('title', $maml, "-------- $(ConvertTo-PlainText $Example.Title) --------")
    $code = @($Example.Blocks | Where-Object { $_.Kind -eq 'powershell' } | ForEach-Object { $_.Text })
    Write-Paragraph introduction @()
    $writer.WriteElementString('code', $dev, ($code -join "`n`n"))
    $rest = foreach ($block in $Example.Blocks) {
        if ($block.Kind -eq 'text') { Split-Paragraph $block.Text }
        elseif ($block.Kind -ne 'powershell') { $block.Text }
    }
    $writer.WriteStartElement('remarks', $dev)
    foreach ($one in @($rest) + '') { $writer.WriteElementString('para', $maml, $one) }
    $writer.WriteEndElement()
    $writer.WriteEndElement()
}

function Write-Command {
    param($Help)
    $verb, $noun = $Help.Name -split '-', 2
    $writer.WriteStartElement('command', 'command', $commandSchema)
    $writer.WriteStartElement('details', $commandSchema)
    $writer.WriteElementString('name', $commandSchema, $Help.Name)
    $writer.WriteElementString('verb', $commandSchema, $verb)
    $writer.WriteElementString('noun', $commandSchema, $noun)
    Write-Paragraph description @(Split-Paragraph $Help.Synopsis)
    $writer.WriteEndElement()
    Write-Paragraph description @(Split-Paragraph $Help.Description)

    # The types as the lines of syntax have them; those are the same for each set.
    $types = @{}
    $writer.WriteStartElement('syntax', $commandSchema)
    foreach ($set in $Help.Syntax.GetEnumerator()) {
        $writer.WriteStartElement('syntaxItem', $commandSchema)
        $writer.WriteElementString('name', $maml, $Help.Name)
        foreach ($match in [regex]::Matches($set.Value, '-(\w+)\]?(?: <([^>]+)>)?')) {
            $name = $match.Groups[1].Value
            if (-not $Help.Parameters.Contains($name)) { continue }
            $types[$name] = $match.Groups[2].Value
            Write-Parameter $name $Help.Parameters[$name] -Set ($set.Key -replace ' \(Default\)$') -ShortType $types[$name]
        }
        $writer.WriteEndElement()
    }
    $writer.WriteEndElement()

    $writer.WriteStartElement('parameters', $commandSchema)
    foreach ($name in $Help.Parameters.Keys) { Write-Parameter $name $Help.Parameters[$name] -Set all -ShortType $types[$name] }
    $writer.WriteEndElement()
    Write-TypeList inputTypes -Item inputType -Entry $Help.Inputs
    Write-TypeList returnValues -Item returnValue -Entry $Help.Outputs

    $writer.WriteStartElement('alertSet', $maml)
    Write-Paragraph alert @(Split-Paragraph $Help.Notes)
    $writer.WriteEndElement()

    $writer.WriteStartElement('examples', $commandSchema)
    foreach ($example in $Help.Examples) { Write-Example $example }
    $writer.WriteEndElement()

    $writer.WriteStartElement('relatedLinks', $commandSchema)
    foreach ($match in [regex]::Matches($Help.Links, '(?m)^- \[([^\]]+)\]\(([^)]+)\)$')) {
        $writer.WriteStartElement('navigationLink', $maml)
        $writer.WriteElementString('linkText', $maml, $match.Groups[1].Value)
        # A link to another file of the documentation leads nowhere from the shell: its text is what to ask Get-Help for.
        $writer.WriteElementString('uri', $maml, $(if ($match.Groups[2].Value -like 'http*') { $match.Groups[2].Value } else { '' }))
        $writer.WriteEndElement()
    }
    $writer.WriteEndElement()
    $writer.WriteEndElement()
}

# The text of the help file for what Read-CommandHelp returned.
function ConvertTo-Maml {
    param([object[]] $Help)
    $settings = [System.Xml.XmlWriterSettings]::new()
    $settings.Indent = $true
    $settings.NewLineChars = "`n"
    $settings.Encoding = [System.Text.UTF8Encoding]::new($false)
    $stream = [System.IO.MemoryStream]::new()
    $script:writer = [System.Xml.XmlWriter]::Create($stream, $settings)
    $writer.WriteStartElement('helpItems', 'http://msh')
    $writer.WriteAttributeString('schema', 'maml')
    foreach ($prefix in @('maml', $maml), @('command', $commandSchema), @('dev', $dev)) {
        $writer.WriteAttributeString('xmlns', $prefix[0], $null, $prefix[1])
    }
    foreach ($one in $Help) { Write-Command $one }
    $writer.WriteEndElement()
    $writer.Dispose()
    [System.Text.Encoding]::UTF8.GetString($stream.ToArray()) + "`n"
}
