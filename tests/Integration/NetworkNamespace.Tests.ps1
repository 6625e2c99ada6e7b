# Network namespaces: `ip netns` sees ours, and we see those of `ip netns`.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # The unit tests may run beside these, and their namespaces ("gnt-PID-NUMBER") come and go between two looks.
    filter Select-Ours { if ($_ -notmatch '^gnt-\d+-\d+$') { $_ } }

    # The names as `ip` lists them.
    function Get-IpNamespace { & ip netns list | ForEach-Object { ($_ -split ' ')[0] } | Select-Ours }

    # What the kernel calls the namespace of a process: "net:[4026531840]".
    function Get-ProcessNamespace ($Id) { (Get-Item "/proc/$Id/ns/net").LinkTarget }

    # All names there are, also of what is not a namespace.
    function Get-NamespaceFile { (Get-ChildItem /run/netns -Force | Sort-Object Name).Name | Select-Ours }
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
        @{ Why = 'the folder itself'; Bad = '.'; Message = 'folder' }
        @{ Why = 'the folder above'; Bad = '..'; Message = 'folder' }
        @{ Why = 'a slash'; Bad = 'a/b'; Message = 'slash' }
        @{ Why = 'a path out of the folder'; Bad = '../gnt-escaped'; Message = 'slash' }
        @{ Why = '256 bytes'; Bad = 'x' * 256; Message = '255 bytes' }
        @{ Why = '128 letters of two bytes'; Bad = 'ä' * 128; Message = '255 bytes' }
        @{ Why = 'a NUL'; Bad = "a`0b"; Message = 'NUL' }
        @{ Why = 'a new line'; Bad = "a`nb"; Message = "'a\x0ab'", 'control character' }
        @{ Why = 'an escape sequence'; Bad = "`e[31mred"; Message = "'\x1b``[31mred'", 'control character' }
        @{ Why = 'a control character of Unicode'; Bad = "a$([char]0x85)b"; Message = 'control character' }
        @{ Why = 'half a surrogate pair'; Bad = "a$([char]0xd800)b"; Message = 'not valid Unicode' }
        @{ Why = 'digits, like a process id'; Bad = '123'; Message = 'consists of digits' }
        @{ Why = 'digits too many for a process id'; Bad = '9' * 30; Message = 'consists of digits' }
    ) {
        $before = Get-NamespaceFile
        foreach ($more in @{}, @{ IfNotExists = $true }, @{ ProcessId = $PID }, @{ WhatIf = $true }) {
            Assert-Failure { New-NetworkNamespace $Bad @more } InvalidNamespaceName InvalidArgument $Message
        }
        Get-NamespaceFile | Should -Be $before
        Test-Path /run/gnt-escaped | Should -BeFalse
    }

    It 'refuses no name at all, as the engine does' {
        (Get-Failure { New-NetworkNamespace '' }).CategoryInfo.Category | Should -Be InvalidData
    }

    It 'goes on with the next name after a bad one' {
        $null = New-NetworkNamespace 'a/b', $name -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 1
        Get-IpNamespace | Should -Contain $name
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
        (Get-NetworkNamespace).Name | Select-Ours | Should -Be (Get-IpNamespace | Sort-Object)
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
        # It has one worker for that: many that others remove at the same time go first.
        foreach ($attempt in 1..600) {
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

Describe 'A leftover in /run/netns: <What>' -ForEach @(
    @{ What = 'a file'; Make = { $null = New-Item $path }; Words = 'is a file on which no namespace is mounted' }
    @{ What = 'a link to nothing'; Make = { & ln -s /no/such/place $path }; Words = 'is a symbolic link to nothing' }
    @{ What = 'a link to itself'; Make = { & ln -s $path $path }; Words = 'is a symbolic link to nothing' }
    @{ What = 'a link to a file'; Make = { & ln -s /etc/hostname $path }; Words = 'is a symbolic link to something else' }
    @{ What = 'a folder'; Make = { & mkdir $path }; Words = 'is a folder'; Folder = $true }
) {
    BeforeAll {
        $name = Get-TestName
        $path = "/run/netns/$name"
        . $Make
    }

    AfterAll {
        & rm -rf $path
    }

    It 'is in the way of a new one, which says so' {
        foreach ($more in @{}, @{ IfNotExists = $true }, @{ ProcessId = $PID }) {
            Assert-Failure { New-NetworkNamespace $name @more } ResourceExists ResourceExists "$path $Words", 'Remove that name first'
        }
    }

    It 'is not used, which says so too' {
        Assert-Failure { Get-NetworkNamespace $name } NamespaceNotFound ObjectNotFound "$path $Words", 'Remove the name'
        "$(Get-Failure { Get-Link -Namespace $name })" | Should -BeLike "*$path $Words*"
    }

    It 'is taken away by Remove-NetworkNamespace, as by ip' {
        if ($Folder) {
            & ip netns del $name 2>$null
            $LASTEXITCODE | Should -Not -Be 0
            Assert-Failure { Remove-NetworkNamespace $name -Confirm:$false } InvalidArgument InvalidArgument '(EISDIR)'
        }
        else {
            Get-IpNamespace | Should -Contain $name
            Remove-NetworkNamespace $name -Confirm:$false
            Get-IpNamespace | Should -Not -Contain $name
            $null = New-NetworkNamespace $name
            & ip netns exec $name true
            $LASTEXITCODE | Should -Be 0
            Remove-TestNamespace $name
        }
    }
}

Describe 'The folder /run/netns when it is <What>' -Tag NoKernel -ForEach @(
    @{
        What   = 'missing on a disk that is read-only'
        Setup  = 'mount -o remount,ro /run'
        List   = 'nothing'
        Get    = 'NamespaceNotFound ObjectNotFound *'
        Remove = 'NamespaceNotFound ObjectNotFound *'
        New    = 'NamespaceFolderFailed PermissionDenied */run/netns: Read-only file system (EROFS)*'
    }
    @{
        What   = 'on a disk that is read-only'
        Setup  = 'mkdir /run/netns; touch /run/netns/old; mount -o remount,ro /run'
        List   = 'nothing'
        Get    = 'NamespaceNotFound ObjectNotFound *'
        Remove = 'PermissionDenied PermissionDenied *(EROFS)*'
        New    = 'NamespaceFolderFailed PermissionDenied */run/netns: Read-only file system (EROFS)*'
    }
    @{
        What   = 'a file'
        Setup  = 'touch /run/netns'
        List   = 'nothing'
        Get    = 'NamespaceFolderFailed InvalidArgument *(ENOTDIR)*'
        Remove = 'NamespaceFolderFailed InvalidArgument *(ENOTDIR)*'
        New    = 'NamespaceFolderFailed InvalidArgument *(ENOTDIR). Something else is in the place of that folder*'
    }
    @{
        What   = 'a link to nothing'
        Setup  = 'ln -s /no/such/folder /run/netns'
        List   = 'nothing'
        Get    = 'NamespaceNotFound ObjectNotFound *'
        Remove = 'NamespaceNotFound ObjectNotFound *'
        New    = 'NamespaceFolderFailed ObjectNotFound *(ENOENT). That is a symbolic link to nothing*'
    }
    @{
        What   = 'missing'
        Setup  = 'true'
        List   = 'nothing'
        Get    = 'NamespaceNotFound ObjectNotFound *'
        Remove = 'NamespaceNotFound ObjectNotFound *'
        New    = 'made'
    }
    @{
        What   = 'one that this user may not look into'
        Setup  = 'mkdir -m 700 /run/netns; chown 65534 /run/netns'
        Prefix = 'setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--inh-caps', '-dac_override,-dac_read_search', '--'
        List   = 'PermissionDenied PermissionDenied *list network namespaces*(EACCES)*'
        Get    = 'PermissionDenied PermissionDenied *(EACCES)*'
        Remove = 'PermissionDenied PermissionDenied *(EACCES)*'
        New    = 'PermissionDenied PermissionDenied *(EACCES)*'
    }
    @{
        What   = 'one in which this user may not mount'
        Setup  = 'mkdir /run/netns'
        Prefix = 'setpriv', '--bounding-set', '-sys_admin', '--inh-caps', '-sys_admin', '--'
        List   = 'nothing'
        Get    = 'NamespaceNotFound ObjectNotFound *'
        Remove = 'NamespaceNotFound ObjectNotFound *'
        New    = 'PermissionDenied PermissionDenied *(EPERM). This needs CAP_SYS_ADMIN*'
    }
) {
    It 'makes one typed error of everything that cannot be done' {
        $script = @'
            $tasks = [ordered]@{
                List   = { Get-NetworkNamespace '*a*' }
                Get    = { Get-NetworkNamespace old }
                New    = { $null = New-NetworkNamespace new; 'made' }
                Remove = { Remove-NetworkNamespace old -Confirm:$false }
            }
            $tasks.GetEnumerator() | ForEach-Object {
                $name, $task = $_.Key, $_.Value
                try { "$name=$((& $task) ?? 'nothing')" }
                catch {
                    $type = $_.Exception.GetType().Name
                    "$name=$(($_.FullyQualifiedErrorId -split ',')[0]) $($_.CategoryInfo.Category) $type $_" -replace "`n", ' '
                }
            }
'@
        $starter = 'unshare', '--mount', 'sh', '-c', "mount -t tmpfs tmpfs /run && { $Setup; } && exec `"`$@`"", 'sh'
        if ($Prefix) { $starter += $Prefix }
        $seen = @{}
        $text = Invoke-Engine "`$ErrorActionPreference = 'Stop'; $script" -Prefix $starter
        foreach ($line in $text -split "`n") { $seen[($line -split '=')[0]] = $line -replace '^\w+=' }
        foreach ($task in 'List', 'Get', 'New', 'Remove') {
            $wanted = (Get-Variable $task -ValueOnly) -replace '^(\w+ \w+) ', '$1 NetworkException '
            $seen[$task] | Should -BeLike $wanted -Because "that is what $task says, of all of:`n$text"
        }
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
        # A leftover of that name is in the way of the process, too: one rule.
        $null = New-Item "/run/netns/$digits"
        try { "$(Get-Failure { Get-Link there -Namespace $digits })" | Should -BeLike '*is a file on which no namespace is mounted*' }
        finally { Remove-Item "/run/netns/$digits" }
    }

    It 'is an error for a path that cannot be one' {
        Assert-Failure { Get-NetworkNamespace -Path /proc/1/ns } NamespaceNotFound ObjectNotFound
        Assert-Failure { Get-NetworkNamespace -Path ('/x' * 4000) } NamespaceNotFound ObjectNotFound
    }
}
