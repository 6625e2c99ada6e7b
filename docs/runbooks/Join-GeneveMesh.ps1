#Requires -Version 7.6
#Requires -Modules GeneveNet

<#
.SYNOPSIS
Joins this host to an overlay in which every host has a tunnel to every other one.
.DESCRIPTION
Reads the hosts of the overlay from a CSV file, the same file on every host, with these columns:

  Name      a name of the host, which becomes part of the names of the tunnels to it
  Underlay  its address in the underlay
  Overlay   its address in the overlay
  Networks  further networks behind it, with spaces between them; may be empty

For each other host there is then a tunnel PREFIX-NAME with this host's overlay address, and routes through it. What is so
already is left alone, so that the script can run as often as one likes; a tunnel that differs is replaced.

All or nothing: the whole file is checked before anything is changed, and when a step fails, the tunnels this run has
created are removed again. A tunnel it has replaced stays replaced: each is whole in itself.
.OUTPUTS
An object for each peer: Peer, Tunnel, Remote, Action (None, Create, Replace, Route, Remove) and Changed.
.EXAMPLE
./Join-GeneveMesh.ps1 /etc/genevenet/mesh.csv -Vni 1000
Joins the host whose name the system has.
.EXAMPLE
./Join-GeneveMesh.ps1 /etc/genevenet/mesh.csv -Vni 1000 -Prune -WhatIf
Shows what would change when also what the file no longer has is removed.
.EXAMPLE
./Join-GeneveMesh.ps1 mesh.csv -HostName alpha -Vni 1000 -Namespace blue -AsJson
Joins the namespace blue as host alpha, and reports as JSON for another program.
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

    # Which of the hosts this one is.
    [string] $HostName = [System.Environment]::MachineName,

    # The UDP port of all tunnels.
    [ValidateRange(1, 65535)]
    [int] $Port = 6081,

    # How the names of the tunnels begin.
    [ValidatePattern('^[A-Za-z0-9_.]{1,8}$')]
    [string] $Prefix = 'mesh',

    # The network namespace that is this host; by default that of the session.
    [string] $Namespace,

    # Removes tunnels and routes of the overlay that the file no longer has.
    [switch] $Prune,

    # Reports as JSON, and prints nothing else, with -WhatIf either.
    [switch] $AsJson
)

$ErrorActionPreference = 'Stop'
$onlyPlan = $AsJson -and $WhatIfPreference
$place = if ($Namespace) { @{ Namespace = $Namespace } } else { @{} }

# A single address with all bits as its prefix, or a network as it is.
function Get-Prefix ([string] $Text) {
    if ($Text.Contains('/')) { $Text } elseif ($Text.Contains(':')) { "$Text/128" } else { "$Text/32" }
}

# The rows of the file; a mistake in any of them ends the script before anything is changed.
function Get-MeshHost {
    $rows = @(Import-Csv -LiteralPath $Path)
    $number = 1
    foreach ($row in $rows) {
        $number++
        foreach ($column in 'Name', 'Underlay', 'Overlay') {
            if (-not $row.$column) { throw "$Path, line $number`: the column $column is empty or missing." }
        }
        foreach ($column in 'Underlay', 'Overlay') {
            # The framework also takes 10.1 for an address.
            $address = $null
            if ($row.$column -notmatch ':|^\d+(\.\d+){3}$' -or -not [System.Net.IPAddress]::TryParse($row.$column, [ref] $address)) { throw "$Path, line $number`: $column '$($row.$column)' is no IP address." }
        }
        $tunnel = "$Prefix-$($row.Name)"
        if ([System.Text.Encoding]::UTF8.GetByteCount($tunnel) -gt 15) { throw "$Path, line $number`: the name of the tunnel, '$tunnel', is longer than 15 bytes." }
        [pscustomobject]@{
            Name = $row.Name; Tunnel = $tunnel; Underlay = $row.Underlay; Overlay = $row.Overlay
            Routes = @(Get-Prefix $row.Overlay) + @("$($row.Networks)" -split '\s+' | Where-Object { $_ } | ForEach-Object { Get-Prefix $_ })
        }
    }
    foreach ($column in 'Name', 'Underlay', 'Overlay') {
        $double = $rows | Group-Object $column | Where-Object Count -GT 1 | Select-Object -First 1
        if ($double) { throw "$Path`: $($double.Count) hosts have the $column '$($double.Name)'." }
    }
}

# The tunnel of a name, or nothing.
function Find-Tunnel ([string] $Name) { Get-GeneveTunnel $Name @place -ErrorAction Ignore }

function Test-Tunnel ($Tunnel, $Peer, [string] $Address) {
    $Tunnel.IsUp -and "$($Tunnel.Vni)" -eq "$Vni" -and $Tunnel.Port -eq $Port -and "$($Tunnel.Remote)" -eq $Peer.Underlay -and
        "$(Get-LinkAddress $Tunnel.Name @place)".Split(' ') -contains $Address
}

$hosts = @(Get-MeshHost)
$self = $hosts | Where-Object Name -EQ $HostName
if (-not $self) { throw "$Path has no host '$HostName'. Say with -HostName which one this is." }
$address = Get-Prefix $self.Overlay
$peers = @($hosts | Where-Object Name -NE $HostName)

$report = [System.Collections.Generic.List[object]]::new()
$created = [System.Collections.Generic.List[string]]::new()
try {
    foreach ($peer in $peers) {
        $tunnel = Find-Tunnel $peer.Tunnel
        $routes = @(if ($tunnel) { Get-Route -Link $peer.Tunnel @place | Where-Object Protocol -NE Kernel | ForEach-Object { "$($_.Destination)" } })
        $missing = @($peer.Routes | Where-Object { $_ -notin $routes })
        $surplus = @(if ($Prune) { $routes | Where-Object { $_ -notin $peer.Routes } })
        $action = if (-not $tunnel) { 'Create' }
        elseif (-not (Test-Tunnel $tunnel $peer $address)) { 'Replace' }
        elseif ($missing -or $surplus) { 'Route' }
        else { 'None' }
        if ($action -ne 'None' -and -not $onlyPlan -and $PSCmdlet.ShouldProcess("tunnel '$($peer.Tunnel)' to $($peer.Name) ($($peer.Underlay))", "$action, routes: $($peer.Routes -join ', ')")) {
            if ($action -in 'Create', 'Replace') {
                $null = New-GeneveTunnel $peer.Tunnel -Vni $Vni -Remote $peer.Underlay -Port $Port -Address $address -Up -Force:($action -eq 'Replace') @place -Confirm:$false
                if ($action -eq 'Create') { $created.Add($peer.Tunnel) }
                # The routes went with the old one.
                $missing = $peer.Routes
                $surplus = @()
            }
            foreach ($route in $surplus) { Remove-Route $route $peer.Tunnel @place -Confirm:$false }
            foreach ($route in $missing) { Add-Route $route $peer.Tunnel -Source $self.Overlay @place -Confirm:$false }
        }
        $report.Add([pscustomobject]@{ Peer = $peer.Name; Tunnel = $peer.Tunnel; Remote = $peer.Underlay; Action = $action; Changed = $action -ne 'None' })
    }

    if ($Prune) {
        foreach ($tunnel in Get-GeneveTunnel "$Prefix-*" -Vni $Vni @place | Where-Object Name -NotIn $peers.Tunnel) {
            if (-not $onlyPlan -and $PSCmdlet.ShouldProcess("tunnel '$($tunnel.Name)' to $($tunnel.Remote)", 'Remove')) { $tunnel | Remove-GeneveTunnel -Confirm:$false }
            $report.Add([pscustomobject]@{ Peer = $tunnel.Name.Substring($Prefix.Length + 1); Tunnel = $tunnel.Name; Remote = "$($tunnel.Remote)"; Action = 'Remove'; Changed = $true })
        }
    }
}
catch {
    # Their routes go with them.
    foreach ($name in $created) { Remove-GeneveTunnel $name @place -Confirm:$false -ErrorAction Continue }
    throw
}

if ($AsJson) { ConvertTo-Json @($report) } else { $report }
