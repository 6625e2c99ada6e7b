<#
.SYNOPSIS
Two hosts talk through a Geneve tunnel. The hosts are network namespaces joined by a veth pair.
.DESCRIPTION
Needs a kernel with geneve, root, ping and tcpdump. Ends with exit status 0 when all pings were answered and the
packets were seen on the wire as Geneve.
#>
[CmdletBinding()]
param(
    # How many pings.
    [int] $Count = 3,

    # The module: that of the checkout, or a name that a module path has.
    [string] $Module = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'GeneveNet.psd1')
)

$ErrorActionPreference = 'Stop'
Import-Module $Module

function Show-Step {
    param([string] $Title, [scriptblock] $Step)
    ''
    "# $Title"
    foreach ($statement in $Step.Ast.EndBlock.Statements) {
        "PS> $statement"
        . ([scriptblock]::Create("$statement")) | Out-Host
    }
}

$status = 1
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
    Show-Step 'Which way would host a go?' {
        Resolve-Route 11.200.2.1 -Namespace hosta
    }

    ''
    '# Ping through the tunnel, with tcpdump on the underlay as the witness'
    # It ends by itself after a request and a reply for each ping. Behind the UDP and Geneve headers of 8 bytes each, the
    # inner Ethernet type is at offset 28: only inner IPv4 is counted.
    $start = [System.Diagnostics.ProcessStartInfo]::new('ip')
    foreach ($word in 'netns', 'exec', 'hosta', 'timeout', '20', 'tcpdump', '-i', 'eth0', '-nn', '-l', '-c', "$(2 * $Count)", 'udp port 6081 and udp[28:2] = 0x0800') { $start.ArgumentList.Add($word) }
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $witness = [System.Diagnostics.Process]::Start($start)
    while ($null -ne ($line = $witness.StandardError.ReadLine()) -and $line -notmatch 'listening on') { }

    & ip netns exec hosta ping -n -c $Count -i 0.2 -W 2 11.200.2.1
    $answered = $LASTEXITCODE -eq 0
    ''
    $seen = $witness.StandardOutput.ReadToEnd()
    $seen.Trim()
    $wrapped = $seen -match 'Geneve, Flags \[none\], vni 0x3e8'
    if ($answered -and $wrapped) { $status = 0 }

    Show-Step 'The tunnels and what passed through them' {
        Get-GeneveTunnel -Namespace hosta
        (Get-GeneveTunnel geneve0 -Namespace hosta).Statistics
    }
}
finally {
    Get-NetworkNamespace hosta*, hostb* | Remove-NetworkNamespace -Confirm:$false
}

''
if ($status -eq 0) { "All $Count pings were answered, and the wire carried them as Geneve with VNI 1000." }
else { 'The demo failed: see above.' }
exit $status
