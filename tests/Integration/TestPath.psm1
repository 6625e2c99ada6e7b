# Paths that work, in network namespaces of their own: the stages on which the tests of Test-GenevePath and Trace-GenevePath play.
# Everything here is done with ip, bridge and sysctl, which judge our cmdlets; $A, $B and so on are the names of network namespaces.

Import-Module "$PSScriptRoot/Common.psm1"

# Host b of section 4: a bridge with the address, the tunnel as its port, and the route back to the container.
$hostB = @'
ip -n $B -batch - <<E
link add br0 type bridge
addr add 12.200.1.2/24 dev br0
link set br0 up
link add geneve1 type geneve id 1000 remote 10.0.0.251 dstport 6082
link set geneve1 master br0 up
route add 169.254.67.1/32 dev br0
E
'@

# A stage is a path that works: Underlay and Setup build it, Tested are the arguments of Test-GenevePath, in which A, B and so on stand
# for namespaces. Without an Underlay of its own it stands on the one below, with its Keeps: what else works, as "FROM ADDRESS".
$stages = @{
    # Section 2: two hosts, addresses on the tunnels.
    direct    = @{
        Tested = @{ Name = 'geneve0'; Namespace = 'A'; PeerNamespace = 'B'; Destination = '11.200.2.1' }
        Setup  = @'
ip -n $A -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.250
addr add 11.200.1.1/32 dev geneve0
link set geneve0 up
route add 11.200.2.1/32 dev geneve0
link add other type dummy
link set other up
E
ip -n $B -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.251
addr add 11.200.2.1/32 dev geneve0
link set geneve0 up
route add 11.200.1.1/32 dev geneve0
link add other type dummy
link set other up
E
'@
    }
    # Section 3: the tunnels are ports of bridges, which have the addresses.
    bridge    = @{
        Tested = @{ Name = 'geneve1'; Namespace = 'A'; PeerNamespace = 'B'; Destination = '12.200.1.2' }
        Setup  = @'
ip -n $A -batch - <<E
link add br0 type bridge
addr add 12.200.1.1/24 dev br0
link set br0 up
link add geneve1 type geneve id 1000 remote 10.0.0.250 dstport 6082
link set geneve1 master br0 up
link add other type dummy
link set other master br0 up
E
ip -n $B -batch - <<E
link add br0 type bridge
addr add 12.200.1.2/24 dev br0
link set br0 up
link add geneve1 type geneve id 1000 remote 10.0.0.251 dstport 6082
link set geneve1 master br0 up
link add other type dummy
link set other master br0 up
E
'@
    }
    # Section 4.2: a container behind the bridge of host a.
    container = @{
        Tested = @{ Name = 'geneve1'; Namespace = 'A'; SourceNamespace = 'C'; PeerNamespace = 'B'; Destination = '12.200.1.2' }
        Setup  = @'
ip netns add $C
ip -n $A -batch - <<E
link add geneve1 type geneve id 1000 remote 10.0.0.250 dstport 6082
link set geneve1 up
link add br0 type bridge
link set br0 up
link set geneve1 master br0
link add veth-host type veth peer name veth-client1 netns $C
link set veth-host master br0 up
link add other type dummy
link set other master br0 up
E
ip -n $C -batch - <<E
link set lo up
addr add 169.254.67.1/16 dev veth-client1
link set veth-client1 mtu 1450 up
route add default dev veth-client1
E
'@ + "`n$hostB"
    }
    # Section 4.1: the tunnel itself is in the container; the underlay stays with the host.
    moved     = @{
        Tested = @{ Name = 'geneve1'; Namespace = 'C'; PeerNamespace = 'B'; Destination = '12.200.1.2' }
        Setup  = @'
ip netns add $C
ip -n $A -batch - <<E
link add geneve1 type geneve id 1000 remote 10.0.0.250 dstport 6082
link set geneve1 netns $C
E
ip -n $C -batch - <<E
link set lo up
link set geneve1 up
addr add 169.254.67.1/32 dev geneve1
route add default dev geneve1
E
'@ + "`n$hostB"
    }
    # Host b routes on to a network behind it.
    routed    = @{
        Tested = @{ Name = 'geneve0'; Namespace = 'A'; PeerNamespace = 'B'; DestinationNamespace = 'D'; Destination = '11.201.0.2' }
        Setup  = @'
ip netns add $D
ip -n $A -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.250
addr add 11.200.1.1/24 dev geneve0
link set geneve0 up
route add 11.201.0.0/24 via 11.200.1.2 dev geneve0
E
ip -n $B -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.251
addr add 11.200.1.2/24 dev geneve0
link set geneve0 up
link add lan type veth peer name lan netns $D
addr add 11.201.0.1/24 dev lan
link set lan up
E
ip -n $D -batch - <<E
link set lo up
addr add 11.201.0.2/24 dev lan
link set lan mtu 1450 up
route add 11.200.1.0/24 via 11.201.0.1 dev lan
E
ip netns exec $B sysctl -qw net.ipv4.ip_forward=1
'@
    }
    # A router stands between the hosts.
    router    = @{
        Keeps    = 'A 10.0.1.250', 'B 10.0.0.251', 'A 10.0.0.1'
        Tested   = @{ Name = 'geneve0'; Namespace = 'A'; PeerNamespace = 'B'; Destination = '11.200.2.1' }
        Underlay = @'
ip netns add $A
ip netns add $B
ip netns add $R
ip -n $R -batch - <<E
link add toa type veth peer name eth0 netns $A
link add tob type veth peer name eth0 netns $B
addr add 10.0.0.1/24 dev toa
addr add 10.0.1.1/24 dev tob
link set toa up
link set tob up
E
ip -n $A -batch - <<E
link set lo up
addr add 10.0.0.251/24 dev eth0
link set eth0 up
route add default via 10.0.0.1
E
ip -n $B -batch - <<E
link set lo up
addr add 10.0.1.250/24 dev eth0
link set eth0 up
route add default via 10.0.1.1
E
ip netns exec $R sysctl -qw net.ipv4.ip_forward=1
'@
        Setup    = @'
ip -n $A -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.1.250
addr add 11.200.1.1/32 dev geneve0
link set geneve0 up
route add 11.200.2.1/32 dev geneve0
E
ip -n $B -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.251
addr add 11.200.2.1/32 dev geneve0
link set geneve0 up
route add 11.200.1.1/32 dev geneve0
E
'@
    }
    # A container behind the bridge of host b; the address here is on the bridge.
    farbridge = @{
        Tested = @{ Name = 'geneve1'; Namespace = 'A'; PeerNamespace = 'B'; DestinationNamespace = 'D'; Destination = '12.200.1.7' }
        Setup  = @'
ip netns add $D
ip -n $A -batch - <<E
link add br0 type bridge
addr add 12.200.1.1/24 dev br0
link set br0 up
link add geneve1 type geneve id 1000 remote 10.0.0.250
link set geneve1 master br0 up
E
ip -n $B -batch - <<E
link add br0 type bridge
link set br0 up
link add geneve1 type geneve id 1000 remote 10.0.0.251
link set geneve1 master br0 up
link add veth-host type veth peer name veth-client1 netns $D
link set veth-host master br0 up
E
ip -n $D -batch - <<E
link set lo up
addr add 12.200.1.7/24 dev veth-client1
link set veth-client1 mtu 1450 up
E
'@
    }
    # IPv6 inside, IPv4 outside.
    ipv6in    = @{
        Tested = @{ Name = 'geneve0'; Namespace = 'A'; PeerNamespace = 'B'; Destination = 'fd11::2' }
        Setup  = @'
ip -n $A -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.250
addr add fd11::1/64 dev geneve0 nodad
link set geneve0 up
E
ip -n $B -batch - <<E
link add geneve0 type geneve id 1000 remote 10.0.0.251
addr add fd11::2/64 dev geneve0 nodad
link set geneve0 up
E
'@
    }
    # IPv6 outside and inside.
    ipv6      = @{
        Tested = @{ Name = 'geneve0'; Namespace = 'A'; PeerNamespace = 'B'; Destination = 'fd11::2' }
        Setup  = @'
ip -n $A -batch - <<E
link add geneve0 type geneve id 1000 remote fd00::250
addr add fd11::1/64 dev geneve0 nodad
link set geneve0 up
E
ip -n $B -batch - <<E
link add geneve0 type geneve id 1000 remote fd00::251
addr add fd11::2/64 dev geneve0 nodad
link set geneve0 up
E
'@
    }
}

# Two hosts, the cable between them, and another overlay on it.
$underlay = @'
ip netns add $A
ip netns add $B
ip -n $A -batch - <<E
link set lo up
link add eth0 type veth peer name eth0 netns $B
addr add 10.0.0.251/24 dev eth0
addr add fd00::251/64 dev eth0 nodad
link set eth0 up
link add beside type vxlan id 77 remote 10.0.0.250 dstport 4790
addr add 198.18.0.1/30 dev beside
link set beside addrgenmode none up
E
ip -n $B -batch - <<E
link set lo up
addr add 10.0.0.250/24 dev eth0
addr add fd00::250/64 dev eth0 nodad
link set eth0 up
link add beside type vxlan id 77 remote 10.0.0.251 dstport 4790
addr add 198.18.0.2/30 dev beside
link set beside addrgenmode none up
E
'@

$underlayKeeps = 'A 10.0.0.250', 'B 10.0.0.251', 'A fd00::250', 'B fd00::251', 'A 198.18.0.2', 'B 198.18.0.1'

# What the shell text of a path may call besides programs.
$shellFunctions = @'
# Reverse-path filtering is off at both ends: its default is the distribution's choice.
no_rp_filter() {
    for n in $A $B; do
        ip netns exec $n sh -c "
            echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
            for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >\$f; done"
    done
}

# mac_of NAMESPACE LINK
mac_of() {
    ip -n $1 -o link show $2 | sed "s/.*ether \([^ ]*\).*/\1/"
}

# The far tunnel of the stage direct, with other settings: add_far_tunnel id 1001 remote 10.0.0.251
add_far_tunnel() {
    ip -n $B -batch - <<E
link add geneve0 type geneve $*
addr add 11.200.2.1/32 dev geneve0
link set geneve0 up
route add 11.200.1.1/32 dev geneve0
E
}

replace_far_tunnel() {
    ip -n $B link del geneve0
    add_far_tunnel "$@"
}

# Another tunnel: add_tunnel NAMESPACE NAME ADDRESS id 500 remote 10.0.0.250
add_tunnel() {
    namespace=$1 name=$2 address=$3
    shift 3
    ip -n $namespace -batch - <<E
link add $name type geneve $*
addr add $address dev $name
link set $name up
E
}

# A tunnel of the stage ipv6, with other settings: add_ipv6_tunnel NAMESPACE ADDRESS id 1001 remote fd00::251
add_ipv6_tunnel() {
    namespace=$1 address=$2
    shift 2
    ip -n $namespace -batch - <<E
link add geneve0 type geneve $*
addr add $address/64 dev geneve0 nodad
link set geneve0 up
E
}

# A chain of nftables: own_chain NAMESPACE FAMILY 'hook input priority 0; policy drop' RULE...
own_chain() {
    namespace=$1 family=$2 hook=$3
    shift 3
    case $hook in type*) ;; *) hook="type filter $hook" ;; esac
    {
        echo "table $family own { chain own { $hook;"
        printf '%s\n' "$@"
        echo '}; }'
    } | ip netns exec $namespace nft -f -
}

# Bridged packets pass the firewall of IP: bridged_through_firewall NAMESPACE
bridged_through_firewall() {
    ip netns exec $1 sysctl -qw net.bridge.bridge-nf-call-iptables=1
}

# Takes a UDP port as any program may: hold_port NAMESPACE PORT
hold_port() {
    ip netns exec $1 perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalPort => shift, Proto => "udp") or die; sleep 120' $2 \
        >/dev/null 2>&1 &
    echo $! >/run/held-port
    while ! ip netns exec $1 ss -Hlun | grep -q ":$2 "; do sleep 0.05; done
}

release_port() {
    kill $(cat /run/held-port)
    rm /run/held-port
}

# Puts the underlay on a tunnel of another kind: add_under NAMESPACE KIND LOCAL REMOTE ADDRESS
add_under() {
    # The modules would put a link of their own (gre0, tunl0) into every namespace that is made from now on.
    sysctl -qw net.core.fb_tunnels_only_for_init_net=2
    ip -n $1 addr del $5/24 dev eth0
    ip -n $1 addr add $3/24 dev eth0
    ip -n $1 link add name under type $2 local $3 remote $4
    ip -n $1 addr add $5/24 dev under
    ip -n $1 link set under up
    ip -n $1 link set geneve0 mtu 1400
}

# Moves an address to a VLAN of its link: move_to_vlan NAMESPACE ADDRESS LINK VLAN [SETTING...]
move_to_vlan() {
    namespace=$1 address=$2 link=$3 vlan=$4
    shift 4
    ip -n $namespace addr del $address dev $link
    ip -n $namespace link add link $link name $link.$vlan type vlan id $vlan
    ip -n $namespace addr add $address dev $link.$vlan
    ip -n $namespace link set $link.$vlan "$@" up
}
'@

# The names of the stages, for -ForEach.
function Get-PathStage { $stages.Keys | Sort-Object }

# Runs commands of the shell, one a line, that know the namespaces of a path by their letters; the first that fails ends it.
function Invoke-OnPath {
    param([hashtable] $Path, [string[]] $Command)
    $variables = foreach ($letter in $Path.Places.Keys) { "$letter=$($Path.Places[$letter])" }
    $text = $Command -join "`n"
    $output = & sh -ec "export $variables`n$shellFunctions`n$text" 2>&1
    if ($LASTEXITCODE -ne 0) { throw "'$text' ended with $LASTEXITCODE`: $output" }
}

# Which pings beside the tested path are answered: those that its stage has, and others ("FROM ADDRESS").
function Get-PathKept {
    param([hashtable] $Path, [string[]] $Other)
    $pings = foreach ($ping in @($stages[$Path.Stage].Keeps ?? $underlayKeeps) + $Other | Where-Object { $_ }) {
        $from, $address = -split $ping
        "{ ask $($Path.Places[$from]) $address && echo '$ping'; } &"
    }
    # The first may be lost where a neighbor is not known yet.
    $ask = 'ask() { for n in 1 2; do ip netns exec $1 ping -n -q -c 1 -W 0.5 $2 >/dev/null 2>&1 && return; done; false; }'
    & sh -c ((@($ask) + $pings + 'wait') -join "`n") | Sort-Object
}

# What a diagnosis could leave in the kernel: the nftables of each namespace, without what they count, and the note of who watches drops.
function Get-PathLeftover {
    param([hashtable] $Path)
    $places = $Path.Places.Values | Where-Object { Test-Path "/run/netns/$_" }
    & sh -c "for n in $places; do echo `$n; ip netns exec `$n nft list ruleset; done; ls /run/genevenet* 2>/dev/null; true" |
        ForEach-Object { $_ -replace 'packets \d+ bytes \d+', 'packets and bytes' }
}

# Builds a path that works; remove it with Remove-TestPath.
function New-TestPath {
    param([string] $Stage)
    $places = [ordered]@{}
    # Short names: the first line of a verdict has two of them in 80 columns.
    foreach ($letter in 'A', 'B', 'C', 'D', 'R') { $places[$letter] = (Get-TestName $letter.ToLowerInvariant()).Substring(0, 7) }
    $path = @{ Stage = $Stage; Places = $places }
    Invoke-OnPath $path ($stages[$Stage].Underlay ?? $underlay), $stages[$Stage].Setup
    $path
}

function Remove-TestPath {
    param([hashtable] $Path)
    if ($Path) { Remove-TestNamespace $Path.Places.Values }
}

# Builds a path, runs a script block with it and with the arguments that test it, and removes it.
function Use-TestPath {
    param([string] $Stage, [scriptblock] $Script)
    $path = New-TestPath $Stage
    try { & $Script $path (Get-PathArgument $path) }
    finally { Remove-TestPath $path }
}

# The arguments that test a path; -Alone does not show the far end, -With has other ones ($null is none).
function Get-PathArgument {
    param([hashtable] $Path, [switch] $Alone, [hashtable] $With)
    $arguments = @{}
    $tested = $stages[$Path.Stage].Tested
    foreach ($key in $tested.Keys) {
        if ($Alone -and $key -in 'PeerNamespace', 'DestinationNamespace') { continue }
        $arguments[$key] = if ($key -like '*Namespace') { $Path.Places[$tested[$key]] } else { $tested[$key] }
    }
    foreach ($key in $With ? @($With.Keys) : @()) {
        $value = $With[$key]
        if ($null -eq $value) { $arguments.Remove($key) }
        else { $arguments[$key] = $key -like '*Namespace' ? $Path.Places[$value] : $value }
    }
    $arguments
}

Export-ModuleMember -Function *
