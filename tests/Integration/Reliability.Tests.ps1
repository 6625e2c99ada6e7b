# Under load: stopped halfway, many at once, and nothing left behind.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
    $module = "$PSScriptRoot/../../GeneveNet.psd1"

    # The open sockets of this process, each by the kernel's number for it.
    function Get-Socket {
        (Get-ChildItem /proc/self/fd).LinkTarget -like 'socket:*'
    }

    # The threads of this process that are in another namespace, or were started to enter one, once those have had their time
    # that are about to end. The one of .NET that compiles in the background does not count: it runs nobody's code, is started by
    # whoever calls a method often, and ends after four seconds without work, which looking for it is.
    function Get-StrayThread {
        $own = (Get-Item /proc/self/ns/net).LinkTarget
        foreach ($attempt in 1..100) {
            $left = foreach ($task in Get-ChildItem /proc/self/task) {
                # The kernel keeps 15 letters of a name. Any thread may end meanwhile.
                $name = Get-Content "$task/comm" -ErrorAction Ignore
                $place = (Get-Item "$task/ns/net" -ErrorAction Ignore).LinkTarget
                if ($name -eq '.NET Tiered Com') { continue }
                if ($place -and ($place -ne $own -or $name -eq 'network namespa')) { "$name in $place" }
            }
            if (-not $left) { return }
            Start-Sleep -Milliseconds 100
        }
        $left
    }

    # How many seconds it takes to stop what a shell is doing.
    function Measure-Stop {
        param([powershell] $Shell)
        (Measure-Command { $Shell.Stop() }).TotalSeconds
    }
}

Describe 'Reliability' {
    BeforeAll {
        $names = 1..4 | ForEach-Object { Get-TestName }
        $fresh = Get-TestName
        Add-TestNamespace ($names + $fresh)
    }

    AfterAll {
        Remove-TestNamespace ($names + $fresh)
    }

    It 'stops at once, and leaves only whole pairs' {
        $shell = New-Shell -WithCmdlets -ArgumentList $names[0], $names[1] -Text {
            param($Here, $There)
            for ($i = 1; ; $i++) {
                $null = New-VethPair "a$i" "b$i" -Namespace $Here -PeerNamespace $There -Address "10.0.$($i % 250).1/32" -Up
            }
        }
        try {
            $running = $shell.BeginInvoke()
            while (-not (Get-IpLink $names[0] a3)) { Start-Sleep -Milliseconds 5 }
            Measure-Stop $shell | Should -BeLessThan 3
            $running.IsCompleted | Should -BeTrue
        }
        finally { Remove-Shell $shell }

        $here = @(Get-IpJson -n $names[0] addr | Where-Object ifname -NE lo)
        $there = @(Get-IpJson -n $names[1] link | Where-Object ifname -NE lo)
        $here.Count | Should -BeGreaterOrEqual 3
        $there.Count | Should -Be $here.Count
        # The pair that was being created is either complete or removed again.
        foreach ($link in $here) {
            $link.flags | Should -Contain 'UP'
            @($link.addr_info | Where-Object family -EQ inet) | Should -HaveCount 1
        }
        Remove-Link a* -Namespace $names[0] -Confirm:$false
        (Get-IpJson -n $names[1] link).ifname | Should -Be 'lo'
    }

    It 'ends a long listing when it is stopped, and the next one works' {
        $shell = New-Shell -WithCmdlets -ArgumentList $names[0] -Text {
            param($Here)
            while ($true) { $null = Get-Link -Namespace $Here }
        }
        try {
            $null = $shell.BeginInvoke()
            Start-Sleep -Milliseconds 100
            Measure-Stop $shell | Should -BeLessThan 3
        }
        finally { Remove-Shell $shell }
        (Get-Link -Namespace $names[0]).Name | Should -Be 'lo'
    }

    It 'does the same in four runspaces at once as in one' {
        $results = $names | ForEach-Object -ThrottleLimit 4 -Parallel {
            $ErrorActionPreference = 'Stop'
            Import-Module $using:module
            $mtus = foreach ($i in 1..50) {
                $null = New-VethPair "a$i" "b$i" -Namespace $_ -Mtu (1000 + $i)
                (Get-Link "a$i" -Namespace $_).Mtu
                if ($i % 2) { Remove-Link "b$i" -Namespace $_ -Confirm:$false }
            }
            "$mtus"
        }
        $results | Should -Be (@("$(1001..1050)") * 4)
        foreach ($name in $names) {
            $links = Get-IpJson -n $name link | Where-Object ifname -Like 'a*'
            $links.mtu | Sort-Object | Should -Be (1..25 | ForEach-Object { 1000 + 2 * $_ })
        }
    }

    It 'answers every runspace that shares a namespace' {
        $place = $names[1]
        $letters = 'w', 'x', 'y', 'z'
        $results = $letters | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:module
            $letter = $_
            $created = 1..10 | ForEach-Object { (New-VethPair "$letter$_" "p$letter$_" -Namespace $using:place)[0].Name }
            "$created"
        }
        $expected = foreach ($letter in $letters) { (1..10 | ForEach-Object { "$letter$_" }) -join ' ' }
        $results | Sort-Object | Should -Be $expected
        @((Get-IpJson -n $names[1] link).ifname -match '^[wxyz]\d+$') | Should -HaveCount 40
    }

    It 'gives the same to all who create it at once with -IfNotExists: <Text>' -ForEach @(
        @{ Text = 'New-Bridge br0 -Address 12.200.1.1/24 -Up -Namespace {0}'; Count = 1 }
        @{ Text = 'New-VethPair x0 x1 -Address 12.200.2.1/24 -PeerAddress 12.200.2.2/24 -Up -Namespace {0}'; Count = 2 }
        @{ Text = 'New-NetworkNamespace {0}new'; Count = 1 }
    ) {
        $ns = $names[0]
        foreach ($round in 1..5) {
            $made = 1..6 | ForEach-Object -ThrottleLimit 6 -Parallel {
                Import-Module $using:module
                & ([scriptblock]::Create("$($using:Text -f $using:ns) -IfNotExists -ErrorAction Stop"))
            }
            @($made).Count | Should -Be (6 * $Count)
            @($made | ForEach-Object { $_.Index ?? $_.Inode } | Sort-Object -Unique).Count | Should -Be $Count
            foreach ($link in 'br0', 'x0') { & ip -n $ns link del $link 2>$null }
            & ip netns del "${ns}new" 2>$null
        }
    }

    It 'goes through more namespaces than a process may have files' {
        $many = 1..400 | ForEach-Object { "gntmany$_" }
        $many | ForEach-Object { "netns add $_" } | & ip -batch -
        try {
            $text = '$all = Get-NetworkNamespace "gntmany*"; $links = $all | ForEach-Object { Get-Link -Namespace $_ -ErrorAction Stop }
                "$($all.Count) $($links.Count) $((Get-ChildItem /proc/self/fd).Count -lt 400)"'
            Invoke-Engine $text -Prefix 'prlimit', '--nofile=400:400', '--' | Should -Be '400 400 True'
        }
        finally { $many | ForEach-Object { "netns del $_" } | & ip -batch - }
    }

    It 'watches a hundred namespaces without filling the memory' {
        $many = 1..100 | ForEach-Object { "gntwatch$_" }
        $many | ForEach-Object { "netns add $_" } | & ip -batch -
        try {
            $text = '$null = Get-NetworkNamespace "gntwatch*" | Watch-GenevePacket -Timeout 0.5
                $peak = [long]((Get-Content /proc/self/status | Select-String "VmHWM:\s+(\d+)").Matches.Groups[1].Value) / 1024
                "$($peak -lt 700) $peak"'
            Invoke-Engine $text | Should -BeLike 'True *'
        }
        finally { $many | ForEach-Object { "netns del $_" } | & ip -batch - }
    }

    It 'leaves no socket and no thread behind' {
        $before = @(Get-Socket)
        $null = Get-Link -Namespace $fresh
        $opened = @(Get-Socket | Where-Object { $_ -notin $before })
        $opened.Count | Should -BeGreaterThan 0
        # A connection that was not used for a moment is closed.
        foreach ($attempt in 1..100) {
            $left = @(Get-Socket | Where-Object { $_ -in $opened })
            if (-not $left) { break }
            Start-Sleep -Milliseconds 50
        }
        $left | Should -BeNullOrEmpty

        Get-StrayThread | Should -BeNullOrEmpty
    }

    It 'leaves no thread in a namespace where a script used all there is' -Tag NoKernel {
        $workers, $ports = 0, 0
        [System.Threading.ThreadPool]::GetMinThreads([ref]$workers, [ref]$ports)
        $null = [System.Threading.ThreadPool]::SetMinThreads(12, 12)
        try {
            # The pool is large enough from the beginning, so that no work makes it grow from in there.
            Invoke-NamespaceCommand -Namespace $fresh { [System.Threading.ThreadPool]::ThreadCount } | Should -BeGreaterOrEqual 12
            foreach ($round in 1..3) {
                Invoke-NamespaceCommand -Namespace $fresh {
                    # Batches are sent by the pool.
                    1..600 | ForEach-Object { [pscustomobject]@{ Link = 'lo'; Address = "10.1.$($_ -shr 8).$($_ -band 255)/32" } } |
                        Add-LinkAddress -Force
                    1..5 | ForEach-Object { $null = sh -c 'echo out; echo err >&2' 2>&1 }
                    $null = 1..6 | ForEach-Object -Parallel { Start-Sleep -Milliseconds 100; sh -c 'echo x' }
                    $null = 1..3 | ForEach-Object { Start-ThreadJob { 1 } } | Receive-Job -Wait -AutoRemoveJob
                    # Work that waits, timers, sockets, watched files.
                    $gate = [System.Threading.ManualResetEventSlim]::new()
                    $method = $gate.GetType().GetMethod('Wait', [type[]]@())
                    $wait = [System.Delegate]::CreateDelegate([action], $gate, $method)
                    $tasks = @(1..10 | ForEach-Object { [System.Threading.Tasks.Task]::Run($wait) })
                    $tasks += 1..10 | ForEach-Object { [System.Threading.Tasks.Task]::Delay(50) }
                    $socket = [System.Net.Sockets.UdpClient]::new(0)
                    $null = $socket.ReceiveAsync()
                    Start-Sleep -Milliseconds 100
                    $gate.Set()
                    [System.Threading.Tasks.Task]::WaitAll($tasks)
                    $socket.Dispose()
                }
            }
            Get-StrayThread | Should -BeNullOrEmpty
        }
        finally { $null = [System.Threading.ThreadPool]::SetMinThreads($workers, $ports) }
    }
}

Describe 'A pipeline of many batches' -Tag NoKernel {
    BeforeEach {
        $ns = Get-TestName
        Add-TestNamespace $ns
        # Without a VLAN: where the kernel has VLANs in bridges, a station would have an entry in each.
        Invoke-IpBatch $ns @(
            'link add br0 type bridge vlan_default_pvid 0', 'link set br0 up'
            'link add p0 type veth peer name q0', 'link set p0 up master br0', 'link set q0 up'
        )

        # The MAC address of a station by its number.
        function Get-Station {
            param([int] $Number)
            '02:00:00:00:{0:x2}:{1:x2}' -f ($Number -shr 8), ($Number -band 255)
        }

        # An entry for each number, as Import-Csv gives it.
        filter Get-Row {
            [pscustomobject]@{ LinkLayerAddress = Get-Station $_; Port = 'p0' }
        }

        # The numbers of the stations in the bridge's table, as bridge(8) shows it.
        function Get-Known {
            & bridge -n $ns -j fdb show br br0 | ConvertFrom-Json | Where-Object mac -Like '02:00:00:00:*' |
                ForEach-Object { [int]"0x$($_.mac.Substring(12) -replace ':')" } | Sort-Object
        }
    }

    AfterEach {
        Remove-TestNamespace $ns
    }

    It 'reports each failure in its place among the results' {
        $taken = 1, 255, 256, 257, 512, 700
        foreach ($number in $taken) { & bridge -n $ns fdb add (Get-Station $number) dev p0 master static }
        $all = 1..700 | Get-Row | Add-BridgeFdbEntry -PassThru -Namespace $ns -ErrorAction Continue 2>&1
        $all.Count | Should -Be 700
        for ($i = 0; $i -lt 700; $i++) {
            $isFailure = $all[$i] -is [System.Management.Automation.ErrorRecord]
            if ($isFailure -ne (($i + 1) -in $taken)) { throw "object $($i + 1): $($all[$i])" }
            "$($isFailure ? $all[$i].TargetObject : $all[$i].LinkLayerAddress)" | Should -Be (Get-Station ($i + 1))
        }
        Get-Known | Should -Be (1..700)
    }

    It 'has done everything before the first failure with -ErrorAction Stop' {
        & bridge -n $ns fdb add (Get-Station 300) dev p0 master static
        { 1..2000 | Get-Row | Add-BridgeFdbEntry -Namespace $ns -ErrorAction Stop } | Should -Throw
        $known = @(Get-Known)
        $known[0..299] | Should -Be (1..300)
        # In order, and not to the end.
        $known | Should -Be (1..$known.Count)
        $known.Count | Should -BeLessThan 2000
    }

    It 'stops at once when it is stopped, with everything done up to a point' {
        $shell = New-Shell -WithCmdlets -ArgumentList $ns -Text {
            param($Namespace)
            1..65000 | ForEach-Object {
                [pscustomobject]@{ LinkLayerAddress = '02:00:00:00:{0:x2}:{1:x2}' -f ($_ -shr 8), ($_ -band 255); Port = 'p0' }
            } | Add-BridgeFdbEntry -Namespace $Namespace
        }
        try {
            $null = $shell.BeginInvoke()
            while (@(Get-Known).Count -lt 500) { Start-Sleep -Milliseconds 5 }
            Measure-Stop $shell | Should -BeLessThan 3
        }
        finally { Remove-Shell $shell }
        $known = @(Get-Known)
        $known | Should -Be (1..$known.Count)
        # Nothing more is on its way.
        Start-Sleep -Milliseconds 200
        @(Get-Known).Count | Should -Be $known.Count
    }
}
