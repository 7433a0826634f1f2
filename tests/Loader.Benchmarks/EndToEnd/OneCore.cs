using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>Holds all threads of this process, and those that they start, on one core until it is disposed. Does nothing on systems other than Linux.</summary>
internal sealed partial class OneCore : IDisposable
{
    private readonly ulong _allowed;

    private OneCore(ulong allowed) => _allowed = allowed;

    /// <summary>Takes the last core that the process may use; interrupts mostly go to the first.</summary>
    public static OneCore? Hold()
    {
        if (!OperatingSystem.IsLinux() || GetAffinity(0, sizeof(ulong), out ulong allowed) < 0 || allowed == 0)
        {
            return null;
        }

        Apply(1UL << BitOperations.Log2(allowed));
        return new OneCore(allowed);
    }

    /// <inheritdoc/>
    public void Dispose() => Apply(_allowed);

    private static void Apply(ulong mask)
    {
        foreach (string thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            // A thread may have ended since it was listed.
            _ = SetAffinity(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), sizeof(ulong), in mask);
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nint size, out ulong mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint size, in ulong mask);
}
