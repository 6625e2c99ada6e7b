# A container is a test file: found, discovered, run.

# Test files named by path, or every *.Tests.ps1 below a directory.
function Find-TestFile ($Path, $ExcludePath) {
    $files = foreach ($each in $Path) {
        if (-not (Test-Path $each)) { continue }
        foreach ($item in @(Get-Item $each -Force)) {
            if ($item -is [System.IO.DirectoryInfo]) {
                [System.IO.Directory]::GetFiles($item.FullName, '*.Tests.ps1', 'AllDirectories') | Sort-Object
            }
            elseif ($item.Extension -eq '.ps1') { $item.FullName }
            else { throw "Script path '$item' is not a ps1 file." }
        }
    }
    $seen = [System.Collections.Generic.HashSet[string]]::new()
    $found = @($files | Where-Object { $seen.Add($_) -and -not (Test-Like $_ $ExcludePath) })
    if (-not $found) { throw 'No test files were found. Please ensure that you provided at least one path to a *.Tests.ps1 file.' }
    $found
}

# All files are discovered before the first test runs.
function Invoke-AllContainer ([string[]] $File) {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    Show-Line "`nRunning tests from $($File.Count) files." Magenta
    $containers = @(foreach ($path in $File) { Find-Test $path })
    foreach ($container in $containers) { Invoke-Container $container }
    New-RunResult $containers $watch.Elapsed
}

function Find-Test ($Path) {
    $script:Run.Phase = 'Discovery'
    $root = New-Block 'Root' $Path
    $container = [pscustomobject]@{
        PSTypeName  = 'Pester.Container'
        Name        = $Path
        Type        = 'File'
        Item        = $Path
        Root        = $root
        Result      = 'NotRun'
        TotalCount  = 0
        Duration    = [timespan]::Zero
        ErrorRecord = [System.Collections.Generic.List[object]]::new()
    }
    $script:Run.CurrentBlock = $root
    try { Enter-UserScriptScope { $null = & $script:Run.Scope.Load $Path } }
    catch { $container.ErrorRecord.Add($_) }
    # What was found before an error is run nevertheless, as Pester does; the run has failed in any case.
    Set-ShouldRun $root $script:Run.Configuration.Filter
    $container.TotalCount = @(Get-Test $root).Count
    $container
}

function Invoke-Container ($Container) {
    $script:Run.Phase = 'Run'
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    if ($Container.Root.ShouldRun) {
        Show-Container $Container
        Enter-UserScriptScope { Invoke-Block $Container.Root }
    }
    foreach ($test in Get-Test $Container.Root) { Set-Result $test }
    $Container.Duration = $watch.Elapsed

    $failedTests = @(Get-Test $Container.Root | Where-Object Result -EQ Failed)
    $failedBlocks = @(Get-Block $Container.Root | Where-Object { $_.ErrorRecord.Count })
    $Container.Result = if ($Container.ErrorRecord.Count + $failedTests.Count + $failedBlocks.Count) { 'Failed' }
    elseif ($Container.Root.ShouldRun) { 'Passed' }
    else { 'NotRun' }
    Show-ContainerEnd $Container
}
