<#
.SYNOPSIS
Returns the path of a tar file with a small Debian for a container: the release of this machine, from the mirrors of this machine.
.DESCRIPTION
It is made once and kept in the cache, under a name that changes with packages.root.
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
$list = "$PSScriptRoot/packages.root"
$hash = (Get-FileHash $list).Hash.Substring(0, 8).ToLowerInvariant()
$cache = (New-Item "$($env:XDG_CACHE_HOME ?? '/var/cache')/genevenet" -ItemType Directory -Force).FullName

# The mirrors apt uses, wherever they are written down: one line each, as in sources.list.
$line = 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)'
$sources = & apt-get indextargets --format $line 'Created-By: Packages' 'Origin: Debian' | Sort-Object -Unique
if (-not $sources) { throw 'apt knows no mirror of Debian.' }
$release = ($sources[0] -split ' ')[2] -replace '-.*'

$tar = "$cache/container-$release-$hash.tar"
if (-not (Test-Path $tar)) {
    # Under another name until it is whole.
    $part = "$tar.$PID.tar"
    $packages = (Get-Content $list) -notmatch '^#' -join ','
    $without = 'doc', 'info', 'locale', 'man' | ForEach-Object { "--dpkgopt=path-exclude=/usr/share/$_/*" }
    try {
        $output = $sources | & mmdebstrap --variant=minbase "--include=$packages" @without $release $part - 2>&1
        if ($LASTEXITCODE -ne 0) { throw "mmdebstrap ended with $LASTEXITCODE`: $($output -join "`n")" }
        Move-Item $part $tar -Force
    }
    finally {
        if (Test-Path $part) { Remove-Item $part }
    }
}
$tar
