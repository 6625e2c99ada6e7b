# Blocks of a test file are bound to the session state of the caller of Invoke-Pester. A variable that BeforeAll sets must
# be seen by the tests of its block and by nobody else, so each block and each test gets a scope *in that session state*:
# a wrapper bound to it opens the scope and calls back; what the callback dot-sources then runs in the new scope.

# Makes the wrappers for one run. Text becomes a script block of whatever session state evaluates it.
function New-UserScope ($SessionState) {
    $make = {
        @{
            Enter       = {
                foreach ($private:variable in $args[1].GetEnumerator()) {
                    $ExecutionContext.SessionState.PSVariable.Set($private:variable.Key, $private:variable.Value)
                }
                & $args[0]
            }
            ScriptScope = { & $args[0] $args[1] }
            Load        = { . $args[0] }
            Expand      = { & ([scriptblock]::Create($args[0])) $args[1] }
        }
    }
    $SessionState.InvokeCommand.InvokeScript($SessionState, [scriptblock]::Create("$make"), $null)[0]
}

# The variables are set by the wrapper itself: $_ belongs to the script block that sets it.
function Enter-UserScope ([hashtable] $Variables, [scriptblock] $Action) {
    & $script:Run.Scope.Enter $Action $Variables
}

function Enter-UserScriptScope ([scriptblock] $Action) {
    & $script:Run.Scope.ScriptScope "$PSScriptRoot/ScriptScope.ps1" $Action
}

# The data of -ForEach as variables: the keys of a dictionary, and $_ in any case.
function ConvertTo-Variable ($Item) {
    $variables = @{}
    if ($Item.HasData) {
        $variables['_'] = $Item.Data
        if ($Item.Data -is [System.Collections.IDictionary]) {
            foreach ($key in $Item.Data.Keys) { $variables[$key] = $Item.Data[$key] }
        }
    }
    $variables
}

# The same data as arguments, for script blocks that declare parameters.
function ConvertTo-Argument ($Variables) {
    $arguments = @{}
    foreach ($key in $Variables.Keys) { if ($key -ne '_') { $arguments[$key] = $Variables[$key] } }
    $arguments
}

# Replaces <name> in the name of a block or test by its value, evaluated in the current scope of the test file.
function Expand-Name ([string] $Name) {
    if ($Name -notlike '*<*') { return $Name }

    $text = [System.Text.StringBuilder]::new()
    $position = 0
    foreach ($match in [regex]::Matches($Name, '(?<!`)<([^>`]+)>|`([<>])|([`"$])')) {
        $null = $text.Append($Name, $position, $match.Index - $position)
        $null = if ($match.Groups[1].Success) { $text.Append('$(& $args[0] ($').Append($match.Groups[1].Value).Append('))') }
        elseif ($match.Groups[2].Success) { $text.Append($match.Groups[2].Value) }
        else { $text.Append('`').Append($match.Groups[3].Value) }
        $position = $match.Index + $match.Length
    }
    $null = $text.Append($Name, $position, $Name.Length - $position)
    & $script:Run.Scope.Expand ('"' + $text + '"') ${function:Format-TemplateValue}
}
