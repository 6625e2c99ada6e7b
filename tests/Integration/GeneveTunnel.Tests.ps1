# Geneve tunnels: each attribute as `ip` sees it, and every way in which a tunnel can be refused.

BeforeDiscovery {
    # The first release that knows IFLA_GENEVE_PORT_RANGE; GRO hints and local addresses came later.
    $knowsNewSettings = [Environment]::OSVersion.Version -ge [version]'6.15'
}

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
}

Describe 'New-GeneveTunnel' -Tag Geneve {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    Context 'one setting after the other' {
        AfterEach {
            & ip -n $ns link del g0
        }

        It 'sets <Setting>' -ForEach @(
            @{ Setting = 'VNI 0'; Arguments = @{ Vni = 0; Remote = '192.0.2.1' }; Data = @{ id = 0 } }
            @{ Setting = 'the largest VNI'; Arguments = @{ Vni = 16777215; Remote = '192.0.2.1' }; Data = @{ id = 16777215 } }
            @{
                Setting = 'an IPv4 remote'; Arguments = @{ Vni = 1; Remote = '192.0.2.77' }
                Data = @{ remote = '192.0.2.77'; port = 6081; ttl = 0; df = 'unset' }
            }
            @{
                Setting = 'an IPv6 remote'; Arguments = @{ Vni = 1; Remote = '2001:db8::77' }
                Data = @{ remote6 = '2001:db8::77'; remote = $null; port = 6081 }
            }
            @{ Setting = 'a TTL'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Ttl = 255 }; Data = @{ ttl = 255 } }
            @{
                Setting = 'TTL inherit, for which ip shows no number'
                Arguments = @{ Vni = 1; Remote = '192.0.2.1'; TtlInherit = $true }
                Data = @{ ttl = $null }
            }
            @{ Setting = 'a type of service'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Tos = 0xb8 }; Data = @{ tos = '0xb8' } }
            @{ Setting = 'type of service inherit'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Tos = 1 }; Data = @{ tos = '0x1' } }
            @{
                Setting = "don't fragment: Set"; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; DontFragment = 'Set' }
                Data = @{ df = 'set' }
            }
            @{
                Setting = "don't fragment: Unset"; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; DontFragment = 'Unset' }
                Data = @{ df = 'unset' }
            }
            @{
                Setting = "don't fragment: Inherit"; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Df = 'Inherit' }
                Data = @{ df = 'inherit' }
            }
            @{ Setting = 'a port'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Port = 65535 }; Data = @{ port = 65535 } }
            @{ Setting = 'a port by its name in ip'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; dstport = 1 }; Data = @{ port = 1 } }
            @{
                Setting = 'UDP checksums'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; UdpChecksum = $true }
                Data = @{ udp_csum = $true }
            }
            @{
                Setting = 'no UDP checksums'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; UdpChecksum = $false }
                Data = @{ udp_csum = $false }
            }
            @{
                Setting = 'zero checksums sent over IPv6'
                Arguments = @{ Vni = 1; Remote = '2001:db8::1'; UdpZeroChecksum6Tx = $true }
                Data = @{ udp_zero_csum6_tx = $true }
            }
            @{
                Setting = 'no zero checksums sent over IPv6'
                Arguments = @{ Vni = 1; Remote = '2001:db8::1'; UdpZeroChecksum6Tx = $false }
                Data = @{ udp_zero_csum6_tx = $false }
            }
            @{
                Setting = 'zero checksums accepted over IPv6'
                Arguments = @{ Vni = 1; Remote = '2001:db8::1'; UdpZeroChecksum6Rx = $true }
                Data = @{ udp_zero_csum6_rx = $true }
            }
            @{
                Setting = 'no zero checksums accepted over IPv6'
                Arguments = @{ Vni = 1; Remote = '2001:db8::1'; UdpZeroChecksum6Rx = $false }
                Data = @{ udp_zero_csum6_rx = $false }
            }
            @{
                # systemd asks for it whatever the remote is.
                Setting = 'zero checksums accepted, over IPv4'
                Arguments = @{ Vni = 1; Remote = '192.0.2.1'; UdpZeroChecksum6Rx = $true }
                Data = @{ udp_zero_csum6_rx = $true }
            }
            @{
                Setting = 'an inherited type of service'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Tos = 'Inherit' }
                Data = @{ tos = '0x1' }
            }
            @{
                Setting = 'a flow label'; Arguments = @{ Vni = 1; Remote = '2001:db8::1'; FlowLabel = 0xfffff }
                Data = @{ label = '0xfffff' }
            }
            @{
                Setting = 'external mode'; Arguments = @{ External = $true; Port = 7001 }
                Data = @{ external = $true; port = 7001; remote = $null }
            }
            @{
                Setting = 'layer-3 mode'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; InnerProtocolInherit = $true }
                Data = @{ inner_proto_inherit = $true }
            }
        ) {
            $tunnel = New-GeneveTunnel g0 -Namespace $ns @Arguments
            $link = Get-IpLink $ns g0
            foreach ($key in $Data.Keys) { $link.linkinfo.info_data.$key | Should -Be $Data[$key] -Because $key }
            $tunnel.Index | Should -Be $link.ifindex
            $tunnel.IsUp | Should -BeFalse
        }

        It 'sets MTU, MAC address and alias' {
            $null = New-GeneveTunnel g0 1 192.0.2.1 -Namespace $ns -Mtu 1234 -LinkLayerAddress 02:00:00:00:00:42 -Alias 'to the far end'
            $link = Get-IpLink $ns g0
            "$($link.mtu) $($link.address) $($link.ifalias)" | Should -Be '1234 02:00:00:00:00:42 to the far end'
        }

        It 'adds addresses and sets it up' {
            $tunnel = New-GeneveTunnel g0 1 192.0.2.1 -Namespace $ns -Address 11.200.1.1/32, 2001:db8:1::1/64 -Up
            Get-IpAddress $ns g0 | Should -Be '11.200.1.1/32', '2001:db8:1::1/64'
            (Get-IpLink $ns g0).flags | Should -Contain 'UP'
            $tunnel.IsUp | Should -BeTrue
        }
    }

    Context 'a setting this kernel does not know' -Skip:$knowsNewSettings {
        It 'is named, and the tunnel is removed again: <Setting> <Value>' -ForEach @(
            @{
                Setting = 'SourcePorts'; Arguments = @{ Remote = '192.0.2.1'; SourcePorts = '40000-41000' }
                Value = '40000-41000'
            }
            @{ Setting = 'GroHint'; Arguments = @{ Remote = '192.0.2.1'; GroHint = $true }; Value = '$true' }
            @{ Setting = 'Local'; Arguments = @{ Remote = '192.0.2.1'; Local = '192.0.2.2' }; Value = '192.0.2.2' }
            @{ Setting = 'Local'; Arguments = @{ Remote = '2001:db8::1'; Local = '2001:db8::2' }; Value = '2001:db8::2' }
        ) {
            $before = Get-LinkSnapshot $ns
            Assert-Failure {
                New-GeneveTunnel g0 1 -Namespace $ns @Arguments
            } SettingNotSupported NotImplemented "-$Setting[ :]$Value (is not set)", 'removed again'
            Get-LinkSnapshot $ns | Should -Be $before
        }
    }

    Context 'an underlay that is not there yet' {
        AfterEach {
            foreach ($name in 'g0', 'u0') { & ip -n $ns link del $name 2>$null }
        }

        It 'has its MTU called a guess, once there is no route' {
            $null = New-GeneveTunnel g0 -Vni 1 -Remote 10.77.0.2 -Namespace $ns -WarningVariable warnings -WarningAction SilentlyContinue
            "$warnings" | Should -BeLike '*10.77.0.2*MTU of 1500*guess*'
            & ip -n $ns link del g0
            $null = New-GeneveTunnel g0 -Vni 1 -Remote 10.77.0.2 -Mtu 1400 -Namespace $ns -WarningVariable warnings
            $warnings | Should -BeNullOrEmpty
            & ip -n $ns link del g0
            Invoke-IpBatch $ns 'link add u0 type veth peer name u1', 'link set u0 up', 'addr add 10.77.0.1/24 dev u0'
            $null = New-GeneveTunnel g0 -Vni 1 -Remote 10.77.0.2 -Namespace $ns -WarningVariable warnings
            $warnings | Should -BeNullOrEmpty
        }

        It 'is not made to <Remote>' -ForEach @(
            @{ Remote = '0.0.0.0' }, @{ Remote = '255.255.255.255' }, @{ Remote = '0.1.2.3' }, @{ Remote = '224.0.0.1' }
            @{ Remote = '::' }, @{ Remote = '::ffff:10.0.0.1' }, @{ Remote = 'ff02::1' }, @{ Remote = 'fe80::1' }
        ) {
            Assert-Failure { New-GeneveTunnel g0 -Vni 1 -Remote $Remote -Namespace $ns } InvalidTunnelSettings InvalidArgument $Remote
            $null = New-GeneveTunnel g0 -Vni 1 -Remote 192.0.2.1 -Mtu 1400 -Namespace $ns
            Assert-Failure { Set-GeneveTunnel g0 -Remote $Remote -Namespace $ns } InvalidTunnelSettings InvalidArgument $Remote
            (Get-IpLink $ns g0).linkinfo.info_data.remote | Should -Be 192.0.2.1
        }
    }

    Context 'a UDP port that is taken' {
        AfterEach {
            foreach ($name in 'g0', 'x0') { & ip -n $ns link del $name 2>$null }
        }

        It 'is named with the process that has it' {
            $socket = Start-Program ip netns, exec, $ns, python3, -c, 'import socket,time; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(("",7081)); print("ready", flush=True); time.sleep(60)'
            try {
                foreach ($attempt in 1..50) { if (& ip netns exec $ns ss -Hlnu 'sport = :7081') { break }; Start-Sleep -Milliseconds 100 }
                $before = Get-LinkSnapshot $ns
                Assert-Failure { New-GeneveTunnel g0 -Vni 1 -Remote 192.0.2.1 -Port 7081 -Mtu 1400 -Up -Namespace $ns } PortInUse ResourceBusy '7081', "python3"
                Get-LinkSnapshot $ns | Should -Be $before
                $null = New-GeneveTunnel g0 -Vni 1 -Remote 192.0.2.1 -Port 7081 -Mtu 1400 -Namespace $ns
                Assert-Failure { Set-Link g0 -Up -Namespace $ns } PortInUse ResourceBusy '7081', "python3"
            }
            finally { Stop-Program $socket }
        }

        It 'is named when a link of the kernel has it' {
            Invoke-IpBatch $ns 'link add x0 type vxlan id 5 remote 192.0.2.1 dstport 7081', 'link set x0 up'
            $null = New-GeneveTunnel g0 -Vni 1 -Remote 192.0.2.1 -Port 7081 -Mtu 1400 -Namespace $ns
            Assert-Failure { Set-Link g0 -Up -Namespace $ns } PortInUse ResourceBusy '7081', 'vxlan'
        }
    }

    Context 'a tunnel in the way' {
        BeforeAll {
            $other = Get-TestName
            Add-TestNamespace $other
        }

        AfterAll {
            Remove-TestNamespace $other
        }

        AfterEach {
            foreach ($one in $ns, $other) {
                foreach ($link in Get-IpJson -n $one link) {
                    if ($link.ifname -ne 'lo') { & ip -n $one link del $link.ifname }
                }
            }
        }

        It 'is named when it has the same VNI, remote and port' {
            & ip -n $ns link add holder type geneve id 7 remote 192.0.2.1
            $before = Get-LinkSnapshot $ns
            Assert-Failure {
                New-GeneveTunnel g0 7 192.0.2.1 -Namespace $ns
            } TunnelBusy ResourceBusy "Tunnel 'holder' holds VNI 7 to 192.0.2.1 on UDP port 6081"
            Get-LinkSnapshot $ns | Should -Be $before
        }

        It 'is named with its namespace after it was moved' {
            & ip -n $ns link add holder type geneve id 7 remote 192.0.2.1
            & ip -n $ns link set holder netns $other
            Assert-Failure {
                New-GeneveTunnel g0 7 192.0.2.1 -Namespace $ns
            } TunnelBusy ResourceBusy "Tunnel 'holder' in network namespace '$other' holds VNI 7", 'keeps its place'
            Get-IpLink $ns g0 | Should -BeNullOrEmpty
        }

        It 'is not confused with one of another underlay' {
            & ip -n $other link add stranger type geneve id 7 remote 192.0.2.1
            & ip -n $ns link add holder type geneve id 7 remote 192.0.2.1
            Assert-Failure { New-GeneveTunnel g0 7 192.0.2.1 -Namespace $ns } TunnelBusy ResourceBusy "Tunnel 'holder' holds"
        }

        It 'is reported even where no name leads to it' {
            $process = Start-NamespaceProcess
            try {
                & ip -n $ns link add holder type geneve id 7 remote 192.0.2.1
                & ip -n $ns link set holder netns $process.Id
                Assert-Failure { New-GeneveTunnel g0 7 192.0.2.1 -Namespace $ns } TunnelBusy ResourceBusy 'UDP port 6081', 'has no name'
            }
            finally { Stop-Program $process }
        }

        It 'that is external keeps others from its port' {
            & ip -n $ns link add holder type geneve external
            Assert-Failure {
                New-GeneveTunnel g0 7 192.0.2.1 -Namespace $ns
            } TunnelBusy ResourceBusy "Tunnel 'holder' holds UDP port 6081 for itself, being external"
            (New-GeneveTunnel g0 7 192.0.2.1 -Port 6082 -Namespace $ns).Port | Should -Be 6082
        }

        It 'keeps an external one from its port' {
            & ip -n $ns link add holder type geneve id 7 remote 192.0.2.1
            Assert-Failure { New-GeneveTunnel g0 -External -Namespace $ns } TunnelBusy ResourceBusy "Tunnel 'holder' holds VNI 7"
            Get-IpLink $ns g0 | Should -BeNullOrEmpty
        }

        It 'does not block another port, remote or VNI' {
            & ip -n $ns link add holder type geneve id 7 remote 192.0.2.1
            $null = New-GeneveTunnel g1 8 192.0.2.1 -Namespace $ns
            $null = New-GeneveTunnel g2 7 192.0.2.2 -Namespace $ns
            $null = New-GeneveTunnel g3 7 192.0.2.1 -Port 6082 -Namespace $ns
            (Get-IpJson -n $ns link).Count | Should -Be 5
        }
    }

    Context 'a link of that name' {
        BeforeEach {
            Invoke-IpBatch $ns @(
                'link add g0 type geneve id 1 remote 192.0.2.1'
                'addr add 10.9.9.9/32 dev g0'
            )
            $index = (Get-IpLink $ns g0).ifindex
        }

        AfterEach {
            & ip -n $ns link del g0
        }

        It 'is an error and stays as it is' {
            $before = Get-LinkSnapshot $ns
            Assert-Failure { New-GeneveTunnel g0 2 192.0.2.2 -Namespace $ns } ResourceExists ResourceExists "'g0'", $ns
            Get-LinkSnapshot $ns | Should -Be $before
        }

        It 'is replaced with -Force' {
            $null = New-GeneveTunnel g0 2 192.0.2.1 -Namespace $ns -Force
            $link = Get-IpLink $ns g0
            $link.linkinfo.info_data.id | Should -Be 2
            $link.ifindex | Should -Not -Be $index
        }

        It 'is restored when -Force cannot make the new one' {
            & ip -n $ns link add other type geneve id 3 remote 192.0.2.3
            & ip -n $ns link add br9 type bridge
            & ip -n $ns link set g0 master br9 alias 'kept' mtu 1300 up
            $was = Get-IpLink $ns g0
            Assert-Failure { New-GeneveTunnel g0 3 192.0.2.3 -Namespace $ns -Force } TunnelBusy ResourceBusy "'other'"
            Assert-Failure {
                New-GeneveTunnel g0 4 192.0.2.4 -Namespace $ns -Force -Address 10.1.1.1/24, 10.1.1.1/24
            } ResourceExists ResourceExists '10.1.1.1/24'
            $is = Get-IpLink $ns g0
            foreach ($name in 'address', 'mtu', 'master', 'ifalias') { $is.$name | Should -Be $was.$name -Because "of $name" }
            $is.flags | Should -Contain 'UP'
            ($is.linkinfo.info_data | ConvertTo-Json -Compress) | Should -Be ($was.linkinfo.info_data | ConvertTo-Json -Compress)
            Get-IpAddress $ns g0 | Should -Be '10.9.9.9/32'
            & ip -n $ns link del other
            & ip -n $ns link del br9
        }

        It 'is returned with -IfNotExists when it is equal' {
            $tunnel = New-GeneveTunnel g0 1 192.0.2.1 -Address 10.9.9.9/32 -Namespace $ns -IfNotExists
            $tunnel.Index | Should -Be $index
            (Get-IpLink $ns g0).ifindex | Should -Be $index
        }

        It 'is an error with -IfNotExists that names the difference: <Difference>' -ForEach @(
            @{ Difference = '-Vni 2 (is 1)'; Arguments = @{ Vni = 2; Remote = '192.0.2.1' } }
            @{ Difference = '-Remote 192.0.2.2 (is 192.0.2.1)'; Arguments = @{ Vni = 1; Remote = '192.0.2.2' } }
            @{ Difference = '-Port 6082 (is 6081)'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Port = 6082 } }
            @{ Difference = '-Ttl 9 (is 0)'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Ttl = 9 } }
            @{ Difference = '-Mtu 1300 (is 1500)'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Mtu = 1300 } }
            @{ Difference = '-Alias wanted (is not set)'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Alias = 'wanted' } }
            @{ Difference = '-Address 10.1.1.1/32 (is missing)'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Address = '10.1.1.1/32' } }
            @{ Difference = '-Up (is down)'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Up = $true } }
        ) {
            $before = Get-LinkSnapshot $ns
            Assert-Failure { New-GeneveTunnel g0 -Namespace $ns -IfNotExists @Arguments } ExistsDifferent ResourceExists $Difference
            Get-LinkSnapshot $ns | Should -Be $before
        }
    }

    It 'does not replace a link of another kind' {
        & ip -n $ns link add v0 type veth peer name v1
        $before = Get-LinkSnapshot $ns
        Assert-Failure { New-GeneveTunnel v0 1 192.0.2.1 -Namespace $ns -Force } ResourceExists ResourceExists "'veth'"
        Assert-Failure { New-GeneveTunnel v0 1 192.0.2.1 -Namespace $ns -IfNotExists } ResourceExists ResourceExists "'veth'"
        Get-LinkSnapshot $ns | Should -Be $before
        & ip -n $ns link del v0
    }

    It 'leaves nothing behind when a later step fails: <Step>' -ForEach @(
        @{
            Step = 'the second address'; Arguments = @{ Address = '10.1.1.1/24', '10.1.1.1/24' }
            Id = 'ResourceExists'; Category = 'ResourceExists'; Message = '10.1.1.1/24'
        }
        @{
            Step = 'an address of another version with too little MTU'
            Arguments = @{ Address = '10.1.1.1/24', '2001:db8::1/64'; Mtu = 1000 }
            Id = 'InvalidArgument'; Category = 'InvalidArgument'; Message = '2001:db8::1/64'
        }
        @{
            Step = 'an MTU that geneve cannot carry'; Arguments = @{ Mtu = 65535 }
            Id = 'InvalidArgument'; Category = 'InvalidArgument'; Message = 'mtu'
        }
    ) {
        $before = Get-LinkSnapshot $ns
        Assert-Failure { New-GeneveTunnel g0 1 192.0.2.1 -Namespace $ns -Up @Arguments } $Id $Category $Message
        Get-LinkSnapshot $ns | Should -Be $before
    }
}

Describe 'Get-GeneveTunnel' -Tag Geneve {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns @(
            'link add plain type geneve id 1 remote 192.0.2.1'
            'link add rich type geneve id 2 remote 192.0.2.2 ttl 5 tos 0x10 df set dstport 7000 udpcsum'
            'link add six type geneve id 2 remote 2001:db8::1 ttl inherit tos inherit flowlabel 0x12345 udp6zerocsumtx noudp6zerocsumrx'
            'link add meta type geneve external dstport 7001'
            'link add bare type geneve id 16777215 remote 192.0.2.1 df inherit innerprotoinherit dstport 7002'
            'link add veth0 type veth peer name veth1'
            'link add bridge0 type bridge'
            'link set plain master bridge0'
        )
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'reads what ip made: <Name>' -ForEach @(
        @{
            Name = 'plain'
            Expected = @{
                Vni = 1; Remote = '192.0.2.1'; Port = 6081; Ttl = 0; TtlInherit = $false; Tos = 0; DontFragment = 'Unset'
                External = $false; UdpChecksum = $false; InnerProtocolInherit = $false; Overhead = 50
            }
        }
        @{
            Name = 'rich'
            Expected = @{
                Vni = 2; Remote = '192.0.2.2'; Port = 7000; Ttl = 5; Tos = 16; DontFragment = 'Set'; UdpChecksum = $true; FlowLabel = 0
                Overhead = 50
            }
        }
        @{
            Name = 'six'
            Expected = @{
                Vni = 2; Remote = '2001:db8::1'; Port = 6081; TtlInherit = $true; Tos = 1; FlowLabel = 0x12345
                UdpZeroChecksum6Tx = $true; UdpZeroChecksum6Rx = $false; UdpChecksum = $false; Overhead = 70
            }
        }
        @{ Name = 'meta'; Expected = @{ Vni = $null; Remote = $null; Port = 7001; External = $true } }
        @{
            Name = 'bare'
            Expected = @{ Vni = 16777215; DontFragment = 'Inherit'; InnerProtocolInherit = $true; LinkLayerAddress = $null; Overhead = 36 }
        }
    ) {
        $tunnel = Get-GeneveTunnel $Name -Namespace $ns
        foreach ($key in $Expected.Keys) { "$($tunnel.$key)" | Should -Be "$($Expected[$key])" -Because $key }
        $tunnel.Index | Should -Be (Get-IpLink $ns $Name).ifindex
        "$($tunnel.Namespace)" | Should -Be $ns
    }

    It 'names the bridge a tunnel is a port of, queried by name or among others' {
        (Get-GeneveTunnel plain -Namespace $ns).Master | Should -Be bridge0
        (Get-GeneveTunnel -Vni 1 -Namespace $ns).Master | Should -Be bridge0
        (Get-GeneveTunnel -Vni 2 -Namespace $ns).Master | Should -Be $null, $null
    }

    It 'chooses by <By>' -ForEach @(
        @{ By = 'kind alone'; Arguments = @{}; Names = 'plain', 'rich', 'six', 'meta', 'bare' }
        @{ By = 'wildcard'; Arguments = @{ Name = '*i*' }; Names = 'plain', 'rich', 'six' }
        @{ By = 'VNI'; Arguments = @{ Vni = 2 }; Names = 'rich', 'six' }
        @{ By = 'several VNIs'; Arguments = @{ Vni = 1, 16777215 }; Names = 'plain', 'bare' }
        @{ By = 'remote'; Arguments = @{ Remote = '2001:db8::1' }; Names = @('six') }
        @{ By = 'port'; Arguments = @{ Port = 7001 }; Names = @('meta') }
        @{ By = 'VNI and port'; Arguments = @{ Vni = 2; Port = 7000 }; Names = @('rich') }
    ) {
        (Get-GeneveTunnel -Namespace $ns @Arguments).Name | Should -Be $Names
    }

    It 'says what is not a tunnel, and what does not exist' {
        Assert-Failure { Get-GeneveTunnel veth0 -Namespace $ns } NotATunnel InvalidArgument "'veth0'", "'veth'"
        Assert-Failure { Get-GeneveTunnel nothing -Namespace $ns } LinkNotFound ObjectNotFound "'nothing'", $ns
        Get-GeneveTunnel no*such -Namespace $ns | Should -BeNullOrEmpty
    }
}

Describe 'Set-GeneveTunnel' -Tag Geneve {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    BeforeEach {
        Invoke-IpBatch $ns @(
            'link add g0 type geneve id 1 remote 192.0.2.1 ttl 7'
            'link add g6 type geneve id 6 remote 2001:db8::1'
        )
    }

    AfterEach {
        & ip -n $ns link del g0
        & ip -n $ns link del g6
    }

    It 'changes <Setting>' -ForEach @(
        @{ Setting = 'the remote'; Link = 'g0'; Arguments = @{ Remote = '192.0.2.99' }; Data = @{ remote = '192.0.2.99'; id = 1; ttl = 7 } }
        @{ Setting = 'an IPv6 remote'; Link = 'g6'; Arguments = @{ Remote = '2001:db8::99' }; Data = @{ remote6 = '2001:db8::99'; id = 6 } }
        @{ Setting = 'the TTL'; Link = 'g0'; Arguments = @{ Ttl = 99 }; Data = @{ ttl = 99 } }
        @{ Setting = 'the TTL, not inherited'; Link = 'g0'; Arguments = @{ Ttl = 99; TtlInherit = $false }; Data = @{ ttl = 99 } }
        @{ Setting = 'the TTL to inherit'; Link = 'g0'; Arguments = @{ TtlInherit = $true }; Data = @{ ttl = $null } }
        @{ Setting = 'the type of service'; Link = 'g0'; Arguments = @{ Tos = 0x20 }; Data = @{ tos = '0x20'; ttl = 7 } }
        @{ Setting = "don't fragment"; Link = 'g0'; Arguments = @{ DontFragment = 'Set' }; Data = @{ df = 'set'; ttl = 7 } }
        @{ Setting = 'the flow label'; Link = 'g6'; Arguments = @{ FlowLabel = 5 }; Data = @{ label = '0x5' } }
        @{
            Setting = 'several at once'; Link = 'g0'
            Arguments = @{ Remote = '192.0.2.9'; Ttl = 9; Tos = 9; DontFragment = 'Inherit' }
            Data = @{ remote = '192.0.2.9'; ttl = 9; tos = '0x9'; df = 'inherit' }
        }
    ) {
        $index = (Get-IpLink $ns $Link).ifindex
        Set-GeneveTunnel $Link -Namespace $ns @Arguments | Should -BeNullOrEmpty
        $now = Get-IpLink $ns $Link
        foreach ($key in $Data.Keys) { $now.linkinfo.info_data.$key | Should -Be $Data[$key] -Because $key }
        $now.ifindex | Should -Be $index
    }

    It 'changes one setting of a tunnel that was saved with all of them: <Text>' -ForEach @(
        @{ Text = 'JSON'; Save = { $args[0] | ConvertTo-Json -Depth 3 | ConvertFrom-Json } }
        @{ Text = 'CSV'; Save = { $args[0] | ConvertTo-Csv | ConvertFrom-Csv } }
    ) {
        $saved = & $Save (Get-GeneveTunnel g0 -Namespace $ns)
        $saved | Set-GeneveTunnel -Ttl 11
        (Get-IpLink $ns g0).linkinfo.info_data.ttl | Should -Be 11
        $saved | Set-GeneveTunnel
        (Get-IpLink $ns g0).linkinfo.info_data.ttl | Should -Be 7
    }

    It 'keeps the MTU, which the kernel would reset for another remote' {
        & ip -n $ns link set g0 mtu 1300
        $tunnel = Set-GeneveTunnel g0 -Remote 192.0.2.99 -Namespace $ns -PassThru
        (Get-IpLink $ns g0).mtu | Should -Be 1300
        "$($tunnel.Mtu) $($tunnel.Remote)" | Should -Be '1300 192.0.2.99'
    }

    It 'leaves alone what is already as requested, and says so' {
        Get-Verbose { Set-GeneveTunnel g0 -Ttl 7 -Remote 192.0.2.1 -Vni 1 -Port 6081 -Namespace $ns -Verbose } | Should -BeLike '*already*'
        Get-Verbose { Set-GeneveTunnel g0 -Ttl 8 -Namespace $ns -Verbose } | Should -BeLike '*-Ttl 8 (was 7)*changed*'
    }

    It 'says what the kernel cannot change: <Setting>' -ForEach @(
        @{ Setting = 'VNI 1'; Link = 'g0'; Arguments = @{ Vni = 2 } }
        @{ Setting = 'UDP port 6081'; Link = 'g0'; Arguments = @{ Port = 6082 } }
        @{ Setting = 'address family of the remote 192.0.2.1'; Link = 'g0'; Arguments = @{ Remote = '2001:db8::1' } }
        @{ Setting = 'address family of the remote 2001:db8::1'; Link = 'g6'; Arguments = @{ Remote = '192.0.2.1' } }
    ) {
        $before = Get-LinkSnapshot $ns
        Assert-Failure {
            Set-GeneveTunnel $Link -Namespace $ns @Arguments
        } FixedSetting NotImplemented $Setting, "New-GeneveTunnel $Link … -Force"
        Get-LinkSnapshot $ns | Should -Be $before
    }

    It 'changes nothing of an external tunnel' {
        & ip -n $ns link add meta type geneve external dstport 7001
        $before = Get-LinkSnapshot $ns
        Assert-Failure { Set-GeneveTunnel meta -Ttl 9 -Namespace $ns } FixedSetting NotImplemented 'while it is external'
        Get-LinkSnapshot $ns | Should -Be $before
        & ip -n $ns link del meta
    }

    It 'leaves the tunnel as it was when the new remote is another tunnel''s' {
        & ip -n $ns link add g1 type geneve id 1 remote 192.0.2.2
        $before = Get-LinkSnapshot $ns
        $failure = Get-Failure { Set-GeneveTunnel g0 -Remote 192.0.2.2 -Ttl 50 -Namespace $ns }
        $failure.CategoryInfo.Category | Should -Be ResourceBusy
        Get-LinkSnapshot $ns | Should -Be $before
        & ip -n $ns link del g1
    }

    It 'takes wildcards' {
        Set-GeneveTunnel * -Ttl 33 -Namespace $ns
        foreach ($name in 'g0', 'g6') { (Get-IpLink $ns $name).linkinfo.info_data.ttl | Should -Be 33 }
    }
}

Describe 'Remove-GeneveTunnel' -Tag Geneve {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        & ip -n $ns link add t-veth type veth peer name t-peer
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    BeforeEach {
        Invoke-IpBatch $ns @(
            'link add t-gen1 type geneve id 1 remote 192.0.2.1'
            'link add t-gen2 type geneve id 2 remote 192.0.2.1'
        )
    }

    AfterEach {
        foreach ($name in 't-gen1', 't-gen2') { & ip -n $ns link del $name 2>$null }
    }

    It 'removes the tunnel of a name, and no other' {
        Remove-GeneveTunnel t-gen1 -Namespace $ns -Confirm:$false
        (Get-IpJson -n $ns link).ifname | Should -Be 'lo', 't-peer', 't-veth', 't-gen2'
    }

    It 'refuses a link of another kind' {
        $before = Get-LinkSnapshot $ns
        Assert-Failure { Remove-GeneveTunnel t-veth -Namespace $ns -Confirm:$false } NotATunnel InvalidArgument "'t-veth'", "'veth'"
        Get-LinkSnapshot $ns | Should -Be $before
    }

    It 'leaves links of other kinds that match a wildcard' {
        Remove-GeneveTunnel t-* -Namespace $ns -Confirm:$false
        (Get-IpJson -n $ns link).ifname | Should -Be 'lo', 't-peer', 't-veth'
    }

    It 'takes tunnels from the pipeline' {
        Get-GeneveTunnel -Vni 2 -Namespace $ns | Remove-GeneveTunnel -Confirm:$false
        (Get-IpJson -n $ns link).ifname | Should -Be 'lo', 't-peer', 't-veth', 't-gen1'
    }
}

Describe 'A kernel without geneve' {
    BeforeDiscovery {
        Import-Module "$PSScriptRoot/Common.psm1"
        $hasGeneve = Test-GeneveKernel
    }

    It 'is distinguished from a wrong request, with advice' -Skip:$hasGeneve {
        $ns = Get-TestName
        Add-TestNamespace $ns
        try {
            $before = Get-LinkSnapshot $ns
            Assert-Failure { New-GeneveTunnel g0 1 192.0.2.1 -Namespace $ns } NotSupported NotImplemented 'modprobe geneve', 'CONFIG_GENEVE'
            Get-LinkSnapshot $ns | Should -Be $before
        }
        finally { Remove-TestNamespace $ns }
    }

    It 'has no tunnels to show' -Skip:$hasGeneve {
        Get-GeneveTunnel | Should -BeNullOrEmpty
    }
}
