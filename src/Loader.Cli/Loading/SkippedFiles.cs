using System.Globalization;
using System.Text.Json;
using Loader.Domain;

namespace Loader.Cli.Loading;

/// <summary>The number of skipped files by reason. Thread-safe while files are added.</summary>
internal sealed class SkippedFiles
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<SkipReason, int> _counts = [];

    /// <summary>Gets the number of all skipped files.</summary>
    public int Total => _counts.Values.Sum();

    /// <summary>Gets the counts by the names that JSON output has. Reasons without files are left out.</summary>
    public IReadOnlyDictionary<string, int> ByName =>
        _counts.ToDictionary(pair => JsonNamingPolicy.SnakeCaseLower.ConvertName(pair.Key.ToString()), pair => pair.Value);

    /// <summary>Counts a file.</summary>
    public void Add(SkipReason reason)
    {
        lock (_gate)
        {
            _counts[reason] = _counts.GetValueOrDefault(reason) + 1;
        }
    }

    /// <summary>Describes the counts: <c>3 hidden files, 12 not named *.parquet, 1 with kept rows</c>.</summary>
    public string Describe() => string.Join(", ", _counts.OrderBy(pair => OrderOf(pair.Key)).Select((pair, index) =>
    {
        string count = pair.Value.ToString("N0", CultureInfo.InvariantCulture);
        string noun = index > 0 ? "" : pair.Value == 1 ? " file" : " files";
        return pair.Key switch
        {
            SkipReason.Hidden => $"{count} hidden{noun}",
            SkipReason.NotParquet => $"{count}{noun} not named *.parquet",
            SkipReason.KeptRows => $"{count}{noun} with kept rows",
            SkipReason.NotRegularFile => $"{count}{(noun.Length == 0 ? "" : pair.Value == 1 ? " entry" : " entries")} that "
                + $"{(pair.Value == 1 ? "is no regular file" : "are no regular files")}",
            SkipReason.NotKeptRows => $"{count}{noun} without kept rows",
            SkipReason.NotIncluded => $"{count}{noun} that {(pair.Value == 1 ? "matches" : "match")} no pattern",
            SkipReason.Excluded => $"{count}{noun} excluded",
            SkipReason.NotModifiedSince => $"{count}{noun} last modified before --since",
            _ => $"{count}{noun} found before",
        };
    }));

    private static int OrderOf(SkipReason reason) => reason == SkipReason.Hidden ? -1 : (int)reason;
}
