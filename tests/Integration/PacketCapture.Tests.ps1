# Frames made by hand, sent over a cable between two namespaces, captured by Watch-GenevePacket and by tcpdump at once and read
# by our decoder and by tshark. No tunnel is needed for it: any kernel will do.

BeforeDiscovery {
    # Each case is a frame of ConvertTo-GenevePacket, and what is done to its bytes then.
    $ethernet = '02000000000b02000000000a'
    $innerV4 = $ethernet + '0800' + '4500001c00010000400100000bc801010bc80102' + '0800f7fd00010001'
    $ipv6 = '6000000000083a40' + 'fd000000000000000000000000000001' + 'fd000000000000000000000000000002'
    $innerV6 = $ethernet + '86dd' + $ipv6 + '8000000000050006'
    $innerVlan = $ethernet + '810000640806' + '0001080006040001' + '02000000000a0a0000010000000000000a000002'
    $innerTcp = $ethernet + '0800' + '4500002800020000400600000a0000010a000002' + '30390050000000010000000250121000abcd0000'
    $innerUdp = $ethernet + '0800' + '4500001e00030000401100000a0000010a000002' + '30390035000a0000a000'
    $options = @(
        @{ Class = 0x0102; Type = 0x01; Data = 1, 2, 3, 4 }
        @{ Class = 0xff01; Type = 0x02 }
        @{ Class = 0x0103; Type = 0x7f; Data = [byte[]]::new(124) }
    )
    $critical = @{ Class = 0xff01; Type = 0x81; Data = 0xde, 0xad, 0xbe, 0xef }
    # The Geneve header begins behind 14 bytes of Ethernet, 20 of IPv4 and 8 of UDP.
    $cases = @(
        @{ Case = 'ARP'; Arguments = @{}; Inner = '' }
        @{ Case = 'ICMP inside'; Arguments = @{}; Inner = $innerV4 }
        @{ Case = 'ICMPv6 inside'; Arguments = @{}; Inner = $innerV6 }
        @{ Case = 'a VLAN inside'; Arguments = @{}; Inner = $innerVlan }
        @{ Case = 'TCP inside'; Arguments = @{}; Inner = $innerTcp }
        @{ Case = 'UDP inside'; Arguments = @{}; Inner = $innerUdp }
        @{ Case = 'IPv4 without Ethernet inside'; Arguments = @{ ProtocolType = 0x0800 }; Inner = $innerV4.Substring(28) }
        @{ Case = 'no payload'; Arguments = @{}; Inner = '-' }
        @{ Case = 'options'; Arguments = @{ Option = $options }; Inner = $innerV4 }
        @{ Case = 'a control packet'; Arguments = @{ Oam = $true }; Inner = $innerV4 }
        @{ Case = 'a critical option'; Arguments = @{ Option = $critical }; Inner = $innerV4; Fault = 'UnknownCriticalOption' }
        @{
            Case = 'the largest VNI, TTL 1, TOS and DF'
            Arguments = @{ Vni = 0xffffff; Ttl = 1; Tos = 0xb8; DontFragment = $true }; Inner = $innerV4
        }
        @{ Case = 'no checksum'; Arguments = @{ NoChecksum = $true }; Inner = $innerV4 }
        @{ Case = 'a VLAN outside'; Arguments = @{ Vlan = 100 }; Inner = $innerV4 }
        @{ Case = 'IPv6 outside'; IPv6 = $true; Arguments = @{ Option = $options; Tos = 0x12; Ttl = 7 }; Inner = $innerV4 }
        @{
            Case = 'IPv6 without a checksum outside'
            IPv6 = $true; Arguments = @{ NoChecksum = $true }; Inner = $innerV6
            Notes = 'ZeroChecksumOverIPv6'
        }
        @{ Case = 'a wrong checksum'; Arguments = @{}; Inner = $innerV4; Change = @{ 41 = 0x55 }; Fault = 'ChecksumInvalid' }
        @{
            Case = 'reserved bits'
            Arguments = @{ NoChecksum = $true }; Inner = $innerV4; Change = @{ 43 = 0x3f; 49 = 0xff }
            Notes = 'ReservedBitsSet, ReservedByteSet'
        }
        @{
            Case = 'reserved bits of an option'
            Arguments = @{ NoChecksum = $true; Option = @{ Class = 1; Type = 1 } }; Inner = $innerV4; Change = @{ 53 = 0xe0 }
            Notes = 'OptionReservedBitsSet'
        }
        @{
            Case = 'the C bit without an option'
            Arguments = @{ NoChecksum = $true }; Inner = $innerV4; Change = @{ 43 = 0x40 }
            Notes = 'CriticalFlagWithoutOption'
        }
        @{
            Case = 'a critical option without the C bit'
            Arguments = @{ NoChecksum = $true; Option = $critical }; Inner = $innerV4; Change = @{ 43 = 0 }
            Notes = 'CriticalOptionWithoutFlag'; Fault = 'UnknownCriticalOption'
        }
        # tshark reads the fields of a version that it does not know either; ours leaves them.
        @{
            Case = 'version 1'
            Arguments = @{ NoChecksum = $true }; Inner = $innerV4; Change = @{ 42 = 0x40 }
            Fault = 'UnsupportedVersion'; OuterOnly = $true
        }
        @{
            Case = 'options beyond the packet'
            Arguments = @{ NoChecksum = $true }; Inner = '-'; Change = @{ 42 = 0x3f }
            Fault = 'OptionsBeyondPacket'; OuterOnly = $true
        }
        @{
            Case = 'an option beyond the others'
            Arguments = @{ NoChecksum = $true; Option = @{ Class = 1; Type = 1 } }; Inner = $innerV4; Change = @{ 53 = 0x1f }
            Fault = 'OptionBeyondOptions'; OuterOnly = $true
        }
        @{
            Case = 'half a header'
            Arguments = @{ NoChecksum = $true }; Inner = '-'; Length = 46; Change = @{ 17 = 32; 24 = 0; 25 = 0; 39 = 12 }
            Fault = 'HeaderTruncated'; OuterOnly = $true
        }
        @{
            Case = 'a UDP length beyond the packet'
            Arguments = @{ NoChecksum = $true }; Inner = $innerV4; Change = @{ 39 = 200 }
            Fault = 'OuterLengthWrong'; OuterOnly = $true
        }
    )
}

BeforeAll {
    foreach ($module in 'Common', 'Frames') { Import-Module "$PSScriptRoot/$module.psm1" }

    $arp = 'ffffffffffff02000000000a080600010800060400 0102000000000a0a0000010000000000000a000002'.Replace(' ', '')
    $macs = @{ SourceMac = '02:00:00:00:00:01'; DestinationMac = '02:00:00:00:00:02' }
    $v4 = @{ Source = '192.0.2.1'; Destination = '192.0.2.2' }
    $v6 = @{ Source = '2001:db8::1'; Destination = '2001:db8::2' }

    function New-Frame ([hashtable] $Arguments = @{}, [string] $Inner = '', [bool] $IPv6 = $false, $Change = @{}, [int] $Length = 0) {
        $all = @{ Vni = 1000 } + $macs + $(if ($IPv6) { $v6 } else { $v4 })
        foreach ($key in $Arguments.Keys) { $all[$key] = $Arguments[$key] }
        if ($Inner -ne '-') { $all.Payload = [System.Convert]::FromHexString($(if ($Inner) { $Inner } else { $arp })) }
        [byte[]] $bytes = ConvertTo-GenevePacket @all
        if ($Change) { foreach ($at in $Change.Keys) { $bytes[$at] = $Change[$at] } }
        if ($Length) { $bytes = $bytes[0..($Length - 1)] }
        , $bytes
    }

    $a = Get-TestName
    $b = Get-TestName
    Add-TestUnderlay $a $b
    & ip -n $a link set eth0 arp off
    & ip -n $b link set eth0 arp off
    # Sent last: when it has come, all before it have.
    $end = New-Frame @{ Vni = 0xabcdef }
    $isEnd = { $_.Vni -eq 0xabcdef }
}

AfterAll {
    Remove-TestNamespace $a, $b
}

Describe 'Frames made by hand' -ForEach @(, @{ All = $cases }) {
    BeforeAll {
        # In one file, read once: starting tshark is what takes time.
        $sent = @($All | ForEach-Object { , (New-Frame $_.Arguments $_.Inner ([bool]$_['IPv6']) $_['Change'] ([int]$_['Length'])) })
        Write-FrameFile "$TestDrive/crafted.pcap" $sent
        $judged = @(Get-TsharkFrame "$TestDrive/crafted.pcap")
        $decoded = @(Import-GeneveCapture "$TestDrive/crafted.pcap" -All)

        $recording = Start-Recording $b eth0 "$TestDrive/recorded.pcap" 'udp port 6081 or vlan or ip6'
        $watch = Start-Watch @{ Interface = 'eth0'; Namespace = $b }
        Send-Frame $a eth0 ($sent + , $end)
        $captured = @(Stop-Watch $watch $isEnd)
        Stop-Recording $recording
        $recorded = @(Import-GeneveCapture "$TestDrive/recorded.pcap")
    }

    It 'are all there' {
        $judged.Count, $decoded.Count | Should -Be $All.Count, $All.Count
        $captured.Count, $recorded.Count | Should -Be ($All.Count + 1), ($All.Count + 1)
    }

    It 'are read as tshark does: <Case>' -ForEach $cases {
        $index = [array]::IndexOf(@($All.Case), $Case)
        $judge = $judged[$index]
        $ours = Get-DecodedFrameTable $decoded[$index]
        if ($_['OuterOnly']) {
            # Behind what is broken tshark goes on to guess: what ours has read is compared, the first of each.
            foreach ($field in @($judge.Keys)) {
                if (-not $ours.Contains($field)) { $judge.Remove($field); continue }
                foreach ($table in $judge, $ours) { $table[$field] = @($table[$field] -split ',')[0] }
            }
            $judge.Count | Should -BeGreaterThan 12
        }
        Format-FrameTable $ours | Should -Be (Format-FrameTable $judge)
        "$($decoded[$index].Geneve.Fault)" | Should -Be ($_['Fault'] ?? 'None')
        "$($decoded[$index].Geneve.Notes)" | Should -Be ($_['Notes'] ?? 'None')
    }

    It 'come through the kernel whole: <Case>' -ForEach $cases {
        $index = [array]::IndexOf(@($All.Case), $Case)
        Get-FrameHex $captured[$index] | Should -Be ([System.Convert]::ToHexString($sent[$index]))
        "$($captured[$index])" | Should -Be "$($recorded[$index])"
        "$($captured[$index].Direction) $($captured[$index].Interface) $($captured[$index].Namespace)" | Should -Be "In eth0 $b"
        # Both sockets have the kernel's clock, each its own moment; a busy machine may come between the two.
        ($recorded[$index].Timestamp - $captured[$index].Timestamp).Duration().TotalMilliseconds | Should -BeLessThan 1000
    }
}

Describe 'The filter in the kernel' {
    BeforeAll {
        function New-Extended ([int[]] $Headers) {
            # IPv6 with extension headers between it and UDP: each takes 8 bytes and names the next.
            $plain = New-Frame @{} '' $true
            $chain = $Headers + 17
            $bytes = [System.Collections.Generic.List[byte]]::new($plain)
            $bytes[20] = [byte]$chain[0]
            $length = $plain.Length - 54 + 8 * $Headers.Count
            $bytes[18] = [byte]($length -shr 8)
            $bytes[19] = [byte]($length -band 255)
            $at = 54
            for ($i = 0; $i -lt $Headers.Count; $i++) {
                # A fragment header with offset 0 that is the last one; else an option that pads.
                $rest = if ($Headers[$i] -eq 44) { [byte[]](0, 0, 0, 0, 0, 0, 7) } else { [byte[]](0, 1, 4, 0, 0, 0, 0) }
                $bytes.InsertRange($at, [byte[]](@([byte]$chain[$i + 1]) + $rest))
                $at += 8
            }
            , $bytes.ToArray()
        }

        $one = New-Frame
        $noise = $one.Clone()
        $noise[36] = 0x1b; $noise[37] = 0x58 # port 7000
        # From port 6081 to another: an answer of something else, not of Geneve, whose ports are never reversed.
        $reversed = New-Frame @{ SourcePort = 6081; Port = 7000 }
        $optioned = [byte[]](@($one[0..13]) + 0x46 + $one[15..33] + (1, 1, 1, 0) + $one[34..($one.Length - 1)])
        $optioned[17] += 4
    }

    It 'takes <Case>: <Expected>' -ForEach @(
        @{ Case = 'the port'; Frame = { $one }; Arguments = @{}; Expected = 1 }
        @{ Case = 'another port'; Frame = { $noise }; Arguments = @{}; Expected = 0 }
        @{ Case = 'one of several ports'; Frame = { $noise }; Arguments = @{ Port = 6082, 7000, 6081 }; Expected = 1 }
        @{ Case = 'the port as source alone'; Frame = { $reversed }; Arguments = @{}; Expected = 0 }
        @{ Case = 'the VNI'; Frame = { $one }; Arguments = @{ Vni = 999, 1000, 0xabcdef }; Expected = 1 }
        @{ Case = 'another VNI'; Frame = { $one }; Arguments = @{ Vni = 999, 0xabcdef }; Expected = 0 }
        @{ Case = 'one of very many VNIs'; Frame = { $one }; Arguments = @{ Vni = (701..1000) + 0xabcdef }; Expected = 1 }
        @{ Case = 'none of very many VNIs'; Frame = { $one }; Arguments = @{ Vni = (1001..1300) + 0xabcdef }; Expected = 0 }
        @{ Case = 'the source as remote'; Frame = { $one }; Arguments = @{ Remote = '192.0.2.1' }; Expected = 1 }
        @{ Case = 'the destination as remote'; Frame = { $one }; Arguments = @{ Remote = '2001:db8::1', '192.0.2.2' }; Expected = 1 }
        @{
            Case = 'another remote'
            Frame = { New-Frame @{ Source = '192.0.2.5'; Destination = '192.0.2.6' } }; Arguments = @{ Remote = '192.0.2.1' }
            Expected = 0
        }
        @{
            Case = 'the remote over IPv6'
            Frame = { New-Frame @{} '' $true }; Arguments = @{ Remote = '192.0.2.1', '2001:db8::2' }
            Expected = 1
        }
        @{
            Case = 'another remote over IPv6'
            Frame = { New-Frame @{} '' $true }; Arguments = @{ Remote = '192.0.2.1', '2001:db8::3' }
            Expected = 0
        }
        @{ Case = 'data where control packets are asked for'; Frame = { $one }; Arguments = @{ Oam = $true }; Expected = 0 }
        @{ Case = 'control packets'; Frame = { New-Frame @{ Oam = $true } }; Arguments = @{ Oam = $true }; Expected = 1 }
        @{ Case = 'a VLAN'; Frame = { New-Frame @{ Vlan = 7 } }; Arguments = @{ Vni = 1000, 0xabcdef }; Expected = 1 }
        @{ Case = 'options of IPv4'; Frame = { $optioned }; Arguments = @{ Vni = 1000, 0xabcdef }; Expected = 1 }
        @{ Case = 'an extension header'; Frame = { New-Extended 0 }; Arguments = @{ Vni = 1000, 0xabcdef }; Expected = 1 }
        @{ Case = 'four extension headers'; Frame = { New-Extended 0, 60, 43, 60 }; Arguments = @{ Vni = 1000, 0xabcdef }; Expected = 1 }
        @{ Case = 'a fragment header that makes no fragments'; Frame = { New-Extended 44 }; Arguments = @{}; Expected = 1 }
        @{ Case = 'more extension headers than are looked at'; Frame = { New-Extended 0, 60, 60, 60, 60 }; Arguments = @{}; Expected = 0 }
    ) {
        # The end passes every filter: the right VNI, remote and bit, and the ports there are.
        $last = New-Frame @{ Vni = 0xabcdef; Oam = $true; Port = 6081 }
        $watch = Start-Watch (@{ Interface = 'eth0'; Namespace = $b } + $Arguments)
        Send-Frame $a eth0 @((, [byte[]](& $Frame)) + , $last)
        $seen = @(Stop-Watch $watch $isEnd)
        $seen.Count | Should -Be ($Expected + 1)
    }

    It 'sees what leaves with a VLAN tag, on the VLAN link and on the link below' {
        & ip -n $a link add link eth0 name v7 type vlan id 7 2>$null
        if ($LASTEXITCODE -ne 0) { Set-ItResult -Skipped -Because 'this kernel has no VLAN links'; return }
        & ip -n $a link set v7 up
        $watch = Start-Watch @{ Namespace = $a; Vni = 1000, 0xabcdef }
        Send-Frame $a v7 $one
        Send-Frame $a eth0 $end
        $seen = @(Stop-Watch $watch $isEnd)
        $seen | ForEach-Object { "$($_.Direction) $($_.Interface) $($_.OuterVlans)" } |
            Should -Be 'Out v7 ', 'Out eth0 vlan 7, p 0', 'Out eth0 '
        & ip -n $a link del v7
    }
}

Describe 'Watch-GenevePacket' {
    It 'watches several namespaces from the pipeline at once, in the order of the times' {
        $places = @([pscustomobject]@{ Interface = 'eth0'; Namespace = $a }, [pscustomobject]@{ Interface = 'eth0'; Namespace = $b })
        $watch = Start-Watch @{} $places
        Send-Frame $a eth0 @((New-Frame @{ Vni = 1 }), (New-Frame @{ Vni = 2 }), $end)
        $seen = @(Stop-Watch $watch { $_.Vni -eq 0xabcdef -and "$($_.Namespace)" -eq $b })
        $seen | ForEach-Object { "$($_.Vni) $($_.Namespace.Name) $($_.Direction)" } |
            Should -Be @(foreach ($vni in 1, 2, 0xabcdef) { "$vni $a Out", "$vni $b In" })
        $seen[0].Fingerprint | Should -Be $seen[1].Fingerprint
        @($seen | Group-Object Vni).Count | Should -Be 3
        @($seen | Where-Object { $_.Inner.Arp }).Count | Should -Be 6
    }

    It 'ends at once when stopped, and gives up the namespace' {
        # The kernel lists the packet sockets of a namespace, behind one line of headers.
        $watch = Start-Watch @{ Namespace = $a }
        @(& ip netns exec $a cat /proc/net/packet).Count | Should -Be 2
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $watch.Shell.Stop()
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 3
        Remove-Shell $watch.Shell
        @(& ip netns exec $a cat /proc/net/packet).Count | Should -Be 1
    }

    It 'ends after its time, also where nothing comes' {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        @(Watch-GenevePacket -Namespace $a -Timeout 0.5).Count | Should -Be 0
        $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 0.49
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
    }

    It 'says that an interface went away, and goes on with the others' {
        Invoke-IpBatch $a @(
            'link add d0 type veth peer name e0', 'link set d0 up', 'link set e0 up'
            'link add d1 type veth peer name e1', 'link set d1 up', 'link set e1 up'
        )
        $watch = Start-Watch @{ Interface = 'd0', 'd1'; Namespace = $a }
        & ip -n $a link del d0
        Wait-WatchError $watch
        Send-Frame $a d1 $end
        @(Stop-Watch $watch $isEnd).Count | Should -Be 1
        $watch.Errors.Count | Should -Be 1
        "$($watch.Errors)" | Should -BeLike "*'d0'*left network namespace '$a'*"
        & ip -n $a link del d1
    }

    It 'ends when the last interface went away, and goes on when it only was down' {
        Invoke-IpBatch $a 'link add d0 type veth peer name e0', 'link set e0 up', 'link set d0 up'
        $watch = Start-Watch @{ Interface = 'd0'; Namespace = $a }
        Invoke-IpBatch $a 'link set d0 down', 'link set d0 up'
        Send-Frame $a d0 $end
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        while ($watch.Output.Count -eq 0 -and $clock.Elapsed.TotalSeconds -lt 20) { Start-Sleep -Milliseconds 10 }
        $watch.Output.Count | Should -Be 1
        & ip -n $a link del d0
        $watch.Handle.AsyncWaitHandle.WaitOne(20000) | Should -BeTrue
        $null = Stop-Watch $watch
        ($watch.Errors[0].FullyQualifiedErrorId -split ',')[0] | Should -Be LinkNotFound
    }

    It 'lets go of a namespace that was removed' {
        $gone = Get-TestName
        Add-TestNamespace $gone
        $watch = Start-Watch @{ Namespace = $gone }
        Remove-TestNamespace $gone
        $watch.Handle.AsyncWaitHandle.WaitOne(20000) | Should -BeTrue
        $null = Stop-Watch $watch
        ($watch.Errors[0].FullyQualifiedErrorId -split ',')[0] | Should -Be NamespaceNotFound
    }

    It 'says which interface is not there, and captures from the others of the pipeline' {
        $places = @([pscustomobject]@{ Interface = 'nothere'; Namespace = $a }, [pscustomobject]@{ Interface = 'eth0'; Namespace = $b })
        $watch = Start-Watch @{} $places
        Send-Frame $a eth0 $end
        @(Stop-Watch $watch $isEnd).Count | Should -Be 1
        ($watch.Errors[0].FullyQualifiedErrorId -split ',')[0] | Should -Be LinkNotFound
    }

    It 'accounts for every packet of a flood' {
        # A kernel that runs as a process has one processor for sender and receiver, and no hurry.
        $isSlow = (Get-Content /proc/cpuinfo -Raw) -match 'User Mode Linux'
        $count = if ($isSlow) { 20000 } else { 200000 }
        $watch = Start-Watch @{ Interface = 'eth0'; Namespace = $b }
        Send-Frame $a eth0 (New-Frame) -Times $count
        Send-Frame $a eth0 $end
        # Losses are looked for once a second.
        $seen = Stop-Watch $watch $isEnd -Seconds 60 -Linger 3000 -LastOnly
        $said = "$($watch.Warnings | Select-Object -Last 1)"
        $dropped = if ($said -match 'dropped (\d+) of (\d+) packets') { [int]$Matches[1] } else { 0 }
        "    $count packets were sent, $($seen.Count - 1) came, the kernel dropped $dropped" | Out-Host
        $seen.Count + $dropped | Should -Be ($count + 1)
        $seen.Count | Should -BeGreaterThan ($count / 10)
    }
}

Describe 'Views of packets' {
    BeforeAll {
        $bytes = New-Frame @{ Option = @(1..6 | ForEach-Object { @{ Class = 0xff01; Type = $_; Data = 0, 0, 0, $_ } }) }
        $packet = ConvertFrom-GenevePacket $bytes -Frame
        $rendering = $PSStyle.OutputRendering
    }

    AfterEach {
        $PSStyle.OutputRendering = $rendering
    }

    It 'have colours where the host is told to show them, and none in text' {
        $PSStyle.OutputRendering = 'Ansi'
        $colored = $packet | Out-String
        $colored | Should -BeLike "*`e*vni 0x3e8*"
        foreach ($mode in 'PlainText', 'Host') {
            $PSStyle.OutputRendering = $mode
            $plain = $packet | Out-String
            $plain | Should -Not -BeLike "*`e*"
            $plain.Trim() | Should -Be "$packet"
        }
    }

    It 'list every header field and every option' {
        $text = $packet | Format-List | Out-String -Width 200
        foreach ($line in @(
                'OuterSource +: 192.0.2.1', 'OuterDestinationPort +: 6081', 'OuterTtl +: 64', 'OuterTos +: 0x00'
                'OuterDontFragment +: False', 'OuterChecksum +: Valid'
                'Version +: 0', 'OptionsLength +: 48', 'IsOam +: False', 'HasCriticalOptions +: False', 'Reserved +: 0'
                'ProtocolType +: 0x6558 \(TEB\)', 'Vni +: 1000', 'Reserved2 +: 0'
                'InnerEthernet +: 02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff.*', 'InnerArp +: ARP, Request who-has 10.0.0.2.*'
                'Fingerprint +: [0-9a-f]{16}'
            )) {
            $text | Should -Match "(?m)^$line\s*$"
        }
        foreach ($type in 1..6) { $text | Should -BeLike "*class Experimental (0xff01) type 0x$type len 8 data 0000000$type*" }
    }
}
