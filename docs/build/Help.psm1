<#
The help of the module, made here: docs/cmdlets/*.md and docs/about/*.md are its sources, module/en-US is what ships.

Written by hand in docs/cmdlets is the prose; front matter, SYNTAX, the yaml blocks and INPUTS are refreshed from the
built assembly, and a new cmdlet or parameter appears with a text to be filled in.

The files are in the schema of Microsoft.PowerShell.PlatyPS 1.0, which reads and writes them unchanged; where it is
installed, it is asked whether that is so. Refreshing and the MAML are nevertheless done here, so that what is committed is
the same whoever makes it. Besides, its Update-MarkdownCommandHelp appends the old text of a parameter to a new one, and its
Export-MamlCommandHelp leaves out default values and shows the code of an example with the fences of markdown around it.
#>

foreach ($part in 'Markdown', 'Command', 'Maml', 'About') { . ([System.IO.Path]::Combine($PSScriptRoot, "$part.ps1")) }

$docs = [System.IO.Path]::GetDirectoryName($PSScriptRoot)
$shipped = [System.IO.Path]::Combine([System.IO.Path]::GetDirectoryName($docs), 'module', 'en-US')

# The files a folder has, in the order of their names, on every machine the same.
function Get-HelpSource {
    param([string] $Folder)
    $files = [System.Collections.Generic.List[string]]::new([System.IO.Directory]::GetFiles([System.IO.Path]::Combine($docs, $Folder), '*.md'))
    $files.Sort([System.StringComparer]::Ordinal)
    $files
}

# What is to ship, as a table from file name to text: made from the markdown alone.
function Get-ShippedHelp {
    $texts = [ordered]@{ 'GeneveNet.dll-Help.xml' = ConvertTo-Maml @(Get-HelpSource cmdlets | ForEach-Object { Read-CommandHelp $_ }) }
    foreach ($path in Get-HelpSource about) {
        $texts["$([System.IO.Path]::GetFileNameWithoutExtension($path)).help.txt"] = ConvertTo-AboutText $path
    }
    $texts
}

# The markdown of a cmdlet as it should be: the prose of its file, and the rest from the assembly.
function Get-RefreshedMarkdown {
    param($Command)
    $path = [System.IO.Path]::Combine($docs, 'cmdlets', "$($Command.Name).md")
    $help = if ([System.IO.File]::Exists($path)) { Read-CommandHelp $path } else { @{} }
    Format-CommandHelp $Command $help
}

# Writes a file where its text differs, and says so.
function Save-Text {
    param([string] $Path, [string] $Text)
    if ([System.IO.File]::Exists($Path) -and [System.IO.File]::ReadAllText($Path) -ceq $Text) { return }
    [System.IO.File]::WriteAllText($Path, $Text)
    "Wrote $Path"
}

# What platyPS has against the files of docs/cmdlets; nothing where it is not installed, which is said with -Verbose.
function Test-PlatyPSMarkdown {
    [CmdletBinding()]
    param()
    if (-not (Get-Module Microsoft.PowerShell.PlatyPS -ListAvailable)) {
        Write-Verbose 'Microsoft.PowerShell.PlatyPS is not installed.'
        return
    }
    Import-Module Microsoft.PowerShell.PlatyPS -MinimumVersion 1.0.0
    $folder = [System.IO.Directory]::CreateTempSubdirectory('genevenet-platyps').FullName
    try {
        foreach ($path in Get-HelpSource cmdlets) {
            if (-not (Test-MarkdownCommandHelp -Path $path)) { "platyPS does not take $path for help." }
            $read = Import-MarkdownCommandHelp -Path $path
            foreach ($message in $read.Diagnostics.Messages) {
                if ("$($message.Severity)" -ne 'Information') { "platyPS, $path`: $($message.Message) ($($message.Identifier))" }
            }
            # Front matter and parameters come out in an order that the session's language decides.
            $written = Export-MarkdownCommandHelp -CommandHelp $read -OutputFolder $folder -Force
            $texts = foreach ($file in $path, $written.FullName) {
                $lines = [System.IO.File]::ReadAllLines($file)
                [System.Array]::Sort($lines, [System.StringComparer]::Ordinal)
                ($lines -join "`n").Trim()
            }
            if ($texts[0] -cne $texts[1]) { "platyPS writes $path otherwise than it read it." }
        }
    }
    finally { [System.IO.Directory]::Delete($folder, $true) }
}

# Brings everything up to date with the module that is imported, and beside its manifest, where the shell looks.
function Build-ModuleHelp {
    foreach ($command in Get-Command -Module GeneveNet -CommandType Cmdlet) {
        Save-Text ([System.IO.Path]::Combine($docs, 'cmdlets', "$($command.Name).md")) (Get-RefreshedMarkdown $command)
    }
    $beside = [System.IO.Path]::Combine((Get-Module GeneveNet).ModuleBase, 'en-US')
    foreach ($folder in $shipped, $beside) {
        $null = [System.IO.Directory]::CreateDirectory($folder)
        foreach ($entry in (Get-ShippedHelp).GetEnumerator()) { Save-Text ([System.IO.Path]::Combine($folder, $entry.Key)) $entry.Value }
    }
    $complaints = @(Test-PlatyPSMarkdown)
    if ($complaints) { throw ($complaints -join "`n") }
}

Export-ModuleMember -Function Build-ModuleHelp, Test-PlatyPSMarkdown, Get-ShippedHelp, Get-RefreshedMarkdown, Get-HelpSource, Read-CommandHelp
