# What PSScriptAnalyzer looks at in the scripts of this project: all of its default rules but those below.
#
#   Invoke-ScriptAnalyzer . -Recurse -Settings tests/PSScriptAnalyzerSettings.psd1
@{
    IncludeDefaultRules = $true

    ExcludeRules        = @(
        # A block of Pester sets what another one reads: BeforeAll assigns, It uses. The rule looks at one block at a time.
        'PSUseDeclaredVarsMoreThanAssignments'

        # The same for parameters that only a function or script block inside the script reads.
        'PSReviewUnusedParameter'

        # For Windows PowerShell, which takes a file without a byte order mark for ANSI. PowerShell 7 does not, and .editorconfig
        # asks for plain UTF-8.
        'PSUseBOMForUnicodeEncodedFile'

        # The functions here are helpers of a test file or a script; nobody calls them at a prompt. Those of the module are
        # cmdlets, and Surface.Tests.ps1 asks each for -WhatIf and help. A helper has a line of comment instead.
        'PSUseShouldProcessForStateChangingFunctions'
        'PSProvideCommentHelp'

        # A function inside a runbook asks by the $PSCmdlet of the runbook, which has -WhatIf and -Confirm.
        'PSShouldProcess'

        # Lines for whoever watches a run, where the output is objects. Since PowerShell 5 they are a stream that can be redirected.
        'PSAvoidUsingWriteHost'

        # Helpers that take the words of a command line, or the columns of a table, read better by position.
        'PSAvoidUsingPositionalParameters'
    )
}
