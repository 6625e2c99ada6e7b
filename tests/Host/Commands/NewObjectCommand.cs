using System.Collections;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>New-Object for types of .NET.</summary>
[Cmdlet(VerbsCommon.New, "Object")]
public sealed class NewObjectCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string TypeName { get; set; } = "";

    [Parameter(Position = 1)]
    [Alias("Args")]
    public object?[] ArgumentList { get; set; } = [];

    [Parameter]
    public IDictionary? Property { get; set; }

    protected override void BeginProcessing()
    {
        if (!LanguagePrimitives.TryConvertTo(TypeName, out Type? type) || type is null)
        {
            PSArgumentException error = new($"Cannot find type [{TypeName}]: verify that the assembly containing this type is loaded.");
            ThrowTerminatingError(new ErrorRecord(error, "TypeNotFound", ErrorCategory.InvalidType, null));
            return;
        }

        // The language makes the object, so that conversion of arguments and setting of properties are its own.
        const string Script = """
            param($type, $arguments, $properties)
            if ($type -in [psobject], [pscustomobject]) { $object = [pscustomobject]@{} }
            elseif ($type.IsValueType -and -not $arguments) { $object = [activator]::CreateInstance($type) }
            else { $object = $type::new.Invoke($arguments) }
            foreach ($name in $properties.Keys) {
                if ($object -is [pscustomobject]) { $object.psobject.Properties.Add([psnoteproperty]::new($name, $properties[$name])) }
                else { $object.$name = $properties[$name] }
            }
            , $object
            """;
        try
        {
            WriteObject(ScriptBlock.Create(Script).InvokeReturnAsIs(type, ArgumentList, Property ?? new Hashtable()));
        }
        catch (MethodInvocationException error)
        {
            ThrowTerminatingError(new ErrorRecord(error, "ConstructorInvokedThrowException", ErrorCategory.InvalidOperation, null));
        }
    }
}
