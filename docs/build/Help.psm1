<#
The help of the module: docs/cmdlets/*.md and docs/about/*.md are its sources, en-US beside the manifest is made of them.

Written by hand in docs/cmdlets is the prose; front matter, SYNTAX, the yaml blocks and INPUTS are refreshed from the
built assembly, and a new cmdlet or parameter appears with a text to be filled in.

The files are in the schema of Microsoft.PowerShell.PlatyPS 1.0, which reads and writes them unchanged; where it is
installed, it is asked whether that is so. Refreshing and the MAML are nevertheless done here, so that the result is the
same whoever makes it. Besides, its Update-MarkdownCommandHelp appends the old text of a parameter to a new one, and its
Export-MamlCommandHelp leaves out default values and shows the code of an example with the fences of markdown around it.
#>

foreach ($part in 'Markdown', 'Command', 'Maml', 'About') { . "$PSScriptRoot/$part.ps1" }

$docs = Split-Path $PSScriptRoot
$destination = "$(Split-Path $docs)/en-US"

<#
.SYNOPSIS
The markdown files in a folder of docs.
#>
function Get-HelpSource {
    param([string] $Folder)
    Get-ChildItem "$docs/$Folder" -Filter *.md | Sort-Object Name
}

<#
.SYNOPSIS
The help as a table from file name to text: made from the markdown alone.
#>
function Get-ModuleHelp {
    $texts = [ordered]@{}
    foreach ($file in Get-HelpSource about) { $texts["$($file.BaseName).help.txt"] = ConvertTo-AboutText $file.FullName }
    $texts['GeneveNet.dll-Help.xml'] = ConvertTo-Maml @(Get-HelpSource cmdlets | ForEach-Object { Read-CommandHelp $_.FullName })
    $texts
}

<#
.SYNOPSIS
Makes the help where the shell looks for it.
.DESCRIPTION
Nothing is done while its last file is newer than everything it is made of.
#>
function Build-ModuleHelp {
    # A folder is newer when a file in it has come or gone.
    $folders = "$docs/cmdlets", "$docs/about", $PSScriptRoot
    $newest = @(Get-Item $folders) + @(Get-ChildItem $folders) | Measure-Object LastWriteTime -Maximum
    if (Test-Path "$destination/GeneveNet.dll-Help.xml" -NewerThan $newest.Maximum) { return }
    $texts = Get-ModuleHelp
    if (Test-Path $destination) { Remove-Item $destination -Recurse }
    $null = New-Item $destination -ItemType Directory
    foreach ($name in $texts.Keys) { Set-Content "$destination/$name" $texts[$name] -NoNewline }
}

<#
.SYNOPSIS
The markdown of a cmdlet as it should be: the prose of its file, and the rest from the assembly.
#>
function Get-RefreshedMarkdown {
    param([System.Management.Automation.CmdletInfo] $Command)
    $path = "$docs/cmdlets/$($Command.Name).md"
    $help = if (Test-Path $path) { Read-CommandHelp $path } else { @{} }
    Format-CommandHelp $Command $help
}

<#
.SYNOPSIS
Brings docs/cmdlets up to date with the module that is imported, and says what it wrote.
#>
function Sync-CommandMarkdown {
    foreach ($command in Get-Command -Module GeneveNet -CommandType Cmdlet) {
        $path = "$docs/cmdlets/$($command.Name).md"
        $text = Get-RefreshedMarkdown $command
        if ((Test-Path $path) -and (Get-Content $path -Raw) -ceq $text) { continue }
        Set-Content $path $text -NoNewline
        "Wrote $path"
    }
    $complaints = @(Test-PlatyPSMarkdown)
    if ($complaints) { throw ($complaints -join "`n") }
}

<#
.SYNOPSIS
What platyPS has against the files of docs/cmdlets; nothing where it is not installed, which is said with -Verbose.
#>
function Test-PlatyPSMarkdown {
    [CmdletBinding()]
    [OutputType([string])]
    param()
    if (-not (Get-Module Microsoft.PowerShell.PlatyPS -ListAvailable)) {
        Write-Verbose 'Microsoft.PowerShell.PlatyPS is not installed.'
        return
    }
    Import-Module Microsoft.PowerShell.PlatyPS -MinimumVersion 1.0.0
    $folder = (New-Item "Temp:/genevenet-platyps-$(New-Guid)" -ItemType Directory).FullName
    try {
        foreach ($path in (Get-HelpSource cmdlets).FullName) {
            if (-not (Test-MarkdownCommandHelp -Path $path)) { "platyPS does not take $path for help." }
            $read = Import-MarkdownCommandHelp -Path $path
            foreach ($message in $read.Diagnostics.Messages | Where-Object Severity -ne Information) {
                "platyPS, $path`: $($message.Message) ($($message.Identifier))"
            }
            # Front matter and parameters come out in an order that the session's language decides.
            $written = Export-MarkdownCommandHelp -CommandHelp $read -OutputFolder $folder -Force
            $was, $is = foreach ($file in $path, $written.FullName) { , @(Get-Content $file | Where-Object { $_.Trim() }) }
            if (Compare-Object $was $is -CaseSensitive) { "platyPS writes $path otherwise than it read it." }
        }
    }
    finally { Remove-Item $folder -Recurse }
}

Export-ModuleMember -Function @(
    'Build-ModuleHelp', 'Get-ModuleHelp', 'Get-HelpSource', 'Read-CommandHelp'
    'Sync-CommandMarkdown', 'Get-RefreshedMarkdown', 'Test-PlatyPSMarkdown'
)
