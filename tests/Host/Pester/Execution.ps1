# The run phase. `do { . $body } until ($true)` keeps a stray break or continue of a test from reaching the loops here.

function Invoke-Block ($Block) {
    if (-not $Block.ShouldRun) { return }

    $Block.Executed = $true
    $variables = ConvertTo-Variable $Block
    $arguments = ConvertTo-Argument $variables
    Enter-UserScope $variables {
        try {
            if ($Block.BeforeAll -and -not $Block.Skip) { $null = do { . $Block.BeforeAll @arguments } until ($true) }
            Set-ExpandedName $Block
            foreach ($item in $Block.Order) {
                if ($item.ItemType -eq 'Test') { Invoke-Test $item } else { Invoke-Block $item }
            }
        }
        catch {
            $Block.ErrorRecord.Add($_)
        }
        finally {
            try {
                if ($Block.AfterAll -and -not $Block.Skip) { $null = do { . $Block.AfterAll @arguments } until ($true) }
            }
            catch { $Block.ErrorRecord.Add($_) }
        }
    }
    if ($Block.ErrorRecord.Count) { Show-BlockFailure $Block }
}

function Invoke-Test ($Test) {
    if (-not $Test.ShouldRun) { return }

    Show-Block $Test.Block
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $Test.Executed = $true
    if ($Test.Skip) {
        Enter-UserScope (ConvertTo-Variable $Test) {
            # What a name needs may be made by code that was skipped too; then the name stays as it is.
            try { Set-ExpandedName $Test } catch { $null = $_ }
        }
        $Test.Skipped = $Test.Passed = $true
    }
    else {
        Invoke-TestBody $Test
        $verdict = $Test.ErrorRecord | ForEach-Object FullyQualifiedErrorId
        $Test.Skipped = $verdict -contains 'PesterTestSkipped'
        $Test.Inconclusive = $verdict -contains 'PesterTestInconclusive'
        $Test.Passed = $Test.ErrorRecord.Count -eq 0 -or $Test.Skipped -or $Test.Inconclusive
    }
    $Test.Duration = $watch.Elapsed
    Set-Result $Test
    Show-Test $Test
}

# BeforeEach, the test and AfterEach share one scope, as they do in Pester.
function Invoke-TestBody ($Test) {
    $before = [System.Collections.Generic.List[scriptblock]]::new()
    $after = [System.Collections.Generic.List[scriptblock]]::new()
    for ($block = $Test.Block; $block; $block = $block.Parent) {
        if ($block.BeforeEach) { $before.Insert(0, $block.BeforeEach) }
        if ($block.AfterEach) { $after.Add($block.AfterEach) }
    }

    $variables = ConvertTo-Variable $Test
    $arguments = ConvertTo-Argument $variables
    Enter-UserScope $variables {
        try {
            foreach ($fixture in $before) { $null = do { . $fixture @arguments } until ($true) }
            Set-ExpandedName $Test
            $Test.StandardOutput = do { . $Test.ScriptBlock @arguments } until ($true)
        }
        catch {
            $Test.ErrorRecord.Add($_)
        }
        finally {
            foreach ($fixture in $after) {
                try { $null = do { . $fixture @arguments } until ($true) }
                catch { $Test.ErrorRecord.Add($_) }
            }
        }
    }
}

function Set-ExpandedName ($Item) {
    if ($Item.ItemType -eq 'Block' -and $Item.IsRoot) { return }
    $parent = if ($Item.ItemType -eq 'Test') { $Item.Block } else { $Item.Parent }
    $Item.ExpandedName = Expand-Name $Item.Name
    $Item.ExpandedPath = if ($parent.IsRoot) { $Item.ExpandedName } else { "$($parent.ExpandedPath).$($Item.ExpandedName)" }
}

# A test that was to run and did not, because its block failed before it, has failed.
function Set-Result ($Test) {
    $Test.Result = if ($Test.Skipped) { 'Skipped' }
    elseif ($Test.Inconclusive) { 'Inconclusive' }
    elseif ($Test.Passed) { 'Passed' }
    elseif ($Test.ShouldRun) { 'Failed' }
    else { 'NotRun' }
}
