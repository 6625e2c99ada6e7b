# What each operator asserts. The expected value stands on the left of a comparison and so decides its type, as in Pester.

function Test-Same ($Actual, $Expected, [switch] $Exactly) {
    $left = @($Expected)
    $right = @($Actual)
    $leftIsNothing = $left.Count -eq 0 -or ($left.Count -eq 1 -and $null -eq $left[0])
    $rightIsNothing = $right.Count -eq 0 -or ($right.Count -eq 1 -and $null -eq $right[0])
    if ($leftIsNothing -or $rightIsNothing) { return $leftIsNothing -and $rightIsNothing }
    if ($left.Count -ne $right.Count) { return $false }

    for ($i = 0; $i -lt $left.Count; $i++) {
        $same = if ($left[$i] -is [array] -or $right[$i] -is [array]) { Test-Same $right[$i] $left[$i] -Exactly:$Exactly }
        elseif ($Exactly) { $left[$i] -ceq $right[$i] }
        else { $left[$i] -eq $right[$i] }
        if (-not $same) { return $false }
    }
    $true
}

function Test-NullOrEmpty ($Value) {
    if ($null -eq $Value -or $Value.Count -eq 0) { return $true }
    if ($Value.Count -gt 1) { return $false }
    if ($Value[0] -is [hashtable]) { return $Value[0].Count -eq 0 }
    [string]::IsNullOrEmpty($Value[0])
}

# Test says whether the assertion holds. NotTest does so for -Not, where that is not simply the opposite: an order is
# refuted by its counterpart, which makes a difference for values that have no order.
$script:Operators = @{
    Be               = @{
        TakesCollection = $true
        Test            = { param($Actual, $Expected) Test-Same $Actual $Expected }
        Phrase          = '{0}'
        NotPhrase       = '{0} to be different from the actual value'
    }
    BeExactly        = @{
        TakesCollection = $true
        Test            = { param($Actual, $Expected) Test-Same $Actual $Expected -Exactly }
        Phrase          = 'exactly {0}'
        NotPhrase       = '{0} to be different from the actual value'
    }
    BeTrue           = @{
        Test      = { param($Actual) [bool]$Actual }
        Phrase    = '$true'
        NotPhrase = '$false'
    }
    BeFalse          = @{
        Test      = { param($Actual) -not $Actual }
        Phrase    = '$false'
        NotPhrase = '$true'
    }
    BeNullOrEmpty    = @{
        TakesCollection = $true
        Test            = { param($Actual) Test-NullOrEmpty $Actual }
        Phrase          = '$null or empty'
        NotPhrase       = 'a value'
    }
    Match            = @{
        Test      = { param($Actual, $Expected) [bool]($Actual -match $Expected) }
        Phrase    = 'regular expression {0} to match'
        NotPhrase = 'regular expression {0} to not match'
    }
    MatchExactly     = @{
        Test      = { param($Actual, $Expected) [bool]($Actual -cmatch $Expected) }
        Phrase    = 'regular expression {0} to case sensitively match'
        NotPhrase = 'regular expression {0} to not case sensitively match'
    }
    BeLike           = @{
        Test      = { param($Actual, $Expected) [bool]($Actual -like $Expected) }
        Phrase    = 'like wildcard {0} to match'
        NotPhrase = 'like wildcard {0} to not match'
    }
    BeLikeExactly    = @{
        Test      = { param($Actual, $Expected) [bool]($Actual -clike $Expected) }
        Phrase    = 'case sensitive like wildcard {0} to match'
        NotPhrase = 'case sensitive like wildcard {0} to not match'
    }
    BeGreaterThan    = @{
        Test      = { param($Actual, $Expected) -not ($Actual -le $Expected) }
        NotTest   = { param($Actual, $Expected) -not ($Actual -gt $Expected) }
        Phrase    = 'the actual value to be greater than {0}'
        NotPhrase = 'the actual value to be less than or equal to {0}'
    }
    BeLessOrEqual    = @{
        Test      = { param($Actual, $Expected) -not ($Actual -gt $Expected) }
        NotTest   = { param($Actual, $Expected) -not ($Actual -le $Expected) }
        Phrase    = 'the actual value to be less than or equal to {0}'
        NotPhrase = 'the actual value to be greater than {0}'
    }
    BeLessThan       = @{
        Test      = { param($Actual, $Expected) -not ($Actual -ge $Expected) }
        NotTest   = { param($Actual, $Expected) -not ($Actual -lt $Expected) }
        Phrase    = 'the actual value to be less than {0}'
        NotPhrase = 'the actual value to be greater than or equal to {0}'
    }
    BeGreaterOrEqual = @{
        Test      = { param($Actual, $Expected) -not ($Actual -lt $Expected) }
        NotTest   = { param($Actual, $Expected) -not ($Actual -ge $Expected) }
        Phrase    = 'the actual value to be greater than or equal to {0}'
        NotPhrase = 'the actual value to be less than {0}'
    }
    BeIn             = @{
        Test      = { param($Actual, $Expected) $Expected -contains $Actual }
        Phrase    = 'a member of collection {0}'
        NotPhrase = 'no member of collection {0}'
    }
    Contain          = @{
        TakesCollection = $true
        Test            = { param($Actual, $Expected) $Actual -contains $Expected }
        Phrase          = '{0} to be found in the collection'
        NotPhrase       = '{0} to not be found in the collection'
    }
    HaveCount        = @{
        TakesCollection = $true
        Test            = { param($Actual, $Expected) $(if ($null -eq $Actual) { 0 } else { $Actual.Count }) -eq [int]$Expected }
        Phrase          = 'a collection with size {0}'
        NotPhrase       = 'a collection with size different from {0}'
    }
    BeOfType         = @{
        Test      = { param($Actual, $Expected) $Actual -is $Expected }
        Phrase    = 'the value to have type {0} or any of its subtypes'
        NotPhrase = 'the value to not have type {0} or any of its subtypes'
    }
    Exist            = @{
        Test      = { param($Actual) Test-Path $Actual }
        Phrase    = 'path to exist'
        NotPhrase = 'path to not exist'
    }
}
