# The stages on which the examples of the help run. This process is host a; host b and blue are namespaces.
#
#   none      nothing but the loopback
#   hosts     host a and host b with a cable between them: eth0, 10.0.0.251 and 10.0.0.250, fd00::251 and fd00::250
#   tunnel    hosts, with a tunnel geneve0, VNI 1000: 11.200.1.1 and 11.200.2.1
#   traffic   tunnel, with host b pinging host a through it five times a second
#   bridge    hosts, with a bridge br0 each (12.200.1.1, 12.200.1.2) and the tunnel geneve1, port 6082, between them; on
#             host a there is a cable from the bridge to blue: veth-host, and veth-blue with 12.200.1.10
#   docker    bridge, on a host whose firewall drops what it is to forward, as Docker sets it up
#   all       tunnel and bridge

$station = '02:00:00:00:00:10'

function Add-HostPair {
    $null = New-NetworkNamespace hostb, blue
    Set-Link lo -Up -Namespace blue
    $null = New-VethPair eth0 eth0 -PeerNamespace hostb -Address 10.0.0.251/24, fd00::251/64 -PeerAddress 10.0.0.250/24, fd00::250/64 -Up
}

function Add-TunnelPair {
    $null = New-GeneveTunnel geneve0 -Vni 1000 -Remote 10.0.0.250 -Address 11.200.1.1/32 -Up
    Add-Route 11.200.2.1/32 geneve0
    $null = New-GeneveTunnel geneve0 -Vni 1000 -Remote 10.0.0.251 -Address 11.200.2.1/32 -Up -Namespace hostb
    Add-Route 11.200.1.1/32 geneve0 -Namespace hostb
}

function Add-BridgePair {
    $null = New-Bridge br0 -Address 12.200.1.1/24 -Up
    $null = New-GeneveTunnel geneve1 -Vni 1000 -Remote 10.0.0.250 -Port 6082 -Bridge br0 -Up
    $null = New-VethPair veth-host veth-blue -PeerNamespace blue -PeerAddress 12.200.1.10/24 -PeerLinkLayerAddress $station -Bridge br0 -Mtu 1450 -Up
    $null = New-Bridge br0 -Address 12.200.1.2/24 -Up -Namespace hostb
    $null = New-GeneveTunnel geneve1 -Vni 1000 -Remote 10.0.0.251 -Port 6082 -Bridge br0 -Up -Namespace hostb
}

$stages = @{
    none    = { }
    hosts   = { Add-HostPair }
    tunnel  = { Add-HostPair; Add-TunnelPair }
    traffic = {
        Add-HostPair
        Add-TunnelPair
        $start = [System.Diagnostics.ProcessStartInfo]::new('nsenter')
        foreach ($word in '--net=/run/netns/hostb', 'ping', '-n', '-q', '-i', '0.2', '11.200.1.1') { $start.ArgumentList.Add($word) }
        $start.RedirectStandardOutput = $true
        $script:traffic = [System.Diagnostics.Process]::Start($start)
    }
    bridge  = { Add-HostPair; Add-BridgePair }
    docker  = {
        Add-HostPair
        Add-BridgePair
        & iptables-legacy -P FORWARD DROP
        $script:filters = $true
    }
    all     = { Add-HostPair; Add-TunnelPair; Add-BridgePair }
}

# Takes down whatever a stage and an example have left. What was there in the beginning stays.
$before = @((Get-NetworkNamespace *).Name)
function Clear-Stage {
    param([string] $Container)
    if ($script:traffic) {
        $script:traffic.Kill()
        $script:traffic.WaitForExit()
        $script:traffic.Dispose()
        $script:traffic = $null
    }
    if ($script:filters) {
        # Only where it was set up: these start programs, which is what takes time in a booted kernel.
        Get-BridgeForwardRule | Remove-BridgeForwardRule
        & iptables-legacy -P FORWARD ACCEPT
        $script:filters = $false
    }
    Set-BridgeNetfilter -Iptables $true -Ip6tables $true -Arptables $true
    Get-NetworkNamespace | Where-Object { $_.Name -and $_.Name -notin $before } | Remove-NetworkNamespace
    if ($Container) { Get-Link -Container $Container | Where-Object Name -ne lo | Remove-Link }
    Get-Link | Where-Object Name -ne lo | Remove-Link
    Get-LinkAddress lo | Where-Object { "$_" -notin '127.0.0.1/8', '::1/128' } | Remove-LinkAddress
    Get-Route -Table main | Where-Object { -not $_.Link } | Remove-Route
}
