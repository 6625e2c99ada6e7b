# The cmdlets about files, paths and places.
BeforeAll {
    $folder = [System.IO.Directory]::CreateTempSubdirectory('host-').FullName
}

AfterAll {
    Remove-Item $folder -Recurse -Force
}

Describe 'Paths' {
    It 'are joined' {
        Join-Path a b | Should -BeExactly 'a/b'
        Join-Path /a/ b c | Should -BeExactly '/a/b/c'
        Join-Path a b c d | Should -BeExactly 'a/b/c/d'
    }

    It 'are split' {
        Split-Path /a/b/c.txt | Should -BeExactly '/a/b'
        Split-Path /a/b/c.txt -Parent | Should -BeExactly '/a/b'
        Split-Path /a/b/c.txt -Leaf | Should -BeExactly 'c.txt'
        Split-Path /a/b/c.txt -LeafBase | Should -BeExactly 'c'
        Split-Path /a/b/c.txt -Extension | Should -BeExactly '.txt'
        Split-Path c.txt | Should -BeExactly ''
        '/a/b', '/c/d' | Split-Path -Leaf | Should -Be 'b', 'd'
    }

    It 'are tested' {
        New-Item "$folder/tested" -ItemType Directory | Out-Null
        Test-Path "$folder/tested" | Should -BeTrue
        Test-Path "$folder/missing" | Should -BeFalse
        Test-Path "$folder/tested" -PathType Container | Should -BeTrue
        Test-Path "$folder/tested" -PathType Leaf | Should -BeFalse
        Test-Path "$folder/test*" | Should -BeTrue
        Test-Path -LiteralPath "$folder/test*" | Should -BeFalse
        Test-Path Env:PATH | Should -BeTrue
        Test-Path Env:NO_SUCH_VARIABLE_HERE | Should -BeFalse
        Test-Path NoSuchDrive:\x | Should -BeFalse
    }

    It 'are resolved' {
        New-Item "$folder/resolved.txt" -ItemType File | Out-Null
        (Resolve-Path "$folder/reso*.txt").Path | Should -Be "$folder/resolved.txt"
        Convert-Path "$folder/resolved.txt" | Should -Be "$folder/resolved.txt"
        { Resolve-Path "$folder/missing" -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*ResolvePathCommand'
    }
}

Describe 'Locations' {
    It 'change and come back' {
        $before = (Get-Location).Path
        Push-Location $folder
        (Get-Location).Path | Should -Be $folder
        Set-Location /
        $PWD.Path | Should -Be '/'
        Pop-Location
        (Get-Location).Path | Should -Be $before
    }

    It 'are given to native commands' {
        Push-Location $folder
        try { sh -c 'pwd' | Should -Be $folder }
        finally { Pop-Location }
    }

    It 'must exist' {
        { Set-Location "$folder/missing" -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*SetLocationCommand'
    }
}

Describe 'Items' {
    BeforeEach {
        $place = "$folder/$([guid]::NewGuid())"
        New-Item $place -ItemType Directory | Out-Null
    }

    It 'are made' {
        New-Item "$place/a/b" -ItemType Directory -Force | Should -BeOfType [System.IO.DirectoryInfo]
        (New-Item "$place/f.txt" -ItemType File -Value 'text').Name | Should -Be 'f.txt'
        Get-Content "$place/f.txt" | Should -Be 'text'
        (New-Item -Path $place -Name n.txt).FullName | Should -Be "$place/n.txt"
        { New-Item "$place/f.txt" -ErrorAction Stop } | Should -Throw -ErrorId 'NewItemIOError,*NewItemCommand'
    }

    It 'are found' {
        New-Item "$place/d" -ItemType Directory | Out-Null
        'a.txt', 'b.log', '.hidden', 'd/c.txt' | ForEach-Object { New-Item "$place/$_" } | Out-Null
        (Get-ChildItem $place).Name | Sort-Object | Should -Be 'a.txt', 'b.log', 'd'
        (Get-ChildItem $place -Force).Name | Should -Contain '.hidden'
        (Get-ChildItem $place -File).Name | Sort-Object | Should -Be 'a.txt', 'b.log'
        (Get-ChildItem $place -Directory).Name | Should -Be 'd'
        (Get-ChildItem $place -Filter *.txt).Name | Should -Be 'a.txt'
        (Get-ChildItem $place -Filter *.txt -Recurse).Name | Sort-Object | Should -Be 'a.txt', 'c.txt'
        (Get-ChildItem "$place/*.log").Name | Should -Be 'b.log'
        Get-ChildItem $place -Recurse -Name | Sort-Object | Should -Be 'a.txt', 'b.log', 'd', 'd/c.txt'
        (Get-Item $place).PSIsContainer | Should -BeTrue
        { Get-Item "$place/missing" -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*GetItemCommand'
        { Get-ChildItem "$place/missing" -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*GetChildItemCommand'
    }

    It 'are copied and moved' {
        Set-Content "$place/a" 'x'
        Copy-Item "$place/a" "$place/b"
        Get-Content "$place/b" | Should -Be 'x'
        Move-Item "$place/b" "$place/c"
        Test-Path "$place/b" | Should -BeFalse
        New-Item "$place/d/e" -ItemType Directory -Force | Out-Null
        Copy-Item "$place/d" "$place/f" -Recurse
        Test-Path "$place/f/e" | Should -BeTrue
    }

    It 'are removed' {
        New-Item "$place/d/e" -ItemType Directory -Force | Out-Null
        Set-Content "$place/x.1" 1
        Set-Content "$place/x.2" 2
        Remove-Item "$place/x.*"
        Test-Path "$place/x.1" | Should -BeFalse
        Remove-Item "$place/d" -Recurse
        Test-Path "$place/d" | Should -BeFalse
        { Remove-Item "$place/missing" -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*RemoveItemCommand'
    }

    It 'are left alone by -WhatIf' {
        Set-Content "$place/a" 'x'
        Remove-Item "$place/a" -WhatIf
        Copy-Item "$place/a" "$place/b" -WhatIf
        New-Item "$place/n" -WhatIf
        Test-Path "$place/a" | Should -BeTrue
        Test-Path "$place/b" | Should -BeFalse
        Test-Path "$place/n" | Should -BeFalse
    }
}

Describe 'Content' {
    It 'is written and read' {
        Set-Content "$folder/c.txt" 'one', 'two'
        Add-Content "$folder/c.txt" 'three'
        Get-Content "$folder/c.txt" | Should -Be 'one', 'two', 'three'
        Get-Content "$folder/c.txt" -TotalCount 2 | Should -Be 'one', 'two'
        Get-Content "$folder/c.txt" -Raw | Should -BeExactly ("one", "two", "three", '' -join [Environment]::NewLine)
        1, 2 | Set-Content "$folder/c.txt" -NoNewline
        Get-Content "$folder/c.txt" | Should -BeExactly '12'
        { Set-Content "$folder/missing/x" 1 -ErrorAction Stop } |
            Should -Throw -ErrorId 'GetContentWriterDirectoryNotFoundError,*SetContentCommand'
        { Get-Content $folder -ErrorAction Stop } | Should -Throw -ErrorId 'GetContainerContentException,*GetContentCommand'
        { Get-Content "$folder/missing" -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*GetContentCommand'
    }

    It 'is redirected' {
        'a', 'b' > "$folder/r.txt"
        'c' >> "$folder/r.txt"
        Get-Content "$folder/r.txt" | Should -Be 'a', 'b', 'c'
        'd' | Out-File "$folder/r.txt"
        'e' | Out-File -FilePath "$folder/r.txt" -Append
        Get-Content "$folder/r.txt" | Should -Be 'd', 'e'
        [System.IO.File]::ReadAllBytes("$folder/r.txt")[0] | Should -Be 100
    }

    It 'of a data file is read without running it' {
        Set-Content "$folder/d.psd1" '@{ A = 1; B = @("x", "y"); C = @{ D = $true } }'
        $data = Import-PowerShellDataFile "$folder/d.psd1"
        $data.A | Should -Be 1
        $data.B | Should -Be 'x', 'y'
        $data.C.D | Should -BeTrue
        Set-Content "$folder/e.psd1" '@{ A = (Get-Item /) }'
        { Import-PowerShellDataFile "$folder/e.psd1" -ErrorAction Stop } | Should -Throw
    }
}

Describe 'Comma-separated values' {
    It 'become objects, with quotes, spaces, blank lines and missing values' {
        $lines = 'Name, Text,Last', '# a,  b c ,', '', '"x, ""y""" , "two', 'lines",3,4', 'alone', ''
        [System.IO.File]::WriteAllText("$folder/a.csv", ($lines -join "`n").Replace(",`n", ",`r`n"))
        $rows = @(Import-Csv "$folder/a.csv")
        $rows.Count | Should -Be 3
        ($rows[0].PSObject.Properties.Name -join '|') | Should -Be 'Name|Text|Last'
        $rows[0].Name | Should -BeExactly '# a'
        $rows[0].Text | Should -BeExactly 'b c'
        $rows[0].Last | Should -BeExactly ''
        $rows[1].Name | Should -BeExactly 'x, "y"'
        $rows[1].Text | Should -BeExactly "two`nlines"
        $rows[1].Last | Should -BeExactly '3'
        $null -eq $rows[2].Last | Should -BeTrue
        [System.IO.File]::WriteAllText("$folder/b.csv", "a;b`n1;2")
        (Import-Csv -LiteralPath "$folder/b.csv" -Delimiter ';').b | Should -Be '2'
        { Import-Csv "$folder/none.csv" -ErrorAction Stop } | Should -Throw
    }
}

Describe 'Variables' {
    It 'are read and set' {
        $here = 5
        Get-Variable here -ValueOnly | Should -Be 5
        (Get-Variable here).Name | Should -Be 'here'
        Set-Variable here 6
        $here | Should -Be 6
        Set-Variable -Name here -Value 7 -Scope Script
        $script:here | Should -Be 7
        { Get-Variable noSuchVariable -ErrorAction Stop } | Should -Throw -ErrorId 'VariableNotFound,*GetVariableCommand'
    }
}

Describe 'Time' {
    It 'passes' {
        (Measure-Command { Start-Sleep -Milliseconds 30 }).TotalMilliseconds | Should -BeGreaterThan 25
    }

    It 'is told' {
        Get-Date | Should -BeOfType [datetime]
        Get-Date -Date '2024-05-06' -Format 'yyyy/MM' | Should -Be '2024/05'
    }
}
