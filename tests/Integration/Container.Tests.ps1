# -Container: the network namespace of a container, as its container engine reports it. First with a stand-in for the HTTP API
# of an engine, which answers what a test wants, also what no engine should; then with Docker itself.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
    Import-Module "$PSScriptRoot/Docker.psm1"

    # Answers requests on a socket: with the text that the table has for their path, as it is. With an empty table it accepts
    # connections and never answers. It ends when the socket is closed.
    $listen = {
        param($Socket, $Table)
        while ($true) {
            $peer = $Socket.Accept()
            if ($Table.Count -eq 0) { continue }
            $bytes = [byte[]]::new(8192)
            $count = $peer.Receive($bytes)
            $path = ([System.Text.Encoding]::ASCII.GetString($bytes, 0, $count) -split ' ')[1]
            $answer = $Table.ContainsKey($path) ? $Table[$path] : $Table['*']
            $null = $peer.Send([System.Text.Encoding]::ASCII.GetBytes($answer))
            $peer.Dispose()
        }
    }

    # Listens at the path of a Unix socket, or else on a free TCP port of this host.
    function Open-StandIn {
        param([string] $Path, [hashtable] $Table = @{})
        if ($Path) {
            $socket = [System.Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
            $socket.Bind([System.Net.Sockets.UnixDomainSocketEndPoint]::new($Path))
        }
        else {
            $socket = [System.Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
            $socket.Bind([System.Net.IPEndPoint]::new([ipaddress]::Loopback, 0))
        }
        $socket.Listen(8)
        $shell = New-Shell $listen $socket, $Table
        $null = $shell.BeginInvoke()
        [pscustomobject]@{ Socket = $socket; Shell = $shell }
    }

    function Close-StandIn {
        param($StandIn)
        if ($null -eq $StandIn) { return }
        $StandIn.Socket.Dispose()
        Remove-Shell $StandIn.Shell
    }

    # An HTTP response.
    function ConvertTo-Response {
        param([string] $Body, [string] $Status = '200 OK')
        $header = "HTTP/1.1 $Status", 'Content-Type: application/json', "Content-Length: $($Body.Length)", 'Connection: close'
        ($header + '' + $Body) -join "`r`n"
    }

    # The responses of an engine that has these containers; an id is given by its first digits.
    function Get-ResponseTable {
        param([hashtable[]] $Container)
        $table = @{ '*' = ConvertTo-Response '{"message":"no such container"}' '404 Not Found' }
        $list = foreach ($one in $Container) {
            $id = $one.Id.PadRight(64, '0')
            $table["/containers/$id/json"] = ConvertTo-Response (@{ State = @{ Pid = $one.ProcessId } } | ConvertTo-Json -Compress)
            @{ Id = $id; Names = '/other/alias', "/$($one.Name)"; Image = 'busybox'; State = $one.State }
        }
        $table['/containers/json?all=true'] = ConvertTo-Response (ConvertTo-Json @($list) -Compress)
        $table
    }

    # Where the cmdlets look for engines.
    function Use-Engine {
        param([string] $Docker, [string] $Podman)
        $env:DOCKER_HOST = $Docker
        $env:CONTAINER_HOST = $Podman
    }
    $dockerBefore, $podmanBefore = $env:DOCKER_HOST, $env:CONTAINER_HOST
}

AfterAll {
    Use-Engine $dockerBefore $podmanBefore
}

Describe 'A container of an engine' {
    BeforeAll {
        $process = Start-NamespaceProcess
        $inode = (Get-Item "/proc/$($process.Id)/ns/net").LinkTarget -replace '\D'
        $socket = "$TestDrive/docker.sock"
        $engine = Open-StandIn $socket (Get-ResponseTable @(
                @{ Name = 'web'; Id = 'aaaa11'; State = 'running'; ProcessId = $process.Id }
                @{ Name = 'database'; Id = 'aaaa22'; State = 'exited'; ProcessId = 0 }
                @{ Name = 'aaaa'; Id = 'bbbb33'; State = 'running'; ProcessId = $process.Id }
                @{ Name = 'gone'; Id = 'cccc44'; State = 'running'; ProcessId = 999999999 }
            ))
    }

    BeforeEach {
        Use-Engine "unix://$socket"
    }

    AfterAll {
        Use-Engine
        Close-StandIn $engine
        Stop-Program $process
    }

    It 'is found by <By>' -ForEach @(
        @{ By = 'its name'; Text = 'web' }
        @{ By = 'its name with a slash'; Text = '/web' }
        @{ By = 'its id'; Text = 'aaaa11'.PadRight(64, '0') }
        @{ By = 'the beginning of its id'; Text = 'aaaa1' }
        @{ By = 'the beginning of its id in capitals'; Text = 'AAAA1' }
    ) {
        $found = Get-NetworkNamespace -Container $Text
        $container = $found.Container
        "$($found.Inode) $($found.Path)" | Should -Be "$inode /proc/$($process.Id)/ns/net"
        "$($container.Name) $($container.Engine.Name) $($container.State)" | Should -Be 'web docker running'
        $container.Id | Should -Be 'aaaa11'.PadRight(64, '0')
    }

    It 'is found by its name before another by the beginning of an id' {
        (Get-NetworkNamespace -Container aaaa).Container.Id | Should -BeLike 'bbbb33*'
    }

    It 'is refused when several ids begin with the text' {
        $candidates = 'web (docker, aaaa11000000)', 'database (docker, aaaa22000000)'
        Assert-Failure { Get-NetworkNamespace -Container aaa } AmbiguousContainer InvalidArgument (@('matches 2 containers') + $candidates)
    }

    It 'is refused when it is not running' {
        $text = "'database' is not running (its state is exited)"
        Assert-Failure { Get-Link -Container database } ContainerNotRunning InvalidArgument $text
    }

    It 'is refused when it does not exist' {
        Assert-Failure { Get-Link -Container nobody } ContainerNotFound ObjectNotFound "no container 'nobody'"
    }

    It 'is refused when its process has ended' {
        Assert-Failure { Get-Link -Container gone } NamespaceNotFound ObjectNotFound
    }

    It 'is where cmdlets work' {
        $null = New-Bridge br0 -Container web
        $null = Set-Link lo -Up -Container aaaa1
        $links = & nsenter --target $process.Id --net ip -j link | ConvertFrom-Json
        $links.ifname | Should -Be 'lo', 'br0'
        $links[0].flags | Should -Contain 'UP'
        (Get-Bridge -Container web).Namespace.Container.Name | Should -Be 'web'
        Get-Bridge br0 -Container web | Remove-Bridge -Confirm:$false
        & nsenter --target $process.Id --net ip -o link | Should -HaveCount 1
    }

    It 'comes from the pipeline by name' {
        $row = [pscustomobject]@{ Container = 'web'; Name = 'fromrow' }
        $null = $row | New-Bridge
        & nsenter --target $process.Id --net ip -o link show fromrow | Should -HaveCount 1
        $row | Remove-Bridge -Confirm:$false
    }

    It 'takes precedence over a namespace' {
        (Get-Link lo -Container web -Namespace $PID).Namespace.Inode | Should -Be $inode
    }

    It 'is listed with the named namespaces while it is running' {
        $ns = Get-TestName
        Add-TestNamespace $ns
        try {
            $all = Get-NetworkNamespace
            ($all | Where-Object Name -eq $ns).Container | Should -BeNullOrEmpty
            ($all | Where-Object Container).Container.Name | Should -Be 'web', 'aaaa'
            Get-NetworkNamespace $ns | Should -HaveCount 1
        }
        finally { Remove-TestNamespace $ns }
    }

    It 'can be given a name' {
        $ns = Get-TestName
        $null = New-NetworkNamespace $ns -Container web
        try { & ip netns exec $ns readlink /proc/self/ns/net | Should -Be "net:[$inode]" }
        finally { Remove-TestNamespace $ns }
    }

    It 'is proposed by completion, if it is running' {
        (TabExpansion2 'Get-Link -Container ').CompletionMatches.CompletionText | Should -Be 'web', 'aaaa', 'gone'
    }

    It 'is found in Podman where CONTAINER_HOST points to it' {
        Use-Engine $null "unix://$socket"
        (Get-NetworkNamespace -Container web).Container.Engine.Name | Should -Be 'podman'
    }

    It 'is refused when two engines have a container of that name' {
        Use-Engine "unix://$socket" "unix://$socket"
        Assert-Failure { Get-NetworkNamespace -Container web } AmbiguousContainer InvalidArgument 'web (docker,', 'web (podman,'
    }

    It 'is found by an engine that answers on TCP' {
        $table = Get-ResponseTable @{ Name = 'far'; Id = 'dddd55'; State = 'running'; ProcessId = $process.Id }
        $remote = Open-StandIn -Table $table
        try {
            Use-Engine "tcp://$($remote.Socket.LocalEndPoint)"
            (Get-NetworkNamespace -Container far).Inode | Should -Be $inode
        }
        finally { Close-StandIn $remote }
    }
}

Describe 'An engine that fails' {
    BeforeAll {
        $socket = "$TestDrive/engine.sock"
        $process = Start-NamespaceProcess
        $showFailure = 'try { Get-NetworkNamespace -Container web -ErrorAction Stop }
            catch { "$($_.FullyQualifiedErrorId) $($_.CategoryInfo.Category) $_" }'
    }

    BeforeEach {
        Use-Engine "unix://$socket"
        $standIn = $null
    }

    AfterEach {
        Close-StandIn $standIn
        Remove-Item $socket -ErrorAction Ignore
    }

    AfterAll {
        Use-Engine
        Stop-Program $process
    }

    It 'is named when it answers <Name>' -ForEach @(
        @{ Name = 'something else than HTTP'; Response = { "220 mail ready`r`n" } }
        @{ Name = 'text that is not JSON'; Response = { ConvertTo-Response hello } }
        @{ Name = 'JSON of another kind'; Response = { ConvertTo-Response '{"hello": "x"}' } }
        @{ Name = 'a list of another kind'; Response = { ConvertTo-Response '[1, "two"]' } }
        @{ Name = 'with a failure'; Response = { ConvertTo-Response '' '500 Broken' } }
        @{ Name = 'nothing'; Response = { '' } }
    ) {
        $standIn = Open-StandIn $socket @{ '*' = & $Response }
        $failure = Get-Failure { Get-NetworkNamespace -Container web }
        ($failure.FullyQualifiedErrorId -split ',')[0] | Should -Be 'ContainerEngineFailed' -Because "the error was: $failure"
        "$failure" | Should -BeLike "The container engine docker (unix://$socket) *"
    }

    It 'makes one error record of what it says about a container: <State>' -ForEach @(
        @{ State = 'null'; Words = 'should be an object and is null' }
        @{ State = '{}'; Words = 'the State of a container is missing' }
        @{ State = '{"State": {"Pid": "1"}}'; Words = 'the Pid of a container should be a number and is text' }
        @{ State = '{"State": {"Pid": 99999999999}}'; Words = '99999999999, which is not a process id' }
        @{ State = '{"State": {"Pid": 0, "Status": "running"}}'; Words = "'web' is running, but"; Id = 'ContainerProcessUnknown' }
        @{ State = '{"State": {"Pid": 0, "Status": "restarting"}}'; Words = '(its state is restarting)'; Id = 'ContainerNotRunning' }
    ) {
        $table = Get-ResponseTable @{ Name = 'web'; Id = 'aaaa11'; State = 'running'; ProcessId = 0 }
        $table["/containers/$('aaaa11'.PadRight(64, '0'))/json"] = ConvertTo-Response $State
        $standIn = Open-StandIn $socket $table
        $null = Get-Link -Container web -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 1
        ($failed[0].FullyQualifiedErrorId -split ',')[0] | Should -Be ($Id ?? 'ContainerEngineFailed') -Because "the error was: $failed"
        $failed[0].Exception | Should -BeOfType GeneveNet.NetworkException
        "$failed" | Should -BeLike "*$Words*"
    }

    It 'is not asked at all when DOCKER_HOST is <Address> and DOCKER_TLS_VERIFY is "<Verify>"' -ForEach @(
        @{ Address = 'ssh://root@127.0.0.1:PORT'; Words = 'would be asked by SSH' }
        @{ Address = 'https://127.0.0.1:PORT'; Words = 'would be asked with TLS' }
        @{ Address = 'tcp://127.0.0.1:PORT'; Verify = '1'; Words = 'DOCKER_TLS_VERIFY is set' }
        @{ Address = 'http://127.0.0.1:PORT'; Verify = '1'; Words = 'DOCKER_TLS_VERIFY is set' }
        @{ Address = 'npipe:////./pipe/docker_engine'; Words = 'is neither a Unix socket nor' }
    ) {
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        try {
            Use-Engine ($Address -replace 'PORT', $listener.LocalEndpoint.Port)
            $env:DOCKER_TLS_VERIFY = $Verify
            Assert-Failure { Get-Link -Container web } ContainerEngineNotSupported NotImplemented $Words, 'Set DOCKER_HOST to'
            $listener.Pending() | Should -BeFalse
            # What is only looked around for is not missed.
            Get-NetworkNamespace -ErrorAction Stop | Where-Object Container | Should -BeNullOrEmpty
            $listener.Pending() | Should -BeFalse
        }
        finally {
            $env:DOCKER_TLS_VERIFY = $null
            $listener.Stop()
        }
    }

    It 'is passed over when namespaces are listed' {
        $standIn = Open-StandIn $socket @{ '*' = 'hello' }
        $ns = Get-TestName
        Add-TestNamespace $ns
        try { (Get-NetworkNamespace).Name | Should -Contain $ns }
        finally { Remove-TestNamespace $ns }
    }

    It 'is waited for ten seconds at most when it never answers' {
        $standIn = Open-StandIn $socket
        $elapsed = Measure-Command {
            Assert-Failure { Get-NetworkNamespace -Container web } ContainerEngineFailed ConnectionError 'did not answer within 10 s'
        }
        $elapsed.TotalSeconds | Should -BeLessThan 15
    }

    It 'does not block the prompt: completion gives up after a second' {
        $standIn = Open-StandIn $socket
        $elapsed = Measure-Command { $completion = TabExpansion2 'Get-Link -Container ' }
        $elapsed.TotalSeconds | Should -BeLessThan 5
        $completion.CompletionMatches.CompletionText | Should -Not -Contain 'web'
    }

    It 'does not keep Ctrl-C waiting' {
        $standIn = Open-StandIn $socket
        $shell = New-Shell 'Get-NetworkNamespace -Container web' -WithCmdlets
        try {
            $null = $shell.BeginInvoke()
            Start-Sleep -Seconds 1
            "$($shell.InvocationStateInfo.State)" | Should -Be 'Running'
            (Measure-Command { $shell.Stop() }).TotalSeconds | Should -BeLessThan 3
            "$($shell.InvocationStateInfo.State)" | Should -Be 'Stopped'
        }
        finally { Remove-Shell $shell }
    }

    It 'is named when its socket does not exist' {
        $message = "docker (unix://$socket)", 'cannot be reached'
        Assert-Failure { Get-NetworkNamespace -Container web } ContainerEngineFailed ConnectionError $message
    }

    It 'is reported when DOCKER_HOST is not an address' {
        Use-Engine 'nonsense'
        Assert-Failure { Get-NetworkNamespace -Container web } NoContainerEngine InvalidArgument "DOCKER_HOST is 'nonsense'"
    }

    It 'is reported when the user may not use it' {
        $table = Get-ResponseTable @{ Name = 'web'; Id = 'aaaa11'; State = 'running'; ProcessId = $process.Id }
        $standIn = Open-StandIn $socket $table
        & chown 65534 $socket
        & chmod 600 $socket
        Get-NetworkNamespace -Container web | Should -HaveCount 1

        # Without the capability to ignore permissions. Another user may not even start a PowerShell that root has installed.
        Invoke-Engine $showFailure -Prefix 'setpriv', '--bounding-set', '-dac_override', '--inh-caps', '-dac_override', '--' |
            Should -BeLike 'ContainerEngineAccessDenied,* PermissionDenied *cannot be used by this user*'
    }

    It 'is reported when there is none at all' {
        Use-Engine
        # On a host that has nothing in /run.
        Invoke-Engine $showFailure -Prefix 'unshare', '--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /run && exec "$@"', 'sh' |
            Should -BeLike 'NoContainerEngine,* ObjectNotFound *No container engine was found*'
    }
}

Describe 'A container of Docker' -Tag Geneve, Docker {
    BeforeAll {
        $withoutDocker = Start-Docker
        if (-not $withoutDocker) {
            $name = Get-TestName
            $other = Get-TestName
            $ns = Get-TestName
            Add-TestNamespace $ns
            $null = Invoke-Docker run -itd --privileged --network=none --name $name busybox sh
            $seen = Get-DockerContainer $name
            $path = "/proc/$($seen.State.Pid)/ns/net"
        }
    }

    BeforeEach {
        if ($withoutDocker) { Set-ItResult -Skipped -Because $withoutDocker }
    }

    AfterAll {
        if (-not $withoutDocker) {
            foreach ($id in & docker ps -aq) { $null = & docker rm -f $id }
            Remove-TestNamespace $ns
        }
    }

    It 'is listed with name, id, engine and the namespace of its process' {
        $found = Get-NetworkNamespace | Where-Object Container
        $found.Path | Should -Be $path
        $container = $found.Container
        "$($container.Name) $($container.Id) $($container.Engine.Name) $($container.Image)" | Should -Be "$name $($seen.Id) docker busybox"
    }

    It 'is found by name, by id and by the beginning of its id, by every cmdlet' {
        foreach ($one in $name, $seen.Id, $seen.Id.Substring(0, 12)) {
            (Get-NetworkNamespace -Container $one).Path | Should -Be $path
            Get-Link -Container $one | Should -HaveCount 1
        }
        $null = New-VethPair gnt0 gnt1 -Namespace $ns -PeerContainer $seen.Id.Substring(0, 12) -PeerAddress 10.9.0.1/24 -Up
        Add-Route 10.10.0.0/16 gnt1 -Container $name
        Set-StaticNeighbor 10.9.0.2 02:00:00:00:00:02 gnt1 -Container $seen.Id
        Invoke-InContainer $name ip -4 -o addr show gnt1 | Should -Match '10\.9\.0\.1/24'
        Invoke-InContainer $name ip route show 10.10.0.0/16 | Should -Match 'dev gnt1'
        Invoke-InContainer $name ip neigh show 10.9.0.2 | Should -Match '02:00:00:00:00:02 PERMANENT'
        Move-LinkToNamespace gnt0 -SourceNamespace $ns -Container $name
        Invoke-InContainer $name ip -o link show gnt0 | Should -HaveCount 1
        Remove-Link gnt0 -Container $name -Confirm:$false
        Invoke-InContainer $name ip -o link | Should -HaveCount 1
    }

    It 'is where a program of the host can run' {
        Invoke-NamespaceCommand -Container $name -FilePath readlink -ArgumentList /proc/self/ns/net |
            Should -Be (& readlink $path)
    }

    It 'is named where it holds a tunnel that is wanted, and its tunnels count for the health of the host' {
        New-GeneveTunnel g0 -Vni 7 -Remote 192.0.2.1 -Mtu 1400 -Namespace $ns | Move-LinkToNamespace -Container $name
        Assert-Failure { New-GeneveTunnel g1 -Vni 7 -Remote 192.0.2.1 -Mtu 1400 -Namespace $ns } TunnelBusy ResourceBusy "'g0' in container '$name'"
        (Get-GeneveTunnel -Namespace $name).Name | Should -Be g0
        (Get-GeneveTunnel -Namespace *).Name | Should -Contain g0
        $report = & "$PSScriptRoot/../../docs/runbooks/Get-GeneveHealth.ps1" -Static | ConvertFrom-Json
        "$($report.healthy) $($report.tested) $($report.tunnels.namespace)" | Should -Be "False 1 $name"
        Remove-Link g0 -Container $name -Confirm:$false
        (& "$PSScriptRoot/../../docs/runbooks/Get-GeneveHealth.ps1" -Static | ConvertFrom-Json).healthy | Should -BeFalse
    }

    It 'is refused when it was never started' {
        $null = Invoke-Docker create --network=none --name $other busybox sh
        (Get-DockerContainer $other).State.Status | Should -Be 'created'
        Assert-Failure { Get-Link -Container $other } ContainerNotRunning InvalidArgument $other, 'its state is created'
    }

    It 'is refused when several ids begin with the text' {
        # Of seventeen ids at least two begin with the same digit.
        $ids = @(Invoke-Docker ps -aq --no-trunc)
        while (-not ($same = $ids | Group-Object { $_[0] } | Where-Object Count -gt 1)) {
            $ids += Invoke-Docker create --network=none busybox sh
        }
        $first = @($same)[0].Name
        $null = & docker inspect $first 2>&1
        $LASTEXITCODE | Should -Not -Be 0
        Assert-Failure { Get-Link -Container $first } AmbiguousContainer InvalidArgument "'$first' matches"
    }

    It 'is refused when it is unknown' {
        Assert-Failure { Get-Link -Container "no$name" } ContainerNotFound ObjectNotFound "'no$name'"
    }

    It 'is refused when it has stopped' {
        $null = Invoke-Docker kill $name
        $null = & timeout 20 docker wait $name
        Assert-Failure { Get-Link -Container $name } ContainerNotRunning InvalidArgument 'its state is exited'
        Get-NetworkNamespace | Where-Object Container | Should -BeNullOrEmpty
    }
}
