# Should: takes the value from the pipeline and hands it to an operator of ShouldOperators.ps1.

function Should {
    [CmdletBinding()]
    param(
        [Parameter(ValueFromPipeline)] [AllowNull()] [object] $ActualValue,
        [switch] $Not,

        [Parameter(Mandatory, ParameterSetName = 'Be')] [Alias('EQ')] [switch] $Be,
        [Parameter(Mandatory, ParameterSetName = 'BeExactly')] [Alias('CEQ')] [switch] $BeExactly,
        [Parameter(Mandatory, ParameterSetName = 'BeTrue')] [switch] $BeTrue,
        [Parameter(Mandatory, ParameterSetName = 'BeFalse')] [switch] $BeFalse,
        [Parameter(Mandatory, ParameterSetName = 'BeNullOrEmpty')] [switch] $BeNullOrEmpty,
        [Parameter(Mandatory, ParameterSetName = 'Match')] [switch] $Match,
        [Parameter(Mandatory, ParameterSetName = 'MatchExactly')] [Alias('CMATCH')] [switch] $MatchExactly,
        [Parameter(Mandatory, ParameterSetName = 'BeLike')] [switch] $BeLike,
        [Parameter(Mandatory, ParameterSetName = 'BeLikeExactly')] [switch] $BeLikeExactly,
        [Parameter(Mandatory, ParameterSetName = 'BeGreaterThan')] [Alias('GT')] [switch] $BeGreaterThan,
        [Parameter(Mandatory, ParameterSetName = 'BeGreaterOrEqual')] [Alias('GE')] [switch] $BeGreaterOrEqual,
        [Parameter(Mandatory, ParameterSetName = 'BeLessThan')] [Alias('LT')] [switch] $BeLessThan,
        [Parameter(Mandatory, ParameterSetName = 'BeLessOrEqual')] [Alias('LE')] [switch] $BeLessOrEqual,
        [Parameter(Mandatory, ParameterSetName = 'BeIn')] [switch] $BeIn,
        [Parameter(Mandatory, ParameterSetName = 'Contain')] [switch] $Contain,
        [Parameter(Mandatory, ParameterSetName = 'HaveCount')] [switch] $HaveCount,
        [Parameter(Mandatory, ParameterSetName = 'BeOfType')] [Alias('HaveType')] [switch] $BeOfType,
        [Parameter(Mandatory, ParameterSetName = 'Exist')] [switch] $Exist,
        [Parameter(Mandatory, ParameterSetName = 'Throw')] [switch] $Throw,

        [Parameter(Position = 1, ParameterSetName = 'Be')]
        [Parameter(Position = 1, ParameterSetName = 'BeExactly')]
        [Parameter(Position = 1, ParameterSetName = 'BeLike')]
        [Parameter(Position = 1, ParameterSetName = 'BeLikeExactly')]
        [Parameter(Position = 1, ParameterSetName = 'BeGreaterThan')]
        [Parameter(Position = 1, ParameterSetName = 'BeGreaterOrEqual')]
        [Parameter(Position = 1, ParameterSetName = 'BeLessThan')]
        [Parameter(Position = 1, ParameterSetName = 'BeLessOrEqual')]
        [Parameter(Position = 1, ParameterSetName = 'BeIn')]
        [Parameter(Position = 1, ParameterSetName = 'Contain')]
        [Parameter(Position = 1, ParameterSetName = 'HaveCount')]
        [object] $ExpectedValue,

        [Parameter(Position = 1, ParameterSetName = 'Match')]
        [Parameter(Position = 1, ParameterSetName = 'MatchExactly')]
        [object] $RegularExpression,

        [Parameter(Position = 1, ParameterSetName = 'BeOfType')]
        [object] $ExpectedType,

        [Parameter(Position = 1, ParameterSetName = 'Throw')] [string] $ExpectedMessage,
        [Parameter(Position = 2, ParameterSetName = 'Throw')] [string] $ErrorId,
        [Parameter(Position = 3, ParameterSetName = 'Throw')] [type] $ExceptionType,
        [Parameter(ParameterSetName = 'Throw')] [switch] $PassThru,

        [Parameter()] [string] $Because
    )

    begin { $values = [System.Collections.Generic.List[object]]::new() }

    process {
        if (-not $MyInvocation.ExpectingInput -and $ActualValue -is [System.Collections.ICollection]) {
            throw [System.ArgumentException]::new('Pester 5 and 6 take a collection in -ActualValue differently: pipe it.', 'ActualValue')
        }
        $values.Add($ActualValue)
    }

    end {
        $name = $PSCmdlet.ParameterSetName
        if ($name -eq 'Throw') {
            foreach ($value in @(if ($values.Count) { $values } else { $null })) {
                $caught = Get-Thrown $value
                $failure = Test-Throw $caught $Not $ExpectedMessage $ErrorId $ExceptionType $Because
                if ($failure) { throw New-AssertionError $failure }
                if ($PassThru) { $caught }
            }
            return
        }

        $expected = switch ($name) {
            BeOfType { Resolve-ExpectedType $ExpectedType }
            { $_ -like 'Match*' } { , $RegularExpression }
            default { , $ExpectedValue }
        }

        # A collection that came through the pipeline is whole again for an operator that takes one.
        $operator = $script:Operators[$name]
        $subjects = [System.Collections.Generic.List[object]]::new()
        if ($values.Count -eq 0) { $subjects.Add($null) }
        elseif ($operator.TakesCollection) { $subjects.Add($values.ToArray()) }
        else { $subjects.AddRange($values) }
        foreach ($actual in $subjects) {
            $holds = if (-not $Not) { & $operator.Test $actual $expected }
            elseif ($operator.NotTest) { & $operator.NotTest $actual $expected }
            else { -not (& $operator.Test $actual $expected) }
            if (-not $holds) {
                $phrase = if ($Not) { $operator.NotPhrase } else { $operator.Phrase }
                $shown = if ($operator.TakesCollection -and $actual.Count -eq 1) { $actual[0] } else { , $actual }
                $wanted = $phrase -f (Format-Value $expected)
                throw New-AssertionError "Expected $wanted,$(Format-Because $Because) but got $(Format-Value $shown)."
            }
        }
    }
}

function New-AssertionError ([string] $Message) {
    [System.Management.Automation.ErrorRecord]::new([System.Exception]::new($Message), 'PesterAssertionFailed', 'InvalidResult', $null)
}

function Resolve-ExpectedType ($Type) {
    if ($Type -isnot [string]) { return $Type }
    $resolved = ($Type -replace '^\[(.*)\]$', '$1') -as [type]
    # Pester 6 falls back to comparing names here; Pester 5 does not.
    if ($null -eq $resolved) { throw [System.ArgumentException]::new("Could not find type [$Type].") }
    $resolved
}
