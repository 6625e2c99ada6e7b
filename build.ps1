<#
.SYNOPSIS
The one entry point: builds, tests and shows GeneveNet.
.DESCRIPTION
Runs in PowerShell 7.6: an installed one, or the .NET tool that .config/dotnet-tools.json names
(dotnet tool restore && dotnet pwsh ./build.ps1 Test). What else a task needs is installed from the package registries.
.EXAMPLE
./build.ps1 Test
Builds everything and runs all tests; ends with "N passed, N failed".
.EXAMPLE
./build.ps1 Test -Suite Geneve -Path Document.Tests.ps1
Runs one file of the integration tests in a kernel that has geneve.
#>
[CmdletBinding()]
param(
    # Build: the module into module/bin, its help into en-US. Test: all tests. Demo: two hosts talk through a tunnel.
    # Bench: measures beside the peers.
    # Docs: brings docs/cmdlets up to date with the cmdlets, and docs/faults.md with the faults.
    # Package: the module as it is installed and published, into artifacts.
    # Clean: removes what was built.
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Demo', 'Bench', 'Docs', 'Package', 'Clean')]
    [string] $Task = 'Build',

    # Which tests: Unit (no kernel state), Plain (cmdlets, in the running kernel), Geneve (cmdlets, in a kernel with geneve),
    # Faults (paths that are broken, in such a kernel), Container (some of them in a privileged container on such a kernel), Stock (what only Debian's own kernel shows, in that kernel).
    [ValidateSet('Unit', 'Plain', 'Geneve', 'Faults', 'Container', 'Stock')]
    [string[]] $Suite = @('Geneve', 'Stock', 'Faults', 'Container', 'Unit', 'Plain'),

    # Which files of the integration tests.
    [string[]] $Path = '*.Tests.ps1',

    # Bench: takes its time (half an hour and up to 50,000 objects) instead of ten minutes. Test: all of the suite Stock.
    [switch] $Full
)

$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
if ([System.Console]::IsOutputRedirected) { $PSStyle.OutputRendering = 'PlainText' }
$kernel = "$root/tests/Kernel/run"
Import-Module "$root/tests/Engine.psm1"

function Invoke-Native {
    $program, [array] $arguments = $args
    & $program @arguments
    if ($LASTEXITCODE -ne 0) { throw "$program ended with exit status $LASTEXITCODE." }
}

# Debian's packages that the tests use as judges, or the benchmarks as peers; nothing is installed where all are there.
function Install-Prerequisite {
    param([string[]] $List = 'Kernel/packages')
    $packages = Get-Content ($List | ForEach-Object { "$root/tests/$_" }) | Where-Object { $_ -and $_ -notlike '#*' }
    $missing = $packages | Where-Object { "$(& dpkg-query -W -f '${db:Status-Status}' $_ 2>$null)" -ne 'installed' }
    if (-not $missing) { return }
    "Installing $($missing -join ', ')"
    $null = & apt-get update
    # Installed to be started by tests in a kernel of their own: on this machine no service is to start (Docker's would
    # change the firewall). Debian asks this file before it starts one.
    $policy = '/usr/sbin/policy-rc.d'
    $ours = -not (Test-Path $policy)
    if ($ours) {
        Set-Content $policy "#!/bin/sh`nexit 101"
        Invoke-Native chmod +x $policy
    }
    try {
        Invoke-Native env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends @missing | Out-Null
    }
    finally {
        if ($ours) { Remove-Item $policy }
    }
}

# Builds the module, or other projects, and the help that goes with it.
function Invoke-Build {
    param([string[]] $Project = 'src/GeneveNet')
    foreach ($one in $Project) {
        Invoke-Native dotnet build "$root/$one" --configuration Release --verbosity quiet -nologo
    }
    Import-Module "$root/docs/build/Help.psm1"
    Build-ModuleHelp
}

# Downloads Pester where it is missing and returns the path of its manifest.
function Get-Pester {
    Invoke-Native dotnet restore "$root/tests/Integration" --verbosity quiet
    Invoke-Native dotnet msbuild "$root/tests/Integration" '-getProperty:PesterModule'
}

# Runs suites side by side on two processors, the lines of each behind its name, and exits with the sum.
function Invoke-Test {
    param([string[]] $Suite, [string[]] $Path)
    $script = "$root/tests/Invoke-Suite.ps1"
    $arguments = @{ Path = $Path; Pester = Get-Pester }
    # What asks nothing of a kernel needs to be tested in one only.
    $exclude = @{
        Geneve = @(if ($Suite -contains 'Plain') { 'NoKernel' }) + @(if ($Suite -contains 'Faults') { 'Fault' })
        Stock  = @(if (-not $Full) { 'Full' })
    }
    $results = @($Suite | ForEach-Object -ThrottleLimit 2 -Parallel {
            $name = $_
            $shared = $using:arguments
            & $using:script -Suite $name -ExcludeTag ($using:exclude)[$name] @shared |
                ForEach-Object { $_ -is [string] ? [pscustomobject]@{ Suite = $name; Line = $_ } : $_ }
        } | ForEach-Object {
            if ($_.PSObject.Properties['Line']) { Write-Host ('{0,-9} {1}' -f $_.Suite, $_.Line) }
            else { $_ }
        })
    $results | Format-Table Suite, Passed, Failed, Skipped, @{ Name = 'Duration'; Expression = { $_.Duration.ToString('mm\:ss') } }
    $passed, $failed, $skipped = foreach ($count in 'Passed', 'Failed', 'Skipped') { ($results | Measure-Object $count -Sum).Sum }
    # One that ended without a word has not passed.
    $failed += @($Suite | Where-Object { $_ -notin $results.Suite }).Count
    "$passed passed, $failed failed, $skipped skipped"
    exit [int]($failed -gt 0)
}

switch ($Task) {
    'Build' {
        Invoke-Build
    }
    'Test' {
        # Elsewhere the tests with Docker are skipped, with a reason, where it cannot run.
        if ($env:CI -eq 'true') { $env:GENEVENET_REQUIRE_DOCKER = '1' }
        $lists = @{ Container = 'Container/packages'; Stock = 'Kernel/packages.stock' }
        Install-Prerequisite (@('Kernel/packages') + @($Suite | Where-Object { $lists[$_] } | ForEach-Object { $lists[$_] }))
        Invoke-Build src/GeneveNet, tests/GeneveNet.Core.Tests
        # Not run here, but what they measure must not drift away from them.
        if ($Suite -contains 'Unit') { Invoke-Build tests/GeneveNet.Benchmarks }
        Invoke-Test $Suite $Path
    }
    'Demo' {
        Install-Prerequisite
        Invoke-Build
        $engine = @(Get-EngineCommand)
        # The engine in there sees no terminal either way; a log is to have no colours.
        if ([System.Console]::IsOutputRedirected) { $env:NO_COLOR = '1' }
        & $kernel @engine -NoProfile -NonInteractive -File "$root/docs/demo/TwoHosts.ps1"
        exit $LASTEXITCODE
    }
    'Bench' {
        Install-Prerequisite Kernel/packages, GeneveNet.Benchmarks/packages
        Invoke-Build src/GeneveNet, tests/GeneveNet.Benchmarks
        $bench = "$root/tests/GeneveNet.Benchmarks/run"
        $engine = @(Get-EngineCommand)
        Invoke-Native $bench @engine '--' @($Full ? '--full' : @())
        # What needs geneve, where that is; its figures stand in a folder of their own.
        $counts, $budget = $Full ? ('100,1000', 180) : (100, 40)
        $parts = '--parts', 'race,verdict', '--kinds', 'geneve', '--rounds', 20, '--into', 'geneve'
        Invoke-Native $kernel --timeout 3600 '--' $bench @engine '--' @parts --counts $counts --budget $budget
    }
    'Docs' {
        Invoke-Build
        Import-Module "$root/GeneveNet.psd1"
        Sync-CommandMarkdown
        Import-Module "$root/tests/Integration/PathFaults.psm1"
        @(Get-Content "$root/docs/faults.md" | Where-Object { $_ -notlike '|*' }) + @(Get-PathFaultTable) | Set-Content "$root/docs/faults.md"
        Build-ModuleHelp
    }
    'Package' {
        Invoke-Build
        & "$root/src/Package/New-ModulePackage.ps1" -Destination "$root/artifacts"
    }
    'Clean' {
        Get-ChildItem $root -Directory -Recurse -Include bin, obj, en-US | Remove-Item -Recurse
    }
}
