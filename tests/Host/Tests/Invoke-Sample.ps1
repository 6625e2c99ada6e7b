# Runs sample test files in a process of its own and writes one line per test: result, tab, full name.
# A test about failing tests needs this: in the process of the tests themselves the failures would count.
param(
    [Parameter(Mandatory)] [string] $Path,
    [string] $Tag = '',
    [string] $ExcludeTag = '',
    [string] $FullName = ''
)

Import-Module Pester
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'None'
if ($Tag) { $configuration.Filter.Tag = $Tag }
if ($ExcludeTag) { $configuration.Filter.ExcludeTag = $ExcludeTag }
if ($FullName) { $configuration.Filter.FullName = $FullName }

$result = Invoke-Pester -Configuration $configuration
foreach ($test in $result.Tests) { "$($test.Result)`t$($test.ExpandedPath)" }
foreach ($name in 'Total', 'Passed', 'Failed', 'Skipped', 'NotRun', 'FailedBlocks', 'FailedContainers') {
    "${name}Count`t$($result."${name}Count")"
}
"Result`t$($result.Result)"
