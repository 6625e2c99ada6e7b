<#
.SYNOPSIS
Two hosts talk through a Geneve tunnel. The hosts are network namespaces joined by a veth pair.
.DESCRIPTION
Needs a kernel with geneve, root, ping and tcpdump. The exit status is 0 when all pings were answered and the packets on the
wire were Geneve.
.EXAMPLE
./docs/demo/TwoHosts.ps1
Runs the demo with the module of the checkout.
.EXAMPLE
./TwoHosts.ps1 -Module GeneveNet -Count 10
Runs it with the installed module and ten pings.
#>
[CmdletBinding()]
param(
    # How many pings.
    [ValidateRange(1, 100)]
    [int] $Count = 3,

    # The module: a path, or the name of an installed one. By default that of the checkout.
    [string] $Module = "$PSScriptRoot/../../GeneveNet.psd1"
)

$ErrorActionPreference = 'Stop'
Import-Module $Module

# Shows each statement as if it were typed at the prompt, and its output.
function Show-Step {
    param([string] $Title, [scriptblock] $Step)
    ''
    "# $Title"
    foreach ($statement in $Step.Ast.EndBlock.Statements) {
        "PS> $statement"
        . ([scriptblock]::Create("$statement")) | Out-Host
    }
}

$packets, $messages = 1..2 | ForEach-Object { New-TemporaryFile }
$passed = $false
try {
    Show-Step 'Two hosts and the cable between them' {
        New-NetworkNamespace hosta, hostb
        New-VethPair eth0 eth0 -Namespace hosta -PeerNamespace hostb -Address 10.0.0.251/24 -PeerAddress 10.0.0.250/24 -Up
    }
    Show-Step 'Host a: a tunnel to host b, and the route into it' {
        New-GeneveTunnel geneve0 -Vni 1000 -Remote 10.0.0.250 -Address 11.200.1.1/32 -Up -Namespace hosta
        Add-Route 11.200.2.1/32 geneve0 -Namespace hosta
    }
    Show-Step 'Host b: the same the other way round' {
        New-GeneveTunnel geneve0 -Vni 1000 -Remote 10.0.0.251 -Address 11.200.2.1/32 -Up -Namespace hostb
        Add-Route 11.200.1.1/32 geneve0 -Namespace hostb
    }
    Show-Step 'Which way would host a send a packet?' {
        Resolve-Route 11.200.2.1 -Namespace hosta
    }

    ''
    '# Ping through the tunnel, with tcpdump on the underlay as the witness'
    # It ends after a request and a reply for each ping. The type in the inner Ethernet header is at offset 28, after 8 bytes of
    # UDP, 8 of Geneve and two MAC addresses: only inner IPv4 is counted.
    $filter = 'udp port 6081 and udp[28:2] = 0x0800'
    $tcpdump = @{
        FilePath               = 'ip'
        ArgumentList           = -split "netns exec hosta timeout 20 tcpdump -i eth0 -nn -l -c $(2 * $Count) $filter"
        RedirectStandardOutput = $packets
        RedirectStandardError  = $messages
    }
    $witness = Start-Process @tcpdump -PassThru
    while (-not $witness.HasExited -and -not (Select-String 'listening on' $messages -Quiet)) { Start-Sleep -Milliseconds 20 }

    & ip netns exec hosta ping -n -c $Count -i 0.2 -W 2 11.200.2.1
    $answered = $LASTEXITCODE -eq 0
    ''
    $witness.WaitForExit()
    $seen = Get-Content $packets
    $seen
    $passed = $answered -and $seen -match 'Geneve, Flags \[none\], vni 0x3e8'

    Show-Step 'The tunnels and what passed through them' {
        Get-GeneveTunnel -Namespace hosta
        (Get-GeneveTunnel geneve0 -Namespace hosta).Statistics
    }
}
finally {
    Get-NetworkNamespace hosta*, hostb* | Remove-NetworkNamespace -Confirm:$false
    Remove-Item $packets, $messages
}

''
if ($passed) { "All $Count pings were answered, and the wire carried them as Geneve with VNI 1000." }
else { 'The demo failed: see above.' }
exit [int](-not $passed)
