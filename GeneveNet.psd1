@{
    RootModule           = 'module/bin/GeneveNet.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '7f6b0d2e-5a0e-4a8b-9c6e-3f1f0f6f8a41'
    Author               = 'GeneveNet contributors'
    CompanyName          = 'GeneveNet contributors'
    Copyright            = 'Copyright (c) GeneveNet contributors. MIT License.'
    Description          = 'Builds, inspects and diagnoses Geneve (RFC 8926) overlay networks on Linux, talking netlink to the kernel.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('module/GeneveNet.Format.ps1xml')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    CmdletsToExport      = @(
        'Add-LinkAddress'
        'Add-Route'
        'Get-GeneveTunnel'
        'Get-Link'
        'Get-LinkAddress'
        'Get-NetworkNamespace'
        'Get-Route'
        'Move-LinkToNamespace'
        'New-GeneveTunnel'
        'New-NetworkNamespace'
        'New-VethPair'
        'Remove-GeneveTunnel'
        'Remove-Link'
        'Remove-LinkAddress'
        'Remove-NetworkNamespace'
        'Remove-Route'
        'Resolve-Route'
        'Set-GeneveTunnel'
        'Set-Link'
    )
    PrivateData          = @{
        PSData = @{
            Tags       = @('Geneve', 'Overlay', 'Network', 'Netlink', 'Linux', 'Namespace', 'VNI', 'Tunnel')
            LicenseUri = 'https://opensource.org/licenses/MIT'
        }
    }
}
