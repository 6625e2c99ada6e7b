# What scripts call, compared with what exists: a script that no test runs still has to follow when a cmdlet changes.

using namespace System.Management.Automation.Language

# Returns the calls of a script that cannot work: commands that do not exist, parameters they do not have by that full name.
function Get-UnknownCall {
    param([string] $Code)
    $ast = [Parser]::ParseInput($Code, [ref]$null, [ref]$null)
    $own = @($ast.FindAll({ $args[0] -is [FunctionDefinitionAst] }, $true) | ForEach-Object Name)
    foreach ($call in $ast.FindAll({ $args[0] -is [CommandAst] }, $true)) {
        $name = $call.GetCommandName()
        if ($name -notmatch '^\w+-\w+$' -or $name -in $own) { continue }
        $command = Get-Command $name -ErrorAction Ignore
        if (-not $command) { "$name`: no such command"; continue }
        foreach ($word in $call.CommandElements) {
            if ($word -isnot [CommandParameterAst]) { continue }
            $found = try { $command.ResolveParameter($word.ParameterName).Name } catch { '' }
            if ($found -ne $word.ParameterName) { "$call`: no parameter $($word.ParameterName)" }
        }
    }
}

Export-ModuleMember -Function Get-UnknownCall
