# Invoke-NamespaceCommand: what runs in there is in the namespace, programs too, and nothing of it is left out here. The
# judges are the kernel's own names for namespaces, /sys, and `ip netns exec`.

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Common.psm1'))
}

Describe 'Invoke-NamespaceCommand' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns 'link add inside0 type veth peer name inside1', 'addr add 10.99.0.1/24 dev inside0', 'link set inside0 up'
        $own = & readlink /proc/self/ns/net
        $inside = & ip netns exec $ns readlink /proc/self/ns/net
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'runs programs in the namespace, as ip netns exec does' {
        $inside | Should -Not -Be $own
        Invoke-NamespaceCommand -Namespace $ns { readlink /proc/self/ns/net } | Should -Be $inside
        Invoke-NamespaceCommand -Namespace $ns -FilePath readlink -ArgumentList /proc/self/ns/net | Should -Be $inside
        Invoke-NamespaceCommand -Namespace $ns { sh -c 'readlink /proc/$$/ns/net; ip -o -4 addr show inside0' } | Select-Object -Last 1 | Should -Match '10\.99\.0\.1/24'
    }

    It 'runs our cmdlets in the namespace, without a word about it' {
        Invoke-NamespaceCommand -Namespace $ns { (Get-Link).Name } | Sort-Object | Should -Be 'inside0', 'inside1', 'lo'
        Invoke-NamespaceCommand -Namespace $ns { $null = New-Bridge frominside -Up }
        (Get-IpLink $ns frominside).flags | Should -Contain 'UP'
        & ip -n $ns link del frominside
    }

    It 'gives out objects, not text' {
        $link = Invoke-NamespaceCommand -Namespace $ns { Get-Link inside0 }
        "$($link.Index) $($link.Namespace)" | Should -Be "$((Get-IpLink $ns inside0).ifindex) $ns"
        ($link | Set-Link -Alias 'set from out here' -PassThru).Alias | Should -Be 'set from out here'
        (Get-IpLink $ns inside0).ifalias | Should -Be 'set from out here'
    }

    It 'can be nested' {
        $other = Get-TestName
        Add-TestNamespace $other
        try {
            $answer = Invoke-NamespaceCommand -Namespace $ns {
                readlink /proc/self/ns/net
                Invoke-NamespaceCommand -Namespace $using:other { readlink /proc/self/ns/net }
                readlink /proc/self/ns/net
            }
            $answer | Should -Be $inside, (& ip netns exec $other readlink /proc/self/ns/net), $inside
        }
        finally { Remove-TestNamespace $other }
    }

    It 'takes arguments, by position and by name' {
        Invoke-NamespaceCommand -Namespace $ns { param($a, $b) "$b $a $($args.Count)" } 1, (2, 3) | Should -Be '2 3 1 0'
        Invoke-NamespaceCommand -Namespace $ns { "$args" } one two | Should -Be 'one two'
        (Invoke-NamespaceCommand -Namespace $ns { param($when) $when } -ArgumentList ([datetime]'2020-02-03')).Year | Should -Be 2020
    }

    It 'takes variables of the caller by $using:' {
        $text = "it's `"quoted`""
        $table = @{ key = 1, 2 }
        Invoke-NamespaceCommand -Namespace $ns { "$using:text $($using:table.key[1]) $(& { $using:text.Length })" } | Should -Be "$text 2 $($text.Length)"
        Invoke-NamespaceCommand -Namespace $ns { Get-Link $using:ns -ErrorAction Ignore; $text } | Should -BeNullOrEmpty -Because 'the caller''s variables are not there without $using:'
    }

    It 'passes words to a program as they are' {
        $words = 'two words', '$HOME', "it's", '"', ';', ''
        Invoke-NamespaceCommand -Namespace $ns -FilePath printf (@('<%s>\n') + $words) | Should -Be ($words | ForEach-Object { "<$_>" })
    }

    It 'gives out each object when it is made' {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $times = Invoke-NamespaceCommand -Namespace $ns { 1; [System.Threading.Thread]::Sleep(1500); 2 } | ForEach-Object { $clock.ElapsedMilliseconds }
        $times | Should -HaveCount 2
        $times[1] - $times[0] | Should -BeGreaterThan 1200
    }

    It 'ends when nobody wants more' {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        Invoke-NamespaceCommand -Namespace $ns { 1; & /bin/sleep 20; 2 } | Select-Object -First 1 | Should -Be 1
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
    }

    It 'hands errors on and goes on, or ends, as in the script' {
        $output = Invoke-NamespaceCommand -Namespace $ns { 'before'; Get-Link nolink; 'after' } -ErrorAction SilentlyContinue -ErrorVariable failure
        $output | Should -Be 'before', 'after'
        $failure | Should -HaveCount 1
        "$(($failure[0].FullyQualifiedErrorId -split ',')[0]) $($failure[0].CategoryInfo.Category)" | Should -Be 'LinkNotFound ObjectNotFound'

        $seen = [System.Collections.Generic.List[object]]::new()
        $failure = Get-Failure { Invoke-NamespaceCommand -Namespace $ns { 'before'; throw 'over'; 'never' } | ForEach-Object { $seen.Add($_) } }
        "$failure" | Should -Be 'over'
        $seen | Should -Be 'before'
    }

    It 'hands on warnings and verbose words' {
        Invoke-NamespaceCommand -Namespace $ns { Set-Link inside0 -Up -Verbose } -Verbose 4>&1 | Should -BeLike '*is as asked already*'
    }

    It 'leaves the exit status of a program in $LASTEXITCODE' {
        Invoke-NamespaceCommand -Namespace $ns { sh -c 'exit 3' }
        $LASTEXITCODE | Should -Be 3
        Invoke-NamespaceCommand -Namespace $ns -FilePath true
        $LASTEXITCODE | Should -Be 0
        & sh -c 'exit 5'
        Invoke-NamespaceCommand -Namespace $ns { 'no program' } | Should -Be 'no program'
        $LASTEXITCODE | Should -Be 5
    }

    It 'says when there is no such program' {
        Get-Failure { Invoke-NamespaceCommand -Namespace $ns -FilePath nosuchprogram } | Should -BeLike '*nosuchprogram*'
    }

    It 'shows the links of the namespace in /sys, and those of the session out here' {
        $theirs = Invoke-NamespaceCommand -Namespace $ns { [System.IO.Directory]::GetFileSystemEntries('/sys/class/net').ForEach({ [System.IO.Path]::GetFileName($_) }) } | Where-Object { $_ -ne 'bonding_masters' } | Sort-Object
        $theirs | Should -Be 'inside0', 'inside1', 'lo'
        Invoke-NamespaceCommand -Namespace $ns { cat /sys/class/net/inside0/ifindex } | Should -Be (Get-IpLink $ns inside0).ifindex
        [System.IO.Directory]::Exists('/sys/class/net/inside0') | Should -BeFalse
    }

    It 'leaves /sys as it is with -KeepMounts' {
        Invoke-NamespaceCommand -Namespace $ns -KeepMounts { [System.IO.Directory]::Exists('/sys/class/net/inside0'); readlink /proc/self/ns/net; readlink /proc/self/ns/mnt } |
            Should -Be $false, $inside, (& readlink /proc/self/ns/mnt)
    }

    It 'changes neither the namespace nor the mounts of the session' {
        $before = [System.IO.File]::ReadAllText('/proc/self/mountinfo')
        $mounts = & readlink /proc/self/ns/mnt
        Invoke-NamespaceCommand -Namespace $ns { readlink /proc/self/ns/mnt } | Should -Not -Be $mounts
        [System.IO.File]::ReadAllText('/proc/self/mountinfo') | Should -BeExactly $before
        & readlink /proc/self/ns/net | Should -Be $own
        & readlink /proc/self/ns/mnt | Should -Be $mounts
    }

    It 'shows files of /etc/netns/NAME in the place of those in /etc, in there only' {
        $folder = "/etc/netns/$ns"
        $existed = [System.IO.Directory]::Exists('/etc/netns')
        $null = [System.IO.Directory]::CreateDirectory($folder)
        try {
            [System.IO.File]::WriteAllText("$folder/hosts", "10.99.0.7 known-inside`n")
            Invoke-NamespaceCommand -Namespace $ns { cat /etc/hosts } | Should -Be '10.99.0.7 known-inside'
            & ip netns exec $ns cat /etc/hosts | Should -Be '10.99.0.7 known-inside'
            Invoke-NamespaceCommand -Namespace $ns -KeepMounts { cat /etc/hosts } | Should -Not -Contain '10.99.0.7 known-inside'
            & cat /etc/hosts | Should -Not -Contain '10.99.0.7 known-inside'
        }
        finally {
            [System.IO.Directory]::Delete($folder, $true)
            if (-not $existed) { [System.IO.Directory]::Delete('/etc/netns') }
        }
    }

    It 'runs where the session is in the file system' {
        Push-Location /usr
        try { Invoke-NamespaceCommand -Namespace $ns { "$PWD"; & /bin/pwd } | Should -Be '/usr', '/usr' }
        finally { Pop-Location }
    }

    It 'works in the namespace of a process' {
        $process = Start-NamespaceProcess
        try { Invoke-NamespaceCommand -Namespace $process.Id { readlink /proc/self/ns/net } | Should -Be (& readlink "/proc/$($process.Id)/ns/net") }
        finally { Stop-Program $process }
    }

    It 'must be told where, and says when there is no such place' {
        Assert-Failure { Invoke-NamespaceCommand { 1 } } InvalidArgument InvalidArgument '-Namespace or -Container'
        Get-Failure { Invoke-NamespaceCommand -Namespace nosuchplace { 1 } } | Should -BeLike "*'nosuchplace'*"
    }

    It 'ends at once with Ctrl-C, and the program it runs with it' {
        $mark = "29$([System.Random]::Shared.Next(1000, 9999))"
        $shell = New-Shell 'param($ns, $mark) Invoke-NamespaceCommand -Namespace $ns -FilePath sleep -ArgumentList $mark' $ns, $mark -WithCmdlets
        function Find-Program { & ps -eo args | Where-Object { $_ -like "*sleep $mark" } }
        try {
            $null = $shell.BeginInvoke()
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            while (-not (Find-Program) -and $clock.Elapsed.TotalSeconds -lt 30) { [System.Threading.Thread]::Sleep(100) }
            Find-Program | Should -HaveCount 1
            $clock.Restart()
            $shell.Stop()
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 5
            while ((Find-Program) -and $clock.Elapsed.TotalSeconds -lt 5) { [System.Threading.Thread]::Sleep(100) }
            Find-Program | Should -BeNullOrEmpty
        }
        finally { Remove-Shell $shell }
    }
}
