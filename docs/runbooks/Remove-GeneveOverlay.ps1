#Requires -Version 7.6
#Requires -Modules GeneveNet

<#
.SYNOPSIS
Removes an overlay from this host: its tunnels, and the bridges that were only for them.
.DESCRIPTION
Removes the tunnels of a VNI, or of a name. Addresses, routes and static neighbors go with them. With -Bridge, a bridge that
has no port left when its tunnels are gone is removed as well, with the rules that let its packets through the firewall; a
bridge that has other ports stays.

What fails is reported, and the rest is removed all the same. Running it again is no error.
.OUTPUTS
An object for each thing removed: Kind, Name and Namespace.
.EXAMPLE
./Remove-GeneveOverlay.ps1 -Vni 1000 -Bridge -WhatIf
Shows what would go.
.EXAMPLE
Get-NetworkNamespace blue* | ForEach-Object { ./Remove-GeneveOverlay.ps1 -Name * -Namespace $_.Name -Confirm:$false }
Removes all tunnels in some namespaces.
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High', DefaultParameterSetName = 'Vni')]
param(
    # The VNI of the overlay.
    [Parameter(Mandatory, Position = 0, ParameterSetName = 'Vni')]
    [ValidateRange(0, 16777215)]
    [int[]] $Vni,

    # Names of tunnels, or wildcards.
    [Parameter(Mandatory, ParameterSetName = 'Name')]
    [string[]] $Name,

    # The network namespace; by default that of the session.
    [string] $Namespace,

    # Removes the bridges that are left without a port.
    [switch] $Bridge
)

$ErrorActionPreference = 'Stop'
$place = if ($Namespace) { @{ Namespace = $Namespace } } else { @{} }
$failures = [System.Collections.Generic.List[object]]::new()

# Removes one thing after the user agreed; a failure is kept for the end.
function Invoke-Removal ([string] $Kind, [string] $Name, [scriptblock] $How) {
    if (-not $PSCmdlet.ShouldProcess("$Kind '$Name'$(if ($Namespace) { " in network namespace '$Namespace'" })", 'Remove')) { return }
    try {
        & $How
        [pscustomobject]@{ Kind = $Kind; Name = $Name; Namespace = $Namespace }
    }
    catch { $failures.Add($_) }
}

$which = if ($Vni) { @{ Vni = $Vni } } else { @{ Name = $Name } }
$tunnels = @(Get-GeneveTunnel @which @place)
foreach ($tunnel in $tunnels) {
    Invoke-Removal 'Geneve tunnel' $tunnel.Name { Remove-GeneveTunnel $tunnel.Name @place -Confirm:$false }
}

if ($Bridge) {
    foreach ($name in $tunnels.Master | Where-Object { $_ } | Sort-Object -Unique) {
        # With -WhatIf the tunnels are still there.
        $others = (Get-Bridge $name @place).Ports | Where-Object { $_ -notin $tunnels.Name -or -not $WhatIfPreference }
        if ($others) {
            Write-Verbose "Bridge '$name' stays: it has the ports $($others -join ', ')."
            continue
        }
        foreach ($version in $false, $true) {
            foreach ($rule in Get-BridgeForwardRule $name -IPv6:$version @place) {
                Invoke-Removal 'forward rule' "$rule" { $rule | Remove-BridgeForwardRule -Confirm:$false }
            }
        }
        Invoke-Removal 'bridge' $name { Remove-Bridge $name @place -Confirm:$false }
    }
}

foreach ($failure in $failures) { Write-Error -ErrorRecord $failure -ErrorAction Continue }
if ($failures.Count) { exit 1 }
