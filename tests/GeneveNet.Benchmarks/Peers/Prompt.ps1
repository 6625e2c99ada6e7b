<#
.SYNOPSIS
Measures what a user waits for at a prompt: the import, the first cmdlet, single cmdlets. Each line is "NAME MILLISECONDS".
.DESCRIPTION
Runs once for each sample, as a process is cold only once.
#>
[CmdletBinding()]
param(
    # The manifest of the module.
    [Parameter(Mandatory)]
    [string] $Module,

    # The module is an empty one, to compare with.
    [switch] $Empty
)

$ErrorActionPreference = 'Stop'
$ConfirmPreference = 'None'
$clock = [System.Diagnostics.Stopwatch]::new()

# A line of the output.
function Get-TimeText {
    param([string] $Name, [double] $Milliseconds)
    "$Name $([System.Math]::Round($Milliseconds, 3))"
}

# Formatting has been used at any prompt before: its first use does not count.
$null = [pscustomobject]@{ A = 1 } | Format-Table | Out-String

$clock.Restart()
Import-Module $Module
Get-TimeText ($Empty ? 'import-empty' : 'import') $clock.Elapsed.TotalMilliseconds
if ($Empty) { return }

$clock.Restart()
$null = Get-Link bench0
Get-TimeText 'first-cmdlet' $clock.Elapsed.TotalMilliseconds

$clock.Restart()
$null = Get-Link bench0 | Out-String
Get-TimeText 'first-table' $clock.Elapsed.TotalMilliseconds

# The minimum of many: a single cmdlet at a warm prompt, and one start of ip for the same.
$pairs = [ordered]@{
    'read-link'     = { $null = Get-Link bench0 }, { $null = & ip link show bench0 }
    'set-neighbor'  = { Set-StaticNeighbor 10.0.0.1 02:00:00:00:00:01 bench0 },
    { & ip neigh replace 10.0.0.1 lladdr 02:00:00:00:00:01 dev bench0 nud permanent }
    'list-neighbor' = { $null = Get-Neighbor }, { $null = & ip neigh }
    'resolve-route' = { $null = Resolve-Route 127.0.0.1 }, { $null = & ip route get 127.0.0.1 }
}
foreach ($name in $pairs.Keys) {
    $minimum = [double]::MaxValue, [double]::MaxValue
    for ($i = 0; $i -lt 60; $i++) {
        foreach ($side in 0, 1) {
            $do = $pairs[$name][$side]
            $clock.Restart()
            & $do
            $minimum[$side] = [System.Math]::Min($minimum[$side], $clock.Elapsed.TotalMilliseconds)
        }
    }
    Get-TimeText $name $minimum[0]
    Get-TimeText "$name-ip" $minimum[1]
}

# A second import in the same process.
Remove-Module GeneveNet
$clock.Restart()
Import-Module $Module
Get-TimeText 'import-again' $clock.Elapsed.TotalMilliseconds
