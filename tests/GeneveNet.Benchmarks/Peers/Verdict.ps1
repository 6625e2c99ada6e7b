<#
.SYNOPSIS
How long Test-GenevePath takes for its verdict on a path that works, by stage, in a kernel with geneve. Each line is "NAME MILLISECONDS".
#>
param([string] $Module, [int] $Rounds = 5)

$ErrorActionPreference = 'Stop'
Import-Module $Module
$tests = [System.IO.Path]::Combine([System.IO.Path]::GetDirectoryName($Module), 'tests', 'Integration')
Import-Module ([System.IO.Path]::Combine($tests, 'Common.psm1'))
Import-Module ([System.IO.Path]::Combine($tests, 'PathFaults.psm1'))

foreach ($stage in 'direct', 'bridge') {
    $path = New-TestPath $stage
    try {
        $arguments = Get-PathArgument $path
        foreach ($way in 'probes', 'static') {
            for ($i = 0; $i -le $Rounds; $i++) {
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                $verdict = if ($way -eq 'static') { Test-GenevePath @arguments -Static } else { Test-GenevePath @arguments }
                $clock.Stop()
                if ("$($verdict.Cause)" -ne 'None') { throw "a path that works was accused: $($verdict.Sentence)" }
                # The first one of all compiles the code.
                if ($i -gt 0) { [System.Console]::Out.WriteLine([string]::Format([cultureinfo]::InvariantCulture, 'verdict-{0}-{1} {2:0.000}', $stage, $way, $clock.Elapsed.TotalMilliseconds)) }
            }
        }
    }
    finally { Remove-TestPath $path }
}
