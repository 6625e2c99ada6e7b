<#
.SYNOPSIS
Runs the integration tests in this very kernel and prints one line of counts.
#>
[CmdletBinding()]
param(
    # Test files, or wildcards of them.
    [string[]] $Path = @('*.Tests.ps1'),

    # Only tests with these tags.
    [string[]] $Tag = @(),

    # No tests with these tags.
    [string[]] $ExcludeTag = @(),

    # Where "PASSED FAILED SKIPPED" is written for whoever adds up.
    [string] $ResultPath
)

$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.5.0
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'GeneveNet.psd1')) -Force

$configuration = New-PesterConfiguration
$configuration.Run.Path = @($Path | ForEach-Object { [System.IO.Directory]::GetFiles($PSScriptRoot, $_) })
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
if ($Tag) { $configuration.Filter.Tag = $Tag }
if ($ExcludeTag) { $configuration.Filter.ExcludeTag = $ExcludeTag }
$result = Invoke-Pester -Configuration $configuration

# A file that could not be loaded holds tests that did not run: that counts as a failure.
$failed = $result.FailedCount + $result.FailedContainersCount
if ($ResultPath) {
    [System.IO.File]::WriteAllText($ResultPath, "$($result.PassedCount) $failed $($result.SkippedCount)")
}

exit [int]($failed -gt 0)
