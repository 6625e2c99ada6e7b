<#
.SYNOPSIS
Runs the examples of the help, each on a stage of its own, and writes down what came of them.
.DESCRIPTION
This process must be in a network namespace of its own: that is host a, and what is in it is taken down.
Each example becomes a line of JSON: Name, Errors, Types and Text of its output, and Judge, what the judge printed.
#>
[CmdletBinding()]
param(
    # A JSON file with a list of Name, Code, Stage, Container, Before, Judge.
    [string] $Path,

    # Where the lines go.
    [string] $ResultPath,

    # The id of a process in the container client1; without one, examples with it are passed over.
    [int] $ContainerProcess
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../../../GeneveNet.psd1"

# Nobody is there to be asked.
$global:ConfirmPreference = 'None'
$env:CLIENT1 = $ContainerProcess
$container = if ($ContainerProcess) { 'client1' }
. "$PSScriptRoot/Stages.ps1"

# Files that examples read are in the folder they run in.
$folder = New-Item "Temp:/genevenet-help-$(New-Guid)" -ItemType Directory
Push-Location $folder.FullName
Set-Content peers.json @'
[
    { "Name": "to-b", "Vni": 1000, "Remote": "10.0.0.250", "Address": "11.200.1.1/32" },
    { "Name": "to-c", "Vni": 1001, "Remote": "10.0.0.249" }
]
'@
Set-Content stations.json @'
[
    { "Mac": "02:00:00:00:00:21", "Port": "geneve1" },
    { "Mac": "02:00:00:00:00:22", "Port": "veth-host" }
]
'@
Set-Content /run/dnsmasq.pid $PID -NoNewline

# A script text with all that it puts out, an error among it. In a scope of its own, with the preferences of a prompt.
function Invoke-Text {
    param([string] $Text)
    $ErrorActionPreference = 'Continue'
    try { & ([scriptblock]::Create($Text)) 2>&1 4>$null }
    catch { $_ }
}

function Invoke-Example {
    param($Example)
    Clear-Stage $container
    Initialize-Stage $Example.Stage
    if ($Example.Before) {
        $wrong = Invoke-Text $Example.Before | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }
        if ($wrong) { throw "Before $($Example.Name): $wrong" }
    }
    $all = @(Invoke-Text $Example.Code)
    $wrong, $output = $all.Where({ $_ -is [System.Management.Automation.ErrorRecord] }, 'Split')
    [ordered]@{
        Name   = $Example.Name
        Errors = @($wrong | ForEach-Object { "$($_.FullyQualifiedErrorId): $_" })
        Types  = @($output | Where-Object { $null -ne $_ } | ForEach-Object { $_.GetType().FullName } | Select-Object -Unique)
        Text   = "$($output | Out-String -Width 200)"
        Judge  = if ($Example.Judge -ne 'output') { @(& sh -c $Example.Judge 2>&1 | ForEach-Object { "$_" }) -join "`n" }
    }
}

try {
    # A capture that examples read: two pings and their answers, which are IPv4 inside.
    Clear-Stage $container
    Initialize-Stage traffic
    & tcpdump -Z root -i eth0 -c 4 -w tunnel.pcap 'udp port 6081 and udp[28:2] = 0x0800' 2>$null
    foreach ($example in Get-Content $Path -Raw | ConvertFrom-Json) {
        if ($example.Container -and -not $container) { continue }
        try { $result = Invoke-Example $example }
        catch { $result = @{ Name = $example.Name; Errors = @("$_ $($_.ScriptStackTrace)"); Types = @(); Text = ''; Judge = '' } }
        $result | ConvertTo-Json -Compress -Depth 4 | Add-Content $ResultPath
    }
}
finally {
    Clear-Stage $container
    Remove-Item /run/dnsmasq.pid
    Pop-Location
    Remove-Item $folder.FullName -Recurse
}
