using GeneveNet.Host.Engine;

// Module imports would otherwise be reported to the vendor of the engine.
Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");

CommandLine commandLine;
try
{
    commandLine = CommandLine.Parse(args);
}
catch (CommandLineException error)
{
    Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine(CommandLine.Usage);
    return ExitStatus.BadCommandLine;
}

if (commandLine.IsServer)
{
    EngineInternals.ServeRemoteSession();
    return ExitStatus.Success;
}

using Session session = new();
return session.Run(commandLine);
