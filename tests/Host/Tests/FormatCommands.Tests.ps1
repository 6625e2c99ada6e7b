# The cmdlets that make text of objects.
BeforeAll {
    $things = [pscustomobject]@{ Name = 'a'; Size = 1 }, [pscustomobject]@{ Name = 'long name'; Size = 22 }
    function Get-Line { $input | Out-String -Stream -Width 80 | ForEach-Object TrimEnd | Where-Object { $_ } }
}

Describe 'Format-Table' {
    It 'makes columns' {
        $things | Format-Table | Get-Line | Should -Be 'Name      Size', '----      ----', 'a            1', 'long name   22'
    }

    It 'takes properties, names them and leaves out the head' {
        $upper = @{ Label = 'N'; Expression = { $_.Name.ToUpper() } }
        $things | Format-Table $upper -HideTableHeaders | Get-Line | Should -Be 'A', 'LONG NAME'
        $things | Format-Table Size | Get-Line | Should -Be 'Size', '----', '   1', '  22'
    }

    It 'groups' {
        $things | Format-Table Name -GroupBy Size | Get-Line |
            Should -Be '   Size: 1', 'Name', '----', 'a', '   Size: 22', 'Name', '----', 'long name'
    }
}

Describe 'Format-List' {
    It 'makes lines' {
        $things[1] | Format-List | Get-Line | Should -Be 'Name : long name', 'Size : 22'
        $things[1] | Format-List -Property Si* | Get-Line | Should -Be 'Size : 22'
    }
}

Describe 'Out-String' {
    It 'is one text, or one for each line' {
        1, 'x' | Out-String | Should -BeExactly "1$([Environment]::NewLine)x$([Environment]::NewLine)"
        1, 'x' | Out-String -NoNewline | Should -BeExactly '1x'
        1, 'x' | Out-String -Stream | Should -Be '1', 'x'
        $things | Out-String | Should -BeOfType [string]
    }
}

Describe 'Write cmdlets' {
    It 'Write-Output passes on' {
        Write-Output 1 2 3 | Should -Be 1, 2, 3
        @(Write-Output -NoEnumerate @(1, 2)) | Should -HaveCount 1
        Write-Output 'a b' | Should -Be 'a b'
    }

    It 'Write-Host is information' {
        $records = Write-Host a, (1, 2), $null -Separator '-' 6>&1
        "$records" | Should -BeExactly 'a-1-2-'
        $records[0].Tags | Should -Contain 'PSHOST'
        $records[0].MessageData.NoNewLine | Should -Not -BeTrue
        Write-Host x 6> $null | Should -BeNullOrEmpty
    }

    It 'Write-Error makes records' {
        Write-Error 'text' -ErrorVariable first -ErrorAction SilentlyContinue
        $first[0].FullyQualifiedErrorId | Should -Be 'Microsoft.PowerShell.Commands.WriteErrorException'
        "$($first[0])" | Should -Be 'text'
        $first[0].CategoryInfo.Activity | Should -Be 'Write-Error'

        $details = @{ Exception = [System.ArgumentException]::new('x'); ErrorId = 'MyId'; Category = 'InvalidData'; TargetObject = 5 }
        Write-Error @details -ErrorVariable second -ErrorAction SilentlyContinue
        $second[0].FullyQualifiedErrorId | Should -Be 'MyId'
        $second[0].CategoryInfo.Category | Should -Be 'InvalidData'
        $second[0].TargetObject | Should -Be 5
        { Write-Error 'text' -ErrorAction Stop } | Should -Throw -ExpectedMessage 'text'
    }

    It 'Write-Warning, -Verbose, -Debug and -Information have streams' {
        Write-Warning w 3>&1 | Should -Be 'w'
        Write-Verbose v -Verbose 4>&1 | Should -Be 'v'
        Write-Debug d -Debug 5>&1 | Should -Be 'd'
        Write-Information i 6>&1 | Should -Be 'i'
        Write-Verbose v 4>&1 | Should -BeNullOrEmpty
    }
}
