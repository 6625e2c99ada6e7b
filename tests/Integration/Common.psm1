# What the integration tests share. The judges are ip, bridge, ping and tcpdump; nothing here asks our own cmdlets.

# The objects behind `ip -j …`.
function Get-IpJson {
    $text = (& ip -j @args) -join "`n"
    if ($LASTEXITCODE -ne 0) { throw "ip -j $args ended with $LASTEXITCODE" }
    if ($text.Trim()) { $text | ConvertFrom-Json }
}

# A name that no other test and nobody else uses.
function Get-TestName {
    param([string] $Prefix = 'gnt')
    $Prefix + [System.Guid]::NewGuid().ToString('N').Substring(0, 8)
}

# Makes network namespaces with `ip`, with the loopback up.
function Add-TestNamespace {
    param([string[]] $Name)
    foreach ($one in $Name) {
        & ip netns add $one
        if ($LASTEXITCODE -ne 0) { throw "ip netns add $one ended with $LASTEXITCODE" }
        & ip -n $one link set lo up
    }
}

# Removes them, whether they are there or not.
function Remove-TestNamespace {
    param([string[]] $Name)
    foreach ($one in $Name) {
        if ($one -and [System.IO.File]::Exists("/run/netns/$one")) { & ip netns del $one }
    }
}

# Two hosts joined by a cable: eth0 in each, 10.0.0.251/24 in the first, 10.0.0.250/24 in the second.
function Add-TestUnderlay {
    param([string] $A, [string] $B)
    Add-TestNamespace $A, $B
    & ip -n $A link add eth0 type veth peer name eth0 netns $B
    & ip -n $A addr add 10.0.0.251/24 dev eth0
    & ip -n $B addr add 10.0.0.250/24 dev eth0
    & ip -n $A addr add fd00::251/64 dev eth0 nodad
    & ip -n $B addr add fd00::250/64 dev eth0 nodad
    & ip -n $A link set eth0 up
    & ip -n $B link set eth0 up
}

# Whether a ping from a namespace is answered.
function Test-Ping {
    param([string] $Namespace, [string] $Destination, [int] $Count = 2)
    $null = & ip netns exec $Namespace ping -n -q -c $Count -i 0.2 -W 2 $Destination 2>&1
    $LASTEXITCODE -eq 0
}

# All links of a namespace as `ip` sees them, without what changes by itself: to compare before and after.
function Get-LinkSnapshot {
    param([string] $Namespace)
    (& ip -n $Namespace -j -d link) -join "`n"
}

Export-ModuleMember -Function *
