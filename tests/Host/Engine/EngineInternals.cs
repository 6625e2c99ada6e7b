using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace GeneveNet.Host.Engine;

/// <summary>
/// The few switches of the engine that pwsh reaches as a friend assembly and that have no public counterpart.
/// All access by reflection to the engine's session is here; the formatter's is in FormattingEngine.
/// </summary>
internal static class EngineInternals
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Makes <c>exit</c> of the next script file reach the host instead of ending only that script.</summary>
    public static void LetExitEndTheSession(Runspace runspace)
    {
        object context = Property(typeof(Runspace), "ExecutionContext").GetValue(runspace)!;
        Property(context.GetType(), "ScriptCommandProcessorShouldRethrowExit").SetValue(context, true);
    }

    /// <summary>Marks a record as coming from the error stream, so that the formatter writes it as an error.</summary>
    public static PSObject AsError(ErrorRecord record)
    {
        PSObject wrapped = new(record);
        PropertyInfo stream = Property(typeof(PSObject), "WriteStream");
        stream.SetValue(wrapped, Enum.Parse(stream.PropertyType, "Error"));
        return wrapped;
    }

    /// <summary>Makes an error that a cmdlet writes on behalf of a script show the script's own position.</summary>
    public static void AttributeTo(ErrorRecord record, InvocationInfo caller)
    {
        typeof(ErrorRecord).GetMethod("SetInvocationInfo", Instance)!.Invoke(record, [caller]);
        Property(typeof(ErrorRecord), "PreserveInvocationInfoOnce").SetValue(record, true);
    }

    /// <summary>The signal that a cmdlet needs no further input, on which the engine ends the commands before it.</summary>
    public static Exception StopUpstream(Cmdlet command)
    {
        Type signal = typeof(Cmdlet).Assembly.GetType("System.Management.Automation.StopUpstreamCommandsException", throwOnError: true)!;
        return (Exception)Activator.CreateInstance(signal, Instance, binder: null, [command], culture: null)!;
    }

    /// <summary>Serves one remote session over standard input and output, until the other side closes it.</summary>
    public static void ServeRemoteSession()
    {
        Type mediator = typeof(Cmdlet).Assembly.GetType("System.Management.Automation.Remoting.Server.StdIOProcessMediator", throwOnError: true)!;
        MethodInfo run = mediator.GetMethod("Run", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        object?[] arguments = Array.ConvertAll(run.GetParameters(), static p => p.ParameterType == typeof(bool) ? (object?)false : null);
        run.Invoke(null, arguments);
    }

    private static PropertyInfo Property(Type type, string name) =>
        type.GetProperty(name, Instance) ?? throw new MissingMemberException(type.FullName, name);
}
