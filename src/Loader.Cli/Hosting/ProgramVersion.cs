using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Loader.Cli.Hosting;

/// <summary>The version of this program.</summary>
internal static class ProgramVersion
{
    /// <summary>Gets the version of the package, such as <c>0.1.0</c>.</summary>
    public static string Current { get; } = Full.Split('+')[0];

    /// <summary>Gets the version and the commit that it was built from, such as <c>0.1.0+0ee2f6e</c>.</summary>
    public static string Full => typeof(ProgramVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Prints <see cref="Current"/>, and nothing else: scripts compare it.</summary>
    public sealed class PrintAction : SynchronousCommandLineAction
    {
        /// <inheritdoc/>
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(Current);
            return 0;
        }
    }
}
