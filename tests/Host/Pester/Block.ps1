# The words of the test language. In discovery they build the tree of blocks and tests; nothing of a test runs there.

function New-Block ($Kind, $Name, $Body, $Parent, $Tag, $Skip, $Data, $HasData) {
    [pscustomobject]@{
        PSTypeName   = 'Pester.Block'
        ItemType     = 'Block'
        Kind         = $Kind
        Name         = $Name
        ExpandedName = $Name
        Path         = if ($Parent) { @($Parent.Path) + $Name } else { @() }
        ExpandedPath = $Name
        Parent       = $Parent
        IsRoot       = $null -eq $Parent
        Tag          = @($Tag)
        Skip         = $Skip
        Data         = $Data
        HasData      = $HasData
        ScriptBlock  = $Body
        Order        = [System.Collections.Generic.List[object]]::new()
        BeforeAll    = $null
        BeforeEach   = $null
        AfterEach    = $null
        AfterAll     = $null
        Include      = $false
        Exclude      = $false
        ShouldRun    = $true
        Executed     = $false
        Shown        = $false
        ErrorRecord  = [System.Collections.Generic.List[object]]::new()
    }
}

function New-Test ($Name, $Body, $Block, $Tag, $Skip, $Data, $HasData) {
    [pscustomobject]@{
        PSTypeName     = 'Pester.Test'
        ItemType       = 'Test'
        Name           = $Name
        ExpandedName   = $Name
        Path           = @($Block.Path) + $Name
        ExpandedPath   = (@($Block.Path) + $Name) -join '.'
        Block          = $Block
        Tag            = @($Tag)
        Skip           = $Skip
        Data           = $Data
        HasData        = $HasData
        ScriptBlock    = $Body
        ShouldRun      = $true
        Executed       = $false
        Passed         = $false
        Skipped        = $false
        Inconclusive   = $false
        Result         = 'NotRun'
        StandardOutput = $null
        ErrorRecord    = [System.Collections.Generic.List[object]]::new()
        Duration       = [timespan]::Zero
    }
}

function Assert-Discovery ($Command) {
    if ($null -eq $script:Run) { throw "$Command can be used only in a file that Invoke-Pester runs." }
    if ($script:Run.Phase -ne 'Discovery') { throw "$Command cannot be used while tests run." }
}

# What Describe, Context and It have in common: one item, or one for each element of -ForEach.
function Get-ForEachData ($Bound, $ForEach) {
    if (-not $Bound.ContainsKey('ForEach')) { return , @{ HasData = $false; Data = $null } }
    if ($null -eq $ForEach -or $ForEach.Count -eq 0) {
        # Pester 5 makes no test of it and Pester 6 an error: what is written for both must not do it.
        throw [System.ArgumentException]::new('Value can not be null or empty array.', 'ForEach')
    }
    foreach ($data in $ForEach) { @{ HasData = $true; Data = $data } }
}

function Add-Block ($Kind, $Name, $Body, $Tag, $Skip, $Bound, $ForEach) {
    Assert-Discovery $Kind
    if ($null -eq $Body) { throw "No test script block is provided for $Kind '$Name'." }
    $parent = $script:Run.CurrentBlock
    foreach ($each in Get-ForEachData $Bound $ForEach) {
        $block = New-Block $Kind $Name $Body $parent $Tag $Skip $each.Data $each.HasData
        $parent.Order.Add($block)
        $script:Run.CurrentBlock = $block
        try { Invoke-Discovery $block }
        finally { $script:Run.CurrentBlock = $parent }
    }
}

function Invoke-Discovery ($Block) {
    $variables = ConvertTo-Variable $Block
    $arguments = ConvertTo-Argument $variables
    Enter-UserScope $variables {
        $null = do { . $Block.ScriptBlock @arguments } until ($true)
    }
}

function Set-Fixture ($Name, $Body) {
    Assert-Discovery $Name
    if ($null -ne $script:Run.CurrentBlock.$Name) { throw "$Name is already defined in this block." }
    $script:Run.CurrentBlock.$Name = $Body
}

function Describe {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [scriptblock] $Fixture,
        [string[]] $Tag = @(),
        [switch] $Skip,
        [object[]] $ForEach
    )
    Add-Block Describe $Name $Fixture $Tag ([bool]$Skip) $PSBoundParameters $ForEach
}

function Context {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [scriptblock] $Fixture,
        [string[]] $Tag = @(),
        [switch] $Skip,
        [object[]] $ForEach
    )
    Add-Block Context $Name $Fixture $Tag ([bool]$Skip) $PSBoundParameters $ForEach
}

function It {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [scriptblock] $Test,
        [Alias('TestCases')] [object[]] $ForEach,
        [string[]] $Tag = @(),
        [switch] $Skip
    )
    Assert-Discovery It
    if ($null -eq $Test) { throw "No test script block is provided for It '$Name'." }
    $block = $script:Run.CurrentBlock
    if ($block.IsRoot) { throw 'It cannot be used at the root of a file: put it into Describe or Context.' }
    foreach ($each in Get-ForEachData $PSBoundParameters $ForEach) {
        $block.Order.Add((New-Test $Name $Test $block $Tag ([bool]$Skip) $each.Data $each.HasData))
    }
}

function BeforeDiscovery {
    param([Parameter(Mandatory)] [scriptblock] $ScriptBlock)
    Assert-Discovery BeforeDiscovery
    . $ScriptBlock
}

function BeforeAll {
    param([Parameter(Mandatory)] [scriptblock] $Scriptblock)
    Set-Fixture BeforeAll $Scriptblock
}

function BeforeEach {
    param([Parameter(Mandatory)] [scriptblock] $Scriptblock)
    Set-Fixture BeforeEach $Scriptblock
}

function AfterEach {
    param([Parameter(Mandatory)] [scriptblock] $Scriptblock)
    Set-Fixture AfterEach $Scriptblock
}

function AfterAll {
    param([Parameter(Mandatory)] [scriptblock] $Scriptblock)
    Set-Fixture AfterAll $Scriptblock
}

function Set-ItResult {
    param(
        [Parameter(Mandatory, ParameterSetName = 'Inconclusive')] [switch] $Inconclusive,
        [Parameter(Mandatory, ParameterSetName = 'Skipped')] [switch] $Skipped,
        [string] $Because
    )
    $kind = if ($Skipped) { 'Skipped' } else { 'Inconclusive' }
    $reason = if ($Because) { (', ' + (Format-Because $Because).Trim()).TrimEnd(',') }
    $exception = [System.Exception]::new("is $($kind.ToLowerInvariant())$reason")
    throw [System.Management.Automation.ErrorRecord]::new($exception, "PesterTest$kind", 'InvalidResult', $null)
}
