# Geneve packets as objects, live and from files, judged by tcpdump.

BeforeAll {
    foreach ($module in 'Common', 'Frames') { Import-Module "$PSScriptRoot/$module.psm1" }
    $ends = @{
        Source         = '192.0.2.1'
        SourceMac      = '02:00:00:00:00:01'
        Destination    = '192.0.2.2'
        DestinationMac = '02:00:00:00:00:02'
    }
}

Describe 'ConvertFrom-GenevePacket' {
    BeforeAll {
        # Version 0, no options, Ethernet, VNI 1000, and behind it the beginning of an ARP request.
        $hex = '00006558 0003e800 ffffffffffff 76767676769e 0806 0001 0800 06 04 0001 76767676769e 0a000001 000000000000 0a000002'
    }

    It 'reads the header and what is inside from hexadecimal text' {
        $packet = ConvertFrom-GenevePacket $hex
        "$($packet.Vni) $($packet.Version) $($packet.ProtocolType) $($packet.IsOam)" | Should -Be '1000 0 25944 False'
        "$($packet.Inner.Arp.Operation) $($packet.Inner.Summary)" | Should -Match 'Request.*who-has 10\.0\.0\.2 tell 10\.0\.0\.1'
        $packet.ShouldDrop | Should -BeFalse
    }

    It 'reads bytes from the pipeline, one by one and as an array' {
        $bytes = [System.Convert]::FromHexString($hex.Replace(' ', ''))
        ($bytes | ConvertFrom-GenevePacket).Vni | Should -Be 1000
        (ConvertFrom-GenevePacket $bytes).Vni | Should -Be 1000
    }

    It 'names what is wrong: <Why>' -ForEach @(
        @{ Why = 'a version from the future'; Text = '40006558 0003e800'; Fault = 'UnsupportedVersion' }
        @{ Why = 'options longer than the packet'; Text = '02006558 0003e800 01020001'; Fault = 'OptionsBeyondPacket' }
        @{ Why = 'a critical option that nobody understands'; Text = '01406558 0003e800 01029900'; Fault = 'UnknownCriticalOption' }
        @{ Why = 'half a header'; Text = '00006558'; Fault = 'HeaderTruncated' }
    ) {
        $packet = ConvertFrom-GenevePacket $Text
        "$($packet.Fault)" | Should -Be $Fault
        $packet.ShouldDrop | Should -BeTrue
        $packet.DropReason | Should -Not -BeNullOrEmpty
    }

    It 'shows a packet that was never captured, and so has neither time nor interface' {
        $frame = ConvertTo-GenevePacket 77 @ends
        $text = "$(ConvertFrom-GenevePacket $frame -Frame | Out-String)".Trim()
        $text | Should -Match '^IP 192\.0\.2\.1\.49152 > 192\.0\.2\.2\.6081: Geneve.*vni 0x4d'
        "$(ConvertFrom-GenevePacket $hex | Out-String)".Trim() | Should -Match '^Geneve.*vni 0x3e8'
    }

    It 'says what is not hexadecimal text' {
        Assert-Failure { ConvertFrom-GenevePacket 'xyz' } InvalidArgument InvalidArgument 'not a hexadecimal digit'
    }
}

Describe 'ConvertTo-GenevePacket' {
    It 'writes header, options and payload as RFC 8926 has them' {
        $options = @{ Class = 0xffff; Type = 0x81; Data = 1, 2, 3, 4 }, @{ Class = 0x0102; Type = 3 }
        $hex = ConvertTo-GenevePacket 1000 -Oam -ProtocolType 0x0800 -Option $options -Payload 0xaa, 0xbb -AsHex
        # 3 words of options; O for control, C because one is critical; VNI 1000.
        $hex | Should -Be '03c008000003e800ffff81010102030401020300aabb'
    }

    It 'writes again what was read' {
        $text = '02406558' + '0003e800' + 'ffff8101deadbeef' + '010203'
        ConvertFrom-GenevePacket $text | ConvertTo-GenevePacket -AsHex | Should -Be $text
    }

    It 'makes a frame that tcpdump reads' {
        [byte[]] $frame = ConvertTo-GenevePacket 77 -ProtocolType 0x0800 -SourcePort 50000 @ends
        Write-FrameFile "$TestDrive/frame.pcap" (, $frame)
        $line = "$(& tcpdump -nne -vv -r "$TestDrive/frame.pcap" 2>$null)"
        $line | Should -Match '02:00:00:00:00:01 > 02:00:00:00:00:02'
        $line | Should -Match '192\.0\.2\.1\.50000 > 192\.0\.2\.2\.6081: \[udp sum ok\] Geneve, Flags \[none\], vni 0x4d'
    }

    It 'refuses what the protocol cannot say: <Why>' -ForEach @(
        @{ Why = 'option data that is not a multiple of 4'; Arguments = @{ Option = @{ Class = 1; Type = 1; Data = 1, 2, 3 } } }
        @{ Why = 'option data of more than 124 bytes'; Arguments = @{ Option = @{ Class = 1; Type = 1; Data = [byte[]]::new(128) } } }
        @{ Why = 'an option without a class'; Arguments = @{ Option = @{ Type = 300 } } }
        @{ Why = 'a frame with one end'; Arguments = @{ Source = '192.0.2.1' } }
    ) {
        Assert-Failure { ConvertTo-GenevePacket 1 @Arguments } InvalidArgument InvalidArgument
    }
}

Describe 'Watch-GenevePacket and capture files' -Tag Geneve {
    BeforeAll {
        $a = Get-TestName
        $b = Get-TestName
        Add-TestUnderlay $a $b
        Invoke-IpBatch $a 'link add g0 type geneve id 1000 remote 10.0.0.250', 'addr add 11.200.1.1/24 dev g0', 'link set g0 up'
        Invoke-IpBatch $b 'link add g0 type geneve id 1000 remote 10.0.0.251', 'addr add 11.200.1.2/24 dev g0', 'link set g0 up'

        # tcpdump writes what it sees while our own capture runs; both see the same pings.
        $recording = Start-Recording $a eth0 "$TestDrive/judge.pcap" 'udp port 6081 and udp[28:2] = 0x0800'
        $ping = Start-Program ip 'netns', 'exec', $a, 'sh', '-c', 'sleep 1; exec ping -n -q -c 3 -i 0.3 11.200.1.2'
        $packets = @(Watch-GenevePacket eth0 -Namespace $a -Timeout 4)
        $ping.WaitForExit()
        Stop-Recording $recording
        $seen = @($packets | Where-Object { $_.Inner.Icmp -and $_.Inner.Summary.StartsWith('IP 11.200.') })
        $lines = @(& tcpdump -nn -tt -r "$TestDrive/judge.pcap" 2>$null)
    }

    AfterAll {
        Remove-TestNamespace $a, $b
    }

    It 'sees the packets that tcpdump sees, in order, both ways' {
        $lines.Count | Should -Be 6
        $seen.Count | Should -Be 6
        for ($i = 0; $i -lt 6; $i++) {
            $packet = $seen[$i]
            $lines[$i] -match 'IP (\S+) > (\S+): Geneve, Flags \[none\], vni (\S+): (IP .*)$' | Should -BeTrue
            "$($packet.OuterSource).$($packet.OuterSourcePort)" | Should -Be $Matches[1]
            "$($packet.OuterDestination).$($packet.OuterDestinationPort)" | Should -Be $Matches[2]
            $packet.Vni | Should -Be ([int]$Matches[3])
            $packet.Inner.Summary | Should -Be $Matches[4]
        }
        $seen | ForEach-Object { "$($_.Direction)" } | Should -Be 'Out', 'In', 'Out', 'In', 'Out', 'In'
    }

    It 'reads in one line as tcpdump does' {
        $ends = '10\.0\.0\.251\.\d+ > 10\.0\.0\.250\.6081'
        $line = "^\d\d:\d\d:\d\d\.\d{6} \S+ eth0 Out .*$ends`: Geneve, Flags \[none\], vni 0x3e8.*ICMP echo request"
        ($seen[0] | Out-String).Trim() | Should -Match $line
    }

    It 'ends after -Count, and lets nothing else through: <Filter>' -ForEach @(
        @{ Filter = 'the VNI'; Arguments = @{ Vni = 1000; Count = 1 }; Expected = 1 }
        @{ Filter = 'another VNI'; Arguments = @{ Vni = 1001; Timeout = 2 }; Expected = 0 }
        @{ Filter = 'another port'; Arguments = @{ Port = 6082; Timeout = 2 }; Expected = 0 }
        @{ Filter = 'control packets only'; Arguments = @{ Oam = $true; Timeout = 2 }; Expected = 0 }
    ) {
        $ping = Start-Program ip 'netns', 'exec', $a, 'ping', '-n', '-q', '-c', '4', '-i', '0.5', '11.200.1.2'
        @(Watch-GenevePacket eth0 -Namespace $a @Arguments).Count | Should -Be $Expected
        Stop-Program $ping
    }

    It 'captures the overlay side with -Inner' {
        $ping = Start-Program ip 'netns', 'exec', $a, 'ping', '-n', '-q', '-c', '4', '-i', '0.5', '11.200.1.2'
        $inner = @(Watch-GenevePacket g0 -Inner -Namespace $a -Count 2)
        Stop-Program $ping
        $inner.Summary | Should -Match 'ICMP echo re(quest|ply)'
    }

    It 'writes files that tcpdump reads, and reads them again: <_>' -ForEach 'pcap', 'pcapng' {
        $path = "$TestDrive/ours.$_"
        $packets | Export-GeneveCapture $path
        @(& tcpdump -nn -r $path 'udp[28:2] = 0x0800' 2>$null).Count | Should -Be 6
        $again = @(Import-GeneveCapture $path)
        "$($again)" | Should -Be "$($packets)"
        Assert-Failure { $packets | Export-GeneveCapture $path } ResourceExists ResourceExists '-Force'
    }

    It 'reads what tcpdump wrote' {
        $read = @(Import-GeneveCapture "$TestDrive/judge.pcap")
        $read.Count | Should -Be 6
        $read.Inner.Summary | Should -Be $seen.Inner.Summary
        ($read | Group-Object Vni).Name | Should -Be 1000
    }

    It 'says which file is not a capture or does not exist' {
        Set-Content "$TestDrive/none.pcap" 'no capture' -NoNewline
        Assert-Failure { Import-GeneveCapture "$TestDrive/none.pcap" } CaptureMalformed InvalidArgument
        Assert-Failure { Import-GeneveCapture "$TestDrive/missing.pcap" } ObjectNotFound ObjectNotFound 'missing.pcap'
        Assert-Failure { $packets | Export-GeneveCapture "$TestDrive/x.txt" } CaptureExtensionUnknown InvalidArgument
    }
}
