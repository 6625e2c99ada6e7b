<#
.SYNOPSIS
Lays out the built module as it is installed, and packs that for a repository.
.DESCRIPTION
Makes two things of what ./build.ps1 Build has left in module/bin and en-US:

  GeneveNet/VERSION/         the folder a module path holds; what Publish-PSResource takes
  GeneveNet.VERSION.nupkg    the same as a package; a folder that holds it is a repository for Install-PSResource
.OUTPUTS
An object with Version, Folder and Package.
#>
[CmdletBinding()]
param(
    # Where both go. A folder or package of the same version that is there is replaced.
    [Parameter(Mandatory)]
    [string] $Destination
)

$ErrorActionPreference = 'Stop'
$root = "$PSScriptRoot/../.."
$manifest = Import-PowerShellDataFile "$root/GeneveNet.psd1"
$label = $manifest.PrivateData.PSData.Prerelease
$version = $label ? "$($manifest.ModuleVersion)-$label" : $manifest.ModuleVersion

foreach ($built in 'module/bin/GeneveNet.dll', 'module/bin/GeneveNet.Core.dll', 'en-US/GeneveNet.dll-Help.xml') {
    if (-not (Test-Path "$root/$built")) { throw "$built is missing: run ./build.ps1 Build." }
}
# What follows a plus sign is the commit.
$assembly = (Get-Item "$root/module/bin/GeneveNet.dll").VersionInfo.ProductVersion -replace '\+.*'
if ($assembly -ne $version) { throw "GeneveNet.psd1 is version $version, but the module that is built is $assembly." }

# What the change log says about the version.
$pattern = "(?ms)^## $([regex]::Escape($version))\s*?\n(.*?)(?=^## |\z)"
if ((Get-Content "$root/docs/CHANGELOG.md" -Raw) -notmatch $pattern) { throw "docs/CHANGELOG.md has no section '## $version'." }
$notes = $Matches[1].Trim()

# A module path has a folder for each version, named without the label of a preview.
$folder = "$Destination/GeneveNet/$($manifest.ModuleVersion)"
if (Test-Path $folder) { Remove-Item $folder -Recurse }
$folder = (New-Item $folder -ItemType Directory).FullName
Copy-Item "$root/LICENSE", "$root/docs/CHANGELOG.md", "$root/docs/runbooks", "$root/en-US", "$root/module" $folder -Recurse
# What a debugger and a compiler read is not part of a module.
Remove-Item "$folder/module/bin/*" -Include *.pdb, *.xml

# A gallery shows the release notes, and finds a module by the names of its cmdlets where they are among its tags.
$tags = $manifest.CmdletsToExport | ForEach-Object { "`n                'PSCmdlet_$_', 'PSCommand_$_'," }
(Get-Content "$root/GeneveNet.psd1" -Raw) -replace "(?<=\bReleaseNotes\s*=\s*)'.*?'", { "'$($notes -replace "'", "''")'" } `
    -replace '(?<=\bTags\s*=\s*@\()', { -join $tags } | Set-Content "$folder/GeneveNet.psd1" -NoNewline

$package = "$(Split-Path (Split-Path $folder))/GeneveNet.$version.nupkg"
if (Test-Path $package) { Remove-Item $package }
Compress-PSResource $folder (Split-Path $package)
[pscustomobject]@{ Version = $version; Folder = $folder; Package = $package }
