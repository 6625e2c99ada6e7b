<#
.SYNOPSIS
Runs one suite of tests, whose output is passed on as text.
.OUTPUTS
Lines of text as they come, then an object with Suite, Passed, Failed, Skipped and Duration.
#>
[CmdletBinding()]
param(
    # Unit (no kernel state), Plain (cmdlets, in the running kernel), Geneve (cmdlets, in a kernel with geneve), Faults (what is tagged
    # Fault, in such a kernel), Container (what is tagged so, in a privileged container on such a kernel) or Stock (what is tagged so, in Debian's own kernel).
    [Parameter(Mandatory)]
    [ValidateSet('Unit', 'Plain', 'Geneve', 'Faults', 'Container', 'Stock')]
    [string] $Suite,

    # Which files of the integration tests.
    [string[]] $Path = '*.Tests.ps1',

    # No tests with these tags.
    [string[]] $ExcludeTag,

    # The manifest of the Pester that runs the integration tests.
    [string] $Pester = 'Pester'
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/Engine.psm1"
$kernel = "$PSScriptRoot/Kernel/run"

# What stands before the engine to put it where the tests of a suite belong.
$places = @{
    # In mount and network namespaces of their own: names, links and sysctls are gone with them.
    Plain  = 'unshare', '--mount', '--net', 'sh', '-c',
        'mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && ip link set lo up && exec "$@"', 'sh'
    # The limit is for a run that hangs.
    Geneve = $kernel, '--timeout', '2400', '--'
    Stock  = $kernel, '--stock', '--timeout', '3600', '--'
}

$clock = [System.Diagnostics.Stopwatch]::StartNew()
$report = New-TemporaryFile
try {
    if ($Suite -eq 'Unit') {
        $tests = "$PSScriptRoot/GeneveNet.Core.Tests/bin/Release/net10.0/GeneveNet.Core.Tests.dll"
        & dotnet exec $tests -xml $report 2>&1 | ForEach-Object { "$_" }
        $counts = if ($report.Length) { ([xml](Get-Content $report -Raw)).assemblies.assembly }
        $failed = [int]$counts.failed + [int]$counts.errors
    }
    else {
        # A test tagged Stock runs nowhere else, one tagged StockToo there as well.
        switch ($Suite) {
            'Plain' { $ExcludeTag += 'Geneve', 'Stock' }
            'Geneve' { $ExcludeTag += 'Stock' }
            'Faults' {
                $ExcludeTag += 'Stock'
                $tag = 'Fault'
                $places.Faults = $places.Geneve
            }
            'Stock' { $tag = 'Stock', 'StockToo' }
            'Container' {
                $tag = 'Container'
                $Pester = (Get-Module $Pester -ListAvailable | Select-Object -First 1).Path
                # The container has the engine, the checkout and what is written, and nothing else of this machine.
                $dotnet = Split-Path ([System.Environment]::ProcessPath)
                $shared = $PSHOME, $dotnet, (Convert-Path "$PSScriptRoot/.."), (Split-Path $Pester), $report | Select-Object -Unique
                $places.Container = @($places.Geneve) + @(Get-EngineCommand) + @('-NoProfile', '-NonInteractive', '-File',
                    "$PSScriptRoot/Container/Invoke-Container.ps1", (& "$PSScriptRoot/Container/New-Root.ps1"), ($shared -join ':'))
            }
        }
        # The other files need not even be read there, and not find the programs they ask for.
        if ($tag) {
            $Path = Select-String "$PSScriptRoot/Integration/*.Tests.ps1" -Pattern "-Tag .*\b($($tag -join '|'))\b" -List |
                ForEach-Object Filename | Where-Object { $name = $_; $Path.Where{ $name -like $_ } }
        }
        $quote = { "'$($_ -replace "'", "''")'" }
        $script = "& '$PSScriptRoot/Integration/Run.ps1' -Pester '$Pester' -ResultPath '$report'"
        $script += " -Path $(($Path | ForEach-Object $quote) -join ',')"
        if ($tag) { $script += " -Tag $(($tag | ForEach-Object $quote) -join ',')" }
        if ($ExcludeTag) { $script += " -ExcludeTag $(($ExcludeTag | ForEach-Object $quote) -join ',')" }
        $program, [array] $arguments = @($places[$Suite]) + @(Get-EngineCommand)
        & $program @arguments -NoProfile -NonInteractive -Command $script 2>&1 | ForEach-Object { "$_" }
        $counts = Get-Content $report -Raw | ConvertFrom-Json
        $failed = $counts.Failed
    }

    # Tests that did not run have not passed.
    if (-not $counts -or [int]$counts.Passed + $failed -eq 0) {
        "The suite ran no test or did not finish (exit status $LASTEXITCODE)."
        $failed = [System.Math]::Max(1, $failed)
    }
    [pscustomobject]@{
        Suite    = $Suite
        Passed   = [int]$counts.Passed
        Failed   = $failed
        Skipped  = [int]$counts.Skipped
        Duration = $clock.Elapsed
    }
}
finally {
    Remove-Item $report
}
