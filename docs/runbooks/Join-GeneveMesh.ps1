#Requires -Version 7.6
#Requires -Modules GeneveNet

<#
.SYNOPSIS
Joins this host to an overlay in which every host has a tunnel to every other one.
.DESCRIPTION
Reads the hosts of the overlay from a CSV file, the same file on every host, with these columns:

  Name      the name of the host, which becomes part of the names of the tunnels to it
  Underlay  its address in the underlay
  Overlay   its address in the overlay
  Networks  further networks behind it, separated by spaces; may be empty

For each other host it creates a tunnel PREFIX-NAME with the overlay address of this host, and routes through it. What is
correct already is not changed, so the script can run as often as you like; a tunnel that differs is replaced.

All or nothing: the whole file is checked before anything is changed, and when a step fails, the tunnels that this run has
created are removed again. A tunnel that it has replaced stays: each one is complete.
.OUTPUTS
An object for each peer: Peer, Tunnel, Remote, Action (None, Create, Replace, Route, Remove) and Changed.
.EXAMPLE
./Join-GeneveMesh.ps1 /etc/genevenet/mesh.csv -Vni 1000
Joins this host, which has its own name in the file.
.EXAMPLE
./Join-GeneveMesh.ps1 /etc/genevenet/mesh.csv -Vni 1000 -Prune -WhatIf
Shows what would change, including the removal of what the file no longer has.
.EXAMPLE
./Join-GeneveMesh.ps1 mesh.csv -HostName alpha -Vni 1000 -Namespace blue -AsJson
Joins the network namespace blue as host alpha, and reports as JSON for another program.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The CSV file.
    [Parameter(Mandatory, Position = 0)]
    [string] $Path,

    # The VNI of the overlay.
    [Parameter(Mandatory)]
    [ValidateRange(0, 16777215)]
    [int] $Vni,

    # The name of this host in the file.
    [string] $HostName = [System.Environment]::MachineName,

    # The UDP port of all tunnels.
    [ValidateRange(1, 65535)]
    [int] $Port = 6081,

    # The beginning of the names of the tunnels.
    [ValidatePattern('^[A-Za-z0-9_.]{1,8}$')]
    [string] $Prefix = 'mesh',

    # The network namespace that is this host; the one of the session by default.
    [string] $Namespace,

    # Removes tunnels and routes of the overlay that the file no longer has.
    [switch] $Prune,

    # Reports as JSON and prints nothing else, not even with -WhatIf.
    [switch] $AsJson
)

$ErrorActionPreference = 'Stop'
$planOnly = $AsJson -and $WhatIfPreference
$inNamespace = if ($Namespace) { @{ Namespace = $Namespace } } else { @{} }
$quiet = @{ Confirm = $false }

# A network as it is; an address as the network of that address alone.
function Get-Network {
    param([string] $Text)
    if ($Text -match '/') { $Text } elseif ($Text -match ':') { "$Text/128" } else { "$Text/32" }
}

# A row of the file as a host; a mistake in it is an error.
function ConvertTo-MeshHost {
    param($Row)
    foreach ($column in 'Name', 'Underlay', 'Overlay') {
        if (-not $Row.$column) { throw "the column $column is empty or missing." }
    }
    foreach ($column in 'Underlay', 'Overlay') {
        # The type [ipaddress] alone also accepts 10.1.
        if ($Row.$column -notmatch ':|^\d+(\.\d+){3}$' -or -not ($Row.$column -as [ipaddress])) {
            throw "$column '$($Row.$column)' is not an IP address."
        }
    }
    $tunnel = "$Prefix-$($Row.Name)"
    if ([System.Text.Encoding]::UTF8.GetByteCount($tunnel) -gt 15) {
        throw "the name of the tunnel, '$tunnel', is longer than 15 bytes."
    }
    [pscustomobject]@{
        Name     = $Row.Name
        Tunnel   = $tunnel
        Underlay = $Row.Underlay
        Overlay  = $Row.Overlay
        Routes   = @($Row.Overlay; -split $Row.Networks | Where-Object { $_ }) | ForEach-Object { Get-Network $_ }
    }
}

# The hosts of the file; a mistake in any row ends the script before anything is changed.
function Get-MeshHost {
    $line = 1
    $rows = Import-Csv -LiteralPath $Path
    foreach ($row in $rows) {
        $line++
        try { ConvertTo-MeshHost $row }
        catch { throw "$Path, line $line`: $_" }
    }
    foreach ($column in 'Name', 'Underlay', 'Overlay') {
        $duplicate = $rows | Group-Object $column | Where-Object Count -GT 1 | Select-Object -First 1
        if ($duplicate) { throw "$Path`: $($duplicate.Count) hosts have the $column '$($duplicate.Name)'." }
    }
}

# Whether a tunnel is what the file asks for, routes aside.
function Test-Tunnel {
    param($Tunnel, $Peer)
    $addresses = Get-LinkAddress $Tunnel.Name @inNamespace | ForEach-Object { "$($_.Address)" }
    $Tunnel.IsUp -and $Tunnel.Vni -eq $Vni -and $Tunnel.Port -eq $Port -and "$($Tunnel.Remote)" -eq $Peer.Underlay -and
        $address -in $addresses
}

# What has to be done for a peer: the action, and the routes to add and to remove.
function Get-Plan {
    param($Peer)
    $tunnel = Get-GeneveTunnel $Peer.Tunnel @inNamespace -ErrorAction Ignore
    if (-not $tunnel) { return @{ Action = 'Create'; Add = $Peer.Routes; Remove = @() } }
    # The routes of a tunnel are removed with it.
    if (-not (Test-Tunnel $tunnel $Peer)) { return @{ Action = 'Replace'; Add = $Peer.Routes; Remove = @() } }

    $routes = @(Get-Route -Link $Peer.Tunnel @inNamespace | Where-Object Protocol -NE Kernel | ForEach-Object { "$($_.Destination)" })
    $missing = @($Peer.Routes | Where-Object { $_ -notin $routes })
    $surplus = @(if ($Prune) { $routes | Where-Object { $_ -notin $Peer.Routes } })
    @{ Action = $missing -or $surplus ? 'Route' : 'None'; Add = $missing; Remove = $surplus }
}

# Carries out a plan. The names of tunnels it creates are kept, for a later failure.
function Invoke-Plan {
    param($Peer, $Plan)
    if ($Plan.Action -in 'Create', 'Replace') {
        $tunnel = @{ Name = $Peer.Tunnel; Vni = $Vni; Remote = $Peer.Underlay; Port = $Port; Address = $address }
        $null = New-GeneveTunnel @tunnel -Up -Force:($Plan.Action -eq 'Replace') @inNamespace @quiet
        if ($Plan.Action -eq 'Create') { $created.Add($Peer.Tunnel) }
    }
    foreach ($route in $Plan.Remove) { Remove-Route $route $Peer.Tunnel @inNamespace @quiet }
    foreach ($route in $Plan.Add) { Add-Route $route $Peer.Tunnel -Source $self.Overlay @inNamespace @quiet }
}

# The object that reports on a peer.
function Get-Result {
    param([string] $Peer, [string] $Tunnel, [string] $Remote, [string] $Action)
    [pscustomobject]@{ Peer = $Peer; Tunnel = $Tunnel; Remote = $Remote; Action = $Action; Changed = $Action -ne 'None' }
}

$hosts = @(Get-MeshHost)
$self = $hosts | Where-Object Name -EQ $HostName
if (-not $self) { throw "$Path has no host '$HostName'. Use -HostName to choose the name of this host." }
$address = Get-Network $self.Overlay
$peers = @($hosts | Where-Object Name -NE $HostName)

$created = [System.Collections.Generic.List[string]]::new()
try {
    $results = @(
        foreach ($peer in $peers) {
            $plan = Get-Plan $peer
            $target = "tunnel '$($peer.Tunnel)' to $($peer.Name) ($($peer.Underlay))"
            $operation = "$($plan.Action), routes: $($peer.Routes -join ', ')"
            if ($plan.Action -ne 'None' -and -not $planOnly -and $PSCmdlet.ShouldProcess($target, $operation)) { Invoke-Plan $peer $plan }
            Get-Result -Peer $peer.Name -Tunnel $peer.Tunnel -Remote $peer.Underlay -Action $plan.Action
        }
        if ($Prune) {
            foreach ($tunnel in Get-GeneveTunnel "$Prefix-*" -Vni $Vni @inNamespace | Where-Object Name -NotIn $peers.Tunnel) {
                if (-not $planOnly -and $PSCmdlet.ShouldProcess("tunnel '$($tunnel.Name)' to $($tunnel.Remote)", 'Remove')) {
                    $tunnel | Remove-GeneveTunnel @quiet
                }
                $name = $tunnel.Name.Substring($Prefix.Length + 1)
                Get-Result -Peer $name -Tunnel $tunnel.Name -Remote $tunnel.Remote -Action Remove
            }
        }
    )
}
catch {
    # Their routes go with them.
    foreach ($name in $created) { Remove-GeneveTunnel $name @inNamespace @quiet -ErrorAction Continue }
    throw
}

if ($AsJson) { ConvertTo-Json $results } else { $results }
