using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace GeneveNet.Host.Commands;

/// <summary>Every cmdlet of this assembly, as entries for a session.</summary>
internal static class StandInCommands
{
    public static IEnumerable<SessionStateCommandEntry> All =>
        from type in typeof(StandInCommands).Assembly.GetTypes()
        let cmdlet = type.GetCustomAttribute<CmdletAttribute>()
        where cmdlet is not null
        select new SessionStateCmdletEntry($"{cmdlet.VerbName}-{cmdlet.NounName}", type, helpFileName: null);
}
