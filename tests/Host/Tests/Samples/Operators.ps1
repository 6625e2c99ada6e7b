# Each case of OperatorCases.ps1 four times: held and violated, with and without -Not. Two of the four must fail.
BeforeDiscovery {
    $number = 0
    $variants = foreach ($case in & "$PSScriptRoot/OperatorCases.ps1") {
        $number++
        foreach ($which in 'Holds', 'Violates') {
            foreach ($negated in $false, $true) {
                $word = if ($negated) { 'not' } else { 'plain' }
                @{ Case = $case; Id = "$number $($case.Operator) $which $word"; Which = $which; Negated = $negated }
            }
        }
    }
}

Describe 'operator' {
    It '<Id>' -ForEach $variants {
        $arguments = @{ $Case.Operator = $true; Not = $Negated }
        if ($Case.ContainsKey('Expected')) {
            $name = switch -Wildcard ($Case.Operator) {
                'Match*' { 'RegularExpression' }
                'BeOfType' { 'ExpectedType' }
                'Throw' { 'ExpectedMessage' }
                default { 'ExpectedValue' }
            }
            $arguments[$name] = $Case.Expected
        }
        $value = $Case[$Which]
        $value | Should @arguments
    }
}
