# What `build.ps1 Package` makes: published to a folder that is a repository, installed from there into an empty home, and
# used in a place that has nothing else of this project.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
    $root = Convert-Path "$PSScriptRoot/../.."
    $place = (New-Item "Temp:/genevenet-package-$(New-Guid)" -ItemType Directory).FullName
    $null = New-Item "$place/home", "$place/engine", "$place/gallery" -ItemType Directory
    $made = & "$root/src/Package/New-ModulePackage.ps1" -Destination "$place/artifacts"
    $installed = "$place/home/.local/share/powershell/Modules/GeneveNet/$($made.Version)"

    # The files below a folder, as paths from there.
    function Get-FileName ([string] $Folder) {
        Get-ChildItem $Folder -File -Recurse -Force | ForEach-Object { [System.IO.Path]::GetRelativePath($Folder, $_) } | Sort-Object
    }

    # The checkout is hidden by an empty file system, and the engine, which it may hold, is seen at another place.
    $bare = @'
place=$1 root=$2 engine=$3
shift 3
mount --bind "$engine" "$place/engine"
mount -t tmpfs none "$root"
cd /
exec env -i HOME="$place/home" PATH="$PATH" ${DOTNET_ROOT:+DOTNET_ROOT="$DOTNET_ROOT"} DOTNET_EnableWriteXorExecute=0 "$@"
'@

    # Runs the engine there, with a home that was empty in the beginning. Returns its output as one text.
    function Invoke-Bare {
        [array] $engine = @(Get-EngineCommand).Replace($PSHOME, "$place/engine")
        $output = & unshare --mount sh -ec $bare sh $place $root $PSHOME @engine -NoProfile -NonInteractive @args 2>&1
        $LASTEXITCODE | Should -Be 0 -Because "$output"
        $output -join "`n"
    }

    $found = Invoke-Bare -Command @"
        `$ErrorActionPreference = 'Stop'
        Register-PSResourceRepository local $place/gallery -Trusted
        Publish-PSResource -NupkgPath $($made.Package) -Repository local
        Install-PSResource GeneveNet -Repository local
        @{
            Resource  = Find-PSResource GeneveNet -Repository local | Select-Object Name, Type, Version, Tags, LicenseUri, ProjectUri
            ByCmdlet  = (Find-PSResource -CommandName New-GeneveTunnel -Repository local).ParentResource.Name
            Installed = (Get-InstalledPSResource GeneveNet).InstalledLocation
        } | ConvertTo-Json -EnumsAsStrings
"@ | ConvertFrom-Json
}

AfterAll {
    Remove-Item $place -Recurse -Force
}

Describe 'The package' -Tag NoKernel {
    It 'has the one version that is said' {
        $said = "$(([xml](Get-Content "$root/Directory.Build.props" -Raw)).Project.PropertyGroup.VersionPrefix)".Trim()
        $said | Should -Match '^\d+\.\d+\.\d+$'
        $made.Version | Should -Be $said
        (Get-Item "$($made.Folder)/module/bin/GeneveNet.dll").VersionInfo.FileVersion | Should -BeLike "$($made.Version)*"
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
        $data.Tags | Should -Contain 'Geneve'
        ($data.Tags -match '\s').Count | Should -Be 0
        $data.ReleaseNotes | Should -BeLike '*New-*GeneveTunnel*'
    }

    It 'holds its license and names no address: the project has none' {
        $manifest = Import-PowerShellDataFile "$($made.Folder)/GeneveNet.psd1"
        foreach ($name in 'LicenseUri', 'ProjectUri', 'IconUri', 'HelpInfoUri') {
            $manifest.Keys | Should -Not -Contain $name
            $manifest.PrivateData.PSData.Keys | Should -Not -Contain $name
        }
        $manifest.Copyright | Should -BeLike '*MIT License*'
        "$($made.Folder)/LICENSE" | Should -FileContentMatch '^MIT License'
    }

    It 'has everything the module folder has, for each processor, and nothing for developers' {
        $files = Get-FileName $made.Folder
        foreach ($file in Get-FileName "$root/module") {
            if ($file -match '^bin/[^/]+\.(xml|pdb)$') { $files | Should -Not -Contain "module/$file" }
            else { $files | Should -Contain "module/$file" }
        }
        foreach ($processor in 'x64', 'arm64') {
            $files | Should -Contain "module/bin/runtimes/linux-$processor/lib/netstandard2.0/Tmds.LibC.dll"
        }
        $files | Should -Contain 'LICENSE'
        $files | Should -Contain 'CHANGELOG.md'
    }

    It 'has the help beside the manifest, and the runbooks' {
        $files = Get-FileName $made.Folder
        foreach ($file in Get-FileName "$root/en-US") { $files | Should -Contain "en-US/$file" }
        foreach ($file in Get-FileName "$root/docs/runbooks") { $files | Should -Contain "runbooks/$file" }
        $files | Should -Contain 'en-US/GeneveNet.dll-Help.xml'
        $files | Should -Contain 'runbooks/Join-GeneveMesh.ps1'
        $files | Should -Contain 'runbooks/ansible/mesh.yml'
    }

    It 'names no folder of the machine that built it' {
        foreach ($assembly in 'GeneveNet', 'GeneveNet.Core') {
            (Get-Content "$($made.Folder)/module/bin/$assembly.dll" -Raw -Encoding latin1).Contains($root) | Should -BeFalse
        }
    }

    It 'holds the same when made again' {
        $again = & "$root/src/Package/New-ModulePackage.ps1" -Destination "$place/again"
        $was, $is = foreach ($package in $made.Package, $again.Package) {
            $archive = [System.IO.Compression.ZipFile]::OpenRead($package)
            # The envelope differs: a part of it has a name of its own each time, another lists types as the folder lists files.
            $contents = $archive.Entries | Where-Object FullName -NotMatch '^(package/|_rels/|\[Content_Types\])'
            , @($contents | ForEach-Object { "$_ $($_.Crc32)" } | Sort-Object)
            $archive.Dispose()
        }
        $was.Count | Should -BeGreaterThan 20
        $is | Should -Be $was
    }

    It 'is found in a folder that is a repository, by its name and by that of a cmdlet' {
        $found.Resource.Name | Should -Be 'GeneveNet'
        # A gallery knows a module by the tag PSModule.
        $found.Resource.Type | Should -Be 'Module'
        "$($found.Resource.Version.Major).$($found.Resource.Version.Minor).$($found.Resource.Version.Build)" | Should -Be $made.Version
        foreach ($tag in 'PSEdition_Core', 'PSCmdlet_New-GeneveTunnel') { $found.Resource.Tags | Should -Contain $tag }
        foreach ($name in 'LicenseUri', 'ProjectUri') { $found.Resource.$name | Should -BeNullOrEmpty }
        $found.ByCmdlet | Should -Be 'GeneveNet'
    }

    It 'is installed as the folder beside it is laid out' {
        "$($found.Installed)/GeneveNet/$($made.Version)" | Should -Be $installed
        # PSResourceGet notes there where it comes from.
        Get-FileName $installed | Where-Object { $_ -ne 'PSGetModuleInfo.xml' } | Should -Be (Get-FileName $made.Folder)
        foreach ($file in Get-FileName $made.Folder) {
            (Get-FileHash "$installed/$file").Hash | Should -Be (Get-FileHash "$($made.Folder)/$file").Hash -Because "that is $file"
        }
    }

    It 'has every cmdlet of the assembly in its list, and no other' {
        $listed = (Import-PowerShellDataFile "$($made.Folder)/GeneveNet.psd1").CmdletsToExport | Sort-Object
        $there = (Get-Command Get-Link).ImplementingType.Assembly.GetTypes() |
            ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } |
            ForEach-Object { "$($_.VerbName)-$($_.NounName)" } | Sort-Object
        $listed | Should -Be $there
    }
}

Describe 'A package' -Tag NoKernel {
    BeforeEach {
        $copy = New-Item "$place/copy" -ItemType Directory
        foreach ($item in 'GeneveNet.psd1', 'LICENSE', 'docs', 'module', 'en-US', 'src/Package') {
            $null = New-Item (Split-Path "$copy/$item") -ItemType Directory -Force
            Copy-Item "$root/$item" "$copy/$item" -Recurse
        }
        function Edit-Copy ([string] $File, [string] $Old, [string] $New) {
            (Get-Content "$copy/$File" -Raw).Replace($Old, $New) | Set-Content "$copy/$File"
        }
        function Invoke-Packaging { & "$copy/src/Package/New-ModulePackage.ps1" -Destination "$copy/artifacts" }
    }

    AfterEach {
        Remove-Item $copy.FullName -Recurse
    }

    It 'is not made of an assembly of another version' {
        Edit-Copy GeneveNet.psd1 -Old "= '$($made.Version)'" -New "= '99.0.0'"
        { Invoke-Packaging } | Should -Throw "*99.0.0*$($made.Version)*"
        "$copy/artifacts" | Should -Not -Exist
    }

    It 'is not made of a preview of it' {
        Edit-Copy GeneveNet.psd1 -Old 'ReleaseNotes =' -New "Prerelease = 'preview1'; ReleaseNotes ="
        { Invoke-Packaging } | Should -Throw "*$($made.Version)-preview1*$($made.Version)*"
    }

    It 'is not made without a section in the change log, nor without help' {
        Edit-Copy docs/CHANGELOG.md -Old "## $($made.Version)" -New '## 99.0.0'
        { Invoke-Packaging } | Should -Throw "*## $($made.Version)*"
        Remove-Item "$copy/en-US" -Recurse
        { Invoke-Packaging } | Should -Throw '*en-US*build.ps1 Build*'
    }
}

Describe 'The package in a bare place' -Tag Geneve {
    It 'runs the demo' {
        Copy-Item "$root/docs/demo/TwoHosts.ps1" $place
        Invoke-Bare -File "$place/TwoHosts.ps1" -Count 2 -Module GeneveNet |
            Should -BeLike '*All 2 pings were answered, and the wire carried them as Geneve with VNI 1000.*'
        # Nothing was written where a user's files are.
        Get-FileName "$place/home" | Where-Object { $_ -notmatch '^\.(cache|local|config|dotnet)/' } | Should -BeNullOrEmpty
    }

    It 'is found by the name of a cmdlet, with its views' {
        $script = '$text = Get-Link lo | Out-String; "$((Get-Module GeneveNet).Version)"; (Get-Module GeneveNet).ModuleBase; $text'
        Invoke-Bare -Command $script | Should -BeLike "*$($made.Version)*$installed*Index Name *Kind *lo *"
    }

    It 'has its help with it' {
        $script = '
            $help = Get-Help New-GeneveTunnel -Full
            "$($help.Synopsis.Trim()) $(@($help.examples.example).Count)"
            (Get-Help about_GeneveNet).Length'
        Invoke-Bare -Command $script | Should -Match '^[A-Z].*\. ([3-9]|\d\d)\n\d{3,}$'
    }

    It 'completes its cmdlets and the tunnels there are' {
        $name = Get-TestName
        $script = "
            (TabExpansion2 New-GeneveT).CompletionMatches.CompletionText
            `$null = New-NetworkNamespace $name
            `$null = New-GeneveTunnel geneve77 -Vni 77 -Remote 192.0.2.1 -Mtu 1400 -Namespace $name
            (TabExpansion2 'Get-GeneveTunnel -Namespace $name -Name gen').CompletionMatches.CompletionText
            Remove-NetworkNamespace $name -Confirm:`$false"
        Invoke-Bare -Command $script | Should -Be "New-GeneveTunnel`ngeneve77"
    }

    It 'has its runbooks with it, which find the module' {
        $script = '
            $runbooks = "$((Get-Module GeneveNet -ListAvailable).ModuleBase)/runbooks"
            (Get-Help $runbooks/Join-GeneveMesh.ps1).Synopsis
            (& $runbooks/Get-GeneveHealth.ps1 -Static | ConvertFrom-Json -AsHashtable).ContainsKey("tunnels")'
        Invoke-Bare -Command $script | Should -BeLike "Joins *`nTrue"
    }
}
