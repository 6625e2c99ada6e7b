# Runs a command in a privileged container of Docker, which is started for it: in the kernel that tests/Kernel/run provides.
#
#   Invoke-Container.ps1 ROOT PATH:PATH... COMMAND ARG...
#
# ROOT is a tar file with the container's root file system; the paths are files and folders of this place that are to be seen
# there under the same name. There are no parameters, so that the command can have words such as -Command.

$ErrorActionPreference = 'Stop'
$root, $paths, [array] $command = $args
Import-Module "$PSScriptRoot/../Integration/Docker.psm1"

$obstacle = Start-Docker
if ($obstacle) {
    $obstacle
    exit 125
}
$null = Invoke-Docker import $root genevenet-root
$volumes = $paths -split ':' | ForEach-Object { '--volume', "${_}:$_" }
$variables = @('DOTNET_EnableWriteXorExecute', 'POWERSHELL_TELEMETRY_OPTOUT' | ForEach-Object { '--env', $_ }) + @('--env', 'LANG=C.UTF-8')
& docker run --rm --privileged --network none @volumes @variables genevenet-root @command
exit $LASTEXITCODE
