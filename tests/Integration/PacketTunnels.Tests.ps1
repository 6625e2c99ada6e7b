# Packets of real tunnels: over IPv4 and IPv6, with options from an external tunnel, with everything that goes through them; read
# by our decoder, by tshark and by tcpdump, and weighed by the kernel itself.

BeforeAll {
    foreach ($module in 'Common', 'Frames') { Import-Module "$PSScriptRoot/$module.psm1" }
}

Describe 'Real tunnels' -Tag Geneve {
    BeforeAll {
        $a = Get-TestName
        $b = Get-TestName
        Add-TestUnderlay $a $b
        & modprobe 8021q
        # A class of OVN, critical; an experimental one with 8 bytes.
        $options = '0x102:0x80:01020304,0xff01:0x1:0102030405060708'
        foreach ($side in @{ Name = $a; Own = 1; Other = 2; Remote = 250 }, @{ Name = $b; Own = 2; Other = 1; Remote = 251 }) {
            Invoke-IpBatch $side.Name @(
                "link add g4 type geneve id 1000 remote 10.0.0.$($side.Remote) ttl 9 tos 0x20 df set"
                "link add g6 type geneve id 16777215 remote fd00::$($side.Remote) dstport 6082"
                "link add gz type geneve id 3 remote fd00::$($side.Remote) udp6zerocsumtx udp6zerocsumrx"
                "link add ext type geneve external dstport 7000"
                'link add link g4 name v5 type vlan id 5'
                'link set g4 up', 'link set g6 up', 'link set gz up', 'link set ext up', 'link set v5 up'
                "addr add 11.4.0.$($side.Own)/24 dev g4", "addr add 11.5.0.$($side.Own)/24 dev v5", "addr add 11.6.0.$($side.Own)/24 dev g6"
                "addr add fd06::$($side.Own)/64 dev g6 nodad", "addr add 11.7.0.$($side.Own)/24 dev gz"
                "addr add 11.8.0.$($side.Own)/32 dev ext"
                "route add 11.8.0.$($side.Other)/32 encap ip id 77 dst 10.0.0.$($side.Remote) tos 4 ttl 33 geneve_opts $options dev ext"
            )
        }

        $recording = Start-Recording $a eth0 "$TestDrive/tcpdump.pcap" 'udp port 6081 or udp port 6082 or udp port 7000'
        $watch = Start-Watch @{ Interface = 'eth0'; Namespace = $a; Port = 6081, 6082, 7000 }
        $addresses = '11.4.0.2', '11.5.0.2', '11.6.0.2', 'fd06::2', '11.7.0.2', '11.8.0.2'
        $answered = foreach ($address in $addresses) { Test-Ping $a $address -Count 1 }
        Invoke-NamespaceCommand -Namespace $a {
            # Nobody listens: a datagram is answered by ICMP, a connection by a reset. The long one is in fragments.
            $udp = [System.Net.Sockets.UdpClient]::new()
            $null = $udp.Send([byte[]]::new(100), 100, '11.4.0.2', 9999)
            $udp.Dispose()
            $null = try { [System.Net.Sockets.TcpClient]::new('11.6.0.2', 9999) } catch [System.Net.Sockets.SocketException] { 'refused' }
        }
        # The last of all.
        $null = Test-Ping $a 11.4.0.2 -Count 1
        $isLast = {
            $_.Inner.Icmp -and "$($_.Inner.Icmp.Name)" -eq 'echo reply' -and "$($_.Inner.IP.Source)" -eq '11.4.0.2' -and
            ++$script:pings -eq 2
        }
        $seen = @(Stop-Watch $watch $isLast)
        Stop-Recording $recording
        $seen | Export-GeneveCapture "$TestDrive/ours.pcapng"
        # tshark goes by the lower of two ports, and the kernel chooses the source port by the flow: it may be one that tshark
        # takes for another protocol.
        $ports = @(6082, 7000) + @($seen.OuterSourcePort | Where-Object { $_ -lt 6081 }) | Sort-Object -Unique
        $judged = @(Get-TsharkFrame "$TestDrive/ours.pcapng" -DecodeAs ($ports | ForEach-Object { "udp.port==$_,geneve" }))
        $recorded = @(Import-GeneveCapture "$TestDrive/tcpdump.pcap" -Port 6081, 6082, 7000)
    }

    AfterAll {
        Remove-TestNamespace $a, $b
    }

    It 'work' {
        $answered | Should -Not -Contain $false
    }

    It 'are captured as tcpdump does, packet by packet' {
        $seen.Count | Should -BeGreaterThan 20
        $ours = @($seen | ForEach-Object { Get-FrameHex $_ })
        $theirs = @($recorded | ForEach-Object { Get-FrameHex $_ })
        # tcpdump was there before us and stays longer.
        $first = [array]::IndexOf($theirs, $ours[0])
        $first | Should -BeGreaterOrEqual 0
        $theirs[$first..($first + $ours.Count - 1)] | Should -Be $ours
    }

    It 'are read as tshark does, field by field, packet by packet' {
        $judged.Count | Should -Be $seen.Count
        $values = 0
        for ($i = 0; $i -lt $seen.Count; $i++) {
            $ours = Get-DecodedFrameTable $seen[$i].Outer
            $values += $ours.Count
            if ($seen[$i].Inner.Icmp.About) {
                # Of the packet that an error repeats tshark reads more than its IP header.
                foreach ($field in @($judged[$i].Keys -like 'udp.*')) { $judged[$i][$field] = @($judged[$i][$field] -split ',')[0] }
            }
            Format-FrameTable $ours | Should -Be (Format-FrameTable $judged[$i]) -Because "of packet $i, $($seen[$i])"
        }
        $values | Should -BeGreaterThan (20 * $seen.Count)
    }

    It 'carry what was sent: <What>' -ForEach @(
        @{ What = 'ARP'; Port = 6081; Vni = 1000; Test = { $_.Inner.Arp } }
        @{ What = 'ICMP'; Port = 6081; Vni = 1000; Test = { $_.Inner.Icmp.Version -eq 4 } }
        @{ What = 'a VLAN'; Port = 6081; Vni = 1000; Test = { $_.Inner.Vlans.Id -eq 5 -and $_.Inner.Icmp } }
        @{ What = 'UDP'; Port = 6081; Vni = 1000; Test = { $_.Inner.Udp.DestinationPort -eq 9999 -and $_.Inner.Payload.Length -eq 100 } }
        @{
            What = 'the answer to it'
            Port = 6081; Vni = 1000
            Test = { $_.Inner.Icmp.Name -eq 'port unreachable' -and "$($_.Inner.Icmp.About.Destination)" -eq '11.4.0.2' }
        }
        @{
            What = 'TCP over IPv6'
            Port = 6082; Vni = 16777215
            Test = { "$($_.Inner.Tcp.Flags)" -eq 'Syn' -and $_.Outer.IP.Version -eq 6 }
        }
        @{ What = 'its reset'; Port = 6082; Vni = 16777215; Test = { "$($_.Inner.Tcp.Flags)" -eq 'Rst, Ack' } }
        @{
            What = 'neighbor discovery'
            Port = 6082; Vni = 16777215
            Test = { $_.Inner.Icmp.Name -eq 'neighbor solicitation' -and "$($_.Inner.Icmp.Target)" -eq 'fd06::2' }
        }
        @{
            What = 'IPv6 in IPv6'
            Port = 6082; Vni = 16777215
            Test = { $_.Inner.Icmp.Name -eq 'echo request' -and $_.Inner.IP.Version -eq 6 }
        }
        @{
            What = 'no checksum over IPv6'
            Port = 6081; Vni = 3
            Test = { "$($_.OuterChecksum) $($_.Notes)" -eq 'Absent ZeroChecksumOverIPv6' }
        }
        @{
            What = 'TTL, TOS and DF of the tunnel'
            Port = 6081; Vni = 1000
            Test = { "$($_.OuterTtl) $($_.OuterTos) $($_.OuterDontFragment)" -eq '9 32 True' }
        }
        # The kernel sends what a route says, and does not set the C bit for it.
        @{ What = 'options, one of them critical'; Port = 7000; Vni = 77; Test = {
                "$($_.Options -join '; ')" -eq ('class Open Virtual Networking (OVN) (0x102) type 0x80(C) len 8 data 01020304; ' +
                    'class Experimental (0xff01) type 0x1 len 12 data 0102030405060708') -and
                "$($_.Fault) $($_.Notes) $($_.OuterTtl) $($_.OuterTos)" -eq 'UnknownCriticalOption CriticalOptionWithoutFlag 33 4' } }
    ) {
        $ofTunnel = @($seen | Where-Object { $_.OuterDestinationPort -eq $Port -and $_.Vni -eq $Vni })
        @($ofTunnel | Where-Object $Test).Count | Should -BeGreaterThan 0
    }

    It 'have checksums that are right, or left to the network card' {
        $wrong = $seen | Where-Object { "$($_.OuterChecksum)" -in 'Invalid', 'NotVerifiable' }
        $wrong | ForEach-Object { "$_ $(Get-FrameHex $_)" } | Should -BeNullOrEmpty
    }
}

Describe 'What the kernel makes of a packet' -Tag Geneve {
    BeforeDiscovery {
        $critical = @{ Class = 0xff01; Type = 0x81; Data = 0, 0, 0, 1 }
        # The offsets count from the Geneve header. Answers says what a Linux tunnel does where that is not what the RFC asks for.
        $packets = @(
            @{ Case = 'a plain one'; Arguments = @{} }
            @{ Case = 'options'; Arguments = @{ Option = @{ Class = 0x103; Type = 1; Data = 1, 2, 3, 4 }, @{ Class = 0xff01; Type = 2 } } }
            @{
                Case = 'as many options as there can be'
                Arguments = @{ Option = @(1..63 | ForEach-Object { @{ Class = 0xff01; Type = $_ } }) }
            }
            @{ Case = 'a control packet'; Arguments = @{ Oam = $true } }
            @{ Case = 'no checksum'; Arguments = @{ NoChecksum = $true } }
            @{ Case = 'reserved bits'; Arguments = @{ NoChecksum = $true }; Change = @{ 1 = 0x3f; 7 = 0xff } }
            @{
                Case = 'reserved bits of an option'
                Arguments = @{ NoChecksum = $true; Option = @{ Class = 1; Type = 1 } }; Change = @{ 11 = 0xe0 }
            }
            @{ Case = 'a critical option'; Arguments = @{ Option = $critical } }
            @{ Case = 'version 1'; Arguments = @{ NoChecksum = $true }; Change = @{ 0 = 0x40 } }
            @{ Case = 'options beyond the packet'; Arguments = @{ NoChecksum = $true }; Change = @{ 0 = 0x3f } }
            @{ Case = 'a wrong checksum'; Arguments = @{}; Change = @{ -1 = 0x55; -2 = 0x55 } }
            # Linux goes by the C bit, and walks the options of an external tunnel only.
            @{ Case = 'the C bit without an option'; Arguments = @{ NoChecksum = $true }; Change = @{ 1 = 0x40 }; Answers = $false }
            @{
                Case = 'a critical option without the C bit'
                Arguments = @{ NoChecksum = $true; Option = $critical }; Change = @{ 1 = 0 }
                Answers = $true
            }
            @{
                Case = 'an option beyond the others'
                Arguments = @{ NoChecksum = $true; Option = @{ Class = 1; Type = 1 } }; Change = @{ 11 = 0x1f }
                Answers = $true
            }
        )
    }

    Context 'that is sent to a tunnel' -ForEach @(, @{ All = $packets }) {
        BeforeAll {
            $a = Get-TestName
            $b = Get-TestName
            Add-TestUnderlay $a $b
            Invoke-IpBatch $b @(
                'link add g0 address 02:00:00:00:00:0b type geneve id 5 remote 10.0.0.251'
                'addr add 11.200.1.2/24 dev g0', 'link set g0 up'
                'neigh add 11.200.1.1 lladdr 02:00:00:00:00:0a dev g0 nud permanent'
            )
            $outer = @{
                Source         = '10.0.0.251'
                SourceMac      = '02:00:00:00:00:01'
                Destination    = '10.0.0.250'
                DestinationMac = (Get-IpLink $b eth0).address
            }
            $frames = for ($i = 0; $i -lt $All.Count; $i++) {
                # An echo request whose sequence number is the case's.
                $icmp = '0800{0:x4}0001{1:x4}' -f ((0xffff - 0x0801 - $i - 1) -band 0xffff), ($i + 1)
                $inner = '02000000000b02000000000a0800' + '4500001c000100004001614e0bc801010bc80102' + $icmp
                $arguments = $All[$i].Arguments
                [byte[]] $bytes = ConvertTo-GenevePacket 5 @arguments @outer -Payload ([System.Convert]::FromHexString($inner))
                if ($All[$i]['Change']) { foreach ($at in $All[$i].Change.Keys) { $bytes[42 + $at] = $All[$i].Change[$at] } }
                , $bytes
            }
            $watch = Start-Watch @{ Interface = 'eth0'; Namespace = $b; Vni = 5 }
            Send-Frame $a eth0 $frames
            # The first again, as the last.
            Send-Frame $a eth0 $frames[0]
            $isLast = { $_.Inner.Icmp.Name -eq 'echo reply' -and $_.Inner.Icmp.Sequence -eq 1 -and ++$script:firsts -eq 2 }
            $seen = @(Stop-Watch $watch $isLast)
            $answers = @($seen | Where-Object { $_.Inner.Icmp.Name -eq 'echo reply' } | ForEach-Object { $_.Inner.Icmp.Sequence })
        }

        AfterAll {
            Remove-TestNamespace $a, $b
        }

        It 'is what is said of <Case>' -ForEach $packets {
            $number = [array]::IndexOf(@($All.Case), $Case) + 1
            $packet = ConvertFrom-GenevePacket $frames[$number - 1] -Frame
            $expected = $_['Answers'] ?? -not $packet.ShouldDrop
            ($answers -contains $number) | Should -Be $expected -Because "of it is said: $($packet.Fault) $($packet.Notes)"
        }
    }
}

Describe 'One packet on all interfaces (section 4.1.1)' -Tag Geneve {
    BeforeAll {
        $a = Get-TestName 'hosta'
        $b = Get-TestName 'hostb'
        Add-TestUnderlay $a $b
        Invoke-IpBatch $a @(
            'link add geneve1 type geneve id 1000 remote 10.0.0.250', 'addr add 169.254.67.1/16 dev geneve1', 'link set geneve1 up'
            'route add 12.200.1.2 dev geneve1'
        )
        Invoke-IpBatch $b @(
            'link add br0 type bridge', 'addr add 12.200.1.2/32 dev br0', 'link set br0 up'
            'link add geneve1 type geneve id 1000 remote 10.0.0.251', 'link set geneve1 master br0 up'
            'route add 169.254.67.1 dev br0'
        )

        $places = @(
            [pscustomobject]@{ Namespace = $a; Interface = 'eth0'; Overlay = @('geneve1') }
            [pscustomobject]@{ Namespace = $b; Interface = 'eth0'; Overlay = @('br0', 'geneve1') }
        )
        $watch = Start-Watch @{} $places
        $answered = Test-Ping $a 12.200.1.2 -Count 1
        $all = @(Stop-Watch $watch { "$($_.Namespace)" -eq $a -and $_.Interface -eq 'geneve1' -and $_.Icmp.Name -eq 'echo reply' })
        # Neighbor discovery and other talk of the kernel is not what was asked for.
        $seen = @($all | Where-Object { $text = "$($_.Summary)"; $text -match 'ARP, Re(quest who-has|ply) 12\.200\.1\.2|ICMP echo' })
    }

    AfterAll {
        Remove-TestNamespace $a, $b
    }

    It 'is seen inside and outside of the tunnel by one call' {
        $answered | Should -BeTrue
        $table = $seen | Format-Table | Out-String -Width 130
        $table | Out-Host
        $table | Should -Match '(?m)^\S+ hostb\S* +br0 +In +[0-9a-f]{16} +ARP, Request who-has 12.200.1.2 tell 169.254.67.1'
        $table | Should -Match '(?m)^\S+ hostb\S* +eth0 +In +[0-9a-f]{16} +1000 ARP, Request who-has 12.200.1.2 tell 169.254.67.1'
    }

    It 'has one fingerprint wherever it is, and no other packet has it' {
        $ways = @($seen | Group-Object Fingerprint | ForEach-Object {
                $one = $_.Group[0]
                $inner = $one.Inner ?? $one
                $what = $inner.Arp ? "ARP $($inner.Arp.Operation)" : $inner.Icmp.Name
                # The names begin with hosta and hostb.
                $way = $_.Group | ForEach-Object { "$("$($_.Namespace)"[4]) $($_.Interface) $($_.Direction)" }
                "$what`: $($way -join ', ')"
            })
        $there = 'a geneve1 Out, a eth0 Out, b eth0 In, b geneve1 In, b br0 In'
        $back = 'b br0 Out, b geneve1 Out, b eth0 Out, a eth0 In, a geneve1 In'
        $ways | Sort-Object | Should -Be "ARP Reply: $back", "ARP Request: $there", "echo reply: $back", "echo request: $there"
    }

    It 'has the times of the kernel, none before the one it comes from' {
        foreach ($group in $seen | Group-Object Fingerprint) {
            $times = @($group.Group.Timestamp)
            for ($i = 1; $i -lt $times.Count; $i++) { $times[$i] | Should -BeGreaterOrEqual $times[$i - 1] }
        }
    }
}
