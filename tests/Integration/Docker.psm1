# A Docker engine of the tests' own, for tests with real containers. One is started for a whole run, at the place where
# cmdlets look for it. It belongs to the kernel that tests/Kernel/run provides, whose /run, /sys and mounts nobody shares.

using namespace System.Diagnostics.CodeAnalysis

[SuppressMessage('PSAvoidGlobalVars', '', Justification = 'The engine ends with the process, not with this module.')]
[SuppressMessage('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Nobody asks a test for -WhatIf.')]
param()

$folder = '/run/genevenet-docker'
$socket = '/run/docker.sock'

# How long the engine has to start: 7 s in a booted kernel with nothing else to do.
$patience = New-TimeSpan -Seconds 90

# Ends the engine when the standard input of this shell is closed, which happens at the latest when the test process ends.
$keeper = @'
mkdir -p "$1/data" && mount -t tmpfs -o mode=711 genevenet-docker "$1/data" || exit
(
    dockerd --host "unix://$2" --data-root "$1/data" --exec-root "$1/exec" --pidfile "$1/pid" \
        --bridge none --iptables=false --ip6tables=false --ip-forward=false >"$1/log" 2>&1 </dev/null
    : >"$1/ended"
) &
read -r _
while [ ! -e "$1/ended" ]; do
    kill "$(cat "$1/pid")"
    sleep 0.2
done 2>/dev/null
umount -l "$1/data"
'@

function Test-Engine {
    $null = & docker --host "unix://$socket" version --format '{{.Server.Version}}' 2>$null
    $LASTEXITCODE -eq 0
}

# Starts the engine unless it runs already, with an image named busybox. Returns the reason why it cannot run, or nothing.
# With GENEVENET_REQUIRE_DOCKER=1 a reason is an error: where all tests must run, none may be skipped.
function Start-Docker {
    $reason = Get-DockerObstacle
    if (-not $reason) { return }
    if ($env:GENEVENET_REQUIRE_DOCKER -eq '1') { throw "The tests with Docker cannot run, and GENEVENET_REQUIRE_DOCKER is 1: $reason" }
    "without Docker: $reason"
}

function Get-DockerObstacle {
    foreach ($program in 'dockerd', 'docker', 'busybox') {
        if (-not (Get-Command $program -CommandType Application -ErrorAction Ignore)) {
            return "there is no program $program (Debian: docker.io, busybox-static)"
        }
    }
    # With these, the client and our cmdlets would ask another engine.
    $env:DOCKER_HOST = $env:CONTAINER_HOST = $env:DOCKER_CONTEXT = $null
    if (Test-Path "$folder/ready") { return }
    if (Test-Path $socket) { return "there is an engine already, at $socket" }

    $start = [System.Diagnostics.ProcessStartInfo]::new('sh')
    foreach ($word in '-c', $keeper, 'sh', $folder, $socket) { $start.ArgumentList.Add($word) }
    $start.RedirectStandardInput = $true
    # Kept alive with the process: its end of the pipe is what holds the engine up.
    $global:GeneveNetDocker = [System.Diagnostics.Process]::Start($start)
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not ((Test-Path $socket) -and (Test-Engine))) {
        if ($global:GeneveNetDocker.HasExited -or $clock.Elapsed -gt $patience -or (Test-Path "$folder/ended")) {
            $global:GeneveNetDocker.StandardInput.Close()
            $log = Get-Content "$folder/log" -Tail 3 -ErrorAction Ignore
            return "dockerd did not start within $([int]$clock.Elapsed.TotalSeconds) s: $log"
        }
        Start-Sleep -Milliseconds 200
    }
    if (-not (Add-Image)) { return 'docker import refused the image' }
    $null = New-Item "$folder/ready"
}

# An image with a shell: the one static program of Debian's busybox.
function Add-Image {
    $bin = New-Item "$folder/image/bin" -ItemType Directory -Force
    Copy-Item (Get-Command busybox -CommandType Application -TotalCount 1).Source "$bin/busybox" -Force
    foreach ($name in 'sh', 'sleep') { $null = New-Item "$bin/$name" -ItemType SymbolicLink -Value busybox -Force }
    & tar -C "$folder/image" -cf "$folder/image.tar" .
    $null = & docker import "$folder/image.tar" busybox 2>&1
    $LASTEXITCODE -eq 0
}

# Runs docker and returns what it prints; throws what it says when it fails.
function Invoke-Docker {
    $output = & docker @args 2>&1
    if ($LASTEXITCODE -ne 0) { throw "docker $args ended with $LASTEXITCODE`: $output" }
    $output
}

# A container as `docker inspect` sees it.
function Get-DockerContainer {
    param([string] $Name)
    ((Invoke-Docker inspect $Name) -join "`n") | ConvertFrom-Json
}

# Runs a program in the network namespace of a container, without our cmdlets. The words are the container's name and the
# command; there are no parameters, so that the command can contain words such as -i.
function Invoke-InContainer {
    $name, $command = $args
    $process = (Get-DockerContainer $name).State.Pid
    & nsenter --target $process --net '--' @command
}

# Whether a ping from a container is answered.
function Test-ContainerPing {
    param([string] $Name, [string] $Destination, [int] $Count = 2)
    $null = Invoke-InContainer $Name ping -n -q -c $Count -i 0.2 -W 2 $Destination 2>&1
    $LASTEXITCODE -eq 0
}

Export-ModuleMember -Function Start-Docker, Invoke-Docker, Get-DockerContainer, Invoke-InContainer, Test-ContainerPing
