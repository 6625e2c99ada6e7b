using System.Management.Automation;

namespace GeneveNet.Host.Commands;

/// <summary>
/// What the item cmdlets have in common: the provider of the engine does the work, and what goes wrong with one path is
/// an error of that path, not the end of the command.
/// </summary>
public abstract class ProviderCommand : PSCmdlet
{
    /// <summary>Does <paramref name="work"/> for each path by itself.</summary>
    protected void ForEachPath(IEnumerable<string> paths, Action<string> work)
    {
        foreach (string path in paths)
        {
            try
            {
                work(path);
            }
            catch (PipelineStoppedException)
            {
                throw;
            }
            catch (Exception error) when (error is IContainsErrorRecord)
            {
                WriteError(new ErrorRecord(((IContainsErrorRecord)error).ErrorRecord, error));
            }
        }
    }

    /// <summary>The file system paths that a path with wildcards stands for, or the path itself where it is literal.</summary>
    protected IEnumerable<string> Resolve(string path, bool literal) =>
        literal ? [GetUnresolvedProviderPathFromPSPath(path)] : GetResolvedProviderPathFromPSPath(path, out _);
}
