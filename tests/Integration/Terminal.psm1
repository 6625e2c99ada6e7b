# A terminal with a person's shell in it: PowerShell as it starts at a prompt, with PSReadLine, in tmux. Keys go in, and what
# is on the screen comes out.

Import-Module "$PSScriptRoot/Common.psm1"

# In the root folder the prompt is this, and as short as it gets.
$prompt = 'PS /> '

# Runs tmux on the socket of one terminal alone, without anyone's settings.
function Invoke-Tmux {
    param($Terminal, [string[]] $Words)
    $output = & tmux -S $Terminal.Socket -f /dev/null @Words 2>&1
    if ($LASTEXITCODE -ne 0) { throw "tmux $Words ended with $LASTEXITCODE`: $output" }
    $output
}

# Opens a terminal and returns when the shell in it has the module and waits for a command. Before may hold the words of a
# program that puts the shell where it belongs. End it with Stop-Terminal.
function Start-Terminal {
    param([int] $Width = 80, [int] $Height = 24, [string[]] $Before = @())
    # The socket and the home of somebody who was never here, with a history of its own. Below /run, because a booted kernel
    # cannot share sockets on the file system of its host.
    $folder = (New-Item "/run/$(Get-TestName)" -ItemType Directory).FullName
    $terminal = [pscustomobject]@{ Socket = "$folder/tmux"; Folder = $folder; Width = $Width; Height = $Height }
    $module = Convert-Path "$PSScriptRoot/../../GeneveNet.psd1"
    # With a language that has blanks between words PowerShell breaks lines there; with none it does so anywhere.
    $variables = "HOME=$folder", 'LANG=en_US.UTF-8', 'POWERSHELL_UPDATECHECK=Off', 'POWERSHELL_TELEMETRY_OPTOUT=1'
    $shell = $Before + 'env' + $variables + (Get-EngineCommand) +
        @('-NoLogo', '-NoProfile', '-NoExit', '-Command', "Import-Module '$module'")
    # The terminal is what a shell would run in by default: colours, UTF-8, and a screen that keeps its size.
    $start = 'set-option -g default-terminal tmux-256color ; set-option -g remain-on-exit on ; new-session -d -c /' -split ' '
    Invoke-Tmux $terminal (@('-u') + $start + @('-x', $Width, '-y', $Height, '--') + $shell)
    $null = Wait-TerminalPrompt $terminal
    $terminal
}

function Stop-Terminal {
    param($Terminal)
    if ($null -eq $Terminal) { return }
    Invoke-Tmux $Terminal kill-server
    Remove-Item $Terminal.Folder -Recurse -Force
}

# The lines of the screen down to the last that is not empty, as one text; with the codes of colours where wanted.
function Get-TerminalScreen {
    param($Terminal, [switch] $WithColor)
    ((Invoke-Tmux $Terminal (@('capture-pane', '-p') + @(if ($WithColor) { '-e' }))) -join "`n").TrimEnd()
}

# Waits until the screen matches, and returns it; fails with the screen that did not.
function Wait-TerminalText {
    param($Terminal, [string] $Pattern, [int] $Seconds = 60, [switch] $WithColor)
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while (($screen = Get-TerminalScreen $Terminal -WithColor:$WithColor) -notmatch $Pattern) {
        if ($clock.Elapsed.TotalSeconds -gt $Seconds) { throw "In $Seconds s the terminal did not show '$Pattern', but:`n$screen" }
        Start-Sleep -Milliseconds 100
    }
    $screen
}

# Waits until the shell is ready for the next command.
function Wait-TerminalPrompt {
    param($Terminal, [int] $Seconds = 60)
    Wait-TerminalText $Terminal "(^|\n)$($prompt.TrimEnd())\z" $Seconds
}

# Types a text, waits until the shell shows it, then presses keys: Enter, Tab, C-c … (names of tmux).
function Send-TerminalKey {
    param($Terminal, [string] $Text, [string[]] $Key)
    if ($Text) {
        Invoke-Tmux $Terminal @('send-keys', '-l', '--', $Text)
        # It goes on in the next line where the screen ends, in the middle of a word too.
        $shown = ($Text -replace '\s').ToCharArray().ForEach({ [regex]::Escape($_) }) -join '\s*'
        $null = Wait-TerminalText $Terminal "(?s)$prompt(?!.*$prompt).*$shown"
    }
    if ($Key) { Invoke-Tmux $Terminal (@('send-keys') + $Key) }
}

# Gives up what is typed or runs, and leaves nothing but the prompt on the screen.
function Clear-Terminal {
    param($Terminal)
    Send-TerminalKey $Terminal -Key C-c
    $null = Wait-TerminalPrompt $Terminal
    Send-TerminalKey $Terminal -Key C-l
    $null = Wait-TerminalText $Terminal "\A$($prompt.TrimEnd())\z"
}

# Types a command and returns the screen when it has ended.
function Invoke-TerminalCommand {
    param($Terminal, [string] $Text, [int] $Seconds = 60)
    Send-TerminalKey $Terminal $Text Enter
    Wait-TerminalPrompt $Terminal $Seconds
}

Export-ModuleMember -Function Start-Terminal, Stop-Terminal, Get-TerminalScreen, Wait-TerminalText, Wait-TerminalPrompt,
    Clear-Terminal, Send-TerminalKey, Invoke-TerminalCommand
