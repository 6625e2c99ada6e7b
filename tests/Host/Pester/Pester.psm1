# A stand-in for the part of Pester 5.5 and 6 that the tests of this repository use. ../README.md says which part.
# The session state of the one who calls Invoke-Pester is where test files run; see Scope.ps1 for how.

$ErrorActionPreference = 'Stop'

# What is going on: $null outside a run, else an object made by Invoke-Pester.
$script:Run = $null

. $PSScriptRoot/Scope.ps1
. $PSScriptRoot/Format.ps1
. $PSScriptRoot/Block.ps1
. $PSScriptRoot/Filter.ps1
. $PSScriptRoot/Execution.ps1
. $PSScriptRoot/Should.ps1
. $PSScriptRoot/ShouldOperators.ps1
. $PSScriptRoot/ShouldThrow.ps1
. $PSScriptRoot/Screen.ps1
. $PSScriptRoot/Configuration.ps1
. $PSScriptRoot/Container.ps1
. $PSScriptRoot/Result.ps1
. $PSScriptRoot/Invoke-Pester.ps1
