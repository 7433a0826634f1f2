using System.Globalization;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>A function of 1,769 MB, the size with one whole core (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).</summary>
internal static class FunctionSize
{
    public const long Bytes = 1769L << 20;

    /// <summary>Gets the variables that let a process use as much memory and no more.</summary>
    public static IEnumerable<(string Name, string Value)> Environment { get; } = [("DOTNET_GCHeapHardLimit", Bytes.ToString("x", CultureInfo.InvariantCulture))];
}
