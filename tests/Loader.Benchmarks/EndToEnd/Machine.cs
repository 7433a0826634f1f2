using System.Runtime;
using System.Runtime.InteropServices;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>Where a run took place. A load average well above 0 before it began says that the machine was not idle, and that rates are too low.</summary>
internal sealed record Machine(string Processor, int Cores, string Runtime, string System, bool ServerCollector, double? LoadAverageBefore)
{
    public static Machine Look() => new(
        Read("/proc/cpuinfo", "model name") ?? "unknown",
        Environment.ProcessorCount,
        RuntimeInformation.FrameworkDescription,
        RuntimeInformation.OSDescription,
        GCSettings.IsServerGC,
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], global::System.Globalization.CultureInfo.InvariantCulture) : null);

    private static string? Read(string file, string name) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        : null;
}
