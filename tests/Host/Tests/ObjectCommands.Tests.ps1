# The cmdlets about objects. In pwsh this tests pwsh, and so the tests themselves; in the host it tests the stand-ins.
BeforeAll {
    $people = @(
        [pscustomobject]@{ Name = 'Cid'; Age = 30; City = 'Rome' }
        [pscustomobject]@{ Name = 'ann'; Age = 40; City = 'Oslo' }
        [pscustomobject]@{ Name = 'Bob'; Age = 30; City = 'Oslo' }
    )
}

Describe 'Select-Object' {
    It 'takes properties by name, pattern and expression' {
        $one = $people[0] | Select-Object Name, C*, @{ Name = 'Double'; Expression = { $_.Age * 2 } }, @{ n = 'Up'; e = 'City' }, Missing
        $one.psobject.Properties.Name | Should -Be 'Name', 'City', 'Double', 'Up', 'Missing'
        $one.Double | Should -Be 60
        $one.Up | Should -Be 'Rome'
        $one.Missing | Should -Be $null
        $one.psobject.TypeNames[0] | Should -Be 'Selected.System.Management.Automation.PSCustomObject'
    }

    It 'leaves properties out' {
        ($people[0] | Select-Object -ExcludeProperty Age, C*).psobject.Properties.Name | Should -Be 'Name'
        ($people[0] | Select-Object * -ExcludeProperty Age).psobject.Properties.Name | Should -Be 'Name', 'City'
    }

    It 'takes some of the objects' {
        1..6 | Select-Object -First 2 | Should -Be 1, 2
        1..6 | Select-Object -Last 2 | Should -Be 5, 6
        1..6 | Select-Object -Skip 4 | Should -Be 5, 6
        1..6 | Select-Object -Skip 1 -First 2 | Should -Be 2, 3
        1..6 | Select-Object -Last 2 -Skip 1 | Should -Be 4, 5
        1..6 | Select-Object -First 1 -Last 2 | Should -Be 1, 5, 6
        1..6 | Select-Object -First 1 -Last 2 -Skip 1 | Should -Be 2, 5, 6
        1..2 | Select-Object -First 5 | Should -Be 1, 2
        1..2 | Select-Object -Last 5 | Should -Be 1, 2
        1..2 | Select-Object -First 0 | Should -BeNullOrEmpty
    }

    It 'ends the commands before it when it has enough' {
        $seen = [System.Collections.Generic.List[int]]::new()
        1..1000 | ForEach-Object { $seen.Add($_); $_ } | Select-Object -First 2 | Should -Be 1, 2
        $seen | Should -HaveCount 2
    }

    It 'takes the values of a property' {
        $people | Select-Object -ExpandProperty Name | Should -Be 'Cid', 'ann', 'Bob'
        [pscustomobject]@{ Items = 1, 2 } | Select-Object -ExpandProperty Items | Should -Be 1, 2
        { $people[0] | Select-Object -ExpandProperty Missing -ErrorAction Stop } |
            Should -Throw -ErrorId 'ExpandPropertyNotFound,*SelectObjectCommand'
    }

    It 'takes each value once, minding case' {
        1, 2, 1, 3, 2 | Select-Object -Unique | Should -Be 1, 2, 3
        'a', 'A', 'a' | Select-Object -Unique | Should -BeExactly 'a', 'A'
        $people | Select-Object City -Unique | ForEach-Object City | Should -Be 'Rome', 'Oslo'
    }
}

Describe 'Sort-Object' {
    It 'sorts values, without minding case' {
        3, 1, 2 | Sort-Object | Should -Be 1, 2, 3
        3, 1, 2 | Sort-Object -Descending | Should -Be 3, 2, 1
        'b', 'C', 'a' | Sort-Object | Should -Be 'a', 'b', 'C'
        10, 9, '8' | Sort-Object | Should -Be '8', 9, 10
    }

    It 'sorts by properties, each in its direction' {
        $people | Sort-Object Name | ForEach-Object Name | Should -Be 'ann', 'Bob', 'Cid'
        $people | Sort-Object Age, Name | ForEach-Object Name | Should -Be 'Bob', 'Cid', 'ann'
        $people | Sort-Object Age, Name -Descending | ForEach-Object Name | Should -Be 'ann', 'Cid', 'Bob'
        $people | Sort-Object @{ Expression = 'Age'; Descending = $true }, Name | ForEach-Object Name | Should -Be 'ann', 'Bob', 'Cid'
        $people | Sort-Object { $_.Name.Length }, { $_.City }, Name | ForEach-Object Name | Should -Be 'ann', 'Bob', 'Cid'
    }

    It 'keeps one of each' {
        3, 1, 3, 2, 1 | Sort-Object -Unique | Should -Be 1, 2, 3
        'b', 'B', 'a' | Sort-Object -Unique | Should -HaveCount 2
        $people | Sort-Object City -Unique | ForEach-Object City | Should -Be 'Oslo', 'Rome'
    }

    It 'puts objects without the property last' {
        $objects = [pscustomobject]@{ B = 1 }, [pscustomobject]@{ A = 2 }, [pscustomobject]@{ A = 1 }
        $objects | Sort-Object A | ForEach-Object { $_.psobject.Properties.Name } | Should -Be 'A', 'A', 'B'
    }
}

Describe 'Group-Object' {
    It 'groups by a property' {
        $groups = $people | Group-Object City
        $groups.Name | Should -Be 'Oslo', 'Rome'
        $groups.Count | Should -Be 2
        $groups[0].Count | Should -Be 2
        $groups[0].Group.Name | Should -Be 'ann', 'Bob'
        $groups[0].Values | Should -Be 'Oslo'
    }

    It 'groups by several properties and by an expression' {
        ($people | Group-Object City, Age).Name | Should -Be 'Oslo, 30', 'Oslo, 40', 'Rome, 30'
        (1..5 | Group-Object { $_ % 2 }).Count | Should -Be 2
        ('a', 'A', 'b' | Group-Object).Count | Should -Be 2
        (1, 'x', 1 | Group-Object).Count | Should -Be 2
    }

    It 'gives a table' {
        $table = $people | Group-Object City -AsHashTable
        $table | Should -BeOfType [hashtable]
        $table['oslo'].Name | Should -Be 'ann', 'Bob'
        $byAge = $people | Group-Object Age -AsHashTable -AsString
        $byAge['30'].Name | Should -Be 'Cid', 'Bob'
    }

    It 'counts without keeping' {
        $groups = $people | Group-Object City -NoElement
        $groups[0].Count | Should -Be 2
        $groups[0].Group | Should -BeNullOrEmpty
    }
}

Describe 'Measure-Object' {
    It 'counts' {
        (1..5 | Measure-Object).Count | Should -Be 5
        (@() | Measure-Object).Count | Should -Be 0
        ($people | Measure-Object -Property Age).Count | Should -Be 3
    }

    It 'calculates' {
        $result = 1..4 | Measure-Object -Sum -Average -Maximum -Minimum
        $result.Sum | Should -Be 10
        $result.Average | Should -Be 2.5
        $result.Maximum | Should -Be 4
        $result.Minimum | Should -Be 1
        ($people | Measure-Object Age -Sum).Sum | Should -Be 100
        ($people | Measure-Object Age -Sum).Property | Should -Be 'Age'
        (1..4 | Measure-Object).Sum | Should -Be $null
    }

    It 'tells the spread' {
        $spread = (2, 4, 4, 4, 5, 5, 7, 9 | Measure-Object -StandardDeviation).StandardDeviation
        [math]::Round($spread, 5) | Should -Be 2.13809
        (3 | Measure-Object -StandardDeviation).StandardDeviation | Should -Be 0
    }

    It 'refuses what is not a number' {
        { 'x' | Measure-Object -Sum -ErrorAction Stop } | Should -Throw -ErrorId 'NonNumericInputObject,*MeasureObjectCommand'
    }
}

Describe 'ConvertFrom-Json' {
    It 'makes objects with the types of JSON' {
        $text = '{"n": 1, "f": 1.5, "s": "x", "b": true, "z": null, "a": [1, "2", {"k": []}], "o": {"p": {"q": 1}}}'
        $value = $text | ConvertFrom-Json
        $value.n | Should -BeOfType [long]
        $value.f | Should -BeOfType [double]
        $value.s | Should -BeExactly 'x'
        $value.b | Should -BeTrue
        $value.z | Should -Be $null
        $value.a | Should -HaveCount 3
        $value.a[2].k | Should -HaveCount 0
        $value.o.p.q | Should -Be 1
        $value.psobject.Properties.Name | Should -Be 'n', 'f', 's', 'b', 'z', 'a', 'o'
    }

    It 'unrolls an array, unless told not to' {
        '[1, 2, 3]' | ConvertFrom-Json | Should -Be 1, 2, 3
        @('[1, 2, 3]' | ConvertFrom-Json -NoEnumerate) | Should -HaveCount 1
    }

    It 'joins the lines of one document' {
        ('{', '"a": 1', '}' | ConvertFrom-Json).a | Should -Be 1
        ('{"a": 1}', '{"a": 2}' | ConvertFrom-Json).a | Should -Be 1, 2
    }

    It 'makes tables' {
        $table = '{"a": 1, "A": {"b": 2}}' | ConvertFrom-Json -AsHashtable
        $table | Should -BeOfType [hashtable]
        $table['A'].b | Should -Be 2
        $table['a'] | Should -Be 1
    }

    It 'reads dates' {
        ('{"d": "2024-01-02T03:04:05Z"}' | ConvertFrom-Json).d | Should -BeOfType [datetime]
    }

    It 'refuses what is not JSON' {
        { 'nonsense {' | ConvertFrom-Json -ErrorAction Stop } | Should -Throw -ExceptionType ([System.ArgumentException])
        { '{"a": 1, "A": 2}' | ConvertFrom-Json -ErrorAction Stop } | Should -Throw -ErrorId 'KeysWithDifferentCasingInJsonString,*'
    }
}

Describe 'ConvertTo-Json' {
    It 'writes <Text>' -ForEach @(
        @{ Value = 1; Text = '1' }
        @{ Value = 'a"b'; Text = '"a\"b"' }
        @{ Value = $null; Text = 'null' }
        @{ Value = $true; Text = 'true' }
        @{ Value = 1.5; Text = '1.5' }
        @{ Value = [System.DayOfWeek]::Monday; Text = '1' }
        @{ Value = [guid]::Empty; Text = '"00000000-0000-0000-0000-000000000000"' }
        @{ Value = [version]'1.2'; Text = '{"Major":1,"Minor":2,"Build":-1,"Revision":-1,"MajorRevision":-1,"MinorRevision":-1}' }
        @{ Value = [ordered]@{ a = 1; b = @(1, 'x') }; Text = '{"a":1,"b":[1,"x"]}' }
        @{ Value = [pscustomobject]@{ a = @{ b = 1 } }; Text = '{"a":{"b":1}}' }
    ) {
        ConvertTo-Json -InputObject $Value -Compress | Should -BeExactly $Text
    }

    It 'writes one array for many inputs' {
        1, 2 | ConvertTo-Json -Compress | Should -BeExactly '[1,2]'
        1 | ConvertTo-Json -Compress | Should -BeExactly '1'
        1 | ConvertTo-Json -Compress -AsArray | Should -BeExactly '[1]'
    }

    It 'indents by two' {
        @{ a = 1 } | ConvertTo-Json | Should -BeExactly ("{", '  "a": 1', '}' -join [Environment]::NewLine)
    }

    It 'stops at the depth and says so' {
        $deep = @{ a = @{ b = @{ c = @{ d = 1 } } } }
        $text = $deep | ConvertTo-Json -Compress -WarningVariable warnings -WarningAction SilentlyContinue
        $text | Should -BeExactly '{"a":{"b":{"c":"System.Collections.Hashtable"}}}'
        $warnings | Should -HaveCount 1
        $deep | ConvertTo-Json -Compress -Depth 4 | Should -BeExactly '{"a":{"b":{"c":{"d":1}}}}'
    }

    It 'gives back what it was given' {
        $text = '{"a":[{"b":null},{"c":"x"}],"d":{"e":1.25}}'
        $text | ConvertFrom-Json | ConvertTo-Json -Depth 9 -Compress | Should -BeExactly $text
    }
}

Describe 'New-Object and Add-Member' {
    It 'make objects' {
        New-Object System.Text.StringBuilder 'abc' | ForEach-Object ToString | Should -Be 'abc'
        (New-Object System.UriBuilder -Property @{ Host = 'example.org'; Port = 8080 }).Host | Should -Be 'example.org'
        (New-Object psobject -Property @{ a = 1 }).a | Should -Be 1
        , (New-Object 'System.Collections.Generic.List[int]') | Should -BeOfType 'System.Collections.Generic.List[int]'
        New-Object int | Should -BeOfType [int]
        { New-Object System.Uri 'no uri' -ErrorAction Stop } | Should -Throw -ErrorId 'ConstructorInvokedThrowException,*NewObjectCommand'
        { New-Object No.Such.Type -ErrorAction Stop } | Should -Throw -ErrorId 'TypeNotFound,*NewObjectCommand'
    }

    It 'extend objects' {
        $object = [pscustomobject]@{ a = 1 }
        $object | Add-Member -NotePropertyName b -NotePropertyValue 2
        $object | Add-Member -NotePropertyMembers @{ c = 3 }
        $object | Add-Member ScriptProperty d { $this.a + 3 }
        $object | Add-Member -MemberType ScriptMethod -Name e -Value { param($x) $this.a + $x }
        $object.b, $object.c, $object.d, $object.e(4) | Should -Be 2, 3, 4, 5
        ($object | Add-Member -NotePropertyName f -NotePropertyValue 6 -PassThru).f | Should -Be 6
        { $object | Add-Member -NotePropertyName a -NotePropertyValue 9 -ErrorAction Stop } |
            Should -Throw -ErrorId 'MemberAlreadyExists,*AddMemberCommand'
        $object | Add-Member -NotePropertyName a -NotePropertyValue 9 -Force
        $object.a | Should -Be 9
    }
}
