<#
.SYNOPSIS
Lays out the built module as it is installed, and packs that as a NuGet package.
.DESCRIPTION
Makes two things of what a build has left in module/bin:

  GeneveNet/VERSION/         the folder a module path holds; what Publish-PSResource takes
  GeneveNet.VERSION.nupkg    the same as a package, which Install-PSResource takes from a folder that is a repository

The package is written here, entry by entry, so that neither pwsh nor a NuGet client is needed to make one: a zip archive
with a nuspec (https://learn.microsoft.com/nuget/reference/nuspec) in the envelope of the Open Packaging Conventions
(ECMA-376, part 2). The same files give the same bytes.
.OUTPUTS
An object with the version, the folder and the package.
#>
[CmdletBinding()]
param(
    # Where both go. A folder or package of the same version that is there is replaced.
    [Parameter(Mandatory)]
    [string] $Destination
)

$ErrorActionPreference = 'Stop'
$root = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
$name = 'GeneveNet'

# The date that packages carry in place of a true one: the first a zip archive can say.
$date = [System.DateTimeOffset]::new(1980, 1, 1, 0, 0, 0, [System.TimeSpan]::Zero)

function Get-Text { param([string] $File) [System.IO.File]::ReadAllText([System.IO.Path]::Combine($root, $File)) }

# The version where it is said for all, with a label where there is one: 0.1.0, or 0.1.0-preview1.
function Get-ProjectVersion {
    $properties = ([xml](Get-Text 'Directory.Build.props')).Project.PropertyGroup
    $version = @($properties.VersionPrefix | Where-Object { $_ })[0]
    $label = @($properties.VersionSuffix | Where-Object { $_ })
    if ($label) { "$version-$($label[0])" } else { "$version" }
}

# What the change log says about a version.
function Get-ReleaseNote {
    param([string] $Version)
    $match = [regex]::Match((Get-Text 'docs/CHANGELOG.md'), "(?ms)^## $([regex]::Escape($Version))\s*?\n(.*?)(?=^## |\z)")
    if (-not $match.Success) { throw "docs/CHANGELOG.md has no section '## $Version'." }
    $match.Groups[1].Value.Trim()
}

# The manifest for a package: that of the checkout, with what the change log says.
function Get-Manifest {
    param([string] $Version, [string] $Notes)
    $text = Get-Text "$name.psd1"
    $manifest = Import-PowerShellDataFile ([System.IO.Path]::Combine($root, "$name.psd1"))
    $said = "$($manifest.ModuleVersion)$(if ($manifest.PrivateData.PSData.Prerelease) { "-$($manifest.PrivateData.PSData.Prerelease)" })"
    if ($said -ne $Version) { throw "$name.psd1 says version $said, Directory.Build.props says $Version." }
    $line = [regex]::new("(?m)^(\s*ReleaseNotes\s*=\s*)'[^']*'")
    if ($line.Matches($text).Count -ne 1) { throw "$name.psd1 has no single line ReleaseNotes = '…'." }
    $quoted = "'" + $Notes.Replace("'", "''") + "'"
    $line.Replace($text, { param($found) $found.Groups[1].Value + $quoted })
}

# The files of the module: paths below the folder it is installed in, and where they come from.
function Get-ModuleFile {
    $files = [ordered]@{ 'LICENSE' = 'LICENSE'; 'CHANGELOG.md' = 'docs/CHANGELOG.md' }
    foreach ($file in [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($root, 'module'), '*', 'AllDirectories') | Sort-Object) {
        # What a debugger and a compiler read is no part of a module.
        $isForDevelopers = $file -match '[/\\]bin[/\\][^/\\]+\.(xml|pdb)$'
        $path = [System.IO.Path]::GetRelativePath($root, $file).Replace('\', '/')
        # The shell looks for help in a folder named by the language, beside the manifest.
        if (-not $isForDevelopers) { $files[$path -replace '^module/(?=[a-z]{2}-[A-Z]{2}/)'] = $path }
    }
    foreach ($needed in 'GeneveNet.dll', 'GeneveNet.Core.dll', 'runtimes/linux-x64/lib/netstandard2.0/Tmds.LibC.dll', 'runtimes/linux-arm64/lib/netstandard2.0/Tmds.LibC.dll') {
        if (-not $files.Contains("module/bin/$needed")) { throw "module/bin/$needed is missing: build first." }
    }
    $files
}

function ConvertTo-XmlText { param([string] $Text) [System.Security.SecurityElement]::Escape($Text) }

# What describes the package to NuGet. PowerShell's galleries tell modules from other packages, and find cmdlets, by tags.
function Get-Nuspec {
    param([hashtable] $Manifest, [string] $Version, [string] $Notes)
    $data = $Manifest.PrivateData.PSData
    $tags = @($data.Tags) + 'PSModule' + 'PSEdition_Core' + 'PSIncludes_Cmdlet' +
        @($Manifest.CmdletsToExport | ForEach-Object { "PSCmdlet_$_"; "PSCommand_$_" })
    $fields = [ordered]@{
        id = $name; version = $Version; authors = $Manifest.Author; owners = $Manifest.CompanyName
        requireLicenseAcceptance = 'false'; licenseUrl = $data.LicenseUri; projectUrl = $data.ProjectUri
        description = $Manifest.Description; releaseNotes = $Notes; copyright = $Manifest.Copyright; tags = $tags -join ' '
    }
    $lines = foreach ($field in $fields.Keys) { "    <$field>$(ConvertTo-XmlText $fields[$field])</$field>" }
    "<?xml version=""1.0"" encoding=""utf-8""?>`n<package xmlns=""http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd"">`n  <metadata>`n" +
        ($lines -join "`n") + "`n  </metadata>`n</package>`n"
}

# The parts of the envelope: which is the nuspec, who made it, and of what type each part is.
function Get-Envelope {
    param([hashtable] $Manifest, [string] $Version, [string[]] $Paths)
    $core = "package/services/metadata/core-properties/$name.psmdcp"
    $relations = 'http://schemas.openxmlformats.org/package/2006/relationships'
    $xml = '<?xml version="1.0" encoding="utf-8"?>' + "`n"
    [ordered]@{
        '_rels/.rels' = $xml + "<Relationships xmlns=""$relations"">`n" +
            "  <Relationship Type=""http://schemas.microsoft.com/packaging/2010/07/manifest"" Target=""/$name.nuspec"" Id=""R1"" />`n" +
            "  <Relationship Type=""$relations/metadata/core-properties"" Target=""/$core"" Id=""R2"" />`n</Relationships>`n"
        $core = $xml + '<coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://schemas.openxmlformats.org/package/2006/metadata/core-properties">' +
            "`n  <dc:creator>$(ConvertTo-XmlText $Manifest.Author)</dc:creator>`n  <dc:description>$(ConvertTo-XmlText $Manifest.Description)</dc:description>`n" +
            "  <dc:identifier>$name</dc:identifier>`n  <version>$Version</version>`n</coreProperties>`n"
        '[Content_Types].xml' = $xml + "<Types xmlns=""http://schemas.openxmlformats.org/package/2006/content-types"">`n" +
            "  <Default Extension=""rels"" ContentType=""application/vnd.openxmlformats-package.relationships+xml"" />`n" +
            "  <Default Extension=""psmdcp"" ContentType=""application/vnd.openxmlformats-package.core-properties+xml"" />`n" +
            (-join @($Paths | ForEach-Object { [System.IO.Path]::GetExtension($_).TrimStart('.') } | Where-Object { $_ } | Sort-Object -Unique |
                    ForEach-Object { "  <Default Extension=""$_"" ContentType=""application/octet"" />`n" })) +
            (-join @($Paths | Where-Object { -not [System.IO.Path]::GetExtension($_) } | ForEach-Object { "  <Override PartName=""/$_"" ContentType=""application/octet"" />`n" })) +
            "</Types>`n"
    }
}

# Writes an archive of texts and files.
function Write-Package {
    param([string] $Path, [System.Collections.Specialized.OrderedDictionary] $Texts, [string] $Folder, [string[]] $Paths)
    $stream = [System.IO.File]::Create($Path)
    $archive = [System.IO.Compression.ZipArchive]::new($stream, [System.IO.Compression.ZipArchiveMode]::Create)
    try {
        foreach ($part in @($Texts.Keys) + $Paths) {
            $bytes = if ($Texts.Contains($part)) { [System.Text.UTF8Encoding]::new($false).GetBytes($Texts[$part]) } else { [System.IO.File]::ReadAllBytes([System.IO.Path]::Combine($Folder, $part)) }
            $entry = $archive.CreateEntry($part)
            $entry.LastWriteTime = $date
            # Readable by all wherever it is unpacked; the upper half holds the mode of the file.
            $entry.ExternalAttributes = 0x81A4 -shl 16
            $content = $entry.Open()
            $content.Write($bytes, 0, $bytes.Length)
            $content.Dispose()
        }
    }
    finally {
        $archive.Dispose()
        $stream.Dispose()
    }
}

$version = Get-ProjectVersion
$notes = Get-ReleaseNote $version
$files = Get-ModuleFile
$Destination = [System.IO.Path]::GetFullPath($Destination, (Get-Location).ProviderPath)
# The folder is named by the version alone, as a module path has it; a label stands in the manifest.
$folder = [System.IO.Path]::Combine($Destination, $name, ($version -split '-')[0])
if ([System.IO.Directory]::Exists($folder)) { [System.IO.Directory]::Delete($folder, $true) }
foreach ($path in $files.Keys) {
    $target = [System.IO.Path]::Combine($folder, $path)
    $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($target))
    [System.IO.File]::Copy([System.IO.Path]::Combine($root, $files[$path]), $target)
    [System.IO.File]::SetUnixFileMode($target, 'UserRead, UserWrite, GroupRead, OtherRead')
}
[System.IO.File]::WriteAllText([System.IO.Path]::Combine($folder, "$name.psd1"), (Get-Manifest $version $notes))

$manifest = Import-PowerShellDataFile ([System.IO.Path]::Combine($folder, "$name.psd1"))
$paths = @("$name.psd1") + @($files.Keys)
$texts = [ordered]@{ "$name.nuspec" = Get-Nuspec $manifest $version $notes }
foreach ($part in (Get-Envelope $manifest $version (@("$name.nuspec") + $paths)).GetEnumerator()) { $texts[$part.Key] = $part.Value }
$package = [System.IO.Path]::Combine($Destination, "$name.$version.nupkg")
Write-Package $package $texts $folder $paths

[pscustomobject]@{ Version = $version; Folder = $folder; Package = $package }
