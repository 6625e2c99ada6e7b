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
    # The properties of Types.ps1xml are methods of the assembly, which is therefore needed before the file is read.
    RequiredAssemblies   = @('module/bin/GeneveNet.dll')
    TypesToProcess       = @('module/Types.ps1xml')
    # Tables fit 80 columns. What is longer than its column continues on the next line, because a cut address is of no use.
    # Lists show what people look for; Format-List * shows all. Names and other texts of others go through VisibleText.
    FormatsToProcess     = @(
        'module/Bridge.Format.ps1xml', 'module/GenevePacket.Format.ps1xml', 'module/GenevePath.Format.ps1xml'
        'module/Link.Format.ps1xml', 'module/Route.Format.ps1xml'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    CmdletsToExport      = @(
        'Add-BridgeFdbEntry'
        'Add-BridgeForwardRule'
        'Add-BridgePort'
        'Add-LinkAddress'
        'Add-Route'
        'Clear-BridgeFdbEntry'
        'Clear-Neighbor'
        'ConvertFrom-GenevePacket'
        'ConvertTo-GenevePacket'
        'Enter-NetworkNamespace'
        'Export-GeneveCapture'
        'Get-Bridge'
        'Get-BridgeFdbEntry'
        'Get-BridgeForwardRule'
        'Get-BridgeNetfilter'
        'Get-BridgePort'
        'Get-GeneveTunnel'
        'Get-Link'
        'Get-LinkAddress'
        'Get-Neighbor'
        'Get-NetworkNamespace'
        'Get-Route'
        'Import-GeneveCapture'
        'Invoke-NamespaceCommand'
        'Move-LinkToNamespace'
        'New-Bridge'
        'New-DummyLink'
        'New-GeneveTunnel'
        'New-NetworkNamespace'
        'New-VethPair'
        'Remove-Bridge'
        'Remove-BridgeFdbEntry'
        'Remove-BridgeForwardRule'
        'Remove-BridgePort'
        'Remove-GeneveTunnel'
        'Remove-Link'
        'Remove-LinkAddress'
        'Remove-NetworkNamespace'
        'Remove-Route'
        'Remove-StaticNeighbor'
        'Resolve-Route'
        'Set-Bridge'
        'Set-BridgeNetfilter'
        'Set-BridgePort'
        'Set-GeneveTunnel'
        'Set-Link'
        'Set-StaticNeighbor'
        'Test-GenevePath'
        'Trace-GenevePath'
        'Watch-GenevePacket'
    )
    PrivateData          = @{
        PSData = @{
            Tags         = @(
                'Geneve', 'Overlay', 'Network', 'Netlink', 'Linux', 'Namespace', 'VNI', 'Tunnel', 'Bridge', 'Capture', 'PSEdition_Core'
            )
            # In a package, this is what the change log says about the version.
            ReleaseNotes = 'docs/CHANGELOG.md'
        }
    }
}
