# Names that a kernel allows and a command line or a terminal reads as something else: a name each, never more than 15 bytes.

$escape = [char]0x1b

function Get-NastyName {
    # Wildcards, and what escapes them.
    'g*', 'a?b', 'x[y', 'v[1]', 'a]b', 'a`b', '``', '`*', 'w`[*]'
    # What ends a word, begins something else or is expanded.
    'a;b', '$(c)', '$a', 'a&b', 'a|b', 'a(b', 'a)b', 'a{b', 'a}b', 'a<b', 'a>b', 'a,b', ',', '@x', '#x', '!x', '=x', 'x=', '~', '~x', '\', '+'
    # Quotes of all kinds.
    '"', '''', 'a"b', 'a''b', 'a`''b', "`u{2018}x`u{2019}", "`u{201a}`u{201b}", "`u{201c}x`u{201d}`u{201e}", "`$`u{201c}`u{1}"
    # Dashes, which begin a parameter.
    '-', '-x', '--', "`u{2013}x", "`u{2014}x", "`u{2015}x", '-1', '-Name'
    # Numbers and keywords.
    '10', '0x1f', '1kb', '1.5', '.5', '1e5', '2a-b', '1..3', '..x', 'if', 'foreach', 'null'
    # What does not show, or moves what is shown.
    "a$escape[2J", "$escape]0;x`a", "`u{9b}x", "`u{7f}", "a`bb", "`u{202e}x", "`u{2066}y", "`u{200b}", "`u{feff}z", "`u{ad}"
    # Letters that are only that.
    "é`u{6f22}", "`u{1f600}"
}

# Creates a bridge of each of these names, and returns those that this kernel took.
function Add-NastyBridge {
    param([string] $Namespace)
    foreach ($name in Get-NastyName) {
        # In quotes: the shell expands ~ and * of a bare variable.
        & ip -n $Namespace link add name "$name" type bridge
        if ($LASTEXITCODE -eq 0) { $name }
    }
}

Export-ModuleMember -Function *
