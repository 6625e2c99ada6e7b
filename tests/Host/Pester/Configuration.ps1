# The settings that Invoke-Pester knows. A setting that is not here cannot be set, which is better than being ignored.

function New-PesterConfiguration {
    param([System.Collections.IDictionary] $Hashtable = @{})

    $configuration = [pscustomobject]@{
        Run        = [pscustomobject]@{ Path = @('.'); ExcludePath = @(); PassThru = $false; Exit = $false; Throw = $false }
        Filter     = [pscustomobject]@{ Tag = @(); ExcludeTag = @(); FullName = @() }
        Output     = [pscustomobject]@{ Verbosity = 'Normal'; CIFormat = 'Auto' }
        TestResult = [pscustomobject]@{ Enabled = $false; OutputPath = 'testResults.xml'; OutputFormat = 'NUnitXml' }
    }
    foreach ($section in $Hashtable.Keys) {
        foreach ($setting in $Hashtable[$section].Keys) { $configuration.$section.$setting = $Hashtable[$section][$setting] }
    }
    $configuration
}

function Assert-Configuration ($Configuration) {
    if ($Configuration.TestResult.Enabled) { throw 'TestResult needs Pester itself.' }
    $levels = 'None', 'Minimal', 'Normal', 'Detailed', 'Diagnostic'
    if ($Configuration.Output.Verbosity -notin $levels) { throw "Output.Verbosity must be one of $($levels -join ', ')." }
}
