# Running a script file is the way to get a new script scope, so that $script: in a test file belongs to that file.
param($private:Action)
& $private:Action
