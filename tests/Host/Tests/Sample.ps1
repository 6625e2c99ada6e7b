# For BeforeAll: runs a sample and gives a table from a test's name, or the name of a count, to its result.
function Invoke-Sample ([string] $Name, [string[]] $Argument = @()) {
    $sample = '-File', "$PSScriptRoot/Invoke-Sample.ps1", '-Path', "$PSScriptRoot/Samples/$Name.ps1"
    $lines = & ([Environment]::ProcessPath) -NoProfile -NonInteractive @sample @Argument
    $results = @{ Lines = @($lines) }
    foreach ($line in $lines) {
        $left, $right = $line -split "`t", 2
        if ($left -cin 'Passed', 'Failed', 'Skipped', 'Inconclusive', 'NotRun') { $results[$right] = $left }
        else { $results[$left] = $right }
    }
    $results
}
