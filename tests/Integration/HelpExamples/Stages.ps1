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

function Add-HostPair {
    $null = New-NetworkNamespace hostb, blue
    Set-Link lo -Up -Namespace blue
    $cable = @{
        Name          = 'eth0'
        Address       = '10.0.0.251/24', 'fd00::251/64'
        PeerName      = 'eth0'
        PeerNamespace = 'hostb'
        PeerAddress   = '10.0.0.250/24', 'fd00::250/64'
    }
    $null = New-VethPair @cable -Up
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
    $station = @{
        Name                 = 'veth-host'
        Bridge               = 'br0'
        PeerName             = 'veth-blue'
        PeerNamespace        = 'blue'
        PeerAddress          = '12.200.1.10/24'
        PeerLinkLayerAddress = '02:00:00:00:00:10'
        Mtu                  = 1450
    }
    $null = New-VethPair @station -Up
    $null = New-Bridge br0 -Address 12.200.1.2/24 -Up -Namespace hostb
    $null = New-GeneveTunnel geneve1 -Vni 1000 -Remote 10.0.0.251 -Port 6082 -Bridge br0 -Up -Namespace hostb
}

function Initialize-Stage {
    param(
        [ValidateSet('none', 'hosts', 'tunnel', 'traffic', 'bridge', 'docker', 'all')]
        [string] $Name
    )
    if ($Name -ne 'none') { Add-HostPair }
    if ($Name -in 'tunnel', 'traffic', 'all') { Add-TunnelPair }
    if ($Name -in 'bridge', 'docker', 'all') { Add-BridgePair }
    if ($Name -eq 'traffic') {
        $ping = '--net=/run/netns/hostb', 'ping', '-n', '-q', '-i', '0.2', '11.200.1.1'
        $script:traffic = Start-Process nsenter -ArgumentList $ping -PassThru
    }
    if ($Name -eq 'docker') {
        & iptables-legacy -P FORWARD DROP
        $script:filters = $true
    }
}

# Takes down whatever a stage and an example have left. What was there in the beginning stays.
$before = @((Get-NetworkNamespace *).Name)
function Clear-Stage {
    param([string] $Container)
    if ($script:traffic) {
        Stop-Process $script:traffic
        Wait-Process -InputObject $script:traffic
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
    Get-Route -Table main | Where-Object -Not Link | Remove-Route
}
