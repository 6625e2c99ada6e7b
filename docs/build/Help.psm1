<#
The help of the module, made here: docs/cmdlets/*.md and docs/about/*.md are its sources, module/en-US is what ships.

Written by hand in docs/cmdlets is the prose; front matter, SYNTAX, the yaml blocks and INPUTS are refreshed from the
built assembly, and a new cmdlet or parameter appears with a text to be filled in. The files are in the schema of
Microsoft.PowerShell.PlatyPS, which reads and writes them unchanged. The MAML is nevertheless made here and not by its
Export-MamlCommandHelp, so that the committed file is the same whoever makes it; that one also leaves out the default
values, and shows the code of an example with the fences of markdown around it.
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
function Set-Text {
    param([string] $Path, [string] $Text)
    if ([System.IO.File]::Exists($Path) -and [System.IO.File]::ReadAllText($Path) -ceq $Text) { return }
    [System.IO.File]::WriteAllText($Path, $Text)
    "Wrote $Path"
}

# Brings everything up to date with the module that is imported.
function Update-ModuleHelp {
    foreach ($command in Get-Command -Module GeneveNet -CommandType Cmdlet) {
        Set-Text ([System.IO.Path]::Combine($docs, 'cmdlets', "$($command.Name).md")) (Get-RefreshedMarkdown $command)
    }
    $null = [System.IO.Directory]::CreateDirectory($shipped)
    foreach ($entry in (Get-ShippedHelp).GetEnumerator()) { Set-Text ([System.IO.Path]::Combine($shipped, $entry.Key)) $entry.Value }
}

Export-ModuleMember -Function Update-ModuleHelp, Get-ShippedHelp, Get-RefreshedMarkdown, Get-HelpSource, Read-CommandHelp
