#Requires -Version 7.6
#Requires -Modules GeneveNet

<#
.SYNOPSIS
Changes the VNI between two hosts step by step, without losing a packet.
.DESCRIPTION
The kernel cannot change the VNI of a tunnel. So this script creates a second tunnel beside the first one, moves the traffic to
it, and removes the first one. Complete each phase at both ends, in any order, before you begin the next one:

  Prepare  creates the new tunnel with the settings, addresses and static neighbors of the old one; it has no traffic yet
  Switch   moves routes, addresses and the bridge port to the new tunnel; packets are still received through both
  Finish   removes the old tunnel
  Undo     before Finish: moves everything back and removes the new tunnel

Until Switch is done at both ends, one end sends through the new tunnel and the other one through the old one. With strict
reverse-path filtering (rp_filter = 1) the kernel drops such packets: set it to 2 until then. In a bridge, the old port is
removed before the new one is added, as two tunnels between the same bridges would be a loop: some packets are lost there.

A phase that is complete already changes nothing. A phase that fails is undone.
.OUTPUTS
An object: Tunnel, NewTunnel, Vni, Phase and Changed.
.EXAMPLE
./Update-GeneveVni.ps1 geneve0 -NewName geneve1 -Vni 2000 -Phase Prepare
The first phase, on each of the two hosts. Next come Switch on each, and Finish on each.
.EXAMPLE
./Update-GeneveVni.ps1 geneve0 -NewName geneve1 -Vni 2000 -Phase Undo
Goes back to the old VNI.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The tunnel to replace.
    [Parameter(Mandatory, Position = 0)]
    [string] $Name,

    # The name of the new tunnel.
    [Parameter(Mandatory)]
    [string] $NewName,

    # The VNI of the new tunnel.
    [Parameter(Mandatory)]
    [ValidateRange(0, 16777215)]
    [int] $Vni,

    # The phase to carry out.
    [Parameter(Mandatory)]
    [ValidateSet('Prepare', 'Switch', 'Finish', 'Undo')]
    [string] $Phase,

    # The network namespace of the tunnel; the one of the session by default.
    [string] $Namespace
)

$ErrorActionPreference = 'Stop'
$inNamespace = if ($Namespace) { @{ Namespace = $Namespace } } else { @{} }
$quiet = @{ Confirm = $false }

# The tunnel of a name, or nothing.
function Find-Tunnel {
    param([string] $Link)
    Get-GeneveTunnel $Link @inNamespace -ErrorAction Ignore
}

# The addresses that the kernel has not assigned to a link by itself.
function Get-OwnAddress {
    param([string] $Link)
    Get-LinkAddress $Link @inNamespace | Where-Object Scope -NE Link
}

# The routes that the kernel has not added for a link by itself.
function Get-OwnRoute {
    param([string] $Link)
    Get-Route -Link $Link -Table all @inNamespace | Where-Object Protocol -NE Kernel
}

# Creates the new tunnel like another one, with the new VNI.
function Copy-Tunnel {
    param($Tunnel)
    $settings = @{
        Name             = $NewName
        Vni              = $Vni
        Remote           = $Tunnel.Remote
        Port             = $Tunnel.Port
        Mtu              = $Tunnel.Mtu
        LinkLayerAddress = $Tunnel.LinkLayerAddress
        Tos              = $Tunnel.Tos
        DontFragment     = $Tunnel.DontFragment
        Up               = $Tunnel.IsUp
    }
    if ($Tunnel.Local) { $settings.Local = $Tunnel.Local }
    if ($Tunnel.TtlInherit) { $settings.TtlInherit = $true } else { $settings.Ttl = $Tunnel.Ttl }
    if ($Tunnel.Remote.AddressFamily -eq 'InterNetworkV6') {
        $settings.UdpZeroChecksum6Tx = $Tunnel.UdpZeroChecksum6Tx
        $settings.UdpZeroChecksum6Rx = $Tunnel.UdpZeroChecksum6Rx
    }
    else { $settings.UdpChecksum = $Tunnel.UdpChecksum }
    if ($Tunnel.InnerProtocolInherit) { $settings.InnerProtocolInherit = $true }
    $addresses = @(Get-OwnAddress $Tunnel.Name | ForEach-Object Address)
    if ($addresses) { $settings.Address = $addresses }

    try {
        $null = New-GeneveTunnel @settings @inNamespace @quiet
        foreach ($neighbor in Get-Neighbor -Link $Tunnel.Name @inNamespace | Where-Object IsStatic) {
            Set-StaticNeighbor $neighbor.Address $neighbor.LinkLayerAddress $NewName @inNamespace @quiet
        }
    }
    catch {
        Find-Tunnel $NewName | Remove-GeneveTunnel @quiet
        throw
    }
}

# Moves the traffic of one tunnel to the other.
function Move-Traffic {
    param([string] $From, [string] $To)

    $existing = @(Get-OwnAddress $To | ForEach-Object { "$($_.Address)" })
    foreach ($one in Get-OwnAddress $From | Where-Object { "$($_.Address)" -notin $existing }) {
        Add-LinkAddress $one.Address $To @inNamespace @quiet
    }

    $bridge = (Get-Link $From @inNamespace).Master
    if ($bridge) {
        Remove-BridgePort $From @inNamespace @quiet
        Add-BridgePort $To $bridge @inNamespace @quiet
    }

    foreach ($route in Get-OwnRoute $From) {
        $settings = @{ Destination = $route.Destination; Link = $To; Table = $route.Table; Metric = $route.Metric }
        foreach ($property in 'Gateway', 'Source', 'Mtu') {
            if ($route.$property) { $settings.$property = $route.$property }
        }
        # -Force replaces the old route in one step.
        Add-Route @settings -Force @inNamespace @quiet
    }

    # The kernel removes the routes to the networks of these addresses with them; the other tunnel has its own.
    Get-OwnAddress $From | Remove-LinkAddress @quiet
}

# Whether a tunnel has traffic that Switch would move.
function Test-Traffic {
    param($Tunnel)
    [bool]((Get-OwnRoute $Tunnel.Name) -or (Get-OwnAddress $Tunnel.Name) -or $Tunnel.Master)
}

$old = Find-Tunnel $Name
$new = Find-Tunnel $NewName
if ($new -and $new.Vni -ne $Vni) { throw "There is already a tunnel '$NewName', with VNI $($new.Vni)." }
if (-not $old -and -not ($Phase -eq 'Finish' -and $new)) { throw "There is no tunnel '$Name'." }
if ($old -and $old.Vni -eq $Vni) { throw "The tunnel '$Name' already has VNI $Vni." }
if (-not $new -and $Phase -in 'Switch', 'Finish') { throw "There is no tunnel '$NewName' yet: Prepare comes first." }
if ($old -and $Phase -eq 'Finish' -and ((Get-OwnRoute $Name) -or $old.Master)) {
    throw "Traffic still goes through '$Name': Switch comes first."
}

$changed = switch ($Phase) {
    'Prepare' { -not $new }
    'Switch' { Test-Traffic $old }
    'Finish' { [bool]$old }
    'Undo' { [bool]$new }
}
if ($changed -and $PSCmdlet.ShouldProcess("tunnel '$Name' to $($old.Remote)", "$Phase, to '$NewName' with VNI $Vni")) {
    switch ($Phase) {
        'Prepare' { Copy-Tunnel $old }
        'Switch' {
            try { Move-Traffic $Name $NewName }
            catch {
                Move-Traffic $NewName $Name
                throw
            }
        }
        'Finish' { Remove-GeneveTunnel $Name @inNamespace @quiet }
        'Undo' {
            Move-Traffic $NewName $Name
            Remove-GeneveTunnel $NewName @inNamespace @quiet
        }
    }
}
[pscustomobject]@{ Tunnel = $Name; NewTunnel = $NewName; Vni = $Vni; Phase = $Phase; Changed = $changed }
