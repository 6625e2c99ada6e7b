# Frames made by hand on an interface, and what tshark reads in a capture: what the tests of packets share.

Import-Module "$PSScriptRoot/Common.psm1"

# Where a packet socket sends: struct sockaddr_ll, of which only family and interface count.
class FrameTarget : System.Net.EndPoint {
    [int] $Index

    FrameTarget([int] $index) { $this.Index = $index }

    [System.Net.SocketAddress] Serialize() {
        $address = [System.Net.SocketAddress]::new([System.Net.Sockets.AddressFamily]::Packet, 20)
        $bytes = [System.BitConverter]::GetBytes($this.Index)
        for ($i = 0; $i -lt 4; $i++) { $address[4 + $i] = $bytes[$i] }
        return $address
    }
}

# A socket that stays in the namespace.
function Open-FrameSocket {
    param([string] $Namespace)
    Invoke-NamespaceCommand -Namespace $Namespace {
        [System.Net.Sockets.Socket]::new('Packet', 'Raw', 'Unspecified')
    }
}

# Sends a frame, which is an array of bytes, or several out of an interface.
function Send-Frame {
    param([string] $Namespace, [string] $Interface, $Frame, [int] $Times = 1)
    if ($Frame -is [byte[]]) { $Frame = , $Frame }
    $index = (Get-IpLink $Namespace $Interface).ifindex
    $socket = Open-FrameSocket $Namespace
    try {
        $socket.Bind([FrameTarget]::new($index))
        for ($i = 0; $i -lt $Times; $i++) {
            foreach ($one in $Frame) { $null = $socket.Send([byte[]]$one) }
        }
    }
    finally { $socket.Dispose() }
}

# A capture file of frames, made by hand: magic, 2.4, no time zone, snap length, Ethernet; for each frame time 0 and both lengths.
function Write-FrameFile {
    param([string] $Path, [byte[][]] $Frame)
    $header = [System.Convert]::FromHexString('d4c3b2a1020004000000000000000000ffff000001000000')
    $bytes = [System.Collections.Generic.List[byte]]::new($header)
    foreach ($one in $Frame) {
        $bytes.AddRange([byte[]]::new(8))
        foreach ($twice in 1, 2) { $bytes.AddRange([System.BitConverter]::GetBytes($one.Length)) }
        $bytes.AddRange($one)
    }
    Set-Content $Path $bytes.ToArray() -AsByteStream
}

# The bytes of a captured packet as text.
function Get-FrameHex {
    param($Packet)
    [System.Convert]::ToHexString($Packet.Frame.Data.ToArray())
}

# tcpdump that writes what an interface sees to a file, until Stop-Recording.
function Start-Recording {
    param([string] $Namespace, [string] $Interface, [string] $Path, [string] $Filter = '')
    $arguments = @('netns', 'exec', $Namespace, 'tcpdump', '-i', $Interface, '-U', '--immediate-mode', '-s', '0', '-w', $Path)
    if ($Filter) { $arguments += $Filter }
    $recording = Start-Program ip $arguments
    while ($null -ne ($line = $recording.StandardError.ReadLine()) -and $line -notmatch 'listening on') { }
    $recording
}

# Ends it as Ctrl-C does.
function Stop-Recording {
    param([System.Diagnostics.Process] $Recording)
    & kill -INT $Recording.Id
    $Recording.WaitForExit()
    $Recording.Dispose()
}

# The fields that are compared, in tshark's words.
$fields = @(
    'frame.len'
    'eth.src', 'eth.dst', 'vlan.id'
    'ip.src', 'ip.dst', 'ip.ttl', 'ip.dsfield', 'ip.id', 'ip.flags.df', 'ip.frag_offset'
    'ipv6.src', 'ipv6.dst', 'ipv6.hlim', 'ipv6.tclass', 'ipv6.flow'
    'arp.opcode', 'arp.src.proto_ipv4', 'arp.dst.proto_ipv4', 'arp.src.hw_mac'
    'icmp.type', 'icmp.code', 'icmp.ident', 'icmp.seq'
    'icmpv6.type', 'icmpv6.code', 'icmpv6.echo.identifier', 'icmpv6.echo.sequence_number'
    'udp.srcport', 'udp.dstport', 'udp.length', 'udp.checksum.status'
    'tcp.srcport', 'tcp.dstport', 'tcp.seq_raw', 'tcp.ack_raw', 'tcp.flags', 'tcp.window_size_value', 'tcp.len'
    'geneve.version', 'geneve.flags', 'geneve.proto_type', 'geneve.vni', 'geneve.reserved'
    'geneve.option.class', 'geneve.option.type', 'geneve.option.length'
)

# What tshark reads in a file: for each frame a table of fields, the values of outer and inner headers joined by commas.
function Get-TsharkFrame {
    param([string] $Path, [string[]] $DecodeAs = @())
    $arguments = @('-r', $Path, '-n', '-T', 'json', '-o', 'udp.check_checksum:TRUE', '-o', 'ip.defragment:FALSE')
    foreach ($rule in $DecodeAs) { $arguments += '-d', $rule }
    foreach ($field in $fields) { $arguments += '-e', $field }
    $text = & tshark @arguments 2>$null
    if ($LASTEXITCODE -ne 0) { throw "tshark ended with $LASTEXITCODE" }
    foreach ($frame in $text | ConvertFrom-Json) {
        $table = [ordered]@{}
        foreach ($field in $fields) {
            $value = $frame._source.layers.$field
            if ($null -ne $value) { $table[$field] = @($value) -join ',' }
        }
        $table
    }
}

# What our decoder reads in a frame, in the same words.
function Get-DecodedFrameTable {
    param($Frame)
    $table = [ordered]@{}
    foreach ($field in $fields) { $table[$field] = [System.Collections.Generic.List[string]]::new() }
    $table['frame.len'].Add($Frame.Length)
    Add-FrameField $table $Frame
    $filled = [ordered]@{}
    foreach ($field in $fields) { if ($table[$field].Count) { $filled[$field] = $table[$field] -join ',' } }
    $filled
}

function Add-Field ($Table, [string] $Name, $Value, [string] $Format = '{0}') {
    if ($null -ne $Value) { $Table[$Name].Add($Format -f $Value) }
}

function Add-IPField ($Table, $Ip) {
    if ($Ip.Version -eq 6) {
        Add-Field $Table ipv6.src $Ip.Source
        Add-Field $Table ipv6.dst $Ip.Destination
        Add-Field $Table ipv6.hlim $Ip.Ttl
        Add-Field $Table ipv6.tclass $Ip.Tos '0x{0:x8}'
        Add-Field $Table ipv6.flow $Ip.FlowLabel '0x{0:x6}'
    }
    elseif ($Ip) {
        Add-Field $Table ip.src $Ip.Source
        Add-Field $Table ip.dst $Ip.Destination
        Add-Field $Table ip.ttl $Ip.Ttl
        Add-Field $Table ip.dsfield $Ip.Tos '0x{0:x2}'
        Add-Field $Table ip.id $Ip.Identification '0x{0:x4}'
        Add-Field $Table ip.flags.df ([int]$Ip.DontFragment)
        Add-Field $Table ip.frag_offset ($Ip.FragmentOffset / 8)
    }
}

function Add-FrameField ($Table, $Frame) {
    Add-Field $Table eth.src $Frame.Ethernet.Source
    Add-Field $Table eth.dst $Frame.Ethernet.Destination
    foreach ($tag in $Frame.Vlans) { Add-Field $Table vlan.id $tag.Id }
    $ip = $Frame.IP
    Add-IPField $Table $ip
    if ($Frame.Arp) {
        Add-Field $Table arp.opcode ([int]$Frame.Arp.Operation)
        Add-Field $Table arp.src.proto_ipv4 $Frame.Arp.SenderIP
        Add-Field $Table arp.dst.proto_ipv4 $Frame.Arp.TargetIP
        Add-Field $Table arp.src.hw_mac $Frame.Arp.SenderMac
    }
    if ($Frame.Icmp.Version -eq 6) {
        Add-Field $Table icmpv6.type $Frame.Icmp.Type
        Add-Field $Table icmpv6.code $Frame.Icmp.Code
        Add-Field $Table icmpv6.echo.identifier $Frame.Icmp.Identifier '0x{0:x4}'
        Add-Field $Table icmpv6.echo.sequence_number $Frame.Icmp.Sequence
    }
    elseif ($Frame.Icmp) {
        Add-Field $Table icmp.type $Frame.Icmp.Type
        Add-Field $Table icmp.code $Frame.Icmp.Code
        Add-Field $Table icmp.ident $Frame.Icmp.Identifier
        Add-Field $Table icmp.seq $Frame.Icmp.Sequence
    }
    Add-IPField $Table $Frame.Icmp.About
    if ($Frame.Tcp) {
        Add-Field $Table tcp.srcport $Frame.Tcp.SourcePort
        Add-Field $Table tcp.dstport $Frame.Tcp.DestinationPort
        Add-Field $Table tcp.seq_raw $Frame.Tcp.Sequence
        Add-Field $Table tcp.ack_raw $Frame.Tcp.Acknowledgment
        Add-Field $Table tcp.flags ([int]$Frame.Tcp.Flags) '0x{0:x4}'
        Add-Field $Table tcp.window_size_value $Frame.Tcp.Window
        Add-Field $Table tcp.len $Frame.Tcp.PayloadLength
    }
    if ($Frame.Udp) {
        Add-Field $Table udp.srcport $Frame.Udp.SourcePort
        Add-Field $Table udp.dstport $Frame.Udp.DestinationPort
        Add-Field $Table udp.length $Frame.Udp.Length
        # In tshark's numbers: bad, good, not verified, not present, illegal (zero over IPv6). What is left to the network card
        # is bad to tshark.
        $state = switch ("$($Frame.Udp.ChecksumState)") {
            Invalid { 0 }
            Partial { 0 }
            Valid { 1 }
            NotVerifiable { 2 }
            Absent { if ($ip.Version -eq 6) { 4 } else { 3 } }
        }
        Add-Field $Table udp.checksum.status $state
    }
    $geneve = $Frame.Geneve
    if ($geneve) {
        Add-Field $Table geneve.version $geneve.Version
        if ($null -ne $geneve.Vni) {
            $flags = ($geneve.IsOam ? 0x80 : 0) + ($geneve.HasCriticalOptions ? 0x40 : 0) + $geneve.Reserved
            Add-Field $Table geneve.flags $flags '0x{0:x2}'
            Add-Field $Table geneve.proto_type $geneve.ProtocolType '0x{0:x4}'
            Add-Field $Table geneve.vni $geneve.Vni '0x{0:x6}'
            Add-Field $Table geneve.reserved $geneve.Reserved2 '0x{0:x2}'
        }
        # tshark has the length of all in front of that of each.
        Add-Field $Table geneve.option.length $geneve.OptionsLength
        foreach ($option in $geneve.Options) {
            Add-Field $Table geneve.option.class $option.Class '0x{0:x4}'
            Add-Field $Table geneve.option.type $option.Type '0x{0:x2}'
            Add-Field $Table geneve.option.length ($option.Data.Length + 4)
        }
        if ($geneve.Inner) { Add-FrameField $Table $geneve.Inner }
    }
}

# A table as text, line by line, so that a difference between two shows itself.
function Format-FrameTable {
    param($Table)
    ($Table.Keys | ForEach-Object { "$_=$($Table[$_])" }) -join "`n"
}

# Watch-GenevePacket with these arguments, in a session of its own that goes on by itself; returns when it captures.
function Start-Watch {
    param([hashtable] $Arguments, [object[]] $InputObject = @())
    $shell = New-Shell -WithCmdlets -ArgumentList $Arguments, $InputObject -Text @'
        param($arguments, $objects)
        if ($objects) { $objects | Watch-GenevePacket @arguments -Verbose }
        else { Watch-GenevePacket @arguments -Verbose }
'@
    $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $none = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $none.Complete()
    $handle = $shell.BeginInvoke[psobject, psobject]($none, $output)
    while ($shell.Streams.Verbose.Count -eq 0 -and -not $handle.IsCompleted) { Start-Sleep -Milliseconds 5 }
    [pscustomobject]@{ Shell = $shell; Output = $output; Handle = $handle; Errors = @(); Warnings = @() }
}

# Waits until it has said an error, or ended; for a while at most. (Its streams are not to be enumerated while it runs: that
# waits for their end.)
function Wait-WatchError {
    param($Watch, [int] $Seconds = 10)
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while ($Watch.Shell.Streams.Error.Count -eq 0 -and $clock.Elapsed.TotalSeconds -lt $Seconds) { Start-Sleep -Milliseconds 10 }
}

# Ends it as Ctrl-C does when a packet has come that the condition fits, or at the latest after a while. Returns what came.
function Stop-Watch {
    param($Watch, [scriptblock] $Until = { $false }, [int] $Seconds = 10, [int] $Linger = 0, [switch] $LastOnly)
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $seen = 0
    $found = $false
    while (-not $found -and $clock.Elapsed.TotalSeconds -lt $Seconds -and -not $Watch.Handle.IsCompleted) {
        Start-Sleep -Milliseconds 20
        # Of very many only the last is looked at.
        if ($LastOnly -and $Watch.Output.Count -gt 0) { $seen = $Watch.Output.Count - 1 }
        for (; $seen -lt $Watch.Output.Count -and -not $found; $seen++) { $found = [bool]($Watch.Output[$seen] | Where-Object $Until) }
    }
    Start-Sleep -Milliseconds $Linger
    $Watch.Shell.Stop()
    $Watch.Errors = $Watch.Shell.Streams.Error.ReadAll()
    $Watch.Warnings = $Watch.Shell.Streams.Warning.ReadAll()
    Remove-Shell $Watch.Shell
    $Watch.Output.ReadAll()
}

Export-ModuleMember -Function @(
    'Send-Frame', 'Open-FrameSocket', 'Write-FrameFile', 'Get-FrameHex'
    'Start-Recording', 'Stop-Recording'
    'Get-TsharkFrame', 'Get-DecodedFrameTable', 'Format-FrameTable'
    'Start-Watch', 'Stop-Watch', 'Wait-WatchError'
)
