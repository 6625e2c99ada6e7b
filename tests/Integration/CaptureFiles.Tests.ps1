# A capture file is there whole or not at all. tcpdump counts what is in it, sha256sum says what was left alone, and the disks
# that are full, read-only or foreign are file systems of the test.

BeforeAll {
    foreach ($module in 'Common', 'Frames') { Import-Module "$PSScriptRoot/$module.psm1" }

    $disk = Join-Path $TestDrive 'disk'
    $null = New-Item $disk -ItemType Directory
    & mount -t tmpfs -o size=64k tmpfs $disk

    # 400 packets are 110 kB, more than the disk has; 20 fit.
    $arguments = @{
        Vni = 1000; Source = '192.0.2.1'; Destination = '192.0.2.2'; Payload = [byte[]]::new(200)
        SourceMac = '02:00:00:00:00:01'; DestinationMac = '02:00:00:00:00:02'
    }
    $frame = [byte[]](ConvertTo-GenevePacket @arguments)
    Write-FrameFile "$TestDrive/many.pcap" @(1..400 | ForEach-Object { , $frame })
    $packets = @(Import-GeneveCapture "$TestDrive/many.pcap")
    $few = @($packets | Select-Object -First 20)

    function Get-PacketCount ([string] $Path) { @(& tcpdump -nn -r $Path 2>$null).Count }
    function Get-Hash ([string] $Path) { (& sha256sum $Path) -split ' ' | Select-Object -First 1 }
    # All names in a folder, hidden ones too.
    function Get-Name ([string] $Path) { (Get-ChildItem $Path -Force | Sort-Object Name).Name }

    # What a call may not change when it fails: an older capture, and what else is on the disk.
    function Assert-Untouched ([scriptblock] $Script) {
        Copy-Item "$TestDrive/old.pcap" "$disk/old.pcap"
        $before = Get-Hash "$disk/old.pcap"
        & $Script
        Get-Hash "$disk/old.pcap" | Should -Be $before
        Get-Name $disk | Should -Be 'old.pcap'
    }

    $few | Select-Object -First 3 | Export-GeneveCapture "$TestDrive/old.pcap"
}

AfterAll {
    & umount $disk
}

Describe 'Export-GeneveCapture' {
    BeforeEach { Get-ChildItem $disk -Force | Remove-Item -Force -Recurse }

    It 'writes 400 packets where there is room: <_>' -ForEach 'pcap', 'pcapng' {
        $packets.Count | Should -Be 400
        $packets | Export-GeneveCapture "$TestDrive/whole.$_"
        Get-PacketCount "$TestDrive/whole.$_" | Should -Be 400
    }

    It 'leaves nothing on a disk that is full: <_>' -ForEach 'pcap', 'pcapng' {
        $words = "$disk/new.$_", 'No space left on device (ENOSPC)'
        Assert-Failure { $packets | Export-GeneveCapture $words[0] } ResourceExhausted ResourceUnavailable $words
        Get-Name $disk | Should -BeNullOrEmpty
    }

    It 'keeps the older file on a disk that is full' {
        Assert-Untouched {
            Assert-Failure { $packets | Export-GeneveCapture "$disk/old.pcap" -Force } ResourceExhausted ResourceUnavailable 'ENOSPC'
        }
    }

    It 'reports a disk that is full only at the end' {
        # All of it fits into what is held back, and not on the disk.
        & dd if=/dev/zero "of=$disk/filler" bs=4k count=15 status=none
        Assert-Failure { $few | Export-GeneveCapture "$disk/new.pcap" } ResourceExhausted ResourceUnavailable 'ENOSPC'
        Get-Name $disk | Should -Be 'filler'
    }

    It 'replaces a file when the new one is complete' {
        Copy-Item "$TestDrive/old.pcap" "$disk/old.pcap"
        & chown 12:34 "$disk/old.pcap"
        & chmod 640 "$disk/old.pcap"
        $during = [System.Collections.Generic.List[int]]::new()
        $few | ForEach-Object { $during.Add((Get-PacketCount "$disk/old.pcap")); $_ } | Export-GeneveCapture "$disk/old.pcap" -Force
        $during | Should -Be (@(3) * 20)
        Get-PacketCount "$disk/old.pcap" | Should -Be 20
        & stat -c '%a %u:%g' "$disk/old.pcap" | Should -Be '640 12:34'
        Get-Name $disk | Should -Be 'old.pcap'
    }

    It 'gives a new file the permissions that the umask leaves' {
        $few | Export-GeneveCapture "$disk/new.pcap"
        & touch "$disk/judge"
        & stat -c %a "$disk/new.pcap" | Should -Be (& stat -c %a "$disk/judge")
    }

    It 'reads and replaces the same file' {
        Copy-Item "$TestDrive/many.pcap" "$TestDrive/same.pcap"
        Import-GeneveCapture "$TestDrive/same.pcap" | Select-Object -First 20 | Export-GeneveCapture "$TestDrive/same.pcap" -Force
        Get-PacketCount "$TestDrive/same.pcap" | Should -Be 20
    }

    It 'replaces nothing when a source is missing' {
        Assert-Untouched {
            foreach ($name in 'old', 'new') {
                Assert-Failure {
                    Import-GeneveCapture "$TestDrive/missing.pcap" -ErrorAction SilentlyContinue -ErrorVariable script:failures |
                        Export-GeneveCapture "$disk/$name.pcap" -Force
                } CaptureIncomplete ReadError "'$disk/$name.pcap' was not written"
                "$($failures.FullyQualifiedErrorId)" | Should -BeLike 'ObjectNotFound,*'
            }
        }
    }

    It 'replaces nothing when a source breaks off, not even the source' {
        # Three packets, and then a length that cannot be.
        $bytes = [System.Collections.Generic.List[byte]]::new([byte[]](Get-Content "$TestDrive/old.pcap" -AsByteStream))
        $bytes.AddRange([byte[]]::new(8))
        $bytes.AddRange([byte[]](255, 255, 255, 127, 255, 255, 255, 127))
        Set-Content "$disk/broken.pcap" $bytes.ToArray() -AsByteStream
        $before = Get-Hash "$disk/broken.pcap"
        Assert-Failure {
            Import-GeneveCapture "$disk/broken.pcap" -ErrorAction SilentlyContinue -ErrorVariable script:failures |
                Export-GeneveCapture "$disk/broken.pcap" -Force
        } CaptureIncomplete ReadError
        "$($failures.FullyQualifiedErrorId)" | Should -BeLike 'CaptureMalformed,*'
        Get-Hash "$disk/broken.pcap" | Should -Be $before
        Get-Name $disk | Should -Be 'broken.pcap'

        # What can be read of it is written when it is asked for in two steps.
        $read = Import-GeneveCapture "$disk/broken.pcap" -ErrorAction Ignore
        $read | Export-GeneveCapture "$disk/broken.pcap" -Force
        Get-PacketCount "$disk/broken.pcap" | Should -Be 3
    }

    It 'leaves nothing when the pipeline ends with an error' {
        Assert-Untouched {
            { $few | ForEach-Object { $_; throw 'enough' } | Export-GeneveCapture "$disk/old.pcap" -Force } | Should -Throw 'enough'
        }
    }

    It 'completes a new file when it is stopped' {
        # What the script block puts out is written before it goes on.
        $text = 'param($packets, $path, $mark) Import-Module Microsoft.PowerShell.Utility; & { $packets; Set-Content $mark written; Start-Sleep 60 } | Export-GeneveCapture $path'
        $mark = "$TestDrive/mark"
        $shell = New-Shell $text $few, "$disk/stopped.pcap", $mark -WithCmdlets
        try {
            $null = $shell.BeginInvoke()
            $limit = [datetime]::UtcNow.AddSeconds(20)
            while (-not (Test-Path $mark) -and [datetime]::UtcNow -lt $limit) { Start-Sleep -Milliseconds 20 }
        }
        finally { Remove-Shell $shell }
        Get-PacketCount "$disk/stopped.pcap" | Should -Be $few.Count
        Get-Name $disk | Should -Be 'stopped.pcap'
    }

    # The engine takes a stop while it loads a module for an error of the command that needs it, and goes on: so that is loaded before.
    It 'leaves an older file when it is stopped' {
        Assert-Untouched {
            $text = 'param($packets, $path) Import-Module Microsoft.PowerShell.Utility; & { $packets; Start-Sleep 60 } | Export-GeneveCapture $path -Force'
            $shell = New-Shell $text $few, "$disk/old.pcap" -WithCmdlets
            try {
                $null = $shell.BeginInvoke()
                $limit = [datetime]::UtcNow.AddSeconds(20)
                while (@(Get-Name $disk).Count -lt 2 -and [datetime]::UtcNow -lt $limit) { Start-Sleep -Milliseconds 20 }
                # It is being written.
                Get-Name $disk | Should -HaveCount 2
            }
            finally { Remove-Shell $shell }
        }
    }

    It 'does not replace without -Force what came there meanwhile' {
        $failure = Get-Failure {
            $few | ForEach-Object { if (-not (Test-Path "$disk/new.pcap")) { Copy-Item "$TestDrive/old.pcap" "$disk/new.pcap" }; $_ } |
                Export-GeneveCapture "$disk/new.pcap"
        }
        "$($failure.FullyQualifiedErrorId) $failure" | Should -BeLike 'ResourceExists,*(EEXIST)*'
        Get-PacketCount "$disk/new.pcap" | Should -Be 3
        Get-Name $disk | Should -Be 'new.pcap'
    }

    It 'reports that what was written has been taken away' {
        Assert-Untouched {
            foreach ($name in 'old', 'new') {
                Assert-Failure {
                    $few | ForEach-Object { & find $disk -name '.*.new' -delete; $_ } |
                        Export-GeneveCapture "$disk/$name.pcap" -Force:($name -eq 'old')
                } ObjectNotFound ObjectNotFound '(ENOENT)', "$name.pcap"
            }
        }
    }

    It 'goes through a symbolic link, which stays' {
        $null = New-Item "$disk/far" -ItemType Directory
        Copy-Item "$TestDrive/old.pcap" "$disk/far/old.pcap"
        $null = New-Item "$disk/link.pcap" -ItemType SymbolicLink -Target 'far/old.pcap'
        $null = New-Item "$disk/dangling.pcap" -ItemType SymbolicLink -Target 'far/new.pcap'
        $few | Export-GeneveCapture "$disk/link.pcap" -Force
        $few | Export-GeneveCapture "$disk/dangling.pcap" -Force
        foreach ($name in 'old', 'new') { Get-PacketCount "$disk/far/$name.pcap" | Should -Be 20 }
        & readlink "$disk/link.pcap" "$disk/dangling.pcap" | Should -Be 'far/old.pcap', 'far/new.pcap'
        Get-Name "$disk/far" | Should -Be 'new.pcap', 'old.pcap'
    }

    It 'writes into a FIFO' {
        & mkfifo "$disk/pipe.pcap"
        $judge = Start-Program tcpdump '-nn', '-r', "$disk/pipe.pcap", '-w', "$TestDrive/piped.pcap"
        $packets | Export-GeneveCapture "$disk/pipe.pcap" -Force
        $judge.WaitForExit(20000) | Should -BeTrue
        Stop-Program $judge
        Get-PacketCount "$TestDrive/piped.pcap" | Should -Be 400
        (& stat -c %F "$disk/pipe.pcap") | Should -Be 'fifo'
    }

    It 'reports a device that takes nothing' {
        $null = New-Item "$disk/full.pcap" -ItemType SymbolicLink -Target '/dev/full'
        Assert-Failure { $few | Export-GeneveCapture "$disk/full.pcap" -Force } ResourceExhausted ResourceUnavailable 'ENOSPC'
        (& stat -L -c %F "$disk/full.pcap") | Should -Be 'character special file'
    }

    It 'reports a folder of that name, and one that does not exist' {
        $null = New-Item "$disk/folder.pcap" -ItemType Directory
        $directory = 'Is a directory (EISDIR)'
        Assert-Failure { $few | Export-GeneveCapture "$disk/folder.pcap" -Force } InvalidArgument InvalidArgument $directory
        Assert-Failure { $few | Export-GeneveCapture "$disk/missing/x.pcap" } ObjectNotFound ObjectNotFound 'missing/x.pcap'
    }

    It 'reports a disk that is read-only' {
        Assert-Untouched {
            & mount -o remount,ro $disk
            try { Assert-Failure { $few | Export-GeneveCapture "$disk/old.pcap" -Force } PermissionDenied PermissionDenied 'EROFS' }
            finally { & mount -o remount,rw $disk }
        }
    }

    It 'reports a folder that the user may not write' {
        Assert-Untouched {
            & chmod 555 $disk
            $text = "try { Import-GeneveCapture '$TestDrive/many.pcap' | Export-GeneveCapture '$disk/old.pcap' -Force }
                catch { `"`$(`$_.FullyQualifiedErrorId) `$(`$_.CategoryInfo.Category) `$(`$_.TargetObject) `$_`" }"
            Invoke-Engine $text -Prefix 'setpriv', '--bounding-set', '-dac_override', '--inh-caps', '-dac_override', 'sh', '-c',
                'chown 65534 $0 && exec "$@"', $disk |
                Should -BeLike "PermissionDenied,* PermissionDenied $disk/old.pcap *(EACCES)*"
            & chmod 755 $disk
        }
    }

    It 'writes nothing with -WhatIf' {
        Assert-Untouched { $few | Export-GeneveCapture "$disk/old.pcap" -Force -WhatIf }
    }
}

Describe 'Import-GeneveCapture' {
    It 'makes one typed error of <What>' -ForEach @(
        @{ What = 'a folder'; Path = { $disk }; Id = 'InvalidArgument InvalidArgument'; Words = 'Is a directory (EISDIR)' }
        # Nothing is mapped at address 0: the kernel answers EIO.
        @{ What = 'what the disk cannot read'; Path = { '/proc/self/mem' }; Id = 'DeviceFailed DeviceError'; Words = '(EIO)' }
        @{ What = 'a file that does not exist'; Path = { "$TestDrive/no.pcap" }; Id = 'ObjectNotFound ObjectNotFound'; Words = '(ENOENT)' }
        @{ What = 'a path through a file'; Path = { "$TestDrive/old.pcap/x" }; Id = 'InvalidArgument InvalidArgument'; Words = '(ENOTDIR)' }
        @{ What = 'a name that is too long'; Path = { 'x' * 300 }; Id = 'InvalidArgument InvalidArgument'; Words = '(ENAMETOOLONG)' }
        @{ What = 'a link to itself'; Path = { & $loop }; Id = 'InvalidArgument InvalidArgument'; Words = '(ELOOP)' }
        # Up to the NUL it is the path of a capture.
        @{ What = 'a path with a NUL'; Path = { "$TestDrive/old.pcap`0x" }; Id = 'InvalidArgument InvalidArgument'; Words = 'contains NUL' }
        @{ What = 'what is only written'; Path = { '/proc/self/clear_refs' }; Id = 'InvalidArgument InvalidArgument'; Words = '(EINVAL)' }
        @{ What = 'an empty file'; Path = { '/dev/null' }; Id = 'CaptureMalformed InvalidArgument'; Words = '0 are there' }
        @{ What = 'zeros without end'; Path = { '/dev/zero' }; Id = 'CaptureMalformed InvalidArgument'; Words = '00000000' }
        @{ What = 'a FIFO without data'; Path = { & $fifo 'true' }; Id = 'CaptureMalformed InvalidArgument'; Words = '0 are there' }
        @{ What = 'a FIFO of three bytes'; Path = { & $fifo 'printf abc' }; Id = 'CaptureMalformed InvalidArgument'; Words = '3 are there' }
        @{ What = 'a late FIFO'; Path = { & $fifo 'sleep 0.3; echo text' }; Id = 'CaptureMalformed InvalidArgument'; Words = '74657874' }
        @{ What = 'the beginning of gzip'; Path = { & $cut 2 }; Id = 'CaptureMalformed InvalidArgument'; Words = '0 are there' }
        @{ What = 'gzip without data'; Path = { & $cut 18 }; Id = 'CaptureMalformed InvalidArgument'; Words = 'malformed at byte 0' }
    ) {
        $loop = {
            & ln -sfn loop "$TestDrive/loop"
            "$TestDrive/loop"
        }
        $fifo = {
            param($Script)
            $path = "$TestDrive/$(New-Guid)"
            & mkfifo $path
            $null = Start-Program sh '-c', "{ $Script; } > $path"
            $path
        }
        $cut = {
            param($Count)
            & sh -c "gzip -c '$TestDrive/many.pcap' | head -c $Count > '$TestDrive/cut.gz'"
            "$TestDrive/cut.gz"
        }
        $null = Import-GeneveCapture (& $Path) -All -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 1
        $failed[0].Exception | Should -BeOfType GeneveNet.NetworkException
        $seen = ($failed[0].FullyQualifiedErrorId -split ',')[0], $failed[0].CategoryInfo.Category
        "$seen" | Should -Be $Id -Because "the error was: $failed"
        "$failed" | Should -BeLike "*$Words*"
    }

    It 'reports a socket' {
        $socket = [System.Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
        $socket.Bind([System.Net.Sockets.UnixDomainSocketEndPoint]::new("$TestDrive/socket"))
        try { Assert-Failure { Import-GeneveCapture "$TestDrive/socket" } ObjectNotFound ObjectNotFound '(ENXIO)' }
        finally { $socket.Dispose() }
    }

    It 'reports what this user may not read' {
        Copy-Item "$TestDrive/old.pcap" "$TestDrive/secret.pcap"
        & chown 65534 "$TestDrive/secret.pcap"
        & chmod 600 "$TestDrive/secret.pcap"
        $script = "try { Import-GeneveCapture '$TestDrive/secret.pcap' -ErrorAction Stop } catch { `"`$(`$_.FullyQualifiedErrorId) `$_`" }"
        $without = '-dac_override,-dac_read_search'
        Invoke-Engine $script -Prefix 'setpriv', '--bounding-set', $without, '--inh-caps', $without, '--' |
            Should -BeLike 'PermissionDenied,* *secret.pcap*(EACCES)*'
    }

    It 'reads what comes through a FIFO, slowly' {
        & mkfifo "$TestDrive/slow"
        $file = "$TestDrive/many.pcap"
        $null = Start-Program sh '-c', "exec > $TestDrive/slow; sleep 0.2; head -c 1000 $file; sleep 0.2; tail -c +1001 $file"
        Import-GeneveCapture "$TestDrive/slow" | Should -HaveCount 400
    }

    It 'does not keep Ctrl-C waiting at a FIFO whose other end nobody <_>' -ForEach 'opens', 'writes to' {
        $path = "$TestDrive/silent-$($_ -replace '\W')"
        & mkfifo $path
        $writer = if ($_ -eq 'writes to') { Start-Program sh '-c', "exec sleep 100 > $path" }
        $shell = New-Shell "Import-GeneveCapture $path" -WithCmdlets
        try {
            $null = $shell.BeginInvoke()
            Start-Sleep -Milliseconds 500
            "$($shell.InvocationStateInfo.State)" | Should -Be 'Running'
            (Measure-Command { $shell.Stop() }).TotalSeconds | Should -BeLessThan 3
        }
        finally {
            Remove-Shell $shell
            Stop-Program $writer
        }
    }

    It 'reads a file that shrinks up to there' {
        Copy-Item "$TestDrive/many.pcap" "$TestDrive/shrinking.pcap"
        $count = 0
        Import-GeneveCapture "$TestDrive/shrinking.pcap" -WarningVariable warnings -WarningAction SilentlyContinue | ForEach-Object {
            if ($count++ -eq 0) { & truncate -s 100000 "$TestDrive/shrinking.pcap" }
        }
        $count | Should -Be (Get-PacketCount "$TestDrive/shrinking.pcap")
        "$warnings" | Should -BeLike '*ends in the middle of a frame*'
    }
}
