#Requires -Version 7.6
#Requires -Modules GeneveNet

<#
.SYNOPSIS
Reports on every tunnel of this host as JSON.
.DESCRIPTION
Tests the path of each tunnel with Test-GenevePath and adds the packet counters of the kernel. It changes nothing; without
-Static it sends a few packets through each tunnel. External tunnels (collect metadata) have no path of their own and are only
listed.

The exit status is 0 when every path works and 1 when one does not, or when there is no tunnel to be tested, so that a timer or a
monitor needs nothing else.
.OUTPUTS
The report as text; nothing with -Path.
.EXAMPLE
./Get-GeneveHealth.ps1 | jq '.tunnels[] | select(.path.passed | not) | .path.remedy'
Shows the commands that fix the paths that do not work.
.EXAMPLE
./Get-GeneveHealth.ps1 -Namespace * -Path /var/lib/genevenet/health.json
Writes a report on the tunnels of all named namespaces and running containers to a file. A reader of that file never sees half
a report.
#>
[CmdletBinding()]
param(
    # Network namespaces and containers, by name or wildcard; the session's namespace and all running containers by default.
    [string[]] $Namespace,

    # The names of the tunnels, or wildcards.
    [string[]] $Name = @('*'),

    # Checks the state of the kernel only and sends no packets.
    [switch] $Static,

    # The file to write the report to.
    [string] $Path
)

$ErrorActionPreference = 'Stop'

# The text of a value, or $null where there is none.
function Get-Text {
    param($Value)
    if ($null -ne $Value) { "$Value" }
}

# The part of the report on the path of a tunnel.
function Get-PathReport {
    param($Tunnel)
    try { $verdict = $Tunnel | Test-GenevePath -Static:$Static }
    catch {
        # A path that cannot be tested does not count as one that works.
        return [ordered]@{ passed = $false; cause = 'NotTested'; sentence = "$_" }
    }
    [ordered]@{
        passed          = $verdict.Passed
        mode            = "$($verdict.Mode)"
        cause           = "$($verdict.Cause)"
        end             = Get-Text $verdict.End
        sentence        = $verdict.Sentence
        remedy          = $verdict.Remedy
        possibleCauses  = @($verdict.PossibleCauses | ForEach-Object { "$_" })
        destination     = Get-Text $verdict.Destination
        sent            = $verdict.Sent
        received        = $verdict.Received
        rttMilliseconds = if ($verdict.RttAvg) { [System.Math]::Round($verdict.RttAvg.TotalMilliseconds, 3) }
        warnings        = @($verdict.Warnings | ForEach-Object Sentence)
        notes           = @($verdict.Notes)
    }
}

# The part of the report on a tunnel.
function Get-TunnelReport {
    param($Tunnel)
    $count = $Tunnel.Statistics
    $report = [ordered]@{
        name      = $Tunnel.Name
        namespace = $Tunnel.Namespace.DisplayName
        vni       = $Tunnel.Vni
        remote    = Get-Text $Tunnel.Remote
        port      = $Tunnel.Port
        up        = $Tunnel.IsUp
        mtu       = $Tunnel.Mtu
        bridge    = $Tunnel.Master
        packets   = [ordered]@{
            received       = $count.ReceivedPackets
            sent           = $count.SentPackets
            receiveErrors  = $count.ReceiveErrors
            sendErrors     = $count.SendErrors
            receiveDropped = $count.ReceiveDropped
            sendDropped    = $count.SendDropped
        }
    }
    if (-not $Tunnel.External) { $report.path = Get-PathReport $Tunnel }
    $report
}

$tunnels = if ($Namespace) { Get-GeneveTunnel $Name -Namespace $Namespace }
else {
    $containers = Get-NetworkNamespace | Where-Object Container
    @(Get-GeneveTunnel $Name -ErrorAction Ignore) + @($containers | Get-GeneveTunnel $Name -ErrorAction Ignore)
}

$reports = @($tunnels | ForEach-Object { Get-TunnelReport $_ })
$tested = @($reports | Where-Object { $_.Contains('path') })
$failed = @($tested | Where-Object { -not $_.path.passed })
$report = [ordered]@{
    host    = [System.Environment]::MachineName
    time    = Get-Date -AsUTC -Format o
    healthy = $tested.Count -gt 0 -and $failed.Count -eq 0
    tested  = $tested.Count
    failed  = $failed.Count
    tunnels = $reports
} | ConvertTo-Json -Depth 6

if ($Path) {
    $file = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)
    Set-Content -LiteralPath "$file.new" -Value $report
    # In one step: Move-Item -Force removes the old file before it moves the new one.
    [System.IO.File]::Move("$file.new", $file, $true)
}
else { $report }
exit [int]($tested.Count -eq 0 -or $failed.Count -gt 0)
