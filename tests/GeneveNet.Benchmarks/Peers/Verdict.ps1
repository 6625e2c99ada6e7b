<#
.SYNOPSIS
Measures how long Test-GenevePath takes on a path that works, by stage, in a kernel with geneve. Each line is "NAME MILLISECONDS".
#>
[CmdletBinding()]
param(
    # The manifest of the module.
    [Parameter(Mandatory)]
    [string] $Module,

    # How many samples for each stage.
    [int] $Rounds = 5
)

$ErrorActionPreference = 'Stop'
Import-Module $Module
# The benchmarks run a copy of this script: the tests are found beside the module.
$tests = Join-Path (Split-Path $Module) 'tests/Integration'
Import-Module "$tests/Common.psm1", "$tests/TestPath.psm1"

foreach ($stage in 'direct', 'bridge') {
    $path = New-TestPath $stage
    try {
        $arguments = Get-PathArgument $path
        foreach ($way in 'probes', 'static') {
            # The first one compiles the code and does not count.
            foreach ($round in 0..$Rounds) {
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                $verdict = Test-GenevePath @arguments -Static:($way -eq 'static')
                $clock.Stop()
                if ("$($verdict.Cause)" -ne 'None') { throw "The path works, and the verdict was: $($verdict.Sentence)" }
                if ($round -gt 0) { "verdict-$stage-$way $([System.Math]::Round($clock.Elapsed.TotalMilliseconds, 3))" }
            }
        }
    }
    finally { Remove-TestPath $path }
}
