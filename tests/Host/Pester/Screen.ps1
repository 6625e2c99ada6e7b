# What a run shows, in the manner of Pester.

function Test-Verbosity ($Levels) { $script:Run.Configuration.Output.Verbosity -in $Levels }

function Show-Line ($Text, $Colour = 'Gray', [switch] $NoNewline) {
    if (-not (Test-Verbosity None)) { Write-Host $Text -ForegroundColor $Colour -NoNewline:$NoNewline }
}

function Get-Margin ($Item) { '  ' * ($Item.Path.Count - 1) }

function Show-Block ($Block) {
    if ($Block.IsRoot -or $Block.Shown) { return }
    Show-Block $Block.Parent
    $Block.Shown = $true
    if (Test-Verbosity Detailed, Diagnostic) {
        $word = if ($Block.Kind -eq 'Describe') { 'Describing' } else { 'Context' }
        Show-Line "$(Get-Margin $Block)$word $($Block.ExpandedName)" Green
    }
}

function Show-Test ($Test) {
    $detailed = Test-Verbosity Detailed, Diagnostic
    $margin = if ($detailed) { Get-Margin $Test } else { '' }
    $name = if ($detailed) { $Test.ExpandedName } else { $Test.ExpandedPath }
    if (-not $Test.Skip -and ($Test.Skipped -or $Test.Inconclusive)) { $name += " $($Test.ErrorRecord[0])" }
    if (-not $detailed -and $Test.Result -ne 'Failed') { return }

    $mark, $colour = switch ($Test.Result) {
        Passed { '[+]', 'DarkGreen' }
        Skipped { '[!]', 'Yellow' }
        Inconclusive { '[?]', 'Gray' }
        default { '[-]', 'Red' }
    }
    Show-Line "$margin$mark $name" $colour -NoNewline
    Show-Line " $(Format-Duration $Test.Duration)" DarkGray
    if ($Test.Result -eq 'Failed') { Show-Failure $Test.ErrorRecord "$margin  " }
}

function Show-Failure ($Errors, $Margin) {
    foreach ($record in $Errors) {
        $type = if ($record.FullyQualifiedErrorId -notlike 'PesterAssertionFailed*') { "$($record.Exception.GetType().Name): " }
        $place = Get-Place $record
        foreach ($line in @("$type$($record.Exception.Message)" -split '\r?\n') + $place) { Show-Line "$Margin $line" Red }
    }
}

# Where an error came from, without the steps of this module, which has no file where it made its code at run time.
function Get-Place ($Record) {
    foreach ($frame in "$($Record.ScriptStackTrace)" -split '\r?\n') {
        if ($frame -and -not $frame.Contains($PSScriptRoot) -and -not $frame.Contains('<No file>')) {
            $frame -replace '^at (.*), (.+): line (\d+)$', 'at $1, $2:$3'
        }
    }
}

function Show-BlockFailure ($Block) {
    Show-Block $Block
    $name = if ($Block.IsRoot) { $Block.Name } else { "$($Block.Kind) $($Block.ExpandedPath)" }
    Show-Line "[-] $name failed" Red
    Show-Failure $Block.ErrorRecord '  '
}

function Show-Container ($Container) {
    if (Test-Verbosity Detailed, Diagnostic) { Show-Line "`nRunning tests from '$($Container.Name)'" Magenta }
}

function Show-ContainerEnd ($Container) {
    if ($Container.ErrorRecord.Count) {
        Show-Line "[-] Discovery in $($Container.Name) failed with:" Red
        Show-Failure $Container.ErrorRecord '  '
    }
    elseif ((Test-Verbosity Normal, Minimal) -and $Container.Result -eq 'Passed') {
        Show-Line "[+] $($Container.Name) $(Format-Duration $Container.Duration) ($($Container.TotalCount) tests)" DarkGreen
    }
}

function Show-Summary ($Result) {
    Show-Line "Tests completed in $(Format-Duration $Result.Duration)" White
    $colour = if ($Result.Result -eq 'Failed') { 'Red' } else { 'DarkGreen' }
    Show-Line ("Tests Passed: {0}, Failed: {1}, Skipped: {2}, Inconclusive: {3}, NotRun: {4}" -f $Result.PassedCount,
        $Result.FailedCount, $Result.SkippedCount, $Result.InconclusiveCount, $Result.NotRunCount) $colour
    if ($Result.FailedBlocksCount) { Show-Line "BeforeAll \ AfterAll failed: $($Result.FailedBlocksCount)" Red }
    if ($Result.FailedContainersCount) { Show-Line "Container failed: $($Result.FailedContainersCount)" Red }
}
