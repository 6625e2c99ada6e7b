# Tests to choose from.
Describe 'net' -Tag 'Network' {
    It 'plain' { }
    It 'slow' -Tag 'Slow' { }
    Context 'inner' {
        It 'deep' { }
    }
}

Describe 'disk' {
    BeforeAll { if ($env:SAMPLE_NO_DISK) { throw 'x' } }
    It 'plain' { }
    It 'slow' -Tag 'Slow', 'Disk' { }
}
