using System.Globalization;

namespace Loader.Cli.Hosting;

/// <summary>
/// The number of files that the process may open (<c>ulimit -n</c>). With too few, not even the assemblies of the runtime can be loaded,
/// and the process ends with a stack trace that names one of them.
/// </summary>
internal static class OpenFileLimit
{
    /// <summary>The runtime and DuckDB open up to 130 files for one load on disk; each request to AWS opens one more.</summary>
    private const int Minimum = 256;

    private const string Name = "Max open files";

    /// <summary>Checks the limit of this process. Other systems than Linux are not checked.</summary>
    /// <returns>What the user can do, or <see langword="null"/> if the limit is high enough or unknown.</returns>
    public static string? Check()
    {
        try
        {
            return Check(File.ReadAllText("/proc/self/limits"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Checks the limit in the text of <c>/proc/self/limits</c>: a line <c>Max open files, soft limit, hard limit, unit</c>.
    /// </summary>
    internal static string? Check(string limits)
    {
        foreach (ReadOnlySpan<char> line in limits.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(Name, StringComparison.Ordinal))
            {
                continue;
            }

            ReadOnlySpan<char> soft = line[Name.Length..].TrimStart();
            int end = soft.IndexOf(' ');
            return end > 0 && int.TryParse(soft[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count < Minimum
                ? $"The process may open only {count} files, which is too few. Raise the limit to at least {Minimum}: ulimit -n {Minimum}."
                : null;
        }

        return null;
    }
}
