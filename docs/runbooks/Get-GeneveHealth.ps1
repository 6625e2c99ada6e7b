#Requires -Version 7.6
#Requires -Modules GeneveNet

<#
.SYNOPSIS
Reports on every tunnel of this host as JSON.
.DESCRIPTION
Tests the path of each tunnel with Test-GenevePath and adds what the kernel counts. Nothing is changed; without -Static a
few packets are sent through each tunnel. External tunnels (collect metadata) have no path of their own and are listed only.

The exit status is 0 when every path works and 1 when one does not, so that a timer or a monitor needs nothing else.
.OUTPUTS
The report as text; nothing with -Path.
.EXAMPLE
./Get-GeneveHealth.ps1 | jq '.tunnels[] | select(.path.passed | not) | .path.remedy'
What would mend the paths that do not work.
.EXAMPLE
./Get-GeneveHealth.ps1 -Namespace * -Path /var/lib/genevenet/health.json
Writes the report on the tunnels of all named namespaces to a file, whole: a reader never sees half of it.
#>
[CmdletBinding()]
param(
    # Network namespaces, by name or wildcard; by default that of the session.
    [string[]] $Namespace,

    # Only tunnels with these names.
    [string[]] $Name = @('*'),

    # Looks at kernel state only and sends nothing.
    [switch] $Static,

    # Writes the report to this file.
    [string] $Path
)

$ErrorActionPreference = 'Stop'

function Get-PathReport ($Tunnel) {
    try {
        $verdict = $Tunnel | Test-GenevePath -Static:$Static
        [ordered]@{
            passed = $verdict.Passed; mode = "$($verdict.Mode)"; cause = "$($verdict.Cause)"; end = if ($verdict.End) { "$($verdict.End)" }
            sentence = $verdict.Sentence; remedy = $verdict.Remedy; possibleCauses = @($verdict.PossibleCauses | ForEach-Object { "$_" })
            destination = if ($verdict.Destination) { "$($verdict.Destination)" }; sent = $verdict.Sent; received = $verdict.Received
            rttMilliseconds = if ($verdict.RttAvg) { [System.Math]::Round($verdict.RttAvg.TotalMilliseconds, 3) }
            warnings = @($verdict.Warnings | ForEach-Object { $_.Sentence }); notes = @($verdict.Notes)
        }
    }
    catch {
        # A test that cannot be done is no path that works.
        [ordered]@{ passed = $false; cause = 'NotTested'; sentence = "$_" }
    }
}

function Get-TunnelReport ($Tunnel) {
    $count = $Tunnel.Statistics
    $report = [ordered]@{
        name = $Tunnel.Name; namespace = $Tunnel.Namespace.DisplayName; vni = $Tunnel.Vni; remote = if ($Tunnel.Remote) { "$($Tunnel.Remote)" }; port = $Tunnel.Port
        up = $Tunnel.IsUp; mtu = $Tunnel.Mtu; bridge = $Tunnel.Master
        packets = [ordered]@{
            received = $count.ReceivedPackets; sent = $count.SentPackets; receiveErrors = $count.ReceiveErrors; sendErrors = $count.SendErrors
            receiveDropped = $count.ReceiveDropped; sendDropped = $count.SendDropped
        }
    }
    if (-not $Tunnel.External) { $report.path = Get-PathReport $Tunnel }
    $report
}

$tunnels = if ($Namespace) { Get-NetworkNamespace $Namespace | Where-Object Name | ForEach-Object { Get-GeneveTunnel $Name -Namespace $_ } } else { Get-GeneveTunnel $Name }
$reports = @($tunnels | ForEach-Object { Get-TunnelReport $_ })
$sick = @($reports | Where-Object { $_.Contains('path') -and -not $_.path.passed })
$text = [ordered]@{
    host = [System.Environment]::MachineName; time = [System.DateTime]::UtcNow.ToString('o'); healthy = $sick.Count -eq 0
    tested = @($reports | Where-Object { $_.Contains('path') }).Count; failed = $sick.Count; tunnels = $reports
} | ConvertTo-Json -Depth 6

if ($Path) {
    $file = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
    [System.IO.File]::WriteAllText("$file.new", "$text`n")
    [System.IO.File]::Move("$file.new", $file, $true)
}
else { $text }
exit [int]($sick.Count -gt 0)
