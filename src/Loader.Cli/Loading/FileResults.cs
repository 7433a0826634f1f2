using Loader.Application.Results;

namespace Loader.Cli.Loading;

/// <summary>
/// The results of all files of a run: their sum, and as many of them as are shown. The memory does not grow with the number of files.
/// </summary>
/// <remarks>Thread-safe while results are added.</remarks>
/// <param name="added">Receives every result, one at a time.</param>
/// <param name="maxSucceeded">The number of results that succeeded and are kept.</param>
internal sealed class FileResults(Action<FileResult>? added = null, int maxSucceeded = FileResults.MaxSucceeded)
{
    /// <summary>The number of results that succeeded and are kept unless a report lists more of them.</summary>
    public const int MaxSucceeded = 20;

    /// <summary>The number of other results that are kept, and of places of kept rows.</summary>
    public const int MaxOthers = 1_000;

    private readonly Lock _gate = new();
    private readonly List<FileResult> _succeeded = [];
    private readonly List<FileResult> _others = [];
    private readonly HashSet<(Type Failure, bool IsTransient, bool WasNamed)> _kinds = [];
    private readonly HashSet<string> _places = new(StringComparer.Ordinal);

    /// <summary>Gets the sum of all results.</summary>
    public LoadTotals Totals { get; } = new();

    /// <summary>Gets the number of results.</summary>
    public long Count => Totals.Files;

    /// <summary>Gets the number of results with a failure.</summary>
    public long FailureCount { get; private set; }

    /// <summary>Gets the results with a failure that are kept: the first ones, and the first one of every kind.</summary>
    public IEnumerable<FileResult> Failures => _others.Where(result => result.Failure is not null);

    /// <summary>Gets the places where rows were kept, the first ones of many.</summary>
    public IReadOnlyCollection<string> RejectedRowsLocations => _places;

    /// <summary>Creates the results of a run that has ended.</summary>
    public static FileResults From(IEnumerable<FileResult> results)
    {
        var all = new FileResults();
        foreach (FileResult result in results)
        {
            all.Add(result);
        }

        return all;
    }

    /// <summary>
    /// Returns the results to show, in the order of their numbers. If there are more, those that did not succeed come first.
    /// </summary>
    /// <param name="max">The maximum number, not above the number of results that are kept.</param>
    public IReadOnlyList<FileResult> Show(int max) =>
        [.. _others.OrderBy(result => result.Number).Concat(_succeeded.OrderBy(result => result.Number)).Take(max)
            .OrderBy(result => Count > max && result.Status == LoadStatus.Succeeded).ThenBy(result => result.Number)];

    /// <summary>Adds a result.</summary>
    public void Add(FileResult result)
    {
        lock (_gate)
        {
            Totals.Add(result.Status, result.Report);
            bool isNewKind = false;
            if (result.Failure is { } failure)
            {
                FailureCount++;
                isNewKind = _kinds.Add((failure.GetType(), failure is LoadException { IsTransient: true }, result.WasNamed));
            }

            List<FileResult> kept = result is { Status: LoadStatus.Succeeded, Failure: null } ? _succeeded : _others;
            if (isNewKind || kept.Count < (kept == _succeeded ? maxSucceeded : MaxOthers))
            {
                kept.Add(result);
            }

            if (result.Report?.RejectedRowsLocation is { } place && _places.Count < MaxOthers)
            {
                _places.Add(place);
            }

            added?.Invoke(result);
        }
    }
}
