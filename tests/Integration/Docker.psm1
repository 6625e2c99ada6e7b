# A Docker engine of the tests' own, for tests with real containers. One is started for a whole run, at the place where
# cmdlets look for it. It belongs to the kernel that tests/Kernel/run provides, whose /run, /sys and mounts nobody shares.

$folder = '/run/genevenet-docker'
$socket = '/run/docker.sock'

# How long the engine has to start: 7 s in a booted kernel with nothing else to do.
$patience = [System.TimeSpan]::FromSeconds(90)

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

# Starts the engine where none of ours runs yet, with an image named busybox. Returns why that cannot be, or nothing.
# With GENEVENET_REQUIRE_DOCKER=1 a reason is an error: where all tests must run, none may be left out.
function Start-Docker {
    $reason = Get-DockerObstacle
    if ($reason -and $env:GENEVENET_REQUIRE_DOCKER -eq '1') { throw "The tests with Docker cannot run, and GENEVENET_REQUIRE_DOCKER is 1: $reason" }
    if ($reason) { "without Docker: $reason" }
}

function Get-DockerObstacle {
    foreach ($program in 'dockerd', 'docker', 'busybox') {
        if (-not (Get-Command $program -CommandType Application -ErrorAction Ignore)) { return "there is no program $program (Debian: docker.io, busybox-static)" }
    }
    # The client would ask another engine otherwise, and so would our cmdlets.
    $env:DOCKER_HOST = $env:CONTAINER_HOST = $env:DOCKER_CONTEXT = $null
    if ([System.IO.File]::Exists("$folder/ready")) { return }
    if ([System.IO.File]::Exists($socket)) { return "there is an engine already, at $socket" }

    $start = [System.Diagnostics.ProcessStartInfo]::new('sh')
    foreach ($word in '-c', $keeper, 'sh', $folder, $socket) { $start.ArgumentList.Add($word) }
    $start.RedirectStandardInput = $true
    # Kept alive with the process: its end of the pipe is what holds the engine up.
    $global:GeneveNetDocker = [System.Diagnostics.Process]::Start($start)
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not ([System.IO.File]::Exists($socket) -and (Test-Engine))) {
        if ($global:GeneveNetDocker.HasExited -or $clock.Elapsed -gt $patience -or [System.IO.File]::Exists("$folder/ended")) {
            $global:GeneveNetDocker.StandardInput.Close()
            $log = if ([System.IO.File]::Exists("$folder/log")) { [System.IO.File]::ReadAllLines("$folder/log") | Select-Object -Last 3 }
            return "dockerd did not start within $([int]$clock.Elapsed.TotalSeconds) s: $log"
        }
        [System.Threading.Thread]::Sleep(200)
    }
    if (Add-Image) { [System.IO.File]::WriteAllText("$folder/ready", '') }
    else { return 'docker import refused the image' }
}

# An image with a shell: the one static program of Debian's busybox.
function Add-Image {
    $bin = [System.IO.Directory]::CreateDirectory("$folder/image/bin").FullName
    [System.IO.File]::Copy((Get-Command busybox -CommandType Application | Select-Object -First 1).Source, "$bin/busybox", $true)
    foreach ($name in 'sh', 'sleep') { $null = [System.IO.File]::CreateSymbolicLink("$bin/$name", 'busybox') }
    & tar -C "$folder/image" -cf "$folder/image.tar" .
    $null = & docker import "$folder/image.tar" busybox 2>&1
    $LASTEXITCODE -eq 0
}

# Runs docker and returns what it prints; fails with its words when it fails.
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

# Runs a program in the network namespace of a container, without our cmdlets: its name, then the command.
# There are no parameters, so that the command can have words such as -i.
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
