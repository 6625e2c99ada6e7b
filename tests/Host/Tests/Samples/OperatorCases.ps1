# For every operator: one value of which the assertion holds and one of which it does not.
# The comma keeps a collection together on its way through the pipeline of the test.
@(
    @{ Operator = 'Be'; Expected = 'abc'; Holds = 'ABC'; Violates = 'abd' }
    @{ Operator = 'Be'; Expected = 10; Holds = '10'; Violates = 11 }
    @{ Operator = 'Be'; Expected = 1, 'b'; Holds = 1, 'B'; Violates = 1, 'c' }
    @{ Operator = 'Be'; Expected = 1, 2; Holds = 1, 2; Violates = 1, 2, 3 }
    @{ Operator = 'Be'; Expected = $null; Holds = $null; Violates = 0 }
    @{ Operator = 'Be'; Expected = $true; Holds = 'text'; Violates = '' }
    @{ Operator = 'BeExactly'; Expected = 'abc'; Holds = 'abc'; Violates = 'ABC' }
    @{ Operator = 'BeExactly'; Expected = 'a', 'b'; Holds = 'a', 'b'; Violates = 'a', 'B' }
    @{ Operator = 'BeTrue'; Holds = $true; Violates = $false }
    @{ Operator = 'BeTrue'; Holds = 'text'; Violates = $null }
    @{ Operator = 'BeFalse'; Holds = $false; Violates = $true }
    @{ Operator = 'BeFalse'; Holds = $null; Violates = 1 }
    @{ Operator = 'BeNullOrEmpty'; Holds = $null; Violates = 0 }
    @{ Operator = 'BeNullOrEmpty'; Holds = ''; Violates = ' ' }
    @{ Operator = 'BeNullOrEmpty'; Holds = @(); Violates = @(1, 2) }
    @{ Operator = 'BeNullOrEmpty'; Holds = @{}; Violates = @{ a = 1 } }
    @{ Operator = 'Match'; Expected = '^A.C$'; Holds = 'abc'; Violates = 'abcd' }
    @{ Operator = 'MatchExactly'; Expected = '^a.c$'; Holds = 'abc'; Violates = 'ABC' }
    @{ Operator = 'BeLike'; Expected = 'A*'; Holds = 'abc'; Violates = 'bc' }
    @{ Operator = 'BeLikeExactly'; Expected = 'a*'; Holds = 'abc'; Violates = 'ABC' }
    @{ Operator = 'BeGreaterThan'; Expected = 2; Holds = 3; Violates = 2 }
    @{ Operator = 'BeGreaterOrEqual'; Expected = 2; Holds = 2; Violates = 1 }
    @{ Operator = 'BeLessThan'; Expected = 2; Holds = 1; Violates = 2 }
    @{ Operator = 'BeLessOrEqual'; Expected = 2; Holds = 2; Violates = 3 }
    @{ Operator = 'BeIn'; Expected = 'a', 'b'; Holds = 'B'; Violates = 'c' }
    @{ Operator = 'Contain'; Expected = 'B'; Holds = 'a', 'b'; Violates = 'a', 'c' }
    @{ Operator = 'HaveCount'; Expected = 2; Holds = 7, 8; Violates = 7, 8, 9 }
    @{ Operator = 'HaveCount'; Expected = 0; Holds = @(); Violates = 1 }
    @{ Operator = 'HaveCount'; Expected = 1; Holds = 'text'; Violates = @() }
    @{ Operator = 'BeOfType'; Expected = [ValueType]; Holds = 5; Violates = 'five' }
    @{ Operator = 'BeOfType'; Expected = 'string'; Holds = 'five'; Violates = 5 }
    @{ Operator = 'Exist'; Holds = '/'; Violates = '/no/such/path' }
    @{ Operator = 'Throw'; Holds = { throw 'x' }; Violates = { 'x' } }
    @{ Operator = 'Throw'; Expected = 'out of *'; Holds = { throw 'Out of cheese' }; Violates = { throw 'cheese' } }
)
