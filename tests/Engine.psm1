# Another PowerShell like the one that runs this.

<#
.SYNOPSIS
Returns the words of a command line that starts another PowerShell: a program, and for some engines an argument before all others.
.DESCRIPTION
An installed pwsh is a program of its own. PowerShell as a .NET tool is an assembly that `dotnet` runs, so the path of the
process is not enough; the program pwsh beside that assembly looks for .NET at fixed places, and only its owner may run it.
The words need neither HOME nor a tool manifest.
.EXAMPLE
$program, [array] $arguments = Get-EngineCommand
& $program @arguments -NoProfile -Command '$PSVersionTable'
#>
function Get-EngineCommand {
    $program = [System.Environment]::ProcessPath
    $program
    if ((Split-Path $program -Leaf) -ne 'pwsh') { Join-Path $PSHOME 'pwsh.dll' }
}

Export-ModuleMember -Function Get-EngineCommand
