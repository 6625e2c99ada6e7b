# Cmdlets that work together: objects know where they come from, rows make many objects, -WhatIf changes nothing.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Common.psm1"
    $manifest = Import-PowerShellDataFile "$PSScriptRoot/../../GeneveNet.psd1"
    $exported = $manifest.CmdletsToExport
    $changing = $exported | Where-Object { $_ -match '^(Add|Clear|Move|New|Remove|Set)-' }
    $removing = $exported | Where-Object { $_ -like 'Remove-*' }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"

    # The [Cmdlet] attribute of a cmdlet's class.
    function Get-CmdletAttribute ($Name) {
        (Get-Command $Name).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
    }
}

Describe 'Pipelines' {
    BeforeAll {
        $ns = Get-TestName
        $far = Get-TestName
        Add-TestNamespace $ns, $far
    }

    AfterAll {
        Remove-TestNamespace $ns, $far
    }

    AfterEach {
        & ip -n $ns link del a0 2>$null
    }

    It 'carry a new pair, in two namespaces, into the next cmdlet' {
        $links = New-VethPair a0 b0 -Namespace $ns -PeerNamespace $far | Set-Link -Up -Mtu 1400 -PassThru
        $links.Name | Should -Be 'a0', 'b0'
        foreach ($link in (Get-IpLink $ns a0), (Get-IpLink $far b0)) {
            $link.flags | Should -Contain 'UP'
            $link.mtu | Should -Be 1400
        }
    }

    It 'carry a link through addresses, routes and away' {
        $pair = New-VethPair a0 b0 -Namespace $ns -PeerNamespace $far -Up
        $pair[1] | Add-LinkAddress -Address 10.6.0.2/24
        $pair[0] | Add-LinkAddress -Address 10.6.0.1/24
        $pair[0] | Add-Route -Destination 10.66.0.0/16
        (Get-IpJson -n $ns route show 10.66.0.0/16).dev | Should -Be a0
        ($pair | Get-LinkAddress -Family IPv4).IPAddress | Should -Be '10.6.0.1', '10.6.0.2'
        ($pair[0] | Get-Route -Family IPv4).Destination | ForEach-Object { "$_" } | Sort-Object | Should -Be '10.6.0.0/24', '10.66.0.0/16'
        $pair[1] | Remove-Link -Confirm:$false
        Get-IpLink $ns a0 | Should -BeNullOrEmpty
    }

    It 'make a pair of every row, and report the bad row alone' {
        $rows = @"
            Name,PeerName,Namespace,PeerNamespace,Address,Mtu
            r1,p1,$ns,$far,10.6.1.1/24,1300
            r2,lo,$ns,$far,10.6.2.1/24,1300
            r3,p3,$ns,$far,10.6.3.1/24,many
            r4,p4,$ns,$far,10.6.4.1/24,1300
"@ | ConvertFrom-Csv
        $made = $rows | New-VethPair -ErrorVariable failed -ErrorAction SilentlyContinue
        try {
            $made.Name | Should -Be 'r1', 'p1', 'r4', 'p4'
            $failed | Should -HaveCount 2
            $failed[0].CategoryInfo.Category | Should -Be ResourceExists
            "$($failed[1])" | Should -BeLike "*'many'*"
            (Get-IpJson -n $ns link).ifname | Sort-Object | Should -Be 'lo', 'r1', 'r4'
            (Get-IpLink $far p4).mtu | Should -Be 1300
        }
        finally {
            foreach ($name in 'r1', 'r2', 'r3', 'r4') { & ip -n $ns link del $name 2>$null }
        }
    }

    It 'send addresses and routes of many rows together, and report the bad row alone' {
        Invoke-IpBatch $ns 'link add a0 type veth peer name a1', 'link set a0 up'
        $rows = foreach ($i in 1..600) {
            $end = "0.$($i -shr 8).$($i -band 255)/32"
            [pscustomobject]@{ Link = 'a0'; Address = "12.$end"; Destination = "11.$end" }
        }
        $rows[300].Address = $rows[299].Address
        $rows[300].Destination = $rows[299].Destination
        $rows | Add-LinkAddress -Namespace $ns -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.Count | Should -Be 1
        "$($failed[0].TargetObject)" | Should -Be $rows[300].Address
        @(& ip -n $ns -4 -o addr show dev a0).Count | Should -Be 599
        $rows | Add-Route -Namespace $ns -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.Count | Should -Be 1
        "$($failed[0].TargetObject)" | Should -Be $rows[300].Destination
        @(& ip -n $ns route show dev a0).Count | Should -Be 599

        # One is added by somebody else after all existing ones have been read.
        $late = [pscustomobject]@{ Link = 'a0'; Address = '12.9.9.9/32' }
        & { $rows[0]; & ip -n $ns addr add 12.9.9.9/32 dev a0; $late; $rows[1] } | Remove-LinkAddress -Namespace $ns -Confirm:$false
        @(& ip -n $ns -4 -o addr show dev a0).Count | Should -Be 597
        Get-Route -Namespace $ns | Where-Object Link -eq a0 | Where-Object { -not $_.Destination.IsIPv6 } | Remove-Route -Confirm:$false
        @(& ip -n $ns -4 route show dev a0).Count | Should -Be 0
    }

    It 'distinguish links of one name in two namespaces' {
        foreach ($one in $ns, $far) { & ip -n $one link add a0 type veth peer name a1 }
        # With another index in the second one.
        Invoke-IpBatch $far 'link add a2 type veth peer name a3', 'link del a0', 'link add a0 type veth peer name a1'
        try {
            # The first row fails before anything is sent; its link must not be used for the second.
            $rows = @(
                [pscustomobject]@{ Address = '10.0.0.1'; LinkLayerAddress = '01:00:5e:00:00:01'; Link = 'a0'; Namespace = $ns }
                [pscustomobject]@{ Address = '10.0.0.1'; LinkLayerAddress = '02:00:00:00:00:01'; Link = 'a0'; Namespace = $far })
            $rows | Set-StaticNeighbor -ErrorVariable failed -ErrorAction SilentlyContinue
            $failed.Count | Should -Be 1
            @(& ip -n $far neigh show dev a0) -join ',' | Should -Match '^10\.0\.0\.1 lladdr 02:00:00:00:00:01 PERMANENT'
        }
        finally {
            & ip -n $far link del a0
            & ip -n $far link del a2
        }
    }

    It 'keep the order of what was piped in' {
        $names = 1..20 | ForEach-Object { "o$_" }
        try {
            $rows = foreach ($name in $names) { [pscustomobject]@{ Name = $name; PeerName = "p$name"; Namespace = $ns } }
            ($rows | New-VethPair | Where-Object Name -Like 'o*').Name | Should -Be $names
            (Get-Link -Namespace $ns | Where-Object Name -Like 'o*' | Set-Link -Up -PassThru).Name | Should -Be $names
        }
        finally {
            Remove-Link o* -Namespace $ns -Confirm:$false
            (Get-IpJson -n $ns link).ifname | Should -Be 'lo'
        }
    }
}

Describe 'Pipelines of tunnels' -Tag Geneve {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
    }

    AfterAll {
        Remove-TestNamespace $ns
    }

    AfterEach {
        foreach ($link in Get-IpJson -n $ns link) { if ($link.ifname -ne 'lo') { & ip -n $ns link del $link.ifname } }
    }

    It 'set up the tunnels of one VNI' {
        foreach ($vni in 999, 1000) { & ip -n $ns link add "g$vni" type geneve id $vni remote 192.0.2.1 }
        Get-GeneveTunnel -Namespace $ns | Where-Object Vni -EQ 1000 | Set-Link -Up
        (Get-IpLink $ns g1000).flags | Should -Contain 'UP'
        (Get-IpLink $ns g999).flags | Should -Not -Contain 'UP'
    }

    It 'make a tunnel of every row, and report the bad row alone' {
        $rows = @"
            Name,Vni,Remote,Port,Namespace,Address
            g1,1,192.0.2.1,6081,$ns,10.1.0.1/24
            g2,16777216,192.0.2.1,6081,$ns,10.2.0.1/24
            g3,1,192.0.2.1,6081,$ns,10.3.0.1/24
            g4,4,2001:db8::4,6082,$ns,10.4.0.1/24
"@ | ConvertFrom-Csv
        $made = $rows | New-GeneveTunnel -ErrorVariable failed -ErrorAction SilentlyContinue
        $made.Name | Should -Be 'g1', 'g4'
        $failed | Should -HaveCount 2
        "$($failed[0])" | Should -BeLike "*'16777216'*"
        "$($failed[1].CategoryInfo.Category)" | Should -Be ResourceBusy
        (Get-IpJson -n $ns link).ifname | Should -Be 'lo', 'g1', 'g4'
        Get-IpAddress $ns g4 | Should -Be '10.4.0.1/24'
    }

    It 'change nothing with -WhatIf: <What>' -ForEach @(
        @{ What = 'New-GeneveTunnel'; Script = { New-GeneveTunnel g2 2 192.0.2.2 -Address 10.1.1.1/24 -Up -Namespace $ns -WhatIf } }
        @{ What = 'New-GeneveTunnel -Force'; Script = { New-GeneveTunnel g1 2 192.0.2.2 -Force -Namespace $ns -WhatIf } }
        @{ What = 'Set-GeneveTunnel'; Script = { Set-GeneveTunnel g1 -Ttl 9 -Remote 192.0.2.9 -Namespace $ns -WhatIf } }
        @{ What = 'Remove-GeneveTunnel'; Script = { Remove-GeneveTunnel * -Namespace $ns -WhatIf } }
    ) {
        & ip -n $ns link add g1 type geneve id 1 remote 192.0.2.1
        $before = Get-Snapshot $ns
        & $Script | Should -BeNullOrEmpty
        Get-Snapshot $ns | Should -Be $before
    }
}

Describe 'The cmdlets' {
    It 'are those of the manifest' {
        $manifest = Import-PowerShellDataFile "$PSScriptRoot/../../GeneveNet.psd1"
        (Get-Command -Module GeneveNet).Name | Sort-Object | Should -Be ($manifest.CmdletsToExport | Sort-Object)
    }

    It 'ask before they change something: <_>' -ForEach $changing {
        (Get-CmdletAttribute $_).SupportsShouldProcess | Should -BeTrue
        (Get-Command $_).Parameters.Keys | Should -Contain 'WhatIf'
    }

    It 'ask by default before they remove something: <_>' -ForEach $removing {
        (Get-CmdletAttribute $_).ConfirmImpact | Should -Be High
    }

    It 'declare their output: <_>' -ForEach ($exported | Where-Object { $_ -match '^(Get|New|Add|Set|Move|Resolve)-' }) {
        (Get-Command $_).OutputType.Count | Should -BeGreaterThan 0
    }
}
