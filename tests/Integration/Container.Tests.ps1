# -Container: the network namespace of a container, by what its engine says. First with a stand-in for an engine, which
# says what the test wants, also what no engine should; then with Docker itself.

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Common.psm1'))
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Docker.psm1'))

    # Answers on a socket in a thread of its own: to each request the text that the table has for its path, as it stands.
    # With an empty table it takes connections and never answers.
    $listen = {
        param($socket, $table)
        try {
            while ($true) {
                $peer = $socket.Accept()
                if ($table.Count -eq 0) { continue }
                $bytes = [byte[]]::new(8192)
                $count = $peer.Receive($bytes)
                $path = ([System.Text.Encoding]::ASCII.GetString($bytes, 0, $count) -split ' ')[1]
                $answer = if ($table.ContainsKey($path)) { $table[$path] } else { $table['*'] }
                $null = $peer.Send([System.Text.Encoding]::ASCII.GetBytes($answer))
                $peer.Dispose()
            }
        }
        catch { }
    }

    function Start-StandIn ($EndPoint, [hashtable] $Table = @{}) {
        $family = $EndPoint.AddressFamily
        $protocol = if ($family -eq 'Unix') { 'Unspecified' } else { 'Tcp' }
        $socket = [System.Net.Sockets.Socket]::new($family, 'Stream', $protocol)
        $socket.Bind($EndPoint)
        $socket.Listen(8)
        $shell = New-Shell $listen $socket, $Table
        $null = $shell.BeginInvoke()
        [pscustomobject]@{ Socket = $socket; Shell = $shell }
    }

    function Stop-StandIn ($StandIn) {
        if ($null -eq $StandIn) { return }
        $StandIn.Socket.Dispose()
        Remove-Shell $StandIn.Shell
    }

    function ConvertTo-Answer ([string] $Body, [string] $Status = '200 OK') {
        "HTTP/1.1 $Status`r`nContent-Type: application/json`r`nContent-Length: $($Body.Length)`r`nConnection: close`r`n`r`n$Body"
    }

    # The requests and answers of an engine with these containers: name, first digits of the id, state, process.
    function Get-EngineTable ($Containers) {
        $table = @{ '*' = ConvertTo-Answer '{"message":"no such container"}' '404 Not Found' }
        $list = foreach ($one in $Containers) {
            $id = "$($one[1])".PadRight(64, '0')
            $table["/containers/$id/json"] = ConvertTo-Answer "{`"State`":{`"Pid`":$($one[3])}}"
            "{`"Id`":`"$id`",`"Names`":[`"/other/alias`",`"/$($one[0])`"],`"Image`":`"busybox`",`"State`":`"$($one[2])`"}"
        }
        $table['/containers/json?all=true'] = ConvertTo-Answer "[$($list -join ',')]"
        $table
    }

    # Cmdlets look at these variables; a test sets them for itself and nobody else.
    function Set-Engine ($Docker, $Podman) {
        $env:DOCKER_HOST = $Docker
        $env:CONTAINER_HOST = $Podman
    }
    $before = $env:DOCKER_HOST, $env:CONTAINER_HOST
}

AfterAll {
    Set-Engine $before[0] $before[1]
}

Describe 'A container of an engine' {
    BeforeAll {
        $folder = [System.IO.Directory]::CreateTempSubdirectory('gnt').FullName
        $process = Start-NamespaceProcess
        $socket = "$folder/docker.sock"
        $engine = Start-StandIn ([System.Net.Sockets.UnixDomainSocketEndPoint]::new($socket)) (Get-EngineTable @(
                @('web', 'aaaa11', 'running', $process.Id), @('database', 'aaaa22', 'exited', 0), @('aaaa', 'bbbb33', 'running', $process.Id), @('gone', 'cccc44', 'running', 999999999)))
        $inode = [System.IO.FileInfo]::new("/proc/$($process.Id)/ns/net").LinkTarget -replace '\D'
    }

    BeforeEach {
        Set-Engine "unix://$socket"
    }

    AfterAll {
        Set-Engine
        Stop-StandIn $engine
        Stop-Program $process
        [System.IO.Directory]::Delete($folder, $true)
    }

    It 'is found by <_.By>' -ForEach @(@{ By = 'name'; Text = 'web' }, @{ By = 'name with a slash'; Text = '/web' }, @{ By = 'id'; Text = 'aaaa11'.PadRight(64, '0') }, @{ By = 'the beginning of its id'; Text = 'aaaa1' }, @{ By = 'the beginning of its id in capitals'; Text = 'AAAA1' }) {
        $found = Get-NetworkNamespace -Container $_.Text
        "$($found.Inode) $($found.Container.Name) $($found.Container.Engine.Name) $($found.Container.State) $($found.Path)" | Should -Be "$inode web docker running /proc/$($process.Id)/ns/net"
        $found.Container.Id | Should -Be 'aaaa11'.PadRight(64, '0')
    }

    It 'is found by its name before another by the beginning of an id' {
        (Get-NetworkNamespace -Container aaaa).Container.Id | Should -BeLike 'bbbb33*'
    }

    It 'is refused when the beginning of an id fits several' {
        Assert-Failure { Get-NetworkNamespace -Container aaa } AmbiguousContainer InvalidArgument 'fits 2 containers', 'web (docker, aaaa11000000)', 'database (docker, aaaa22000000)'
    }

    It 'is refused when it does not run' {
        Assert-Failure { Get-Link -Container database } ContainerNotRunning InvalidArgument "'database' does not run (it is exited)"
    }

    It 'is refused when there is none of that name' {
        Assert-Failure { Get-Link -Container nobody } ContainerNotFound ObjectNotFound "no container 'nobody'"
    }

    It 'is refused when its process has ended since' {
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
        $given = [pscustomobject]@{ Container = 'web'; Name = 'fromrow' }
        $null = $given | New-Bridge
        & nsenter --target $process.Id --net ip -o link show fromrow | Should -HaveCount 1
        $given | Remove-Bridge -Confirm:$false
    }

    It 'goes before a namespace' {
        (Get-Link lo -Container web -Namespace $PID).Namespace.Inode | Should -Be $inode
    }

    It 'is listed with the named namespaces when it runs and can be reached' {
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

    It 'can be named' {
        $ns = Get-TestName
        $null = New-NetworkNamespace $ns -Container web
        try { & ip netns exec $ns readlink /proc/self/ns/net | Should -Be "net:[$inode]" }
        finally { Remove-TestNamespace $ns }
    }

    It 'is proposed when a name is completed, and only those that run' {
        $text = 'Get-Link -Container '
        $proposed = [System.Management.Automation.CommandCompletion]::CompleteInput($text, $text.Length, $null).CompletionMatches
        $proposed.CompletionText | Should -Be 'web', 'aaaa', 'gone'
    }

    It 'is found in Podman where CONTAINER_HOST says so' {
        Set-Engine $null "unix://$socket"
        (Get-NetworkNamespace -Container web).Container.Engine.Name | Should -Be 'podman'
    }

    It 'is refused when two engines have one of that name' {
        Set-Engine "unix://$socket" "unix://$socket"
        Assert-Failure { Get-NetworkNamespace -Container web } AmbiguousContainer InvalidArgument 'web (docker,', 'web (podman,'
    }

    It 'is found by an engine that answers on TCP' {
        $end = [System.Net.IPEndPoint]::new([System.Net.IPAddress]::Loopback, 0)
        $remote = Start-StandIn $end (Get-EngineTable (, @('far', 'dddd55', 'running', $process.Id)))
        try {
            Set-Engine "tcp://$($remote.Socket.LocalEndPoint)"
            (Get-NetworkNamespace -Container far).Inode | Should -Be $inode
        }
        finally { Stop-StandIn $remote }
    }
}

Describe 'An engine that fails' {
    BeforeAll {
        $folder = [System.IO.Directory]::CreateTempSubdirectory('gnt').FullName
        $socket = "$folder/engine.sock"
        $process = Start-NamespaceProcess
    }

    BeforeEach {
        Set-Engine "unix://$socket"
        $standIn = $null
    }

    AfterEach {
        Stop-StandIn $standIn
        [System.IO.File]::Delete($socket)
    }

    AfterAll {
        Set-Engine
        Stop-Program $process
        [System.IO.Directory]::Delete($folder, $true)
    }

    It 'is named when it answers <_.Name>' -ForEach @(
        @{ Name = 'something else than HTTP'; Text = "220 mail ready`r`n" }
        @{ Name = 'no JSON'; Text = "HTTP/1.1 200 OK`r`nContent-Length: 5`r`nConnection: close`r`n`r`nhello" }
        @{ Name = 'JSON of another kind'; Text = "HTTP/1.1 200 OK`r`nContent-Length: 13`r`nConnection: close`r`n`r`n{`"hello`": `"x`"}" }
        @{ Name = 'with a list of another kind'; Text = "HTTP/1.1 200 OK`r`nContent-Length: 9`r`nConnection: close`r`n`r`n[1, `"two`"]" }
        @{ Name = 'with a failure'; Text = "HTTP/1.1 500 Broken`r`nContent-Length: 0`r`nConnection: close`r`n`r`n" }
        @{ Name = 'nothing'; Text = '' }
    ) {
        $standIn = Start-StandIn ([System.Net.Sockets.UnixDomainSocketEndPoint]::new($socket)) @{ '*' = $_.Text }
        $failure = Get-Failure { Get-NetworkNamespace -Container web }
        ($failure.FullyQualifiedErrorId -split ',')[0] | Should -Be 'ContainerEngineFailed' -Because "the error was: $failure"
        "$failure" | Should -BeLike "The container engine docker (unix://$socket) *"
    }

    It 'is passed over when namespaces are listed' {
        $standIn = Start-StandIn ([System.Net.Sockets.UnixDomainSocketEndPoint]::new($socket)) @{ '*' = 'hello' }
        $ns = Get-TestName
        Add-TestNamespace $ns
        try { (Get-NetworkNamespace).Name | Should -Contain $ns }
        finally { Remove-TestNamespace $ns }
    }

    It 'is waited for ten seconds at most when it never answers' {
        $standIn = Start-StandIn ([System.Net.Sockets.UnixDomainSocketEndPoint]::new($socket))
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        Assert-Failure { Get-NetworkNamespace -Container web } ContainerEngineFailed ConnectionError 'did not answer within 10 s'
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 15
    }

    It 'keeps nobody at the prompt: completion gives up after a second' {
        $standIn = Start-StandIn ([System.Net.Sockets.UnixDomainSocketEndPoint]::new($socket))
        $text = 'Get-Link -Container '
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $proposed = [System.Management.Automation.CommandCompletion]::CompleteInput($text, $text.Length, $null).CompletionMatches
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 5
        $proposed.CompletionText | Should -Not -Contain 'web'
    }

    It 'does not keep Ctrl-C waiting' {
        $standIn = Start-StandIn ([System.Net.Sockets.UnixDomainSocketEndPoint]::new($socket))
        $shell = New-Shell 'Get-NetworkNamespace -Container web' -WithCmdlets
        try {
            $null = $shell.BeginInvoke()
            [System.Threading.Thread]::Sleep(1000)
            "$($shell.InvocationStateInfo.State)" | Should -Be 'Running'
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 3
            "$($shell.InvocationStateInfo.State)" | Should -Be 'Stopped'
        }
        finally { Remove-Shell $shell }
    }

    It 'is named when its socket is not there' {
        Assert-Failure { Get-NetworkNamespace -Container web } ContainerEngineFailed ConnectionError "docker (unix://$socket)", 'cannot be reached'
    }

    It 'is told when DOCKER_HOST is no address' {
        Set-Engine 'nonsense'
        Assert-Failure { Get-NetworkNamespace -Container web } NoContainerEngine InvalidArgument "DOCKER_HOST is 'nonsense'"
    }

    It 'is told when the user may not ask it' {
        $standIn = Start-StandIn ([System.Net.Sockets.UnixDomainSocketEndPoint]::new($socket)) (Get-EngineTable (, @('web', 'aaaa11', 'running', $process.Id)))
        & chmod 711 $folder
        & chmod 600 $socket
        Get-NetworkNamespace -Container web | Should -HaveCount 1
        $text = 'try { Get-NetworkNamespace -Container web -ErrorAction Stop } catch { "$($_.FullyQualifiedErrorId) $($_.CategoryInfo.Category) $_" }'
        $said = Invoke-Engine $text -Prefix 'setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--'
        $said | Should -BeLike 'ContainerEngineAccessDenied,* PermissionDenied *may not be asked by this user*'
    }

    It 'is told when there is none at all' {
        Set-Engine
        $text = 'try { Get-Link -Container web -ErrorAction Stop } catch { "$($_.FullyQualifiedErrorId) $($_.CategoryInfo.Category) $_" }'
        # A look at a host that has nothing below /run.
        $said = Invoke-Engine $text -Prefix 'unshare', '--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /run && exec "$@"', 'sh'
        $said | Should -BeLike 'NoContainerEngine,* ObjectNotFound *No container engine was found*'
    }
}

Describe 'A container of Docker' -Tag Geneve, Docker {
    BeforeAll {
        $without = Start-Docker
        if (-not $without) {
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
        if ($without) { Set-ItResult -Skipped -Because $without }
    }

    AfterAll {
        if (-not $without) {
            foreach ($id in & docker ps -aq) { $null = & docker rm -f $id }
            Remove-TestNamespace $ns
        }
    }

    It 'is listed with name, id, engine and the namespace of its process' {
        $found = Get-NetworkNamespace | Where-Object Container
        "$($found.Container.Name) $($found.Container.Id) $($found.Container.Engine.Name) $($found.Container.Image) $($found.Path)" | Should -Be "$name $($seen.Id) docker busybox $path"
    }

    It 'is found by name, by id and by the beginning of its id, by whatever cmdlet' {
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

    It 'is where a program of the host can be run' {
        Invoke-NamespaceCommand -Container $name -FilePath readlink -ArgumentList /proc/self/ns/net | Should -Be (& readlink $path)
    }

    It 'is refused when it was never started' {
        $null = Invoke-Docker create --network=none --name $other busybox sh
        (Get-DockerContainer $other).State.Status | Should -Be 'created'
        Assert-Failure { Get-Link -Container $other } ContainerNotRunning InvalidArgument $other, 'it is created'
    }

    It 'is refused when the beginning of an id fits several' {
        # Of seventeen ids two begin alike.
        $ids = @(Invoke-Docker ps -aq --no-trunc)
        while (-not ($twice = $ids | Group-Object { $_[0] } | Where-Object Count -gt 1)) { $ids += Invoke-Docker create --network=none busybox sh }
        $first = "$(@($twice)[0].Name)"
        $null = & docker inspect $first 2>&1
        $LASTEXITCODE | Should -Not -Be 0
        Assert-Failure { Get-Link -Container $first } AmbiguousContainer InvalidArgument "'$first' fits"
    }

    It 'is refused when it is unknown' {
        Assert-Failure { Get-Link -Container "no$name" } ContainerNotFound ObjectNotFound "'no$name'"
    }

    It 'is refused when it has stopped' {
        $null = Invoke-Docker kill $name
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        while ((Get-DockerContainer $name).State.Running -and $clock.Elapsed.TotalSeconds -lt 20) { [System.Threading.Thread]::Sleep(100) }
        Assert-Failure { Get-Link -Container $name } ContainerNotRunning InvalidArgument 'it is exited'
        Get-NetworkNamespace | Where-Object Container | Should -BeNullOrEmpty
    }
}
