<#
.SYNOPSIS
The work of all contestants with the cmdlets, as typed at a warm prompt.
.DESCRIPTION
Reads lines "KIND VERB COUNT" from standard input and answers each with "ok NANOSECONDS OBJECTS" or "no REASON". The pipeline gets
what Import-Csv returns: objects with text in their properties.
#>
[CmdletBinding()]
param(
    # The manifest of the module.
    [Parameter(Mandatory)]
    [string] $Module
)

$ErrorActionPreference = 'Stop'
Import-Module $Module
$ConfirmPreference = 'None'

# Address number $Index of an IPv4 network with eight bits.
function Get-Address {
    param([int] $Network, [int] $Index)
    $n = $Index + 1
    "$Network.$(($n -shr 16) -band 255).$(($n -shr 8) -band 255).$($n -band 255)"
}

# MAC address number $Index.
function Get-Station {
    param([int] $Index)
    $n = $Index + 1
    '02:00:{0:x2}:{1:x2}:{2:x2}:{3:x2}' -f (($n -shr 24) -band 255), (($n -shr 16) -band 255), (($n -shr 8) -band 255), ($n -band 255)
}

# A row of the file, for each kind of object.
$rows = @{
    neighbor = { param($i) [pscustomobject]@{ Address = Get-Address 10 $i; LinkLayerAddress = Get-Station $i; Link = 'bench0' } }
    fdb      = { param($i) [pscustomobject]@{ LinkLayerAddress = Get-Station $i; Port = 'port0' } }
    address  = { param($i) [pscustomobject]@{ Link = 'bench0'; Address = "$(Get-Address 12 $i)/32" } }
    route    = { param($i) [pscustomobject]@{ Destination = "$(Get-Address 11 $i)/32"; Link = 'bench0' } }
    veth     = { param($i) [pscustomobject]@{ Name = "v$i"; PeerName = "w$i" } }
    geneve   = { param($i) [pscustomobject]@{ Name = "g$i"; Vni = "$($i + 1)"; Remote = '192.0.2.1' } }
}

$work = @{
    'neighbor add'     = { param($all) $all | Set-StaticNeighbor }
    'neighbor replace' = { param($all) $all | Set-StaticNeighbor }
    'neighbor delete'  = { param($all) $all | Remove-StaticNeighbor }
    'neighbor dump'    = { Get-Neighbor -Link bench0 }
    'fdb add'          = { param($all) $all | Add-BridgeFdbEntry }
    'fdb replace'      = { param($all) $all | Add-BridgeFdbEntry -Force }
    'fdb delete'       = { param($all) $all | Remove-BridgeFdbEntry }
    'fdb dump'         = { Get-BridgeFdbEntry br0 }
    'address add'      = { param($all) $all | Add-LinkAddress }
    'address replace'  = { param($all) $all | Add-LinkAddress -Force }
    'address delete'   = { param($all) $all | Remove-LinkAddress }
    'address dump'     = { Get-LinkAddress bench0 -Family IPv4 }
    'route add'        = { param($all) $all | Add-Route }
    'route replace'    = { param($all) $all | Add-Route -Force }
    'route delete'     = { param($all) $all | Remove-Route }
    'route dump'       = { Get-Route -Family IPv4 }
    'veth add'         = { param($all) $all | New-VethPair }
    'veth delete'      = { param($all) $all | Remove-Link }
    'veth dump'        = { Get-Link }
    'vxlan dump'       = { Get-Link }
    'geneve add'       = { param($all) $all | New-GeneveTunnel }
    'geneve delete'    = { param($all) $all | Remove-GeneveTunnel }
    'geneve dump'      = { Get-Link }
}

# The rows of each kind and count, made before any time is measured.
$prepared = @{}
while ($null -ne ($line = [System.Console]::In.ReadLine())) {
    $kind, $verb, $count = $line -split ' '
    try {
        $do = $work["$kind $verb"]
        if (-not $do) { throw 'No cmdlet does this.' }
        if ($verb -eq 'dump') {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $objects = @(& $do)
            $clock.Stop()
            $found = $objects.Count
            $objects = $null
        }
        else {
            if (-not $prepared["$kind $count"]) {
                $make = $rows[$kind]
                $prepared["$kind $count"] = @(0..([int]$count - 1) | ForEach-Object { & $make $_ })
            }
            $all = $prepared["$kind $count"]
            # These are removed as objects, which are read before.
            switch ("$kind $verb") {
                'fdb delete' { $all = @(Get-BridgeFdbEntry br0 | Where-Object Kind -EQ Static) }
                'route delete' { $all = @(Get-Route -Family IPv4 | Where-Object Link -EQ bench0) }
            }
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $null = & $do $all
            $clock.Stop()
            $found = 0
        }
        "ok $($clock.Elapsed.Ticks * 100) $found"
    }
    catch { "no $("$_" -replace '\s+', ' ')" }
}
