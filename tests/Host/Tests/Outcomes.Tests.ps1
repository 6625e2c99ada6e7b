# How a test ends, and what its end means for the others.
Describe 'A run with every outcome' {
    BeforeAll {
        . $PSScriptRoot/Sample.ps1
        $log = [System.IO.Path]::GetTempFileName()
        $env:SAMPLE_LOG = $log
        $results = Invoke-Sample Outcomes
        $lines = @(Get-Content $log)
    }

    AfterAll {
        $env:SAMPLE_LOG = $null
        Remove-Item $log
    }

    It '<Name>: <Expected>' -ForEach @(
        @{ Name = 'outcome.passes'; Expected = 'Passed' }
        @{ Name = 'outcome.fails an assertion'; Expected = 'Failed' }
        @{ Name = 'outcome.throws'; Expected = 'Failed' }
        @{ Name = 'outcome.hits a terminating error of a cmdlet'; Expected = 'Failed' }
        @{ Name = 'outcome.writes an error and goes on'; Expected = 'Passed' }
        @{ Name = 'outcome.calls what does not exist'; Expected = 'Failed' }
        @{ Name = 'outcome.is left out'; Expected = 'Skipped' }
        @{ Name = 'outcome.gives up'; Expected = 'Skipped' }
        @{ Name = 'outcome.does not know'; Expected = 'Inconclusive' }
        @{ Name = 'outcome.stops early'; Expected = 'Passed' }
        @{ Name = 'outcome.breaks out'; Expected = 'Passed' }
        @{ Name = 'outcome.named sample of thing'; Expected = 'Passed' }
        @{ Name = 'broken AfterEach.fails the test'; Expected = 'Failed' }
        @{ Name = 'broken BeforeEach.fails the test'; Expected = 'Failed' }
        @{ Name = 'broken BeforeAll.fails all tests'; Expected = 'Failed' }
        @{ Name = 'broken BeforeAll.inside.fails these too'; Expected = 'Failed' }
        @{ Name = 'broken AfterAll.leaves its tests as they are'; Expected = 'Passed' }
        @{ Name = 'all skipped.so its BeforeAll is not run'; Expected = 'Skipped' }
    ) {
        $results[$Name] | Should -BeExactly $Expected
    }

    It 'counts each of them' {
        $results.TotalCount | Should -Be 18
        $results.PassedCount | Should -Be 6
        $results.FailedCount | Should -Be 8
        $results.SkippedCount | Should -Be 3
        $results.FailedBlocksCount | Should -Be 2
        $results.FailedContainersCount | Should -Be 0
        $results.Result | Should -Be 'Failed'
    }

    It 'cleans up after failures' {
        $lines[0] | Should -Be 'root BeforeAll'
        $lines[-1] | Should -Be 'root AfterAll'
        @($lines -eq 'AfterEach') | Should -HaveCount 11
        @($lines -eq 'AfterAll') | Should -HaveCount 1
        $lines | Should -Contain 'AfterAll of broken'
        $lines | Should -Not -Contain 'must not run'
    }
}

Describe 'A file that cannot be read' {
    BeforeAll {
        . $PSScriptRoot/Sample.ps1
        $results = Invoke-Sample Unreadable
    }

    It 'fails the run though no test failed' {
        $results.FailedContainersCount | Should -Be 1
        $results.FailedCount | Should -Be 0
        $results.PassedCount | Should -Be 1
        $results.Result | Should -Be 'Failed'
    }
}

Describe 'A choice of tests' {
    BeforeAll {
        . $PSScriptRoot/Sample.ps1
    }

    It 'by <Argument> runs <Expected>' -ForEach @(
        @{ Argument = @('-Tag', 'Slow'); Expected = 'disk.slow', 'net.slow' }
        @{ Argument = @('-Tag', 'net*'); Expected = 'net.inner.deep', 'net.plain', 'net.slow' }
        @{ Argument = @('-ExcludeTag', 'Slow'); Expected = 'disk.plain', 'net.inner.deep', 'net.plain' }
        @{ Argument = @('-Tag', 'Network', '-ExcludeTag', 'Slow'); Expected = 'net.inner.deep', 'net.plain' }
        @{ Argument = @('-FullName', '*.slow'); Expected = 'disk.slow', 'net.slow' }
        @{ Argument = @('-FullName', 'net.inner'); Expected = , 'net.inner.deep' }
    ) {
        $results = Invoke-Sample Filters $Argument
        $passed = @($results.Keys | Where-Object { $results[$_] -eq 'Passed' -and $_ -ne 'Result' } | Sort-Object)
        $passed | Should -Be $Expected
        [int]$results.NotRunCount | Should -Be (5 - $Expected.Count)
        $results.Result | Should -Be 'Passed'
    }

    It 'does not run BeforeAll of a block without chosen tests' {
        $env:SAMPLE_NO_DISK = '1'
        try { $results = Invoke-Sample Filters '-Tag', 'Network' }
        finally { $env:SAMPLE_NO_DISK = $null }
        $results.Result | Should -Be 'Passed'
        $results.FailedBlocksCount | Should -Be 0
    }
}
