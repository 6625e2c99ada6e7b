# What a person sees at a prompt: PowerShell with PSReadLine in a terminal of tmux, small and large. Where README.md shows a
# screen, the command is taken from there and the screen must be the same.

BeforeAll {
    Import-Module "$PSScriptRoot/Common.psm1"
    Import-Module "$PSScriptRoot/Terminal.psm1"

    # The block of code in README.md that has this text in it, as lines without those that are comments.
    $readme = Get-Content "$PSScriptRoot/../../README.md" -Raw
    function Get-Block ([string] $Text) {
        $blocks = [regex]::Matches($readme, '(?ms)^```(powershell|)\n(.*?)^```$').ForEach({ $_.Groups[2].Value.TrimEnd() })
        $block = @($blocks.Where({ $_.Contains($Text) }))
        if ($block.Count -ne 1) { throw "README.md has $($block.Count) blocks with '$Text'; one is expected." }
        $block[0] -split "`n" -notmatch '^#'
    }
    function Get-Screen ([string] $Text) { (Get-Block $Text) -join "`n" }

    # What is in a terminal from a command on. The command goes on in the next line where the screen ends.
    function Get-Answer ([string] $Screen, [string] $Command) {
        $shown = ($Command.ToCharArray().ForEach({ [regex]::Escape($_) })) -join '\n?'
        [regex]::Match($Screen, "(?s).*PS /> $shown\n(.*)\nPS />").Groups[1].Value.Trim("`n")
    }
}

Describe 'A terminal of <Width> by <Height>' -Tag Geneve -ForEach @(
    @{ Width = 80; Height = 24 }
    @{ Width = 200; Height = 50 }
) {
    BeforeAll {
        # Named as in README.md.
        Add-TestUnderlay hosta hostb
        Invoke-IpBatch hostb @(
            'link add geneve0 type geneve id 1000 remote 10.0.0.251'
            'addr add 11.200.2.1/32 dev geneve0'
            'link set geneve0 up'
            'route add 11.200.1.1/32 dev geneve0'
        )
        $terminal = Start-Terminal -Width $Width -Height $Height -Before ip, netns, exec, hosta
    }

    AfterAll {
        Stop-Terminal $terminal
        Remove-TestNamespace hosta, hostb
    }

    BeforeEach {
        Clear-Terminal $terminal
    }

    It 'shows the tunnel that README.md builds' {
        $create, $route = Get-Block 'Remote 10.0.0.250 -Address'
        Get-Answer (Invoke-TerminalCommand $terminal $create) $create | Should -Be (Get-Screen 'geneve0         up')
        Get-Answer (Invoke-TerminalCommand $terminal $route) $route | Should -Be ''
        Test-Ping hosta 11.200.2.1 | Should -BeTrue
    }

    It 'completes a tunnel by Tab' {
        Send-TerminalKey $terminal 'Get-GeneveTunnel g' Tab
        $null = Wait-TerminalText $terminal 'PS /> Get-GeneveTunnel geneve0\z'
        Send-TerminalKey $terminal -Key Enter
        Wait-TerminalPrompt $terminal | Should -Match '(?m)^geneve0 +up +1000 10\.0\.0\.250 '
    }

    It 'completes what two namespaces have in common by Tab, and lists both by another' {
        Send-TerminalKey $terminal 'Get-GeneveTunnel -Namespace ' Tab
        $null = Wait-TerminalText $terminal 'PS /> Get-GeneveTunnel -Namespace host\z'
        Send-TerminalKey $terminal -Key Tab
        $null = Wait-TerminalText $terminal '(?m)^hosta +hostb$'
        Send-TerminalKey $terminal b Enter
        Wait-TerminalPrompt $terminal | Should -Match '(?m)^geneve0 +up +1000 10\.0\.0\.251 .* hostb$'
    }

    It 'shows how far Test-GenevePath is, and takes it away in the end' {
        Send-TerminalKey $terminal 'Test-GenevePath geneve0 -PeerNamespace hostb -Count 40' Enter
        $null = Wait-TerminalText $terminal '(?m)^Path of tunnel ''geneve0'' +\[ *Sending 40 echo requests to 11\.200\.2\.1 +\]$'
        $screen = Wait-TerminalPrompt $terminal
        $screen | Should -Match '(?m)^geneve0, VNI 1000 to 10\.0\.0\.250:6081: PASSED$'
        $screen | Should -Match '(?m)^  11\.200\.1\.1 > 11\.200\.2\.1, 40 of 40 replies, rtt '
        $screen | Should -Not -Match 'Path of tunnel'
        Get-TerminalScreen $terminal -WithColor | Should -Match '\e\[32mPASSED\e'
    }

    It 'shows the verdict of README.md, whose remedy works when it is typed' {
        & ip -n hostb route del 11.200.1.1
        $test = Get-Screen 'Test-GenevePath -PeerNamespace'
        $shown = Get-Answer (Invoke-TerminalCommand $terminal $test) $test
        $shown | Should -Be (Get-Screen 'FAILED, ')
        $colors = Get-TerminalScreen $terminal -WithColor
        $colors | Should -Match '\e\[31mFAILED, NoReturnRoute\e'
        $colors | Should -Match '\e\[1m  Remedy: '

        $remedy = [regex]::Match($shown, '(?m)^  Remedy: (.*)$').Groups[1].Value
        Get-Answer (Invoke-TerminalCommand $terminal $remedy) $remedy | Should -Be ''
        Get-Answer (Invoke-TerminalCommand $terminal $test) $test | Should -Match '\Ageneve0 in hosta, .*: PASSED\n'
    }

    It 'shows packets in colour as they come, and Ctrl-C gives the prompt back' {
        Send-TerminalKey $terminal 'Watch-GenevePacket eth0 -Vni 1000' Enter
        $ping = Start-Program ip 'netns', 'exec', 'hosta', 'ping', '-n', '-i', '1', '11.200.2.1'
        try { $null = Wait-TerminalText $terminal 'ICMP\s+echo\s+reply' }
        finally { Stop-Program $ping }
        $colors = Get-TerminalScreen $terminal -WithColor
        # Time, interface and VNI: grey, cyan and green.
        $colors | Should -Match '\e\[90m\d\d:\d\d:\d\d\.\d{6}[^\n]*\e\[36meth0[^\n]*\e\[39m ?Out IP 10\.0\.0\.251\.'
        Get-TerminalScreen $terminal | Should -Match '(?m)^[\d:.]+ eth0 In  IP 10\.0\.0\.250\.\d+ > 10\.0\.0\.251\.6081: Geneve,'
        $colors | Should -Match '\e\[32mvni 0x3e8\e'

        Send-TerminalKey $terminal -Key C-c
        $null = Wait-TerminalPrompt $terminal -Seconds 10
        Invoke-TerminalCommand $terminal '"still $(6 * 7)"' | Should -Match '(?m)^still 42$'
    }

    It 'shows in red why a packet would be dropped' {
        $null = Invoke-TerminalCommand $terminal "ConvertFrom-GenevePacket '01406558 0003e800 01029900'"
        $colors = Get-TerminalScreen $terminal -WithColor
        $colors | Should -Match '\e\[32mvni 0x3e8\e'
        $colors | Should -Match '\e\[31m\[must\s+be\s+dropped'
    }
}
