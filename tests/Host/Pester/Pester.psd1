@{
    RootModule        = 'Pester.psm1'
    # The oldest Pester whose language this is: a test file that asks for a newer one is refused here.
    ModuleVersion     = '5.5.0'
    GUID              = '3c1f6bb2-6d0b-4b0e-9a0c-5d6f0e8a7b41'
    Author            = 'GeneveNet contributors'
    CompanyName       = 'GeneveNet contributors'
    Copyright         = 'Copyright (c) GeneveNet contributors'
    Description       = 'A stand-in for the part of Pester that the tests of GeneveNet use, for machines without Pester. Not Pester itself.'
    PowerShellVersion = '7.4'
    FunctionsToExport = @(
        'Describe', 'Context', 'It'
        'BeforeDiscovery', 'BeforeAll', 'BeforeEach', 'AfterEach', 'AfterAll'
        'Should', 'Set-ItResult'
        'Invoke-Pester', 'New-PesterConfiguration'
    )
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @()
}
