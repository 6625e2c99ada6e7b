#Requires -Version 7.6
#Requires -Modules GeneveNet

<#
.SYNOPSIS
Connects a container to an overlay as soon as it is running.
.DESCRIPTION
Waits for the container, creates a Geneve tunnel on the host and moves it into the container, with addresses and routes. The
packets of the tunnel are sent by the host, and the container sees the overlay only. It needs no privileges.

All or nothing: when a step fails, the tunnel is removed. A container that has the tunnel already is not changed.

A container that is started again has a new network namespace, without the tunnel. With -Watch the script keeps running and
connects the container each time it starts. To do that in a service unit:

  [Service]
  ExecStart=/usr/bin/pwsh -NoProfile -File /opt/genevenet/Connect-GeneveContainer.ps1 client1 \
      -Vni 1000 -Remote 10.0.0.250 -Address 11.200.1.1/32 -Route 11.200.2.1 -Watch
.OUTPUTS
An object each time the container is connected, or found to be: Container, Tunnel, Namespace and Changed.
.EXAMPLE
./Connect-GeneveContainer.ps1 client1 -Vni 1000 -Remote 10.0.0.250 -Address 11.200.1.1/32 -Route 11.200.2.1
Connects the container client1. Run it before or after `docker run`.
.EXAMPLE
./Connect-GeneveContainer.ps1 client1 -Vni 1000 -Remote 10.0.0.250 -Address 11.200.1.1/32 -Route 11.200.2.1 -Watch
Connects it now and each time it starts, until you press Ctrl-C.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The container: its name, its id, or the beginning of its id.
    [Parameter(Mandatory, Position = 0)]
    [string] $Container,

    # The VNI of the tunnel.
    [Parameter(Mandatory)]
    [ValidateRange(0, 16777215)]
    [int] $Vni,

    # The far endpoint: an address in the underlay of this host.
    [Parameter(Mandatory)]
    [ipaddress] $Remote,

    # The UDP port.
    [ValidateRange(1, 65535)]
    [int] $Port = 6081,

    # The name of the tunnel in the container.
    [ValidateLength(1, 15)]
    [string] $Name = 'geneve0',

    # The addresses of the container in the overlay, with prefix length.
    [string[]] $Address = @(),

    # The networks and hosts that are reached through the tunnel.
    [string[]] $Route = @(),

    # How many seconds to wait for the container; not used with -Watch.
    [ValidateRange(0, 86400)]
    [double] $Timeout = 60,

    # Keeps running, and connects the container each time it starts. Press Ctrl-C to stop.
    [switch] $Watch
)

$ErrorActionPreference = 'Stop'
$wanted = "VNI $Vni to $Remote, UDP port $Port"

# Creates the tunnel in a network namespace, and removes it again when a step fails.
function Add-Tunnel {
    param($Namespace)

    # It gets its name inside: on the host, another tunnel of that name may be on its way to another container.
    $temporaryName = "gnc$($Namespace.Inode)"
    $tunnel = @{ Name = $temporaryName; Vni = $Vni; Remote = $Remote; Port = $Port }
    $quiet = @{ Confirm = $false }
    try {
        $null = New-GeneveTunnel @tunnel @quiet
        Move-LinkToNamespace $temporaryName $Namespace -NewName $Name @quiet
        foreach ($one in $Address) { Add-LinkAddress $one $Name -Namespace $Namespace @quiet }
        Set-Link $Name -Up -Namespace $Namespace @quiet
        foreach ($one in $Route) { Add-Route $one $Name -Namespace $Namespace @quiet }
    }
    catch {
        Get-GeneveTunnel $temporaryName -ErrorAction Ignore | Remove-GeneveTunnel @quiet
        Get-GeneveTunnel $Name -Namespace $Namespace -ErrorAction Ignore | Remove-GeneveTunnel @quiet
        throw
    }
}

# Whether a network namespace has the tunnel. Another tunnel of its name is an error.
function Test-Tunnel {
    param($Namespace)
    $existing = Get-GeneveTunnel $Name -Namespace $Namespace -ErrorAction Ignore
    if (-not $existing) { return $false }
    $found = "VNI $($existing.Vni) to $($existing.Remote), UDP port $($existing.Port)"
    if ($found -ne $wanted) { throw "Container '$Container' already has a tunnel '$Name', with $found." }
    $true
}

$deadline = (Get-Date).AddSeconds($Timeout)
$connected = $null
while ($true) {
    # Nothing while the container is not running.
    $namespace = Get-NetworkNamespace -Container $Container -ErrorAction Ignore
    if ($namespace -and -not $namespace.Equals($connected)) {
        $connect = -not (Test-Tunnel $namespace)
        if ($connect -and $PSCmdlet.ShouldProcess("container '$Container'", "Connect with tunnel '$Name' ($wanted)")) {
            Add-Tunnel $namespace
        }
        [pscustomobject]@{ Container = $Container; Tunnel = $Name; Namespace = $namespace.Inode; Changed = $connect }
    }
    $connected = $namespace
    if (-not $Watch) {
        if ($connected) { return }
        if ((Get-Date) -ge $deadline) { throw "Container '$Container' was not running within $Timeout s." }
    }
    Start-Sleep -Milliseconds 200
}
