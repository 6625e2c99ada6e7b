# A file whose discovery fails.
Describe 'first' {
    It 'is known before the error' { }
}
throw 'no further'
