# Decides, once the tree is known, what runs: an excluding tag wins; a chosen block brings all it contains.

function Test-Like ($Values, $Patterns) {
    foreach ($pattern in $Patterns) {
        foreach ($value in $Values) { if ($value -like $pattern) { return $true } }
    }
    $false
}

function Test-Chosen ($Item, $Filter) {
    (Test-Like $Item.Tag $Filter.Tag) -or (Test-Like ($Item.Path -join '.') $Filter.FullName)
}

function Set-ShouldRun ($Block, $Filter) {
    $open = -not ($Filter.Tag -or $Filter.FullName)
    if (-not $Block.IsRoot) {
        $Block.Exclude = $Block.Parent.Exclude -or (Test-Like $Block.Tag $Filter.ExcludeTag)
        $Block.Include = -not $Block.Exclude -and ($Block.Parent.Include -or (Test-Chosen $Block $Filter))
        $Block.Skip = $Block.Skip -or $Block.Parent.Skip
    }

    foreach ($item in $Block.Order) {
        if ($item.ItemType -eq 'Block') {
            Set-ShouldRun $item $Filter
        }
        else {
            $excluded = $Block.Exclude -or (Test-Like $item.Tag $Filter.ExcludeTag)
            $item.ShouldRun = -not $excluded -and ($open -or $Block.Include -or (Test-Chosen $item $Filter))
            $item.Skip = $item.Skip -or $Block.Skip
        }
    }

    $running = @($Block.Order | Where-Object ShouldRun)
    $Block.ShouldRun = $running.Count -gt 0
    # A block in which everything is skipped needs no BeforeAll.
    $Block.Skip = $Block.Skip -or ($running.Count -gt 0 -and @($running | Where-Object { -not $_.Skip }).Count -eq 0)
}

# Every test of a block, in order.
function Get-Test ($Block) {
    foreach ($item in $Block.Order) { if ($item.ItemType -eq 'Test') { $item } else { Get-Test $item } }
}

# A block and every block in it.
function Get-Block ($Block) {
    $Block
    foreach ($item in $Block.Order) { if ($item.ItemType -eq 'Block') { Get-Block $item } }
}
