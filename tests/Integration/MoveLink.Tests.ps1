# Links that are moved to another namespace.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
}

Describe 'Move-LinkToNamespace' {
    BeforeAll {
        $ns = Get-TestName
        $target = Get-TestName
        Add-TestNamespace $ns, $target
        $process = Start-NamespaceProcess
    }

    AfterAll {
        Stop-Program $process
        Remove-TestNamespace $ns, $target
    }

    BeforeEach {
        Invoke-IpBatch $ns @(
            'link add a0 type veth peer name a1'
            'link set a0 up'
        )
    }

    AfterEach {
        & ip -n $ns link del a1 2>$null
        & ip -n $target link del other 2>$null
    }

    It 'moves to <What>' -ForEach @(
        @{ What = 'a name'; Place = { $target } }
        @{ What = 'a path'; Place = { "/run/netns/$target" } }
        @{ What = 'an object'; Place = { Get-NetworkNamespace $target } }
    ) {
        Move-LinkToNamespace a0 (& $Place) -SourceNamespace $ns | Should -BeNullOrEmpty
        Get-IpLink $ns a0 | Should -BeNullOrEmpty
        (Get-IpLink $target a0).flags | Should -Not -Contain 'UP'
        (Get-IpLink $ns a1).link_index | Should -Be (Get-IpLink $target a0).ifindex
    }

    It 'moves to the namespace of a process' {
        $moved = Move-LinkToNamespace a0 -Namespace $process.Id -SourceNamespace $ns -PassThru
        $there = & nsenter "--net=/proc/$($process.Id)/ns/net" ip -j link show dev a0 | ConvertFrom-Json
        $moved.Index | Should -Be $there.ifindex
    }

    It 'renames a link on the way' {
        (Move-LinkToNamespace a0 $target -SourceNamespace $ns -NewName other -PassThru).Name | Should -Be other
        Get-IpLink $target other | Should -HaveCount 1
        Get-IpLink $target a0 | Should -BeNullOrEmpty
    }

    It 'takes links from the pipeline, and they know where they are' {
        $moved = Get-Link a0 -Namespace $ns | Move-LinkToNamespace -Namespace $target -PassThru
        "$($moved.Namespace)" | Should -Be $target
        $moved | Set-Link -Up
        (Get-IpLink $target a0).flags | Should -Contain 'UP'
        # And back again.
        $moved | Move-LinkToNamespace -Namespace $ns
        Get-IpLink $ns a0 | Should -HaveCount 1
    }

    It 'says what gets lost' {
        & ip -n $ns addr add 10.1.1.1/24 dev a0
        & ip -n $ns addr add 10.1.2.1/24 dev a0
        & ip -n $ns -6 addr flush dev a0
        Get-Verbose {
            Move-LinkToNamespace a0 $target -SourceNamespace $ns -Verbose
        } | Should -BeLike "*'$target'*its 2 addresses are lost*"
        Get-IpAddress $target a0 | Should -BeNullOrEmpty
    }

    It 'leaves a link alone that is there already' {
        $before = Get-LinkSnapshot $ns
        Get-Verbose { Move-LinkToNamespace a0 $ns -SourceNamespace $ns -Verbose } | Should -BeLike '*already*'
        Get-LinkSnapshot $ns | Should -Be $before
    }

    It 'refuses a name that is taken there, and says so' {
        & ip -n $target link add a0 type veth peer name other
        $before = Get-LinkSnapshot $ns, $target
        Assert-Failure {
            Move-LinkToNamespace a0 $target -SourceNamespace $ns
        } ResourceExists ResourceExists "'a0' is there already", 'another name'
        Get-LinkSnapshot $ns, $target | Should -Be $before
    }

    It 'refuses what cannot be moved: the loopback' {
        $before = Get-LinkSnapshot $ns, $target
        Assert-Failure {
            Move-LinkToNamespace lo $target -SourceNamespace $ns -NewName lo9
        } InvalidArgument InvalidArgument "'lo'", 'bound to their network namespace'
        Get-LinkSnapshot $ns, $target | Should -Be $before
    }

    It 'moves nothing with -WhatIf' {
        $before = Get-LinkSnapshot $ns, $target
        Move-LinkToNamespace a0 $target -SourceNamespace $ns -WhatIf
        Get-LinkSnapshot $ns, $target | Should -Be $before
    }
}

Describe 'A tunnel that was moved' -Tag Geneve, Container {
    BeforeAll {
        $a = Get-TestName
        $b = Get-TestName
        $inside = Get-TestName
        Add-TestUnderlay $a $b
        Add-TestNamespace $inside
        & ip -n $b link add geneve0 type geneve id 5 remote fd00::251
        & ip -n $b addr add 10.50.0.2/24 dev geneve0
        & ip -n $b link set geneve0 up
    }

    AfterAll {
        Remove-TestNamespace $a, $b, $inside
    }

    It 'keeps its underlay where it was created' {
        $null = New-GeneveTunnel geneve0 5 fd00::250 -Address 10.50.0.1/24 -Up -Namespace $a
        Test-Ping $a 10.50.0.2 -Count 1 | Should -BeTrue

        $said = Get-Verbose { Get-GeneveTunnel geneve0 -Namespace $a | Move-LinkToNamespace -Namespace $inside -Verbose }
        $said | Should -BeLike '*lost*'
        (Get-IpJson -n $inside link).ifname | Should -Be 'lo', 'geneve0'
        Add-LinkAddress 10.50.0.1/24 geneve0 -Namespace $inside
        Set-Link geneve0 -Up -Namespace $inside
        Test-Ping $inside 10.50.0.2 -Count 1 | Should -BeTrue
    }
}
