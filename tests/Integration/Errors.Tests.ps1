# What cannot be done: a clear error with a stable id and category, and nothing changed.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
}

Describe 'A bad value' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        & ip -n $ns link add v0 type veth peer name v1
        & ip -n $ns link set v0 up
        $before = Get-LinkSnapshot $ns
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'for a number or an address of a tunnel is refused by its parameter: <What>' -ForEach @(
        @{ What = 'VNI -1'; Arguments = @{ Vni = -1; Remote = '192.0.2.1' }; Message = '24 bits', "'-1'" }
        @{ What = 'VNI 2^24'; Arguments = @{ Vni = 16777216; Remote = '192.0.2.1' }; Message = '24 bits', "'16777216'" }
        @{ What = 'VNI 2^32'; Arguments = @{ Vni = 4294967296; Remote = '192.0.2.1' }; Message = '24 bits', "'4294967296'" }
        @{ What = 'VNI 1.5'; Arguments = @{ Vni = 1.5; Remote = '192.0.2.1' }; Message = '24 bits' }
        @{ What = 'VNI abc'; Arguments = @{ Vni = 'abc'; Remote = '192.0.2.1' }; Message = '24 bits', "'abc'" }
        @{ What = 'port 0'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Port = 0 }; Message = 'from 1 to 65535', "'0'" }
        @{ What = 'port 65536'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Port = 65536 }; Message = 'from 1 to 65535', "'65536'" }
        @{ What = 'TTL 256'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Ttl = 256 }; Message = '8 bits' }
        @{ What = 'flow label 2^20'; Arguments = @{ Vni = 1; Remote = '2001:db8::1'; FlowLabel = 1048576 }; Message = '20 bits' }
        @{ What = 'MTU 67'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Mtu = 67 }; Message = 'from 68' }
        @{ What = 'remote of two numbers'; Arguments = @{ Vni = 1; Remote = '10.1' }; Message = "'10.1' is not an IPv4 or IPv6 address" }
        @{ What = 'remote with a prefix length'; Arguments = @{ Vni = 1; Remote = '192.0.2.0/24' }; Message = 'a single address is needed' }
    ) {
        Assert-Failure { New-GeneveTunnel g0 -Namespace $ns @Arguments } ParameterArgumentTransformationError InvalidData $Message
        Get-LinkSnapshot $ns | Should -Be $before
    }

    It 'that cannot be converted to the type of its parameter is refused: <What>' -ForEach @(
        @{
            What = 'a MAC address of five bytes'
            Arguments = @{ Vni = 1; Remote = '192.0.2.1'; LinkLayerAddress = '02:00:00:00:01' }
            Message = 'not a MAC address'
        }
        @{
            What = 'an address of five numbers'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Address = '1.2.3.4.5/24' }
            Message = 'not an IPv4 or IPv6 address'
        }
        @{ What = 'prefix length 33'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Address = '1.2.3.4/33' }; Message = '0 to 32' }
        @{
            What = 'source ports from high to low'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; SourcePorts = '5-4' }
            Message = 'not a range of ports'; Id = 'CannotConvertArgumentNoMessage'; Category = 'InvalidArgument'
        }
    ) {
        $Id ??= 'ParameterArgumentTransformationError'
        $Category ??= 'InvalidData'
        Assert-Failure { New-GeneveTunnel g0 -Namespace $ns @Arguments } $Id $Category $Message
        Get-LinkSnapshot $ns | Should -Be $before
    }

    It 'for a tunnel is refused where it does not fit the others: <What>' -ForEach @(
        @{ What = 'no VNI'; Arguments = @{ Remote = '192.0.2.1' }; Message = 'needs a VNI' }
        @{ What = 'no remote'; Arguments = @{ Vni = 1 }; Message = 'needs a remote' }
        @{ What = 'IPv4 multicast remote'; Arguments = @{ Vni = 1; Remote = '239.1.1.1' }; Message = '239.1.1.1 is a multicast address' }
        @{ What = 'IPv6 multicast remote'; Arguments = @{ Vni = 1; Remote = 'ff02::1' }; Message = 'ff02::1 is a multicast address' }
        @{ What = 'link-local remote'; Arguments = @{ Vni = 1; Remote = 'fe80::1' }; Message = 'fe80::1 is a link-local address' }
        @{ What = 'remote 0.0.0.0'; Arguments = @{ Vni = 1; Remote = '0.0.0.0' }; Message = '0.0.0.0 is not the address of a host' }
        @{ What = 'remote ::'; Arguments = @{ Vni = 1; Remote = '::' }; Message = 'not the address of a host' }
        @{
            What = 'flow label over IPv4'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; FlowLabel = 5 }
            Message = 'flow label exists in IPv6 only'
        }
        @{
            What = 'checksum setting of IPv6 over IPv4'
            Arguments = @{ Vni = 1; Remote = '192.0.2.1'; UdpZeroChecksum6Tx = $true }
            Message = 'is for IPv6'
        }
        @{
            What = 'checksum setting of IPv4 over IPv6'; Arguments = @{ Vni = 1; Remote = '2001:db8::1'; UdpChecksum = $true }
            Message = 'Over IPv6'
        }
        @{
            What = 'TTL given and inherited'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Ttl = 5; TtlInherit = $true }
            Message = 'not both'
        }
        @{
            What = 'local and remote of two versions'; Arguments = @{ Vni = 1; Remote = '192.0.2.1'; Local = '2001:db8::1' }
            Message = 'Local and remote'
        }
        @{ What = 'external with a VNI'; Arguments = @{ Vni = 1; External = $true }; Message = 'leave the VNI out' }
        @{ What = 'external with a remote'; Arguments = @{ Remote = '192.0.2.1'; External = $true }; Message = 'leave the remote out' }
    ) {
        Assert-Failure { New-GeneveTunnel g0 -Namespace $ns @Arguments } InvalidTunnelSettings InvalidArgument $Message
        Get-LinkSnapshot $ns | Should -Be $before
    }

    It 'for the name of a link is refused: <Why>' -ForEach @(
        @{ Why = 'empty'; Name = ''; Message = 'empty' }
        @{ Why = '16 bytes'; Name = 'a234567890123456'; Message = '16 bytes, and 15 is the most' }
        @{ Why = '8 letters of two bytes'; Name = 'ääääääää'; Message = '16 bytes' }
        @{ Why = 'a slash'; Name = 'a/b'; Message = 'slash' }
        @{ Why = 'a colon'; Name = 'a:b'; Message = 'colon' }
        @{ Why = 'a space'; Name = 'a b'; Message = 'white space' }
        @{ Why = 'a folder'; Name = '..'; Message = 'folder' }
    ) {
        $attempts = @(
            { New-GeneveTunnel $Name 1 192.0.2.1 -Namespace $ns }
            { New-VethPair $Name other -Namespace $ns }
            { New-VethPair other $Name -Namespace $ns }
        )
        foreach ($attempt in $attempts) {
            $failure = Get-Failure $attempt
            $failure.CategoryInfo.Category | Should -Be InvalidData
            "$failure" | Should -BeLike "*$Message*"
        }
        Get-LinkSnapshot $ns | Should -Be $before
    }

    It 'is not a name of 15 bytes' {
        $null = New-VethPair a23456789012345 b234567890123ä -Namespace $ns
        (Get-IpLink $ns a23456789012345).ifname | Should -Be 'a23456789012345'
        & ip -n $ns link del a23456789012345
    }

    It 'for a name of a veth pair is refused: <What>' -ForEach @(
        @{ What = 'both names equal'; Arguments = @{ Name = 'same'; PeerName = 'same' } }
        @{ What = 'a name that exists'; Arguments = @{ Name = 'v0'; PeerName = 'p0' } }
        @{ What = 'a peer name that exists'; Arguments = @{ Name = 'p0'; PeerName = 'v0' } }
    ) {
        Assert-Failure { New-VethPair -Namespace $ns @Arguments } ResourceExists ResourceExists
        Get-LinkSnapshot $ns | Should -Be $before
    }

    It 'for a MAC address of a veth pair is refused: <What>' -ForEach @(
        @{ What = 'a group address'; Arguments = @{ LinkLayerAddress = '01:00:00:00:00:01' } }
        @{ What = 'an address of zeros'; Arguments = @{ PeerLinkLayerAddress = '00:00:00:00:00:00' } }
    ) {
        Assert-Failure { New-VethPair p0 p1 -Namespace $ns @Arguments } ParameterArgumentValidationError InvalidData
        Get-LinkSnapshot $ns | Should -Be $before
    }

    It 'for an existing object is refused: <What>' -ForEach @(
        @{
            What = 'MTU below what the kernel takes'; Script = { Set-Link v0 -Mtu 10 -Namespace $ns }
            Id = 'InvalidArgument'; Category = 'InvalidArgument'; Message = 'from 68 to 65535'
        }
        @{
            What = 'MTU above what the kernel takes'; Script = { Set-Link v0 -Mtu 70000 -Namespace $ns }
            Id = 'InvalidArgument'; Category = 'InvalidArgument'; Message = 'from 68 to 65535'
        }
        @{
            What = 'an alias of 256 bytes'; Script = { Set-Link v0 -Alias ('x' * 256) -Namespace $ns }
            Id = 'InvalidArgument'; Category = 'InvalidArgument'; Message = 'v0'
        }
        @{
            What = 'up and down at once'; Script = { Set-Link v0 -Up -Down -Namespace $ns }
            Id = 'InvalidArgument'; Category = 'InvalidArgument'; Message = 'either -Up or -Down'
        }
        @{
            What = 'a link that does not exist'; Script = { Set-Link nothing -Up -Namespace $ns }
            Id = 'LinkNotFound'; Category = 'ObjectNotFound'; Message = "'nothing'", 'Get-Link lists'
        }
        @{
            What = 'an index that does not exist'; Script = { Get-Link -Index 4711 -Namespace $ns }
            Id = 'LinkNotFound'; Category = 'ObjectNotFound'; Message = '4711'
        }
        @{
            What = 'the loopback, to be removed'; Script = { Remove-Link lo -Namespace $ns -Confirm:$false }
            Id = 'NotSupported'; Category = 'NotImplemented'; Message = "'lo'"
        }
        @{
            What = 'an address on a link that does not exist'; Script = { Add-LinkAddress 10.0.0.1/24 nothing -Namespace $ns }
            Id = 'LinkNotFound'; Category = 'ObjectNotFound'; Message = "'nothing'"
        }
        @{
            What = 'a peer of the other IP version'; Script = { Add-LinkAddress 10.0.0.1/32 v0 -Peer 2001:db8::1 -Namespace $ns }
            Id = 'InvalidArgument'; Category = 'InvalidArgument'; Message = 'same IP version'
        }
        @{
            What = 'a route with host bits'; Script = { Add-Route 10.1.2.3/24 v0 -Namespace $ns }
            Id = 'InvalidArgument'; Category = 'InvalidArgument'; Message = '10.1.2.0/24', '10.1.2.3/32'
        }
        @{
            What = 'a route to nowhere'; Script = { Add-Route 10.1.2.0/24 -Namespace $ns }
            Id = 'InvalidArgument'; Category = 'InvalidArgument'; Message = '-Link, -Gateway or both'
        }
        @{
            What = 'a table that does not exist'; Script = { Get-Route -Table nonsense -Namespace $ns }
            Id = 'InvalidArgument'; Category = 'InvalidArgument'; Message = 'not a routing table'
        }
        @{
            What = 'a route that does not exist'; Script = { Remove-Route 10.99.0.0/16 -Namespace $ns -Confirm:$false }
            Id = 'RouteNotFound'; Category = 'ObjectNotFound'; Message = '10.99.0.0/16'
        }
    ) {
        $all = Get-Snapshot $ns
        Assert-Failure $Script $Id $Category $Message
        Get-Snapshot $ns | Should -Be $all
    }
}

Describe 'A namespace that does not exist' {
    It 'is reported by every cmdlet that takes one: <_>' -ForEach @(
        'Get-Link', 'Get-GeneveTunnel', 'Get-LinkAddress', 'Get-Route'
    ) {
        $message = "'no-such-namespace'", 'Get-NetworkNamespace lists'
        Assert-Failure { & $_ -Namespace no-such-namespace } NamespaceNotFound ObjectNotFound $message
        (Get-Failure { & $_ -Namespace no-such-namespace }).TargetObject | Should -BeExactly no-such-namespace
    }

    It 'does not end the command: the other namespaces have their turn, and it is named once' {
        $name = Get-TestName
        Add-TestNamespace $name
        try {
            $output = 'lo', 'lo' | Get-Link -Namespace $name, no-such-namespace, $name -ErrorAction Continue 2>&1
            $failures = @($output | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
            $failures.TargetObject | Should -Be no-such-namespace
            ($output | Where-Object { $_ -is [GeneveNet.Rtnetlink.Links.Link] }).Namespace.Name | Should -Be $name, $name, $name, $name
            $rows = [pscustomobject]@{ Name = 'lo'; Namespace = 'no-such-namespace' }, [pscustomobject]@{ Name = 'lo'; Namespace = $name }
            $output = $rows | Get-Link -ErrorAction Continue 2>&1
            $output[0].FullyQualifiedErrorId | Should -BeLike 'NamespaceNotFound,*'
            $output[1].Namespace.Name | Should -Be $name
        }
        finally { Remove-TestNamespace $name }
    }

    It 'is reported wherever one is named, and nothing is done: <Text>' -ForEach @(
        @{ Text = 'New-VethPair a b -Namespace NS -PeerNamespace no-such-namespace' }
        @{ Text = 'New-VethPair a b -Namespace no-such-namespace -PeerNamespace NS' }
        @{ Text = 'New-Bridge a -Namespace no-such-namespace' }
        @{ Text = 'Move-LinkToNamespace d0 no-such-namespace -SourceNamespace NS' }
        @{ Text = 'Move-LinkToNamespace d0 NS -SourceNamespace no-such-namespace' }
        @{ Text = 'Get-Link d0 -Namespace NS | Move-LinkToNamespace no-such-namespace' }
        @{ Text = 'Test-GenevePath g0 -Namespace NS -SourceNamespace no-such-namespace' }
        @{ Text = 'Test-GenevePath g0 -Namespace NS -UnderlayNamespace no-such-namespace' }
        @{ Text = 'Invoke-NamespaceCommand -Namespace no-such-namespace { throw "it ran" }' }
        @{ Text = '1 | Invoke-NamespaceCommand -Namespace no-such-namespace { throw "it ran" }' }
        @{ Text = 'Enter-NetworkNamespace no-such-namespace' }
        @{ Text = 'Watch-GenevePacket -Namespace no-such-namespace -Timeout 1' }
    ) {
        $name = Get-TestName
        Add-TestNamespace $name
        try {
            & ip -n $name link add d0 type veth peer name d1
            $before = Get-Snapshot $name
            $line = [scriptblock]::Create(($Text -creplace '\bNS\b', $name))
            Assert-Failure $line NamespaceNotFound ObjectNotFound "'no-such-namespace'"
            (Get-Failure $line).TargetObject | Should -BeExactly no-such-namespace
            Get-Snapshot $name | Should -Be $before
        }
        finally { Remove-TestNamespace $name }
    }

    It 'is not the session''s where a variable was not set: <Text>' -ForEach @(
        @{ Text = 'Get-Link -Namespace $null'; Parameter = 'Namespace' }
        @{ Text = 'Get-Link -Namespace ""'; Parameter = 'Namespace' }
        @{ Text = 'Get-Link -Namespace @()'; Parameter = 'Namespace' }
        @{ Text = 'New-VethPair gnt-a gnt-b -Namespace $null'; Parameter = 'Namespace' }
        @{ Text = 'New-VethPair gnt-a gnt-b -PeerNamespace $null'; Parameter = 'PeerNamespace' }
        @{ Text = 'Move-LinkToNamespace lo $null'; Parameter = 'Namespace' }
        @{ Text = 'Move-LinkToNamespace lo $PID -SourceNamespace $null'; Parameter = 'SourceNamespace' }
        @{ Text = '"lo" | Set-Link -Up -Namespace $null'; Parameter = 'Namespace' }
        @{ Text = 'Test-GenevePath g0 -UnderlayNamespace $null'; Parameter = 'UnderlayNamespace' }
    ) {
        Assert-Failure ([scriptblock]::Create($Text)) InvalidArgument InvalidArgument "-$Parameter names no network namespace"
        & ip link show gnt-a 2>$null | Should -BeNullOrEmpty
    }

    It 'is reported for <What>' -ForEach @(
        @{ What = 'a path'; Place = '/run/netns/no-such-namespace'; Message = '/run/netns/no-such-namespace' }
        @{ What = 'a path to a file that is not one'; Place = '/etc/passwd'; Message = '/etc/passwd' }
        @{ What = 'a process'; Place = 4194999; Message = 'no process 4194999' }
        @{ What = 'process 0'; Place = 0; Message = 'no process 0' }
        @{ What = 'a process id as text'; Place = '4194999'; Message = '4194999' }
    ) {
        Assert-Failure { Get-Link -Namespace $Place } NamespaceNotFound ObjectNotFound $Message
    }

    It 'is a single one, and a wildcard is not read: <Text>' -ForEach @(
        @{ Text = 'New-VethPair gnt-a gnt-b -PeerNamespace gnt*' }
        @{ Text = '"lo" | Move-LinkToNamespace gnt*' }
    ) {
        Assert-Failure ([scriptblock]::Create($Text)) NamespaceNotFound ObjectNotFound "'gnt[*]'", 'wildcard is not read'
    }

    It 'is not looked for where nothing can be meant: <What>' -ForEach @(
        @{ What = 'a time'; Place = [datetime]::MinValue; Message = 'not a network namespace' }
        @{ What = 'a folder'; Place = '..'; Message = 'stands for a folder' }
        @{ What = 'a text that is too long'; Place = 'x' * 256; Message = 'longer than 255 bytes' }
    ) {
        Assert-Failure { Get-Link -Namespace $Place } ParameterArgumentTransformationError InvalidData $Message
    }

    It 'is reported when it vanished after it was looked up' {
        $name = Get-TestName
        Add-TestNamespace $name
        $object = Get-NetworkNamespace $name
        $link = Get-Link lo -Namespace $name
        Remove-TestNamespace $name
        Assert-Failure { Get-Link -Namespace $object } NamespaceNotFound ObjectNotFound "'$name'", 'vanished'
        Assert-Failure { $link | Set-Link -Up } NamespaceNotFound ObjectNotFound 'vanished'
        Assert-Failure { New-VethPair a b -Namespace $object } NamespaceNotFound ObjectNotFound 'vanished'
    }

    It 'is not confused with another one that has its name now' {
        $name = Get-TestName
        Add-TestNamespace $name
        try {
            $object = Get-NetworkNamespace $name
            Remove-TestNamespace $name
            Add-TestNamespace $name
            # Some kernels reuse the inode number of the old namespace at once; that must not matter.
            Assert-Failure { New-VethPair a b -Namespace $object } NamespaceNotFound ObjectNotFound 'vanished'
            (Get-IpJson -n $name link).ifname | Should -Be 'lo'
        }
        finally { Remove-TestNamespace $name }
    }
}

Describe 'Without privileges' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        $before = Get-Snapshot $ns
        $links = (& ip -j link) -join ''

        # A home of its own in memory: in a booted kernel, files of another user belong to root.
        $userHome = "/run/$(Get-TestName)"
        $null = New-Item $userHome -ItemType Directory
        & chown 65534:65534 $userHome
        # This user can read any file, since PowerShell may be installed in root's home, and has no other privilege.
        $prefix = 'env', "HOME=$userHome", 'setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups',
            '--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search'

        # One engine for all attempts: it starts slowly in a booted kernel.
        $text = @'
            $ErrorActionPreference = 'Continue'
            $attempts = @{
                Id       = { (& id -u) }
                Read     = { (Get-Link lo).Name + (Get-LinkAddress lo).Count + (Get-Route -Table all).Count }
                List     = { (Get-NetworkNamespace NS).Name }
                Veth     = { New-VethPair a b }
                Set      = { Set-Link lo -Mtu 1500 }
                Name     = { New-NetworkNamespace another }
                Remove   = { Remove-NetworkNamespace NS -Confirm:$false }
                Tunnel   = { New-GeneveTunnel g0 1 192.0.2.1 }
                Address  = { Add-LinkAddress 10.9.9.9/32 lo }
                Route    = { Add-Route 10.9.9.0/24 lo }
                Enter    = { Get-Link -Namespace NS }
            }
            $answers = @{}
            foreach ($name in $attempts.Keys) {
                $output = & $attempts[$name] 2>&1
                $answers[$name] = "$($output.FullyQualifiedErrorId) $($output.CategoryInfo.Category) $output".Trim()
            }
            $answers | ConvertTo-Json
'@ -creplace '\bNS\b', $ns
        $answers = Invoke-Engine $text -Prefix $prefix | ConvertFrom-Json
    }

    AfterAll {
        Remove-TestNamespace $ns
        if ($userHome) { Remove-Item $userHome -Recurse -Force }
    }

    It 'reading works' {
        $answers.Id | Should -Be '65534'
        $answers.Read | Should -BeLike 'lo*'
        $answers.List | Should -Be $ns
    }

    It 'changing names the missing capability: <Attempt>' -ForEach @(
        @{ Attempt = 'Veth'; Capability = 'CAP_NET_ADMIN' }
        @{ Attempt = 'Set'; Capability = 'CAP_NET_ADMIN' }
        @{ Attempt = 'Tunnel'; Capability = 'CAP_NET_ADMIN' }
        @{ Attempt = 'Address'; Capability = 'CAP_NET_ADMIN' }
        @{ Attempt = 'Route'; Capability = 'CAP_NET_ADMIN' }
        @{ Attempt = 'Name'; Capability = 'CAP_SYS_ADMIN' }
        @{ Attempt = 'Remove'; Capability = 'CAP_SYS_ADMIN' }
        @{ Attempt = 'Enter'; Capability = 'CAP_SYS_ADMIN' }
    ) {
        $answers.$Attempt | Should -BeLike 'PermissionDenied,*'
        $answers.$Attempt | Should -BeLike "* PermissionDenied *$Capability*"
    }

    It 'nothing was changed' {
        Get-Snapshot $ns | Should -Be $before
        (& ip -j link) -join '' | Should -Be $links
    }
}
