# What `build.ps1 Package` makes: read by a NuGet client, unpacked as Install-PSResource does it, and used in a place that
# has nothing else of this project.

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Common.psm1'))
    $root = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
    $place = [System.IO.Directory]::CreateTempSubdirectory('genevenet-package').FullName
    $made = & ([System.IO.Path]::Combine($root, 'src', 'Package', 'New-ModulePackage.ps1')) -Destination "$place/repository"

    # The files below a folder, as paths from there.
    function Get-FileName ($Folder) {
        [System.IO.Directory]::GetFiles($Folder, '*', 'AllDirectories') | ForEach-Object { [System.IO.Path]::GetRelativePath($Folder, $_) } | Sort-Object
    }

    # Unpacks the package into a module path, without the parts of its envelope.
    function Install-Package ($ModulePath) {
        $folder = "$ModulePath/GeneveNet/$($made.Version)"
        [System.IO.Compression.ZipFile]::ExtractToDirectory($made.Package, $folder)
        foreach ($part in '_rels', 'package') { [System.IO.Directory]::Delete("$folder/$part", $true) }
        foreach ($part in '[Content_Types].xml', 'GeneveNet.nuspec') { [System.IO.File]::Delete("$folder/$part") }
        $folder
    }
}

AfterAll {
    [System.IO.Directory]::Delete($place, $true)
}

Describe 'The package' -Tag NoKernel {
    It 'has the one version that is said' {
        $said = ([xml][System.IO.File]::ReadAllText("$root/Directory.Build.props")).Project.PropertyGroup.VersionPrefix
        "$said".Trim() | Should -Match '^\d+\.\d+\.\d+$'
        $made.Version | Should -Be "$said".Trim()
        [System.Diagnostics.FileVersionInfo]::GetVersionInfo("$($made.Folder)/module/bin/GeneveNet.dll").FileVersion | Should -BeLike "$($made.Version)*"
        $made.Folder | Should -BeLike "*/GeneveNet/$($made.Version)"
        $made.Package | Should -BeLike "*/GeneveNet.$($made.Version).nupkg"
    }

    It 'has a manifest that says what a gallery wants to know' {
        $manifest = Import-PowerShellDataFile "$($made.Folder)/GeneveNet.psd1"
        $manifest.ModuleVersion | Should -Be $made.Version
        $manifest.GUID | Should -Be '7f6b0d2e-5a0e-4a8b-9c6e-3f1f0f6f8a41'
        $manifest.PowerShellVersion | Should -Be '7.6'
        $manifest.CompatiblePSEditions | Should -Be 'Core'
        foreach ($name in 'CmdletsToExport', 'AliasesToExport', 'FunctionsToExport', 'VariablesToExport') {
            $manifest.ContainsKey($name) | Should -BeTrue -Because "$name is said"
            $manifest[$name] -match '[*?]' | Should -BeNullOrEmpty -Because 'a wildcard makes the shell load the module to find out'
        }
        $data = $manifest.PrivateData.PSData
        foreach ($name in 'LicenseUri', 'ProjectUri') { ([uri]$data[$name]).Scheme | Should -Be 'https' }
        $data.Tags | Should -Contain 'Geneve'
        ($data.Tags -match '\s').Count | Should -Be 0
        $data.ReleaseNotes | Should -BeLike '*New-*GeneveTunnel*'
    }

    It 'has everything the module folder has, for each processor, and nothing for developers' {
        $files = Get-FileName $made.Folder
        foreach ($file in Get-FileName "$root/module") {
            if ($file -match '^bin/[^/]+\.(xml|pdb)$') { $files | Should -Not -Contain "module/$file" }
            # Help stands beside the manifest.
            elseif ($file -match '^[a-z]{2}-[A-Z]{2}/') { $files | Should -Contain $file }
            else { $files | Should -Contain "module/$file" }
        }
        foreach ($processor in 'x64', 'arm64') { $files | Should -Contain "module/bin/runtimes/linux-$processor/lib/netstandard2.0/Tmds.LibC.dll" }
        $files | Should -Contain 'LICENSE'
        $files | Should -Contain 'CHANGELOG.md'
    }

    It 'names no folder of the machine that built it' {
        $built = $root.TrimEnd('/')
        foreach ($assembly in 'GeneveNet', 'GeneveNet.Core') {
            [System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes("$($made.Folder)/module/bin/$assembly.dll")).Contains($built) | Should -BeFalse
        }
    }

    It 'is the same bytes when made again' {
        $again = & "$root/src/Package/New-ModulePackage.ps1" -Destination "$place/again"
        $hashes = foreach ($package in $made.Package, $again.Package) { [System.Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData([System.IO.File]::ReadAllBytes($package))) }
        $hashes[0] | Should -Be $hashes[1]
    }

    It 'is read by a NuGet client from a folder that is a repository' {
        $null = [System.IO.Directory]::CreateDirectory("$place/client")
        [System.IO.File]::WriteAllText("$place/client/nuget.config", "<configuration><packageSources><clear /><add key=""local"" value=""$place/repository"" /></packageSources></configuration>")
        [System.IO.File]::WriteAllText("$place/client/client.csproj", "<Project Sdk=""Microsoft.NET.Sdk""><PropertyGroup><TargetFramework>net10.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup><ItemGroup><PackageDownload Include=""GeneveNet"" Version=""[$($made.Version)]"" /></ItemGroup></Project>")
        $output = & env "NUGET_PACKAGES=$place/client/packages" dotnet restore "$place/client/client.csproj" --verbosity quiet 2>&1
        $LASTEXITCODE | Should -Be 0 -Because "$output"
        $unpacked = Get-FileName "$place/client/packages/genevenet/$($made.Version)"
        foreach ($file in Get-FileName $made.Folder) { $unpacked | Should -Contain $file }
        $nuspec = [xml][System.IO.File]::ReadAllText("$place/client/packages/genevenet/$($made.Version)/genevenet.nuspec")
        $nuspec.package.metadata.id | Should -Be 'GeneveNet'
        # By these a gallery knows a module, and finds it by its cmdlets.
        $tags = $nuspec.package.metadata.tags -split ' '
        foreach ($tag in 'PSModule', 'PSEdition_Core', 'PSCmdlet_New-GeneveTunnel') { $tags | Should -Contain $tag }
    }

    It 'unpacks to the folder beside it' {
        Get-FileName (Install-Package "$place/unpacked") | Should -Be (Get-FileName $made.Folder)
    }

    It 'has every cmdlet of the assembly in its list, and no other' {
        $listed = (Import-PowerShellDataFile "$($made.Folder)/GeneveNet.psd1").CmdletsToExport | Sort-Object
        $there = (Get-Command Get-Link).ImplementingType.Assembly.GetTypes() | ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } |
            ForEach-Object { "$($_.VerbName)-$($_.NounName)" } | Sort-Object
        $listed | Should -Be $there
    }
}

Describe 'The package in a bare place' -Tag Geneve {
    # An empty home, a module path with the package alone, hardly a variable, and no checkout: an empty file system is
    # mounted over it. The engine, which the checkout may hold, is seen at another place.
    BeforeAll {
        $modules = "$place/modules"
        $null = Install-Package $modules
        foreach ($folder in 'home', 'engine') { $null = [System.IO.Directory]::CreateDirectory("$place/$folder") }
        [System.IO.File]::Copy("$root/docs/demo/TwoHosts.ps1", "$place/TwoHosts.ps1")
        $bare = @'
place=$1 root=$2 engine=$3
shift 3
mount --bind "${engine%/*}" "$place/engine"
mount -t tmpfs none "$root"
cd /
exec env -i HOME="$place/home" PATH="$PATH" ${DOTNET_ROOT:+DOTNET_ROOT="$DOTNET_ROOT"} DOTNET_EnableWriteXorExecute=0 \
    PSModulePath="$place/modules" "$place/engine/${engine##*/}" -NoProfile -NonInteractive "$@"
'@
        function Invoke-Bare {
            & unshare --mount sh -ec $bare sh $place $root ([System.Environment]::ProcessPath) @args 2>&1
        }
    }

    It 'runs the demo' {
        $output = (Invoke-Bare -File "$place/TwoHosts.ps1" -Count 2 -Module GeneveNet) -join "`n"
        $LASTEXITCODE | Should -Be 0 -Because $output
        $output | Should -BeLike '*All 2 pings were answered, and the wire carried them as Geneve with VNI 1000.*'
        # Nothing was written where a user's files are.
        Get-FileName "$place/home" | Where-Object { $_ -notmatch '^\.(cache|local|config|dotnet)/' } | Should -BeNullOrEmpty
    }

    It 'is found by the name of a cmdlet, with its views' {
        $output = (Invoke-Bare -Command '$text = Get-Link lo | Out-String; "$((Get-Module GeneveNet).Version)"; (Get-Module GeneveNet).ModuleBase; $text') -join "`n"
        $output | Should -BeLike "*$($made.Version)*$modules/GeneveNet/$($made.Version)*Index Name *Kind *lo *"
    }

    It 'has its help with it' {
        if (-not [System.IO.Directory]::Exists("$root/module/en-US")) { Set-ItResult -Skipped -Because 'the help is not built'; return }
        $output = (Invoke-Bare -Command '$help = Get-Help New-GeneveTunnel -Full; "$($help.Synopsis.Trim()) $(@($help.examples.example).Count)"; (Get-Help about_GeneveNet).Length') -join "`n"
        $output | Should -Match '^[A-Z].*\. ([3-9]|\d\d)\n\d{3,}$'
    }
}
