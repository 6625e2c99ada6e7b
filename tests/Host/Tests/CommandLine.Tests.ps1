# What a script sees of its command line, and what the caller sees of its end. True of pwsh and of the host alike.
BeforeAll {
    $folder = [System.IO.Directory]::CreateTempSubdirectory('host-').FullName
    function New-Script ([string] $Text) {
        $path = "$folder/$([guid]::NewGuid()).ps1"
        [System.IO.File]::WriteAllText($path, $Text)
        $path
    }

    # Output of standard output and of standard error apart, and the exit status.
    function Invoke-Engine ([string[]] $Argument) {
        $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
        $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $start.WorkingDirectory = $folder
        $start.Environment['NO_COLOR'] = '1'
        foreach ($each in @('-NoProfile', '-NonInteractive') + $Argument) { $start.ArgumentList.Add($each) }
        $process = [System.Diagnostics.Process]::Start($start)
        $errors = $process.StandardError.ReadToEndAsync()
        $output = $process.StandardOutput.ReadToEnd()
        $process.WaitForExit()
        @{ Output = $output.Trim(); Error = $errors.Result.Trim(); Status = $process.ExitCode }
    }
}

AfterAll {
    Remove-Item $folder -Recurse -Force
}

Describe 'Arguments of a script' {
    BeforeAll {
        $echo = New-Script 'param([string]$Name, [int]$Number = 1, [switch]$Flag, [string[]]$Rest) "$Name|$Number|$Flag|$Rest"'
    }

    It '<Arguments> gives <Expected>' -ForEach @(
        @{ Arguments = , 'demo'; Expected = 'demo|1|False|' }
        @{ Arguments = 'demo', '5'; Expected = 'demo|5|False|' }
        @{ Arguments = '-Number', '7', 'demo'; Expected = 'demo|7|False|' }
        @{ Arguments = '-Flag', 'demo'; Expected = 'demo|1|True|' }
        @{ Arguments = 'demo', '-Flag:$false'; Expected = 'demo|1|False|' }
        @{ Arguments = 'demo', '-Flag:$true'; Expected = 'demo|1|True|' }
        @{ Arguments = '-Name:demo', '-Num', '3'; Expected = 'demo|3|False|' }
        @{ Arguments = '-Name:', 'demo'; Expected = 'demo|1|False|' }
        @{ Arguments = 'a b', '-Rest', 'x y'; Expected = 'a b|1|False|x y' }
    ) {
        (Invoke-Engine (@($echo) + $Arguments)).Output | Should -BeExactly $Expected
        (Invoke-Engine (@('-File', $echo) + $Arguments)).Output | Should -BeExactly $Expected
    }

    It 'that do not fit end the script before it starts' {
        $strict = New-Script '[CmdletBinding()] param([string]$Name) "ran"'
        $result = Invoke-Engine $strict, '-Nonsense', 'x'
        $result.Status | Should -Be 1
        $result.Error | Should -BeLike '*Nonsense*'
        $result.Output | Should -BeNullOrEmpty
    }
}

Describe 'The exit status' {
    It 'of a script with { <Text> } is <Expected>' -ForEach @(
        @{ Text = '1'; Expected = 0 }
        @{ Text = 'exit 3'; Expected = 3 }
        @{ Text = 'function f { exit 4 }; f'; Expected = 4 }
        @{ Text = 'throw "x"'; Expected = 1 }
        @{ Text = 'sh -c "exit 5"'; Expected = 0 }
        @{ Text = 'sh -c "exit 5"; exit $LASTEXITCODE'; Expected = 5 }
        @{ Text = 'try { throw 1 } finally { 2 }'; Expected = 1 }
        @{ Text = '$ErrorActionPreference = "Stop"; Get-Item /no/such/item'; Expected = 1 }
        @{ Text = 'Get-Item /no/such/item; 1'; Expected = 0 }
        @{ Text = '& { exit 6 }'; Expected = 6 }
        @{ Text = 'if ('; Expected = 1 }
    ) {
        (Invoke-Engine (New-Script $Text)).Status | Should -Be $Expected
    }

    It 'of a command { <Text> } is <Expected>' -ForEach @(
        @{ Text = '1'; Expected = 0 }
        @{ Text = 'exit 3'; Expected = 3 }
        @{ Text = 'throw "x"'; Expected = 1 }
        @{ Text = 'Get-Item /no/such/item'; Expected = 1 }
        @{ Text = 'Get-Item /no/such/item; 1'; Expected = 0 }
        @{ Text = 'sh -c "exit 5"'; Expected = 1 }
    ) {
        (Invoke-Engine '-Command', $Text).Status | Should -Be $Expected
    }

    It 'of a script that is not there is not zero' {
        (Invoke-Engine './missing.ps1').Status | Should -Be 64
    }
}

Describe 'What is written' {
    It 'goes to standard output, errors to standard error' {
        $result = Invoke-Engine (New-Script @'
"output"; Write-Host "host"; Write-Warning "careful"; Write-Verbose "detail" -Verbose; Write-Error "broken"
Write-Information "silent"; Write-Debug "silent"; Write-Verbose "silent"; sh -c "echo native; echo wrong >&2"
'@)
        $result.Output -split '\r?\n' | Should -Be 'output', 'host', 'WARNING: careful', 'VERBOSE: detail', 'native'
        $result.Error | Should -BeLike '*broken*'
        $result.Error | Should -BeLike '*wrong*'
    }

    It 'as an error tells where it happened' {
        $script = New-Script "1`nfunction f { throw 'no good' }`nf"
        $result = Invoke-Engine $script
        $result.Output | Should -Be '1'
        $result.Error | Should -BeLike "*${script}:2*"
        $result.Error | Should -BeLike '*no good*'
    }

    It 'is formatted by the formatter' {
        $result = Invoke-Engine (New-Script '[pscustomobject]@{ Name = "a"; Size = 1 }, [pscustomobject]@{ Name = "bc"; Size = 22 }')
        $lines = $result.Output -split '\r?\n' | ForEach-Object TrimEnd
        $lines | Should -Be 'Name Size', '---- ----', 'a       1', 'bc     22'
    }
}

Describe 'Native commands' {
    It 'give their lines' {
        $lines = sh -c 'echo one; echo two'
        $lines | Should -Be 'one', 'two'
    }

    It 'take input' {
        'b', 'a' | sort | Should -Be 'a', 'b'
    }

    It 'leave their status' {
        sh -c 'exit 7'
        $LASTEXITCODE | Should -Be 7
        $LASTEXITCODE = 0
    }

    It 'merge errors when asked' {
        $all = sh -c 'echo out; echo err >&2' 2>&1
        $all | Should -HaveCount 2
        "$all" | Should -BeLike '*err*'
        sh -c 'echo out; echo err >&2' *> $null | Should -BeNullOrEmpty
    }

    It 'write into files' {
        sh -c 'echo text' > "$folder/native.txt"
        Get-Content "$folder/native.txt" | Should -Be 'text'
    }
}

Describe 'A question that nobody can answer' {
    It 'is an error' {
        $result = Invoke-Engine (New-Script @'
function Test-Question {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param()
    if ($PSCmdlet.ShouldProcess('x')) { 'done' }
}
Test-Question
'@)
        $result.Output | Should -BeNullOrEmpty
        $result.Error | Should -BeLike '*NonInteractive*'
    }

    It 'is an error for a missing parameter' {
        $result = Invoke-Engine '-Command', 'function f { param([Parameter(Mandatory)] $Needed) "done" }; f'
        $result.Output | Should -BeNullOrEmpty
        $result.Error | Should -BeLike '*Needed*'
    }
}

Describe 'The surroundings of a script' {
    It 'know its place' {
        $script = New-Script '"$PSScriptRoot|$PSCommandPath|$PWD|$IsLinux|$($PSVersionTable.PSEdition)"'
        $result = Invoke-Engine ([System.IO.Path]::GetFileName($script))
        $parts = $result.Output -split '\|'
        $parts[0] | Should -Be $folder
        $parts[1] | Should -BeLike "$folder/*.ps1"
        $parts[2] | Should -Be $folder
        $parts[3] | Should -Be 'True'
        $parts[4] | Should -Be 'Core'
    }
}
