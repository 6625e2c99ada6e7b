# The part of Should that is about errors.

# The error that a script block ends with, or $null.
function Get-Thrown ($Value) {
    if ($Value -isnot [scriptblock]) {
        throw [System.ArgumentException]::new('Input is missing or not a ScriptBlock. Input to -Throw must be enclosed in curly braces.')
    }
    try { $null = do { & $Value } until ($true) }
    catch { $_ }
}

# What is wrong with an error that was thrown, or with none, in words; nothing when all is as expected.
function Test-Throw ($Caught, $Not, $ExpectedMessage, $ErrorId, $ExceptionType, $Because) {
    $reason = Format-Because $Because
    if ($Not) {
        # -Not -Throw allows no error at all, whatever else is named.
        if ($Caught) { "Expected no exception to be thrown,$reason but an exception `"$($Caught.Exception.Message)`" was thrown." }
        return
    }

    $wanted = [System.Collections.Generic.List[string]]::new()
    $faults = [System.Collections.Generic.List[string]]::new()
    if (-not $Caught) { $faults.Add('no exception was thrown') }
    if ($ExceptionType) {
        $wanted.Add("type $(Format-Value $ExceptionType)")
        if ($Caught -and $Caught.Exception -isnot $ExceptionType) {
            $faults.Add("the exception type was [$($Caught.Exception.GetType())]")
        }
    }
    if ($ExpectedMessage.Trim()) {
        $wanted.Add("message like '$ExpectedMessage'")
        $message = $Caught.Exception.Message
        if ($Caught -and $message -notlike $ExpectedMessage) { $faults.Add("the message was '$message'") }
    }
    if ($ErrorId.Trim()) {
        $wanted.Add("FullyQualifiedErrorId '$ErrorId'")
        $actualId = $Caught.FullyQualifiedErrorId
        if ($Caught -and $actualId -notlike $ErrorId) { $faults.Add("the FullyQualifiedErrorId was '$actualId'") }
    }

    if ($faults.Count) {
        $with = if ($wanted.Count) { " with $($wanted -join ' and ')" }
        "Expected an exception$with to be thrown,$reason but $($faults -join ' and ')."
    }
}
