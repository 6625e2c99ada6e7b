# The runbooks of docs/runbooks, run as they stand and judged by ip, ping and docker. A host is a network namespace.

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Common.psm1'))
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'Docker.psm1'))
    $root = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
    $runbooks = [System.IO.Path]::Combine($root, 'docs', 'runbooks')
    $folder = [System.IO.Directory]::CreateTempSubdirectory('genevenet-runbooks').FullName

    # Hosts on one wire: eth0 in each, with 10.0.0.1, 10.0.0.2 and so on.
    function Add-Wire ([string] $Wire, [string[]] $Hosts) {
        Add-TestNamespace (@($Wire) + $Hosts)
        # No addresses that the kernel makes and checks by itself, so that before and after can be compared.
        foreach ($one in $Hosts) { & ip netns exec $one sysctl -q net.ipv6.conf.default.disable_ipv6=1 }
        & ip -n $Wire link add wire type bridge
        & ip -n $Wire link set wire up
        $number = 0
        foreach ($one in $Hosts) {
            $number++
            & ip -n $one link add eth0 type veth peer name "port$number" netns $Wire
            & ip -n $Wire link set "port$number" master wire up
            Invoke-IpBatch $one "addr add 10.0.0.$number/24 dev eth0", 'link set eth0 up'
        }
    }

    # A table of hosts with their underlay and overlay addresses.
    function Write-MeshTable ([string] $File, [string[]] $Rows) {
        [System.IO.File]::WriteAllLines($File, @('Name,Underlay,Overlay,Networks') + $Rows)
    }

    # The tunnels of a namespace, as ip sees them: name, VNI, remote, port.
    function Get-IpTunnel ([string] $Namespace) {
        (& ip -n $Namespace -j -d link show type geneve) -join '' | ConvertFrom-Json |
            ForEach-Object { "$($_.ifname) $($_.linkinfo.info_data.id) $($_.linkinfo.info_data.remote) $($_.linkinfo.info_data.port)" } | Sort-Object
    }
}

AfterAll {
    [System.IO.Directory]::Delete($folder, $true)
}

Describe 'Runbooks' -Tag NoKernel {
    It '<_> has a help text, says what it needs, and can be asked what it would do' -ForEach 'Join-GeneveMesh', 'Update-GeneveVni', 'Connect-GeneveContainer', 'Remove-GeneveOverlay', 'Get-GeneveHealth' {
        $tokens = $errors = $null
        $ast = [System.Management.Automation.Language.Parser]::ParseFile("$runbooks/$_.ps1", [ref]$tokens, [ref]$errors)
        $errors.Count | Should -Be 0
        $help = $ast.GetHelpContent()
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Description | Should -Not -BeNullOrEmpty
        $help.Examples.Count | Should -BeGreaterThan 0
        "$($ast.ScriptRequirements.RequiredModules.Name) $($ast.ScriptRequirements.RequiredPSVersion)" | Should -Be 'GeneveNet 7.6'
        foreach ($parameter in $ast.ParamBlock.Parameters) {
            $before = $ast.Extent.Text.Substring(0, $parameter.Extent.StartOffset).TrimEnd()
            ($before -split "`n")[-1].Trim() | Should -Match '^# ' -Because "$($parameter.Name) is explained"
        }
        if ($_ -ne 'Get-GeneveHealth') { $ast.ParamBlock.Attributes[0].Extent.Text | Should -BeLike '*SupportsShouldProcess*' }
    }
}

Describe 'Join-GeneveMesh' -Tag Geneve {
    BeforeAll {
        $wire, $a, $b, $c = 1..4 | ForEach-Object { Get-TestName }
        Add-Wire $wire $a, $b, $c
        $table = "$folder/mesh.csv"
        Write-MeshTable $table 'alpha,10.0.0.1,11.200.1.1,', 'beta,10.0.0.2,11.200.2.1,', 'gamma,10.0.0.3,11.200.3.1,192.168.50.0/24'
        $places = [ordered]@{ alpha = $a; beta = $b; gamma = $c }

        function Join-All ([hashtable] $With = @{}) {
            foreach ($name in $places.Keys) { & "$runbooks/Join-GeneveMesh.ps1" $table -HostName $name -Vni 1000 -Namespace $places[$name] @With }
        }
    }

    AfterAll { Remove-TestNamespace $wire, $a, $b, $c }

    It 'shows what it would do, and does nothing' {
        $before = Get-Snapshot $a
        $plan = & "$runbooks/Join-GeneveMesh.ps1" $table -HostName alpha -Vni 1000 -Namespace $a -WhatIf
        $plan.Action | Should -Be 'Create', 'Create'
        $json = & "$runbooks/Join-GeneveMesh.ps1" $table -HostName alpha -Vni 1000 -Namespace $a -WhatIf -AsJson
        @($json | ConvertFrom-Json).Changed | Should -Be $true, $true
        Get-Snapshot $a | Should -Be $before
    }

    It 'gives each pair of hosts a tunnel' {
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

    It 'mends what is not as the table says' {
        & ip -n $a link set mesh-beta down
        & ip -n $a route del 192.168.50.0/24
        $report = & "$runbooks/Join-GeneveMesh.ps1" $table -HostName alpha -Vni 1000 -Namespace $a
        $report.Action | Should -Be 'Replace', 'Route'
        Test-Ping $a 11.200.2.1 -Count 1 | Should -BeTrue
        (Get-IpJson -n $a route show 192.168.50.0/24).dev | Should -Be 'mesh-gamma'
    }

    It 'takes back what it has created when a step fails' {
        # The second tunnel cannot have its route: there is one already, to another link.
        Write-MeshTable "$folder/more.csv" 'alpha,10.0.0.1,11.200.1.1,', 'delta,10.0.0.4,11.200.4.1,', 'epsilon,10.0.0.5,11.200.5.1,'
        & ip -n $a route add 11.200.5.1/32 dev eth0
        $before = Get-Snapshot $a
        { & "$runbooks/Join-GeneveMesh.ps1" "$folder/more.csv" -HostName alpha -Vni 1000 -Namespace $a } | Should -Throw '*11.200.5.1*'
        Get-Snapshot $a | Should -Be $before
    }

    It 'refuses a table with a mistake before anything is changed: <Row>' -ForEach @(
        @{ Row = 'delta,10.0.0,11.200.4.1,'; Message = "*line 3*Underlay '10.0.0'*" }
        @{ Row = 'delta,10.0.0.4,,'; Message = '*line 3*Overlay*' }
        @{ Row = 'a-name-too-long,10.0.0.4,11.200.4.1,'; Message = '*longer than 15 bytes*' }
        @{ Row = 'delta,10.0.0.1,11.200.4.1,'; Message = "*2 hosts have the Underlay '10.0.0.1'*" }
    ) {
        Write-MeshTable "$folder/wrong.csv" 'alpha,10.0.0.1,11.200.1.1,', $Row
        { & "$runbooks/Join-GeneveMesh.ps1" "$folder/wrong.csv" -HostName alpha -Vni 1000 -Namespace $a } | Should -Throw $Message
        { & "$runbooks/Join-GeneveMesh.ps1" $table -HostName nobody -Vni 1000 -Namespace $a } | Should -Throw "*no host 'nobody'*"
    }

    It 'forgets who left' {
        Write-MeshTable "$folder/less.csv" 'alpha,10.0.0.1,11.200.1.1,', 'beta,10.0.0.2,11.200.2.1,'
        $report = & "$runbooks/Join-GeneveMesh.ps1" "$folder/less.csv" -HostName alpha -Vni 1000 -Namespace $a -Prune
        $report.Action | Should -Be 'None', 'Remove'
        Get-IpTunnel $a | Should -Be 'mesh-beta 1000 10.0.0.2 6081'
    }

    It 'is reported on' {
        $report = (& "$runbooks/Get-GeneveHealth.ps1" -Namespace $a, $b) -join "`n" | ConvertFrom-Json
        $LASTEXITCODE | Should -Be 0
        $report.tunnels.name | Should -Be 'mesh-beta', 'mesh-alpha', 'mesh-gamma'
        "$($report.healthy) $($report.tested) $($report.failed)" | Should -Be 'True 3 0'
    }
}

Describe 'Get-GeneveHealth' -Tag Geneve {
    BeforeAll {
        $wire, $a, $b = 1..3 | ForEach-Object { Get-TestName }
        Add-Wire $wire $a, $b
        foreach ($side in @($a, 1, 2), @($b, 2, 1)) {
            Invoke-IpBatch $side[0] @(
                "link add geneve0 type geneve id 1000 remote 10.0.0.$($side[2])"
                'link set geneve0 up'
                "addr add 11.200.$($side[1]).1/32 dev geneve0"
                "route add 11.200.$($side[2]).1/32 dev geneve0"
            )
        }
        & ip -n $a link add ext0 type geneve external dstport 7000
    }

    AfterAll { Remove-TestNamespace $wire, $a, $b }

    It 'finds a path that works' {
        Test-Ping $a 11.200.2.1 -Count 1 | Should -BeTrue
        $report = (& "$runbooks/Get-GeneveHealth.ps1" -Namespace $a) -join "`n" | ConvertFrom-Json
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

    It 'names the cause and the remedy of one that does not, in a file written whole' {
        & ip -n $a link set geneve0 down
        & "$runbooks/Get-GeneveHealth.ps1" -Namespace $a -Path "$folder/health.json" -Static | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 1
        $report = [System.IO.File]::ReadAllText("$folder/health.json") | ConvertFrom-Json
        $path = ($report.tunnels | Where-Object name -EQ geneve0).path
        "$($report.healthy) $($report.failed) $($path.passed) $($path.cause)" | Should -Be 'False 1 False TunnelDown'
        $path.remedy | Should -BeLike 'Set-Link geneve0*-Up*'
        [System.IO.File]::Exists("$folder/health.json.new") | Should -BeFalse
    }
}

Describe 'Update-GeneveVni' -Tag Geneve {
    BeforeAll {
        $wire, $a, $b = 1..3 | ForEach-Object { Get-TestName }
        Add-Wire $wire $a, $b
        foreach ($side in @($a, 1, 2), @($b, 2, 1)) {
            Invoke-IpBatch $side[0] @(
                "link add geneve0 type geneve id 1000 remote 10.0.0.$($side[2]) ttl 33"
                'link set geneve0 mtu 1400 up'
                "addr add 11.200.$($side[1]).1/32 dev geneve0"
                "route add 11.200.$($side[2]).1/32 dev geneve0"
                "route add 192.168.$($side[2]).0/24 via 11.200.$($side[2]).1 dev geneve0 onlink metric 7"
            )
        }
        function Update-Side ($Place, $Phase, [hashtable] $With = @{}) { & "$runbooks/Update-GeneveVni.ps1" geneve0 -NewName geneve1 -Vni 2000 -Phase $Phase -Namespace $Place @With }
    }

    AfterAll { Remove-TestNamespace $wire, $a, $b }

    It 'loses no packet from the first step to the last' {
        $ping = Start-Program ip 'netns', 'exec', $a, 'ping', '-n', '-q', '-i', '0.05', '-w', '120', '11.200.2.1'
        try {
            foreach ($phase in 'Prepare', 'Switch') {
                foreach ($side in $a, $b) { (Update-Side $side $phase).Changed | Should -BeTrue }
            }
            # Half of it is not all: the old tunnels are still there.
            Get-IpTunnel $a | Should -Be 'geneve0 1000 10.0.0.2 6081', 'geneve1 2000 10.0.0.2 6081'
            (Get-IpJson -n $a route show 11.200.2.1).dev | Should -Be 'geneve1'
            foreach ($side in $a, $b) { (Update-Side $side Finish).Changed | Should -BeTrue }
            [System.Threading.Thread]::Sleep(300)
        }
        finally {
            # As Ctrl-C does, so that it says how it went.
            & kill -INT $ping.Id
        }
        $text = $ping.StandardOutput.ReadToEnd()
        $text | Should -Match ' 0% packet loss'
        [int][regex]::Match($text, '(\d+) received').Groups[1].Value | Should -BeGreaterThan 10
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
        (Update-Side $a Finish).Changed | Should -BeFalse
        { Update-Side $a Switch } | Should -Throw '*no tunnel*geneve0*'
    }

    It 'goes back, also from the middle' {
        function Update-Back ($Phase, [hashtable] $With = @{}) { & "$runbooks/Update-GeneveVni.ps1" geneve1 -NewName geneve2 -Vni 3000 -Phase $Phase -Namespace $a @With }
        $before = Get-Snapshot $a
        Update-Back Prepare @{ WhatIf = $true }
        Get-Snapshot $a | Should -Be $before
        { Update-Back Switch } | Should -Throw '*Prepare comes first*'
        $null = Update-Back Prepare
        (Update-Back Prepare).Changed | Should -BeFalse
        { Update-Back Finish } | Should -Throw '*Switch comes first*'
        $null = Update-Back Switch
        Get-IpAddress $a geneve1 | Should -BeNullOrEmpty
        (Update-Back Undo).Changed | Should -BeTrue
        Get-IpTunnel $a | Should -Be 'geneve1 2000 10.0.0.2 6081'
        Get-IpAddress $a geneve1 | Should -Be '11.200.1.1/32'
        Test-Ping $a 11.200.2.1 -Count 1 | Should -BeTrue
    }

    It 'moves the place in a bridge' {
        Invoke-IpBatch $a 'link add br0 type bridge', 'link add geneve5 type geneve id 5000 remote 10.0.0.2 dstport 7000', 'link set geneve5 master br0 up'
        foreach ($phase in 'Prepare', 'Switch', 'Finish') { $null = & "$runbooks/Update-GeneveVni.ps1" geneve5 -NewName geneve6 -Vni 6000 -Phase $phase -Namespace $a }
        (Get-IpLink $a geneve6).master | Should -Be 'br0'
        Get-IpLink $a geneve5 | Should -BeNullOrEmpty
    }
}

Describe 'Remove-GeneveOverlay' -Tag Geneve {
    BeforeAll {
        $ns = Get-TestName
        Add-TestNamespace $ns
        Invoke-IpBatch $ns @(
            'link add br0 type bridge', 'link add br1 type bridge', 'link add other type dummy', 'link set other master br1'
            'link add geneve0 type geneve id 1000 remote 192.0.2.1', 'link add geneve1 type geneve id 1000 remote 192.0.2.2'
            'link add geneve2 type geneve id 2000 remote 192.0.2.1', 'link set geneve0 master br0', 'link set geneve1 master br1'
        )
    }

    AfterAll { Remove-TestNamespace $ns }

    It 'shows what would go' {
        $before = Get-Snapshot $ns
        & "$runbooks/Remove-GeneveOverlay.ps1" -Vni 1000 -Bridge -Namespace $ns -WhatIf | Should -BeNullOrEmpty
        Get-Snapshot $ns | Should -Be $before
    }

    It 'removes the tunnels of the VNI and the bridge nobody else uses' {
        $removed = & "$runbooks/Remove-GeneveOverlay.ps1" -Vni 1000 -Bridge -Namespace $ns -Confirm:$false
        $removed.Name | Should -Be 'geneve0', 'geneve1', 'br0'
        (Get-IpJson -n $ns link).ifname | Should -Be 'lo', 'br1', 'other', 'geneve2'
    }

    It 'is no error the second time' {
        & "$runbooks/Remove-GeneveOverlay.ps1" -Vni 1000 -Bridge -Namespace $ns -Confirm:$false | Should -BeNullOrEmpty
    }
}

Describe 'Connect-GeneveContainer' -Tag Geneve {
    BeforeAll {
        $reason = Start-Docker
        $b = Get-TestName
        $name = Get-TestName client
        Add-TestNamespace $b
        # The session's own namespace is the host of the container; the far host is at the other end of a cable.
        & ip link add gnteth0 type veth peer name eth0 netns $b
        & ip addr add 10.0.0.251/24 dev gnteth0
        & ip link set gnteth0 up
        Invoke-IpBatch $b @(
            'addr add 10.0.0.250/24 dev eth0', 'link set eth0 up', 'link add geneve0 type geneve id 1000 remote 10.0.0.251', 'link set geneve0 up'
            'addr add 11.200.2.1/32 dev geneve0', 'route add 11.200.1.1/32 dev geneve0'
        )
        function Connect-Client ([hashtable] $With = @{}) {
            & "$runbooks/Connect-GeneveContainer.ps1" $name -Vni 1000 -Remote 10.0.0.250 -Address 11.200.1.1/32 -Route 11.200.2.1 @With
        }
    }

    AfterAll {
        if (-not $reason) { $null = & docker rm -f $name 2>&1 }
        & ip link del gnteth0
        Remove-TestNamespace $b
    }

    It 'waits for the container, and gives it the tunnel when it starts' {
        if ($reason) { Set-ItResult -Skipped -Because $reason; return }
        { Connect-Client @{ Timeout = 0 } } | Should -Throw '*did not run within 0 s*'
        # A second after this, the container starts.
        $start = Start-Program sh '-c', 'sleep 1; exec docker run -itd --network=none --name "$1" busybox sh', 'sh', $name
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $result = Connect-Client
        $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 1
        $start.WaitForExit()
        $start.ExitCode | Should -Be 0
        "$($result.Container) $($result.Tunnel) $($result.Changed)" | Should -Be "$name geneve0 True"
        Test-ContainerPing $name 11.200.2.1 -Count 1 | Should -BeTrue
        & ip -j link show type geneve | Should -Be '[]'
    }

    It 'leaves it alone the second time, and refuses another tunnel of the name' {
        if ($reason) { Set-ItResult -Skipped -Because $reason; return }
        (Connect-Client).Changed | Should -BeFalse
        { & "$runbooks/Connect-GeneveContainer.ps1" $name -Vni 1001 -Remote 10.0.0.250 } | Should -Throw '*VNI 1000*'
    }

    It 'leaves nothing behind when a step fails' {
        if ($reason) { Set-ItResult -Skipped -Because $reason; return }
        { & "$runbooks/Connect-GeneveContainer.ps1" $name -Name geneve9 -Vni 9 -Remote 10.0.0.250 -Address 11.9.1.1/32 -Route 11.200.2.1 } | Should -Throw '*11.200.2.1*'
        & ip -j link show type geneve | Should -Be '[]'
        (Invoke-InContainer $name ip -j link show type geneve) -join '' | ConvertFrom-Json | ForEach-Object ifname | Should -Be 'geneve0'
    }
}

Describe 'The playbook' -Tag Geneve {
    BeforeAll {
        $wire, $a, $b = 1..3 | ForEach-Object { Get-TestName }
        Add-Wire $wire $a, $b
        # The module where a shell looks for modules, and the engine that runs these tests in the place of pwsh.
        $null = & "$root/src/Package/New-ModulePackage.ps1" -Destination "$folder/modules"
        $hosts = foreach ($one in @('alpha', $a, 1), @('beta', $b, 2)) {
            "    $($one[0]): { ansible_connection: local, genevenet_namespace: $($one[1]), genevenet_table: $folder/$($one[0]).csv, underlay: 10.0.0.$($one[2]), overlay: 11.200.$($one[2]).1 }"
        }
        [System.IO.File]::WriteAllText("$folder/inventory.yml", "mesh:`n  vars:`n    ansible_python_interpreter: /usr/bin/python3`n    genevenet_shell: $((Get-EngineCommand) -join ' ') -NoProfile -NonInteractive -File`n  hosts:`n$($hosts -join "`n")`n")

        # Ansible is slow in a booted kernel, so it looks after one host of the two; the other one has joined by itself.
        Write-MeshTable "$folder/beta.csv" 'alpha,10.0.0.1,11.200.1.1,', 'beta,10.0.0.2,11.200.2.1,'
        $null = & "$runbooks/Join-GeneveMesh.ps1" "$folder/beta.csv" -HostName beta -Vni 1000 -Namespace $b

        # Ansible takes a minute to start there, so one run does all: twice the whole playbook, counted together.
        [System.IO.File]::WriteAllText("$folder/twice.yml", "- import_playbook: $runbooks/ansible/mesh.yml`n- import_playbook: $runbooks/ansible/mesh.yml`n")
        $there = [bool](Get-Command ansible-playbook -CommandType Application -ErrorAction Ignore)
    }

    AfterAll { Remove-TestNamespace $wire, $a, $b }

    It 'joins a host and tests its paths, and changes nothing the second time' {
        if (-not $there) { Set-ItResult -Skipped -Because 'there is no ansible-playbook (Debian: ansible-core)'; return }
        $text = (& env "HOME=$folder" ANSIBLE_NOCOLOR=1 ANSIBLE_PIPELINING=1 LC_ALL=C.UTF-8 "PSModulePath=$folder/modules" ansible-playbook --limit alpha -i "$folder/inventory.yml" "$folder/twice.yml" 2>&1) -join "`n"
        $LASTEXITCODE | Should -Be 0 -Because $text
        # Each task twice, as it said the first and the second time: the table, the tunnel, the test.
        $said = [regex]::Matches($text, '(?m)^(ok|changed|skipping|fatal): \[alpha\]') | ForEach-Object { $_.Groups[1].Value }
        $said | Should -Be 'changed', 'changed', 'ok', 'ok', 'ok', 'ok' -Because $text
        Get-IpTunnel $a | Should -Be 'mesh-beta 1000 10.0.0.2 6081'
        Test-Ping $a 11.200.2.1 -Count 1 | Should -BeTrue
    }
}
