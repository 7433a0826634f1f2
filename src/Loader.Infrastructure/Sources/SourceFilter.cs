using Loader.Domain;
using Loader.Infrastructure.Text;

namespace Loader.Infrastructure.Sources;

/// <summary>Leaves out files of folders, prefixes and patterns. A file that a person names is not judged.</summary>
/// <param name="Include">The patterns of the files to load; if there are none, all files.</param>
/// <param name="Exclude">The patterns of the files to leave out, also of those to include.</param>
/// <param name="ModifiedSince">The earliest time of the last modification, or <see langword="null"/>.</param>
internal sealed record SourceFilter(
    IReadOnlyList<KeyPattern> Include, IReadOnlyList<KeyPattern> Exclude, DateTimeOffset? ModifiedSince = null)
{
    /// <summary>Gets the filter that leaves out nothing.</summary>
    public static SourceFilter None { get; } = new([], []);

    /// <summary>Judges a file by its path.</summary>
    /// <param name="below">The path below the source, with <c>/</c> between segments.</param>
    /// <returns>Why the file is left out, or <see langword="null"/>.</returns>
    public SkipReason? Judge(string below) =>
        Include.Count > 0 && !Include.Any(pattern => pattern.MatchesPath(below)) ? SkipReason.NotIncluded
        : Exclude.Any(pattern => pattern.MatchesPath(below)) ? SkipReason.Excluded
        : null;

    /// <summary>Judges a file by its age.</summary>
    /// <param name="modified">When it was last modified, or <see langword="null"/> if that is not known: then it is loaded.</param>
    /// <returns>Why the file is left out, or <see langword="null"/>.</returns>
    public SkipReason? Judge(DateTimeOffset? modified) => modified < ModifiedSince ? SkipReason.NotModifiedSince : null;
}
