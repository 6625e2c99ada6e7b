# What is visible where.
BeforeDiscovery {
    $discovered = @(
        @{ Label = 'one'; Number = 1 }
        @{ Label = 'two'; Number = 2 }
    )
}

$ofTheFile = 'set when the file is read'

BeforeAll {
    $ofRoot = 'root'
    $script:ofScript = 'script'
    function Get-OfRoot { "function in $ofRoot" }
}

AfterAll {
    $ofRoot | Should -Be 'root'
}

Describe 'The two phases' {
    $ofDescribe = 'set in discovery'

    It 'keep a variable of the file or of a block out of the tests' {
        Test-Path Variable:ofRoot | Should -BeTrue
        Test-Path Variable:ofTheFile | Should -BeFalse
        Test-Path Variable:ofDescribe | Should -BeFalse
        Test-Path Variable:discovered | Should -BeFalse
    }

    It 'know where the file is' {
        $PSScriptRoot | Should -BeLike '*/Tests'
        $PSCommandPath | Should -Be "$PSScriptRoot/Language.Tests.ps1"
    }
}

Describe 'Scopes' {
    BeforeAll {
        $ofBlock = 'block'
        $counter = [System.Collections.Generic.List[string]]::new()
    }

    BeforeEach {
        $ofEach = "each $ofBlock"
        $counter.Add('before')
    }

    AfterEach {
        $ofTest | Should -Be 'test'
        $counter.Add('after')
    }

    It 'show what BeforeAll and BeforeEach set' {
        $ofTest = 'test'
        $ofRoot | Should -Be 'root'
        $ofBlock | Should -Be 'block'
        $ofEach | Should -Be 'each block'
        $script:ofScript | Should -Be 'script'
        Get-OfRoot | Should -Be 'function in root'
    }

    It 'do not carry a variable from test to test' {
        Test-Path Variable:ofTest | Should -BeFalse
        $ofTest = 'test'
        $ofBlock = 'changed here only'
        $ofBlock | Should -Be 'changed here only'
    }

    It 'give the next test the value of BeforeAll again' {
        $ofTest = 'test'
        $ofBlock | Should -Be 'block'
    }

    It 'run BeforeEach and AfterEach around each test' {
        $ofTest = 'test'
        $counter | Should -Be @('before', 'after', 'before', 'after', 'before', 'after', 'before')
    }

    Context 'of a child block' {
        BeforeAll { $ofChild = "child of $ofBlock" }
        BeforeEach { $order = "$ofEach, then child" }

        It 'continue the parent''s' {
            $ofTest = 'test'
            $ofChild | Should -Be 'child of block'
            $order | Should -Be 'each block, then child'
        }
    }

    It 'keep the variables of a child block from its parent' {
        $ofTest = 'test'
        Test-Path Variable:ofChild | Should -BeFalse
    }
}

Describe 'Data <Label>' -ForEach $discovered {
    BeforeAll { $doubled = $Number * 2 }

    It 'is there as variables (<Number>)' {
        $Label | Should -BeIn 'one', 'two'
        $_.Label | Should -Be $Label
        $doubled | Should -Be ($Number * 2)
    }

    It 'combines with the data of a test: <Letter>' -TestCases @{ Letter = 'a' }, @{ Letter = 'b' } {
        param($Letter)
        $Letter | Should -BeIn 'a', 'b'
        $Number | Should -BeIn 1, 2
    }

    It 'may be a plain value: <_>' -ForEach 'x', 'y' {
        $_ | Should -BeIn 'x', 'y'
    }
}

Describe 'Skipping' {
    BeforeAll { $ran = 'BeforeAll' }

    It 'leaves a test out' -Skip { throw 'it ran' }

    It 'is a condition' -Skip:$false { $ran | Should -Be 'BeforeAll' }

    Context 'a whole block' -Skip {
        BeforeAll { throw 'it ran' }
        It 'leaves out its tests' { throw 'it ran' }
    }

    It 'can be decided within the test' {
        Set-ItResult -Skipped -Because 'this is such a test'
        throw 'it went on'
    }
}
