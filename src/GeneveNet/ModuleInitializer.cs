using System.Management.Automation;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace GeneveNet;

/// <summary>
/// Finds the C library bindings when the module is imported. They come as one assembly for each processor, all of the
/// same name; the one that fits is loaded into a context of its own, so that it never clashes with what the shell or
/// another module brought.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private const string Bindings = "Tmds.LibC";

    private static readonly Lazy<AssemblyLoadContext> Own = new(static () => new AssemblyLoadContext("GeneveNet"));

    /// <inheritdoc/>
    public void OnImport() => AssemblyLoadContext.Default.Resolving += Resolve;

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => AssemblyLoadContext.Default.Resolving -= Resolve;

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name)
    {
        if (name.Name != Bindings)
            return null;
        var folder = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "linux-x64",
            Architecture.Arm64 => "linux-arm64",
            Architecture.Arm => "linux-arm",
            var other => throw new PlatformNotSupportedException($"GeneveNet runs on x64, arm64 and arm, not on {other}."),
        };
        var home = Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!;
        return Own.Value.LoadFromAssemblyPath(Path.Combine(home, "runtimes", folder, "lib", "netstandard2.0", Bindings + ".dll"));
    }
}
