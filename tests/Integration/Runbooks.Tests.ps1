# The runbooks of docs/runbooks, run as they are and judged by ip, ping and docker. A host is a network namespace.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
    Import-Module "$PSScriptRoot/Docker.psm1"
    $root = Resolve-Path "$PSScriptRoot/../.."
    $runbooks = "$root/docs/runbooks"

    # Hosts on one wire: eth0 in each, with 10.0.0.1, 10.0.0.2 and so on.
    function Add-Wire {
        param([string] $Wire, [string[]] $HostName)
        Add-TestNamespace (@($Wire) + $HostName)
        # Without IPv6 addresses, which the kernel creates and checks by itself: before and after are to be compared.
        foreach ($one in $HostName) { & ip netns exec $one sysctl -q net.ipv6.conf.default.disable_ipv6=1 }
        & ip -n $Wire link add wire type bridge
        & ip -n $Wire link set wire up
        $number = 0
        foreach ($one in $HostName) {
            $number++
            & ip -n $one link add eth0 type veth peer name "port$number" netns $Wire
            & ip -n $Wire link set "port$number" master wire up
            Invoke-IpBatch $one "addr add 10.0.0.$number/24 dev eth0", 'link set eth0 up'
        }
    }

    # A file of hosts with their underlay and overlay addresses.
    function Write-MeshFile {
        param([string] $Path, [string[]] $Row)
        @('Name,Underlay,Overlay,Networks') + $Row | Set-Content $Path
    }

    # The tunnels of a namespace, as ip sees them: name, VNI, remote, port.
    function Get-IpTunnel {
        param([string] $Namespace)
        & ip -n $Namespace -j -d link show type geneve | ConvertFrom-Json | ForEach-Object {
            $data = $_.linkinfo.info_data
            "$($_.ifname) $($data.id) $($data.remote) $($data.port)"
        } | Sort-Object
    }
}

Describe 'Runbooks' -Tag NoKernel {
    It '<_> has help, states its requirements, and supports -WhatIf where it changes state' -ForEach @(
        'Join-GeneveMesh', 'Update-GeneveVni', 'Connect-GeneveContainer', 'Remove-GeneveOverlay', 'Get-GeneveHealth'
    ) {
        $tokens = $errors = $null
        $ast = [System.Management.Automation.Language.Parser]::ParseFile("$runbooks/$_.ps1", [ref]$tokens, [ref]$errors)
        $errors.Count | Should -Be 0
        $help = $ast.GetHelpContent()
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Description | Should -Not -BeNullOrEmpty
        $help.Examples.Count | Should -BeGreaterThan 0
        $requirements = $ast.ScriptRequirements
        "$($requirements.RequiredModules.Name) $($requirements.RequiredPSVersion)" | Should -Be 'GeneveNet 7.6'
        foreach ($parameter in $ast.ParamBlock.Parameters) {
            $before = $ast.Extent.Text.Substring(0, $parameter.Extent.StartOffset).TrimEnd()
            ($before -split "`n")[-1].Trim() | Should -Match '^# ' -Because "$($parameter.Name) needs a description"
        }
        if ($_ -ne 'Get-GeneveHealth') { $ast.ParamBlock.Attributes[0].Extent.Text | Should -BeLike '*SupportsShouldProcess*' }
    }
}

Describe 'Join-GeneveMesh' -Tag Geneve {
    BeforeAll {
        $wire, $a, $b, $c = 1..4 | ForEach-Object { Get-TestName }
        Add-Wire $wire $a, $b, $c
        $file = "$TestDrive/mesh.csv"
        Write-MeshFile $file @(
            'alpha,10.0.0.1,11.200.1.1,'
            'beta,10.0.0.2,11.200.2.1,'
            'gamma,10.0.0.3,11.200.3.1,192.168.50.0/24'
        )
        $join = "$runbooks/Join-GeneveMesh.ps1"
        $alpha = @{ HostName = 'alpha'; Vni = 1000; Namespace = $a }

        function Join-All {
            $places = [ordered]@{ alpha = $a; beta = $b; gamma = $c }
            foreach ($name in $places.Keys) { & $join $file -HostName $name -Vni 1000 -Namespace $places[$name] }
        }
    }

    AfterAll { Remove-TestNamespace $wire, $a, $b, $c }

    It 'shows what it would do, and does nothing' {
        $before = Get-Snapshot $a
        $plan = & $join $file @alpha -WhatIf
        $plan.Action | Should -Be 'Create', 'Create'
        $json = & $join $file @alpha -WhatIf -AsJson
        @($json | ConvertFrom-Json).Changed | Should -Be $true, $true
        Get-Snapshot $a | Should -Be $before
    }

    It 'creates a tunnel between each pair of hosts' {
        $report = Join-All
        $report.Count | Should -Be 6
        $report.Action | Sort-Object -Unique | Should -Be 'Create'
        Get-IpTunnel $a | Should -Be 'mesh-beta 1000 10.0.0.2 6081', 'mesh-gamma 1000 10.0.0.3 6081'
        Get-IpTunnel $c | Should -Be 'mesh-alpha 1000 10.0.0.1 6081', 'mesh-beta 1000 10.0.0.2 6081'
        Get-IpAddress $b mesh-gamma | Should -Be '11.200.2.1/32'
        (Get-IpJson -n $a route show 192.168.50.0/24).dev | Should -Be 'mesh-gamma'
        Test-Ping $a 11.200.2.1 -Count 1 | Should -BeTrue
        Test-Ping $a 11.200.3.1 -Count 1 | Should -BeTrue
        Test-Ping $c 11.200.2.1 -Count 1 | Should -BeTrue
    }

    It 'changes nothing the second time' {
        $before = Get-Snapshot $a, $b, $c
        $report = Join-All
        $report.Action | Sort-Object -Unique | Should -Be 'None'
        $report.Changed | Should -Not -Contain $true
        Get-Snapshot $a, $b, $c | Should -Be $before
    }

    It 'fixes what differs from the file' {
        & ip -n $a link set mesh-beta down
        & ip -n $a route del 192.168.50.0/24
        $report = & $join $file @alpha
        $report.Action | Should -Be 'Replace', 'Route'
        Test-Ping $a 11.200.2.1 -Count 1 | Should -BeTrue
        (Get-IpJson -n $a route show 192.168.50.0/24).dev | Should -Be 'mesh-gamma'
    }

    It 'removes what it has created when a step fails' {
        # The second tunnel cannot have its route: there is one already, to another link.
        Write-MeshFile "$TestDrive/more.csv" @(
            'alpha,10.0.0.1,11.200.1.1,'
            'delta,10.0.0.4,11.200.4.1,'
            'epsilon,10.0.0.5,11.200.5.1,'
        )
        & ip -n $a route add 11.200.5.1/32 dev eth0
        $before = Get-Snapshot $a
        { & $join "$TestDrive/more.csv" @alpha } | Should -Throw '*11.200.5.1*'
        Get-Snapshot $a | Should -Be $before
    }

    It 'refuses a file with a mistake before it changes anything: <Row>' -ForEach @(
        @{ Row = 'delta,10.0.0,11.200.4.1,'; Message = "*line 3*Underlay '10.0.0'*" }
        @{ Row = 'delta,10.0.0.4,,'; Message = '*line 3*Overlay*' }
        @{ Row = 'a-name-too-long,10.0.0.4,11.200.4.1,'; Message = '*longer than 15 bytes*' }
        @{ Row = 'delta,10.0.0.1,11.200.4.1,'; Message = "*2 hosts have the Underlay '10.0.0.1'*" }
    ) {
        Write-MeshFile "$TestDrive/wrong.csv" 'alpha,10.0.0.1,11.200.1.1,', $Row
        { & $join "$TestDrive/wrong.csv" @alpha } | Should -Throw $Message
        { & $join $file -HostName nobody -Vni 1000 -Namespace $a } | Should -Throw "*no host 'nobody'*"
    }

    It 'removes the tunnel to a host that left' {
        Write-MeshFile "$TestDrive/less.csv" 'alpha,10.0.0.1,11.200.1.1,', 'beta,10.0.0.2,11.200.2.1,'
        $report = & $join "$TestDrive/less.csv" @alpha -Prune
        $report.Action | Should -Be 'None', 'Remove'
        Get-IpTunnel $a | Should -Be 'mesh-beta 1000 10.0.0.2 6081'
    }

    It 'is healthy' {
        $report = & "$runbooks/Get-GeneveHealth.ps1" -Namespace $a, $b | ConvertFrom-Json
        $LASTEXITCODE | Should -Be 0
        $report.tunnels.name | Should -Be 'mesh-beta', 'mesh-alpha', 'mesh-gamma'
        "$($report.healthy) $($report.tested) $($report.failed)" | Should -Be 'True 3 0'
    }
}

Describe 'Get-GeneveHealth' -Tag Geneve {
    BeforeAll {
        $wire, $a, $b = 1..3 | ForEach-Object { Get-TestName }
        Add-Wire $wire $a, $b
        foreach ($side in @{ Namespace = $a; Own = 1; Other = 2 }, @{ Namespace = $b; Own = 2; Other = 1 }) {
            Invoke-IpBatch $side.Namespace @(
                "link add geneve0 type geneve id 1000 remote 10.0.0.$($side.Other)"
                'link set geneve0 up'
                "addr add 11.200.$($side.Own).1/32 dev geneve0"
                "route add 11.200.$($side.Other).1/32 dev geneve0"
            )
        }
        & ip -n $a link add ext0 type geneve external dstport 7000
    }

    AfterAll { Remove-TestNamespace $wire, $a, $b }

    It 'reports a path that works' {
        Test-Ping $a 11.200.2.1 -Count 1 | Should -BeTrue
        $report = & "$runbooks/Get-GeneveHealth.ps1" -Namespace $a | ConvertFrom-Json
        $LASTEXITCODE | Should -Be 0
        "$($report.healthy) $($report.tested) $($report.failed)" | Should -Be 'True 1 0'
        $one = $report.tunnels | Where-Object name -EQ geneve0
        "$($one.namespace) $($one.vni) $($one.remote) $($one.port) $($one.up)" | Should -Be "$a 1000 10.0.0.2 6081 True"
        "$($one.path.passed) $($one.path.mode) $($one.path.destination)" | Should -Be 'True Probes 11.200.2.1'
        $one.path.received | Should -BeGreaterThan 0
        $one.path.rttMilliseconds | Should -BeGreaterThan 0
        $one.packets.sent | Should -BeGreaterThan 0
        # An external tunnel has no path of its own.
        ($report.tunnels | Where-Object name -EQ ext0).PSObject.Properties.Name | Should -Not -Contain 'path'
    }

    It 'reports the cause and the remedy of one that does not, in a file that is replaced as a whole' {
        & ip -n $a link set geneve0 down
        & "$runbooks/Get-GeneveHealth.ps1" -Namespace $a -Path "$TestDrive/health.json" -Static | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 1
        $report = Get-Content "$TestDrive/health.json" -Raw | ConvertFrom-Json
        $path = ($report.tunnels | Where-Object name -EQ geneve0).path
        "$($report.healthy) $($report.failed) $($path.passed) $($path.cause)" | Should -Be 'False 1 False TunnelDown'
        $path.end | Should -Be 'Near'
        $path.remedy | Should -BeLike 'Set-Link geneve0*-Up*'
        Test-Path "$TestDrive/health.json.new" | Should -BeFalse
    }
}

Describe 'Update-GeneveVni' -Tag Geneve {
    BeforeAll {
        $wire, $a, $b = 1..3 | ForEach-Object { Get-TestName }
        Add-Wire $wire $a, $b
        foreach ($side in @{ Namespace = $a; Own = 1; Other = 2 }, @{ Namespace = $b; Own = 2; Other = 1 }) {
            Invoke-IpBatch $side.Namespace @(
                "link add geneve0 type geneve id 1000 remote 10.0.0.$($side.Other) ttl 33"
                'link set geneve0 mtu 1400 up'
                "addr add 11.200.$($side.Own).1/32 dev geneve0"
                "route add 11.200.$($side.Other).1/32 dev geneve0"
                "route add 192.168.$($side.Other).0/24 via 11.200.$($side.Other).1 dev geneve0 onlink metric 7"
            )
        }
        $update = "$runbooks/Update-GeneveVni.ps1"

        # One phase of the change from geneve0 to geneve1 in a namespace.
        function Invoke-Phase {
            param([string] $Namespace, [string] $Phase)
            & $update geneve0 -NewName geneve1 -Vni 2000 -Phase $Phase -Namespace $Namespace
        }
    }

    AfterAll { Remove-TestNamespace $wire, $a, $b }

    It 'loses no packet from the first step to the last' {
        $ping = Start-Program ip 'netns', 'exec', $a, 'ping', '-n', '-q', '-i', '0.05', '-w', '120', '11.200.2.1'
        try {
            foreach ($phase in 'Prepare', 'Switch') {
                foreach ($side in $a, $b) { (Invoke-Phase $side $phase).Changed | Should -BeTrue }
            }
            # Half of it is not all: the old tunnels are still there.
            Get-IpTunnel $a | Should -Be 'geneve0 1000 10.0.0.2 6081', 'geneve1 2000 10.0.0.2 6081'
            (Get-IpJson -n $a route show 11.200.2.1).dev | Should -Be 'geneve1'
            foreach ($side in $a, $b) { (Invoke-Phase $side Finish).Changed | Should -BeTrue }
            Start-Sleep -Milliseconds 300
        }
        finally {
            # As Ctrl-C does, so that it prints its statistics.
            & kill -INT $ping.Id
        }
        $text = $ping.StandardOutput.ReadToEnd()
        $text | Should -Match ' 0% packet loss'
        [int]($text -replace '(?s).*?(\d+) received.*', '$1') | Should -BeGreaterThan 10
        Get-IpTunnel $a | Should -Be 'geneve1 2000 10.0.0.2 6081'
        Get-IpTunnel $b | Should -Be 'geneve1 2000 10.0.0.1 6081'
    }

    It 'has kept the settings, addresses and routes' {
        $link = Get-IpLink $a geneve1
        "$($link.mtu) $($link.linkinfo.info_data.ttl)" | Should -Be '1400 33'
        Get-IpAddress $a geneve1 | Should -Be '11.200.1.1/32'
        $route = Get-IpJson -n $a route show 192.168.2.0/24
        "$($route.dev) $($route.gateway) $($route.metric)" | Should -Be 'geneve1 11.200.2.1 7'
    }

    It 'changes nothing the second time' {
        (Invoke-Phase $a Finish).Changed | Should -BeFalse
        { Invoke-Phase $a Switch } | Should -Throw '*no tunnel*geneve0*'
    }

    It 'goes back, also from the middle' {
        $next = @{ Name = 'geneve1'; NewName = 'geneve2'; Vni = 3000; Namespace = $a }
        $before = Get-Snapshot $a
        & $update @next -Phase Prepare -WhatIf
        Get-Snapshot $a | Should -Be $before
        { & $update @next -Phase Switch } | Should -Throw '*Prepare comes first*'
        $null = & $update @next -Phase Prepare
        (& $update @next -Phase Prepare).Changed | Should -BeFalse
        { & $update @next -Phase Finish } | Should -Throw '*Switch comes first*'
        $null = & $update @next -Phase Switch
        Get-IpAddress $a geneve1 | Should -BeNullOrEmpty
        (& $update @next -Phase Undo).Changed | Should -BeTrue
        Get-IpTunnel $a | Should -Be 'geneve1 2000 10.0.0.2 6081'
        Get-IpAddress $a geneve1 | Should -Be '11.200.1.1/32'
        Test-Ping $a 11.200.2.1 -Count 1 | Should -BeTrue
    }

    It 'moves the bridge port' {
        Invoke-IpBatch $a @(
            'link add br0 type bridge'
            'link add geneve5 type geneve id 5000 remote 10.0.0.2 dstport 7000'
            'link set geneve5 master br0 up'
        )
        foreach ($phase in 'Prepare', 'Switch', 'Finish') {
            $null = & $update geneve5 -NewName geneve6 -Vni 6000 -Phase $phase -Namespace $a
        }
        (Get-IpLink $a geneve6).master | Should -Be 'br0'
        Get-IpLink $a geneve5 | Should -BeNullOrEmpty
    }
}

Describe 'Remove-GeneveOverlay' -Tag Geneve {
    BeforeAll {
        $remove = "$runbooks/Remove-GeneveOverlay.ps1"
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns @(
            'link add br0 type bridge'
            'link add br1 type bridge'
            'link add other type dummy'
            'link set other master br1'
            'link add geneve0 type geneve id 1000 remote 192.0.2.1'
            'link set geneve0 master br0'
            'link add geneve1 type geneve id 1000 remote 192.0.2.2'
            'link set geneve1 master br1'
            'link add geneve2 type geneve id 2000 remote 192.0.2.1'
        )
    }

    AfterAll { Remove-TestNamespace $ns }

    It 'shows what it would remove' {
        $before = Get-Snapshot $ns
        & $remove -Vni 1000 -Bridge -Namespace $ns -WhatIf | Should -BeNullOrEmpty
        Get-Snapshot $ns | Should -Be $before
    }

    It 'removes the tunnels of the VNI and the bridge that has no other port' {
        $removed = & $remove -Vni 1000 -Bridge -Namespace $ns -Confirm:$false
        $removed.Name | Should -Be 'geneve0', 'geneve1', 'br0'
        (Get-IpJson -n $ns link).ifname | Should -Be 'lo', 'br1', 'other', 'geneve2'
    }

    It 'is not an error the second time' {
        & $remove -Vni 1000 -Bridge -Namespace $ns -Confirm:$false | Should -BeNullOrEmpty
    }
}

Describe 'Connect-GeneveContainer' -Tag Geneve {
    BeforeAll {
        $withoutDocker = Start-Docker
        $b = Get-TestName
        $name = Get-TestName client
        Add-TestNamespace $b
        # The namespace of the session is the host of the container; the far host is at the other end of a cable.
        & ip link add gnteth0 type veth peer name eth0 netns $b
        & ip addr add 10.0.0.251/24 dev gnteth0
        & ip link set gnteth0 up
        Invoke-IpBatch $b @(
            'addr add 10.0.0.250/24 dev eth0'
            'link set eth0 up'
            'link add geneve0 type geneve id 1000 remote 10.0.0.251'
            'link set geneve0 up'
            'addr add 11.200.2.1/32 dev geneve0'
            'route add 11.200.1.1/32 dev geneve0'
        )
        $connect = "$runbooks/Connect-GeneveContainer.ps1"
        $client = @{ Container = $name; Vni = 1000; Remote = '10.0.0.250'; Address = '11.200.1.1/32'; Route = '11.200.2.1' }
    }

    AfterAll {
        if (-not $withoutDocker) { $null = & docker rm -f $name 2>&1 }
        & ip link del gnteth0
        Remove-TestNamespace $b
    }

    It 'waits for the container, and connects it when it starts' {
        if ($withoutDocker) { Set-ItResult -Skipped -Because $withoutDocker }
        { & $connect @client -Timeout 0 } | Should -Throw '*was not running within 0 s*'
        # A second after this, the container starts.
        $start = Start-Program sh '-c', 'sleep 1; exec docker run -itd --network=none --name "$1" busybox sh', 'sh', $name
        $elapsed = Measure-Command { $result = & $connect @client }
        $elapsed.TotalSeconds | Should -BeGreaterThan 1
        $start.WaitForExit()
        $start.ExitCode | Should -Be 0
        "$($result.Container) $($result.Tunnel) $($result.Changed)" | Should -Be "$name geneve0 True"
        Test-ContainerPing $name 11.200.2.1 -Count 1 | Should -BeTrue
        & ip -j link show type geneve | Should -Be '[]'
    }

    It 'leaves it alone the second time, and refuses another tunnel of the name' {
        if ($withoutDocker) { Set-ItResult -Skipped -Because $withoutDocker }
        (& $connect @client).Changed | Should -BeFalse
        { & $connect $name -Vni 1001 -Remote 10.0.0.250 } | Should -Throw '*VNI 1000*'
    }

    It 'leaves nothing behind when a step fails' {
        if ($withoutDocker) { Set-ItResult -Skipped -Because $withoutDocker }
        $another = @{ Name = 'geneve9'; Vni = 9; Remote = '10.0.0.250'; Address = '11.9.1.1/32'; Route = '11.200.2.1' }
        { & $connect $name @another } | Should -Throw '*11.200.2.1*'
        & ip -j link show type geneve | Should -Be '[]'
        (Invoke-InContainer $name ip -j link show type geneve | ConvertFrom-Json).ifname | Should -Be 'geneve0'
    }
}

Describe 'The playbook' -Tag Geneve {
    BeforeAll {
        $wire, $a, $b = 1..3 | ForEach-Object { Get-TestName }
        Add-Wire $wire $a, $b
        # The module as it is installed, and the PowerShell that runs these tests.
        $null = & "$root/src/Package/New-ModulePackage.ps1" -Destination "$TestDrive/modules"
        Set-Content "$TestDrive/inventory.yml" @"
mesh:
  vars:
    ansible_connection: local
    ansible_python_interpreter: /usr/bin/python3
    genevenet_shell: $(Get-EngineCommand) -NoProfile -NonInteractive -File
    genevenet_table: $TestDrive/alpha.csv
  hosts:
    alpha: { genevenet_namespace: $a, underlay: 10.0.0.1, overlay: 11.200.1.1 }
    beta: { genevenet_namespace: $b, underlay: 10.0.0.2, overlay: 11.200.2.1 }
"@

        # Ansible is slow in a booted kernel, so it manages one host of the two; the other one has joined without it.
        Write-MeshFile "$TestDrive/beta.csv" 'alpha,10.0.0.1,11.200.1.1,', 'beta,10.0.0.2,11.200.2.1,'
        $null = & "$runbooks/Join-GeneveMesh.ps1" "$TestDrive/beta.csv" -HostName beta -Vni 1000 -Namespace $b

        # It takes a minute to start there, so one run does it all: the whole playbook, twice.
        Set-Content "$TestDrive/twice.yml" (@("- import_playbook: $runbooks/ansible/mesh.yml") * 2)
        $hasAnsible = [bool](Get-Command ansible-playbook -CommandType Application -ErrorAction Ignore)
    }

    AfterAll { Remove-TestNamespace $wire, $a, $b }

    It 'joins a host and tests its paths, and changes nothing the second time' {
        if (-not $hasAnsible) { Set-ItResult -Skipped -Because 'there is no ansible-playbook (Debian: ansible-core)' }
        $settings = "HOME=$TestDrive", "PSModulePath=$TestDrive/modules", 'LC_ALL=C.UTF-8', 'ANSIBLE_NOCOLOR=1', 'ANSIBLE_PIPELINING=1'
        $output = & env @settings ansible-playbook --limit alpha -i "$TestDrive/inventory.yml" "$TestDrive/twice.yml" 2>&1
        $text = $output -join "`n"
        $LASTEXITCODE | Should -Be 0 -Because $text
        # The result of each task, first and second time: the file, the tunnel, the test.
        $results = [regex]::Matches($text, '(?m)^(ok|changed|skipping|fatal): \[alpha\]').ForEach{ $_.Groups[1].Value }
        $results | Should -Be 'changed', 'changed', 'ok', 'ok', 'ok', 'ok' -Because $text
        Get-IpTunnel $a | Should -Be 'mesh-beta 1000 10.0.0.2 6081'
        Test-Ping $a 11.200.2.1 -Count 1 | Should -BeTrue
    }
}
