# Rules that let bridged packets through the FORWARD chain, in both of the kernel's firewalls; judged by iptables itself and
# by pings through a bridge.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # Whether the kernel has that firewall; tried in a new namespace.
    function Test-Backend ($Program) {
        $null = & unshare --net $Program -I FORWARD -j ACCEPT 2>&1
        $LASTEXITCODE -eq 0
    }

    # Two stations with a bridge between them: 10.0.0.2 behind p0, 10.0.0.3 behind p1.
    function Add-TestBridge ($Namespace, $Left, $Right) {
        Add-TestNamespace $Namespace, $Left, $Right
        Invoke-IpBatch $Namespace @(
            'link add br0 type bridge'
            'link set br0 up'
            "link add p0 type veth peer name q0 netns $Left"
            "link add p1 type veth peer name q1 netns $Right"
            'link set p0 master br0 up'
            'link set p1 master br0 up'
        )
        Invoke-IpBatch $Left 'addr add 10.0.0.2/24 dev q0', 'link set q0 up'
        Invoke-IpBatch $Right 'addr add 10.0.0.3/24 dev q1', 'link set q1 up'
        if (Test-Path /proc/sys/net/bridge) { & ip netns exec $Namespace sysctl -q net.bridge.bridge-nf-call-iptables=1 }
    }

    # iptables-nft has a comment on the tables of the other where there are any.
    function Get-Chain ($Namespace, $Program) { & ip netns exec $Namespace $Program -S FORWARD 2>$null }

    # Adds rules for bridges, each in a session or process of its own, which all wait for each other. Returns what went wrong.
    function Add-RuleAtOnce ($Kind, $Namespace, [string[]] $Bridges) {
        $folder = New-Item -ItemType Directory "$TestDrive/$(New-Guid)"
        $adders = foreach ($bridge in $Bridges) {
            $text = "`$null = New-Item '$folder/ready-$(New-Guid)'; while (-not (Test-Path '$folder/go')) { Start-Sleep -Milliseconds 2 }" +
                "Add-BridgeForwardRule $bridge -Namespace $Namespace"
            if ($Kind -eq 'sessions') {
                $shell = New-Shell $text -WithCmdlets
                @{ Shell = $shell; Wait = $shell.BeginInvoke() }
            }
            else {
                $engine, [array] $arguments = Get-EngineCommand
                $text = "Import-Module '$(Convert-Path "$PSScriptRoot/../../GeneveNet.psd1")'; $text"
                @{ Process = Start-Program $engine ($arguments + '-NoProfile', '-NonInteractive', '-Command', $text) }
            }
        }
        while (@(Get-ChildItem $folder).Count -lt $Bridges.Count) { Start-Sleep -Milliseconds 10 }
        $null = New-Item "$folder/go"
        foreach ($adder in $adders) {
            if ($adder.Shell) {
                $adder.Shell.EndInvoke($adder.Wait)
                $adder.Shell.Streams.Error
                Remove-Shell $adder.Shell
            }
            else {
                $adder.Process.StandardError.ReadToEnd(), $adder.Process.StandardOutput.ReadToEnd() -ne ''
                $adder.Process.WaitForExit()
                if ($adder.Process.ExitCode -ne 0) { "exit code $($adder.Process.ExitCode)" }
                $adder.Process.Dispose()
            }
        }
    }

    function Test-Through ($Left) {
        $null = & ip netns exec $Left ping -n -q -c 1 -W 1 10.0.0.3
        $LASTEXITCODE -eq 0
    }
    $rule = '-A FORWARD -i br0 -o br0 -j ACCEPT'
}

Describe 'A forward rule for a bridge in <_.Backend>' -ForEach @(
    @{ Backend = 'Legacy'; Program = 'iptables-legacy'; Program6 = 'ip6tables-legacy' }
    @{ Backend = 'Nft'; Program = 'iptables-nft'; Program6 = 'ip6tables-nft' }
) {
    BeforeAll {
        $backend, $program, $program6 = $_.Backend, $_.Program, $_.Program6
        $known = Test-Backend $program
        if ($known) {
            $ns, $left, $right = (Get-TestName), (Get-TestName), (Get-TestName)
            Add-TestBridge $ns $left $right
            $null = & ip netns exec $ns $program -P FORWARD DROP 2>&1
            $filters = Test-Path /proc/sys/net/bridge
        }
    }

    BeforeEach {
        if (-not $known) { Set-ItResult -Skipped -Because "this kernel has no place for the rules of $program" }
    }

    AfterAll {
        if ($known) { Remove-TestNamespace $ns, $left, $right }
    }

    It 'is added where the chain drops, once, and packets pass' {
        if ($filters) { Test-Through $left | Should -BeFalse }
        $added = Add-BridgeForwardRule br0 -PassThru -Namespace $ns
        "$($added.Bridge) $($added.OutBridge) $($added.Backend) $($added.Position) $($added.IsIPv6)" | Should -Be "br0 br0 $backend 1 False"
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP', $rule
        Test-Through $left | Should -BeTrue
        Get-Verbose { Add-BridgeForwardRule br0 -Namespace $ns -Verbose } | Should -BeLike "*($backend)*already has the rule*"
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP', $rule
    }

    It 'is found with its place in the chain' {
        & ip netns exec $ns $program -I FORWARD -s 192.0.2.0/24 -j DROP
        $found = Get-BridgeForwardRule -Namespace $ns
        "$($found.Bridge) $($found.Backend) $($found.Position) $found" | Should -Be "br0 $backend 2 $rule"
        Get-BridgeForwardRule b* -Namespace $ns | Should -HaveCount 1
        Get-BridgeForwardRule other* -Namespace $ns | Should -BeNullOrEmpty
        & ip netns exec $ns $program -D FORWARD -s 192.0.2.0/24 -j DROP
    }

    It 'is not confused with one that has a further condition' {
        & ip netns exec $ns $program -D FORWARD -i br0 -o br0 -j ACCEPT
        & ip netns exec $ns $program -A FORWARD -i br0 -o br0 -p tcp -j ACCEPT
        Get-BridgeForwardRule -Namespace $ns | Should -BeNullOrEmpty
        Add-BridgeForwardRule br0 -Namespace $ns
        (Get-Chain $ns $program)[1] | Should -Be $rule
        & ip netns exec $ns $program -D FORWARD -i br0 -o br0 -p tcp -j ACCEPT
    }

    It 'stays with -WhatIf' {
        Remove-BridgeForwardRule br0 -WhatIf -Namespace $ns
        Get-BridgeForwardRule -Namespace $ns | Remove-BridgeForwardRule -WhatIf
        Get-Chain $ns $program | Should -Contain $rule
    }

    It 'is removed, from the pipeline or by name, and packets stop' {
        Get-BridgeForwardRule -Namespace $ns | Remove-BridgeForwardRule -Confirm:$false
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP'
        if ($filters) { Test-Through $left | Should -BeFalse }
        Assert-Failure { Remove-BridgeForwardRule br0 -Confirm:$false -Namespace $ns } ForwardRuleNotFound ObjectNotFound "'br0'"
        Add-BridgeForwardRule br0 -Namespace $ns
        Remove-BridgeForwardRule br0 -Confirm:$false -Namespace $ns
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP'
    }

    It 'goes to the head when a rule that may drop has come before it, in one step' {
        & ip netns exec $ns $program -N DOCKER-USER
        & ip netns exec $ns $program -A FORWARD -i br0 -o br0 -j ACCEPT
        & ip netns exec $ns $program -A FORWARD -i br0 -o br0 -j ACCEPT
        & ip netns exec $ns $program -I FORWARD -j DOCKER-USER
        try {
            $before = Get-Chain $ns $program
            Add-BridgeForwardRule br0 -WhatIf -Namespace $ns
            Get-Chain $ns $program | Should -Be $before
            (Add-BridgeForwardRule br0 -PassThru -Namespace $ns).Position | Should -Be 1
            Get-Chain $ns $program | Should -Be '-P FORWARD DROP', $rule, '-A FORWARD -j DOCKER-USER'
            Get-Verbose { Add-BridgeForwardRule br0 -Namespace $ns -Verbose } | Should -BeLike '*already has the rule*'
        }
        finally {
            & ip netns exec $ns $program -F FORWARD
            & ip netns exec $ns $program -X DOCKER-USER
        }
    }

    It 'stays where it is behind rules that drop nothing of the bridge' {
        & ip netns exec $ns $program -A FORWARD -i eth9 -j DROP
        & ip netns exec $ns $program -A FORWARD -i br0 -o br0 -j ACCEPT
        try {
            $before = Get-Chain $ns $program
            (Add-BridgeForwardRule br0 -PassThru -Namespace $ns).Position | Should -Be 2
            Get-Chain $ns $program | Should -Be $before
        }
        finally { & ip netns exec $ns $program -F FORWARD }
    }

    It 'has the name of the bridge, also when that is given by a further name' {
        $further = "a-further-name-of-$ns"
        & ip -n $ns link property add dev br0 altname $further altname short0
        foreach ($name in $further, 'short0') {
            (Add-BridgeForwardRule $name -PassThru -Namespace $ns).Bridge | Should -Be br0
            Get-Chain $ns $program | Should -Be '-P FORWARD DROP', $rule
            if ($filters) { Test-Through $left | Should -BeTrue }
            (Get-BridgeForwardRule $name -Namespace $ns).Bridge | Should -Be br0
            Remove-BridgeForwardRule $name -Confirm:$false -Namespace $ns
            Get-Chain $ns $program | Should -Be '-P FORWARD DROP'
        }
        Add-BridgeForwardRule br0 -OutBridge $further -Namespace $ns
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP', $rule
        Remove-BridgeForwardRule $further -OutBridge short0 -Confirm:$false -Namespace $ns
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP'
    }

    It 'is made once, and once for each bridge, by six <Kind> at once' -Tag NoKernel -ForEach @(
        # Several times: whether they meet is chance.
        @{ Kind = 'sessions'; Rounds = 5 }
        @{ Kind = 'processes'; Rounds = 1 }
    ) {
        & ip -n $ns link add br1 type bridge
        $other = $rule -replace 'br0', 'br1'
        try {
            foreach ($round in 1..$Rounds) {
                Add-RuleAtOnce $Kind $ns 'br0', 'br1', 'br0', 'br1', 'br0', 'br0' | Should -BeNullOrEmpty
                Get-Chain $ns $program | Sort-Object | Should -Be $rule, $other, '-P FORWARD DROP'
                Remove-BridgeForwardRule br0 -Confirm:$false -Namespace $ns
                Get-Chain $ns $program | Should -Be '-P FORWARD DROP', $other
                & ip netns exec $ns $program -F FORWARD
            }
        }
        finally {
            & ip netns exec $ns $program -F FORWARD
            & ip -n $ns link del br1
        }
    }

    It 'is not made for a bridge whose name iptables reads as a wildcard: <Why>' -ForEach @(
        @{ Why = 'a plus'; Arguments = @{ Bridge = '+' } }
        @{ Why = 'a plus at the end'; Arguments = @{ Bridge = 'br+' } }
        @{ Why = 'by its further name'; Arguments = @{ Bridge = 'plain' } }
        @{ Why = 'the bridge that packets leave by'; Arguments = @{ Bridge = 'br0'; OutBridge = 'br+' } }
        @{ Why = 'that bridge by its further name'; Arguments = @{ Bridge = 'br0'; OutBridge = 'plain' } }
        @{ Why = 'where the firewall is named'; Arguments = @{ Bridge = 'br+'; Backend = 'Legacy', 'Nft' } }
        @{ Why = 'for IPv6'; Arguments = @{ Bridge = '+'; IPv6 = $true } }
        @{ Why = 'with -WhatIf'; Arguments = @{ Bridge = '+'; WhatIf = $true } }
        @{ Why = 'of no link at all'; Arguments = @{ Bridge = 'nobody+' } }
    ) {
        Invoke-IpBatch $ns 'link add + type bridge', 'link add br+ type bridge', 'link property add dev br+ altname plain'
        try {
            Assert-Failure { Add-BridgeForwardRule @Arguments -Namespace $ns } WildcardBridgeName InvalidArgument 'wildcard'
            foreach ($one in $program, $program6) { Get-Chain $ns $one | Where-Object { $_ -like '-A*' } | Should -BeNullOrEmpty }
        }
        finally { Invoke-IpBatch $ns 'link del +', 'link del br+' }
    }

    It 'that others made with a wildcard can be removed' {
        & ip netns exec $ns $program -A FORWARD -i br+ -o br+ -j ACCEPT
        Remove-BridgeForwardRule br+ -Confirm:$false -Namespace $ns
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP'
    }

    It 'is not added with -WhatIf' {
        Add-BridgeForwardRule br0 -WhatIf -Namespace $ns
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP'
    }

    It 'is for IPv6 where that is asked for' {
        $null = & ip netns exec $ns $program6 -P FORWARD DROP 2>&1
        $before = Get-Chain $ns $program
        (Add-BridgeForwardRule br0 -IPv6 -PassThru -Namespace $ns).IsIPv6 | Should -BeTrue
        Get-Chain $ns $program6 | Should -Be '-P FORWARD DROP', $rule
        Get-Chain $ns $program | Should -Be $before
        Remove-BridgeForwardRule br0 -IPv6 -Confirm:$false -Namespace $ns
        Get-Chain $ns $program6 | Should -Be '-P FORWARD DROP'
    }

    It 'says when there is no such bridge' {
        Assert-Failure { Add-BridgeForwardRule br9 -Namespace $ns } LinkNotFound ObjectNotFound
        Assert-Failure { Add-BridgeForwardRule p0 -Namespace $ns } NotABridge InvalidArgument
        Get-Chain $ns $program | Should -Be '-P FORWARD DROP'
    }
}

Describe 'A forward rule where both firewalls filter' {
    BeforeAll {
        $both = (Test-Backend iptables-legacy) -and (Test-Backend iptables-nft)
        if ($both) {
            $ns, $left, $right = (Get-TestName), (Get-TestName), (Get-TestName)
            Add-TestBridge $ns $left $right
            foreach ($program in 'iptables-legacy', 'iptables-nft') { $null = & ip netns exec $ns $program -P FORWARD DROP 2>&1 }
        }
    }

    BeforeEach {
        if (-not $both) { Set-ItResult -Skipped -Because 'this kernel has only one of the firewalls' }
    }

    AfterAll {
        if ($both) { Remove-TestNamespace $ns, $left, $right }
    }

    It 'is added to both, since a packet must get through both' {
        # One object, so that what follows in a pipeline is done only once.
        $added = @(Add-BridgeForwardRule br0 -PassThru -Namespace $ns)
        $added.Count | Should -Be 1
        Get-BridgeForwardRule -Namespace $ns | ForEach-Object { "$($_.Backend)" } | Should -Be 'Legacy', 'Nft'
        foreach ($program in 'iptables-legacy', 'iptables-nft') { Get-Chain $ns $program 2>$null | Should -Be '-P FORWARD DROP', $rule }
        Test-Through $left | Should -BeTrue
    }

    It 'is removed from both' {
        Remove-BridgeForwardRule br0 -Confirm:$false -Namespace $ns
        foreach ($program in 'iptables-legacy', 'iptables-nft') { Get-Chain $ns $program 2>$null | Should -Be '-P FORWARD DROP' }
    }

    It 'is added to the one that is named' {
        Add-BridgeForwardRule br0 -Backend Nft -Namespace $ns
        Get-Chain $ns iptables-legacy | Should -Be '-P FORWARD DROP'
        Get-Chain $ns iptables-nft 2>$null | Should -Contain $rule
    }
}

Describe 'A forward rule where nothing filters: <What>' -ForEach @(
    @{ What = 'no firewall is in use'; Setup = @() }
    @{ What = 'br_netfilter is off'; Setup = 'sysctl -q net.bridge.bridge-nf-call-iptables=0', 'iptables-legacy -P FORWARD DROP' }
) {
    BeforeAll {
        $known = Test-Path /proc/sys/net/bridge
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns 'link add br0 type bridge', 'link add br1 type bridge'
        if ($known) { foreach ($line in $Setup) { & ip netns exec $ns sh -c $line } }
        $rules = { 'iptables-legacy', 'iptables-nft' | ForEach-Object { Get-Chain $ns $_ } | Where-Object { $_ -like '-A*' } }
    }

    BeforeEach {
        if (-not $known) { Set-ItResult -Skipped -Because 'this kernel does not have br_netfilter' }
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    It 'is not added, and one warning says so' {
        Add-BridgeForwardRule br0 -Namespace $ns -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $warnings | Should -HaveCount 1
        "$warnings" | Should -BeLike "No rule was added for bridge 'br0' in network namespace '$ns': nothing filters its IPv4 packets now*"
        & $rules | Should -BeNullOrEmpty
        Get-BridgeForwardRule -Namespace $ns | Should -BeNullOrEmpty
    }

    It 'lets the rest of a pipeline run' {
        $passed = Get-Bridge br0 -Namespace $ns | Add-BridgeForwardRule -PassThru -WarningAction SilentlyContinue
        "$($passed.Bridge) $($passed.OutBridge) $($passed.Position) $($passed.Namespace)" | Should -Be "br0 br0 0 $ns"
        Assert-Failure { $passed | Remove-BridgeForwardRule -Confirm:$false } ForwardRuleNotFound ObjectNotFound
        & $rules | Should -BeNullOrEmpty
    }

    It 'is added all the same where a firewall is named' {
        (Add-BridgeForwardRule br0 -Backend Legacy -PassThru -Namespace $ns).Position | Should -Be 1
        & $rules | Should -Be $rule
        Remove-BridgeForwardRule br0 -Confirm:$false -Namespace $ns
    }

    It 'is added where it is off for the namespace, but on for the bridge' {
        if ($Setup) {
            & ip -n $ns link set br0 type bridge nf_call_iptables 1
            Add-BridgeForwardRule br0 -Namespace $ns -WarningVariable warnings
            $warnings | Should -BeNullOrEmpty
            & $rules | Should -Be $rule
            Remove-BridgeForwardRule br0 -Confirm:$false -Namespace $ns
            & ip -n $ns link set br0 type bridge nf_call_iptables 0
        }
    }

    It 'is added for packets that are routed to another bridge' {
        if ($Setup) {
            Add-BridgeForwardRule br0 br1 -Namespace $ns
            & $rules | Should -Be '-A FORWARD -i br0 -o br1 -j ACCEPT'
            Remove-BridgeForwardRule br0 br1 -Confirm:$false -Namespace $ns
        }
    }
}

Describe 'An iptables that <What>' -Tag NoKernel -ForEach @(
    @{ What = 'refuses'; Script = "echo 'cannot be done today' >&2; exit 1"; Words = 'failed with exit code 1: cannot be done today' }
    @{ What = 'says nothing'; Script = 'exit 3'; Words = 'failed with exit code 3.' }
    @{
        What     = 'is not allowed to'
        Category = 'PermissionDenied'
        Words    = 'exit code 4', 'run as root'
        Script   = "echo 'Permission denied (you must be root)' >&2; exit 4"
    }
    @{ What = 'is killed'; Script = 'kill -KILL $$'; Words = 'was ended by signal 9.' }
    @{ What = 'crashes'; Script = 'kill -SEGV $$'; Words = 'was ended by signal 11.' }
    @{ What = 'prints nothing'; Script = 'exit 0'; Words = 'printed something else than the rules' }
    @{ What = 'prints something else'; Script = 'echo Chain FORWARD'; Words = 'printed something else than the rules' }
    @{ What = 'prints escape sequences'; Script = "printf '\033[31mred\n' >&2; exit 1"; Words = 'exit code 1: `[31mred' }
    @{ What = 'prints very much'; Script = 'head -c 5000000 /dev/zero >&2; exit 1'; Words = 'failed with exit code 1' }
    @{ What = 'is not a program'; Script = $null; Words = 'cannot be started: Exec format error (ENOEXEC)' }
) {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        & ip -n $ns link add br0 type bridge
        $path = $env:PATH
        foreach ($name in 'iptables-nft', 'iptables-nft-restore', 'iptables-legacy', 'iptables-legacy-restore') {
            Set-Content "$TestDrive/$name" ($Script ? "#!/bin/sh`n$Script" : [char]0x7f + 'ELF nonsense')
            & chmod +x "$TestDrive/$name"
        }
        $env:PATH = "$TestDrive`:$path"
    }

    AfterAll {
        $env:PATH = $path
        Remove-TestNamespace $ns
    }

    It 'is one error of <_>' -ForEach @(
        'Get-BridgeForwardRule'
        'Add-BridgeForwardRule br0'
        'Add-BridgeForwardRule br0 -Backend Nft'
        'Remove-BridgeForwardRule br0 -Confirm:$false'
        # An old firewall that is empty is not listed: the kernel says that it is.
        if ($Words -notlike 'printed*') { 'Add-BridgeForwardRule br0 -Backend Legacy' }
    ) {
        $failed = @(& ([scriptblock]::Create("$_ -Namespace $ns -ErrorAction Continue")) 2>&1)
        $failed | Should -HaveCount 1
        $wanted = 'IptablesFailed {0} NetworkException' -f ($Category ?? 'NotSpecified')
        $seen = ($failed[0].FullyQualifiedErrorId -split ',')[0], $failed[0].CategoryInfo.Category, $failed[0].Exception.GetType().Name
        "$seen" | Should -Be $wanted -Because "the error was: $failed"
        foreach ($one in $Words) { "$failed" | Should -BeLike "*$one*" }
        "$failed".Length | Should -BeLessThan 900
    }
}

Describe 'An iptables that refuses changes only' {
    It 'is named with what was to be changed, and nothing is' {
        $ns = Get-TestName
        Add-TestNamespace $ns
        & ip -n $ns link add br0 type bridge
        $path = $env:PATH
        $list = "case `"`$*`" in *-S*) echo '-P FORWARD DROP'; CHAIN exit;; esac"
        try {
            foreach ($case in @{ Chain = ''; Words = 'iptables-nft -I FORWARD -i br0 -o br0 -j ACCEPT' },
                @{ Chain = "echo '-A FORWARD -j DROP'; echo '$rule';"; Words = 'iptables-nft-restore' }) {
                foreach ($name in 'iptables-nft', 'iptables-nft-restore') {
                    $lines = '#!/bin/sh', ($list -replace 'CHAIN', $case.Chain), "echo 'cannot be done today' >&2", 'exit 4'
                    Set-Content "$TestDrive/$name" $lines
                    & chmod +x "$TestDrive/$name"
                }
                $env:PATH = "$TestDrive`:$path"
                Assert-Failure {
                    Add-BridgeForwardRule br0 -Backend Nft -Namespace $ns
                } IptablesFailed NotSpecified $case.Words, 'failed with exit code 4: cannot be done today'
            }
        }
        finally {
            $env:PATH = $path
            Remove-TestNamespace $ns
        }
    }
}

Describe 'An iptables that does not end' {
    It 'does not keep Ctrl-C waiting, and is ended' {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Set-Content "$TestDrive/iptables-nft" "#!/bin/sh`necho `$`$ > $TestDrive/pid`nexec sleep 100"
        & chmod +x "$TestDrive/iptables-nft"
        $path = $env:PATH
        try {
            $env:PATH = "$TestDrive`:$path"
            $shell = New-Shell "Get-BridgeForwardRule -Namespace $ns" -WithCmdlets
            $null = $shell.BeginInvoke()
            foreach ($attempt in 1..200) {
                if ((Test-Path "$TestDrive/pid") -and (Get-Content "$TestDrive/pid")) { break }
                Start-Sleep -Milliseconds 20
            }
            (Measure-Command { $shell.Stop() }).TotalSeconds | Should -BeLessThan 3
            Get-Process -Id (Get-Content "$TestDrive/pid") -ErrorAction Ignore | Should -BeNullOrEmpty
        }
        finally {
            $env:PATH = $path
            Remove-Shell $shell
            Remove-TestNamespace $ns
        }
    }
}

Describe 'A forward rule <Where>' -Tag NoKernel -ForEach @(
    @{
        Where  = 'of an ordinary user'
        Prefix = 'unshare', '--net', 'sh', '-c', 'ip link add br0 type bridge; iptables-legacy -P FORWARD DROP; exec "$@"', 'sh',
        'setpriv', '--bounding-set', '-net_admin,-sys_admin', '--inh-caps', '-net_admin,-sys_admin', '--'
        Get    = 'IptablesFailed PermissionDenied *run as root.'
        Add    = 'IptablesFailed PermissionDenied *run as root.'
        Remove = 'IptablesFailed PermissionDenied *run as root.'
    }
    @{
        Where  = 'on a host without iptables'
        Prefix = 'unshare', '--net', '--mount', 'sh', '-c', 'ip link add br0 type bridge; mount -t tmpfs tmpfs /usr/sbin; exec "$@"', 'sh'
        Get    = 'nothing'
        Add    = 'IptablesNotFound ObjectNotFound *Install the package iptables.'
        Remove = 'ForwardRuleNotFound ObjectNotFound *'
    }
) {
    It 'is one typed error of each cmdlet' {
        $text = Invoke-Engine @'
            $ErrorActionPreference = 'Stop'
            $tasks = @{
                Get    = { Get-BridgeForwardRule }
                Add    = { Add-BridgeForwardRule br0 }
                Remove = { Remove-BridgeForwardRule br0 -Confirm:$false }
            }
            $tasks.GetEnumerator() | ForEach-Object {
                $name, $task = $_.Key, $_.Value
                try { "$name=$((& $task) ?? 'nothing')" }
                catch { "$name=$(($_.FullyQualifiedErrorId -split ',')[0]) $($_.CategoryInfo.Category) $_" -replace "`n", ' ' }
            }
'@ -Prefix $Prefix
        $seen = @{}
        foreach ($line in $text -split "`n") { $seen[($line -split '=')[0]] = $line -replace '^\w+=' }
        foreach ($task in 'Get', 'Add', 'Remove') {
            $seen[$task] | Should -BeLike (Get-Variable $task -ValueOnly) -Because "that is what $task says, of all of:`n$text"
        }
    }
}
