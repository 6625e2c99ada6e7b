<#
.SYNOPSIS
Runs the integration tests in this very kernel.
#>
[CmdletBinding()]
param(
    # Test files, or wildcards of them.
    [string[]] $Path = '*.Tests.ps1',

    # Only tests with these tags.
    [string[]] $Tag,

    # No tests with these tags.
    [string[]] $ExcludeTag,

    # The manifest of the Pester to run them with.
    [string] $Pester = 'Pester',

    # A JSON file for whoever adds up: Passed, Failed, Skipped.
    [string] $ResultPath
)

$ErrorActionPreference = 'Stop'
Import-Module $Pester -MinimumVersion 6.2.0
Import-Module "$PSScriptRoot/../../GeneveNet.psd1" -Force

$configuration = New-PesterConfiguration
$configuration.Run.Path = @((Get-ChildItem $PSScriptRoot -File | Where-Object { $name = $_.Name; $Path.Where{ $name -like $_ } }).FullName)
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$configuration.Output.RenderMode = 'Plaintext'
if ($Tag) { $configuration.Filter.Tag = $Tag }
if ($ExcludeTag) { $configuration.Filter.ExcludeTag = $ExcludeTag }
$result = Invoke-Pester -Configuration $configuration

# A file that could not be loaded holds tests that did not run: that counts as a failure.
$failed = $result.FailedCount + $result.FailedContainersCount
if ($ResultPath) {
    @{ Passed = $result.PassedCount; Failed = $failed; Skipped = $result.SkippedCount } | ConvertTo-Json | Set-Content $ResultPath
}

exit [int]($failed -gt 0)
