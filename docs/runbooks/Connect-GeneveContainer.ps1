#Requires -Version 7.6
#Requires -Modules GeneveNet

<#
.SYNOPSIS
Gives a container a tunnel as soon as it runs.
.DESCRIPTION
Waits for the container, creates a Geneve tunnel on the host and moves it into the container, with addresses and routes. The
packets of the tunnel then come from the host, and the container sees the overlay only. It needs no privileges.

All or nothing: when a step fails, the tunnel is removed. A container that has the tunnel already is left alone.

A container that is started anew has a new network namespace and no tunnel. With -Watch the script goes on and attaches it
at each start; that is what a service unit runs:

  [Service]
  ExecStart=/usr/bin/pwsh -NoProfile -File /opt/genevenet/Connect-GeneveContainer.ps1 client1 -Vni 1000 -Remote 10.0.0.250 -Address 11.200.1.1/32 -Route 11.200.2.1 -Watch
.OUTPUTS
An object for each time it was attached, or found to be: Container, Tunnel, Namespace and Changed.
.EXAMPLE
./Connect-GeneveContainer.ps1 client1 -Vni 1000 -Remote 10.0.0.250 -Address 11.200.1.1/32 -Route 11.200.2.1
Run beside `docker run`, before or after it.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The container: a name, an id, or the beginning of an id.
    [Parameter(Mandatory, Position = 0)]
    [string] $Container,

    # The VNI.
    [Parameter(Mandatory)]
    [ValidateRange(0, 16777215)]
    [int] $Vni,

    # The far endpoint, an address in the underlay of this host.
    [Parameter(Mandatory)]
    [ipaddress] $Remote,

    # The UDP port.
    [ValidateRange(1, 65535)]
    [int] $Port = 6081,

    # The name of the tunnel within the container.
    [ValidateLength(1, 15)]
    [string] $Name = 'geneve0',

    # Addresses for the container, with prefix length.
    [string[]] $Address = @(),

    # Networks and hosts that are reached through the tunnel.
    [string[]] $Route = @(),

    # How many seconds to wait for the container.
    [ValidateRange(0, 86400)]
    [double] $Timeout = 60,

    # Goes on, and attaches the container each time it is started; ends with Ctrl-C.
    [switch] $Watch
)

$ErrorActionPreference = 'Stop'

# The network namespace of the container, or nothing while it does not run.
function Find-Place { Get-NetworkNamespace -Container $Container -ErrorAction Ignore }

# Gives a namespace the tunnel, and says whether that changed anything.
function Connect-Place ($Place) {
    $there = Get-GeneveTunnel $Name -Namespace $Place -ErrorAction Ignore
    if ($there) {
        if ("$($there.Vni) $($there.Remote) $($there.Port)" -ne "$Vni $Remote $Port") {
            throw "Container '$Container' has a tunnel '$Name' already, with VNI $($there.Vni) to $($there.Remote), port $($there.Port)."
        }
        return $false
    }
    if (-not $PSCmdlet.ShouldProcess("container '$Container'", "Attach tunnel '$Name' (VNI $Vni to $Remote, UDP port $Port)")) { return $true }

    # A name of its own on the host, where others may have a tunnel of the same name on its way to another container.
    $passing = "gnc$($Place.Inode)"
    try {
        $null = New-GeneveTunnel $passing -Vni $Vni -Remote $Remote -Port $Port -Confirm:$false
        Move-LinkToNamespace $passing $Place -NewName $Name -Confirm:$false
        foreach ($one in $Address) { Add-LinkAddress $Name $one -Namespace $Place -Confirm:$false }
        Set-Link $Name -Up -Namespace $Place -Confirm:$false
        foreach ($one in $Route) { Add-Route $one $Name -Namespace $Place -Confirm:$false }
    }
    catch {
        Get-GeneveTunnel $passing -ErrorAction Ignore | Remove-GeneveTunnel -Confirm:$false
        Get-GeneveTunnel $Name -Namespace $Place -ErrorAction Ignore | Remove-GeneveTunnel -Confirm:$false
        throw
    }
    $true
}

$clock = [System.Diagnostics.Stopwatch]::StartNew()
$last = $null
do {
    $found = Find-Place
    if ($found -and -not $found.Equals($last)) {
        [pscustomobject]@{ Container = $Container; Tunnel = $Name; Namespace = $found.Inode; Changed = Connect-Place $found }
        $last = $found
        if (-not $Watch) { return }
    }
    elseif (-not $found) { $last = $null }
    if (-not $Watch -and $clock.Elapsed.TotalSeconds -ge $Timeout) { throw "Container '$Container' did not run within $Timeout s." }
    Start-Sleep -Milliseconds 200
} while ($true)
