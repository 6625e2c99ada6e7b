# What the integration tests share. The judges are ip, bridge, ping and tcpdump; nothing here asks our own cmdlets.

using namespace System.Diagnostics.CodeAnalysis
using namespace System.Management.Automation

[SuppressMessage('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Nobody asks a test for -WhatIf.')]
param()

Import-Module "$PSScriptRoot/../Engine.psm1"

$manifest = Convert-Path "$PSScriptRoot/../../GeneveNet.psd1"

# The objects behind `ip -j …`.
function Get-IpJson {
    $text = (& ip -j @args) -join "`n"
    if ($LASTEXITCODE -ne 0) { throw "ip -j $args ended with $LASTEXITCODE" }
    if ($text.Trim()) { $text | ConvertFrom-Json }
}

# A link of a namespace as `ip` sees it; nothing where there is none of that name.
function Get-IpLink {
    param([string] $Namespace, [string] $Name)
    $text = (& ip -n $Namespace -j -d link show dev $Name 2>$null) -join ''
    if ($LASTEXITCODE -eq 0) { $text | ConvertFrom-Json }
}

# The addresses of a link as `ip` sees them, as "ADDRESS/LENGTH", without those the kernel adds by itself.
function Get-IpAddress {
    param([string] $Namespace, [string] $Name)
    foreach ($one in (Get-IpJson -n $Namespace -d addr show dev $Name).addr_info) {
        if ($one.local -notlike 'fe80:*') { "$($one.local)/$($one.prefixlen)" }
    }
}

# A name that no other test and nobody else uses.
function Get-TestName {
    param([string] $Prefix = 'gnt')
    $Prefix + (New-Guid).ToString('N').Substring(0, 8)
}

# Creates network namespaces with `ip`, the loopback in each of them up.
function Add-TestNamespace {
    param([string[]] $Name)
    foreach ($one in $Name) {
        & ip netns add $one
        if ($LASTEXITCODE -ne 0) { throw "ip netns add $one ended with $LASTEXITCODE" }
        & ip -n $one link set lo up
    }
}

# Removes those that exist.
function Remove-TestNamespace {
    param([string[]] $Name)
    $existing = $Name | Where-Object { $_ -and (Test-Path -LiteralPath "/run/netns/$_") }
    if ($existing) { $existing | ForEach-Object { "netns del `"$_`"" } | & ip -force -batch - }
}

# Two hosts joined by a cable: eth0 in each, 10.0.0.251/24 in the first, 10.0.0.250/24 in the second.
function Add-TestUnderlay {
    param([string] $A, [string] $B)
    Add-TestNamespace $A, $B
    & ip -n $A link add eth0 type veth peer name eth0 netns $B
    & ip -n $A addr add 10.0.0.251/24 dev eth0
    & ip -n $B addr add 10.0.0.250/24 dev eth0
    & ip -n $A addr add fd00::251/64 dev eth0 nodad
    & ip -n $B addr add fd00::250/64 dev eth0 nodad
    & ip -n $A link set eth0 up
    & ip -n $B link set eth0 up
}

# Whether a ping from a namespace is answered.
function Test-Ping {
    param([string] $Namespace, [string] $Destination, [int] $Count = 2)
    $null = & ip netns exec $Namespace ping -n -q -c $Count -i 0.2 -W 2 $Destination 2>&1
    $LASTEXITCODE -eq 0
}

# Runs several commands of `ip` in one process: starting one is what takes time in a booted kernel.
function Invoke-IpBatch {
    param([string] $Namespace, [string[]] $Lines)
    $Lines | & ip -n $Namespace -batch -
    if ($LASTEXITCODE -ne 0) { throw "ip -batch ended with $LASTEXITCODE" }
}

# Leaves out what the kernel changes by itself a moment after a link was set up or down.
function Remove-Passing {
    param([string] $Text)
    $passing = '"(operstate|qdisc)":"[^"]*",|"(NO-CARRIER|tentative)"(,|(?=\]))|"(tentative|linkdown)":true,|"linkdown"(,|(?=\]))'
    # Of a lifetime that runs, the last two digits.
    $timers = '"\w*timer":[\d.]+,?'
    $Text -replace $passing -replace $timers -replace '(?<=_life_time":\d+)\d\d(?=[,}])' -replace '(?<="expires":\d+)\d\d(?=[,}])'
}

# All links of namespaces as `ip` sees them: to compare before and after.
function Get-LinkSnapshot {
    param([string[]] $Namespace)
    $text = foreach ($one in $Namespace) { & ip -n $one -j -d link }
    Remove-Passing ($text -join "`n")
}

# All that a cmdlet of ours could change in namespaces: to compare before and after.
function Get-Snapshot {
    param([string[]] $Namespace)
    $text = foreach ($one in $Namespace) {
        'addr', 'route show table all' | & ip -n $one -j -d -batch -
    }
    ((Get-ChildItem /run/netns -Force | Sort-Object Name).Name -join "`n") + (Remove-Passing ($text -join "`n"))
}

# Everything that hangs on the links of namespaces, as ip, bridge and /proc/sys show it, a thing a line: to compare before and after.
function Get-WholeSnapshot {
    param([string[]] $Namespace)
    $questions = @{
        ip     = 'link', 'addr', 'route show table all', '-6 route show table all', 'neigh', 'neigh show proxy', 'rule', '-6 rule'
        bridge = 'link', 'fdb', 'vlan'
    }
    foreach ($one in $Namespace) {
        foreach ($program in 'ip', 'bridge') {
            foreach ($question in $questions[$program]) {
                $words = -split $question
                # A kernel without VLANs in bridges cannot say which there are.
                $text = Remove-Passing ((& $program -n $one -j -d @words 2>$null) -join '')
                if ($LASTEXITCODE -ne 0 -or -not $text) { continue }
                # The lists of a link are in order; those of the whole namespace come as the kernel's hash tables have them.
                foreach ($thing in $text | ConvertFrom-Json) { "$one $program $question $(ConvertTo-Json $thing -Depth 9 -Compress)" }
            }
        }
        # Beside settings there is what was never set (an error to read) and what can only be written.
        $files = '/proc/sys/net/ipv[46]/conf/*/*', '/proc/sys/net/ipv[46]/neigh/*/*' -join ' '
        & ip netns exec $one sh -c "grep -s . $files" | ForEach-Object { "$one $_" }
    }
}

# How a whole snapshot of now differs from an earlier one, once the kernel has done what it does a moment later (carrier, addresses
# that it makes by itself); nothing when it does not.
function Compare-WholeSnapshot {
    param([string[]] $Before, [string[]] $Namespace)
    foreach ($attempt in 1..40) {
        $now = Get-WholeSnapshot $Namespace
        $differences = Compare-Object $Before $now | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" }
        if (-not $differences) { return }
        Start-Sleep -Milliseconds 150
    }
    $differences -join "`n"
}

# Whether this kernel can create a Geneve link; asked in a fresh namespace, so that nothing stays.
function Test-GeneveKernel {
    $null = & unshare --net ip link add probe type geneve id 1 remote 192.0.2.1 2>&1
    $LASTEXITCODE -eq 0
}

# The first error of a script block, terminating or not; nothing where there is none.
function Get-Failure {
    param([scriptblock] $Script)
    try { $output = & $Script 2>&1 }
    catch { return $_ }
    $output | Where-Object { $_ -is [ErrorRecord] } | Select-Object -First 1
}

# Fails unless a script block fails as described. The id is the part before the comma, which is the module's contract.
function Assert-Failure {
    param([scriptblock] $Script, [string] $Id, [string] $Category, [string[]] $Message)
    $failure = Get-Failure $Script
    if ($null -eq $failure) { throw "There was no error; $Id was expected." }
    "$(($failure.FullyQualifiedErrorId -split ',')[0]) $($failure.CategoryInfo.Category)" |
        Should -Be "$Id $Category" -Because "the error was: $failure"
    foreach ($fragment in $Message) { "$failure" | Should -BeLike "*$fragment*" }
}

# What a script block writes with -Verbose, as one text.
function Get-Verbose {
    param([scriptblock] $Script)
    $lines = & $Script 4>&1 | Where-Object { $_ -is [VerboseRecord] }
    $lines -join "`n"
}

# Starts a program whose output can be read while it runs.
function Start-Program {
    param([string] $Program, [string[]] $Arguments)
    $start = [System.Diagnostics.ProcessStartInfo]::new($Program)
    foreach ($word in $Arguments) { $start.ArgumentList.Add($word) }
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    [System.Diagnostics.Process]::Start($start)
}

# Starts tcpdump in a namespace and returns as soon as it listens; it ends by itself after that many packets.
function Start-Capture {
    param([string] $Namespace, [string] $Interface, [string] $Filter, [int] $Count)
    $tcpdump = 'tcpdump', '-i', $Interface, '-nne', '-v', '-l', '-c', "$Count", $Filter
    $capture = Start-Program ip (@('netns', 'exec', $Namespace, 'timeout', '15') + $tcpdump)
    do { $line = $capture.StandardError.ReadLine() } until ($null -eq $line -or $line -match 'listening on')
    $capture
}

# Returns what tcpdump saw, once it has ended.
function Receive-Capture {
    param([System.Diagnostics.Process] $Capture)
    $Capture.StandardOutput.ReadToEnd()
    $Capture.WaitForExit()
    $Capture.Dispose()
}

# Starts a process in a network namespace of its own, which has no name. End it with Stop-Program.
function Start-NamespaceProcess {
    $process = Start-Program unshare '--net', 'sleep', '600'
    # It is in there once unshare has become sleep.
    while ((Get-Content "/proc/$($process.Id)/comm" -ErrorAction Stop) -ne 'sleep') { Start-Sleep -Milliseconds 5 }
    $process
}

function Stop-Program {
    param([System.Diagnostics.Process] $Process)
    if ($null -eq $Process) { return }
    $Process.Kill()
    $Process.WaitForExit()
    $Process.Dispose()
}

# Runs a script text in another PowerShell with GeneveNet loaded, started by a program such as strace or setpriv.
# Returns its output as text.
function Invoke-Engine {
    param([string] $Text, [string[]] $Prefix = @('env'))
    $program, [array] $arguments = @($Prefix) + @(Get-EngineCommand)
    $output = & $program @arguments -NoProfile -NonInteractive -Command "Import-Module '$manifest'; $Text" 2>&1
    if ($LASTEXITCODE -ne 0) { throw "The engine ended with $LASTEXITCODE`: $output" }
    $output -join "`n"
}

# A shell with a session of its own, which runs in the background after BeginInvoke. End it with Remove-Shell.
function New-Shell {
    param([string] $Text, [object[]] $ArgumentList = @(), [switch] $WithCmdlets)
    $state = [Runspaces.InitialSessionState]::CreateDefault2()
    if ($WithCmdlets) { $state.ImportPSModule($manifest) }
    $shell = [powershell]::Create()
    $shell.Runspace = [Runspaces.RunspaceFactory]::CreateRunspace($state)
    $shell.Runspace.Open()
    $null = $shell.AddScript($Text)
    foreach ($argument in $ArgumentList) { $null = $shell.AddArgument($argument) }
    $shell
}

function Remove-Shell {
    param([powershell] $Shell)
    if ($null -eq $Shell) { return }
    $Shell.Stop()
    $Shell.Runspace.Dispose()
    $Shell.Dispose()
}

Export-ModuleMember -Function *
