#Requires -Version 7.6
#Requires -Modules GeneveNet

<#
.SYNOPSIS
Changes the VNI between two hosts step by step, without losing a packet.
.DESCRIPTION
The kernel cannot change the VNI of a tunnel. So a second tunnel is made beside the first, traffic goes over to it, and the
first one is removed. Each step is done at both ends before the next one begins, in any order of the two:

  Prepare  creates the new tunnel with the settings, addresses and static neighbors of the old one; nothing goes there yet
  Switch   moves routes, addresses and the place in a bridge to the new tunnel; packets are still taken from both
  Finish   removes the old tunnel
  Undo     before Finish: moves everything back and removes the new tunnel

Between the two Switch steps one end sends by the new tunnel and the other by the old one. With strict reverse-path
filtering (rp_filter = 1) the kernel drops such packets: then set it to 2 until both are done. In a bridge the old port
goes before the new one comes, as two tunnels between the same bridges would be a loop: there, some packets are lost.

A step that was done already changes nothing. One that fails is taken back as a whole.
.OUTPUTS
An object: Tunnel, NewTunnel, Vni, Phase and Changed.
.EXAMPLE
./Update-GeneveVni.ps1 geneve0 -NewName geneve1 -Vni 2000 -Phase Prepare
The first step, on each of the two hosts. Then Switch on each, then Finish on each.
.EXAMPLE
./Update-GeneveVni.ps1 geneve0 -NewName geneve1 -Vni 2000 -Phase Undo
Goes back to the old VNI.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The tunnel there is.
    [Parameter(Mandatory, Position = 0)]
    [string] $Name,

    # The tunnel that takes its place.
    [Parameter(Mandatory)]
    [string] $NewName,

    # Its VNI.
    [Parameter(Mandatory)]
    [ValidateRange(0, 16777215)]
    [int] $Vni,

    # The step.
    [Parameter(Mandatory)]
    [ValidateSet('Prepare', 'Switch', 'Finish', 'Undo')]
    [string] $Phase,

    # The network namespace of the tunnel; by default that of the session.
    [string] $Namespace
)

$ErrorActionPreference = 'Stop'
$place = if ($Namespace) { @{ Namespace = $Namespace } } else { @{} }
$quiet = @{ Confirm = $false }

function Find-Tunnel ([string] $Link) { Get-GeneveTunnel $Link @place -ErrorAction Ignore }

# The addresses of a link that somebody gave it.
function Get-OwnAddress ([string] $Link) { Get-LinkAddress $Link @place | Where-Object Scope -NE Link }

# The routes through a link that somebody set.
function Get-OwnRoute ([string] $Link) { Get-Route -Link $Link -Table all @place | Where-Object Protocol -NE Kernel }

# Creates a tunnel like another one, with another VNI.
function Copy-Tunnel ($Tunnel) {
    $settings = @{
        Vni = $Vni; Remote = $Tunnel.Remote; Port = $Tunnel.Port; Mtu = $Tunnel.Mtu; LinkLayerAddress = $Tunnel.LinkLayerAddress
        Tos = $Tunnel.Tos; DontFragment = $Tunnel.DontFragment; Up = $Tunnel.IsUp
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
    $null = New-GeneveTunnel $NewName @settings @place @quiet
    Get-Neighbor -Link $Tunnel.Name @place | Where-Object IsStatic | ForEach-Object { Set-StaticNeighbor $_.Address $_.LinkLayerAddress $NewName @place @quiet }
}

# Lets the traffic of one tunnel go by the other.
function Move-Traffic ([string] $From, [string] $To) {
    $there = @(Get-OwnAddress $To | ForEach-Object { "$($_.Address)" })
    Get-OwnAddress $From | Where-Object { "$($_.Address)" -notin $there } | ForEach-Object { Add-LinkAddress $To $_.Address @place @quiet }
    $bridge = (Get-Link $From @place).Master
    if ($bridge) {
        Remove-BridgePort $From @place @quiet
        Add-BridgePort $bridge $To @place @quiet
    }
    foreach ($route in Get-OwnRoute $From) {
        $with = @{ Table = $route.Table; Metric = $route.Metric }
        if ($route.Gateway) { $with.Gateway = $route.Gateway }
        if ($route.Source) { $with.Source = $route.Source }
        if ($route.Mtu) { $with.Mtu = $route.Mtu }
        # In the place of the old one, in one step.
        Add-Route $route.Destination $To @with -Force @place @quiet
    }
    # The routes of networks the addresses are in go with them; those of the other tunnel are there.
    Get-OwnAddress $From | Remove-LinkAddress @quiet
}

$old = Find-Tunnel $Name
$new = Find-Tunnel $NewName
if ($new -and "$($new.Vni)" -ne "$Vni") { throw "There is a tunnel '$NewName' already, with VNI $($new.Vni)." }
if (-not $old -and -not ($Phase -eq 'Finish' -and $new)) { throw "There is no tunnel '$Name'." }
if ($old -and "$($old.Vni)" -eq "$Vni") { throw "The tunnel '$Name' has VNI $Vni already." }

# Whether there is anything to do; and what has to be there.
$changed = switch ($Phase) {
    'Prepare' { -not $new }
    'Undo' { [bool]$new }
    default {
        if (-not $new) { throw "There is no tunnel '$NewName' yet: Prepare comes first." }
        if ($Phase -eq 'Finish') { [bool]$old } else { [bool]((Get-OwnRoute $Name) -or (Get-OwnAddress $Name) -or $old.Master) }
    }
}
if ($Phase -eq 'Finish' -and $old -and ((Get-OwnRoute $Name) -or $old.Master)) { throw "Traffic still goes by '$Name': Switch comes first." }

if ($changed -and $PSCmdlet.ShouldProcess("tunnel '$Name' to $($old.Remote)", "$Phase, to '$NewName' with VNI $Vni")) {
    switch ($Phase) {
        'Prepare' {
            try { Copy-Tunnel $old }
            catch {
                if (Find-Tunnel $NewName) { Remove-GeneveTunnel $NewName @place @quiet }
                throw
            }
        }
        'Switch' {
            try { Move-Traffic $Name $NewName }
            catch {
                Move-Traffic $NewName $Name
                throw
            }
        }
        'Finish' { Remove-GeneveTunnel $Name @place @quiet }
        'Undo' {
            Move-Traffic $NewName $Name
            Remove-GeneveTunnel $NewName @place @quiet
        }
    }
}
[pscustomobject]@{ Tunnel = $Name; NewTunnel = $NewName; Vni = $Vni; Phase = $Phase; Changed = $changed }
