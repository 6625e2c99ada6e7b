# Far hosts: a network namespace with a name and an SSH server of its own, whose subsystem is PowerShell. A test reaches it as
# anybody reaches another machine, over a link that has nothing to do with the paths it tests.

Import-Module "$PSScriptRoot/Common.psm1"

# Where sshd locks up the part of it that listens to strangers. Its packages make it when a service starts, and there is none.
$privilegeSeparation = '/run/sshd'
$madePrivilegeSeparation = $false
$hosts = [System.Collections.Generic.List[object]]::new()

<#
.SYNOPSIS
Makes a network namespace a far host: links it to this one and starts an SSH server in it. Remove it with Remove-FarHost.
.EXAMPLE
$far = Add-FarHost $namespace
$session = Connect-FarHost $far
#>
function Add-FarHost {
    param(
        [Parameter(Mandatory)]
        [string] $Namespace,

        # What the host calls itself.
        [string] $Name = (Get-TestName 'far')
    )
    if (-not (Test-Path $privilegeSeparation)) {
        $null = New-Item $privilegeSeparation -ItemType Directory
        $script:madePrivilegeSeparation = $true
    }

    # Management addresses, from what is set aside for tests between networks; the first that is free.
    $number = 1
    while ($number -in $hosts.Number) { $number++ }
    $far = [pscustomobject]@{
        Name      = $Name
        Namespace = $Namespace
        Number    = $number
        Address   = "198.19.$number.2"
        Link      = Get-TestName 'mgmt'
        Folder    = "/run/$(Get-TestName 'sshd')"
        Server    = $null
    }
    $hosts.Add($far)
    try {
        Add-ManagementLink $far
        Write-ServerFile $far
        $far.Server = Start-Server $far
    }
    catch {
        Remove-FarHost $far
        throw
    }
    $far
}

function Add-ManagementLink ($FarHost) {
    & ip link add $FarHost.Link type veth peer name mgmt0 netns $FarHost.Namespace
    if ($LASTEXITCODE -ne 0) { throw "ip link add ended with $LASTEXITCODE" }
    & ip addr add "198.19.$($FarHost.Number).1/30" dev $FarHost.Link
    & ip link set $FarHost.Link up
    Invoke-IpBatch $FarHost.Namespace "addr add $($FarHost.Address)/30 dev mgmt0", 'link set mgmt0 up'
}

# The server's configuration, its key and that of the one user, and what a client must know of the host.
function Write-ServerFile ($FarHost) {
    $folder = $FarHost.Folder
    $null = New-Item $folder -ItemType Directory
    & chmod 700 $folder
    foreach ($key in 'host', 'user') { & ssh-keygen -q -t ed25519 -N '' -C $key -f "$folder/$key" }
    Copy-Item "$folder/user.pub" "$folder/authorized_keys"
    "$($FarHost.Address) $(Get-Content "$folder/host.pub")" | Set-Content "$folder/known_hosts"
    # A login has none of the settings with which this PowerShell runs.
    $settings = Get-ChildItem env: | Where-Object Name -Match '^(DOTNET|POWERSHELL)_' | ForEach-Object { "$($_.Name)=$($_.Value)" }
    @(
        "ListenAddress $($FarHost.Address)"
        "HostKey $folder/host"
        "AuthorizedKeysFile $folder/authorized_keys"
        'PidFile none'
        'PermitRootLogin prohibit-password'
        'PasswordAuthentication no'
        'KbdInteractiveAuthentication no'
        'StrictModes no'
        'UsePAM no'
        if ($settings) { "SetEnv $settings" }
        "Subsystem powershell $(Get-EngineCommand) -sshs -NoLogo -NoProfile"
    ) | Set-Content "$folder/sshd_config"
}

# Starts sshd under the host's own name and returns its process when it listens.
function Start-Server ($FarHost) {
    # It starts itself anew for each login, and so wants its whole path.
    $sshd = (Get-Command sshd -CommandType Application -TotalCount 1).Source
    $log = "$($FarHost.Folder)/log"
    $server = Start-Program ip -Arguments @(
        'netns', 'exec', $FarHost.Namespace
        'unshare', '--uts', 'sh', '-c', 'hostname "$1" && shift && exec "$@"', 'sh', $FarHost.Name
        $sshd, '-D', '-f', "$($FarHost.Folder)/sshd_config", '-E', $log
    )
    $deadline = [datetime]::UtcNow.AddSeconds(30)
    while (-not ((Test-Path $log) -and (Select-String 'Server listening' $log -Quiet))) {
        if ($server.HasExited -or [datetime]::UtcNow -gt $deadline) {
            $server.Kill()
            $output = @(Get-Content $log -ErrorAction Ignore) + $server.StandardError.ReadToEnd()
            throw "sshd does not listen in $($FarHost.Namespace): $output"
        }
        Start-Sleep -Milliseconds 20
    }
    $server
}

# A session on a far host. Remove it with Remove-PSSession.
function Connect-FarHost {
    param($FarHost)
    $connection = @{
        HostName          = $FarHost.Address
        UserName          = 'root'
        KeyFilePath       = "$($FarHost.Folder)/user"
        ConnectingTimeout = 60000
        Options           = @{
            UserKnownHostsFile    = "$($FarHost.Folder)/known_hosts"
            GlobalKnownHostsFile  = '/dev/null'
            StrictHostKeyChecking = 'yes'
            IdentitiesOnly        = 'yes'
        }
    }
    New-PSSession @connection
}

# Ends the server and whatever logins have left, and removes all but the namespace.
function Remove-FarHost {
    param($FarHost)
    if (-not $FarHost) { return }
    Stop-Program $FarHost.Server
    foreach ($process in & ip netns pids $FarHost.Namespace) { Stop-Process -Id $process -Force -ErrorAction Ignore }
    & ip link del $FarHost.Link 2>$null
    Remove-Item $FarHost.Folder -Recurse -ErrorAction Ignore
    $null = $hosts.Remove($FarHost)
    if ($madePrivilegeSeparation -and -not $hosts.Count) {
        Remove-Item $privilegeSeparation
        $script:madePrivilegeSeparation = $false
    }
}

Export-ModuleMember -Function Add-FarHost, Connect-FarHost, Remove-FarHost
