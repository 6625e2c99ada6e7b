using System.Management.Automation;
using System.Management.Automation.Runspaces;
using GeneveNet.Paths.Sites.Remote;

namespace GeneveNet.Binding;

/// <summary>Reaches an end of a path on another host through a session of the shell.</summary>
internal static class SessionSite
{
    private const string Script = """
        param($request)
        if (-not (Get-Module GeneveNet)) { Import-Module GeneveNet -ErrorAction Stop }
        [GeneveNet.Paths.Sites.Remote.SiteServer]::Answer($request)
        """;

    /// <summary>The site.</summary>
    /// <param name="session">The session; the module is imported there where it is not yet.</param>
    /// <param name="location">Where the end is there.</param>
    /// <param name="cancellation">Ends every wait.</param>
    public static RemoteSite Open(PSSession session, RemoteLocation location, CancellationToken cancellation) =>
        new(location, (request, end) => Call(session, request, end), cancellation);

    private static string Call(PSSession session, string request, CancellationToken cancellation)
    {
        // A session does one thing at a time, and several paths may be asked about at once.
        lock (session)
            return CallAlone(session, request, cancellation);
    }

    private static string CallAlone(PSSession session, string request, CancellationToken cancellation)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = session.Runspace;
        shell.AddScript(Script).AddArgument(request);
        using var registration = cancellation.Register(static state => ((PowerShell)state!).BeginStop(null, null), shell);
        try
        {
            if (shell.Invoke() is [{ BaseObject: string reply }])
                return reply;
        }
        catch (PipelineStoppedException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (RuntimeException failure)
        {
            throw Failed(session, failure.Message, failure);
        }
        catch (InvalidRunspaceStateException failure)
        {
            throw Failed(session, failure.Message, failure);
        }

        cancellation.ThrowIfCancellationRequested();
        throw Failed(session, shell.Streams.Error.Count > 0 ? shell.Streams.Error[0].ToString() : "it gave no answer", null);
    }

    private static NetworkException Failed(PSSession session, string why, Exception? cause) =>
        new(
            FailureKind.Unreachable,
            $"The far host cannot be asked through session '{session.Name}': {why} "
            + "The module must be installed there, or imported in that session.",
            innerException: cause)
        { Id = "PeerSessionFailed" };
}
