# What scripts call, compared with what there is: a script that no test runs still has to follow when a cmdlet changes.

# The calls of a script that cannot work: commands that do not exist, parameters that are not theirs by their full name.
function Get-UnknownCall ($Code) {
    $ast = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref]$null, [ref]$null)
    $own = @($ast.FindAll({ $args[0] -is [System.Management.Automation.Language.FunctionDefinitionAst] }, $true) | ForEach-Object Name)
    foreach ($call in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
        $name = $call.GetCommandName()
        if ($name -notmatch '^\w+-\w+$' -or $name -in $own) { continue }
        $command = Get-Command $name -ErrorAction Ignore
        if (-not $command) { "$name`: no such command"; continue }
        foreach ($word in $call.CommandElements) {
            if ($word -isnot [System.Management.Automation.Language.CommandParameterAst]) { continue }
            $found = try { $command.ResolveParameter($word.ParameterName).Name } catch { '' }
            if ($found -ne $word.ParameterName) { "$call`: no parameter $($word.ParameterName)" }
        }
    }
}

Export-ModuleMember -Function Get-UnknownCall
