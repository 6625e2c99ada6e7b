# Network namespaces: `ip netns` sees ours, and we see those of `ip netns`.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # The names as `ip` lists them.
    function Get-IpNamespace { & ip netns list | ForEach-Object { ($_ -split ' ')[0] } }

    # What the kernel calls the namespace of a process: "net:[4026531840]".
    function Get-ProcessNamespace ($Id) { (Get-Item "/proc/$Id/ns/net").LinkTarget }

    # All names there are, also of what is not a namespace.
    function Get-NamespaceFile { (Get-ChildItem /run/netns -Force | Sort-Object Name).Name }
}

Describe 'New-NetworkNamespace' -Tag Container {
    BeforeEach {
        $name = Get-TestName
        $second = Get-TestName
    }

    AfterEach {
        Remove-TestNamespace $name, $second
    }

    It 'makes one that ip sees and can enter' {
        $made = New-NetworkNamespace $name
        Get-IpNamespace | Should -Contain $name
        $inside = & ip netns exec $name readlink /proc/self/ns/net
        $inside | Should -Be "net:[$($made.Inode)]"
        (Get-IpJson -n $name link).ifname | Should -Be 'lo'
        "$made $($made.Name) $($made.Path)" | Should -Be "$name $name /run/netns/$name"
    }

    It 'leaves this session where it is' {
        $before = Get-ProcessNamespace self
        $null = New-NetworkNamespace $name
        Get-ProcessNamespace self | Should -Be $before
        (Get-NetworkNamespace -Current).Inode | Should -Be ($before -replace '\D')
    }

    It 'makes several, also from the pipeline' {
        ($name, $second | New-NetworkNamespace).Name | Should -Be $name, $second
        Get-IpNamespace | Should -Contain $name
        Get-IpNamespace | Should -Contain $second
    }

    It 'refuses a name that is taken' {
        & ip netns add $name
        $inode = & ip netns exec $name readlink /proc/self/ns/net
        Assert-Failure { New-NetworkNamespace $name } ResourceExists ResourceExists "'$name'"
        & ip netns exec $name readlink /proc/self/ns/net | Should -Be $inode
    }

    It 'goes on with the next name after one that is taken' {
        & ip netns add $name
        $null = New-NetworkNamespace $name, $second -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 1
        Get-IpNamespace | Should -Contain $second
    }

    It 'returns the existing one with -IfNotExists' {
        & ip netns add $name
        $found = New-NetworkNamespace $name -IfNotExists
        & ip netns exec $name readlink /proc/self/ns/net | Should -Be "net:[$($found.Inode)]"
        $null = New-NetworkNamespace $second -IfNotExists
        Get-IpNamespace | Should -Contain $second
    }

    It 'refuses a bad name: <Why>' -ForEach @(
        @{ Why = 'empty'; Bad = ''; Message = 'empty' }
        @{ Why = 'the folder itself'; Bad = '.'; Message = 'folder' }
        @{ Why = 'the folder above'; Bad = '..'; Message = 'folder' }
        @{ Why = 'a slash'; Bad = 'a/b'; Message = 'slash' }
        @{ Why = 'a path out of the folder'; Bad = '../gnt-escaped'; Message = 'slash' }
        @{ Why = '256 bytes'; Bad = 'x' * 256; Message = '255 bytes' }
        @{ Why = '128 letters of two bytes'; Bad = 'ä' * 128; Message = '255 bytes' }
        @{ Why = 'a NUL'; Bad = "a`0b"; Message = 'NUL' }
    ) {
        $before = Get-NamespaceFile
        $failure = Get-Failure { New-NetworkNamespace $Bad }
        $failure.CategoryInfo.Category | Should -Be InvalidData
        "$failure" | Should -BeLike "*$Message*"
        Get-NamespaceFile | Should -Be $before
        Test-Path /run/gnt-escaped | Should -BeFalse
    }

    It 'takes any other name: <_>' -ForEach 'with space', '-dash', "quote's", 'ünï', ('x' * 255) {
        # Not the names of BeforeEach: here the name is the subject.
        try {
            $null = New-NetworkNamespace $_
            # The names are files; `ip netns list` would cut at a space.
            Test-Path -LiteralPath "/run/netns/$_" | Should -BeTrue
            & ip netns exec $_ readlink /proc/self/ns/net | Should -Be "net:[$((Get-NetworkNamespace $_).Inode)]"
        }
        finally { Remove-TestNamespace $_ }
    }

    It 'names the namespace of a process, which then outlives it' {
        $process = Start-NamespaceProcess
        try {
            $expected = Get-ProcessNamespace $process.Id
            "net:[$((New-NetworkNamespace $name -ProcessId $process.Id).Inode)]" | Should -Be $expected
        }
        finally { Stop-Program $process }
        & ip netns exec $name readlink /proc/self/ns/net | Should -Be $expected
    }

    It 'gives a second name to a namespace by its path' {
        & ip netns add $name
        $null = New-NetworkNamespace $second -Path "/run/netns/$name"
        & ip netns exec $second readlink /proc/self/ns/net | Should -Be (& ip netns exec $name readlink /proc/self/ns/net)
    }

    It 'says when a name belongs to another namespace already' {
        & ip netns add $name
        Assert-Failure { New-NetworkNamespace $name -ProcessId $PID -IfNotExists } ExistsDifferent ResourceExists "'$name'"
        Assert-Failure { New-NetworkNamespace $second -ProcessId 4194999 } NamespaceNotFound ObjectNotFound '4194999'
        Get-IpNamespace | Should -Not -Contain $second
    }

    It 'makes nothing with -WhatIf' {
        $before = Get-NamespaceFile
        New-NetworkNamespace $name -WhatIf | Should -BeNullOrEmpty
        Get-NamespaceFile | Should -Be $before
    }
}

Describe 'Get-NetworkNamespace' {
    BeforeAll {
        $prefix = Get-TestName
        $names = "$prefix-a", "$prefix-b"
        Add-TestNamespace $names
    }

    AfterAll {
        Remove-TestNamespace $names
    }

    It 'lists the names ip lists' {
        (Get-NetworkNamespace).Name | Should -Be (Get-IpNamespace | Sort-Object)
    }

    It 'takes names and wildcards' {
        (Get-NetworkNamespace "$prefix*").Name | Should -Be $names
        (Get-NetworkNamespace $names[1], $names[0]).Name | Should -Be $names[1], $names[0]
        Get-NetworkNamespace "$prefix-no*" | Should -BeNullOrEmpty
        Assert-Failure { Get-NetworkNamespace "$prefix-no" } NamespaceNotFound ObjectNotFound "'$prefix-no'"
    }

    It 'finds the namespace of a process and of a file' {
        $process = Start-NamespaceProcess
        $id = $process.Id
        try {
            "net:[$((Get-NetworkNamespace -ProcessId $id).Inode)]" | Should -Be (Get-ProcessNamespace $process.Id)
            "net:[$((Get-NetworkNamespace -Path "/proc/$($process.Id)/ns/net").Inode)]" | Should -Be (Get-ProcessNamespace $process.Id)
        }
        finally { Stop-Program $process }
        Assert-Failure { Get-NetworkNamespace -ProcessId $id } NamespaceNotFound ObjectNotFound
    }

    It 'ignores what is not a namespace' {
        $leftover = "/run/netns/$prefix-leftover"
        $null = New-Item $leftover
        try { (Get-NetworkNamespace "$prefix*").Name | Should -Be $names }
        finally { Remove-Item $leftover }
    }
}

Describe 'Remove-NetworkNamespace' {
    BeforeEach {
        $prefix = Get-TestName
        $names = "$prefix-a", "$prefix-b"
        Add-TestNamespace $names
    }

    AfterEach {
        Remove-TestNamespace $names
    }

    It 'removes one that ip made, and ip removes ours' {
        Remove-NetworkNamespace $names[0] -Confirm:$false
        Get-IpNamespace | Should -Not -Contain $names[0]
        $null = New-NetworkNamespace $names[0]
        & ip netns del $names[0]
        $LASTEXITCODE | Should -Be 0
        Get-NetworkNamespace "$prefix*" | Should -HaveCount 1
    }

    It 'removes what matches a wildcard and nothing else' {
        Remove-NetworkNamespace "$prefix-[a]*" -Confirm:$false
        Get-IpNamespace | Should -Contain $names[1]
        Get-IpNamespace | Should -Not -Contain $names[0]
    }

    It 'takes namespaces from the pipeline' {
        Get-NetworkNamespace "$prefix*" | Remove-NetworkNamespace -Confirm:$false
        Get-IpNamespace | Should -Not -Contain $names[0]
        Get-IpNamespace | Should -Not -Contain $names[1]
    }

    It 'ends the namespace although it was just queried: its links are gone, too' {
        & ip link add $prefix type veth peer name far netns $names[0]
        $null = Get-Link -Namespace $names[0]
        Remove-NetworkNamespace $names[0] -Confirm:$false
        # The kernel takes a namespace down a moment later; an open connection of ours would keep it alive.
        foreach ($attempt in 1..50) {
            & ip link show dev $prefix > $null 2>&1
            if ($LASTEXITCODE -ne 0) { break }
            Start-Sleep -Milliseconds 50
        }
        $LASTEXITCODE | Should -Be 1
    }

    It 'says what does not exist' {
        Assert-Failure { Remove-NetworkNamespace "$prefix-no" -Confirm:$false } NamespaceNotFound ObjectNotFound "'$prefix-no'"
        Remove-NetworkNamespace "$prefix-no*" -Confirm:$false | Should -BeNullOrEmpty
    }

    It 'never leaves the folder: <_>' -ForEach '..', '.', '../netns', '/etc/passwd' {
        (Get-Failure { Remove-NetworkNamespace $_ -Confirm:$false }).CategoryInfo.Category | Should -Be InvalidArgument
        Get-IpNamespace | Should -Contain $names[0]
    }

    It 'removes nothing with -WhatIf' {
        Remove-NetworkNamespace "$prefix*" -WhatIf
        foreach ($one in $names) { Get-IpNamespace | Should -Contain $one }
    }

    It 'removes a leftover file that is not a namespace' {
        $null = New-Item "/run/netns/$prefix-left"
        Remove-NetworkNamespace "$prefix-left" -Confirm:$false
        "/run/netns/$prefix-left" | Should -Not -Exist
    }

    It 'removes a name made with ln -s, and leaves the process behind it alone' {
        $process = Start-NamespaceProcess
        $link = "$prefix-link"
        try {
            & ln -s "/proc/$($process.Id)/ns/net" "/run/netns/$link"
            (Get-Link -Namespace $link).Name | Should -Be 'lo'
            "net:[$((Get-NetworkNamespace $link).Inode)]" | Should -Be (Get-ProcessNamespace $process.Id)
            Remove-NetworkNamespace $link -Confirm:$false
            Get-Item "/run/netns/$link" -ErrorAction Ignore | Should -BeNullOrEmpty
            & nsenter "--net=/proc/$($process.Id)/ns/net" ip -o link | Should -HaveCount 1
        }
        finally { Stop-Program $process }
    }
}

Describe '-Namespace of any cmdlet' {
    BeforeAll {
        $name = Get-TestName
        Add-TestNamespace $name
        & ip -n $name link add there type veth peer name far
        $process = Start-NamespaceProcess
        & ip link add "$name-p" type veth peer name there netns $process.Id
    }

    AfterAll {
        Stop-Program $process
        & ip link del "$name-p" 2>$null
        Remove-TestNamespace $name
    }

    It 'takes <What>' -ForEach @(
        @{ What = 'a name'; Place = { $name } }
        @{ What = 'a path'; Place = { "/run/netns/$name" } }
        @{ What = 'an object'; Place = { Get-NetworkNamespace $name } }
        @{ What = 'a link'; Place = { Get-Link lo -Namespace $name } }
        @{ What = 'a process id'; Place = { $process.Id } }
        @{ What = 'a process id as text'; Place = { "$($process.Id)" } }
        @{ What = 'a process'; Place = { $process } }
        @{ What = 'the path of a process'; Place = { "/proc/$($process.Id)/ns/net" } }
    ) {
        Get-Link there -Namespace (& $Place) | Should -HaveCount 1
    }

    It 'comes with an object in the pipeline' {
        & ip -n $name addr add 10.5.5.5/24 dev there
        (Get-Link there -Namespace $name | Get-LinkAddress).IPAddress | Should -Be '10.5.5.5'
        (Get-NetworkNamespace $name | Select-Object @{ Name = 'Namespace'; Expression = { $_ } } | Get-Link there).Name | Should -Be 'there'
    }

    It 'treats a name of digits as a name' {
        $digits = "$($process.Id)"
        Add-TestNamespace $digits
        try { Assert-Failure { Get-Link there -Namespace $digits } LinkNotFound ObjectNotFound }
        finally { Remove-TestNamespace $digits }
    }
}
