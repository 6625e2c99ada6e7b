<#
.SYNOPSIS
The one entry point: builds, tests and shows GeneveNet.
.DESCRIPTION
Runs in PowerShell 7.6 (./build.ps1 Test) and, where that is not installed, in the engine host of this repository
(dotnet run --project tests/Host -- ./build.ps1 Test). What a task needs and the machine lacks is installed from the
package registries.
.EXAMPLE
./build.ps1 Test
Builds everything and runs all tests; ends with "N passed, N failed".
.EXAMPLE
./build.ps1 Test -Suite Geneve -Path 'Document.Tests.ps1'
Runs one file of the integration tests in a kernel that has geneve.
#>
[CmdletBinding()]
param(
    # Build: the module into module/bin. Test: all tests. Demo: two hosts talk through a tunnel. Bench: measures beside the peers.
    # Docs: brings the help up to date with the cmdlets. Package: the module as it is installed and published, into artifacts.
    # Clean: removes what was built.
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Demo', 'Bench', 'Docs', 'Package', 'Clean')]
    [string] $Task = 'Build',

    # Which tests: Unit (no kernel state), Plain (cmdlets, in the running kernel), Geneve (cmdlets, in a kernel with geneve).
    [ValidateSet('Unit', 'Plain', 'Geneve')]
    [string[]] $Suite = @('Unit', 'Plain', 'Geneve'),

    # Which files of the integration tests.
    [string[]] $Path = @('*.Tests.ps1'),

    # Bench: takes its time (half an hour and up to 50,000 objects) instead of ten minutes.
    [switch] $Full
)

$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$tests = [System.IO.Path]::Combine($root, 'tests')
$kernel = [System.IO.Path]::Combine($tests, 'Kernel', 'run')

# The program that runs this script: pwsh, or the engine host. It takes -File either way.
$engine = [System.Environment]::ProcessPath

function Invoke-Native {
    $program, [array] $arguments = $args
    & $program @arguments
    if ($LASTEXITCODE -ne 0) { throw "$program ended with exit status $LASTEXITCODE." }
}

# Debian's packages that the tests use as judges, or the benchmarks as peers; nothing is installed where all are there.
function Install-Prerequisite {
    param([string[]] $For = @('Kernel'))
    $missing = @($For | ForEach-Object { [System.IO.File]::ReadAllLines([System.IO.Path]::Combine($tests, $_, 'packages')) } | Where-Object {
            $name = $_.Trim()
            if (-not $name -or $name.StartsWith('#')) { return $false }
            $status = & dpkg-query -W -f '${db:Status-Status}' $name 2>$null
            "$status" -ne 'installed'
        })
    if (-not $missing) { return }
    "Installing $($missing -join ', ')"
    $null = & apt-get update
    # Installed to be started by tests in a kernel of their own: on this machine no service is to start (Docker's would
    # change the firewall). Debian asks this file before it starts one.
    $policy = '/usr/sbin/policy-rc.d'
    $ours = -not [System.IO.File]::Exists($policy)
    if ($ours) {
        [System.IO.File]::WriteAllText($policy, "#!/bin/sh`nexit 101`n")
        Invoke-Native chmod +x $policy
    }
    try {
        Invoke-Native env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends @missing | Out-Null
    }
    finally {
        if ($ours) { [System.IO.File]::Delete($policy) }
    }
}

# Project by project and not the solution: that has the engine host too, which cannot replace itself while it runs this.
function Invoke-Build {
    param([string[]] $Project = @('src/GeneveNet'))
    foreach ($one in $Project) {
        Invoke-Native dotnet build ([System.IO.Path]::Combine($root, $one)) --configuration Release --verbosity quiet -nologo
    }
}

# Adds a suite's counts to the sum, and says them.
$sum = [ordered]@{ Passed = 0; Failed = 0; Skipped = 0 }
function Add-Count {
    param([string] $Name, [int] $Passed, [int] $Failed, [int] $Skipped)
    if ($Passed + $Failed -eq 0) {
        "$Name ran no test, which counts as a failure."
        $Failed = 1
    }
    "$Name`: $Passed passed, $Failed failed, $Skipped skipped"
    $sum.Passed += $Passed
    $sum.Failed += $Failed
    $sum.Skipped += $Skipped
}

function Invoke-UnitTest {
    $report = [System.IO.Path]::GetTempFileName()
    try {
        & dotnet exec ([System.IO.Path]::Combine($tests, 'GeneveNet.Core.Tests', 'bin', 'Release', 'net10.0', 'GeneveNet.Core.Tests.dll')) -xml $report
        $counts = ([xml][System.IO.File]::ReadAllText($report)).assemblies.assembly
        Add-Count 'Unit tests' $counts.passed ([int]$counts.failed + [int]$counts.errors) $counts.skipped
    }
    finally {
        [System.IO.File]::Delete($report)
    }
}

# Runs the integration tests behind a prefix that puts them where they belong.
function Invoke-IntegrationTest {
    param([string] $Name, [string[]] $Prefix, [string[]] $ExcludeTag)
    $report = [System.IO.Path]::GetTempFileName()
    try {
        $run = [System.IO.Path]::Combine($tests, 'Integration', 'Run.ps1')
        $script = "& '$run' -Path '$($Path -join "','")' -ResultPath '$report'"
        if ($ExcludeTag) { $script += " -ExcludeTag '$($ExcludeTag -join "','")'" }
        $program, [array] $arguments = $Prefix
        & $program @arguments $engine -NoProfile -NonInteractive -Command $script
        $counts = @([System.IO.File]::ReadAllText($report) -split ' ')
        if ($counts.Count -ne 3) {
            "$Name did not finish (exit status $LASTEXITCODE)."
            $counts = 0, 1, 0
        }
        Add-Count $Name $counts[0] $counts[1] $counts[2]
    }
    finally {
        [System.IO.File]::Delete($report)
    }
}

switch ($Task) {
    'Build' {
        Invoke-Build
    }
    'Test' {
        # Elsewhere the tests with Docker are skipped, with a reason, where it cannot run.
        if ($env:CI -eq 'true') { $env:GENEVENET_REQUIRE_DOCKER = '1' }
        Install-Prerequisite
        Invoke-Build src/GeneveNet, tests/GeneveNet.Core.Tests
        # Not run here, but what they measure must not drift away from them.
        if ($Suite -contains 'Unit') { Invoke-Build tests/GeneveNet.Benchmarks }
        if ($Suite -contains 'Unit') { Invoke-UnitTest }
        if ($Suite -contains 'Plain') {
            # In mount and network namespaces of their own: names, links and sysctls are gone with them.
            $isolated = 'unshare', '--mount', '--net', 'sh', '-c', 'mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && ip link set lo up && exec "$@"', 'sh'
            Invoke-IntegrationTest 'Integration tests, running kernel' $isolated -ExcludeTag Geneve
        }
        if ($Suite -contains 'Geneve') {
            # What asks nothing of a kernel was tested in the running one. The limit is for a run that hangs.
            $alsoPlain = $Suite -contains 'Plain'
            Invoke-IntegrationTest 'Integration tests, kernel with geneve' @($kernel, '--timeout', '2400', '--') -ExcludeTag $(if ($alsoPlain) { 'NoKernel' })
        }
        ''
        "$($sum.Passed) passed, $($sum.Failed) failed"
        exit [int]($sum.Failed -gt 0)
    }
    'Demo' {
        Install-Prerequisite
        Invoke-Build
        & $kernel -- $engine -NoProfile -NonInteractive -File ([System.IO.Path]::Combine($root, 'docs', 'demo', 'TwoHosts.ps1'))
        exit $LASTEXITCODE
    }
    'Bench' {
        Install-Prerequisite Kernel, GeneveNet.Benchmarks
        Invoke-Build src/GeneveNet, tests/GeneveNet.Benchmarks
        $bench = [System.IO.Path]::Combine($tests, 'GeneveNet.Benchmarks', 'run')
        Invoke-Native $bench $engine @($Full ? '--full' : @())
        # What needs geneve, where that is; its figures stand in a folder of their own.
        Invoke-Native $kernel --timeout 3600 -- $bench $engine --parts 'race,verdict' --kinds geneve --counts ($Full ? '100,1000' : '100') --rounds 20 --budget ($Full ? 180 : 40) --into geneve
    }
    'Docs' {
        Invoke-Build
        Import-Module ([System.IO.Path]::Combine($root, 'GeneveNet.psd1'))
        Import-Module ([System.IO.Path]::Combine($root, 'docs', 'build', 'Help.psm1'))
        Build-ModuleHelp
    }
    'Package' {
        Invoke-Build
        & ([System.IO.Path]::Combine($root, 'src', 'Package', 'New-ModulePackage.ps1')) -Destination ([System.IO.Path]::Combine($root, 'artifacts'))
    }
    'Clean' {
        foreach ($folder in [System.IO.Directory]::GetDirectories($root, 'bin', 'AllDirectories') + [System.IO.Directory]::GetDirectories($root, 'obj', 'AllDirectories')) {
            # The engine that runs this script cannot remove itself.
            if ([System.IO.Directory]::Exists($folder) -and -not $engine.StartsWith($folder)) { [System.IO.Directory]::Delete($folder, $true) }
        }
    }
}
