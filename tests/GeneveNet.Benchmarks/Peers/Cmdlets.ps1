<#
.SYNOPSIS
The work of all contestants with the cmdlets, as typed at a warm prompt.
.DESCRIPTION
Reads lines "KIND VERB COUNT" and answers with "ok NANOSECONDS OBJECTS" or "no REASON". What goes into the pipeline is what Import-Csv
gives: objects with text in their properties.
#>
param([string] $Module)

$ErrorActionPreference = 'Stop'
Import-Module $Module
$ConfirmPreference = 'None'

function Get-Host8 {
    param([int] $Network, [int] $Index)
    $n = $Index + 1
    "$Network.$(($n -shr 16) -band 255).$(($n -shr 8) -band 255).$($n -band 255)"
}

function Get-Station {
    param([int] $Index)
    $n = $Index + 1
    '02:00:{0:x2}:{1:x2}:{2:x2}:{3:x2}' -f (($n -shr 24) -band 255), (($n -shr 16) -band 255), (($n -shr 8) -band 255), ($n -band 255)
}

# What stands in the file, one object a line.
$rows = @{
    neighbor = { param($i) [pscustomobject]@{ Address = (Get-Host8 10 $i); LinkLayerAddress = (Get-Station $i); Link = 'bench0' } }
    fdb      = { param($i) [pscustomobject]@{ LinkLayerAddress = (Get-Station $i); Port = 'port0' } }
    address  = { param($i) [pscustomobject]@{ Link = 'bench0'; Address = "$(Get-Host8 12 $i)/32" } }
    route    = { param($i) [pscustomobject]@{ Destination = "$(Get-Host8 11 $i)/32"; Link = 'bench0' } }
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

$prepared = @{}
while ($null -ne ($line = [System.Console]::In.ReadLine())) {
    $kind, $verb, $count = $line -split ' '
    try {
        $do = $work["$kind $verb"]
        if (-not $do) { throw 'there is no cmdlet for it' }
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
                $prepared["$kind $count"] = @(for ($i = 0; $i -lt [int]$count; $i++) { & $make $i })
            }
            $all = $prepared["$kind $count"]
            # What is removed as an object was read before.
            if ($verb -eq 'delete' -and $kind -eq 'fdb') { $all = @(Get-BridgeFdbEntry br0 | Where-Object Kind -eq Static) }
            if ($verb -eq 'delete' -and $kind -eq 'route') { $all = @(Get-Route | Where-Object Link -eq bench0 | Where-Object { -not $_.Destination.IsIPv6 }) }
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $null = & $do $all
            $clock.Stop()
            $found = 0
        }
        [System.Console]::Out.WriteLine("ok $([long]($clock.Elapsed.Ticks * 100)) $found")
    }
    catch {
        [System.Console]::Out.WriteLine("no $("$_" -replace '\s+', ' ')")
    }
}
