# Makes a topic of the shell's help (about_NAME.help.txt) from markdown: 80 columns, a heading at the margin, the rest behind it.

$width = 80

# A text in lines that fit, the first and the others with an indentation of their own.
function Format-Paragraph {
    param([string] $Text, [string] $First, [string] $Next)
    $line = $First
    $empty = $true
    foreach ($word in ($Text -split '\s+')) {
        if (-not $empty -and $line.Length + 1 + $word.Length -gt $width) {
            $line
            $line = $Next
            $empty = $true
        }
        $line += $(if ($empty) { $word } else { " $word" })
        $empty = $false
    }
    $line
}

function ConvertTo-AboutText {
    param([string] $Path)
    $lines = @(Get-Content $Path)
    $name = Split-Path $Path -LeafBase
    if ($lines[0] -ne "# $name") { throw "$Path must begin with '# $name'." }
    $parts = Split-Heading $lines 2
    $text = @(
        'TOPIC', "    $name"
        foreach ($title in $parts.Keys) {
            if (-not $title) { continue }
            '', $title.ToUpperInvariant()
            $first = $true
            foreach ($block in Split-Block $parts[$title]) {
                if ($block.Kind -ne 'text') {
                    ''
                    foreach ($line in $block.Text -split "`n") { "        $line".TrimEnd() }
                    continue
                }
                foreach ($part in [regex]::Split($block.Text, '\n\s*\n|\n(?=- )')) {
                    $item = $part.StartsWith('- ')
                    if (-not $first -and -not ($item -and $wasItem)) { '' }
                    $first = $false
                    $wasItem = $item
                    $plain = ConvertTo-PlainText ($part -replace '^- ' -replace '\s*\n\s*', ' ')
                    if ($plain.StartsWith('### ')) { "  $($plain.Substring(4))" }
                    elseif ($item) { Format-Paragraph $plain -First '    - ' -Next '      ' }
                    else { Format-Paragraph $plain -First '    ' -Next '    ' }
                }
            }
        }
    )
    ($text -join "`n") + "`n"
}
