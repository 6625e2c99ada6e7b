# Under pressure: stopped in the middle, many at once, and nothing left behind.

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Common.psm1'))
    $module = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'GeneveNet.psd1'))

    # A shell of its own in this process, with the module.
    function New-Shell {
        $state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
        $state.ImportPSModule($module)
        [powershell]::Create($state)
    }

    # The sockets this process has open, each by the kernel's number for it.
    function Get-Socket {
        foreach ($file in [System.IO.Directory]::GetFileSystemEntries('/proc/self/fd')) {
            $target = [System.IO.FileInfo]::new($file).LinkTarget
            if ($target -like 'socket:*') { $target }
        }
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
        $shell = New-Shell
        try {
            $null = $shell.AddScript({
                    param($Here, $There)
                    for ($i = 1; ; $i++) { $null = New-VethPair "a$i" "b$i" -Namespace $Here -PeerNamespace $There -Address "10.0.$($i % 250).1/32" -Up }
                }).AddArgument($names[0]).AddArgument($names[1])
            $running = $shell.BeginInvoke()
            while (-not (Get-IpLink $names[0] a3)) { [System.Threading.Thread]::Sleep(5) }
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 3
            $running.IsCompleted | Should -BeTrue
        }
        finally { $shell.Dispose() }

        $here = @(Get-IpJson -n $names[0] addr | Where-Object ifname -NE lo)
        $there = @(Get-IpJson -n $names[1] link | Where-Object ifname -NE lo)
        $here.Count | Should -BeGreaterOrEqual 3
        $there.Count | Should -Be $here.Count
        # The last one may have been stopped between its two ends' last steps only if it was taken back: each has all.
        foreach ($link in $here) {
            $link.flags | Should -Contain 'UP'
            @($link.addr_info | Where-Object family -EQ inet) | Should -HaveCount 1
        }
        Remove-Link a* -Namespace $names[0] -Confirm:$false
        (Get-IpJson -n $names[1] link).ifname | Should -Be 'lo'
    }

    It 'ends a long listing when it is stopped, and works on' {
        $shell = New-Shell
        try {
            $null = $shell.AddScript({ param($Here) while ($true) { Get-Link -Namespace $Here | Out-Null } }).AddArgument($names[0])
            $null = $shell.BeginInvoke()
            [System.Threading.Thread]::Sleep(100)
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 3
        }
        finally { $shell.Dispose() }
        (Get-Link -Namespace $names[0]).Name | Should -Be 'lo'
    }

    It 'does the same in four shells at once as in one' {
        $shells = foreach ($name in $names) {
            $shell = New-Shell
            $null = $shell.AddScript({
                    param($Place)
                    $ErrorActionPreference = 'Stop'
                    foreach ($i in 1..50) {
                        $null = New-VethPair "a$i" "b$i" -Namespace $Place -Mtu (1000 + $i)
                        (Get-Link "a$i" -Namespace $Place).Mtu
                        if ($i % 2) { Remove-Link "b$i" -Namespace $Place -Confirm:$false }
                    }
                }).AddArgument($name)
            @{ Shell = $shell; Running = $shell.BeginInvoke() }
        }
        try {
            foreach ($one in $shells) {
                $read = $one.Shell.EndInvoke($one.Running)
                "$read" | Should -Be "$(1001..1050)"
            }
        }
        finally { foreach ($one in $shells) { $one.Shell.Dispose() } }
        foreach ($name in $names) {
            $links = Get-IpJson -n $name link | Where-Object ifname -Like 'a*'
            $links.mtu | Sort-Object | Should -Be (1..25 | ForEach-Object { 1000 + 2 * $_ })
        }
    }

    It 'is heard by every shell that shares a namespace' {
        $shells = foreach ($letter in 'w', 'x', 'y', 'z') {
            $shell = New-Shell
            $null = $shell.AddScript({
                    param($Place, $Letter)
                    foreach ($i in 1..10) { (New-VethPair "$Letter$i" "p$Letter$i" -Namespace $Place)[0].Name }
                }).AddArgument($names[1]).AddArgument($letter)
            @{ Shell = $shell; Running = $shell.BeginInvoke(); Expected = "$(1..10 | ForEach-Object { "$letter$_" })" }
        }
        try { foreach ($one in $shells) { "$($one.Shell.EndInvoke($one.Running))" | Should -Be $one.Expected } }
        finally { foreach ($one in $shells) { $one.Shell.Dispose() } }
        @((Get-IpJson -n $names[1] link).ifname -match '^[wxyz]\d+$') | Should -HaveCount 40
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
            [System.Threading.Thread]::Sleep(50)
        }
        $left | Should -BeNullOrEmpty

        # The threads that enter a namespace are named after what they do; the kernel keeps 15 letters.
        $threads = foreach ($task in [System.IO.Directory]::GetDirectories('/proc/self/task')) { [System.IO.File]::ReadAllText("$task/comm").Trim() }
        $threads | Should -Not -Contain 'network namespa'
        # And none of the others is in another namespace than the process.
        $own = [System.IO.FileInfo]::new('/proc/self/ns/net').LinkTarget
        foreach ($task in [System.IO.Directory]::GetDirectories('/proc/self/task')) { [System.IO.FileInfo]::new("$task/ns/net").LinkTarget | Should -Be $own }
    }
}

Describe 'A pipeline of many batches' -Tag NoKernel {
    BeforeEach {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns 'link add br0 type bridge', 'link set br0 up', 'link add p0 type veth peer name q0', 'link set p0 up master br0', 'link set q0 up'

        # Number i as the MAC address of a station.
        function Get-Station ($Number) { '02:00:00:00:{0:x2}:{1:x2}' -f ($Number -shr 8), ($Number -band 255) }

        # The numbers of the stations that the bridge knows, by bridge(8).
        function Get-Known {
            & bridge -n $ns -j fdb show br br0 | ConvertFrom-Json | Where-Object { $_.mac -like '02:00:00:00:*' } |
                ForEach-Object { [System.Convert]::ToInt32($_.mac.Substring(12).Replace(':', ''), 16) } | Sort-Object
        }
    }

    AfterEach {
        Remove-TestNamespace $ns
    }

    It 'reports each failure at its place between what was done' {
        $taken = 1, 255, 256, 257, 512, 700
        foreach ($number in $taken) { & bridge -n $ns fdb add (Get-Station $number) dev p0 master static }
        $all = 1..700 | ForEach-Object { [pscustomobject]@{ LinkLayerAddress = Get-Station $_; Port = 'p0' } } |
            Add-BridgeFdbEntry -PassThru -Namespace $ns -ErrorAction Continue 2>&1
        $all.Count | Should -Be 700
        for ($i = 0; $i -lt 700; $i++) {
            $isFailure = $all[$i] -is [System.Management.Automation.ErrorRecord]
            if ($isFailure -ne (($i + 1) -in $taken)) { throw "object $($i + 1): $($all[$i])" }
            "$(if ($isFailure) { $all[$i].TargetObject } else { $all[$i].LinkLayerAddress })" | Should -Be (Get-Station ($i + 1))
        }
        Get-Known | Should -Be (1..700)
    }

    It 'has done all that came before the first failure it is to stop at' {
        & bridge -n $ns fdb add (Get-Station 300) dev p0 master static
        { 1..2000 | ForEach-Object { [pscustomobject]@{ LinkLayerAddress = Get-Station $_; Port = 'p0' } } | Add-BridgeFdbEntry -Namespace $ns -ErrorAction Stop } | Should -Throw
        $known = @(Get-Known)
        $known[0..299] | Should -Be (1..300)
        # In order, and not to the end.
        $known | Should -Be (1..$known.Count)
        $known.Count | Should -BeLessThan 2000
    }

    It 'stops at once when it is stopped, with everything done up to a point' {
        $shell = New-Shell
        try {
            $null = $shell.AddScript({
                    param($Place)
                    & { for ($i = 1; $i -lt 65000; $i++) { [pscustomobject]@{ LinkLayerAddress = '02:00:00:00:{0:x2}:{1:x2}' -f ($i -shr 8), ($i -band 255); Port = 'p0' } } } |
                        Add-BridgeFdbEntry -Namespace $Place
                }).AddArgument($ns)
            $null = $shell.BeginInvoke()
            while (@(Get-Known).Count -lt 500) { [System.Threading.Thread]::Sleep(5) }
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 3
        }
        finally { $shell.Dispose() }
        $known = @(Get-Known)
        $known | Should -Be (1..$known.Count)
        # What was on its way has come to an end too.
        [System.Threading.Thread]::Sleep(200)
        @(Get-Known).Count | Should -Be $known.Count
    }
}
