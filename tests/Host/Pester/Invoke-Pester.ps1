function Invoke-Pester {
    [CmdletBinding(DefaultParameterSetName = 'Simple')]
    param(
        [Parameter(Position = 0, ParameterSetName = 'Simple')] [string[]] $Path = '.',
        [Parameter(ParameterSetName = 'Simple')] [string[]] $ExcludePath = @(),
        [Parameter(ParameterSetName = 'Simple')] [string[]] $TagFilter = @(),
        [Parameter(ParameterSetName = 'Simple')] [string[]] $ExcludeTagFilter = @(),
        [Parameter(ParameterSetName = 'Simple')] [string[]] $FullNameFilter = @(),
        [Parameter(ParameterSetName = 'Simple')] [ValidateSet('Diagnostic', 'Detailed', 'Normal', 'None')] [string] $Output = 'Normal',
        [Parameter(ParameterSetName = 'Simple')] [switch] $PassThru,
        [Parameter(Mandatory, ParameterSetName = 'Advanced')] [object] $Configuration
    )

    if ($PSCmdlet.ParameterSetName -eq 'Simple') {
        $Configuration = New-PesterConfiguration @{
            Run    = @{ Path = $Path; ExcludePath = $ExcludePath; PassThru = [bool]$PassThru }
            Filter = @{ Tag = $TagFilter; ExcludeTag = $ExcludeTagFilter; FullName = $FullNameFilter }
            Output = @{ Verbosity = $Output }
        }
    }
    Assert-Configuration $Configuration

    # A test may run Invoke-Pester itself; the outer run goes on afterwards.
    $outer = $script:Run
    $location = $PSCmdlet.SessionState.Path.CurrentLocation.Path
    try {
        $script:Run = [pscustomobject]@{
            Configuration = $Configuration
            Scope         = New-UserScope $PSCmdlet.SessionState
            Phase         = $null
            CurrentBlock  = $null
        }
        $result = Invoke-AllContainer (Find-TestFile $Configuration.Run.Path $Configuration.Run.ExcludePath)
        Show-Summary $result
    }
    finally {
        $script:Run = $outer
        $null = $PSCmdlet.SessionState.Path.SetLocation([System.Management.Automation.WildcardPattern]::Escape($location))
    }

    if ($Configuration.Run.PassThru) { $result }
    $failures = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
    if ($Configuration.Run.Throw -and $failures) { throw "Pester run failed: $failures failures." }
    if ($Configuration.Run.Exit -and $failures) { exit $failures }
}
