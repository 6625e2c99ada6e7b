# An assertion that cannot fail proves nothing: every operator must fail where it should, and so must its negation.
BeforeDiscovery {
    $number = 0
    $expectations = foreach ($case in & "$PSScriptRoot/Samples/OperatorCases.ps1") {
        $number++
        $filtered = $case.Operator -eq 'Throw' -and $case.ContainsKey('Expected')
        @{ Id = "$number $($case.Operator) Holds plain"; Expected = 'Passed' }
        @{ Id = "$number $($case.Operator) Holds not"; Expected = 'Failed' }
        @{ Id = "$number $($case.Operator) Violates plain"; Expected = 'Failed' }
        # -Not -Throw allows no error at all, whatever message is named.
        @{ Id = "$number $($case.Operator) Violates not"; Expected = if ($filtered) { 'Failed' } else { 'Passed' } }
    }
}

Describe 'Every operator of Should' {
    BeforeAll {
        . $PSScriptRoot/Sample.ps1
        $results = Invoke-Sample Operators
    }

    It '<Id> is <Expected>' -ForEach $expectations {
        $results["operator.$Id"] | Should -BeExactly $Expected
    }

    It 'ran every case' {
        [int]$results.TotalCount | Should -Be (4 * @(& "$PSScriptRoot/Samples/OperatorCases.ps1").Count)
        $results.Result | Should -Be 'Failed'
    }
}

Describe 'Should' {
    It 'ends with an error that names the assertion' {
        { 1 | Should -Be 2 } | Should -Throw -ErrorId 'PesterAssertionFailed*'
    }

    It 'says why when told' {
        { 1 | Should -Be 2 -Because 'they differ' } | Should -Throw -ExpectedMessage '*because they differ*'
    }

    It 'says what was expected and what came' {
        { 1 | Should -Be 2 } | Should -Throw -ExpectedMessage 'Expected 2,*but got 1*'
    }

    It 'judges each value of the pipeline where the operator takes one value' {
        3, 4 | Should -BeGreaterThan 2
        { 3, 1 | Should -BeGreaterThan 2 } | Should -Throw
    }

    It 'takes an empty pipeline as null' {
        @() | Should -Be $null
        @() | Should -BeNullOrEmpty
        @() | Should -HaveCount 0
        { @() | Should -Not -BeNullOrEmpty } | Should -Throw
    }

    It 'takes the value by name as well' {
        Should -ActualValue 5 -Be 5
        { Should -ActualValue 5 -Be 6 } | Should -Throw
    }

    It 'converts to the type of the expected value' {
        '5' | Should -Be 5
        5 | Should -Be '5'
        '05' | Should -Be 5
        { 5 | Should -Be '05' } | Should -Throw
    }

    It 'compares nested collections' {
        , @(1, @(2, 3)) | Should -Be @(, @(1, @(2, 3)))
        { , @(1, @(2, 3)) | Should -Be @(, @(1, @(2, 4))) } | Should -Throw
    }

    It 'refuses -Throw on what is not a script block' {
        { 5 | Should -Throw } | Should -Throw -ExceptionType ([System.ArgumentException])
    }

    It 'selects errors by type, message and id' {
        $block = { [void][int]::Parse('x') }
        $block | Should -Throw -ExceptionType ([System.Management.Automation.MethodInvocationException])
        $block | Should -Throw -ErrorId 'FormatException'
        $block | Should -Throw -ExpectedMessage '*not in a correct format*'
        { $block | Should -Throw -ExceptionType ([System.ArgumentNullException]) } | Should -Throw
        { $block | Should -Throw -ErrorId 'Other' } | Should -Throw
        { $block | Should -Throw -ExpectedMessage 'not in a correct format' } | Should -Throw
    }

    It 'hands over the caught error' {
        $caught = { throw 'one' } | Should -Throw -PassThru
        $caught.Exception.Message | Should -Be 'one'
    }
}
