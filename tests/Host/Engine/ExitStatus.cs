namespace GeneveNet.Host.Engine;

/// <summary>The exit statuses pwsh uses, and the shells' own one for an interrupt.</summary>
internal static class ExitStatus
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int BadCommandLine = 64;
    public const int Interrupted = 130;
}
