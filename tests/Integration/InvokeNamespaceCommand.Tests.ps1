# Invoke-NamespaceCommand: what it runs is in the namespace, programs too, and the session stays outside. The judges are the
# kernel's own names for namespaces, /sys, and `ip netns exec`.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
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
        Invoke-NamespaceCommand -Namespace $ns { sh -c 'readlink /proc/$$/ns/net; ip -o -4 addr show inside0' } | Select-Object -Last 1 |
            Should -Match '10\.99\.0\.1/24'
    }

    It 'runs our cmdlets in the namespace, without -Namespace' {
        Invoke-NamespaceCommand -Namespace $ns { (Get-Link).Name } | Sort-Object | Should -Be 'inside0', 'inside1', 'lo'
        Invoke-NamespaceCommand -Namespace $ns { $null = New-Bridge frominside -Up }
        (Get-IpLink $ns frominside).flags | Should -Contain 'UP'
        & ip -n $ns link del frominside
    }

    It 'returns objects, not text' {
        $link = Invoke-NamespaceCommand -Namespace $ns { Get-Link inside0 }
        "$($link.Index) $($link.Namespace)" | Should -Be "$((Get-IpLink $ns inside0).ifindex) $ns"
        ($link | Set-Link -Alias 'set from outside' -PassThru).Alias | Should -Be 'set from outside'
        (Get-IpLink $ns inside0).ifalias | Should -Be 'set from outside'
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
        Invoke-NamespaceCommand -Namespace $ns { "$using:text $($using:table.key[1]) $(& { $using:text.Length })" } |
            Should -Be "$text 2 $($text.Length)"
        Invoke-NamespaceCommand -Namespace $ns { Get-Link $using:ns -ErrorAction Ignore; $text } |
            Should -BeNullOrEmpty -Because 'the caller''s variables are not there without $using:'
    }

    It 'passes words to a program as they are' {
        $words = 'two words', '$HOME', "it's", '"', ';', ''
        Invoke-NamespaceCommand -Namespace $ns -FilePath printf (@('<%s>\n') + $words) | Should -Be ($words | ForEach-Object { "<$_>" })
    }

    It 'returns each object as soon as it is made' {
        # The script makes the second one when the first has come.
        $came = [System.Collections.Concurrent.ConcurrentQueue[int]]::new()
        $script = {
            $queue = $using:came
            1
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            while ($queue.IsEmpty -and $clock.Elapsed.TotalSeconds -lt 20) { [System.Threading.Thread]::Sleep(10) }
            $queue.Count
        }
        Invoke-NamespaceCommand -Namespace $ns $script | ForEach-Object { $came.Enqueue($_); $_ } | Should -Be 1, 1
    }

    It 'ends when the pipeline needs no more' {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        Invoke-NamespaceCommand -Namespace $ns { 1; & /bin/sleep 20; 2 } | Select-Object -First 1 | Should -Be 1
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
    }

    It 'passes errors on and goes on, or ends, as the script does' {
        $script = { 'before'; Get-Link nolink; 'after' }
        $output = Invoke-NamespaceCommand -Namespace $ns $script -ErrorAction SilentlyContinue -ErrorVariable failure
        $output | Should -Be 'before', 'after'
        $failure | Should -HaveCount 1
        "$(($failure[0].FullyQualifiedErrorId -split ',')[0]) $($failure[0].CategoryInfo.Category)" |
            Should -Be 'LinkNotFound ObjectNotFound'

        $seen = [System.Collections.Generic.List[object]]::new()
        $failure = Get-Failure {
            Invoke-NamespaceCommand -Namespace $ns { 'before'; throw 'over'; 'never' } | ForEach-Object { $seen.Add($_) }
        }
        "$failure" | Should -Be 'over'
        $seen | Should -Be 'before'
    }

    It 'passes verbose messages on' {
        Invoke-NamespaceCommand -Namespace $ns { Set-Link inside0 -Up -Verbose } -Verbose 4>&1 | Should -BeLike '*is already as requested*'
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

    It 'shows the links of the namespace in /sys, and the session those of its own' {
        $links = Invoke-NamespaceCommand -Namespace $ns { (Get-ChildItem /sys/class/net -Directory).Name }
        $links | Sort-Object | Should -Be 'inside0', 'inside1', 'lo'
        Invoke-NamespaceCommand -Namespace $ns { cat /sys/class/net/inside0/ifindex } | Should -Be (Get-IpLink $ns inside0).ifindex
        Test-Path /sys/class/net/inside0 | Should -BeFalse
    }

    It 'leaves /sys as it is with -KeepMounts' {
        $script = { Test-Path /sys/class/net/inside0; readlink /proc/self/ns/net; readlink /proc/self/ns/mnt }
        Invoke-NamespaceCommand -Namespace $ns -KeepMounts $script | Should -Be $false, $inside, (& readlink /proc/self/ns/mnt)
    }

    It 'changes neither the namespace nor the mounts of the session' {
        $before = Get-Content /proc/self/mountinfo -Raw
        $mounts = & readlink /proc/self/ns/mnt
        Invoke-NamespaceCommand -Namespace $ns { readlink /proc/self/ns/mnt } | Should -Not -Be $mounts
        Get-Content /proc/self/mountinfo -Raw | Should -BeExactly $before
        & readlink /proc/self/ns/net | Should -Be $own
        & readlink /proc/self/ns/mnt | Should -Be $mounts
    }

    It 'shows the files of /etc/netns/NAME instead of those in /etc, but not to the session' {
        $folder = "/etc/netns/$ns"
        $existed = Test-Path /etc/netns
        $null = New-Item $folder -ItemType Directory -Force
        try {
            Set-Content "$folder/hosts" '10.99.0.7 known-inside'
            Invoke-NamespaceCommand -Namespace $ns { cat /etc/hosts } | Should -Be '10.99.0.7 known-inside'
            & ip netns exec $ns cat /etc/hosts | Should -Be '10.99.0.7 known-inside'
            Invoke-NamespaceCommand -Namespace $ns -KeepMounts { cat /etc/hosts } | Should -Not -Contain '10.99.0.7 known-inside'
            & cat /etc/hosts | Should -Not -Contain '10.99.0.7 known-inside'
        }
        finally {
            Remove-Item $folder -Recurse
            if (-not $existed) { Remove-Item /etc/netns }
        }
    }

    It 'runs in the current location of the session' {
        Push-Location /usr
        try { Invoke-NamespaceCommand -Namespace $ns { "$PWD"; & /bin/pwd } | Should -Be '/usr', '/usr' }
        finally { Pop-Location }
    }

    It 'gives a script block and a program what is piped, where it was typed where they run' {
        1, 2, 3 | Invoke-NamespaceCommand -Namespace $ns { "$($input | ForEach-Object { $_ * 2 })" } | Should -Be '2 4 6'
        'b', 'a' | Invoke-NamespaceCommand -Namespace $ns -FilePath sort | Should -Be 'a', 'b'
        @() | Invoke-NamespaceCommand -Namespace $ns { "no $($input.MoveNext())" } | Should -Be 'no False'
        Get-NetworkNamespace $ns | Invoke-NamespaceCommand { readlink /proc/self/ns/net; @($input).Count } | Should -Be $inside, 0
    }

    It 'works in the namespace of a process' {
        $process = Start-NamespaceProcess
        try {
            Invoke-NamespaceCommand -Namespace $process.Id { readlink /proc/self/ns/net } |
                Should -Be (& readlink "/proc/$($process.Id)/ns/net")
        }
        finally { Stop-Program $process }
    }

    It 'needs to know where, and says when there is no such place' {
        Assert-Failure { Invoke-NamespaceCommand { 1 } } InvalidArgument InvalidArgument '-Namespace or -Container'
        Get-Failure { Invoke-NamespaceCommand -Namespace nosuchplace { 1 } } | Should -BeLike "*'nosuchplace'*"
    }

    It 'ends at once with Ctrl-C, and so does the program it runs' {
        $mark = "29$(Get-Random -Minimum 1000 -Maximum 9999)"
        $text = 'param($ns, $mark) Invoke-NamespaceCommand -Namespace $ns -FilePath sleep -ArgumentList $mark'
        $shell = New-Shell $text $ns, $mark -WithCmdlets
        function Find-Program { & ps -eo args | Where-Object { $_ -like "*sleep $mark" } }
        try {
            $null = $shell.BeginInvoke()
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            while (-not (Find-Program) -and $clock.Elapsed.TotalSeconds -lt 30) { Start-Sleep -Milliseconds 100 }
            Find-Program | Should -HaveCount 1
            $clock.Restart()
            $shell.Stop()
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 5
            while ((Find-Program) -and $clock.Elapsed.TotalSeconds -lt 20) { Start-Sleep -Milliseconds 100 }
            Find-Program | Should -BeNullOrEmpty
        }
        finally { Remove-Shell $shell }
    }
}

BeforeDiscovery {
    function Get-Plain { 'plain' }
    function Get-Parts { begin { 'begin' } process { "process $_" } end { 'end' } }
    function Get-Default { param($a = 'default', [switch] $Flag) "$a $Flag" }
}

Describe 'A script block means what it means to <Judge>' -Tag NoKernel -ForEach @(
    @{
        Judge  = 'Start-ThreadJob'
        Blocks = @(
            { { 1 } }
            { { 1 }, { { 2 } } | ForEach-Object { & $_ } }
            { @{ a = 1 }['a'] }
            { { param($x) $x * 2 }.Invoke(4) }
            { & { 'inner' }; 'outer' }
            { param($a, $b = 7) "$a $b $($args.Count)" }
            { begin { 'begin' } process { "process $_" } end { 'end' } }
            { process { 'only process' } }
            { [CmdletBinding()] param([int] $n = 3) $n }
            { $args.Count }
            ${function:Get-Plain}
            ${function:Get-Parts}
            ${function:Get-Default}
            { $using:text }
            { $using:TEXT }
            { ($using:list).Count }
            { , $using:list | ForEach-Object Count }
            { $null -eq $using:nothing }
            { 1, 2, 3 | Where-Object { $_ -in $using:list } }
            { function f { $using:text }; f }
            { & { & { $using:text } } }
            { 'one'; return 'two'; 'three' }
            { 'one'; Write-Error 'goes on'; 'two' }
            { 'one'; 1 / 0; 'two' }
            { try { throw 'caught' } catch { "$_" } finally { 'finally' } }
            { trap { 'trapped'; continue } throw 'x'; 'after' }
            { 'one'; nosuchcommand; 'two' }
            { sh -c 'exit 7' || 'failed' }
            { sh -c 'echo err >&2' 2>&1 | ForEach-Object { "$_" } }
            { "[$PSScriptRoot] [$PSCommandPath] [$($MyInvocation.MyCommand.Name)]" }
            { $null -eq $text }
            { 1, (2, 3), @() }
            { , (1, 2) | ForEach-Object { $_.Count } }
            { foreach ($i in 1..5) { if ($i -eq 3) { break }; $i } }
            { 'one'; break; 'two' }
            { class C { [int] $x = 5 }; [C]::new().x }
            { <# a comment #> 'x' # another } and a brace
            }
        ).ForEach({ @{ Block = $_ } })
    }
    @{
        # Another process, as with Invoke-Command. It is slower, and the judge of what a job in this process cannot do.
        Judge  = 'Start-Job'
        Blocks = @(
            { "in text: $using:text $($using:list[1]) $($using:table.Key)" }
            { $using:list[1]; $using:list[-1]; $using:table.Key; $using:table['Key'] }
            { $using:table['KEY']; $using:table.Inner.Deep[1]; & { $using:table.Inner['Deep'][0] } }
            { 'one'; throw 'over'; 'two' }
            { 'one'; Write-Error 'stops' -ErrorAction Stop; 'two' }
            { 'one'; $ErrorActionPreference = 'Stop'; Get-Item /no/such/file; 'two' }
            { $null }
            { $using:env:GENEVENET_TEST }
            { $using:env:GENEVENET_NO_TEST }
            { $using:global:PID -gt 0 }
            { "$using:function:Get-Plain" }
            { $using:nosuchvariable }
            { 'one'; exit 3; 'two' }
            { & { exit 4 }; 'two' }
            { $text = 'inner'; 1 | ForEach-Object -Parallel { $using:text } }
            { 1, 2 | ForEach-Object -Parallel { $_ * 2 } -ThrottleLimit 1 }
            { 1 | ForEach-Object -Parallel { $using:nosuchvariable } }
        ).ForEach({ @{ Block = $_ } })
    }
) {
    BeforeAll {
        $place = Get-TestName
        Add-TestNamespace $place
        $text = 'a text'
        $list = 1, 2, 3
        $table = @{ Key = 'value'; Inner = @{ Deep = 'x', 'y' } }
        $nothing = $null
        $env:GENEVENET_TEST = 'from the environment'
        function Get-Plain { 'plain' }

        # All that comes of it, in order: values with their types, errors with their ids.
        function Get-Outcome ([scriptblock] $Script) {
            $all = [System.Collections.Generic.List[object]]::new()
            try { & $Script 2>&1 | ForEach-Object { $all.Add($_) } }
            catch { $all.Add($_) }
            foreach ($one in $all) {
                if ($null -eq $one) { 'null' }
                elseif ($one -is [System.Management.Automation.ErrorRecord]) { "error: $(($one.FullyQualifiedErrorId -split ',')[0])" }
                else { "$($one.GetType().Name): $one" }
            }
        }
    }

    AfterAll {
        Remove-TestNamespace $place
        Remove-Item Env:GENEVENET_TEST
    }

    It '<Block>' -ForEach $Blocks {
        $expected = Get-Outcome { & $Judge $Block | Receive-Job -Wait -AutoRemoveJob }
        Get-Outcome { Invoke-NamespaceCommand -Namespace $place $Block } | Should -Be $expected
    }
}

Describe 'A script in a namespace' {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'ends by exit, and the session goes on' {
        Invoke-NamespaceCommand -Namespace $ns { 'one'; exit 3; 'two' } | Should -Be 'one'
        $LASTEXITCODE | Should -Be 3
        Invoke-Engine "Invoke-NamespaceCommand -Namespace $ns { exit 4 }; `"still here, `$LASTEXITCODE`"; exit 0" | Should -Be 'still here, 4'
    }

    It 'is in there with all that it hands to other threads, and nothing else is' {
        $expected = & ip netns exec $ns readlink /proc/self/ns/net
        Invoke-NamespaceCommand -Namespace $ns {
            1, 2 | ForEach-Object -Parallel { readlink /proc/self/ns/net }
            Start-ThreadJob { readlink /proc/self/ns/net } | Receive-Job -Wait -AutoRemoveJob
            Start-Job { readlink /proc/self/ns/net } | Receive-Job -Wait -AutoRemoveJob
        } | Should -Be (@($expected) * 4)

        # A thread of the pool reads what links there are where it is.
        & ip -n $ns link add dummy-inside type veth peer name dummy-peer
        $read = [System.IO.File].GetMethod('ReadAllText', [type[]]@([string]))
        $look = [System.Delegate]::CreateDelegate([Func[string]], '/proc/thread-self/net/dev', $read)
        Invoke-NamespaceCommand -Namespace $ns {
            1..20 | ForEach-Object { [System.Threading.Tasks.Task]::Run[string]($using:look).GetAwaiter().GetResult() }
        } | Should -BeLike '*dummy-inside*'
        1..20 | ForEach-Object { [System.Threading.Tasks.Task]::Run[string]($look).GetAwaiter().GetResult() } |
            Should -Not -BeLike '*dummy-inside*'
        ForEach-Object -Parallel { readlink /proc/self/ns/net } -InputObject 1 | Should -Be (& readlink /proc/self/ns/net)
    }

    It 'needs the variables that it asks for' {
        Assert-Failure { Invoke-NamespaceCommand -Namespace $ns { 'never'; $using:nosuchvariable } } UsingVariableIsUndefined InvalidArgument `
            'nosuchvariable'
        $something = @{ key = 1 }
        Assert-Failure { Invoke-NamespaceCommand -Namespace $ns { $using:something.nosuchkey } } UsingVariableIsUndefined InvalidArgument `
            'nosuchkey'
    }
}
