# Tests that end in every way there is.
BeforeAll { Set-Content -Path $env:SAMPLE_LOG -Value 'root BeforeAll' }
AfterAll { Add-Content -Path $env:SAMPLE_LOG -Value 'root AfterAll' }

Describe 'outcome' {
    AfterEach { Add-Content -Path $env:SAMPLE_LOG -Value 'AfterEach' }
    AfterAll { Add-Content -Path $env:SAMPLE_LOG -Value 'AfterAll' }

    It 'passes' { }
    It 'fails an assertion' { 1 | Should -Be 2 }
    It 'throws' { throw 'x' }
    It 'hits a terminating error of a cmdlet' { Get-Item /no/such/item -ErrorAction Stop }
    It 'writes an error and goes on' { Write-Error 'x' -ErrorAction SilentlyContinue }
    It 'calls what does not exist' { No-SuchCommand }
    It 'is left out' -Skip { throw 'x' }
    It 'gives up' { Set-ItResult -Skipped -Because 'no reason' }
    It 'does not know' { Set-ItResult -Inconclusive }
    It 'stops early' { return; throw 'x' }
    It 'breaks out' { foreach ($i in 1) { break } }
    It 'named <Name> of <Data.Kind>' -ForEach @{ Name = 'sample'; Data = @{ Kind = 'thing' } } { }
}

Describe 'broken AfterEach' {
    AfterEach { throw 'x' }
    It 'fails the test' { }
}

Describe 'broken BeforeEach' {
    BeforeEach { throw 'x' }
    It 'fails the test' { Add-Content -Path $env:SAMPLE_LOG -Value 'must not run' }
}

Describe 'broken BeforeAll' {
    BeforeAll { throw 'x' }
    AfterAll { Add-Content -Path $env:SAMPLE_LOG -Value 'AfterAll of broken' }
    It 'fails all tests' { Add-Content -Path $env:SAMPLE_LOG -Value 'must not run' }
    Context 'inside' {
        It 'fails these too' { Add-Content -Path $env:SAMPLE_LOG -Value 'must not run' }
    }
}

Describe 'broken AfterAll' {
    AfterAll { throw 'x' }
    It 'leaves its tests as they are' { }
}

Describe 'all skipped' {
    BeforeAll { Add-Content -Path $env:SAMPLE_LOG -Value 'must not run' }
    It 'so its BeforeAll is not run' -Skip { }
}
