# Makes the help file of the shell (MAML) from the markdown.

$maml = 'http://schemas.microsoft.com/maml/2004/10'
$commandSchema = 'http://schemas.microsoft.com/maml/dev/command/2004/10'
$dev = 'http://schemas.microsoft.com/maml/dev/2004/10'

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
    param($Writer, [string] $Name, [AllowNull()] [AllowEmptyCollection()] [string[]] $Text)
    $Writer.WriteStartElement($Name, $maml)
    foreach ($one in $Text) { if ($one) { $Writer.WriteElementString('para', $maml, $one) } }
    $Writer.WriteEndElement()
}

function Write-DataType {
    param($Writer, [string] $Name)
    $Writer.WriteStartElement('type', $dev)
    $Writer.WriteElementString('name', $maml, $Name)
    $Writer.WriteElementString('uri', $maml, '')
    $Writer.WriteEndElement()
}

# Writes a parameter as it is in one set, or by and large where that is 'all'.
function Write-Parameter {
    param($Writer, [string] $Name, $Parameter, [string] $Set, [string] $ShortType)
    $data = $Parameter.Data
    $sets = @($data.ParameterSets | Where-Object { $Set -eq 'all' -or $_.Name -eq $Set -or $_.Name -eq '(All)' })
    $ways = @(
        if (@($sets | Where-Object { $_.ValueFromPipeline -eq 'true' })) { 'ByValue' }
        if (@($sets | Where-Object { $_.ValueFromPipelineByPropertyName -eq 'true' })) { 'ByPropertyName' }
    )
    $Writer.WriteStartElement('parameter', $commandSchema)
    $Writer.WriteAttributeString('required', "$(@($sets | Where-Object { $_.IsRequired -eq 'true' }).Count -gt 0)".ToLowerInvariant())
    $Writer.WriteAttributeString('variableLength', "$($data.Type.EndsWith('[]'))".ToLowerInvariant())
    $Writer.WriteAttributeString('globbing', $data.SupportsWildcards)
    $Writer.WriteAttributeString('pipelineInput', $(if ($ways) { "true ($($ways -join ', '))" } else { 'false' }))
    $Writer.WriteAttributeString('position', $sets[0].Position.ToLowerInvariant())
    $Writer.WriteAttributeString('aliases', $(if ($data.Aliases) { $data.Aliases -join ', ' } else { 'none' }))
    $Writer.WriteElementString('name', $maml, $Name)
    Write-Paragraph $Writer description @(Split-Paragraph $Parameter.Text)
    if ($data.AcceptedValues -and $Set -ne 'all') {
        $Writer.WriteStartElement('parameterValueGroup', $commandSchema)
        foreach ($value in $data.AcceptedValues) {
            $Writer.WriteStartElement('parameterValue', $commandSchema)
            $Writer.WriteAttributeString('required', 'false')
            $Writer.WriteAttributeString('variableLength', 'false')
            $Writer.WriteString($value)
            $Writer.WriteEndElement()
        }
        $Writer.WriteEndElement()
    }
    if ($ShortType) {
        $Writer.WriteStartElement('parameterValue', $commandSchema)
        $Writer.WriteAttributeString('required', 'true')
        $Writer.WriteAttributeString('variableLength', 'false')
        $Writer.WriteString($ShortType)
        $Writer.WriteEndElement()
    }
    Write-DataType $Writer ($data.Type -replace '^System\.Nullable`1\[(.*)\]$', '$1')
    $Writer.WriteElementString('defaultValue', $dev, $(if ($data.DefaultValue) { $data.DefaultValue } else { 'None' }))
    $Writer.WriteEndElement()
}

function Write-TypeList {
    param($Writer, [string] $List, [string] $Item, $Entry)
    $Writer.WriteStartElement($List, $commandSchema)
    foreach ($one in $Entry.GetEnumerator()) {
        $Writer.WriteStartElement($Item, $commandSchema)
        Write-DataType $Writer $one.Key
        Write-Paragraph $Writer description @(Split-Paragraph $one.Value)
        $Writer.WriteEndElement()
    }
    $Writer.WriteEndElement()
}

# An example: its code, and below what is said of it. The shell puts the next one close to that, hence the blank line.
function Write-Example {
    param($Writer, $Example)
    $Writer.WriteStartElement('example', $commandSchema)
    $Writer.WriteElementString('title', $maml, "-------- $(ConvertTo-PlainText $Example.Title) --------")
    $code = @($Example.Blocks | Where-Object { $_.Kind -eq 'powershell' } | ForEach-Object { $_.Text })
    Write-Paragraph $Writer introduction @()
    $Writer.WriteElementString('code', $dev, ($code -join "`n`n"))
    $rest = foreach ($block in $Example.Blocks) {
        if ($block.Kind -eq 'text') { Split-Paragraph $block.Text }
        elseif ($block.Kind -ne 'powershell') { $block.Text }
    }
    $Writer.WriteStartElement('remarks', $dev)
    foreach ($one in @($rest) + '') { $Writer.WriteElementString('para', $maml, $one) }
    $Writer.WriteEndElement()
    $Writer.WriteEndElement()
}

function Write-Command {
    param($Writer, $Help)
    $verb, $noun = $Help.Name -split '-', 2
    $Writer.WriteStartElement('command', 'command', $commandSchema)
    $Writer.WriteStartElement('details', $commandSchema)
    $Writer.WriteElementString('name', $commandSchema, $Help.Name)
    $Writer.WriteElementString('verb', $commandSchema, $verb)
    $Writer.WriteElementString('noun', $commandSchema, $noun)
    Write-Paragraph $Writer description @(Split-Paragraph $Help.Synopsis)
    $Writer.WriteEndElement()
    Write-Paragraph $Writer description @(Split-Paragraph $Help.Description)

    # The types as the lines of syntax have them; those are the same for each set.
    $types = @{}
    $Writer.WriteStartElement('syntax', $commandSchema)
    foreach ($set in $Help.Syntax.GetEnumerator()) {
        $Writer.WriteStartElement('syntaxItem', $commandSchema)
        $Writer.WriteElementString('name', $maml, $Help.Name)
        foreach ($match in [regex]::Matches($set.Value, '-(\w+)\]?(?: <([^>]+)>)?')) {
            $name = $match.Groups[1].Value
            if (-not $Help.Parameters.Contains($name)) { continue }
            $types[$name] = $match.Groups[2].Value
            Write-Parameter $Writer $name $Help.Parameters[$name] ($set.Key -replace ' \(Default\)$') $types[$name]
        }
        $Writer.WriteEndElement()
    }
    $Writer.WriteEndElement()

    $Writer.WriteStartElement('parameters', $commandSchema)
    foreach ($name in $Help.Parameters.Keys) { Write-Parameter $Writer $name $Help.Parameters[$name] 'all' $types[$name] }
    $Writer.WriteEndElement()
    Write-TypeList $Writer 'inputTypes' 'inputType' $Help.Inputs
    Write-TypeList $Writer 'returnValues' 'returnValue' $Help.Outputs

    $Writer.WriteStartElement('alertSet', $maml)
    Write-Paragraph $Writer alert @(Split-Paragraph $Help.Notes)
    $Writer.WriteEndElement()

    $Writer.WriteStartElement('examples', $commandSchema)
    foreach ($example in $Help.Examples) { Write-Example $Writer $example }
    $Writer.WriteEndElement()

    $Writer.WriteStartElement('relatedLinks', $commandSchema)
    foreach ($match in [regex]::Matches($Help.Links, '(?m)^- \[([^\]]+)\]\(([^)]+)\)$')) {
        $Writer.WriteStartElement('navigationLink', $maml)
        $Writer.WriteElementString('linkText', $maml, $match.Groups[1].Value)
        # A link to another file of the documentation leads nowhere from the shell: its text is what to ask Get-Help for.
        $Writer.WriteElementString('uri', $maml, $(if ($match.Groups[2].Value -like 'http*') { $match.Groups[2].Value } else { '' }))
        $Writer.WriteEndElement()
    }
    $Writer.WriteEndElement()
    $Writer.WriteEndElement()
}

# The text of the help file for what Read-CommandHelp returned.
function ConvertTo-Maml {
    param([object[]] $Help)
    $settings = [System.Xml.XmlWriterSettings]::new()
    $settings.Indent = $true
    $settings.NewLineChars = "`n"
    $settings.Encoding = [System.Text.UTF8Encoding]::new($false)
    $stream = [System.IO.MemoryStream]::new()
    $writer = [System.Xml.XmlWriter]::Create($stream, $settings)
    $writer.WriteStartElement('helpItems', 'http://msh')
    $writer.WriteAttributeString('schema', 'maml')
    foreach ($prefix in @('maml', $maml), @('command', $commandSchema), @('dev', $dev)) {
        $writer.WriteAttributeString('xmlns', $prefix[0], $null, $prefix[1])
    }
    foreach ($one in $Help) { Write-Command $writer $one }
    $writer.WriteEndElement()
    $writer.Dispose()
    [System.Text.Encoding]::UTF8.GetString($stream.ToArray()) + "`n"
}
