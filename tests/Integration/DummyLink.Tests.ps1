# Dummy links: what New-DummyLink makes, judged by ip.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
}

Describe 'New-DummyLink' -Tag Geneve {
    BeforeEach {
        $ns = Get-TestName
        Add-TestNamespace $ns
    }

    AfterEach {
        Remove-TestNamespace $ns
    }

    It 'creates links with all that is requested' {
        $made = New-DummyLink d0 -Namespace $ns -Mtu 1400 -LinkLayerAddress 02:00:00:00:00:0d -Address 10.9.0.1/32, fd00::1/128 -Up
        $made.Kind | Should -Be dummy
        $made.Name | Should -Be d0
        $is = Get-IpLink $ns d0
        $is.linkinfo.info_kind | Should -Be dummy
        $is.mtu | Should -Be 1400
        $is.address | Should -Be 02:00:00:00:00:0d
        $is.flags | Should -Contain UP
        Get-IpAddress $ns d0 | Should -Contain '10.9.0.1/32'
        Get-IpAddress $ns d0 | Should -Contain 'fd00::1/128'
    }

    It 'creates several, from names and from the pipeline' {
        (New-DummyLink d0, d1 -Namespace $ns).Name | Should -Be d0, d1
        ([pscustomobject]@{ Name = 'd2'; Mtu = 1300 } | New-DummyLink -Namespace $ns).Mtu | Should -Be 1300
    }

    It 'makes a link the port of a bridge' {
        $null = New-Bridge br0 -Namespace $ns
        $null = New-DummyLink d0 -Bridge br0 -Namespace $ns
        (Get-IpLink $ns d0).master | Should -Be br0
    }

    It 'returns the same link with -IfNotExists, and names what differs' {
        $null = New-DummyLink d0 -Namespace $ns -Mtu 1400
        (New-DummyLink d0 -Namespace $ns -Mtu 1400 -IfNotExists).Name | Should -Be d0
        Assert-Failure { New-DummyLink d0 -Namespace $ns -Mtu 1300 -IfNotExists } ExistsDifferent ResourceExists '-Mtu 1300'
        Assert-Failure { New-DummyLink lo -Namespace $ns -IfNotExists } ResourceExists ResourceExists 'not a dummy link'
    }

    It 'replaces a link with -Force, and keeps the old one when the new one cannot be made' {
        $null = New-DummyLink d0 -Namespace $ns -Mtu 1400 -Address 10.9.0.1/24
        $before = Get-WholeSnapshot $ns
        Assert-Failure { New-DummyLink d0 -Namespace $ns -Address ff02::1/64 -Force } ObjectNotFound ObjectNotFound 'ff02::1/64'
        Compare-WholeSnapshot $before $ns | Should -BeNullOrEmpty
        $null = New-DummyLink d0 -Namespace $ns -Mtu 1300 -Force
        (Get-IpLink $ns d0).mtu | Should -Be 1300
        Get-IpAddress $ns d0 | Should -BeNullOrEmpty
    }

    It 'makes nothing with -WhatIf' {
        $before = Get-LinkSnapshot $ns
        New-DummyLink d0 -Namespace $ns -Up -WhatIf | Should -BeNullOrEmpty
        Get-LinkSnapshot $ns | Should -Be $before
    }
}
