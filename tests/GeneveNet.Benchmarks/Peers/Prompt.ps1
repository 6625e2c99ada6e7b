<#
.SYNOPSIS
What somebody at a prompt waits for: import, the first cmdlet, single cmdlets. Each line is "NAME MILLISECONDS".
.DESCRIPTION
Run once for each sample: what is cold is cold only once in a process. -Empty imports a module without anything in it instead.
#>
param([string] $Module, [switch] $Empty)

$ErrorActionPreference = 'Stop'
$ConfirmPreference = 'None'
$clock = [System.Diagnostics.Stopwatch]::new()
function Write-Time {
    param([string] $Name, [double] $Milliseconds)
    [System.Console]::Out.WriteLine([string]::Format([cultureinfo]::InvariantCulture, '{0} {1:0.000}', $Name, $Milliseconds))
}

# The engine's own first steps are not the module's: output and formatting have been used at any prompt.
$null = [pscustomobject]@{ A = 1 } | Format-Table | Out-String

$clock.Restart()
Import-Module $Module
Write-Time $(if ($Empty) { 'import-empty' } else { 'import' }) $clock.Elapsed.TotalMilliseconds
if ($Empty) { return }

$clock.Restart()
$null = Get-Link bench0
Write-Time 'first-cmdlet' $clock.Elapsed.TotalMilliseconds

$clock.Restart()
$null = Get-Link bench0 | Out-String
Write-Time 'first-table' $clock.Elapsed.TotalMilliseconds

# The least of many: a single cmdlet at a warm prompt, and one start of ip for the same.
$pairs = [ordered]@{
    'read-link'     = { $null = Get-Link bench0 }, { $null = & ip link show bench0 }
    'set-neighbor'  = { Set-StaticNeighbor 10.0.0.1 02:00:00:00:00:01 bench0 }, { & ip neigh replace 10.0.0.1 lladdr 02:00:00:00:00:01 dev bench0 nud permanent }
    'list-neighbor' = { $null = Get-Neighbor }, { $null = & ip neigh }
    'resolve-route' = { $null = Resolve-Route 127.0.0.1 }, { $null = & ip route get 127.0.0.1 }
}
foreach ($name in $pairs.Keys) {
    $least = [double]::MaxValue, [double]::MaxValue
    for ($i = 0; $i -lt 60; $i++) {
        foreach ($side in 0, 1) {
            $do = $pairs[$name][$side]
            $clock.Restart()
            & $do
            $least[$side] = [System.Math]::Min($least[$side], $clock.Elapsed.TotalMilliseconds)
        }
    }
    Write-Time "$name" $least[0]
    Write-Time "$name-ip" $least[1]
}

# Again in the same process: what somebody pays who imports a second time.
Remove-Module GeneveNet
$clock.Restart()
Import-Module $Module
Write-Time 'import-again' $clock.Elapsed.TotalMilliseconds
