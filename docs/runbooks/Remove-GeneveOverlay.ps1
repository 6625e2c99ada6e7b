#Requires -Version 7.6
#Requires -Modules GeneveNet

<#
.SYNOPSIS
Removes an overlay from this host: its tunnels, and the bridges that only they used.
.DESCRIPTION
Removes the tunnels with a VNI or a name; their addresses, routes and static neighbors go with them. With -Bridge, a bridge that
has no port left without these tunnels is removed as well, with the firewall rules that accept its packets. A bridge that has
other ports stays.

A failure is reported, and the rest is removed nevertheless; the exit status is then 1. It is not an error to run it again.
.OUTPUTS
An object for each thing removed: Kind, Name and Namespace.
.EXAMPLE
./Remove-GeneveOverlay.ps1 -Vni 1000 -Bridge -WhatIf
Shows what would be removed.
.EXAMPLE
Get-NetworkNamespace blue* | ForEach-Object { ./Remove-GeneveOverlay.ps1 -Name * -Namespace $_.Name -Confirm:$false }
Removes all tunnels in several namespaces, without asking.
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High', DefaultParameterSetName = 'Vni')]
param(
    # The VNI of the overlay.
    [Parameter(Mandatory, Position = 0, ParameterSetName = 'Vni')]
    [ValidateRange(0, 16777215)]
    [int[]] $Vni,

    # The names of the tunnels, or wildcards.
    [Parameter(Mandatory, ParameterSetName = 'Name')]
    [string[]] $Name,

    # The network namespace; the one of the session by default.
    [string] $Namespace,

    # Removes the bridges that are left without a port.
    [switch] $Bridge
)

$ErrorActionPreference = 'Stop'
$inNamespace = if ($Namespace) { @{ Namespace = $Namespace } } else { @{} }
$suffix = if ($Namespace) { " in network namespace '$Namespace'" }
$failures = [System.Collections.Generic.List[System.Management.Automation.ErrorRecord]]::new()

# Removes one thing and returns what it was. A failure is kept for the end.
function Invoke-Removal {
    param([string] $Kind, [string] $Name, [scriptblock] $Script)
    try {
        & $Script
        [pscustomobject]@{ Kind = $Kind; Name = $Name; Namespace = $Namespace }
    }
    catch { $failures.Add($_) }
}

# Removes a bridge, and first the rules that accept its packets.
function Clear-Bridge {
    param([string] $Name)
    foreach ($isIPv6 in $false, $true) {
        foreach ($rule in Get-BridgeForwardRule $Name -IPv6:$isIPv6 @inNamespace -ErrorAction Ignore) {
            Invoke-Removal -Kind 'forward rule' -Name $rule -Script { $rule | Remove-BridgeForwardRule -Confirm:$false }
        }
    }
    Invoke-Removal -Kind 'bridge' -Name $Name -Script { Remove-Bridge $Name @inNamespace -Confirm:$false }
}

$which = if ($PSCmdlet.ParameterSetName -eq 'Vni') { @{ Vni = $Vni } } else { @{ Name = $Name } }
$tunnels = @(Get-GeneveTunnel @which @inNamespace)
foreach ($tunnel in $tunnels) {
    if (-not $PSCmdlet.ShouldProcess("Geneve tunnel '$($tunnel.Name)'$suffix", 'Remove')) { continue }
    Invoke-Removal -Kind 'Geneve tunnel' -Name $tunnel.Name -Script { Remove-GeneveTunnel $tunnel.Name @inNamespace -Confirm:$false }
}

$bridges = if ($Bridge) { $tunnels.Master | Where-Object { $_ } | Sort-Object -Unique }
foreach ($one in $bridges) {
    # With -WhatIf the tunnels are still there, and do not count.
    $ports = (Get-Bridge $one @inNamespace).Ports | Where-Object { -not $WhatIfPreference -or $_ -notin $tunnels.Name }
    if ($ports) { Write-Verbose "Bridge '$one' stays: it has the ports $($ports -join ', ')." }
    elseif ($PSCmdlet.ShouldProcess("bridge '$one'$suffix", 'Remove, with its forward rules')) { Clear-Bridge $one }
}

foreach ($failure in $failures) { Write-Error -ErrorRecord $failure -ErrorAction Continue }
exit [int]($failures.Count -gt 0)
