# Values that mean nothing, for every parameter of every cmdlet that works in a namespace: one typed error, and nothing changed.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Common.psm1"
    $manifest = Import-PowerShellDataFile "$PSScriptRoot/../../GeneveNet.psd1"
    $badAddresses = 'x', '1', '10.2', '10.0.0.256', '1.2.3.4.5', '10.0.0.01', '::g', '[::1]', 'fe80::1%v0', "10.0.0.1`e[2J", '10.0.0.1,10.0.0.2'
    $bad = @{
        'System.Net.IPAddress'        = $badAddresses + '10.0.0.0/24'
        'GeneveNet.CidrAddress'       = $badAddresses + '10.0.0.0/33', '::/129', '10.0.0.0/x', '10.0.0.0/', '/24', '10.0.0.0/-1'
        'GeneveNet.MacAddress'        = 'x', '02:00:00:00:01', '02:00:00:00:00:0g', '02:00:00:00:00:00:', '2', '10.0.0.1'
        'System.TimeSpan'             = 'x', '1,5', '-1', 'PT5S', '1e2'
        'System.Boolean'              = 'x', '2', 'yes'
        'GeneveNet.PortRange'         = 'x', '5-4', '0-70000', '-'
        'System.Management.Automation.PSObject' = @()
    }
    foreach ($number in 'Byte', 'UInt16', 'UInt32', 'Int32', 'Int64') { $bad["System.$number"] = 'x', '1,5', '1.5', $true, '99999999999999999999', '0x', ' ' }
    $rows = foreach ($name in $manifest.CmdletsToExport) {
        $command = Get-Command $name
        if (-not $command.Parameters.ContainsKey('Namespace') -or $name -match 'NamespaceCommand|Enter-|Watch-|Move-') { continue }
        foreach ($parameter in $command.Parameters.Values) {
            $type = $parameter.ParameterType
            if ($type.IsArray) { $type = $type.GetElementType() }
            $type = [Nullable]::GetUnderlyingType($type) ?? $type
            $values = if ($type.IsEnum) { 'NoSuchWord', '99999' } elseif ($type -eq [string] -and $parameter.Name -in 'Name', 'Link', 'Port', 'Bridge') {
                if ($name -like 'New-*' -and $parameter.Name -eq 'Name') { 'a/b', 'a b', 'a%d', '.', 'sixteen-letters-' } else { 'nolink', "no`e[2J", 'a/b' }
            }
            else { $bad[$type.FullName] }
            $isOurs = $parameter.Name -notin 'Verbose', 'Debug', 'WhatIf', 'Confirm', 'OutBuffer', 'Index', 'State', 'ProgressAction', 'Count', 'Family' -and
                $parameter.Name -notlike '*Action'
            # There it is a wildcard, for a link.
            if ($name -in 'Get-LinkAddress', 'Get-Neighbor', 'Clear-Neighbor') { $values = $values | Where-Object { $_ -ne '[::1]' } }
            if ($isOurs) { foreach ($value in $values) { @{ Cmdlet = $name; Parameter = $parameter.Name; Value = $value } } }
        }
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
    $ns = Get-TestName
    Add-TestNamespace $ns
    Invoke-IpBatch $ns 'link add v0 type veth peer name v1', 'link add b0 type bridge', 'link set v0 master b0', 'link set v1 up',
        'addr add 10.1.0.1/24 dev v1', 'route add 10.2.0.0/16 via 10.1.0.9', 'neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev v1 nud permanent'
    $documented = Get-Content "$PSScriptRoot/../../docs/errors.md" | Select-String '`(\w+)`' -AllMatches | ForEach-Object { $_.Matches.Groups | Where-Object Name -EQ 1 }
    $ids = @($documented.Value) + 'ParameterArgumentTransformationError', 'ParameterArgumentValidationError', 'CannotConvertArgumentNoMessage'
    $good = @{
        Name = 'v0'; Link = 'v1'; Port = 'v0'; PeerName = 'p9'; Destination = '10.9.0.0/16'; Address = '10.9.0.1/32'; LinkLayerAddress = '02:00:00:00:00:09'
        Vni = 5; Remote = '10.0.0.2'; Bridge = 'b0'; IPAddress = '10.9.0.1'
    }

    function Get-IpState {
        foreach ($what in 'link', 'addr', 'route', 'neigh') {
            (& ip -n $ns -d -j $what | Out-String) -replace '_timer":[\d.]+', '' -replace '"(used|confirmed|updated|probes)":\d+', ''
        }
        & bridge -n $ns -j fdb | Out-String
    }
    $state = Get-IpState
}

AfterAll {
    Remove-TestNamespace $ns
}

Describe 'A value that means nothing' -Tag NoKernel {
    It 'is refused: <Cmdlet> -<Parameter> <Value>' -ForEach $rows {
        $given = @{ Namespace = $ns }
        $command = Get-Command $Cmdlet
        foreach ($one in $command.Parameters.Values) {
            $isMandatory = $one.Attributes | Where-Object { $_ -is [Parameter] -and $_.Mandatory -and $_.ParameterSetName -notin 'InputObject', 'Index' }
            if ($isMandatory -and $one.Name -in $good.Keys) { $given[$one.Name] = $good[$one.Name] }
        }
        if ($Cmdlet -like 'New-*') { $given.Name = 'n9' }
        if ($Cmdlet -like '*-Bridge') { $given.Name = $given.Name -replace 'v0', 'b0' }
        if ($Cmdlet -eq 'New-GeneveTunnel') { $given.Vni = 5; $given.Remote = '10.0.0.2' }
        if ($Cmdlet -match '^(Resolve-Route|(Set|Remove)-StaticNeighbor)$') { $given.Keys.Clone() | Where-Object { $_ -in 'Destination', 'Address' } | ForEach-Object { $given[$_] = '10.9.0.1' } }
        if ($Cmdlet -eq 'Add-BridgePort') { $given.Bridge = 'b0' }
        if ($Cmdlet -eq 'Clear-Neighbor') { $given.Link = 'v1' }
        if ($Cmdlet -eq 'Add-Route') { $given.Link = 'v1' }
        if ($Cmdlet -like '*StaticNeighbor') { $given.Link = 'v1' }
        if ($command.Parameters.ContainsKey('Confirm')) { $given.Confirm = $false }
        if ($Cmdlet -eq 'Add-LinkAddress' -and $Parameter -eq 'PrefixLength') { $given.Address = '10.9.0.1' }
        $given[$Parameter] = $Value
        $failure = Get-Failure { & $Cmdlet @given }
        $failure | Should -Not -BeNullOrEmpty -Because 'it means nothing'
        ($failure.FullyQualifiedErrorId -split ',')[0] | Should -BeIn $ids -Because "the error was: $failure"
        "$failure" | Should -Not -Match "Object reference|System\.\w+Exception|\e" -Because 'it is a sentence'
        Get-IpState | Should -Be $state
    }
}
