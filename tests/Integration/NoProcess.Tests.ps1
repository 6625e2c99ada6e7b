# The cmdlets talk to the kernel themselves and never start a program.

BeforeDiscovery {
    # ptrace may be missing as well as the program.
    $null = & strace -f -e trace=execve true 2>&1
    $canTrace = $LASTEXITCODE -eq 0
}

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
}

Describe 'Our cmdlets' {
    BeforeAll {
        $name = Get-TestName
        $log = "$TestDrive/strace.log"
    }

    AfterAll {
        Remove-TestNamespace $name
    }

    It 'start no program' -Skip:(-not $canTrace) {
        $strace = 'strace', '-f', '-qq', '-e', 'trace=execve', '-e', 'signal=none', '-o', $log
        $output = Invoke-Engine -Prefix $strace -Text @"
            `$ErrorActionPreference = 'Stop'
            `$place = New-NetworkNamespace $name
            `$null = New-VethPair a b -Namespace `$place -Address 10.1.1.1/24 -Up
            Set-Link a -Mtu 1400 -Namespace `$place
            Add-LinkAddress 10.2.2.2/24 b -Namespace `$place
            Add-Route 10.9.0.0/16 a -Namespace `$place
            `$null = Resolve-Route 10.9.1.1 -Namespace `$place
            `$null = Get-Link -Namespace `$place
            `$null = Get-LinkAddress -Namespace `$place
            `$null = Get-Route -Table all -Namespace `$place
            `$null = Get-GeneveTunnel -Namespace `$place
            `$null = Get-NetworkNamespace
            try { New-GeneveTunnel g0 1 10.1.1.2 -Namespace `$place } catch { 'no geneve' }
            Remove-Route 10.9.0.0/16 -Namespace `$place -Confirm:`$false
            Remove-LinkAddress 10.2.2.2/24 b -Namespace `$place -Confirm:`$false
            Remove-Link a -Namespace `$place -Confirm:`$false
            Remove-NetworkNamespace `$place.Name -Confirm:`$false
            'all done'
"@
        $output | Should -BeLike '*all done*'
        # strace also logs how it starts PowerShell itself; anything more is ours.
        $started = Get-Content $log | Where-Object { $_ -like '*execve(*' }
        $started | Should -HaveCount 1
        $started | Should -BeLike "*$(@(Get-EngineCommand)[0])*"
    }
}
