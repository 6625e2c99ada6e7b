# What a run gives back.

function New-RunResult ($Containers, $Duration) {
    $tests = @(foreach ($container in $Containers) { Get-Test $container.Root })
    $result = [ordered]@{
        PSTypeName = 'Pester.Run'
        Result     = 'Passed'
        Duration   = $Duration
        Containers = $Containers
        Tests      = $tests
        TotalCount = $tests.Count
    }
    foreach ($kind in 'Passed', 'Failed', 'Skipped', 'Inconclusive', 'NotRun') {
        $result[$kind] = @($tests | Where-Object Result -EQ $kind)
        $result["${kind}Count"] = $result[$kind].Count
    }
    $blocks = foreach ($container in $Containers) { Get-Block $container.Root }
    $result.FailedBlocks = @($blocks | Where-Object { $_.ErrorRecord.Count })
    $result.FailedBlocksCount = $result.FailedBlocks.Count
    $result.FailedContainers = @($Containers | Where-Object { $_.ErrorRecord.Count })
    $result.FailedContainersCount = $result.FailedContainers.Count
    if ($result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount) { $result.Result = 'Failed' }
    [pscustomobject]$result
}
