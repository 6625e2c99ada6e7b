# Enter-NetworkNamespace: a program has the terminal of the session and is in the namespace. At a real prompt, in a terminal of
# tmux; the judges are what `ip netns exec` shows and the kernel's names for terminals.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
    Import-Module "$PSScriptRoot/Terminal.psm1"
    $names = 1..2 | ForEach-Object { Get-TestName }
    $ns, $other = $names
    Add-TestNamespace $names
    Invoke-IpBatch $ns 'link add inside0 type veth peer name inside1'
    $inside = & ip netns exec $ns readlink /proc/self/ns/net
}

AfterAll {
    Remove-TestNamespace $names
}

Describe 'Enter-NetworkNamespace at a prompt' {
    BeforeAll { $terminal = Start-Terminal -Width 100 }
    AfterAll { Stop-Terminal $terminal }
    BeforeEach { Clear-Terminal $terminal }

    # Types a line into what runs in the terminal, and returns the screen when that has answered.
    BeforeAll {
        function Send-Line ([string] $Text, [string] $Answer) {
            Send-TerminalKey $terminal -Key $Text, Enter
            Wait-TerminalText $terminal $Answer -Seconds 20
        }
        $bash = "Enter-NetworkNamespace $ns bash -ArgumentList '--norc'"
    }

    It 'starts the user''s shell in the namespace, with the terminal of the session' {
        Send-TerminalKey $terminal '$env:SHELL = "/bin/bash"; & tty' Enter
        $tty = [regex]::Match((Wait-TerminalPrompt $terminal), '/dev/pts/\d+').Value
        Clear-Terminal $terminal
        Send-TerminalKey $terminal "Enter-NetworkNamespace $ns" Enter
        $null = Wait-TerminalText $terminal '[#$]\s*\z'
        $null = Send-Line 'echo `tty` `readlink /proc/self/ns/net`' "(?m)^$tty $([regex]::Escape($inside))$"
        $null = Send-Line 'ip -br link; ls /sys/class/net' '(?m)^inside0@inside1 [\s\S]*^inside0\s+inside1\s+lo$'
        Send-TerminalKey $terminal -Key 'exit 5', Enter
        $null = Wait-TerminalPrompt $terminal
        Invoke-TerminalCommand $terminal '"status $LASTEXITCODE"' | Should -Match '(?m)^status 5$'
    }

    It 'lets a program ask, and edit a line' {
        Send-TerminalKey $terminal $bash Enter
        $null = Wait-TerminalText $terminal '[#$]\s*\z'
        $null = Send-Line 'read -p "name? " name; echo "hello $name"' '(?m)^name\?\s*\z'
        $null = Send-Line 'you' '(?m)^hello you$'
        Send-TerminalKey $terminal -Key C-d
        $null = Wait-TerminalPrompt $terminal
    }

    It 'leaves Ctrl-C to the shell, which goes on' {
        Send-TerminalKey $terminal $bash Enter
        $null = Wait-TerminalText $terminal '[#$]\s*\z'
        $null = Send-Line 'echo waits; sleep 100' '(?m)^waits$'
        Send-TerminalKey $terminal -Key C-c
        $null = Wait-TerminalText $terminal '(?m)^\^C[\s\S]*[#$]\s*\z' -Seconds 10
        $null = Send-Line 'echo status $?' '(?m)^status 130$'
        Send-TerminalKey $terminal -Key 'exit', Enter
        $null = Wait-TerminalPrompt $terminal
    }

    It 'does not end the session when Ctrl-C ends the program' {
        Send-TerminalKey $terminal "Enter-NetworkNamespace $ns sh -ArgumentList '-c', 'echo waits; exec sleep 100'" Enter
        $null = Wait-TerminalText $terminal '(?m)^waits$'
        Send-TerminalKey $terminal -Key C-c
        $null = Wait-TerminalPrompt $terminal -Seconds 10
        Invoke-TerminalCommand $terminal '"still $(6 * 7)"' | Should -Match '(?m)^still 42$'
    }

    It 'gives a pager the whole screen, and the prompt is as it was afterwards' {
        Send-TerminalKey $terminal "Enter-NetworkNamespace $ns less -ArgumentList /proc/thread-self/net/dev" Enter
        $null = Wait-TerminalText $terminal '(?m)^ *inside0:'
        Send-TerminalKey $terminal -Key C-c
        $null = Send-Line '/lo:' '(?m)^ *lo:'
        Send-TerminalKey $terminal -Key q
        $null = Wait-TerminalPrompt $terminal
        Invoke-TerminalCommand $terminal '"still $(6 * 7)"' | Should -Match '(?m)^still 42$'
    }

    It 'says in the prompt of pwsh where it is' {
        $pwsh = "$($terminal.Folder)/pwsh"
        Set-Content $pwsh "#!/bin/sh`nexec $(Get-EngineCommand) -NoProfile -NoLogo `"`$@`""
        & chmod +x $pwsh
        Send-TerminalKey $terminal "Enter-NetworkNamespace $ns $pwsh" Enter
        $null = Wait-TerminalText $terminal "(?m)^\[$ns\]: PS />\z"
        $null = Send-Line 'readlink /proc/self/ns/net' "(?m)^$([regex]::Escape($inside))$"
        $null = Send-Line 'exit' "(?m)^PS />\z"
    }

    It 'passes the questions of a script block in Invoke-NamespaceCommand on' {
        Send-TerminalKey $terminal "Invoke-NamespaceCommand -Namespace $ns { 'hello ' + (Read-Host name) }" Enter
        $null = Wait-TerminalText $terminal '(?m)^name:\s*\z'
        Send-TerminalKey $terminal -Key 'you', Enter
        Wait-TerminalPrompt $terminal | Should -Match '(?m)^hello you$'
    }
}

Describe 'Enter-NetworkNamespace without a terminal' {
    It 'gives the program what the process has, as ip netns exec does' {
        Invoke-Engine "Enter-NetworkNamespace $ns readlink -ArgumentList /proc/self/ns/net; `"status `$LASTEXITCODE`"" |
            Should -Be "$inside`nstatus 0"
        Invoke-Engine "Get-NetworkNamespace $ns | Enter-NetworkNamespace -FilePath sh -ArgumentList '-c', 'exit 7'; `"status `$LASTEXITCODE`"; exit 0" |
            Should -Be 'status 7'
        $program, [array] $arguments = Get-EngineCommand
        $text = "Import-Module '$PSScriptRoot/../../GeneveNet.psd1'; Enter-NetworkNamespace $ns sort"
        "b`na" | & sh -c 'exec "$@"' sh $program @arguments -NoProfile -Command $text | Should -Be 'a', 'b'
    }

    It 'runs in the current location, with the mounts of the namespace or without' {
        Invoke-Engine "Set-Location /usr; Enter-NetworkNamespace $ns sh -ArgumentList '-c', 'pwd; ls /sys/class/net'" |
            Should -Be "/usr`ninside0`ninside1`nlo"
        Invoke-Engine "Enter-NetworkNamespace $ns readlink -KeepMounts -ArgumentList /proc/self/ns/mnt" |
            Should -Be (& readlink /proc/self/ns/mnt)
    }

    It 'enters one namespace, which exists, with a program that exists' {
        Assert-Failure { Enter-NetworkNamespace } InvalidArgument InvalidArgument '-Namespace or -Container'
        Assert-Failure { Enter-NetworkNamespace $ns, $other true } SeveralNamespaces InvalidArgument $ns
        Assert-Failure { Get-NetworkNamespace $ns, $other | Enter-NetworkNamespace -FilePath true } SeveralNamespaces InvalidArgument
        Assert-Failure { Enter-NetworkNamespace $ns nosuchprogram } ProgramNotFound ObjectNotFound 'nosuchprogram'
        Get-Failure { Enter-NetworkNamespace nosuchplace } | Should -BeLike "*'nosuchplace'*"
        $module = "$PSScriptRoot/../../GeneveNet.psd1"
        $job = { Start-Job { Import-Module $using:module; Enter-NetworkNamespace $using:ns true } | Receive-Job -Wait -AutoRemoveJob }
        Assert-Failure $job NoTerminal NotImplemented 'Invoke-NamespaceCommand'
    }
}
