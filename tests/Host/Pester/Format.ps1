# How values read in messages and names.

function Format-Value ($Value) {
    if ($null -eq $Value) { return '$null' }
    if ($Value -is [bool]) { return "`$$Value".ToLowerInvariant() }
    if ($Value -is [string]) { return "'$Value'" }
    if ($Value -is [type]) { return "[$Value]" }
    if ($Value -is [scriptblock]) { return "{$Value}" }
    if ($Value -is [System.Collections.IDictionary]) {
        $pairs = foreach ($key in $Value.Keys) { "$key=$(Format-Value $Value[$key])" }
        return "@{$($pairs -join '; ')}"
    }
    if ($Value -is [System.Collections.IEnumerable]) {
        $items = foreach ($item in $Value) { Format-Value $item }
        return "@($($items -join ', '))"
    }
    if ($Value -is [datetime]) { return $Value.ToString('o') }
    if ($Value -is [System.Management.Automation.PSCustomObject]) {
        $pairs = foreach ($property in $Value.psobject.Properties) { "$($property.Name)=$(Format-Value $property.Value)" }
        return "@{$($pairs -join '; ')}"
    }
    "$Value"
}

# A text in the name of a test needs no quotes around it.
function Format-TemplateValue ($Value) {
    if ($Value -is [string]) { $Value } else { Format-Value $Value }
}

function Format-Because ([string] $Because) {
    $reason = $Because.Trim() -replace '^because\s+'
    if ($reason) { " because $reason," } else { '' }
}

function Format-Duration ([timespan] $Duration) {
    if ($Duration.TotalSeconds -lt 1) { "$([int]$Duration.TotalMilliseconds)ms" } else { "$([math]::Round($Duration.TotalSeconds, 2))s" }
}
