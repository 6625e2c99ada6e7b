# Every fault is made on a path that works; the cause must be found by name, and nothing else. Where there is a remedy, it is
# carried out as it is printed, and the path must then work.

BeforeDiscovery {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'PathFaults.psm1')) -Force
    $faults = @(Get-PathFault)
    $stages = @(Get-PathStage)
    $variations = @(Get-PathVariation)
}

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Common.psm1'))
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'PathFaults.psm1')) -Force
    # The remedies ask before they remove something; whoever pastes them is asked, a test is not.
    $ConfirmPreference = 'None'
    $report = [System.Collections.Generic.List[string]]::new()

    # Everything a look could have changed, without what the kernel itself learns and counts as packets pass.
    function Get-PathSnapshot ($Path) {
        $there = @($Path.Places.Values | Where-Object { [System.IO.File]::Exists("/run/netns/$_") })
        $text = foreach ($one in $there) {
            & ip -n $one -j -d link
            & ip -n $one -j addr
            & ip -n $one -j -4 route show table all
            & ip -n $one -j neigh show nud permanent
            & ip netns exec $one sh -c 'cat /proc/sys/net/ipv4/conf/*/* 2>/dev/null; iptables-legacy-save 2>/dev/null | grep -v "^#" | sed "s/\[[0-9:]*\]//"'
        }
        Remove-Passing (($text -join "`n") -replace '"(promiscuity|allmulti)":\d+,|"(hello_timer|tcn_timer|topology_change_timer|gc_timer|hold_timer|message_age_timer|forward_delay_timer|preferred_life_time|valid_life_time)":[\d.]+,?')
    }
}

Describe 'A path that works' -Tag Geneve {
    It 'is not accused, seen from both ends or one: <_>' -ForEach $stages {
        $path = New-TestPath $_
        try {
            foreach ($alone in $false, $true) {
                $arguments = Get-PathArgument $path -Alone:$alone
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                $verdict = Test-GenevePath @arguments
                $report.Add(('{0,-12} {1,-70} {2,-22} {3,6:n2} s' -f $_, "healthy$(if ($alone) { ', seen from here alone' })", $verdict.Cause, $clock.Elapsed.TotalSeconds))
                "$($verdict.Cause) $($verdict.Passed) $($verdict.Received)" | Should -Be 'None True 3' -Because "$($verdict.Sentence)"
                "$($verdict.Warnings)" | Should -Be ''
                $verdict.RttMin | Should -BeGreaterThan ([timespan]::Zero)
                $verdict.OverlayMtu | Should -BeGreaterThan 1000
                Test-GenevePath @arguments -Quiet | Should -BeTrue
                Test-GenevePath @arguments -Static -Quiet | Should -BeTrue
            }
        }
        finally { Remove-TestPath $path }
    }

    It 'is not accused with <What> [<Stage>]' -ForEach $variations {
        if ($_['Needs'] -and -not (& sh -c "unshare -n sh -c 'ip link add probe type bridge && ip link add link probe name probe.7 type $($_['Needs']) id 7' 2>/dev/null && echo yes")) {
            Set-ItResult -Skipped -Because "this kernel has no links of kind $($_['Needs'])"
            return
        }
        $path = New-TestPath $Stage
        try {
            Invoke-OnPath $path $Change
            $arguments = Get-PathArgument $path
            $verdict = Test-GenevePath @arguments
            "$($verdict.Cause) $($verdict.Passed) $($verdict.Received)" | Should -Be 'None True 3' -Because "$($verdict.Sentence)"
            "$($verdict.Warnings)" | Should -Be ''
        }
        finally { Remove-TestPath $path }
    }

    It 'is not accused where a router tells how much fits, and its MTU is found' {
        $path = New-TestPath router
        try {
            Invoke-OnPath $path 'ip -n $A link set geneve0 type geneve id 1000 remote 10.0.1.250 df set; ip -n $R link set tob mtu 1300'
            $arguments = Get-PathArgument $path
            $verdict = Test-GenevePath @arguments
            "$($verdict.Cause) $($verdict.Passed) $($verdict.OverlayMtu)" | Should -Be 'None True 1250' -Because "$($verdict.Sentence)"
            "$($verdict.Notes)" | Should -Match 'path MTU discovery'
        }
        finally { Remove-TestPath $path }
    }

    It 'is asked for a size, and tells whether that passes' {
        $path = New-TestPath direct
        try {
            $arguments = Get-PathArgument $path
            $verdict = Test-GenevePath @arguments -Size 2000
            "$($verdict.Cause) $($verdict.Passed)" | Should -Be 'MtuTooLarge False'
            $verdict.Sentence | Should -Match 'EMSGSIZE'
            Test-GenevePath @arguments -Size 1450 -Quiet | Should -BeTrue
            # A veth takes four bytes more than its MTU says: room for a VLAN tag.
            Invoke-OnPath $path 'ip -n $B link set eth0 mtu 1400'
            $verdict = Test-GenevePath @arguments -Size 1400 -Timeout 0.2
            "$($verdict.Cause) $($verdict.Passed) $($verdict.OverlayMtu)" | Should -Be 'MtuTooLarge False 1354' -Because "$($verdict.Sentence)"
            & ([scriptblock]::Create($verdict.Remedy))
            Test-GenevePath @arguments -Quiet | Should -BeTrue
        }
        finally { Remove-TestPath $path }
    }

    It 'finds its destination by itself: <_>' -ForEach 'direct', 'bridge', 'ipv6' {
        $path = New-TestPath $_
        try {
            $arguments = Get-PathArgument $path
            $expected = $arguments.Destination
            $arguments.Remove('Destination')
            $verdict = Test-GenevePath @arguments
            "$($verdict.Destination) $($verdict.Passed)" | Should -Be "$expected True"
        }
        finally { Remove-TestPath $path }
    }

    It 'is as it was after both cmdlets, and no process, socket or capture is left' {
        $path = New-TestPath container
        try {
            $arguments = Get-PathArgument $path
            $null = Test-GenevePath @arguments
            $before = Get-PathSnapshot $path
            $files = [System.IO.Directory]::GetFileSystemEntries('/proc/self/fd').Count
            $null = Test-GenevePath @arguments
            $null = Trace-GenevePath @arguments
            Get-PathSnapshot $path | Should -Be $before
            # Idle connections to the kernel are kept for a second; sockets that capture are not.
            [System.IO.Directory]::GetFileSystemEntries('/proc/self/fd').Count | Should -BeLessThan ($files + 8)
            (& ip netns exec $path.Places.A cat /proc/net/packet | Measure-Object).Count | Should -Be 1
        }
        finally { Remove-TestPath $path }
    }
}

Describe 'A path that is broken' -Tag Geneve {
    It '<Cause> (<End>): <Fault> [<Stage>]' -ForEach $faults {
        if ($_['Vlans'] -and -not (& sh -c 'unshare -n ip link add probe type bridge vlan_filtering 1 2>/dev/null && echo yes')) {
            Set-ItResult -Skipped -Because 'the bridges of this kernel do not filter VLANs'
            return
        }
        $path = New-TestPath $Stage
        try {
            Invoke-OnPath $path $Break
            $arguments = Get-PathArgument $path -Alone:$([bool]$_['Alone'])
            # What is answered here is answered in a few milliseconds; waiting a whole second for each fault adds up.
            $arguments.Timeout = 0.3
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $verdict = Test-GenevePath @arguments
            $report.Add(('{0,-12} {1,-70} {2,-22} {3,6:n2} s' -f $Stage, $Fault, $verdict.Cause, $clock.Elapsed.TotalSeconds))
            "$($verdict.Cause) $($verdict.End) $($verdict.Passed)" | Should -Be "$Cause $End False" -Because "$($verdict.Sentence) $(@($verdict.Checks | Where-Object Status -eq Failed) -join '; ')"
            $verdict.Sentence | Should -Not -BeNullOrEmpty
            foreach ($one in $_['Possible']) { "$($verdict.PossibleCauses)" | Should -Match "\b$one\b" }
            if (-not $_['NotMended']) {
                $verdict.Remedy | Should -Not -BeNullOrEmpty
                # Tools named iptables may speak to the other firewall than the one the fault is in.
                $remedy = if ($_['Legacy']) { $verdict.Remedy -replace '\b(ip6?tables) ', '$1-legacy ' } else { $verdict.Remedy }
                & ([scriptblock]::Create($remedy)) *> $null
                $again = Test-GenevePath @arguments
                "$($again.Cause) $($again.Passed)" | Should -Be 'None True' -Because "the remedy was: $remedy; $($again.Sentence)"
            }
        }
        finally { Remove-TestPath $path }
    }

    AfterAll {
        [System.Console]::Out.WriteLine("`nStage        Fault                                                                  Verdict                  Time")
        foreach ($line in $report) { [System.Console]::Out.WriteLine($line) }
    }
}
