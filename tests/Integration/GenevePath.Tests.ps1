# Every fault is made on a path that works; the cause must be found by name, and nothing else. Where there is a remedy, it is
# carried out as it is printed, and the path must then work.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/PathFaults.psm1" -Force
    $stages = Get-PathStage
    $variations = Get-PathVariation
    $groups = Get-PathFault | Group-Object { $_.Tag -join ' ' }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
    Import-Module "$PSScriptRoot/PathFaults.psm1" -Force
    $report = [System.Collections.Generic.List[object]]::new()

    # The verdict on a path, which is noted for the report.
    function Get-Verdict ($Stage, $What, $Arguments) {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $verdict = Test-GenevePath @Arguments
        $seconds = [System.Math]::Round($clock.Elapsed.TotalSeconds, 2)
        $report.Add([pscustomobject]@{ Stage = $Stage; Fault = $What; Verdict = $verdict.Cause; Seconds = $seconds })
        $verdict
    }

    # Skips a test that needs what this kernel does not have.
    function Skip-WithoutFeature ($Needs) {
        $missing = Get-MissingFeature $Needs
        if ($missing) { Set-ItResult -Skipped -Because "this kernel does not have $($missing -join ', ')" }
    }

    # Everything that a test could have changed, without what the kernel itself learns and counts as packets pass.
    function Get-PathSnapshot ($Path) {
        $text = foreach ($namespace in $Path.Places.Values | Where-Object { Test-Path "/run/netns/$_" }) {
            & ip -n $namespace -j -d link
            & ip -n $namespace -j addr
            & ip -n $namespace -j -4 route show table all
            & ip -n $namespace -j neigh show nud permanent
            & ip netns exec $namespace sh -c 'cat /proc/sys/net/ipv4/conf/*/* 2>/dev/null'
            & ip netns exec $namespace sh -c 'iptables-legacy-save 2>/dev/null | grep -v "^#" | sed "s/\[[0-9:]*\]//"'
        }
        $timers = 'hello', 'tcn', 'topology_change', 'gc', 'hold', 'forward_delay' | ForEach-Object { "${_}_timer" }
        $passing = ($timers + 'message_age_timer', 'preferred_life_time', 'valid_life_time') -join '|'
        Remove-Passing ($text -join "`n" -replace '"(promiscuity|allmulti)":\d+,' -replace """($passing)"":[\d.]+,?")
    }
}

AfterAll {
    $report | Format-Table -AutoSize | Out-String -Width 140 | Out-Host
}

Describe 'A path that works' -Tag Geneve, StockToo, Full {
    It 'is not accused, seen from both ends or one: <_>' -ForEach $stages {
        $stage = $_
        Use-TestPath $stage {
            param($path)
            foreach ($alone in $false, $true) {
                $arguments = Get-PathArgument $path -Alone:$alone
                $verdict = Get-Verdict $stage ($alone ? 'healthy, seen from here alone' : 'healthy') $arguments
                "$($verdict.Cause) $($verdict.Passed) $($verdict.Received)" | Should -Be 'None True 3' -Because "$($verdict.Sentence)"
                "$($verdict.Warnings)" | Should -Be ''
                $verdict.RttMin | Should -BeGreaterThan ([timespan]::Zero)
                $verdict.OverlayMtu | Should -BeGreaterThan 1000
                Test-GenevePath @arguments -Quiet | Should -BeTrue
                Test-GenevePath @arguments -Static -Quiet | Should -BeTrue
            }
        }
    }

    It 'is not accused with <What> [<Stage>]' -ForEach $variations {
        Skip-WithoutFeature $_['Needs']
        Use-TestPath $Stage {
            param($path, $arguments)
            Invoke-OnPath $path $Change
            $arguments = Get-PathArgument $path -With $_['Arguments']
            $verdict = Test-GenevePath @arguments
            "$($verdict.Cause) $($verdict.Passed) $($verdict.Received)" | Should -Be 'None True 3' -Because "$($verdict.Sentence)"
            "$($verdict.Warnings)" | Should -Be ''
        }
    }

    It 'is not accused where a router tells how much fits, and its MTU is found' {
        Use-TestPath router {
            param($path, $arguments)
            Invoke-OnPath $path @(
                'ip -n $A link set geneve0 type geneve id 1000 remote 10.0.1.250 df set'
                'ip -n $R link set tob mtu 1300'
            )
            $verdict = Test-GenevePath @arguments
            "$($verdict.Cause) $($verdict.Passed) $($verdict.OverlayMtu)" | Should -Be 'None True 1250' -Because "$($verdict.Sentence)"
            "$($verdict.Notes)" | Should -Match 'path MTU discovery'
        }
    }

    It 'is tested with a size, and the verdict says whether that passes' {
        Use-TestPath direct {
            param($path, $arguments)
            $verdict = Test-GenevePath @arguments -Size 2000
            "$($verdict.Cause) $($verdict.Passed)" | Should -Be 'MtuTooLarge False'
            $verdict.Sentence | Should -Match 'EMSGSIZE'
            Test-GenevePath @arguments -Size 1450 -Quiet | Should -BeTrue
            # A veth takes four bytes more than its MTU says: room for a VLAN tag.
            Invoke-OnPath $path 'ip -n $B link set eth0 mtu 1400'
            $verdict = Test-GenevePath @arguments -Size 1400 -Timeout 0.2
            $said = "$($verdict.Cause) $($verdict.Passed) $($verdict.OverlayMtu)"
            $said | Should -Be 'MtuTooLarge False 1354' -Because "$($verdict.Sentence)"
            & ([scriptblock]::Create($verdict.Remedy))
            Test-GenevePath @arguments -Quiet | Should -BeTrue
        }
    }

    It 'needs no -Destination: <_>' -ForEach 'direct', 'bridge', 'ipv6' {
        Use-TestPath $_ {
            param($path)
            $arguments = Get-PathArgument $path
            $expected = $arguments.Destination
            $arguments.Remove('Destination')
            $verdict = Test-GenevePath @arguments
            "$($verdict.Destination) $($verdict.Passed)" | Should -Be "$expected True"
        }
    }

    It 'is as it was after both cmdlets, and no process, socket or capture is left' {
        Use-TestPath container {
            param($path, $arguments)
            $null = Test-GenevePath @arguments
            $before = Get-PathSnapshot $path
            $files = @(Get-ChildItem /proc/self/fd -Name).Count
            $null = Test-GenevePath @arguments
            $null = Trace-GenevePath @arguments
            Get-PathSnapshot $path | Should -Be $before
            # Idle connections to the kernel are kept for a second; sockets that capture are not.
            @(Get-ChildItem /proc/self/fd -Name).Count | Should -BeLessThan ($files + 8)
            @(& ip netns exec $path.Places.A cat /proc/net/packet).Count | Should -Be 1
        }
    }
}

foreach ($group in $groups) {
    Describe 'A path that is broken' -Tag (@('Fault') + ($group.Name -split ' ')) {
        It '<Cause> (<End>): <Fault> [<Stage>]' -ForEach $group.Group {
            Skip-WithoutFeature $_['Needs']
            if ($_['Open']) { Set-ItResult -Skipped -Because "the verdict is wrong: $($_.Open)" }
            $case = $_
            $isFixed = -not $case['NotFixed']
            # Tools named iptables may speak to the other firewall than the one the fault is in.
            $isLegacy = "$Break" -match 'tables-legacy'
            Use-TestPath $Stage {
                param($path)
                Invoke-OnPath $path $Break
                $arguments = Get-PathArgument $path -Alone:([bool]$case['Alone']) -With $case['Arguments']
                # What is answered here is answered in a few milliseconds; waiting a whole second for each fault adds up.
                $arguments.Timeout = 0.3
                if ($case['Deep']) {
                    $arguments.Deep = $true
                    $clean = Get-PathLeftover $path
                }
                $kept = if ($isFixed) { Get-PathKept $path $case['Keeps'] }
                $verdict = try { Get-Verdict $Stage $Fault $arguments }
                finally { if ($case['Undo']) { Invoke-OnPath $path $case.Undo } }
                if ($case['Deep']) { Get-PathLeftover $path | Should -Be $clean }

                $failed = $verdict.Checks | Where-Object Status -EQ Failed
                "$($verdict.Cause) $($verdict.End) $($verdict.Passed)" |
                    Should -Be "$Cause $End False" -Because "$($verdict.Sentence) $($failed -join '; ')"
                $verdict.Sentence | Should -Match ($case['Names'] ?? '\w')
                foreach ($one in $case['Possible']) { "$($verdict.PossibleCauses)" | Should -Match "\b$one\b" }
                if ($case['OpenRemedy']) { Set-ItResult -Skipped -Because "the remedy is wrong: $($case.OpenRemedy)" }
                if (-not $isFixed) { return }
                foreach ($expected in @($case['Next'] | Where-Object { $_ }) + 'None ') {
                    $verdict.Remedy | Should -Not -BeNullOrEmpty
                    $remedy = $isLegacy ? ($verdict.Remedy -replace '\b(ip6?tables) ', '$1-legacy ') : $verdict.Remedy
                    & ([scriptblock]::Create($remedy)) *> $null
                    $verdict = Test-GenevePath @arguments
                    "$($verdict.Cause) $($verdict.End)" | Should -Be $expected -Because "the remedy was: $remedy; $($verdict.Sentence)"
                }
                $verdict.Passed | Should -BeTrue
                $lost = $kept | Where-Object { $_ -notin (Get-PathKept $path $case['Keeps']) }
                $lost | Should -BeNullOrEmpty -Because "it was answered before the remedy: $remedy"
            }
        }
    }
}

Describe 'The table of faults' -Tag NoKernel {
    It 'is in docs/faults.md, as it is here' {
        $lines = Get-Content "$PSScriptRoot/../../docs/faults.md" | Where-Object { $_ -like '|*' }
        $lines | Should -Be @(Get-PathFaultTable)
    }
}
